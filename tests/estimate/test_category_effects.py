"""Changes in the probability of each band, by hand and beside the fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_ordinal
from rlsstudy.estimate.category_effects import CATEGORY_COLUMNS, category_effects
from tests.estimate.small_study import MODEL, cohort, of_unknown_truth

CLOSE = 1e-9  # relative: the same fit

BAND = Variable(
    "band",
    "Band",
    Domain.OUTCOME,
    Kind.ORDINAL,
    levels=("low", "mid", "high", "top"),
    equation=BandOf(score="score", cuts=(15, 20, 99)),
    source="made up",
)


def banded(**changes):
    made = of_unknown_truth(cohort(**changes))
    return replace(made, study=replace(made.study, model=MODEL.with_variables(BAND)))


def test_probabilities_are_averaged_at_either_end_of_the_contrast():
    made = banded()
    effects = category_effects(made, "ferritin", adjustment="crude")
    codes = np.searchsorted([15, 20], made.data["score"].to_numpy(dtype=float), side="right")
    X = np.log2(made.data["ferritin"].to_numpy())[:, None]
    fit = fit_ordinal(X, codes)
    low, high = (fit.predict(np.full_like(X, np.log2(value))).mean(axis=0) for value in (50, 100))
    exactly = effects[effects["reach"] == "exactly"]
    assert tuple(effects.columns) == CATEGORY_COLUMNS
    assert exactly["band"].tolist() == ["low", "mid", "high"]  # nobody reaches the top
    assert exactly["estimate"].tolist() == pytest.approx((high - low).tolist(), rel=CLOSE)
    assert exactly["estimate"].sum() == pytest.approx(0, abs=1e-12)
    reached = effects[effects["reach"] == "at least"].set_index("band")["estimate"]
    assert reached["mid"] == pytest.approx(1 - high[0] - (1 - low[0]), rel=CLOSE)


def test_with_two_bands_and_two_groups_it_is_a_difference_of_shares():
    sex = pd.Categorical(["male"] * 100 + ["female"] * 100, ["male", "female"])
    score = [10] * 80 + [17] * 20 + [10] * 50 + [17] * 50
    effects = category_effects(banded(sex=sex, score=score), "sex", adjustment="crude")
    mid = effects[(effects["band"] == "mid") & (effects["reach"] == "at least")].iloc[0]
    assert mid["estimate"] == pytest.approx(0.3, rel=1e-7)
    adjusted = np.sqrt(200 / 198)  # for the slope and the threshold
    assert mid["std_error"] == pytest.approx(adjusted * np.sqrt(0.2 * 0.8 / 100 + 0.25 / 100), rel=1e-6)


def test_a_factor_that_is_refused_has_one_row_that_says_why():
    effects = category_effects(banded(ferritin=50.0), "ferritin", adjustment="crude")
    assert effects[["status", "note", "band"]].to_numpy().tolist() == [
        ["refused", "'ferritin' is the same for everybody in this model", ""]
    ]


def test_an_outcome_without_bands_is_refused():
    with pytest.raises(EstimationError) as error:
        category_effects(of_unknown_truth(cohort()), "ferritin")
    assert str(error.value) == (
        "The outcome 'score' (Score) has no declared bands. Choose a score with bands, or a variable with ordered levels."
    )

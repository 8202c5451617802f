"""Changes in the probability of each band, by hand and beside the fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_ordinal
from rlsstudy.estimate.category_effects import CATEGORY_COLUMNS, category_effects
from tests.estimate.small_study import MODEL, cohort, of_unknown_truth

CLOSE = 1e-9  # relative: the same fit
CONVERGED = 1e-6  # relative: what is left to an iterative fit of a model that has an exact answer
ROUNDING = 1e-12  # a few roundings of numbers near 1

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
    assert exactly["estimate"].sum() == pytest.approx(0, abs=ROUNDING)
    reached = effects[effects["reach"] == "at least"].set_index("band")["estimate"]
    assert reached["mid"] == pytest.approx(1 - high[0] - (1 - low[0]), rel=CLOSE)


def test_with_two_bands_and_two_groups_it_is_a_difference_of_shares():
    sex = pd.Categorical(["male"] * 100 + ["female"] * 100, ["male", "female"])
    score = [10] * 80 + [17] * 20 + [10] * 50 + [17] * 50
    effects = category_effects(banded(sex=sex, score=score), "sex", adjustment="crude")
    mid = effects[(effects["band"] == "mid") & (effects["reach"] == "at least")].iloc[0]
    assert mid["estimate"] == pytest.approx(0.3, rel=CONVERGED)
    adjusted = np.sqrt(200 / 198)  # for the slope and the threshold
    error = adjusted * np.sqrt(0.2 * 0.8 / 100 + 0.25 / 100)
    assert mid["std_error"] == pytest.approx(error, rel=CONVERGED)
    half = stdtrit(198, 0.975) * error  # Student's t, 200 less a slope and a threshold
    assert mid[["conf_low", "conf_high"]].tolist() == pytest.approx([0.3 - half, 0.3 + half], rel=CONVERGED)


def test_a_factor_that_is_refused_has_one_row_that_says_why():
    effects = category_effects(banded(ferritin=50.0), "ferritin", adjustment="crude")
    assert effects[["status", "note", "band"]].to_numpy().tolist() == [
        ["refused", "'ferritin' is the same for everybody in this model", ""]
    ]


def test_clusters_widen_the_errors_as_those_of_the_fit():
    made = banded()
    site = np.arange(len(made.data)) // 4
    clustered = replace(made, data=made.data.assign(site=site))
    effects = category_effects(clustered, "abi", adjustment="crude", clusters="site")
    codes = np.searchsorted([15, 20], made.data["score"].to_numpy(dtype=float), side="right")
    X = made.data["abi"].to_numpy()[:, None]
    fit = fit_ordinal(X, codes, covariance="cluster", clusters=site)
    (_, low), (_, high) = (fit.category_means(np.full_like(X, end)) for end in (1.1, 0.9))
    error = np.sqrt(np.diag((high - low) @ fit.parameters_cov @ (high - low).T))
    exactly = effects[effects["reach"] == "exactly"]
    assert exactly["std_error"].tolist() == pytest.approx(error.tolist(), rel=CLOSE)
    half = (exactly["conf_high"] - exactly["estimate"]).to_numpy()
    assert half == pytest.approx(stdtrit(fit.df_means, 0.975) * error, rel=CLOSE)
    with pytest.raises(EstimationError) as refused:
        category_effects(made, "abi", clusters="site")
    assert str(refused.value).startswith("The clusters 'site' are not among the columns of the data.")


def test_a_frame_says_which_outcome_model_and_adjustment_it_is_about():
    effects = category_effects(banded(), "abi", adjustment="crude")
    assert effects[["model", "adjustment"]].drop_duplicates().to_numpy().tolist() == [
        ["ordinal_bands", "crude"]
    ]
    assert effects.attrs == {"outcome": "score", "outcome_label": "Score", "synthetic": False, "cohort": {}}
    with pytest.raises(EstimationError) as error:
        category_effects(banded(), "abi", adjustment="grph")
    assert str(error.value) == "No adjustment 'grph' is offered. Did you mean 'graph'?"


def test_an_outcome_without_bands_is_refused():
    with pytest.raises(EstimationError) as error:
        category_effects(of_unknown_truth(cohort()), "ferritin")
    assert str(error.value) == (
        "The outcome 'score' (Score) has no declared bands. Choose a score with bands, or a variable with ordered levels."
    )

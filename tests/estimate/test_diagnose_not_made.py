"""A check that the data cannot make is a row that says so, and no verdict on the model."""

import numpy as np
import pandas as pd
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import checks_logistic
from rlsstudy.estimate.diagnose.examined import Examined
from tests.estimate.diagnose_cases import STEPS, at, found, ill, totals


def refuse(*given, **options):
    raise EstimationError("It is\n  - refused.")


def said(diagnosis, check, about=None):
    row = found(diagnosis, check, about)
    return row["verdict"], row["in_words"]


def test_powers_of_a_binary_prediction_are_no_new_columns():
    diagnosis = at(n=80, dose=np.arange(80) % 2 + 0.0, age=np.arange(80) % 4 // 2 + 50.0)
    verdict, words = said(diagnosis, "form")
    assert verdict == "not made"
    assert words.startswith(
        "This check could not be made: Columns carry the same information, so their effects cannot be told apart: "
        "'power 3 of the fitted values' follows from "
    )


def test_levels_with_few_people_cannot_show_a_bend():
    levels = pd.Categorical.from_codes(np.repeat([0, 1, 2], [50, 45, 5]), STEPS.levels, ordered=True)
    diagnosis = at(n=100, factor="steps", steps=levels)
    assert said(diagnosis, "straight line", "steps") == (
        "not made",
        "This check could not be made: a bend needs 10 participants at the lowest value, at the highest, and at one "
        "between.",
    )
    assert diagnosis.verdict == "fine"  # it is no fault of the model


def test_values_that_hold_no_knots_cannot_show_a_bend():
    diagnosis = at(n=400, dose=np.where(np.arange(400) % 80, 0.0, np.arange(400) / 80))
    verdict, words = said(diagnosis, "straight line", "dose")
    assert verdict == "not made"
    assert words.startswith("This check could not be made: 5 different values among 400 cannot hold 3 knots")


def test_a_term_that_cannot_bend_is_told(monkeypatch):
    monkeypatch.setattr(Examined, "with_addition", refuse)
    diagnosis = at(n=80)
    for about in ("dose", "age"):
        assert said(diagnosis, "straight line", about) == (
            "not made",
            "This check could not be made: It is refused.",
        )
    assert "shape" not in diagnosis.data


def test_two_categories_have_no_odds_to_be_proportional():
    diagnosis = at("ordinal", n=200, score=lambda a, d, e: (e + d > 0).astype(float))
    assert said(diagnosis, "proportional odds") == (
        "not made",
        "This check could not be made: The outcome has two values, so there is one threshold and nothing to be "
        "proportional. Give an outcome with at least three.",
    )
    assert "cuts" not in diagnosis.data


def test_a_cut_that_cannot_be_fitted_is_counted(monkeypatch):
    from rlsstudy.estimate.diagnose import checks_ordinal

    fitted = checks_ordinal.fit_logistic
    calls = iter([refuse])
    monkeypatch.setattr(checks_ordinal, "fit_logistic", lambda *a, **k: next(calls, fitted)(*a, **k))
    diagnosis = at("ordinal", limits=(0, 10), score=totals)
    cuts = diagnosis.data["cuts"]["cut"].nunique()
    assert (
        f"; 1 of {cuts} cuts cannot be fitted alone)."
        in found(diagnosis, "proportional odds", "dose")["in_words"]
    )
    everything = found(diagnosis, "proportional odds", "all columns")
    assert np.isnan(everything["effect_size"])
    assert everything["in_words"].endswith(
        f"; 1 of {cuts} cuts cannot be fitted alone, so that nothing tells how far own slopes at every cut move the "
        "estimate)."
    )


def test_overfitting_that_cannot_be_judged_is_told(monkeypatch):
    monkeypatch.setattr(checks_logistic, "fit_logistic", refuse)
    diagnosis = at("logistic", outcome="ill", **ill(lambda a, d: d + 0.5 * a))
    assert said(diagnosis, "calibration slope") == (
        "not made",
        "This check could not be made: It is refused.",
    )


def test_an_interval_without_covariates_that_cannot_be_had_is_told(monkeypatch):
    monkeypatch.setattr(Examined, "without_covariates", refuse)
    assert found(at(n=80), "overlap")["in_words"].endswith(
        "; without covariates the same participants cannot be fitted, so that there is nothing to compare with."
    )


@pytest.mark.parametrize("model", ["linear", "ordinal"])
def test_nothing_is_left_unmade_where_the_data_can_tell(model):
    diagnosis = at(model, limits=(0, 40), score=totals if model == "ordinal" else None)
    assert "not made" not in set(diagnosis.checks["verdict"])

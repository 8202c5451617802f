"""Planted faults are found and said in plain words; a model that is right is called fine."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import CohortError, EstimationError
from rlsstudy.estimate.diagnose.changes import dfbetas_of
from rlsstudy.estimate.diagnose.checks_logistic import Calibration
from rlsstudy.estimate.diagnose.checks_ordinal import cuts_of
from rlsstudy.estimate.diagnose.diagnose import diagnose_model
from rlsstudy.estimate.diagnose.examine import examine
from rlsstudy.estimate.diagnose.examined import Examined
from rlsstudy.estimate.diagnose.predictions import Predictions
from rlsstudy.estimate.diagnose.specification import (
    breusch_pagan,
    condition_of,
    reset_test,
    skewness_and_kurtosis,
    variance_inflation,
)
from rlsstudy.estimate.diagnose.verdicts import CHECK_COLUMNS
from rlsstudy.estimate.effects import estimate_effects
from rlsstudy.estimate.families import FAMILIES
from rlsstudy.estimate.fits.wald import wald_test
from rlsstudy.estimate.fitting import Asked
from tests.estimate.diagnose_cases import CASES, STEPS, at, found, ill, study, totals, visited
from tests.estimate.diagnose_sentences import SENTENCES

CLOSE = 1e-9  # relative: the same numbers, reached in another order
FALSE_ALARMS = 0.05  # of clean studies may be called serious
SEEDS = 60
# Kinds of verdict that others of the same check stand for in the quick tests; together they take some seconds.
SLOW = (
    *("right and small", "hardly bent", "bent covariate", "heavy", "rather near", "beyond", "even steps"),
    *("odds", "hardly odds", "no odds of age", "top of an ordinal", "hardly bent risk", "no risk"),
    *("lopsided people", "no people", "wider visit", "much wider visit", "somewhat neighbours"),
)


def examined(made, model="linear", factor="dose", outcome="score", adjustment="graph"):
    return examine(made, FAMILIES[model], Asked(made, (factor,), outcome, (adjustment,))).examined


# --- what is found, and what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.slow] if case in SLOW else []) for case in SENTENCES]
)
def test_each_case_is_judged_and_said(case):
    diagnosis = CASES[case]()
    assert tuple(diagnosis.checks.columns) == CHECK_COLUMNS
    for check, about, verdict, words in SENTENCES[case]:
        row = found(diagnosis, check, about)
        assert (row["in_words"], row["verdict"]) == (words, verdict)


def test_a_right_model_is_fine_throughout():
    diagnosis = CASES["right"]()
    assert (diagnosis.verdict, diagnosis.status, diagnosis.note) == ("fine", "ok", "")
    assert repr(diagnosis) == "<diagnosis of the linear model of 'score' by 'dose': fine, 400 participants>"
    assert CASES["wild"]().verdict == "serious"


def test_a_factor_that_cannot_spare_its_participants_is_serious(monkeypatch):
    def refuse(self, people):
        raise EstimationError("nobody is left")

    monkeypatch.setattr(Examined, "without", refuse)
    row = found(at(), "influence")
    assert row["verdict"] == "serious"
    assert row["in_words"] == (
        "Without the participants who move the estimate of Dose, 1 vs 0 most it cannot be had at all: it rests on very "
        "few. Merge levels, or choose another contrast."
    )


def test_what_visits_cannot_tell_is_said():
    made = visited(n=60, lost=0.1)
    made = replace(made, data=made.data.drop(columns="score_w04"))
    diagnosis = diagnose_model(made, "age", model="mixed")
    assert found(diagnosis, "correlation of visits")["in_words"] == (
        "Whether neighbouring visits are more alike than distant ones cannot be told here: it needs participants with "
        "three visits."
    )
    assert found(diagnosis, "missed visits")["in_words"] == (
        "10 % of the participants with a first value lack a later visit: too few on one side to compare their first values."
    )
    fewer = replace(
        made, data=made.data.assign(score_w12=made.data["score_w12"].where(np.arange(60) % 3 > 0))
    )
    assert found(diagnose_model(fewer, "age", model="mixed"), "missed visits")["verdict"] == "fine"
    for check in ("correlation of visits", "missed visits"):
        assert found(diagnosis, check)["verdict"] == "not made"


# --- the model is that of estimate_effects -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "made", "factor", "outcome"),
    [
        ("linear", study(n=80), "dose", "score"),
        ("ordinal", study(n=80, score=totals), "dose", "score"),
        ("logistic", study(**ill(lambda a, d: d, n=100)), "dose", "ill"),
        ("mixed", visited(n=40, lost=0.2), "age", "score"),
    ],
)
def test_the_model_is_the_one_whose_effect_is_estimated(model, made, factor, outcome):
    (estimate,) = examined(made, model, factor, outcome).estimates
    effect = estimate_effects(made, factor, model=model, outcome=outcome, adjustments=["graph"]).iloc[0]
    assert estimate.estimate == pytest.approx(effect["estimate"], rel=CLOSE)
    assert estimate.std_error == pytest.approx(effect["std_error"], rel=CLOSE)
    diagnosis = diagnose_model(made, factor, model=model, outcome=outcome)
    told = (diagnosis.n_used, diagnosis.n_dropped, diagnosis.status, diagnosis.note)
    assert told == tuple(effect[["n_used", "n_dropped", "status", "note"]])


def test_bands_are_diagnosed_by_the_points_they_stand_for():
    made = study(n=300, score=totals)
    levels = ("mild", "moderate", "severe")
    outcome = made.model["score"]
    band = replace(
        outcome,
        name="band",
        label="Band",
        kind=STEPS.kind,
        levels=levels,
        unit="",
        equation=BandOf(score="score", cuts=(4, 7)),
        causes_declared=(),
        source="made up",
    )
    made = replace(made, study=replace(made.study, model=made.model.with_variables(band)))
    diagnosis = diagnose_model(made, "dose", model="ordinal_bands")
    assert diagnosis.data["cuts"]["name"].tolist() == ["moderate", "severe"]
    assert not diagnosis.checks["check"].isin(["floor", "ceiling"]).any()


def test_a_refused_model_has_no_checks_and_says_why():
    made = study(n=12, dose=np.repeat([0.0, 1.0], 6))
    diagnosis = diagnose_model(made, "dose")
    assert (diagnosis.status, diagnosis.verdict, len(diagnosis.checks), diagnosis.data) == (
        "refused",
        "",
        0,
        {},
    )
    assert diagnosis.note == "12 complete participants are too few for 3 coefficients; at least 13 are needed"
    assert repr(diagnosis).endswith("'dose': refused, 12 participants>")


def test_an_outcome_that_is_reproduced_exactly_cannot_be_diagnosed():
    diagnosis = at(n=60, score=lambda a, d, e: 20 + 2 * d)
    assert (diagnosis.status, len(diagnosis.checks)) == ("refused", 0)
    assert diagnosis.note == "the outcome is reproduced exactly, so standard errors are rounding noise"


def test_participants_without_a_value_are_left_out_and_counted():
    made = study(n=100)
    gaps = made.data["dose"].where(np.arange(100) >= 7)
    diagnosis = diagnose_model(replace(made, data=made.data.assign(dose=gaps)), "dose")
    assert (diagnosis.n_used, diagnosis.n_dropped) == (93, 7)


def test_what_is_not_offered_is_refused():
    for options, text in (
        ({"model": "lienar"}, "No model 'lienar' is offered. Did you mean 'linear'?"),
        (
            {"model": "gee"},
            "No model 'gee' is diagnosed. Allowed: linear, ordinal, ordinal_bands, logistic, mixed.",
        ),
        ({"adjustment": "all"}, "No adjustment 'all' is offered. Allowed: crude, age_sex, graph."),
    ):
        with pytest.raises(EstimationError) as error:
            diagnose_model(study(n=40), "dose", **options)
        assert str(error.value) == text


def test_several_visits_need_a_model_of_visits():
    made = study(n=40)
    index = pd.MultiIndex.from_product([range(20), range(2)], names=["participant", "visit"])
    rows = replace(made, data=made.data.set_index(index), reasons=pd.DataFrame(index=index))
    with pytest.raises(
        CohortError, match="A diagnosis of this model would take every visit for a participant"
    ):
        diagnose_model(rows, "dose")


def test_order_of_participants_and_unit_of_a_covariate_do_not_matter():
    made = study(n=120)
    other = made.data.sample(frac=1, random_state=1).assign(age=lambda frame: frame["age"] * 365.25)
    first = diagnose_model(made, "dose").checks
    second = diagnose_model(replace(made, data=other), "dose").checks
    numbers = ["statistic", "p_value", "effect_size"]
    assert second[numbers].to_numpy() == pytest.approx(first[numbers].to_numpy(), rel=1e-6, nan_ok=True)


# --- numbers by hand -----------------------------------------------------------------------------------------------


def test_breusch_pagan_by_hand():
    x = np.array([0.0, 0.0, 1.0, 1.0])
    y = np.array([-1.0, 1.0, -3.0, 3.0])  # squared residuals 1, 1, 9, 9 are explained in full: n times 1
    test = breusch_pagan(np.column_stack([np.ones(4), x]), y)
    assert (test.statistic, test.df) == (pytest.approx(4.0), 1)
    assert test.p_value == pytest.approx(0.04550026389635842)  # chi-squared of 4


def test_reset_is_the_f_of_two_nested_models():
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    y = X @ [1, 2, 3] + rng.normal(size=40)
    fitted = X @ np.linalg.lstsq(X, y)[0]
    larger = np.column_stack([X, fitted**2, fitted**3])
    rss, less = (((y - Z @ np.linalg.lstsq(Z, y)[0]) ** 2).sum() for Z in (X, larger))
    test = reset_test(X, y)
    assert test.statistic == pytest.approx(((rss - less) / 2) / (less / 35), rel=1e-7)
    assert (test.df, test.df_residual) == (2, 35)


def test_an_exact_outcome_has_no_residuals_to_test():
    X = np.column_stack([np.ones(5), np.arange(5.0)])
    with pytest.raises(EstimationError) as error:
        breusch_pagan(X, X @ [1, 2])
    assert str(error.value) == "The outcome is reproduced exactly, so there are no residuals to test."


def test_wald_by_hand():
    test = wald_test(np.array([3.0, 4.0]), np.diag([9.0, 4.0]))
    assert test.statistic == pytest.approx(1 + 4)
    assert wald_test(np.array([3.0, 4.0]), np.diag([9.0, 4.0]), 20).statistic == pytest.approx(2.5)


def test_variance_inflation_is_one_over_what_others_leave():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, 3))
    X[:, 0] += X[:, 1]
    centred = X - X.mean(axis=0)
    rest = centred[:, 1:]
    left = centred[:, 0] - rest @ np.linalg.lstsq(rest, centred[:, 0])[0]
    inflation = variance_inflation(np.linalg.inv(centred.T @ centred), [0])
    assert inflation == pytest.approx((centred[:, 0] @ centred[:, 0]) / (left @ left))
    assert variance_inflation(np.eye(2), [0, 1]) == 1.0


def test_variance_inflation_of_two_columns_is_that_of_their_determinants():
    correlation = np.array([[1.0, 0.2, 0.5], [0.2, 1.0, 0.3], [0.5, 0.3, 1.0]])
    generalised = np.linalg.det(correlation[:2, :2]) / np.linalg.det(
        correlation
    )  # of the columns, not of coefficients
    assert variance_inflation(np.linalg.inv(correlation), [0, 1]) == pytest.approx(generalised**0.5)


def test_condition_of_two_columns_follows_from_their_correlation():
    x = np.array([-1.0, 1.0, -1.0, 1.0])
    z = np.array([-1.0, -1.0, 1.0, 1.0])
    X = np.column_stack([x, 0.6 * x + 0.8 * z]) * [1, 1000] + 5
    assert condition_of(X) == pytest.approx(np.sqrt(1.6 / 0.4))


def test_skewness_and_kurtosis_by_hand():
    assert skewness_and_kurtosis(np.array([0.0, 0.0, 0.0, 4.0])) == pytest.approx((2 / 3**0.5, 7 / 3 - 3))


def test_hosmer_lemeshow_by_hand():
    predicted = np.repeat([0.2, 0.4, 0.6, 0.8], 10)
    happened = np.concatenate([np.arange(10) < count for count in (3, 4, 6, 7)]).astype(float)
    calibration = Calibration.of(Predictions(predicted, happened - predicted, predicted))
    assert calibration.gap == pytest.approx((0.1 + 0.1) / 4)
    assert calibration.hosmer_lemeshow()[0] == pytest.approx(2 * 0.1**2 / (0.16 / 10))
    few = Calibration.of(Predictions(predicted[:20], (happened - predicted)[:20], predicted[:20]))
    assert np.isnan(few.hosmer_lemeshow()[0])


def test_cuts_of_a_table_are_its_log_odds():
    # Of 50 without the dose 20, 20, 10 have a score of 0, 1, 2; with it 10, 15, 25.
    dose = np.repeat([0.0, 1.0], 50)
    score = np.repeat([0.0, 1.0, 2.0, 0.0, 1.0, 2.0], [20, 20, 10, 10, 15, 25])
    made = study(n=100, dose=dose, score=lambda a, d, e: score)
    cuts = cuts_of(examined(made, "ordinal", adjustment="crude"))
    own = [np.log((40 / 10) / (30 / 20)), np.log((25 / 25) / (10 / 40))]
    assert cuts.slopes(0) == pytest.approx(own, rel=1e-6)
    assert cuts.above.tolist() == [1, 2]
    # Cuts with their own slopes reproduce the difference of the means: 1.3 - 0.8.
    row = found(
        diagnose_model(made, "dose", model="ordinal", adjustment="crude"), "proportional odds", "all columns"
    )
    model = examined(made, "ordinal", adjustment="crude")
    assert row["effect_size"] == pytest.approx(abs(0.5 - model.estimates[0].estimate), abs=1e-6)


def test_influence_is_what_a_fit_without_the_participant_says():
    made = study(n=60)
    row = found(diagnose_model(made, "dose", adjustment="crude"), "influence")
    dose, score = made.data["dose"].to_numpy(), made.data["score"].to_numpy()
    slopes = np.array([np.polyfit(np.delete(dose, i), np.delete(score, i), 1)[0] for i in range(60)])
    assert row["effect_size"] == pytest.approx(np.abs(slopes - np.polyfit(dose, score, 1)[0]).max(), rel=1e-7)


@pytest.mark.parametrize(
    ("model", "made", "factor", "outcome"),
    [
        ("linear", study(n=60), "dose", "score"),
        ("ordinal", study(n=60, score=totals), "dose", "score"),
        ("logistic", study(**ill(lambda a, d: d, n=100)), "dose", "ill"),
        ("mixed", visited(n=40, lost=0.2), "age", "score"),
    ],
)
def test_dfbetas_are_near_what_fits_without_each_participant_say(model, made, factor, outcome):
    model = examined(made, model, factor, outcome)
    told, place = dfbetas_of(model)[:, 0], model.lead
    people = np.abs(told).argsort()[-5:]
    error = model.fit.std_error[place]
    exact = [
        (model.fit.coef[place] - model.without(np.array([one])).fit.coef[place]) / error for one in people
    ]
    assert told[people] == pytest.approx(exact, rel=0.35)  # one step, from 60 people or 40


# --- numbers behind the pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["linear", "ordinal"])
def test_of_a_real_cohort_no_row_stands_for_fewer_than_ten(model):
    diagnosis = diagnose_model(study(n=150, real=True, score=totals), "dose", model=model)
    assert not diagnosis.synthetic
    assert "points" not in diagnosis.data
    for name in ("residuals", "influence"):
        assert diagnosis.data[name]["n"].min() >= 10
        assert diagnosis.data[name]["n"].sum() == 150
    if model == "linear":
        assert len(diagnosis.data["quantiles"]) <= 150 / 10


def test_of_a_real_cohort_visits_and_levels_are_counted_together():
    made = visited(n=60)
    made = replace(made, origin=replace(made.origin, synthetic=False))
    gone = made.data["score_w12"].where(np.arange(60) < 6)
    diagnosis = diagnose_model(replace(made, data=made.data.assign(score_w12=gone)), "age", model="mixed")
    assert diagnosis.data["visits"]["visit"].tolist() == ["week 0", "week 4"]
    assert len(diagnosis.data["random_effects"]) <= 6
    assert diagnosis.data["correlation"]["pairs"].min() >= 10


def test_single_points_belong_to_synthetic_cohorts():
    data = at(n=150).data
    assert len(data["points"]) == 150
    assert data["influence"]["n"].sum() == 150
    assert data["quantiles"]["expected"].is_monotonic_increasing


# --- false alarms ---------------------------------------------------------------------------------------------------

CLEAN = {
    "linear 60": lambda seed: at(n=60, seed=seed, limits=(0, 40)),
    "linear 400": lambda seed: at(n=400, seed=seed, limits=(0, 40)),
    "ordinal 150": lambda seed: diagnose_model(
        study(n=150, seed=seed, score=lambda a, d, e: totals(a, d, e, seed)), "dose", model="ordinal"
    ),
    "logistic 150": lambda seed: diagnose_model(
        study(**ill(lambda a, d: 0.8 * d + 0.3 * a, n=150, seed=seed)),
        "dose",
        model="logistic",
        outcome="ill",
    ),
    "mixed 60": lambda seed: diagnose_model(visited(n=60, seed=seed), "age", model="mixed"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLEAN)
def test_clean_studies_are_seldom_called_serious(kind):
    called = [CLEAN[kind](seed).verdict == "serious" for seed in range(SEEDS)]
    assert np.mean(called) <= FALSE_ALARMS

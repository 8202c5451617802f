"""Formulas become the design that was written, and every name in them is looked up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare.formula import parse_formula
from rlsstudy.declare.formula_parts import ModelKind
from rlsstudy.errors import DeclarationError, EstimationError, FormulaError
from rlsstudy.estimate import fit_gee, fit_linear, fit_mixed, fit_quantile
from rlsstudy.estimate.formula.design import formula_design
from rlsstudy.estimate.formula.fit_formula import COEFFICIENT_COLUMNS, fit_formula
from tests.estimate.small_study import MODEL, SMOKING_LEVELS, N, cohort
from tests.estimate.small_visits import visits

CLOSE = 1e-9  # relative: the same least squares of the same columns


def test_a_formula_is_the_regression_it_says():
    made = cohort()
    fit = fit_formula(made, "score ~ log2(ferritin) + C(smoking, ref='former') * age")
    data = made.data
    never, current = (np.asarray(data["smoking"] == level, float) for level in ("never", "current"))
    age = data["age"].to_numpy()
    X = np.column_stack(
        [np.ones(N), np.log2(data["ferritin"]), never, current, age, never * age, current * age]
    )
    expected = fit_linear(X, data["score"].to_numpy(dtype=float))
    assert tuple(fit.coefficients.columns) == COEFFICIENT_COLUMNS
    assert fit.coefficients["term"].tolist() == [
        "intercept",
        "log2(ferritin)",
        "smoking[never]",
        "smoking[current]",
        "age",
        "smoking[never]:age",
        "smoking[current]:age",
    ]
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected.coef, rel=CLOSE)
    assert fit.coefficients["std_error"].to_numpy() == pytest.approx(expected.std_error, rel=CLOSE)
    assert (fit.n_used, fit.n_dropped, fit.status) == (N, 0, "ok")
    assert repr(fit) == (
        "<linear model score ~ log2(ferritin) + C(smoking, ref='former') * age: 200 used, 0 left out for gaps, ok>"
    )


def test_functions_of_numbers_by_hand():
    data = pd.DataFrame({"age": [1.0, 2.0, 3.0], "abi": [4.0, 9.0, 16.0], "score": [1.0, 2.0, 4.0]})
    design = formula_design(
        data, MODEL, parse_formula("score ~ center(age) + scale(age) + sqrt(abi) + poly(age, 2)")
    )
    assert design.names == ("center(age)", "scale(age)", "sqrt(abi)", "poly(age, 2)[1]", "poly(age, 2)[2]")
    assert design.X.tolist() == [[-1, -1, 2, -1, 1], [0, 0, 3, 0, 0], [1, 1, 4, 1, 1]]


def test_gaps_are_counted_for_each_variable():
    gaps = np.where(np.arange(N) < 30, np.nan, cohort().data["age"])
    fit = fit_formula(cohort(age=gaps), "score ~ age + abi")
    assert (fit.n_used, fit.n_dropped, fit.missing) == (N - 30, 30, {"age": 30})


def test_the_study_names_models_of_its_own():
    made = cohort()
    named = replace(parse_formula("score ~ abi"), kind="ols")
    made = replace(made, study=replace(made.study, models={"m1": named}))
    assert fit_formula(made, "m1").kind == "linear"
    with pytest.raises(EstimationError) as error:
        fit_formula(made, "m2")
    assert str(error.value) == (
        "The study has no model 'm2', and it is no formula. Allowed: m1. A formula has an outcome and terms: "
        '"irls_total ~ ferritin + age".'
    )


@pytest.mark.parametrize("kind", ["linear", "ordinal", "robust", "median"])
def test_every_kind_of_a_number_finds_the_slope(kind):
    fit = fit_formula(cohort(n=400), "score ~ log2(ferritin)", kind=kind)
    slope = fit.coefficients.set_index("term").loc["log2(ferritin)"]
    assert slope["conf_high"] < 0
    assert (fit.kind, fit.status) == (kind, "ok")


def test_a_logistic_formula_has_two_levels_as_its_outcome():
    assert fit_formula(cohort(), "ill ~ age", kind="logistic").coefficients["term"].tolist() == [
        "intercept",
        "age",
    ]
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(), "score ~ age", kind="logistic")
    assert str(error.value) == (
        "The outcome 'score' (Score) is integer, and a logistic model needs two levels."
    )


@pytest.mark.parametrize(("kind", "fitted"), [("mixed", fit_mixed), ("gee", fit_gee)])
def test_rows_of_one_participant_belong_together(kind, fitted):
    made = visits()
    fit = fit_formula(made, "score ~ age", kind=kind)
    X = np.column_stack([np.ones(90), made.data["age"]])
    expected = fitted(X, made.data["score"].to_numpy(), groups=np.repeat(np.arange(30), 3))
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected.coef, rel=CLOSE)
    assert fit.coefficients["std_error"].to_numpy() == pytest.approx(expected.std_error, rel=CLOSE)
    assert fit.coefficients["df"].to_numpy() == pytest.approx(expected.df, rel=CLOSE)


def test_a_median_knows_in_which_steps_the_outcome_is_counted():
    made = cohort()
    fit = fit_formula(made, "score ~ abi", kind="median")
    X = np.column_stack([np.ones(N), made.data["abi"]])
    expected = fit_quantile(X, made.data["score"].to_numpy(dtype=float), step=1.0)
    assert fit.coefficients["std_error"].to_numpy() == pytest.approx(expected.std_error, rel=CLOSE)


@pytest.mark.parametrize("kind", list(ModelKind))
def test_every_kind_that_can_be_declared_can_be_fitted(kind):
    made = visits() if kind in (ModelKind.MIXED, ModelKind.GEE) else cohort()
    outcome = "ill" if kind == ModelKind.LOGISTIC else "score"
    fit = fit_formula(made, f"{outcome} ~ abi", kind=str(kind))
    assert fit.kind == {"ols": "linear"}.get(kind, kind)
    assert fit.coefficients["term"].iloc[-1] == "abi"


def test_a_combination_that_nobody_has_is_named():
    smoking = pd.Categorical(["current"] * 100 + ["never"] * 100, SMOKING_LEVELS)
    sex = pd.Categorical(["male"] * 150 + ["female"] * 50, ["male", "female"])
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(smoking=smoking, sex=sex), "score ~ smoking * sex")
    assert str(error.value) == (
        "The interactions of the formula 'score ~ smoking * sex' cannot be told from the data:\n"
        "  - nobody has smoking[current] together with sex[female].\n"
        "Merge levels, or leave the interaction out."
    )


def test_a_level_without_people_has_no_column_and_is_noted():
    smoking = pd.Categorical(["current"] * 100 + ["never"] * 100, SMOKING_LEVELS)
    fit = fit_formula(cohort(smoking=smoking), "score ~ smoking")
    assert fit.coefficients["term"].tolist() == ["intercept", "smoking[current]"]
    assert fit.note == "nobody has 'former' of 'smoking': left out"


def test_a_logarithm_of_what_has_none_is_refused_with_a_count():
    abi = np.r_[np.zeros(34), np.full(N - 34, 1.0)]
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(abi=abi), "score ~ log(abi)")
    assert str(error.value) == (
        "The formula 'score ~ log(abi)' cannot be used:\n  - log() needs numbers above 0; 'abi' has 34 others."
    )


def test_columns_and_values_that_are_not_there_are_named():
    made = cohort()
    absent = replace(made, data=made.data.drop(columns=["abi"]))
    with pytest.raises(EstimationError) as error:
        fit_formula(absent, "score ~ abi")
    assert str(error.value) == (
        "The formula 'score ~ abi' needs columns that the data lack: 'abi' (Ankle-brachial index). Map them in the study file."
    )
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(abi=np.nan), "score ~ abi + age")
    assert str(error.value) == "No row has a value of every variable of the formula. 'abi' has no values."


def test_nothing_in_a_formula_is_evaluated():
    with pytest.raises(FormulaError):
        fit_formula(cohort(), "score ~ __import__('os').system('true')")
    with pytest.raises(DeclarationError) as error:
        fit_formula(cohort(), "score ~ ages")
    assert str(error.value) == (
        "The formula 'score ~ ages' cannot be used:\n"
        "  - at character 9, no variable 'ages' is declared. Did you mean 'age'?"
    )


def test_kinds_are_named_and_visits_are_asked_for():
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(), "score ~ age", kind="linera")
    assert str(error.value) == "No kind of model 'linera' is offered. Did you mean 'linear'?"
    with pytest.raises(EstimationError) as error:
        fit_formula(cohort(), "score ~ age", kind="mixed")
    assert str(error.value) == (
        "A mixed model needs a row per participant and visit, and this cohort has one row per participant. Use "
        'estimate_effects(cohort, factors, model="mixed"), which stacks visits itself, or another kind.'
    )

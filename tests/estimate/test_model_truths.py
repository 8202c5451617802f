"""The truth that each kind of model is compared with, worked out by hand in tiny declared models."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from scipy.special import ndtr

import rlsstudy as rls
from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import BandOf, Bernoulli, Normal
from rlsstudy.errors import DeclarationError
from rlsstudy.estimate.category_effects import category_effects
from rlsstudy.estimate.modification.effect_modification import effect_modification
from rlsstudy.estimate.truth.by_model import truths_for
from rlsstudy.estimate.truth.columns import beside_truth
from rlsstudy.estimate.truth.estimand import Estimand
from rlsstudy.estimate.truth.true_effect import truths_of

EXACT = 1e-9  # shared noise cancels in a linear model, up to floating point
ERRORS = 4  # Monte-Carlo standard errors; one in 16,000 such comparisons goes beyond


def causes(*terms):
    return tuple(Cause(name, size, Evidence.ASSUMED, "assumed") for name, size in terms)


def normal(name, *terms, domain=Domain.IRON, **fields):
    equation = Normal(baseline=10, sd=1, terms=causes(*terms))
    return Variable(
        name, name.upper(), domain, Kind.CONTINUOUS, contrast=(0, 1), equation=equation, source="t", **fields
    )


def binary(name, baseline, *terms, **fields):
    equation = Bernoulli(baseline=baseline, terms=causes(*terms))
    return Variable(
        name,
        name.upper(),
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=equation,
        source="t",
        **fields,
    )


X = Variable(
    "x",
    "X",
    Domain.LIFESTYLE,
    Kind.BINARY,
    levels=("no", "yes"),
    equation=Bernoulli(baseline=0.5),
    source="t",
)
# x raises the odds of being a case, and the severity of those who are one.
TWO_PARTS = CausalModel(
    "m",
    (X, binary("case", 0.2, ("x", math.log(2.0))), normal("y", ("x", 3.0), applies_to="case")),
    designs=(Design("population", "P"),),
)
VISITS = CausalModel(
    "m",
    (
        X,
        normal("y", ("x", 1.0)),
        normal("y_w04", ("x", 2.0), ("y", 0.5)),
        normal("y_w12", ("x", 4.0), ("y", 0.5)),
    ),
    designs=(Design("population", "P"),),
)


def cohort_of(model, population=None, n=40):
    study = Study("t", model, "y", ("x",), SyntheticData(design="population", n=n), population)
    return rls.simulate_cohort(n=n, seed=1, design="population", study=study)


def test_everybody_counts_and_those_without_the_condition_count_0():
    study = Study("t", TWO_PARTS, "y", ("x",), SyntheticData(design="population"), "case")
    whole = rls.true_effect("x", study=study, n=20_000, estimand=Estimand(among="everybody")).iloc[0]
    presence = [0.2, 0.4 / 1.2]  # odds of 1/4 and, doubled, 1/2
    expected = presence[1] * 13 - presence[0] * 10
    assert whole["truth"] == pytest.approx(expected, abs=ERRORS * whole["truth_error"])
    assert whole["estimand"] == "mean total effect among everybody (p), 0 points without case"
    among_cases = rls.true_effect("x", study=study, n=200).iloc[0]
    assert among_cases["truth"] == pytest.approx(3, abs=EXACT)


def test_a_group_of_people_that_is_not_offered_is_refused():
    with pytest.raises(DeclarationError) as error:
        Estimand(among="everyone")  # type: ignore[arg-type]
    assert "no among 'everyone' is offered. Did you mean 'everybody'?" in str(error.value)


def test_two_parts_have_the_truth_of_everybody_and_cases_that_of_cases():
    made = cohort_of(TWO_PARTS, "case")
    both = truths_for(made, "two_part", ["x"], "y").iloc[0]
    assert both["truth"] == pytest.approx(0.4 / 1.2 * 13 - 2.0, abs=ERRORS * both["truth_error"])
    assert truths_for(made, "linear", ["x"], "y").iloc[0]["truth"] == pytest.approx(3, abs=EXACT)


def test_a_probability_is_the_truth_of_a_logistic_model():
    made = cohort_of(TWO_PARTS, "case")
    truth = truths_for(made, "logistic", ["x"], "case").iloc[0]
    assert truth["truth"] == pytest.approx(0.4 / 1.2 - 0.2, abs=ERRORS * truth["truth_error"])


def test_visits_are_averaged_and_the_ends_stand_alone():
    # Effects of x: 1 at the first visit, 2 + 0.5 in week 4, 4 + 0.5 in week 12.
    made = cohort_of(VISITS)
    truth = {
        name: truths_for(made, name, ["x"], "y").iloc[0]["truth"] for name in ("mixed", "ancova", "change")
    }
    assert truth == pytest.approx({"mixed": (1 + 2.5 + 4.5) / 3, "ancova": 4.5, "change": 3.5}, abs=EXACT)
    assert truths_for(made, "gee", ["x"], "y_w04").iloc[0]["truth"] == pytest.approx((1 + 2.5) / 2, abs=EXACT)


def test_a_treatment_is_not_followed_by_the_first_visit():
    arm = replace(X, domain=Domain.TREATMENT)
    first = normal("y")
    made = cohort_of(replace(VISITS, variables=(arm, first, *VISITS.variables[2:])))
    assert truths_for(made, "mixed", ["x"], "y").iloc[0]["truth"] == pytest.approx(3, abs=EXACT)  # of 2 and 4


def beside(rows):
    """Assert that bias and covered are what they are called, and return the rows."""
    assert rows["bias"].tolist() == (rows["estimate"] - rows["truth"]).tolist()
    inside = (rows["conf_low"] <= rows["truth"]) & (rows["truth"] <= rows["conf_high"])
    told = rows["covered"].notna()
    assert told.any()
    assert rows.loc[told, "covered"].tolist() == inside[told].tolist()
    return rows


def test_a_truth_that_is_known_too_coarsely_says_nothing_of_an_interval():
    found = pd.DataFrame(
        {"x": [1, 2], "estimate": 1.0, "conf_low": 0.02, "conf_high": 1.98}
    )  # an error of 0.5
    truths = pd.DataFrame({"x": [1, 2], "truth": 1.0, "truth_error": [0.24, 0.26]})
    assert beside_truth(found, truths, ["x"])["covered"].tolist() == [True, pd.NA]


def test_that_nobody_of_those_simulated_changed_is_not_known_for_sure():
    rare = replace(X, name="rare", label="R", equation=Bernoulli(baseline=1e-6, terms=causes(("x", 1.0))))
    model = CausalModel("m", (X, rare, normal("y")), designs=(Design("population", "P"),))
    made = cohort_of(model)
    truth = truths_of(made, ["x"], "rare", Estimand(scale="probability"), n=50).iloc[0]
    assert (truth["truth"], truth["truth_error"]) == (0, 1 / 50)


def test_a_band_has_the_truth_of_reaching_it_less_that_of_reaching_the_next():
    # y is 10 + x with a standard deviation of 1, so that x takes people out of the lowest band.
    band = Variable(
        "band", "Band", Domain.OUTCOME, Kind.ORDINAL, levels=("low", "mid", "high"),
        equation=BandOf(score="y", cuts=(10, 12)), source="t",
    )  # fmt: skip
    made = cohort_of(CausalModel("m", (X, normal("y", ("x", 1.0)), band), designs=VISITS.designs), n=200)
    rows = beside(category_effects(made, "x", adjustment="crude")).set_index(["reach", "band"])
    mid, high = (ndtr(11 - cut) - ndtr(10 - cut) for cut in (10, 12))
    truth = rows["truth"].to_dict()
    expected = {
        ("exactly", "low"): -mid,
        ("exactly", "mid"): mid - high,
        ("exactly", "high"): high,
        ("at least", "mid"): mid,
        ("at least", "high"): high,
    }
    assert truth == pytest.approx(expected, abs=ERRORS * rows["truth_error"].max())
    assert rows["truth_error"].between(0.001, 0.02).all()


def test_each_group_has_its_own_truth():
    group = replace(X, name="g", label="G")
    only = (Cause("x", 2.0, Evidence.ASSUMED, "assumed", only_at=("g", "yes")), *causes(("g", 1.0)))
    y = replace(normal("y"), equation=Normal(baseline=10, sd=1, terms=only))
    made = cohort_of(CausalModel("m", (X, group, y), designs=VISITS.designs), n=200)
    rows = beside(effect_modification(made, "x", by="g", adjustment="crude").effects)
    assert dict(zip(rows["group"], rows["truth"], strict=True)) == pytest.approx(
        {"no": 0, "yes": 2}, abs=EXACT
    )
    assert rows["estimate"].tolist() == pytest.approx([0, 2], abs=ERRORS * math.sqrt(2 / 50))  # 50 in each

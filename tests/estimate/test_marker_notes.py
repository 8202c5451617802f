"""Rows say whose effect a marker's is, and which covariate is a marker of what is meant."""

import pytest

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
from rlsstudy.declare.equations import Normal


def normal(name, label, *causes, **fields):
    return Variable(
        name,
        label,
        Domain.IRON,
        Kind.CONTINUOUS,
        contrast=(0, 1),
        equation=Normal(
            baseline=0, sd=1, terms=tuple(Cause(c, 1.0, Evidence.ASSUMED, "assumed") for c in causes)
        ),
        source="assumed",
        **fields,
    )


def cohort_of(*variables, factor):
    model = CausalModel("m", variables, designs=(Design("population", "Population"),))
    study = Study("t", model, "y", (factor,), SyntheticData(design="population"))
    return rls.simulate_cohort(n=200, seed=1, study=study)


STORES = normal("stores", "Iron stores", measured=False)
FERRITIN = normal("ferritin", "Serum ferritin", "stores", stands_for=("stores", 0, 1))


@pytest.fixture(scope="module")
def with_a_confounder():
    return cohort_of(
        STORES, FERRITIN, normal("x", "X", "stores"), normal("y", "Y", "x", "stores"), factor="x"
    )


def test_a_factor_that_is_a_marker_says_what_it_stands_for():
    cohort = cohort_of(STORES, FERRITIN, normal("y", "Y", "stores"), factor="ferritin")
    rows = rls.estimate_effects(cohort, adjustments=("crude", "graph"))
    assert rows["note"].tolist() == ["stands for iron stores"] * 2
    assert rows["status"].tolist() == ["ok"] * 2


def test_a_covariate_that_is_a_marker_says_what_it_measures_with_error(with_a_confounder):
    row = rls.estimate_effects(with_a_confounder, adjustments=("graph",)).iloc[0]
    assert row["adjusted_for"] == "ferritin"
    assert row["note"] == "adjusted for iron stores by serum ferritin, which measures it with error"


def test_a_crude_effect_has_no_note_of_markers(with_a_confounder):
    assert rls.estimate_effects(with_a_confounder, adjustments=("crude",))["note"].tolist() == [""]


def test_a_label_in_capitals_keeps_them():
    mri = normal("mri", "MRI index", "stores", stands_for=("stores", 0, 1))
    cohort = cohort_of(STORES, mri, normal("x", "X", "stores"), normal("y", "Y", "x", "stores"), factor="x")
    row = rls.estimate_effects(cohort, adjustments=("graph",)).iloc[0]
    assert row["note"] == "adjusted for iron stores by MRI index, which measures it with error"


def test_a_marker_that_the_factor_acts_on_is_a_reason_for_care():
    ferritin = normal("ferritin", "Serum ferritin", "stores", "x", stands_for=("stores", 0, 1))
    variables = (STORES, normal("x", "X", "stores"), ferritin, normal("y", "Y", "x", "stores"))
    row = rls.estimate_effects(cohort_of(*variables, factor="x"), adjustments=("graph",)).iloc[0]
    assert row["status"] == "flagged"
    assert row["note"] == (
        "adjusted for 'ferritin', an effect of this factor, for want of another measure of iron stores; "
        "adjusted for iron stores by serum ferritin, which measures it with error"
    )


def test_what_the_state_acts_on_is_not_adjusted_for_as_if_it_were_a_cause():
    age = normal("age", "Age", "stores")
    cohort = cohort_of(STORES, FERRITIN, age, normal("y", "Y", "stores", "age"), factor="ferritin")
    row = rls.estimate_effects(cohort, adjustments=("age_sex",)).iloc[0]
    assert row["adjusted_for"] == ""
    assert "'age' is an effect of this factor" in row["note"]


def test_scores_of_a_marker_are_against_the_effect_of_its_state():
    cohort = cohort_of(STORES, FERRITIN, normal("y", "Y", "stores"), factor="ferritin")
    scored = rls.score_effects(rls.estimate_effects(cohort, adjustments=("graph",)), cohort).iloc[0]
    assert scored["truth"] == pytest.approx(1, abs=1e-9)  # exact but for floating point
    assert scored["estimate"] < 0.8  # half the marker's variance is error: about 0.5

"""The true effect is the declared one where it can be worked out by hand."""

import pytest

import rlsstudy as rls
from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Scale,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import Bernoulli, Normal
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.truth import truths_of


def normal(name, *terms, **fields):
    equation = Normal(
        baseline=0, sd=1, terms=tuple(Cause(c, size, Evidence.ASSUMED, "assumed") for c, size in terms)
    )
    return Variable(
        name,
        name.upper(),
        Domain.IRON,
        Kind.CONTINUOUS,
        contrast=(0, 1),
        equation=equation,
        source="t",
        **fields,
    )


LINEAR = CausalModel(
    "linear",
    (
        normal("c"),
        normal("x", ("c", 0.5)),
        normal("m", ("x", 2.0)),
        normal("y", ("x", -1.5), ("m", 0.4), ("c", 3.0)),
    ),
    designs=(Design("population", "Population"),),
)
EXACT = 1e-9  # shared noise cancels in a linear model, up to floating point


def truth(model, factor, *, population=None, n=10):
    study = Study("t", model, "y", (factor,), SyntheticData(design="population"), population)
    return rls.true_effect(factor, study=study, n=n)


def test_the_total_effect_adds_direct_and_mediated():
    effect = truth(LINEAR, "x").iloc[0]
    assert effect["truth"] == pytest.approx(-1.5 + 2.0 * 0.4, abs=EXACT)
    assert effect["truth_error"] == pytest.approx(0, abs=EXACT)


def test_a_cause_of_the_factor_has_its_own_effect_through_it():
    assert truth(LINEAR, "c").iloc[0]["truth"] == pytest.approx(3.0 + 0.5 * -0.7, abs=EXACT)


def test_a_consequence_of_the_outcome_has_no_effect_on_it():
    model = LINEAR.with_variables(normal("z", ("y", 1.0)))
    assert truth(model, "z").iloc[0][["truth", "truth_error"]].tolist() == [0.0, 0.0]


def test_a_doubling_is_one_contrast():
    f = Variable(
        "f",
        "F",
        Domain.IRON,
        Kind.CONTINUOUS,
        scale=Scale.LOG2,
        contrast=(50, 100),
        limits=(1, 1000),
        equation=Normal(baseline=100, sd=20),
        source="t",
    )
    model = CausalModel("m", (f, normal("y", ("f", -0.12))), designs=(Design("population", "P"),))
    assert truth(model, "f").iloc[0]["truth"] == pytest.approx(-0.12, abs=EXACT)


def test_in_a_population_belonging_is_held_as_it_is():
    s = Variable(
        "s",
        "S",
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        source="t",
        equation=Bernoulli(baseline=0.3, terms=(Cause("x", 3.0, Evidence.ASSUMED, "assumed"),)),
    )
    model = CausalModel("m", (normal("x"), s, normal("y", ("x", 1.0))), designs=(Design("population", "P"),))
    effect = truth(model, "x", population="s", n=500).iloc[0]
    assert effect["truth"] == pytest.approx(1.0, abs=EXACT)
    assert effect["estimand"] == (
        "mean total effect among those with s (p), who belongs held as without intervention"
    )


def test_each_level_of_a_categorical_factor_has_its_own_truth():
    effects = rls.true_effect("smoking", design="population", n=500)
    assert effects["contrast"].tolist() == ["former vs never", "current vs never"]


def test_a_contested_cause_has_no_effect_by_default_and_one_in_its_scenario():
    assert rls.true_effect("venous_reflux", design="population", n=500)["truth"].iloc[0] == 0
    assert (
        rls.true_effect("venous_reflux", design="population", n=500, scenario="venous_effect")["truth"].iloc[
            0
        ]
        > 1
    )


def test_the_truth_of_one_participant_is_refused():
    with pytest.raises(DeclarationError) as caught:
        rls.true_effect("bmi", n=1)
    assert str(caught.value) == "A true effect is averaged over at least 2 participants, not 1."


def test_the_truth_of_a_real_cohort_is_refused():
    from dataclasses import replace

    cohort = rls.simulate_cohort(n=5, seed=1, design="population")
    real = replace(cohort, origin=replace(cohort.origin, synthetic=False))
    with pytest.raises(EstimationError) as caught:
        truths_of(real, ["bmi"], "irls_total")
    assert str(caught.value) == (
        "The truth of this cohort is not known: it was read from files. "
        "A cohort of simulate_cohort or load_synthetic can be compared with its truth."
    )


def test_a_population_on_the_way_is_held():
    s = Variable(
        "s",
        "S",
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        source="t",
        equation=Bernoulli(baseline=0.3, terms=(Cause("x", 3.0, Evidence.ASSUMED, "assumed"),)),
    )
    model = CausalModel(
        "m", (normal("x"), s, normal("y", ("x", 1.0), ("s", 5.0))), designs=(Design("population", "P"),)
    )
    assert truth(model, "x", population="s", n=200).iloc[0]["truth"] == pytest.approx(1.0, abs=EXACT)


def test_after_an_intervention_the_truth_is_that_of_the_changed_model():
    cohort = rls.simulate_cohort(n=50, seed=1, design="population", do={"ferritin": 50})
    assert truths_of(cohort, ["crp"], "irls_total")["truth"].iloc[0] == 0  # it acts by way of ferritin alone


@pytest.mark.parametrize("outcome", ["irls_band", "rls_case"])
def test_the_truth_of_levels_is_refused(outcome):
    with pytest.raises(DeclarationError) as caught:
        rls.true_effect("bmi", outcome=outcome, design="population", n=10)
    assert str(caught.value) == (
        f"The outcome of an effect is a number other than the factor; '{outcome}' is not. "
        "Choose a score or a measurement."
    )

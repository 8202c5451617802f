"""What is said of samples that the outcome itself chose, and of rare levels at which nobody has it."""

from dataclasses import replace

import numpy as np
import pandas as pd
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
from rlsstudy.declare.equations import Bernoulli, Normal
from rlsstudy.estimate.effects import estimate_effects
from rlsstudy.estimate.selection import selection_concern
from tests.estimate.small_study import MODEL, SMOKING_LEVELS, N, cohort, row


def causes(*names):
    return tuple(Cause(name, 1.0, Evidence.ASSUMED, "assumed") for name in names)


def binary(name, *because_of, **fields):
    equation = Bernoulli(baseline=0.5, terms=causes(*because_of))
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


def through_a_door(*because_of):
    """Return a small cohort of those whom a door with these causes let in; x acts on y and on w."""
    score = Variable(
        "score", "S", Domain.OUTCOME, Kind.CONTINUOUS, equation=Normal(baseline=0, sd=1), source="t"
    )
    door = binary("door", *because_of, measured=False)
    design = Design("d", "By the door", door if because_of else None)
    model = CausalModel("m", (binary("x"), binary("w", "x"), binary("y", "x"), score), designs=(design,))
    study = Study("t", model, "score", ("x",), SyntheticData(design="d", n=20))
    return rls.simulate_cohort(n=20, seed=1, design="d", study=study)


@pytest.mark.parametrize("because_of", [(), ("x",), ("w",)])
def test_nothing_is_said_where_the_outcome_has_no_say_in_who_is_chosen(because_of):
    assert selection_concern(through_a_door(*because_of), "x", ("y",)) == ""


def test_a_sample_chosen_by_the_outcome_alone_keeps_its_odds_ratio():
    assert selection_concern(through_a_door("y"), "x", ("y",)) == (
        "who is in the sample (By the door) depends on the outcome: only the odds ratio speaks of the population, "
        "differences in probability are those of this sample"
    )


@pytest.mark.parametrize("because_of", [("y", "x"), ("y", "w")])
def test_a_sample_chosen_by_outcome_and_factor_relates_them(because_of):
    assert selection_concern(through_a_door(*because_of), "x", ("y",)) == (
        "who is in the sample (By the door) depends on the outcome and on this factor, so that among those chosen they are "
        "related whatever the effect is"
    )


def test_a_cohort_from_files_says_nothing_of_its_door():
    made = through_a_door("y")
    real = replace(made, origin=replace(made.origin, synthetic=False))
    assert selection_concern(real, "x", ("y",)) == ""


def with_a_rare_level(few):
    """Return a cohort in which nobody of the few who smoke is ill."""
    smoking = np.array(["never"] * (N - few) + ["current"] * few)
    ill = np.where(smoking == "current", "no", np.where(np.arange(N) % 2, "yes", "no"))
    made = cohort(
        factors=("abi",),
        smoking=pd.Categorical(smoking, SMOKING_LEVELS),
        ill=pd.Categorical(ill, ["no", "yes"]),
    )
    caused = [replace(MODEL[name], causes_declared=("smoking",)) for name in ("abi", "ill")]
    return replace(made, study=replace(made.study, model=MODEL.with_variables(*caused)))


def test_the_few_at_a_level_of_a_covariate_that_separates_are_left_out():
    effect = row(estimate_effects(with_a_rare_level(8), outcome="ill", model="logistic"), "graph")
    assert (effect["status"], effect["n_used"], effect["n_dropped"]) == ("ok", N - 8, 8)
    assert effect["note"].startswith(
        "participants at a rare level of 'smoking' at which all or none have the outcome: left out"
    )


def test_many_at_such_a_level_leave_the_model_refused():
    effect = row(estimate_effects(with_a_rare_level(40), outcome="ill", model="logistic"), "graph")
    assert effect["status"] == "refused"
    assert "'smoking: current'" in effect["note"]

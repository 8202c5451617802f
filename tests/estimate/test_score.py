"""Estimates beside the truth: bias and coverage, row by row."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.cohort import Origin
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
from rlsstudy.declare.equations import Categorical, Normal
from rlsstudy.errors import EstimationError

EXACT = 1e-9  # shared noise cancels in a linear model, up to floating point


# abi has no effect; former smoking adds 1 point and current 3.
SMOKING = Variable(
    "smoking", "Smoking", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("never", "former", "current"),
    equation=Categorical(shares=(0.4, 0.3, 0.3)), source="made up",
)  # fmt: skip
ABI = Variable(
    "abi", "Ankle-brachial index", Domain.VASCULAR, Kind.CONTINUOUS, contrast=(1.1, 0.9),
    equation=Normal(baseline=1.1, sd=0.1), source="made up",
)  # fmt: skip
STEPS = Cause("smoking", (("former", 1.0), ("current", 3.0)), Evidence.ASSUMED, "made up")
SCORE = Variable(
    "score", "Score", Domain.OUTCOME, Kind.CONTINUOUS,
    equation=Normal(baseline=10, sd=2, terms=(STEPS,)), source="made up",
)  # fmt: skip
MODEL = CausalModel("m", (SMOKING, ABI, SCORE), designs=(Design("population", "Population"),))


def simulated(n, seed):
    study = Study("t", MODEL, "score", ("abi", "smoking"), SyntheticData("population", n=n, seed=seed))
    return rls.simulate_cohort(study=study)


@pytest.fixture(scope="module")
def cohort():
    return simulated(150, 4)


@pytest.fixture(scope="module")
def effects(cohort):
    return rls.estimate_effects(cohort, ["abi", "smoking"], adjustments=["crude", "graph"])


def test_bias_is_the_estimate_minus_the_truth(cohort, effects):
    scored = rls.score_effects(effects, cohort)
    assert scored["truth"].tolist() == pytest.approx([0, 0, 1, 3, 1, 3], abs=EXACT)
    truth = rls.true_effect("smoking", study=cohort.study)
    assert scored["truth_error"].tolist()[2:] == truth["truth_error"].tolist() * 2
    assert scored["bias"].tolist() == (effects["estimate"] - scored["truth"]).tolist()


def test_an_interval_covers_the_truth_or_does_not(cohort, effects):
    moved = effects.assign(conf_low=[-1.0, 0.5, -9, -9, -9, -9], conf_high=[1.0, 1.0, 9, 9, 9, 9])
    covered = rls.score_effects(moved, cohort)["covered"]
    assert covered.tolist() == [True, False, True, True, True, True]
    assert covered.dtype == "boolean"


def test_a_refused_row_neither_covers_nor_misses(cohort, effects):
    refused = effects.assign(estimate=np.nan, conf_low=np.nan, conf_high=np.nan)
    scored = rls.score_effects(refused, cohort)
    assert scored["covered"].isna().all()
    assert scored["bias"].isna().all()
    assert scored["truth"].notna().all()


def test_the_rows_stay_as_they_are_and_scoring_again_changes_nothing(cohort, effects):
    scored = rls.score_effects(effects, cohort)
    pd.testing.assert_frame_equal(scored[effects.columns], effects)
    pd.testing.assert_frame_equal(rls.score_effects(scored, cohort), scored)


def test_the_truth_of_a_real_cohort_is_not_known(cohort, effects):
    real = replace(cohort, origin=Origin("a file", synthetic=False))
    with pytest.raises(EstimationError) as caught:
        rls.score_effects(effects, real)
    assert str(caught.value) == (
        "The truth of this cohort is not known: it was read from files. "
        "A cohort of simulate_cohort or load_synthetic can be compared with its truth."
    )


def test_another_frame_is_refused(cohort, effects):
    with pytest.raises(EstimationError) as caught:
        rls.score_effects(effects.drop(columns=["estimate", "note"]), cohort)
    assert str(caught.value) == (
        "This is not a frame of estimated effects: without estimate, note. Use estimate_effects."
    )


def test_rows_may_be_chosen_and_sorted_before_they_are_scored(cohort, effects):
    chosen = effects[effects["adjustment"] == "graph"].sort_values("estimate")
    scored = rls.score_effects(chosen, cohort)
    assert scored["contrast"].tolist() == chosen["contrast"].tolist()
    assert scored.index.tolist() == chosen.index.tolist()
    assert scored["bias"].tolist() == (chosen["estimate"] - scored["truth"]).tolist()


def test_a_frame_that_does_not_say_what_it_is_about_is_refused(cohort, effects):
    lost = effects.copy()
    lost.attrs = {}
    with pytest.raises(EstimationError) as caught:
        rls.score_effects(lost, cohort)
    assert str(caught.value) == (
        "This frame no longer says which outcome and cohort its effects are about. Score it as estimate_effects "
        "gave it, before it is saved or joined; choosing and sorting rows does no harm."
    )


def test_effects_from_another_cohort_are_refused(effects):
    with pytest.raises(EstimationError) as caught:
        rls.score_effects(effects, simulated(160, 5))
    assert str(caught.value) == (
        "These effects were estimated in another cohort, which differs in participants, seed. "
        "Score them with the cohort that estimate_effects was given."
    )

"""Estimates beside the truth: bias and coverage, row by row."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.cohort import Origin
from rlsstudy.errors import EstimationError


@pytest.fixture(scope="module")
def cohort():
    return rls.simulate_cohort(n=150, seed=4)


@pytest.fixture(scope="module")
def effects(cohort):
    return rls.estimate_effects(cohort, ["abi", "smoking"], adjustments=["crude", "graph"])


def test_bias_is_the_estimate_minus_the_truth(cohort, effects):
    scored = rls.score_effects(effects, cohort)
    truth = rls.true_effect("smoking")
    assert scored["truth"].tolist()[:2] == [0.0, 0.0]
    assert scored["truth"].tolist()[2:] == truth["truth"].tolist() * 2
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
        "The truth of a real cohort is not known; only a synthetic cohort can be compared with it."
    )


def test_another_frame_is_refused(cohort, effects):
    with pytest.raises(EstimationError) as caught:
        rls.score_effects(effects.drop(columns=["estimate", "note"]), cohort)
    assert str(caught.value) == (
        "This is not a frame of estimated effects: without estimate, note. Use estimate_effects."
    )

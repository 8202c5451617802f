"""Random numbers by address, shown for any cut, order and addition."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import BLOCK, draw_blocks
from rlsstudy.cohort.streams import Stream, uniforms

N = 400
MODEL = rls.rls_model()
NAMES = st.sampled_from([variable.name for variable in MODEL.measured])


@cache
def population(**do):
    return rls.simulate_cohort(n=N, seed=8, design="population", do=dict(do) or None)


@given(st.integers(0, 3000), st.integers(1, 400), st.integers(1, 400))
def test_any_cut_of_a_stream_gives_the_same_draws(start, first, second):
    whole = uniforms(5, "x", "value", start, first + second)
    parts = [uniforms(5, "x", "value", start, first), uniforms(5, "x", "value", start + first, second)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.slow
@settings(max_examples=12)  # each draws a cohort
@given(st.integers(1, N))
def test_a_shorter_cohort_is_the_beginning_of_a_longer_one(n):
    short = rls.simulate_cohort(n=n, seed=8, design="population")
    pd.testing.assert_frame_equal(short.data, population().data.head(n))


@given(st.lists(st.integers(0, BLOCK - 1), min_size=1, max_size=50, unique=True))
def test_who_else_is_kept_does_not_matter(places):
    keep = np.sort(np.array(places))
    whole = Stream(5, "x", 0, BLOCK)("value")
    np.testing.assert_array_equal(Stream(5, "x", 0, BLOCK, keep)("value"), whole[keep])


@pytest.mark.slow
@given(NAMES)
def test_what_else_is_drawn_does_not_matter(name):
    ready = calibrated(MODEL)
    alone = next(draw_blocks(ready, MODEL.design("population"), 8, [name])).values[name]
    with_all = _first_block().values[name]
    np.testing.assert_array_equal(alone, with_all)


@cache
def _first_block():
    names = [variable.name for variable in MODEL]
    return next(draw_blocks(calibrated(MODEL), MODEL.design("population"), 8, names))


@pytest.mark.slow
@settings(max_examples=25)
@given(NAMES)
def test_setting_a_variable_moves_its_descendants_alone(name):
    variable = MODEL[name]
    value = variable.levels[-1] if variable.has_levels else _middle(name)
    changed = population(**{name: value})
    moved = {other for other in changed.data if not changed.data[other].equals(population().data[other])}
    assert moved <= MODEL.descendants_of(name) | {name} | _with_gaps_of(MODEL.descendants_of(name) | {name})


def _middle(name):
    variable = MODEL[name]
    return float(variable.contrast[1]) if variable.contrast else float(variable.limits[0])


def _with_gaps_of(changed):
    """Return what has gaps that depend on what has changed."""
    return {
        variable.name
        for variable in MODEL.measured
        if any(cause.name in changed for reason in variable.missing for cause in reason.causes)
    } | {v.name for v in MODEL.measured if v.applies_to in changed}

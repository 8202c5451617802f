"""Quantile regression of an outcome in steps: by hand, in any order, and what it refuses."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.quantile import fit_quantile
from rlsstudy.estimate.fits.quantile_steps import loss_slope_variance, spread_over_steps

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative


def total_of_answers(n=400, seed=2):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.integers(0, 2, size=n), rng.integers(20, 80, size=n)])
    return X, np.clip(np.round(18 + X[:, 1] + 5 * rng.normal(size=n)), 0, 40)


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_quantile(X, y, **options)
    return str(caught.value)


def test_spreading_an_outcome_over_its_step_does_not_depend_on_the_order_of_participants():
    X, y = total_of_answers()
    fit = fit_quantile(X, y, step=1)
    for seed in range(3):
        rows = np.random.default_rng(seed).permutation(len(y))
        shuffled = fit_quantile(X[rows], y[rows], step=1)
        assert np.array_equal(shuffled.coef, fit.coef) and np.array_equal(shuffled.cov, fit.cov)


def test_spreading_hardly_depends_on_the_order_or_the_sign_of_columns():
    X, y = total_of_answers()
    fit, other = fit_quantile(X, y, step=1), fit_quantile(X[:, [2, 0, 1]] * [-1, 1, 1], y, step=1)
    assert (np.abs(other.coef * [-1, 1, 1] - fit.coef[[2, 0, 1]]) < 0.1 * other.std_error).all()


def test_the_median_of_an_outcome_in_steps_worked_out_by_hand():
    # 5, 10, 20, 10 and 5 people at 0 to 4, each spread over a step: a density of 20 in the middle step, 25 on either
    # side of 2. Of the 20 there a share s lies below 2 + (s - 1/2), so that s = 1/2.
    y = np.repeat(np.arange(5.0), [5, 10, 20, 10, 5])
    fit = fit_quantile(np.ones((50, 1)), y, step=1)
    assert fit.coef == pytest.approx([2], abs=0.02)  # the parts of 20 people lie 1/160 apart
    # The part of 20 people in the slope of the loss is 0, that of the others 1/2 to either side.
    assert loss_slope_variance(y - 2.0, 1.0, 0.5) == pytest.approx(0.25 * 30 / 50, rel=EXACT)
    lower = fit_quantile(np.ones((50, 1)), y, step=1, q=0.4)
    assert lower.coef == pytest.approx([1.75], abs=0.02)  # 20 below: 15, and a quarter of the 20


def test_the_parts_of_a_participant_lie_evenly_over_the_step_around_the_value():
    A, b = spread_over_steps(np.arange(6.0).reshape(3, 2), np.array([3.0, 3.0, 7.0]), 2.0)
    assert np.array_equal(A[::8], np.arange(6.0).reshape(3, 2)) and len(A) == 24
    away = b.reshape(3, 8) - [[3], [3], [7]]
    assert (np.abs(away) <= 1).all() and np.diff(away, axis=1) == pytest.approx(0.25, rel=CLOSE)
    assert not np.isclose(away[0], away[1]).any()


@pytest.mark.parametrize("step", [None, 1.0])
def test_an_outcome_without_a_spread_of_its_own_is_refused_with_and_without_a_step(step):
    X, _ = total_of_answers()
    assert "The columns reproduce the outcome exactly" in refusal(X[:, :2], 5 + X[:, 1], step=step)
    assert "the outcome is the same for everybody" in refusal(X, np.full(400, 5.0), step=step)


def test_a_step_that_is_wide_beside_the_outcome_is_refused():
    X, _ = total_of_answers()
    y = np.arange(400) % 4.0
    assert refusal(X, y, step=1) == (
        "The outcome spans 3, which is 3 steps of 1. Allowed: at least 4. Give the step between two neighbouring "
        "values; for an outcome of so few values take an ordinal model."
    )
    assert fit_quantile(X, np.arange(400) % 5.0, step=1).n == 400  # exactly 4

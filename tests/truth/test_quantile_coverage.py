"""Over 2,000 simulated samples the intervals of quantile and robust regression hold the truth as often as they say."""

import numpy as np
import pytest

from rlsstudy.estimate.fits.quantile import fit_quantile
from rlsstudy.estimate.fits.robust import fit_robust

pytestmark = pytest.mark.slow

REPLICATES = 2_000
LOW, HIGH = 0.934, 0.966  # the central 99.9 % of 2,000 intervals at 95 %
MOST_BIAS = 3.3  # Monte Carlo errors, two-sided 99.9 %
SLOPES = np.array([1.0, 2.0])  # of a measurement, and of being exposed
# Without the draw of `step`, 0.51 to 0.97 of the intervals of two groups hold the truth (n = 2,000), by where the median
# lies between two steps; with it, 0.95 to 0.965.
IRLS_LEVEL, IRLS_SPREAD, IRLS_MOST = 18, 5, 40


def normal(rng, n):
    return rng.normal(size=n)


def heavy(rng, n):
    return rng.standard_t(3, size=n)


def sample(rng, n, errors):
    exposed = np.zeros(n)
    exposed[rng.permutation(n)[: 2 * n // 5]] = 1
    X = np.column_stack([np.ones(n), rng.normal(size=n), exposed])
    return X, X[:, 1:] @ SLOPES + errors(rng, n)


def total_of_answers(rng, n):
    X, y = sample(rng, n, lambda rng, n: IRLS_SPREAD * rng.normal(size=n))
    return X, np.clip(np.round(IRLS_LEVEL + y), 0, IRLS_MOST)


def held(fit, draw, seed):
    """Return the share of intervals that hold each slope, and the bias in Monte Carlo errors."""
    rng = np.random.default_rng(seed)
    fits = [fit(*draw(rng)) for _ in range(REPLICATES)]
    ends = np.array([one.conf_int()[1:] for one in fits])
    errors = np.array([one.coef[1:] for one in fits]) - SLOPES
    inside = (ends[:, :, 0] <= SLOPES) & (ends[:, :, 1] >= SLOPES)
    return inside.mean(axis=0), errors.mean(axis=0) / errors.std(axis=0) * np.sqrt(REPLICATES)


SCENARIOS = pytest.mark.parametrize(
    ("n", "errors"),
    [(400, normal), (40, normal), (150, normal), (150, heavy)],
    ids=["base", "n=40", "n=150", "heavy tails"],
)


@SCENARIOS
def test_intervals_of_the_median_hold_the_truth(n, errors):
    share, bias = held(fit_quantile, lambda rng: sample(rng, n, errors), seed=n)
    assert (share >= LOW).all() and (share <= HIGH).all(), share
    assert (np.abs(bias) < MOST_BIAS).all(), bias


def test_intervals_hold_the_truth_of_a_total_of_answers_that_is_spread_over_its_step():
    share, bias = held(
        lambda X, y: fit_quantile(X, y, step=1), lambda rng: total_of_answers(rng, 400), seed=1
    )
    assert (share >= LOW).all() and (share <= HIGH).all(), share
    assert (np.abs(bias) < MOST_BIAS).all(), bias


@SCENARIOS
def test_intervals_of_the_robust_fit_hold_the_truth(n, errors):
    share, bias = held(fit_robust, lambda rng: sample(rng, n, errors), seed=n)
    assert (share >= LOW).all() and (share <= HIGH).all(), share
    assert (np.abs(bias) < MOST_BIAS).all(), bias


def test_intervals_of_the_robust_fit_hold_the_truth_of_a_total_of_answers():
    share, bias = held(fit_robust, lambda rng: total_of_answers(rng, 400), seed=2)
    assert (share >= LOW).all() and (share <= HIGH).all(), share
    assert (np.abs(bias) < MOST_BIAS).all(), bias

"""Over 2,000 simulated samples the intervals of quantile and robust regression hold the truth as often as they say."""

import numpy as np
import pytest

from rlsstudy.estimate.fits.intervals import t_p_values, t_quantile
from rlsstudy.estimate.fits.quantile import fit_quantile
from rlsstudy.estimate.fits.robust import fit_robust

pytestmark = pytest.mark.slow

REPLICATES = 2_000
LOW, HIGH = 0.934, 0.966  # the central 99.9 % of 2,000 intervals at 95 %
FEW, FEW_LOW, FEW_HIGH = 500, 0.918, 0.99  # replicates; the central 99.9 %, from 95 % down and from 97 % up
MOST_BIAS = 3.3  # Monte Carlo errors, two-sided 99.9 %
SLOPES = np.array([1.0, 2.0])  # of a measurement, and of being exposed
MOST_STRIKING = (
    4  # of 2,000 p-values of the truth below 1e-4; 0.2 are expected, and with `errors="nid"` 20 to 40 come
)
# Without `step`, 0.51 to 0.97 of the intervals of two groups hold the truth (n = 2,000), by where the median lies
# between two steps; with it, 0.95 to 0.965.
IRLS_LEVEL, IRLS_SPREAD, IRLS_MOST = 18, 5, 40


def normal(rng, n):
    return rng.normal(size=n)


def heavy(rng, n):
    return rng.standard_t(3, size=n)


def skewed(rng, n):
    return rng.lognormal(size=n)


def sample(rng, n, errors, measure=normal):
    exposed = np.zeros(n)
    exposed[rng.permutation(n)[: 2 * n // 5]] = 1
    X = np.column_stack([np.ones(n), measure(rng, n), exposed])
    return X, X[:, 1:] @ SLOPES + errors(rng, n)


def total_of_answers(rng, n):
    X, y = sample(rng, n, lambda rng, n: IRLS_SPREAD * rng.normal(size=n))
    return X, np.clip(np.round(IRLS_LEVEL + y), 0, IRLS_MOST)


def few_levels(rng, n):
    """Draw 0 to 4, of which the median, spread over the step, is 1.5 + 0.1 / 0.4 among those not exposed, and 1 higher."""
    exposed = np.arange(n) < 2 * n // 5
    shares = np.array([[0.15, 0.25, 0.4, 0.15, 0.05], [0.05, 0.15, 0.2, 0.4, 0.2]])
    above = rng.random(n)[:, None] > shares.cumsum(axis=1)[exposed.astype(int)][:, :4]
    return np.column_stack([np.ones(n), exposed]), above.sum(axis=1)


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


def test_intervals_of_the_median_hold_the_truth_beside_a_skewed_column():
    n = 400
    rng = np.random.default_rng(n)
    fits = [fit_quantile(*sample(rng, n, normal, skewed)) for _ in range(REPLICATES)]
    away = np.array([(fit.coef[1:] - SLOPES) / fit.std_error[1:] for fit in fits])
    share = (np.abs(away) <= t_quantile(n - 3)).mean(axis=0)
    assert (share >= LOW).all() and (share <= HIGH).all(), share
    striking = (t_p_values(away, 1.0, n - 3) < 1e-4).sum(axis=0)
    assert (striking <= MOST_STRIKING).all(), striking


def test_intervals_of_an_outcome_of_few_levels_hold_the_truth_or_are_a_little_wide():
    # A density that differs from step to step is smoothed over neighbouring quantiles, and looks smaller at its top.
    rng = np.random.default_rng(4)
    fits = [fit_quantile(*few_levels(rng, 400), step=1) for _ in range(FEW)]
    away = np.array([(fit.coef - [1.75, 1.0]) / fit.std_error for fit in fits])
    share = (np.abs(away) <= t_quantile(398)).mean(axis=0)
    assert (share >= FEW_LOW).all() and (share <= FEW_HIGH).all(), share


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

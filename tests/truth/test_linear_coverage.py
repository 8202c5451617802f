"""In many simulated samples the intervals of linear regression, ANCOVA and change score hold the truth."""

import numpy as np
import pytest

from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.follow_up import fit_ancova, fit_change

SAMPLES = 2_000
# The central 99.9 % of Binomial(2000, 0.95), as a share.
BAND = (0.934, 0.966)
MONTE_CARLO_ERRORS = 3.3  # two-sided p = 0.001

pytestmark = pytest.mark.slow

COEF = np.array([15.0, 2.0, -0.1])


def design(rng, n):
    """An intercept, an exposure that three in ten have, and age in years."""
    exposed = rng.random(n) < 0.3
    return np.column_stack([np.ones(n), exposed, rng.normal(50, 14, size=n)])


def normal(rng, X):
    return rng.normal(0, 6, size=len(X))


def heavy_tails(rng, X):
    return 3 * rng.standard_t(3, size=len(X))


def unequal_spread(rng, X):
    """Errors three times as wide among the exposed, and wider with age."""
    return rng.normal(size=len(X)) * (3 + 6 * X[:, 1]) * np.exp((X[:, 2] - 50) / 50)


def score(fits, truth):
    """Return coverage and bias in Monte-Carlo errors of the coefficients; ``fits`` are all that were tried."""
    intervals = np.array([fit.conf_int() for fit in fits])
    coef = np.array([fit.coef for fit in fits])
    covered = ((intervals[:, :, 0] <= truth) & (truth <= intervals[:, :, 1])).mean(axis=0)
    return covered, (coef.mean(axis=0) - truth) / (coef.std(axis=0, ddof=1) / len(fits) ** 0.5)


@pytest.mark.parametrize(
    ("n", "errors"),
    [(400, normal), (40, normal), (150, normal), (150, heavy_tails), (150, unequal_spread)],
    ids=["base", "n = 40", "n = 150", "heavy tails", "unequal spread"],
)
def test_hc3_intervals_hold_the_truth(n, errors):
    rng = np.random.default_rng(n)
    fits = []
    for _ in range(SAMPLES):
        X = design(rng, n)
        fits.append(fit_linear(X, X @ COEF + errors(rng, X)))
    covered, bias = score(fits, COEF)
    assert np.all((covered[1:] >= BAND[0]) & (covered[1:] <= BAND[1])), covered
    assert np.all(np.abs(bias) < MONTE_CARLO_ERRORS), bias


EFFECT, FALL = -4.0, -2.0


def two_visits(rng, n, at_baseline):
    """Return design, baseline and follow-up of people whose level does not change but for FALL and EFFECT."""
    exposed = rng.random(n) < 0.5
    level = rng.normal(20, 5, size=n) + at_baseline * exposed
    before, after = level + rng.normal(0, 4, size=n), level + rng.normal(0, 4, size=n)
    return np.column_stack([np.ones(n), exposed]), before, after + FALL + EFFECT * exposed


@pytest.mark.parametrize("fit", [fit_ancova, fit_change])
def test_ancova_and_change_score_hold_the_effect_of_a_randomised_treatment(fit):
    rng = np.random.default_rng(60)
    fits = []
    for _ in range(SAMPLES):
        X, before, after = two_visits(rng, 60, at_baseline=0.0)
        fits.append(fit(X, after, baseline=before))
    # What ANCOVA's intercept and slope of baseline estimate is not declared; the treatment is column 1.
    covered, bias = score(fits, np.full(fits[0].coef.shape, EFFECT))
    assert BAND[0] <= covered[1] <= BAND[1]
    assert abs(bias[1]) < MONTE_CARLO_ERRORS


def test_ancova_is_the_more_precise_of_the_two_in_a_trial():
    rng = np.random.default_rng(61)
    wide = []
    for _ in range(200):
        X, before, after = two_visits(rng, 200, at_baseline=0.0)
        ancova, change = fit_ancova(X, after, baseline=before), fit_change(X, after, baseline=before)
        wide.append(change.std_error[1] / ancova.std_error[1])
    # Reliability r = 25 / 41: variances are in the ratio (1 - r^2) to 2 (1 - r), errors as the root of 2 / (1 + r).
    assert np.mean(wide) == pytest.approx((2 / (1 + 25 / 41)) ** 0.5, rel=0.02)


def test_of_groups_that_differ_at_baseline_only_the_change_score_tells_the_effect():
    # Lord's paradox, where both groups would have changed alike. One measurement tells r = 25 / 41 of the
    # difference of 5 points at baseline; ANCOVA takes the rest, 5 (1 - r) = 1.95 points, for an effect.
    rng = np.random.default_rng(62)
    ancova, change = [], []
    for _ in range(300):
        X, before, after = two_visits(rng, 200, at_baseline=5.0)
        ancova.append(fit_ancova(X, after, baseline=before).coef[1] - EFFECT)
        change.append(fit_change(X, after, baseline=before).coef[1] - EFFECT)
    for bias, expected in ((ancova, 5 * 16 / 41), (change, 0.0)):
        assert abs(np.mean(bias) - expected) < MONTE_CARLO_ERRORS * np.std(bias, ddof=1) / 300**0.5

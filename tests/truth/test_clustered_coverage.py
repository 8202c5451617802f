"""In many simulated samples of few clusters or few people the intervals hold the truth as often as they say.

With few clusters an interval from the normal distribution covers too rarely (0.84 to 0.91 with ten), so
that CR2 with Satterthwaite's degrees of freedom is the default of least squares and of estimating equations.
"""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.gee import fit_gee

SAMPLES = 2_000
# The central 99.9 % of Binomial(2000, 0.95), as a share.
BAND = (0.934, 0.966)
# With ten centres of very unequal size the method errs on the safe side: Satterthwaite's degrees of freedom come out
# low where a few large centres carry most of the information about a covariate of centres.
MOST_WITH_TEN = 0.98
MONTE_CARLO_ERRORS = 3.3  # two-sided p = 0.001
COEF = np.array([15.0, 1.5, -0.5])

pytestmark = pytest.mark.slow


def centres(rng, count):
    """Two to thirty patients in each centre: a covariate of the centre, one of the patient."""
    sizes = rng.integers(2, 31, size=count)
    centre = np.repeat(np.arange(count), sizes)
    n = len(centre)
    X = np.column_stack([np.ones(n), rng.normal(size=count)[centre], rng.normal(size=n)])
    shared = 2 * rng.standard_t(5, size=count)
    return X, X @ COEF + shared[centre] + rng.normal(0, 4, size=n), centre


def people(rng, count, visits):
    """Visits of people, with a covariate of the person and the number of the visit."""
    number = np.full(count, 4) if visits == "four" else rng.integers(2, 8, size=count)
    person = np.repeat(np.arange(count), number)
    n = len(person)
    visit = np.arange(n) - np.repeat(np.cumsum(number) - number, number)
    X = np.column_stack([np.ones(n), rng.normal(size=count)[person], visit])
    return X, X @ COEF + 2 * rng.normal(size=count)[person] + rng.normal(0, 2, size=n), person


def score(draw, fit):
    """Return coverage and bias in Monte-Carlo errors of the slopes; a fit that is refused covers nothing."""
    covered, coef = np.zeros(2), []
    for _ in range(SAMPLES):
        try:
            one = fit(*draw())
        except EstimationError:
            continue
        low, high = one.conf_int()[1:].T
        covered += (low <= COEF[1:]) & (COEF[1:] <= high)
        coef.append(one.coef[1:])
    error = np.std(coef, axis=0, ddof=1) / len(coef) ** 0.5
    return covered / SAMPLES, (np.mean(coef, axis=0) - COEF[1:]) / error


@pytest.mark.parametrize("count", [10, 20, 60])
def test_cr2_intervals_hold_the_truth(count):
    rng = np.random.default_rng(100 + count)
    covered, bias = score(lambda: centres(rng, count), lambda X, y, centre: fit_linear(X, y, clusters=centre))
    most = MOST_WITH_TEN if count == 10 else BAND[1]
    assert np.all((covered >= BAND[0]) & (covered <= most)), covered
    assert np.all(np.abs(bias) < MONTE_CARLO_ERRORS), bias


@pytest.mark.parametrize(
    ("count", "visits"), [(10, "four"), (20, "four"), (60, "four"), (20, "two to seven")]
)
def test_gee_intervals_hold_the_truth(count, visits):
    rng = np.random.default_rng(count)
    covered, bias = score(
        lambda: people(rng, count, visits), lambda X, y, person: fit_gee(X, y, groups=person)
    )
    assert np.all((covered >= BAND[0]) & (covered <= BAND[1])), covered
    assert np.all(np.abs(bias) < MONTE_CARLO_ERRORS), bias

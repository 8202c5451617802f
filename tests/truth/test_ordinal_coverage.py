"""Ordinal regression over many simulated studies: intervals hold the truth as often as they say."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.margins import average_difference
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.ordinal_checks import MIN_EFFECTIVE_SIZE, effective_size

pytestmark = pytest.mark.slow

REPLICATES = 2_000
# The central 99.9 % of what as many intervals that hold 95 % give.
HELD = {2_000: (0.934, 0.966), 1_000: (0.926, 0.971)}
ERRORS = 3.3  # Monte-Carlo errors that a mean may be off
SLOPE_BIAS = 0.12  # of a standard deviation; maximum likelihood is off by as much with 40 people
SLOPES = np.array([0.7, 0.4, -0.3])  # of an exposure with two levels and two covariates
FIVE_BANDS = (-0.4, 0.6, 1.8, 3.0)
FORTY_ONE_TOTALS = tuple(np.log(np.arange(1, 41) / np.arange(40, 0, -1)).tolist())


@dataclass(frozen=True)
class Scenario:
    n: int
    thresholds: tuple[float, ...] = FIVE_BANDS
    heavy_tails: bool = False
    clusters: int = 0
    covariance: str = "adjusted"
    replicates: int = REPLICATES

    def draw(self, rng):
        """Draw columns, outcome and clusters; in clusters of unequal size exposure and latent errors are alike."""
        X, noise = rng.normal(size=(self.n, 3)), rng.normal(size=self.n)
        cluster = None
        exposed = rng.random(self.n) < 0.5
        if self.heavy_tails:
            X[:, 1] = np.exp(X[:, 1])
        if self.clusters:
            share = rng.exponential(size=self.clusters) + 0.3
            cluster = rng.choice(self.clusters, p=share / share.sum(), size=self.n)
            noise = 0.8 * noise + 0.6 * rng.normal(size=self.clusters)[cluster]
            exposed = rng.random(self.n) < rng.random(self.clusters)[cluster]
        X[:, 0] = exposed
        # The noise is normal with variance 1; its quantiles are made logistic, so that slopes stay as they are.
        return X, np.searchsorted(self.thresholds, X @ SLOPES + logit(ndtr(noise))), cluster

    def difference(self, X):
        """The true average difference of the expected score between both levels of the exposure."""
        rest = X[:, 1:] @ SLOPES[1:] - np.array(self.thresholds)[:, None]
        return (expit(rest + SLOPES[0]) - expit(rest)).sum(axis=0).mean()


SCENARIOS = {
    "base": Scenario(400),
    "150 people": Scenario(150),
    "40 people": Scenario(40),
    "40 people, 41 totals": Scenario(40, FORTY_ONE_TOTALS, replicates=1_000),
    "heavy tails": Scenario(150, heavy_tails=True),
    "60 clusters": Scenario(240, clusters=60, covariance="cluster"),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_intervals_of_slopes_and_average_differences_hold_the_truth(scenario):
    rng, held, off, too_small = np.random.default_rng(11), np.zeros(4), [], 0
    for _ in range(scenario.replicates):
        X, y, clusters = scenario.draw(rng)
        if effective_size(np.bincount(y)) < MIN_EFFECTIVE_SIZE:
            too_small += 1  # refused by rule, whatever the columns are
            continue
        try:
            fit = fit_ordinal(X, y, covariance=scenario.covariance, clusters=clusters)
        except EstimationError:
            continue  # counts as an interval that does not hold
        difference = average_difference(fit, X * [0, 1, 1] + [1, 0, 0], X * [0, 1, 1])
        low, high = np.vstack([fit.conf_int(), difference.conf_int()]).T
        truth = np.append(SLOPES, scenario.difference(X))
        held += (low <= truth) & (truth <= high)
        off.append(np.append(fit.coef, difference.estimate) - truth)
    mean, spread, share = np.mean(off, axis=0), np.std(off, axis=0), held / (scenario.replicates - too_small)
    least, most = HELD[scenario.replicates]
    assert too_small < 0.1 * scenario.replicates
    assert (share >= least).all()
    assert (share <= most).all()
    assert abs(mean[3]) < ERRORS * spread[3] / np.sqrt(len(off))
    # Slopes are too far from 0 by a share of the order 1/n, which 2,000 replicates can see.
    assert (np.abs(mean[:3]) < (ERRORS / np.sqrt(len(off)) + SLOPE_BIAS) * spread[:3]).all()

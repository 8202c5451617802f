"""Whether one slope does for every cut of an ordinal outcome, in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.contrasts import Contrast, size_of
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.verdicts import Check, graded
from rlsstudy.estimate.diagnose.words import p_is, written
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.proportionality import Proportionality, proportional_odds_test

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.fits.logistic import LogisticFit

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """A logistic regression at each cut: at or above it, or below.

    Parameters
    ----------
    tests : Proportionality
        The tests of one slope for all cuts.
    above : ndarray, shape (n_cuts,)
        The lowest value of the outcome above each cut.
    fits : tuple of LogisticFit or None
        One for each cut, None where it cannot be fitted.
    points : ndarray, shape (n_cuts + 1,)
        The mean outcome of each group that cuts leave.
    """

    tests: Proportionality
    above: Floats
    fits: tuple[LogisticFit | None, ...]
    points: Floats


def cuts_of(examined: Examined) -> Cuts | None:
    """Test proportional odds and fit each cut on its own; None with fewer than three categories, or where it is refused.

    Parameters
    ----------
    examined : Examined
        An ordinal model.
    """
    X, y, names = examined.question.X, examined.question.y, examined.question.names
    try:
        tests = proportional_odds_test(X, y, names)
    except EstimationError:
        return None
    above = np.array([group[0] for group in tests.groups[1:]])
    group = np.searchsorted(above, y, side="right")
    score = examined.fit.scores[np.searchsorted(examined.fit.categories, y)]
    points = np.bincount(group, score) / np.bincount(group)
    design = np.column_stack([np.ones(len(y)), X])
    fits = tuple(_fit_or_none(design, y >= cut, ("intercept", *names)) for cut in above)
    return Cuts(tests, above, fits, points)


def _fit_or_none(design: Floats, above: NDArray[np.bool_], names: tuple[str, ...]) -> LogisticFit | None:
    try:
        return fit_logistic(design, above, names=names)
    except EstimationError:
        return None


def check_cuts(examined: Examined, cuts: Cuts, sd: float) -> Iterator[Check]:
    """Say for each column, and for all together, whether its slope is the same at every cut.

    What matters is how far apart the cuts are in points: what the estimate would be if the slope of one cut were that
    of all.

    Parameters
    ----------
    examined : Examined
        An ordinal model.
    cuts : Cuts
        Its cuts.
    sd : float
        Standard deviation of the outcome.
    """
    for place, test in enumerate(cuts.tests.columns):
        of_factor = place < examined.n_factor
        slopes = np.array([fit.coef[place + 1] for fit in cuts.fits if fit is not None])
        spread = float(np.ptp(slopes)) * _points_per_slope(examined, place) if len(slopes) > 1 else np.nan
        p, wide = test.p_value, spread >= verdicts.DEPARTURE * sd
        verdict = graded(p < verdicts.P_LOOK, of_factor and p < verdicts.P_SERIOUS and wide)
        found = f"{p_is(p)}; with the slope of one cut for all, {_step(examined, place)} would be {{}}"
        ends = sorted(slopes * _points_per_slope(examined, place))
        found = found.format(f"{written(ends[0])} to {examined.unit.of(ends[-1])}" if len(ends) else "unknown")
        words = _said(examined.question.names[place], verdict, of_factor, found)
        yield Check("proportional odds", test.name, test.statistic, p, spread, verdict, words)
    yield _overall(examined, cuts)


def _points_per_slope(examined: Examined, place: int) -> float:
    """Return by how many points the mean differs for a slope of 1: over the contrast, or for covariates over an SD."""
    fit, X = examined.fit, examined.question.X
    gradient = fit.mean_gradient(examined.question.design())[1][len(fit.thresholds) + place]
    mean = float(X[:, place].mean())
    per_unit = gradient / mean if abs(mean) > 1e-12 else np.nan
    return per_unit

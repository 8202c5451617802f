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
from rlsstudy.estimate.diagnose.verdicts import Check, graded, not_made
from rlsstudy.estimate.diagnose.words import p_is, written
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.proportionality import Proportionality, proportional_odds_test
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.fits.logistic import LogisticFit
    from rlsstudy.estimate.fits.margins import Difference

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
    per_logit : float
        By how much the mean outcome differs for log odds that are larger by 1 at every cut.
    """

    tests: Proportionality
    above: Floats
    fits: tuple[LogisticFit | None, ...]
    points: Floats
    per_logit: float

    def slopes(self, place: int) -> Floats:
        """Return the slope of a column at each cut, NaN where there is none."""
        return np.array([np.nan if fit is None else fit.coef[place + 1] for fit in self.fits])

    @property
    def without(self) -> str:
        """Say how many cuts have no slopes of their own, after a semicolon; nothing where all have."""
        missing = sum(fit is None for fit in self.fits)
        return f"; {missing} of {counted(len(self.fits), 'cut')} cannot be fitted alone" if missing else ""


def cuts_of(examined: Examined) -> Cuts | Check:
    """Test proportional odds and fit each cut on its own; with two categories, or where it is refused, the check not made.

    Parameters
    ----------
    examined : Examined
        An ordinal model.
    """
    X, y, names = examined.question.X, examined.question.y, examined.question.names
    try:
        tests = proportional_odds_test(X, y, names)
    except EstimationError as error:
        return not_made("proportional odds", "all columns", str(error))
    above = np.array([group[0] for group in tests.groups[1:]])
    group = np.searchsorted(above, y, side="right")
    score = examined.fit.scores[np.searchsorted(examined.fit.categories, y)]
    points = np.bincount(group, score) / np.bincount(group)
    design = np.column_stack([np.ones(len(y)), X])
    fits = tuple(_fit_or_none(design, y >= cut, ("intercept", *names)) for cut in above)
    gradient = examined.fit.mean_gradient(X)[1]
    per_logit = -float(gradient[: len(examined.fit.thresholds)].sum())  # all thresholds down is everybody up
    return Cuts(tests, above, fits, points, per_logit)


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
        of_factor, p = place < examined.n_factor, test.p_value
        points = cuts.slopes(place) * cuts.per_logit * step_of(examined, place)
        points = points[~np.isnan(points)]
        spread = float(np.ptp(points)) if len(points) > 1 else np.nan
        wide = spread >= verdicts.DEPARTURE * sd
        verdict = graded(p < verdicts.P_LOOK, of_factor and p < verdicts.P_SERIOUS and wide)
        words = _said(examined, place, verdict, p_is(p), points, cuts.without)
        yield Check("proportional odds", test.name, test.statistic, p, spread, verdict, words)
    yield _overall(examined, cuts)


def step_of(examined: Examined, place: int) -> float:
    """Return the step over which a column is spoken of: its contrast, or of a covariate a standard deviation."""
    contrast = contrast_at(examined, place)
    if contrast is not None:
        return size_of(examined.factor, contrast)
    return float(examined.question.X[:, place].std())


def contrast_at(examined: Examined, place: int) -> Contrast | None:
    """Return the contrast that a column of X carries; None for a covariate, and for a level that is not estimated."""
    if place >= examined.n_factor:
        return None
    carried = (one for one in examined.contrasts if examined.question.place_of(one) == place)
    return next(carried, None)


def _said(examined: Examined, place: int, verdict: str, p: str, points: Floats, without: str) -> str:
    contrast, name = contrast_at(examined, place), examined.label_of(examined.question.names[place])
    step = "over one standard deviation" if contrast is None else f"for {contrast.label}"
    ends = "unknown"
    if len(points) > 1:
        ends = f"{written(points.min())} to {examined.unit.of(float(points.max()))} {step}"
    found = f"{p}; with each cut's own slope it would be {ends}{without}"
    if verdict == "fine":
        return f"The slope of {name} is much the same at every cut ({found})."
    if place >= examined.n_factor:
        return (
            f"The slope of the covariate {name} is not the same at every cut ({found}). The row about all columns says "
            "what that does to the estimate."
        )
    advice = (
        "The estimate is an average over the cuts; say so, and show the effect at each cut."
        if verdict == "look"
        else "One number hides at which severity the factor acts: show the effect at each cut, and give model='linear' "
        "beside it, which does not need proportional odds."
    )
    return f"The slope of {name} is not the same at every cut ({found}). {advice}"


def _overall(examined: Examined, cuts: Cuts) -> Check:
    """Say how far the estimate moves when every column has its own slope at each cut."""
    test = cuts.tests.overall
    pairs = zip(examined.contrasts, examined.estimates, strict=True)
    moves = [(*_moved(examined, cuts, contrast, before), contrast) for contrast, before in pairs]
    in_errors, moved, contrast = max(moves, key=lambda one: one[0])
    p, far = test.p_value, in_errors >= verdicts.MOVED_SERIOUS
    verdict = graded(p < verdicts.P_LOOK, p < verdicts.P_SERIOUS and far)
    found, known = p_is(p), bool(np.isfinite(moved))
    if known:
        found += (
            f"; with its own slopes at every cut the estimate of {contrast.label} moves by {examined.unit.of(moved)}, "
            f"{written(in_errors)} standard errors"
        )
    else:
        found += f"{cuts.without}, so that nothing tells how far own slopes at every cut move the estimate"
    words = {
        "fine": f"One slope for all cuts does for all columns together ({found}).",
        "look": f"One slope for all cuts is not quite right for all columns together ({found}). Odds ratios are averages "
        "over the cuts"
        + (
            "; give model='linear' beside it."
            if in_errors >= verdicts.MOVED_LOOK or not known
            else ", and the estimate stands."
        ),
        "serious": f"One slope for all cuts is wrong for all columns together ({found}). Do not report this estimate "
        "alone; give model='linear' beside it, which does not need proportional odds.",
    }
    return Check("proportional odds", "all columns", test.statistic, p, moved, verdict, words[verdict])


def _moved(examined: Examined, cuts: Cuts, contrast: Contrast, before: Difference) -> tuple[float, float]:
    """Return by how much own slopes at each cut move an estimate, in standard errors and in points; NaN as -inf, NaN."""
    if any(fit is None for fit in cuts.fits):
        return -np.inf, np.nan
    low, high = examined.question.arms(contrast)
    gaps, (below, above) = np.diff(cuts.points), (_shares(examined, cuts, arm) for arm in (low, high))
    own = np.array([_risk(fit, high) - _risk(fit, low) for fit in cuts.fits if fit is not None])
    moved = abs(float(gaps @ (own - (above - below))))
    return moved / before.std_error, moved


def _shares(examined: Examined, cuts: Cuts, X: Floats) -> Floats:
    """Return the mean probability of an outcome at or above each cut, by proportional odds."""
    means = examined.fit.category_means(X)[0]
    return np.array([means[examined.fit.categories >= cut].sum() for cut in cuts.above])


def _risk(fit: LogisticFit, X: Floats) -> float:
    return float(expit(fit.coef[0] + X @ fit.coef[1:]).mean())

"""Which shapes are fitted beside the one that is asked for, and what their tests and criteria say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.splines import default_knots
from rlsstudy.estimate.fits.wald import FormTest
from rlsstudy.estimate.shape import curves
from rlsstudy.estimate.shape.fitted import FittedCurve, Problem, fit_curve
from rlsstudy.estimate.shape.response import TEST_COLUMNS
from rlsstudy.estimate.shape.shape import usual_knots
from rlsstudy.estimate.shape.threshold import Threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NO_EFFECT, STRAIGHT, TREND = "no effect", "straight line", "no trend"
_FLAT_SIDES = {
    "flat above": [[1.0, 1.0]],
    "flat below": [[1.0, 0.0]],
}  # slope and change of slope that make 0
_ORDER = ("linear", "spline", "categories", "threshold", *_FLAT_SIDES)
_CLOSE = 2.0  # of Akaike's criterion: shapes nearer than this are not told apart (Burnham 2002, section 2.6)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The asked shape with what else was fitted.

    Parameters
    ----------
    main : FittedCurve
        The asked shape.
    beside : tuple of FittedCurve
        The others.
    found : Threshold, optional
        What the search for a threshold found.
    scores : ndarray, shape (n,), optional
        With categories, the median of each participant's category on the factor's scale.
    """

    main: FittedCurve
    beside: tuple[FittedCurve, ...]
    found: Threshold | None = None
    scores: Floats | None = None

    @property
    def fits(self) -> tuple[FittedCurve, ...]:
        """All of them, a straight line first."""
        return tuple(sorted((self.main, *self.beside), key=lambda one: _ORDER.index(one.curve.shape)))


def fits_beside(problem: Problem, main: FittedCurve, threshold: float | None) -> tuple[FittedCurve, ...]:
    """Fit a straight line, the usual spline where the values allow it, and a threshold that is known.

    Parameters
    ----------
    problem : Problem
        The data.
    main : FittedCurve
        The asked shape, which is not fitted again.
    threshold : float, optional
        A known threshold, on the factor's scale.
    """
    shapes: list[Callable[[], curves.Curve]] = [
        curves.line,
        lambda: curves.spline(default_knots(problem.z, usual_knots(len(problem.z)))),
    ]
    if threshold is not None:
        shapes.append(lambda: curves.broken_stick(threshold))
    found = []
    for make in shapes:
        try:
            curve = make()
            if curve.shape != main.curve.shape:
                found.append(fit_curve(problem, curve))
        except EstimationError:
            continue  # a shape that was not asked for, and that these values cannot show
    return tuple(found)


def tests_frame(problem: Problem, compared: Compared) -> pd.DataFrame:
    """Return one row per fitted shape and null hypothesis, with the columns `TEST_COLUMNS`."""
    rows = [
        (one.curve.shape, null, wald.statistic, wald.df, wald.df_residual, wald.p_value, one.aicc)
        for one in compared.fits
        for null, wald in _hypotheses(problem, compared, one)
    ]
    return pd.DataFrame.from_records(rows, columns=list(TEST_COLUMNS))


def comparison(compared: Compared) -> str:
    """Say which shape the criterion prefers, or that it does not tell."""
    criteria = {one.curve.shape: one.aicc for one in compared.fits}
    if len(criteria) < 2:
        return ""
    best = min(criteria.values())
    near = [name for name, value in criteria.items() if value - best < _CLOSE]
    behind = [f"{name} by {value - best:.1f}" for name, value in criteria.items() if name not in near]
    if len(near) > 1:
        said = f"AICc does not tell apart: {', '.join(near)} (within {_CLOSE:g} of the smallest)"
    else:
        said = f"AICc prefers {near[0]}"
    return f"{said}; behind: {', '.join(behind)}." if behind else f"{said}."


def _hypotheses(problem: Problem, compared: Compared, fitted: FittedCurve) -> Iterator[tuple[str, FormTest]]:
    """Yield each null hypothesis about a shape, with its test."""
    found, main = compared.found, compared.main
    if found is not None and fitted is main:
        df = fitted.fit.df_residual
        yield NO_EFFECT, FormTest(found.effect_statistic, 2, df, found.effect_p)
        yield STRAIGHT, FormTest(found.statistic, 1, df, found.p_value)
        return
    yield NO_EFFECT, fitted.no_effect()
    if fitted.curve.bends:
        yield STRAIGHT, fitted.straight()
    if fitted.curve.shape == "threshold" and main.curve.shape in _FLAT_SIDES:
        yield main.curve.shape, fitted.test(np.array(_FLAT_SIDES[main.curve.shape]))
    if fitted is main and compared.scores is not None:
        by_category = replace(problem, z=compared.scores)
        yield TREND, fit_curve(by_category, curves.line()).no_effect()

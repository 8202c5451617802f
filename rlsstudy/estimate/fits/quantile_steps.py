"""An outcome in steps, such as a sum of answers, spread evenly over its steps before a quantile regression.

A quantile of an outcome in steps moves in steps too, and in large samples as few as half of the intervals hold the
truth. Machado and Santos Silva [1]_ add a uniform random number to each value and average over several draws. Here
each participant counts as 8 parts, at even distances over the step, so that nothing is left to a draw: what is
minimised is the average check loss over the parts. The distances start at a place that differs by participant, so
that quantiles do not move in eighths of a step.

This place follows from the rank of a participant in the order of outcome, then columns. Participants of one content
are exchangeable, so that the order of rows plays no part.

References
----------
.. [1] Machado JAF, Santos Silva JMC (2005). Quantiles for counts. Journal of the American Statistical
   Association 100, 1226-1237.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PARTS = 8  # of a participant; with 8 a different start moves the median by less than a tenth of its error
MIN_STEPS = 4  # that the outcome spans; fewer say too little about its quantiles
_GOLDEN = (5**0.5 - 1) / 2  # its multiples, whole numbers taken off, are even, and so is every k-th of them
_ROUNDING = 1e-9


def check_step(y: Floats, step: float) -> None:
    """Refuse a step that is wide beside the spread of the outcome."""
    span = float(np.ptp(y))
    if span < MIN_STEPS * step * (1 - _ROUNDING):
        raise EstimationError(
            f"The outcome spans {span:g}, which is {span / step:.3g} steps of {step:g}. Allowed: at least "
            f"{MIN_STEPS}. Give the step between two neighbouring values; for an outcome of so few values take "
            "an ordinal model."
        )


def in_order(X: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the rows in the order of outcome, then columns, which does not depend on the order they came in."""
    order = np.lexsort((*X.T[::-1], y))
    return X[order], y[order]


def spread_over_steps(A: Floats, b: Floats, step: float, parts: int = PARTS) -> tuple[Floats, Floats]:
    """Return several rows for each, the outcome spread evenly over its step.

    Parameters
    ----------
    A : ndarray, shape (n, p)
        The columns, rows in the order of `in_order`.
    b : ndarray, shape (n,)
        The outcome.
    step : float
        In the unit of b.
    parts : int
        Rows for each; one is enough for a density.
    """
    start = np.arange(1, len(b) + 1) * _GOLDEN % 1
    places = (np.arange(parts) + start[:, None]) / parts - 0.5
    return np.repeat(A, parts, axis=0), (b[:, None] + step * places).ravel()


def loss_slope_variance(residuals: Floats, step: float, q: float) -> float:
    """Return the variance of a participant's part in the slope of the check loss, which is q (1 - q) without steps.

    Parameters
    ----------
    residuals : ndarray, shape (n,)
        Of the outcome before it is spread, in the unit of ``step``.
    step : float
        The step.
    q : float
        The quantile, which is also the mean of the shares that lie below the line.
    """
    below = np.clip(0.5 - residuals / step, 0, 1)
    return float(np.square(below - q).mean())

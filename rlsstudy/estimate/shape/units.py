"""From the scale of the model back to the factor's own unit, and which values of it a curve speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BACK: dict[Scale, Callable[[Floats], Floats]] = {
    Scale.LINEAR: np.asarray,
    Scale.LOG: np.exp,
    Scale.LOG2: np.exp2,
    Scale.LOG10: lambda values: np.power(10.0, values),
}
_SHOWN = (0.05, 0.95)  # of the participants: beyond, a curve would speak of single ones
_MOST_BINS = 24
_SURE_DIGITS = 12
_DIGITS = 2  # of a reference that the data choose, so that it is nobody's value


def natural(variable: Variable, z: Floats) -> Floats:
    """Return values in the variable's unit from values on its scale, without the dust of a logarithm."""
    values = np.asarray(_BACK[variable.scale](np.asarray(z, dtype=np.float64)), dtype=np.float64)
    if variable.scale is Scale.LINEAR:
        return values
    tens = 10.0 ** (_SURE_DIGITS - np.floor(np.log10(values)))
    return np.asarray(np.round(values * tens) / tens)


@dataclass(frozen=True, slots=True)
class Span:
    """The values between the 5th and the 95th percentile of the participants, in the factor's unit."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value is among them."""
        return self.low <= value <= self.high


def span_of(variable: Variable, z: Floats) -> Span:
    """Return from where to where a curve is drawn, or say that there is no such range."""
    low, high = natural(variable, np.quantile(z, _SHOWN))
    if not low < high:
        raise EstimationError(
            f"The 5th and the 95th percentile of '{variable.name}' are the same value, so that a curve has no "
            "range. Use categories."
        )
    return Span(float(low), float(high))


def reference_of(variable: Variable, z: Floats, asked: float | None) -> tuple[float, str]:
    """Return the value with which others are compared, and what must be said about it.

    Parameters
    ----------
    variable : Variable
        The factor.
    z : ndarray, shape (n,)
        The participants' values on its scale.
    asked : float, optional
        In the factor's unit; by default the lower end of the declared contrast, and where that is not
        declared or outside the 5th to 95th percentile the median, rounded.
    """
    low, middle, high = natural(variable, np.quantile(z, (_SHOWN[0], 0.5, _SHOWN[1])))
    if asked is not None:
        _check_reference(variable, z, asked, Span(float(low), float(high)))
        return float(asked), ""
    declared = None if variable.contrast is None else float(variable.contrast[0])
    if declared is not None and low <= declared <= high:
        return declared, ""
    rounded = _rounded(variable, float(middle), float(low), float(high))
    why = "no contrast is declared"
    if declared is not None:
        why = f"{plain_number(declared)} is outside the 5th to 95th percentile"
    return rounded, f"compared with {plain_number(rounded)}, about the median, because {why}"


def grid_of(variable: Variable, span: Span, points: int, *marked: float) -> Floats:
    """Return the values at which a curve is worked out, in the factor's unit, ascending.

    Parameters
    ----------
    variable : Variable
        The factor; of one that counts, whole numbers only.
    span : Span
        From where to where.
    points : int
        How many, evenly spaced on the factor's scale.
    *marked : float
        Values that are among them where the span holds them.
    """
    ends = variable.on_scale(np.array([span.low, span.high]))
    grid = natural(variable, np.linspace(ends[0], ends[1], points))
    grid[[0, -1]] = span.low, span.high
    if variable.kind is Kind.INTEGER:
        grid = np.unique(np.round(grid))
        grid = grid[(grid >= span.low) & (grid <= span.high)]
    added = [value for value in marked if span.holds(value)]
    return np.unique(np.concatenate([grid, added]))


def bins_of(variable: Variable, z: Floats, span: Span) -> list[tuple[float, float, int]]:
    """Return lower end, upper end and participants of bins that hold at least 10 each, within the span."""
    ends = variable.on_scale(np.array([span.low, span.high]))
    inside = z[(z >= ends[0]) & (z <= ends[1])]
    if variable.kind is Kind.INTEGER and span.high - span.low < _MOST_BINS:
        edges = variable.on_scale(np.arange(np.ceil(span.low), np.floor(span.high) + 2) - 0.5)
    else:
        edges = np.linspace(ends[0], ends[1], _MOST_BINS + 1)
    counts = np.histogram(inside, edges)[0]
    kept, taken, found = edges[0], 0, list[tuple[float, float, int]]()
    for upper, count in zip(edges[1:], counts, strict=True):
        taken += int(count)
        if taken >= MIN_LEVEL_SIZE:
            found.append((float(kept), float(upper), taken))
            kept, taken = upper, 0
    if found and kept < edges[-1]:
        low, _, count = found.pop()
        found.append((low, float(edges[-1]), count + taken))
    ends = natural(variable, np.array([(low, high) for low, high, _ in found]).reshape(-1, 2))
    return [(float(low), float(high), one[2]) for (low, high), one in zip(ends, found, strict=True)]


def _check_reference(variable: Variable, z: Floats, asked: float, span: Span) -> None:
    """Refuse a reference at which there is nobody to compare with; nobody's value is said."""
    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = float(variable.on_scale(np.array([float(asked)]))[0])
    if z.min() <= on_scale <= z.max():
        return
    raise EstimationError(
        f"The reference {asked:g} is outside the values of '{variable.name}' among these participants. Choose one "
        f"within the 5th to 95th percentile, {span.low:.3g} to {span.high:.3g} {variable.unit}".rstrip()
        + "."
    )


def _rounded(variable: Variable, value: float, low: float, high: float) -> float:
    """Round a value to two digits, or as many more as keep it within a range."""
    if variable.kind is Kind.INTEGER:
        return float(round(value))
    for digits in range(_DIGITS, 16):
        rounded = float(f"{value:.{digits}g}")
        if low <= rounded <= high:
            return rounded
    return value

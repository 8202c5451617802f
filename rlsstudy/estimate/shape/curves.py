"""The columns that a shape puts in place of the factor's own, and which of them bend the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.splines import restricted_cubic_basis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A shape as columns of a design.

    Parameters
    ----------
    shape : str
        Its name.
    columns : callable
        From values on the factor's scale, shape (m,), to columns, shape (m, k).
    endings : tuple of str
        What follows the factor's name in the name of each column.
    bends : tuple of int
        The columns that a straight line does not have; empty where it is not a special case.
    searched : int
        Parameters that were chosen by the data beside the coefficients.
    """

    shape: str
    columns: Callable[[Floats], Floats]
    endings: tuple[str, ...]
    bends: tuple[int, ...] = ()
    searched: int = 0


def line() -> Curve:
    """Return a straight line."""
    return Curve("linear", lambda z: z[:, None], ("",))


def spline(knots: Floats) -> Curve:
    """Return a restricted cubic spline with these knots."""
    bends = range(1, len(knots) - 1)
    return Curve(
        "spline",
        lambda z: restricted_cubic_basis(z, knots),
        ("", *(f", spline term {j + 1}" for j in bends)),
        tuple(bends),
    )


def broken_stick(at: float, searched: int = 0) -> Curve:
    """Return two straight lines that meet at a threshold; the second column is the change of slope."""
    return Curve(
        "threshold",
        lambda z: np.column_stack([z, np.maximum(z - at, 0.0)]),
        ("", ", above the threshold"),
        (1,),
        searched,
    )


def flat_beyond(at: float, side: str) -> Curve:
    """Return a line that is flat above or below a threshold."""
    stop = np.minimum if side == "above" else np.maximum
    return Curve(f"flat {side}", lambda z: stop(z, at)[:, None], (f", flat {side} the threshold",))


def steps(cuts: Sequence[float], reference: int, labels: Sequence[str]) -> Curve:
    """Return an indicator of each category but one; a value at a cut belongs to the upper one."""
    others = [place for place in range(len(cuts) + 1) if place != reference]

    def columns(z: Floats) -> Floats:
        return np.asarray(np.searchsorted(cuts, z, side="right")[:, None] == others, dtype=np.float64)

    return Curve("categories", columns, tuple(f": {labels[place]}" for place in others))

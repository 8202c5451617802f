"""Which shape a factor's effect is given, as it is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

from rlsstudy.errors import EstimationError, bullet_list, did_you_mean

ShapeKind = Literal["spline", "linear", "categories", "threshold"]
Flat = Literal["", "above", "below"]
UNKNOWN = "unknown"
# Four are enough for most curves (Harrell 2015, section 2.4.6); of fewer people, three: with four the intervals at the
# ends hold the truth a little too rarely at n = 40.
_KNOTS, _KNOTS_OF_FEW, _FEW = 4, 3, 100
_DEFAULTS: dict[str, Any] = {"knots": None, "cuts": (), "at": None, "flat": "", "seed": 0}
_BELONGS = {
    "knots": ("spline",),
    "cuts": ("categories",),
    "at": ("threshold",),
    "flat": ("threshold",),
    "seed": ("threshold",),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which shape the effect of a factor is given.

    Parameters
    ----------
    kind : {"spline", "linear", "categories", "threshold"}
        ``spline``: a restricted cubic spline. ``linear``: a straight line on the declared scale.
        ``categories``: a step for each. ``threshold``: two straight lines that meet.
    knots : int or tuple of float, optional
        Of a spline: how many, 3 to 7, at Harrell's quantiles (`default_knots`); or where, in the factor's
        unit. By default 4, and 3 with fewer than 100 participants.
    cuts : tuple of float
        Of categories: the lowest value of each but the first, in the factor's unit. By default those of a
        variable that is declared to band the factor, else the quintiles.
    at : float or {"unknown"}, optional
        Where the threshold is, in the factor's unit. By default where the one cut of a declared band is;
        without one, or with ``"unknown"``, it is looked for.
    flat : {"", "above", "below"}
        Whether nothing more happens above, or below, a threshold that is known.
    seed : int
        Of the bootstrap behind a threshold that is looked for.

    Raises
    ------
    EstimationError
        A shape that is not offered, or options that contradict it; all are listed.

    Examples
    --------
    >>> Shape("threshold", at=75, flat="above").at
    75
    """

    kind: ShapeKind = "spline"
    knots: int | tuple[float, ...] | None = None
    cuts: tuple[float, ...] = ()
    at: float | Literal["unknown"] | None = None
    flat: Flat = ""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("knots", "cuts"):
            if isinstance(value := getattr(self, name), list):
                object.__setattr__(self, name, tuple(value))
        if problems := [*self._kind_problems(), *self._value_problems()]:
            raise EstimationError(f"The shape cannot be had:\n{bullet_list(problems)}")

    def _kind_problems(self) -> Iterator[str]:
        for what, value, allowed in (("shape", self.kind, ShapeKind), ("flat side", self.flat, Flat)):
            if value not in get_args(allowed):
                yield f"no {what} '{value}' is offered.{did_you_mean(str(value), filter(None, get_args(allowed)))}"
        for name, kinds in _BELONGS.items():
            if getattr(self, name) != _DEFAULTS[name] and self.kind not in kinds:
                yield f"'{name}' belongs to the shape {kinds[0]}, not to {self.kind}."

    def _value_problems(self) -> Iterator[str]:
        for name, least in (("knots", 3), ("cuts", 0)):
            values = getattr(self, name)
            if isinstance(values, tuple) and not (len(values) >= least and _ascend(values)):
                yield f"'{name}' ascend, and are finite numbers" + (f", at least {least}." if least else ".")
        if isinstance(self.at, str) and self.at != UNKNOWN:
            yield f"'at' is a number or '{UNKNOWN}', not '{self.at}'."
        if isinstance(self.at, float | int) and not math.isfinite(self.at):
            yield f"'at' is a finite number, not {self.at}."
        if self.flat and self.at == UNKNOWN:
            yield "a threshold that is looked for has a slope on either side. Give 'at', or leave 'flat' out."
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            yield f"'seed' is a whole number from 0, not {self.seed!r}."


def shape_of(asked: Shape | str) -> Shape:
    """Return the shape that is asked for by its name alone, or as it is."""
    return asked if isinstance(asked, Shape) else Shape(asked)  # type: ignore[arg-type]  # checked there


def usual_knots(n: int) -> int:
    """Return how many knots a spline has where nothing else is asked for."""
    return _KNOTS_OF_FEW if n < _FEW else _KNOTS


def _ascend(values: tuple[float, ...]) -> bool:
    finite = all(isinstance(value, float | int) and math.isfinite(value) for value in values)
    return finite and all(low < high for low, high in pairwise(values))

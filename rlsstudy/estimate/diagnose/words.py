"""How checks write numbers: two digits that mean something, a proper minus sign, and the outcome's unit."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, log10

_MOST_DECIMALS = 3
_TINY = 0.5 * 10.0**-_MOST_DECIMALS  # nothing is left of it
_LEAST_P = 0.001
_UP = 1 + 1e-12  # halves that a double holds a little too low round away from zero


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit in which differences of the outcome are said.

    Parameters
    ----------
    name : str
        Such as ``points``; empty where the outcome has none.
    factor : float
        By which a difference is multiplied first: 100 from probabilities to percentage points.
    """

    name: str = ""
    factor: float = 1.0

    def of(self, value: float) -> str:
        """Write a difference with its unit."""
        number = written(self.factor * value)
        return f"{number} {self.name}" if self.name else number


def written(value: float) -> str:
    """Write a number to two significant digits, and at least all those before the point.

    Examples
    --------
    >>> [written(number) for number in (0.0123, -1.25, 38.2, 1234.5, 0.0002)]
    ['0.012', '−1.3', '38', '1,235', '0']
    """
    if not isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    size = float(f"{abs(value):.1e}")
    if size < _TINY:
        return "0"
    decimals = min(_MOST_DECIMALS, max(0, 1 - floor(log10(size))))
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value) * _UP:,.{decimals}f}"


def percent(share: float) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.153), percent(0.004), percent(0)
    ('15 %', '0.4 %', '0 %')
    """
    shown = 100 * share
    return f"{shown:.0f} %" if shown >= 1 or shown == 0 else f"{shown:.1f} %"


def p_is(p_value: float) -> str:
    """Write a p-value as in a sentence.

    Examples
    --------
    >>> p_is(0.0002), p_is(0.032), p_is(0.0043)
    ('p < 0.001', 'p = 0.03', 'p = 0.004')
    """
    if p_value < _LEAST_P:
        return f"p < {_LEAST_P}"
    return f"p = {p_value:.{3 if p_value < 0.01 else 2}f}"

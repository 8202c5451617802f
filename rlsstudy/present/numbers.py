"""How a number, an interval, a p-value, a count and a unit are written: the only place that rounds.

Rules, in short: a proper minus sign; halves round away from zero, as by hand; an estimate and its
interval share their decimals, two significant digits of half the interval's width; nothing that is
not zero is written as zero without need, and a zero has no sign; p-values follow the AMA Manual of
Style, 11th ed., 19.5, and are never rounded across 0.05; what is absent is an en dash.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from math import floor, isfinite, isinf, isnan, log10
from typing import SupportsFloat

from rlsstudy.errors import EstimationError

ABSENT = "–"
MINUS = "\u2212"
NO_BREAK = "\u00a0"

_MOST_DECIMALS = 6
_EXTRA_DECIMALS = 2  # that may be added to keep a limit from being written as 0
_WHOLE_PERCENT_BELOW = 1000  # a tenth of a percent is less than one participant
_REPEATABLE_DIGITS = 12  # the last bits of a float depend on processor and threads; these do not
_MOST_P_DECIMALS = 4
_LEVEL = Decimal("0.05")


def write_number(value: SupportsFloat | None, decimals: int = 2) -> str:
    """Write a number with a fixed count of decimals.

    Parameters
    ----------
    value : float or None
        The number; None, NaN and ``pandas.NA`` are absent.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        With thousands separated by commas; never a negative zero.

    Examples
    --------
    >>> write_number(-1234.5, 1), write_number(-0.001), write_number(None)
    ('−1,234.5', '0.00', '–')
    """
    number = _as_float(value)
    if isnan(number):
        return ABSENT
    if isinf(number):
        return "∞" if number > 0 else f"{MINUS}∞"
    rounded = _round(number, decimals)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


def write_plain(value: SupportsFloat | None) -> str:
    """Write a declared number with the decimals it was declared with.

    Examples
    --------
    >>> write_plain(50.0), write_plain(-0.25), write_plain(7000)
    ('50', '−0.25', '7,000')
    """
    number = _as_float(value)
    if not isfinite(number):
        return write_number(number)
    exponent = _decimal(number).normalize().as_tuple().exponent
    return write_number(number, max(0, -int(exponent)))


def decimals_for(spread: float, *, digits: int = 2, least: int = 0) -> int:
    """Return the decimals that show a spread to so many significant digits.

    Parameters
    ----------
    spread : float
        A standard deviation, or half the width of an interval.
    digits : int
        Significant digits of the spread.
    least : int
        The fewest decimals.

    Returns
    -------
    int
        From ``least`` to 6; ``least`` for a spread that is 0 or not finite.
    """
    if not isfinite(spread) or spread <= 0:
        return least
    # Rounding can carry: 0.0996 to two digits is 0.10, which needs one decimal fewer.
    rounded = float(f"{spread:.{digits - 1}e}")
    return min(_MOST_DECIMALS, max(least, digits - 1 - floor(log10(rounded))))


def write_interval(
    estimate: float, low: float, high: float, *, decimals: int | None = None, least: int = 0
) -> str:
    """Write an estimate with its interval, all with the same decimals.

    Parameters
    ----------
    estimate, low, high : float
        The estimate and its limits.
    decimals : int, optional
        Digits after the point, as they are; by default two significant digits of half the width.
    least : int
        The fewest decimals when they follow from the width.

    Returns
    -------
    str
        ``"0.03 (−0.10 to 0.16)"``. Where decimals follow from the width, a limit that is not 0 but
        would be written so gets up to two more: whether an interval holds 0 is looked for first.

    Examples
    --------
    >>> write_interval(0.03, -0.1, 0.16)
    '0.03 (−0.10 to 0.16)'
    >>> write_interval(0.5, 0.004, 0.996), write_interval(0.5, 0.004, 0.996, decimals=2)
    ('0.500 (0.004 to 0.996)', '0.50 (0.00 to 1.00)')
    """
    if isnan(_as_float(estimate)):
        return ABSENT
    if decimals is None:
        decimals = _without_false_zeros((low, high), decimals_for((high - low) / 2, least=least))
    first, second, third = (write_number(value, decimals) for value in (estimate, low, high))
    return f"{first} ({second} to {third})"


def shared_decimals(limits: Collection[tuple[float, float]], *, least: int = 0, most: int) -> int:
    """Return the decimals of a column of intervals, as the narrowest needs them, and no false zeros.

    Examples
    --------
    >>> shared_decimals([(-0.089, 0.054), (0.82, 1.18)], most=3)
    3
    """
    widest = max((decimals_for((high - low) / 2, least=least) for low, high in limits), default=least)
    decimals = min(widest, most)
    needed = (_without_false_zeros(limit, decimals) for limit in limits)
    return max((more for more in needed if more <= most), default=decimals)


def write_at_most(value: SupportsFloat, decimals: int = 2) -> str:
    """Write an upper bound: 0.0412 is at most ``"0.05"``."""
    return f"{_round(_as_float(value), decimals, ROUND_CEILING):,.{decimals}f}"


def write_mean(mean: float, sd: float, *, decimals: int | None = None) -> str:
    """Write a mean with its standard deviation: ``"54.2 (12.1)"``."""
    if isnan(_as_float(mean)):
        return ABSENT
    decimals = decimals_of_mean(sd) if decimals is None else decimals
    return f"{write_number(mean, decimals)} ({write_number(sd, decimals)})"


def decimals_of_mean(sd: float) -> int:
    """Return the decimals of a mean: two significant digits of the SD, and at least one below 100."""
    return decimals_for(sd, least=1 if sd < 100 else 0)


def write_quartiles(median: float, lower: float, upper: float, *, decimals: int | None = None) -> str:
    """Write a median with its quartiles: ``"62 (35 to 110)"``."""
    if isnan(_as_float(median)):
        return ABSENT
    decimals = decimals_for((upper - lower) / 2) if decimals is None else decimals
    return f"{write_number(median, decimals)} ({write_range(lower, upper, decimals)})"


def write_range(low: float, high: float, decimals: int | None = None) -> str:
    """Write a range with "to", which cannot be taken for a minus sign: ``"−2 to 5"``."""
    if decimals is None:
        return f"{write_plain(low)} to {write_plain(high)}"
    return f"{write_number(low, decimals)} to {write_number(high, decimals)}"


def write_count(count: SupportsFloat | None) -> str:
    """Write a count, thousands separated: ``"7,561"``."""
    return write_number(count, 0)


def write_share(count: SupportsFloat, total: SupportsFloat) -> str:
    """Write a count as a percentage: ``"45%"``.

    Examples
    --------
    >>> write_share(1, 600), write_share(599, 600), write_share(412, 2000), write_share(0, 0)
    ('<1%', '>99%', '20.6%', '–')
    """
    part, whole = _as_float(count), _as_float(total)
    if isnan(part) or isnan(whole) or whole <= 0:
        return ABSENT
    decimals = 0 if whole < _WHOLE_PERCENT_BELOW else 1
    step = 10.0**-decimals
    rounded = float(_round(100 * part / whole, decimals))
    if part > 0 and rounded < step:
        return f"<{write_number(step, decimals)}%"
    if part < whole and rounded > 100 - step:
        return f">{write_number(100 - step, decimals)}%"
    return f"{write_number(rounded, decimals)}%"


def write_count_share(count: SupportsFloat, total: SupportsFloat) -> str:
    """Write a count with its percentage: ``"123 (45%)"``."""
    return f"{write_count(count)} ({write_share(count, total)})"


def write_p(p_value: SupportsFloat | None) -> str:
    """Write a p-value without its letter.

    Parameters
    ----------
    p_value : float or None
        From 0 to 1, or absent.

    Returns
    -------
    str
        Two decimals, three below 0.01, ``"<0.001"`` and ``">0.99"`` at the ends. More decimals
        where fewer would move it to the other side of 0.05.

    Raises
    ------
    EstimationError
        The number is not between 0 and 1.

    Examples
    --------
    >>> [write_p(p) for p in (0.0004, 0.0049, 0.032, 0.0499, 0.35, 0.9996)]
    ['<0.001', '0.005', '0.03', '0.0499', '0.35', '>0.99']
    """
    value = _as_float(p_value)
    if isnan(value):
        return ABSENT
    if not 0 <= value <= 1:
        raise EstimationError(f"A p-value is from 0 to 1, not {value:g}. Check the model it came from.")
    if value < 0.001:
        return "<0.001"
    if value > 0.99:
        return ">0.99"
    for decimals in range(3 if value < 0.01 else 2, _MOST_P_DECIMALS + 1):
        if (_round(value, decimals) < _LEVEL) == (_decimal(value) < _LEVEL):
            return write_number(value, decimals)
    return f"<{_LEVEL}"


def write_p_equation(p_value: SupportsFloat | None) -> str:
    """Write a p-value as in a sentence: ``"p = 0.03"``, ``"p < 0.001"``."""
    text = write_p(p_value)
    if text[0] in "<>":
        return f"p {text[0]} {text[1:]}"
    return f"p = {text}"


def with_unit(number: str, unit: str) -> str:
    """Put a unit after a written number, so that a line does not break between them.

    Examples
    --------
    >>> with_unit("45", "%"), with_unit("50", "")
    ('45%', '50')
    """
    if not unit:
        return number
    return f"{number}{unit}" if unit == "%" else f"{number}{NO_BREAK}{unit}"


def _as_float(value: SupportsFloat | None) -> float:
    """Return a float; NaN for whatever is absent (``pandas.NA`` refuses ``float``)."""
    try:
        return float("nan") if value is None else float(value)
    except TypeError:
        return float("nan")


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{_REPEATABLE_DIGITS}g}")


def _round(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return _decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=rounding) + 0


def _without_false_zeros(limits: tuple[float, float], decimals: int) -> int:
    for more in range(decimals, decimals + _EXTRA_DECIMALS + 1):
        if all(value == 0 or not isfinite(value) or _round(value, more) != 0 for value in limits):
            return more
    return decimals

"""Cells of a synthetic twin: drawn for a field of a dictionary, or turned from simulated values into the file's codes.

Every draw has the address (seed, column, row), so a longer twin begins with the shorter one and a new column leaves the
others as they were.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.cohort.propose.fields import DECIMALS, Described, decimal_mark, matches
from rlsstudy.cohort.streams import uniforms
from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.object_]

STREAM = "twin/"  # so that a column never has the draws of a declared variable of its name
FORM_STATUS = "_complete"
GAPS = 0.05  # of the cells of a column that may have them
CODED_GAPS = 0.6  # of these gaps, where the dictionary has codes for missing values
DIGITS = 6  # significant; simulated values are coarser
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = 19_723.0, 20_088.0  # the days of 2024, counted from 1970-01-01
BIRTHS = (-7_305.0, 10_957.0)  # 1950 to the end of 1999
USUAL_SPAN = 100.0
NOBODY = "nobody@example.invalid"
PLACEHOLDERS = (
    "synthetic text",
    "synthetic",
    NOBODY,
    "12:30",
    "12:30:00",
    "30:00",
    "00000",
    "00000-0000",
    "0000",
    "(200) 200-0000",
    "02 0000 0000",
    "000-00-0000",
    "0000000000",
    "X0X 0X0",
    "1.0",
    "1",
    "A",
)


def draw_cells(one: Described, missing: Mapping[str, str], seed: int, n: int) -> list[str]:
    """Draw the cells of a field that is no declared variable.

    Parameters
    ----------
    one : Described
        The field.
    missing : mapping of str to str
        The codes for missing values that may stand in it.
    seed, n : int
        The seed, and how many cells.

    Returns
    -------
    list of str
        Cells within the field's limits, levels and format, with gaps where it may have them.
    """
    drawn = uniforms(seed, STREAM + one.name, "value", 0, n)
    return with_gaps(_values(one, drawn), one, missing, seed)


def with_gaps(cells: Sequence[str], one: Described, missing: Mapping[str, str], seed: int) -> list[str]:
    """Leave some cells of a field empty, or with one of its codes for missing values; none where it is required."""
    if one.required or one.group or one.name.endswith(FORM_STATUS):  # REDCap never leaves these empty
        return list(cells)
    holes = uniforms(seed, STREAM + one.name, "gap", 0, len(cells)) < GAPS
    return [
        gap if hole else cell
        for cell, hole, gap in zip(cells, holes, _gap_cells(one, missing, seed, len(cells)), strict=True)
    ]


def code_gaps(
    cells: Sequence[str], reasons: Sequence[object], one: Described, missing: Mapping[str, str], seed: int
) -> list[str]:
    """Write codes for missing values into some of the gaps of a simulated column, where a value could have been."""
    codes = _gap_cells(one, missing, seed, len(cells))
    return [
        code if not cell and reason != NOT_APPLICABLE else cell
        for cell, reason, code in zip(cells, reasons, codes, strict=True)
    ]


def write_simulated(
    values: pd.Series[Any],
    variable: Variable,
    one: Described,
    *,
    codes: Mapping[str, str],
    factor: float,
) -> list[str]:
    """Turn simulated values into what the user's file will hold.

    Parameters
    ----------
    values : Series, shape (n,)
        Values in declared units and levels; absent where there is a gap.
    variable : Variable
        The declared variable.
    one : Described
        The field of the user's file.
    codes : mapping of str to str
        The file's codes and the levels they stand for; empty where the file writes the levels.
    factor : float
        What the file's unit is multiplied by to give the declared one.

    Returns
    -------
    list of str
        Cells; empty where there is a gap, or a level that the file has no code for. Numbers beyond the limits of the
        dictionary are written as these limits.
    """
    absent = values.isna().to_numpy()
    if variable.has_levels:
        by_level = {level: code for code, level in reversed(list(codes.items()))} or {
            level: level for level in variable.levels
        }
        return [
            "" if gap else by_level.get(str(value), "") for value, gap in zip(values, absent, strict=True)
        ]
    low, high = one.limits
    write = number_writer(one, whole=variable.kind is Kind.INTEGER and factor == 1.0)
    inside = np.clip(
        values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan) / factor,
        -math.inf if low is None else low,
        math.inf if high is None else high,
    )
    return ["" if gap else write(float(value)) for value, gap in zip(inside, absent, strict=True)]


def number_writer(one: Described, *, whole: bool) -> Callable[[float], str]:
    """Return what writes a number as a field has it: with its decimals and its decimal mark.

    Parameters
    ----------
    one : Described
        The field.
    whole : bool
        Whether its values are whole numbers.
    """
    mark, decimals = decimal_mark(one), _decimals(one)
    if whole or one.kind is Kind.INTEGER:
        return lambda value: str(round(value))
    if decimals is not None:
        return lambda value: f"{value:.{decimals}f}".replace(".", mark)
    return lambda value: np.format_float_positional(float(f"{value:.{DIGITS}g}"), trim="-").replace(".", mark)


def _decimals(one: Described) -> int | None:
    """Return the one number of decimals that a field's pattern allows; None where it allows several or says nothing."""
    mark = decimal_mark(one)
    fitting = [places for places in DECIMALS if matches(one.pattern, f"1{mark}{'0' * places}")]
    return fitting[0] if one.pattern and len(fitting) == 1 else None


def identifier_cells(one: Described, n: int) -> list[str]:
    """Write obviously invented identifiers: numbers where the field is one, else ``synthetic-0001``."""
    if one.kind is Kind.DATE:
        return _values(one, (np.arange(n) + 0.5) / n)
    fits = _fitting(one.pattern, ("synthetic-0001",))
    if one.kind in (Kind.INTEGER, Kind.CONTINUOUS) or (not fits and _fitting(one.pattern, ("1",))):
        return [str(place) for place in range(1, n + 1)]
    if fits:
        return [f"synthetic-{place:04d}" for place in range(1, n + 1)]
    return [_fitting(one.pattern, PLACEHOLDERS)] * n


def contact_cells(what: str, one: Described, n: int) -> list[str]:
    """Write invented contents of a column that points to people: an address that nobody has, days of birth."""
    if "mail" in what:
        return [NOBODY if _fitting(one.pattern, (NOBODY,)) else ""] * n
    if one.kind is Kind.DATE and "birth" in what:
        low, high = one.limits
        span = (BIRTHS[0] if low is None else low, BIRTHS[1] if high is None else high)
        return [_day(value, one) for value in np.linspace(*span, n)]
    return identifier_cells(one, n)


def _values(one: Described, drawn: Floats) -> list[str]:
    if one.levels:
        codes = [code for code in one.levels if code not in one.missing]
        return [codes[int(share * len(codes))] if codes else "" for share in drawn]
    if one.kind is Kind.DATE:
        first, last = _span(one, FIRST_DAY, LAST_DAY)
        return [_day(first + share * (last - first), one) for share in drawn]
    if one.kind in (Kind.INTEGER, Kind.CONTINUOUS):
        return _numbers(one, drawn)
    if one.kind in (Kind.BINARY, Kind.ORDINAL, Kind.CATEGORICAL):
        return [""] * len(drawn)  # its levels are not said
    return [_fitting(one.pattern, PLACEHOLDERS)] * len(drawn)


def _numbers(one: Described, drawn: Floats) -> list[str]:
    low, high = _span(one, 0.0, USUAL_SPAN)
    whole = one.kind is Kind.INTEGER
    write = number_writer(one, whole=whole)
    if whole:
        return [write(math.floor(low + share * (math.floor(high) - low + 1))) for share in drawn]
    decimals = max(1, 2 - math.floor(math.log10(high - low))) if high > low else 1
    return [write(min(max(round(low + share * (high - low), decimals), low), high)) for share in drawn]


def _span(one: Described, low: float, high: float) -> tuple[float, float]:
    """Return the limits of a field, with the usual ones where it has none."""
    given_low, given_high = one.limits
    if given_low is None and given_high is None:
        return low, high
    width = high - low
    if given_low is None:
        assert given_high is not None
        return (low if low < given_high else given_high - width), given_high
    return given_low, (max(high, given_low + width) if given_high is None else max(given_high, given_low))


def _day(value: float, one: Described) -> str:
    moment = EPOCH + timedelta(days=math.floor(value), minutes=math.floor(value % 1 * 1440))
    return moment.strftime(one.date_format or ISO_DATE)


def _fitting(pattern: str, texts: Sequence[str]) -> str:
    """Return the first text that a pattern allows, or the empty one."""
    return next((text for text in texts if not pattern or matches(pattern, text)), "")


def _gap_cells(one: Described, missing: Mapping[str, str], seed: int, n: int) -> list[str]:
    codes = list(missing)
    if not codes:
        return [""] * n
    shares = uniforms(seed, STREAM + one.name, "code of gap", 0, n)
    return [codes[int(share / CODED_GAPS * len(codes))] if share < CODED_GAPS else "" for share in shares]

"""Dates as they are declared to be written, and no others; every different cell once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.declare.data_files import ISO_DATE

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.cell_rule import CellRule, Verdicts
    from rlsstudy.cohort.files.raw_columns import TextColumn

MICROSECONDS_PER_DAY = 86_400_000_000
_FIRST_DAY = date(1970, 1, 1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_PARTS = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    "m": "(?P<m>[0-9]{1,2})",
    "d": "(?P<d>[0-9]{1,2})",
    "b": f"(?P<b>{'|'.join(_MONTHS)})",
    "B": f"(?P<B>{'|'.join(_LONG_MONTHS)})",
    "H": "(?P<H>[0-9]{1,2})",
    "M": "(?P<M>[0-9]{2})",
    "S": "(?P<S>[0-9]{2})",
}
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,6})?)?)?"
)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_ONE = -719_162  # 0001-01-01 in days since 1970-01-01
_PIVOT = 69  # two-digit years from 69 on are of the last century, as in POSIX


class NoDate(ValueError):
    """A cell that is no date: ``.code`` says whether it is written otherwise, or no day of the calendar."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How dates are written.

    Parameters
    ----------
    letters : str
        In the letters of ``strptime``: ``%Y-%m-%d``.
    """

    letters: str

    @property
    def has_time(self) -> bool:
        """Whether a time of day belongs to it."""
        return "%H" in self.letters

    def days(self, cell: str) -> float:
        """Return a cell as days since 1970-01-01.

        Raises
        ------
        NoDate
            It is not written so, or there is no such day.
        """
        found = _pattern(self.letters).fullmatch(cell)
        if found is None:
            raise NoDate("E_DATE_FORMAT")
        parts = found.groupdict()
        if "y" in parts:
            short = int(parts["y"])
            year = short + (1900 if short >= _PIVOT else 2000)
        else:
            year = int(parts["Y"])
        return _day_number(year, _month(parts), int(parts["d"]), [int(parts.get(p) or 0) for p in "HMS"])


def iso_days(cell: str) -> float:
    """Return a date that a typed file holds, written as ISO 8601, as days since 1970-01-01.

    Raises
    ------
    NoDate
        It is none.
    """
    found = _ISO.fullmatch(cell)
    if found is None:
        raise NoDate("E_DATE_FORMAT")
    year, month, day, hour, minute, second, fraction = found.groups()
    days = _day_number(int(year), int(month), int(day), [int(part or 0) for part in (hour, minute, second)])
    return days + float(fraction or 0) * 1e6 / MICROSECONDS_PER_DAY


@lru_cache(maxsize=64)
def _pattern(letters: str) -> re.Pattern[str]:
    """Return the pattern of a date format; a day and a month have two digits where nothing separates the parts."""
    text = re.escape(letters)
    for letter, part in _PARTS.items():
        text = text.replace(f"%{letter}", part, 1)
    if re.search(r"\)\(\?P", text) or "-" in letters:  # %Y%m%d, and ISO dates
        text = text.replace("{1,2}", "{2}")
    return re.compile(text, re.ASCII | re.IGNORECASE)


def _month(parts: dict[str, str]) -> int:
    if "b" in parts:
        return _MONTHS.index(parts["b"].lower()) + 1
    return _LONG_MONTHS.index(parts["B"].lower()) + 1 if "B" in parts else int(parts["m"])


def _day_number(year: int, month: int, day: int, time: list[int]) -> float:
    try:
        hour, minute, second = time
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        raise NoDate("E_DATE_INVALID") from error
    return (moment.date() - _FIRST_DAY).days + (3600 * hour + 60 * minute + second) / 86_400


def judge_dates(raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    """Say what the open cells of a column of dates are; each becomes days since 1970-01-01, or a fault.

    Parameters
    ----------
    raw : TextColumn
        The column. Cells that the file itself holds as dates are taken in whatever way it writes them.
    rule, verdicts
        What the cells may be, and where it is noted.
    """
    if raw.kinds is None and rule.mapped.date_format == ISO_DATE:
        _judge_iso_days(raw, verdicts)
    written = DateFormat(rule.mapped.date_format)
    faulty: dict[str, list[int]] = {}
    for place in np.flatnonzero(verdicts.open).tolist():
        cell = str(raw.distinct[place])
        typed = CellKind.TEXT if raw.kinds is None else raw.kinds[place]
        try:
            verdicts.values[place] = _days(cell, typed, written)
        except NoDate as fault:
            faulty.setdefault(fault.code, []).append(place)
    for code, places in faulty.items():
        cells = np.zeros(len(verdicts.open), dtype=bool)
        cells[places] = True
        verdicts.fault(cells, code)
    verdicts.open[:] = False


def _judge_iso_days(raw: TextColumn, verdicts: Verdicts) -> None:
    """Read all days at once where they are written as ISO dates and exist; the others are left open."""
    cells = raw.distinct[verdicts.open]
    if not all(map(_ISO_DAY.fullmatch, cells)):
        return
    try:
        days = cells.astype("datetime64[D]").astype(np.int64)
    except ValueError:  # there is no such day, which is told cell by cell
        return
    if len(days) and days.min() >= _YEAR_ONE:
        verdicts.decide(verdicts.open.copy(), days.astype(np.float64))


def _days(cell: str, typed: int, written: DateFormat) -> float:
    if typed == CellKind.DATE:
        days = iso_days(cell)
        if days != int(days) and not written.has_time:
            raise NoDate("E_DATE_FORMAT")
        return days
    if typed != CellKind.TEXT:
        raise NoDate("E_DATE_FORMAT")
    return written.days(cell)

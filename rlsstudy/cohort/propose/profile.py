"""What the cells of a column look like, as counts: no value leaves this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import NumberColumn, RawColumn, TextColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ANY_DATE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}(?:[ T][0-9:]+)?", re.ASCII)
_REASON = re.compile(r"\[[^\]]+\]")  # a reason for a gap, as this package writes it
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"(?:\+|\()?[0-9](?:[ ()/.-]*[0-9]){7,14}", re.ASCII)
_MOST_OF = 0.5
_CODES = 12  # a column with at most so many different cells looks like codes
_ROWS_PER_CODE = 3


class _Form(Enum):
    """What a cell looks like."""

    INTEGER = auto()
    NUMBER = auto()
    COMMA_NUMBER = auto()
    DATE = auto()
    EMAIL = auto()
    PHONE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts of what is in a column.

    Parameters
    ----------
    n_rows, n_filled, n_distinct : int
        Rows, cells that are not empty (and not a reason in brackets), and different ones among them.
    n_integers, n_numbers, n_comma_numbers, n_dates, n_emails, n_phones : int
        Cells that look like these.
    numbers : ndarray of float
        The numbers, with either decimal mark, for comparing them with limits.
    texts : frozenset of str
        The different cells, for comparing them with declared levels.
    """

    n_rows: int
    n_filled: int
    n_distinct: int
    n_integers: int
    n_numbers: int
    n_comma_numbers: int
    n_dates: int
    n_emails: int
    n_phones: int
    numbers: Floats
    texts: frozenset[str]

    @property
    def looks_like_codes(self) -> bool:
        """Whether few different cells are repeated often."""
        return 1 < self.n_distinct <= _CODES and self.n_filled >= _ROWS_PER_CODE * self.n_distinct

    @property
    def identifies_by(self) -> str:
        """What most cells look like, where that points to people; else empty."""
        for count, what in ((self.n_emails, "e-mail addresses"), (self.n_phones, "telephone numbers")):
            if self.n_filled and count > _MOST_OF * self.n_filled:
                return what
        return ""

    @property
    def decimal_mark(self) -> str:
        """The decimal mark of most of its numbers."""
        return "," if self.n_comma_numbers > self.n_numbers - self.n_integers else "."

    @property
    def strict_type(self) -> str:
        """The one type that every cell fits, as a study file names it; ``text`` where there is none."""
        for count, word in (
            (self.n_integers, "integer"),
            (self.n_numbers, "number"),
            (self.n_integers + self.n_comma_numbers, "number"),
            (self.n_dates, "date"),
        ):
            if self.n_filled and count == self.n_filled:
                return word
        return "text"

    def share_outside(self, limits: tuple[float, float] | None) -> float:
        """Return the share of the numbers that lie outside limits."""
        if limits is None or not self.numbers.size:
            return 0.0
        low, high = limits
        return float(((self.numbers < low) | (self.numbers > high)).mean())


def profile(column: RawColumn) -> Profile:
    """Count what a column holds.

    Parameters
    ----------
    column : TextColumn or NumberColumn
        The column.

    Returns
    -------
    Profile
        The counts.
    """
    return _of_numbers(column) if isinstance(column, NumberColumn) else _of_texts(column)


def _of_numbers(column: NumberColumn) -> Profile:
    values = np.asarray(column.values, dtype=np.float64)
    filled = values[~np.isnan(values)]
    whole = int((filled == np.floor(filled)).sum())
    n = len(filled)
    distinct = len(np.unique(filled))
    return Profile(len(values), n, distinct, whole, n, 0, 0, 0, 0, filled, frozenset())


def _of_texts(column: TextColumn) -> Profile:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.distinct))
    found: dict[_Form, int] = dict.fromkeys(_Form, 0)
    numbers: list[float] = []
    times: list[int] = []
    texts: set[str] = set()
    for raw, count in zip(column.distinct.tolist(), counts.tolist(), strict=True):
        cell = str(raw).strip()
        if not (count and cell) or _REASON.fullmatch(cell):
            continue
        texts.add(cell)
        form = _form(cell)
        found[form] += count
        if form in (_Form.INTEGER, _Form.NUMBER, _Form.COMMA_NUMBER):
            numbers.append(float(cell.replace(",", ".")))
            times.append(count)
    return Profile(
        n_rows=len(column.codes),
        n_filled=sum(found.values()),
        n_distinct=len(texts),
        n_integers=found[_Form.INTEGER],
        n_numbers=found[_Form.INTEGER] + found[_Form.NUMBER],
        n_comma_numbers=found[_Form.COMMA_NUMBER],
        n_dates=found[_Form.DATE],
        n_emails=found[_Form.EMAIL],
        n_phones=found[_Form.PHONE],
        numbers=np.repeat(np.asarray(numbers, dtype=np.float64), times),
        texts=frozenset(texts),
    )


def _form(cell: str) -> _Form:
    """Return what a cell looks like; the commonest forms are tried first."""
    if _INTEGER.fullmatch(cell):
        # A plus and many digits are a telephone number, not a count.
        return _Form.PHONE if cell.startswith("+") and _PHONE.fullmatch(cell) else _Form.INTEGER
    if _NUMBER.fullmatch(cell):
        return _Form.NUMBER
    if _COMMA_NUMBER.fullmatch(cell):
        return _Form.COMMA_NUMBER
    if _ANY_DATE.fullmatch(cell):
        return _Form.DATE if _DATE.fullmatch(cell) else _Form.TEXT
    if "@" in cell:
        return _Form.EMAIL if _EMAIL.fullmatch(cell) else _Form.TEXT
    return _Form.PHONE if _PHONE.fullmatch(cell) else _Form.TEXT

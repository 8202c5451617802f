"""One column of a statistical package's file: numbers or texts, with what its metadata say of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, RawColumn, TextColumn
from rlsstudy.problems import Problem, Severity, counted, plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Floats, Texts
    from rlsstudy.cohort.files.statpack_time import Writer

    Mask = NDArray[np.bool_]

EXACT_DOUBLE = 2.0**53  # from here on a double does not tell whole numbers apart
DATES = "0001-01-01 to 9999-12-31"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file's metadata say of one column.

    Parameters
    ----------
    file, name : str
        The file and the column.
    is_text : bool
        Whether the file declares it as text.
    writer : callable, optional
        What turns its numbers into dates or times; None when they are numbers.
    labels : mapping
        Labels by code: a number, a text, or the letter of a Stata or SAS missing value.
    ranges : sequence of (low, high)
        Codes that the file declares missing; both ends belong to it.
    exact_below : float
        The first whole number that the column's storage does not tell from its neighbour.
    """

    file: str
    name: str
    is_text: bool
    writer: Writer | None = None
    labels: Mapping[Any, str] = field(default_factory=dict)
    ranges: Sequence[tuple[Any, Any]] = ()
    exact_below: float = EXACT_DOUBLE

    def reason(self, code: float | str) -> str:
        """Return the label of a code that is declared missing, or the code as it is written."""
        label = self.labels.get(code, "").strip()
        if label:
            return label
        if isinstance(code, float):
            return plain_number(code)
        return code if self.is_text else f".{code}"

    def problem(self, said: Problem, where: Mask) -> Problem:
        """Say of which column a problem is, how many records it concerns, and which is the first."""
        return replace(
            said,
            message=f"Column '{self.name}' of '{self.file}' has {said.message}",
            file=self.file,
            column=self.name,
            cell=f"record {int(np.argmax(where)) + 1}",
            count=int(where.sum()),
        )


def as_column(cells: Sequence[Any], meaning: Meaning, *, tagged: bool) -> RawColumn:
    """Turn the cells that the parser gives into a column.

    Parameters
    ----------
    cells : sequence of float, int, str or None
        The values; None is system-missing, and a letter in a column of numbers is Stata's or SAS's extended
        missing value.
    meaning : Meaning
        What the metadata say.
    tagged : bool
        Whether there are such letters.

    Returns
    -------
    NumberColumn or TextColumn
        With labels, reasons and problems. A column of dates is one of texts.
    """
    if meaning.is_text:
        return _text_column(cells, meaning)
    letters = [cell if isinstance(cell, str) else "" for cell in cells] if tagged else []
    plain = [None if isinstance(cell, str) else cell for cell in cells] if tagged else cells
    values = np.asarray(plain, dtype=np.float64)
    stated, values = _stated(values, letters, meaning)
    problems = [] if stated is None else [_declared_missing(stated != "", meaning)]
    if meaning.writer is not None:
        return replace(_moments(values, meaning, meaning.writer, problems), stated=stated)
    problems += _precision(values, meaning)
    labels = {float(code): label for code, label in meaning.labels.items() if not isinstance(code, str)}
    return NumberColumn(values, stated, labels, tuple(problems))


def _stated(values: Floats, letters: Sequence[str], meaning: Meaning) -> tuple[Texts | None, Floats]:
    """Return the reasons that the file gives, and the values without the codes that it declares missing."""
    if not letters and not meaning.ranges:
        return None, values
    stated = np.full(len(values), "", dtype=object)
    if letters:
        reasons = {letter: meaning.reason(letter) for letter in set(letters) - {""}}
        stated[:] = [reasons.get(letter, "") for letter in letters]
    declared = np.zeros(len(values), dtype=bool)
    for low, high in meaning.ranges:
        declared |= (values >= low) & (values <= high)
    if declared.any():
        codes, places = np.unique(values[declared], return_inverse=True)
        stated[declared] = np.asarray([meaning.reason(code) for code in codes.tolist()], dtype=object)[places]
        values = np.where(declared, np.nan, values)
    return (stated if (stated != "").any() else None), values


def _declared_missing(where: Mask, meaning: Meaning) -> Problem:
    found = f"{counted(int(where.sum()), 'value')} that the file itself declares missing"
    hint = "They are kept as missing, with the code or its label as the reason."
    return meaning.problem(Problem("N_USER_MISSING", found, Severity.NOTE, hint=hint), where)


def _precision(values: Floats, meaning: Meaning) -> list[Problem]:
    """Warn of whole numbers that are too long for how the column is stored; measurements may be."""
    large = np.isfinite(values) & (np.abs(values) >= meaning.exact_below)
    if not large.any():
        return []
    known = values[np.isfinite(values)]
    if (known != np.floor(known)).any():
        return []
    limit = f"{math.floor(meaning.exact_below):,}"
    found = f"{counted(int(large.sum()), 'whole number')} of {limit} or more, whose last digits the file may not hold"
    hint = "If they are identifiers, export them as text."
    return [meaning.problem(Problem("W_PRECISION", found, Severity.WARN, hint=hint), large)]


def _moments(values: Floats, meaning: Meaning, writer: Writer, problems: list[Problem]) -> TextColumn:
    """Write the numbers as dates or times; what is none is absent, and told."""
    there = ~np.isnan(values)
    numbers, places = np.unique(values[there], return_inverse=True)
    texts, kind = writer(numbers)
    codes = np.full(len(values), -1, dtype=np.int32)
    distinct = [text for text in texts if text is not None]
    codes_of = np.cumsum([text is not None for text in texts], dtype=np.int32) - 1
    codes_of[[text is None for text in texts]] = -1
    codes[there] = codes_of[places]
    outside = there & (codes == -1)
    if outside.any():
        found = f"{counted(int(outside.sum()), 'number')} formatted as a date or time that is none"
        hint = "Mend them in the program that wrote the file."
        told = Problem("E_DATE_INVALID", found, allowed=DATES, hint=hint)
        problems = [*problems, meaning.problem(told, outside)]
    as_array = np.empty(len(distinct), dtype=object)
    as_array[:] = distinct
    kinds = np.full(len(distinct), kind, dtype=np.uint8)
    return TextColumn(codes, as_array, kinds if kind is not CellKind.TEXT else None, tuple(problems))


def _text_column(cells: Sequence[Any], meaning: Meaning) -> TextColumn:
    texts = np.empty(len(cells), dtype=object)
    texts[:] = ["" if cell is None else str(cell) for cell in cells]
    labels = {code.rstrip(" "): label for code, label in meaning.labels.items() if isinstance(code, str)}
    column = TextColumn.of(texts)
    bounds = [(str(low).rstrip(" "), str(high).rstrip(" ")) for low, high in meaning.ranges]
    gone = np.asarray(
        [any(low <= own <= high for low, high in bounds) for own in column.distinct], dtype=bool
    )
    where = np.append(gone, False)[column.codes]
    if not where.any():
        return replace(column, labels=labels)
    stated = np.full(len(texts), "", dtype=object)
    stated[where] = [meaning.reason(code) for code in texts[where]]
    texts[where] = None
    column = TextColumn.of(texts, (_declared_missing(where, meaning),))
    return replace(column, labels=labels, stated=stated)

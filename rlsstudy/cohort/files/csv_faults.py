"""What is wrong with rows of a text file: one problem for each kind, with the first place and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rlsstudy.cohort.files.raw_table import note, plain_name
from rlsstudy.problems import Problem, counted

BLANK = "N_BLANK_LINES"
MOST_FAULTS = 200_000  # rows; a file with more is not read further


class _Wording(NamedTuple):
    noun: str
    rest: str
    allowed: str
    hint: str


_FIELDS = "{n_columns} fields in every row, as in the header"
_SAID = {
    "E_SHORT_ROW": _Wording("row", "with too few fields", _FIELDS, "Was the file cut, or a separator lost?"),
    "E_LONG_ROW": _Wording(
        "row", "with too many fields", _FIELDS, "Put text that holds a separator in quotes."
    ),
    "E_OPEN_QUOTE": _Wording("quote", "without an end", "a closing quote", "Close the quote in that line."),
    "E_QUOTING": _Wording(
        "row",
        "with a quote out of place",
        "quotes around a whole field, and doubled inside it",
        "Mend the quotes, or export the file again.",
    ),
}


@dataclass
class Faults:
    """Faults of rows, counted.

    Parameters
    ----------
    file : str
        The file's name.
    header : sequence of str
        The names of its columns, as far as they are known.
    """

    file: str
    header: Sequence[str] = ()
    _first: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)
    _last: int = 0

    def add(self, code: str, line: int, column: int | None = None, count: int = 1) -> None:
        """Remember a fault, with the place of its column from 0 if it has one."""
        if code not in self._first:
            name = self.header[column] if column is not None and column < len(self.header) else ""
            self._first[code] = (line, plain_name(name))
        self._count[code] = self._count.get(code, 0) + count
        self._last = line

    @property
    def n_rows(self) -> int:
        """How many rows have a fault."""
        return sum(count for code, count in self._count.items() if code != BLANK)

    @property
    def are_too_many(self) -> bool:
        """Whether so many rows have a fault that the rest is not worth reading."""
        return self.n_rows >= MOST_FAULTS

    def problems(self) -> list[Problem]:
        """Return the faults of rows, in the order in which they were met."""
        return [self._problem(code) for code in self._first if code != BLANK]

    def notes(self) -> list[Problem]:
        """Return what is worth knowing: blank lines, and that the file was not read to its end."""
        notes = []
        if BLANK in self._first:
            count = self._count[BLANK]
            message = f"'{self.file}' has {counted(count, 'blank line')}, passed over"
            notes.append(note(BLANK, message, self.file, line=self._first[BLANK][0], count=count))
        if self.are_too_many:
            message = f"'{self.file}' was not read to its end, because so many rows do not fit its header"
            notes.append(note("N_NOT_READ", message, self.file, line=self._last))
        return notes

    def _problem(self, code: str) -> Problem:
        said, count = _SAID[code], self._count[code]
        line, column = self._first[code]
        where = "" if column is None else f", the first in column '{column}'"
        return Problem(
            code,
            f"'{self.file}' has {counted(count, said.noun)} {said.rest}{where}",
            allowed=said.allowed.format(n_columns=len(self.header)),
            hint=said.hint,
            file=self.file,
            column=column,
            line=line,
            count=count,
        )

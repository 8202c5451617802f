"""A problem found in data, as a record that reads as a sentence and never shows a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from unicodedata import category

# Controls, invisible format characters, lone surrogates and line ends, which could steer a terminal.
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ALL_DIGITS_BELOW = 1e16  # a double above this has more digits written out than it holds


class Severity(StrEnum):
    """What a problem means for the file: worth knowing, worth a look, or not usable."""

    NOTE = "note"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a data file or a cohort.

    Parameters
    ----------
    code : str
        A stable code, ``E_…`` for refusals, ``W_…`` for warnings, ``N_…`` for notes.
    message : str
        What was found, in one sentence.
    severity : Severity
        What it means for the file.
    allowed, hint : str
        What is allowed, and what to do next.
    file, column : str, optional
        Where it is.
    line : int, optional
        The first line concerned, counted from 1 with the header, in files that have lines.
    cell : str, optional
        The first cell concerned in other files: ``Data!A2`` in a sheet, ``record 2`` in a file without either.
    count : int
        How many values, rows or participants are concerned.
    """

    code: str
    message: str
    severity: Severity = Severity.REFUSE
    allowed: str = ""
    hint: str = ""
    file: str | None = None
    column: str | None = None
    line: int | None = None
    cell: str | None = None
    count: int = 1

    def __str__(self) -> str:
        """Write what was found, where, what is allowed and what to do."""
        place = f"line {self.line}" if self.line is not None else self.cell
        where = f" (first in {place})" if place is not None else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        hint = f" {self.hint}" if self.hint else ""
        end = "" if self.message.endswith("?") and not where else "."
        return printable(f"{self.message.removesuffix('.')}{where}{end}{allowed}{hint}")

    def as_record(self) -> dict[str, Any]:
        """Return the problem as plain values, as written by ``rlsstudy check --json``."""
        return asdict(self) | {"severity": str(self.severity)}


def refusals(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems for which a file is refused."""
    return tuple(problem for problem in problems if problem.severity is Severity.REFUSE)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: ``1 row``, ``1,200 rows``; ``many`` where the plural is not ``one`` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def printable(text: str) -> str:
    """Leave out characters that are not shown, because names in files may hold what steers a terminal."""
    return "".join(character for character in text if category(character) not in _UNPRINTED)


def plain_number(value: float) -> str:
    """Write a declared number with all its digits, and no decimals when it is whole.

    Examples
    --------
    >>> plain_number(50.0), plain_number(1234567), plain_number(-0.25)
    ('50', '1234567', '-0.25')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < _ALL_DIGITS_BELOW else repr(number)

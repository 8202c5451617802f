"""A problem found in data, as a record that reads as a sentence and never shows a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


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
    count: int = 1

    def __str__(self) -> str:
        """Write what was found, where, what is allowed and what to do."""
        where = f" (first in line {self.line})" if self.line is not None else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.message.removesuffix('.')}{where}.{allowed}{hint}"

    def as_record(self) -> dict[str, Any]:
        """Return the problem as plain values, as written by ``rlsstudy check --json``."""
        return asdict(self) | {"severity": str(self.severity)}


def refusals(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems for which a file is refused."""
    return tuple(problem for problem in problems if problem.severity is Severity.REFUSE)


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 row``, ``3 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

"""Comparing a raw REDCap export with its dictionary, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.redcap.rows import NUMBER, SECONDS_PER_DAY
from rlsstudy.cohort.redcap.types import decimal_mark
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.problems import Problem, counted, plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

WHOLE = re.compile(r"[+-]?[0-9]+")
DATE_PATTERNS: Mapping[str, str] = {"Y": "[0-9]{4}", "m": "[0-9]{2}", "d": "[0-9]{2}"} | dict.fromkeys(
    "HMS", "[0-9]{2}"
)
FOUND = {
    "E_TYPE": "that is not of its type",
    "E_RANGE": "outside its limits",
    "E_LEVEL": "that is none of its codes",
    "E_PATTERN": "that its validation refuses",
    "E_DATE_FORMAT": "that is not written as a date is",
    "E_DATE_INVALID": "that is no day of the calendar",
}


@dataclass(frozen=True)
class _Rule:
    """What the cells of one field can be."""

    field: DictionaryField

    def fault(self, cell: str) -> str | None:
        """Return the code of what is wrong with a cell that is no gap."""
        own = self.field
        if own.kind in LEVELLED:
            return None if cell in own.levels else "E_LEVEL"
        if own.kind in (Kind.INTEGER, Kind.CONTINUOUS):
            return self._number(cell)
        if own.kind is Kind.DATE:
            return self._date(cell)
        return None if not own.pattern or _compiled(own.pattern).fullmatch(cell) else "E_PATTERN"

    def _number(self, cell: str) -> str | None:
        own = self.field
        point = cell.replace(",", ".") if decimal_mark(own) == "," else cell
        pattern = WHOLE if own.kind is Kind.INTEGER else NUMBER
        if not pattern.fullmatch(point) or (own.pattern and not _compiled(own.pattern).fullmatch(cell)):
            return "E_TYPE"
        return self._range(float(point))

    def _date(self, cell: str) -> str | None:
        written = re.sub("%([A-Za-z])", lambda found: DATE_PATTERNS[found[1]], self.field.date_format)
        if not _compiled(written).fullmatch(cell):
            return "E_DATE_FORMAT"
        try:
            moment = datetime.strptime(cell, self.field.date_format).replace(tzinfo=UTC)
        except ValueError:
            return "E_DATE_INVALID"
        return self._range(moment.timestamp() / SECONDS_PER_DAY)

    def _range(self, value: float) -> str | None:
        low, high = self.field.limits
        return "E_RANGE" if (low is not None and value < low) or (high is not None and value > high) else None

    def allowed(self, code: str) -> str:
        """Say what is allowed, in the words of the dictionary."""
        own = self.field
        if code == "E_LEVEL":
            return ", ".join(own.levels)
        if code == "E_RANGE":
            return self._limits()
        if code in ("E_DATE_FORMAT", "E_DATE_INVALID"):
            return f"dates as {own.date_format}"
        if code == "E_TYPE" and own.kind is Kind.INTEGER:
            return "whole numbers"
        return own.pattern or "numbers"

    def _limits(self) -> str:
        low, high = (None if limit is None else self._written(limit) for limit in self.field.limits)
        if low is None or high is None:
            return f"at least {low}" if high is None else f"at most {high}"
        return f"{low} to {high}"

    def _written(self, limit: float) -> str:
        if self.field.kind is not Kind.DATE:
            return plain_number(limit)
        return datetime.fromtimestamp(round(limit * SECONDS_PER_DAY), UTC).strftime(self.field.date_format)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def dictionary_problems(table: RawTable, dictionary: Dictionary) -> list[Problem]:
    """Compare every cell of a raw export with its field.

    Gaps are faults where a field is required, has no branching logic, and its form was filled in. Branching logic
    is never evaluated. Missing data codes are gaps with a reason.

    Parameters
    ----------
    table : RawTable
        The raw export, as `read_redcap` returns it.
    dictionary : Dictionary
        The project's fields; columns of other names are not looked at.

    Returns
    -------
    list of Problem
        One for each column and kind of fault, with its first line and how many cells it concerns: `E_LEVEL`,
        `E_TYPE`, `E_RANGE`, `E_DATE_FORMAT`, `E_DATE_INVALID`, `E_PATTERN` (email, phone and the like), `E_MISSING`.
    """
    problems: list[Problem] = []
    for own in dictionary.fields:
        column = table.columns.get(own.name)
        if isinstance(column, TextColumn):
            missing = {**dictionary.missing, **own.missing}
            problems += _faults(table, column, own, missing)
            if own.name == dictionary.key or (own.required and not own.branching):
                problems += _gaps(table, column, own, is_key=own.name == dictionary.key)
    return problems


def _faults(
    table: RawTable, column: TextColumn, own: DictionaryField, missing: Mapping[str, str]
) -> Iterator[Problem]:
    """Judge each different cell once, and yield one problem for each kind of fault."""
    rule = _Rule(own)
    by_code: dict[str, list[int]] = {}
    for place, cell in enumerate(column.distinct):
        code = rule.fault(str(cell)) if cell and cell not in missing else None
        if code is not None:
            by_code.setdefault(code, []).append(place)
    for code, places in by_code.items():
        rows = np.isin(column.codes, places)
        if rows.any():
            hint = "A missing data code? Declare it." if code in ("E_RANGE", "E_TYPE", "E_LEVEL") else ""
            yield _problem(table, own, code, FOUND[code], rows, allowed=rule.allowed(code), hint=hint)


def _gaps(table: RawTable, column: TextColumn, own: DictionaryField, *, is_key: bool) -> Iterator[Problem]:
    rows = np.asarray(column.cells == "", dtype=np.bool_)
    status = table.columns.get(f"{own.section}_complete")
    if isinstance(status, TextColumn) and not is_key:
        rows &= np.asarray(status.cells != "", dtype=np.bool_)
    if rows.any():
        yield _problem(table, own, "E_MISSING", "that is empty, though it is required", rows)


def _problem(
    table: RawTable,
    own: DictionaryField,
    code: str,
    what: str,
    rows: Mask,
    *,
    allowed: str = "",
    hint: str = "",
) -> Problem:
    count = int(rows.sum())
    place = table.place(int(np.flatnonzero(rows)[0]), own.name)
    line, cell = place.get("line"), place.get("cell")
    plural = what.replace("that is ", "that are ") if count > 1 else what
    return Problem(
        code,
        f"Column '{own.name}' of '{table.file}' has {counted(count, 'cell')} {plural}",
        allowed=allowed,
        hint=hint,
        file=table.file,
        column=own.name,
        line=line if isinstance(line, int) else None,
        cell=cell if isinstance(cell, str) else None,
        count=count,
    )

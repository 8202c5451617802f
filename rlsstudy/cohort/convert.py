"""From cells to declared values: numbers, units, levels, and the reason of every gap.

Text is judged by ASCII patterns before it is converted, because Python itself reads ``1_0``,
full-width digits and ``infinity`` as numbers. Each different cell is judged once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.cohort.raw_table import NumberColumn, TextColumn
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study import ColumnMap
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import Problem, Severity, counted, plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.raw_table import Floats, Places, RawColumn, Texts

    Mask = NDArray[np.bool_]

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
INFINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.ASCII | re.IGNORECASE)
CENSORED = re.compile(r"[<>≤≥]=?\s*[0-9.,]+")
LEADING_ZERO = re.compile(r"[+-]?0[0-9]+(?:\.[0-9]*)?")


Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class ReadColumn:
    """One declared variable as it was read or derived, one value per participant.

    Parameters
    ----------
    variable : Variable
        The declaration.
    values : ndarray of float
        Declared units; levels as codes; NaN for a gap.
    reasons : ndarray of object
        The reason of each gap, None where there is a value.
    file, column : str, optional
        Where it was read; None for a derived variable.
    lines : ndarray of int, optional
        The line of each participant's row, 0 where there is none, in files that have lines.
    converted : bool
        Whether the file has another unit than the declared one.
    """

    variable: Variable
    values: Floats
    reasons: Texts
    file: str | None = None
    column: str | None = None
    lines: Places | None = None
    converted: bool = False

    @property
    def place(self) -> str:
        """How messages call it: ``Column 'SF' of 'cohort.csv' (Serum ferritin)``."""
        if self.column is None:
            return f"'{self.variable.name}' ({self.variable.label})"
        return f"Column '{self.column}' of '{self.file}' ({self.variable.label})"

    @property
    def allowed(self) -> str:
        """What values it can have, in words."""
        variable = self.variable
        if variable.has_levels:
            return ", ".join(variable.levels)
        kind = "whole numbers" if variable.kind is Kind.INTEGER else "numbers"
        if variable.limits is None:
            return kind
        low, high = (plain_number(limit) for limit in variable.limits)
        unit = f"after conversion to {variable.unit}" if self.converted else variable.unit
        return f"{kind} from {low} to {high} {unit}".rstrip()

    def problems(
        self,
        code: str,
        noun: str,
        rest: str,
        where: Mask,
        *,
        allowed: str = "",
        hint: str = "",
        severity: Severity = Severity.REFUSE,
    ) -> Iterator[Problem]:
        """Describe what was found at the marked participants, if any: how many, and the first line."""
        count = int(where.sum())
        if not count:
            return
        line = None if self.lines is None else int(self.lines[where].min())
        message = f"{self.place} has {counted(count, noun)} {rest}"
        name = self.column or self.variable.name
        yield Problem(code, message, severity, allowed, hint, self.file, name, line, count)


class _Verdict(NamedTuple):
    """What one cell is: a value, a gap with its reason, or a fault."""

    value: float = math.nan
    reason: str | None = None
    fault: str | None = None


def convert(
    raw: RawColumn, mapped: ColumnMap, blank: ReadColumn, reasons_known: Collection[str] = ()
) -> tuple[ReadColumn, list[Problem]]:
    """Turn a column as it is in the file into a declared variable.

    Parameters
    ----------
    raw : TextColumn or NumberColumn
        The cells, one per participant.
    mapped : ColumnMap
        Unit, codes and missing codes of the file.
    blank : ReadColumn
        The column's declaration and place; its values are not looked at.
    reasons_known : collection of str
        Reasons that may stand in a gap, in brackets, as in files that this package writes.

    Returns
    -------
    column : ReadColumn
        The values; cells that cannot be converted are gaps.
    problems : list of Problem
        Everything that cannot be converted, by kind.
    """
    judge = _Judge(blank.variable, mapped, reasons_known)
    verdicts, places = _judge_cells(raw, judge)
    values = np.asarray([verdict.value for verdict in verdicts], dtype=np.float64)[places]
    reasons = np.asarray([verdict.reason for verdict in verdicts], dtype=object)[places]
    faults = np.asarray([verdict.fault or "" for verdict in verdicts], dtype="U24")[places]
    if isinstance(raw, NumberColumn) and raw.stated is not None:
        unsaid = (reasons == NOT_RECORDED) & (raw.stated != "")
        reasons[unsaid] = raw.stated[unsaid]
    column = replace(blank, values=values, reasons=reasons, converted=judge.converts)
    return column, [*_problems(column, faults, mapped)]


def _judge_cells(raw: RawColumn, judge: _Judge) -> tuple[list[_Verdict], NDArray[np.intp]]:
    """Judge each different cell once; also return which verdict each cell has."""
    if isinstance(raw, TextColumn):
        cells = [*raw.distinct, ""]  # an absent cell has the place -1, which is the last
        return [judge.text(cell) for cell in cells], raw.codes
    numbers, places = np.unique(raw.values, return_inverse=True)
    return [judge.number(float(number)) for number in numbers], places


class _Judge:
    """Says what a cell of one column is."""

    def __init__(self, variable: Variable, mapped: ColumnMap, reasons_known: Collection[str]) -> None:
        self._variable = variable
        self._missing = mapped.missing
        self._factor = 1.0 if mapped.unit is None else (unit_factor(variable, mapped.unit) or 1.0)
        self.converts = self._factor != 1.0
        meanings = mapped.codes or {level: level for level in variable.levels}
        self._levels = {code: float(variable.codes[level]) for code, level in meanings.items()}
        # Typed files hold 1.0 where the declaration says 1; the number is what is meant.
        self._missing_numbers = _by_number(mapped.missing)
        self._level_numbers = _by_number(self._levels)
        self._stated = {f"[{reason}]": reason for reason in (NOT_RECORDED, *reasons_known)}

    def text(self, cell: str) -> _Verdict:
        """Judge a cell as it is written."""
        if cell in self._missing:
            return _Verdict(reason=self._missing[cell])
        if cell in self._stated:
            return _Verdict(reason=self._stated[cell])
        if not cell.strip():
            return _Verdict(reason=NOT_RECORDED, fault="N_BLANK_AS_MISSING" if cell else None)
        if self._variable.has_levels:
            return _Verdict(self._levels[cell]) if cell in self._levels else _Verdict(fault="E_LEVEL")
        if NUMBER.fullmatch(cell) is None:
            return _Verdict(fault=_kind_of_fault(cell))
        verdict = self._measured(float(cell))
        if verdict.fault is None and verdict.reason is None and LEADING_ZERO.fullmatch(cell):
            return verdict._replace(fault="N_LEADING_ZERO")
        return verdict

    def number(self, number: float) -> _Verdict:
        """Judge a number of a typed file."""
        if math.isnan(number):
            return _Verdict(reason=NOT_RECORDED)
        if not self._variable.has_levels:
            return self._measured(number)
        if number in self._missing_numbers:
            return _Verdict(reason=self._missing_numbers[number])
        if number in self._level_numbers:
            return _Verdict(self._level_numbers[number])
        return _Verdict(fault="E_LEVEL")

    def _measured(self, number: float) -> _Verdict:
        if number in self._missing_numbers:
            return _Verdict(reason=self._missing_numbers[number])
        if not math.isfinite(number):
            return _Verdict(fault="E_NOT_FINITE")
        value = number * self._factor
        if self._variable.kind is Kind.INTEGER and value != math.floor(value):
            return _Verdict(fault="E_TYPE")
        return _Verdict(value)


def _by_number(codes: Mapping[str, Meaning]) -> dict[float, Meaning]:
    """Return the meanings of those codes that are numbers."""
    return {float(code): meaning for code, meaning in codes.items() if NUMBER.fullmatch(code)}


def _kind_of_fault(cell: str) -> str:
    if INFINITE.fullmatch(cell):
        return "E_NOT_FINITE"
    return "E_CENSORED" if CENSORED.fullmatch(cell) else "E_TYPE"


def _problems(column: ReadColumn, faults: NDArray[np.str_], mapped: ColumnMap) -> Iterator[Problem]:
    """Describe each kind of fault."""
    codes = ", ".join(f"{code} ({level})" for code, level in mapped.codes.items())
    whole = "whole number" if column.variable.kind is Kind.INTEGER else "number"
    declare = f'in [columns], {mapped.column} = {{ …, missing = {{ "…" = "not done" }} }}'
    said = {
        "E_TYPE": (
            "value",
            f"not written as a {whole}",
            column.allowed,
            f"Mend them, or declare what they mean: {declare}.",
        ),
        "E_NOT_FINITE": ("value", "not finite", column.allowed, "Mend them, or leave the cells empty."),
        "E_CENSORED": (
            "value",
            "written with < or >",
            column.allowed,
            f"Mend them, or declare them missing: {declare}.",
        ),
        "E_LEVEL": (
            "code" if codes else "value",
            "without a meaning",
            codes or column.allowed,
            f"Check blanks and case, and declare every code: in [columns], {mapped.column} = {{ …, codes = {{ … }} }}.",
        ),
    }
    for code, (noun, rest, right, hint) in said.items():
        yield from column.problems(code, noun, rest, faults == code, allowed=right, hint=hint)
    notes = {
        "N_BLANK_AS_MISSING": ("cell", "of blanks, read as not recorded"),
        "N_LEADING_ZERO": ("number", "with leading zeros, read without them"),
    }
    for code, (noun, rest) in notes.items():
        yield from column.problems(code, noun, rest, faults == code, severity=Severity.NOTE)

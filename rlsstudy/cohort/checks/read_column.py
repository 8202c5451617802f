"""One declared variable as it was read or derived, and how messages speak of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_table import problem_at
from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.kinds import Kind
from rlsstudy.problems import Problem, Severity, counted, plain_number

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Gaps, Mask
    from rlsstudy.cohort.files.raw_columns import Floats, Places, Texts
    from rlsstudy.cohort.files.raw_table import RawTable
    from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, slots=True)
class Source:
    """Where a variable was read.

    Parameters
    ----------
    table : RawTable
        The file.
    column : str
        Its column.
    rows : ndarray of int, shape (n,)
        The row in the file of each row that was read; -1 where the file has none.
    """

    table: RawTable
    column: str
    rows: Places


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One declared variable, one value per row.

    Parameters
    ----------
    variable : Variable
        The declaration.
    values : ndarray of float, shape (n,)
        Declared units; levels as codes; dates as days since 1970-01-01; texts as places in ``texts``; NaN for a gap.
    gaps : Gaps
        The reason of each gap.
    source : Source, optional
        Where it was read; None for a derived variable.
    converted : bool
        Whether the file has another unit than the declared one.
    texts : ndarray of object
        The different texts of a variable of texts.
    date_format : str
        How the file writes dates.
    """

    variable: Variable
    values: Floats
    gaps: Gaps
    source: Source | None = None
    converted: bool = False
    texts: Texts | None = None
    date_format: str = ISO_DATE

    @property
    def file(self) -> str | None:
        """The name of the file; None for a derived variable."""
        return None if self.source is None else self.source.table.file

    @property
    def name(self) -> str:
        """The column in the file, or the variable where there is none."""
        return self.variable.name if self.source is None else self.source.column

    @property
    def place(self) -> str:
        """How messages call it: ``Column 'SF' of 'cohort.csv' (Serum ferritin)``."""
        label = "" if self.variable.label == self.name else f" ({self.variable.label})"
        if self.source is None:
            return f"'{self.variable.name}'{label}"
        return f"Column '{self.source.column}' of '{self.file}'{label}"

    @property
    def allowed(self) -> str:
        """What values it can have, in words."""
        variable = self.variable
        if variable.has_levels:
            return ", ".join(variable.levels)
        if variable.kind is Kind.TEXT:
            return "text"
        kind = {Kind.INTEGER: "whole numbers", Kind.DATE: f"dates as {self.date_format}"}
        named = kind.get(variable.kind, "numbers")
        if variable.limits is None:
            return named
        low, high = (self._limit(limit) for limit in variable.limits)
        span = f"from {low} to {high}" if low and high else f"from {low} on" if low else f"up to {high}"
        unit = f"after conversion to {variable.unit}" if self.converted else variable.unit
        return f"{named} {span} {unit}".rstrip()

    def _limit(self, limit: float) -> str:
        """Write a limit; nothing where there is none."""
        if not np.isfinite(limit):
            return ""
        if self.variable.kind is Kind.DATE:
            return str(np.datetime64("1970-01-01") + np.timedelta64(int(limit), "D"))
        return plain_number(limit)

    def take(self, rows: Mask) -> ReadColumn:
        """Return the column of the marked rows."""
        source = self.source if self.source is None else replace(self.source, rows=self.source.rows[rows])
        return replace(self, values=self.values[rows], gaps=self.gaps.take(rows), source=source)

    def first_place(self, where: Mask) -> dict[str, int | str | None]:
        """Return where the first of the marked rows stands, as ``line`` or ``cell`` of a problem."""
        if self.source is None:
            return {}
        rows = self.source.rows[where]
        rows = rows[rows >= 0]
        return self.source.table.place(int(rows.min()), self.source.column) if len(rows) else {}

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
        """Describe what was found in the marked rows, if any: how many, and the first place."""
        count = int(where.sum())
        if not count:
            return
        message = f"{self.place} has {counted(count, noun)} {rest}"
        yield problem_at(
            self.first_place(where),
            Problem(code, message, severity, allowed, hint, self.file, self.name, count=count),
        )

"""What a cell of one column may be, and what was made of the different cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rlsstudy.cohort.checks.patterns import NUMBER_TEXT
from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.declare.study_columns import unit_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.files.raw_columns import Floats
    from rlsstudy.declare.data_files import ColumnMap
    from rlsstudy.declare.variable import Variable

    Words = NDArray[np.str_]

LARGEST_WHOLE = 2.0**53  # from there on several whole numbers share a double

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class CellRule:
    """What the cells of one column may be.

    Parameters
    ----------
    variable : Variable
        The declaration.
    mapped : ColumnMap
        How the file writes it.
    missing : mapping of str to str
        Codes for missing values and their reasons: those of the column, then those of the whole study.
    stated : mapping of str to str
        Reasons as they may stand in a gap, in brackets, in files that this package writes.
    decimal : str
        The decimal mark.
    """

    variable: Variable
    mapped: ColumnMap
    missing: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."

    @property
    def factor(self) -> float:
        """What the file's numbers are multiplied by."""
        return 1.0 if self.mapped.unit is None else (unit_factor(self.variable, self.mapped.unit) or 1.0)

    @property
    def levels(self) -> dict[str, float]:
        """The file's codes of levels, and the levels' places."""
        meanings = self.mapped.codes or {level: level for level in self.variable.levels}
        return {code: float(self.variable.codes[level]) for code, level in meanings.items()}

    @property
    def gaps(self) -> dict[str, str]:
        """Every text that is a gap, and its reason."""
        return {"": NOT_RECORDED, **self.stated, **self.missing}

    @property
    def missing_numbers(self) -> dict[float, str]:
        """Those codes for missing values that are numbers."""
        return by_number(self.missing)


def cell_rule(
    variable: Variable,
    mapped: ColumnMap,
    *,
    missing: Mapping[str, str],
    reasons_known: Collection[str],
    decimal: str,
) -> CellRule:
    """Return the rule of a column; its own codes and decimal mark come before those of the study and the file."""
    stated = {f"[{reason}]": reason for reason in (NOT_RECORDED, *reasons_known)}
    return CellRule(variable, mapped, {**missing, **mapped.missing}, stated, mapped.decimal or decimal)


def by_number(codes: Mapping[str, Meaning]) -> dict[float, Meaning]:
    """Return the meanings of those codes that are numbers; typed files hold 1.0 where the declaration says 1."""
    return {float(code): meaning for code, meaning in codes.items() if NUMBER_TEXT.fullmatch(code)}


@dataclass(slots=True)
class Verdicts:
    """What was made of different cells: filled in step by step by the judge, one entry per different cell.

    Parameters
    ----------
    values : ndarray of float
        The values; NaN for gaps and faults.
    reasons : dict of str to ndarray of bool
        For each reason of a gap the cells that have it.
    faults : dict of str to ndarray of bool
        For each code the cells it is said of. A refusal's cells have no value.
    open : ndarray of bool
        The cells that nothing has been made of yet.
    """

    values: Floats
    reasons: dict[str, Mask]
    faults: dict[str, Mask]
    open: Mask

    @classmethod
    def on(cls, n: int) -> Verdicts:
        """Return verdicts on n cells, all of them open."""
        return cls(np.full(n, np.nan), {}, {}, np.ones(n, dtype=bool))

    def decide(self, where: Mask, values: Floats | None = None) -> None:
        """Close the marked cells, with values for them where they have any."""
        if values is not None:
            self.values[where] = values
        self.open &= ~where

    def gap(self, where: Mask, reason: str) -> None:
        """Take the marked cells for gaps."""
        if where.any():
            self.reasons[reason] = self.reasons.get(reason, False) | where
            self.values[where] = np.nan
            self.open &= ~where

    def fault(self, where: Mask, code: str) -> None:
        """Say something of the marked cells; what they are is decided elsewhere."""
        if where.any():
            self.faults[code] = self.faults.get(code, False) | where

"""Units that a column of the file says row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.problems import Problem, Severity, plain_number

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.cell_rule import CellRule
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import RawColumn


def in_declared_unit(
    column: ReadColumn, units: RawColumn, rule: CellRule
) -> tuple[ReadColumn, list[Problem]]:
    """Convert each value from the unit that stands beside it.

    Parameters
    ----------
    column : ReadColumn
        The values as they are in the file.
    units : TextColumn or NumberColumn
        The column of units, one cell per row.
    rule : CellRule
        What the column's cells may be.

    Returns
    -------
    column : ReadColumn
        The values in the declared unit; one beside an unknown unit, or none, is left as it is.
    problems : list of Problem
        Units that are not known, values without a unit, and a note of what was converted.
    """
    if not isinstance(units, TextColumn):
        return column, list(_unknown(column, rule, ~np.isnan(column.values)))
    stated = [unit_factor(rule.variable, str(unit)) if str(unit).strip() else None for unit in units.distinct]
    factors = np.asarray([np.nan if factor is None else factor for factor in [*stated, None]])[units.codes]
    there = ~np.isnan(column.values)
    unknown = there & np.isnan(factors)
    changed = there & ~np.isnan(factors) & (factors != 1.0)
    values = np.where(changed, column.values * factors, column.values)
    converted = replace(column, values=values, converted=column.converted or bool(changed.any()))
    notes = [*_unknown(column, rule, unknown)]
    other_names = {str(unit).strip() for unit in units.distinct} - {"", rule.variable.unit}
    if other_names:
        notes += _noted(column, rule, changed, there)
    return converted, notes


def _unknown(column: ReadColumn, rule: CellRule, where: Mask) -> Iterator[Problem]:
    yield from column.problems(
        "E_UNIT",
        "value",
        f"whose unit in '{rule.mapped.unit_column}' is not known",
        where,
        allowed=", ".join([rule.variable.unit, *(unit for unit, _ in rule.variable.other_units)]),
        hint="Write a known unit beside each value, or declare others with other_units.",
    )


def _noted(column: ReadColumn, rule: CellRule, changed: Mask, there: Mask) -> Iterator[Problem]:
    known = [
        f"{unit} is the same" if factor == 1.0 else f"{unit} × {plain_number(factor)}"
        for unit, factor in rule.variable.other_units
    ]
    allowed = f"{rule.variable.unit} ({'; '.join(known)})" if known else rule.variable.unit
    count = int(changed.sum())
    message = (
        f"{column.place} has its units in '{rule.mapped.unit_column}':"
        f" {count:,} of {int(there.sum()):,} values were converted to {rule.variable.unit}"
    )
    yield Problem(
        "N_UNIT_CONVERTED", message, Severity.NOTE, allowed, "", column.file, column.name, count=count
    )

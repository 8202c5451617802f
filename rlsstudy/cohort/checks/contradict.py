"""Values that cannot be so together: by rules of the package and of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.rls.contradictions import CONTRADICTIONS
from rlsstudy.problems import Problem, Severity

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.declare.data_files import Condition, Contradiction

Columns = Mapping[str, "ReadColumn"]


def contradictions(columns: Columns, declared: Sequence[Contradiction]) -> list[Problem]:
    """Say where values contradict each other.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        The participants who stay in the study.
    declared : sequence of Contradiction
        Those of the study; what the package knows is added. Rules on variables that were not read are passed over.

    Returns
    -------
    list of Problem
        ``E_CONTRADICTION`` where the study says so, else ``W_CONTRADICTION``; placed at the first variable of a rule.
    """
    known = [rule for rule in CONTRADICTIONS if _fits(rule, columns)]
    return [problem for rule in (*declared, *known) for problem in _found(rule, columns)]


def _fits(rule: Contradiction, columns: Columns) -> bool:
    """Whether the levels that a rule of the package names are those of these columns; a study can declare its own."""
    return all(
        condition.variable not in columns
        or set(condition.levels) <= set(columns[condition.variable].variable.levels)
        for condition in rule.conditions
    )


def _found(rule: Contradiction, columns: Columns) -> Iterator[Problem]:
    needed = {
        name
        for condition in rule.conditions
        for name in (condition.variable, condition.above_variable)
        if name
    }
    if not needed <= columns.keys():
        return
    where = np.logical_and.reduce([_holds(condition, columns) for condition in rule.conditions])
    first = columns[rule.conditions[0].variable]
    others = sorted(needed - {first.variable.name})
    beside = f" beside {' and '.join(repr(columns[name].name) for name in others)}" if others else ""
    yield from first.problems(
        "E_CONTRADICTION" if rule.refuse else "W_CONTRADICTION",
        "value",
        f"that cannot be{beside}: {rule.reason}",
        where,
        hint="Compare these columns with the source.",
        severity=Severity.REFUSE if rule.refuse else Severity.WARN,
    )


def _holds(condition: Condition, columns: Columns) -> Mask:
    """Mark those of whom the condition is so; a gap fulfils none."""
    column = columns[condition.variable]
    found = ~np.isnan(column.values)
    if condition.levels:
        wanted = [
            column.variable.codes[level] for level in condition.levels if level in column.variable.codes
        ]
        found = found & np.isin(column.values, wanted)
    if condition.below is not None:
        found = found & (column.values < condition.below)
    if condition.above is not None:
        found = found & (column.values > condition.above)
    if condition.above_variable is not None:
        found = found & (column.values > columns[condition.above_variable].values)
    return np.asarray(found, dtype=bool)

"""Deriving scores and bands from what was read, and saying where a value does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.read_column import ReadColumn
from rlsstudy.cohort.cohort import NOT_APPLICABLE, NOT_RECORDED
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Floats

Columns = Mapping[str, ReadColumn]


def derive_columns(columns: Columns, model: CausalModel) -> dict[str, ReadColumn]:
    """Add every declared score and band whose inputs are there.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read, by variable.
    model : CausalModel
        Where the derivations are declared.

    Returns
    -------
    dict of str to ReadColumn
        What was read and what was derived from it. A derived gap has the reason of its first
        missing input. A score that was read is kept as it was read.
    """
    found = dict(columns)
    for name in model.order:
        if name not in found and (inputs := _inputs(found, model, name)):
            values = _derived(inputs, model, name)
            found[name] = ReadColumn(model[name], values, _gaps(values, inputs))
    return found


def disagreements(columns: Columns, model: CausalModel) -> list[Problem]:
    """Say where scores that were read are not what their items give."""
    problems: list[Problem] = []
    for name, column in columns.items():
        inputs = _inputs(columns, model, name) if _must_agree(model, name) else []
        if column.source is None or not inputs:
            continue
        derived = _derived(inputs, model, name)
        both = np.isfinite(column.values) & np.isfinite(derived)
        problems += column.problems(
            "E_DERIVED",
            "value",
            f"other than its declaration derives from {_listed(model[name].causes)}",
            both & (column.values != derived),
            hint="Check the items, or leave this column out of [columns] to have it derived.",
        )
    return problems


def mark_not_applicable(columns: Columns) -> dict[str, ReadColumn]:
    """Say of gaps where a variable does not apply that this is why.

    A variable applies where its ``applies_to`` is at its last level.
    """
    marked = dict(columns)
    for name, column in columns.items():
        outside = _outside(column, columns)
        if outside is not None:
            unsaid = outside & column.gaps.is_for(NOT_RECORDED)
            marked[name] = replace(column, gaps=column.gaps.marked(unsaid, NOT_APPLICABLE))
    return marked


def misplaced_values(columns: Columns) -> list[Problem]:
    """Say where there are values although the variable does not apply."""
    problems: list[Problem] = []
    for column in columns.values():
        outside = _outside(column, columns)
        if outside is not None:
            gate = columns[str(column.variable.applies_to)].variable
            problems += column.problems(
                "E_NOT_APPLICABLE",
                "value",
                f"where '{gate.name}' is {gate.levels[0]}",
                outside & np.isfinite(column.values),
                allowed=f"values only where '{gate.name}' is {gate.levels[-1]}",
                hint="Leave these cells empty, or check the other column.",
            )
    return problems


def _outside(column: ReadColumn, columns: Columns) -> NDArray[np.bool_] | None:
    """Mark those to whom a variable does not apply; None when that is not known."""
    gate = columns.get(column.variable.applies_to or "")
    return None if gate is None else gate.values < len(gate.variable.levels) - 1


def _gaps(values: Floats, inputs: list[ReadColumn]) -> Gaps:
    """Give each gap the reason of the first input that is missing."""
    unsaid = np.isnan(values)
    gaps = Gaps.none(len(values))
    for column in inputs:
        for reason in column.gaps.names:
            here = unsaid & column.gaps.is_for(reason)
            gaps = gaps.marked(here, reason)
            unsaid = unsaid & ~here
    return gaps.marked(unsaid, NOT_RECORDED)


def _inputs(columns: Columns, model: CausalModel, name: str) -> list[ReadColumn]:
    """Return what a variable is derived from; nothing when it is not derived, or an input is not there."""
    variable = model[name]
    if not (isinstance(variable.equation, Derived) and variable.measured):
        return []
    return [columns[cause] for cause in variable.causes] if columns.keys() >= set(variable.causes) else []


def _must_agree(model: CausalModel, name: str) -> bool:
    equation = model[name].equation
    return isinstance(equation, Derived) and equation.must_agree


def _derived(inputs: list[ReadColumn], model: CausalModel, name: str) -> Floats:
    equation = model[name].equation
    assert isinstance(equation, Derived)
    return equation.derive({column.variable.name: column.values for column in inputs})


def _listed(causes: tuple[str, ...]) -> str:
    return f"'{causes[0]}'" if len(causes) == 1 else f"'{causes[0]}' to '{causes[-1]}'"

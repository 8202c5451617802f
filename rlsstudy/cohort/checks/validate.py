"""Checking converted columns against their declaration: every problem, with counts and never a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.declare.kinds import CARRIED, Kind, Scale
from rlsstudy.problems import Problem, Severity, plain_number

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn

WORTH_A_WARNING = 0.5  # share of missing values
# What people enter for a missing value; such a code may be shown, because it is nobody's value.
USUAL_CODES = frozenset(
    {-1, -7, -8, -9, -77, -88, -99, -999, -9999, 77, 88, 99, 777, 888, 999, 7777, 8888, 9999}
)
FAR = 4.0  # times the limit: another unit, rather than an extreme value
UNIT_STEP = 1000.0  # between the usual multiples of a unit


def validate_columns(columns: Iterable[ReadColumn], required: frozenset[str] = frozenset()) -> list[Problem]:
    """Check limits, zeros that cannot be, and what is missing.

    Parameters
    ----------
    columns : iterable of ReadColumn
        The participants who stay in the study.
    required : frozenset of str
        The variables in which a gap is a fault.

    Returns
    -------
    list of Problem
        Refusals and warnings, in the order of the columns.
    """
    return [
        problem
        for column in columns
        for problem in (*_limits(column), *_missing(column, required=column.variable.name in required))
    ]


def _limits(column: ReadColumn) -> Iterator[Problem]:
    variable, values = column.variable, column.values
    zero = (values <= 0) if variable.scale is not Scale.LINEAR else np.zeros(len(values), dtype=bool)
    yield from column.problems(
        "E_FALSE_ZERO",
        "value",
        "of 0 or less, which has no logarithm",
        zero,
        allowed=column.allowed,
        hint=_range_hint(column, zero)
        if zero.any() and set(column.values[zero].tolist()) <= USUAL_CODES
        else (
            f'If 0 is a gap, declare it: {column.name} = {{ …, missing = {{ 0 = "not done" }} }}. '
            f'If it is a value, keep it: [variables.{variable.name}] scale = "linear", with limits and contrast for it.'
        ),
    )
    if variable.limits is None or variable.has_levels:
        return
    low, high = variable.limits
    outside = ((values < low) | (values > high)) & ~zero
    yield from column.problems(
        "E_RANGE",
        "value",
        "outside the limits",
        outside,
        allowed=column.allowed,
        hint=_range_hint(column, outside) if outside.any() else "",
    )


def _range_hint(column: ReadColumn, outside: Mask) -> str:
    """Say what values outside the limits may be, by what all of them have in common."""
    if column.variable.kind is Kind.DATE:
        return "Compare them with the source; plausible dates are declared with min and max."
    low, high = column.variable.limits or (-np.inf, np.inf)
    found = column.values[outside]
    different = np.unique(found)
    if set(different.tolist()) <= USUAL_CODES and not column.converted:
        codes = ", ".join(f'"{plain_number(code)}"' for code in different)
        return f"A code for missing? Declare it: in [columns], {column.name} = {{ …, missing = [{codes}] }}."
    if (
        0 < high * FAR < found.min()
        and (found / UNIT_STEP >= low).all()
        and (found / UNIT_STEP <= high).all()
    ):
        return "They are about 1,000 times too large: is the unit another one?"
    return "Is the unit right? Codes for missing values are declared in [columns]; plausible values in [variables]."


def _missing(column: ReadColumn, *, required: bool) -> Iterator[Problem]:
    equation = column.variable.equation
    if column.source is None or (equation is not None and equation.is_derived):
        return  # what is missing of a derived value was said of its inputs
    planned = [reason.name for reason in column.variable.missing if reason.planned]
    applies = ~column.gaps.is_for(NOT_APPLICABLE, *planned)
    gaps = applies & column.gaps.where
    n, n_gaps = int(applies.sum()), int(gaps.sum())
    if required:
        hint = "Enter it, or say why it is missing with a code that the study declares."
        yield from column.problems(
            "E_MISSING", "row", "without a value, which is required", gaps, allowed=column.allowed, hint=hint
        )
    is_note = column.variable.kind is Kind.TEXT and not required  # remarks may well be missing
    if n and n_gaps == n and not is_note:
        yield _warning(column, "W_ALL_MISSING", f"{column.place} has no value", n_gaps, "at least one value")
    elif n and n_gaps > WORTH_A_WARNING * n and not required and column.variable.kind not in CARRIED:
        share = f"{column.place} has {100 * n_gaps / n:.0f} % missing"
        yield _warning(
            column, "W_MISSING_SHARE", share, n_gaps, f"up to {WORTH_A_WARNING:.0%} without a warning"
        )


def _warning(column: ReadColumn, code: str, message: str, count: int, allowed: str) -> Problem:
    return Problem(code, message, Severity.WARN, allowed, file=column.file, column=column.name, count=count)

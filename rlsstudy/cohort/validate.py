"""Checking converted columns against their declaration: every problem, with counts and never a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.cohort.convert import ReadColumn
from rlsstudy.declare.kinds import Scale
from rlsstudy.problems import Problem, Severity

WORTH_A_WARNING = 0.5  # share of missing values


def validate_columns(columns: Iterable[ReadColumn]) -> list[Problem]:
    """Check limits, zeros that cannot be, and how much is missing.

    Parameters
    ----------
    columns : iterable of ReadColumn
        The participants who stay in the study.

    Returns
    -------
    list of Problem
        Refusals and warnings, in the order of the columns.
    """
    return [problem for column in columns for problem in (*_limits(column), *_missing(column))]


def _limits(column: ReadColumn) -> Iterator[Problem]:
    variable, values = column.variable, column.values
    zero = (values <= 0) if variable.scale is not Scale.LINEAR else np.zeros(len(values), dtype=bool)
    yield from column.problems(
        "E_FALSE_ZERO",
        "value",
        "of 0 or less, which has no logarithm",
        zero,
        allowed=column.allowed,
        hint=(
            f'If 0 is a gap, declare it: {column.column} = {{ …, missing = {{ 0 = "not done" }} }}. '
            f'If it is a value, keep it: [variables.{variable.name}] scale = "linear", with limits and contrast for it.'
        ),
    )
    if variable.limits is None or variable.has_levels:
        return
    low, high = variable.limits
    yield from column.problems(
        "E_RANGE",
        "value",
        "outside the limits",
        ((values < low) | (values > high)) & ~zero,
        allowed=column.allowed,
        hint="Is the unit right? Codes for missing values are declared in [columns]; plausible values in [variables].",
    )


def _missing(column: ReadColumn) -> Iterator[Problem]:
    equation = column.variable.equation
    if column.column is None or (equation is not None and equation.is_derived):
        return  # what is missing of a derived value was said of its inputs
    planned = [reason.name for reason in column.variable.missing if reason.planned]
    applies = ~np.isin(column.reasons, [NOT_APPLICABLE, *planned])
    gaps = applies & np.isnan(column.values)
    n, n_gaps = int(applies.sum()), int(gaps.sum())
    if n and n_gaps == n:
        yield _warning(column, "W_ALL_MISSING", f"{column.place} has no value", n_gaps, "at least one value")
    elif n and n_gaps > WORTH_A_WARNING * n:
        share = f"{column.place} has {100 * n_gaps / n:.0f} % missing"
        yield _warning(
            column, "W_MISSING_SHARE", share, n_gaps, f"up to {WORTH_A_WARNING:.0%} without a warning"
        )


def _warning(column: ReadColumn, code: str, message: str, count: int, allowed: str) -> Problem:
    name = column.column or column.variable.name
    return Problem(code, message, Severity.WARN, allowed, file=column.file, column=name, count=count)

"""What must hold within a participant over visits: constants, the order of time, a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.problems import Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import Floats
    from rlsstudy.problems import Problem

AGE = "age"


def changing_constants(
    columns: Iterable[ReadColumn], people: NDArray[np.int64], constant: frozenset[str]
) -> Iterator[Problem]:
    """Say where a value that is declared constant is not that of the participant's first row.

    Parameters
    ----------
    columns : iterable of ReadColumn
        The columns.
    people : ndarray of int, shape (n_rows,)
        The participant of each row.
    constant : frozenset of str
        The variables that must not change.
    """
    for column in columns:
        if column.variable.name in constant:
            values = pd.Series(column.values)
            first = values.groupby(people).transform("first").to_numpy()
            yield from column.problems(
                "E_NOT_CONSTANT",
                "value",
                "other than in the participant's first row",
                np.asarray((column.values != first) & ~np.isnan(column.values)),
                allowed="one value for each participant",
                hint="Were keys mixed up? Compare the rows of these participants with the source.",
            )


def disorder(
    columns: Mapping[str, ReadColumn],
    people: NDArray[np.int64],
    visit: ReadColumn | None,
    visit_date: str | None,
) -> Iterator[Problem]:
    """Say where dates or ages go back between visits, and who has no baseline.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read, by variable.
    people : ndarray of int, shape (n_rows,)
        The participant of each row.
    visit : ReadColumn, optional
        The order of visits as numbers; None where they are not in an order that is known.
    visit_date : str, optional
        The variable with the date of the visit.
    """
    dates = None if visit_date is None else columns.get(visit_date)
    order = visit.values if visit is not None else None if dates is None else dates.values
    if order is None:
        return
    if visit is not None and dates is not None:
        yield from dates.problems(
            "W_TIME_ORDER",
            "date",
            "before that of an earlier visit",
            _falls(dates.values, people, order),
            allowed="dates in the order of the visits",
            hint="Compare date and visit with the source.",
            severity=Severity.WARN,
        )
    age = columns.get(AGE)
    if age is not None:
        yield from age.problems(
            "W_TIME_ORDER",
            "value",
            "below that of an earlier visit",
            _falls(age.values, people, order if dates is None else dates.values),
            allowed="ages that do not fall",
            hint="Were keys mixed up? Compare the rows of these participants with the source.",
            severity=Severity.WARN,
        )
    if visit is not None:
        yield from _without_baseline(visit, people)


def _falls(values: Floats, people: NDArray[np.int64], order: Floats) -> Mask:
    """Mark the values that are below an earlier one of the same participant."""
    known = np.flatnonzero(~np.isnan(values) & ~np.isnan(order))
    known = known[np.lexsort((order[known], people[known]))]
    so_far = pd.Series(values[known]).groupby(people[known]).cummax().to_numpy()
    found = np.zeros(len(values), dtype=bool)
    found[known[values[known] < so_far]] = True
    return found


def _without_baseline(visit: ReadColumn, people: NDArray[np.int64]) -> Iterator[Problem]:
    """Say which participants have visits, but not the first one that the study has."""
    if np.isnan(visit.values).all():
        return
    limits = visit.variable.limits
    baseline = limits[0] if limits is not None and np.isfinite(limits[0]) else np.nanmin(visit.values)
    has_it = pd.Series(visit.values == baseline).groupby(people).transform("any").to_numpy()
    first_row = ~pd.Series(people).duplicated().to_numpy()
    yield from visit.problems(
        "W_NO_BASELINE",
        "participant",
        "without a baseline visit",
        np.asarray(~has_it & first_row & ~np.isnan(visit.values), dtype=bool),
        allowed=f"a row with visit {baseline:g} for every participant",
        hint="Were these rows lost, or is another visit the first?",
        severity=Severity.WARN,
    )

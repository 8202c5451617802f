"""From wide to long: one row per participant and visit, of data and of the reasons for gaps.

A cohort has a column per visit, ``irls_total`` at baseline and ``irls_total_w04`` in week 4. Models of repeated
measurements want a row per visit and one column ``irls_total``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_APPLICABLE, Cohort
from rlsstudy.declare.repeated import split_visit_name, visit_name
from rlsstudy.errors import CohortError, bullet_list, did_you_mean

BASELINE_ENDING = "_w00"  # of a baseline value that is repeated beside the values of the visits


def stack_visits(cohort: Cohort, *, repeat: Sequence[str] = ()) -> pd.DataFrame:
    """Return the data of a cohort with repeated visits, one row per participant and visit.

    Parameters
    ----------
    cohort : Cohort
        A cohort with columns of visits, such as ``irls_total_w04``.
    repeat : sequence of str
        Baseline columns that every visit repeats. One that is also measured at visits comes as
        ``<name>_w00``: the baseline value beside those of the visits.

    Returns
    -------
    DataFrame, shape (n_participants * n_visits, n_columns)
        Indexed by ``participant`` and ``week``, week 0 being the baseline: first the repeated columns as they are
        asked for, then what is measured at visits, under its name without an ending and in its type. What is
        not measured at a visit is missing there.

    Raises
    ------
    CohortError
        The cohort has no visits, or a column to repeat is not there.

    Examples
    --------
    >>> import pandas as pd, rlsstudy as rls
    >>> from dataclasses import replace
    >>> cohort = rls.simulate_cohort(n=2, seed=1)
    >>> seen_again = cohort.data.assign(irls_total_w04=cohort.data["irls_total"] - 5)
    >>> long = stack_visits(replace(cohort, data=seen_again), repeat=["sex"])
    >>> long.index.tolist(), long.columns.tolist()
    ([(1, 0), (1, 4), (2, 0), (2, 4)], ['sex', 'irls_total'])
    """
    data = cohort.data
    weeks = _weeks(data)
    _refuse_unknown(data, repeat)
    measured = _measured_at_visits(data)
    columns = {_repeated_name(name, measured): _every_visit(data[name], weeks) for name in repeat}
    for name in measured:
        some = next(data[c] for c in data.columns if split_visit_name(c)[0] == name)
        nothing = some.mask(np.ones(len(some), dtype=bool))
        parts = [data.get(visit_name(name, week), nothing) for week in weeks]
        columns[name] = _interleaved(parts)
    return _long(columns, data.index, weeks)


def stack_reasons(cohort: Cohort, *, repeat: Sequence[str] = ()) -> pd.DataFrame:
    """Return the reasons of the gaps that :func:`stack_visits` leaves, in the same rows.

    Parameters
    ----------
    cohort, repeat
        As :func:`stack_visits`.

    Returns
    -------
    DataFrame, shape (n_participants * n_visits, n_columns_with_gaps)
        Categoricals, missing where there is a value; only columns with gaps. What is not measured at a visit is
        *not applicable* there.

    Raises
    ------
    CohortError
        As :func:`stack_visits`.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> from dataclasses import replace
    >>> cohort = rls.simulate_cohort(n=2, seed=1)
    >>> seen_again = cohort.data[[]].assign(pulse_w04=70)
    >>> stack_reasons(replace(cohort, data=seen_again, reasons=seen_again[[]]))["pulse"].tolist()
    ['not applicable', nan, 'not applicable', nan]
    """
    data, reasons = cohort.data, cohort.reasons
    weeks = _weeks(data)
    _refuse_unknown(data, repeat)
    measured = _measured_at_visits(data)
    none = pd.Series(np.nan, index=data.index, dtype=object)
    columns = {
        _repeated_name(name, measured): _every_visit(reasons[name].astype(object), weeks)
        for name in repeat
        if name in reasons
    }
    for name in measured:
        parts = []
        for week in weeks:
            column = visit_name(name, week)
            not_asked = none if column in data else none.fillna(NOT_APPLICABLE)
            parts.append(reasons.get(column, not_asked).astype(object))
        columns[name] = _interleaved(parts)
    with_gaps = {name: pd.Categorical(column) for name, column in columns.items() if column.notna().any()}
    return _long(with_gaps, data.index, weeks)


def _weeks(data: pd.DataFrame) -> tuple[int, ...]:
    """Return the weeks of the visits in order, the baseline first."""
    weeks = {split_visit_name(str(name))[1] for name in data.columns} - {0}
    if not weeks:
        raise CohortError(
            "This cohort has no repeated visits: no column ends in the week of a visit, as irls_total_w04. "
            "Simulate one with design='follow_up_trial'."
        )
    return (0, *sorted(weeks))


def _measured_at_visits(data: pd.DataFrame) -> tuple[str, ...]:
    """Return the names without ending of what is measured at visits, in the order of the columns."""
    split = (split_visit_name(str(name)) for name in data.columns)
    return tuple(dict.fromkeys(name for name, week in split if week))


def _refuse_unknown(data: pd.DataFrame, repeat: Sequence[str]) -> None:
    names = [str(name) for name in data.columns]
    unknown = [
        f"'{name}' cannot be repeated: there is no such column.{did_you_mean(name, names, from_data=True)}"
        for name in repeat
        if name not in names
    ]
    if unknown:
        raise CohortError(f"Visits cannot be stacked:\n{bullet_list(unknown)}")


def _repeated_name(name: str, measured: Sequence[str]) -> str:
    return f"{name}{BASELINE_ENDING}" if name in measured else name


def _every_visit(column: pd.Series, weeks: Sequence[int]) -> pd.Series:
    return column.repeat(len(weeks))


def _interleaved(parts: Sequence[pd.Series]) -> pd.Series:
    """Return the visits of the first participant, of the second, and so on; all parts have one type."""
    order = np.arange(len(parts) * len(parts[0])).reshape(len(parts), -1).T.ravel()
    stacked: pd.Series = pd.concat(parts)
    return stacked.iloc[order]


def _long(
    columns: dict[str, pd.Series] | dict[str, pd.Categorical], participants: pd.Index, weeks: Sequence[int]
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([participants, weeks], names=["participant", "week"])
    arrays = {name: pd.Series(column).array for name, column in columns.items()}
    return pd.DataFrame(arrays, index=index)

"""An outcome that is measured at several visits: one row per participant, one column per visit.

Cohorts keep it as columns (``irls_total``, ``irls_total_w04``), or as rows per participant and visit. Either way the
factors are those of a participant's first visit.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import Domain
from rlsstudy.declare.repeated import split_visit_name, visit_name
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.design import numbers
from rlsstudy.estimate.outcomes import finite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Floats = NDArray[np.float64]


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class VisitOutcomes:
    """An outcome over visits.

    Parameters
    ----------
    cohort : Cohort
        One row per participant, as at the first visit.
    values : ndarray, shape (n_participants, n_visits)
        The outcome, NaN where it was not measured.
    names : tuple of str
        The declared variable at each visit; one name throughout where rows are visits.
    labels : tuple of str
        What each visit is called.
    times : ndarray, shape (n_visits,)
        When it is: the week, the number of the visit, or its place where visits have no numbers.
    """

    cohort: Cohort
    values: Floats
    names: tuple[str, ...]
    labels: tuple[str, ...]
    times: Floats

    def after(self, factor: str) -> NDArray[np.bool_]:
        """Tell at which visits the outcome can follow from a factor, shape (n_visits,).

        By the declared graph; a treatment starts after the first visit. A factor that no visit follows
        from has all of them: that it has no effect is what the graph says and the data may deny.
        """
        model = self.cohort.model
        follows = np.array([name in model.descendants_of(factor) for name in self.names])
        follows |= not follows.any()
        if model[factor].domain is Domain.TREATMENT:
            follows[0] = False
        return follows


def visit_outcomes(cohort: Cohort, outcome: str) -> VisitOutcomes:
    """Gather an outcome over visits.

    Parameters
    ----------
    cohort : Cohort
        A cohort with a row per participant and visit, or with columns for visits.
    outcome : str
        The declared variable, as it is called at the first visit.

    Raises
    ------
    EstimationError
        The outcome is measured once only.
    """
    return _from_rows(cohort, outcome) if cohort.has_visits else _from_columns(cohort, outcome)


def _from_columns(cohort: Cohort, outcome: str) -> VisitOutcomes:
    base = split_visit_name(outcome)[0]
    columns = [str(name) for name in cohort.data.columns if split_visit_name(str(name))[0] == base]
    weeks = sorted(split_visit_name(name)[1] for name in columns)
    if len(weeks) < 2:
        raise EstimationError(
            f"'{outcome}' ({cohort.model[outcome].label}) is measured once in this cohort, and a model of repeated visits "
            "needs it at two visits or more. Use a cohort with visits, or model='linear'."
        )
    names = tuple(visit_name(base, week) for week in weeks)
    values = np.column_stack([finite(numbers(cohort.data[name]), cohort.model[name]) for name in names])
    return VisitOutcomes(
        cohort, values, names, tuple(f"week {week}" for week in weeks), np.array(weeks, float)
    )


def _from_rows(cohort: Cohort, outcome: str) -> VisitOutcomes:
    time_of = visit_times(cohort.data.index.get_level_values(-1).unique())
    visits = sorted(time_of, key=lambda visit: time_of[visit])
    if len(visits) < 2:
        raise EstimationError("This cohort has one visit only. Use cohort.at_visit(…) and model='linear'.")
    # By time, so that the first row of a participant is the first visit whatever the order of rows.
    data = cohort.data.sort_index(
        level=-1, key=lambda visit: visit.map(time_of), sort_remaining=False, kind="stable"
    )
    wide = data[outcome].unstack().reindex(columns=visits)
    first = data.groupby(level=0, sort=False).head(1)
    baseline = replace(
        cohort,
        data=first.droplevel(-1),
        reasons=cohort.reasons.loc[first.index].droplevel(-1),
    )
    values = np.column_stack([numbers(wide[visit].reindex(baseline.data.index)) for visit in visits])
    finite(values, cohort.model[outcome])
    times = np.array([time_of[visit] for visit in visits])
    labels = tuple(
        f"visit {visit}" if isinstance(visit, int | float | np.number) else str(visit) for visit in visits
    )
    return VisitOutcomes(baseline, values, (outcome,) * len(visits), labels, times)


def visit_times(visits: Iterable[Hashable]) -> dict[Hashable, float]:
    """Return when each visit is, from what it is called.

    Parameters
    ----------
    visits : iterable
        Numbers, dates, or texts with one number each, such as ``week 12``; ``baseline`` is 0.

    Returns
    -------
    dict
        The number, or the days since the first date, of each visit.

    Raises
    ------
    EstimationError
        Texts whose order cannot be told. Visits in the wrong order turn the sign of a change.
    """
    visits = list(visits)
    if all(isinstance(visit, date) for visit in visits):
        days = [pd.Timestamp(visit) for visit in visits]  # type: ignore[arg-type]  # dates, as was just checked
        return {
            visit: (day - min(days)).total_seconds() / 86_400 for visit, day in zip(visits, days, strict=True)
        }
    times = {visit: _number_in(visit) for visit in visits}
    known = {time for time in times.values() if time is not None}
    if len(known) < len(visits):
        named = ", ".join(f"'{visit}'" for visit in visits)
        raise EstimationError(
            f"The order of the visits {named} is not known. Number them, or name each with one number of its own, as in "
            "'week 0' and 'week 12'."
        )
    return {visit: float(time) for visit, time in times.items() if time is not None}


def _number_in(visit: Hashable) -> float | None:
    if isinstance(visit, int | float | np.number):
        return float(visit)
    text = str(visit)
    found = _NUMBER.findall(text)
    if len(found) == 1:
        return float(found[0])
    return 0.0 if text.strip().lower() == "baseline" else None

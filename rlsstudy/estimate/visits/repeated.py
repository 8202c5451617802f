"""Models of an outcome at several visits: all visits together, or the last one beside the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.estimate.adjustments import Target
from rlsstudy.estimate.families import FitInput
from rlsstudy.estimate.plan import ModelPlan, plan_models
from rlsstudy.estimate.question import Question, question_of
from rlsstudy.estimate.visits.outcomes import VisitOutcomes, visit_outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.answers import Fitted
    from rlsstudy.estimate.families import Family
    from rlsstudy.estimate.fitting import Asked

    Floats = NDArray[np.float64]


def fitted_over_visits(family: Family, asked: Asked) -> Iterator[tuple[ModelPlan, Fitted | None, int]]:
    """Fit a model of repeated visits for each factor and adjustment.

    The visits of a model are those at which the outcome can follow from the factor. Where the first
    visit is not among them, the outcome there is a covariate.

    Parameters
    ----------
    family : Family
        A family of repeated visits.
    asked : Asked
        What is asked.

    Yields
    ------
    plan, fitted, n
        As `fitted_models`; ``n`` counts participants.
    """
    outcomes = visit_outcomes(asked.cohort.in_population(), asked.outcome)
    if week := split_visit_name(asked.outcome)[1]:
        outcomes = _until(outcomes, week)
    cohort = outcomes.cohort
    target = Target(cohort.model, outcomes.names[-1], cohort.study.population)
    for factor in asked.factors:
        rows = VisitRows.of(family, outcomes, factor)
        plans = plan_models(cohort, (factor,), target, asked.adjustments, rows.summary())
        for plan in plans.models:
            question = question_of(plan, plans.columns, plans.outcome)
            if question is None:
                yield plan, None, cohort.n
                continue
            question, times = rows.enter(question)
            concern = _concern(family, outcomes, factor)
            notes, concerns = (*plan.notes, rows.note(question)), (*plan.concerns, *concern)
            noted = replace(plan, notes=notes, concerns=concerns)
            yield noted, family.fitted(replace(question, plan=noted), FitInput(times=times)), cohort.n


def _concern(family: Family, outcomes: VisitOutcomes, factor: str) -> tuple[str, ...]:
    """Say when a model of the ends compares people whom the factor has already set apart at the first visit [1]_.

    References
    ----------
    .. [1] Glymour MM et al. (2005). When is baseline adjustment useful in analyses of change? American Journal of
       Epidemiology 162, 267-278.
    """
    if not family.ends or not outcomes.after(factor)[0]:
        return ()
    if family.ends == "ancova":
        return (
            "the outcome at the first visit follows from this factor, so adjusting for it takes away a part of its effect",
        )
    return (
        "the outcome at the first visit follows from this factor, so this is its effect on the change alone",
    )


def _until(outcomes: VisitOutcomes, week: int) -> VisitOutcomes:
    """Return the visits up to a week."""
    kept = outcomes.times <= week
    n = int(kept.sum())
    return replace(
        outcomes,
        values=outcomes.values[:, kept],
        names=outcomes.names[:n],
        labels=outcomes.labels[:n],
        times=outcomes.times[kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class VisitRows:
    """The rows that one factor's model has.

    Parameters
    ----------
    values : ndarray, shape (n_participants, n_visits)
        The outcome at the visits of the model.
    baseline : ndarray, shape (n_participants,), optional
        The outcome at the first visit, where it is a covariate.
    labels : tuple of str
        What each visit is called.
    times : ndarray, shape (n_visits,)
        When each visit is.
    """

    values: Floats
    baseline: Floats | None
    labels: tuple[str, ...]
    times: Floats

    @classmethod
    def of(cls, family: Family, outcomes: VisitOutcomes, factor: str) -> VisitRows:
        """Choose the visits of a factor's model."""
        first, values = outcomes.values[:, 0], outcomes.values
        if family.ends:
            last = values[:, -1:] - (first[:, None] if family.ends == "change" else 0.0)
            baseline = first if family.ends == "ancova" else None
            return cls(last, baseline, outcomes.labels[-1:], outcomes.times[-1:])
        after = outcomes.after(factor)
        labels = tuple(label for label, kept in zip(outcomes.labels, after, strict=True) if kept)
        return cls(values[:, after], None if after[0] else first, labels, outcomes.times[after])

    def summary(self) -> Floats:
        """Return a number for each participant who can be used, and NaN for the others."""
        seen = ~np.isnan(self.values)
        count = seen.sum(axis=1)
        total = np.where(seen, self.values, 0.0).sum(axis=1)
        mean = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        return mean if self.baseline is None else np.where(np.isnan(self.baseline), np.nan, mean)

    def enter(self, question: Question) -> tuple[Question, Floats]:
        """Return the question with a row for each visit that was measured, and the time of each row."""
        values = self.values[question.rows]
        person, visit = np.nonzero(~np.isnan(values))
        held = np.unique(visit)
        lead = [np.ones(len(person)), *(np.asarray(visit == place, dtype=np.float64) for place in held[1:])]
        names = ["intercept", *(self.labels[place] for place in held[1:])]
        if self.baseline is not None:
            lead.append(self.baseline[question.rows][person])
            names.append("the outcome at the first visit")
        entered = question.with_lead(np.column_stack(lead), names, values[person, visit], person)
        return entered, self.times[visit]

    def note(self, question: Question) -> str:
        """Say how many rows at which visits there are, and whether the first visit is a covariate."""
        visits = ", ".join(self.labels)
        adjusted = "" if self.baseline is None else ", adjusted for the outcome at the first visit"
        return f"{len(question.y)} measurements at {visits}{adjusted}"

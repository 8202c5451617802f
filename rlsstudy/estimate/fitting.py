"""Plan and fit the models of one family, for all factors and adjustments of a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.scores import bands_of
from rlsstudy.declare.variable import Variable
from rlsstudy.estimate.adjustments import AdjustmentName, Target
from rlsstudy.estimate.answers import Fitted, FromScreen
from rlsstudy.estimate.clusters_asked import check_clusters, known_clusters
from rlsstudy.estimate.families import Family, FitInput
from rlsstudy.estimate.fits.screen import screen_linear
from rlsstudy.estimate.outcomes import band_codes, empty_levels, outcome_numbers, outcome_step
from rlsstudy.estimate.plan import ModelPlan, Plans, plan_models
from rlsstudy.estimate.question import Question, question_of
from rlsstudy.estimate.selection import selection_concern
from rlsstudy.estimate.visits.repeated import fitted_over_visits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]

Fits = Iterator[tuple[ModelPlan, Fitted | None, int]]
_TWO_PARTS = "presence_and_severity"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a call asks.

    Parameters
    ----------
    cohort : Cohort
        The whole cohort.
    factors : tuple of str
        Declared variables.
    outcome : str
        A declared variable.
    adjustments : tuple of str
        The adjustments, in the order of the rows.
    clusters : str, optional
        The column whose values are clusters.
    """

    cohort: Cohort
    factors: tuple[str, ...]
    outcome: str
    adjustments: tuple[AdjustmentName, ...]
    clusters: str | None = None


def fitted_models(family: Family, asked: Asked) -> Fits:
    """Fit a family's model for each factor and adjustment.

    Parameters
    ----------
    family : Family
        The kind of model.
    asked : Asked
        What is asked.

    Yields
    ------
    plan : ModelPlan
        What was planned.
    fitted : Fitted or None
        The model; None where the plan is refused.
    n : int
        Participants whom the question is about.
    """
    check_clusters(family, asked.cohort.data, asked.clusters)
    if family.repeated:
        yield from fitted_over_visits(family, asked)
        return
    asked.cohort.refuse_visits("An estimate")
    if family.everybody:
        yield from _in_two_parts(family, asked)
        return
    cohort, target = participants_asked(asked.cohort, asked.outcome)
    y = band_codes(cohort, asked.outcome) if family.by_bands else outcome_numbers(cohort, asked.outcome)
    y, clusters, unclustered = known_clusters(cohort, asked.clusters, y)
    events = y if cohort.model[asked.outcome].kind is Kind.BINARY else None
    plans = plan_models(cohort, asked.factors, target, asked.adjustments, y, events)
    if family.screened and asked.clusters is None:
        yield from ((plan, fitted, cohort.n) for plan, fitted in _screened(plans))
        return
    score, levelled = outcome_numbers(cohort, asked.outcome), _levelled(family, asked)
    of_everybody = asked.outcome == asked.cohort.study.population
    for plan in _with_selection(plans.models, asked) if of_everybody else plans.models:
        question = question_of(plan, plans.columns, plans.outcome, intercept=family.intercept)
        if question is None:
            yield plan, None, cohort.n
            continue
        given = FitInput(
            clusters=None if clusters is None else clusters[question.rows],
            scores=_points(question, score) if family.by_bands else None,
            step=outcome_step(cohort, asked.outcome),
        )
        noted = replace(plan, notes=(*plan.notes, *unclustered, *empty_levels(levelled, question.y)))
        yield noted, family.fitted(question, given), cohort.n


def _levelled(family: Family, asked: Asked) -> Variable:
    """Return the variable whose levels a model's outcome has: the bands of the score, or the outcome itself."""
    declared = bands_of(asked.cohort.model, asked.outcome) if family.by_bands else None
    return asked.cohort.model[asked.outcome] if declared is None else declared[0]


def participants_asked(cohort: Cohort, outcome: str) -> tuple[Cohort, Target]:
    """Return the part of a cohort that a question about an outcome is about, and what the graph is asked.

    Where belonging to the study's population is itself the outcome, that is everybody.
    """
    if outcome == cohort.study.population:
        return cohort, Target(cohort.model, outcome)
    return cohort.in_population(), Target(cohort.model, outcome, cohort.study.population)


def _with_selection(plans: Iterable[ModelPlan], asked: Asked) -> Iterator[ModelPlan]:
    """Add to the plans of models of everybody what is to be said of how the sample was chosen."""
    gate = asked.cohort.model[asked.outcome].applies_to
    outcomes = (asked.outcome,) if gate is None else (asked.outcome, gate)
    for plan in plans:
        concern = selection_concern(asked.cohort, plan.factor.name, outcomes)
        yield replace(plan, concerns=(*plan.concerns, concern)) if concern else plan


def _screened(plans: Plans) -> Iterator[tuple[ModelPlan, Fitted | None]]:
    """Fit all linear models that are not refused together."""
    designs = [plan.design for plan in plans.models if plan.design is not None]
    fits: Iterator[Any] = iter(())
    if plans.columns is not None and designs:
        columns = plans.columns
        fits = iter(screen_linear(columns.values, plans.outcome, designs, names=columns.labels))
    for plan in plans.models:
        yield plan, FromScreen(plan, next(fits)) if plan.design is not None else None


def _points(question: Question, score: Floats) -> Floats:
    """Return the mean score of the participants in each band that somebody is in."""
    of_question = score[question.rows]
    return np.array([of_question[question.y == band].mean() for band in np.unique(question.y)])


def _in_two_parts(family: Family, asked: Asked) -> Fits:
    """Fit models of everybody: who is a case, and how severe it is."""
    cohort, gate = asked.cohort, asked.cohort.model[asked.outcome].applies_to
    assert gate is not None
    case = outcome_numbers(cohort, gate)
    severity = outcome_numbers(cohort, asked.outcome)
    y = np.where(case == 0, 0.0, np.where(np.isnan(case), np.nan, severity))
    both = Target(_with_both_parts(cohort.model, gate, asked.outcome), _TWO_PARTS)
    plans = plan_models(cohort, asked.factors, both, asked.adjustments, y, case)
    for plan in _with_selection(plans.models, asked):
        question = question_of(plan, plans.columns, plans.outcome)
        if question is None:
            yield plan, None, cohort.n
            continue
        yield plan, family.fitted(question, FitInput(present=case[question.rows])), cohort.n


def _with_both_parts(model: CausalModel, gate: str, outcome: str) -> CausalModel:
    """Declare what both parts lead to, so that the graph is asked about them together."""
    both = Variable(
        _TWO_PARTS, "Presence and severity", Domain.OUTCOME, Kind.CONTINUOUS, causes_declared=(gate, outcome)
    )
    return model.with_variables(both)

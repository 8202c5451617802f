"""From a cohort and a question to the model that is examined, as `estimate_effects` plans and fits it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.declare.scores import bands_of
from rlsstudy.estimate.answers import FromFit
from rlsstudy.estimate.contrasts import contrasts_of
from rlsstudy.estimate.diagnose.examined import Examined, Visits
from rlsstudy.estimate.effect_rows import verdict_on
from rlsstudy.estimate.families import Family, FitInput
from rlsstudy.estimate.fitting import Asked, fitted_models, participants_asked
from rlsstudy.estimate.outcomes import outcome_numbers
from rlsstudy.estimate.plan import plan_models
from rlsstudy.estimate.question import question_of
from rlsstudy.estimate.visits.outcomes import visit_outcomes
from rlsstudy.estimate.visits.repeated import VisitRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.estimate.answers import Fitted
    from rlsstudy.estimate.plan import ModelPlan

    Bools = NDArray[np.bool_]

MODELS = ("linear", "ordinal", "ordinal_bands", "logistic", "mixed")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What was planned, and the model to examine, None where it is refused."""

    plan: ModelPlan
    examined: Examined | None
    n: int
    note: str
    flagged: bool


def examine(cohort: Cohort, family: Family, asked: Asked) -> Subject:
    """Fit the model that `estimate_effects` fits for one factor and one adjustment.

    Parameters
    ----------
    cohort : Cohort
        The cohort.
    family : Family
        The kind of model.
    asked : Asked
        The same cohort, one factor, one adjustment.
    """
    plan, fitted, n = (
        _linear(asked, family) if family.name == "linear" else next(fitted_models(family, asked))
    )
    if not isinstance(fitted, FromFit):
        return Subject(plan, None, n, plan.refusal if fitted is None else fitted.refusal, False)
    verdicts = [(contrast, verdict_on(plan, fitted, contrast)) for contrast in contrasts_of(plan.factor)]
    contrasts = tuple(contrast for contrast, verdict in verdicts if not verdict.refusal)
    if not contrasts:
        return Subject(plan, None, n, verdicts[0][1].refusal, False)
    names = (plan.factor.name, *plan.covariates, asked.outcome)
    examined = Examined(
        family=family,
        question=fitted.question,
        given=FitInput(scores=fitted.fit.scores if family.by_bands else None),
        fit=fitted.fit,
        contrasts=contrasts,
        variables={name: cohort.model[name] for name in names},
        outcome=cohort.model[asked.outcome],
        synthetic=cohort.is_synthetic,
        visits=_visits(family, asked, fitted) if family.repeated else None,
        bands=_bands(family, asked),
    )
    examined = replace(examined, estimates=tuple(examined.difference(one) for one in contrasts))
    remarks = dict.fromkeys(verdict.note for _, verdict in verdicts if verdict.note)
    return Subject(plan, examined, n, "; ".join(remarks), any(v.status == "flagged" for _, v in verdicts))


def _linear(asked: Asked, family: Family) -> tuple[ModelPlan, Fitted | None, int]:
    """Fit the linear model by itself, which in `estimate_effects` is one of a screen and keeps no arrays."""
    asked.cohort.refuse_visits("A diagnosis of this model")
    cohort, target = participants_asked(asked.cohort, asked.outcome)
    y = outcome_numbers(cohort, asked.outcome)
    plans = plan_models(cohort, asked.factors, target, asked.adjustments, y)
    plan = plans.models[0]
    question = question_of(plan, plans.columns, plans.outcome)
    return plan, None if question is None else family.fitted(question, FitInput()), cohort.n


def _bands(family: Family, asked: Asked) -> tuple[str, ...]:
    declared = bands_of(asked.cohort.model, asked.outcome) if family.by_bands else None
    return () if declared is None else declared[0].levels


def _visits(family: Family, asked: Asked, fitted: FromFit) -> Visits:
    """Return the outcome of the model's participants at its visits."""
    outcomes = visit_outcomes(asked.cohort.in_population(), asked.outcome)
    rows = VisitRows.of(family, outcomes, asked.factors[0])
    week = split_visit_name(asked.outcome)[1] or np.inf
    values = rows.values[fitted.question.rows]
    held = ~np.isnan(values).all(axis=0) & (rows.times <= week)
    labels = tuple(label for label, kept in zip(rows.labels, held, strict=True) if kept)
    first = outcomes.values[:, 0]
    known: Bools = ~np.isnan(first)
    missed = np.asarray(np.isnan(rows.values[:, held]).any(axis=1))
    return Visits(values[:, held], first[known], missed[known], labels)

"""The model that is examined: exactly that of `estimate_effects`, and ways to fit it again with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.declare.scores import bands_of
from rlsstudy.estimate.answers import FromFit
from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.diagnose.words import Unit
from rlsstudy.estimate.effect_rows import verdict_on
from rlsstudy.estimate.families import Family, FitInput
from rlsstudy.estimate.fits.margins import Difference, average_difference
from rlsstudy.estimate.fitting import Asked, fitted_models, participants_asked
from rlsstudy.estimate.outcomes import outcome_numbers
from rlsstudy.estimate.plan import plan_models
from rlsstudy.estimate.question import question_of
from rlsstudy.estimate.repeated import VisitRows
from rlsstudy.estimate.visit_outcomes import visit_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.answers import Fitted
    from rlsstudy.estimate.plan import ModelPlan
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MODELS = ("linear", "ordinal", "ordinal_bands", "logistic", "mixed")


@dataclass(frozen=True, slots=True, eq=False)
class Addition:
    """Columns that are added to a model, worked out from those that it has.

    Parameters
    ----------
    names : tuple of str
        Their names.
    columns : callable
        Turns X, shape (n, p), into the added columns, (n, q); also with the factor set to an end of its contrast.
    """

    names: tuple[str, ...]
    columns: Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """The visits of a mixed model.

    Parameters
    ----------
    values : ndarray, shape (n_participants, n_visits)
        The outcome at the visits of the model, NaN where it was not measured.
    first : ndarray, shape (n_population,)
        The outcome at the first visit of all, of everybody in the population who has one.
    missed : ndarray of bool, shape (n_population,)
        Who of them lacks a visit of the model.
    labels : tuple of str
        What each visit is called.
    """

    values: Floats
    first: Floats
    missed: Bools
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """A fitted model with what it was fitted to.

    Parameters
    ----------
    family : Family
        The kind of model.
    question : Question
        Its arrays; of the factor's and the covariates' columns, one row for each participant.
    given : FitInput
        What the fit is given beside.
    fit : fit
        The fit.
    contrasts : tuple of Contrast
        Those of the factor that are estimated.
    variables : mapping of str to Variable
        The factor, the covariates and the outcome.
    outcome : Variable
        The outcome.
    synthetic : bool
        Whether the participants are simulated.
    visits : Visits, optional
        Of a mixed model.
    addition : Addition, optional
        What was added to the model.
    estimates : tuple of Difference
        Of each contrast; empty where it is fitted again.
    bands : tuple of str
        The declared bands of the outcome, where they are the categories.
    """

    family: Family
    question: Question
    given: FitInput
    fit: Any
    contrasts: tuple[Contrast, ...]
    variables: Mapping[str, Variable]
    outcome: Variable
    synthetic: bool
    visits: Visits | None = None
    addition: Addition | None = None
    estimates: tuple[Difference, ...] = ()
    bands: tuple[str, ...] = ()

    @property
    def factor(self) -> Variable:
        """The factor."""
        return self.question.plan.factor

    @property
    def unit(self) -> Unit:
        """The unit of its estimates."""
        binary = self.outcome.kind is Kind.BINARY
        return Unit("percentage points", 100.0) if binary else Unit(self.outcome.unit)

    @property
    def lead(self) -> int:
        """How many columns of the design come before those of X."""
        return len(self.question.lead_names)

    @property
    def n_factor(self) -> int:
        """How many columns of X are the factor's."""
        return len(self.question.plan.terms.places)

    @property
    def n_people(self) -> int:
        """Participants."""
        return len(self.question.X)

    def difference(self, contrast: Contrast) -> Difference:
        """Return the estimate of a contrast, in the outcome's unit."""
        low, high = (self._extended(arm) for arm in self.question_arms(contrast))
        return average_difference(self.fit, self.question.design(high), self.question.design(low))

    def question_arms(self, contrast: Contrast) -> tuple[Floats, Floats]:
        """Return X without additions, with everybody at the lower and at the upper end of a contrast."""
        width = self.question.X.shape[1] - (0 if self.addition is None else len(self.addition.names))
        low, high = self.question.arms(contrast)
        return low[:, :width], high[:, :width]

    def mean_at(self, X: Floats) -> float:
        """Return the mean outcome that is predicted for other values of X, additions worked out."""
        return float(self.fit.mean_gradient(self.question.design(self._extended(X)))[0])

    def moved(self, other: Examined) -> tuple[float, float, Contrast]:
        """Return how far another model moves the estimate, for the contrast that moves most.

        In standard errors of the less certain of the two, then in the outcome's unit, and which contrast it is.
        """
        moves = []
        for contrast, before in zip(self.contrasts, self.estimates, strict=True):
            after = other.difference(contrast)
            distance = abs(after.estimate - before.estimate)
            moves.append((distance / max(before.std_error, after.std_error), distance, contrast))
        return max(moves, key=lambda one: one[0])

    def label_of(self, name: str) -> str:
        """Return what a column is called: the variable's label, and of a categorical one the level."""
        variable, _, level = name.partition(": ")
        label = self.variables[variable].label if variable in self.variables else variable
        return f"{label}: {level}" if level else label

    def with_addition(self, addition: Addition) -> Examined:
        """Return the same model with columns added; raises EstimationError where it cannot be fitted."""
        X = np.column_stack([self.question.X, addition.columns(self.question.X)])
        question = replace(self.question, X=X, names=(*self.question.names, *addition.names))
        return replace(self._refitted(question), addition=addition)

    def without_covariates(self) -> Examined:
        """Return the model of the same participants with the factor alone."""
        kept = slice(0, self.n_factor)
        question = replace(self.question, X=self.question.X[:, kept], names=self.question.names[kept])
        return self._refitted(question)

    def without(self, people: NDArray[np.intp]) -> Examined:
        """Return the model without some participants; raises EstimationError where it cannot be fitted."""
        kept = np.ones(self.n_people, dtype=bool)
        kept[people] = False
        question, given = self.question, self.given
        rows = kept if question.person is None else kept[question.person]
        person = None if question.person is None else (np.cumsum(kept) - 1)[question.person[rows]]
        if given.scores is not None:
            held = np.isin(self.fit.categories, question.y[rows])
            given = replace(given, scores=given.scores[held])
        changed = replace(
            question, X=question.X[kept], y=question.y[rows], lead=question.lead[rows], person=person
        )
        return replace(self, given=given)._refitted(changed)

    def _refitted(self, question: Question) -> Examined:
        return replace(self, question=question, fit=self.family.fit(question, self.given))

    def _extended(self, X: Floats) -> Floats:
        return X if self.addition is None else np.column_stack([X, self.addition.columns(X)])


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

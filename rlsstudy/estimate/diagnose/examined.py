"""The model that is examined: exactly that of `estimate_effects`, and ways to fit it again with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.estimate.contrasts import Contrast
from rlsstudy.estimate.diagnose.words import Unit
from rlsstudy.estimate.families import Family, FitInput, input_of
from rlsstudy.estimate.fits.margins import Difference, average_difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


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

    def thinned(self, most: int) -> Examined:
        """Return the model of at most so many participants, evenly through the rows, with the fit as it is.

        For averages that are drawn; several visits are not thinned, because their predictions cost nothing.
        """
        question, step = self.question, -(-self.n_people // most)
        if question.person is not None or step == 1:
            return self
        X, lead, y = (rows[::step] for rows in (question.X, question.lead, question.y))
        return replace(self, question=replace(question, X=X, lead=lead, y=y))

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
        return replace(self, question=question, fit=self.family.fit(input_of(question, self.given)))

    def _extended(self, X: Floats) -> Floats:
        return X if self.addition is None else np.column_stack([X, self.addition.columns(X)])

"""The arrays of one planned model: design, outcome, and the two arms of each contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.estimate.contrasts import Contrast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.design import DesignColumns
    from rlsstudy.estimate.plan import ModelPlan

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One model of one factor as arrays.

    Parameters
    ----------
    plan : ModelPlan
        What was planned.
    X : ndarray, shape (n, p)
        For each participant the factor's columns, then those of the covariates.
    names : tuple of str
        Their names.
    rows : ndarray of bool, shape (n_participants,)
        Who is in the model, among all participants of the plan.
    y : ndarray, shape (n_rows,)
        The outcome: one row for each participant, or for each participant and visit.
    lead : ndarray, shape (n_rows, k)
        The columns of the design before those of X, such as the intercept.
    lead_names : tuple of str
        Their names.
    person : ndarray of int, shape (n_rows,), optional
        The row of X that each row of y belongs to; without it they are the same.
    """

    plan: ModelPlan
    X: Floats
    names: tuple[str, ...]
    rows: Bools
    y: Floats
    lead: Floats
    lead_names: tuple[str, ...]
    person: Places | None = None

    def design(self, X: Floats | None = None) -> Floats:
        """Return the whole design, shape (n_rows, k + p), with other values of X where they are given."""
        X = self.X if X is None else X
        return np.column_stack([self.lead, X if self.person is None else X[self.person]])

    @property
    def design_names(self) -> tuple[str, ...]:
        """Names of the columns of the whole design."""
        return (*self.lead_names, *self.names)

    def with_lead(self, lead: Floats, names: Sequence[str], y: Floats, person: Places | None) -> Question:
        """Return the question with other rows, as several visits make them."""
        return replace(self, lead=lead, lead_names=tuple(names), y=y, person=person)

    def place_of(self, contrast: Contrast) -> int:
        """Return which column of X carries a contrast of the factor."""
        return 0 if contrast.level is None else self.plan.terms.levels.index(contrast.level)

    def arms(self, contrast: Contrast) -> tuple[Floats, Floats]:
        """Return X with everybody at the lower, and with everybody at the upper end of a contrast."""
        low, high = self.X.copy(), self.X.copy()
        factor = self.plan.factor
        if factor.kind is Kind.CATEGORICAL:
            of_factor = len(self.plan.terms.places)
            low[:, :of_factor] = high[:, :of_factor] = 0.0
            high[:, self.place_of(contrast)] = 1.0
        else:
            ends = np.array([contrast.low, contrast.high])
            low[:, 0], high[:, 0] = ends if factor.has_levels else factor.on_scale(ends)
        return low, high


def question_of(
    plan: ModelPlan, columns: DesignColumns | None, outcome: Floats, *, intercept: bool = True
) -> Question | None:
    """Return the arrays of a plan, and None for a refused one.

    Parameters
    ----------
    plan : ModelPlan
        The plan.
    columns : DesignColumns, optional
        The columns that all plans of the call share; None when every plan is refused.
    outcome : ndarray, shape (n_participants,)
        The outcome, NaN where there is none.
    intercept : bool
        Whether a column of ones leads.
    """
    if plan.design is None or columns is None:
        return None
    places = [*plan.design.factor, *plan.design.covariates]
    rows = ~(np.isnan(columns.values[:, places]).any(axis=1) | np.isnan(outcome))
    rows[list(plan.design.without)] = False
    n = int(rows.sum())
    return Question(
        plan=plan,
        X=np.ascontiguousarray(columns.values[rows][:, places]),
        names=tuple(columns.labels[place] for place in places),
        rows=rows,
        y=outcome[rows],
        lead=np.ones((n, int(intercept))),
        lead_names=("intercept",) if intercept else (),
    )

"""Which models are to be fitted, on whom, and which cannot be: decided before any is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable
from rlsstudy.estimate.adjustments import AdjustmentName, Choice, Target, choose_covariates
from rlsstudy.estimate.design import DesignColumns, Terms, design_columns, terms_among
from rlsstudy.estimate.fits.gram import ScreenDesign
from rlsstudy.estimate.fits.guards import MIN_RESIDUAL_DF, varies_not
from rlsstudy.estimate.sparse import apart, apart_concern, few_apart, without_lone, without_separating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """One model of one factor: what enters it, or why it is refused.

    Parameters
    ----------
    factor : Variable
        The factor.
    adjustment : str
        The adjustment's name.
    covariates : tuple of str
        What is adjusted for; a covariate that is the same for everybody is not among them.
    n_used : int
        Participants with a value of everything that enters, less those alone at a level.
    terms : Terms
        The factor's columns.
    design : ScreenDesign, optional
        The columns of the model; None when it is refused.
    level_counts : mapping of str to int
        People at each level of a factor with levels; those left out for being alone at one count.
    concerns, notes : tuple of str
        Why the estimate is flagged, and what else is worth knowing.
    refusal : str
        Why there is no estimate.
    """

    factor: Variable
    adjustment: AdjustmentName
    covariates: tuple[str, ...] = ()
    n_used: int = 0
    terms: Terms = Terms(())  # noqa: RUF009  # frozen, so one can be shared
    design: ScreenDesign | None = None
    level_counts: Mapping[str, int] | None = None
    concerns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """All models of a call with the columns they share."""

    models: tuple[ModelPlan, ...]
    columns: DesignColumns | None
    outcome: Floats


def plan_models(
    cohort: Cohort,
    factors: Sequence[str],
    target: Target,
    adjustments: Sequence[AdjustmentName],
    y: Floats,
    events: Floats | None = None,
) -> Plans:
    """Plan a model for every factor and adjustment.

    Parameters
    ----------
    cohort : Cohort
        The participants that models may use.
    factors : sequence of str
        Declared variables.
    target : Target
        What they are to act on, and among whom; it decides what the graph asks to adjust for.
    adjustments : sequence of str
        The adjustments, in the order of the rows.
    y : ndarray, shape (n_participants,)
        The outcome as numbers, NaN where there is none.
    events : ndarray, shape (n_participants,), optional
        For a model of a binary outcome, 1 for those who have it: rare levels of covariates at which all or none do
        are left out.

    Returns
    -------
    Plans
        One plan per factor and adjustment, in that order.
    """
    carried = {variable.name for variable in cohort.model if variable.is_carried}
    usable = [name for name in cohort.data.columns if name not in carried]
    measured = [name for name in usable if cohort.data[name].notna().any()]
    asked = [
        (cohort.model[factor], adjustment, _choose(cohort, factor, target, adjustment, measured))
        for factor in factors
        for adjustment in adjustments
    ]
    possible = [(factor.name, *choice.covariates) for factor, _, choice in asked if not choice.refusal]
    if not possible:
        refused = (ModelPlan(factor, adj, refusal=choice.refusal) for factor, adj, choice in asked)
        return Plans(tuple(refused), None, y)
    columns = design_columns(cohort.data, cohort.model, (name for names in possible for name in names))
    present = {name: columns.present(name) for name in columns.places}
    planner = _Planner(columns, y, present, None if events is None else events == 1)
    return Plans(tuple(planner.plan(*question) for question in asked), columns, y)


def _choose(
    cohort: Cohort, factor: str, target: Target, adjustment: AdjustmentName, measured: Sequence[str]
) -> Choice:
    if factor not in cohort.data:
        return Choice(refusal=f"'{factor}' is not among the columns of the data")
    if factor not in measured:
        return Choice(refusal=f"'{factor}' has no values")
    return choose_covariates(adjustment, target, factor, measured)


@dataclass(frozen=True, slots=True, eq=False)
class _Planner:
    columns: DesignColumns
    outcome: Floats
    present: Mapping[str, Bools]
    events: Bools | None

    def plan(self, factor: Variable, adjustment: AdjustmentName, choice: Choice) -> ModelPlan:
        """Find the complete cases of a model and the columns that vary among them."""
        if choice.refusal:
            return ModelPlan(factor, adjustment, choice.covariates, refusal=choice.refusal)
        complete = ~np.isnan(self.outcome)
        for name in (factor.name, *choice.covariates):
            complete &= self.present[name]
        n = int(complete.sum())
        too_few = _too_few(n, 2 + len(choice.covariates))
        if too_few:
            return ModelPlan(factor, adjustment, choice.covariates, n, refusal=too_few)
        return self._on_participants(factor, adjustment, choice, complete)

    def _on_participants(
        self, factor: Variable, adjustment: AdjustmentName, choice: Choice, complete: Bools
    ) -> ModelPlan:
        """Plan a model of complete cases, leaving out those who are alone at a level."""
        # A factor with one column is not among them: who decides it alone is what it rests on.
        split = (factor.name,) if factor.kind is Kind.CATEGORICAL else ()
        kept, left = without_lone(self.columns, (*choice.covariates, *split), complete)
        separating: dict[str, Bools] = {}
        if self.events is not None:
            kept, separating = without_separating(self.columns, choice.covariates, kept, self.events)
        if not kept.any():
            return ModelPlan(factor, adjustment, choice.covariates, refusal=_nobody_left(left))
        terms = {name: terms_among(self.columns, name, kept) for name in choice.covariates}
        of_factor = terms_among(self.columns, factor.name, kept)
        design = ScreenDesign(
            of_factor.places,
            tuple(place for term in terms.values() for place in term.places),
            tuple(np.flatnonzero(complete & ~kept).tolist()),
        )
        counts = None
        if factor.has_levels:
            counts = self.columns.level_counts(factor.name, kept | left.get(factor.name, kept))
        n_apart = len(kept) if split else int(apart(self.columns, factor.name, kept).sum())
        refusal = self._refusal(of_factor, design, kept) or few_apart(factor, counts, n_apart)
        return ModelPlan(
            factor,
            adjustment,
            tuple(name for name, term in terms.items() if term.places),
            int(kept.sum()),
            of_factor,
            None if refusal else design,
            counts,
            tuple(filter(None, (choice.concern, apart_concern(factor, n_apart)))),
            (*choice.notes, *_notes(terms, left, separating)),
            refusal,
        )

    def _refusal(self, factor: Terms, design: ScreenDesign, kept: Bools) -> str:
        if not factor.places:
            return factor.note
        if varies_not(self.outcome[kept, None])[0]:
            return "the outcome is the same for everybody in this model"
        return _too_few(int(kept.sum()), 1 + len(design.factor) + len(design.covariates))


def _nobody_left(left: Mapping[str, Bools]) -> str:
    """Say that leaving out whoever is alone at a level leaves nobody."""
    return f"every participant is alone at a level of {', '.join(f'{name!r}' for name in left)}, so nobody is left to compare"


def _notes(
    terms: Mapping[str, Terms], left: Mapping[str, Bools], separating: Mapping[str, Bools]
) -> tuple[str, ...]:
    """Say who and what was left out; a level that is empty because of the first is not told twice."""
    notes = [f"participants alone at a level of '{name}'" for name in left]
    notes += [
        f"participants at a rare level of '{name}' at which all or none have the outcome"
        for name in separating
    ]
    told = {*left, *separating}
    notes += [term.note for name, term in terms.items() if term.note and not (name in told and term.places)]
    return tuple(f"{note}: left out" for note in notes)


def _too_few(n: int, p: int) -> str:
    if n - p >= MIN_RESIDUAL_DF:
        return ""
    return f"{n} complete participants are too few for {p} coefficients; at least {p + MIN_RESIDUAL_DF} are needed"

"""Which models are to be fitted, on whom, and which cannot be: decided before any is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.variable import Variable
from rlsstudy.estimate.adjustments import AdjustmentName, Choice, choose_covariates
from rlsstudy.estimate.design import DesignColumns, Terms, design_columns, numbers, terms_among
from rlsstudy.estimate.gram import ScreenDesign
from rlsstudy.estimate.guards import MIN_LEVEL_SIZE, MIN_RESIDUAL_DF, varies_not

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
        Participants with a value of everything that enters.
    terms : Terms
        The factor's columns.
    design : ScreenDesign, optional
        The columns of the model; None when it is refused.
    level_counts : mapping of str to int
        People at each level of a factor with levels.
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
    cohort: Cohort, factors: Sequence[str], outcome: str, adjustments: Sequence[AdjustmentName]
) -> Plans:
    """Plan a model for every factor and adjustment.

    Parameters
    ----------
    cohort : Cohort
        The participants of the population.
    factors, outcome : str
        Declared variables; the outcome is a column of the data.
    adjustments : sequence of str
        The adjustments, in the order of the rows.

    Returns
    -------
    Plans
        One plan per factor and adjustment, in that order.
    """
    measured = [name for name in cohort.data.columns if cohort.data[name].notna().any()]
    asked = [
        (cohort.model[factor], adjustment, _choose(cohort, factor, outcome, adjustment, measured))
        for factor in factors
        for adjustment in adjustments
    ]
    y = numbers(cohort.data[outcome])
    possible = [(factor.name, *choice.covariates) for factor, _, choice in asked if not choice.refusal]
    if not possible:
        refused = (ModelPlan(factor, adj, refusal=choice.refusal) for factor, adj, choice in asked)
        return Plans(tuple(refused), None, y)
    columns = design_columns(cohort.data, cohort.model, (name for names in possible for name in names))
    planner = _Planner(columns, y, {name: columns.present(name) for name in columns.places})
    return Plans(tuple(planner.plan(*question) for question in asked), columns, y)


def _choose(
    cohort: Cohort, factor: str, outcome: str, adjustment: AdjustmentName, measured: Sequence[str]
) -> Choice:
    if factor not in cohort.data:
        return Choice(refusal=f"'{factor}' is not among the columns of the data")
    if factor not in measured:
        return Choice(refusal=f"'{factor}' has no values")
    return choose_covariates(adjustment, cohort.study, factor, outcome, measured)


@dataclass(frozen=True, slots=True, eq=False)
class _Planner:
    columns: DesignColumns
    outcome: Floats
    present: Mapping[str, Bools]

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
        terms = {name: terms_among(self.columns, name, complete) for name in choice.covariates}
        covariates = tuple(name for name, term in terms.items() if term.places)
        of_factor = terms_among(self.columns, factor.name, complete)
        design = ScreenDesign(
            of_factor.places, tuple(place for term in terms.values() for place in term.places)
        )
        refusal = self._refusal(of_factor, design, complete)
        return ModelPlan(
            factor,
            adjustment,
            covariates,
            n,
            of_factor,
            None if refusal else design,
            self.columns.level_counts(factor.name, complete) if factor.has_levels else None,
            (choice.concern,) if choice.concern else (),
            tuple(f"{term.note}: left out" for term in terms.values() if term.note),
            refusal,
        )

    def _refusal(self, factor: Terms, design: ScreenDesign, complete: Bools) -> str:
        if not factor.places:
            return factor.note
        if varies_not(self.outcome[complete, None])[0]:
            return "the outcome is the same for everybody in this model"
        return _too_few(int(complete.sum()), 1 + len(design.factor) + len(design.covariates))


def level_concern(plan: ModelPlan, levels: Sequence[str]) -> str:
    """Say which of some levels have fewer people than an estimate needs to be trusted."""
    counts = plan.level_counts or {}
    # The number itself is not shown: a note travels further than the data.
    few = ", ".join(f"'{level}'" for level in levels if 0 < counts.get(level, 0) < MIN_LEVEL_SIZE)
    return f"fewer than {MIN_LEVEL_SIZE} people have {few}" if few else ""


def _too_few(n: int, p: int) -> str:
    if n - p >= MIN_RESIDUAL_DF:
        return ""
    return f"{n} complete participants are too few for {p} coefficients; at least {p + MIN_RESIDUAL_DF} are needed"

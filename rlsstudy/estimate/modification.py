"""Whether a factor's effect differs between groups, on the additive and on the multiplicative scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.adjustments import AdjustmentName
from rlsstudy.estimate.answers import one_line
from rlsstudy.estimate.families import Family, FitInput, families_named
from rlsstudy.estimate.fits.guards import MIN_LEVEL_USED
from rlsstudy.estimate.fitting import participants_asked
from rlsstudy.estimate.modification_design import ModifiedDesign, groups_of
from rlsstudy.estimate.modification_report import GROUP_COLUMNS, INTERACTION_COLUMNS, Report
from rlsstudy.estimate.outcomes import check_outcome, outcome_numbers
from rlsstudy.estimate.plan import plan_models
from rlsstudy.estimate.question import Question, question_of
from rlsstudy.estimate.truth import truths_of
from rlsstudy.estimate.truth_estimand import Estimand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

OFFERED = ("linear", "ordinal", "logistic", "firth", "robust")


@dataclass(frozen=True, slots=True, eq=False)
class Modification:
    """How a factor's effect differs between groups.

    Parameters
    ----------
    effects : DataFrame
        One row per contrast and group with the columns `GROUP_COLUMNS`, and ``truth``, ``covered`` where the
        cohort is synthetic and the modifier has levels.
    interaction : DataFrame
        How far the effects differ, with the columns `INTERACTION_COLUMNS`; the first group is what the others are
        compared with, and ``all`` stands for the joint test of all products.
    """

    effects: pd.DataFrame
    interaction: pd.DataFrame


def effect_modification(
    cohort: Cohort,
    factor: str,
    by: str,
    *,
    outcome: str | None = None,
    model: str = "linear",
    adjustment: AdjustmentName = "graph",
) -> Modification:
    """Estimate a factor's effect in each group, and test whether it differs between them.

    One model with products of factor and modifier is fitted to everybody, so that a difference between groups is
    tested, not read off two p-values [1]_. That the factor's effect differs between groups does not say that
    changing the group would change it: for that the modifier's own confounders would have to be adjusted for [2]_.

    Parameters
    ----------
    cohort : Cohort
        The cohort; one row per participant.
    factor, by : str
        Declared variables: whose effect, and what may modify it. A number as modifier enters linearly on its
        declared scale, and effects are given at the two ends of its contrast.
    outcome : str, optional
        A declared variable; by default the study's outcome.
    model : {"linear", "ordinal", "logistic", "firth", "robust"}
        As for `estimate_effects`.
    adjustment : {"graph", "age_sex", "crude"}
        What is adjusted for besides the modifier.

    Returns
    -------
    Modification
        Effects by group in the unit of the outcome, standardised over those in the group, and the interaction: on
        the additive scale the difference of the effects (for a binary outcome also RERI, attributable proportion and
        synergy index), on the multiplicative scale the ratio of odds ratios.

    Raises
    ------
    DeclarationError
        A name that is not declared.
    EstimationError
        An unsuitable modifier or model, a model that cannot be planned or fitted, or a group in which a compared level
        has fewer than three people.

    References
    ----------
    .. [1] Altman DG, Bland JM (2003). Interaction revisited: the difference between two estimates. BMJ 326, 219.
    .. [2] VanderWeele TJ (2009). On the distinction between interaction and effect modification. Epidemiology 20, 863-871.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> found = rls.effect_modification(rls.simulate_cohort(n=400, seed=1), "ferritin", by="sex")
    >>> found.effects["group"].tolist(), found.interaction["group"].tolist()
    (['male', 'female'], ['female', 'all'])
    """
    family = _family(model)
    outcome = cohort.model[cohort.study.outcome if outcome is None else outcome].name
    modifier = _modifier(cohort, factor, by, outcome)
    check_outcome(cohort, family, outcome, (factor,))
    cohort.refuse_visits("Effect modification")
    inside, target = participants_asked(cohort, outcome)
    if by == target.population:
        raise EstimationError(
            f"The modifier '{by}' is the study's population, so that everybody has one level of it."
        )
    codes = _codes(inside, modifier)
    y = np.where(np.isnan(codes), np.nan, outcome_numbers(inside, outcome))
    plans = plan_models(inside, (factor,), target, (adjustment,), y)
    question = question_of(plans.models[0], plans.columns, y, intercept=family.intercept)
    if question is None:
        raise EstimationError(f"The effect of '{factor}' cannot be estimated: {plans.models[0].refusal}.")
    design = _design(question, modifier, codes)
    fit = _fit(family, design, factor)
    report = Report(design, fit, modifier, inside.n)
    effects = pd.DataFrame.from_records(list(report.effect_rows()), columns=list(GROUP_COLUMNS))
    interaction = pd.DataFrame.from_records(
        list(report.interaction_rows(cohort.model[outcome].kind is Kind.BINARY)),
        columns=list(INTERACTION_COLUMNS),
    )
    if cohort.truth_is_known and modifier.has_levels:
        effects = _with_truth(effects, cohort, outcome, factor, by)
    for frame in (effects, interaction):
        frame.attrs.update(outcome=outcome, model=model, synthetic=cohort.is_synthetic)
    return Modification(effects, interaction)


def _family(model: str) -> Family:
    family = families_named(model)[0]
    if model not in OFFERED:
        raise EstimationError(
            f"Effect modification is not offered with the {model} model. Allowed: {', '.join(OFFERED)}."
        )
    return family


def _modifier(cohort: Cohort, factor: str, by: str, outcome: str) -> Variable:
    modifier = cohort.model[by]
    named = f"The modifier '{by}' ({modifier.label})"
    if by in (cohort.model[factor].name, outcome):
        raise EstimationError(f"{named} is the factor or the outcome itself. Choose another variable.")
    if by not in cohort.data:
        raise EstimationError(
            f"{named} is not among the columns of the data. Map a column to it in the study file."
        )
    if modifier.is_carried:
        raise EstimationError(
            f"{named} is a {modifier.kind}, which forms no groups. Choose levels or a number."
        )
    return modifier


def _codes(cohort: Cohort, modifier: Variable) -> Floats:
    """Return the place of each participant's level, or the number on its scale, NaN where missing."""
    if modifier.has_levels:
        places = cohort.data[modifier.name].astype("string").map(modifier.codes)
        return np.asarray(places.to_numpy(dtype=np.float64, na_value=np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        return modifier.on_scale(outcome_numbers(cohort, modifier.name))


def _design(question: Question, modifier: Variable, codes: Floats) -> ModifiedDesign:
    """Leave the modifier out of the covariates, and refuse groups in which nothing can be compared."""
    n_factor = len(question.plan.terms.places)
    kept = [
        place
        for place, name in enumerate(question.names)
        if place < n_factor or name.split(": ")[0] != modifier.name
    ]
    question = _kept(question, kept)
    held = codes[question.rows]
    groups = groups_of(modifier, held)
    if len(groups) < 2:
        raise EstimationError(
            f"'{modifier.name}' ({modifier.label}) is the same for everybody in this model."
        )
    design = ModifiedDesign(question, held, groups, modifier.has_levels, n_factor)
    _refuse_small_cells(design, modifier)
    return design


def _kept(question: Question, places: list[int]) -> Question:
    return replace(question, X=question.X[:, places], names=tuple(question.names[place] for place in places))


def _refuse_small_cells(design: ModifiedDesign, modifier: Variable) -> None:
    factor = design.question.plan.factor
    small = [(level, group) for level, group, count in design.cells() if count < MIN_LEVEL_USED]
    if factor.kind is Kind.ORDINAL:
        small = [cell for cell in small if not cell[0]]  # a trend needs no people at every level
    if small and design.levels:
        named = "; ".join(
            f"'{level}' of '{factor.name}' with '{group.label}'" if level else f"'{group.label}'"
            for level, group in small
        )
        raise EstimationError(
            f"Fewer than {MIN_LEVEL_USED} participants have each of: {named} of '{modifier.name}'. Merge levels, or choose "
            "another modifier."
        )


def _fit(family: Family, design: ModifiedDesign, factor: str) -> Any:
    """Fit the model with products by the family's own fit."""
    question = design.question
    lead = question.lead.shape[1]
    matrix = design.design()
    whole = _entered(question, matrix[:, lead:], design.names[lead:])
    try:
        return family.fit(whole, FitInput())
    except EstimationError as error:
        raise EstimationError(
            f"The model of '{factor}' with products cannot be fitted: {one_line(str(error))}"
        ) from error


def _entered(question: Question, X: Floats, names: tuple[str, ...]) -> Question:
    return replace(question, X=X, names=names)


def _with_truth(effects: pd.DataFrame, cohort: Cohort, outcome: str, factor: str, by: str) -> pd.DataFrame:
    """Add the true effect in each group."""
    scale: Any = "probability" if cohort.model[outcome].has_levels else "points"
    truths = truths_of(cohort, (factor,), outcome, Estimand(by=by, scale=scale))
    keys = ["factor", "contrast", "group"]
    summed = truths.groupby(keys, sort=False, as_index=False)[["truth", "truth_error"]].sum(min_count=1)
    scored = effects.merge(summed, how="left", on=keys, validate="one_to_one")
    inside = scored["truth"].between(scored["conf_low"], scored["conf_high"]).astype("boolean")
    return scored.assign(covered=inside.where(scored["truth"].notna()))

"""Whether a factor's effect differs between groups, on the additive and on the multiplicative scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.adjustment_question import parts_of
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.adjustments import AdjustmentName, adjustments_named
from rlsstudy.estimate.clusters_asked import check_clusters, known_clusters
from rlsstudy.estimate.families import FAMILIES, Family, FitInput, families_named
from rlsstudy.estimate.fitting import Asked, participants_asked
from rlsstudy.estimate.frame_facts import frame_facts
from rlsstudy.estimate.modification.design import modified_design, possible_groups
from rlsstudy.estimate.modification.report import GROUP_COLUMNS, INTERACTION_COLUMNS, Report
from rlsstudy.estimate.outcomes import check_outcome, empty_levels, factors_asked, outcome_numbers
from rlsstudy.estimate.plan import plan_models
from rlsstudy.estimate.question import question_of
from rlsstudy.estimate.truth.by_model import truth_size
from rlsstudy.estimate.truth.columns import beside_truth
from rlsstudy.estimate.truth.estimand import EffectScale, Estimand, subject_of
from rlsstudy.estimate.truth.true_effect import truths_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

OFFERED = tuple(family.name for family in FAMILIES.values() if family.modifies)


@dataclass(frozen=True, slots=True, eq=False)
class Modification:
    """How a factor's effect differs between groups.

    Parameters
    ----------
    effects : DataFrame
        One row per contrast and group with the columns `GROUP_COLUMNS`, and ``truth``, ``truth_error``,
        ``bias`` and ``covered`` where the cohort is synthetic and the modifier has levels.
    interaction : DataFrame
        How far the effects differ, with the columns `INTERACTION_COLUMNS`; the first group is what the others
        are compared with, and ``all`` stands for the joint test of all products. ``std_error`` of a ratio,
        and of the synergy index, is that of its logarithm. `adjust_p_values` with ``family="measure"``
        adjusts each measure's p-values by themselves.
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
    clusters: str | None = None,
) -> Modification:
    """Estimate a factor's effect in each group, and test whether it differs between them.

    One model with products of factor and modifier is fitted to everybody, so that a difference between groups
    is tested, not read off two p-values [1]_. That the factor's effect differs between groups does not say
    that changing the group would change it: for that the modifier's own confounders would have to be adjusted
    for [2]_.

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
    clusters : str, optional
        A column whose values are clusters, as for `estimate_effects`.

    Returns
    -------
    Modification
        Effects by group in the unit of the outcome, standardised over those in the group, and the
        interaction: on the additive scale the difference of the effects (for a binary outcome also RERI,
        attributable proportion and synergy index), on the multiplicative scale the ratio of odds ratios. A
        model that cannot be planned or fitted, or a group in which a compared level has fewer than three
        people, has rows with status ``refused`` and the reason in their note. ``.attrs`` of both frames as
        those of `estimate_effects`.

    Raises
    ------
    DeclarationError
        A name that is not declared.
    EstimationError
        An unsuitable modifier, or a model, adjustment or cluster column that is not offered.
    CohortError
        Several visits.

    References
    ----------
    .. [1] Altman DG, Bland JM (2003). Interaction revisited: the difference between two estimates. BMJ 326,
       219.
    .. [2] VanderWeele TJ (2009). On the distinction between interaction and effect modification. Epidemiology
       20, 863-871.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> found = rls.effect_modification(rls.simulate_cohort(n=400, seed=1), "ferritin", by="sex")
    >>> found.effects["group"].tolist(), found.interaction["group"].tolist()
    (['male', 'female'], ['female', 'all'])
    """
    family, factors = _family(model), factors_asked(cohort, factor)
    outcome = cohort.model[cohort.study.outcome if outcome is None else outcome].name
    modifier = _modifier(cohort, factor, by, outcome)
    check_outcome(cohort, family, outcome, factors)
    check_clusters(family, cohort.data, clusters)
    asked = Asked(cohort, factors, outcome, adjustments_named(adjustment), clusters)
    report = _report(family, asked, modifier)
    effects = pd.DataFrame.from_records(list(report.effect_rows()), columns=list(GROUP_COLUMNS))
    interaction = pd.DataFrame.from_records(
        list(report.interaction_rows(cohort.model[outcome].kind is Kind.BINARY)),
        columns=list(INTERACTION_COLUMNS),
    )
    for frame in (effects, interaction):
        frame.attrs.update(frame_facts(cohort, outcome))
    if cohort.truth_is_known and modifier.has_levels:
        effects = _with_truth(effects, asked, by)
    return Modification(effects, interaction)


def _family(model: str) -> Family:
    family = families_named(model)[0]
    if not family.modifies:
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
    if cohort.model[factor].name in parts_of(cohort.model, by):
        raise EstimationError(
            f"{named} is made from the factor. Ask for the shape of its effect by dose_response."
        )
    if cohort.model.ancestors_of(by) & ({outcome} | parts_of(cohort.model, outcome)):
        raise EstimationError(f"{named} follows from the outcome. Choose a variable that stands before it.")
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


def _report(family: Family, asked: Asked, modifier: Variable) -> Report:
    """Plan and fit the model with products; what the data do not allow becomes a refusal."""
    asked.cohort.refuse_visits("Effect modification")
    inside, target = participants_asked(asked.cohort, asked.outcome)
    if modifier.name == target.population:
        raise EstimationError(
            f"The modifier '{modifier.name}' is the study's population, so that everybody has one level of it."
        )
    codes = _codes(inside, modifier)
    y = np.where(np.isnan(codes), np.nan, outcome_numbers(inside, asked.outcome))
    y, clusters, unclustered = known_clusters(inside, asked.clusters, y)
    plans = plan_models(inside, asked.factors, target, asked.adjustments, y)
    plan = plans.models[0]
    plan = replace(plan, concerns=(*plan.concerns, *_formed(asked.cohort.model, plan.factor, modifier)))
    question = question_of(plan, plans.columns, y, intercept=family.intercept)
    report = Report(plan, modifier, possible_groups(modifier), family.name, inside.n)
    if question is None:
        return report
    design = modified_design(question, plans.columns, modifier, codes)
    if refusal := design.refusal(modifier):
        return replace(report, plan=replace(plan, refusal=refusal), design=design)
    given = FitInput(clusters=None if clusters is None else clusters[question.rows])
    noted = replace(
        plan, notes=(*plan.notes, *unclustered, *empty_levels(asked.cohort.model[asked.outcome], question.y))
    )
    entered = replace(question, X=design.design()[:, design.lead :], names=design.names[design.lead :])
    fitted = family.fitted(entered, given)
    return replace(report, plan=noted, groups=design.groups, design=design, fitted=fitted)


def _formed(model: CausalModel, factor: Variable, modifier: Variable) -> tuple[str, ...]:
    """Say when the groups follow from the factor, so that part of its effect is who is in which group."""
    subject = subject_of(model, factor.name)
    if modifier.name not in model.descendants_of(factor.name) | model.descendants_of(subject):
        return ()
    return (f"'{modifier.name}' is an effect of this factor, so that groups are formed by it",)


def _with_truth(effects: pd.DataFrame, asked: Asked, by: str) -> pd.DataFrame:
    """Add the true effect in each group; that on a level's place is the sum of those on reaching each."""
    scale: EffectScale = "probability" if asked.cohort.model[asked.outcome].has_levels else "points"
    n = truth_size(asked.cohort, asked.outcome)
    truths = truths_of(asked.cohort, asked.factors, asked.outcome, Estimand(by=by, scale=scale), n)
    keys = ["factor", "contrast", "group"]
    summed = truths.groupby(keys, sort=False, as_index=False)[["truth", "truth_error"]].sum(min_count=1)
    return beside_truth(effects, summed, keys)

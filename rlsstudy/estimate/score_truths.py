"""Which truth belongs to which model: its estimand, and at which visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.estimate.families import FAMILIES, Family
from rlsstudy.estimate.repeated import ENDS_ONLY
from rlsstudy.estimate.truth import truths_of
from rlsstudy.estimate.truth_estimand import Estimand
from rlsstudy.estimate.visit_outcomes import visit_outcomes

if TYPE_CHECKING:
    from pandas.core.groupby import DataFrameGroupBy

    from rlsstudy.cohort.cohort import Cohort


def truths_for(cohort: Cohort, model: str, factors: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return the true effects that the estimates of a model are compared with.

    Parameters
    ----------
    cohort : Cohort
        A synthetic cohort.
    model : str
        The model's name, as in an effects frame.
    factors : sequence of str
        Declared variables.
    outcome : str
        The outcome.

    Returns
    -------
    DataFrame
        With the columns factor, contrast, truth and truth_error, one row per contrast.

    Notes
    -----
    Most models estimate a mean difference. The median and the quartiles do not: their truth is still
    the mean difference, so that models can be compared, and their bias holds what differs between the two.
    """
    family = FAMILIES[model]
    if family.repeated:
        return pd.concat([_over_visits(cohort, family, factor, outcome) for factor in factors])
    if family.everybody:
        return truths_of(cohort, factors, outcome, Estimand(among="everybody"))
    if cohort.model[outcome].has_levels:
        # The mean place of a level is the sum of the probabilities of reaching each.
        reached = truths_of(cohort, factors, outcome, Estimand(scale="probability"))
        return _together(reached).sum().reset_index()
    return truths_of(cohort, factors, outcome)


def _over_visits(cohort: Cohort, family: Family, factor: str, outcome: str) -> pd.DataFrame:
    """Return the mean of the true effects at the visits that a model of repeated visits uses."""
    outcomes = visit_outcomes(cohort, outcome)
    week = split_visit_name(outcome)[1]
    names = [
        name
        for name, time, follows in zip(outcomes.names, outcomes.times, outcomes.after(factor), strict=True)
        if follows and (not week or time <= week)
    ]
    chosen = names[-1:] if family.name in ENDS_ONLY else names
    each = pd.concat([truths_of(cohort, [factor], name) for name in chosen])
    # All visits share their simulated people, so that the mean of the errors is the most that their mean can have.
    return _together(each).mean().reset_index()


def _together(truths: pd.DataFrame) -> DataFrameGroupBy[tuple[str, str]]:
    return truths.groupby(["factor", "contrast"], sort=False)[["truth", "truth_error"]]

"""Which truth belongs to which model: its estimand, and at which visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.estimate.families import FAMILIES, Family
from rlsstudy.estimate.truth.estimand import Estimand
from rlsstudy.estimate.truth.true_effect import TRUTH_SIZE, truths_of
from rlsstudy.estimate.visits.outcomes import visit_outcomes

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort

_OF_EVERYBODY = 20 * TRUTH_SIZE  # few of them have what is asked about


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
        return truths_of(cohort, factors, outcome, Estimand(among="everybody"), n=_OF_EVERYBODY)
    if cohort.model[outcome].has_levels:
        # The mean place of a level is the sum of the probabilities of reaching each.
        n = truth_size(cohort, outcome)
        reached = truths_of(cohort, factors, outcome, Estimand(scale="probability"), n=n)
        return _summed(reached, "sum")
    return truths_of(cohort, factors, outcome)


def truth_size(cohort: Cohort, outcome: str) -> int:
    """Return over how many simulated people a truth is averaged: more where few have what is asked about."""
    return _OF_EVERYBODY if outcome == cohort.study.population else TRUTH_SIZE


def _over_visits(cohort: Cohort, family: Family, factor: str, outcome: str) -> pd.DataFrame:
    """Return the mean of the true effects at the visits that a model of repeated visits uses."""
    outcomes = visit_outcomes(cohort, outcome)
    week = split_visit_name(outcome)[1]
    names = [
        name
        for name, time, follows in zip(outcomes.names, outcomes.times, outcomes.after(factor), strict=True)
        if follows and (not week or time <= week)
    ]
    chosen = names[-1:] if family.ends else names
    each = pd.concat([truths_of(cohort, [factor], name) for name in chosen])
    if family.ends == "change":
        return _less_at_first(each, truths_of(cohort, [factor], outcomes.names[0]))
    # All visits share their simulated people, so that the mean of the errors is the most that their mean can have.
    return _summed(each, "mean")


def _summed(truths: pd.DataFrame, how: Literal["sum", "mean"]) -> pd.DataFrame:
    """Sum or average the truths of each contrast, and their errors as if they went together."""
    together = truths.groupby(["factor", "contrast"], sort=False, as_index=False)[["truth", "truth_error"]]
    return together.sum() if how == "sum" else together.mean()


def _less_at_first(last: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """Return the true effect on the change: that on the last visit less that on the first."""
    both = last.merge(first, on=["factor", "contrast"], suffixes=("", "_first"))
    return both.assign(
        truth=both["truth"] - both["truth_first"],
        truth_error=(both["truth_error"] ** 2 + both["truth_error_first"] ** 2) ** 0.5,
    )

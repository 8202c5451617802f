"""Estimates beside the truth, which a synthetic cohort knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.effect_rows import EFFECT_COLUMNS
from rlsstudy.estimate.truth.by_model import truths_for
from rlsstudy.estimate.truth.columns import beside_truth
from rlsstudy.estimate.truth.true_effect import refuse_unknown_truth

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort


def score_effects(effects: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Compare estimated effects with the true ones.

    Parameters
    ----------
    effects : DataFrame
        What `estimate_effects` gave for this cohort; rows may have been chosen or sorted.
    cohort : Cohort
        The synthetic cohort.

    Returns
    -------
    DataFrame
        The same rows with the columns truth (total causal effect by intervention, in the unit of
        the outcome), truth_error (its Monte-Carlo standard error), bias (estimate minus truth) and
        covered (whether the interval holds the truth; missing where there is no estimate).

    Raises
    ------
    EstimationError
        The cohort is not synthetic, or the frame lacks columns, does not say which outcome and
        cohort it is about, or is about another cohort.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> scored = rls.score_effects(rls.estimate_effects(cohort, "abi"), cohort)
    >>> scored["truth"].unique().tolist()
    [0.0]
    """
    absent = [name for name in EFFECT_COLUMNS if name not in effects]
    if absent:
        raise EstimationError(
            f"This is not a frame of estimated effects: without {', '.join(absent)}. Use estimate_effects."
        )
    if "outcome" not in effects.attrs or "cohort" not in effects.attrs:
        raise EstimationError(
            "This frame no longer says which outcome and cohort its effects are about. Score it as estimate_effects "
            "gave it, before it is saved or joined; choosing and sorting rows does no harm."
        )
    refuse_unknown_truth(cohort)
    _check_same_cohort(effects.attrs["cohort"], cohort.origin.facts)
    keys = ["model", "factor", "contrast"]
    truths = [
        truths_for(cohort, str(model), list(rows["factor"].unique()), effects.attrs["outcome"]).assign(
            model=model
        )
        for model, rows in effects.groupby("model", sort=False)
    ]
    return beside_truth(effects, pd.concat(truths), keys)


def _check_same_cohort(there: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Refuse effects from another cohort, whose truth may be another one."""
    other = [name for name in dict.fromkeys((*there, *here)) if there.get(name) != here.get(name)]
    if other:
        raise EstimationError(
            f"These effects were estimated in another cohort, which differs in {', '.join(other)}. "
            "Score them with the cohort that estimate_effects was given."
        )

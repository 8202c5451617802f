"""Estimates beside the truth, which a synthetic cohort knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.effects import EFFECT_COLUMNS
from rlsstudy.estimate.truth import truths_of

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort

SCORE_COLUMNS = ("truth", "truth_error", "bias", "covered")


def score_effects(effects: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Compare estimated effects with the true ones.

    Parameters
    ----------
    effects : DataFrame
        What `estimate_effects` gave for this cohort.
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
        The cohort is not synthetic, or the frame lacks columns.

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
    outcome = effects.attrs.get("outcome", cohort.study.outcome)
    truths = truths_of(cohort, effects["factor"].unique(), outcome)
    keys = ["factor", "contrast"]
    scored = effects.drop(columns=[*SCORE_COLUMNS], errors="ignore").merge(
        truths[[*keys, "truth", "truth_error"]], how="left", on=keys, validate="many_to_one"
    )
    inside = scored["truth"].between(scored["conf_low"], scored["conf_high"]).astype("boolean")
    known = scored["estimate"].notna() & scored["truth"].notna()
    scored = scored.assign(bias=scored["estimate"] - scored["truth"], covered=inside.where(known))
    scored.attrs.update(effects.attrs)
    return scored

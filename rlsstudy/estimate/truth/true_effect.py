"""The true effect of a factor, by intervention on the declared model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.simulate import MOST_PARTICIPANTS
from rlsstudy.declare.study import SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.truth.arms import Arms, Setting, arms_of, has_effect, natural_sample
from rlsstudy.estimate.truth.estimand import Estimand, check_estimand, describe_estimand, estimand_of
from rlsstudy.estimate.truth.summary import marginal_odds_ratio, mean_difference

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.study import Study

TRUTH_SIZE = 1_000  # Monte-Carlo errors near 0.03 points, a tenth of a standard error at n = 600
# One seed for everybody: the truth does not depend on it beyond its Monte-Carlo error, which ``n`` decides, and
# two people who ask the same question see the same figure.
TRUTH_SEED = 0
TRUTH_COLUMNS = (
    *("factor", "label", "domain", "contrast", "estimand", "truth", "truth_error", "n"),
    *("group", "band", "scale"),
)
EVERYBODY = "all"  # what the column ``group`` says where no groups are asked for

Figures = tuple[float, float, int, str, str]


def true_effect(
    factors: str | Sequence[str],
    *,
    outcome: str | None = None,
    study: Study | None = None,
    design: str | None = None,
    scenario: str | None = None,
    estimand: Estimand | str = "total",
    n: int = TRUTH_SIZE,
) -> pd.DataFrame:
    """Return the true effect of one or more factors, by intervention on the declared model.

    The same participants are simulated with the factor set to either end of its contrast, all
    other noise shared, and the difference of the outcome is averaged. In a population such as
    people with RLS, participants are those who belong to it without intervention, and their
    belonging is held as it is. Where belonging itself is the outcome, they are everybody.

    Parameters
    ----------
    factors : str or sequence of str
        Declared variables. The effect of a marker, such as serum ferritin, is that of the latent state
        which it stands for: the state is set to the two values that go with the marker's contrast.
    outcome : str, optional
        A declared variable, by default the study's: a number, or ordered levels for an estimand on the
        scale of probabilities or odds ratios.
    study : Study, optional
        Model, outcome and population; by default the packaged study of IRLS in people with RLS.
    design, scenario : str, optional
        How participants come into the cohort, and which variation of the model holds; by default
        the study's.
    estimand : Estimand or {"total"}
        Which effect: total, direct or mediated, of which groups, on which scale.
    n : int
        Number of simulated participants of the population that are averaged over, all groups together.

    Returns
    -------
    DataFrame
        One row per factor, contrast, group and band: factor, label, domain, contrast, estimand, truth
        (outcome units, a probability or an odds ratio), truth_error (its Monte-Carlo standard error),
        n, group (``"all"`` without groups), band (the level that is reached or exceeded, empty in
        points) and scale. A group with fewer than two participants has no truth.

    Raises
    ------
    DeclarationError
        An unknown name, ``n`` below 2, or an outcome, mediator or group that the estimand cannot have.

    Notes
    -----
    This is the causal effect. Where a regression's own limit differs from it, as under selection
    or when a score hits its floor, the difference is the regression's bias and not part of the truth.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.true_effect("smoking", design="population", n=500)
    >>> effects["contrast"].tolist()
    ['former vs never', 'current vs never']
    """
    study = default_study() if study is None else study
    asked = study.data if isinstance(study.data, SyntheticData) else SyntheticData()
    design = asked.design if design is None else design
    model = study.model.in_setting(design, asked.scenario if scenario is None else scenario)
    setting = Setting(
        model=model,
        design=model.design(design),
        outcome=study.outcome if outcome is None else outcome,
        population=study.population,
        n=n,
        seed=TRUTH_SEED,
    )
    names = (factors,) if isinstance(factors, str) else tuple(factors)
    return _truths(setting, names, estimand_of(estimand))


def truths_of(
    cohort: Cohort,
    factors: Iterable[str],
    outcome: str,
    estimand: Estimand | str = "total",
    n: int = TRUTH_SIZE,
) -> pd.DataFrame:
    """Return the true effects of factors in the design, scenario and population of a synthetic cohort.

    Parameters
    ----------
    cohort : Cohort
        A synthetic cohort.
    factors : iterable of str
        Declared variables.
    outcome : str
        A declared variable.
    estimand : Estimand or {"total"}
        Which effect.
    n : int
        Number of simulated participants that are averaged over.

    Returns
    -------
    DataFrame
        As :func:`true_effect`.

    Raises
    ------
    EstimationError
        The cohort does not carry the declaration that it was simulated from.
    """
    data = refuse_unknown_truth(cohort)
    setting = Setting(
        cohort.model,
        cohort.model.design(data.design),
        outcome,
        cohort.study.population,
        n,
        TRUTH_SEED,
    )
    return _truths(setting, tuple(factors), estimand_of(estimand))


def refuse_unknown_truth(cohort: Cohort) -> SyntheticData:
    """Return what a cohort was simulated from, or say that its truth is not known."""
    data = cohort.study.data
    if not isinstance(data, SyntheticData) or not cohort.truth_is_known:
        raise EstimationError(
            "The truth of this cohort is not known: it was read from files. "
            "A cohort of simulate_cohort or load_synthetic can be compared with its truth."
        )
    return data


def _truths(setting: Setting, factors: Collection[str], estimand: Estimand) -> pd.DataFrame:
    if not isinstance(setting.n, int | np.integer) or not 2 <= setting.n <= MOST_PARTICIPANTS:
        raise DeclarationError(
            f"A true effect is averaged over 2 to {MOST_PARTICIPANTS:,} participants, not {setting.n!r}."
        )
    if setting.outcome == setting.population:
        setting = replace(setting, population=None)
    if estimand.among == "everybody":
        gate = setting.model[setting.outcome].applies_to
        setting = replace(setting, population=None, gate=gate)
    check_estimand(setting, factors, estimand)
    model = setting.model
    rows = [
        (
            *(factor, model[factor].label, str(model[factor].domain), contrast.label),
            *(describe_estimand(setting, factor, estimand), *figures, estimand.scale),
        )
        for factor in dict.fromkeys(factors)
        for contrast in contrasts_of(model[factor])
        for figures in _figures(setting, factor, contrast, estimand)
    ]
    return pd.DataFrame(rows, columns=list(TRUTH_COLUMNS))


@lru_cache(maxsize=4096)
def _figures(setting: Setting, factor: str, contrast: Contrast, estimand: Estimand) -> tuple[Figures, ...]:
    """Return truth, Monte-Carlo error, number, group and band of each row of a contrast."""
    in_points = estimand.scale == "points"
    if in_points and estimand.by is None and not has_effect(setting, factor):
        return ((0.0, 0.0, setting.n, EVERYBODY, ""),)  # what cannot differ need not be simulated
    arms = arms_of(setting, factor, contrast, estimand)
    return tuple(
        (*truth, len(part.low), group, band)
        for group, part in _by_group(setting, arms, estimand.by)
        for band, truth in _by_band(setting, part, estimand, can_differ=has_effect(setting, factor))
    )


def _by_group(setting: Setting, arms: Arms, by: str | None) -> Iterator[tuple[str, Arms]]:
    """Yield the arms of each group; participants are grouped as they are without intervention."""
    if by is None:
        yield EVERYBODY, arms
        return
    codes = natural_sample(setting, by).values[by]
    for level, code in setting.model[by].codes.items():
        yield level, Arms(arms.low[codes == code], arms.high[codes == code])


def _by_band(
    setting: Setting, arms: Arms, estimand: Estimand, *, can_differ: bool
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield the effect of an outcome in points, or one for each level above the first."""
    if estimand.scale == "points":
        yield "", mean_difference(arms.low, arms.high)
        return
    summary = mean_difference if estimand.scale == "probability" else marginal_odds_ratio
    for level, code in list(setting.model[setting.outcome].codes.items())[1:]:
        low, high = ((values >= code).astype(np.float64) for values in (arms.low, arms.high))
        truth, error = summary(low, high)
        if estimand.scale == "probability" and can_differ and len(low):
            error = max(error, 1 / len(low))  # that none of them changed does not show that nobody would
        yield level, (truth, error)

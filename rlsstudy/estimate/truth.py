"""The true effect of a factor, by intervention on the declared model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.cohort import Cohort
from rlsstudy.cohort.draw import Sample, draw_sample
from rlsstudy.declare.study import SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.contrasts import Contrast, contrasts_of

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.study import Study
    from rlsstudy.declare.variations import Design

TRUTH_SIZE = 2_000  # Monte-Carlo errors near 0.02 points, a twentieth of a standard error at n = 600
TRUTH_SEED = 0
TRUTH_COLUMNS = ("factor", "label", "domain", "contrast", "estimand", "truth", "truth_error", "n")
_TOTAL = "mean total effect among {who} ({where}), who belongs held as without intervention"


@dataclass(frozen=True)
class Setting:
    """Whose truth is asked for: a model, a way into the cohort, an outcome and a population."""

    model: CausalModel
    design: Design
    outcome: str
    population: str | None
    n: int
    seed: int


def true_effect(
    factors: str | Sequence[str],
    *,
    outcome: str | None = None,
    study: Study | None = None,
    design: str | None = None,
    scenario: str | None = None,
    n: int = TRUTH_SIZE,
    seed: int = TRUTH_SEED,
) -> pd.DataFrame:
    """Return the true total effect of one or more factors, by intervention on the declared model.

    The same participants are simulated with the factor set to either end of its contrast, all
    other noise shared, and the difference of the outcome is averaged. In a population such as
    people with RLS, participants are those who belong to it without intervention, and their
    belonging is held as it is.

    Parameters
    ----------
    factors : str or sequence of str
        Declared variables.
    outcome : str, optional
        A declared numeric variable, in its unit; by default the study's.
    study : Study, optional
        Model, outcome and population; by default the packaged study of IRLS in people with RLS.
    design, scenario : str, optional
        How participants come into the cohort, and which variation of the model holds; by default
        the study's.
    n : int
        Number of simulated participants of the population that are averaged over.
    seed : int
        Seed of the simulation.

    Returns
    -------
    DataFrame
        One row per factor and contrast: factor, label, domain, contrast, estimand, truth (outcome
        units), truth_error (its Monte-Carlo standard error) and n.

    Raises
    ------
    DeclarationError
        An unknown name, or ``n`` below 2.

    Notes
    -----
    This is the causal effect. Where a regression's own limit differs from it, as under selection
    or when a score hits its floor, the difference is the regression's bias and not part of the truth.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effect = rls.true_effect("abi", design="population", n=500)
    >>> float(effect["truth"].iloc[0])
    0.0
    """
    study = default_study() if study is None else study
    asked = study.data if isinstance(study.data, SyntheticData) else SyntheticData()
    model = study.model.in_scenario(asked.scenario if scenario is None else scenario)
    design = asked.design if design is None else design
    setting = Setting(
        model=model.in_design(design),
        design=model.design(design),
        outcome=study.outcome if outcome is None else outcome,
        population=study.population,
        n=n,
        seed=seed,
    )
    return _truths(setting, (factors,) if isinstance(factors, str) else tuple(factors))


def truths_of(cohort: Cohort, factors: Iterable[str], outcome: str) -> pd.DataFrame:
    """Return the true effects of factors in the design, scenario and population of a synthetic cohort.

    Parameters
    ----------
    cohort : Cohort
        A synthetic cohort.
    factors : iterable of str
        Declared variables.
    outcome : str
        A declared numeric variable.

    Returns
    -------
    DataFrame
        As :func:`true_effect`.

    Raises
    ------
    EstimationError
        The cohort does not carry the declaration that it was simulated from.
    """
    data = cohort.study.data
    if not isinstance(data, SyntheticData) or not cohort.truth_is_known:
        raise EstimationError(
            "The truth of this cohort is not known: it was read from files. "
            "A cohort of simulate_cohort or load_synthetic can be compared with its truth."
        )
    setting = Setting(
        cohort.model,
        cohort.model.design(data.design),
        outcome,
        cohort.study.population,
        TRUTH_SIZE,
        TRUTH_SEED,
    )
    return _truths(setting, tuple(factors))


def _truths(setting: Setting, factors: Collection[str]) -> pd.DataFrame:
    if setting.n < 2:
        raise DeclarationError(f"A true effect is averaged over at least 2 participants, not {setting.n}.")
    model = setting.model
    if model[setting.outcome].has_levels or setting.outcome in factors:
        raise DeclarationError(
            f"The outcome of an effect is a number other than the factor; '{setting.outcome}' is not. "
            "Choose a score or a measurement."
        )
    who = (
        "everybody" if setting.population is None else f"those with {model[setting.population].label.lower()}"
    )
    estimand = _TOTAL.format(who=who, where=setting.design.label.lower())
    rows = [
        (
            factor,
            model[factor].label,
            str(model[factor].domain),
            contrast.label,
            estimand,
            *_true_contrast(setting, factor, contrast),
        )
        for factor in dict.fromkeys(factors)
        for contrast in contrasts_of(model[factor])
    ]
    return pd.DataFrame(rows, columns=list(TRUTH_COLUMNS))


@lru_cache(maxsize=4096)
def _true_contrast(setting: Setting, factor: str, contrast: Contrast) -> tuple[float, float, int]:
    """Return the mean difference of the outcome, its Monte-Carlo error and the number averaged over."""
    model = calibrated(setting.model)
    between = (model.descendants_of(factor) | {factor}) & (
        model.ancestors_of(setting.outcome) | {setting.outcome}
    )
    changed = between - {setting.population}
    if setting.outcome not in changed:
        return 0.0, 0.0, setting.n
    sample = _natural(setting)
    low, high = (
        sample.under(model.do(**{factor: value}), changed)[setting.outcome]
        for value in (contrast.low, contrast.high)
    )
    difference = high - low
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(setting.n)), setting.n


@lru_cache(maxsize=8)
def _natural(setting: Setting) -> Sample:
    """Draw participants of the population without intervention."""
    model = calibrated(setting.model)
    group = None
    if setting.population is not None:
        group = (setting.population, len(model[setting.population].levels) - 1)
    return draw_sample(model, setting.design, setting.seed, {setting.outcome}, group, setting.n)

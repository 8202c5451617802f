"""What the domains of a synthetic cohort would contribute if there were no sampling error and no gaps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import typed_frame
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_sample
from rlsstudy.estimate.contributions.design import JointDesign, Roles, joint_design
from rlsstudy.estimate.contributions.shapley import (
    Division,
    adjusted,
    divide,
    explained_by_subsets,
    subset_sizes,
)
from rlsstudy.estimate.resample.draws import plan_draws
from rlsstudy.estimate.resample.moments import Moments
from rlsstudy.estimate.truth.arms import Setting
from rlsstudy.estimate.truth.true_effect import TRUTH_SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Floats = NDArray[np.float64]

# Monte-Carlo errors of 0.1 to 0.5 percentage points, a sixth of the sampling error at n = 335. In a clinic that admits
# one in 200 it takes a million candidates.
TRUTH_PARTICIPANTS = 5_000
_ERROR_REPLICATES = 100


def divisions(design: JointDesign, weights: Floats) -> tuple[Division, Division]:
    """Divide explained variation for each set of weights, corrected for the number of columns, and as it is.

    Parameters
    ----------
    design : JointDesign
        The joint model.
    weights : ndarray, shape (R, n)
        Weights of the participants.

    Returns
    -------
    corrected, uncorrected : Division
        Arrays with R in the last axis.
    """
    grams = Moments(design.Z).grams(weights)
    explained = explained_by_subsets(grams, design.always, design.sizes)
    columns = subset_sizes(design.always, design.sizes)
    return divide(adjusted(explained, columns, design.n)), divide(explained)


def stacked(division: Division) -> Floats:
    """Return the Shapley values, then what is always in, then everything, shape (k + 2, ...)."""
    return np.concatenate([division.shapley, division.always[None], division.everything[None]])


def true_contributions(cohort: Cohort, roles: Roles) -> tuple[Floats, Floats]:
    """Return the contributions in a large simulated sample without gaps, and their Monte-Carlo errors.

    Parameters
    ----------
    cohort : Cohort
        A synthetic cohort; design, scenario and population are its own.
    roles : Roles
        What has a column in the estimate.

    Returns
    -------
    truth, error : ndarray, shape (k + 2,)
        In the order of `stacked`; NaN for a synthetic cohort that does not carry its declaration, and
        for a real one.
    """
    unknown = np.full(len(roles.domains) + 2, np.nan)
    if not cohort.truth_is_known:
        return unknown, unknown
    data, model = cohort.study.data, cohort.model
    setting = Setting(
        model=model,
        design=model.design(data.design),  # type: ignore[union-attr]  # its truth is known, so it was simulated
        outcome=roles.outcome,
        population=cohort.study.population,
        n=TRUTH_PARTICIPANTS,
        seed=TRUTH_SEED,
    )
    return _in_large_sample(setting, roles.covariates, tuple(roles.domains.items()))


@lru_cache(maxsize=64)
def _in_large_sample(
    setting: Setting, covariates: tuple[str, ...], domains: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Floats, Floats]:
    roles = Roles(setting.outcome, covariates, dict(domains))
    design = joint_design(_large_sample(setting, roles.explaining), setting.model, roles)
    if design.refusal or design.roles != roles:
        unknown = np.full(len(domains) + 2, np.nan)
        return unknown, unknown
    draws = plan_draws(design.n, reps=_ERROR_REPLICATES, seed=TRUTH_SEED, kind="bayesian")
    weights = np.vstack([np.ones(design.n), draws.weights(0, _ERROR_REPLICATES)])
    found = stacked(divisions(design, weights)[0])
    return found[:, 0], found[:, 1:].std(axis=1, ddof=1)


def _large_sample(setting: Setting, names: tuple[str, ...]) -> pd.DataFrame:
    """Draw the variables of people of the population whom they all apply to, nothing missing."""
    model = setting.model
    group = None
    if setting.population is not None:
        group = (setting.population, len(model[setting.population].levels) - 1)
    wanted = (setting.outcome, *names)
    gates = {gate for name in wanted if (gate := model[name].applies_to) is not None}
    drawn = draw_sample(
        calibrated(model), setting.design, setting.seed, {*wanted, *gates}, group, setting.n
    ).values
    inside = np.ones(len(drawn[setting.outcome]), dtype=bool)
    for gate in gates:
        inside &= drawn[gate] == len(model[gate].levels) - 1
    values = {name: drawn[name][inside] for name in wanted}
    index = pd.RangeIndex(1, int(inside.sum()) + 1, name="participant")
    return typed_frame(model, values, index)

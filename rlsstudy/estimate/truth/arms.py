"""The two arms of an imagined experiment: the outcome of the same participants at either end of a contrast."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import Sample, draw_sample
from rlsstudy.estimate.contrasts import Contrast
from rlsstudy.estimate.truth.estimand import Estimand, subject_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variations import Design

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """Whose truth is asked for: a model, a way into the cohort, an outcome and a population.

    With a ``gate`` the outcome counts as 0 for whoever is not at the last level of that variable, and
    who that is follows from the intervention.
    """

    model: CausalModel
    design: Design
    outcome: str
    population: str | None
    n: int
    seed: int
    gate: str | None = None

    @property
    def read(self) -> frozenset[str]:
        """The variables of which the outcome is made."""
        return frozenset({self.outcome} if self.gate is None else {self.outcome, self.gate})

    def outcome_in(self, values: Mapping[str, Floats]) -> Floats:
        """Return the outcome of each participant."""
        if self.gate is None:
            return values[self.outcome]
        inside = values[self.gate] == len(self.model[self.gate].levels) - 1
        return np.where(inside, values[self.outcome], 0.0)


@dataclass(frozen=True, eq=False)
class Arms:
    """The outcome of the same participants under two interventions, each of shape (n,)."""

    low: Floats
    high: Floats


def arms_of(setting: Setting, factor: str, contrast: Contrast, estimand: Estimand) -> Arms:
    """Return the outcome in the two arms that an effect compares.

    Parameters
    ----------
    setting : Setting
        Whose truth is asked for.
    factor : str
        A declared variable; for a marker the interventions are on its state.
    contrast : Contrast
        Which of the factor's contrasts.
    estimand : Estimand
        With ``x`` and ``m(x)`` for the factor and the mediators that follow from it: a total effect
        compares ``x`` low with high, a direct one (low, m(low)) with (high, m(low)), a mediated one
        (high, m(low)) with (high, m(high)).

    Returns
    -------
    Arms
        The outcomes; all noise is shared, and who belongs to the population is held.
    """
    sample = natural_sample(setting, estimand.by)
    subject, low, high = intervention(setting.model, factor, contrast)
    changed = _between(setting, subject)
    if not changed & setting.read:
        return Arms(setting.outcome_in(sample.values), setting.outcome_in(sample.values))
    at_low = _under(setting, sample, {subject: low}, changed)
    if estimand.kind == "total":
        return _arms(setting, at_low, _under(setting, sample, {subject: high}, changed))
    mediators = {subject_of(setting.model, name) for name in estimand.through} & changed
    held = Sample({**sample.values, **{name: at_low[name] for name in mediators}}, sample.noise)
    crossed = _under(setting, held, {subject: high}, changed - mediators)
    if estimand.kind == "direct":
        return _arms(setting, at_low, crossed)
    return _arms(setting, crossed, _under(setting, sample, {subject: high}, changed))


def _arms(setting: Setting, low: Mapping[str, Floats], high: Mapping[str, Floats]) -> Arms:
    return Arms(setting.outcome_in(low), setting.outcome_in(high))


def intervention(model: CausalModel, factor: str, contrast: Contrast) -> tuple[str, float, float]:
    """Return what is set, and to which two values: the factor, or the state that it stands for."""
    return model[factor].stands_for or (factor, contrast.low, contrast.high)


@lru_cache(maxsize=8)
def natural_sample(setting: Setting, by: str | None = None) -> Sample:
    """Draw participants of the population without intervention, with the variable that groups them."""
    model = calibrated(setting.model)
    group = None
    if setting.population is not None:
        group = (setting.population, len(model[setting.population].levels) - 1)
    names = setting.read if by is None else setting.read | {by}
    return draw_sample(model, setting.design, setting.seed, names, group, setting.n)


def has_effect(setting: Setting, factor: str) -> bool:
    """Whether the outcome can follow the factor, or the state that it stands for, at all."""
    return bool(setting.read & _between(setting, subject_of(setting.model, factor)))


def _between(setting: Setting, subject: str) -> frozenset[str]:
    """Return what follows from an intervention and leads to the outcome; belonging is held."""
    model = setting.model
    after = model.descendants_of(subject) | {subject}
    before = setting.read.union(*(model.ancestors_of(name) for name in setting.read))
    return (after & before) - {setting.population}


def _under(
    setting: Setting, sample: Sample, values: Mapping[str, float], changed: Set[str]
) -> dict[str, Floats]:
    return sample.under(calibrated(setting.model).do(**values), changed)

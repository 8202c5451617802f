"""The true curve of a synthetic cohort: everybody set to each value in turn, all noise shared."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import Sample
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study import SyntheticData
from rlsstudy.estimate.shape.units import natural
from rlsstudy.estimate.truth.arms import Setting, has_effect, natural_sample
from rlsstudy.estimate.truth.estimand import subject_of
from rlsstudy.estimate.truth.summary import mean_difference
from rlsstudy.estimate.truth.true_effect import TRUTH_SEED, TRUTH_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]

_AT_ONCE = 16  # values that are simulated together: 16,000 rows


def truth_is_known(cohort: Cohort) -> bool:
    """Whether a cohort carries equations of everything, from which it was simulated."""
    return cohort.truth_is_known and all(variable.equation is not None for variable in cohort.model)


def true_curve(
    cohort: Cohort, factor: str, outcome: str, values: Floats, reference: float
) -> tuple[Floats, Floats]:
    """Return the true difference of the mean outcome between each value and the reference.

    Participants are those of the study's population, who belongs being held, as for `true_effect`.

    Parameters
    ----------
    cohort : Cohort
        A synthetic cohort.
    factor : str
        A number. For a marker it is its state that is set, to the value that goes with the marker's on the
        straight line through both ends of the declared contrast, each on its own scale.
    outcome : str
        A number.
    values : ndarray, shape (m,)
        In the factor's unit.
    reference : float
        In the factor's unit.

    Returns
    -------
    truth, error : ndarray, shape (m,)
        The difference in the outcome's unit, and its Monte-Carlo standard error; NaN where the state cannot
        have the value.
    """
    data = cohort.study.data
    assert isinstance(data, SyntheticData)
    model, population = cohort.model, cohort.study.population
    setting = Setting(model, model.design(data.design), outcome, population, TRUTH_SIZE, TRUTH_SEED)
    if outcome == population:
        setting = replace(setting, population=None)
    asked = state_values(model, factor, np.append(values, reference))
    found = _curve(setting, subject_of(model, factor), tuple(asked.tolist()))
    return np.array([truth for truth, _ in found]), np.array([error for _, error in found])


def state_values(model: CausalModel, factor: str, values: Floats) -> Floats:
    """Return what is set for values of a factor: these, or for a marker those of its state.

    Examples
    --------
    >>> import numpy as np
    >>> from rlsstudy import rls_model
    >>> state_values(rls_model(), "sn_iron_index", np.array([0.0, 0.6, 1.0])).round(2).tolist()
    [0.0, 1.0, 1.67]
    """
    stands_for = model[factor].stands_for
    if stands_for is None:
        return np.asarray(values, dtype=np.float64)
    name, low, high = stands_for
    first, last = model[name].on_scale(np.array([low, high], dtype=np.float64))
    return natural(model[name], first + model[factor].in_contrasts(values) * (last - first))


@lru_cache(maxsize=64)
def _curve(setting: Setting, subject: str, values: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Return the truth and its error at each value but the last, which is the reference."""
    if not has_effect(setting, subject):
        return ((0.0, 0.0),) * (len(values) - 1)
    outcomes = _outcomes(setting, subject, np.array(values))
    at_reference = outcomes[-1]
    return tuple(
        mean_difference(at_reference, at_value)
        if np.isfinite(at_value - at_reference).all()
        else (np.nan,) * 2
        for at_value in outcomes[:-1]
    )


def _outcomes(setting: Setting, subject: str, values: Floats) -> Floats:
    """Return the outcome of the same participants at each value, NaN at one that cannot be, shape (m, n)."""
    model, sample = calibrated(setting.model), natural_sample(setting)
    # What follows from the factor and leads to the outcome is drawn again; belonging is held.
    before = setting.read.union(*(model.ancestors_of(name) for name in setting.read))
    changed = (model.descendants_of(subject) & before) - {setting.population}
    n, possible = len(sample.values[subject]), _possible(model, subject, values)
    outcomes = np.full((len(values), n), np.nan)
    for start in range(0, len(possible), _AT_ONCE):
        part = possible[start : start + _AT_ONCE]
        drawn = _repeated(sample, len(part), {subject: np.repeat(values[part], n)}).under(model, changed)
        outcomes[part] = setting.outcome_in(drawn).reshape(len(part), n)
    return outcomes


def _repeated(sample: Sample, times: int, instead: dict[str, Floats]) -> Sample:
    values = {name: np.tile(column, times) for name, column in sample.values.items()}
    return Sample({**values, **instead}, {name: np.tile(u, times) for name, u in sample.noise.items()})


def _possible(model: CausalModel, subject: str, values: Floats) -> NDArray[np.intp]:
    """Return the places of values that the subject can be set to."""
    low, high = model[subject].limits or (-np.inf, np.inf)
    possible = np.isfinite(values) & (low <= values) & (values <= high)
    if model[subject].kind is Kind.INTEGER:
        possible &= values == np.round(values)
    return np.flatnonzero(possible)

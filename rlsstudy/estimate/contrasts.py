"""What an effect compares: the two values, or the two levels, of a factor's declared contrast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two values of a factor that an effect compares.

    Parameters
    ----------
    label : str
        How tables write it, upper end first: ``100 vs 50 µg/L``, ``current vs never``.
    low, high : float
        The two values in natural units; levels by their place, from 0.
    level : str, optional
        The level at the upper end, for a categorical factor, which has one contrast for each.
    """

    label: str
    low: float
    high: float
    level: str | None = None


def contrasts_of(variable: Variable) -> tuple[Contrast, ...]:
    """Return what the effects of a factor compare, in table order.

    Parameters
    ----------
    variable : Variable
        The factor.

    Returns
    -------
    tuple of Contrast
        One for a number, a binary or an ordinal factor: its declared contrast, and without one the
        second level against the first, or 1 against 0. One for every level but the first of a
        categorical factor, whether the data have people there or not.

    Examples
    --------
    >>> from rlsstudy.declare import Domain, Kind, Variable
    >>> age = Variable("age", "Age", Domain.DEMOGRAPHY, Kind.INTEGER, unit="years", contrast=(50, 60))
    >>> contrasts_of(age)[0].label
    '60 vs 50 years'
    """
    if variable.kind is Kind.CATEGORICAL:
        first = variable.levels[0]
        return tuple(
            Contrast(f"{level} vs {first}", 0.0, float(place), level)
            for level, place in variable.codes.items()
            if place
        )
    low, high = (float(value) for value in variable.numeric_contrast)
    return (Contrast(_label(variable, low, high), low, high),)


def size_of(variable: Variable, contrast: Contrast) -> float:
    """Return by how much a contrast moves the factor's column on the scale of the model."""
    if contrast.level is not None:
        return 1.0
    low, high = variable.on_scale(np.array([contrast.low, contrast.high]))
    return float(high - low)


def own_unit(variable: Variable, contrast: Contrast) -> str:
    """Name the step that a coefficient of the factor stands for, on the model's own scale."""
    if variable.kind is Kind.ORDINAL:
        return "per level"
    if variable.has_levels:
        return contrast.label
    scale = "" if variable.scale == "linear" else variable.scale
    return " ".join(filter(None, ("per 1", scale, variable.unit)))


def _label(variable: Variable, low: float, high: float) -> str:
    if variable.has_levels:
        return f"{variable.levels[int(high)]} vs {variable.levels[int(low)]}"
    return f"{high:.10g} vs {low:.10g} {variable.unit}".rstrip()

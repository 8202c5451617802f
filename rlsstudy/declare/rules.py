"""Values that follow from measurements by a rule: cut-offs combined, ratios, weighted sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.scores import Derived
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Declared, Floats
    from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that a rule asks of a variable.

    Parameters
    ----------
    variable : str
        The variable.
    below, at_least : float, optional
        The value is below the one, and not below the other. Levels count from 0.
    """

    variable: str
    below: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if self.below is None and self.at_least is None:
            raise DeclarationError(f"A condition on '{self.variable}' needs 'below' or 'at_least'.")

    def holds(self, values: Mapping[str, Floats]) -> Floats:
        """Return 1 where it holds, 0 where it does not, NaN where the value is missing."""
        value = values[self.variable]
        inside = np.ones(len(value), dtype=bool)
        if self.below is not None:
            inside &= value < self.below
        if self.at_least is not None:
            inside &= value >= self.at_least
        return np.where(np.isnan(value), np.nan, inside.astype(np.float64))


@dataclass(frozen=True, kw_only=True)
class RuleOf(Derived):
    """Yes when all conditions of any one set hold.

    Missing values count as unknown: the answer is missing only where they could change it.

    Parameters
    ----------
    any_of : tuple of tuple of Condition
        The sets; within a set all conditions must hold.
    """

    any_of: tuple[tuple[Condition, ...], ...]
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.BINARY})
    must_agree: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """The variables asked about, once each."""
        return tuple(dict.fromkeys(c.variable for together in self.any_of for c in together))

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Apply the rule with three-valued logic."""
        sets = [_all_of([c.holds(values) for c in together]) for together in self.any_of]
        return 1 - _all_of([1 - held for held in sets])


@dataclass(frozen=True, kw_only=True)
class RatioOf(Derived):
    """``factor * numerator / denominator ** power``, rounded to ``decimals``.

    Parameters
    ----------
    numerator, denominator : str
        The measurements.
    factor, power : float
        What turns them into the unit of the result: body mass index is weight over height squared.
        With power -1 the result is a product.
    decimals : int
        Decimals of the result.
    """

    numerator: str
    denominator: str
    factor: float = 1.0
    power: float = 1.0
    decimals: int = 1
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS})
    must_agree: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """Both measurements."""
        return (self.numerator, self.denominator)

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Divide; missing where either is missing or the denominator is 0."""
        below = values[self.denominator]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.factor * values[self.numerator] / below**self.power
        return np.where(np.isfinite(ratio), np.round(ratio, self.decimals), np.nan)


@dataclass(frozen=True, kw_only=True)
class WeightedSum(Derived):
    """A weighted sum of measurements, rounded to ``decimals``; missing where any of them is."""

    weights: tuple[tuple[str, float], ...]
    decimals: int = 1
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})
    must_agree: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """The measurements."""
        return tuple(name for name, _ in self.weights)

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Add up."""
        return np.asarray(
            np.round(sum(weight * values[name] for name, weight in self.weights), self.decimals)
        )

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        levelled = [name for name in self.causes if declared[name].has_levels]
        return found + [f"'{name}' has levels and cannot be summed." for name in levelled]


@dataclass(frozen=True, kw_only=True)
class ByLevel(Derived):
    """A number that follows from a level, such as a sampling weight; missing where the level is.

    Parameters
    ----------
    variable : str
        The variable with levels.
    numbers : tuple of float
        The number for each level, in order.
    """

    variable: str
    numbers: tuple[float, ...]
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})
    must_agree: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """The variable with levels."""
        return (self.variable,)

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Look the number up."""
        codes = values[self.variable]
        known = np.nan_to_num(codes).astype(np.intp)
        return np.where(np.isnan(codes), np.nan, np.asarray(self.numbers)[known])

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its cause."""
        found = super().problems(this, declared)
        levels = len(declared[self.variable].levels)
        if levels != len(self.numbers):
            found.append(f"'{self.variable}' has {levels} levels, and {len(self.numbers)} numbers are given.")
        return found


def _all_of(held: list[Floats]) -> Floats:
    """Return 0 where one is 0, else NaN where one is unknown, else 1."""
    least = held[0]  # of 0, 1 and unknown: a 0 decides, then an unknown
    unknown = np.isnan(least)
    for other in held[1:]:
        least = np.fmin(least, other)
        unknown |= np.isnan(other)
    return np.where(unknown & (least != 0), np.nan, least)

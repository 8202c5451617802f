"""Equations of numbers: normal and log-normal measurements, counts, genotypes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import ndtr, ndtri

from rlsstudy.declare.equation import Anchored, Equation
from rlsstudy.declare.variable import Kind
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Floats
    from rlsstudy.declare.variable import Variable

TINY = 1e-300  # stands for zero as a lower limit on a logarithmic scale


@dataclass(frozen=True, kw_only=True)
class Normal(Anchored):
    """Normal around the linear predictor, truncated at the variable's limits.

    Parameters
    ----------
    sd : float
        Standard deviation around the predictor, before truncation.
    """

    sd: float
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})

    def __post_init__(self) -> None:
        super().__post_init__()
        _refuse_spread(self.sd)

    def _link(self, value: float) -> float:
        return value

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the truncated normal distribution function."""
        mean = predictor + self.intercepts[0]
        return _truncated_normal(u, mean, self.sd, this.limits)


@dataclass(frozen=True, kw_only=True)
class LogNormal(Anchored):
    """Log-normal: baseline and target are medians, effects are on the natural logarithm.

    Parameters
    ----------
    sigma : float
        Standard deviation of the natural logarithm around the predictor, before truncation.
    """

    sigma: float
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})
    possible: ClassVar[tuple[float, float]] = (0, math.inf)

    def __post_init__(self) -> None:
        super().__post_init__()
        _refuse_spread(self.sigma)

    def _link(self, value: float) -> float:
        return float(np.log(value))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the truncated log-normal distribution function."""
        limits = (
            None if this.limits is None else (math.log(max(this.limits[0], TINY)), math.log(this.limits[1]))
        )
        return np.asarray(np.exp(_truncated_normal(u, predictor + self.intercepts[0], self.sigma, limits)))


@dataclass(frozen=True, kw_only=True)
class Count(Anchored):
    """Poisson count, cut at the variable's upper limit: effects are log ratios of the mean."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})
    possible: ClassVar[tuple[float, float]] = (0, math.inf)

    def _link(self, value: float) -> float:
        return float(np.log(value))

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return float(np.log(self.target) - np.log(np.exp(predictor).mean()))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the Poisson distribution function, adding up probabilities until the uniform is passed."""
        mean = np.exp(predictor + self.intercepts[0])
        highest = (
            int(this.limits[1])
            if this.limits is not None
            else int(mean.max() + 12 * np.sqrt(mean.max()) + 12)
        )
        values = np.zeros(len(u))
        probability = np.exp(-mean)
        below = probability.copy()
        for k in range(1, highest + 1):
            above = u > below
            if not above.any():
                break
            values += above
            probability *= mean / k
            below += probability
        return values


@dataclass(frozen=True, kw_only=True)
class Genotype(Equation):
    """Dose of the risk allele under Hardy-Weinberg equilibrium.

    Parameters
    ----------
    frequency : float
        Frequency of the risk allele.
    """

    frequency: float
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the binomial distribution function of two alleles."""
        del predictor, this
        none = (1 - self.frequency) ** 2
        return (u > none).astype(np.float64) + (u > 1 - self.frequency**2)


def _refuse_spread(sd: float) -> None:
    if not sd > 0:
        raise DeclarationError(f"A standard deviation is above 0, not {sd:g}.")


def _truncated_normal(u: Floats, mean: Floats, sd: float, limits: tuple[float, float] | None) -> Floats:
    if limits is None:
        return np.asarray(mean + sd * ndtri(u))
    low, high = (ndtr((limit - mean) / sd) for limit in limits)
    drawn = np.asarray(mean + sd * ndtri(low + u * (high - low)), dtype=np.float64)
    return np.clip(drawn, limits[0], limits[1])

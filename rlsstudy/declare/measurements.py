"""Equations of numbers: normal and log-normal measurements, counts, genotypes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import ndtr, ndtri

from rlsstudy.declare.equation import Anchored, Equation
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Floats
    from rlsstudy.declare.variable import Variable

_MOST_COUNTED = 10_000  # where no upper limit is declared
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
    """Count, cut at the variable's upper limit: effects are log ratios of the mean.

    Parameters
    ----------
    dispersion : float
        0 for a Poisson count; above 0 a negative binomial one, with variance ``mean + dispersion * mean**2``.
    """

    dispersion: float = 0.0
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})
    possible: ClassVar[tuple[float, float]] = (0, math.inf)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.dispersion < math.inf:
            raise DeclarationError(f"A dispersion is 0 or above, not {self.dispersion:g}.")

    def _link(self, value: float) -> float:
        return float(np.log(value))

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return float(np.log(self.target) - np.log(np.exp(predictor).mean()))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the distribution function, adding up probabilities until the uniform is passed."""
        mean = np.exp(predictor + self.intercepts[0])
        highest = int(this.limits[1]) if this.limits is not None else _MOST_COUNTED
        values = np.zeros(len(u))
        probability = self._probability_of_none(mean)
        below = probability.copy()
        places = np.flatnonzero(u > below)
        for k in range(1, highest + 1):
            if not len(places):
                break
            values[places] = k
            probability[places] *= self._step(mean[places], k)
            below[places] += probability[places]
            places = places[u[places] > below[places]]
        return values

    def _probability_of_none(self, mean: Floats) -> Floats:
        if not self.dispersion:
            return np.asarray(np.exp(-mean))
        return np.asarray(np.exp(-np.log1p(self.dispersion * mean) / self.dispersion))

    def _step(self, mean: Floats, k: int) -> Floats:
        """Return the probability of ``k`` over that of ``k - 1``."""
        return np.asarray(mean * (1 + self.dispersion * (k - 1)) / (k * (1 + self.dispersion * mean)))


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
    """Invert the truncated normal distribution function.

    A first draw is kept where it falls within the limits. Where it does not, the place of its uniform among those
    that fall outside is again uniform, and is inverted within the limits: the law is the truncated one,
    and the costly distribution function is asked for few.
    """
    drawn = np.asarray(mean + sd * ndtri(u), dtype=np.float64)
    if limits is None:
        return drawn
    outside = np.flatnonzero((drawn < limits[0]) | (drawn > limits[1]))
    if len(outside):
        at = mean[outside] if mean.ndim else mean
        low, high = (ndtr((limit - at) / sd) for limit in limits)
        beyond = np.where(u[outside] > high, u[outside] - high + low, u[outside]) / (low + 1 - high)
        drawn[outside] = np.clip(at + sd * ndtri(low + beyond * (high - low)), *limits)
    return drawn

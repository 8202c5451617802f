"""Equations of levels: binary, ordered and unordered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.special import expit, logit

from rlsstudy.declare.equation import INTERCEPT_DECIMALS, Anchored, Cause, Equation
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import did_you_mean

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Declared, Floats
    from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, kw_only=True)
class Bernoulli(Anchored):
    """The second of two levels by a logistic model: effects are log odds ratios."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.BINARY})
    possible: ClassVar[tuple[float, float]] = (0, 1)

    def _link(self, value: float) -> float:
        return float(logit(value))

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return solve_logistic(predictor, self.target)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Compare the uniform with the probability of the second level."""
        del this
        return np.asarray(u < expit(predictor + self.intercepts[0]), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class RelativeRisk(Anchored):
    """The second of two levels by a log-linear model: effects are log ratios of the risk, which stops at 1."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.BINARY})
    possible: ClassVar[tuple[float, float]] = (0, 1)

    def _link(self, value: float) -> float:
        return math.log(value)

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return float(np.log(self.target) - np.log(np.exp(predictor).mean()))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Compare the uniform with the risk of the second level."""
        del this
        return np.asarray(np.log(u) < predictor + self.intercepts[0], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Ordinal(Equation):
    """Ordered levels by a proportional-odds model: effects are log odds ratios of a higher level.

    Parameters
    ----------
    shares : tuple of float
        Population share of each level; the cut-points are solved from them.
    """

    shares: tuple[float, ...]
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ORDINAL})

    @property
    def needs_solving(self) -> bool:
        """Whether the cut-points are still to be solved from the shares."""
        return not self.intercepts

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with cut-points such that the shares hold over ``predictor``."""
        above = [1 - below for below in accumulate(self.shares[:-1])]
        cuts = tuple(round(solve_logistic(predictor, share), INTERCEPT_DECIMALS) for share in above)
        return replace(self, intercepts=cuts)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Count how many levels the participant exceeds."""
        del this
        return np.asarray(sum((u < expit(predictor + cut)).astype(np.float64) for cut in self.intercepts))

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        return super().problems(this, declared) + _share_problems(self.shares, this)


@dataclass(frozen=True, kw_only=True)
class Categorical(Equation):
    """Unordered levels by a multinomial logit against the first level.

    Parameters
    ----------
    shares : tuple of float
        Population share of each level; the intercepts are solved from them.
    by_level : tuple of (str, tuple of Cause)
        The causes of each level other than the first.
    """

    shares: tuple[float, ...]
    by_level: tuple[tuple[str, tuple[Cause, ...]], ...] = ()
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CATEGORICAL})
    takes_causes: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """Names of all direct causes, once each, in declared order."""
        names = (name for _, terms in self.by_level for term in terms for name in term.names)
        return tuple(dict.fromkeys(names))

    @property
    def needs_solving(self) -> bool:
        """Whether the intercepts are still to be solved from the shares."""
        return not self.intercepts

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the linear predictors without intercept, shape (n, n_levels); the first is 0."""
        total = np.zeros((n, len(self.shares)))
        for level, terms in self.by_level:
            for term in terms:
                total[:, this.level_code(level)] += term.term(values, declared)
        return total

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with intercepts such that the shares hold over ``predictor``."""
        target = np.asarray(self.shares)
        intercepts = np.log(target / target[0])
        for _ in range(200):
            mean = _softmax(predictor + intercepts).mean(axis=0)
            intercepts = intercepts + np.log(target / mean) - np.log(target[0] / mean[0])
            if np.abs(mean - target).max() < 1e-10:
                break
        return replace(self, intercepts=tuple(float(round(a, INTERCEPT_DECIMALS)) for a in intercepts))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Count the cumulative shares below the uniform."""
        del this
        cumulative = np.cumsum(_softmax(predictor + np.asarray(self.intercepts)), axis=1)[:, :-1]
        return np.asarray((u[:, None] > cumulative).sum(axis=1, dtype=np.float64))

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared) + _share_problems(self.shares, this)
        for level, terms in self.by_level:
            if level not in this.levels[1:]:
                found.append(f"causes are given for '{level}'.{did_you_mean(level, this.levels[1:])}")
            found += [problem for term in terms for problem in term.problems(declared)]
        return found


def solve_logistic(predictor: Floats, target: float) -> float:
    """Solve for the intercept at which the mean probability is the target, by Newton's method."""
    intercept = float(logit(target) - predictor.mean())
    for _ in range(100):
        probability = expit(predictor + intercept)
        step = (target - probability.mean()) / (probability * (1 - probability)).mean()
        intercept += float(np.clip(step, -2, 2))
        if abs(step) < 1e-12:
            break
    return intercept


def _softmax(predictor: Floats) -> Floats:
    shifted = np.exp(predictor - predictor.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _share_problems(shares: tuple[float, ...], this: Variable) -> list[str]:
    if len(shares) != len(this.levels):
        return [f"{len(this.levels)} levels need as many shares, not {len(shares)}."]
    if any(share <= 0 for share in shares) or abs(sum(shares) - 1) > 1e-9:
        return ["shares are above 0 and sum to 1."]
    return []

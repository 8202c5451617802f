"""How a variable comes about from its causes: data, not code.

An equation says which causes act, by how much and with what support, and draws values by
inverse distribution functions from uniform numbers that it is handed. Levels are worked with as
their codes, counted from 0.

The size of an effect is declared per contrast of the *cause*: ``Cause("age", 0.06)`` with age
declared to compare 50 and 60 years is 0.06 per ten years, and ``Cause("ferritin", -0.1)`` with
ferritin on a ``log2`` scale comparing 50 and 100 µg/L is -0.1 per doubling. Causes with several
unordered levels have one size per level.

Every drawn equation states its level in one of two ways: ``baseline`` is the value when all
causes are at the lower end of their contrasts; ``target`` is the value in the population, from
which the intercept is solved (:mod:`rlsstudy.cohort.calibrate`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from rlsstudy.declare.variable import Evidence, Kind
from rlsstudy.errors import DeclarationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]
    Uniform = Callable[[str], Floats]
    Declared = Mapping[str, Variable]

INTERCEPT_DECIMALS = 6  # solved intercepts are rounded, so that another library's last bit moves nothing


@dataclass(frozen=True, slots=True)
class Cause:
    """One arrow of the graph: a cause, the size of its effect, and who says so.

    Parameters
    ----------
    name : str
        The cause.
    size : float or tuple of (str, float)
        Effect on the equation's own scale per contrast of the cause, or one for each level other
        than the first for a categorical cause.
    evidence : Evidence
        How well the size is supported.
    source : str
        Where it comes from.
    """

    name: str
    size: float | tuple[tuple[str, float], ...]
    evidence: Evidence
    source: str

    def term(self, values: Floats, variable: Variable) -> Floats:
        """Return the contribution to the linear predictor, shape (n,)."""
        if isinstance(self.size, tuple):
            by_code = np.zeros(len(variable.levels))
            for level, size in self.size:
                by_code[variable.level_code(level)] = size
            return np.asarray(by_code[values.astype(np.intp)])
        return self.size * variable.in_contrasts(values)

    def problems(self, variable: Variable) -> list[str]:
        """Say what contradicts the declaration of the cause."""
        if isinstance(self.size, tuple):
            unknown = [level for level, _ in self.size if level not in variable.codes]
            return [f"'{self.name}' has no level '{u}'.{did_you_mean(u, variable.levels)}" for u in unknown]
        if variable.kind is Kind.CATEGORICAL:
            return [f"'{self.name}' has unordered levels: give one size for each."]
        return [] if self.source else [f"the effect of '{self.name}' has no source."]


@dataclass(frozen=True, kw_only=True)
class Equation(ABC):
    """The part all equations share.

    Parameters
    ----------
    terms : tuple of Cause
        The causes and their sizes.
    among : tuple of str, optional
        ``(variable, level)``: outside that group the value is 0 or the first level by definition.
    target_among : tuple of str, optional
        ``(variable, level)``: the group in which ``target`` holds, if not everybody.
    intercepts : tuple of float
        Solved or declared intercepts on the scale of the linear predictor.
    """

    terms: tuple[Cause, ...] = ()
    among: tuple[str, str] | None = None
    target_among: tuple[str, str] | None = None
    intercepts: tuple[float, ...] = ()
    kinds: ClassVar[frozenset[Kind]] = frozenset()

    @property
    def causes(self) -> tuple[str, ...]:
        """Names of all direct causes, once each, in declared order."""
        gate = (self.among[0],) if self.among else ()
        return tuple(dict.fromkeys([term.name for term in self.terms] + [*gate]))

    @property
    def needs_solving(self) -> bool:
        """Whether intercepts are still to be solved from the target."""
        return False

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the linear predictor without intercept, shape (n,)."""
        del this
        total = np.zeros(n)
        for term in self.terms:
            total += term.term(values[term.name], declared[term.name])
        return total

    def draw(self, values: Mapping[str, Floats], declared: Declared, uniform: Uniform, this: Variable) -> Floats:
        """Draw one value per participant, shape (n,); levels as codes."""
        first = uniform("value")
        drawn = self.quantile(first, self.predictor(values, declared, this, len(first)), this)
        if self.among is None:
            return drawn
        gate, level = self.among
        return np.where(values[gate] == declared[gate].level_code(level), drawn, 0.0)

    @abstractmethod
    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Turn uniforms into values, given the predictor without intercept."""

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with intercepts such that the target holds over ``predictor``."""
        del predictor
        return self

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = [problem for term in self.terms for problem in term.problems(declared[term.name])]
        if this.kind not in self.kinds:
            allowed = ", ".join(sorted(self.kinds))
            found.append(f"a {type(self).__name__} equation makes {allowed} values, not {this.kind}.")
        return found


@dataclass(frozen=True, kw_only=True)
class _Levelled(Equation):
    """An equation whose height is a baseline or a solved target."""

    baseline: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        if (self.baseline is None) == (self.target is None):
            raise DeclarationError(f"A {type(self).__name__} equation needs either a baseline or a target.")
        if self.baseline is not None and not self.intercepts:
            object.__setattr__(self, "intercepts", (float(self._link(self.baseline)),))

    @property
    def needs_solving(self) -> bool:
        """Whether intercepts are still to be solved from the target."""
        return not self.intercepts

    @abstractmethod
    def _link(self, value: float) -> float:
        """Transform a mean to the scale of the predictor."""

    def _solve(self, predictor: Floats) -> float:
        """Solve for an identity or logarithmic mean of the predictor."""
        assert self.target is not None
        return float(self._link(self.target) - predictor.mean())

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with the intercept such that the target holds over ``predictor``."""
        return replace(self, intercepts=(round(self._solve(predictor), INTERCEPT_DECIMALS),))


@dataclass(frozen=True, kw_only=True)
class Normal(_Levelled):
    """Normal around the linear predictor, truncated at the variable's limits.

    Parameters
    ----------
    sd : float
        Standard deviation around the predictor, before truncation.
    """

    sd: float
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})

    def _link(self, value: float) -> float:
        return value

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the truncated normal distribution function."""
        mean = predictor + self.intercepts[0]
        return _truncated_normal(u, mean, self.sd, this.limits)


@dataclass(frozen=True, kw_only=True)
class LogNormal(_Levelled):
    """Log-normal: baseline and target are medians, effects are on the natural logarithm.

    Parameters
    ----------
    sigma : float
        Standard deviation of the natural logarithm around the predictor, before truncation.
    """

    sigma: float
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.CONTINUOUS, Kind.INTEGER})

    def _link(self, value: float) -> float:
        return float(np.log(value))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the truncated log-normal distribution function."""
        limits = None if this.limits is None else tuple(np.log(np.maximum(this.limits, 1e-300)))
        return np.exp(_truncated_normal(u, predictor + self.intercepts[0], self.sigma, limits))


@dataclass(frozen=True, kw_only=True)
class Bernoulli(_Levelled):
    """The second of two levels by a logistic model: effects are log odds ratios."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.BINARY})

    def _link(self, value: float) -> float:
        return float(logit(value))

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return _solve_logistic(predictor, self.target)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Compare the uniform with the probability of the second level."""
        del this
        return (u < expit(predictor + self.intercepts[0])).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Count(_Levelled):
    """Poisson count, cut at the variable's upper limit: effects are log ratios of the mean."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})

    def _link(self, value: float) -> float:
        return float(np.log(value))

    def _solve(self, predictor: Floats) -> float:
        assert self.target is not None
        return float(np.log(self.target) - np.log(np.exp(predictor).mean()))

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the Poisson distribution function, adding up probabilities until the uniform is passed."""
        mean = np.exp(predictor + self.intercepts[0])
        highest = int(this.limits[1]) if this.limits is not None else int(mean.max() + 12 * np.sqrt(mean.max()) + 12)
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
        cuts = tuple(round(_solve_logistic(predictor, share), INTERCEPT_DECIMALS) for share in above)
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

    @property
    def causes(self) -> tuple[str, ...]:
        """Names of all direct causes, once each, in declared order."""
        return tuple(dict.fromkeys(term.name for _, terms in self.by_level for term in terms))

    @property
    def needs_solving(self) -> bool:
        """Whether the intercepts are still to be solved from the shares."""
        return not self.intercepts

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the linear predictors without intercept, shape (n, n_levels); the first is 0."""
        total = np.zeros((n, len(self.shares)))
        for level, terms in self.by_level:
            for term in terms:
                total[:, this.level_code(level)] += term.term(values[term.name], declared[term.name])
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
            found += [problem for term in terms for problem in term.problems(declared[term.name])]
        return found


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


@dataclass(frozen=True, kw_only=True)
class GradedItem(Equation):
    """One questionnaire item by a graded-response model of one latent severity.

    The answer counts the thresholds below ``loading * severity + sqrt(1 - loading**2) * noise``.

    Parameters
    ----------
    latent : str
        The latent severity, standard normal in the reference group.
    loading : float
        Loading of the item, 0 to 1.
    thresholds : tuple of float
        Ascending thresholds, one less than there are answers.
    source, evidence : str, Evidence
        Where loading and thresholds come from, and how well they are supported.
    """

    latent: str
    loading: float
    thresholds: tuple[float, ...]
    source: str
    evidence: Evidence = Evidence.ASSUMED
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})

    @property
    def causes(self) -> tuple[str, ...]:
        """The latent severity alone."""
        return (self.latent,)

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the systematic part of the response, shape (n,)."""
        del declared, this, n
        return self.loading * values[self.latent]

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Count the thresholds below the response."""
        del this
        response = predictor + np.sqrt(1 - self.loading**2) * ndtri(u)
        return np.searchsorted(np.asarray(self.thresholds), response).astype(np.float64)

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        if not 0 < self.loading < 1:
            found.append("a loading is between 0 and 1.")
        if list(self.thresholds) != sorted(set(self.thresholds)):
            found.append("thresholds ascend.")
        return found


@dataclass(frozen=True, kw_only=True)
class Derived(Equation):
    """A value that follows from others without chance; also used to score real data."""

    @abstractmethod
    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Return the derived values, shape (n,); NaN where they cannot be derived."""

    def draw(self, values: Mapping[str, Floats], declared: Declared, uniform: Uniform, this: Variable) -> Floats:
        """Derive; no uniform is used."""
        del declared, uniform, this
        return self.derive(values)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Refuse: a derived value has no distribution of its own."""
        raise DeclarationError(f"'{this.name}' is derived from others and has no distribution of its own.")


@dataclass(frozen=True, kw_only=True)
class SumOf(Derived):
    """The sum of items, for participants who answered enough of them.

    Parameters
    ----------
    items : tuple of str
        The items that are summed.
    least_answered : int, optional
        With fewer answers the sum is missing; with gaps it is the mean answer times the number of
        items, rounded to a whole number. By default every item must be answered.
    """

    items: tuple[str, ...]
    least_answered: int | None = None
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER, Kind.CONTINUOUS})

    @property
    def causes(self) -> tuple[str, ...]:
        """The items."""
        return self.items

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Sum the items; NaN where too few are answered."""
        answers = np.column_stack([values[item] for item in self.items])
        answered = np.isfinite(answers).sum(axis=1)
        least = len(self.items) if self.least_answered is None else self.least_answered
        with np.errstate(invalid="ignore", divide="ignore"):
            total = np.nansum(answers, axis=1) / answered * len(self.items)
        return np.where(answered >= least, np.floor(total + 0.5), np.nan)


@dataclass(frozen=True, kw_only=True)
class BandOf(Derived):
    """Bands of a score: the level is the number of cuts that the score reaches.

    Parameters
    ----------
    score : str
        The score.
    cuts : tuple of float
        The lowest score of each band but the first.
    """

    score: str
    cuts: tuple[float, ...]
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ORDINAL, Kind.BINARY})

    @property
    def causes(self) -> tuple[str, ...]:
        """The score."""
        return (self.score,)

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Place each score in its band; NaN stays NaN."""
        score = values[self.score]
        band = np.searchsorted(np.asarray(self.cuts), score, side="right").astype(np.float64)
        return np.where(np.isfinite(score), band, np.nan)

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        if len(self.cuts) != len(this.levels) - 1:
            found.append(f"{len(this.levels)} levels need {len(this.levels) - 1} cuts, not {len(self.cuts)}.")
        return found


@dataclass(frozen=True, kw_only=True)
class Fixed(Equation):
    """Everybody has the same value: what ``do()`` puts in place of an equation."""

    value: float
    kinds: ClassVar[frozenset[Kind]] = frozenset(Kind)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Return the value for everybody."""
        del predictor, this
        return np.full(len(u), self.value)


def _truncated_normal(u: Floats, mean: Floats, sd: float, limits: tuple[float, ...] | None) -> Floats:
    if limits is None:
        return np.asarray(mean + sd * ndtri(u))
    low, high = (ndtr((limit - mean) / sd) for limit in limits)
    return np.clip(mean + sd * ndtri(low + u * (high - low)), *limits)


def _solve_logistic(predictor: Floats, target: float) -> float:
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

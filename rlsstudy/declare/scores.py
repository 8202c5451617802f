"""Questionnaire items, and values that follow from others without chance: sums and bands."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import ndtri

from rlsstudy.declare.equation import Equation
from rlsstudy.declare.kinds import Evidence, Kind
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Declared, Floats, Uniform
    from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, kw_only=True)
class GradedItem(Equation):
    """One questionnaire item by a graded-response model of one latent severity.

    The answer counts the thresholds below ``loading * severity + second loading * second latent + noise``,
    where the noise makes the variance 1 in the reference group.

    Parameters
    ----------
    latent : str
        The latent severity, standard normal in the reference group.
    loading : float
        Loading of the item, 0 to 1.
    second : tuple of (str, float), optional
        A second latent variable of mean 0 and variance 1, independent of the first, and its loading: what the items of a
        subscale share beyond severity.
    thresholds : tuple of float
        Ascending thresholds, one less than there are answers.
    source, evidence : str, Evidence
        Where loading and thresholds come from, and how well they are supported.
    """

    latent: str
    loading: float
    thresholds: tuple[float, ...]
    source: str
    second: tuple[str, float] | None = None
    evidence: Evidence = Evidence.ASSUMED
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})
    takes_causes: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """The latent variables."""
        return (self.latent,) if self.second is None else (self.latent, self.second[0])

    @property
    def _noise(self) -> float:
        second = 0.0 if self.second is None else self.second[1]
        return math.sqrt(1 - self.loading**2 - second**2)

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the systematic part of the response, shape (n,)."""
        del declared, this, n
        systematic = self.loading * values[self.latent]
        return systematic if self.second is None else systematic + self.second[1] * values[self.second[0]]

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Count the thresholds below the response."""
        del this
        response = predictor + self._noise * ndtri(u)
        answer = np.zeros(len(response))
        for threshold in self.thresholds:
            answer += response > threshold
        return answer

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        shared = self.loading**2 + (0.0 if self.second is None else self.second[1] ** 2)
        if not 0 < self.loading < 1 or not shared < 1:
            found.append("a loading is between 0 and 1, and the squares of two sum to less than 1.")
        if list(self.thresholds) != sorted(set(self.thresholds)):
            found.append("thresholds ascend.")
        return found


@dataclass(frozen=True, kw_only=True)
class Derived(Equation):
    """A value that follows from others without chance; also used to score real data.

    Where ``must_agree``, a file that has the value and its parts has to have them agree, as a score and its items do. A
    measurement or diagnosis that a file has of its own is kept as it is.
    """

    is_derived: ClassVar[bool] = True
    takes_causes: ClassVar[bool] = False
    must_agree: ClassVar[bool] = True

    @abstractmethod
    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Return the derived values, shape (n,); NaN where they cannot be derived."""

    def draw(
        self, values: Mapping[str, Floats], declared: Declared, uniform: Uniform, this: Variable
    ) -> Floats:
        """Derive; no uniform is used."""
        del declared, uniform, this
        return self.derive(values)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Refuse: a derived value has no distribution of its own."""
        del u, predictor
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
        total = np.zeros(len(values[self.items[0]]))
        answered = np.zeros(len(total))
        for item in self.items:
            answer = values[item]
            there = ~np.isnan(answer)
            answered += there
            total += np.where(there, answer, 0.0)
        every = len(self.items)
        least = every if self.least_answered is None else self.least_answered
        short = np.flatnonzero(answered < every)
        with np.errstate(divide="ignore", invalid="ignore"):
            prorated = np.floor(total[short] / answered[short] * every + 0.5)
        total[short] = np.where(answered[short] >= least, prorated, np.nan)
        return total


@dataclass(frozen=True, kw_only=True)
class BandOf(Derived):
    """Bands of a score: the level is the number of cuts that the score reaches, or with ``falling`` does not reach.

    Parameters
    ----------
    score : str
        The score.
    cuts : tuple of float
        The lowest score of each band but the first; with ``falling`` of each band but the last, highest first.
    falling : bool
        Whether higher scores are lower bands, as in the stages of kidney disease.
    """

    score: str
    cuts: tuple[float, ...]
    falling: bool = False
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ORDINAL, Kind.BINARY})

    @property
    def causes(self) -> tuple[str, ...]:
        """The score."""
        return (self.score,)

    def derive(self, values: Mapping[str, Floats]) -> Floats:
        """Place each score in its band; NaN stays NaN."""
        score = values[self.score]
        band = np.searchsorted(np.sort(self.cuts), score, side="right").astype(np.float64)
        if self.falling:
            band = len(self.cuts) - band
        return np.where(np.isfinite(score), band, np.nan)

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        if len(self.cuts) != len(this.levels) - 1:
            found.append(f"{len(this.levels)} levels need {len(this.levels) - 1} cuts, not {len(self.cuts)}.")
        return found


def bands_of(variables: Iterable[Variable], score: str) -> tuple[Variable, BandOf] | None:
    """Return the first variable that puts a score into ordered bands, with the rule by which it does."""
    for variable in variables:
        if isinstance(variable.equation, BandOf) and variable.equation.score == score:
            return variable, variable.equation
    return None

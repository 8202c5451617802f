"""A threshold that is not known: whether there is one, where, and from where to where it may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.streams import uniforms
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.shape.fitted import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REPLICATES = 999
CANDIDATES = 81
_SEARCHED = (0.1, 0.9)  # of the participants; a slope beyond is that of too few
_FEWEST_VALUES = 5  # two slopes, a height and a place, and one value more to judge them by
_LEVEL = 0.95
_NOTHING_NEW = 1e-7  # of a column's length; what is left of it then is rounding
_MOST_SIGNS = 1 << 21  # held at a time: 16 MB


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a threshold is, on the factor's scale.

    Parameters
    ----------
    at : float
        The threshold with the smallest sum of squares.
    low, high : float
        The ends of its 95 % interval.
    searched : tuple of float
        From where to where it was looked for.
    statistic, p_value : float
        The largest F of a change of slope over all places, and how often it is as large without any.
    effect_statistic, effect_p : float
        The same for no effect at all, neither slope nor change.
    """

    at: float
    low: float
    high: float
    searched: tuple[float, float]
    statistic: float
    p_value: float
    effect_statistic: float
    effect_p: float

    @property
    def is_open(self) -> bool:
        """Whether the interval reaches an end of what was searched, and may go on beyond it."""
        return self.low <= self.searched[0] or self.high >= self.searched[1]


def search_threshold(problem: Problem, *, seed: int, replicates: int = REPLICATES) -> Threshold:
    """Look for a threshold at which the slope changes, and test whether there is one.

    The two lines that meet at a threshold are fitted for each of 81 places between the 10th and the 90th
    percentile, with at least 10 participants on either side. Without a change of slope there is no place to
    estimate: it exists under the alternative alone, and the largest F has no F distribution [1]_. Its
    distribution is had by a wild bootstrap of the straight line [2]_, which also holds where the scatter
    differs between participants: residuals over ``1 - leverage``, their signs drawn. The interval holds all
    places at which the sum of squares is not larger than the bootstrap of the broken line itself lets it be
    [3]_. Where there is no change of slope, neither place nor interval mean anything.

    Parameters
    ----------
    problem : Problem
        The data.
    seed : int
        Of the signs; replicate r depends on it and on r alone.
    replicates : int
        Bootstrap replicates, of each kind.

    Returns
    -------
    Threshold
        Place, interval and tests.

    Raises
    ------
    EstimationError
        Fewer than five different values, fewer than 10 participants on either side of any place, or what
        `fit_linear` refuses.

    References
    ----------
    .. [1] Davies RB (1987). Hypothesis testing when a nuisance parameter is present only under the
       alternative. Biometrika 74, 33-43.
    .. [2] Hansen BE (1996). Inference when a nuisance parameter is not identified under the null
       hypothesis. Econometrica 64, 413-430.
    .. [3] Hansen BE (2017). Regression kink with an unknown threshold. Journal of Business & Economic
       Statistics 35, 228-240.
    """
    places = _places(problem)
    # The straight line is checked as every model is: what it refuses has no threshold either.
    X = np.column_stack([problem.others, problem.z])
    fit_linear(X, problem.y, names=(*problem.other_names, problem.name))
    search = _Search.of(problem, places)
    score = search.score(search.without_bend[None])[0]
    best = int(np.argmax(score**2))
    bent = search.hinges[:, best] * score[best]
    profile = search.loss(score, best)
    limit = np.quantile(search.losses(bent, best, seed, replicates), _LEVEL, method="higher")
    inside = np.flatnonzero(profile <= limit)
    bend, effect = float(search.largest()[0]), float(search.largest(with_slope=True)[0])
    return Threshold(
        at=float(places[best]),
        low=float(places[inside[0]]),
        high=float(places[inside[-1]]),
        searched=(float(places[0]), float(places[-1])),
        statistic=bend,
        p_value=search.p_value(bend, seed, replicates),
        effect_statistic=effect,
        effect_p=search.p_value(effect, seed, replicates, with_slope=True),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The straight line and all broken ones, as directions that are at right angles.

    ``basis`` spans the straight line's columns, the last of them ``slope``; each of ``hinges`` is what a
    change of slope at one place adds to them. All have length 1, so that what a direction explains is the
    square of its product with the outcome.
    """

    basis: Floats
    hinges: Floats
    without_bend: Floats
    without_effect: Floats
    leverage: Floats
    df: int

    @classmethod
    def of(cls, problem: Problem, places: Floats) -> _Search:
        columns = np.column_stack([problem.others, problem.z - problem.z.mean()])
        basis = np.linalg.qr(columns / np.linalg.norm(columns, axis=0))[0]
        whole = np.maximum(problem.z[:, None] - places, 0.0)
        hinges = _apart(whole, basis)
        length = np.linalg.norm(hinges, axis=0)
        if (length <= _NOTHING_NEW * np.linalg.norm(whole, axis=0)).any():
            raise EstimationError(
                f"'{problem.name}' has too few different values to look for a threshold. Give the threshold, or use "
                "categories."
            )
        return cls(
            basis=basis,
            hinges=hinges / length,
            without_bend=_apart(problem.y, basis),
            without_effect=_apart(problem.y, basis[:, :-1]),
            leverage=np.einsum("ij,ij->i", basis, basis),
            df=len(problem.y) - basis.shape[1] - 1,
        )

    def score(self, outcomes: Floats) -> Floats:
        """Return the part of each outcome along each change of slope, shape (r, g)."""
        return outcomes @ self.hinges

    def left(self, outcomes: Floats) -> Floats:
        """Return the sum of squares that the straight line leaves of each outcome, shape (r,)."""
        along = outcomes @ self.basis
        return np.asarray(np.einsum("ij,ij->i", outcomes, outcomes) - np.einsum("ij,ij->i", along, along))

    def largest(self, outcomes: Floats | None = None, *, with_slope: bool = False) -> Floats:
        """Return the largest F over all places, of each outcome, shape (r,)."""
        outcomes = self.without_effect[None] if outcomes is None else outcomes
        top = (self.score(outcomes) ** 2).max(axis=1)
        rest = (self.left(outcomes) - top) / self.df
        if not with_slope:
            return np.asarray(top / rest)
        return np.asarray((top + (outcomes @ self.basis[:, -1]) ** 2) / 2 / rest)

    def p_value(self, observed: float, seed: int, replicates: int, *, with_slope: bool = False) -> float:
        """Return how often the largest F is as large where there is no change of slope, or no effect."""
        leverage = self.leverage - (self.basis[:, -1] ** 2 if with_slope else 0.0)
        residuals = self.without_effect if with_slope else self.without_bend
        purpose = "no effect" if with_slope else "no bend"
        as_large = sum(
            int((self.largest(signs * (residuals / (1 - leverage)), with_slope=with_slope) >= observed).sum())
            for signs in _signs(seed, purpose, replicates, len(residuals))
        )
        return (1 + as_large) / (1 + replicates)

    def loss(self, score: Floats, best: int) -> Floats:
        """Return by how much each place is worse than the best one, as an F, shape (g,)."""
        rest = float(self.without_bend @ self.without_bend) - score[best] ** 2
        return np.asarray((score[best] ** 2 - score**2) / rest * self.df)

    def losses(self, bent: Floats, best: int, seed: int, replicates: int) -> Floats:
        """Return the same of the true place, where that is the best one, in replicates, shape (r,)."""
        leverage = self.leverage + self.hinges[:, best] ** 2
        residuals = (self.without_bend - bent) / (1 - leverage)
        found = []
        for signs in _signs(seed, "bent", replicates, len(residuals)):
            outcomes = bent + signs * residuals
            explained = self.score(outcomes) ** 2
            top = explained.max(axis=1)
            found.append((top - explained[:, best]) / (self.left(outcomes) - top) * self.df)
        return np.concatenate(found)


def _places(problem: Problem) -> Floats:
    """Return the places at which a threshold is looked for."""
    ascending, n = np.sort(problem.z), len(problem.z)
    if len(np.unique(ascending)) < _FEWEST_VALUES:
        raise EstimationError(
            f"'{problem.name}' has fewer than {_FEWEST_VALUES} different values, too few to look for a threshold. "
            "Give the threshold, or use categories."
        )
    low, high = np.quantile(ascending, _SEARCHED)
    if n >= 2 * MIN_LEVEL_SIZE:
        low, high = max(low, ascending[MIN_LEVEL_SIZE - 1]), min(high, ascending[n - MIN_LEVEL_SIZE])
    if n < 2 * MIN_LEVEL_SIZE or not low < high:
        raise EstimationError(
            f"No place in '{problem.name}' has at least {MIN_LEVEL_SIZE} participants on either side, which a "
            "threshold needs to be looked for. Give the threshold, or use a straight line."
        )
    return np.linspace(low, high, CANDIDATES)


def _signs(seed: int, purpose: str, replicates: int, n: int) -> Iterator[Floats]:
    """Yield the signs of all residuals, some replicates at a time, each of shape (r, n)."""
    size = max(1, _MOST_SIGNS // n)
    for first in range(0, replicates, size):
        count = min(size, replicates - first)
        drawn = uniforms(seed, "threshold", purpose, first * n, count * n).reshape(count, n)
        yield np.where(drawn < 0.5, -1.0, 1.0)


def _apart(columns: Floats, basis: Floats) -> Floats:
    """Return what an orthonormal basis leaves of columns."""
    return np.asarray(columns - basis @ (basis.T @ columns))

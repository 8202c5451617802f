"""The bootstrap of a linear regression, all replicates at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr, solve_triangular

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import RANK_TOLERANCE
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.resample.bootstrap import Bootstrap, assembled
from rlsstudy.estimate.resample.draws import DrawKind, Draws, plan_draws
from rlsstudy.estimate.resample.moments import Moments, solve_grams

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

DOUBTFUL_PIVOT = 1e-6  # of 1; cross-products lose half of their digits there, and the rows are looked at
RANK_DEFICIENT = "columns that cannot be told apart among those drawn"


def bootstrap_linear(
    X: ArrayLike,
    y: ArrayLike,
    *,
    reps: int = 2000,
    seed: int,
    kind: DrawKind = "pairs",
    clusters: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Bootstrap:
    """Bootstrap a linear regression.

    The cross-products of all replicates come from one matrix product of weights and products of
    columns. Columns are made orthogonal before, so that units and collinearity cost no digits; a
    replicate that comes near to being rank deficient is fitted from its rows.

    Parameters
    ----------
    X : array, shape (n, p)
        The design. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    reps : int
        Replicates.
    seed : int
        A whole number from 0. Replicate *r* depends on it and on *r* alone.
    kind : {"pairs", "cluster", "bayesian"}
        Participants drawn with replacement [1]_, whole clusters drawn with replacement, or Dirichlet
        weights [2]_ of participants, or of clusters where these are given.
    clusters : array, shape (n,), optional
        The cluster of each participant.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    Bootstrap
        Coefficients in column order and in the units of X and y. Replicates in which columns cannot
        be told apart, such as a level that nobody drawn has, are NaN and counted.

    Raises
    ------
    EstimationError
        What `fit_linear` refuses, draws that cannot be had, or no replicate that could be fitted.

    Notes
    -----
    Intervals from resamples are a little narrow where tails are long: with 150 participants, percentiles
    of pairs hold a slope in 0.949 of samples, in 0.93 when the errors have 3 degrees of freedom or grow with
    a skewed covariate, and with Dirichlet weights in 0.94 and 0.90 to 0.92. The HC3
    intervals of `fit_linear` hold 0.951, and 0.93 to 0.95.

    References
    ----------
    .. [1] Efron B, Tibshirani RJ (1993). An Introduction to the Bootstrap, section 9.5. Chapman & Hall.
    .. [2] Rubin DB (1981). The Bayesian bootstrap. Annals of Statistics 9, 130-134.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(40.0)
    >>> X = np.column_stack([np.ones(40), x])
    >>> boot = bootstrap_linear(X, 3 + 2 * x + np.cos(x), reps=500, seed=1)
    >>> boot.estimate.round(1).tolist(), boot.failed
    ([3.0, 2.0], 0)
    >>> low, high = boot.conf_int("bca")[1]
    >>> bool(low < 2 < high)
    True
    """
    problem = _Problem.of(X, y, names)
    draws = plan_draws(len(problem.X), reps=reps, seed=seed, kind=kind, clusters=clusters)
    weights = (draws.weights(*chunk) for chunk in draws.chunks(reps))
    return assembled(
        problem.coef,
        problem.replicates(weights, draws),
        draws,
        names=problem.names,
        influence=problem.influence(draws),
        why_failed=RANK_DEFICIENT,
    )


def linear_replicates(X: ArrayLike, y: ArrayLike, weights: ArrayLike) -> Floats:
    """Fit a linear regression with each of many sets of weights.

    Parameters
    ----------
    X : array, shape (n, p)
        The design.
    y : array, shape (n,)
        The outcome.
    weights : array, shape (R, n)
        From 0, for example how often each participant is drawn.

    Returns
    -------
    ndarray, shape (R, p)
        Coefficients; NaN where columns cannot be told apart.

    Raises
    ------
    EstimationError
        What `fit_linear` refuses, or weights of another shape, negative, not finite, or all 0.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.ones((4, 1)), np.array([1.0, 2, 3, 6])
    >>> linear_replicates(X, y, [[1, 1, 1, 1], [0, 0, 2, 2]]).tolist()
    [[3.0], [4.5]]
    """
    problem = _Problem.of(X, y, None)
    given = np.asarray(weights, dtype=np.float64)
    n = len(problem.X)
    usable = given.ndim == 2 and given.shape[1] == n and (np.isfinite(given) & (given >= 0)).all()
    if not usable or not given.any(axis=1).all():
        raise EstimationError(
            f"Weights have shape {given.shape}. Allowed: one row per replicate and one column for each of {n} "
            "participants, all finite, from 0, and not all 0."
        )
    return problem.replicates([given], Draws("pairs", 0, n, None, n))


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """A regression in the basis of its QR: ``X = Q R``, with the residuals of the fit as the outcome."""

    X: Floats
    names: tuple[str, ...]
    coef: Floats
    Q: Floats
    R: Floats
    residuals: Floats

    @classmethod
    def of(cls, X: ArrayLike, y: ArrayLike, names: Sequence[str] | None) -> _Problem:
        """Check and fit the regression itself."""
        fit = fit_linear(X, y, covariance="classical", names=names)
        design, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        labels = tuple(names) if names is not None else tuple(f"column {j}" for j in range(design.shape[1]))
        Q, R = qr(design, mode="economic", check_finite=False)
        return cls(
            design, labels, fit.coef, Q * np.sqrt(len(Q)), R / np.sqrt(len(Q)), outcome - design @ fit.coef
        )

    def replicates(self, chunks: Iterable[Floats], draws: Draws) -> Floats:
        """Return the coefficients of all replicates, NaN where columns cannot be told apart."""
        moments = Moments(np.column_stack([self.Q, self.residuals]), draws.unit_of)
        found = []
        for weights in chunks:
            grams = moments.grams(weights)
            grams /= weights.sum(axis=1) * (draws.n / draws.n_units)
            shift, smallest = solve_grams(grams)
            for replicate in np.flatnonzero(smallest < DOUBTFUL_PIVOT):
                shift[replicate] = self._from_rows(draws.of_participants(weights[replicate]))
            found.append(shift)
        back = solve_triangular(self.R, np.concatenate(found).T, check_finite=False)
        return np.asarray(self.coef + back.T)

    def _from_rows(self, weights: Floats) -> Floats:
        """Fit one replicate from its rows, NaN when it is rank deficient."""
        drawn = np.flatnonzero(weights)
        root = np.sqrt(weights[drawn] / weights.sum())
        Q, R, pivot = qr(self.Q[drawn] * root[:, None], mode="economic", pivoting=True)
        shift = np.full(len(pivot), np.nan)
        if len(R) == len(pivot) and np.abs(np.diag(R)).min() > RANK_TOLERANCE:
            shift[pivot] = solve_triangular(R, Q.T @ (root * self.residuals[drawn]))
        return shift

    def influence(self, draws: Draws) -> Floats:
        """Return what each unit adds to the coefficients, the infinitesimal jackknife, shape (n_units, p)."""
        added = solve_triangular(self.R, (self.Q * self.residuals[:, None]).T).T
        return draws.summed(added / draws.n)

"""The likelihood of a logistic regression on scaled columns, and Newton's way to its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, qr
from scipy.special import expit, log_expit, logit

from rlsstudy.estimate.fits.guards import check_rank, check_variation, varies_not

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FIRST_STEPS, MOST_STEPS = 25, 200
_SAFE_STEP = (
    1.5  # of a linear predictor; a smaller full step always raises the likelihood (Bach 2010, EJS 4, 384)
)
_SMALL_STEP = 1e-6  # what is left to go is of the order of its square
_HALVINGS = 30
_NOISE = 1e-9  # information of a participant, in squared standard deviations
_NEAR_SINGULAR = 1e-6  # eigenvalue of the correlations below which aliases are looked for
_SMALL_SPREAD = 1e-6  # of a column, over its size, below which it may be constant


@dataclass(frozen=True, slots=True, eq=False)
class ScaledDesign:
    """Columns of standard deviation 1 about their mean where there is an intercept, and the way back.

    Parameters
    ----------
    A : ndarray, shape (n, p)
        Scaled columns, the intercept as 1 or -1.
    gram : ndarray, shape (p, p)
        Their mean cross-products.
    intercept : int or None
        The place of the constant column.
    back : ndarray, shape (p, p)
        What turns coefficients of scaled columns into the caller's.
    names : sequence of str
        Names of the columns.
    """

    A: Floats
    gram: Floats
    intercept: int | None
    back: Floats
    names: Sequence[str]

    @classmethod
    def of(cls, X: Floats, y: Floats, names: Sequence[str]) -> ScaledDesign:
        """Scale the columns, or refuse those that do not vary or follow from others."""
        n, p = X.shape
        size, mean = np.sqrt(np.einsum("ij,ij->j", X, X) / n), np.ones(n) @ X / n
        intercept = _check_constants(X, y, names, size, mean)
        shift = np.zeros(p)
        if intercept is not None:
            shift = mean
            shift[intercept] = 0
        A = X - shift
        scale = np.sqrt(np.einsum("ij,ij->j", A, A) / n)
        A /= scale
        gram = A.T @ A / n
        if np.linalg.eigvalsh(gram)[0] < _NEAR_SINGULAR:
            R, pivot = qr(A / np.sqrt(n), mode="r", pivoting=True, check_finite=False)
            check_rank(R[:p], pivot, names)
        back = np.diag(1 / scale)
        if intercept is not None:
            back[intercept] -= shift / scale / X[0, intercept]
        return cls(A, gram, intercept, back, names)

    @property
    def slopes(self) -> int:
        """How many columns there are beside the intercept."""
        return len(self.gram) - (self.intercept is not None)

    def start(self, y: Floats) -> Floats:
        """Return coefficients to start from: an intercept for the share of events, and no slopes."""
        coef = np.zeros(len(self.gram))
        if self.intercept is not None:
            coef[self.intercept] = logit(y.mean()) * self.A[0, self.intercept]
        return coef


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where a likelihood is largest.

    Parameters
    ----------
    coef : ndarray, shape (q,)
        Coefficients of the scaled columns.
    eta : ndarray, shape (n,)
        The linear predictor.
    iterations : int
        Steps taken.
    """

    coef: Floats
    eta: Floats
    iterations: int


def log_likelihood(y: Floats, eta: Floats) -> float:
    """Return the log-likelihood of a linear predictor."""
    return float(log_expit(np.where(y == 1, eta, -eta)).sum())


def newton(design: ScaledDesign, y: Floats, steps: int = FIRST_STEPS) -> Optimum | None:
    """Return the maximum of the likelihood, or None where that many steps do not reach it.

    It is reached when a full step of Newton hardly moves anybody's linear predictor while the
    information still tells all columns apart. Under separation each step moves somebody's by about 1, so
    reaching a maximum proves that the outcome is not separated; not reaching one proves nothing.
    """
    A, coef = design.A, design.start(y)
    eta = A @ coef
    for iteration in range(1, steps + 1):
        risk = expit(eta)
        weighted = A * np.sqrt(risk * (1 - risk))[:, None]
        try:
            factor = cho_factor(weighted.T @ weighted, lower=True, check_finite=False)
        except LinAlgError:
            return None
        step = cho_solve(factor, A.T @ (y - risk), check_finite=False)
        change = A @ step
        largest = np.abs(change).max()
        share = 1.0 if largest < _SAFE_STEP else _share(y, eta, change)
        coef, eta = coef + share * step, eta + share * change
        if largest < _SMALL_STEP:
            return Optimum(coef, eta, iteration) if _tells_apart(design, np.diag(factor[0])) else None
    return None


def _share(y: Floats, eta: Floats, change: Floats) -> float:
    """Return how much of a large step to take, halved until the likelihood rises."""
    before, share = log_likelihood(y, eta), 1.0
    for _ in range(_HALVINGS):
        if log_likelihood(y, eta + share * change) >= before:
            break
        share /= 2
    return share


def _tells_apart(design: ScaledDesign, pivots: Floats) -> bool:
    """Tell whether the information's pivots are more than rounding noise beside those of the columns."""
    of_columns = np.diag(np.linalg.cholesky(design.gram))
    return bool((pivots**2 > _NOISE * len(design.A) * of_columns**2).all())


def _check_constants(X: Floats, y: Floats, names: Sequence[str], size: Floats, mean: Floats) -> int | None:
    """Return the place of the first constant column that is not 0, or refuse others beside it."""
    # Only columns whose spread is small beside their size are looked at value by value.
    suspects = np.flatnonzero(size**2 - mean**2 <= _SMALL_SPREAD * size**2)
    constant = [j for j in suspects.tolist() if varies_not(X[:, j : j + 1])[0]]
    intercept = next((j for j in constant if X[0, j] != 0), None)
    if constant:
        place = None if intercept is None else constant.index(intercept)
        check_variation(X[:, constant], y, [names[j] for j in constant], place)
    return intercept

"""The estimating equations of a mean with one working correlation for all pairs of a group's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.clusters import Clusters
from rlsstudy.estimate.fits.guards import EXACT_FIT, check_rank
from rlsstudy.estimate.fits.least_squares import inverse_triangle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Moments of few groups of unequal size can give a correlation that cannot be. As the errors hold for any
# working correlation, it is held at this share of the way to the limits 1 and -1 / (largest size - 1).
CORRELATION_MOST = 0.99
_STEPS = 100
_STEP_LEAST = 1e-11  # change of the correlation; coefficients then move by less than 1e-10 of their errors
_GRAM_LEAST = 1e-6  # smallest eigenvalue of the scaled cross-products that Cholesky is trusted with


@dataclass(frozen=True, slots=True)
class Estimate:
    """Coefficients of orthonormal columns, with the correlation and scale that go with them."""

    coef: Floats
    residuals: Floats
    correlation: float
    scale: float
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """The estimating equations: orthonormal columns and outcome, and their sums for each group."""

    Q: Floats
    b: Floats
    groups: Clusters
    sums: Floats
    b_sums: Floats

    @classmethod
    def of(cls, Q: Floats, b: Floats, groups: Clusters) -> Equations:
        """Add up columns and outcome within each group."""
        return cls(Q, b, groups, groups.sums(Q), groups.sums(b))

    def solve(self, *, exchangeable: bool) -> Estimate:
        """Alternate between coefficients and correlation until the correlation stays."""
        gram, product = self.Q.T @ self.Q, self.Q.T @ self.b
        correlation, change, note = 0.0, np.inf, ""
        for _ in range(_STEPS):
            weight = correlation / (1 + (self.groups.sizes - 1) * correlation)
            weighted = self.sums * weight[:, None]
            left, right = gram - weighted.T @ self.sums, product - weighted.T @ self.b_sums
            coef = np.asarray(np.linalg.solve(left, right), dtype=np.float64)
            residuals = self.b - self.Q @ coef
            squares = float(residuals @ residuals)
            if not exchangeable or abs(change) < _STEP_LEAST or squares < EXACT_FIT**2:
                return Estimate(coef, residuals, correlation, squares / (len(self.b) - len(coef)), note)
            implied, note = self._implied_correlation(residuals, squares)
            change, correlation = implied - correlation, implied
        raise EstimationError(
            f"The working correlation does not settle within {_STEPS} steps. Take correlation='independence'."
        )

    def _implied_correlation(self, residuals: Floats, squares: float) -> tuple[float, str]:
        """Return the correlation of a group's residuals by moments, held within what can be, and a note if held."""
        (n, p), sizes = self.Q.shape, self.groups.sizes
        pairs = (sizes * (sizes - 1)).sum() / 2
        products = ((self.groups.sums(residuals) ** 2).sum() - squares) / 2
        found = float(products / (pairs - p) / (squares / (n - p)))
        held = min(max(found, -CORRELATION_MOST / (sizes.max() - 1)), CORRELATION_MOST)
        note = (
            f"the working correlation comes out as {found:.2f} and is held at {held:.2f}"
            if held != found
            else ""
        )
        return held, note

    def decorrelated(self, rows: Floats, correlation: float) -> Floats:
        """Return rows, less a share of their group's mean, so that what was correlated no longer is."""
        sizes = self.groups.sizes
        share = 1 - np.sqrt((1 - correlation) / (1 + (sizes - 1) * correlation))
        taken = self.groups.sums(rows) * (share / sizes).reshape(-1, *[1] * (rows.ndim - 1))
        return np.asarray(rows - self.groups.spread(taken))


def orthonormal_root(A: Floats, names: Sequence[str]) -> Floats:
    """Return the matrix that makes the columns of A orthonormal, or name aliased columns."""
    gram = A.T @ A
    if np.linalg.eigvalsh(gram)[0] > _GRAM_LEAST:
        return inverse_triangle(np.linalg.cholesky(gram).T)
    R, pivot = qr(A, mode="r", pivoting=True, check_finite=False)
    R = np.asarray(R[: A.shape[1]])
    check_rank(R, pivot, names)
    root: Floats = np.empty_like(R)
    root[pivot] = inverse_triangle(R)
    return root

"""The least-squares problem behind a linear fit: centred and scaled, and decomposed by QR with pivoting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg.lapack import dtrtri

from rlsstudy.estimate.fits.guards import varies_not

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Centres and sizes by which columns and outcome become comparable, and the way back."""

    intercept: int | None
    shift: Floats
    scale: Floats
    y_shift: float
    y_scale: float
    level: float

    @classmethod
    def of(cls, X: Floats, y: Floats) -> Scaling:
        """Read centres and sizes; columns are centred only where a constant column absorbs it."""
        constant = np.flatnonzero(varies_not(X) & (X[0] != 0))
        intercept = int(constant[0]) if len(constant) else None
        shift, y_shift = np.zeros(X.shape[1]), 0.0
        if intercept is not None:
            shift, y_shift = X.mean(axis=0), float(y.mean())
            shift[intercept] = 0
        scale, y_scale = _size(X - shift), float(_size((y - y_shift)[:, None])[0])
        return cls(intercept, shift, scale, y_shift, y_scale, 1.0 if intercept is None else X[0, intercept])

    def apply(self, X: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the scaled columns and outcome, each of length 1."""
        return (X - self.shift) / self.scale, (y - self.y_shift) / self.y_scale

    def back(self) -> Floats:
        """Return the matrix that turns scaled coefficients into those of the caller's columns."""
        matrix = np.diag(self.y_scale / self.scale)
        if self.intercept is not None:
            matrix[self.intercept] -= self.shift * self.y_scale / self.scale / self.level
        return matrix

    def offset(self) -> Floats:
        """Return what the centre of the outcome adds to the caller's coefficients."""
        offset = np.zeros_like(self.shift)
        if self.intercept is not None:
            offset[self.intercept] = self.y_shift / self.level
        return offset


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """The scaled problem and its QR: ``A[:, pivot] = Q R``."""

    A: Floats
    b: Floats
    Q: Floats
    R: Floats
    pivot: Places

    def solve(self) -> tuple[Floats, Floats]:
        """Return scaled coefficients and residuals, refined once against rounding."""
        root = self.root()
        first = root @ (self.Q.T @ self.b)
        coef = first + root @ (self.Q.T @ _residuals(self.A, self.b, first))
        return coef, _residuals(self.A, self.b, coef)

    def leverage(self) -> Floats:
        """Return the leverage of each row."""
        return np.asarray(np.minimum(np.einsum("ij,ij->i", self.Q, self.Q), 1.0))

    def root(self) -> Floats:
        """Return the matrix S, in column order, by which coefficients are ``S Q'b``; ``S S'`` inverts ``A'A``."""
        root: Floats = np.empty_like(self.R)
        root[self.pivot] = inverse_triangle(self.R)
        return root


def inverse_triangle(R: NDArray[np.floating[Any]]) -> Floats:
    """Return the inverse of an upper triangle."""
    return np.asarray(dtrtri(R)[0])


def _residuals(A: Floats, b: Floats, coef: Floats) -> Floats:
    """Return ``b - A coef``, summed with more digits where the platform has them."""
    exact = b.astype(np.longdouble) - A.astype(np.longdouble) @ coef.astype(np.longdouble)
    return exact.astype(np.float64)


def _size(columns: Floats) -> Floats:
    """Return the length of each column without overflow, and 1 for a column of zeros."""
    largest = np.abs(columns).max(axis=0)
    largest[largest == 0] = 1
    return np.asarray(largest * np.sqrt(((columns / largest) ** 2).sum(axis=0)))

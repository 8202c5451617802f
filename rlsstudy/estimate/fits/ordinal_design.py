"""The design of an ordinal regression as the solver takes it: sorted by band, centred, scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr, solve_triangular

from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.fits.guards import check_rank
from rlsstudy.estimate.fits.ordinal_links import Link
from rlsstudy.estimate.fits.ordinal_newton import BLOCK_ROWS, OrdinalProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

CONSTANT = 1e-12  # spread over size; below it a column's values differ by rounding alone
CLOSE_TO_ALIASED = 1e-10  # smallest eigenvalue of the correlations; above it aliases are out of the question


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalScaling:
    """The way back from the solver's columns to the caller's.

    Parameters
    ----------
    mean : ndarray, shape (p,)
        What was taken off each column.
    back : ndarray, shape (p, p)
        The matrix that turns the solver's slopes into the caller's.
    inflation : ndarray, shape (p,)
        Variance of each of the solver's slopes in multiples of what it would be without the others.
    """

    mean: Floats
    back: Floats
    inflation: Floats

    def parameters(self, thresholds: Floats, slopes: Floats) -> tuple[Floats, Floats]:
        """Return thresholds and slopes for the caller's columns."""
        coef = self.back @ slopes
        return thresholds + self.mean @ coef, coef

    def covariance(self, cov: Floats) -> Floats:
        """Return the covariance of thresholds and slopes for the caller's columns."""
        k = len(cov) - len(self.mean)
        turned = np.eye(len(cov))
        turned[k:, k:] = self.back
        turned[:k, k:] = self.mean @ self.back
        return np.asarray(turned @ cov @ turned.T)


def sorted_by_band(
    X: Floats, codes: Places, counts: Places, link: Link, names: Sequence[str]
) -> tuple[OrdinalScaling, OrdinalProblem, Places]:
    """Return the problem, the way back, and which row of X stands where.

    Raises
    ------
    EstimationError
        A column is the same for everybody, or follows from others.
    """
    n, p = X.shape
    small = (
        np.int16 if len(counts) <= np.iinfo(np.int16).max else np.int64
    )  # sorted by digits, in linear time
    order = np.argsort(codes.astype(small), kind="stable")
    mean = np.ones(n) @ X / n
    design = np.empty((p + 1, n))
    design[p] = 1.0
    columns = design[:p]
    for start in range(0, n, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        np.subtract(X.take(order[rows], axis=0).T, mean[:, None], out=columns[:, rows])
    size = np.maximum(columns.max(axis=1), -columns.min(axis=1))
    _check_constant(size, mean, names)
    columns /= size[:, None]
    spread = np.sqrt(np.einsum("ij,ij->i", columns, columns) / n)
    columns /= spread[:, None]
    back, inflation = _checked_columns(columns, names)
    scaling = OrdinalScaling(mean, back / (size * spread)[:, None], inflation)
    return scaling, OrdinalProblem(design, counts, link), order


def _check_constant(size: Floats, mean: Floats, names: Sequence[str]) -> None:
    constant = np.flatnonzero(size <= CONSTANT * np.abs(mean))
    if len(constant):
        problems = [f"'{names[j]}' is the same for everybody." for j in constant.tolist()]
        raise EstimationError(
            f"The model cannot be fitted:\n{bullet_list(problems)}\nThe thresholds of an ordinal regression "
            "take the place of an intercept, so a constant column has nothing to add. Leave it out."
        )


def _checked_columns(columns: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Refuse aliases; where columns are nearly aliased, put independent ones in their place.

    Returns the matrix back to the given columns and the variance inflation of those that are now there.
    """
    p, n = columns.shape
    values, vectors = np.linalg.eigh(columns @ columns.T / n)
    if values[0] > CLOSE_TO_ALIASED:
        return np.eye(p), (vectors**2 / values).sum(axis=1)
    Q, R, pivot = qr(columns.T / np.sqrt(n), mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, names)
    columns[:] = Q.T * np.sqrt(n)
    back = np.empty((p, p))
    back[pivot] = solve_triangular(R, np.eye(p))
    return back, np.ones(p)

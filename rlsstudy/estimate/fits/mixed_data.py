"""What a mixed model needs to know of the visits: scaled columns, and sums for each participant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import qr

from rlsstudy.estimate.fits.clusters import Clusters
from rlsstudy.estimate.fits.guards import check_rank, varies_not

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_TINY = 1e-100  # a size whose square is still a number of full precision
_SAME_TIMES = 1e-8  # variance of a participant's times over that of all, below which they are the same
_NEAR_SINGULAR = 1e-6  # smallest eigenvalue of the columns' correlations below which they are orthogonalised


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Which rows are whose: participants in the order of their labels.

    Parameters
    ----------
    labels : ndarray, shape (n_groups,)
        One label for each participant.
    starts : ndarray, shape (n_groups,)
        The place of each participant's first row, once the rows are in ``order``.
    order : ndarray, shape (n_rows,), or None
        The order that brings the rows of a participant together; None where they are already.
    counts : ndarray, shape (n_groups,)
        Visits of each participant.
    """

    labels: NDArray[Any]
    starts: Places
    order: Places | None
    counts: Places

    @classmethod
    def of(cls, people: Clusters) -> Visits:
        """Bring together the rows of each participant."""
        sorted_already = np.all(people.code[1:] >= people.code[:-1])
        return cls(people.labels, people.starts, None if sorted_already else people.order, people.sizes)

    def sums(self, rows: Floats, weights: Floats | None = None) -> Floats:
        """Return the sum over each participant's rows, as the caller orders them, each times its weight."""
        from scipy.sparse import csr_array  # six times as fast as summing in numpy, and slow to import

        n = len(rows)
        places = np.arange(n) if self.order is None else self.order
        values = np.ones(n) if weights is None else weights[places]
        ends = np.append(self.starts, n)
        return np.asarray(csr_array((values, places, ends), shape=(len(self.starts), n)) @ rows)

    def spread(self, values: Floats) -> Floats:
        """Return the value of each row's participant, rows as the caller orders them."""
        repeated = np.repeat(values, self.counts, axis=0)
        if self.order is None:
            return repeated
        placed = np.empty_like(repeated)
        placed[self.order] = repeated
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Columns and outcome centred, their sizes, and the way back to the caller's units.

    Parameters
    ----------
    rows : ndarray, shape (n_rows, w)
        The centred columns, then the centred outcome; w = p + 1.
    scale : ndarray, shape (w,)
        By which they are divided: their root mean squares.
    total : ndarray, shape (w, w)
        Cross-products of the divided rows.
    back : ndarray, shape (p, p)
        Turns coefficients of the divided columns into the caller's.
    offset : ndarray, shape (p,)
        What the centre of the outcome adds to them.
    y_scale : float
        The unit of the divided outcome.
    log_det : float
        Logarithm of the determinant of X'X in the caller's units over that of the divided columns.
    intercept : int or None
        The constant column.
    """

    rows: Floats
    scale: Floats
    total: Floats
    back: Floats
    offset: Floats
    y_scale: float
    log_det: float
    intercept: int | None

    @classmethod
    def of(cls, X: Floats, y: Floats) -> Scaled:
        """Centre where a constant column absorbs it, and find sizes without overflow."""
        n, p = X.shape
        intercept = _constant_column(X)
        rows, shift, level = np.column_stack([X, y]), np.zeros(p + 1), 1.0
        if intercept is not None:
            shift, level = np.ones(n) @ rows / n, X[0, intercept]
            shift[intercept] = 0
            rows -= shift
        scale, total = _sizes_and_products(rows)
        matrix, offset = np.diag(scale[p] / scale[:p]), np.zeros(p)
        if intercept is not None:
            matrix[intercept] -= shift[:p] * scale[p] / scale[:p] / level
            offset[intercept] = shift[p] / level
        log_det = float(2 * np.log(scale[:p]).sum())
        return cls(rows, scale, total, matrix, offset, float(scale[p]), log_det, intercept)

    def independent(self, names: Sequence[str]) -> Scaled:
        """Refuse aliased columns, and put orthogonal ones in the place of columns that nearly are."""
        n, p = len(self.rows), len(self.back)
        if np.linalg.eigvalsh(self.total[:p, :p] / n)[0] > _NEAR_SINGULAR:
            return self
        divided = self.rows / self.scale
        Q, R, pivot = qr(divided[:, :p] / np.sqrt(n), mode="economic", pivoting=True, check_finite=False)
        check_rank(R, pivot, names)
        rows = np.column_stack([Q * np.sqrt(n), divided[:, p]])
        return Scaled(
            rows=rows,
            scale=np.ones(p + 1),
            total=rows.T @ rows,
            back=self.back[:, pivot] @ np.linalg.inv(R),
            offset=self.offset,
            y_scale=self.y_scale,
            log_det=self.log_det + 2 * float(np.log(np.abs(np.diag(R))).sum()),
            intercept=self.intercept,
        )


def _constant_column(X: Floats) -> int | None:
    """Return the place of the first column that is the same in all rows, and not 0."""
    # Few columns begin with the same value a hundred times; only these are read to the end.
    for j in np.flatnonzero(varies_not(X[:100]) & (X[0] != 0)).tolist():
        if varies_not(X[:, j, None])[0]:
            return int(j)
    return None


def _sizes_and_products(rows: Floats) -> tuple[Floats, Floats]:
    """Return the root mean square of each column, 1 for a column of zeros, and products of divided columns."""
    with np.errstate(over="ignore", under="ignore"):
        total = rows.T @ rows
    scale = np.sqrt(np.diag(total) / len(rows))
    if not ((scale > _TINY) & (scale < 1 / _TINY)).all():
        largest = np.abs(rows).max(axis=0)
        largest[largest == 0] = 1
        divided = rows / largest
        scale = largest * np.sqrt((divided**2).mean(axis=0))
        scale[scale == 0] = 1
        divided = rows / scale
        return scale, np.asarray(divided.T @ divided)
    return scale, total / np.outer(scale, scale)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Times of the visits, centred and scaled, and the way back for random effects.

    Parameters
    ----------
    time : ndarray, shape (n_rows,)
        The scaled times, in the caller's order of rows.
    centre, scale : float
        What was subtracted, and by what was divided.
    """

    time: Floats
    centre: float
    scale: float

    @classmethod
    def of(cls, time: Floats) -> Clock:
        """Centre by the mean and divide by the standard deviation, without overflow."""
        centre = float(time.mean())
        scale = float(np.abs(time - centre).max()) or 1.0
        spread = float(np.sqrt((((time - centre) / scale) ** 2).mean())) or 1.0
        return cls((time - centre) / scale / spread, centre, scale * spread)

    def back(self) -> Floats:
        """Return the matrix that turns intercepts at the centre, and scaled slopes, into the caller's."""
        return np.array([[1.0, -self.centre / self.scale], [0.0, 1 / self.scale]])


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Cross-products of a mixed model, split into what is within participants and their own fits.

    Parameters
    ----------
    residual : ndarray, shape (w, w)
        Cross-products of columns and outcome less each participant's own mean, or line over time.
    own : ndarray, shape (n_groups, q, w)
        Those means, or intercepts and slopes, of columns and outcome.
    random : ndarray, shape (q, q, n_groups)
        Of each participant's random-effects columns with each other.
    det : ndarray, shape (n_groups,)
        Their determinants; 0 where a participant's times are the same.
    within : ndarray, shape (w,)
        Share of each sum of squares that is not that of the participants' means.
    n : int
        Rows.
    """

    residual: Floats
    own: Floats
    random: Floats
    det: Floats
    within: Floats
    n: int

    @property
    def n_coef(self) -> int:
        """Columns, without the outcome."""
        return len(self.residual) - 1

    @classmethod
    def of(cls, scaled: Scaled, visits: Visits, time: Floats | None) -> Sums:
        """Fit each participant's rows by the random-effects columns alone; time is scaled."""
        counts = visits.counts.astype(np.float64)
        means = visits.sums(scaled.rows) / counts[:, None]
        fitted = visits.spread(means)
        if time is None:
            own, random, det = means[:, None], counts[None, None], counts
        else:
            centre = visits.sums(time[:, None])[:, 0] / counts
            deviation = time - visits.spread(centre)
            squares = visits.sums((deviation * deviation)[:, None])[:, 0]
            squares[squares < _SAME_TIMES * counts] = 0
            slopes = visits.sums(scaled.rows, deviation) / np.where(squares == 0, np.inf, squares)[:, None]
            fitted += visits.spread(slopes) * deviation[:, None]
            own = np.stack([means - centre[:, None] * slopes, slopes], axis=1)
            random = counts * np.array(
                [[np.ones_like(centre), centre], [centre, squares / counts + centre**2]]
            )
            det = counts * squares
        rest = (scaled.rows - fitted) / scaled.scale
        between = np.einsum("ij,ij,i->j", means, means, counts) / scaled.scale**2
        within = 1 - between / np.diag(scaled.total)
        return cls(rest.T @ rest, own / scaled.scale, random, det, within, len(rest))

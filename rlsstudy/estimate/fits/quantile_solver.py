"""The exact minimum behind a quantile regression.

The smallest check loss is always reached by a line through as many participants as there are coefficients.
`minimise` walks from one such line to the next while the loss falls [1]_. Where more participants lie on a
line than it needs, as with an outcome in steps, a walk could go in circles, and a linear programme takes over.

Many rows are first solved for a part of them. Rows far from that line keep their side of it, and only those
nearby are looked at [2]_. That none of the others has changed sides is checked; otherwise more rows are taken.
The minimum is therefore that of all rows.

References
----------
.. [1] Barrodale I, Roberts FDK (1973). An improved algorithm for discrete l1 linear approximation. SIAM
   Journal on Numerical Analysis 10, 839-848.
.. [2] Portnoy S, Koenker R (1997). The Gaussian hare and the Laplacian tortoise. Statistical Science 12,
   279-300.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr

from rlsstudy.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_AT_ONCE = 2000  # rows; beyond, solving a part first is faster
_PART = 4  # one row in so many is solved first
_NEAR = 3.0  # times the square root of (part x columns x rows) are kept; about what the part's error spans
_ON_LINE = 1e-12  # of the outcome's spread; below it a residual is 0
_SLOPE = 1e-9  # below it the loss does not fall
_MIN_PIVOT = 1e-8  # of a row's part in a line that it is to decide
_TURNS = 100  # for each column; a walk is far shorter


def check_loss(residuals: Floats, q: float) -> float:
    """Return the sum that a quantile regression makes smallest: q above the line, 1 - q below, per unit."""
    return float(residuals @ (q - (residuals < 0)))


def minimise(A: Floats, b: Floats, q: float) -> Floats:
    """Return coefficients with the smallest check loss.

    Parameters
    ----------
    A : ndarray, shape (n, p)
        Independent columns of size about 1.
    b : ndarray, shape (n,)
        The outcome, of spread about 1.
    q : float
        The quantile.
    """
    if len(A) > max(_AT_ONCE, 20 * A.shape[1]):
        return minimise_near(A, b, q, minimise(A[::_PART], b[::_PART], q))
    return minimise_near(A, b, q, np.asarray(np.linalg.lstsq(A, b)[0], dtype=np.float64))


def minimise_near(A: Floats, b: Floats, q: float, start: Floats) -> Floats:
    """Return what `minimise` does, from a line that is right but for its level and some error."""
    n, p = A.shape
    residuals = b - A @ start
    level = np.partition(residuals, int(q * n))[int(q * n)]
    distance = np.abs(residuals - level)
    kept = int(_NEAR * np.sqrt(_PART * p * n)) if n > _AT_ONCE else n
    while kept < n:
        near = distance <= np.partition(distance, kept)[kept]
        above = ~near & (residuals > level)
        below = ~near & ~above
        coef = _solve(
            A[near], b[near], q, distance[near], q * A[above].sum(axis=0) - (1 - q) * A[below].sum(axis=0)
        )
        if coef is not None:
            now = b - A @ coef
            if (now[above] >= 0).all() and (now[below] <= 0).all():
                return coef
        kept *= 2
    coef = _solve(A, b, q, distance, np.zeros(p))
    if coef is None:
        raise EstimationError(
            "The quantile regression found no minimum. "
            "Look for columns of extreme values, or that nearly follow from others, and leave them out."
        )
    return coef


def _solve(A: Floats, b: Floats, q: float, distance: Floats, pull: Floats) -> Floats | None:
    """Return the minimum for rows nearby, while those far away ``pull`` on the line; None where there is none."""
    basis = _first_basis(A, distance)
    coef = None if basis is None else _walk(A, b, q, basis, pull)
    return _programme(A, b, q, pull) if coef is None else coef


def _first_basis(A: Floats, distance: Floats) -> Places | None:
    """Return rows close to the line that decide one; None where those nearby do not."""
    n, p = A.shape
    size = min(n, 8 * p)
    close = np.argpartition(distance, size - 1)[:size]
    _, R, pivot = qr(A[close].T, mode="economic", pivoting=True, check_finite=False)
    return None if size < p or np.abs(np.diag(R)).min() < _MIN_PIVOT else close[pivot[:p]]


def _walk(A: Floats, b: Floats, q: float, basis: Places, pull: Floats) -> Floats | None:
    """Exchange one row of the line for another while the loss falls; None where too many rows lie on it."""
    p = A.shape[1]
    on_line = _ON_LINE * (1 + np.abs(b).max())
    for _ in range(_TURNS * p):
        try:
            inverse = np.linalg.inv(A[basis])
        except np.linalg.LinAlgError:
            return None
        coef = inverse @ b[basis]
        residuals = b - A @ coef
        residuals[basis] = 0
        if np.count_nonzero(np.abs(residuals) <= on_line) > p:
            return None
        force = q - (residuals < 0)
        force[basis] = 0
        balance = (force @ A + pull) @ inverse
        slopes = np.concatenate([1 - q - balance, q + balance])  # with this row below the line, or above
        leaving = int(slopes.argmin())
        if slopes[leaving] >= -_SLOPE:
            return np.asarray(coef)
        direction = A @ inverse[:, leaving % p] * (1 if leaving < p else -1)
        entering = _entering(residuals, direction, float(slopes[leaving]))
        if entering is None:
            return None
        basis[leaving % p] = entering
    return None


def _entering(residuals: Floats, direction: Floats, slope: float) -> int | None:
    """Return the row at which the loss stops falling in this direction; None where it falls for ever."""
    ahead = np.flatnonzero(residuals * direction > 0)
    reach = residuals[ahead] / direction[ahead]
    order = ahead[reach.argsort()]
    turning = np.searchsorted(np.cumsum(np.abs(direction[order])), -slope)
    return int(order[turning]) if turning < len(order) else None


def _programme(A: Floats, b: Floats, q: float, pull: Floats) -> Floats | None:
    """Solve the dual linear programme, of weights between 0 and 1 for each row; None where there are none."""
    from scipy.optimize import linprog

    total = (1 - q) * A.sum(axis=0) - pull
    solution = linprog(-b, A_eq=A.T, b_eq=total, bounds=(0, 1), method="highs-ds")
    return -np.asarray(solution.eqlin.marginals) if solution.status == 0 else None

"""How much each participant moves a linear regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import (
    EXACT_FIT,
    check_leverage,
    check_rank,
    check_variation,
    checked_arrays,
)
from rlsstudy.estimate.fits.least_squares import Decomposition, Scaling

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_DF_LEAST = 2  # one participant is left out, and a residual variance must remain


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What would change if one participant at a time were left out of a linear regression.

    Parameters
    ----------
    leverage : ndarray, shape (n,)
        Diagonal of the hat matrix, from 0 to below 1.
    studentised : ndarray, shape (n,)
        Residual over its standard error, with the residual variance of the others (externally
        studentised): Student's t with n - p - 1 degrees of freedom under the model.
    cooks_distance : ndarray, shape (n,)
        How far all predictions move, in units of p residual variances.
    dfbetas : ndarray, shape (n, p)
        How far each coefficient moves, in its classical standard errors.
    """

    leverage: Floats
    studentised: Floats
    cooks_distance: Floats
    dfbetas: Floats


def influence(X: ArrayLike, y: ArrayLike, *, names: Sequence[str] | None = None) -> Influence:
    """Measure how much each participant moves a linear regression, without fitting it n times [1]_.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept, as for `fit_linear`.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    Influence
        One row for each participant, in the order of X.

    Raises
    ------
    EstimationError
        What `fit_linear` raises for, n - p below 2, or an outcome that is reproduced exactly.

    References
    ----------
    .. [1] Belsley DA, Kuh E, Welsch RE (1980). Regression Diagnostics. Wiley, New York, chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> y = 3 + 2 * x + np.cos(x)
    >>> y[4] += 30
    >>> found = influence(np.column_stack([np.ones(20), x]), y)
    >>> int(found.cooks_distance.argmax()), float(found.leverage.sum().round(6))
    (4, 2.0)
    """
    design, outcome, labels = checked_arrays(X, y, names)
    n, p = design.shape
    scaling = Scaling.of(design, outcome)
    check_variation(design, outcome, labels, scaling.intercept)
    A, b = scaling.apply(design, outcome)
    Q, R, pivot = qr(A, mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, labels)
    check_leverage(Q, R, pivot, labels, scaling.intercept)
    problem = Decomposition(A, b, Q, R, pivot)
    residuals = problem.solve()[1]
    rss = float(residuals @ residuals)
    if n - p < _DF_LEAST or rss < EXACT_FIT**2:
        raise EstimationError(
            "Nobody's influence can be told: "
            + (
                "the outcome is reproduced exactly."
                if n - p >= _DF_LEAST
                else f"{n} participants less one leave no residual variance beside {p} coefficients. Take fewer columns."
            )
        )
    return _measured(problem, scaling.back() @ problem.root(), residuals, rss)


def _measured(problem: Decomposition, root: Floats, residuals: Floats, rss: float) -> Influence:
    """Work out all measures from leverages and residuals."""
    n, p = problem.A.shape
    leverage = problem.leverage()
    rest = 1 - leverage
    # A participant beside whom everybody else lies on the line has no finite studentised residual.
    without = np.sqrt(np.maximum(rss - residuals**2 / rest, 0) / (n - p - 1))
    moved = (problem.Q * (residuals / rest)[:, None]) @ root.T
    length = np.sqrt(np.einsum("ij,ij->i", root, root))
    with np.errstate(divide="ignore"):
        return Influence(
            leverage=leverage,
            studentised=residuals / (without * np.sqrt(rest)),
            cooks_distance=residuals**2 * leverage / (p * (rss / (n - p)) * rest**2),
            dfbetas=moved / (without[:, None] * length),
        )

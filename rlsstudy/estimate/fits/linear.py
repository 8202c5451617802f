"""Linear regression on arrays, with robust standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.linalg import qr, solve_triangular

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.fits.guards import (
    EXACT_FIT,
    MIN_RESIDUAL_DF,
    Status,
    check_leverage,
    check_rank,
    check_variation,
    checked_arrays,
    varies_not,
)
from rlsstudy.estimate.fits.intervals import t_interval, t_p_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

Covariance = Literal["HC3", "HC2", "HC1", "HC0", "classical"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """A linear regression.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients, in column order.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df_residual : int
        Participants minus coefficients.
    sigma : float
        Residual standard deviation.
    r_squared : float
        Explained share of the variation about the mean, or about 0 without a constant column.
    leverage_max : float
        Largest leverage of a participant; 1 is a participant who is fitted exactly.
    n : int
        Participants.
    status : {"ok", "flagged"}
        Flagged with fewer than 10 residual degrees of freedom, or an outcome reproduced exactly.
    note : str
        Why it is flagged.
    """

    coef: Floats
    cov: Floats
    std_error: Floats
    df_residual: int
    sigma: float
    r_squared: float
    leverage_max: float
    n: int
    status: Status
    note: str

    def conf_int(self, level: float = 0.95) -> Floats:
        """Return intervals from Student's t with ``df_residual`` degrees of freedom, shape (p, 2)."""
        return t_interval(self.coef, self.std_error, self.df_residual, level)

    @property
    def p_values(self) -> Floats:
        """Two-sided p-values from Student's t with ``df_residual`` degrees of freedom, shape (p,)."""
        return t_p_values(self.coef, self.std_error, self.df_residual)


def fit_linear(
    X: ArrayLike, y: ArrayLike, *, covariance: Covariance = "HC3", names: Sequence[str] | None = None
) -> LinearFit:
    """Fit a linear regression by least squares.

    Columns and outcome are centred and scaled inside, decomposed by QR with pivoting, and scaled
    back, so that units do not matter.

    Parameters
    ----------
    X : array, shape (n, p)
        The design. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    covariance : {"HC3", "HC2", "HC1", "HC0", "classical"}
        Heteroscedasticity-consistent [1]_, or with one variance for everybody.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    LinearFit
        Coefficients and covariance in column order and in the units of X and y.

    Raises
    ------
    EstimationError
        Missing or infinite values (they are counted, never dropped or passed on), shapes that do
        not match, no more participants than coefficients, an outcome or a column beside the
        intercept that does not vary, aliased columns (named), or, for HC errors, a participant
        who decides a term alone.

    References
    ----------
    .. [1] Long JS, Ervin LH (2000). Using heteroscedasticity consistent standard errors in the
       linear regression model. The American Statistician 54, 217-224.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> fit = fit_linear(np.column_stack([np.ones(20), x]), 3 + 2 * x + np.cos(x))
    >>> fit.coef.round(1).tolist(), fit.df_residual, fit.status
    ([3.0, 2.0], 18, 'ok')
    """
    if covariance not in get_args(Covariance):
        hint = did_you_mean(str(covariance), get_args(Covariance))
        raise EstimationError(f"No covariance '{covariance}' is offered.{hint}")
    design, outcome, labels = checked_arrays(X, y, names)
    scaling = _Scaling.of(design, outcome)
    check_variation(design, outcome, labels, scaling.intercept)
    A, b = scaling.apply(design, outcome)
    Q, R, pivot = qr(A, mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, labels)
    if covariance != "classical":
        check_leverage(Q, R, pivot, labels, scaling.intercept)
    return _assembled(scaling, _Decomposition(A, b, Q, R, pivot), covariance)


@dataclass(frozen=True, slots=True, eq=False)
class _Scaling:
    """Centres and sizes by which columns and outcome become comparable, and the way back."""

    intercept: int | None
    shift: Floats
    scale: Floats
    y_shift: float
    y_scale: float
    level: float

    @classmethod
    def of(cls, X: Floats, y: Floats) -> _Scaling:
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
class _Decomposition:
    """The scaled problem and its QR: ``A[:, pivot] = Q R``."""

    A: Floats
    b: Floats
    Q: Floats
    R: Floats
    pivot: Places

    def solve(self) -> tuple[Floats, Floats]:
        """Return scaled coefficients and residuals, refined once against rounding."""
        first = self._least_squares(self.b)
        coef = first + self._least_squares(_residuals(self.A, self.b, first))
        return coef, _residuals(self.A, self.b, coef)

    def covariance(self, weights: Floats) -> Floats:
        """Return the sandwich with these squared residuals, in column order."""
        half = self._in_column_order(solve_triangular(self.R, (self.Q * np.sqrt(weights)[:, None]).T))
        return np.asarray(half @ half.T)

    def _least_squares(self, b: Floats) -> Floats:
        return self._in_column_order(solve_triangular(self.R, self.Q.T @ b))

    def _in_column_order(self, pivoted: Floats) -> Floats:
        ordered = np.empty_like(pivoted)
        ordered[self.pivot] = pivoted
        return ordered


def _assembled(scaling: _Scaling, problem: _Decomposition, covariance: Covariance) -> LinearFit:
    """Scale coefficients and covariance back and judge the fit."""
    coef, residuals = problem.solve()
    n, p = problem.A.shape
    leverage = np.minimum(np.einsum("ij,ij->i", problem.Q, problem.Q), 1.0)
    back = scaling.back()
    cov = back @ problem.covariance(_weights(residuals, leverage, n - p, covariance)) @ back.T
    rss = float(residuals @ residuals)
    status, note = _judged(n - p, rss)
    return LinearFit(
        coef=back @ coef + scaling.offset(),
        cov=cov,
        std_error=np.sqrt(np.diag(cov)),
        df_residual=n - p,
        sigma=float(np.sqrt(rss / (n - p)) * scaling.y_scale),
        r_squared=1 - rss,
        leverage_max=float(leverage.max()),
        n=n,
        status=status,
        note=note,
    )


def _weights(residuals: Floats, leverage: Floats, df: int, covariance: Covariance) -> Floats:
    """Return each participant's share in the middle of the sandwich."""
    squared = residuals**2
    match covariance:
        case "HC3":
            return np.asarray(squared / (1 - leverage) ** 2)
        case "HC2":
            return np.asarray(squared / (1 - leverage))
        case "HC1":
            return np.asarray(squared * (len(squared) / df))
        case "HC0":
            return np.asarray(squared)
        case "classical":
            return np.full_like(squared, squared.sum() / df)


def _judged(df: int, rss: float) -> tuple[Status, str]:
    notes = []
    if df < MIN_RESIDUAL_DF:
        notes.append(f"only {df} residual degrees of freedom; fewer than {MIN_RESIDUAL_DF} are unreliable")
    if rss < EXACT_FIT**2:
        notes.append("the outcome is reproduced exactly, so standard errors are rounding noise")
    return ("flagged" if notes else "ok"), "; ".join(notes)


def _residuals(A: Floats, b: Floats, coef: Floats) -> Floats:
    """Return ``b - A coef``, summed with more digits where the platform has them."""
    exact = b.astype(np.longdouble) - A.astype(np.longdouble) @ coef.astype(np.longdouble)
    return exact.astype(np.float64)


def _size(columns: Floats) -> Floats:
    """Return the length of each column without overflow, and 1 for a column of zeros."""
    largest = np.abs(columns).max(axis=0)
    largest[largest == 0] = 1
    return np.asarray(largest * np.sqrt(((columns / largest) ** 2).sum(axis=0)))

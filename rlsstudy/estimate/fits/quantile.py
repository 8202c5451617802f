"""Quantile regression on arrays: a straight line for the median, or another quantile, of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, qr
from scipy.special import ndtri

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import (
    EXACT_FIT,
    MIN_RESIDUAL_DF,
    Status,
    check_leverage,
    check_rank,
    check_variation,
    checked_arrays,
)
from rlsstudy.estimate.fits.intervals import t_interval, t_p_values
from rlsstudy.estimate.fits.least_squares import Scaling
from rlsstudy.estimate.fits.quantile_solver import check_loss, minimise, minimise_near

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MIN_BEYOND = 10  # participants expected on the smaller side of the quantile
_MOST_CROSSED = 0.05  # share of participants without a density above which a fit is flagged
_NO_DENSITY = 0.5  # and above which it is refused
_ROUNDING = np.finfo(np.float64).eps ** 0.5  # of a spread; R's quantreg has the same


@dataclass(frozen=True, slots=True, eq=False)
class QuantileFit:
    """A quantile regression.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients, in column order: by how much the quantile differs.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df : float
        Degrees of freedom of Student's t: participants minus coefficients.
    q : float
        The quantile.
    loss : float
        The check loss, which no other coefficients make smaller. Where several coefficients reach it,
        these are one choice.
    n : int
        Participants.
    status : {"ok", "flagged"}
        Flagged with few residual degrees of freedom, an outcome in steps that are wide beside the
        error, or lines of neighbouring quantiles that cross.
    note : str
        Why it is flagged.
    """

    coef: Floats
    cov: Floats
    std_error: Floats
    df: float
    q: float
    loss: float
    n: int
    status: Status
    note: str

    @property
    def parameters_cov(self) -> Floats:
        """The covariance of all parameters, which are the coefficients, shape (p, p)."""
        return self.cov

    def conf_int(self, level: float = 0.95) -> Floats:
        """Return intervals from Student's t with ``df`` degrees of freedom, shape (p, 2)."""
        return t_interval(self.coef, self.std_error, self.df, level)

    @property
    def p_values(self) -> Floats:
        """Two-sided p-values from Student's t with ``df`` degrees of freedom, shape (p,)."""
        return t_p_values(self.coef, self.std_error, self.df)

    def mean_gradient(self, X: ArrayLike) -> tuple[float, Floats]:
        """Return the predicted quantile averaged over the rows of X, and its derivative, shape (p,)."""
        gradient = np.asarray(X, dtype=np.float64).mean(axis=0)
        return float(gradient @ self.coef), gradient


def fit_quantile(
    X: ArrayLike,
    y: ArrayLike,
    *,
    q: float = 0.5,
    step: float | None = None,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> QuantileFit:
    """Fit a quantile regression by a linear programme.

    Standard errors are those that R's quantreg calls ``nid`` [1]_: the density of the outcome at the
    quantile is read, for each participant, from the lines of two neighbouring quantiles, a bandwidth of
    Hall and Sheather [2]_ away. With Student's t, intervals hold the truth in 94 to 96 of 100 samples
    of 40 to 400 participants; a column with a long tail and no more than 150 participants can bring that
    to 90.

    Parameters
    ----------
    X : array, shape (n, p)
        The design. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    q : float
        The quantile: 0.5 is the median.
    step : float, optional
        The step of an outcome such as a sum of answers, which is 1. Each value is then spread evenly
        over its step by a random draw [3]_. Without it the quantile moves in steps, and in large samples
        as few as half of the intervals hold the truth. The slopes are those of the quantile before rounding.
    seed : int
        The seed of this draw.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    QuantileFit
        Coefficients and covariance in column order and in the units of X and y.

    Raises
    ------
    EstimationError
        Missing or infinite values, shapes that do not match, no more participants than coefficients,
        fewer than 10 participants expected on either side of the quantile, an outcome that does not
        vary, that the columns reproduce exactly or that is the same for most participants near the
        quantile, a column beside the intercept that does not vary, aliased columns (named), or a
        participant who decides a term alone.

    References
    ----------
    .. [1] Koenker R (2005). Quantile Regression. Cambridge University Press, section 3.4.2.
    .. [2] Hall P, Sheather SJ (1988). On the distribution of a studentized quantile. Journal of the
       Royal Statistical Society, Series B 50, 381-391.
    .. [3] Machado JAF, Santos Silva JMC (2005). Quantiles for counts. Journal of the American
       Statistical Association 100, 1226-1237.

    Examples
    --------
    The medians of two groups, 5 and 8:

    >>> import numpy as np
    >>> group = np.repeat([0.0, 1.0], 11)
    >>> fit = fit_quantile(np.column_stack([np.ones(22), group]), np.tile(np.arange(11.0), 2) + 3 * group)
    >>> fit.coef.round(6).tolist(), round(fit.loss, 6)
    ([5.0, 3.0], 30.0)
    """
    design, outcome, labels = checked_arrays(X, y, names)
    _check_options(len(outcome), q, step)
    if step is not None:
        outcome = outcome + step * (np.random.default_rng(seed).random(len(outcome)) - 0.5)
    scaling = Scaling.of(design, outcome)
    check_variation(design, outcome, labels, scaling.intercept)
    A, _ = scaling.apply(design, outcome)
    Q, R, pivot = qr(A, mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, labels)
    check_leverage(Q, R, pivot, labels, scaling.intercept)
    return _fitted(design, outcome, q, _resistant(scaling, outcome), step is None)


def hall_sheather(n: int, q: float, alpha: float = 0.05) -> float:
    """Return how far the neighbouring quantiles lie from q, halved until both are quantiles."""
    normal = ndtri(q)
    density = np.exp(-(normal**2) / 2) / np.sqrt(2 * np.pi)
    width = (ndtri(1 - alpha / 2) ** 2 * 1.5 * density**2 / (2 * normal**2 + 1) / n) ** (1 / 3)
    while width >= min(q, 1 - q):
        width /= 2
    return float(width)


def _check_options(n: int, q: float, step: float | None) -> None:
    if not 0 < q < 1:
        raise EstimationError(f"No quantile {q:g} exists. Allowed: above 0 and below 1, such as 0.5.")
    if step is not None and not (np.isfinite(step) and step > 0):
        raise EstimationError(
            f"The step of the outcome is {step:g}. Allowed: above 0, and 1 for a sum of answers."
        )
    beyond = n * min(q, 1 - q)
    if beyond < MIN_BEYOND * (1 - EXACT_FIT):
        raise EstimationError(
            f"Of {n} participants {beyond:.3g} are expected on the smaller side of quantile {q:g}. "
            f"Allowed: at least {MIN_BEYOND}. Take a quantile nearer to 0.5, or more participants."
        )


def _resistant(scaling: Scaling, y: Floats) -> Scaling:
    """Measure the outcome by its quartiles, which one wild value does not move, and columns by a size of 1."""
    root_n = np.sqrt(len(y))
    low, middle, high = np.quantile(y, [0.25, 0.5, 0.75])
    spread = high - low or scaling.y_scale / root_n
    shift = 0.0 if scaling.intercept is None else float(middle)
    return replace(scaling, scale=scaling.scale / root_n, y_shift=shift, y_scale=float(spread))


def _fitted(X: Floats, y: Floats, q: float, scaling: Scaling, may_be_heaped: bool) -> QuantileFit:
    """Solve the scaled problem, judge it, and scale back."""
    A, b = scaling.apply(X, y)
    n, p = A.shape
    coef = minimise(A, b, q)
    residuals = b - A @ coef
    if np.abs(residuals).max() < EXACT_FIT * np.abs(b).max():
        raise EstimationError(
            "The columns reproduce the outcome exactly, so there is no spread to tell a quantile by. "
            "Leave out the column that is made from the outcome."
        )
    scaled_cov, notes = _covariance(A, b, q, coef)
    if may_be_heaped:
        centre = A.mean(axis=0)
        notes += _heaps(b, float(np.sqrt(centre @ scaled_cov @ centre)))
    if n - p < MIN_RESIDUAL_DF:
        notes.append(f"only {n - p} residual degrees of freedom; fewer than {MIN_RESIDUAL_DF} are unreliable")
    back = scaling.back()
    cov = back @ scaled_cov @ back.T
    return QuantileFit(
        coef=back @ coef + scaling.offset(),
        cov=cov,
        std_error=np.sqrt(np.diag(cov)),
        df=float(n - p),
        q=q,
        loss=check_loss(residuals, q) * scaling.y_scale,
        n=n,
        status="flagged" if notes else "ok",
        note="; ".join(notes),
    )


def _covariance(A: Floats, b: Floats, q: float, coef: Floats) -> tuple[Floats, list[str]]:
    """Return the sandwich with each participant's density from neighbouring quantiles, and what is odd about it."""
    width = hall_sheather(len(b), q)
    apart = A @ (minimise_near(A, b, q + width, coef) - minimise_near(A, b, q - width, coef))
    positive = apart > _ROUNDING
    none = float(1 - positive.mean())
    density = np.where(positive, 2 * width / np.where(positive, apart - _ROUNDING, 1.0), 0.0)
    try:
        if none > _NO_DENSITY:
            raise LinAlgError
        triangle = cholesky((A * density[:, None]).T @ A, check_finite=False)
    except LinAlgError:
        raise EstimationError(
            f"The quantiles {q - width:.2f} and {q + width:.2f} of the outcome coincide or cross for "
            f"{none:.0%} of the participants, so quantile {q:g} has no standard error. Where the outcome is heaped, "
            "give its step (step=1 for a sum of answers), or take another quantile; otherwise take fewer columns."
        ) from None
    bread = cho_solve((triangle, False), np.eye(A.shape[1]))
    notes = []
    if none > _MOST_CROSSED:
        notes.append(
            f"the lines of neighbouring quantiles coincide or cross for {none:.0%} of the participants"
        )
    return q * (1 - q) * bread @ (A.T @ A) @ bread, notes


def _heaps(b: Floats, error: float) -> list[str]:
    """Say when the outcome moves in steps wider than the standard error of the quantile at the mean columns."""
    low, high = np.quantile(b, [0.25, 0.75])
    between = np.unique(b[(b >= low) & (b <= high)])
    if len(between) < 2 or (high - low) / (len(between) - 1) <= error:
        return []
    return [
        "the outcome moves in steps wider than the standard error, so errors are unreliable; "
        "give its step (step=1 for a sum of answers)"
    ]

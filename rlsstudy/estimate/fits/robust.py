"""Robust regression on arrays: a linear fit in which people far from the line weigh less (Huber)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, qr
from scipy.special import ndtri

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.fits.guards import (
    EXACT_FIT,
    Status,
    check_leverage,
    check_rank,
    check_variation,
    checked_arrays,
    few_residual_df,
    number_in_note,
    share_in_note,
)
from rlsstudy.estimate.fits.least_squares import Decomposition, Scaling
from rlsstudy.estimate.fits.student import LinearMean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

RobustCovariance = Literal["HC3", "classical"]

FULL_WEIGHT = 1.345  # scales; beyond, weights fall. 95 % as precise as least squares with normal errors
_MAD = float(ndtri(0.75))  # median absolute deviation of a normal distribution with a scale of 1
_STEP = 1e-10  # of the scale; converged below
_STEPS = 500  # a few dozen are usual
_MOST_DOWN = 0.3  # share with less than full weight; a normal distribution has 0.18
_WILD = 0.25  # weight of someone 5.4 scales away


@dataclass(frozen=True, slots=True, eq=False)
class RobustFit(LinearMean):
    """A robust regression.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients, in column order.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df : float
        Degrees of freedom of Student's t: participants minus coefficients.
    scale : float
        Spread of the residuals: their median size, over that of a standard normal distribution.
    weights : ndarray, shape (n,)
        How much each participant counts, from 1 down to 0.
    iterations : int
        Steps to the solution.
    n : int
        Participants.
    status : {"ok", "flagged"}
        Flagged with few residual degrees of freedom, with someone far from the line, or with many who
        are not near it.
    note : str
        The share with less than full weight, and why it is flagged.
    """

    scale: float
    weights: Floats = field(repr=False)
    iterations: int


def fit_robust(
    X: ArrayLike,
    y: ArrayLike,
    *,
    covariance: RobustCovariance = "HC3",
    names: Sequence[str] | None = None,
) -> RobustFit:
    """Fit a robust regression by Huber's M-estimator.

    Whoever is within 1.345 scales of the line counts fully, others in inverse proportion to their
    distance [1]_, so that a wild value of the outcome moves the line as little as one at 1.345 scales.
    A wild value of a column is not guarded against. The scale is the median size of the residuals. It
    is a sensitivity analysis beside the linear fit: with skewed residuals the intercept is not that of the mean.

    Parameters
    ----------
    X : array, shape (n, p)
        The design. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    covariance : {"HC3", "classical"}
        The sandwich, with each participant's part divided by 1 minus the leverage as in a linear fit, or
        with one distribution of errors for everybody, as R's ``MASS::rlm`` has it [2]_.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    RobustFit
        Coefficients and covariance in column order and in the units of X and y.

    Raises
    ------
    EstimationError
        Missing or infinite values, shapes that do not match, no more participants than coefficients,
        an outcome or a column beside the intercept that does not vary, aliased columns (named), a
        participant who decides a term alone, half of the participants on the line exactly, or no
        convergence.

    References
    ----------
    .. [1] Huber PJ (1973). Robust regression: asymptotics, conjectures and Monte Carlo. Annals of
       Statistics 1, 799-821.
    .. [2] Huber PJ (1981). Robust Statistics. Wiley, section 7.6.

    Examples
    --------
    One of 20 values is a hundred times too large.

    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> y = 3 + 2 * x + np.cos(x)
    >>> y[4] *= 100
    >>> fit = fit_robust(np.column_stack([np.ones(20), x]), y)
    >>> fit.coef.round(1).tolist(), float(fit.weights.min().round(2)), fit.status
    ([3.3, 2.0], 0.0, 'flagged')
    """
    if covariance not in get_args(RobustCovariance):
        hint = did_you_mean(str(covariance), get_args(RobustCovariance))
        raise EstimationError(f"No covariance '{covariance}' is offered.{hint}")
    design, outcome, labels = checked_arrays(X, y, names)
    scaling = Scaling.of(design, outcome)
    check_variation(design, outcome, labels, scaling.intercept)
    scaling = _resistant(scaling, outcome)
    A, b = scaling.apply(design, outcome)
    Q, R, pivot = qr(A, mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, labels)
    check_leverage(Q, R, pivot, labels, scaling.intercept)
    return _assembled(scaling, Decomposition(A, b, Q, R, pivot), covariance)


@dataclass(frozen=True, slots=True, eq=False)
class _Solution:
    """Coefficients of Q with their residuals, scale, and weights."""

    theta: Floats
    residuals: Floats
    scale: float
    weights: Floats
    iterations: int


def _resistant(scaling: Scaling, y: Floats) -> Scaling:
    """Measure the outcome by its quartiles, which one wild value does not move."""
    low, middle, high = np.quantile(y, [0.25, 0.5, 0.75])
    shift = 0.0 if scaling.intercept is None else float(middle)
    return replace(scaling, y_shift=shift, y_scale=float(high - low) or scaling.y_scale)


def _solve(Q: Floats, b: Floats) -> _Solution:
    """Weigh, measure the scale and refit in turn until the coefficients stand still."""
    theta: Floats = Q.T @ b
    residuals: Floats = b - Q @ theta
    least = EXACT_FIT * (_median(np.abs(b)) or float(np.abs(b).max()))
    for step in range(1, _STEPS + 1):
        scale = _checked_scale(residuals, least)
        weights = _weights(residuals, scale)
        weighted = Q * weights[:, None]
        new = np.linalg.solve(weighted.T @ Q, weighted.T @ b)
        moved = np.abs(new - theta).max()
        theta, residuals = np.asarray(new), b - Q @ new
        if moved <= _STEP * scale * np.sqrt(len(b)):
            return _Solution(theta, residuals, scale, weights, step)
    raise EstimationError(
        f"The robust regression did not settle in {_STEPS} steps, as happens when about half of the participants "
        "have one value in common. Take the linear fit, or model the outcome in two parts."
    )


def _checked_scale(residuals: Floats, least: float) -> float:
    scale = _median(np.abs(residuals)) / _MAD
    if scale <= least:
        raise EstimationError(
            "At least half of the participants lie on the line exactly, so there is no spread to tell by who lies "
            "far from it. Look for a column that is made from the outcome; for an outcome that most people share, "
            "take the linear fit or model the outcome in two parts."
        )
    return scale


def _median(values: Floats) -> float:
    """Return the median, without the checks for which numpy's takes longer than the rest of a step."""
    below, above = (len(values) - 1) // 2, len(values) // 2
    ordered = np.partition(values, [below, above])
    return float(ordered[below] + ordered[above]) / 2


def _weights(residuals: Floats, scale: float) -> Floats:
    return np.asarray(FULL_WEIGHT * scale / np.maximum(np.abs(residuals), FULL_WEIGHT * scale))


def _covariance(Q: Floats, found: _Solution, kind: RobustCovariance) -> Floats:
    """Return the covariance of the coefficients of Q."""
    n, p = Q.shape
    inside = (np.abs(found.residuals) <= FULL_WEIGHT * found.scale).astype(np.float64)
    pull = found.weights * found.residuals
    if kind == "classical":
        share = inside.mean()
        correction = 1 + p / n * inside.var(ddof=1) / share**2
        return np.asarray(np.eye(p) * (pull @ pull / (n - p) * (correction / share) ** 2))
    try:
        bread = cho_solve(cho_factor((Q * inside[:, None]).T @ Q), np.eye(p))
    except LinAlgError:
        raise EstimationError(
            "Everybody who could tell about a term lies far from the line, so it has no robust standard error. "
            "Leave terms of few participants out, or merge their levels."
        ) from None
    leverage = np.minimum(inside * np.einsum("ij,jk,ik->i", Q, bread, Q), 1 - EXACT_FIT)
    half = bread @ (Q * (pull / (1 - leverage))[:, None]).T
    return np.asarray(half @ half.T)


def _assembled(scaling: Scaling, problem: Decomposition, kind: RobustCovariance) -> RobustFit:
    """Solve, judge and scale back."""
    n, p = problem.A.shape
    found = _solve(problem.Q, problem.b)
    root = scaling.back() @ problem.root()
    cov = root @ _covariance(problem.Q, found, kind) @ root.T
    status, note = _judged(found.weights, n - p)
    return RobustFit(
        coef=root @ found.theta + scaling.offset(),
        cov=cov,
        std_error=np.sqrt(np.diag(cov)),
        df=float(n - p),
        scale=found.scale * scaling.y_scale,
        weights=found.weights,
        iterations=found.iterations,
        n=n,
        status=status,
        note=note,
    )


def _judged(weights: Floats, df: int) -> tuple[Status, str]:
    down, wild = int((weights < 1).sum()), int((weights < _WILD).sum())
    notes = [f"{share_in_note(down, len(weights))} of the participants have less than full weight"]
    if down > _MOST_DOWN * len(weights):
        notes.append("that is many: the residuals are far from a normal distribution")
    if wild:
        notes.append(
            f"{number_in_note(wild)} have less than a quarter of it: look at the values before comparing with the "
            "linear fit"
        )
    notes += few_residual_df(df)
    return ("flagged" if len(notes) > 1 else "ok"), "; ".join(notes)

"""Intervals from the replicates of a bootstrap, for all coefficients at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from rlsstudy.errors import EstimationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

IntervalMethod = Literal["percentile", "basic", "normal", "bca", "centred"]


def check_interval(method: str, level: float) -> None:
    """Refuse a method that is not offered and a level that is no share."""
    if method not in get_args(IntervalMethod):
        hint = did_you_mean(str(method), get_args(IntervalMethod))
        raise EstimationError(f"No interval '{method}' is offered.{hint}")
    if not 0 < level < 1:
        raise EstimationError(f"The level of an interval is a share between 0 and 1, not {level!r}.")


def percentile_interval(replicates: Floats, level: float) -> Floats:
    """Return the quantiles that leave out as much at either end, shape (p, 2)."""
    tails = np.full((replicates.shape[1], 2), _tails(level))
    return _quantiles(replicates, tails, level)


def basic_interval(estimate: Floats, replicates: Floats, level: float) -> Floats:
    """Return the percentile interval turned about the estimate, shape (p, 2)."""
    return np.asarray(2 * estimate[:, None] - percentile_interval(replicates, level)[:, ::-1])


def centred_interval(estimate: Floats, replicates: Floats, level: float) -> Floats:
    """Return the percentile interval of replicates that are moved so that their mean is the estimate, shape (p, 2)."""
    return percentile_interval(replicates - replicates.mean(axis=0) + estimate, level)


def normal_interval(estimate: Floats, replicates: Floats, level: float) -> Floats:
    """Return the estimate less its bias, and as many standard errors as a normal distribution takes, shape (p, 2)."""
    centre = 2 * estimate - replicates.mean(axis=0)
    return np.asarray(centre[:, None] + replicates.std(axis=0, ddof=1)[:, None] * ndtri(_tails(level)))


def bca_interval(
    estimate: Floats, replicates: Floats, influence: Floats, level: float, names: tuple[str, ...]
) -> Floats:
    """Return bias-corrected and accelerated intervals, shape (p, 2).

    Parameters
    ----------
    estimate : ndarray, shape (p,)
        The estimates.
    replicates : ndarray, shape (R, p)
        The replicates that could be had.
    influence : ndarray, shape (m, p)
        What each unit adds to the estimates, up to a factor; its skewness is the acceleration.
    level : float
        The share of intervals that hold what they estimate.
    names : tuple of str
        For messages.
    """
    below = (replicates < estimate).mean(axis=0)
    outside = [f"'{names[j]}'" for j in np.flatnonzero((below == 0) | (below == 1))]
    if outside:
        raise EstimationError(
            f"All replicates of {', '.join(outside)} lie on one side of the estimate, so that its bias cannot be "
            'corrected by a BCa interval. Ask for method="percentile", or for more replicates.'
        )
    z0 = ndtri(below)[:, None]
    squares = (influence**2).sum(axis=0)
    acceleration = ((influence**3).sum(axis=0) / (6 * squares**1.5))[:, None]
    shifted = z0 + ndtri(_tails(level))
    return _quantiles(replicates, ndtr(z0 + shifted / (1 - acceleration * shifted)), level)


def _tails(level: float) -> Floats:
    return np.array([(1 - level) / 2, (1 + level) / 2])


def _quantiles(replicates: Floats, shares: Floats, level: float) -> Floats:
    """Return quantiles of each column, interpolated on the scale of the normal distribution.

    The order statistic of rank (R + 1) times the share, after equation 5.8 of Davison and Hinkley (1997).
    """
    reps = len(replicates)
    rank = (reps + 1) * shares
    whole = np.floor(rank + 1e-9).astype(np.intp)  # 25 of 0.025 times 1,000, whatever the rounding
    if (whole < 1).any() or (rank > reps + 1e-9).any():
        raise EstimationError(_too_few(reps, shares, level))
    ordered = np.sort(replicates, axis=0)
    column = np.arange(len(shares))[:, None]
    at, above = ordered[whole - 1, column], ordered[np.minimum(whole, reps - 1), column]
    low, high = ndtri(whole / (reps + 1)), ndtri(np.minimum(whole + 1, reps) / (reps + 1))
    part = (ndtri(shares) - low) / np.where(high > low, high - low, 1.0)
    return np.asarray(at + np.where(rank - whole < 1e-9, 0.0, part) * (above - at))


def _too_few(reps: int, shares: Floats, level: float) -> str:
    needed = int(np.ceil(round(1 / min(shares.min(), 1 - shares.max()), 6))) - 1
    return (
        f"The ends of a {level:.0%} interval lie outside what {reps:,} replicates show; about {needed:,} are needed. "
        "Ask for more replicates, or for a lower level."
    )

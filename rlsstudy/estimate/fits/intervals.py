"""Intervals and p-values from Student's t, which with infinitely many degrees of freedom is the normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def t_quantile(df: ArrayLike, level: float = 0.95) -> Floats:
    """Return how many standard errors an interval reaches to either side, for each number of degrees of freedom."""
    upper, df = 0.5 + level / 2, np.asarray(df, dtype=np.float64)
    normal = np.isinf(df)
    return np.asarray(np.where(normal, ndtri(upper), stdtrit(np.where(normal, 1.0, df), upper)))


def t_interval(estimate: ArrayLike, std_error: ArrayLike, df: ArrayLike, level: float = 0.95) -> Floats:
    """Return intervals, lower and upper end in the last axis.

    Parameters
    ----------
    estimate, std_error : array
        Of one shape.
    df : array
        Degrees of freedom, one or of the same shape; infinite for the normal distribution.
    level : float
        The share of intervals that hold what they estimate.
    """
    centre, half = np.asarray(estimate), t_quantile(df, level) * np.asarray(std_error)
    return np.stack([centre - half, centre + half], axis=-1)


def t_p_values(estimate: ArrayLike, std_error: ArrayLike, df: ArrayLike) -> Floats:
    """Return two-sided p-values of estimates that would be 0, with the parameters of `t_interval`."""
    with np.errstate(divide="ignore", invalid="ignore"):  # an exact fit has no error to divide by
        return np.asarray(2 * stdtr(df, -np.abs(np.asarray(estimate) / np.asarray(std_error))))

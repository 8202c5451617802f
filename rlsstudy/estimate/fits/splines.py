"""Restricted cubic splines: where the knots stand, and the columns that a curve is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

FEWEST_KNOTS, MOST_KNOTS = 3, 7
_OUTER = {3: 0.10, 4: 0.05, 5: 0.05, 6: 0.05, 7: 0.025}  # the first knot's quantile (Harrell 2015, table 2.3)
_SMALL = 100  # with fewer values the outer knots are the fifth smallest and the fifth largest
_FIFTH = 4  # how many values lie beyond an outer knot then


def default_knots(x: ArrayLike, n: int = 4) -> Floats:
    """Return knots at fixed quantiles, which do not look at the outcome [1]_.

    The inner knots are evenly spaced in quantiles between the outer ones: the 10th and 90th percentile with
    three knots, the 5th and 95th with four to six, the 2.5th and 97.5th with seven. With fewer than
    100 values the outer knots are the fifth smallest and the fifth largest.

    Parameters
    ----------
    x : array, shape (n_values,)
        The values, on the scale on which the curve is drawn; missing ones are left out.
    n : int
        How many knots, 3 to 7.

    Returns
    -------
    ndarray, shape (at most n,)
        Ascending. Where values are tied, quantiles can be; knots that coincide are one.

    Raises
    ------
    EstimationError
        A number of knots that is not offered, infinite values, or so few different values that fewer than
        three knots are left, or no more values than knots.

    References
    ----------
    .. [1] Harrell FE (2015). Regression Modeling Strategies, 2nd ed., section 2.4.6. Springer.

    Examples
    --------
    >>> import numpy as np
    >>> default_knots(np.arange(101.0), 5).round(6).tolist()
    [5.0, 27.5, 50.0, 72.5, 95.0]
    """
    if n not in _OUTER or isinstance(n, bool):
        raise EstimationError(f"A spline has {FEWEST_KNOTS} to {MOST_KNOTS} knots, not {n!r}.")
    values = np.asarray(x, dtype=np.float64)
    known = values[~np.isnan(values)]
    if np.isinf(known).any():
        raise EstimationError(f"{int(np.isinf(known).sum())} of {len(values)} values are infinite.")
    different = len(np.unique(known))
    if different > n:
        knots = np.unique(np.quantile(known, _quantiles(n, len(known))))
        if len(knots) >= FEWEST_KNOTS:
            return np.asarray(knots)
    raise EstimationError(
        f"{different} different values among {len(known)} cannot hold {n} knots: fewer than {FEWEST_KNOTS} knots "
        "would be apart, or no value between them. Use fewer knots, categories or a straight line."
    )


def restricted_cubic_basis(x: ArrayLike, knots: ArrayLike) -> Floats:
    """Return the columns of a restricted cubic spline [1]_: cubic between the knots, straight beyond them.

    With knots ``t_1 < … < t_k`` the column j + 1 is, with ``+`` for the positive part,

    ``[(x - t_j)+^3 - (x - t_{k-1})+^3 (t_k - t_j) / (t_k - t_{k-1}) + (x - t_k)+^3 (t_{k-1} - t_j) / (t_k - t_{k-1})] / (t_k - t_1)^2``

    for j = 1 to k - 2, as in ``Hmisc::rcspline.eval`` with ``norm=2``, so that it is in the unit of x. Beyond
    the last knot it is worked out as the straight line that it is, and not as a difference of cubes.

    Parameters
    ----------
    x : array, shape (...)
        The values; a missing one gives a row of NaN.
    knots : array, shape (k,)
        At least three, ascending.

    Returns
    -------
    ndarray, shape (..., k - 1)
        ``x`` itself, then the k - 2 columns that bend the line; no intercept.

    Raises
    ------
    EstimationError
        Fewer than three knots, or knots that do not ascend.

    References
    ----------
    .. [1] Stone CJ, Koo CY (1985). Additive splines in statistics. Proceedings of the Statistical
       Computing Section, American Statistical Association, 45-48.

    Examples
    --------
    >>> restricted_cubic_basis([0, 1, 2, 3], [0, 1, 2]).tolist()
    [[0.0, 0.0], [1.0, 0.25], [2.0, 1.5], [3.0, 3.0]]
    """
    t, values = _checked_knots(knots), np.asarray(x, dtype=np.float64)
    last, before = t[-1], t[-2]
    inside = np.minimum(values, last)[..., None]
    beyond = np.maximum(values - last, 0.0)[..., None]
    first = t[:-2]
    bend = np.maximum(inside - first, 0.0) ** 3
    bend -= np.maximum(inside - before, 0.0) ** 3 * (last - first) / (last - before)
    bend += 3 * (last - first) * (before - first) * beyond
    return np.concatenate([values[..., None], bend / (last - t[0]) ** 2], axis=-1)


def _quantiles(n: int, count: int) -> Floats:
    """Return the quantiles at which knots stand."""
    quantiles = np.linspace(_OUTER[n], 1 - _OUTER[n], n)
    if count < _SMALL:
        quantiles[0] = min(_FIFTH / (count - 1), quantiles[1])
        quantiles[-1] = max(1 - _FIFTH / (count - 1), quantiles[-2])
    return quantiles


def _checked_knots(knots: ArrayLike) -> Floats:
    t = np.asarray(knots, dtype=np.float64)
    if t.ndim != 1 or len(t) < FEWEST_KNOTS or not (np.isfinite(t).all() and (np.diff(t) > 0).all()):
        raise EstimationError(
            f"The knots of a spline are {FEWEST_KNOTS} or more finite numbers, each above the one before."
        )
    return t

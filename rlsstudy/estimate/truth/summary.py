"""Effects from the two arms of an imagined experiment, each with its Monte-Carlo standard error.

The participants of both arms are the same, so that errors are those of paired differences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def mean_difference(low: Floats, high: Floats) -> tuple[float, float]:
    """Return the mean difference of the outcome and its standard error; NaN for fewer than two participants."""
    if len(low) < 2:
        return np.nan, np.nan
    difference = high - low
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(len(difference)))


def marginal_odds_ratio(low: Floats, high: Floats) -> tuple[float, float]:
    """Return the ratio of the odds of two paired indicators, and its standard error by the delta method.

    Parameters
    ----------
    low, high : ndarray, shape (n,)
        0 or 1 for each participant in either arm.

    Returns
    -------
    tuple of float
        The marginal odds ratio and its standard error; NaN where nobody, or everybody, has the event
        in one of the arms.

    Examples
    --------
    >>> import numpy as np
    >>> ratio, error = marginal_odds_ratio(np.array([1.0, 0, 0, 0]), np.array([1.0, 1, 0, 0]))
    >>> round(ratio, 10)
    3.0
    """
    if len(low) < 2:
        return np.nan, np.nan
    shares = np.array([low.mean(), high.mean()])
    if not ((shares > 0) & (shares < 1)).all():
        return np.nan, np.nan
    odds = shares / (1 - shares)
    ratio = float(odds[1] / odds[0])
    # The derivative of a log odds is 1 / (p (1 - p)), so this is what each participant adds to the log ratio.
    slopes = 1 / (shares * (1 - shares))
    added = high * slopes[1] - low * slopes[0]
    return ratio, float(ratio * added.std(ddof=1) / np.sqrt(len(low)))

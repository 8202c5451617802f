"""Interaction of two causes of a binary outcome on the additive scale, from odds ratios.

References
----------
.. [1] Rothman KJ (1986). Modern Epidemiology, chapter 15. Little, Brown.
.. [2] Hosmer DW, Lemeshow S (1992). Confidence interval estimation of interaction. Epidemiology 3, 452-456.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.intervals import t_interval, t_p_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RATIO, RERI = "ratio of odds ratios", "RERI (from odds ratios)"
SHARE, SYNERGY = "attributable proportion", "synergy index"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of interaction with its 95 % interval.

    Parameters
    ----------
    name : str
        What it is.
    estimate, low, high, p_value : float
        The measure, its interval, and the p-value of no interaction.
    none : float
        Its value without interaction.
    std_error : float
        Its standard error; of a ratio, and of the synergy index, that of its logarithm.
    """

    name: str
    estimate: float
    low: float
    high: float
    p_value: float
    none: float
    std_error: float


def interaction_measures(log_odds: Floats, cov: Floats) -> tuple[Measure, ...]:
    """Return how two causes go together, on the multiplicative and on the additive scale.

    Parameters
    ----------
    log_odds : ndarray, shape (3,)
        The log odds ratio of the first cause alone, of the second alone, and their product term.
    cov : ndarray, shape (3, 3)
        Their covariance.

    Returns
    -------
    tuple of Measure
        The ratio of odds ratios (1 without interaction); the relative excess risk due to interaction,
        RERI, from odds ratios, which stand for relative risks where the outcome is rare (0); the
        attributable proportion (0); and the synergy index (1) [1]_, each with its delta-method interval,
        the ratio and the index on the logarithmic scale [2]_. All but the ratio are meant for causes that
        raise the risk. The index is missing where both together lower it, or the two alone add nothing to it.

    Examples
    --------
    >>> import numpy as np
    >>> measures = interaction_measures(np.log([2.0, 3.0, 1.0]), np.eye(3) / 100)
    >>> [round(measure.estimate, 6) for measure in measures]
    [1.0, 2.0, 0.333333, 1.666667]
    """
    first, second = np.exp(log_odds[0]), np.exp(log_odds[1])
    both = float(np.exp(log_odds.sum()))
    reri = both - first - second + 1
    gradient_reri = np.array([both - first, both - second, both])
    gradient_share = gradient_reri / both - reri / both * np.ones(3)
    return (
        _logged(RATIO, float(log_odds[2]), np.array([0.0, 0.0, 1.0]), cov),
        _plain(RERI, float(reri), gradient_reri, cov),
        _plain(SHARE, float(reri / both), gradient_share, cov),
        _synergy(first, second, both, cov),
    )


def _synergy(first: float, second: float, both: float, cov: Floats) -> Measure:
    alone = first + second - 2
    if both <= 1 or min(first, second) < 1 or alone <= 0:
        return Measure(SYNERGY, *(np.nan,) * 4, none=1.0, std_error=np.nan)
    of_both = both / (both - 1)
    gradient = np.array([of_both - first / alone, of_both - second / alone, of_both])
    return _logged(SYNERGY, float(np.log((both - 1) / alone)), gradient, cov)


def _plain(name: str, estimate: float, gradient: Floats, cov: Floats) -> Measure:
    error = np.sqrt(gradient @ cov @ gradient)
    low, high = t_interval(estimate, error, np.inf)
    p_value = float(t_p_values(estimate, error, np.inf))
    return Measure(name, estimate, float(low), float(high), p_value, none=0.0, std_error=float(error))


def _logged(name: str, log_estimate: float, gradient: Floats, cov: Floats) -> Measure:
    """Return a ratio whose interval is found on the logarithmic scale."""
    on_log = _plain(name, log_estimate, gradient, cov)
    estimate, low, high = (float(np.exp(end)) for end in (on_log.estimate, on_log.low, on_log.high))
    return Measure(name, estimate, low, high, on_log.p_value, none=1.0, std_error=on_log.std_error)

"""The covariance of a quantile regression: a sandwich with the density of the outcome at each participant's quantile.

===========  =====================================================  ===========================================
errors       density of a participant                               drawback
===========  =====================================================  ===========================================
``bounded``  ``nid``, at most 1.5 times that of the median gap      too wide where spreads differ very much
``nid``      from the gap between the lines of two neighbouring     a gap near 0 makes one participant decide
             quantiles                                              the error, with a skewed column also at
                                                                    n = 1,000
``ker``      Powell's: normal kernel of the residuals               far too wide in small samples
===========  =====================================================  ===========================================

``nid`` and ``ker`` are those of R's quantreg [1]_ [2]_. Of 100 intervals at 95 % these hold the truth, in 2,000
simulated samples, for the slope of a normal column and of a log-normal one (errors normal):

=======  =========  ==========  ==========  ==============  ==============  ===============
errors   normal 40  normal 150  normal 400  log-normal 150  log-normal 400  log-normal 1000
=======  =========  ==========  ==========  ==============  ==============  ===============
bounded  95.5       94.7        95.6        95.3            95.7            94.9
nid      93.5       93.9        95.4        90.3            91.0            90.0
ker      99.7       99.2        98.2        99.1            97.3            95.9
=======  =========  ==========  ==========  ==============  ==============  ===============

References
----------
.. [1] Koenker R (2005). Quantile Regression. Cambridge University Press, section 3.4.2.
.. [2] Powell JL (1991). Estimation of monotonic regression models under quantile restrictions. In: Barnett W,
   Powell JL, Tauchen G (eds), Nonparametric and Semiparametric Methods in Econometrics. Cambridge University Press.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky
from scipy.special import ndtri

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import share_in_note
from rlsstudy.estimate.fits.quantile_solver import minimise_near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Errors = Literal["bounded", "nid", "ker"]

MOST_LEVERAGE = 0.5  # of a participant in the columns weighted by density, above which a fit is flagged
_MOST_DENSE = 1.5  # times the density of the median gap; of 1.25, 1.5 and 2 the nearest to 95 %
_MOST_CROSSED = 0.05  # share of participants without a density above which a fit is flagged
_NO_DENSITY = 0.5  # and above which it is refused
_ROUNDING = np.finfo(np.float64).eps ** 0.5  # of a spread; R's quantreg has the same
_IQR_NORMAL = 1.34  # quartile range of a normal distribution, in standard deviations


def hall_sheather(n: int, q: float, alpha: float = 0.05) -> float:
    """Return how far the neighbouring quantiles lie from q, halved until both are quantiles."""
    normal = ndtri(q)
    density = _normal_density(normal)
    width = (ndtri(1 - alpha / 2) ** 2 * 1.5 * density**2 / (2 * normal**2 + 1) / n) ** (1 / 3)
    while width >= min(q, 1 - q):
        width /= 2
    return float(width)


def gap_densities(
    A: Floats, q: float, width: float, lines: tuple[Floats, Floats], bounded: bool
) -> tuple[Floats, list[str]]:
    """Return each participant's density from the lines of the quantiles q - width and q + width, and what is odd.

    A participant for whom the lines coincide or cross has a density of 0, which makes errors wider.
    """
    apart = A @ (lines[1] - lines[0])
    positive = apart > _ROUNDING
    none = float(1 - positive.mean())
    if none > _NO_DENSITY:
        raise EstimationError(
            f"The quantiles {q - width:.2f} and {q + width:.2f} of the outcome coincide or cross for "
            f"{none:.0%} of the participants, so quantile {q:g} has no standard error. Where the outcome is heaped, "
            "give its step (step=1 for a sum of answers), or take another quantile; otherwise take fewer columns."
        )
    least = float(np.median(apart[positive])) / _MOST_DENSE if bounded else 0.0
    gap = np.maximum(np.where(positive, apart - _ROUNDING, 1.0), least)
    notes = []
    if none > _MOST_CROSSED:
        crossed = share_in_note(int((~positive).sum()), len(A))
        notes.append(
            f"the lines of neighbouring quantiles coincide or cross for {crossed} of the participants"
        )
    return np.where(positive, 2 * width / gap, 0.0), notes


def kernel_densities(residuals: Floats, q: float, width: float) -> Floats:
    """Return each participant's density from a normal kernel at the residuals, as R's quantreg does."""
    low, high = np.quantile(residuals, [0.25, 0.75])
    spread = min(float(residuals.std(ddof=1)), float(high - low) / _IQR_NORMAL)
    if spread <= _ROUNDING:
        raise EstimationError(
            f"At least half of the participants lie on the line of quantile {q:g}, so it has no standard error. "
            "Where the outcome is heaped, give its step (step=1 for a sum of answers), or take another quantile."
        )
    reach = float(ndtri(q + width) - ndtri(q - width)) * spread
    return np.asarray(_normal_density(residuals / reach) / reach)


def neighbours(A: Floats, b: Floats, q: float, width: float, coef: Floats) -> tuple[Floats, Floats]:
    """Return the lines of the quantiles q - width and q + width."""
    return minimise_near(A, b, q - width, coef), minimise_near(A, b, q + width, coef)


def sandwich(A: Floats, density: Floats, variance: float) -> tuple[Floats, list[str]]:
    """Return the covariance, and whether one participant decides it.

    Parameters
    ----------
    A : ndarray, shape (n, p)
        Independent columns of size about 1.
    density : ndarray, shape (n,)
        Of the outcome at each participant's quantile.
    variance : float
        Of a participant's part in the slope of the check loss: q (1 - q) without steps.
    """
    bread = _inverse((A * density[:, None]).T @ A)
    if bread is None:
        raise EstimationError(
            "Too few participants have a density at the quantile, so it has no standard error. "
            "Take fewer columns, or another quantile."
        )
    leverage = float((np.einsum("ij,ij->i", A @ bread, A) * density).max())
    notes = []
    if leverage > MOST_LEVERAGE:
        notes.append(
            f"one participant has a leverage of {leverage:.2f} in the errors; above {MOST_LEVERAGE:g} "
            "they are unreliable, so look at the extreme values of the columns, or take their logarithm"
        )
    return variance * bread @ (A.T @ A) @ bread, notes


def _inverse(matrix: Floats) -> Floats | None:
    """Return the inverse; None where the matrix is not positive definite."""
    try:
        triangle = cholesky(matrix, check_finite=False)
    except LinAlgError:
        return None
    return np.asarray(cho_solve((triangle, False), np.eye(len(matrix))))


def _normal_density(z: Floats | float) -> Floats:
    return np.asarray(np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi))

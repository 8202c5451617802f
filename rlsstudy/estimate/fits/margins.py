"""From a fit to the outcome's own unit: average differences of predicted means, by the delta method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rlsstudy.estimate.fits.intervals import t_interval, t_p_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class PredictsMeans(Protocol):
    """A fit that predicts the mean of its outcome, whatever its own scale is."""

    @property
    def parameters_cov(self) -> Floats:
        """Covariance of all parameters, shape (q, q)."""

    @property
    def df(self) -> float | Floats:
        """Degrees of freedom of Student's t, of each parameter where they differ; infinite for the normal."""

    def mean_gradient(self, X: Floats) -> tuple[float, Floats]:
        """Return the predicted mean over the rows of X, and its derivative by each parameter, shape (q,)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An average difference in the unit of the outcome.

    Parameters
    ----------
    estimate, std_error : float
        The difference, and its standard error.
    df : float
        Degrees of freedom of Student's t; infinite for the normal distribution.
    """

    estimate: float
    std_error: float
    df: float = np.inf

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval."""
        low, high = t_interval(self.estimate, self.std_error, self.df, level)
        return float(low), float(high)

    @property
    def p_value(self) -> float:
        """Two-sided p-value of no difference."""
        return float(t_p_values(self.estimate, self.std_error, self.df))


def average_difference(fit: PredictsMeans, high: Floats, low: Floats) -> Difference:
    """Return by how much the mean outcome differs between two designs for the same participants.

    With the factor's columns at one value for everybody in ``high``, at another in ``low``, and all
    other columns as they are, this is standardisation, or g-computation [1]_. The error is that of
    the coefficients (delta method); the participants are taken as they are.

    Parameters
    ----------
    fit : PredictsMeans
        A fit.
    high, low : ndarray, shape (n, p)
        The designs, with the fit's columns.

    Returns
    -------
    Difference
        The average of the prediction for ``high`` minus that for ``low``. Its degrees of freedom are
        those of the contrast where the fit knows them (``contrast_df``), else the fit's.

    References
    ----------
    .. [1] Snowden JM, Rose S, Mortimer KM (2011). Implementation of G-computation on a simulated
       data set. American Journal of Epidemiology 173, 731-738.

    Examples
    --------
    >>> import numpy as np
    >>> from rlsstudy.estimate import fit_linear
    >>> x = np.arange(20.0)
    >>> X = np.column_stack([np.ones(20), x])
    >>> difference = average_difference(fit_linear(X, 2 * x + np.cos(x)), X + [0, 5], X)
    >>> round(difference.estimate), difference.df
    (10, 18.0)
    """
    mean_high, gradient_high = fit.mean_gradient(high)
    mean_low, gradient_low = fit.mean_gradient(low)
    return by_delta_method(fit, mean_high - mean_low, gradient_high - gradient_low)


def by_delta_method(fit: PredictsMeans, estimate: float, gradient: Floats) -> Difference:
    """Return a function of a fit's parameters with its error.

    Parameters
    ----------
    fit : PredictsMeans
        The fit.
    estimate : float
        The function's value at the fit's parameters.
    gradient : ndarray, shape (q,)
        Its derivative by each of them.
    """
    variance = float(gradient @ fit.parameters_cov @ gradient)
    return Difference(float(estimate), float(np.sqrt(max(variance, 0.0))), _df(fit, gradient))


def _df(fit: PredictsMeans, gradient: Floats) -> float:
    of_contrast = getattr(fit, "contrast_df", None)
    if of_contrast is not None and gradient.any():
        return float(of_contrast(gradient))
    return float(np.min(fit.df))

"""Tests of a model's form, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import chdtrc

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import EXACT_FIT
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.fits.wald import FormTest, wald_test

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def breusch_pagan(X: ArrayLike, y: ArrayLike) -> FormTest:
    """Test whether the residual variance depends on the columns, as Koenker made it robust [1]_ [2]_.

    The squared residuals of least squares are regressed on the same columns: n R² is chi-squared with as many
    degrees of freedom as there are columns beside the intercept, whatever the residuals' distribution.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept.
    y : array, shape (n,)
        The outcome.

    Returns
    -------
    FormTest

    Raises
    ------
    EstimationError
        What `fit_linear` raises for, or an outcome that is reproduced exactly.

    References
    ----------
    .. [1] Breusch TS, Pagan AR (1979). A simple test for heteroscedasticity and random coefficient variation.
       Econometrica 47, 1287-1294.
    .. [2] Koenker R (1981). A note on studentizing a test for heteroscedasticity. Journal of Econometrics 17, 107-112.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(1.0, 41.0)
    >>> breusch_pagan(np.column_stack([np.ones(40), x]), 2 * x + x * np.cos(9 * x)).p_value < 0.01
    True
    """
    design, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    squared = _residuals(design, outcome) ** 2
    share = _explained(design, squared)
    df = design.shape[1] - 1
    statistic = float(len(outcome) * share)
    return FormTest(statistic, df, np.inf, float(chdtrc(df, statistic)))


def reset_test(
    X: ArrayLike,
    y: ArrayLike,
    *,
    powers: Sequence[int] = (2, 3),
    covariance: Literal["classical", "HC3"] = "classical",
) -> FormTest:
    """Test whether powers of the fitted values add to a linear model: Ramsey's RESET [1]_.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept.
    y : array, shape (n,)
        The outcome.
    powers : sequence of int
        Which powers.
    covariance : {"classical", "HC3"}
        Of the Wald test: with one variance for everybody it is the usual F; HC3 does not take unequal scatter for
        a wrong form.

    Returns
    -------
    FormTest

    Raises
    ------
    EstimationError
        What `fit_linear` raises for, an outcome that is reproduced exactly, or fitted values whose powers follow
        from the columns already, as those of a single binary column do.

    References
    ----------
    .. [1] Ramsey JB (1969). Tests for specification errors in classical linear least-squares regression analysis.
       Journal of the Royal Statistical Society B 31, 350-371.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(40.0)
    >>> reset_test(np.column_stack([np.ones(40), x]), x**2 + 20 * np.cos(9 * x)).p_value < 0.001
    True
    """
    design, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    fitted = outcome - _residuals(design, outcome)
    centred = (
        fitted - fitted.mean()
    )  # spans the same with the intercept and the columns, and is better conditioned
    added = np.column_stack([centred**power for power in powers])
    names = [f"column {place}" for place in range(design.shape[1])]
    names += [f"power {power} of the fitted values" for power in powers]
    fit = fit_linear(np.column_stack([design, added]), outcome, covariance=covariance, names=names)
    return wald_test(fit.coef[-len(powers) :], fit.cov[-len(powers) :, -len(powers) :], fit.df_residual)


def variance_inflation(cov: Floats, places: Sequence[int]) -> float:
    """Return by how much other columns inflate the variance of some coefficients, for one of them [1]_.

    With q coefficients it is the generalised variance inflation to the power 1 / q, which for one is the usual one.

    Parameters
    ----------
    cov : ndarray, shape (p, p)
        Covariance of all coefficients but the intercept, with one residual variance for everybody.
    places : sequence of int
        Which coefficients.

    References
    ----------
    .. [1] Fox J, Monette G (1992). Generalized collinearity diagnostics. Journal of the American Statistical
       Association 87, 178-183.

    Examples
    --------
    >>> import numpy as np
    >>> round(variance_inflation(np.array([[1.0, 0.6], [0.6, 1.0]]), [0]), 4)
    1.5625
    """
    size = np.sqrt(np.diag(cov))
    correlation, own = cov / np.outer(size, size), list(places)
    rest = [j for j in range(len(cov)) if j not in own]
    if not rest:
        return 1.0
    parts = (np.linalg.slogdet(correlation[np.ix_(part, part)])[1] for part in (own, rest))
    return float(np.exp((sum(parts) - np.linalg.slogdet(correlation)[1]) / len(own)))


def condition_of(X: Floats) -> float:
    """Return the condition of columns once they are centred and of one length: largest over smallest singular value."""
    centred = X - X.mean(axis=0)
    values = np.linalg.svd(centred / np.linalg.norm(centred, axis=0), compute_uv=False)
    return float(values[0] / values[-1])


def skewness_and_kurtosis(values: Floats) -> tuple[float, float]:
    """Return skewness and excess kurtosis, with the moments divided by n.

    Examples
    --------
    >>> import numpy as np
    >>> skewness_and_kurtosis(np.array([-1.0, 1.0, -1.0, 1.0]))
    (0.0, -2.0)
    """
    centred = values - values.mean()
    variance = (centred**2).mean()
    if variance == 0:
        return 0.0, 0.0
    return float((centred**3).mean() / variance**1.5), float((centred**4).mean() / variance**2 - 3)


def _residuals(X: Floats, y: Floats) -> Floats:
    residuals: Any = y - X @ fit_linear(X, y, covariance="classical").coef
    if np.linalg.norm(residuals) < EXACT_FIT * np.linalg.norm(y - y.mean()):
        raise EstimationError("The outcome is reproduced exactly, so there are no residuals to test.")
    return np.asarray(residuals)


def _explained(X: Floats, y: Floats) -> float:
    """Return the share of the variation of y that the columns explain; 0 where it does not vary."""
    centred = y - y.mean()
    total = float(centred @ centred)
    if total <= (EXACT_FIT * np.abs(y).max()) ** 2:
        return 0.0
    return float(fit_linear(X, y, covariance="classical").r_squared)

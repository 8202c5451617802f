"""The Wald test that several coefficients are all 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, fdtrc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FormTest:
    """A test.

    Parameters
    ----------
    statistic : float
        Chi-squared, or F where the residual degrees of freedom are finite.
    df : int
        Its degrees of freedom.
    df_residual : float
        Those of the denominator of F, infinite for chi-squared.
    p_value : float
        Upper tail.
    """

    statistic: float
    df: int
    df_residual: float
    p_value: float


def wald_test(coef: Floats, cov: Floats, df_residual: float = np.inf) -> FormTest:
    """Test that several coefficients are all 0.

    The covariance is scaled to correlations inside, so that units do not matter.

    Parameters
    ----------
    coef : ndarray, shape (q,)
        The coefficients.
    cov : ndarray, shape (q, q)
        Their covariance.
    df_residual : float
        Of F; infinite for chi-squared, which is then q times F.

    Examples
    --------
    >>> import numpy as np
    >>> wald_test(np.array([2.0, 0.0]), np.eye(2)).statistic
    4.0
    """
    size = np.sqrt(np.diag(cov))
    standard = coef / size
    squared, q = float(standard @ np.linalg.solve(cov / np.outer(size, size), standard)), len(coef)
    if np.isinf(df_residual):
        return FormTest(squared, q, np.inf, float(chdtrc(q, squared)))
    return FormTest(squared / q, q, float(df_residual), float(fdtrc(q, df_residual, squared / q)))

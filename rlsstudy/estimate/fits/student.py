"""What every regression with a coefficient for each column, and Student's t, has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.intervals import t_interval, t_p_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rlsstudy.estimate.fits.guards import Status

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StudentFit:
    """A regression whose intervals come from Student's t.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients, in column order.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df : float or ndarray, shape (p,)
        Degrees of freedom of Student's t; infinite for the normal distribution.
    n : int
        Participants, or rows where a participant has several.
    status : {"ok", "flagged"}
        Whether something makes the fit less reliable.
    note : str
        What.
    """

    coef: Floats
    cov: Floats
    std_error: Floats
    df: float | Floats
    n: int
    status: Status
    note: str

    @property
    def parameters_cov(self) -> Floats:
        """The covariance of all parameters, which are the coefficients, shape (p, p)."""
        return self.cov

    def conf_int(self, level: float = 0.95) -> Floats:
        """Return intervals from Student's t with ``df`` degrees of freedom, shape (p, 2)."""
        return t_interval(self.coef, self.std_error, self.df, level)

    @property
    def p_values(self) -> Floats:
        """Two-sided p-values from Student's t with ``df`` degrees of freedom, shape (p,)."""
        return t_p_values(self.coef, self.std_error, self.df)


@dataclass(frozen=True, slots=True, eq=False)
class LinearMean(StudentFit):
    """The same of a model that is a straight line in its columns."""

    def mean_gradient(self, X: ArrayLike) -> tuple[float, Floats]:
        """Return the mean prediction over the rows of X, and its derivative by the coefficients, shape (p,)."""
        gradient = np.asarray(X, dtype=np.float64).mean(axis=0)
        return float(gradient @ self.coef), gradient

"""What every fit offers, whatever its kind of model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rlsstudy.estimate.fits.margins import PredictsMeans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.guards import Status

    Floats = NDArray[np.float64]


class Fit(PredictsMeans, Protocol):
    """A fit of a model: coefficients with their errors, and means that it predicts."""

    @property
    def coef(self) -> Floats:
        """The coefficients, in the caller's units, shape (p,)."""

    @property
    def cov(self) -> Floats:
        """Their covariance, shape (p, p)."""

    @property
    def std_error(self) -> Floats:
        """Their standard errors, shape (p,)."""

    @property
    def status(self) -> Status:
        """Whether the fit is to be read with care."""

    @property
    def note(self) -> str:
        """Why it is."""

    @property
    def p_values(self) -> Floats:
        """Two-sided p-values of the coefficients, shape (p,)."""

    def conf_int(self, level: float = 0.95) -> Floats:
        """Return intervals of the coefficients, shape (p, 2)."""

"""A linear model with a shape in it: the curve with its errors, joint tests, and a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import MIN_RESIDUAL_DF
from rlsstudy.estimate.fits.linear import LinearFit, fit_linear
from rlsstudy.estimate.fits.wald import FormTest, wald_test
from rlsstudy.estimate.shape.curves import Curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_VARIANCE = 1  # the residual variance is a parameter of the likelihood too


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What every shape of one factor is fitted to.

    Parameters
    ----------
    name : str
        The factor.
    z : ndarray, shape (n,)
        Its values, on its scale.
    others : ndarray, shape (n, p)
        The other columns of the design, the intercept first.
    other_names : tuple of str
        Their names.
    y : ndarray, shape (n,)
        The outcome.
    """

    name: str
    z: Floats
    others: Floats
    other_names: tuple[str, ...]
    y: Floats


@dataclass(frozen=True, slots=True, eq=False)
class FittedCurve:
    """A fitted shape.

    Parameters
    ----------
    curve : Curve
        The shape.
    fit : LinearFit
        The model: intercept, the shape's columns, then the covariates; HC3 errors.
    """

    curve: Curve
    fit: LinearFit

    @property
    def places(self) -> slice:
        """The places of the shape's coefficients."""
        return slice(1, 1 + len(self.curve.endings))

    def differences(self, z: Floats, reference: float) -> tuple[Floats, Floats]:
        """Return by how much the mean outcome differs from that at the reference, and the standard errors.

        Parameters
        ----------
        z : ndarray, shape (m,)
            Values on the factor's scale.
        reference : float
            The value with which they are compared.
        """
        contrasts = self.curve.columns(z) - self.curve.columns(np.array([reference]))
        cov = self.fit.cov[self.places, self.places]
        variance = np.einsum("ij,jk,ik->i", contrasts, cov, contrasts)
        return contrasts @ self.fit.coef[self.places], np.sqrt(np.maximum(variance, 0.0))

    def test(self, contrasts: Floats) -> FormTest:
        """Test that contrasts of the shape's coefficients are all 0, by the Wald statistic over their number.

        Parameters
        ----------
        contrasts : ndarray, shape (q, k)
            Weights of the coefficients, one row for each contrast.
        """
        cov = contrasts @ self.fit.cov[self.places, self.places] @ contrasts.T
        return wald_test(contrasts @ self.fit.coef[self.places], cov, self.fit.df_residual)

    def no_effect(self) -> FormTest:
        """Test that the factor has no effect: all coefficients of the shape are 0."""
        return self.test(np.eye(len(self.curve.endings)))

    def straight(self) -> FormTest:
        """Test that the effect is a straight line: the coefficients that bend it are 0."""
        return self.test(np.eye(len(self.curve.endings))[list(self.curve.bends)])

    @property
    def aicc(self) -> float:
        """Akaike's criterion, corrected for small samples [1]_, less what all shapes of the data share.

        References
        ----------
        .. [1] Hurvich CM, Tsai CL (1989). Regression and time series model selection in small samples.
           Biometrika 76, 297-307.
        """
        n, fit = self.fit.n, self.fit
        parameters = n - fit.df_residual + self.curve.searched + _VARIANCE
        rss = fit.sigma**2 * fit.df_residual
        return float(n * np.log(rss / n) + 2 * parameters * n / (n - parameters - 1))


def fit_curve(problem: Problem, curve: Curve) -> FittedCurve:
    """Fit a linear model with a shape in it.

    Parameters
    ----------
    problem : Problem
        The data.
    curve : Curve
        The shape.

    Returns
    -------
    FittedCurve
        With HC3 errors, which do not need the scatter to be the same everywhere.

    Raises
    ------
    EstimationError
        Fewer than 10 residual degrees of freedom, or what `fit_linear` refuses.
    """
    columns = curve.columns(problem.z)
    needed = columns.shape[1] + problem.others.shape[1] + MIN_RESIDUAL_DF
    if len(problem.y) < needed:
        raise EstimationError(
            f"{len(problem.y)} complete participants are too few for the shape {curve.shape} with "
            f"{needed - MIN_RESIDUAL_DF} coefficients; at least {needed} are needed"
        )
    X = np.column_stack([problem.others[:, :1], columns, problem.others[:, 1:]])
    names = (problem.other_names[0], *named(problem.name, curve.endings), *problem.other_names[1:])
    return FittedCurve(curve, fit_linear(X, problem.y, names=names))


def named(factor: str, endings: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a shape's columns."""
    return tuple(f"{factor}{ending}" for ending in endings)

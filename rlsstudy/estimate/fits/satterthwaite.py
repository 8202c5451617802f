"""Degrees of freedom of contrasts of a mixed model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.mixed_search import factor_hessian, factor_jacobian

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.mixed_search import Optimum

    Floats = NDArray[np.float64]

_POSITIVE = 1e-8  # curvature, over the largest, below which a direction has no information


@dataclass(frozen=True, slots=True, eq=False)
class Satterthwaite:
    """What degrees of freedom need: how a covariance moves with the variance parameters.

    A variance L'VL that has to be estimated is taken for a multiple of a chi-square, with the degrees
    of freedom 2 (L'VL)^2 / Var(L'VL), where Var(L'VL) follows from the information about the variance
    parameters [1]_. On the boundary, a parameter with which the criterion does not move takes no part.

    Parameters
    ----------
    cov : ndarray, shape (p, p)
        V, the covariance of the coefficients.
    slopes : ndarray, shape (k, p, p)
        Its derivatives by the variance parameters.
    parameters_cov : ndarray, shape (k, k)
        Covariance of the variance parameters.

    References
    ----------
    .. [1] Giesbrecht FG, Burns JC (1985). Two-stage analysis based on a mixed model: large-sample
       asymptotic theory and small-sample simulation results. Biometrics 41, 477-486.
    """

    cov: Floats
    slopes: Floats
    parameters_cov: Floats

    def each(self) -> Floats:
        """Return the degrees of freedom of every coefficient, shape (p,)."""
        slopes = np.einsum("kii->ik", self.slopes)
        return self._df(np.diag(self.cov), slopes)

    def contrast(self, L: Floats) -> float:
        """Return the degrees of freedom of one linear combination of the coefficients, L of shape (p,)."""
        return float(self._df(np.asarray(L @ self.cov @ L), self.slopes @ L @ L))

    def _df(self, variance: Floats, slopes: Floats) -> Floats:
        relative = slopes / variance[..., None]
        return np.asarray(2 / np.einsum("...i,ij,...j->...", relative, self.parameters_cov, relative))


def satterthwaite_of(optimum: Optimum, half: Floats, sigma2: float, df: int) -> Satterthwaite:
    """Return what degrees of freedom need, from a fit.

    Parameters
    ----------
    optimum : Optimum
        Where the criterion is smallest.
    half : ndarray, shape (p, p)
        Inverse Cholesky factor of the weighted cross-products, transposed and in the caller's units.
    sigma2 : float
        Residual variance, in the scaled outcome's unit.
    df : int
        By what it was divided.
    """
    point, p = optimum.point, len(half)
    J = factor_jacobian(optimum.factor)
    cov = sigma2 * half @ half.T
    inner = (J.T @ point.whitened[:, :p, :p].reshape(-1, p * p)).reshape(-1, p, p)
    slopes = np.concatenate([-sigma2 * (half @ inner @ half.T), cov[None]])
    # The parameters are those of the factor, and the logarithm of the residual variance.
    by_sigma = df * (J.T @ point.whitened[:, p, p])
    hessian = np.empty((len(slopes), len(slopes)))
    hessian[:-1, :-1] = factor_hessian(optimum.factor, point) + np.outer(by_sigma, by_sigma) / df
    hessian[-1, :-1] = hessian[:-1, -1] = -by_sigma
    hessian[-1, -1] = df
    return Satterthwaite(cov, slopes, _inverse_information(hessian))


def _inverse_information(hessian: Floats) -> Floats:
    """Return the covariance of parameters from the second derivative of -2 log likelihood."""
    size = np.sqrt(np.maximum(np.abs(np.diag(hessian)), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    kept = values > _POSITIVE * values.max()
    half = vectors[:, kept] / np.sqrt(values[kept])
    return np.asarray(2 * (half @ half.T) / np.outer(size, size))

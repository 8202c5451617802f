"""The profiled likelihood of a linear mixed model, with its derivatives.

D is the covariance of the random effects in units of the residual variance. S are the cross-products
of a participant's random-effects columns, and B the coefficients of all columns and the outcome when
this participant's rows are fitted by the random-effects columns alone. The cross-products weighted by
the inverse covariance of the visits [1]_ are then those of all that is left by these fits, plus the
sum of B'UB over participants, where U = (I + S D)^-1 S. Nothing is subtracted, so that no digits are
lost when participants differ much. U depends on the participant through S alone: participants seen at
the same times share their weights and their sums.

References
----------
.. [1] Harville DA (1977). Maximum likelihood approaches to variance component estimation and to
   related problems. Journal of the American Statistical Association 72, 320-338.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.mixed_data import Sums

    Floats = NDArray[np.float64]

Method = Literal["reml", "ml"]

_SHARED = 8  # participants to a pattern of visits from which on sharing sums pays
_LARGEST_TABLE = 4_000_000  # numbers in the sums of all patterns
_BLOCK = 2048  # participants at a time where each has times of their own


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The criterion at one covariance of the random effects, and its derivatives by D.

    Parameters
    ----------
    value : float
        -2 log (restricted) likelihood, in scaled units.
    gradient : ndarray, shape (k,)
        Its derivative by the k = q (q + 1) / 2 distinct elements of D.
    hessian : ndarray, shape (k, k)
        Its second derivative.
    root : ndarray, shape (w, w)
        Lower Cholesky factor of the weighted cross-products, the outcome last.
    whitened : ndarray, shape (k, w, w)
        Their derivatives by D between the inverses of that factor.
    """

    value: float
    gradient: Floats
    hessian: Floats
    root: Floats
    whitened: Floats


class Profile:
    """The criterion as a function of D.

    Parameters
    ----------
    sums : Sums
        The cross-products.
    method : {"reml", "ml"}
        Restricted likelihood, or likelihood.
    """

    def __init__(self, sums: Sums, method: Method) -> None:
        self.q = len(sums.random)
        self.method = method
        self.n_coef = sums.n_coef
        self.df = sums.n - sums.n_coef if method == "reml" else sums.n
        self._residual = sums.residual
        self._basis = _BASES[self.q]
        self._products = _products(sums)

    def values(self, D: Floats) -> Floats:
        """Return the criterion at several covariances, shape (k, q, q)."""
        S, counts = self._products.random, self._products.counts
        U, det = _damped(S[:, :, None], self._products.det, D.transpose(1, 2, 0)[..., None])
        weights = U.reshape(self.q**2, len(D), -1).transpose(1, 0, 2)
        root = np.linalg.cholesky(self._residual + self._products.combined(weights))
        return np.asarray(np.log(det) @ counts + self._criterion(np.einsum("kii->ki", root)))

    def at(self, D: Floats) -> Point:
        """Return the criterion and its derivatives at one covariance, shape (q, q)."""
        basis, p, counts = self._basis, self.n_coef, self._products.counts
        U, det = _damped(self._products.random, self._products.det, D[..., None])
        flat = U.reshape(self.q**2, -1)
        change = self._products.combined(_weights(basis, U))
        root = np.linalg.cholesky(self._residual + change[0])
        inverse = np.linalg.inv(root)
        whitened = inverse @ change[1:] @ inverse.T
        k = len(basis.elements)
        first, second = whitened[:k], whitened[k:]
        by_y, cross = first[:, p, p], first.reshape(k, -1)
        mixed = first[:, p, :p] @ first[:, p, :p].T
        gradient = basis.elements @ (flat @ counts) + self.df * by_y
        y_second = second[:, p, p][basis.pair] - 2 * mixed - np.outer(by_y, by_y)
        hessian = self.df * y_second - (basis.quartic @ ((flat * counts) @ flat.T).ravel())[basis.pair]
        if self.method == "reml":
            x_trace = np.trace(whitened[:, :p, :p], axis1=1, axis2=2)
            gradient = gradient + x_trace[:k]
            x_cross = cross @ cross.T - 2 * mixed - np.outer(by_y, by_y)
            hessian = hessian + x_trace[k:][basis.pair] - x_cross
        value = float(counts @ np.log(det)) + float(self._criterion(np.diag(root)))
        return Point(value, gradient, hessian, root, first)

    def _criterion(self, diagonal: Floats) -> Floats:
        """Return what the Cholesky factor's diagonal adds to the log determinants of participants."""
        rss = diagonal[..., -1] ** 2
        value = self.df * (1 + np.log(2 * np.pi * rss / self.df))
        if self.method == "reml":
            value = value + 2 * np.log(diagonal[..., :-1]).sum(axis=-1)
        return np.asarray(value)


@dataclass(frozen=True, slots=True, eq=False)
class _Basis:
    """The symmetric matrices E that span D, and what is constant in its derivatives.

    ``elements`` (k, q^2); ``pair`` (k, k) numbers the distinct pairs of them; ``quadratic``
    (pairs, q^2, q^2) takes U to E_a U E_b + E_b U E_a; ``quartic`` (pairs, q^4) takes the sum of
    the products of elements of U to the sum of tr(U E_a U E_b).
    """

    elements: Floats
    pair: NDArray[np.intp]
    quadratic: Floats
    quartic: Floats

    @classmethod
    def of(cls, q: int) -> _Basis:
        places = [(i, j) for i in range(q) for j in range(i, q)]
        E = np.zeros((len(places), q, q))
        for a, (i, j) in enumerate(places):
            E[a, i, j] = E[a, j, i] = 1
        pairs = [(a, b) for a in range(len(places)) for b in range(a, len(places))]
        pair = np.zeros((len(places), len(places)), dtype=np.intp)
        for number, (a, b) in enumerate(pairs):
            pair[a, b] = pair[b, a] = number
        once = np.array([np.einsum("ce,fd->cdef", E[a], E[b]) for a, b in pairs])
        quadratic = (once + once.transpose(0, 2, 1, 3, 4)).reshape(len(pairs), q * q, q * q)
        quartic = np.array([np.einsum("bc,da->abcd", E[a], E[b]).ravel() for a, b in pairs])
        return cls(E.reshape(len(places), -1), pair, quadratic, quartic)


_BASES = {q: _Basis.of(q) for q in (1, 2)}


def _weights(basis: _Basis, U: Floats) -> Floats:
    """Return U with its first derivatives -UEU and second ones U(EUF + FUE)U, the matrices flat."""
    q, n = len(U), U.shape[2]
    flat = U.reshape(q * q, n)
    around = (U[:, None, :, None] * U[None, :, None, :]).reshape(q * q, q * q, n)
    first = (basis.elements @ around.reshape(q * q, -1)).reshape(-1, q * q, n)
    inner = (basis.quadratic.reshape(-1, q * q) @ flat).reshape(-1, q * q, 1, n)
    return np.concatenate([flat[None], -first, (inner * around).sum(axis=1)])


def _damped(S: Floats, det_S: Floats, D: Floats) -> tuple[Floats, Floats]:
    """Return U = (I + S D)^-1 S and the determinant of I + S D, participants in the last axis.

    Written out for matrices of size 1 or 2 as sums of what is not negative.
    """
    if len(S) == 1:
        det = 1 + S[0, 0] * D[0, 0]
        return (S / det), det
    adjugate = np.array([[D[1, 1], -D[0, 1]], [-D[1, 0], D[0, 0]]])
    det_D = np.maximum(D[0, 0] * D[1, 1] - D[0, 1] * D[1, 0], 0.0)
    det = 1 + (S * D).sum(axis=(0, 1)) + det_S * det_D
    return (S + det_S * adjugate) / det, det


def shrunk(S: Floats, det_S: Floats, D: Floats) -> Floats:
    """Return D U, shape (q, q, n_groups): it turns participants' own coefficients into random effects."""
    U, _ = _damped(S, det_S, D[..., None])
    return np.asarray((D[:, :, None, None] * U[None]).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _PatternProducts:
    """Sums of products of own coefficients over the participants who share their visits."""

    random: Floats
    det: Floats
    counts: Floats
    products: Floats

    def combined(self, weights: Floats) -> Floats:
        """Return the sum of B'UB for several sets of weights, shape (k, q^2, patterns)."""
        w = self.products.shape[-1]
        flat = weights.reshape(len(weights), -1) @ self.products.reshape(-1, w * w)
        return np.asarray(flat.reshape(-1, w, w))


@dataclass(frozen=True, slots=True, eq=False)
class _PersonProducts:
    """Own coefficients of participants who each have visits of their own."""

    random: Floats
    det: Floats
    counts: Floats
    own: Floats

    def combined(self, weights: Floats) -> Floats:
        """Return the sum of B'UB for several sets of weights, shape (k, q^2, n_groups)."""
        (n, q, w), k = self.own.shape, len(weights)
        found = np.zeros((k, w, w))
        for start in range(0, n, _BLOCK):
            B = self.own[start : start + _BLOCK]
            part = weights[:, :, start : start + _BLOCK].reshape(k, q, q, -1, 1)
            for a in range(q):
                found += B[:, a].T @ sum(part[:, a, b] * B[:, b] for b in range(q))
        return found


def _products(sums: Sums) -> _PatternProducts | _PersonProducts:
    """Gather participants with the same S, where that makes the work less."""
    n, q, w = sums.own.shape
    members, first = _patterns(sums.random)
    if len(first) * _SHARED > n or len(first) * (q * w) ** 2 > _LARGEST_TABLE:
        return _PersonProducts(sums.random, sums.det, np.ones(n), sums.own)
    order = np.argsort(members.astype(np.uint16) if len(first) < 1 << 16 else members, kind="stable")
    counts = np.bincount(members)
    ends = np.cumsum(counts)
    flat = sums.own.reshape(n, q * w)[order]
    products = np.empty((q, q, len(ends), w, w))
    for number, (count, end) in enumerate(zip(counts, ends, strict=True)):
        B = flat[end - count : end]
        products[:, :, number] = (B.T @ B).reshape(q, w, q, w).transpose(0, 2, 1, 3)
    return _PatternProducts(sums.random[..., first], sums.det[first], counts.astype(np.float64), products)


def _patterns(S: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give each distinct matrix a number, and the place of its first."""
    rows = S[np.triu_indices(len(S))]
    # One number for each matrix; that it tells all of them apart is seen afterwards.
    key = (_KEY[: len(rows), None] * rows).sum(axis=0)
    _, first, members = np.unique(key, return_index=True, return_inverse=True)
    if np.array_equal(rows[:, first][:, members], rows):
        return members, first
    return np.arange(len(key)), np.arange(len(key))


_KEY = np.array([1.0, np.sqrt(2) / 3, np.sqrt(7) / 5])

"""Rows gathered by cluster, and covariances that let rows of a cluster be correlated in any way.

``Q`` has orthonormal columns that span the design. For a cluster g with rows ``Q_g`` and residuals
``e_g`` the middle of the sandwich is the sum of ``s_g s_g'`` with ``s_g = Q_g' A_g e_g``, where
``A_g`` is 1 (CR0, CR1), ``(1 - Q_g Q_g')^(-1/2)`` (CR2 [1]_), or ``(1 - Q_g Q_g')^-1`` (Mancl and
DeRouen's correction for GEE).

References
----------
.. [1] Bell RM, McCaffrey DF (2002). Bias reduction in standard errors for linear regression with
   multi-stage samples. Survey Methodology 28, 169-181.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import LEVERAGE_ONE
from rlsstudy.estimate.fits.labels import label_array, label_fault, numbered

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

MIN_CLUSTERS = 2
FEW_CLUSTERS = 40
MIN_CONTRAST_DF = 4.0  # below it Satterthwaite's approximation is poor (Tipton 2015, Psychol Methods 20, 375)
_NEGLIGIBLE = 1e-6  # weight, over the largest, below which a column plays no part
_CANCELLED = 1e-20  # variance over the classical one, below which it is rounding noise


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Rows gathered by cluster.

    Parameters
    ----------
    order : ndarray, shape (n,)
        The rows, those of one cluster side by side.
    starts, sizes : ndarray, shape (G,)
        Where in ``order`` each cluster begins, and how many rows it has.
    code : ndarray, shape (n,)
        The place of each row's cluster, 0 to G - 1.
    labels : ndarray, shape (G,)
        The clusters: ascending, or where labels are Python objects as they first come.
    """

    order: Places = field(repr=False)
    starts: Places = field(repr=False)
    sizes: Places = field(repr=False)
    code: Places = field(repr=False)
    labels: NDArray[Any] = field(repr=False)

    @classmethod
    def of(cls, labels: ArrayLike, n: int, called: str = "clusters") -> Clusters:
        """Gather rows by label, or say what is wrong with the labels.

        Parameters
        ----------
        labels : array, shape (n,)
            Numbers or texts, one for each row.
        n : int
            Rows of the design.
        called : str
            The name of the labels in messages.
        """
        values = label_array(labels)
        if fault := label_fault(values, n, called):
            raise EstimationError(fault)
        codes, names = (values, None) if values.dtype != object else numbered(values)
        order = np.argsort(codes, kind="stable")
        in_order = codes[order]
        new = np.ones(n, dtype=bool)
        new[1:] = in_order[1:] != in_order[:-1]
        starts = np.flatnonzero(new)
        code = np.empty(n, dtype=np.intp)
        code[order] = np.cumsum(new) - 1
        sizes = np.diff(starts, append=n)
        return cls(order, starts, sizes, code, in_order[starts] if names is None else names)

    def sums(self, rows: Floats) -> Floats:
        """Add up within each cluster; ``rows`` stand in the order of the clusters."""
        return np.asarray(np.add.reduceat(rows, self.starts, axis=0))

    def spread(self, values: Floats) -> Floats:
        """Give each row, in the order of the clusters, the value of its cluster."""
        return np.repeat(values, self.sizes, axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class ClusterSandwich:
    """What a cluster-robust covariance is made of; rows stand in the order of the clusters.

    Parameters
    ----------
    clusters : Clusters
        Which rows belong together.
    Q : ndarray, shape (n, p)
        Orthonormal columns that span the design.
    corrected : ndarray, shape (n, p)
        ``A_g Q_g`` for each cluster.
    root : ndarray, shape (p, p)
        Turns what is said of ``Q`` into the caller's coefficients.
    """

    clusters: Clusters = field(repr=False)
    Q: Floats = field(repr=False)
    corrected: Floats = field(repr=False)
    root: Floats = field(repr=False)

    def covariance(self, residuals: Floats) -> Floats:
        """Return the covariance of the caller's coefficients from residuals in the order of the clusters."""
        half = self.root @ self.clusters.sums(self.corrected * residuals[:, None]).T
        return np.asarray(half @ half.T)

    def degrees_of_freedom(self, contrasts: Floats) -> Floats:
        """Return Satterthwaite's degrees of freedom of linear combinations of the coefficients.

        The estimated variance of a combination is a sum of squares of G linear forms of the
        residuals. Were the errors independent with one variance, the covariance of these forms
        would be ``P = diag(d) - W W'``, with ``W`` of shape (G, p), and the degrees of freedom are
        ``trace(P)^2 / trace(P P)`` [1]_: nothing larger than G by p is needed.

        Parameters
        ----------
        contrasts : ndarray, shape (k, p)
            Weights of the coefficients.

        Returns
        -------
        ndarray, shape (k,)
            From 1 to G; G - 1 for a combination of zeros.

        References
        ----------
        .. [1] Pustejovsky JE, Tipton E (2018). Small-sample methods for cluster-robust variance
           estimation and hypothesis testing in fixed effects models. Journal of Business &
           Economic Statistics 36, 672-683.
        """
        within = contrasts @ self.root
        length = np.linalg.norm(within, axis=1, keepdims=True)
        forms = self.corrected @ (within / np.where(length == 0, 1, length)).T
        df = np.full(len(contrasts), len(self.clusters.sizes) - 1.0)
        for j in np.flatnonzero(length):
            d = self.clusters.sums(forms[:, j] ** 2)
            W = self.clusters.sums(self.Q * forms[:, j, None])
            taken = np.einsum("gp,gp->g", W, W)
            spread = d @ d - 2 * d @ taken + ((W.T @ W) ** 2).sum()
            df[j] = (d - taken).sum() ** 2 / spread
        return df


def count_fault(count: int) -> str:
    """Say that a single cluster says nothing about how much clusters differ; nothing where there are more."""
    if count >= MIN_CLUSTERS:
        return ""
    return (
        f"There is {count} cluster. Allowed: at least {MIN_CLUSTERS}, and {FEW_CLUSTERS} for reliable errors. "
        "Leave clusters out, or fit the cluster as one sample and say so."
    )


def check_cluster_count(clusters: Clusters) -> None:
    """Refuse a single cluster."""
    if fault := count_fault(len(clusters.sizes)):
        raise EstimationError(fault)


def corrected_rows(Q: Floats, clusters: Clusters, power: float) -> Floats:
    """Return ``(1 - Q_g Q_g')^-power Q_g`` for each cluster, clusters of similar size at once.

    Within a batch, sizes differ by a factor of less than two, and smaller clusters are filled up
    with rows of zeros, which change nothing. The smaller of the two matrices ``Q_g Q_g'`` and
    ``Q_g' Q_g`` is decomposed: either gives the same rows.
    """
    corrected = np.empty_like(Q)
    octave = np.frexp(clusters.sizes)[1]
    for batch in np.unique(octave):
        sizes, starts = clusters.sizes[octave == batch], clusters.starts[octave == batch]
        place = np.arange(sizes.max())
        inside = place < sizes[:, None]
        rows = np.minimum(starts[:, None] + place, len(Q) - 1)
        block = Q[rows] * inside[:, :, None]
        transposed = block.transpose(0, 2, 1)
        if len(place) <= Q.shape[1]:
            block = _power_of_rest(block @ transposed, power) @ block
        else:
            block = block @ _power_of_rest(transposed @ block, power)
        corrected[rows[inside]] = block[inside]
    return corrected


def _power_of_rest(matrices: Floats, power: float) -> Floats:
    """Return ``(1 - M)^-power`` for each symmetric matrix M with eigenvalues from 0 to below 1."""
    if matrices.shape[1] == 1:
        return np.asarray((1 - matrices) ** -power)
    values, vectors = np.linalg.eigh(matrices)
    return np.asarray((vectors * ((1 - values) ** -power)[:, None, :]) @ vectors.transpose(0, 2, 1))


def check_cluster_leverage(
    Q: Floats, clusters: Clusters, root: Floats, names: Sequence[str], intercept: int | None, unit: str
) -> None:
    """Refuse terms that one cluster decides alone: its residuals say nothing about their error.

    ``root`` turns what is said of ``Q`` into coefficients of columns of one length, so that these compare.
    """
    total = clusters.sums(np.einsum("ij,ij->i", Q, Q))
    found: set[int] = set()
    for g in np.flatnonzero(total > LEVERAGE_ONE):  # at most p clusters, as leverages add up to p
        rows = Q[clusters.starts[g] : clusters.starts[g] + clusters.sizes[g]]
        values, vectors = np.linalg.eigh(rows.T @ rows)
        weight = np.abs(root @ vectors[:, values > LEVERAGE_ONE])
        part = weight > _NEGLIGIBLE * weight.max(axis=0, initial=0)
        found.update(np.flatnonzero(part.any(axis=1)).tolist())
    terms = [j for j in sorted(found) if j != intercept] or sorted(found)
    if terms:
        raise EstimationError(
            f"{_listed(names, terms)}: one {unit} alone decides this term (leverage 1), so it has no robust "
            f"standard error. Leave out the term, or the {unit} with it."
        )


def check_cancelled(cov: Floats, classical: Floats, names: Sequence[str], unit: str) -> None:
    """Refuse coefficients whose residuals add up to 0 in every cluster, which would give an error of 0."""
    lost = np.flatnonzero(np.diag(cov) <= _CANCELLED * classical)
    if len(lost):
        raise EstimationError(
            f"{_listed(names, lost.tolist())}: the residuals cancel within every {unit}, so there is no "
            f"robust standard error. Check that each {unit} has the rows it should have."
        )


def few_clusters(count: int, units: str) -> list[str]:
    """Say that there are few clusters."""
    return [f"only {count} {units}; fewer than {FEW_CLUSTERS} are unreliable"] if count < FEW_CLUSTERS else []


def few_contrast_df(df: Floats, names: Sequence[str], intercept: int | None) -> list[str]:
    """Say which coefficients beside the intercept have few degrees of freedom."""
    return [
        f"'{names[j]}' has {df[j]:.1f} degrees of freedom; fewer than {MIN_CONTRAST_DF:g} are unreliable"
        for j in np.flatnonzero(df < MIN_CONTRAST_DF).tolist()
        if j != intercept
    ]


def _listed(names: Sequence[str], places: Sequence[int]) -> str:
    return ", ".join(f"'{names[j]}'" for j in places)

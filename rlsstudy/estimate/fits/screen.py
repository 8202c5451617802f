"""Many factors, many adjustment sets, one pass over the data: least squares with HC3 errors.

All designs read their cross-products from one Gram matrix; a factor is then a Frisch-Waugh step [1]_
on the Cholesky factor of its adjustment set. A second pass over blocks of participants gives
residuals and leverages, h = h_Z + v'v with v the factor made orthogonal to the adjustment set and
scaled to length 1, and from them the exact HC3 errors, without ever building a design matrix.

A participant with a gap counts as zeros in the Gram matrix, and is subtracted for the designs that
use the incomplete column and only for those. Designs for which cross-products are not accurate
enough (near-aliased columns, a leverage near 1, an almost exact fit, few participants), and those
that leave out participants who have no gap, are fitted by QR instead.

References
----------
.. [1] Lovell MC (1963). Seasonal adjustment of economic time series and multiple regression
   analysis. Journal of the American Statistical Association 58, 993-1010.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.gram import (
    DesignGroup,
    DesignTable,
    ScreenDesign,
    group_designs,
    sum_products,
)
from rlsstudy.estimate.fits.guards import MIN_RESIDUAL_DF, Status
from rlsstudy.estimate.fits.linear import fit_linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

# Cross-products carry a relative error of about 1e-16 times this: coefficients stay within 1e-10 standard errors.
INVERSE_LIMIT = 1e5
_UNEXPLAINED_LEAST = 1e-8  # share of the outcome's variation; below it residuals lose digits
_LEVERAGE_MOST = 1 - 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class ScreenFit:
    """The coefficients of a factor in one model; those of the covariates are not returned.

    Parameters
    ----------
    coef : ndarray, shape (f,)
        One for each column of the factor; NaN when refused.
    cov : ndarray, shape (f, f)
        Their HC3 covariance matrix.
    df_residual, n : int
        Residual degrees of freedom and participants used.
    leverage_max : float
        Largest leverage of a participant.
    status : {"ok", "flagged", "refused"}
        As for `fit_linear`; refused where that raises.
    note : str
        Why it is not ok.
    exact : bool
        Whether the outcome is reproduced exactly, so that standard errors are rounding noise.
    """

    coef: Floats
    cov: Floats
    df_residual: int
    n: int
    leverage_max: float
    status: Status = "ok"
    note: str = ""
    exact: bool = False

    @property
    def std_error(self) -> Floats:
        """Standard errors, shape (f,)."""
        return np.sqrt(np.diag(self.cov))


def screen_linear(
    columns: Floats,
    outcome: Floats,
    designs: Sequence[ScreenDesign],
    *,
    names: Sequence[str] | None = None,
    block_rows: int | None = None,
) -> list[ScreenFit]:
    """Fit many linear models of one outcome with HC3 errors, each on its own complete cases.

    Parameters
    ----------
    columns : ndarray, shape (n, k)
        Everything that any model uses, NaN where missing, without an intercept column.
    outcome : ndarray, shape (n,)
        The outcome, NaN where missing.
    designs : sequence of ScreenDesign
        The models; every model has an intercept.
    names : sequence of str, optional
        Names of the columns, for notes.
    block_rows : int, optional
        Participants held in memory as a working copy; by default what a core's cache holds.

    Returns
    -------
    list of ScreenFit
        One for each design, in the same order. A model that `fit_linear` would raise for is
        refused, and the message is its note; the others are not affected.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(40.0)
    >>> columns = np.column_stack([x, np.where(x % 9, np.sin(x), np.nan)])
    >>> alone, adjusted = screen_linear(
    ...     columns, 2 * x + np.cos(x), [ScreenDesign((0,)), ScreenDesign((0,), (1,))]
    ... )
    >>> alone.n, adjusted.n, alone.coef.round(1).tolist()
    (40, 35, [2.0])
    """
    labels = [f"column {j}" for j in range(columns.shape[1])] if names is None else list(names)
    fits: dict[int, ScreenFit] = {}
    # An infinite value spoils the cross-products of its own column only; QR then counts and refuses it.
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        table = DesignTable.of(columns, outcome, block_rows)
        projections = _project_all(table, group_designs(table, designs))
        for projection, (meat, leverage) in zip(projections, _pass_two(table, projections), strict=True):
            fits |= projection.fits(meat, leverage)
    return [fits.get(i) or _fit_by_qr(columns, outcome, design, labels) for i, design in enumerate(designs)]


def _project_all(table: DesignTable, groups: Sequence[DesignGroup]) -> list[_Projection]:
    """First pass: make the factors of each group orthogonal to its covariates."""
    everybody, lost = sum_products(table, groups)
    scale = np.sqrt(np.diag(everybody))
    projections = []
    for group, unused in zip(groups, lost, strict=True):
        gram = everybody.copy() if len(group.gaps) else everybody
        if len(group.gaps):
            rows = np.append(group.rows, table.y)
            gram[np.ix_(rows, rows)] -= unused
        projection = _project(gram, scale, group, table.y)
        if projection is not None:
            projections.append(projection)
    return projections


@dataclass(frozen=True, slots=True, eq=False)
class _Projection:
    """How a group's rows become orthonormal: covariates first, then each design's factor."""

    group: DesignGroup
    y: int
    n: int
    whiten: Floats  # (p, p): covariates to orthonormal rows
    cross: Floats  # (d * f, p): what these explain of the factors
    invert: Floats  # (d, f, f): the rest of each factor to orthonormal rows
    y_cross: Floats  # (p,): what the covariates explain of the outcome
    score: Floats  # (d, f): what the orthonormal factors explain of it

    def spread(self, W: Floats, gaps: Bools) -> tuple[Floats, Floats]:
        """Return a block's part of each HC3 middle, shape (d, f, f), and its largest leverage, (d,)."""
        d, f = self.score.shape
        Q = self.whiten @ W[self.group.z]
        V = W[self.group.factor.ravel()]
        V -= self.cross @ Q
        V = V * self.invert[:, :, 0] if f == 1 else (self.invert @ V.reshape(d, f, -1)).reshape(d * f, -1)
        leverage = _over_factor(V * V, f)
        leverage += np.einsum("pr,pr->r", Q, Q)
        residual = _over_factor(V * self.score.reshape(-1, 1), f)
        np.subtract(W[self.y] - self.y_cross @ Q, residual, out=residual)
        if len(self.group.gaps):
            used = ~gaps[self.group.gaps].any(axis=0)
            leverage *= used
            residual *= used
        largest = leverage.max(axis=1)
        np.subtract(1, leverage, out=leverage)
        residual /= leverage
        U = V.reshape(d, f, -1)
        U *= residual[:, None]
        return U @ U.transpose(0, 2, 1), largest

    def fits(self, meat: Floats, leverage: Floats) -> dict[int, ScreenFit]:
        """Return the fit of each design, leaving out those with a leverage near 1."""
        back = self.invert.transpose(0, 2, 1)
        coef = (back @ self.score[:, :, None])[:, :, 0]
        cov = back @ meat @ self.invert
        df = self.n - len(self.group.z) - self.score.shape[1]
        return {
            int(i): ScreenFit(coef[k], cov[k], df, self.n, float(leverage[k]))
            for k, i in enumerate(self.group.designs)
            if leverage[k] < _LEVERAGE_MOST
        }


def _over_factor(rows: Floats, f: int) -> Floats:
    """Add up the rows of each factor, shape (d * f, r) to (d, r)."""
    return rows if f == 1 else np.asarray(rows.reshape(-1, f, rows.shape[1]).sum(axis=1))


def _project(gram: Floats, scale: Floats, group: DesignGroup, y: int) -> _Projection | None:
    """Solve a group from its cross-products; designs for which these are not accurate are left out."""
    z, n = group.z, round(float(gram[group.z[0], group.z[0]]))
    among_z = (gram[np.ix_(z, z)] / np.outer(scale[z], scale[z]))[None]
    if n - len(z) - group.factor.shape[1] < MIN_RESIDUAL_DF or not _invertible(among_z)[0]:
        return None
    whiten = _inverse_root(among_z)[0] / scale[z]
    y_cross = whiten @ gram[z, y]
    cross = (whiten @ gram[np.ix_(z, group.factor.ravel())]).T.reshape(*group.factor.shape, len(z))
    size = scale[group.factor]
    rest = gram[group.factor[:, :, None], group.factor[:, None, :]] - cross @ cross.transpose(0, 2, 1)
    sound = _invertible(rest / (size[:, :, None] * size[:, None, :]))
    rest[~sound] = np.eye(rest.shape[1])
    invert = _inverse_root(rest)
    score = (invert @ (gram[group.factor, y] - cross @ y_cross)[:, :, None])[:, :, 0]
    unexplained = gram[y, y] - y_cross @ y_cross - (score**2).sum(axis=1)
    sound &= unexplained > _UNEXPLAINED_LEAST * gram[y, y]
    if not sound.any():
        return None
    kept = DesignGroup(group.designs[sound], group.factor[sound], z, group.gaps)
    flat = cross[sound].reshape(-1, len(z))
    return _Projection(kept, y, n, whiten, flat, invert[sound], y_cross, score[sound])


def _invertible(matrices: Floats) -> Bools:
    """Tell which scaled cross-products, shape (d, f, f), are far enough from singular."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    smallest = np.zeros(len(matrices))
    smallest[finite] = np.linalg.eigvalsh(matrices[finite])[:, 0]
    return np.asarray(smallest > 1 / INVERSE_LIMIT)


def _inverse_root(matrices: Floats) -> Floats:
    """Return C with C A C' = 1 for each matrix A, by Cholesky."""
    return np.asarray(np.linalg.inv(np.linalg.cholesky(matrices)))


def _pass_two(table: DesignTable, projections: Sequence[_Projection]) -> list[tuple[Floats, Floats]]:
    """Second pass: sum the HC3 middle of every design, and find its largest leverage."""
    sums = [(np.zeros_like(p.invert), np.zeros(len(p.invert))) for p in projections]
    for W, gaps in table.blocks():
        for projection, (meat, leverage) in zip(projections, sums, strict=True):
            more, largest = projection.spread(W, gaps)
            meat += more
            np.maximum(leverage, largest, out=leverage)
    return sums


def _fit_by_qr(columns: Floats, outcome: Floats, design: ScreenDesign, names: Sequence[str]) -> ScreenFit:
    """Fit one design by itself; what `fit_linear` raises becomes the note of a refused fit."""
    places, f = [*design.factor, *design.covariates], len(design.factor)
    complete = ~(np.isnan(columns[:, places]).any(axis=1) | np.isnan(outcome))
    complete[list(design.without)] = False
    n = int(complete.sum())
    X = np.column_stack([np.ones(n), columns[complete][:, places]])
    try:
        fit = fit_linear(X, outcome[complete], names=["intercept", *(names[j] for j in places)])
    except EstimationError as error:
        unknown = np.full((f, f), np.nan)
        return ScreenFit(unknown[0], unknown, n - X.shape[1], n, np.nan, "refused", str(error))
    of_factor = slice(1, 1 + f)
    return ScreenFit(
        coef=fit.coef[of_factor],
        cov=fit.cov[of_factor, of_factor],
        df_residual=fit.df_residual,
        n=n,
        leverage_max=fit.leverage_max,
        status=fit.status,
        note=fit.note,
        exact=fit.exact,
    )

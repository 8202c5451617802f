"""Linear regression on arrays, with robust standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

import numpy as np
from scipy.linalg import qr

from rlsstudy.estimate.fits.clusters import (
    Clusters,
    ClusterSandwich,
    check_cancelled,
    check_cluster_count,
    check_cluster_leverage,
    corrected_rows,
    few_clusters,
    few_contrast_df,
)
from rlsstudy.estimate.fits.covariances import CLUSTERED, Covariance, chosen_covariance, row_weights
from rlsstudy.estimate.fits.guards import (
    EXACT_FIT,
    check_leverage,
    check_rank,
    check_variation,
    checked_arrays,
    exact_fit,
    few_residual_df,
)
from rlsstudy.estimate.fits.least_squares import Decomposition, Scaling
from rlsstudy.estimate.fits.student import LinearMean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit(LinearMean):
    """A linear regression.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients, in column order.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df : float or ndarray, shape (p,)
        Degrees of freedom of Student's t: ``df_residual``; with CR0 and CR1 clusters minus 1; with
        CR2 those of Satterthwaite, one for each coefficient.
    df_residual : int
        Rows minus coefficients.
    sigma : float
        Residual standard deviation.
    r_squared : float
        Explained share of the variation about the mean, or about 0 without a constant column.
    partial_r_squared : ndarray, shape (p,)
        For each column, the share of what the others leave unexplained that it explains.
    leverage_max : float
        Largest leverage of a participant; 1 is a participant who is fitted exactly.
    n : int
        Participants, or rows where a participant has several.
    status : {"ok", "flagged"}
        Flagged with fewer than 10 residual degrees of freedom, fewer than 40 clusters, fewer than 4
        degrees of freedom of a coefficient beside the intercept, or an outcome reproduced exactly.
    note : str
        Why it is flagged.
    exact : bool
        Whether the outcome is reproduced exactly, so that standard errors are rounding noise.
    sandwich : ClusterSandwich, optional
        What CR2 needs for the degrees of freedom of any contrast.
    """

    df_residual: int
    sigma: float
    r_squared: float
    partial_r_squared: Floats
    leverage_max: float
    exact: bool = False
    sandwich: ClusterSandwich | None = field(default=None, repr=False)

    def contrast_df(self, L: ArrayLike) -> Floats:
        """Return the degrees of freedom of ``L @ coef``.

        Parameters
        ----------
        L : array, shape (..., p)
            Weights of the coefficients.

        Returns
        -------
        ndarray, shape (...)
        """
        contrasts = np.asarray(L, dtype=np.float64)
        if self.sandwich is None:
            return np.full(contrasts.shape[:-1], self.df)
        flat = contrasts.reshape(-1, len(self.coef))
        return self.sandwich.degrees_of_freedom(flat).reshape(contrasts.shape[:-1])


def fit_linear(
    X: ArrayLike,
    y: ArrayLike,
    *,
    covariance: Covariance | None = None,
    clusters: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> LinearFit:
    """Fit a linear regression by least squares.

    Columns and outcome are centred and scaled inside, decomposed by QR with pivoting, and scaled
    back, so that units do not matter.

    Parameters
    ----------
    X : array, shape (n, p)
        The design. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The outcome, the same participants in the same order.
    covariance : {"HC3", "HC4", "HC2", "HC1", "HC0", "classical", "CR2", "CR1", "CR0"}, optional
        Heteroscedasticity-consistent [1]_ [2]_, HC3 by default; with one variance for everybody; or
        with ``clusters``, within which errors may be correlated in any way: CR2, the default with
        clusters, has a correction for bias and the degrees of freedom of Satterthwaite [3]_, CR1 the
        factor ``G / (G - 1) * (n - 1) / (n - p)`` (as Stata has it), CR0 no correction.
    clusters : array, shape (n,), optional
        The cluster of each row, such as the centre, or the person who is seen more than once.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    LinearFit
        Coefficients and covariance in column order and in the units of X and y.

    Raises
    ------
    EstimationError
        Missing or infinite values (they are counted, never dropped or passed on), shapes that do
        not match, no more participants than coefficients, an outcome or a column beside the
        intercept that does not vary, aliased columns (named), fewer than two clusters, or, for
        robust errors, a participant or a cluster that decides a term alone.

    References
    ----------
    .. [1] Long JS, Ervin LH (2000). Using heteroscedasticity consistent standard errors in the
       linear regression model. The American Statistician 54, 217-224.
    .. [2] Cribari-Neto F (2004). Asymptotic inference under heteroskedasticity of unknown form.
       Computational Statistics & Data Analysis 45, 215-233.
    .. [3] Imbens GW, Kolesár M (2016). Robust standard errors in small samples: some practical
       advice. Review of Economics and Statistics 98, 701-712.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> fit = fit_linear(np.column_stack([np.ones(20), x]), 3 + 2 * x + np.cos(x))
    >>> fit.coef.round(1).tolist(), fit.df_residual, fit.status
    ([3.0, 2.0], 18, 'ok')
    """
    kind = chosen_covariance(covariance, clusters is not None, get_args(Covariance), CLUSTERED)
    design, outcome, labels = checked_arrays(X, y, names)
    gathered = None if clusters is None else Clusters.of(clusters, len(outcome))
    scaling = Scaling.of(design, outcome)
    check_variation(design, outcome, labels, scaling.intercept)
    A, b = scaling.apply(design, outcome)
    Q, R, pivot = qr(A, mode="economic", pivoting=True, check_finite=False)
    check_rank(R, pivot, labels)
    if kind.startswith("HC"):
        check_leverage(Q, R, pivot, labels, scaling.intercept)
    solved = _Solved.of(scaling, Decomposition(A, b, Q, R, pivot))
    if gathered is None:
        return _independent(solved, kind)
    return _clustered(solved, gathered, kind, labels)


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """A problem with its solution; ``root`` turns what is said of Q into the caller's coefficients."""

    scaling: Scaling
    problem: Decomposition
    coef: Floats
    residuals: Floats
    root: Floats
    df: int

    @classmethod
    def of(cls, scaling: Scaling, problem: Decomposition) -> _Solved:
        scaled, residuals = problem.solve()
        back, (n, p) = scaling.back(), problem.A.shape
        return cls(
            scaling, problem, back @ scaled + scaling.offset(), residuals, back @ problem.root(), n - p
        )

    @property
    def rss(self) -> float:
        return float(self.residuals @ self.residuals)

    @property
    def precision(self) -> Floats:
        """What the variance of each coefficient would be with a scaled residual variance of 1."""
        return np.asarray(np.einsum("ij,ij->i", self.root, self.root))


def _independent(solved: _Solved, kind: Covariance) -> LinearFit:
    """Finish a fit whose rows are independent."""
    weights = row_weights(solved.residuals, solved.problem.leverage(), solved.df, kind)
    half = solved.root @ (solved.problem.Q * np.sqrt(weights)[:, None]).T
    return _assembled(solved, half @ half.T, float(solved.df), [])


def _clustered(solved: _Solved, clusters: Clusters, kind: Covariance, names: Sequence[str]) -> LinearFit:
    """Finish a fit whose rows are correlated within clusters."""
    check_cluster_count(clusters)
    Q, intercept = solved.problem.Q[clusters.order], solved.scaling.intercept
    check_cluster_leverage(Q, clusters, solved.problem.root(), names, intercept, "cluster")
    count, (n, p) = len(clusters.sizes), Q.shape
    corrected = corrected_rows(Q, clusters, 0.5) if kind == "CR2" else Q
    sandwich = ClusterSandwich(clusters, Q, corrected, solved.root)
    cov = sandwich.covariance(solved.residuals[clusters.order])
    check_cancelled(cov, solved.precision * solved.rss / solved.df, names, "cluster")
    notes = few_clusters(count, "clusters")
    if kind != "CR2":
        factor = count / (count - 1) * (n - 1) / (n - p) if kind == "CR1" else 1.0
        return _assembled(solved, cov * factor, count - 1.0, notes)
    df = sandwich.degrees_of_freedom(np.eye(p))
    return _assembled(solved, cov, df, notes + few_contrast_df(df, names, intercept), sandwich)


def _assembled(
    solved: _Solved,
    cov: Floats,
    df: float | Floats,
    notes: list[str],
    sandwich: ClusterSandwich | None = None,
) -> LinearFit:
    """Judge the fit and put it together."""
    coef, rss = solved.coef, solved.rss
    exact = rss < EXACT_FIT**2
    notes = [*notes, *few_residual_df(solved.df), *exact_fit(exact)]
    with np.errstate(invalid="ignore"):  # an exact coefficient of 0 explains an unknown share
        partial = coef**2 / (coef**2 + solved.precision * rss)
    return LinearFit(
        coef=coef,
        cov=cov,
        std_error=np.sqrt(np.diag(cov)),
        df=df,
        df_residual=solved.df,
        sigma=float(np.sqrt(rss / solved.df) * solved.scaling.y_scale),
        r_squared=1 - rss,
        partial_r_squared=partial,
        leverage_max=float(solved.problem.leverage().max()),
        n=len(solved.residuals),
        status="flagged" if notes else "ok",
        note="; ".join(notes),
        exact=exact,
        sandwich=sandwich,
    )

"""Linear mixed models for repeated visits, on arrays.

The checks of lme4, and what is done here:

=====================================  ================================  ======================================
check                                  lme4                              here
=====================================  ================================  ======================================
more rows than participants            ``check.nobs.vs.nlev`` stops      10 participants with 2 visits, or refused
more than one participant              ``check.nlev.gtr.1`` stops        the same
more visits than random effects        ``check.nobs.vs.nRE`` stops       slopes: 10 participants with 3 visits at
                                                                         different times, or refused
columns are independent                ``check.rankX`` drops columns     refused, aliased columns named
columns are of one size                ``check.scaleX`` warns            scaled inside
the outcome varies                     ``check.response.not.const``      refused; also when it varies between
                                       stops                             participants only
no value is missing                    rows are dropped                  refused, with counts
the gradient is 0                      ``check.conv.grad`` warns         refused
a variance is 0, a correlation 1       ``check.conv.singular``, message  flagged, boundary named
curvature is positive                  ``check.conv.hess`` warns         searched on; refused if it stays
residual degrees of freedom            none                              fewer than 10: flagged
participants beside columns that       none                              as many columns: refused; fewer than 10
never change within a participant                                        degrees of freedom left: flagged
=====================================  ================================  ======================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.fits.guards import checked_arrays
from rlsstudy.estimate.fits.mixed_data import Clock, Scaled, Sums, Visits
from rlsstudy.estimate.fits.mixed_guards import (
    boundary_of,
    check_columns,
    check_residual,
    check_visits,
    check_within,
    checked_grouping,
    judged,
)
from rlsstudy.estimate.fits.mixed_profile import Method, Profile, shrunk
from rlsstudy.estimate.fits.mixed_search import Optimum, find_optimum, moved_factor
from rlsstudy.estimate.fits.satterthwaite import Satterthwaite, satterthwaite_of
from rlsstudy.estimate.fits.student import LinearMean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

DegreesOfFreedom = Literal["satterthwaite", "residual", "normal"]


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit(LinearMean):
    """A linear mixed model; the mean it predicts has random effects at 0.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Coefficients of the columns, the same for everybody, in column order.
    cov : ndarray, shape (p, p)
        Their covariance matrix.
    std_error : ndarray, shape (p,)
        Its diagonal, square root taken.
    df : ndarray, shape (p,)
        Degrees of freedom of Student's t for each coefficient.
    variance : ndarray, shape (1, 1) or (2, 2)
        Covariance of the participants' random effects: intercept, and slope if there is one.
    sigma : float
        Residual standard deviation, between visits of one participant.
    theta : ndarray, shape (1,) or (3,)
        Lower-triangular factor of ``variance / sigma**2``, column by column, as lme4 gives it.
    criterion : float
        -2 log restricted likelihood, or with ``method="ml"`` the deviance.
    log_likelihood : float
        ``-criterion / 2``. A restricted likelihood depends on the columns; models with different columns
        are compared by ``method="ml"``.
    ranef : ndarray, shape (n_groups, 1) or (n_groups, 2)
        Predicted random effects of each participant.
    group_labels : ndarray, shape (n_groups,)
        The participants, in the order of ``ranef``.
    method : {"reml", "ml"}
        Which likelihood.
    n, n_groups : int
        Visits and participants.
    status : {"ok", "flagged"}
        Flagged with a variance or correlation at its boundary, or with fewer than 10 degrees of freedom.
    note : str
        Why it is flagged.
    """

    variance: Floats
    sigma: float
    theta: Floats
    criterion: float
    log_likelihood: float
    ranef: Floats = field(repr=False)
    group_labels: NDArray[Any] = field(repr=False)
    method: Method
    n_groups: int
    _satterthwaite: Satterthwaite = field(repr=False)
    _fixed_df: float | None = field(repr=False)

    def satterthwaite(self, L: ArrayLike) -> float:
        """Return Satterthwaite's degrees of freedom of the combination ``L @ coef``, L of shape (p,)."""
        return self._satterthwaite.contrast(np.asarray(L, dtype=np.float64))

    def contrast_df(self, L: ArrayLike) -> float:
        """Return the degrees of freedom of ``L @ coef`` of the kind the fit was asked for."""
        return self.satterthwaite(L) if self._fixed_df is None else self._fixed_df


def fit_mixed(
    X: ArrayLike,
    y: ArrayLike,
    *,
    groups: ArrayLike,
    random: ArrayLike | None = None,
    method: Method = "reml",
    df: DegreesOfFreedom = "satterthwaite",
    names: Sequence[str] | None = None,
) -> MixedFit:
    """Fit a linear mixed model, with a random intercept for each participant and perhaps a random slope.

    The likelihood is profiled down to the covariance of the random effects [1]_, and computed from each
    participant's cross-products, so that its cost does not grow with the visits. Units do not matter.

    Parameters
    ----------
    X : array, shape (n_rows, p)
        The design, one row for each visit. The caller gives the intercept as a column of ones.
    y : array, shape (n_rows,)
        The outcome.
    groups : array, shape (n_rows,)
        Whose visit it is, a label of any kind. Rows may come in any order.
    random : array, shape (n_rows,), (n_rows, 1) or (n_rows, 2), optional
        The time of each visit, for a random slope that is correlated with the random intercept; a column of ones
        beside it is that intercept. It does not enter X by itself. Default: a random intercept alone.
    method : {"reml", "ml"}
        Restricted likelihood, or likelihood, whose variances are too small in small studies.
    df : {"satterthwaite", "residual", "normal"}
        Degrees of freedom of intervals and p-values: Satterthwaite's [2]_, rows minus columns, or infinite.
        With few participants the latter two give intervals that are too short for what differs between them.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    MixedFit
        Coefficients and covariance in column order and in the units of X and y.

    Raises
    ------
    EstimationError
        Missing or infinite values or labels (counted, never dropped), shapes that do not match, too few
        participants with repeated visits, an outcome or a column that does not vary, an outcome that
        never changes within a participant or is reproduced exactly, aliased columns (named), or a
        likelihood without a clear maximum.

    References
    ----------
    .. [1] Bates D, Mächler M, Bolker B, Walker S (2015). Fitting linear mixed-effects models using lme4.
       Journal of Statistical Software 67(1).
    .. [2] Giesbrecht FG, Burns JC (1985). Two-stage analysis based on a mixed model: large-sample
       asymptotic theory and small-sample simulation results. Biometrics 41, 477-486.

    Examples
    --------
    >>> import numpy as np
    >>> person, visit = np.repeat(np.arange(20), 3), np.tile([0.0, 1.0, 2.0], 20)
    >>> y = 20 + 3 * np.sin(person) - 1.5 * visit + np.cos(7 * np.arange(60))
    >>> fit = fit_mixed(np.column_stack([np.ones(60), visit]), y, groups=person)
    >>> fit.coef.round(1).tolist(), fit.df.round(1).tolist(), fit.status
    ([20.0, -1.5], [19.9, 39.0], 'ok')
    """
    for word, value, allowed in (
        ("method", method, get_args(Method)),
        ("df", df, get_args(DegreesOfFreedom)),
    ):
        if value not in allowed:
            raise EstimationError(f"No {word} '{value}' is offered.{did_you_mean(str(value), allowed)}")
    design, outcome, labels = checked_arrays(X, y, names)
    people, time = checked_grouping(groups, random, len(outcome))
    visits = Visits.of(people)
    clock = None if time is None else Clock.of(time)
    scaled, sums, df_between = _summed(design, outcome, labels, visits, clock)
    optimum = find_optimum(Profile(sums, method))
    fixed = {"satterthwaite": None, "residual": float(len(outcome) - design.shape[1]), "normal": np.inf}[df]
    return _Assembly(scaled, sums, visits, clock, optimum, method).fit(fixed, df_between)


def _summed(
    X: Floats, y: Floats, names: Sequence[str], visits: Visits, clock: Clock | None
) -> tuple[Scaled, Sums, int]:
    """Scale and sum the visits, and check what the sums tell; also return degrees of freedom between people."""
    scaled = Scaled.of(X, y)
    check_columns(X, y, names, scaled.intercept)
    time = None if clock is None else clock.time
    sums = Sums.of(scaled, visits, time)
    check_visits(sums)
    independent = scaled.independent(names)
    df_between = check_within(sums.within, len(visits.starts))
    if independent is not scaled:
        sums = Sums.of(independent, visits, time)
    check_residual(sums)
    return independent, sums, df_between


@dataclass(frozen=True, slots=True, eq=False)
class _Assembly:
    """Everything that a fit is put together from."""

    scaled: Scaled
    sums: Sums
    visits: Visits
    clock: Clock | None
    optimum: Optimum
    method: Method

    def fit(self, fixed_df: float | None, df_between: int) -> MixedFit:
        """Scale everything back and judge it."""
        point, p, n = self.optimum.point, self.sums.n_coef, self.sums.n
        df = n - p if self.method == "reml" else n
        half = np.linalg.inv(point.root[:p, :p])
        solution = half.T @ point.root[p, :p]
        sigma2 = float(point.root[p, p] ** 2 / df)
        satterthwaite = satterthwaite_of(self.optimum, self.scaled.back @ half.T, sigma2, df)
        criterion = point.value + 2 * df * np.log(self.scaled.y_scale)
        if self.method == "reml":
            criterion += self.scaled.log_det
        back = np.eye(1) if self.clock is None else self.clock.back()
        D = back @ self.optimum.D @ back.T
        status, note = judged(n - p, df_between, boundary_of(self.optimum, D[0, -1]))
        return MixedFit(
            coef=self.scaled.back @ solution + self.scaled.offset,
            cov=satterthwaite.cov,
            std_error=np.sqrt(np.diag(satterthwaite.cov)),
            df=satterthwaite.each() if fixed_df is None else np.full(p, fixed_df),
            variance=D * sigma2 * self.scaled.y_scale**2,
            sigma=float(np.sqrt(sigma2) * self.scaled.y_scale),
            theta=moved_factor(back, self.optimum.factor),
            criterion=float(criterion),
            log_likelihood=float(-criterion / 2),
            ranef=self._random_effects(solution) @ back.T,
            group_labels=self.visits.labels,
            method=self.method,
            n=n,
            n_groups=len(self.visits.starts),
            status=status,
            note=note,
            _satterthwaite=satterthwaite,
            _fixed_df=fixed_df,
        )

    def _random_effects(self, solution: Floats) -> Floats:
        """Return the predictions for each participant, time scaled, in the outcome's unit."""
        own = self.sums.own @ np.append(-solution, 1.0) * self.scaled.y_scale
        shrinkage = shrunk(self.sums.random, self.sums.det, self.optimum.D)
        return np.asarray(np.einsum("abn,nb->na", shrinkage, own))

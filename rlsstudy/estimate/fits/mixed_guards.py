"""What is checked before and after a mixed model, and what is said when a check fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.fits.clusters import Clusters
from rlsstudy.estimate.fits.guards import (
    MIN_RESIDUAL_DF,
    Status,
    check_variation,
    few_residual_df,
    varies_not,
)
from rlsstudy.estimate.fits.labels import label_array, label_fault
from rlsstudy.estimate.fits.mixed_search import NO_RESIDUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from rlsstudy.estimate.fits.mixed_data import Sums
    from rlsstudy.estimate.fits.mixed_search import Optimum

    Floats = NDArray[np.float64]

MIN_REPEATED = 10  # participants with more visits than random effects
CONSTANT_WITHIN = 1e-10  # share of a column's variation below which it does not vary within participants
EXACT_FIT = 1e-11  # share of the variance within participants that is left, below which it is rounding
_NO_COLUMN = 1e-12  # variance within participants, over the largest, of columns that have none
_NO_VARIANCE = 1e-10  # of slopes, scaled, over the residual variance


def checked_grouping(groups: ArrayLike, random: object, n: int) -> tuple[Clusters, Floats | None]:
    """Return whose visits they are and when they were, or say all that is wrong."""
    labels = label_array(groups)
    time = None if random is None else _without_ones(np.asarray(random, dtype=np.float64))
    problems = [*filter(None, [label_fault(labels, n, "groups")]), *_time_problems(time, n)]
    if problems:
        raise EstimationError(f"The model cannot be fitted:\n{bullet_list(problems)}")
    return Clusters.of(labels, n, "groups"), None if time is None else time.ravel()


def _without_ones(random: Floats) -> Floats | None:
    """Leave out a column of ones, the random intercept, which every model has."""
    if random.ndim != 2:
        return random
    kept = random[:, ~(random == 1).all(axis=0)]
    return kept if kept.shape[1] else None


def _time_problems(time: Floats | None, n: int) -> list[str]:
    if time is None:
        return []
    if time.shape not in ((n,), (n, 1)):
        return [
            f"random has shape {time.shape}, and X has {n} rows. "
            "Allowed: one number for each row, the time of the visit, or None for a random intercept alone."
        ]
    if gaps := int(n - np.isfinite(time).sum()):
        return [
            f"random has {gaps} missing or infinite of {n} values. "
            "Take these visits out, and count them, before the fit."
        ]
    return []


def check_columns(X: Floats, y: Floats, names: Sequence[str], intercept: int | None) -> None:
    """Refuse an outcome, or a column beside the intercept, that is the same at every visit."""
    # The first rows nearly always vary; only columns that do not are looked at as a whole.
    suspects = varies_not(X[:100])
    if intercept is not None:
        suspects[intercept] = False
    if suspects.any() or varies_not(y[:100, None])[0]:
        check_variation(X, y, names, intercept)


def check_visits(sums: Sums) -> None:
    """Refuse too few participants with more visits than random effects."""
    counts, q = sums.random[0, 0], len(sums.random)
    found, n_groups = int(((counts > q) & (sums.det > 0)).sum()), len(counts)
    if found >= MIN_REPEATED:
        return
    if q == 1:
        raise EstimationError(
            f"{found} of {n_groups} participants have two or more visits; a random intercept needs at least "
            f"{MIN_REPEATED} of them, or the variance between participants cannot be told from that between visits. "
            "With one visit each, fit a linear regression."
        )
    raise EstimationError(
        f"{found} of {n_groups} participants have three or more visits at different times; a random slope needs "
        f"at least {MIN_REPEATED} of them. Take a random intercept alone (random=None)."
    )


def check_residual(sums: Sums) -> None:
    """Refuse an outcome that columns and participants' own intercepts and slopes reproduce."""
    x, xy, yy = sums.residual[:-1, :-1], sums.residual[:-1, -1], sums.residual[-1, -1]
    left = yy - xy @ np.linalg.pinv(x, rcond=_NO_COLUMN, hermitian=True) @ xy
    if left < EXACT_FIT * yy or left < EXACT_FIT**2 * sums.n:
        raise EstimationError(NO_RESIDUAL)


def check_within(within: Floats, n_groups: int) -> int:
    """Return the degrees of freedom between participants, or refuse what leaves none.

    Parameters
    ----------
    within : ndarray, shape (p + 1,)
        Share of the variation of each column, and of the outcome, that is within participants.
    n_groups : int
        Participants.
    """
    if within[-1] < CONSTANT_WITHIN:
        raise EstimationError(
            "The outcome never changes within a participant, so the visits of one person say nothing new. "
            "Take one row for each participant and fit a linear regression."
        )
    columns = int((within[:-1] < CONSTANT_WITHIN).sum())
    if columns >= n_groups:
        raise EstimationError(
            f"{columns} columns never change within a participant, and there are {n_groups} participants, so the "
            "variance between participants cannot be estimated beside them. Take fewer such columns."
        )
    return n_groups - columns


def judged(df: int, df_between: int, boundary: str) -> tuple[Status, str]:
    """Say whether a fit is sound, and if not, why.

    Parameters
    ----------
    df : int
        Rows minus columns.
    df_between : int
        Participants minus columns that never change within a participant.
    boundary : str
        On which boundary the variances lie, if on any.
    """
    notes = few_residual_df(df)
    if not notes and df_between < MIN_RESIDUAL_DF:
        notes.append(
            f"only {df_between} degrees of freedom between participants; "
            f"fewer than {MIN_RESIDUAL_DF} are unreliable"
        )
    if boundary:
        notes.append(boundary)
    return ("flagged" if notes else "ok"), "; ".join(notes)


def boundary_of(optimum: Optimum, covariance: float) -> str:
    """Name the boundary on which the random effects' variances lie, if on any.

    Parameters
    ----------
    optimum : Optimum
        The variances, time scaled.
    covariance : float
        Of intercepts and slopes, in the caller's units.
    """
    edge = "estimated as 0, the boundary of what is possible"
    if optimum.rank == len(optimum.D):
        return ""
    if optimum.rank == 0:
        return f"the variance between participants is {edge}; least squares gives the same"
    if optimum.D[1, 1] < _NO_VARIANCE:
        return f"the variance of participants' slopes is {edge}; a random intercept alone gives the same"
    return (
        f"the correlation of participants' intercepts and slopes is estimated as {'+' if covariance > 0 else '-'}1, "
        "the boundary of what is possible: the data cannot tell both apart, and may hold no more than a random intercept"
    )

"""What is checked before and after an ordinal regression, and what is said when a check fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError, bullet_list, did_you_mean
from rlsstudy.estimate.fits.clusters import (
    Clusters,
    check_cluster_count,
    check_cluster_leverage,
    few_clusters,
)
from rlsstudy.estimate.fits.guards import MIN_RESIDUAL_DF, Status
from rlsstudy.estimate.fits.separation import find_ordinal_separation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from rlsstudy.estimate.fits.ordinal_newton import Optimum

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ERROR_GROWTH = 20.0  # standard error over that of a column without effect; above it separation is near
MIN_EFFECTIVE_SIZE = 35  # with less, 95 % intervals of slopes or average differences hold 0.97 or 0.93


def check_choice(what: str, given: str, allowed: Sequence[str]) -> None:
    """Refuse an option that is not offered."""
    if given not in allowed:
        raise EstimationError(f"No {what} '{given}' is offered.{did_you_mean(str(given), allowed)}")


def check_numbers(y: ArrayLike) -> Floats:
    """Return the outcome as numbers; refuse words, whose order nobody has declared."""
    outcome = np.asarray(y)
    if outcome.dtype.kind not in "biuf":
        raise EstimationError(
            "The outcome is not made of numbers, so its order is not known. Give each category a number "
            "in the order of severity: the dictionary of the study says which comes after which."
        )
    return outcome.astype(np.float64)


def band_codes(outcome: Floats) -> tuple[Floats, Places, Places]:
    """Return the values that occur, ascending, each participant's place among them, and how many have each."""
    categories = np.unique(outcome)
    if len(categories) < 2:
        raise EstimationError(
            "The outcome is the same for everybody, so there is nothing to explain. "
            "An ordinal regression needs at least two categories that occur."
        )
    first, last = categories[0], categories[-1]
    if (
        len(categories) < _TABLE_SIZE
        and last - first < _TABLE_SIZE
        and (categories == np.rint(categories)).all()
    ):
        table = np.zeros(int(last - first) + 1, dtype=np.intp)  # for whole numbers faster than a search
        table[(categories - first).astype(np.intp)] = np.arange(len(categories))
        codes = table[(outcome - first).astype(np.intp)]
    else:
        codes = np.searchsorted(categories, outcome)
    return categories, codes, np.bincount(codes)


_TABLE_SIZE = 10_000


def checked_scores(scores: ArrayLike | None, categories: Floats) -> Floats:
    """Return what each category counts, by default its value."""
    if scores is None:
        return categories
    values = np.asarray(scores, dtype=np.float64)
    if values.shape != categories.shape or not np.isfinite(values).all():
        raise EstimationError(
            f"Scores of shape {values.shape} are given. Allowed: one finite number for each of the "
            f"{len(categories)} categories that occur, ascending."
        )
    return values


def effective_size(counts: Places) -> float:
    """Return how many participants with an outcome without ties would tell as much: n (1 - sum of shares cubed)."""
    shares = counts / counts.sum()
    return float(counts.sum() * (1 - (shares**3).sum()))


def check_size(counts: Places, slopes: int) -> None:
    """Refuse an outcome with too few people, or too few outside one category, to tell what it depends on."""
    n, effective = int(counts.sum()), effective_size(counts)
    problems = []
    if n - slopes < MIN_RESIDUAL_DF:
        problems.append(
            f"{n} participants and {slopes} slopes leave {n - slopes}; at least {MIN_RESIDUAL_DF} are needed."
        )
    if effective < MIN_EFFECTIVE_SIZE:
        problems.append(
            f"{n} participants in these {len(counts)} categories tell as much as {effective:.0f} without ties; "
            f"at least {MIN_EFFECTIVE_SIZE} are needed for intervals that hold. Compare means instead."
        )
    if problems:
        raise EstimationError(f"The model cannot be fitted:\n{bullet_list(problems)}")


def check_maximum(
    optimum: Optimum, inflation: Floats, X: Floats, codes: Places, names: Sequence[str]
) -> float:
    """Refuse where there is no maximum, or none was found; return how far standard errors have grown.

    A Newton step that converges quadratically shows that there is a maximum. The linear programme for
    separation, which is slow, is solved only where steps went on, or standard errors have exploded: beside
    those of columns of variance 1 without effect, which follow from their variance inflation.
    """
    growth = np.inf
    if optimum.converged:
        without_effect = inflation * 3 / effective_size(np.bincount(codes))
        growth = float(np.sqrt(np.diag(optimum.information.slopes_covariance()) / without_effect).max())
    if growth <= ERROR_GROWTH:
        return growth
    if separation := find_ordinal_separation(X, codes, names):
        raise EstimationError(
            f"{separation}\nLeave these columns out, or merge levels of a factor or bands of the outcome."
        )
    if not optimum.converged:
        raise EstimationError(
            f"The maximum of the likelihood was not found in {optimum.steps} steps, although the outcome is not "
            "separated. Leave out columns that have extreme values for a few participants, or transform them."
        )
    return growth


def judged(growth: float, clusters: int | None) -> tuple[Status, str]:
    """Say what makes a fit less reliable."""
    notes = []
    if growth > ERROR_GROWTH:
        notes.append(
            f"a standard error is {growth:.0f} times that of a column without effect, so the outcome is nearly separated"
        )
    if clusters is not None:
        notes += few_clusters(clusters, "clusters")
    return ("flagged" if notes else "ok"), "; ".join(notes)


def cluster_places(labels: ArrayLike, X: Floats, names: Sequence[str]) -> Places:
    """Return each participant's cluster as 0 to G - 1; refuse terms that one cluster decides alone."""
    clusters = Clusters.of(labels, len(X))
    check_cluster_count(clusters)
    centred = X - X.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    columns = np.column_stack([np.ones(len(X)), centred / np.where(size == 0, 1, size)])
    if np.linalg.matrix_rank(columns) == columns.shape[1]:  # aliased columns are named later
        Q, R = np.linalg.qr(columns)
        check_cluster_leverage(
            Q[clusters.order], clusters, np.linalg.inv(R), ("thresholds", *names), 0, "cluster"
        )
    return clusters.code

"""The bootstrap of a proportional-odds regression, many replicates at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from rlsstudy.estimate.fits.ordinal import OrdinalFit, fit_ordinal
from rlsstudy.estimate.fits.ordinal_batch import fit_ordinal_weighted
from rlsstudy.estimate.resample.bootstrap import Bootstrap, assembled
from rlsstudy.estimate.resample.draws import DrawKind, Draws, plan_draws

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

NO_MAXIMUM = "columns that are constant, aliased or separate the bands among those drawn"


def bootstrap_ordinal(
    X: ArrayLike,
    y: ArrayLike,
    *,
    reps: int = 2000,
    seed: int,
    kind: DrawKind = "pairs",
    clusters: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Bootstrap:
    """Bootstrap the slopes of a proportional-odds regression.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, without a constant column.
    y : array of numbers, shape (n,)
        The outcome, the same participants in the same order.
    reps, seed, kind, clusters
        As for `bootstrap_linear`.
    names : sequence of str, optional
        Names of the columns, for messages.

    Returns
    -------
    Bootstrap
        Slopes in column order and in the units of X, on the scale of log odds. Replicates without a
        maximum are NaN and counted; a category that nobody drawn has is no reason for that.

    Raises
    ------
    EstimationError
        What `fit_ordinal` refuses, draws that cannot be had, or no replicate with a maximum.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(60.0)
    >>> boot = bootstrap_ordinal(x[:, None], np.floor(x / 20 + np.sin(5 * x)), reps=200, seed=1)
    >>> boot.replicates.shape, boot.failed
    ((200, 1), 0)
    """
    fit = fit_ordinal(X, y, names=names)
    design, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    draws = plan_draws(fit.n, reps=reps, seed=seed, kind=kind, clusters=clusters)
    chunks = (draws.of_participants(draws.weights(*chunk)) for chunk in draws.chunks(reps))
    found = [fit_ordinal_weighted(design, outcome, weights) for weights in chunks]
    labels = tuple(names) if names is not None else tuple(f"column {j}" for j in range(design.shape[1]))
    return assembled(
        fit.coef,
        np.concatenate([np.where(part.converged[:, None], part.coef, np.nan) for part in found]),
        draws,
        names=labels,
        influence=_influence(fit, design, outcome, draws),
        why_failed=NO_MAXIMUM,
    )


def _influence(fit: OrdinalFit, X: Floats, y: Floats, draws: Draws) -> Floats:
    """Return what each unit adds to the slopes, the infinitesimal jackknife, shape (n_units, p)."""
    rows, band, k = np.arange(len(y)), np.searchsorted(fit.categories, y), len(fit.thresholds)
    below = np.column_stack(
        [np.zeros(len(y)), expit(fit.thresholds - (X @ fit.coef)[:, None]), np.ones(len(y))]
    )
    density = below * (1 - below)
    probability = below[rows, band + 1] - below[rows, band]
    by_end = np.zeros_like(below)
    by_end[rows, band + 1] = density[rows, band + 1] / probability
    by_end[rows, band] = -density[rows, band] / probability
    score = np.column_stack([by_end[:, 1:-1], -X * by_end.sum(axis=1)[:, None]])
    return draws.summed(score @ fit.parameters_cov[:, k:])

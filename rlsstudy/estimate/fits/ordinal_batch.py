"""Proportional odds fitted to many weightings of the same participants at once, as a bootstrap needs it.

Newton steps of all weightings are taken together: what a step sums over participants are matrix products
of the weights with columns that are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import checked_arrays
from rlsstudy.estimate.fits.ordinal_batch_terms import Batch, evaluated
from rlsstudy.estimate.fits.ordinal_checks import (
    ERROR_GROWTH,
    band_codes,
    check_maximum,
    check_numbers,
    check_size,
)
from rlsstudy.estimate.fits.ordinal_design import sorted_by_band
from rlsstudy.estimate.fits.ordinal_newton import maximise

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Places = NDArray[np.intp]

BATCH_CELLS = 2**17  # weights treated together; the arrays made from them stay in a core's cache
BATCH_TOLERANCE = 1e-7  # of the decrement, in squared standard errors; leaves less than 1e-7 of an error
MAX_STEPS = 25
_ROUNDING = 1e-12  # of the log-likelihood


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalResamples:
    """Estimates for R weightings.

    Parameters
    ----------
    coef : ndarray, shape (R, p)
        Slopes, in the units of X; not a number where there is no estimate.
    thresholds : ndarray, shape (R, K - 1)
        Thresholds. Where nobody with a category has weight, its two thresholds are one, and at either end
        of the outcome infinite.
    converged : ndarray of bool, shape (R,)
        Whether there is an estimate.
    """

    coef: Floats
    thresholds: Floats
    converged: Bools


def fit_ordinal_weighted(X: ArrayLike, y: ArrayLike, weights: ArrayLike) -> OrdinalResamples:
    """Fit proportional odds with each of many sets of weights.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, without a constant column.
    y : array of numbers, shape (n,)
        The outcome.
    weights : array, shape (R, n)
        How often, or how much, each participant counts; not negative.

    Returns
    -------
    OrdinalResamples
        The same estimates as of fits to participants repeated as often, to 1e-6 of a standard error.
        There is none for weights that leave a column constant, aliased or separating.

    Raises
    ------
    EstimationError
        As `fit_ordinal` for the participants without weights, and for weights that are no weights.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(60.0)
    >>> y = np.floor(x / 20 + np.sin(5 * x))
    >>> weights = np.random.default_rng(1).multinomial(60, np.full(60, 1 / 60), size=200)
    >>> fits = fit_ordinal_weighted(x[:, None], y, weights)
    >>> fits.coef.shape, bool(fits.converged.all())
    ((200, 1), True)
    """
    design, outcome, labels = checked_arrays(X, check_numbers(y), None)
    _, codes, counts = band_codes(outcome)
    check_size(counts, design.shape[1])
    sets = _checked_weights(weights, len(outcome))
    scaling, problem, order = sorted_by_band(design, codes, counts, "logit", labels)
    optimum = maximise(problem)
    check_maximum(optimum, scaling.inflation, design, codes, labels)
    k, parameters = len(counts) - 1, np.append(optimum.thresholds, optimum.slopes)
    errors = np.sqrt(np.diag(optimum.information.slopes_covariance()))
    size = max(1, BATCH_CELLS // len(outcome))
    found = np.vstack(
        [
            _climbed(Batch.of(problem, sets[start : start + size].take(order, axis=1)), parameters, errors)
            for start in range(0, len(sets), size)
        ]
    )
    coef = found[:, k:] @ scaling.back.T
    return OrdinalResamples(
        coef=coef,
        thresholds=found[:, :k] + (coef @ scaling.mean)[:, None],
        converged=np.asarray(np.isfinite(coef).all(axis=1), dtype=np.bool_),
    )


def _checked_weights(weights: ArrayLike, n: int) -> Floats:
    sets = np.asarray(weights, dtype=np.float64)
    if sets.ndim != 2 or sets.shape[1] != n or not len(sets):
        raise EstimationError(
            f"Weights have shape {sets.shape}. Allowed: at least one row, with {n} columns, one for each participant."
        )
    wrong = int((~(sets >= 0) | np.isinf(sets)).sum())
    if wrong:
        raise EstimationError(
            f"{wrong} weights are negative, missing or infinite. Allowed: finite numbers from 0 on."
        )
    return sets


def _climbed(batch: Batch, start: Floats, errors: Floats) -> Floats:
    """Return the parameters of each weighting, not a number where there is no estimate."""
    k, number = batch.end.shape[1], len(batch.weights)
    place = np.tile(start, (number, 1))
    place[:, :k] = batch.tied(place[:, :k])
    with np.errstate(divide="ignore"):  # weights of 0 for everybody
        limits = ERROR_GROWTH * errors / np.sqrt(batch.size)[:, None]
    found, step, height = np.full_like(place, np.nan), np.zeros_like(place), np.full(number, -np.inf)
    active = np.flatnonzero((batch.totals > 0).sum(axis=1) >= 2)
    for _ in range(MAX_STEPS):
        some = batch if len(active) == number else batch.some(active)
        ahead = place[active] + step[active]
        value, gradient, information = evaluated(some, ahead)
        higher = value >= height[active] - _ROUNDING * np.abs(height[active])
        up = active[higher]
        place[up], height[up] = ahead[higher], value[higher]
        step[active[~higher]] /= 2
        turned = _solved(information[higher], gradient[higher][..., None])[..., 0]
        last = (gradient[higher] * turned).sum(axis=1) < BATCH_TOLERANCE * some.size[higher]
        turned[:, :k] = np.einsum("rji,ri->rj", some.merge[higher], turned[:, :k])
        step[up] = turned
        close = np.flatnonzero(last)
        close = close[_bounded(information[higher][close], limits[up[close]])]
        found[up[close]] = place[up[close]] + step[up[close]]
        active = np.setdiff1d(active, up[last | np.isnan(turned).any(axis=1)])
        if not len(active):
            break
    found[:, :k] = batch.with_ends(found[:, :k])
    return found


def _solved(matrices: Floats, right: Floats) -> Floats:
    """Solve many systems, shapes (B, q, q) and (B, q, m), with not a number where a matrix is singular."""
    try:
        return np.asarray(np.linalg.solve(matrices, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full(right.shape, np.nan)
        return np.concatenate([_solved(m[None], r[None]) for m, r in zip(matrices, right, strict=True)])


def _bounded(information: Floats, limits: Floats) -> Bools:
    """Tell where each slope's standard error is below its limit, shapes (B, q, q) and (B, p)."""
    (number, q, _), p = information.shape, limits.shape[1]
    units = np.broadcast_to(np.eye(q)[:, -p:], (number, q, p))
    variance = np.diagonal(_solved(information, units)[:, -p:], axis1=1, axis2=2)
    return np.asarray(((variance > 0) & (variance < limits**2)).all(axis=1), dtype=np.bool_)

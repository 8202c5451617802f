"""The likelihood of proportional odds and its derivatives for many weightings of the same participants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.ordinal_links import width_terms
from rlsstudy.estimate.fits.ordinal_newton import OrdinalProblem, Run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


_SMALLEST = np.finfo(np.float64).tiny  # a place too far has likelihood 0, whose logarithm is avoided


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some weightings, and the thresholds that each of them ties together.

    Without weight on a category, its two thresholds are one; below the lowest category with weight they
    are minus infinity, above the highest plus infinity.

    Parameters
    ----------
    problem : OrdinalProblem
        The participants, sorted by category.
    weights : ndarray, shape (B, n)
        Their weights.
    totals : ndarray, shape (B, K)
        Weight of each category.
    end : ndarray of int, shape (B, K - 1)
        -1 or 1 for a threshold that is minus or plus infinity, otherwise 0.
    merge : ndarray, shape (B, K - 1, K - 1)
        1 where the threshold of the row moves with the free threshold of the column.
    """

    problem: OrdinalProblem
    weights: Floats
    totals: Floats
    end: Places
    merge: Floats

    @classmethod
    def of(cls, problem: OrdinalProblem, weights: Floats) -> Batch:
        """Find which categories have weight."""
        totals = np.add.reduceat(weights, problem.ends[:-1], axis=1)
        below = np.cumsum(totals > 0, axis=1)
        present, below = below[:, -1:], below[:, :-1]
        end = np.where(below == 0, -1, np.where(below == present, 1, 0))
        first = (below[:, :, None] > below[:, None, :]).sum(axis=2)  # of the thresholds with as many below
        merge = (first[:, :, None] == np.arange(below.shape[1])) & (end == 0)[:, :, None]
        return cls(problem, weights, totals, end, merge.astype(np.float64))

    def some(self, rows: Places) -> Batch:
        """Return these weightings only."""
        return Batch(self.problem, self.weights[rows], self.totals[rows], self.end[rows], self.merge[rows])

    @property
    def size(self) -> Floats:
        """Weight of everybody over that of everybody counting once, shape (B,)."""
        return np.asarray(self.totals.sum(axis=1) / self.weights.shape[1])

    def with_ends(self, thresholds: Floats) -> Floats:
        """Return thresholds, shape (B, K - 1), infinite where they are."""
        infinite = np.where(self.end < 0, -np.inf, np.inf)
        return np.where(self.end == 0, thresholds, infinite)

    def tied(self, thresholds: Floats) -> Floats:
        """Return thresholds, shape (B, K - 1), with each group that is one at its mean."""
        size = np.maximum(self.merge.sum(axis=1), 1)
        mean = np.einsum("rji,rj->ri", self.merge, thresholds) / size
        return np.asarray(np.einsum("rji,ri->rj", self.merge, mean))


def evaluated(batch: Batch, place: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log-likelihoods (B,), gradients (B, q) and information (B, q, q) at these parameters (B, q).

    What is tied together is summed at the first of its thresholds; the others have gradient 0 and
    information 1, so that a step does not move them. A place with thresholds out of order has minus infinity.
    """
    k = batch.end.shape[1]
    thresholds = batch.with_ends(place[:, :k])
    sums = _Sums.of(batch, thresholds, place[:, k:])
    with np.errstate(invalid="ignore"):  # infinity less infinity, at a category without weight
        widths = np.where(batch.totals[:, 1:-1] > 0, np.diff(thresholds, axis=1), 1.0)
    inside = (widths > 0).all(axis=1)
    logs, slope, curvature = width_terms(np.where(widths > 0, widths, 1.0))
    inner = batch.totals[:, 1:-1]
    value = sums.value + (inner * logs).sum(axis=1)
    sums.score[:, 1:] += inner * slope
    sums.score[:, :-1] -= inner * slope
    information = _information(sums, inner * curvature)
    gradient = np.concatenate([sums.score, sums.slopes], axis=1)
    if not (batch.totals > 0).all():
        gradient, information = _merged(batch.merge, gradient, information)
    return np.where(inside & np.isfinite(value), value, -np.inf), gradient, information


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums over participants: value (B,), score (B, K - 1), slopes (B, p), border (B, K - 1, p + 1), gram (B, p, p)."""

    value: Floats
    score: Floats
    slopes: Floats
    border: Floats
    gram: Floats

    @classmethod
    def of(cls, batch: Batch, thresholds: Floats, slopes: Floats) -> _Sums:
        """Sum block by block."""
        (number, k), p = thresholds.shape, slopes.shape[1]
        first, second = np.triu_indices(p)
        sums = cls(
            value=np.zeros(number),
            score=np.zeros((number, k)),
            slopes=np.zeros((number, p)),
            border=np.zeros((number, k, p + 1)),
            gram=np.zeros((number, p, p)),
        )
        for rows, runs in batch.problem.blocks():
            design, weights = batch.problem.design[:, rows], batch.weights[:, rows]
            curvature = sums.add(design, weights, runs, _inside(thresholds, slopes @ design[:p], runs))
            sums.gram[:, first, second] += curvature @ (design[first] * design[second]).T
        sums.gram[:, second, first] = sums.gram[:, first, second]
        return sums

    def add(self, design: Floats, weights: Floats, runs: list[Run], inside: tuple[Floats, Floats]) -> Floats:
        """Add a block to all but the Gram matrices, and return the weights of these, shape (B, rows)."""
        upper, lower = inside
        logs = np.maximum(upper * lower, _SMALLEST)
        np.log(logs, out=logs)
        self.value[:] += np.einsum("ij,ij->i", weights, logs)
        score_upper, score_lower = weights * (1 - upper), weights * (1 - lower)
        upper *= score_upper
        lower *= score_lower
        self.slopes[:] += (score_lower - score_upper) @ design[:-1].T
        for run in runs:
            place = slice(run.start, run.stop)
            columns = design[:, place].T
            if run.band < self.score.shape[1]:
                self.score[:, run.band] += score_upper[:, place].sum(axis=1)
                self.border[:, run.band] += upper[:, place] @ columns
            if run.band:
                self.score[:, run.band - 1] -= score_lower[:, place].sum(axis=1)
                self.border[:, run.band - 1] += lower[:, place] @ columns
        upper += lower
        return upper


def _inside(thresholds: Floats, linear: Floats, runs: list[Run]) -> tuple[Floats, Floats]:
    """Return F at the upper end of each participant's category and 1 - F at the lower, shapes (B, rows)."""
    infinite = np.full((len(thresholds), 1), np.inf)
    ends = np.hstack([-infinite, thresholds, infinite])
    upper, lower = linear, -linear
    for run in runs:
        upper[:, run.start : run.stop] -= ends[:, run.band + 1 : run.band + 2]
        lower[:, run.start : run.stop] += ends[:, run.band : run.band + 1]
    with np.errstate(over="ignore"):  # a place too far has likelihood 0
        for exponent in (upper, lower):
            np.exp(exponent, out=exponent)
            exponent += 1.0
            np.reciprocal(exponent, out=exponent)
    return upper, lower


def _information(sums: _Sums, ties: Floats) -> Floats:
    number, k, p = *sums.score.shape, sums.slopes.shape[1]
    information, free = np.zeros((number, k + p, k + p)), np.arange(k)
    information[:, free, free] = sums.border[:, :, p]
    information[:, free[1:], free[1:]] += ties
    information[:, free[:-1], free[:-1]] += ties
    information[:, free[1:], free[:-1]] = information[:, free[:-1], free[1:]] = -ties
    information[:, :k, k:] = -sums.border[:, :, :p]
    information[:, k:, :k] = information[:, :k, k:].transpose(0, 2, 1)
    information[:, k:, k:] = sums.gram
    return information


def _merged(merge: Floats, gradient: Floats, information: Floats) -> tuple[Floats, Floats]:
    number, q, k = *gradient.shape, merge.shape[1]
    turn = np.zeros((number, q, q))
    turn[:, :k, :k] = merge
    turn[:, np.arange(k, q), np.arange(k, q)] = 1.0
    back = turn.transpose(0, 2, 1)
    information = back @ information @ turn
    unused = ~turn.any(axis=1)
    information[:, np.arange(q), np.arange(q)] += unused
    return np.einsum("rji,rj->ri", turn, gradient), information

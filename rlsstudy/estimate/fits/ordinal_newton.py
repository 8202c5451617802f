"""Newton's method for cumulative models: thresholds and slopes of bands that are in order.

Rows are sorted by band, so that sums over a band are sums over neighbours. The Hessian has a tridiagonal
block of the thresholds, which are eliminated first; what is left is as large as the number of slopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dpttrf, dpttrs

from rlsstudy.estimate.fits.ordinal_links import LINKS, Link, width_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    Place = tuple[Floats, Floats]  # thresholds, slopes

MAX_STEPS = 25  # Newton needs 4 to 8; in separated data the decrement falls by a factor e with each, for ever
TOLERANCE = 1e-14  # of the decrement, in squared standard errors per participant, before the last step
MAX_HALVINGS = 30
BLOCK_ROWS = 4096  # some 16 columns of it stay in a core's cache
UNBLOCKED_ROWS = 30_000
SAMPLE_EVERY = 16  # row of a large problem that finds the place from which all rows start
_ROUNDING = 1e-12  # of the log-likelihood, which a last step need not raise by more


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Neighbouring rows, ``start`` to ``stop`` of a block, in one band."""

    band: int
    start: int
    stop: int


Blocks = list[tuple[slice, list[Run]]]


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalProblem:
    """Rows sorted by band.

    Parameters
    ----------
    design : ndarray, shape (p + 1, n)
        Centred and scaled covariates, one in each row, then a row of ones.
    counts : ndarray, shape (K,)
        Participants in each band; none is empty.
    link : {"logit", "probit", "cloglog"}
        The latent distribution.
    """

    design: Floats
    counts: Places
    link: Link

    @property
    def ends(self) -> Places:
        """First row of each band, and the number of rows."""
        return np.concatenate([[0], np.cumsum(self.counts)])

    def blocks(self) -> Blocks:
        """Cut the rows into blocks that stay in the cache, and each block into runs of one band."""
        n, ends = self.design.shape[1], self.ends
        size = n if n <= UNBLOCKED_ROWS else BLOCK_ROWS
        blocks = []
        for start in range(0, n, size):
            stop = min(start + size, n)
            first, last = np.searchsorted(ends, [start, stop - 1], side="right") - 1
            cuts = np.clip(ends[first : last + 2], start, stop) - start
            runs = [Run(int(first) + k, int(cuts[k]), int(cuts[k + 1])) for k in range(last - first + 1)]
            blocks.append((slice(start, stop), runs))
        return blocks


@dataclass(frozen=True, slots=True, eq=False)
class Bordered:
    """A symmetric matrix of thresholds and slopes: tridiagonal, border, and block of the slopes."""

    diagonal: Floats
    beside: Floats
    border: Floats
    slopes: Floats

    def eliminate(self, right: Floats) -> tuple[Floats, Floats]:
        """Return what solves the tridiagonal block, and the block of the slopes after elimination."""
        beside = self.beside if len(self.beside) else np.zeros(1)  # LAPACK takes no empty array
        factor, beside, failed = dpttrf(self.diagonal, beside)
        if failed:
            raise LinAlgError("the block of the thresholds is not positive definite")
        solved, _ = dpttrs(factor, beside, right)
        return solved, self.slopes - self.border.T @ solved[:, : self.border.shape[1]]

    def solve(self, thresholds: Floats, slopes: Floats) -> tuple[Floats, Floats]:
        """Return the solution for one right-hand side, thresholds and slopes."""
        solved, reduced = self.eliminate(np.column_stack([self.border, thresholds]))
        answer = cho_solve(cho_factor(reduced), slopes - self.border.T @ solved[:, -1])
        return solved[:, -1] - solved[:, :-1] @ answer, answer

    def slopes_covariance(self) -> Floats:
        """Return the block of the slopes in the inverse."""
        _, reduced = self.eliminate(self.border)
        return np.asarray(cho_solve(cho_factor(reduced), np.eye(len(reduced))))

    def inverse(self) -> Floats:
        """Return the inverse, thresholds first."""
        k, p = self.border.shape
        solved, reduced = self.eliminate(np.column_stack([self.border, np.eye(k)]))
        into, alone = solved[:, :p], solved[:, p:]
        slopes = cho_solve(cho_factor(reduced), np.eye(p))
        beside = -into @ slopes
        return np.block([[alone - beside @ into.T, beside], [beside.T, slopes]])


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The log-likelihood, its gradient and minus its Hessian at one place."""

    log_likelihood: float
    thresholds: Floats
    slopes: Floats
    information: Bordered


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where Newton's method ended, in scaled columns.

    Parameters
    ----------
    thresholds, slopes : ndarray, shapes (K - 1,) and (p,)
        Parameters.
    log_likelihood : float
        There.
    information : Bordered
        Observed information.
    steps : int
        Steps taken.
    converged : bool
        Whether the last step was a full one within the tolerance.
    """

    thresholds: Floats
    slopes: Floats
    log_likelihood: float
    information: Bordered
    steps: int
    converged: bool


def maximise(problem: OrdinalProblem) -> Optimum:
    """Maximise the likelihood, which is concave, so that any start gives the same answer."""
    return _climbed(problem, _start(problem))


def _start(problem: OrdinalProblem) -> Place:
    """Return the thresholds of the outcome alone or, with many rows, the estimates from some of them."""
    shares = np.cumsum(problem.counts)[:-1] / problem.counts.sum()
    alone = LINKS[problem.link].quantile(shares), np.zeros(len(problem.design) - 1)
    n, ends = problem.design.shape[1], problem.ends
    if n <= UNBLOCKED_ROWS:
        return alone
    rows = np.union1d(np.arange(0, n, SAMPLE_EVERY), ends[:-1])
    counts = np.diff(np.searchsorted(rows, ends))
    some = _climbed(OrdinalProblem(problem.design[:, rows], counts, problem.link), alone)
    return (some.thresholds, some.slopes) if some.converged else alone


def _climbed(problem: OrdinalProblem, place: Place) -> Optimum:
    """Take Newton steps, halved where the likelihood would fall, until one is too small to matter."""
    blocks, enough = problem.blocks(), TOLERANCE * problem.design.shape[1]
    at = _evaluated(problem, blocks, place)
    steps, converged = 0, False
    while at is not None and not converged and steps < MAX_STEPS:
        last, steps = at, steps + 1
        try:
            step = at.information.solve(at.thresholds, at.slopes)
        except LinAlgError:
            break
        if at.thresholds @ step[0] + at.slopes @ step[1] < enough:
            converged, place = True, _moved(place, step, 1.0)  # its error is that of before squared
        else:
            place, at = _uphill(problem, blocks, place, step, last.log_likelihood)
    return Optimum(*place, last.log_likelihood, last.information, steps, converged)


def _moved(place: Place, step: Place, share: float) -> Place:
    return place[0] + share * step[0], place[1] + share * step[1]


def _uphill(
    problem: OrdinalProblem, blocks: Blocks, place: Place, step: Place, log_likelihood: float
) -> tuple[Place, Evaluation | None]:
    """Return where a step leads, halved until the likelihood does not fall, and what is found there."""
    share, enough = 1.0, log_likelihood - _ROUNDING * abs(log_likelihood)
    for _ in range(MAX_HALVINGS):
        ahead = _moved(place, step, share)
        found = _evaluated(problem, blocks, ahead)
        if found is not None and found.log_likelihood >= enough:
            return ahead, found
        share /= 2
    return place, None


def _evaluated(problem: OrdinalProblem, blocks: Blocks, place: Place) -> Evaluation | None:
    """Return the likelihood and its derivatives, or None where thresholds are out of order or it is 0."""
    thresholds, slopes = place
    widths = np.diff(thresholds)
    if not (widths > 0).all():
        return None
    p, bands = len(slopes), len(problem.counts)
    sums, gram, ties = np.zeros((bands, 4, p + 1)), np.zeros((p, p)), np.zeros(bands)
    log_likelihood = 0.0
    for rows, runs in blocks:
        design = problem.design[:, rows]
        columns = design[:p]
        terms = LINKS[problem.link].terms(*band_ends(thresholds, slopes @ columns, runs))
        log_likelihood += terms.log_likelihood
        gram += (columns * (terms.parts[0] + terms.parts[1])) @ columns.T
        for run in runs:
            sums[run.band] += terms.parts[:, run.start : run.stop] @ design[:, run.start : run.stop].T
            if len(terms.ties):
                ties[run.band] += terms.ties[run.start : run.stop].sum()
    if problem.link == "logit" and bands > 2:
        log_likelihood += _add_widths(problem.counts[1:-1], widths, sums, ties)
    return _gathered(log_likelihood, sums, gram, ties) if np.isfinite(log_likelihood) else None


def _add_widths(counts: Places, widths: Floats, sums: Floats, ties: Floats) -> float:
    """Add what the width of each band with two ends gives under the logit; return its log-likelihood."""
    logs, slope, curvature = width_terms(widths)
    sums[1:-1, 2, -1] += counts * slope
    sums[1:-1, 3, -1] -= counts * slope
    ties[1:-1] = counts * curvature
    return float(counts @ logs)


def _gathered(log_likelihood: float, sums: Floats, gram: Floats, ties: Floats) -> Evaluation:
    """Turn sums over bands into derivatives: a threshold is the upper end of a band and the lower of the next."""
    weights = sums[:-1, 0] + sums[1:, 1]
    return Evaluation(
        log_likelihood=log_likelihood,
        thresholds=sums[:-1, 2, -1] + sums[1:, 3, -1],
        slopes=-sums[:, 2:, :-1].sum(axis=(0, 1)),
        information=Bordered(
            diagonal=weights[:, -1] + ties[:-1] + ties[1:],
            beside=-ties[1:-1],
            border=-weights[:, :-1],
            slopes=gram,
        ),
    )


def band_ends(thresholds: Floats, linear: Floats, runs: list[Run]) -> tuple[Floats, Floats]:
    """Return where each participant's band ends and begins on the latent scale, less the linear predictor."""
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    bands = np.array([run.band for run in runs])
    sizes = np.array([run.stop - run.start for run in runs])
    return np.repeat(ends[bands + 1], sizes) - linear, np.repeat(ends[bands], sizes) - linear

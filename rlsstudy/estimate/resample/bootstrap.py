"""What a bootstrap gives: estimates, replicates and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import Status
from rlsstudy.estimate.resample.intervals import (
    IntervalMethod,
    basic_interval,
    bca_interval,
    centred_interval,
    check_interval,
    normal_interval,
    percentile_interval,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.resample.draws import Draws

    Floats = NDArray[np.float64]

MOST_FAILED = 0.05  # of the replicates; beyond it those that are left are no fair sample


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """A bootstrap of one or more estimates.

    Parameters
    ----------
    estimate : ndarray, shape (p,)
        The estimates from the data themselves.
    replicates : ndarray, shape (R, p)
        The estimates from each replicate, by its number; NaN where it failed.
    names : tuple of str
        What is estimated.
    influence : ndarray, shape (m, p), optional
        What each participant or cluster adds to the estimates, up to a factor, for BCa intervals.
    n : int
        Participants.
    status : {"ok", "flagged"}
        Flagged when more than one in twenty replicates failed, or when there are few clusters.
    note : str
        Why it is flagged, and how many replicates failed.
    """

    estimate: Floats
    replicates: Floats
    names: tuple[str, ...]
    influence: Floats | None
    n: int
    status: Status
    note: str

    @property
    def failed(self) -> int:
        """How many replicates gave no estimate."""
        return int(np.isnan(self.replicates).any(axis=1).sum())

    @property
    def std_error(self) -> Floats:
        """Standard deviation of the replicates, shape (p,)."""
        return np.asarray(self._finite().std(axis=0, ddof=1))

    @property
    def bias(self) -> Floats:
        """Mean of the replicates less the estimate, shape (p,)."""
        return np.asarray(self._finite().mean(axis=0) - self.estimate)

    def conf_int(self, method: IntervalMethod = "percentile", level: float = 0.95) -> Floats:
        """Return intervals, shape (p, 2), from the replicates that did not fail.

        Parameters
        ----------
        method : {"percentile", "basic", "normal", "bca", "centred"}
            The quantiles of the replicates; these turned about the estimate; the estimate less its
            bias with normal quantiles; quantiles corrected for bias and skewness [1]_; or the quantiles
            of replicates moved so that their mean is the estimate, for an estimate that is known to be
            unbiased where resamples are not, such as adjusted R².
        level : float
            The share of intervals that hold what they estimate.

        Raises
        ------
        EstimationError
            An unknown method, too few replicates for the level, or, for BCa, no influence of single
            participants, or replicates on one side of the estimate only.

        References
        ----------
        .. [1] Davison AC, Hinkley DV (1997). Bootstrap Methods and their Application, sections 5.2 and 5.3.
           Cambridge University Press.
        """
        check_interval(method, level)
        replicates = self._finite()
        match method:
            case "percentile":
                return percentile_interval(replicates, level)
            case "basic":
                return basic_interval(self.estimate, replicates, level)
            case "centred":
                return centred_interval(self.estimate, replicates, level)
            case "normal":
                return normal_interval(self.estimate, replicates, level)
        if self.influence is None:
            raise EstimationError(
                "A BCa interval needs the influence of each participant, and this bootstrap has none. "
                'Give it by jackknife_influence, or ask for method="percentile".'
            )
        return bca_interval(self.estimate, replicates, self.influence, level, self.names)

    def _finite(self) -> Floats:
        return self.replicates[~np.isnan(self.replicates).any(axis=1)]


def assembled(
    estimate: Floats,
    replicates: Floats,
    draws: Draws,
    *,
    names: tuple[str, ...],
    influence: Floats | None,
    why_failed: str,
) -> Bootstrap:
    """Judge replicates, NaN where they failed, and put the bootstrap together.

    Parameters
    ----------
    estimate, replicates, names, influence
        As in `Bootstrap`.
    draws : Draws
        How they were drawn.
    why_failed : str
        Why replicates failed, if any did.

    Raises
    ------
    EstimationError
        Fewer than two replicates gave an estimate.
    """
    reps = len(replicates)
    failed = int(np.isnan(replicates).any(axis=1).sum())
    if reps - failed < 2:
        raise EstimationError(
            f"{failed:,} of {reps:,} replicates of the bootstrap gave no estimate: {why_failed}. "
            "Merge small levels, take fewer columns, or use another estimate of the error."
        )
    notes = []
    if failed:
        notes.append(f"{failed:,} of {reps:,} replicates failed and are left out: {why_failed}")
    if draws.concern:
        notes.append(draws.concern)
    flagged = failed > MOST_FAILED * reps or draws.concern
    return Bootstrap(
        estimate, replicates, names, influence, draws.n, "flagged" if flagged else "ok", "; ".join(notes)
    )

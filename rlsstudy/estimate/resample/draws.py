"""Who is drawn how often in each replicate: it follows from the seed and the replicate's number alone.

Replicate *r* of *m* units reads the words ``r m`` to ``r m + m - 1`` of one counter-based stream (see
:mod:`rlsstudy.cohort.streams`), so that neither chunks nor workers matter, and a longer run begins
with the shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from rlsstudy.cohort.streams import uniforms
from rlsstudy.errors import EstimationError, bullet_list, did_you_mean
from rlsstudy.estimate.fits.clusters import Clusters, count_fault, few_clusters
from rlsstudy.estimate.fits.labels import label_array, label_fault

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

DrawKind = Literal["pairs", "cluster", "bayesian"]

MOST_WEIGHTS = 1 << 19  # held at a time: 4 MB, which stay in a cache
LEAST_REPLICATES = 32  # at a time, so that a pass over many participants is worth it


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The draws of a bootstrap.

    Parameters
    ----------
    kind : {"pairs", "cluster", "bayesian"}
        Participants drawn with replacement; whole clusters drawn with replacement; or nobody left
        out, each unit with a weight from the flat Dirichlet distribution.
    seed : int
        The seed.
    n : int
        Participants.
    unit_of : ndarray of int, shape (n,), optional
        The place of each participant's cluster; None where each participant is a unit.
    n_units : int
        What is drawn from: participants, or clusters.
    """

    kind: DrawKind
    seed: int
    n: int
    unit_of: Places | None
    n_units: int

    @property
    def concern(self) -> str:
        """Why intervals are to be read with care: few clusters."""
        return "" if self.unit_of is None else "".join(few_clusters(self.n_units, "clusters"))

    def weights(self, first: int, count: int) -> Floats:
        """Return the weight of each unit in some replicates, shape (count, n_units), with mean 1.

        Parameters
        ----------
        first, count : int
            The first replicate, from 0, and how many.
        """
        drawn = self._uniforms(first, count)
        if self.kind == "bayesian":
            weights = -np.log(drawn)
            weights /= weights.mean(axis=1, keepdims=True)
            return weights
        places = (drawn * self.n_units).astype(np.intp)
        places += self.n_units * np.arange(count)[:, None]
        counts = np.bincount(places.ravel(), minlength=count * self.n_units)
        return counts.reshape(count, self.n_units).astype(np.float64)

    def rows(self, replicate: int) -> Places:
        """Return the places of the participants of one replicate, in the order in which they are drawn."""
        units: Places = (self._uniforms(replicate, 1)[0] * self.n_units).astype(np.intp)
        if self.unit_of is None:
            return units
        members = np.split(np.argsort(self.unit_of, kind="stable"), np.cumsum(np.bincount(self.unit_of))[:-1])
        return np.asarray(np.concatenate([members[unit] for unit in units]))

    def of_participants(self, weights: Floats) -> Floats:
        """Return the weights of participants from those of units, in the last axis."""
        return weights if self.unit_of is None else weights[..., self.unit_of]

    def summed(self, values: Floats) -> Floats:
        """Return the sum of participants' values in each unit, shape (n_units, ...)."""
        if self.unit_of is None:
            return values
        sums = np.zeros((self.n_units, *values.shape[1:]))
        np.add.at(sums, self.unit_of, values)
        return sums

    def chunks(self, reps: int) -> Iterator[tuple[int, int]]:
        """Yield first replicate and number of replicates of parts that fit into memory."""
        size = max(LEAST_REPLICATES, MOST_WEIGHTS // self.n_units)
        for first in range(0, reps, size):
            yield first, min(size, reps - first)

    def _uniforms(self, first: int, count: int) -> Floats:
        size = self.n_units
        return uniforms(self.seed, "bootstrap", self.kind, first * size, count * size).reshape(count, size)


def plan_draws(
    n: int, *, reps: int, seed: int, kind: DrawKind = "pairs", clusters: ArrayLike | None = None
) -> Draws:
    """Check what is asked for and return the draws.

    Parameters
    ----------
    n : int
        Participants.
    reps : int
        Replicates, at least 2.
    seed : int
        A whole number from 0.
    kind : {"pairs", "cluster", "bayesian"}
        What is drawn.
    clusters : array, shape (n,), optional
        The cluster of each participant, without gaps: for ``"cluster"``, and for ``"bayesian"``
        where whole clusters are to be weighted.

    Returns
    -------
    Draws
        The same for the same seed, kind and data, whatever the number of replicates.

    Raises
    ------
    EstimationError
        An unknown kind, a number that is none, clusters that are needed and not given, or given and
        not used, of another length, with gaps, or fewer than two.

    Examples
    --------
    >>> plan_draws(4, reps=10, seed=1).weights(0, 2).sum(axis=1).tolist()
    [4.0, 4.0]
    """
    if kind not in get_args(DrawKind):
        hint = did_you_mean(str(kind), get_args(DrawKind))
        raise EstimationError(f"No bootstrap '{kind}' is offered.{hint}")
    problems = _number_problems(reps, seed)
    if kind == "pairs" and clusters is not None:
        problems.append(
            "Clusters are given, and 'pairs' draws single participants. Ask for kind=\"cluster\", or leave them out."
        )
    if kind == "cluster" and clusters is None:
        problems.append('kind="cluster" draws whole clusters, and none are given. Give each participant\'s.')
    unit_of, n_units = None, n
    if clusters is not None:
        unit_of, n_units, faults = _units(clusters, n)
        problems += faults
    if problems:
        raise EstimationError(f"The bootstrap cannot be run:\n{bullet_list(problems)}")
    return Draws(kind, int(seed), n, unit_of, n_units)


def _number_problems(reps: int, seed: int) -> list[str]:
    return [
        f"{name} is a whole number from {least}, not {value!r}."
        for name, value, least in (("reps", reps, 2), ("seed", seed, 0))
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least
    ]


def _units(labels: ArrayLike, n: int) -> tuple[Places | None, int, list[str]]:
    """Return the place of each participant's cluster, how many there are, and what is wrong with them."""
    if fault := label_fault(label_array(labels), n):
        return None, n, [fault]
    clusters = Clusters.of(labels, n)
    count = len(clusters.sizes)
    return clusters.code, count, [*filter(None, [count_fault(count)])]

"""The bootstrap of any estimator, on one processor core or several."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.resample.bootstrap import Bootstrap, assembled
from rlsstudy.estimate.resample.draws import DrawKind, Draws, plan_draws

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Estimator = Callable[..., ArrayLike]
    Progress = Callable[[int, int], None]
    Chunk = tuple[int, Floats, Counter[str]]

CHUNKS = 50  # parts of a run after each of which progress is told; the replicates do not depend on it
_NOT_FINITE = "an estimate that is not finite"
_OTHER_SHAPE = "another number of estimates"


def bootstrap(
    estimator: Estimator,
    arrays: Sequence[ArrayLike],
    *,
    reps: int = 1000,
    seed: int,
    clusters: ArrayLike | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Bootstrap:
    """Bootstrap any estimator by drawing participants, or whole clusters, with replacement.

    Parameters
    ----------
    estimator : callable
        Given the arrays, it returns a number or an array of numbers of always the same shape. It must
        not draw random numbers of its own. A replicate in which it raises an error, returns another
        number of estimates or one that is not finite has failed; failed replicates are counted.
    arrays : sequence of array, each of shape (n, ...)
        The data, the same participants in the same order; each is resampled by the same draws.
    reps : int
        Replicates.
    seed : int
        A whole number from 0. Replicate *r* depends on it and on *r* alone.
    clusters : array, shape (n,), optional
        The cluster of each participant; given these, whole clusters are drawn.
    workers : int
        Processes. The result is the same for any number; a process takes about a second to start.
    progress : callable, optional
        Called with the replicates done and those asked for.

    Returns
    -------
    Bootstrap
        Estimates flattened to one dimension. It has BCa intervals once it is given the influence of
        each participant (`jackknife_influence`).

    Raises
    ------
    EstimationError
        Arrays of different lengths, draws that cannot be had, an estimate from the data themselves
        that is not finite, or no replicate that gave an estimate.

    Notes
    -----
    An interruption ends the processes that were started. An error of the estimator on the data themselves is raised as
    it is.

    Examples
    --------
    >>> import numpy as np
    >>> boot = bootstrap(np.median, [np.arange(31.0)], reps=200, seed=1)
    >>> boot.estimate.tolist(), boot.failed
    ([15.0], 0)
    """
    data = _checked(arrays)
    kind: DrawKind = "pairs" if clusters is None else "cluster"
    draws = plan_draws(len(data[0]), reps=reps, seed=seed, kind=kind, clusters=clusters)
    task = _Task(estimator, data, draws, _estimate(estimator, data))
    replicates = np.empty((reps, len(task.estimate)))
    failures: Counter[str] = Counter()
    done = 0
    with closing(_found(task, _parts(reps), workers)) as parts:
        for first, found, failed in parts:
            replicates[first : first + len(found)] = found
            failures += failed
            done += len(found)
            if progress is not None:
                progress(done, reps)
    why = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(failures.items()))
    names = tuple(f"estimate {j}" for j in range(len(task.estimate)))
    return assembled(task.estimate, replicates, draws, names=names, influence=None, why_failed=why)


def jackknife_influence(
    estimator: Estimator, arrays: Sequence[ArrayLike], *, clusters: ArrayLike | None = None
) -> Floats:
    """Return the influence of each participant or cluster on an estimator, by leaving each out once.

    Parameters
    ----------
    estimator, arrays, clusters
        As for `bootstrap`.

    Returns
    -------
    ndarray, shape (m, p)
        The mean of the estimates without one unit, less that without this one. With
        ``dataclasses.replace(boot, influence=…)`` a bootstrap has BCa intervals.

    Raises
    ------
    EstimationError
        As `bootstrap`, or an estimate without one unit that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> jackknife_influence(np.mean, [np.array([1.0, 2, 3])]).ravel().tolist()
    [-0.5, 0.0, 0.5]
    """
    data = _checked(arrays)
    kind: DrawKind = "pairs" if clusters is None else "cluster"
    draws = plan_draws(len(data[0]), reps=2, seed=0, kind=kind, clusters=clusters)
    unit_of = np.arange(draws.n) if draws.unit_of is None else draws.unit_of
    without = [_estimate(estimator, [a[unit_of != unit] for a in data]) for unit in range(draws.n_units)]
    found = np.array(without)
    return np.asarray(found.mean(axis=0) - found)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What a worker needs to compute any replicate."""

    estimator: Estimator
    arrays: list[NDArray[Any]]
    draws: Draws
    estimate: Floats

    def replicates(self, first: int, count: int) -> Chunk:
        """Return some replicates, NaN where they failed, and why they did."""
        found = np.full((count, len(self.estimate)), np.nan)
        failures: Counter[str] = Counter()
        for place in range(count):
            rows = self.draws.rows(first + place)
            try:
                value = np.asarray(self.estimator(*(a[rows] for a in self.arrays)), dtype=np.float64).ravel()
            except Exception as error:
                failures[type(error).__name__] += 1
                continue
            if value.shape != self.estimate.shape:
                failures[_OTHER_SHAPE] += 1
            elif not np.isfinite(value).all():
                failures[_NOT_FINITE] += 1
            else:
                found[place] = value
        return first, found, failures


def _checked(arrays: Sequence[ArrayLike]) -> list[NDArray[Any]]:
    data = [np.asarray(array) for array in arrays]
    if not data or any(array.ndim == 0 or len(array) != len(data[0]) for array in data) or not len(data[0]):
        shapes = ", ".join(str(array.shape) for array in data) or "none"
        raise EstimationError(
            f"The arrays have shapes {shapes}. Allowed: one or more arrays with a row for each participant, "
            "the same participants in the same order."
        )
    return data


def _estimate(estimator: Estimator, data: Iterable[NDArray[Any]]) -> Floats:
    """Return the estimates from whole data, which must be finite."""
    estimate = np.asarray(estimator(*data), dtype=np.float64).ravel()
    if not np.isfinite(estimate).all():
        raise EstimationError(
            f"The estimator gives {np.isnan(estimate).sum()} missing and {np.isinf(estimate).sum()} infinite of "
            f"{len(estimate)} estimates before anything is resampled. Correct the estimator or the data."
        )
    return estimate


def _parts(reps: int) -> Iterator[tuple[int, int]]:
    size = -(-reps // CHUNKS)
    for first in range(0, reps, size):
        yield first, min(size, reps - first)


def _found(task: _Task, parts: Iterable[tuple[int, int]], workers: int) -> Generator[Chunk, None, None]:
    """Return the replicates of each part, in order, as they are found."""
    if isinstance(workers, bool) or not isinstance(workers, int | np.integer) or workers < 1:
        raise EstimationError(f"workers is a whole number from 1, not {workers!r}.")
    if workers == 1:
        return (task.replicates(*part) for part in parts)
    return _found_in_processes(task, parts, int(workers))


def _found_in_processes(
    task: _Task, parts: Iterable[tuple[int, int]], workers: int
) -> Generator[Chunk, None, None]:
    from joblib import Parallel, delayed

    work = (delayed(task.replicates)(*part) for part in parts)
    with (
        _ending_processes_on_error(),
        Parallel(n_jobs=workers, return_as="generator") as parallel,
        _closing_quietly(parallel(work)) as found,
    ):
        for chunk in found:  # noqa: UP028  # "yield from" would close it before the warning is silenced
            yield chunk


@contextmanager
def _closing_quietly(found: Generator[Chunk, None, None]) -> Iterator[Generator[Chunk, None, None]]:
    """Close what joblib is at in the end, without its warning that work is lost, which an interruption means."""
    try:
        yield found
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found.close()


@contextmanager
def _ending_processes_on_error() -> Iterator[None]:
    try:
        yield
    except BaseException:
        _end_processes()
        raise


def _end_processes() -> None:
    """End the processes that joblib keeps, whatever they are at."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True, kill_workers=True)

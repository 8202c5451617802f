"""Separation: whether columns predict a binary or an ordered outcome without exception.

The likelihood then has no maximum: coefficients grow without end, and what a program prints is where
it stopped. Whether data are separated is decided exactly, by linear programme [1]_. In the notation
of [2]_ the outcome is separated when some direction of the coefficients raises the likelihood of
nobody's outcome less than not at all, and that of somebody's for ever.

References
----------
.. [1] Konis K (2007). Linear programming algorithms for detecting separated data in binary logistic
   regression models. DPhil thesis, University of Oxford.
.. [2] Albert A, Anderson JA (1984). On the existence of maximum likelihood estimates in logistic
   regression models. Biometrika 71, 1-10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.fits.guards import varies_not

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

Kind = Literal["complete", "quasi-complete"]

_TOLERANCE = 1e-7  # the solver's own
_MARGIN = 1e-6  # gain of a direction, in standard deviations, that is more than the solver's tolerance
_ROWS_AT_ONCE = 500
_NO_PART = 1e-6  # weight, over the largest, below which a column plays no part in a direction


@dataclass(frozen=True, slots=True)
class Separation:
    """What separates an outcome.

    Parameters
    ----------
    kind : {"complete", "quasi-complete"}
        Whether the outcome of everybody, or of some, follows from the columns without exception.
    groups : tuple of tuple of str
        Names of the columns, those together that separate the outcome only together. Without all
        of them the outcome is not separated.
    """

    kind: Kind
    groups: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that has a part in the separation."""
        return tuple(name for group in self.groups for name in group)

    def __str__(self) -> str:
        """Say what was found, without what to do next, which depends on the model."""
        whose = "everybody's" if self.kind == "complete" else "some participants'"
        lines = [
            f"'{group[0]}' alone separates it."
            if len(group) == 1
            else ", ".join(f"'{name}'" for name in group) + " separate it together."
            for group in self.groups
        ]
        return (
            f"The outcome is separated ({self.kind}): {whose} outcome follows from the columns without "
            f"exception, so these coefficients grow without end and have no estimate.\n{bullet_list(lines)}"
        )


def find_separation(X: ArrayLike, y: ArrayLike, names: Sequence[str]) -> Separation | None:
    """Tell what separates a binary outcome.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept column where it has one; finite, of full rank.
    y : array, shape (n,)
        The outcome, 0 or 1; both occur.
    names : sequence of str
        Names of the p columns.

    Returns
    -------
    Separation or None
        None when a finite estimate by maximum likelihood exists.

    Raises
    ------
    EstimationError
        The solver gave no answer.

    Examples
    --------
    >>> import numpy as np
    >>> dose, rare = np.arange(6.0), np.array([1, 0, 0, 0, 0, 0.0])
    >>> find_separation(np.column_stack([np.ones(6), dose, rare]), [1, 0, 1, 0, 1, 0], ["1", "dose", "rare"])
    Separation(kind='quasi-complete', groups=(('rare',),))
    """
    design, codes = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64).astype(np.intp)
    constant = varies_not(design) & (design[0] != 0)
    slopes = np.flatnonzero(~constant)
    scaled = _scaled(design[:, slopes], centred=bool(constant.any()))
    thresholds = np.zeros((len(design), int(constant.any())))
    thresholds[:] = -1.0
    rows = np.where(codes == 1, 1.0, -1.0)[:, None] * np.hstack([thresholds, scaled])
    return _found(_Outcome(scaled, codes, rows), [names[j] for j in slopes.tolist()])


def find_ordinal_separation(X: ArrayLike, codes: ArrayLike, names: Sequence[str]) -> Separation | None:
    """Tell what separates an ordered outcome under proportional odds, whatever the link.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, without a constant column; finite, of full rank.
    codes : array of int, shape (n,)
        The outcome's level, 0 to K - 1.
    names : sequence of str
        Names of the p columns.

    Returns
    -------
    Separation or None
        None when finite estimates of thresholds and slopes by maximum likelihood exist.

    Raises
    ------
    EstimationError
        The solver gave no answer.

    Examples
    --------
    >>> import numpy as np
    >>> levels = np.array([0, 1, 2, 0, 1, 2])
    >>> find_ordinal_separation(np.array([[1.0, 4, 5, 2, 4, 6]]).T, levels, ["dose"])
    Separation(kind='complete', groups=(('dose',),))
    >>> find_ordinal_separation(np.array([[1.0, 3, 4, 5, 2, 6]]).T, levels, ["dose"]) is None
    True
    """
    design = np.asarray(X, dtype=np.float64)
    levels, places = np.unique(np.asarray(codes), return_inverse=True)
    scaled, top = _scaled(design, centred=True), len(levels) - 1
    # A level's threshold is no lower than its people, and the threshold below it no higher.
    below, above = np.flatnonzero(places < top), np.flatnonzero(places > 0)
    upper, lower = np.zeros((len(below), top)), np.zeros((len(above), top))
    upper[np.arange(len(below)), places[below]] = 1.0
    lower[np.arange(len(above)), places[above] - 1] = -1.0
    rows = np.vstack([np.hstack([upper, -scaled[below]]), np.hstack([lower, scaled[above]])])
    return _found(_Outcome(scaled, places, rows), list(names))


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """Columns, levels, and the half-spaces that hold every direction in which nobody loses.

    Each row of ``rows`` has the weights of the thresholds, then those of the columns.
    """

    columns: Floats
    levels: Places
    rows: Floats

    @property
    def thresholds(self) -> int:
        return int(self.rows.shape[1] - self.columns.shape[1])

    def restricted(self, kept: Sequence[int]) -> Floats:
        """Return the rows with these columns only."""
        places = [*range(self.thresholds), *(self.thresholds + j for j in kept)]
        return self.rows[:, places]


def _found(outcome: _Outcome, names: Sequence[str]) -> Separation | None:
    """Name columns that separate alone, then those that the rest needs together."""
    every = range(outcome.columns.shape[1])
    groups = [[j] for j in every if _separates_alone(outcome, j)]
    rest = [j for j in every if [j] not in groups]
    while rest and _gains(outcome.restricted(rest)):
        together = [rest[j] for j in _sparse_direction(outcome.restricted(rest), outcome.thresholds)]
        groups.append(together)
        rest = [j for j in rest if j not in together]
    if not groups:
        return None
    kind: Kind = "complete" if _gains(outcome.rows, everybody=True) else "quasi-complete"
    return Separation(kind, tuple(tuple(names[j] for j in group) for group in groups))


def _separates_alone(outcome: _Outcome, column: int) -> bool:
    """Tell whether a column's values, with thresholds between them or about 0, rise or fall with the level."""
    x = outcome.columns[:, column]
    if not outcome.thresholds:
        signed = np.where(outcome.levels == 1, x, -x)
        return bool((signed >= 0).all() or (signed <= 0).all())
    at_level = [x[outcome.levels == k] for k in range(outcome.levels.max() + 1)]
    low, high = np.array([v.min() for v in at_level]), np.array([v.max() for v in at_level])
    return bool((high[:-1] <= low[1:]).all() or (low[:-1] >= high[1:]).all())


def _gains(rows: Floats, *, everybody: bool = False) -> bool:
    """Tell whether some direction has no row below 0 and the mean row, or every row, above 0."""
    gain = -rows.mean(axis=0)
    if everybody:
        rows = np.column_stack([rows, -np.ones(len(rows))])
        gain = np.append(np.zeros_like(gain), -1.0)
    answer = _solved(gain, rows, bounds=(-1, 1))
    return bool(gain @ answer < -_MARGIN)


def _sparse_direction(rows: Floats, thresholds: int) -> list[int]:
    """Return the columns of a separating direction that is short in the sum of its sizes, so has few."""
    slopes = rows[:, thresholds:]
    split = np.hstack([rows, -slopes])  # a size is a positive and a negative part
    cost = np.append(np.zeros(thresholds), np.ones(2 * slopes.shape[1]))
    bounds = [(None, None)] * thresholds + [(0, None)] * (2 * slopes.shape[1])
    answer = _solved(cost, split, bounds=bounds, mean=1.0)[thresholds:]
    weight = np.abs(answer[: slopes.shape[1]] - answer[slopes.shape[1] :])
    return [int(j) for j in np.flatnonzero(weight > _NO_PART * weight.max())]


def _solved(cost: Floats, rows: Floats, *, bounds: object, mean: float | None = None) -> Floats:
    """Minimise the cost over directions that have no row below 0, and optionally this mean row.

    Few rows decide a programme, so it begins with some and takes in those that its answer breaks.
    """
    from scipy.optimize import linprog  # half a second that a fit without trouble need not pay

    total = {} if mean is None else {"A_eq": rows.mean(axis=0)[None], "b_eq": [mean]}
    used = np.arange(0, len(rows), max(1, len(rows) // _ROWS_AT_ONCE))
    while True:
        answer = linprog(
            cost, A_ub=-rows[used], b_ub=np.zeros(len(used)), bounds=bounds, method="highs", **total
        )
        if answer.x is None:
            raise EstimationError(f"Whether the outcome is separated could not be decided: {answer.message}")
        slack = rows @ answer.x
        slack[used] = 0
        broken = np.argsort(slack)[:_ROWS_AT_ONCE]
        broken = broken[slack[broken] < -_TOLERANCE]
        if not len(broken):
            return np.asarray(answer.x, dtype=np.float64)
        used = np.append(used, broken)


def _scaled(columns: Floats, *, centred: bool) -> Floats:
    """Return columns of root mean square 1, about their mean where a threshold absorbs it."""
    if centred:
        columns = columns - columns.mean(axis=0)
    size = np.sqrt((columns**2).mean(axis=0))
    return columns / np.where(size > 0, size, 1.0)

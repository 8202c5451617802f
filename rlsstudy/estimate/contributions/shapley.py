"""Explained variation of every combination of blocks of columns, and its division by Shapley values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NOTHING_LEFT = 1e-9  # of a variance of 1; below it the column follows from earlier ones and adds nothing


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """How blocks of columns share the explained variation of an outcome, for one or many samples.

    Parameters
    ----------
    shapley : ndarray, shape (k, ...)
        What each block adds, averaged over all orders in which blocks can enter.
    first : ndarray, shape (k, ...)
        What it adds to what is always in.
    last : ndarray, shape (k, ...)
        What it adds to everything else.
    always : ndarray, shape (...)
        What is explained by what is always in.
    everything : ndarray, shape (...)
        What all explain together: ``always`` plus the sum of ``shapley``.
    """

    shapley: Floats
    first: Floats
    last: Floats
    always: Floats
    everything: Floats


def explained_by_subsets(grams: Floats, always: int, sizes: Sequence[int]) -> Floats:
    """Return the explained variation of every combination of blocks, from cross-products alone.

    Parameters
    ----------
    grams : ndarray, shape (q, q, R)
        Cross-products of one or more samples: a column of ones, the columns that are always in, the
        blocks one after another, and the outcome; columns with a standard deviation near 1.
    always : int
        How many columns are always in, the ones not counted.
    sizes : sequence of int
        How many columns each of the k blocks has.

    Returns
    -------
    ndarray, shape (2**k, R)
        R² of each combination; block j is in combination c where bit j of c is 1. A column without
        variation of its own adds nothing.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.array([-1.0, 1, -1, 1]), np.array([-1.0, 1, 0, 0])
    >>> Z = np.column_stack([np.ones(4), x, y])
    >>> explained_by_subsets((Z.T @ Z)[:, :, None], 0, [1]).ravel().tolist()
    [0.0, 0.5]
    """
    least = NOTHING_LEFT * grams[0, 0]
    centred = _swept(grams, 1, least)
    total = centred[-1, -1]
    left = _residuals(_swept(centred, always, least), list(sizes), least)
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - left / total)


def adjusted(explained: Floats, coefficients: Floats, n: int) -> Floats:
    """Return explained variation corrected for what as many columns of chance would explain.

    Parameters
    ----------
    explained : ndarray, shape (m, ...)
        R² of models in the first axis.
    coefficients : ndarray, shape (m,)
        Their columns, the ones not counted.
    n : int
        Participants.
    """
    factor = (n - 1) / (n - 1 - coefficients)
    return np.asarray(1 - (1 - explained) * factor.reshape(-1, *[1] * (explained.ndim - 1)))


def subset_sizes(always: int, sizes: Sequence[int]) -> Floats:
    """Return how many columns each combination has, in the order of `explained_by_subsets`, shape (2**k,)."""
    return always + _members(len(sizes)) @ np.asarray(sizes, dtype=np.float64)


def divide(explained: Floats) -> Division:
    """Divide explained variation among blocks.

    Parameters
    ----------
    explained : ndarray, shape (2**k, ...)
        What every combination explains, in the order of `explained_by_subsets`.

    Returns
    -------
    Division
        The Shapley values [1]_, known for R² since [2]_, and what each block adds first and last.

    References
    ----------
    .. [1] Shapley LS (1953). A value for n-person games. Contributions to the Theory of Games 2, 307-317.
    .. [2] Lindeman RH, Merenda PF, Gold RZ (1980). Introduction to Bivariate and Multivariate Analysis,
       section 4.5. Scott, Foresman.

    Examples
    --------
    >>> import numpy as np
    >>> divide(np.array([0.0, 0.2, 0.3, 0.4])).shapley.round(2).tolist()
    [0.15, 0.25]
    """
    k = len(explained).bit_length() - 1
    members = _members(k)
    without = members.sum(axis=1).astype(np.intp)
    weight = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) if s < k else 0.0 for s in without])
    shapley = np.empty((k, *explained.shape[1:]))
    for j in range(k):
        outside = np.flatnonzero(members[:, j] == 0)
        gains = explained[outside | 1 << j] - explained[outside]
        shapley[j] = np.tensordot(weight[outside], gains, axes=1)
    single = 1 << np.arange(k)
    return Division(
        shapley=shapley,
        first=explained[single] - explained[0],
        last=explained[-1] - explained[len(explained) - 1 - single],
        always=explained[0],
        everything=explained[-1],
    )


def _members(k: int) -> Floats:
    """Return which blocks are in each combination, shape (2**k, k)."""
    return ((np.arange(1 << k)[:, None] >> np.arange(k)) & 1).astype(np.float64)


def _residuals(grams: Floats, sizes: list[int], least: Floats) -> Floats:
    """Return what is left of the outcome's variation for each combination of blocks, shape (2**k, R).

    The last block is decided first, so that it is the highest bit.
    """
    if not sizes:
        return np.asarray(grams[-1, -1][None])
    *others, size = sizes
    end = len(grams) - 1
    rest = np.r_[0 : end - size, end]
    without = grams[rest[:, None], rest]
    own_first = np.r_[end - size : end, rest]
    with_block = _swept(grams[own_first[:, None], own_first], size, least)
    return np.concatenate([_residuals(without, others, least), _residuals(with_block, others, least)])


def _swept(grams: Floats, count: int, least: Floats) -> Floats:
    """Account for the first columns and take them out."""
    left = grams
    for _ in range(count):
        pivot = left[0, 0]
        row = left[0, 1:] / np.where(pivot > least, pivot, np.inf)
        left = left[1:, 1:] - left[0, 1:][:, None] * row
    return left

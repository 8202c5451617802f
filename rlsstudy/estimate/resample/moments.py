"""Weighted cross-products of many replicates from one matrix product, and their solution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

MOST_PRODUCTS = 1 << 22  # products held at a time: 32 MB


class Moments:
    """The columns of a problem, ready for the cross-products of weighted rows.

    Parameters
    ----------
    columns : ndarray, shape (n, q)
        The columns, outcome among them.
    unit_of : ndarray of int, shape (n,), optional
        The place of each row's unit, when units and not rows are weighted.
    """

    def __init__(self, columns: Floats, unit_of: Places | None = None) -> None:
        q = columns.shape[1]
        self._upper = np.triu_indices(q)
        place = np.zeros((q, q), dtype=np.intp)
        place[self._upper] = np.arange(len(self._upper[0]))
        self._full = np.maximum(place, place.T)
        self._columns = columns
        self._by_unit = None if unit_of is None else self._summed(unit_of)

    def grams(self, weights: Floats) -> Floats:
        """Return the cross-products with each set of weights.

        Parameters
        ----------
        weights : ndarray, shape (R, n_units)
            One row per replicate.

        Returns
        -------
        ndarray, shape (q, q, R)
            ``sum_i w_i z_i z_i'``; replicates in the last axis, where they lie side by side in memory.
        """
        if self._by_unit is not None:
            return np.asarray((self._by_unit.T @ weights.T)[self._full])
        total = np.zeros((len(self._upper[0]), len(weights)))
        for start, products in self._blocks():
            total += products.T @ weights[:, start : start + len(products)].T
        return np.asarray(total[self._full])

    def _blocks(self) -> Iterator[tuple[int, Floats]]:
        """Yield the first row and the products of blocks of rows."""
        size = max(1, MOST_PRODUCTS // len(self._upper[0]))
        for start in range(0, len(self._columns), size):
            rows = self._columns[start : start + size]
            yield start, rows[:, self._upper[0]] * rows[:, self._upper[1]]

    def _summed(self, unit_of: Places) -> Floats:
        sums = np.zeros((int(unit_of.max()) + 1, len(self._upper[0])))
        for start, products in self._blocks():
            np.add.at(sums, unit_of[start : start + len(products)], products)
        return sums


def solve_grams(grams: Floats) -> tuple[Floats, Floats]:
    """Solve the normal equations of many replicates by elimination.

    Parameters
    ----------
    grams : ndarray, shape (p + 1, p + 1, R)
        Cross-products, the outcome last; used up.

    Returns
    -------
    coef : ndarray, shape (R, p)
        Coefficients; without meaning where the pivot is 0.
    smallest : ndarray, shape (R,)
        The smallest pivot: what is least left of a column once earlier ones are accounted for.
    """
    p, reps = len(grams) - 1, grams.shape[2]
    smallest = np.full(reps, np.inf)
    rows = []
    for j in range(p):
        pivot = grams[j, j]
        np.minimum(smallest, pivot, out=smallest)
        row = grams[j, j + 1 :]
        scaled = row / np.where(pivot > 0, pivot, 1.0)
        grams[j + 1 :, j + 1 :] -= row[:, None] * scaled
        rows.append(scaled)
    coef = np.zeros((p, reps))
    for j in range(p - 1, -1, -1):
        coef[j] = rows[j][-1] - (rows[j][:-1] * coef[j + 1 :]).sum(axis=0)
    return np.ascontiguousarray(coef.T), np.maximum(smallest, 0.0)

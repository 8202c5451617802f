"""Cross-products of all columns from one pass over the data, for designs with gaps of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Places = NDArray[np.intp]

BLOCK_ROWS = 1024  # a block of some 60 columns stays in a core's cache
BLOCK_ROWS_WITH_GAPS = 4096  # fewer designs share the work on a block when each has its own gaps


@dataclass(frozen=True, slots=True)
class ScreenDesign:
    """One model of a screen: the columns of a factor and of what it is adjusted for, by place.

    ``without`` are the places of participants who are left out although they have no gap.
    """

    factor: tuple[int, ...]
    covariates: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DesignTable:
    """The data as centred blocks: one row per column, then the outcome, then ones."""

    columns: Floats
    outcome: Floats
    centre: Floats
    with_gaps: Places
    block_rows: int

    @classmethod
    def of(cls, columns: Floats, outcome: Floats, block_rows: int | None) -> DesignTable:
        """Find the mean of what is there, which columns have gaps, and how large blocks are."""
        total = np.append(columns.sum(axis=0), outcome.sum())
        with_gaps = np.flatnonzero(np.isnan(total))
        centre = total / len(outcome)
        for j in with_gaps:
            values = outcome if j == columns.shape[1] else columns[:, j]
            present = values[~np.isnan(values)]
            centre[j] = present.mean() if len(present) else 0.0
        fitting = BLOCK_ROWS_WITH_GAPS if len(with_gaps) else BLOCK_ROWS
        return cls(columns, outcome, centre, with_gaps, fitting if block_rows is None else block_rows)

    @property
    def y(self) -> int:
        """The row of the outcome; the ones are in the next."""
        return len(self.centre) - 1

    def blocks(self) -> Iterator[tuple[Floats, Bools]]:
        """Yield the rows of each block, zero where missing, and for rows with gaps where they are."""
        for start in range(0, len(self.outcome), self.block_rows):
            y = self.outcome[start : start + self.block_rows]
            W = np.empty((self.y + 2, len(y)))
            W[: self.y] = self.columns[start : start + self.block_rows].T
            W[self.y], W[self.y + 1] = y, 1.0
            W[:-1] -= self.centre[:, None]
            gaps = np.isnan(W[self.with_gaps])
            for j, missing in zip(self.with_gaps, gaps, strict=True):
                W[j, missing] = 0.0
            yield W, gaps


@dataclass(frozen=True, slots=True, eq=False)
class DesignGroup:
    """Designs that differ in the factor alone: same covariates, same gaps, as many columns."""

    designs: Places
    factor: Places
    z: Places
    gaps: Places

    @property
    def rows(self) -> Places:
        """All rows of the table that the group uses."""
        return np.unique(np.concatenate([self.z, self.factor.ravel()]))


def group_designs(table: DesignTable, designs: Sequence[ScreenDesign]) -> list[DesignGroup]:
    """Gather designs that share their adjustment set and their complete cases.

    Designs that leave out participants by name are not among them.
    """
    with_gaps = {int(j): place for place, j in enumerate(table.with_gaps)}
    members: dict[tuple[tuple[int, ...], tuple[int, ...], int], list[int]] = {}
    for i, design in enumerate(designs):
        if design.without:
            continue
        used = (*design.factor, *design.covariates, table.y)
        gaps = tuple(sorted({with_gaps[j] for j in used if j in with_gaps}))
        members.setdefault((design.covariates, gaps, len(design.factor)), []).append(i)
    return [
        DesignGroup(
            designs=np.array(places),
            factor=np.array([designs[i].factor for i in places]),
            z=np.array([table.y + 1, *covariates]),
            gaps=np.array(gaps, dtype=np.intp),
        )
        for (covariates, gaps, _), places in members.items()
    ]


def sum_products(table: DesignTable, groups: Sequence[DesignGroup]) -> tuple[Floats, list[Floats]]:
    """Sum cross-products over everybody, and for each group over those it cannot use."""
    everybody = np.zeros((table.y + 2, table.y + 2))
    uses = [np.append(group.rows, table.y) for group in groups]
    lost = [np.zeros((len(rows), len(rows))) for rows in uses]
    for W, gaps in table.blocks():
        everybody += W @ W.T
        for group, rows, total in zip(groups, uses, lost, strict=True):
            incomplete = np.flatnonzero(gaps[group.gaps].any(axis=0))
            if len(incomplete):
                unused = W[rows[:, None], incomplete]
                total += unused @ unused.T
    return everybody, lost

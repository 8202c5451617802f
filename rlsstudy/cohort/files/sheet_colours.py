"""Which coloured cells of a table may mean something: few ones, not a banded, framed or wholly coloured table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

Colours = Mapping[int, int]  # of the coloured cells of a column, by row

SHARE_OF_BANDS = 0.4  # of all rows; with fewer, whole coloured rows are not bands but marked ones


def row_colours(columns: Mapping[int, Colours]) -> dict[int, int]:
    """Return the rows of a table that are coloured in most of their cells, and how.

    Parameters
    ----------
    columns : mapping of int to mapping
        The coloured cells of every column.

    Examples
    --------
    >>> row_colours({1: {5: 7}, 2: {5: 7, 6: 7}, 3: {5: 7}})
    {5: 7}
    """
    if len(columns) == 1:
        return {}
    counts = Counter((row, colour) for cells in columns.values() for row, colour in cells.items())
    return {row: colour for (row, colour), count in counts.items() if 2 * count > len(columns)}


def are_bands(rows: Mapping[int, int], n_rows: int) -> bool:
    """Whether coloured rows are so many that they only guide the eye."""
    return len(rows) == n_rows or (len(rows) > 1 and len(rows) >= SHARE_OF_BANDS * n_rows)


def marked_cells(cells: Colours, rows: Mapping[int, int], n_rows: int) -> list[int]:
    """Return the rows in which a column is coloured otherwise than most of it.

    Parameters
    ----------
    cells : mapping of int to int
        The coloured cells of the column.
    rows : mapping of int to int
        The rows that are coloured as a whole, which are not told for each column.
    n_rows : int
        How many rows the table has.

    Examples
    --------
    >>> marked_cells({4: 7}, {}, 6)
    [4]
    >>> marked_cells({2: 7, 3: 7, 4: 7}, {}, 3)
    []
    """
    own = {row: colour for row, colour in cells.items() if rows.get(row) != colour}
    counts = Counter(own.values())
    counts[0] = n_rows - len(own)
    usual = counts.most_common(1)[0][0]
    few = {colour for colour, count in counts.items() if colour != usual and count < SHARE_OF_BANDS * n_rows}
    return sorted(row for row, colour in own.items() if colour in few)

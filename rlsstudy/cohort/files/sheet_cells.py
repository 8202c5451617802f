"""The cells of one sheet as its reader finds them, with what else the sheet says about them."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.raw_table import limit_problem, refuse
from rlsstudy.cohort.files.sheet_limits import too_large
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.problems import Problem

MOST_CELLS = 20_000_000
MOST_MERGED = 100_000
LAST = 2**31 - 1  # beyond any row or column
LETTERS = 26
TEXT = int(CellKind.TEXT)  # a plain number, because this is asked for every cell
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,8})")


class Area(NamedTuple):
    """A rectangle of cells; rows and columns count from 1 and both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def __str__(self) -> str:
        start = f"{column_letters(self.first_column)}{self.first_row}"
        end = f"{column_letters(self.last_column)}{self.last_row}"
        return start if start == end else f"{start}:{end}"


EVERYTHING = Area(1, 1, LAST, LAST)


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> column_letters(1), column_letters(28), column_letters(16384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the number of a column, from 1.

    Raises
    ------
    ValueError
        These are not one to three letters.

    Examples
    --------
    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise ValueError("no column")
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number


def parse_area(text: str) -> Area:
    """Return the rectangle that a reference names.

    Parameters
    ----------
    text : str
        ``"A7:BC64"``, or ``"A7"`` for a single cell.

    Raises
    ------
    ValueError
        It is no such reference, or its ends are the wrong way round.

    Examples
    --------
    >>> parse_area("$A$7:BC64")
    Area(first_row=7, first_column=1, last_row=64, last_column=55)
    """
    start, _, end = text.partition(":")
    corners = [_CELL.fullmatch(corner) for corner in (start, end if ":" in text else start)]
    if corners[0] is None or corners[1] is None:
        raise ValueError("no range")
    (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
    area = Area(int(top), column_number(left), int(bottom), column_number(right))
    if area.last_row < area.first_row or area.last_column < area.first_column:
        raise ValueError("no range")
    return area


def window_of(path: Path, options: FileOptions) -> Area:
    """Return the part of a sheet that a study asks for.

    Raises
    ------
    CohortError
        ``cells`` is not a range.
    """
    if options.cells is None:
        return EVERYTHING
    try:
        return parse_area(options.cells)
    except ValueError as error:
        message = f"'{options.cells}' is no range of cells"
        problem = Problem("E_SHEET", message, allowed="cells such as A7:BC64", file=path.name)
        raise refuse(path, problem) from error


@dataclass(slots=True)
class ColumnCells:
    """The cells of one column that are there, from top to bottom."""

    rows: array[int] = field(default_factory=lambda: array("l"))
    texts: list[str] = field(default_factory=list)
    kinds: bytearray = field(default_factory=bytearray)
    fills: dict[int, int] = field(default_factory=dict)  # of coloured cells, by row


@dataclass(slots=True)
class SheetCells:
    """What a reader collects of one sheet; what is too large is refused on the way.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        The sheet.
    options : FileOptions
        The limits, and where the table is.
    window : Area
        Cells outside it are passed over.
    columns : mapping of int to ColumnCells
        The cells, by column.
    merged : list of Area
        Merged cells.
    comments : set of (row, column)
        Cells with a comment.
    hidden_rows, hidden_columns : list of (first, last)
        Rows and columns that are not shown, as ranges.
    filled : Area, optional
        The smallest rectangle around everything that is not empty.
    """

    path: Path
    name: str
    options: FileOptions
    window: Area = EVERYTHING
    columns: dict[int, ColumnCells] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    comments: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    filled: Area | None = None
    n_cells: int = 0
    # The row that was stretched to last, and between which columns: most cells need no more than this.
    _row: int = 0
    _left: int = 0
    _right: int = 0

    def add(self, row: int, column: int, value: tuple[str, int], fill: int = 0) -> None:
        """Take a cell.

        Parameters
        ----------
        row, column : int
            Where it is, from 1.
        value : tuple of str and CellKind
            What is in it.
        fill : int
            Its colour; 0 for none.

        Raises
        ------
        CohortError
            The sheet is larger than a study can have.
        """
        text, kind = value
        if self.window is not EVERYTHING and not self.window.holds(row, column):
            return
        if not text and kind == TEXT:
            if not fill:
                return
            self.column(column).fills[row] = fill
        else:
            self.stretch(row, column)
            cells = self.columns.get(column) or self.column(column)
            cells.rows.append(row)
            cells.texts.append(text)
            cells.kinds.append(kind)
            if fill:
                cells.fills[row] = fill
        self.n_cells += 1
        if self.n_cells > MOST_CELLS:
            raise self.too_many_cells()

    def column(self, column: int) -> ColumnCells:
        """Return the cells of a column, which may have none so far."""
        return self.columns.setdefault(column, ColumnCells())

    def stretch(self, row: int, column: int) -> None:
        """Make room for a cell that is not empty.

        Raises
        ------
        CohortError
            The sheet is larger than a study can have.
        """
        if row == self._row and self._left <= column <= self._right:
            return
        area = self.filled or Area(row, column, row, column)
        self.filled = area = Area(
            min(area.first_row, row),
            min(area.first_column, column),
            max(area.last_row, row),
            max(area.last_column, column),
        )
        self._row, self._left, self._right = row, area.first_column, area.last_column
        options = self.options
        n_columns = area.last_column - area.first_column + 1
        n_rows = area.last_row - area.first_row + 1
        if n_columns > options.max_columns:
            raise self._beyond(f"{n_columns:,} columns", f"at most {options.max_columns:,} columns")
        if n_rows - options.skip - options.header_rows > options.max_rows:
            raise self._beyond(f"more than {options.max_rows:,} rows", f"at most {options.max_rows:,} rows")
        if n_rows * n_columns > MOST_CELLS:
            raise self.too_many_cells()

    def _beyond(self, found: str, allowed: str) -> Exception:
        return refuse(self.path, limit_problem(self.path.name, found, allowed))

    def too_many_cells(self) -> Exception:
        """Return the error for a sheet with more cells than can be read."""
        return too_large(self.path, f"more than {MOST_CELLS:,} cells", f"at most {MOST_CELLS:,} cells")

    def merge(self, area: Area) -> None:
        """Take merged cells.

        Raises
        ------
        CohortError
            There are more of them than any table has.
        """
        self.merged.append(area)
        if len(self.merged) > MOST_MERGED:
            allowed = f"at most {MOST_MERGED:,} merged cells"
            raise too_large(self.path, f"more than {MOST_MERGED:,} merged cells", allowed)

    def hide_rows(self, first: int, last: int) -> None:
        """Take rows that are not shown; they come in order."""
        if self.hidden_rows and self.hidden_rows[-1][1] == first - 1:
            self.hidden_rows[-1] = (self.hidden_rows[-1][0], last)
        else:
            self.hidden_rows.append((first, last))

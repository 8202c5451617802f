"""What a table reader must tell of a sheet beyond its values: merged, faulty, hidden, commented, coloured cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.sheet_cells import Area, SheetCells, column_letters
from rlsstudy.cohort.files.sheet_colours import are_bands, marked_cells, row_colours
from rlsstudy.problems import Problem, Severity, counted

# The errors of Excel and LibreOffice, which may be named; a crafted file could hold any text in their place.
KNOWN_ERRORS = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
    ]
)


_FAULTS = (CellKind.ERROR, CellKind.NO_VALUE)

# What is allowed, and what to do next.
SAID = {
    "E_MERGED_CELLS": (
        "no merged cells",
        "Unmerge them, and write the value into every cell that it is meant for.",
    ),
    "E_FORMULA_NO_VALUE": (
        "a stored value",
        "Open the workbook in a spreadsheet program, and save it there.",
    ),
    "E_CELL_ERROR": (
        "values",
        "Mend the formula, or leave the cell empty and say in the study file why it is.",
    ),
    "W_CELL_COMMENT": ("no cell comments", "Move what they say into a column, and delete them."),
    "W_CELL_COLOUR": (
        "meaning in a column, not a colour",
        "If the colour means something, write it into a column of its own; it is not read.",
    ),
    "W_HIDDEN_ROWS": ("", "Show them, or delete them if they are not meant."),
    "W_HIDDEN_COLUMNS": ("", "Show it, or delete it if it is not meant."),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a table is in its sheet.

    Parameters
    ----------
    header : Area
        Its header.
    first_row, last_row : int
        Its rows of data; none when the last is before the first.
    """

    header: Area
    first_row: int
    last_row: int

    @property
    def n_rows(self) -> int:
        """How many rows of data it has."""
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.header.first_column, self.header.last_column + 1)


@dataclass
class Findings:
    """Problems of a table, and of each of its columns.

    Parameters
    ----------
    cells : SheetCells
        The sheet.
    frame : Frame
        Where the table is.
    names : mapping of int to str
        The names of its columns.
    """

    cells: SheetCells
    frame: Frame
    names: dict[int, str]
    of_table: list[Problem] = field(default_factory=list)
    of_columns: dict[int, list[Problem]] = field(default_factory=dict)

    def look(self) -> None:
        """Find everything; a column without a name is refused anyway."""
        self._merged()
        self._faulty()
        self._comments()
        self._colours()
        self._hidden()

    def _tell(self, code: str, column: int, found: str, places: Sequence[str]) -> None:
        """Take a problem of a column; the first place is named, and how many there are."""
        file, name = self.cells.path.name, self.names[column]
        if not name:
            return
        problem = Problem(
            code,
            f"Column '{name}' of '{file}' {found}",
            Severity.WARN if code.startswith("W_") else Severity.REFUSE,
            file=file,
            column=name,
            cell=f"{self.cells.name}!{places[0]}",
            count=len(places),
            allowed=SAID[code][0],
            hint=SAID[code][1],
        )
        self.of_columns.setdefault(column, []).append(problem)

    def _merged(self) -> None:
        frame = self.frame
        by_column: dict[int, list[str]] = {}
        for area in sorted(self.cells.merged):
            if area.first_row <= frame.last_row and area.last_row >= frame.first_row:
                first = max(area.first_column, frame.columns[0])
                for column in range(first, min(area.last_column, frame.columns[-1]) + 1):
                    by_column.setdefault(column, []).append(str(area))
        for column, places in by_column.items():
            self._tell(
                "E_MERGED_CELLS",
                column,
                f"has {counted(len(places), 'group')} of merged cells, of which only the first holds a value",
                places,
            )

    def _faulty(self) -> None:
        for column in self.frame.columns:
            cells = self.cells.columns.get(column)
            if cells is None or not any(kind in cells.kinds for kind in _FAULTS):
                continue
            places: dict[int, list[str]] = {}
            errors: list[str] = []
            letters = column_letters(column)
            for row, text, kind in zip(cells.rows, cells.texts, cells.kinds, strict=True):
                if kind in _FAULTS and self.frame.first_row <= row <= self.frame.last_row:
                    places.setdefault(kind, []).append(f"{letters}{row}")
                    errors += [text] if kind == CellKind.ERROR else []
            if CellKind.NO_VALUE in places:
                self._no_value(column, places[CellKind.NO_VALUE])
            if CellKind.ERROR in places:
                self._errors(column, places[CellKind.ERROR], errors[0])

    def _no_value(self, column: int, places: Sequence[str]) -> None:
        self._tell(
            "E_FORMULA_NO_VALUE",
            column,
            f"has {counted(len(places), 'formula')} without a value, never calculated",
            places,
        )

    def _errors(self, column: int, places: Sequence[str], first: str) -> None:
        kind = f" ({first})" if first in KNOWN_ERRORS else ""
        self._tell(
            "E_CELL_ERROR",
            column,
            f"has {counted(len(places), 'cell')} with an error instead of a value{kind}",
            places,
        )

    def _comments(self) -> None:
        by_column: dict[int, list[str]] = {}
        top, frame = self.frame.header.first_row, self.frame
        for row, column in sorted(self.cells.comments):
            if top <= row <= frame.last_row and column in frame.columns:
                by_column.setdefault(column, []).append(f"{column_letters(column)}{row}")
        for column, places in by_column.items():
            self._tell(
                "W_CELL_COMMENT",
                column,
                f"has {counted(len(places), 'cell')} with a comment, which is not read and may identify someone",
                places,
            )

    def _colours(self) -> None:
        frame = self.frame
        columns = {column: self._coloured(column) for column in frame.columns}
        rows = row_colours(columns)
        if rows and not are_bands(rows, frame.n_rows):
            self._coloured_rows(sorted(rows))
        for column, cells in columns.items():
            letters = column_letters(column)
            places = [f"{letters}{row}" for row in marked_cells(cells, rows, frame.n_rows)]
            if places:
                found = f"has {counted(len(places), 'cell')} in another colour than the rest"
                self._tell("W_CELL_COLOUR", column, found, places)

    def _coloured(self, column: int) -> dict[int, int]:
        cells = self.cells.columns.get(column)
        fills = {} if cells is None else cells.fills
        return {
            row: fill for row, fill in fills.items() if self.frame.first_row <= row <= self.frame.last_row
        }

    def _coloured_rows(self, rows: Sequence[int]) -> None:
        self._warn("W_CELL_COLOUR", f"{counted(len(rows), 'row')} in another colour than the rest", rows)

    def _hidden(self) -> None:
        frame = self.frame
        rows = [
            row
            for first, last in self.cells.hidden_rows
            for row in range(max(first, frame.first_row), min(last, frame.last_row) + 1)
        ]
        if rows:
            found = f"{counted(len(rows), 'row')} that {'is' if len(rows) == 1 else 'are'} hidden, and read like the others"
            self._warn("W_HIDDEN_ROWS", found, rows)
        for column in frame.columns:
            if any(first <= column <= last for first, last in self.cells.hidden_columns):
                self._tell(
                    "W_HIDDEN_COLUMNS",
                    column,
                    "is hidden, and read like the others",
                    [column_letters(column)],
                )

    def _warn(self, code: str, found: str, rows: Sequence[int]) -> None:
        file = self.cells.path.name
        place = f"{self.cells.name}!{rows[0]}"
        message = f"'{file}' has {found}"
        self.of_table.append(
            Problem(code, message, Severity.WARN, *SAID[code], file, cell=place, count=len(rows))
        )

"""The cells of one sheet of an OpenDocument spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rlsstudy.cohort.files.sheet_cells import Area, SheetCells
from rlsstudy.cohort.files.sheet_ods_tables import NAMESPACE, OFFICE, TABLE, TableReader
from rlsstudy.cohort.files.sheet_values import (
    EMPTY,
    ERROR,
    NO_VALUE,
    NUMBER,
    TEXT,
    Value,
    duration_value,
    iso_value,
    number_text,
    truth_value,
)

CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
MOST_COLOURED = 10_000  # empty cells that one element colours; more are a coloured sheet, which means nothing
MOST_BLANKS = 1_000  # that one element may stand for
WIDEST = 20_000  # columns that are described

_ROW = f"{TABLE}table-row"
_COLUMN = f"{TABLE}table-column"
_TEXT = f"{NAMESPACE}:text:1.0 "
_CHARACTERS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_TYPE = f"{OFFICE}value-type"
_HIDDEN = ("collapse", "filter")  # by hand, and by a filter
_BLANKS = re.compile(r"[ \t\r\n]+")  # count as one blank in this format
_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#N/A|Err:\d{3}")


@dataclass(slots=True)
class _Cell:
    """A cell while it is read."""

    attributes: dict[str, str]
    depth: int
    paragraphs: list[str] = field(default_factory=list)
    has_comment: bool = False


class OdsCells(TableReader):
    """Hands every cell of one sheet to its collection; repeated ones as often as they are meant.

    Parameters
    ----------
    cells : SheetCells
        Where they go.
    wanted : int
        Which sheet, from 0.
    colours : mapping of str to int
        The colours of the styles.

    Raises
    ------
    ValueError, KeyError
        From its methods, when the part contradicts itself.
    """

    def __init__(self, cells: SheetCells, wanted: int, colours: Mapping[str, int]) -> None:
        super().__init__()
        self.cells = cells
        self.wanted = wanted
        self.colours = colours
        self._first, self._next = 1, 1  # the first of the present rows, and the row after them
        self._column = 1
        self._usual: list[int] = []  # the colours of the columns
        self._found: list[tuple[int, int, Value, int]] = []  # in this row: column, how often, value, colour
        self._cell: _Cell | None = None
        self._skipped = 0  # how deep the present element is in a comment or a drawing

    def inside(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of a row, a cell or its text."""
        if self.place != self.wanted:
            return
        if self._cell is not None:
            self._inside_cell(name, attributes, self._cell)
        elif name in CELLS:
            self._cell = _Cell(attributes, self.depth)
        elif name == _ROW:
            self._first = self._next
            self._next += _times(attributes, f"{TABLE}number-rows-repeated")
            self._column = 1
            if attributes.get(f"{TABLE}visibility") in _HIDDEN:
                self.cells.hide_rows(self._first, self._next - 1)
        elif name == _COLUMN:
            self._describe(attributes)

    def _describe(self, attributes: dict[str, str]) -> None:
        first = len(self._usual) + 1
        times = min(_times(attributes, f"{TABLE}number-columns-repeated"), WIDEST - len(self._usual))
        if attributes.get(f"{TABLE}visibility") in _HIDDEN:
            self.cells.hidden_columns.append((first, first + times - 1))
        self._usual += [self.colours.get(attributes.get(f"{TABLE}default-cell-style-name", ""), 0)] * times

    def _inside_cell(self, name: str, attributes: dict[str, str], cell: _Cell) -> None:
        is_direct = self.depth == cell.depth + 1
        if self._skipped:
            self._skipped += 1
        elif is_direct and name == f"{_TEXT}p":
            cell.paragraphs.append("")
        elif is_direct or name == f"{OFFICE}annotation":
            cell.has_comment |= name == f"{OFFICE}annotation"
            self._skipped = 1
        elif name in _CHARACTERS:
            cell.paragraphs[-1] += _CHARACTERS[name] * min(_times(attributes, f"{_TEXT}c"), MOST_BLANKS)

    def text(self, data: str) -> None:
        """Take the text of a cell, or a part of it."""
        cell = self._cell
        if cell is not None and self.depth > cell.depth and not self._skipped:
            cell.paragraphs[-1] += _BLANKS.sub(" ", data)

    def leave(self, name: str) -> None:
        """Take the end of a cell, a row or the sheet."""
        if self.place != self.wanted:
            return
        cell = self._cell
        if cell is not None:
            if self._skipped:
                self._skipped -= 1
            elif self.depth == cell.depth:
                self._cell = None
                self._end_cell(cell)
        elif name == _ROW:
            self._end_row()
        elif self.depth == 1:
            self.done = True

    def _end_cell(self, cell: _Cell) -> None:
        column, attributes = self._column, cell.attributes
        times = _times(attributes, f"{TABLE}number-columns-repeated")
        self._column += times
        across = _times(attributes, f"{TABLE}number-columns-spanned")
        down = _times(attributes, f"{TABLE}number-rows-spanned")
        if across > 1 or down > 1:
            self.cells.merge(Area(self._first, column, self._first + down - 1, column + across - 1))
        if cell.has_comment:
            self.cells.comments.add((self._first, column))
        value, colour = ods_value(attributes, cell.paragraphs), self._colour(attributes, column)
        n_rows = self._next - self._first
        if value != EMPTY or (colour and times * n_rows <= MOST_COLOURED):
            self._found.append((column, times, value, colour))

    def _colour(self, attributes: dict[str, str], column: int) -> int:
        style = attributes.get(f"{TABLE}style-name")
        if style is not None:
            return self.colours.get(style, 0)
        return self._usual[column - 1] if column <= len(self._usual) else 0

    def _end_row(self) -> None:
        window = self.cells.window
        rows = range(max(self._first, window.first_row), min(self._next - 1, window.last_row) + 1)
        for start, times, value, colour in self._found:
            columns = range(max(start, window.first_column), min(start + times - 1, window.last_column) + 1)
            if value != EMPTY and rows and columns:
                # What a few bytes ask to be repeated is refused before it is done.
                self.cells.stretch(rows[0], columns[0])
                self.cells.stretch(rows[-1], columns[-1])
            for column in columns:
                for row in rows:
                    self.cells.add(row, column, value, colour)
        self._found = []


def ods_value(attributes: Mapping[str, str], paragraphs: list[str]) -> Value:
    """Return the value of a cell.

    Parameters
    ----------
    attributes : mapping of str to str
        What its element says.
    paragraphs : list of str
        The text that is shown in it.

    Raises
    ------
    ValueError, KeyError
        It contradicts itself.
    """
    kind = attributes.get(_TYPE)
    shown = "\n".join(paragraphs)
    is_formula = f"{TABLE}formula" in attributes
    if attributes.get(_CALC_TYPE) == "error" or (is_formula and _ERROR.fullmatch(shown)):
        return shown or "error", ERROR
    if kind is None:
        return NO_VALUE if is_formula and not shown else (shown, TEXT)
    if kind == "string":
        return attributes.get(f"{OFFICE}string-value", shown), TEXT
    if kind in ("float", "currency", "percentage"):
        return number_text(attributes[f"{OFFICE}value"]), NUMBER
    if kind == "date":
        return iso_value(attributes[f"{OFFICE}date-value"])
    if kind == "time":
        return duration_value(attributes[f"{OFFICE}time-value"])
    if kind == "boolean":
        return truth_value(attributes[f"{OFFICE}boolean-value"] == "true")
    if kind == "void":
        return EMPTY
    raise ValueError("an unknown kind of cell")


def _times(attributes: Mapping[str, str], name: str) -> int:
    """Return a count that an element states, 1 where it states none."""
    times = int(attributes.get(name, "1"))
    if times < 1:
        raise ValueError("no count")
    return times

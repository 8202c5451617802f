"""The cells of one worksheet of an xlsx workbook."""

from __future__ import annotations

from collections.abc import Sequence

from rlsstudy.cohort.files.sheet_cells import (
    MOST_CELLS,
    SheetCells,
    column_letters,
    column_number,
    parse_area,
)
from rlsstudy.cohort.files.sheet_values import (
    EMPTY,
    ERROR,
    NO_VALUE,
    NUMBER,
    TEXT,
    Form,
    Value,
    iso_value,
    number_text,
    serial_value,
    truth_value,
    unescape,
)
from rlsstudy.cohort.files.sheet_xml import XmlReader

DIGITS = "0123456789"
IS_TRUE = ("1", "true")
VALUES = ("v", "t")  # elements that hold a value or a text


class FilledOrNot(XmlReader):
    """Is done as soon as a cell with a formula, a value or a text is found."""

    def __init__(self) -> None:
        super().__init__()
        self._in_cell = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Look at an element of a cell."""
        del attributes
        name = self.local[name]
        if name == "c":
            self._in_cell = True
        elif self._in_cell and name in ("f", "v", "t"):
            self.done = True

    def end(self, name: str) -> None:
        """Leave a cell."""
        if self.local[name] == "c":
            self._in_cell = False


class SheetReader(XmlReader):
    """Hands every cell of a worksheet to its collection.

    Parameters
    ----------
    cells : SheetCells
        Where they go.
    texts : sequence of str
        The texts that cells share.
    forms, colours : sequence of Form and of int
        What the format of each style makes of a number, and its colour.
    since_1904 : bool
        Whether the workbook counts days from 1904.

    Raises
    ------
    ValueError, IndexError, KeyError
        From its methods, when the part contradicts itself.
    """

    def __init__(
        self,
        cells: SheetCells,
        texts: Sequence[str],
        forms: Sequence[Form],
        colours: Sequence[int],
        since_1904: bool,
    ) -> None:
        super().__init__()
        self.cells = cells
        self.texts = texts
        self.forms = forms
        self.colours = colours
        self.since_1904 = since_1904
        self.row = 0
        self.row_text = "0"
        self.column = 0
        self.n_seen = 0
        self._parts: list[str] = []
        self._in_cell = self._wanted = self._aid = self._is_formula = False
        self._type, self._style = "n", 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of a cell, a row, or a remark about the sheet."""
        name = self.local[name]
        if name == "c":
            self._start_cell(attributes)
        elif self._in_cell:
            if name in VALUES:
                self._wanted = not self._aid
            elif name == "f":
                self._is_formula = True
            elif name == "rPh":
                self._aid = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "col":
            if attributes.get("hidden") in IS_TRUE:
                self.cells.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self.cells.merge(parse_area(attributes["ref"]))

    def end(self, name: str) -> None:
        """Take the end of a cell or of a value."""
        name = self.local[name]
        if name in VALUES:
            self._wanted = False
        elif name == "c":
            self._in_cell = False
            colour = self.colours[self._style] if self.colours else 0
            if self._parts or self._is_formula or colour:
                self.cells.add(self.row, self.column, self._value(), colour)
        elif name == "rPh":
            self._aid = False

    def text(self, data: str) -> None:
        """Take a value, or a part of it."""
        if self._wanted:
            self._parts.append(data)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise ValueError("rows out of order")
        self.row, self.row_text, self.column = row, str(row), 0
        if attributes.get("hidden") in IS_TRUE:
            self.cells.hide_rows(row, row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self.column + 1
        if reference is not None and reference != column_letters(column) + self.row_text:
            letters = reference.rstrip(DIGITS)
            column = column_number(letters)
            if reference[len(letters) :] != self.row_text:
                raise ValueError("a cell outside its row")
        if column <= self.column:
            raise ValueError("cells out of order")
        self.n_seen += 1
        if self.n_seen > MOST_CELLS:
            raise self.cells.too_many_cells()
        self.column = column
        self._in_cell, self._is_formula, self._parts = True, False, []
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))

    def _value(self) -> Value:
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        kind = self._type
        if kind == "inlineStr" or kind == "str":
            return unescape(text), TEXT
        text = text.strip()
        if not text:
            return NO_VALUE if self._is_formula else EMPTY
        if kind == "n":
            form = self.forms[self._style] if self.forms else Form.NUMBER
            if not form:  # a plain number
                return number_text(text), NUMBER
            return serial_value(text, form, since_1904=self.since_1904)
        if kind == "s":
            return self.texts[_index(text)], TEXT
        if kind == "b":
            return truth_value(text in IS_TRUE)
        if kind == "e":
            return text, ERROR
        if kind == "d":
            return iso_value(text)
        raise ValueError("an unknown kind of cell")


def _index(text: str) -> int:
    """Return the place of a shared text; a negative one would count from the end."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no place")
    return int(text)

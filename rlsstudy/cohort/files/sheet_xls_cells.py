"""The cells of one sheet of an Excel workbook of 1997 to 2003."""

from __future__ import annotations

import struct

from rlsstudy.cohort.files.sheet_cells import Area, SheetCells
from rlsstudy.cohort.files.sheet_values import (
    EMPTY,
    ERROR,
    NUMBER,
    TEXT,
    Form,
    Value,
    float_text,
    serial_value,
    truth_value,
)
from rlsstudy.cohort.files.sheet_xls_records import Segments, Texts, Workbook, records

# The kinds of records that are looked at ([MS-XLS] 2.3).
FORMULA, NOTE, COLUMN_INFO, MERGED = 0x06, 0x1C, 0x7D, 0xE5
SEVERAL_NUMBERS, SEVERAL_BLANKS, RICH_TEXT, SHARED_TEXT = 0xBD, 0xBE, 0xD6, 0xFD
BLANK, FLOAT, LABEL, TRUTH_OR_ERROR, FORMULA_TEXT, ROW, SHORT_NUMBER = (
    0x201,
    0x203,
    0x204,
    0x205,
    0x207,
    0x208,
    0x27E,
)
VALUES = (FORMULA, SHARED_TEXT, FLOAT, LABEL, TRUTH_OR_ERROR, SHORT_NUMBER, RICH_TEXT)

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
MOST_COLUMNS = 256  # of this format
HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01  # flags
NO_FLOAT = b"\xff\xff"  # how the result of a formula ends that is no number
IS_TEXT, IS_TRUTH, IS_ERROR = 0, 1, 2  # and what it is then; 3 is the empty text


def has_values(content: bytes, start: int) -> bool:
    """Whether a sheet holds anything.

    Raises
    ------
    ValueError
        Its records do not end.
    """
    return any(kind in VALUES or kind == SEVERAL_NUMBERS for kind, _ in records(content, start))


class XlsCells:
    """Hands every cell of a sheet to its collection.

    Parameters
    ----------
    cells : SheetCells
        Where they go.
    workbook : Workbook
        What is known of the workbook.

    Raises
    ------
    ValueError, IndexError, struct.error
        From its methods, when the records contradict themselves.
    """

    def __init__(self, cells: SheetCells, workbook: Workbook) -> None:
        self.cells = cells
        self._workbook = workbook
        self._found: dict[tuple[int, int], tuple[Value, int]] = {}  # value and colour, by row and column
        self._place = (0, 0)  # of the last formula, whose text comes in a record of its own

    def read(self, content: bytes, start: int) -> None:
        """Collect everything."""
        for kind, segments in records(content, start):
            if kind in VALUES or kind == BLANK:
                self._cell(kind, segments)
            elif kind in (SEVERAL_NUMBERS, SEVERAL_BLANKS):
                self._cells(kind, segments[0])
            elif kind == FORMULA_TEXT:
                _, colour = self._found[self._place]
                self._found[self._place] = (Texts(segments).text(), TEXT), colour
            else:
                self._about(kind, segments[0])
        for (row, column), (value, colour) in sorted(self._found.items()):
            self.cells.add(row, column, value, colour)

    def _about(self, kind: int, data: bytes) -> None:
        """Take what is no cell."""
        if kind == NOTE:
            row, column = struct.unpack_from("<HH", data)
            self.cells.comments.add((row + 1, column + 1))
        elif kind == ROW:
            (row,), (flags,) = struct.unpack_from("<H", data), struct.unpack_from("<H", data, 12)
            if flags & HIDDEN_ROW:
                self.cells.hide_rows(row + 1, row + 1)
        elif kind == COLUMN_INFO:
            first, last, _, _, flags = struct.unpack_from("<5H", data)
            if flags & HIDDEN_COLUMN:
                self.cells.hidden_columns.append((first + 1, last + 1))
        elif kind == MERGED:
            for place in range(struct.unpack_from("<H", data)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * place)
                self.cells.merge(Area(top + 1, left + 1, bottom + 1, right + 1))

    def _put(self, row: int, column: int, value: Value, style: int) -> None:
        if column >= MOST_COLUMNS or (row + 1, column + 1) in self._found:
            raise ValueError("a cell that cannot be")
        self._place = (row + 1, column + 1)
        self._found[self._place] = value, self._workbook.colours[style]

    def _cell(self, kind: int, segments: Segments) -> None:
        row, column, style = struct.unpack_from("<3H", segments[0])
        self._put(row, column, EMPTY if kind == BLANK else self._value(kind, segments, style), style)

    def _cells(self, kind: int, data: bytes) -> None:
        row, first = struct.unpack_from("<HH", data)
        size = 6 if kind == SEVERAL_NUMBERS else 2
        for place in range((len(data) - 6) // size):
            (style,) = struct.unpack_from("<H", data, 4 + place * size)
            value = EMPTY
            if kind == SEVERAL_NUMBERS:
                value = self._number(_short_number(data, 6 + place * size), style)
            self._put(row, first + place, value, style)

    def _value(self, kind: int, segments: Segments, style: int) -> Value:
        data = segments[0]
        if kind == SHARED_TEXT:
            return self._workbook.texts[struct.unpack_from("<I", data, 6)[0]], TEXT
        if kind in (LABEL, RICH_TEXT):
            return Texts(segments, 6).text(), TEXT
        if kind == SHORT_NUMBER:
            return self._number(_short_number(data, 6), style)
        if kind == TRUTH_OR_ERROR:
            return _error(data[6]) if data[7] else truth_value(data[6] != 0)
        if kind == FORMULA and data[12:14] == NO_FLOAT:
            if data[6] == IS_ERROR:
                return _error(data[8])
            return truth_value(data[8] != 0) if data[6] == IS_TRUTH else EMPTY
        return self._number(struct.unpack_from("<d", data, 6)[0], style)

    def _number(self, number: float, style: int) -> Value:
        form = self._workbook.forms[style]
        text = float_text(number)
        return (
            (text, NUMBER)
            if form is Form.NUMBER
            else serial_value(text, form, since_1904=self._workbook.since_1904)
        )


def _short_number(data: bytes, place: int) -> float:
    """Return a number that is stored in four bytes: a whole one or the upper half of a double, or its hundredfold."""
    (stored,) = struct.unpack_from("<i", data, place)
    if stored & 2:
        number = float(stored >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Ii", 0, stored & ~3))
    return number / 100 if stored & 1 else number


def _error(code: int) -> Value:
    return ERRORS.get(code, "error"), ERROR

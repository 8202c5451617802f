"""The records of an Excel workbook of 1997 to 2003, and what they say of the workbook as a whole."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rlsstudy.cohort.files.sheet_values import BUILT_IN, Form, form_of

# The kinds of records that are looked at ([MS-XLS] 2.3).
END, DATE_MODE, FILE_PASS, CONTINUE, BOUND_SHEET, CELL_FORMAT, TEXTS = (
    0x0A,
    0x22,
    0x2F,
    0x3C,
    0x85,
    0xE0,
    0xFC,
)
FORMAT, BEGIN = 0x41E, 0x809
EXCEL_97 = 0x600  # the version of the format that is read

NO_COLOURS = (1, 9, 64, 65)  # white, and what the system has
WIDE, PHONETIC, RICH = 0x01, 0x04, 0x08  # flags of a text
Segments = list[bytes]  # a record and what continues it


def records(content: bytes, start: int) -> Iterator[tuple[int, Segments]]:
    """Yield kind and content of the records of a workbook or a sheet, without those of charts in it.

    Parameters
    ----------
    content : bytes
        The workbook.
    start : int
        Where the records begin.

    Raises
    ------
    ValueError
        They do not begin or do not end as they should.
    """
    depth, kind, segments = 0, 0, Segments()
    while start + 4 <= len(content):
        found, size = struct.unpack_from("<HH", content, start)
        data = content[start + 4 : start + 4 + size]
        start += 4 + size
        if found == CONTINUE:
            segments.append(data)
            continue
        if segments and depth == 1:
            yield kind, segments
        kind, segments = found, [data]
        if found == BEGIN:
            depth, segments = depth + 1, []
        elif found == END:
            depth, segments = depth - 1, []
        if depth <= 0:
            return
    raise ValueError("records without an end")


class Texts:
    """Texts one after the other in a record and what continues it.

    Parameters
    ----------
    segments : sequence of bytes
        The record, and what continues it.
    place : int
        Where the first text begins.

    Raises
    ------
    ValueError, IndexError, struct.error
        From its methods, when the record ends too early.
    """

    def __init__(self, segments: Sequence[bytes], place: int = 0) -> None:
        self._segments = segments
        self._segment = 0
        self._place = place

    def _take(self, size: int) -> bytes:
        """Return the next bytes, which may go on in the next segment."""
        taken = b""
        while size > len(taken):
            here = self._segments[self._segment]
            part = here[self._place : self._place + size - len(taken)]
            taken += part
            self._place += len(part)
            if size > len(taken):
                self._segment, self._place = self._segment + 1, 0
        return taken

    def text(self, *, short: bool = False) -> str:
        """Return the next text; the length of a ``short`` one is a single byte."""
        length = self._take(1)[0] if short else struct.unpack("<H", self._take(2))[0]
        flags = self._take(1)[0]
        runs = struct.unpack("<H", self._take(2))[0] if flags & RICH else 0
        aids = struct.unpack("<I", self._take(4))[0] if flags & PHONETIC else 0
        parts = []
        while length:
            here = self._segments[self._segment]
            if self._place >= len(here):
                # What goes on in the next segment says anew whether its characters are wide.
                self._segment, self._place = self._segment + 1, 0
                flags = self._take(1)[0]
                here = self._segments[self._segment]
            width = 2 if flags & WIDE else 1
            count = min(length, (len(here) - self._place) // width)
            if not count:
                raise ValueError("half a character")
            part = here[self._place : self._place + count * width]
            parts.append(part.decode("utf-16-le" if flags & WIDE else "latin-1"))
            self._place += len(part)
            length -= count
        self._take(4 * runs + aids)
        return "".join(parts)


class BoundSheet(NamedTuple):
    """Where the records of a sheet begin, and what it is."""

    name: str
    start: int
    is_table: bool
    is_hidden: bool


class Workbook:
    """What a workbook says of itself.

    Parameters
    ----------
    content : bytes
        The workbook.
    sheets : list of BoundSheet
        Its sheets.
    texts : list of str
        The texts that cells share.
    forms, colours : list of Form and of int
        What each cell format makes of a number, and its colour (0 for none).
    since_1904 : bool
        Whether it counts days from 1904.
    is_locked : bool
        Whether it needs a password; nothing else is known then.

    Raises
    ------
    ValueError, IndexError, struct.error
        It contradicts itself.
    """

    def __init__(self, content: bytes) -> None:
        self.sheets: list[BoundSheet] = []
        self.texts: list[str] = []
        self.forms: list[Form] = []
        self.colours: list[int] = []
        self.since_1904 = self.is_locked = False
        self._formats: dict[int, Form] = dict(BUILT_IN)
        if struct.unpack_from("<HHH", content)[::2] != (BEGIN, EXCEL_97):
            raise ValueError("another version")
        for kind, segments in records(content, 0):
            if kind == FILE_PASS:
                self.is_locked = True
                return
            self._take(kind, segments)

    def _take(self, kind: int, segments: Segments) -> None:
        data = segments[0]
        if kind == BOUND_SHEET:
            start, hidden, what = struct.unpack_from("<IBB", data)
            name = Texts(segments, 6).text(short=True)
            self.sheets.append(BoundSheet(name, start, not what, bool(hidden & 3)))
        elif kind == TEXTS:
            texts = Texts(segments, 8)
            (count,) = struct.unpack_from("<I", data, 4)
            if count > sum(map(len, segments)) // 3:
                raise ValueError("more texts than there is room for")
            self.texts = [texts.text() for _ in range(count)]
        elif kind == FORMAT:
            (number,) = struct.unpack_from("<H", data)
            self._formats[number] = form_of(Texts(segments, 2).text())
        elif kind == CELL_FORMAT:
            (number,) = struct.unpack_from("<H", data, 2)
            self.forms.append(self._formats.get(number, Form.NUMBER))
            self.colours.append(_colour(data))
        elif kind == DATE_MODE:
            self.since_1904 = struct.unpack_from("<H", data)[0] == 1


def _colour(data: bytes) -> int:
    borders, colours = struct.unpack_from("<IH", data, 14)
    pattern, colour = borders >> 26, int(colours & 0x7F)
    return 0 if not pattern or colour in NO_COLOURS else colour

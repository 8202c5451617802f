"""The lines of a text file as UTF-8, piece by piece: decoded, checked, and with one kind of line end."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import IO

from rlsstudy.cohort.files.csv_encoding import Encoding
from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.problems import Problem

PIECE = 4 * 2**20  # bytes read at once; the arrays of a piece stay within a processor's cache
LONGEST_LINE = 64 * 2**20  # bytes
_UTF_8 = "utf-8"
_EMPTY = re.compile(rb"\n*+")
_BLANKS = re.compile(rb"(?: *+\n)*+")


class BadText(Exception):
    """Something that text of this encoding cannot hold.

    Parameters
    ----------
    before : bytes
        What stands before it in its line.
    is_zero : bool
        Whether it is a zero byte.
    """

    def __init__(self, before: bytes, *, is_zero: bool = False) -> None:
        super().__init__()
        self.before, self.is_zero = before, is_zero


class Feed:
    """Whole lines, held as far ahead as they are asked for. Positions count from the line that is next.

    Parameters
    ----------
    file : binary file
        Where the text comes from.
    path : Path
        Its path, for messages.
    encoding : Encoding
        Its encoding.
    """

    def __init__(self, file: IO[bytes], path: Path, encoding: Encoding) -> None:
        self.line = 1  # the number of the line that is next
        self.passed = 0  # bytes of UTF-8
        self._file, self._path = file, path
        self._marks = encoding.marks
        self._decoder = None if encoding.name == _UTF_8 else codecs.getincrementaldecoder(encoding.name)()
        self._held = b""  # whole lines
        self._at = 0  # where in them the next line is
        self._tail = b""  # of a line that is not whole yet
        self._has_return = False  # whether a carriage return ended the last piece
        self._fault: BadText | None = None
        self._ended = False

    def line_end(self, start: int) -> int:
        """Return where the line that begins at ``start`` ends; -1 when there is no such line.

        Raises
        ------
        BadText
            The text goes on with something that it cannot hold.
        """
        while (end := self._held.find(b"\n", self._at + start)) < 0:
            if not self._fetch():
                return -1
        return end - self._at

    def text(self, start: int, end: int) -> bytes:
        """Return what is held between two positions."""
        return self._held[self._at + start : self._at + end]

    def rest(self) -> bytes:
        """Return all that is held."""
        return self._held[self._at :]

    def block(self, least: int = 0) -> bytes:
        """Return the next whole lines, about a piece and at least so many bytes if there are; nothing at the end.

        Raises
        ------
        BadText
            What comes next is something that the text cannot hold.
        """
        while len(self._held) - self._at <= max(least, PIECE // 2):
            if (self._fault is not None and self._at < len(self._held)) or not self._fetch():
                break
        return self.rest()

    def next_quote(self, start: int) -> int:
        """Return where the next quote is from ``start`` on; -1 when there is none.

        Raises
        ------
        BadText
            The text goes on with something that it cannot hold.
        """
        while (place := self._held.find(b'"', self._at + start)) < 0:
            start = len(self._held) - self._at
            if start > LONGEST_LINE or not self._fetch():
                return -1
        return place - self._at

    def blank_lines(self, *, with_blanks: bool) -> tuple[int, int]:
        """Return how many bytes and lines are next that are empty, or hold nothing but blanks, as far as they are held."""
        match = (_BLANKS if with_blanks else _EMPTY).match(self._held, self._at)
        blank = b"" if match is None else match[0]
        return len(blank), blank.count(b"\n")

    def advance(self, n_bytes: int, n_lines: int) -> None:
        """Leave text behind."""
        self._at += n_bytes
        self.passed += n_bytes
        self.line += n_lines

    def _fetch(self) -> bool:
        """Hold more lines; say whether there were any."""
        if self._fault is not None:
            raise self._fault
        if self._ended:
            return False
        raw = self._file.read(PIECE)
        self._ended = not raw
        text = self._tail + self._one_line_end(self._decode(raw), is_last=not raw)
        if self._ended and text and not text.endswith(b"\n") and self._fault is None:
            text += b"\n"
        cut = text.rfind(b"\n") + 1
        whole, self._tail = text[:cut], text[cut:]
        self._keep_before_fault()
        if len(self._tail) > LONGEST_LINE:
            raise refuse(self._path, _long_line(self._path.name, self.line))
        self._held = self._held[self._at :] + self._sound_lines(whole)
        self._at = 0
        return True

    def _keep_before_fault(self) -> None:
        """Keep what stands in the line of a fault before it."""
        if self._fault is not None:
            self._fault.before = self._tail

    def _decode(self, raw: bytes) -> bytes:
        """Return a piece in UTF-8, up to what cannot be decoded; UTF-8 itself is checked line by line."""
        if self._decoder is None:
            unmarked = raw.removeprefix(self._marks)
            self._marks = b""
            return unmarked
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeError as error:
            self._fault = BadText(b"")
            text = self._sound_start(raw, before, error)
        if self._marks:
            text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
            self._marks = b"" if text else self._marks
        try:
            return text.encode(_UTF_8)
        except UnicodeEncodeError as error:  # half of a pair of surrogates
            self._fault = BadText(b"")
            return text[: error.start].encode(_UTF_8)

    def _sound_start(self, raw: bytes, before: tuple[bytes, int], error: UnicodeError) -> str:
        """Decode what stands before the fault."""
        if self._decoder is None or not isinstance(error, UnicodeDecodeError):
            return ""
        self._decoder.setstate(before)
        try:
            return self._decoder.decode(raw[: error.start - (len(error.object) - len(raw))])
        except UnicodeError:
            return ""

    def _one_line_end(self, text: bytes, *, is_last: bool) -> bytes:
        r"""Replace ``\r\n`` and ``\r`` by ``\n``; a ``\r`` at the end of a piece waits for what follows."""
        if self._has_return:
            text = b"\r" + text
        self._has_return = text.endswith(b"\r") and not is_last
        if b"\r" not in text:
            return text
        text = text[:-1] if self._has_return else text
        return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _sound_lines(self, whole: bytes) -> bytes:
        """Return the lines before the first one that holds what text cannot hold."""
        bad, is_zero = whole.find(b"\0"), True
        if not whole.isascii():
            try:
                whole.decode(_UTF_8)
            except UnicodeDecodeError as error:
                if bad < 0 or error.start < bad:
                    bad, is_zero = error.start, False
        if bad < 0:
            return whole
        start = whole.rfind(b"\n", 0, bad) + 1
        self._fault = BadText(whole[start:bad], is_zero=is_zero)
        return whole[:start]


def _long_line(file: str, line: int) -> Problem:
    return Problem(
        "E_LIMIT",
        f"'{file}' has a line of more than {LONGEST_LINE // 2**20} MiB",
        allowed=f"lines of up to {LONGEST_LINE // 2**20} MiB",
        hint="Is it a text file with line ends?",
        file=file,
        line=line,
    )

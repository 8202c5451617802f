"""Splitting text into cells with array operations, many rows at once, where it is well formed; otherwise not at all.

What is taken here is what :mod:`rlsstudy.cohort.files.csv_records` reads without a complaint, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rlsstudy.cohort.files.csv_records import LONGEST_CELL, Layout, takes_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Places

    Bytes = NDArray[np.uint8]
    Words = NDArray[np.uint64]
    Counts = NDArray[np.int32]

NEWLINE, QUOTE = 10, 34
PAIR = 2  # quotes around a field
Mended = dict[int, dict[int, bytes]]  # cells by column and row
WORD = 8  # bytes that are compared at once
LONGEST_QUICK = 32  # bytes of a cell that is compared word by word; longer ones are taken one by one
_PADDING = bytes(LONGEST_QUICK + WORD)  # so that the words of the last cells are within the text
# Of a word, the bytes that belong to a cell of 0 to 8 bytes.
_OWN_BYTES = np.asarray([2 ** (8 * size) - 1 for size in range(WORD + 1)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of some rows.

    Parameters
    ----------
    text : bytes
        The text, and padding.
    starts, sizes : ndarray of int, shape (n_rows, n_columns)
        Where each cell begins, and how many bytes it has.
    lines : ndarray of int, shape (n_rows,)
        The line in which each row begins.
    mended : dict
        By column and row, the cells that are not in the text as they are, because quotes in them are doubled.
    n_bytes, n_lines : int
        How much of the text this is.
    """

    text: bytes
    starts: Places
    sizes: Places
    lines: Places
    mended: Mended
    n_bytes: int
    n_lines: int

    def words(self) -> list[Words | None]:
        """Return the cells of each column as words, shape (n_words, n_rows); None where there are cells that need be read one by one."""
        longest = self.sizes.max(axis=0)
        first = np.ascontiguousarray(_words(self.text, self.starts, self.sizes).T)
        words = [[own] for own in first]
        for offset in range(WORD, LONGEST_QUICK, WORD):
            longer = np.flatnonzero(longest > offset)
            if len(longer):
                sizes = np.maximum(self.sizes[:, longer] - offset, 0)
                later = _words(self.text, self.starts[:, longer] + offset, sizes)
                for column, own in zip(longer.tolist(), later.T, strict=True):
                    words[column].append(own)
        quick = [size <= LONGEST_QUICK and column not in self.mended for column, size in enumerate(longest)]
        return [_stack(own) if is_quick else None for own, is_quick in zip(words, quick, strict=True)]

    def cells(self, column: int) -> list[bytes]:
        """Return the cells of a column, one by one."""
        starts = self.starts[:, column]
        ends = (starts + self.sizes[:, column]).tolist()
        cells = [self.text[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
        for row, cell in self.mended.get(column, {}).items():
            cells[row] = cell
        return cells


def split_block(text: bytes, n_columns: int, layout: Layout, line: int) -> Block | None:
    """Split whole lines into cells.

    Parameters
    ----------
    text : bytes
        UTF-8 that begins with a row and ends with a line end.
    n_columns : int
        The fields of every row.
    layout : Layout
        How the text is laid out.
    line : int
        The number of the first line.

    Returns
    -------
    Block or None
        The rows that are complete; None when anything is not as it should be, or lines are to be passed over.
    """
    array = np.frombuffer(text, dtype=np.uint8)
    fields = _fields(text, array, n_columns, layout)
    if fields is None or _has_other_lines(array, fields, layout.comment):
        return None
    starts, ends, n_quotes = fields
    lines, n_bytes = np.arange(line, line + len(starts)), int(ends[-1, -1]) + 1
    n_lines, mended = len(lines), Mended()
    if n_quotes is not None:
        line_ends = np.flatnonzero(array[:n_bytes] == NEWLINE)
        lines, n_lines = line + np.searchsorted(line_ends, starts[:, 0]), len(line_ends)
        inside = np.setdiff1d(line_ends, ends[:, -1], assume_unique=True)
        if _take_rows(text, fields, inside, layout) or not _unquote(text, array, fields, mended):
            return None
    sizes = ends - starts
    if int(sizes.max()) > LONGEST_CELL:
        return None
    return Block(text + _PADDING, starts, sizes, lines, mended, n_bytes, n_lines)


class _Fields(NamedTuple):
    """Where fields begin and end, and how many quotes they have, shape (n_rows, n_columns)."""

    starts: Places
    ends: Places
    n_quotes: Counts | None


def _fields(text: bytes, array: Bytes, n_columns: int, layout: Layout) -> _Fields | None:
    """Find the fields of rows that all have as many as there are columns."""
    if len(layout.delimiter) != 1:
        return None
    is_end = array == NEWLINE
    is_end |= array == layout.delimiter[0]
    ends = np.flatnonzero(is_end)
    n_quotes = None
    if b'"' in text:
        before = np.cumsum(array == QUOTE, dtype=np.int32)[ends]
        outside = (before & 1) == 0
        ends, n_quotes = ends[outside], np.diff(before[outside], prepend=np.int32(0))
    ends_row = array[ends] == NEWLINE
    n_rows = int(np.count_nonzero(ends_row))
    n_fields = n_rows * n_columns
    at_right_place = ends_row[n_columns - 1 : n_fields : n_columns]
    if not n_rows or len(at_right_place) < n_rows or not at_right_place.all():
        return None
    ends = ends[:n_fields]
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    shape = (n_rows, n_columns)
    counts = None if n_quotes is None else n_quotes[:n_fields].reshape(shape)
    return _Fields(starts.reshape(shape), ends.reshape(shape), counts)


def _has_other_lines(array: Bytes, fields: _Fields, comment: bytes | None) -> bool:
    """Whether there are comments, or blank lines, which in a table of one column could be taken for empty cells."""
    if comment is not None and (array[fields.starts[:, 0]] == comment[0]).any():
        return True
    return fields.starts.shape[1] == 1 and bool((fields.starts == fields.ends).any())


def _take_rows(text: bytes, fields: _Fields, line_ends: Places, layout: Layout) -> bool:
    """Whether one of the fields with these line ends inside looks as if it took rows with it."""
    starts, ends = fields.starts.ravel(), fields.ends.ravel()
    n_columns = fields.starts.shape[1]
    places = np.unique(np.searchsorted(ends, line_ends)).tolist()
    return any(takes_rows(text[starts[own] : ends[own]], n_columns, layout.delimiter) for own in places)


def _unquote(text: bytes, array: Bytes, fields: _Fields, mended: Mended) -> bool:
    """Move starts and ends of quoted fields inside the quotes; say whether all quotes are in place."""
    starts, ends, n_quotes = fields
    if n_quotes is None:
        return True
    quoted = np.nonzero(n_quotes)
    first, last = starts[quoted], ends[quoted] - 1
    if (last <= first).any() or (array[first] != QUOTE).any() or (array[last] != QUOTE).any():
        return False
    starts[quoted] += 1
    ends[quoted] -= 1
    for row, column in np.argwhere(n_quotes > PAIR).tolist():
        inside = text[starts[row, column] : ends[row, column]]
        if b'"' in inside.replace(b'""', b""):
            return False
        mended.setdefault(column, {})[row] = inside.replace(b'""', b'"')
    return True


def _stack(words: list[NDArray[np.uint64]]) -> Words:
    return words[0][np.newaxis] if len(words) == 1 else np.stack(words)


def _words(text: bytes, starts: Places, sizes: Places) -> Words:
    """Return eight bytes from each start on, as one number, with zeros for what is beyond the size."""
    every: Words = np.ndarray((len(text) - WORD + 1,), dtype="<u8", buffer=text, strides=(1,))
    words: Words = every[starts]
    words &= _OWN_BYTES.take(sizes, mode="clip")  # a size above 8 counts as 8
    return words

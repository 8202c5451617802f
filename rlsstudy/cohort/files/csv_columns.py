"""Columns of a text file as they grow: each different cell once, in the order of its first row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.files.csv_blocks import WORD, Block
from rlsstudy.cohort.files.raw_columns import TextColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Codes, Texts

    Words = NDArray[np.uint64]
    Part = tuple[
        Codes, Words | list[bytes]
    ]  # where each cell is among these; words have the shape (n_words, n_cells)

# Odd numbers with well spread bits, by which the words of a cell are mixed into one.
_MIX_FIRST, _MIX_LATER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)
_MANY = 0.3  # share of different cells from which on it is quicker to compare all blocks at once


class Columns:
    """Columns to which rows are added.

    Parameters
    ----------
    n_columns : int
        How many.
    """

    def __init__(self, n_columns: int) -> None:
        self._parts: list[list[Part]] = [[] for _ in range(n_columns)]
        self._is_varied = [False] * n_columns

    def add_rows(self, rows: Sequence[list[bytes]]) -> None:
        """Add rows that were read one by one."""
        for column, cells in enumerate(zip(*rows, strict=True)):
            self._parts[column].append(_among(cells))

    def add_block(self, block: Block) -> None:
        """Add rows that were read at once."""
        for column, words in enumerate(block.words()):
            part = _among(block.cells(column)) if words is None else self._different(words, column)
            self._parts[column].append(part)

    def finish(self) -> list[TextColumn]:
        """Return the columns; they are no longer held here."""
        columns = []
        for parts in self._parts:
            columns.append(_joined(parts))
            parts.clear()
        return columns

    def _different(self, words: Words, column: int) -> Part:
        """Return the different cells of a block; all of them where most are known to be different."""
        n = words.shape[1]
        if self._is_varied[column]:
            return np.arange(n, dtype=np.int32), words
        codes, distinct = _different_words(words)
        self._is_varied[column] = distinct.shape[1] > _MANY * n
        return codes, distinct


def _joined(parts: list[Part]) -> TextColumn:
    """Return the column of all parts."""
    quick = [own for _, own in parts if not isinstance(own, list)]
    if not parts or len(quick) < len(parts):
        joined, cells = _among([cell for _, own in parts for cell in _as_bytes(own)])
        distinct = np.empty(len(cells), dtype=object)
        distinct[:] = [cell.decode() for cell in cells]
    else:
        joined, words = _different_words(_side_by_side(quick))
        distinct = _as_texts(words)
    ends = np.cumsum([_n_cells(own) for _, own in parts])
    codes = [
        joined[end - _n_cells(own) : end][own_codes]
        for (own_codes, own), end in zip(parts, ends, strict=True)
    ]
    return TextColumn(np.concatenate(codes) if codes else np.empty(0, dtype=np.int32), distinct)


def _different_words(words: Words) -> tuple[Codes, Words]:
    """Return the place of each cell among the different ones, and these."""
    mixed = words[0]
    for word in words[1:]:
        mixed = (mixed ^ (mixed >> _HALF)) * _MIX_FIRST + word * _MIX_LATER
    codes, distinct = pd.factorize(mixed)
    if len(words) == 1:
        return codes.astype(np.int32), distinct[np.newaxis]
    example = _first_rows(codes, len(distinct))
    alike = example[codes]
    again = np.flatnonzero(alike != np.arange(len(codes)))
    if (words[:, again] != words[:, alike[again]]).any():  # two different cells were mixed into the same word
        return _different_cells(words)
    return codes.astype(np.int32), words[:, example]


def _first_rows(codes: NDArray[np.intp], n_distinct: int) -> NDArray[np.intp]:
    """Return the first row of each different cell."""
    first = np.empty(n_distinct, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # what is written last stays
    return first


def _different_cells(words: Words) -> tuple[Codes, Words]:
    """Do the same without mixing, more slowly."""
    codes = np.zeros(words.shape[1], dtype=np.int64)
    for word in words:
        own, distinct = pd.factorize(word)
        codes, _ = pd.factorize(codes * len(distinct) + own)
    return codes.astype(np.int32), words[:, _first_rows(codes, int(codes.max()) + 1)]


def _side_by_side(parts: list[Words]) -> Words:
    """Return the words of all parts, as many of each cell as the longest one has."""
    n_words = max(map(len, parts))
    together = np.zeros((n_words, sum(own.shape[1] for own in parts)), dtype=np.uint64)
    end = 0
    for own in parts:
        start, end = end, end + own.shape[1]
        together[: len(own), start:end] = own
    return together


def _among(cells: Sequence[bytes]) -> tuple[Codes, list[bytes]]:
    """Return the place of each cell among the different ones, and these."""
    places: dict[bytes, int] = {}
    codes = [places.setdefault(cell, len(places)) for cell in cells]
    return np.asarray(codes, dtype=np.int32), list(places)


def _n_cells(own: Words | list[bytes]) -> int:
    return len(own) if isinstance(own, list) else own.shape[1]


def _as_bytes(own: Words | list[bytes]) -> list[bytes]:
    """Return cells as bytes, without the zeros that fill up the last word."""
    if isinstance(own, list):
        return own
    together = np.ascontiguousarray(own.T, dtype="<u8")
    cells: list[bytes] = together.view(f"S{WORD * len(own)}").ravel().tolist()
    return cells


def _as_texts(words: Words) -> Texts:
    """Return cells as texts."""
    import pyarrow as pa

    together = np.ascontiguousarray(words.T, dtype="<u8").view(np.uint8)
    ends = np.zeros(words.shape[1] + 1, dtype=np.int64)
    np.cumsum(sum(_n_bytes(word) for word in words), out=ends[1:])
    texts = pa.LargeStringArray.from_buffers(
        words.shape[1], pa.py_buffer(ends), pa.py_buffer(together[together != 0])
    )
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)


def _n_bytes(word: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how many bytes of each word are in use, which are the lowest ones."""
    n_bytes = np.zeros(len(word), dtype=np.int64)
    for place in range(WORD):
        n_bytes += word >= np.uint64(1 << (8 * place))
    return n_bytes

"""Columns as they are in a file: of text, each different cell once, or of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.problems import Problem

    Texts = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]
    Codes = NDArray[np.int32]


class CellKind(IntEnum):
    """What a cell of a file with typed cells was, before it became text."""

    TEXT = 0
    NUMBER = 1
    DATE = 2  # written as 2021-03-01, or 2021-03-01T14:30:00 where there is a time of day
    TRUTH = 3  # written as true or false
    ERROR = 4  # such as #DIV/0!
    NO_VALUE = 5  # a formula that was never calculated
    TIME = 6  # a time of day or a duration, written as 14:30:00


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Cells as text, each different one kept once.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_rows,)
        The place of each cell in ``distinct``; -1 is an absent cell, which counts as the empty text.
    distinct : ndarray of object, shape (n_distinct,)
        The different cells. A text stands there twice only if it is of several kinds.
    kinds : ndarray of uint8, shape (n_distinct,), optional
        What each different cell was (`CellKind`), in files with typed cells; None when all are text.
    problems : tuple of Problem
        What the reader noticed in this column; told when a study uses the column.
    labels : mapping of str to str
        The file's own labels of its codes.
    stated : ndarray of object, shape (n_rows,), optional
        The reason that the file gives for an absent cell, as in `NumberColumn`.
    is_told : bool
        Whether a column of reasons says which cells are gaps, so that any other cell is a text, also an empty one and
        one in brackets.
    """

    codes: Codes
    distinct: Texts
    kinds: NDArray[np.uint8] | None = None
    problems: tuple[Problem, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stated: Texts | None = None
    is_told: bool = False

    @classmethod
    def of(cls, cells: Sequence[str] | Texts, problems: tuple[Problem, ...] = ()) -> TextColumn:
        """Return a column of these texts."""
        as_array = np.empty(len(cells), dtype=object)
        as_array[:] = cells
        codes, distinct = pd.factorize(as_array)
        return cls(codes.astype(np.int32), np.asarray(distinct, dtype=object), None, problems)

    @classmethod
    def typed(
        cls, cells: Sequence[str], kinds: Sequence[int], problems: tuple[Problem, ...] = ()
    ) -> TextColumn:
        """Return a column of cells with what each of them was."""
        places: dict[tuple[str, int], int] = {}
        pairs = zip(cells, kinds, strict=True)
        codes = np.asarray([places.setdefault(pair, len(places)) for pair in pairs], dtype=np.int32)
        distinct = np.empty(len(places), dtype=object)
        distinct[:] = [cell for cell, _ in places]
        of_what = np.asarray([kind for _, kind in places], dtype=np.uint8)
        return cls(codes, distinct, of_what if of_what.any() else None, problems)

    @property
    def cells(self) -> Texts:
        """The text of every cell, shape (n_rows,)."""
        return np.append(self.distinct, "")[self.codes]

    def take(self, rows: Places) -> TextColumn:
        """Return the cells of these rows; row -1 is an absent one."""
        found = rows >= 0
        codes = np.full(len(rows), -1, dtype=np.int32)
        codes[found] = self.codes[rows[found]]
        if self.stated is None:
            return replace(self, codes=codes)
        stated = np.full(len(rows), "", dtype=object)
        stated[found] = self.stated[rows[found]]
        return replace(self, codes=codes, stated=stated)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers of a typed file; NaN is an absent one.

    Parameters
    ----------
    values : ndarray of float or int64, shape (n_rows,)
        The numbers. Codes that the file itself declares as missing are absent.
    stated : ndarray of object, shape (n_rows,), optional
        The reason that the file gives for an absent value, or the empty text: the label of a code that is declared
        missing, or the code (``"-9"``, ``".a"``); in our own Parquet files the reason as it is.
    labels : mapping of float to str
        The file's own labels of its codes.
    problems : tuple of Problem
        What the reader noticed in this column; told when a study uses the column.
    """

    values: Floats | NDArray[np.int64]
    stated: Texts | None = None
    labels: Mapping[float, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def take(self, rows: Places) -> NumberColumn:
        """Return the values of these rows; row -1 is an absent one."""
        if (rows >= 0).all():
            stated = None if self.stated is None else self.stated[rows]
            return replace(self, values=self.values[rows], stated=stated)
        found = rows >= 0
        taken = np.full(len(rows), np.nan)
        taken[found] = self.values[rows[found]]
        if self.stated is None:
            return replace(self, values=taken)
        stated = np.full(len(rows), "", dtype=object)
        stated[found] = self.stated[rows[found]]
        return replace(self, values=taken, stated=stated)


RawColumn = TextColumn | NumberColumn

"""Merging files by participant, and by visit where there are visits: the first file says who is in the study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.checks.key_problems import are_blank, key_problems, no_key, no_match, not_in_first
from rlsstudy.cohort.cohort import LedgerEntry
from rlsstudy.cohort.files.raw_columns import RawColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.declare.data_files import ROW_KEY
from rlsstudy.problems import Problem, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Places, Texts


_WHOLE = re.compile(r"[0-9]{1,9}(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class KeyColumns:
    """The columns of one file that identify its rows.

    Parameters
    ----------
    participant : str
        The column of the participant; `ROW_KEY` when every row is one.
    visit : str
        The column of the visit; empty when every participant has one row.
    judged : bool
        Whether the study declares the key column, so that its cells are judged as those of any other.
    """

    participant: str
    visit: str = ""
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """Files side by side.

    Parameters
    ----------
    tables : tuple of RawTable
        The files.
    rows : tuple of ndarray of int, shape (n_rows,)
        For each file the row of each participant, or participant and visit; -1 where there is none.
    keys : ndarray of object, shape (n_rows,)
        The participants' keys, in the order of the first file. While keys are missing or repeated,
        every row counts, so that its values are judged too.
    visits : ndarray of object, shape (n_rows,), optional
        The visits, as the first file writes them.
    """

    tables: tuple[RawTable, ...]
    rows: tuple[Places, ...]
    keys: Texts
    visits: Texts | None = None

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.keys)

    @property
    def people(self) -> NDArray[np.int64]:
        """The number of each row's participant, from 0 in the order of the first file."""
        return np.asarray(pd.factorize(self.keys)[0], dtype=np.int64)

    @property
    def rows_of_people(self) -> NDArray[np.int64]:
        """The participant of each row, where every row without visits is one."""
        return np.arange(self.n) if self.visits is None else self.people

    def column(self, table: int, name: str) -> RawColumn:
        """Return a column of a file, one cell per row."""
        column: RawColumn = self.tables[table].columns[name]
        return column if self._as_read(table) else column.take(self.rows[table])

    def _as_read(self, table: int) -> bool:
        """Whether the rows are those of the file, all and in its order."""
        rows = self.rows[table]
        return len(rows) == self.tables[table].n_rows and bool((rows == np.arange(len(rows))).all())


def merge_tables(
    tables: Sequence[RawTable], keys: Sequence[KeyColumns]
) -> tuple[Merged | None, list[LedgerEntry], list[Problem]]:
    """Join files to the participants of the first one.

    Parameters
    ----------
    tables : sequence of RawTable
        The files, at least one.
    keys : sequence of KeyColumns
        What identifies the rows of each file. A further file without the column of the visit has one row per
        participant, which holds for all visits.

    Returns
    -------
    merged : Merged or None
        None when a file has no key column.
    ledger : list of LedgerEntry
        Participants read, and how many of them each further file has.
    problems : list of Problem
        Missing and repeated keys, and participants that only further files have.
    """
    lacking = [problem for table, own in zip(tables, keys, strict=True) for problem in no_key(table, own)]
    lacking += [*_no_visits(tables, keys), *_rows_as_people(tables, keys)]
    if lacking:
        return None, [], lacking
    files = [_Keyed.of(table, own) for table, own in zip(tables, keys, strict=True)]
    problems = [
        problem for one in files for problem in key_problems(one.table, one.columns, one.people, one.visits)
    ]
    first = files[0]
    n = sum(not blank for blank in are_blank(pd.unique(np.asarray(first.people, dtype=object))))
    ledger = [LedgerEntry("read", f"participants in '{first.table.file}'{_with_visits(first)}", n, n)]
    rows: list[list[int] | range] = [range(first.table.n_rows)]
    for one in files[1:]:
        places, n_matched, n_other = one.beside(first)
        rows.append(places)
        what = "participant" if one.visits is None else "row of participant and visit"
        of_them = "of them" if one.visits is None else "of these rows"
        ledger.append(LedgerEntry("merged", f"'{one.table.file}' has {n_matched:,} {of_them}", n, n))
        if not n_matched:
            problems.append(no_match(one.table.file, one.columns.participant, first.table.file, what))
        elif n_other:
            problems.append(not_in_first(one.table.file, n_other, first.table.file, what))
    return _merged(files, rows), ledger, problems


def key_texts(column: RawColumn) -> list[str]:
    """Write keys as text: as they are in text files, whole numbers without a point in others."""
    if isinstance(column, TextColumn):
        return [str(cell) for cell in column.cells]
    return [_number_text(value) for value in column.values.tolist()]


def _number_text(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def _one_way(visit: str) -> str:
    """Write a visit that is a whole number in one way: 0, 00 and 0.0 are one visit."""
    return str(int(float(visit))) if _WHOLE.fullmatch(visit) else visit


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A file with the keys of its rows."""

    table: RawTable
    columns: KeyColumns
    people: list[str]
    visits: list[str] | None

    @classmethod
    def of(cls, table: RawTable, columns: KeyColumns) -> _Keyed:
        if columns.participant == ROW_KEY:
            people = [str(row + 1) for row in range(table.n_rows)]
        else:
            people = key_texts(table.columns[columns.participant])
        has_visits = bool(columns.visit) and columns.visit in table.columns
        visits = (
            [_one_way(visit) for visit in key_texts(table.columns[columns.visit])] if has_visits else None
        )
        return cls(table, columns, people, visits)

    def beside(self, first: _Keyed) -> tuple[list[int], int, int]:
        """Return this file's row for each row of the first, and how many rows both, and only it, have.

        Rows are counted where both files have visits, and participants elsewhere.

        Rows without a good key follow at the end, beside nobody, so that they are judged too.
        """
        by_visit = self.visits is not None and first.visits is not None
        own = list(zip(self.people, self.visits or (), strict=True)) if by_visit else self.people
        asked = list(zip(first.people, first.visits or (), strict=True)) if by_visit else first.people
        places: dict[object, int] = {}
        faulty = []
        for row, (key, text) in enumerate(zip(own, self.people, strict=True)):
            if not text.strip() or key in places:
                faulty.append(row)
            else:
                places[key] = row
        known = {key for key, text in zip(asked, first.people, strict=True) if text.strip()}
        rows = [
            places.get(key, -1) if text.strip() else -1 for key, text in zip(asked, first.people, strict=True)
        ]
        return [*rows, *faulty], len(places.keys() & known), len(places.keys() - known)


def _merged(files: Sequence[_Keyed], rows: Sequence[list[int] | range]) -> Merged:
    """Put rows side by side; those of further files without a good key come last, one after the other."""
    first = files[0]
    n = first.table.n_rows
    extra = [len(own) - n for own in rows]
    total = n + sum(extra)
    aligned = []
    start = n
    for own, more in zip(rows, extra, strict=True):
        places = np.full(total, -1, dtype=np.int64)
        places[:n] = own[:n]
        places[start : start + more] = own[n:]
        start += more
        aligned.append(places)
    tables = tuple(one.table for one in files)
    keys = _padded(first.people, total)
    return Merged(
        tables, tuple(aligned), keys, None if first.visits is None else _padded(first.visits, total)
    )


def _padded(texts: list[str], total: int) -> Texts:
    cells = np.full(total, "", dtype=object)
    cells[: len(texts)] = texts
    return cells


def _rows_as_people(tables: Sequence[RawTable], keys: Sequence[KeyColumns]) -> Iterator[Problem]:
    """Refuse several files without a key: the third row of one need not be the third of another."""
    if len(tables) > 1 and any(own.participant == ROW_KEY for own in keys):
        hint = "Name the column that identifies a participant in every file as 'key' in [study]."
        yield Problem(
            "E_ROW_KEY", f"{len(tables)} files cannot be merged by the number of their rows", hint=hint
        )


def _no_visits(tables: Sequence[RawTable], keys: Sequence[KeyColumns]) -> Iterator[Problem]:
    """Refuse a first file without the column of the visit, which the study has."""
    first, own = tables[0], keys[0]
    if own.visit and own.visit not in first.columns:
        yield from no_key(first, KeyColumns(own.visit))
    elif not own.visit:
        for table, other in zip(tables[1:], keys[1:], strict=True):
            if other.visit and other.visit in table.columns:
                message = f"'{table.file}' has a row per visit, and '{first.file}', which comes first, one per participant"
                hint = f"Name '{table.file}' first in 'data': the other rows then hold for all visits."
                yield Problem("E_VISITS", message, hint=hint, file=table.file, column=other.visit)


def _with_visits(first: _Keyed) -> str:
    return (
        "" if first.visits is None else f", in {counted(first.table.n_rows, 'row')} of participant and visit"
    )

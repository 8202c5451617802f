"""Merging files by participant: the first file says who is in the study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.cohort import LedgerEntry
from rlsstudy.cohort.raw_table import RawColumn, RawTable, TextColumn, note, suggest_column
from rlsstudy.problems import Problem, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.raw_table import Places


# Code: what is wrong with a row's key, what is allowed, what to do.
KEY_FAULTS = {
    "E_MISSING_KEY": ("without a key", "a key in every row", "Fill them in, or remove the rows."),
    "E_DUPLICATE_KEY": ("with a key that stands above", "one row per participant", "Remove or mend them."),
    "E_PATTERN": (
        "with blanks around the key, or invisible characters in it",
        "visible characters",
        "Remove them.",
    ),
}


@dataclass(frozen=True, slots=True)
class Merged:
    """Files side by side.

    Parameters
    ----------
    tables : tuple of RawTable
        The files.
    rows : tuple of ndarray of int, shape (n_participants,)
        For each file the row of each participant, -1 where there is none.
    keys : tuple of str
        The participants' keys, in the order of the first file. While keys are missing or repeated,
        every row counts as a participant, so that its values are judged too.
    """

    tables: tuple[RawTable, ...]
    rows: tuple[Places, ...]
    keys: tuple[str, ...]

    def column(self, table: int, name: str) -> RawColumn:
        """Return a column of a file, one cell per participant."""
        return self.tables[table].columns[name].take(self.rows[table])

    def lines(self, table: int) -> Places | None:
        """Return the line of each participant in a file that has lines; 0 where there is none."""
        lines = self.tables[table].lines
        if lines is None:
            return None
        rows = self.rows[table]
        found = np.zeros(len(rows), dtype=np.int64)
        found[rows >= 0] = lines[rows[rows >= 0]]
        return found


def merge_tables(
    tables: Sequence[RawTable], key: str
) -> tuple[Merged | None, list[LedgerEntry], list[Problem]]:
    """Join files to the participants of the first one.

    Parameters
    ----------
    tables : sequence of RawTable
        The files, at least one.
    key : str
        The column that identifies a participant, in every file.

    Returns
    -------
    merged : Merged or None
        None when a file has no such column.
    ledger : list of LedgerEntry
        Participants read, and how many of them each further file has.
    problems : list of Problem
        Missing and repeated keys, and participants that only further files have.
    """
    lacking = [_no_key(table, key) for table in tables if key not in table.columns]
    if lacking:
        return None, [], lacking
    keys = [key_texts(table.columns[key]) for table in tables]
    problems = [
        problem for table, own in zip(tables, keys, strict=True) for problem in _key_problems(table, key, own)
    ]
    places = [_first_places(own) for own in keys]
    rows = _side_by_side(keys, places)
    n = len(places[0])
    ledger = [LedgerEntry("read", f"participants in '{tables[0].file}'", n, n)]
    for table, place in zip(tables[1:], places[1:], strict=True):
        matched = len(place.keys() & places[0].keys())
        ledger.append(LedgerEntry("merged", f"'{table.file}' has {matched:,} of them", n, n))
        if not matched:
            problems.append(_no_match(table.file, key, tables[0].file))
        elif len(place) > matched:
            problems.append(_not_in_first(table.file, len(place) - matched, tables[0].file))
    people = tuple(keys[0][row] if row >= 0 else "" for row in rows[0])
    return Merged(tuple(tables), rows, people), ledger, problems


def key_texts(column: RawColumn) -> list[str]:
    """Write keys as text: as they are in text files, whole numbers without a point in others."""
    if isinstance(column, TextColumn):
        return list(column.cells)
    return [_number_text(value) for value in column.values.tolist()]


def _number_text(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def _first_places(keys: list[str]) -> dict[str, int]:
    """Return the first row of each key. Later ones are problems, and the file is refused for them."""
    places: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key.strip():
            places.setdefault(key, row)
    return places


def _side_by_side(keys: list[list[str]], places: list[dict[str, int]]) -> tuple[Places, ...]:
    """Return each file's rows: those of the first file with theirs, then rows of others without a good key."""
    firsts = [key if places[0].get(key) == row else "" for row, key in enumerate(keys[0])]
    rows = [[*range(len(firsts))], *([place.get(key, -1) for key in firsts] for place in places[1:])]
    for file, (own, place) in enumerate(zip(keys[1:], places[1:], strict=True), 1):
        faulty = [row for row, key in enumerate(own) if place.get(key) != row]
        for other, beside in enumerate(rows):
            beside += faulty if other == file else [-1] * len(faulty)
    return tuple(np.asarray(of_file, dtype=np.int64) for of_file in rows)


def _key_problems(table: RawTable, key: str, keys: list[str]) -> Iterator[Problem]:
    for code, rows in _faulty_keys(keys).items():
        rest, allowed, hint = KEY_FAULTS[code]
        message = f"Key column '{key}' of '{table.file}' has {counted(len(rows), 'row')} {rest}"
        line = None if table.lines is None else int(table.lines[rows[0]])
        yield Problem(
            code, message, allowed=allowed, hint=hint, file=table.file, column=key, line=line, count=len(rows)
        )


def _faulty_keys(keys: list[str]) -> dict[str, list[int]]:
    """Return the rows of each kind of fault."""
    seen: set[str] = set()
    faulty: dict[str, list[int]] = {code: [] for code in KEY_FAULTS}
    for row, text in enumerate(keys):
        if not text.strip():
            faulty["E_MISSING_KEY"].append(row)
        elif text in seen:
            faulty["E_DUPLICATE_KEY"].append(row)
        elif not text.isprintable() or text != text.strip():
            faulty["E_PATTERN"].append(row)
        seen.add(text)
    return {code: rows for code, rows in faulty.items() if rows}


def _no_key(table: RawTable, key: str) -> Problem:
    hint = f"Name the right column as 'key' in [study]. {suggest_column(key, [table])}".strip()
    message = f"Key column '{key}' is not in '{table.file}'"
    line = None if table.lines is None else 1
    return Problem("E_MISSING_COLUMN", message, hint=hint, file=table.file, column=key, line=line)


def _not_in_first(file: str, count: int, first: str) -> Problem:
    message = f"'{file}' has {counted(count, 'participant')} not in '{first}', left out"
    return note("N_NOT_IN_FIRST_FILE", message, file, count=count)


def _no_match(file: str, key: str, first: str) -> Problem:
    message = f"'{file}' has no participant of '{first}'"
    hint = f"Is '{key}' written in the same way in both, with the same leading zeros?"
    return Problem(
        "E_NO_MATCH", message, allowed="keys that both files have", hint=hint, file=file, column=key
    )

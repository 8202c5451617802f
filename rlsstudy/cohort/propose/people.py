"""Which columns say who a row is about: the key, the visit, and what points to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlsstudy.cohort.files.raw_columns import NumberColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.propose.profile import Profile
from rlsstudy.cohort.propose.words import Words, plain, split_words
from rlsstudy.declare.data_files import ROW_KEY
from rlsstudy.problems import counted


@dataclass(frozen=True, slots=True)
class ProposedKey:
    """The columns that tell rows apart.

    Parameters
    ----------
    columns : tuple of str
        The participant's column, and the visit's where a participant has several rows; or `ROW_KEY` alone.
    remark : str
        Why these, for the person who edits the proposal.
    """

    columns: tuple[str, ...]
    remark: str


def identifying(name: str, label: str, words: Words) -> str:
    """Return what a column holds that points to people, by its name or its label; empty where nothing says so.

    Parameters
    ----------
    name, label : str
        The column's name, and what the file says that it is.
    words : Words
        What names mean.

    Examples
    --------
    >>> from rlsstudy.cohort.propose.words import known_words
    >>> from rlsstudy.declare.rls import rls_model
    >>> words = known_words(rls_model())
    >>> identifying("Geburtsdatum", "", words), identifying("ferritin", "", words)
    ('a date of birth', '')
    """
    for text in (name, label):
        tokens = split_words(text)
        kept = tuple(token for token in tokens if not token.isdigit() and token not in words.context)
        counted_off = (*kept[:-1], kept[-1].rstrip("0123456789")) if kept else ()
        for joined in (plain(tokens), plain(kept), plain(counted_off)):
            if joined in words.identifiers:
                return words.identifiers[joined]
    return ""


def propose_key(
    table: RawTable, profiles: Mapping[str, Profile], words: Words, declared: str = ""
) -> ProposedKey:
    """Propose the key of a file: by the names of its columns, and by what is unique.

    Parameters
    ----------
    table : RawTable
        The file.
    profiles : mapping of str to Profile
        What its columns look like.
    words : Words
        What names mean.
    declared : str
        The key that a dictionary declares.
    """
    named = _named(table, words.keys)
    if declared and declared in table.columns:
        named = [declared, *(name for name in named if name != declared)]
    visits = [name for name in _named(table, words.visits) if name not in named]
    for name in named:
        if _is_unique(table, (name,)):
            return ProposedKey((name,), f"unique in all {counted(table.n_rows, 'row')}")
    for name in named:
        for visit in visits:
            if _is_unique(table, (name, visit)):
                remark = (
                    f"together unique in all {counted(table.n_rows, 'row')}: a participant has several rows"
                )
                return ProposedKey((name, visit), remark)
    if named:
        return ProposedKey((named[0],), _not_unique(table, named[0], profiles))
    first = next(iter(profiles), "")
    if first and profiles[first].strict_type in ("integer", "text") and _is_unique(table, (first,)):
        return ProposedKey((first,), "a guess: the first column, which is unique. Is it the participant?")
    return ProposedKey(
        (ROW_KEY,), "no column looks like a participant's: every row is taken for one. Is that so?"
    )


def propose_visit_date(table: RawTable, words: Words) -> str:
    """Return the column that looks like the day of a visit, or the empty text."""
    return next(iter(_named(table, words.visit_dates)), "")


def _named(table: RawTable, names: Sequence[str]) -> list[str]:
    """Return the columns of these names, in the order of the names."""
    by_name: dict[str, str] = {}
    for column in filter(str.strip, table.columns):
        by_name.setdefault(plain(column), column)
    return [by_name[name] for name in names if name in by_name]


def _is_unique(table: RawTable, names: Sequence[str]) -> bool:
    """Whether no two rows agree in these columns, and no cell of the first is empty."""
    codes = [_codes(table, name) for name in names]
    if not table.n_rows or (codes[0] < 0).any():
        return False
    together = codes[0]
    for other in codes[1:]:
        together = together * (int(other.max(initial=0)) + 2) + other + 1
    return len(np.unique(together)) == table.n_rows


def _codes(table: RawTable, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return a number for each cell, the same for equal cells; -1 for an empty one."""
    column = table.columns[name]
    if isinstance(column, NumberColumn):
        return np.asarray(pd.factorize(np.asarray(column.values, dtype=np.float64))[0], dtype=np.int64)
    texts = pd.Series(column.cells).str.strip()
    return np.asarray(pd.factorize(texts.where(texts != "", None))[0], dtype=np.int64)


def _not_unique(table: RawTable, name: str, profiles: Mapping[str, Profile]) -> str:
    found = profiles[name]
    empty = table.n_rows - found.n_filled
    gaps = f" and {counted(empty, 'empty cell')}" if empty else ""
    return (
        f"by its name, but not unique: {found.n_distinct:,} different in {counted(table.n_rows, 'row')}{gaps}. "
        'With several visits write key = ["participant\'s column", "visit\'s column"]'
    )

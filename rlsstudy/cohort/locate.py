"""Finding the columns that a study maps among those that its files have."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from rlsstudy.cohort.raw_table import RawTable, note, suggest_column
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.study import SYNTHETIC_KEY, ColumnMap
from rlsstudy.problems import Problem, counted

LONGEST_NAME = 64
USUAL_KEYS = (SYNTHETIC_KEY, "participant", "participant_id", "id")
COUNTING_KEYS = USUAL_KEYS[:2]  # in the files that this package writes, a number that is no identifier


def usual_key(table: RawTable) -> str:
    """Return the key column of a file that is read without a study file."""
    return next((name for name in USUAL_KEYS if name in table.columns), USUAL_KEYS[1])


def own_names(tables: Sequence[RawTable], model: CausalModel, key: str) -> tuple[ColumnMap, ...]:
    """Map the columns that have a declared variable's own name."""
    names = dict.fromkeys(name for table in tables for name in table.columns if name != key)
    return tuple(ColumnMap(name, name) for name in names if name in model and model[name].measured)


def locate_columns(
    columns: Sequence[ColumnMap], tables: Sequence[RawTable], *, all_needed: bool = True
) -> tuple[list[tuple[ColumnMap, int]], list[Problem]]:
    """Say in which file each mapped column is.

    Parameters
    ----------
    columns : sequence of ColumnMap
        What is looked for.
    tables : sequence of RawTable
        The files.
    all_needed : bool
        Whether a column that no file has is a problem.

    Returns
    -------
    located : list of (ColumnMap, int)
        Each column found, with the place of its file.
    problems : list of Problem
        Columns that no file has, or that several have.
    """
    located, problems = [], []
    for column in columns:
        places = [place for place, table in enumerate(tables) if column.column in table.columns]
        if len(places) == 1:
            located.append((column, places[0]))
        elif places:
            problems.append(_ambiguous(column, [tables[place].file for place in places]))
        elif all_needed:
            problems.append(_missing(column, tables))
    return located, problems


def other_columns(
    tables: Sequence[RawTable], columns: Sequence[ColumnMap], key: str, model: CausalModel
) -> Iterator[Problem]:
    """Say how many columns are left alone, and which of them have a name that cannot be printed safely."""
    mapped = {column.column for column in columns}
    for table in tables:
        others = [name for name in table.columns if name not in mapped and name != key]
        yield from _unsafe_names(table, others)
        if others:
            message = (
                f"'{table.file}' has {counted(len(others), 'column')} that the study does not map, left alone"
            )
            declared = [name for name in others if name in model]
            hint = (
                f"Declared variables among them, to be mapped if meant: {', '.join(declared)}."
                if declared
                else ""
            )
            yield note("N_UNMAPPED", message, table.file, count=len(others), hint=hint)


def is_safe_name(name: str) -> bool:
    """Whether a column's name is plain: letters, digits, ``_ . -`` and blanks, in composed form."""
    plain = all(character.isalnum() or character in "_.- " for character in name)
    return plain and len(name) <= LONGEST_NAME and unicodedata.is_normalized("NFC", name)


def _unsafe_names(table: RawTable, names: Sequence[str]) -> Iterator[Problem]:
    unsafe = [name for name in names if name and not is_safe_name(name)]
    if unsafe:
        place = list(table.columns).index(unsafe[0]) + 1
        yield Problem(
            "E_COLUMN_NAME",
            f"'{table.file}' has {counted(len(unsafe), 'column name')} with characters that are not allowed,"
            f" the first at place {place}",
            allowed=f"letters, digits, _ . - and blanks; at most {LONGEST_NAME} characters",
            hint="Rename it, or map it in [columns].",
            file=table.file,
            line=None if table.lines is None else 1,
            count=len(unsafe),
        )


def _ambiguous(column: ColumnMap, files: Sequence[str]) -> Problem:
    listed = " and ".join(f"'{file}'" for file in files)
    message = f"Column '{column.column}', mapped to '{column.variable}', is in {listed}"
    return Problem(
        "E_DUPLICATE_COLUMN",
        message,
        allowed="one file for each column",
        hint="Rename it in one of them.",
        column=column.column,
        count=len(files),
    )


def _missing(column: ColumnMap, tables: Sequence[RawTable]) -> Problem:
    files = " or ".join(f"'{table.file}'" for table in tables)
    only = tables[0] if len(tables) == 1 else None
    return Problem(
        "E_MISSING_COLUMN",
        f"Column '{column.column}', mapped to '{column.variable}', is not in {files}",
        hint=f"Check its name in [columns]. {suggest_column(column.column, tables)}".strip(),
        file=None if only is None else only.file,
        column=column.column,
        line=None if only is None or only.lines is None else 1,
    )

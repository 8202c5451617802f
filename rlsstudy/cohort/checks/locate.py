"""Finding the columns that a study maps among those that its files have."""

from __future__ import annotations

from collections.abc import Sequence

from rlsstudy.cohort.files.raw_table import RawTable, problem_at, suggest_column
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import SYNTHETIC_KEY, ColumnMap
from rlsstudy.problems import Problem

USUAL_KEYS = (SYNTHETIC_KEY, "participant", "participant_id", "id")
COUNTING_KEYS = USUAL_KEYS[:2]  # in the files that this package writes, a number that is no identifier


def usual_key(table: RawTable) -> str:
    """Return the key column of a file that is read without a study file."""
    return next((name for name in USUAL_KEYS if name in table.columns), USUAL_KEYS[1])


def own_names(tables: Sequence[RawTable], model: CausalModel, keys: Sequence[str]) -> tuple[ColumnMap, ...]:
    """Map the columns that have a declared variable's own name."""
    names = dict.fromkeys(name for table in tables for name in table.columns if name not in keys)
    return tuple(ColumnMap(name, name) for name in names if name in model and model[name].measured)


def locate_columns(
    columns: Sequence[ColumnMap],
    tables: Sequence[RawTable],
    *,
    all_needed: bool = True,
    keys: frozenset[str] = frozenset(),
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
    keys : frozenset of str
        The columns that identify rows: every file has them, and the first file's are read.

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
        if len(places) == 1 or (places and column.column in keys):
            located.append((column, places[0]))
        elif places:
            problems.append(_ambiguous(column, [tables[place].file for place in places]))
        elif all_needed:
            problems.append(_missing(column, tables))
    return located, problems


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
    hints = [f"Check its name in [columns]. {suggest_column(column.column, tables)}".strip()]
    hints += [table.header_hint for table in tables if table.header_hint and table.lines is None]
    problem = Problem(
        "E_MISSING_COLUMN",
        f"Column '{column.column}', mapped to '{column.variable}', is not in {files}",
        hint=" ".join(hints),
        file=None if only is None else only.file,
        column=column.column,
    )
    return problem if only is None else problem_at(only.header_place, problem)

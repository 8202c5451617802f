"""What REDCap exports can mislead about, whoever reads them: labels for names, and boxes that nobody was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.redcap.types import (
    COMPLETE_LABEL,
    SYSTEM_COLUMNS,
    SYSTEM_LABELS,
    TIMESTAMP_LABEL,
    is_system_column,
)
from rlsstudy.problems import Problem, Severity, counted

STRONG_SIGNS = frozenset({COMPLETE_LABEL, TIMESTAMP_LABEL, "Repeat Instrument", "Repeat Instance"})
WEAK_SIGNS = frozenset({*SYSTEM_LABELS.values(), "Record ID"}) - STRONG_SIGNS
NEEDED_WEAK_SIGNS = 2
BOX = "___"


def labels_problem(table: RawTable, key: str) -> Problem | None:
    """Say that a file is REDCap's labels export, in which no column has its own name.

    Parameters
    ----------
    table : RawTable
        Any file.
    key : str
        The column that should name the participant.

    Returns
    -------
    Problem or None
        `E_REDCAP_LABELS`, or None where the key is there or the header is no such export's.
    """
    names = list(table.columns)
    if key in table.columns or not names:
        return None
    strong = sum(_is_strong(name) for name in names)
    if not strong and sum(name in WEAK_SIGNS for name in names) < NEEDED_WEAK_SIGNS:
        return None
    line = table.header_line if table.lines is not None else None
    cell = table.header_place.get("cell")
    return Problem(
        "E_REDCAP_LABELS",
        f"'{table.file}' is a REDCap export with labels, whose headers are no names of fields",
        allowed="the raw export (record_id, …)",
        hint='Export the raw data, or declare redcap = "labels" and its dictionary in [files].',
        file=table.file,
        column=names[0],
        line=line,
        cell=cell if isinstance(cell, str) else None,
    )


def _is_strong(name: str) -> bool:
    """Whether a header is written by nothing but REDCap; R and pandas number those that are there twice."""
    return "(choice=" in name or any(
        name == sign or name.startswith((f"{sign}_", f"{sign}.")) for sign in STRONG_SIGNS
    )


def checkbox_notes(table: RawTable, columns: Collection[str]) -> list[Problem]:
    """Note the rows in which no box of a checkbox is ticked: "none of these" and "not asked" look the same.

    Parameters
    ----------
    table : RawTable
        Any file.
    columns : collection of str
        The columns that are used; a checkbox counts when one of its boxes is among them.

    Returns
    -------
    list of Problem
        One `N_REDCAP_CHECKBOX` for each checkbox that has such rows.
    """
    groups: dict[str, list[str]] = {}
    for name in table.columns:
        group, mark, code = name.partition(BOX)
        if group and mark and code:
            groups.setdefault(group, []).append(name)
    asked = {group: names for group, names in groups.items() if not set(names).isdisjoint(columns)}
    return [note for group, names in asked.items() for note in _note(table, group, names)]


def _note(table: RawTable, group: str, names: Iterable[str]) -> list[Problem]:
    unticked = np.ones(table.n_rows, dtype=np.bool_)
    for name in names:
        column = table.columns[name]
        if isinstance(column, TextColumn):
            unticked &= np.isin(column.codes, np.flatnonzero(column.distinct == "0"))
        else:
            unticked &= column.values == 0
    rows = np.flatnonzero(unticked)
    if not len(rows):
        return []
    place = table.place(int(rows[0]), next(iter(names)))
    line, cell = place.get("line"), place.get("cell")
    return [
        Problem(
            "N_REDCAP_CHECKBOX",
            f"'{table.file}' has {counted(len(rows), 'row')} in which no box of '{group}' is ticked",
            Severity.NOTE,
            allowed="1 in every box that was ticked; 0 may mean 'not asked'",
            hint="Where the question was not asked, declare a gap by the column that says so.",
            file=table.file,
            column=group,
            line=line if isinstance(line, int) else None,
            cell=cell if isinstance(cell, str) else None,
            count=len(rows),
        )
    ]


def is_redcap_export(table: RawTable) -> bool:
    """Whether a file has columns that REDCap alone writes.

    Parameters
    ----------
    table : RawTable
        Any file.
    """
    names = list(table.columns)
    if any(name in SYSTEM_COLUMNS for name in names):
        return True
    has_box = any(name.partition(BOX)[2] for name in names)
    return has_box and any(is_system_column(name) for name in names)

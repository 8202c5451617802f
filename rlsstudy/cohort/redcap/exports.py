"""Reading REDCap exports: raw, with labels, or one row for each value; whole or one event and instrument of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, refuse
from rlsstudy.cohort.files.read_csv import read_csv
from rlsstudy.cohort.redcap.dictionary import read_with_notes
from rlsstudy.cohort.redcap.eav import from_eav
from rlsstudy.cohort.redcap.header import slots_of
from rlsstudy.cohort.redcap.labels import as_raw, unknown_columns, used
from rlsstudy.cohort.redcap.notes import labels_problem
from rlsstudy.cohort.redcap.odm import read_odm_with_notes
from rlsstudy.cohort.redcap.types import EVENT, REPEAT_INSTANCE, REPEAT_INSTRUMENT, is_system_column
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions, RedcapExport
from rlsstudy.problems import Problem

MOST_LISTED = 12


def read_redcap(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a REDCap export into raw names and codes.

    Parameters
    ----------
    path : Path
        The export, as CSV.
    options : FileOptions
        Which export it is (raw where nothing is said), its dictionary, and the event and instrument whose rows are
        taken. Cells that hold a missing data code are left as they are: see `redcap_missing`.

    Returns
    -------
    RawTable
        Every column as text, rows with their lines in the file.

    Raises
    ------
    CohortError
        The file or its dictionary cannot be read, a labels export has no dictionary, or there is no such event or
        instrument.
    """
    table = read_csv(path, options)
    dictionary, notes = (None, ()) if options.dictionary is None else _dictionary(options.dictionary, options)
    if options.redcap is RedcapExport.EAV:
        table = from_eav(path, options, table, dictionary)
    elif options.redcap is RedcapExport.LABELS:
        table = _from_labels(path, options, table, dictionary)
    elif dictionary is not None:
        slots = slots_of(dictionary)
        known = {slot.name for slot in slots}
        unknown = [name for name in table.columns if name not in known and not is_system_column(name)]
        table = replace(table, problems=(*table.problems, *unknown_columns(table, unknown, slots)))
    table = replace(table, problems=(*table.problems, *notes))
    return _selected(path, options, table)


def read_any_dictionary(path: Path) -> Dictionary:
    """Read a project's dictionary, from CSV or from its XML.

    Parameters
    ----------
    path : Path
        The file; XML is told by its ending.

    Raises
    ------
    CohortError
        With everything that is wrong.
    """
    return _dictionary(path, AS_IT_IS)[0]


def redcap_missing(source: Path | Dictionary) -> dict[str, str]:
    """Return a project's missing data codes and their reasons.

    Parameters
    ----------
    source : Path or Dictionary
        The dictionary, or its file.
    """
    dictionary = read_any_dictionary(source) if isinstance(source, Path) else source
    return dict(dictionary.missing)


def _dictionary(path: Path, options: FileOptions) -> tuple[Dictionary, tuple[Problem, ...]]:
    if path.suffix.lower() == ".xml":
        return read_odm_with_notes(path)
    return read_with_notes(path, options.encoding)


def _from_labels(
    path: Path, options: FileOptions, table: RawTable, dictionary: Dictionary | None
) -> RawTable:
    if dictionary is not None:
        return as_raw(path, options, table, dictionary)
    problem = labels_problem(table, "")
    if problem is not None:
        raise refuse(
            path, replace(problem, hint="Export the raw data, or declare its dictionary in [files].")
        )
    return table


def _selected(path: Path, options: FileOptions, table: RawTable) -> RawTable:
    """Take the rows of one event and one instrument, where they are asked for."""
    rows = np.ones(table.n_rows, dtype=np.bool_)
    if options.event is not None:
        rows &= _equal(path, table, EVENT, options.event, "event")
    if options.instrument is not None:
        rows &= _equal(path, table, REPEAT_INSTRUMENT, options.instrument, "repeating instrument")
        instance = table.columns.get(REPEAT_INSTANCE)
        if options.instrument == "" and isinstance(instance, TextColumn):
            rows &= np.asarray(instance.cells == "", dtype=np.bool_)
    if rows.all():
        return table
    taken = np.flatnonzero(rows).astype(np.int64)
    if not len(taken):
        message = f"'{table.file}' has no row of this event and instrument together"
        hint = "Leave one of them out, or ask for another."
        raise refuse(path, Problem("E_NO_ROWS", message, hint=hint, file=table.file))
    columns = {name: column.take(taken) for name, column in table.columns.items()}
    lines = None if table.lines is None else table.lines[taken]
    return replace(table, columns=columns, n_rows=len(taken), lines=lines)


def _equal(
    path: Path, table: RawTable, name: str, wanted: str, what: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the rows that have a word of the study in a column, or list those there are."""
    column = table.columns.get(name)
    if not isinstance(column, TextColumn):
        message = f"'{table.file}' has no column '{name}', so that its rows cannot be told apart by {what}"
        hint = "Leave the option out, or export the project's longitudinal data."
        raise refuse(
            path,
            Problem(
                "E_MISSING_COLUMN", message, hint=hint, file=table.file, column=name, line=table.header_line
            ),
        )
    there = column.cells == wanted
    if not there.any():
        words = [word for word in used(column) if word]
        allowed = ", ".join(words[:MOST_LISTED]) + (", …" if len(words) > MOST_LISTED else "")
        message = f"'{table.file}' has no row of the {what} '{wanted}'"
        code = "E_REDCAP_EVENT" if name == EVENT else "E_REDCAP_INSTRUMENT"
        raise refuse(path, Problem(code, message, allowed=allowed, file=table.file, column=name))
    return np.asarray(there, dtype=np.bool_)

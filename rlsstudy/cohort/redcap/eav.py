"""From REDCap's long exports, one row for each value, to one row for each record, event and repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, check_shape, refuse
from rlsstudy.cohort.redcap.types import EVENT, KEY_OF_EAV, REPEAT_INSTANCE, REPEAT_INSTRUMENT, box_name
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.problems import Problem, counted

NEEDED = (KEY_OF_EAV, "field_name", "value")
PLACES = (KEY_OF_EAV, EVENT, REPEAT_INSTRUMENT, REPEAT_INSTANCE)


@dataclass
class _Wide:
    """The rows found so far, and the values of each field by row."""

    rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    values: dict[str, dict[int, str]] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)


def from_eav(path: Path, options: FileOptions, table: RawTable, dictionary: Dictionary | None) -> RawTable:
    """Turn a long export into what the raw export of the same records is.

    Parameters
    ----------
    path : Path
        The export.
    options : FileOptions
        How it is read, with the limits of its size.
    table : RawTable
        The export as `read_csv` reads it: record, field_name, value, and where the project has them
        redcap_event_name, redcap_repeat_instrument and redcap_repeat_instance.
    dictionary : Dictionary, optional
        The project's fields. With it, checkboxes become boxes and the record has its field's name; without it, a
        checkbox with two boxes ticked is a duplicate, and the record stays "record".

    Returns
    -------
    RawTable
        One row for each record, event and repeat, in the order of the file; its line is that of its first value.

    Raises
    ------
    CohortError
        The file is no long export, or the table would be larger than allowed.
    """
    lacking = [name for name in NEEDED if name not in table.columns]
    if lacking:
        message = f"'{table.file}' is not a long REDCap export: it has no column {', '.join(lacking)}"
        hint = 'Declare redcap = "raw" if it has one row for each record.'
        allowed = f"the columns {', '.join(NEEDED)}"
        line = table.header_line
        raise refuse(
            path, Problem("E_MISSING_COLUMN", message, allowed=allowed, hint=hint, file=table.file, line=line)
        )
    boxes = _boxes(dictionary)
    wide = _collect(table, boxes)
    problems = [*table.problems, *_repeated(table, wide, known=dictionary is not None)]
    system = [name for name in PLACES if name in table.columns]
    check_shape(path, len(system) + len(wide.values), len(wide.rows), options)
    columns = {name: TextColumn.of(cells) for name, cells in zip(system, _turned(wide, system), strict=True)}
    columns |= {name: _column(values, len(wide.rows)) for name, values in wide.values.items()}
    if dictionary is not None:
        columns, more = _as_in_dictionary(table, columns, wide, dictionary)
        problems += more
    lines = np.asarray(wide.lines, dtype=np.int64)
    return replace(table, columns=columns, n_rows=len(wide.rows), lines=lines, problems=tuple(problems))


def _boxes(dictionary: Dictionary | None) -> dict[str, list[str]]:
    """Return the boxes of every checkbox."""
    boxes: dict[str, list[str]] = {}
    for own in dictionary.fields if dictionary is not None else ():
        if own.group:
            boxes.setdefault(own.group, []).append(own.name)
    return boxes


def _collect(table: RawTable, boxes: Mapping[str, list[str]]) -> _Wide:
    """Go through the values, one by one."""
    wide = _Wide()
    system = [_cells(table, name) for name in PLACES if name in table.columns]
    fields, values = _cells(table, "field_name"), _cells(table, "value")
    lines = table.lines if table.lines is not None else np.arange(1, table.n_rows + 1)
    for place, (name, value) in enumerate(zip(fields, values, strict=True)):
        who = tuple(cells[place] for cells in system)
        if who not in wide.rows:
            wide.rows[who] = len(wide.rows)
            wide.lines.append(int(lines[place]))
        row = wide.rows[who]
        if name in boxes:
            name, value = box_name(name, value), "1"
        own = wide.values.setdefault(name, {})
        if row in own:
            wide.again.append(int(lines[place]))
        own.setdefault(row, value)
    return wide


def _cells(table: RawTable, name: str) -> list[str]:
    column = table.columns[name]
    return (
        column.cells.tolist() if isinstance(column, TextColumn) else [str(value) for value in column.values]
    )


def _turned(wide: _Wide, system: list[str]) -> list[list[str]]:
    return [list(cells) for cells in zip(*wide.rows, strict=True)] or [[] for _ in system]


def _column(values: Mapping[int, str], n_rows: int) -> TextColumn:
    cells = np.full(n_rows, "", dtype=object)
    for row, value in values.items():
        cells[row] = value
    return TextColumn.of(cells)


def _repeated(table: RawTable, wide: _Wide, *, known: bool) -> list[Problem]:
    if not wide.again:
        return []
    count = len(wide.again)
    message = f"'{table.file}' has {counted(count, 'value')} of a record, event, repeat and field that has one already"
    hint = (
        "Keep one of them."
        if known
        else "Keep one of them; for the boxes of a checkbox, declare the dictionary."
    )
    return [
        Problem(
            "E_DUPLICATE_KEY",
            message,
            allowed="one value for each record, event, repeat and field",
            hint=hint,
            file=table.file,
            column="field_name",
            line=wide.again[0],
            count=count,
        )
    ]


def _as_in_dictionary(
    table: RawTable, columns: Mapping[str, TextColumn], wide: _Wide, dictionary: Dictionary
) -> tuple[dict[str, TextColumn], list[Problem]]:
    """Order the columns as exports do, with all fields of every form that has values, and 0 in unticked boxes."""
    done = dict(columns)
    record = done.pop(KEY_OF_EAV)
    problems = _other_record(table, record, done.pop(dictionary.key, record), wide, dictionary.key)
    system = {name: done.pop(name) for name in PLACES if name in done}
    forms = {own.section for own in dictionary.fields if own.name in done}
    filled = _filled(dictionary, wide)
    ordered = {dictionary.key: record} | system
    for own in dictionary.fields[1:]:
        if own.section in forms:
            column = done.pop(own.name, None) or TextColumn.of([""] * len(wide.rows))
            if own.group:
                rows = np.isin(np.arange(len(wide.rows)), list(filled.get(own.section, ())))
                column = TextColumn.of(np.where((column.cells == "") & rows, "0", column.cells))
            ordered[own.name] = column
    return ordered | done, problems


def _filled(dictionary: Dictionary, wide: _Wide) -> dict[str, set[int]]:
    """Return the rows in which each form has a value."""
    filled: dict[str, set[int]] = {}
    for own in dictionary.fields:
        if own.name != dictionary.key:
            filled.setdefault(own.section, set()).update(wide.values.get(own.name, {}))
    return filled


def _other_record(
    table: RawTable, record: TextColumn, named: TextColumn, wide: _Wide, key: str
) -> list[Problem]:
    """Say where the record's own field names another record than the row does."""
    rows = np.flatnonzero((named.cells != record.cells) & (named.cells != ""))
    if not len(rows):
        return []
    message = (
        f"'{table.file}' has {counted(len(rows), 'record')} whose field '{key}' differs from '{KEY_OF_EAV}'"
    )
    return [
        Problem(
            "E_NOT_CONSTANT",
            message,
            allowed="one name for each record",
            file=table.file,
            column=key,
            line=wide.lines[int(rows[0])],
            count=len(rows),
        )
    ]

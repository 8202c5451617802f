"""Which layout each file of a study has, and what of it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.assemble import reason_names
from rlsstudy.cohort.checks.cell_rule import CellRule, cell_rule
from rlsstudy.cohort.checks.convert import convert
from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.locate import locate_columns, own_names, usual_key
from rlsstudy.cohort.checks.merge import KeyColumns, Merged
from rlsstudy.cohort.checks.read_column import ReadColumn, Source
from rlsstudy.cohort.checks.units import in_declared_unit
from rlsstudy.cohort.checks.unmapped import Known, other_columns
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, note
from rlsstudy.cohort.files.stated_reasons import with_stated_reasons
from rlsstudy.cohort.redcap.exports import redcap_missing
from rlsstudy.declare.kinds import CARRIED
from rlsstudy.problems import Problem, counted

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.data_files import ColumnMap, DataFiles
    from rlsstudy.declare.file_options import FileOptions


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One file with the part of the study that says how it is read.

    Parameters
    ----------
    table : RawTable
        The file.
    keys : KeyColumns
        The columns that identify its rows.
    columns : tuple of ColumnMap
        How its columns become variables.
    layout : str
        The layout's name; empty for the study's usual one.
    """

    table: RawTable
    keys: KeyColumns
    columns: tuple[ColumnMap, ...]
    layout: str = ""


def lay_out(tables: Sequence[RawTable], data: DataFiles, model: CausalModel) -> list[LaidOut]:
    """Say of each file which layout it has, and so which columns identify its rows and become variables."""
    found = []
    mapped = {column.column for column in data.columns} | {
        c.column for one in data.layouts for c in one.columns
    }
    for table in (with_stated_reasons(table, keep=mapped) for table in tables):
        layout = next((one for one in data.layouts if one.fits(table.file, table.columns)), None)
        if layout is not None:
            keys = _key_columns(layout.key, layout.visit, layout.columns)
            found.append(LaidOut(table, keys, layout.columns, layout.name))
            continue
        key = data.key or usual_key(tables[0])
        named = own_names([table], model, (key, data.visit)) if data.own_names else ()
        columns = data.columns or named
        found.append(LaidOut(table, _key_columns(key, data.visit, columns), columns))
    return found


def _key_columns(key: str, visit: str, columns: Sequence[ColumnMap]) -> KeyColumns:
    return KeyColumns(key, visit, judged=any(column.column == key and column.pattern for column in columns))


def mapped_columns(files: Sequence[LaidOut]) -> tuple[ColumnMap, ...]:
    """Return every column map that is used, each once."""
    return tuple({(file.layout, column.column): column for file in files for column in file.columns}.values())


def read_columns(
    files: Sequence[LaidOut], merged: Merged, data: DataFiles, model: CausalModel, *, all_needed: bool
) -> tuple[dict[str, ReadColumn], list[Problem]]:
    """Convert every mapped column of the files.

    Parameters
    ----------
    files : sequence of LaidOut
        The files.
    merged : Merged
        Their rows side by side.
    data : DataFiles
        What holds for all columns.
    model : CausalModel
        Where variables are declared.
    all_needed : bool
        Whether a mapped column that no file has is a problem.

    Returns
    -------
    columns : dict of str to ReadColumn
        By variable.
    problems : list of Problem
        Columns that are not there or are there twice, and everything that cannot be converted.
    """
    columns: dict[str, ReadColumn] = {}
    problems: list[Problem] = []
    reasons = reason_names(model)
    for layout in dict.fromkeys(file.layout for file in files):
        own = [place for place, file in enumerate(files) if file.layout == layout]
        maps = mapped_columns([files[place] for place in own])
        keys = {files[p].keys.participant for p in own} | {files[p].keys.visit for p in own}
        tables = [files[p].table for p in own]
        located, found = locate_columns(maps, tables, all_needed=all_needed, keys=frozenset(keys))
        problems += found
        for column, place in located:
            options = data.options.of_name(files[own[place]].table.file)
            rule = cell_rule(
                model[column.variable],
                column,
                missing={**_missing_codes(options), **data.missing},
                reasons_known=reasons,
                decimal=options.decimal,
            )
            if column.variable in columns:
                problems.append(_read_twice(columns[column.variable], rule, files[own[place]].table))
                continue
            columns[column.variable], found = _read(merged, own[place], rule)
            problems += found
    return columns, [*problems, *_parsed_text(files, columns)]


def _read_twice(before: ReadColumn, rule: CellRule, table: RawTable) -> Problem:
    """Refuse a variable that two files of different layouts have: which of them is meant is not known."""
    message = f"'{rule.variable.name}' ({rule.variable.label}) is in {before.place} and in column '{rule.mapped.column}' of '{table.file}'"
    hint = "Leave it out of one of the layouts. Files with different people cannot be put one below the other yet."
    return Problem(
        "E_DUPLICATE_COLUMN",
        message,
        allowed="one file for each variable",
        hint=hint,
        file=table.file,
        column=rule.mapped.column,
    )


def _missing_codes(options: FileOptions) -> dict[str, str]:
    """Return the codes for missing values that a REDCap dictionary declares for all its fields."""
    return {} if options.dictionary is None else redcap_missing(options.dictionary)


def _read(merged: Merged, place: int, rule: CellRule) -> tuple[ReadColumn, list[Problem]]:
    table, mapped = merged.tables[place], rule.mapped
    units = next((p for p, one in enumerate(merged.tables) if mapped.unit_column in one.columns), None)
    if units is not None:  # what the column says takes the place of the unit of the file
        rule = replace(rule, mapped=replace(mapped, unit=None))
    source = Source(table, mapped.column, merged.rows[place])
    blank = ReadColumn(rule.variable, np.empty(0), Gaps.none(0), source)
    column, problems = convert(merged.column(place, mapped.column), rule, blank)
    if units is not None:
        column, found = in_declared_unit(column, merged.column(units, str(mapped.unit_column)), rule)
        problems += found
    return column, problems


def _parsed_text(files: Sequence[LaidOut], columns: Mapping[str, ReadColumn]) -> list[Problem]:
    """Note typed files whose numbers are stored as text."""
    problems = []
    for file in files:
        table = file.table
        if table.lines is not None or table.grid is not None:
            continue
        count = sum(_is_parsed(column, table) for column in columns.values())
        if count:
            message = (
                f"'{table.file}' stores the numbers of {counted(count, 'column')} as text, read as numbers"
            )
            hint = "Typed columns say more: export numbers as numbers."
            said = note("N_PARSED_TEXT", message, table.file, count=count, hint=hint)
            problems.append(replace(said, allowed="typed columns"))
    return problems


def _is_parsed(column: ReadColumn, table: RawTable) -> bool:
    """Whether a variable of numbers was read from a column of plain texts of this file."""
    if column.source is None or column.source.table is not table or column.variable.has_levels:
        return False
    raw = table.columns[column.source.column]
    return isinstance(raw, TextColumn) and raw.kinds is None and column.variable.kind not in CARRIED


def said_of_others(files: Sequence[LaidOut], data: DataFiles, model: CausalModel) -> list[Problem]:
    """Say what other columns the files have."""
    problems: list[Problem] = []
    for file in files:
        units = {column.unit_column for column in file.columns if column.unit_column}
        keys = {file.keys.participant, file.keys.visit}
        mapped = frozenset({column.column for column in file.columns} | units | keys)
        problems += other_columns(file.table, Known(mapped, frozenset(data.drop), data.other_columns), model)
    return problems

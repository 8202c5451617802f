"""Columns that say why values of another column are missing, as the files of this package have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, RawColumn, TextColumn
from rlsstudy.cohort.files.raw_table import REASON_SUFFIX, RawTable, problem_at
from rlsstudy.problems import Problem, counted


def with_stated_reasons(table: RawTable, keep: Collection[str] = ()) -> RawTable:
    """Take the columns of reasons from among the others, and give them to the columns they belong to.

    Parameters
    ----------
    table : RawTable
        A file as it was read. A column ``abi__reason`` beside one called ``abi`` says why ``abi`` is missing.
    keep : collection of str
        Columns that a study maps: they are what it says, whatever their names.

    Returns
    -------
    RawTable
        The other columns; those with reasons have them as ``stated``. In a column of texts the cells with a reason
        are absent and no others, so that an empty text is not taken for a gap. A reason beside a value is a problem
        of the table, and the value stays.
    """
    owners = {
        name
        for name in table.columns
        if _reasons_of(table.columns, name) is not None and name + REASON_SUFFIX not in keep
    }
    if not owners:
        return table
    beside = [problem for name in owners for problem in _beside_values(table, name)]
    if beside:
        return replace(table, problems=(*table.problems, *beside))
    said = {name + REASON_SUFFIX for name in owners}
    columns = {
        name: _stating(column, _reasons_of(table.columns, name))
        for name, column in table.columns.items()
        if name not in said
    }
    return replace(table, columns=columns)


def _beside_values(table: RawTable, name: str) -> Iterator[Problem]:
    """Refuse reasons that stand beside values: the column then is not what its name says."""
    column, reasons = table.columns[name], _reasons_of(table.columns, name)
    if not isinstance(reasons, TextColumn):
        return
    filled = ~np.isnan(column.values) if isinstance(column, NumberColumn) else column.cells != ""
    both = np.asarray(filled & (reasons.cells != ""), dtype=bool)
    if both.any():
        count = int(both.sum())
        own = name + REASON_SUFFIX
        problem = Problem(
            "E_REASON_BESIDE_VALUE",
            f"'{table.file}' has {counted(count, 'row')} with a value of '{name}' and a reason in '{own}' why it is missing",
            allowed="a value, or the reason why there is none",
            hint=f"Mend them, or map '{own}' in [columns] if it means something else.",
            file=table.file,
            column=own,
            count=count,
        )
        yield problem_at(table.place(int(np.flatnonzero(both)[0]), own), problem)


def _reasons_of(columns: Mapping[str, RawColumn], name: str) -> RawColumn | None:
    """Return the reasons of a column: texts, or numbers of which none is there, as in a file without any."""
    return columns.get(name + REASON_SUFFIX)


def _stating(column: RawColumn, reasons: RawColumn | None) -> RawColumn:
    if reasons is None:
        return column
    # Where no cell has a text, a typed file can have the column as one of numbers.
    stated = (
        reasons.cells if isinstance(reasons, TextColumn) else np.full(len(reasons.values), "", dtype=object)
    )
    if isinstance(column, NumberColumn):
        return replace(column, stated=stated)
    told = _with_empty_texts(column) if ((column.codes < 0) & (stated == "")).any() else column
    codes = np.where(stated == "", told.codes, np.int32(-1))
    return replace(told, codes=codes, stated=stated, is_told=True)


def _with_empty_texts(column: TextColumn) -> TextColumn:
    """Return a column whose absent cells are empty texts."""
    places = np.flatnonzero(column.distinct == "")
    if len(places):
        return replace(column, codes=np.where(column.codes < 0, np.int32(places[0]), column.codes))
    kinds = None if column.kinds is None else np.append(column.kinds, np.uint8(CellKind.TEXT))
    codes = np.where(column.codes < 0, np.int32(len(column.distinct)), column.codes)
    return replace(column, codes=codes, distinct=np.append(column.distinct, ""), kinds=kinds)

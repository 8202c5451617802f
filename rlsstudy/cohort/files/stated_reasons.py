"""Columns that say why values of another column are missing, as the files of this package have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, RawColumn, TextColumn
from rlsstudy.cohort.files.raw_table import REASON_SUFFIX, RawTable


def with_stated_reasons(table: RawTable) -> RawTable:
    """Take the columns of reasons from among the others, and give them to the columns they belong to.

    Parameters
    ----------
    table : RawTable
        A file as it was read. A column ``abi__reason`` beside one called ``abi`` says why ``abi`` is missing.

    Returns
    -------
    RawTable
        The other columns; those with reasons have them as ``stated``. In a column of texts the cells with a reason
        are absent and no others, so that an empty text is not taken for a gap.
    """
    owners = {name for name in table.columns if _reasons_of(table.columns, name) is not None}
    if not owners:
        return table
    said = {name + REASON_SUFFIX for name in owners}
    columns = {
        name: _stating(column, _reasons_of(table.columns, name))
        for name, column in table.columns.items()
        if name not in said
    }
    return replace(table, columns=columns)


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

"""Reading Parquet: flat columns of numbers, texts and truth values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.raw_table import (
    REASON_SUFFIX,
    NumberColumn,
    RawColumn,
    RawTable,
    TextColumn,
    check_shape,
    check_size,
    damaged,
    header_problems,
    no_rows,
)
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawTable
        Numbers as numbers, everything else as text; truth values as ``true`` and ``false``.
        The reasons that :func:`rlsstudy.cohort.write.write_cohort` stores go to their columns.

    Raises
    ------
    CohortError
        The file is too large, damaged, or not Parquet.
    """
    import pyarrow as pa

    check_size(path)
    try:
        table = _read(path)
    # What the parser raises on damaged files, as found by changing bytes at random.
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise damaged(path, "a Parquet file") from error
    problems = header_problems(path.name, table.column_names, None)
    problems += [_nested(path.name, field.name) for field in table.schema if pa.types.is_nested(field.type)]
    if table.num_rows == 0:
        problems.append(no_rows(path.name))
    columns = {
        name.strip(): _as_column(column)
        for name, column in zip(table.column_names, table.columns, strict=True)
        if not pa.types.is_nested(column.type)
    }
    return RawTable(path.name, _with_stated_reasons(columns), table.num_rows, None, tuple(problems))


def _read(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        # The footer is read first: a small file can unfold to hundreds of millions of rows.
        check_shape(path, file.metadata.num_columns, file.metadata.num_rows)
        return file.read()


def _as_column(column: pa.ChunkedArray) -> RawColumn:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_signed_integer(kind) and column.null_count == 0:
        return NumberColumn(column.cast(pa.int64()).to_numpy())
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_null(kind)
    ):
        return NumberColumn(np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        texts = [None if value is None else "[binary]" for value in column.to_pylist()]
    else:
        texts = column.cast(pa.large_string()).to_pylist()
    cells = np.empty(len(texts), dtype=object)
    cells[:] = ["" if text is None else text for text in texts]
    return TextColumn.of(cells)


def _with_stated_reasons(columns: dict[str, RawColumn]) -> dict[str, RawColumn]:
    """Take the columns of reasons from among the others, and give them to the columns they belong to."""
    joined: dict[str, RawColumn] = {}
    for name, column in columns.items():
        owner = name.removesuffix(REASON_SUFFIX)
        if owner != name and owner in columns:
            continue
        stated = columns.get(name + REASON_SUFFIX)
        joined[name] = _stating(column, stated) if isinstance(stated, TextColumn) else column
    return joined


def _stating(column: RawColumn, stated: TextColumn) -> RawColumn:
    if isinstance(column, NumberColumn):
        return NumberColumn(column.values, stated.cells)
    # In a text column a reason is written in the gap, in brackets, as in our CSV files.
    gaps = (column.cells == "") & (stated.cells != "")
    cells = column.cells.copy()
    cells[gaps] = [f"[{reason}]" for reason in stated.cells[gaps]]
    return TextColumn.of(cells)


def _nested(file: str, column: str) -> Problem:
    hint = "Write its parts as columns of their own, or leave it out."
    message = f"Column '{column}' of '{file}' holds lists or records"
    return Problem("E_NESTED", message, allowed="flat columns", hint=hint, file=file, column=column)

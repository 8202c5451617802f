"""Writing Parquet and Feather, which hold whatever a cohort has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlsstudy.cohort.write.columns import columns_of, keys_of, names_of
from rlsstudy.cohort.write.limits import Limits, limit_problems, refuse_to_write
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.cohort.write.columns import WrittenColumn

LIMITS = Limits("Arrow", parts_of_seconds=True)


def write_parquet(cohort: Cohort, path: Path) -> None:
    """Write a cohort as Parquet: reasons in columns of their own, ``<variable>__reason``."""
    import pyarrow.parquet as pq

    pq.write_table(_table(cohort), path, compression="lz4")


def write_feather(cohort: Cohort, path: Path) -> None:
    """Write a cohort as Feather (version 2, an Arrow file): reasons as in Parquet."""
    import pyarrow as pa

    table = _table(cohort)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)


def _table(cohort: Cohort) -> pa.Table:
    import pyarrow as pa

    columns, keys = columns_of(cohort), keys_of(cohort)
    names = names_of(keys, columns)
    refuse_to_write(limit_problems(names, columns, len(cohort.data), LIMITS))
    arrays = [pa.array(key) for key in keys.values()]
    for column in columns:
        arrays.append(_array(column))
        if column.stated is not None:
            arrays.append(pa.array([reason or None for reason in column.stated], pa.string()))
    return pa.table(arrays, names=names)


def _array(column: WrittenColumn) -> pa.Array:
    import pyarrow as pa

    if column.variable.kind is Kind.DATE:
        kind = pa.timestamp("us") if column.has_times else pa.date32()
        return pa.array(column.moments, pa.timestamp("us"), from_pandas=True).cast(kind)
    if column.variable.kind is Kind.TEXT:
        return pa.array(column.values.astype(object), pa.string(), from_pandas=True)
    return pa.array(column.values, from_pandas=True)

"""Reading Parquet, Feather and Arrow files: flat columns of numbers, texts, dates and truth values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.cohort.files.arrow_columns import as_column
from rlsstudy.cohort.files.raw_columns import RawColumn, TextColumn
from rlsstudy.cohort.files.raw_table import (
    RawTable,
    check_shape,
    check_size,
    damaged,
    header_problems,
    no_rows,
    refuse,
)
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.problems import Problem, Severity

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PARQUET_ENDINGS = (".parquet", ".pq")
MOST_UNPACKED = 8 * 2**30  # bytes; a small file can unfold to any size
SAMPLE = 1_000  # cells that show whether the texts of a column repeat each other
SEVERAL_THREADS = 2**20  # bytes; threads cost more than they save in a smaller file
ENCRYPTED, ARROW, OLD_FEATHER = b"PARE", b"ARROW1", b"FEA1"
ARROW_STREAM = b"\xff\xff\xff\xff"
# Without leading zeros: 00123 is an identifier.
PLAIN_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def read_parquet(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a Parquet file, a Feather file of version 2, or an Arrow file or stream.

    Parameters
    ----------
    path : Path
        The file. Which of these it is, is seen from how it begins.
    options : FileOptions
        The most columns and rows that are read.

    Returns
    -------
    RawTable
        Numbers as numbers; whole numbers that are no doubles and decimals as the text of their digits; dates, times
        and truth values as typed text.

    Raises
    ------
    CohortError
        The file is too large, damaged, encrypted, or none of these.
    """
    import pyarrow as pa

    check_size(path)
    try:
        table = _read(path, options)
        # Places outside a dictionary, or text that is not UTF-8, would otherwise be met later or not at all.
        table.validate(full=True)
    except MemoryError:
        raise
    # What the parser raises on damaged files, as found by changing bytes at random.
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if "decrypt" in str(error):
            raise refuse(path, _encrypted(path.name)) from error
        is_parquet = path.suffix.lower() in PARQUET_ENDINGS
        raise damaged(path, "a Parquet file" if is_parquet else "a Feather or Arrow file") from error
    check_shape(path, table.num_columns, table.num_rows, options)
    return _as_table(path.name, table)


def _read(path: Path, options: FileOptions) -> pa.Table:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(ENCRYPTED):
        raise refuse(path, _encrypted(path.name))
    if start.startswith(OLD_FEATHER):
        raise refuse(path, _old_feather(path.name))
    if start.startswith((ARROW, ARROW_STREAM)):
        return _read_arrow(path, options, is_stream=start.startswith(ARROW_STREAM))
    return _read_parquet(path, options)


def _read_parquet(path: Path, options: FileOptions) -> pa.Table:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about = file.metadata
        check_shape(path, about.num_columns, about.num_rows, options)
        sizes = (about.row_group(place).total_byte_size for place in range(about.num_row_groups))
        _check_unpacked(path, sum(sizes))
        repeated = _repeated_texts(file)
    with pq.ParquetFile(path, read_dictionary=repeated) as file:
        return file.read(use_threads=path.stat().st_size > SEVERAL_THREADS)


def _repeated_texts(file: pq.ParquetFile) -> list[str]:
    """Return the text columns whose first cells repeat each other: each different text of them is unfolded once only.

    The sizes in the footer would tell too, but to ask for those of an encrypted column ends the process.
    """
    import pyarrow as pa

    texts = [
        field.name
        for field in file.schema_arrow
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]
    first = next(file.iter_batches(SAMPLE, columns=texts, use_threads=False), None) if texts else None
    if first is None:
        return []
    columns = zip(first.schema.names, first.columns, strict=True)
    return [name for name, cells in columns if 2 * len(cells.unique()) <= len(cells)]


def _read_arrow(path: Path, options: FileOptions, *, is_stream: bool) -> pa.Table:
    import pyarrow as pa
    import pyarrow.ipc as ipc

    batches: list[pa.RecordBatch] = []
    n_rows = n_bytes = 0
    with pa.OSFile(str(path)) as file:
        reader = ipc.open_stream(file) if is_stream else ipc.open_file(file)
        check_shape(path, len(reader.schema), 0, options)
        count = None if is_stream else reader.num_record_batches
        for batch in reader if count is None else map(reader.get_batch, range(count)):
            n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
            check_shape(path, 0, n_rows, options)
            _check_unpacked(path, n_bytes)
            batches.append(batch)
        return pa.Table.from_batches(batches, reader.schema)


def _check_unpacked(path: Path, size: int) -> None:
    if size > MOST_UNPACKED:
        problem = Problem(
            "E_LIMIT",
            f"'{path.name}' has {size:,} bytes when unpacked",
            allowed=f"at most {MOST_UNPACKED:,} bytes",
            hint="Export only the columns and participants of the study.",
            file=path.name,
        )
        raise refuse(path, problem)


def _as_table(file: str, table: pa.Table) -> RawTable:
    problems = header_problems(file, table.column_names, None)
    if table.num_columns == 0:
        hint = "Export the columns of the study."
        problems.append(Problem("E_EMPTY", f"'{file}' has no columns", hint=hint, file=file))
    elif table.num_rows == 0:
        problems.append(no_rows(file))
    columns: dict[str, RawColumn] = {}
    labels: dict[str, str] = {}
    for field, values in zip(table.schema, table.columns, strict=True):
        name = field.name.strip()
        column = None if _is_nested(field.type) else as_column(values, name, file)
        if column is None:
            problems.append(_not_flat(file, field))
        else:
            columns.setdefault(name, column)
        label = (field.metadata or {}).get(b"label", b"").decode("utf-8", "replace").strip()
        if label:
            labels[name] = label
    problems += _untyped(file, columns)
    return RawTable(file, columns, table.num_rows, None, tuple(problems), labels=labels)


def _is_nested(kind: pa.DataType) -> bool:
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return _is_nested(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return _is_nested(kind.value_type)
    return bool(pa.types.is_nested(kind))


def _not_flat(file: str, field: pa.Field) -> Problem:
    """Return the problem of a column whose cells are not single numbers or texts."""
    name = field.name.strip()
    place = f"Column '{name}' of '{file}'"
    if _is_nested(field.type):
        hint = "Write its parts as columns of their own, or leave it out."
        message = f"{place} holds lists or records"
        return Problem("E_NESTED", message, allowed="flat columns", hint=hint, file=file, column=name)
    return Problem(
        "E_COLUMN_TYPE",
        f"{place} holds {'bytes' if 'binary' in str(field.type) else 'values of a kind that is not read'}",
        allowed="numbers, texts, dates, times and truth values",
        hint="Write it as one of these, or leave it out.",
        file=file,
        column=name,
    )


def _untyped(file: str, columns: dict[str, RawColumn]) -> list[Problem]:
    """Note when a file that could have types has only text, numbers among it."""
    texts = [own for own in columns.values() if isinstance(own, TextColumn) and own.kinds is None]
    if len(texts) < max(2, len(columns)) or not any(_all_numbers(column) for column in texts):
        return []
    problem = Problem(
        "N_PARSED_TEXT",
        f"Every column of '{file}' is text, numbers too; they are read by the study's rules for text",
        Severity.NOTE,
        allowed="typed columns",
        hint="Write numbers as numbers, and dates as dates.",
        file=file,
    )
    return [problem]


def _all_numbers(column: TextColumn) -> bool:
    filled = [cell for cell in column.distinct if cell.strip()]
    return bool(filled) and all(PLAIN_NUMBER.fullmatch(cell) for cell in filled)


def _encrypted(file: str) -> Problem:
    hint = "Write it again without encryption, in a place that is safe."
    return Problem(
        "E_ENCRYPTED", f"'{file}' is encrypted", allowed="a file without a key", hint=hint, file=file
    )


def _old_feather(file: str) -> Problem:
    return Problem(
        "E_FORMAT",
        f"'{file}' is a Feather file of version 1",
        allowed="Feather of version 2, or Parquet",
        hint="Write it again with a newer program.",
        file=file,
    )

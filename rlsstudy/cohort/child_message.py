"""How a raw table travels from one process to another: a line of JSON, then its arrays as they are in memory.

Numbers and codes are sent as their bytes, texts in Arrow's layout. Nothing is pickled, so that a process in which a
damaged file has taken over can send wrong values, but no code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from rlsstudy.cohort.raw_table import NumberColumn, RawColumn, RawTable, SheetGrid, TextColumn
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.problems import Problem, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Record = dict[str, Any]

READY = b"."  # what a process says when it has started
KINDS = "iuf"  # of arrays: whole numbers and floating ones


class BrokenMessageError(Exception):
    """The other process ended in the middle of a message, or sent something else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process that reads has to say about a file.

    Parameters
    ----------
    table : RawTable, optional
        What was read.
    headline : str
        The first line of the error with which the file is refused.
    problems : tuple of Problem
        Why it is refused.
    failure : str
        What stopped the reader otherwise: the name of an exception, without its message, which may show a value.
    """

    table: RawTable | None = None
    headline: str = ""
    problems: tuple[Problem, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which file is to be read, how, and within which limits.

    Parameters
    ----------
    path : Path
        The file, from the root.
    options : FileOptions
        How it is read.
    memory : int
        Bytes that the process may take.
    seconds : float
        After how long it ends itself, should nobody be left to end it.
    """

    path: Path
    options: FileOptions
    memory: int
    seconds: float


def write_question(stream: BinaryIO, question: Question) -> None:
    """Send a question as one line."""
    options = question.options
    record = {own: getattr(options, own) for own in FileOptions.__dataclass_fields__}
    for own in ("catalogue", "dictionary"):
        record[own] = None if record[own] is None else str(record[own].absolute())
    facts = {"path": str(question.path), "memory": question.memory, "seconds": question.seconds}
    stream.write(json.dumps({**facts, "options": record}).encode("ascii") + b"\n")
    stream.flush()


def read_question(line: bytes) -> Question:
    """Return the question of a line."""
    record = json.loads(line)
    options = record["options"]
    for own, kind in (("catalogue", Path), ("dictionary", Path), ("redcap", RedcapExport)):
        options[own] = None if options[own] is None else kind(options[own])
    return Question(Path(record["path"]), FileOptions(**options), record["memory"], record["seconds"])


def write_answer(stream: BinaryIO, answer: Answer) -> None:
    """Send an answer: the length of its description, the description, and the arrays.

    Raises
    ------
    ValueError
        Something in the table cannot be sent, such as text that is not Unicode; nothing has been sent then.
    """
    arrays: list[Array] = []
    record = {
        "table": None if answer.table is None else _table_record(answer.table, arrays),
        "headline": answer.headline,
        "problems": _problem_records(answer.problems),
        "failure": answer.failure,
        "arrays": [[array.dtype.str, len(array)] for array in arrays],
    }
    content = json.dumps(record).encode("ascii")
    stream.write(len(content).to_bytes(8, "little"))
    stream.write(content)
    for array in arrays:
        if len(array):
            stream.write(array.data.cast("B"))
    stream.flush()


def read_answer(stream: BinaryIO) -> Answer:
    """Receive an answer.

    Raises
    ------
    BrokenMessageError
        The other process ended, or sent something else.
    """
    try:
        length = np.empty(1, dtype="<i8")
        _fill(stream, length)
        content = np.empty(int(length[0]), dtype=np.uint8)
        _fill(stream, content)
        record = json.loads(content.tobytes())
        arrays = [_received(stream, *described) for described in record["arrays"]]
        table = None if record["table"] is None else _table(record["table"], arrays)
        return Answer(table, record["headline"], _problems(record["problems"]), record["failure"])
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        MemoryError,
    ) as error:
        raise BrokenMessageError from error


def _received(stream: BinaryIO, kind: str, length: int) -> Array:
    dtype = np.dtype(kind)
    if dtype.kind not in KINDS:
        raise ValueError(kind)
    array = np.empty(length, dtype=dtype)
    _fill(stream, array)
    return array


def _fill(stream: BinaryIO, array: Array) -> None:
    """Read the bytes of an array straight into it."""
    if not len(array):
        return
    place, view = 0, array.data.cast("B")
    while place < len(view):
        count = stream.readinto(view[place:])  # type: ignore[attr-defined]
        if not count:
            raise BrokenMessageError
        place += count


def _sent(array: Array | None, arrays: list[Array]) -> int | None:
    """Put an array of numbers among those to be sent, and return its place there."""
    if array is None:
        return None
    if array.dtype.kind not in KINDS:
        raise ValueError(f"an array of {array.dtype}")
    arrays.append(np.ascontiguousarray(array))
    return len(arrays) - 1


def _table_record(table: RawTable, arrays: list[Array]) -> Record:
    grid = table.grid
    return {
        "file": table.file,
        "n_rows": int(table.n_rows),
        "problems": _problem_records(table.problems),
        "labels": dict(table.labels),
        "header_line": int(table.header_line),
        "lines": _sent(table.lines, arrays),
        "grid": None if grid is None else _grid_record(grid, arrays),
        "columns": [[name, _column_record(column, arrays)] for name, column in table.columns.items()],
    }


def _grid_record(grid: SheetGrid, arrays: list[Array]) -> Record:
    rows = _sent(grid.rows, arrays)
    return {
        "sheet": grid.sheet,
        "rows": rows,
        "letters": dict(grid.letters),
        "header_row": int(grid.header_row),
    }


def _column_record(column: RawColumn, arrays: list[Array]) -> Record:
    problems = _problem_records(column.problems)
    if isinstance(column, TextColumn):
        return {"problems": problems, "text": _text_record(column, arrays)}
    stated = None if column.stated is None else _text_record(TextColumn.of(column.stated), arrays)
    labels = [
        [code if isinstance(code, int) else float(code), label] for code, label in column.labels.items()
    ]
    return {"problems": problems, "values": _sent(column.values, arrays), "stated": stated, "labels": labels}


def _text_record(column: TextColumn, arrays: list[Array]) -> Record:
    import pyarrow as pa

    texts = pa.array(column.distinct, pa.large_string())
    if texts.null_count:
        raise ValueError("a text that is none")
    _, ends, content = texts.buffers()
    ends = np.frombuffer(ends, dtype=np.int64)[: len(texts) + 1] if len(texts) else np.zeros(1, np.int64)
    content = np.frombuffer(content, dtype=np.uint8)[: ends[-1]] if ends[-1] else np.empty(0, np.uint8)
    return {
        "codes": _sent(column.codes, arrays),
        "kinds": _sent(column.kinds, arrays),
        "ends": _sent(ends, arrays),
        "content": _sent(content, arrays),
    }


def _table(record: Record, arrays: list[Array]) -> RawTable:
    n_rows = record["n_rows"]
    grid = record["grid"]
    return RawTable(
        record["file"],
        {name: _column(own, arrays, n_rows) for name, own in record["columns"]},
        n_rows,
        None if record["lines"] is None else arrays[record["lines"]],
        _problems(record["problems"]),
        None if grid is None else SheetGrid(**{**grid, "rows": arrays[grid["rows"]]}),
        record["labels"],
        record["header_line"],
    )


def _column(record: Record, arrays: list[Array], n_rows: int) -> RawColumn:
    problems = _problems(record["problems"])
    if "text" in record:
        return replace(_text_column(record["text"], arrays, n_rows), problems=problems)
    values = arrays[record["values"]]
    stated = None if record["stated"] is None else _text_column(record["stated"], arrays, n_rows).cells
    if len(values) != n_rows:
        raise ValueError("a column of another length")
    return NumberColumn(values, stated, dict(record["labels"]), problems)


def _text_column(record: Record, arrays: list[Array], n_rows: int) -> TextColumn:
    import pyarrow as pa

    codes, ends, content = (arrays[record[part]] for part in ("codes", "ends", "content"))
    texts = pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(content))
    texts.validate(full=True)
    distinct = np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)
    if len(codes) != n_rows or (n_rows and not -1 <= codes.min() <= codes.max() < len(distinct)):
        raise ValueError("codes without a text")
    return TextColumn(codes, distinct, None if record["kinds"] is None else arrays[record["kinds"]])


def _problem_records(problems: tuple[Problem, ...]) -> list[Record]:
    return [problem.as_record() for problem in problems]


def _problems(records: list[Record]) -> tuple[Problem, ...]:
    return tuple(Problem(**{**record, "severity": Severity(record["severity"])}) for record in records)

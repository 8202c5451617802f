"""How a raw table travels from one process to another: a description in JSON, then its arrays as they are in memory.

Numbers and codes are sent as their bytes, texts in Arrow's layout. Nothing is pickled, so that a process in which a
damaged file has taken over can send wrong values, but no code. The parts of a table are found by the fields of its
classes: a new one travels without a change here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np

from rlsstudy.cohort.files.raw_columns import NumberColumn, RawColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, SheetGrid
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.problems import Problem, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Texts

    Array: TypeAlias = NDArray[Any]
    # What JSON can hold; Any, because it is nested.
    Described: TypeAlias = Any

READY = b"."  # what a process says when it has started
KINDS = "iuf"  # of arrays that are sent: whole numbers and floating ones
SAMPLE = 1_000  # texts that show whether the others repeat them


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


# What can be sent; anything else is refused.
CLASSES: Mapping[str, type] = {
    own.__name__: own
    for own in (Question, FileOptions, Answer, RawTable, TextColumn, NumberColumn, SheetGrid, Problem)
}
ENUMS: Mapping[str, type[Enum]] = {own.__name__: own for own in (Severity, RedcapExport)}


def write_question(stream: BinaryIO, question: Question) -> None:
    """Send a question as one line."""
    stream.write(json.dumps(_describe(question, [])).encode("ascii") + b"\n")
    stream.flush()


def read_question(line: bytes) -> Question:
    """Return the question of a line."""
    question = _rebuild(json.loads(line), [])
    assert isinstance(question, Question)
    return question


def write_answer(stream: BinaryIO, answer: Answer) -> None:
    """Send an answer: the length of its description, the description, and the arrays.

    Raises
    ------
    ValueError, TypeError
        Something in the table cannot be sent, such as text that is not Unicode; nothing has been sent then.
    """
    arrays: list[Array] = []
    description = _describe(answer, arrays)
    shapes = [[array.dtype.str, len(array)] for array in arrays]
    content = json.dumps({"answer": description, "arrays": shapes}).encode("ascii")
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
        length = _received(stream, "<i8", 1)
        record = json.loads(_received(stream, "|u1", int(length[0])).tobytes())
        arrays = [_received(stream, *shape) for shape in record["arrays"]]
        answer = _rebuild(record["answer"], arrays)
        if isinstance(answer, Answer) and _is_whole(answer.table):
            return answer
    except Exception as error:  # a damaged file may have taken the process over: it can send anything
        raise BrokenMessageError from error
    raise BrokenMessageError


def _received(stream: BinaryIO, kind: str, length: int) -> Array:
    """Read an array, its bytes straight into it."""
    dtype = np.dtype(kind)
    if dtype.kind not in KINDS:
        raise ValueError(kind)
    array = np.empty(length, dtype=dtype)
    place, view = 0, array.data.cast("B") if length else memoryview(b"")
    while place < len(view):
        count = stream.readinto(view[place:])  # type: ignore[attr-defined]
        if not count:
            raise BrokenMessageError
        place += count
    return array


def _is_whole(table: object) -> bool:
    """Whether a table, if there is one, has as many cells in every column, and a text for every code."""
    if not isinstance(table, RawTable):
        return table is None
    return all(_is_whole_column(column, table.n_rows) for column in table.columns.values())


def _is_whole_column(column: RawColumn, n_rows: int) -> bool:
    if column.stated is not None and len(column.stated) != n_rows:
        return False
    if isinstance(column, NumberColumn):
        return len(column.values) == n_rows
    if len(column.codes) != n_rows or (
        column.kinds is not None and len(column.kinds) != len(column.distinct)
    ):
        return False
    return not n_rows or bool(-1 <= column.codes.min() <= column.codes.max() < len(column.distinct))


def _describe(value: object, arrays: list[Array]) -> Described:
    """Describe a value as JSON can hold it, and put its arrays among those to be sent."""
    if isinstance(value, Enum):
        return {"enum": type(value).__name__, "value": value.value}
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return _describe_array(value, arrays)
    if isinstance(value, Path):
        return {"path": str(value.absolute())}
    if isinstance(value, tuple):
        return {"tuple": [_describe(own, arrays) for own in value]}
    if isinstance(value, Mapping):
        return {"mapping": [[_describe(key, arrays), _describe(own, arrays)] for key, own in value.items()]}
    name = type(value).__name__
    if not is_dataclass(value) or CLASSES.get(name) is not type(value):
        raise TypeError(name)
    parts = {own.name: _describe(getattr(value, own.name), arrays) for own in fields(value)}
    return {"class": name, "parts": parts}


def _describe_array(array: Array, arrays: list[Array]) -> Described:
    if array.dtype != object:
        if array.dtype.kind not in KINDS:
            raise TypeError(str(array.dtype))
        arrays.append(np.ascontiguousarray(array))
        return {"array": len(arrays) - 1}
    first = array[:SAMPLE].tolist()
    if first and 2 * len(set(first)) <= len(first):
        repeated = TextColumn.of(array)
        if (repeated.codes < 0).any():
            raise TypeError("a text that is none")
        return {
            "codes": _describe_array(repeated.codes, arrays),
            "of": _describe_texts(repeated.distinct, arrays),
        }
    return _describe_texts(array, arrays)


def _describe_texts(texts: Texts, arrays: list[Array]) -> Described:
    import pyarrow as pa

    packed = pa.array(texts, pa.large_string())
    if packed.null_count:
        raise TypeError("a text that is none")
    _, ends, content = packed.buffers()
    ends = np.frombuffer(ends, dtype=np.int64)[: len(packed) + 1] if len(packed) else np.zeros(1, np.int64)
    content = np.frombuffer(content, dtype=np.uint8)[: ends[-1]] if ends[-1] else np.empty(0, np.uint8)
    return {"ends": _describe_array(ends, arrays), "content": _describe_array(content, arrays)}


def _rebuild(described: Described, arrays: list[Array]) -> object:
    """Return the value that a description stands for."""
    if not isinstance(described, dict):
        return described
    kind = next(iter(described))
    return _REBUILDERS[kind](described, arrays)


def _rebuild_texts(described: Described, arrays: list[Array]) -> Texts:
    import pyarrow as pa

    ends, content = (_array(described[part], arrays) for part in ("ends", "content"))
    texts = pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(content))
    texts.validate(full=True)
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)


def _array(described: Described, arrays: list[Array]) -> Array:
    return np.asarray(arrays[described["array"]])


def _rebuild_class(described: Described, arrays: list[Array]) -> object:
    parts = {name: _rebuild(own, arrays) for name, own in described["parts"].items()}
    return CLASSES[described["class"]](**parts)


_REBUILDERS: Mapping[str, Callable[[Described, list[Array]], object]] = {
    "enum": lambda own, _: ENUMS[own["enum"]](own["value"]),
    "path": lambda own, _: Path(own["path"]),
    "tuple": lambda own, arrays: tuple(_rebuild(part, arrays) for part in own["tuple"]),
    "mapping": lambda own, arrays: {
        _rebuild(key, arrays): _rebuild(part, arrays) for key, part in own["mapping"]
    },
    "array": _array,
    "codes": lambda own, arrays: _rebuild_texts(own["of"], arrays)[_array(own["codes"], arrays)],
    "ends": _rebuild_texts,
    "class": _rebuild_class,
}

"""What the first lines of a text file say: whether its delimiter is right, and where the column names are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rlsstudy.cohort.files.csv_records import WHOLE, Layout, Quoting
from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.problems import Problem

DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
COMMENT_MARKS = ("#", "//", "%", "*", "!", "--")
SAMPLE = 64 * 1024  # bytes
SAMPLE_LINES = 30
_LAST_TITLE = 20  # the header is looked for in so many lines
_LONGEST_NAME = 64
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?', re.IGNORECASE)
_COMMA_NUMBER = re.compile(rb'"?[+-]?[0-9]+,[0-9]+"?')
_POINT_NUMBER = re.compile(rb'"?[+-]?[0-9]+\.[0-9]+"?')


@dataclass(frozen=True, slots=True)
class Head:
    """The first record of a file, and some lines after it.

    Parameters
    ----------
    line : int
        The line in which it begins.
    names : list of str
        Its fields.
    following : list of (int, bytes)
        Lines after it, with their numbers.
    """

    line: int
    names: list[str]
    following: list[tuple[int, bytes]]


def following_lines(text: bytes, line: int, layout: Layout) -> list[tuple[int, bytes]]:
    """Return the first lines of a text that are neither blank nor comments, with their numbers; ``line`` is the first's."""
    lines = text[:SAMPLE].split(b"\n")
    if len(text) > SAMPLE:
        lines.pop()  # it may be cut
    numbered = [
        (number, own)
        for number, own in enumerate(lines, line)
        if own.strip() and not (layout.comment and own.startswith(layout.comment))
    ]
    return numbered[:SAMPLE_LINES]


def check_delimiter(path: Path, head: Head, layout: Layout) -> None:
    """Refuse a file whose lines are separated by something else.

    Raises
    ------
    CohortError
        Saying what its lines look separated by, and whether its decimals have commas.
    """
    first = layout.delimiter.decode().join(head.names).encode()
    if match := _SEPARATOR_LINE.fullmatch(first):
        raise refuse(path, _separator_line(path.name, head.line, match[1].decode(errors="replace")))
    rows = [line for _, line in head.following]
    own = layout.delimiter.decode()
    for mark in DELIMITER_NAMES:
        n_columns = _n_fields(first, mark)
        if mark == own:
            continue
        if n_columns > len(head.names) and (len(head.names) == 1 or _fits(rows, mark, n_columns, own, head)):
            raise refuse(path, _other_delimiter(path.name, head, own, mark, rows))
        if len(head.names) > 1 and n_columns == 1 and _fits(rows, mark, len(head.names), own, head):
            raise refuse(path, _other_in_rows(path.name, head, own, mark))


def find_header(head: Head, layout: Layout) -> str:
    """Say where the column names seem to be, if the first record is a title or a comment; else nothing.

    Parameters
    ----------
    head : Head
        The first record and some lines after it.
    layout : Layout
        How the file is laid out.

    Returns
    -------
    str
        Such as ``a header line; one was found on line 3 (declare skip = 2)``.
    """
    filled = [name.strip() for name in head.names if name.strip()]
    if len(filled) > 1 and all(_is_one_word(name) for name in filled):
        return ""
    mark = next((own for own in COMMENT_MARKS if head.names[0].lstrip().startswith(own)), None)
    rows = [
        (line, _fields(text, layout))
        for line, text in head.following
        if mark is None or not text.lstrip().startswith(mark.encode())
    ]
    for place, (line, fields) in enumerate(rows[:_LAST_TITLE]):
        below = [own for _, own in rows[place + 1 : place + 11]]
        if len(fields) > len(filled) and _is_header(fields, below):
            declare = f"skip = {line - 1}" if place or mark is None else f"comment = '{mark}'"
            return f"a header line; one was found on line {line} (declare {declare})"
    return ""


def _is_header(fields: list[bytes], below: Sequence[list[bytes]]) -> bool:
    """Whether these are names: all different words, above rows of as many fields that hold something else."""
    names = [field.decode().strip() for field in fields]
    return (
        len(names) > 1
        and all(map(_reads_as_name, names))
        and len({name.casefold() for name in names}) == len(names)
        and bool(below)
        and all(len(row) == len(fields) for row in below)
        and any(cell and not _reads_as_name(cell.decode()) for row in below for cell in row)
    )


def _reads_as_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and (text[0].isalpha() or text[0] == "_")


def _is_one_word(text: str) -> bool:
    return _reads_as_name(text) and " " not in text


def _fields(line: bytes, layout: Layout) -> list[bytes]:
    """Return the fields of a line; a line whose quotes are not whole has one."""
    if b'"' not in line:
        return line.split(layout.delimiter)
    fields, outcome = Quoting(layout.delimiter).split(line)
    return fields if outcome == WHOLE else [line]


def _n_fields(line: bytes, mark: str) -> int:
    return len(_fields(line, Layout(mark.encode())))


def _fits(rows: Sequence[bytes], mark: str, n_columns: int, own: str, head: Head) -> bool:
    """Whether every row has so many fields with another delimiter, and not every one as many as the header with its own."""
    return all(_n_fields(row, mark) == n_columns for row in rows) and any(
        _n_fields(row, own) != len(head.names) for row in rows
    )


def _other_delimiter(file: str, head: Head, own: str, mark: str, rows: Sequence[bytes]) -> Problem:
    cells = [cell for row in rows for cell in _fields(row, Layout(mark.encode()))]
    has_commas = any(map(_COMMA_NUMBER.fullmatch, cells)) and not any(map(_POINT_NUMBER.fullmatch, cells))
    has_commas = has_commas and mark != ","
    columns = "one column" if len(head.names) == 1 else f"{len(head.names)} columns"
    decimals = " with decimal ','" if has_commas else ""
    declare = f"delimiter = {_toml(mark)}" + (' and decimal = ","' if has_commas else "")
    n_columns = _n_fields(own.join(head.names).encode(), mark)
    return Problem(
        "E_DELIMITER",
        f"'{file}' has {columns}; its header looks separated by {DELIMITER_NAMES[mark]}",
        allowed=f"{n_columns} columns with {_quoted(own)}; this looks like {_quoted(mark)}{decimals} (declare them)",
        hint=f"Declare {declare} in [files], or export it separated by {DELIMITER_NAMES.get(own, own)}, with decimal points.",
        file=file,
        line=head.line,
    )


def _other_in_rows(file: str, head: Head, own: str, mark: str) -> Problem:
    return Problem(
        "E_DELIMITER",
        f"'{file}' has a header separated by {DELIMITER_NAMES.get(own, own)}; its rows look separated by {DELIMITER_NAMES[mark]}",
        allowed=f"{len(head.names)} columns with {_quoted(own)} in every line",
        hint="Export it again, with one separator.",
        file=file,
        line=head.following[0][0],
    )


def _separator_line(file: str, line: int, mark: str) -> Problem:
    return Problem(
        "E_DELIMITER",
        f"The first line of '{file}' tells Excel its separator, and holds no column names",
        allowed=f"a header line; this looks like {_quoted(mark)} (declare them)",
        hint=f"Declare delimiter = {_toml(mark)} and skip = {line} in [files].",
        file=file,
        line=line,
    )


def _quoted(mark: str) -> str:
    return "'\\t'" if mark == "\t" else f"'{mark}'"


def _toml(mark: str) -> str:
    return '"\\t"' if mark == "\t" else f'"{mark}"'

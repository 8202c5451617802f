"""Reading CSV and TSV as text, strictly, with the line of every row.

A reader of our own, because the usual ones hide what a study must know: they count records instead of lines, fill short
rows, drop long ones, guess encodings and mend quotes. Text that is well formed is split many rows at once
(:mod:`rlsstudy.cohort.files.csv_blocks`); where it is not, row by row (:mod:`rlsstudy.cohort.files.csv_records`), to the same result.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.csv_blocks import split_block
from rlsstudy.cohort.files.csv_columns import Columns
from rlsstudy.cohort.files.csv_encoding import settle_encoding
from rlsstudy.cohort.files.csv_faults import Faults
from rlsstudy.cohort.files.csv_feed import BadText, Feed
from rlsstudy.cohort.files.csv_header import SAMPLE, Head, check_delimiter, find_header, following_lines
from rlsstudy.cohort.files.csv_kinds import HEAD, inner_suffix, open_text
from rlsstudy.cohort.files.csv_records import WHOLE, Layout, Quoting, Records
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import (
    RawTable,
    check_shape,
    check_size,
    header_problems,
    no_rows,
    note,
    plain_name,
    refuse,
)
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.problems import Problem, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.files.raw_columns import Places

TABBED = (".tsv", ".tab")


def read_csv(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a CSV or TSV file.

    Parameters
    ----------
    path : Path
        The file, also packed: ``.csv.gz``, ``.csv.zip``.
    options : FileOptions
        Its encoding, delimiter, comments, lines before the header, and what is too large. Without a delimiter ``.tsv``
        and ``.tab`` are separated by tabs, anything else by commas.

    Returns
    -------
    RawTable
        Every column as text. Rows that do not fit the header are problems, and left out. Where the first line is not
        the header but a title or a comment, ``header_hint`` says where the header seems to be, and there are no rows.

    Raises
    ------
    CohortError
        The file cannot be told apart into columns at all.
    """
    check_size(path)
    with open_text(path) as file:
        return _Reader(file, path, options).read()


class _Reader:
    """Reads one file."""

    def __init__(self, file: IO[bytes], path: Path, options: FileOptions) -> None:
        self._path, self._options = path, options
        self._encoding = settle_encoding(path, file.read(HEAD), options.encoding)
        file.seek(0)
        delimiter = options.delimiter or ("\t" if inner_suffix(path) in TABBED else ",")
        comment = None if options.comment is None else options.comment.encode()
        self._layout = Layout(delimiter.encode(), comment)
        self._feed = Feed(file, path, self._encoding)
        self._faults = Faults(path.name)
        self._records = Records(self._feed, self._layout, self._faults, path)

    def read(self) -> RawTable:
        """Return the table, or say what the file holds that text cannot hold."""
        try:
            head = self._head()
            hint = find_header(head, self._layout)
            return self._title(head, hint) if hint else self._table(head)
        except BadText as bad:
            raise refuse(self._path, self._bad_text(bad)) from bad

    def _head(self) -> Head:
        """Read the column names, and look at what follows."""
        for _ in range(self._options.skip):
            end = self._feed.line_end(0)
            if end < 0:
                break
            self._feed.advance(end + 1, 1)
        line, fields = self._records.read() or (0, [])
        if self._faults.n_rows or not fields:
            raise refuse(self._path, *(self._faults.problems() or [_empty(self._path.name)]))
        names = [field.decode() for field in fields]
        check_shape(self._path, len(names), 0, self._options)
        self._faults.header = names
        return Head(line, names, following_lines(self._feed.block(SAMPLE), self._feed.line, self._layout))

    def _title(self, head: Head, hint: str) -> RawTable:
        """Return a table without rows, because its first line is not the header."""
        first = next((name for name in head.names if name.strip()), "").strip()
        notes = (*self._encoding.notes, *self._faults.notes())
        columns = {first: TextColumn.of([])}
        lines = np.empty(0, dtype=np.int64)
        return RawTable(self._path.name, columns, 0, lines, notes, header_line=head.line, header_hint=hint)

    def _table(self, head: Head) -> RawTable:
        check_delimiter(self._path, head, self._layout)
        file, names = self._path.name, head.names
        columns, lines = self._rows(len(names))
        has_index = not names[0].strip() and _counts(columns[0])
        problems = [*self._encoding.notes]
        problems += header_problems(file, names, head.line, has_index=has_index)
        problems += [*_trimmed(file, head), *self._faults.problems()]
        if not len(lines) and not self._faults.n_rows:
            problems.append(no_rows(file))
        problems += self._faults.notes()
        named = {name.strip(): column for name, column in zip(names, columns, strict=True)}
        return RawTable(file, named, len(lines), lines, tuple(problems), header_line=head.line)

    def _rows(self, n_columns: int) -> tuple[list[TextColumn], Places]:
        """Read all rows; those that fit the header are kept, with the line in which each begins."""
        columns, lines = Columns(n_columns), [np.empty(0, dtype=np.int64)]
        n_rows, feed = 0, self._feed
        while not self._faults.are_too_many and (text := feed.block()):
            block = split_block(text, n_columns, self._layout, feed.line)
            if block is None:
                rows, starts = self._rows_one_by_one(feed.passed + len(text), n_columns)
                columns.add_rows(rows)
                lines.append(np.asarray(starts, dtype=np.int64))
            else:
                columns.add_block(block)
                lines.append(block.lines)
                feed.advance(block.n_bytes, block.n_lines)
            n_rows += len(lines[-1])
            check_shape(self._path, n_columns, n_rows, self._options)
        return columns.finish(), np.concatenate(lines)

    def _rows_one_by_one(self, until: int, n_columns: int) -> tuple[list[list[bytes]], list[int]]:
        rows: list[list[bytes]] = []
        starts: list[int] = []
        faults = self._faults
        while self._feed.passed < until and (record := self._records.read()):
            line, fields = record
            if len(fields) == n_columns:
                rows.append(fields)
                starts.append(line)
            else:
                faults.add("E_SHORT_ROW" if len(fields) < n_columns else "E_LONG_ROW", line)
        return rows, starts

    def _bad_text(self, bad: BadText) -> Problem:
        """Say where the file holds what text in its encoding cannot hold."""
        before = self._feed.rest()
        fields, outcome = Quoting(self._layout.delimiter).split(before + bad.before)
        place = len(fields) - (outcome == WHOLE)
        header = self._faults.header
        column = plain_name(header[place]) if place < len(header) else None
        where = "" if column is None else f" in column '{column}'"
        file, title = self._path.name, self._encoding.title
        if bad.is_zero:
            code, message = "E_NOT_CSV", f"'{file}' holds a zero byte{where}, as text never does"
            allowed, hint = "CSV text", "Export it again; was the file damaged, or is it of another kind?"
        else:
            code, message, allowed, hint = (
                "E_ENCODING",
                f"'{file}' is not {title}{where}",
                title,
                self._encoding.hint,
            )
        line = self._feed.line + before.count(b"\n")
        return Problem(code, message, allowed=allowed, hint=hint, file=file, column=column, line=line)


def _counts(column: TextColumn) -> bool:
    """Whether the cells count the rows, from 0 as pandas writes them or from 1 as R does."""
    first = column.distinct[0] if len(column.distinct) else ""
    n = len(column.codes)
    return (
        first in ("0", "1")
        and len(column.distinct) == n
        and column.distinct.tolist() == [str(number) for number in range(int(first), int(first) + n)]
    )


def _trimmed(file: str, head: Head) -> list[Problem]:
    trimmed = sum(name != name.strip() for name in head.names)
    if not trimmed:
        return []
    message = f"'{file}' has {counted(trimmed, 'column name')} with blanks around, which were left out"
    return [note("N_HEADER_TRIMMED", message, file, line=head.line, count=trimmed)]


def _empty(file: str) -> Problem:
    return Problem("E_EMPTY", f"'{file}' has nothing but blank lines", file=file)

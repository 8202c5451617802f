"""Reading CSV and TSV as text, strictly, with the line of every row.

A tokenizer of our own, because the usual ones hide what a study must know: they count records
instead of lines, fill short rows, drop long ones, guess encodings and mend quotes.
Fields may be quoted with ``"``, inner quotes are doubled, line breaks inside quotes are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rlsstudy.cohort.raw_table import (
    RawTable,
    TextColumn,
    check_shape,
    check_size,
    header_problems,
    no_rows,
    note,
    refuse,
)
from rlsstudy.problems import Problem, counted

DELIMITERS = {".csv": ",", ".tsv": "\t"}
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# How other kinds of files begin; they are met under a .csv name after a wrong click.
SIGNATURES = {
    b"PK": "a zip archive, as Excel and LibreOffice write",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"HEADER RECORD": "a SAS transport file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF file",
}
BLANK = "N_BLANK_LINES"
LINE_ENDS = re.compile(r"\r\n|\r|\n")  # str.splitlines would also split at form feeds and other characters


@dataclass
class _Faults:
    """Problems of rows, one record for each kind: the first line and how many."""

    file: str
    first: dict[str, int] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, line: int) -> None:
        self.first.setdefault(code, line)
        self.count[code] = self.count.get(code, 0) + 1

    def problems(self, n_columns: int) -> list[Problem]:
        fields = f"{n_columns} fields in every row, as in the header"
        said = {
            "E_SHORT_ROW": ("row", "with too few fields", fields, "Was the file cut, or a separator lost?"),
            "E_LONG_ROW": (
                "row",
                "with too many fields",
                fields,
                "Put text that holds a separator in quotes.",
            ),
            "E_OPEN_QUOTE": ("quote", "without an end", "a closing quote", "Close the quote in that line."),
            "E_QUOTING": (
                "row",
                "with a quote out of place",
                "quotes around a whole field, and doubled inside it",
                "Mend the quotes, or export the file again.",
            ),
        }
        return [
            Problem(
                code,
                f"'{self.file}' has {counted(self.count[code], said[code][0])} {said[code][1]}",
                allowed=said[code][2],
                hint=said[code][3],
                file=self.file,
                line=line,
                count=self.count[code],
            )
            for code, line in self.first.items()
            if code != BLANK
        ]


def read_csv(path: Path) -> RawTable:
    """Read a CSV or TSV file in UTF-8.

    Parameters
    ----------
    path : Path
        The file; ``.tsv`` is separated by tabs, anything else by commas.

    Returns
    -------
    RawTable
        Every column as text. Rows that do not fit the header are problems, and left out.

    Raises
    ------
    CohortError
        The file cannot be told apart into columns at all.
    """
    check_size(path)
    delimiter = DELIMITERS.get(path.suffix.lower(), ",")
    lines = LINE_ENDS.split(_decode(path).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    faults = _Faults(path.name)
    records = _records(lines, delimiter, faults)
    line, header = next(records, (0, []))
    if not header:
        raise refuse(path, *(faults.problems(0) or [_empty(path.name)]))
    check_shape(path, len(header), 0)
    problems = _check_header(path, line, header, delimiter)
    rows, starts = _fitting_rows(records, len(header), faults)
    problems += faults.problems(len(header))
    if not rows and faults.first.keys() <= {BLANK}:
        problems.append(no_rows(path.name))
    return _as_table(path.name, header, rows, starts, [*problems, *_blank_lines(faults)])


def _decode(path: Path) -> str:
    """Return the text of a UTF-8 file, or say in which line it is something else."""
    content = path.read_bytes()
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            message = f"'{path.name}' is not text: it begins like {kind}"
            hint = "Give it its right name, or export it as CSV."
            raise refuse(path, Problem("E_NOT_CSV", message, allowed="CSV text", hint=hint, file=path.name))
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnicodeDecodeError("utf-8", content, 0, 1, "UTF-16")
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line = len(LINE_ENDS.findall(before)) + 1
        hint = "Save it as 'CSV UTF-8' and try again."
        problem = Problem("E_ENCODING", f"'{path.name}' is not UTF-8", hint=hint, file=path.name, line=line)
        raise refuse(path, problem) from error
    if "\0" in text:
        line = len(LINE_ENDS.findall(text[: text.index("\0")])) + 1
        raise refuse(
            path,
            Problem(
                "E_NOT_CSV", f"'{path.name}' holds a zero byte, as text never does", file=path.name, line=line
            ),
        )
    return text


def _records(lines: Sequence[str], delimiter: str, faults: _Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line in which it begins; empty lines are passed over."""
    quoting = _Quoting(delimiter)
    number = 0
    while number < len(lines):
        start, text = number, lines[number]
        number += 1
        if '"' not in text:
            if text:
                yield start + 1, text.split(delimiter)
            elif number < len(lines):  # after the last line end there is no line
                faults.add(BLANK, start + 1)
            continue
        fields, is_open = quoting.split(text)
        if is_open:
            end = _closing_line(lines, number)
            fields, _ = quoting.split("\n".join(lines[start:end]))
            number = number if fields is None else end
        if fields is None:
            faults.add("E_OPEN_QUOTE" if is_open else "E_QUOTING", start + 1)
        else:
            yield start + 1, fields


def _closing_line(lines: Sequence[str], number: int) -> int:
    """Return where the lines of a record end, whose first line leaves a quote open."""
    is_open = True
    while is_open and number < len(lines):
        is_open = lines[number].count('"') % 2 == 0
        number += 1
    return number


class _Quoting:
    """Splits records in which a quote occurs."""

    def __init__(self, delimiter: str) -> None:
        inside, end = '[^"]*(?:""[^"]*)*', rf"({re.escape(delimiter)}|\Z)"
        self._field = re.compile(f'"({inside})"{end}|([^"{delimiter}]*){end}')
        self._open = re.compile(f'"{inside}')

    def split(self, text: str) -> tuple[list[str] | None, bool]:
        """Return the fields, None when a quote is out of place, and whether the last quote is open."""
        fields: list[str] = []
        place = 0
        while match := self._field.match(text, place):
            inside, end_inside, plain, end_plain = match.groups()
            fields.append(plain if inside is None else inside.replace('""', '"'))
            place = match.end()
            if not (end_inside or end_plain):
                return fields, False
        return None, self._open.fullmatch(text, place) is not None


def _fitting_rows(
    records: Iterator[tuple[int, list[str]]], width: int, faults: _Faults
) -> tuple[list[list[str]], list[int]]:
    rows, starts = [], []
    for line, fields in records:
        if len(fields) == width:
            rows.append(fields)
            starts.append(line)
        else:
            faults.add("E_SHORT_ROW" if len(fields) < width else "E_LONG_ROW", line)
    return rows, starts


def _check_header(path: Path, line: int, header: list[str], delimiter: str) -> list[Problem]:
    other = next((mark for mark in DELIMITER_NAMES if mark != delimiter and mark in header[0]), None)
    if len(header) == 1 and other is not None:
        message = f"'{path.name}' has one column; its header looks separated by {DELIMITER_NAMES[other]}"
        hint = f"Export it separated by {DELIMITER_NAMES[delimiter]}, with decimal points."
        raise refuse(path, Problem("E_DELIMITER", message, hint=hint, file=path.name, line=line))
    problems = header_problems(path.name, header, line)
    trimmed = sum(name != name.strip() for name in header)
    if trimmed:
        message = (
            f"'{path.name}' has {counted(trimmed, 'column name')} with blanks around, which were left out"
        )
        problems.append(note("N_HEADER_TRIMMED", message, path.name, line=line, count=trimmed))
    return problems


def _blank_lines(faults: _Faults) -> list[Problem]:
    if BLANK not in faults.first:
        return []
    count = faults.count[BLANK]
    message = f"'{faults.file}' has {counted(count, 'blank line')}, passed over"
    return [note(BLANK, message, faults.file, line=faults.first[BLANK], count=count)]


def _as_table(
    file: str, header: list[str], rows: list[list[str]], starts: list[int], problems: list[Problem]
) -> RawTable:
    turned = zip(*rows, strict=True) if rows else [()] * len(header)
    columns = {name.strip(): TextColumn.of(cells) for name, cells in zip(header, turned, strict=True)}
    return RawTable(file, columns, len(rows), np.asarray(starts, dtype=np.int64), tuple(problems))


def _empty(file: str) -> Problem:
    return Problem("E_EMPTY", f"'{file}' has nothing but blank lines", file=file)

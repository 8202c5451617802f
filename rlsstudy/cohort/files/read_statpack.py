"""What reading the files of SPSS, Stata and SAS has in common; ReadStat takes them apart."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlsstudy.cohort.files.file_kind import file_kind
from rlsstudy.cohort.files.raw_columns import RawColumn
from rlsstudy.cohort.files.raw_table import (
    RawTable,
    check_shape,
    check_size,
    damaged,
    header_problems,
    limit_problem,
    no_rows,
    refuse,
)
from rlsstudy.cohort.files.statpack_column import Meaning, as_column
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

MEMORY_AT_ONCE = 2**28  # bytes of cells that the parser is to hold at once
CELL_BYTES, PLACE_BYTES = 24, 8  # of a Python number, and of its place in a list
ROOM_WHEN_UNKNOWN = 100_000  # rows that the parser makes room for when a file does not say how many it has
SHORT_NAME = (
    8  # characters that a name has at most in SAS transport files of version 5 and portable SPSS files
)
RENAMED = "_duplicated1"  # what the parser appends to a name that it has met already

Metadata = Any  # pyreadstat's container of what a file says of its columns


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of file, as the parser and messages call it.

    Parameters
    ----------
    parser : str
        The parser's own name of it.
    what : str
        How messages call it: ``an SPSS file``.
    meaning_of : callable
        What the metadata say of a column: takes the file's name, the metadata, and the column's name.
    cells_a_byte : int, optional
        How many cells one byte of the file can hold at most, where it is known.
    row_bytes : callable
        The bytes that a row takes at least, for files that do not say how many rows they have: takes the metadata.
    """

    parser: str
    what: str
    meaning_of: Callable[[str, Metadata, str], Meaning]
    cells_a_byte: int | None = None
    row_bytes: Callable[[Metadata], int] = lambda about: int(about.number_columns)


def short_names_hint(what: str, names: Iterable[str]) -> str:
    """Return a hint for formats that cut names at 8 characters; empty when no name is that long.

    Examples
    --------
    >>> short_names_hint("SAS transport version 5", ["PARTICIP", "age"])
    'SAS transport version 5 cuts names at 8 characters: map PARTICIP in [columns].'
    """
    full = [name for name in names if len(name) == SHORT_NAME]
    listed = ", ".join(full[:3]) + (" …" if len(full) > 3 else "")
    return f"{what} cuts names at {SHORT_NAME} characters: map {listed} in [columns]." if full else ""


def check_kind(path: Path, allowed: Sequence[str], code: str, what: str) -> str:
    """Refuse a file that is plainly of another kind.

    Parameters
    ----------
    path : Path
        The file.
    allowed : sequence of str
        Kinds of :func:`rlsstudy.cohort.files.file_kind.file_kind`.
    code : str
        The code of the problem: ``E_NOT_SPSS``.
    what : str
        What it should be: ``an SPSS file``.

    Returns
    -------
    str
        Its kind.

    Raises
    ------
    CohortError
        It is not there, too large, empty, of another kind, or of none that is known.
    """
    check_size(path)
    try:
        kind = file_kind(path)
    except OSError as error:
        raise damaged(path, what) from error
    if kind in allowed:
        return kind
    if not kind:
        raise damaged(path, what)
    hint = (
        "Export the data again from the program that holds them, or give the file the ending of what it is."
    )
    message = f"'{path.name}' is not {what}: it looks like {kind}"
    raise refuse(path, Problem(code, message, allowed=what, hint=hint, file=path.name))


def read_table(path: Path, source: Source, options: FileOptions) -> RawTable:
    """Read a file whose kind is known: first what it says of itself, then its cells.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        Its kind.
    options : FileOptions
        ``encoding`` and the limits.

    Raises
    ------
    CohortError
        It is too large, damaged, in another encoding, or has columns of one name.
    """
    _, about, renamed = parse(path, source, options, metadataonly=True)
    if not all(isinstance(name, str) for name in about.column_names):
        raise damaged(path, source.what)
    names = [_own_name(name, about.column_names, renamed=renamed) for name in about.column_names]
    check_shape(path, len(names), about.number_rows or 0, options)
    _check_content(path, source, len(names), about.number_rows)
    problems = header_problems(path.name, names, None)
    if problems:
        raise refuse(path, *problems)
    columns: dict[str, RawColumn] = {}
    n_rows = 0
    most_rows = path.stat().st_size // max(source.row_bytes(about), 1)
    for batch in _batches(names, about.number_rows, most_rows):
        usecols = None if len(batch) == len(names) else batch
        content, seen, _ = parse(path, source, options, usecols=usecols)
        for name in batch:
            cells = content.pop(name)
            n_rows = len(cells)
            tagged = name in seen.missing_user_values
            columns[name.strip()] = as_column(cells, source.meaning_of(path.name, about, name), tagged=tagged)
    check_shape(path, len(names), n_rows, options)
    problems = [] if n_rows else [no_rows(path.name)]
    labels = {name.strip(): label for name, label in about.column_names_to_labels.items() if label}
    return RawTable(path.name, columns, n_rows, None, tuple(problems), labels=labels)


def parse(
    path: Path, source: Source, options: FileOptions, **how: Any
) -> tuple[dict[str, Any], Metadata, bool]:
    """Let ReadStat take a file apart.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        Its kind.
    options : FileOptions
        Its ``encoding``, if it is not the one that the file names.
    **how
        Passed on.

    Returns
    -------
    content : dict of str to list
        The cells of each column.
    about : metadata
        What the file says of its columns.
    renamed : bool
        Whether the parser gave a column another name because it had met it already.

    Raises
    ------
    CohortError
        Whatever the parser raised.
    """
    # read_por and read_xport pass on neither user_missing nor encoding; the function beneath them does.
    from pyreadstat._readstat_parser import parser_entry_point  # type: ignore[import-not-found]  # compiled

    declared = None if options.encoding == AS_IT_IS.encoding else _for_iconv(options.encoding)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            content, about = parser_entry_point(
                path.absolute(),  # a name that begins with ~ would become another one
                source.parser,
                encoding=declared,
                user_missing=True,
                disable_datetime_conversion=True,
                output_format="dict",
                **how,
            )
        # A parser in C calls back into Python: no list of what it raises on damaged files is complete.
        except Exception as error:
            raise _typed(path, source, options, error) from error
    return content, about, any("renamed" in str(warning.message) for warning in told)


def _typed(path: Path, source: Source, options: FileOptions, error: Exception) -> CohortError:
    """Return our own error for one of the parser."""
    if isinstance(error, MemoryError):
        found = "more content than fits into the memory that reading it may take"
        return refuse(path, limit_problem(path.name, found, "what fits"))
    said = str(error)
    if not isinstance(error, UnicodeError) and "character set" not in said and "encoding" not in said:
        return damaged(path, source.what)
    named = options.encoding != AS_IT_IS.encoding
    which = f"'{options.encoding}'" if named else "the encoding that it names, or UTF-8 where it names none"
    message = f"'{path.name}' holds text that cannot be read as {which}"
    hint = "Name its encoding with encoding in [files], such as windows-1252; else copy it again from where it came."
    return refuse(path, Problem("E_ENCODING", message, hint=hint, file=path.name))


def _for_iconv(encoding: str) -> str:
    """Return a name that iconv knows for one that Python knows: ``latin-1`` is ``iso8859-1``."""
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return encoding


def _own_name(name: str, names: Sequence[str], *, renamed: bool) -> str:
    """Take back the parser's new name of a second column of the same name."""
    base = name.removesuffix(RENAMED)
    return base if renamed and base != name and base in names else name


def _check_content(path: Path, source: Source, n_columns: int, n_rows: int | None) -> None:
    """Refuse a file that claims more cells than its bytes can hold, before room is made for them."""
    if source.cells_a_byte is None or n_rows is None:
        return
    if n_columns * n_rows > path.stat().st_size * source.cells_a_byte:
        raise damaged(path, source.what)


def _batches(names: Sequence[str], n_rows: int | None, most_rows: int) -> list[list[str]]:
    """Split the columns so that the cells of one part fit into memory."""
    rows, room = (most_rows, max(most_rows, ROOM_WHEN_UNKNOWN)) if n_rows is None else (n_rows, n_rows)
    size = max(1, MEMORY_AT_ONCE // max(PLACE_BYTES * room + CELL_BYTES * rows, 1))
    return [list(names[start : start + size]) for start in range(0, len(names), size)]

"""A file as it is, before the declaration is applied: columns of text or of numbers, with line numbers."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import CohortError, did_you_mean
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Texts = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

LARGEST_FILE = 2 * 2**30  # bytes
MOST_COLUMNS = 5_000
MOST_ROWS = 20_000_000
HEADER_HINT = "Does the first line hold the column names?"
REASON_SUFFIX = "__reason"  # in our own Parquet files the reasons of `abi` stand in `abi__reason`


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Cells as written; an absent one is the empty text."""

    cells: Texts

    def take(self, rows: Places) -> TextColumn:
        """Return the cells of these rows; row -1 is an absent one."""
        taken = np.full(len(rows), "", dtype=object)
        taken[rows >= 0] = self.cells[rows[rows >= 0]]
        return TextColumn(taken)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers of a typed file; NaN is an absent one.

    ``stated`` holds the reasons that our own Parquet files give for absent values.
    """

    values: Floats | NDArray[np.int64]
    stated: Texts | None = None

    def take(self, rows: Places) -> NumberColumn:
        """Return the values of these rows; row -1 is an absent one."""
        if (rows >= 0).all():
            return NumberColumn(self.values[rows], None if self.stated is None else self.stated[rows])
        taken = np.full(len(rows), np.nan)
        taken[rows >= 0] = self.values[rows[rows >= 0]]
        return NumberColumn(taken, None)


RawColumn = TextColumn | NumberColumn


@dataclass(frozen=True, slots=True)
class RawTable:
    """One file.

    Parameters
    ----------
    file : str
        Its name, without folders.
    columns : mapping of str to TextColumn or NumberColumn
        Its columns in order, all of one length.
    n_rows : int
        The number of rows.
    lines : ndarray of int, shape (n_rows,), optional
        The line in which each row begins, from 1 with the header, in files that have lines.
    problems : tuple of Problem
        What was found; rows that cannot be told apart into columns are not in ``columns``.
    """

    file: str
    columns: Mapping[str, RawColumn]
    n_rows: int
    lines: Places | None = None
    problems: tuple[Problem, ...] = ()


def refuse(path: Path, *problems: Problem) -> CohortError:
    """Return the error for a file that cannot be read at all."""
    return CohortError(f"'{path.name}' cannot be read:", problems)


def check_size(path: Path) -> None:
    """Refuse a file that is not there, empty or too large, before a reader opens it.

    Raises
    ------
    CohortError
        Saying which of these it is.
    """
    hint = "Check the name; names in a study file count from its folder."
    no_file = Problem("E_NO_FILE", f"There is no file '{path.name}'", hint=hint, file=path.name)
    try:
        if not _is_file(path):
            raise refuse(path, no_file)
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        message = f"'{path.name}' cannot be opened: {error.strerror}"
        raise refuse(
            path, Problem("E_NO_FILE", message, hint="Check who may read it.", file=path.name)
        ) from error
    if size > LARGEST_FILE:
        raise refuse(path, limit_problem(path.name, f"{size:,} bytes", f"at most {LARGEST_FILE:,} bytes"))
    if size == 0:
        raise refuse(path, Problem("E_EMPTY", f"'{path.name}' is empty", file=path.name))


def _is_file(path: Path) -> bool:
    """Whether there is such a file; no file has a name that is too long or holds a zero byte."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False


def check_shape(path: Path, n_columns: int, n_rows: int) -> None:
    """Refuse a file with more columns or rows than a study can have.

    Raises
    ------
    CohortError
        Naming the limit.
    """
    if n_columns > MOST_COLUMNS:
        raise refuse(
            path, limit_problem(path.name, f"{n_columns:,} columns", f"at most {MOST_COLUMNS:,} columns")
        )
    if n_rows > MOST_ROWS:
        raise refuse(path, limit_problem(path.name, f"{n_rows:,} rows", f"at most {MOST_ROWS:,} rows"))


def limit_problem(file: str, found: str, allowed: str) -> Problem:
    """Return the problem of a file that is too large."""
    hint = "Export only the columns and participants of the study."
    return Problem("E_LIMIT", f"'{file}' has {found}", allowed=allowed, hint=hint, file=file)


def damaged(path: Path, what: str) -> CohortError:
    """Return the error for a binary file that its reader cannot make sense of."""
    hint = "Copy it again from where it came, and compare the sizes."
    problem = Problem("E_DAMAGED", f"'{path.name}' is damaged, or is not {what}", hint=hint, file=path.name)
    return refuse(path, problem)


def header_problems(file: str, names: Sequence[str], line: int | None) -> list[Problem]:
    """Say which columns have no name, or one that another column has too (but for case and blanks)."""
    problems = []
    blank = [place for place, name in enumerate(names, 1) if not name.strip()]
    if blank:
        problems.append(
            Problem(
                "E_BLANK_COLUMN",
                f"'{file}' has {counted(len(blank), 'column')} without a name, the first at place {blank[0]}",
                hint="Name them, or remove them; a row index written by another program is not needed.",
                file=file,
                line=line,
                count=len(blank),
            )
        )
    first: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        plain = name.strip().casefold()
        if plain and first.setdefault(plain, place) != place:
            problems.append(_same_name(file, first[plain], place, line))
    return problems


def _same_name(file: str, first: int, second: int, line: int | None) -> Problem:
    """Say where two columns have one name; not which, because without a header it is a participant's value."""
    hint = "Rename or remove one of them."
    return Problem(
        "E_DUPLICATE_COLUMN",
        f"'{file}' has two columns of the same name, at places {first} and {second}",
        allowed="names that differ by more than case and blanks",
        hint=hint if line is None else f"{hint} {HEADER_HINT}",
        file=file,
        line=line,
    )


def suggest_column(name: str, tables: Sequence[RawTable]) -> str:
    """Suggest a column of files for a name that none of them has, or ask whether they have a header."""
    near = did_you_mean(name, [own for table in tables for own in table.columns], from_data=True)
    has_lines = any(table.lines is not None for table in tables)
    return near.strip() or (HEADER_HINT if has_lines else "")


def no_rows(file: str) -> Problem:
    """Return the problem of a file with a header and nothing else."""
    return Problem("E_NO_ROWS", f"'{file}' has a header and no rows", file=file)


def note(
    code: str, message: str, file: str, *, line: int | None = None, count: int = 1, hint: str = ""
) -> Problem:
    """Return a note about a file."""
    return Problem(code, message, Severity.NOTE, file=file, line=line, count=count, hint=hint)


def file_digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

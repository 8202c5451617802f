"""A file as it is, before the declaration is applied: columns of text or of numbers, with line numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Texts = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

LARGEST_FILE = 2 * 2**30  # bytes
MOST_COLUMNS = 5_000
MOST_ROWS = 20_000_000
REASON_SUFFIX = "__reason"  # in our own Parquet files the reasons of `abi` stand in `abi__reason`


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Cells as written; an absent one is the empty text."""

    cells: Texts

    def take(self, rows: Places) -> TextColumn:
        """Return the cells of these rows; row -1 is an absent one."""
        taken = self.cells[rows]
        taken[rows < 0] = ""
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
        taken = self.values[rows].astype(np.float64)
        taken[rows < 0] = np.nan
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
    if not path.is_file():
        raise refuse(
            path,
            Problem(
                "E_NO_FILE",
                f"There is no file '{path.name}'",
                hint="Check the name; names in a study file count from its folder.",
                file=path.name,
            ),
        )
    try:
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
    first: dict[str, str] = {}
    for name in names:
        plain = name.strip().casefold()
        if plain and plain in first:
            problems.append(
                Problem(
                    "E_DUPLICATE_COLUMN",
                    f"'{file}' has two columns '{first[plain]}'",
                    allowed="names that differ by more than case and blanks",
                    hint="Rename or remove one of them.",
                    file=file,
                    column=name,
                    line=line,
                )
            )
        first.setdefault(plain, name.strip())
    return problems


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

"""A file as it is, before the declaration is applied: columns of text or of numbers, with line numbers."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError, did_you_mean
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import RawColumn

    Places = NDArray[np.int64]

LARGEST_FILE = 2 * 2**30  # bytes
HEADER_HINT = "Does the first line hold the column names?"
ROW_INDEX = "looks like a row index written by pandas"
INDEX_HINT = "Leave it out when the file is written: index=False in pandas, row.names = FALSE in R."
PLAIN_NAME = re.compile(r"[^\W\d]\w{0,63}")
REASON_SUFFIX = "__reason"  # in our own Parquet files the reasons of `abi` stand in `abi__reason`


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """Where the rows and columns of a table are in a sheet.

    Parameters
    ----------
    sheet : str
        Its name.
    rows : ndarray of int, shape (n_rows,)
        The number of each row in the sheet, from 1.
    letters : mapping of str to str
        The letters of each column: ``{"participant_id": "A"}``.
    header_row : int
        The row that holds the names (the last one of several).
    """

    sheet: str
    rows: Places
    letters: Mapping[str, str]
    header_row: int = 1


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
    grid : SheetGrid, optional
        Where the table is, in files that have sheets.
    labels : mapping of str to str
        The file's own labels of its columns.
    header_line : int
        The line with the column names, in files that have lines.
    header_hint : str
        What the reader noticed about the header: said where a column is looked for and not found.
    """

    file: str
    columns: Mapping[str, RawColumn]
    n_rows: int
    lines: Places | None = None
    problems: tuple[Problem, ...] = ()
    grid: SheetGrid | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    header_line: int = 1
    header_hint: str = ""

    @property
    def header_place(self) -> dict[str, int | str | None]:
        """Where the column names stand, as ``line`` or ``cell`` of a problem."""
        if self.lines is not None:
            return {"line": self.header_line}
        return {} if self.grid is None else {"cell": f"{self.grid.sheet}!{self.grid.header_row}"}

    def place(self, row: int, column: str) -> dict[str, int | str | None]:
        """Where a value stands, as ``line`` or ``cell`` of a problem.

        Parameters
        ----------
        row : int
            The row in this table, from 0.
        column : str
            The column.
        """
        if self.lines is not None:
            return {"line": int(self.lines[row])}
        if self.grid is not None:
            return {"cell": f"{self.grid.sheet}!{self.grid.letters[column]}{int(self.grid.rows[row])}"}
        return {"cell": f"record {row + 1}"}


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


def check_shape(path: Path, n_columns: int, n_rows: int, options: FileOptions = AS_IT_IS) -> None:
    """Refuse a file with more columns or rows than a study can have.

    Raises
    ------
    CohortError
        Naming the limit, and how to raise it.
    """
    for name, found, most in (
        ("columns", n_columns, options.max_columns),
        ("rows", n_rows, options.max_rows),
    ):
        if found > most:
            raise refuse(path, limit_problem(path.name, f"{found:,} {name}", f"at most {most:,} {name}"))


def limit_problem(file: str, found: str, allowed: str) -> Problem:
    """Return the problem of a file that is too large."""
    hint = "Export only the columns and participants of the study, or raise the limit with max_columns or max_rows in [files]."
    return Problem("E_LIMIT", f"'{file}' has {found}", allowed=allowed, hint=hint, file=file)


def damaged(path: Path, what: str) -> CohortError:
    """Return the error for a binary file that its reader cannot make sense of."""
    hint = "Copy it again from where it came, and compare the sizes."
    problem = Problem("E_DAMAGED", f"'{path.name}' is damaged, or is not {what}", hint=hint, file=path.name)
    return refuse(path, problem)


def header_problems(
    file: str, names: Sequence[str], line: int | None, *, has_index: bool = False
) -> list[Problem]:
    """Say which columns have no name, or one that another column has too (but for case and blanks).

    With ``has_index`` the first column counts its rows from 0, as pandas writes them.
    """
    problems = []
    blank = [place for place, name in enumerate(names, 1) if not name.strip()]
    if blank:
        index = has_index and blank[0] == 1
        problems.append(
            Problem(
                "E_BLANK_COLUMN",
                f"'{file}' has {counted(len(blank), 'column')} without a name, the first at place {blank[0]}",
                allowed="a name" + (f" ({ROW_INDEX}: declare drop)" if index else ""),
                hint=INDEX_HINT
                if index
                else "Name them, or remove them; a row index written by another program is not needed.",
                file=file,
                line=line,
                count=len(blank),
            )
        )
    first: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        plain = name.strip().casefold()
        if plain and first.setdefault(plain, place) != place:
            problems.append(_same_name(file, first[plain], place, line, name))
    return problems


def plain_name(name: str) -> str | None:
    """Return a column's name if it reads as one, for messages; in a file without a header it can be a participant's value."""
    return name if PLAIN_NAME.fullmatch(name.strip()) else None


def _same_name(file: str, first: int, second: int, line: int | None, name: str) -> Problem:
    """Say where two columns have one name; its name only if it reads as one, because without a header it is a value."""
    hint = "Rename or remove one of them."
    return Problem(
        "E_DUPLICATE_COLUMN",
        f"'{file}' has two columns of the same name, at places {first} and {second}",
        allowed="names that differ by more than case and blanks",
        hint=hint if line is None else f"{hint} {HEADER_HINT}",
        file=file,
        column=plain_name(name),
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


def problem_at(place: dict[str, int | str | None], problem: Problem) -> Problem:
    """Return a problem with its line or cell."""
    line, cell = place.get("line"), place.get("cell")
    return replace(
        problem,
        line=line if isinstance(line, int) else None,
        cell=cell if isinstance(cell, str) else None,
    )

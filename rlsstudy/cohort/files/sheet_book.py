"""Workbooks of every kind, and which of their sheets is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rlsstudy.cohort.files.raw_table import note, refuse
from rlsstudy.cohort.files.sheet_cells import SheetCells
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.errors import did_you_mean
from rlsstudy.problems import Problem, Severity, counted

MOST_NAMES = 12  # sheets that a message lists
NAME_IT = "Say which with sheet in [files]."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Parameters
    ----------
    name : str
        Its name.
    key : str
        How its reader finds it.
    is_table : bool
        False for a chart, a macro or a dialogue.
    is_hidden : bool
        Whether it is not shown.
    """

    name: str
    key: str
    is_table: bool = True
    is_hidden: bool = False


class Book(Protocol):
    """A workbook that is open."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """Its sheets, in order."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What was found about it as a whole."""

    def is_empty(self, sheet: Sheet) -> bool:
        """Whether a sheet holds nothing at all."""

    def read(self, sheet: Sheet, cells: SheetCells) -> None:
        """Collect the cells of a sheet."""

    def close(self) -> None:
        """Close the file."""


def choose_sheet(path: Path, book: Book, options: FileOptions) -> tuple[Sheet, list[Problem]]:
    """Return the sheet that is meant, and notes about those that are not read.

    Parameters
    ----------
    path : Path
        The workbook.
    book : Book
        The same, open.
    options : FileOptions
        The sheet's name, if the study gives one.

    Raises
    ------
    CohortError
        The sheet is not there or no table, or there are several and none is named.
    """
    if options.sheet is not None:
        return _named(path, book.sheets, options.sheet)
    tables = [sheet for sheet in book.sheets if sheet.is_table]
    shown = [sheet for sheet in tables if not sheet.is_hidden]
    candidates = shown or tables
    if len(candidates) > 1:
        candidates = [sheet for sheet in candidates if not book.is_empty(sheet)] or candidates[:1]
    if not candidates:
        message = f"'{path.name}' has no sheet with a table"
        raise refuse(path, Problem("E_SHEET", message, allowed="a sheet of rows and columns", file=path.name))
    if len(candidates) > 1:
        message = f"'{path.name}' has {len(candidates)} sheets, and none is named"
        allowed = f"name one of: {_listed(candidates)}"
        raise refuse(path, Problem("E_SHEET", message, allowed=allowed, hint=NAME_IT, file=path.name))
    return candidates[0], _not_read(path.name, tables, candidates[0])


def _named(path: Path, sheets: Sequence[Sheet], name: str) -> tuple[Sheet, list[Problem]]:
    found = next((sheet for sheet in sheets if sheet.name == name), None)
    tables = [sheet for sheet in sheets if sheet.is_table]
    if found is None:
        near = did_you_mean(name, [sheet.name for sheet in tables], from_data=True).strip()
        message = f"'{path.name}' has no sheet '{name}'"
        allowed = f"name one of: {_listed(tables)}"
        raise refuse(path, Problem("E_SHEET", message, allowed=allowed, hint=near, file=path.name))
    if not found.is_table:
        message = f"The sheet '{name}' of '{path.name}' is a chart or a macro, not a table"
        allowed = f"name one of: {_listed(tables)}" if tables else "a sheet of rows and columns"
        raise refuse(path, Problem("E_SHEET", message, allowed=allowed, file=path.name))
    return found, _hidden_but_read(path.name, found)


def _listed(sheets: Sequence[Sheet]) -> str:
    names = [sheet.name for sheet in sheets[:MOST_NAMES]]
    more = [f"{len(sheets) - MOST_NAMES} more"] if len(sheets) > MOST_NAMES else []
    return ", ".join([*names, *more])


def _not_read(file: str, tables: Sequence[Sheet], chosen: Sheet) -> list[Problem]:
    hidden = [sheet for sheet in tables if sheet.is_hidden and sheet is not chosen]
    if not hidden:
        return _hidden_but_read(file, chosen)
    message = f"'{file}' has {counted(len(hidden), 'hidden sheet')}, not read: {_listed(hidden)}"
    return [
        *_hidden_but_read(file, chosen),
        note(
            "N_HIDDEN",
            message,
            file,
            count=len(hidden),
            hint="If it is meant, name it with sheet in [files].",
        ),
    ]


def _hidden_but_read(file: str, chosen: Sheet) -> list[Problem]:
    if not chosen.is_hidden:
        return []
    return [note("N_HIDDEN", f"The sheet '{chosen.name}' of '{file}' is hidden; it is read", file)]


def macro_format(file: str) -> Problem:
    """Return the warning about a workbook that may hold macros."""
    message = f"'{file}' is a workbook that may hold macros; none is run"
    hint = "Save it as xlsx, so that nobody who opens it has to trust it."
    return Problem("W_MACRO_FORMAT", message, Severity.WARN, allowed="xlsx", hint=hint, file=file)

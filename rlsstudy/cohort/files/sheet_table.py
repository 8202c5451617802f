"""The table in a sheet: where it begins and ends, the names of its columns, and its cells as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, TextColumn
from rlsstudy.cohort.files.raw_table import (
    RawTable,
    SheetGrid,
    check_shape,
    header_problems,
    no_rows,
    note,
    refuse,
)
from rlsstudy.cohort.files.sheet_cells import EVERYTHING, Area, SheetCells, column_letters
from rlsstudy.cohort.files.sheet_findings import Findings, Frame
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.problems import Problem, counted

JOINED = " / "


def as_table(cells: SheetCells, options: FileOptions, told: Sequence[Problem]) -> RawTable:
    """Return the table of a sheet.

    Parameters
    ----------
    cells : SheetCells
        The sheet.
    options : FileOptions
        Where the table is in it.
    told : sequence of Problem
        What was found about the workbook.

    Returns
    -------
    RawTable
        Every column as text with kinds. Empty rows and columns after the table are left out; an empty row inside
        is a row.

    Raises
    ------
    CohortError
        The sheet is empty, or the table too large.
    """
    frame = _frame(cells, options)
    names = _header(cells, frame.header)
    file = cells.path.name
    check_shape(cells.path, len(names), max(frame.n_rows, 0), options)
    problems = [*told, *_before(cells, frame), *_names_problems(cells, frame, names), *_trimmed(file, names)]
    problems += _merged_header(cells, frame.header)
    if frame.n_rows < 1:
        problems.append(no_rows(file))
    own = {column: name.strip() for column, name in zip(frame.columns, names, strict=True)}
    findings = Findings(cells, frame, own)
    findings.look()
    columns = {
        name: _column(cells, frame, column, tuple(findings.of_columns.get(column, ())))
        for column, name in own.items()
    }
    rows = np.arange(frame.first_row, frame.last_row + 1, dtype=np.int64)
    letters = {name: column_letters(column) for column, name in own.items()}
    grid = SheetGrid(cells.name, rows, letters, frame.header.last_row)
    return RawTable(file, columns, len(rows), None, (*problems, *findings.of_table), grid)


def _frame(cells: SheetCells, options: FileOptions) -> Frame:
    """Find the table: after the rows to skip, up to the last row and column that hold anything."""
    window = cells.window
    top, left = window.first_row + options.skip, window.first_column
    filled = _filled_below(cells, top)
    if filled is None:
        message = f"The sheet '{cells.name}' of '{cells.path.name}' is empty"
        if options.skip or window is not EVERYTHING:
            message = f"The sheet '{cells.name}' of '{cells.path.name}' is empty where the table should be"
        raise refuse(cells.path, Problem("E_EMPTY", message, file=cells.path.name))
    if window is EVERYTHING:
        top, left = filled.first_row, filled.first_column
    header_end = top + options.header_rows - 1
    return Frame(Area(top, left, header_end, filled.last_column), header_end + 1, filled.last_row)


def _filled_below(cells: SheetCells, top: int) -> Area | None:
    """Return the smallest rectangle around all cells from a row on that are not empty."""
    found = [
        (column, cells_.rows)
        for column, cells_ in cells.columns.items()
        if cells_.rows and cells_.rows[-1] >= top
    ]
    if not found:
        return None
    first_row = min(next(row for row in rows if row >= top) for _, rows in found)
    last_row = max(rows[-1] for _, rows in found)
    return Area(first_row, min(column for column, _ in found), last_row, max(column for column, _ in found))


def _header(cells: SheetCells, header: Area) -> list[str]:
    """Return the names: the texts of all header rows, those of merged cells repeated, equal neighbours once."""
    texts: dict[tuple[int, int], str] = {}
    for column in range(header.first_column, header.last_column + 1):
        own = cells.columns.get(column)
        for row, text in zip(own.rows, own.texts, strict=True) if own else ():
            if row > header.last_row:
                break
            texts[row, column] = text
    if header.last_row > header.first_row:
        _repeat_merged(cells.merged, header, texts)
    names = []
    for column in range(header.first_column, header.last_column + 1):
        parts: list[str] = []
        for row in range(header.first_row, header.last_row + 1):
            text = texts.get((row, column), "")
            if text.strip() and text not in parts[-1:]:
                parts.append(text)
        names.append(JOINED.join(parts))
    return names


def _repeat_merged(merged: Sequence[Area], header: Area, texts: dict[tuple[int, int], str]) -> None:
    for area in merged:
        text = texts.get((area.first_row, area.first_column), "")
        if not text or area.first_row < header.first_row or area.first_row > header.last_row:
            continue
        for row in range(area.first_row, min(area.last_row, header.last_row) + 1):
            for column in range(area.first_column, min(area.last_column, header.last_column) + 1):
                texts[row, column] = text


def _column(cells: SheetCells, frame: Frame, column: int, problems: tuple[Problem, ...]) -> TextColumn:
    n_rows = max(frame.n_rows, 0)
    texts, kinds = [""] * n_rows, bytearray(n_rows)
    own = cells.columns.get(column)
    if own is not None:
        for row, text, kind in zip(own.rows, own.texts, own.kinds, strict=True):
            if row >= frame.first_row:
                texts[row - frame.first_row] = text
                kinds[row - frame.first_row] = kind
    return TextColumn.typed(texts, kinds, problems)


def _before(cells: SheetCells, frame: Frame) -> list[Problem]:
    """Say what empty rows and columns before the table were passed over."""
    if cells.window is not EVERYTHING:
        return []
    file, problems = cells.path.name, []
    n_rows = frame.header.first_row - 1 - cells.options.skip
    if n_rows:
        message = f"'{file}' has {counted(n_rows, 'blank row')} before the header, passed over"
        problems.append(note("N_BLANK_LINES", message, file, count=n_rows))
    n_columns = frame.header.first_column - 1
    if n_columns:
        message = f"'{file}' has {counted(n_columns, 'blank column')} before the table, passed over"
        problems.append(note("N_BLANK_COLUMNS", message, file, count=n_columns))
    return problems


def _names_problems(cells: SheetCells, frame: Frame, names: Sequence[str]) -> list[Problem]:
    """Say which columns have no name or the same one, and where the first blank one is."""
    row, blank = frame.header.last_row, frame.columns[0]
    blank += next((place for place, name in enumerate(names) if not name.strip()), 0)
    places = {"E_BLANK_COLUMN": f"{cells.name}!{column_letters(blank)}{row}"}
    return [
        replace(problem, cell=places.get(problem.code, f"{cells.name}!{row}"))
        for problem in header_problems(cells.path.name, names, None, has_index=_counts(cells, frame))
    ]


def _counts(cells: SheetCells, frame: Frame) -> bool:
    """Whether the first column counts the rows from 0, as pandas writes them."""
    own = cells.columns.get(frame.columns[0])
    if own is None or frame.n_rows < 1:
        return False
    texts = own.texts[-frame.n_rows :]
    return own.rows[-1] == frame.last_row and texts == [str(number) for number in range(frame.n_rows)]


def _trimmed(file: str, names: Sequence[str]) -> list[Problem]:
    trimmed = sum(name != name.strip() for name in names)
    if not trimmed:
        return []
    message = f"'{file}' has {counted(trimmed, 'column name')} with blanks around, which were left out"
    return [note("N_HEADER_TRIMMED", message, file, count=trimmed)]


def _merged_header(cells: SheetCells, header: Area) -> list[Problem]:
    """Say where a header of one row has merged cells, and what in it is no name."""
    file, problems = cells.path.name, []
    if header.first_row == header.last_row:
        wide = sorted(
            area
            for area in cells.merged
            if area.first_row <= header.last_row <= area.last_row and area.first_column != area.last_column
        )
        if wide:
            problems.append(
                Problem(
                    "E_MERGED_CELLS",
                    f"The header of '{file}' has {counted(len(wide), 'group')} of merged cells",
                    allowed="one name for each column",
                    hint="If the header has several rows, say how many with header_rows in [files]; a title above it is left out with skip.",
                    file=file,
                    cell=f"{cells.name}!{wide[0]}",
                    count=len(wide),
                )
            )
    return problems + _faulty_header(cells, header)


def _faulty_header(cells: SheetCells, header: Area) -> list[Problem]:
    found = sorted(
        (row, column, kind)
        for column, own in cells.columns.items()
        if CellKind.ERROR in own.kinds or CellKind.NO_VALUE in own.kinds
        for row, kind in zip(own.rows, own.kinds, strict=True)
        if kind in (CellKind.ERROR, CellKind.NO_VALUE) and header.first_row <= row <= header.last_row
    )
    if not found:
        return []
    row, column, kind = found[0]
    is_error = kind == CellKind.ERROR
    what = "an error instead of a name" if is_error else "a formula without a value"
    return [
        Problem(
            "E_CELL_ERROR" if is_error else "E_FORMULA_NO_VALUE",
            f"The header of '{cells.path.name}' has {counted(len(found), 'cell')} with {what}",
            allowed="names",
            hint="Write the name itself into the cell.",
            file=cells.path.name,
            cell=f"{cells.name}!{column_letters(column)}{row}",
            count=len(found),
        )
    ]

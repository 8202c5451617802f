"""Reading sheets of workbooks: xlsx, xlsm, xls and ods, with what each cell is and where it stands."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.parsers.expat import ExpatError

from rlsstudy.cohort.files.raw_table import RawTable, check_size, damaged
from rlsstudy.cohort.files.sheet_book import Book, choose_sheet
from rlsstudy.cohort.files.sheet_cells import SheetCells, window_of
from rlsstudy.cohort.files.sheet_kind import ODS, XLSX, check_kind
from rlsstudy.cohort.files.sheet_limits import ZIP_ERRORS
from rlsstudy.cohort.files.sheet_table import as_table
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions

# What opening, inflating, parsing and following the parts of a damaged workbook raises: found by changing bytes.
_ERRORS = (*ZIP_ERRORS, ExpatError, LookupError, StopIteration, struct.error)


def read_sheet(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read one sheet of a workbook.

    Parameters
    ----------
    path : Path
        The file: ``.xlsx``, ``.xlsm``, ``.xls`` or ``.ods``.
    options : FileOptions
        Which sheet, where in it the table is, and what is too large.

    Returns
    -------
    RawTable
        Every cell as text with what it was (`CellKind`); places read ``Data!A2``. Formulas count with their stored
        value. Comments, colours, merged and hidden cells, errors and formulas without a value are problems.

    Raises
    ------
    CohortError
        The file is not what its name says, locked, damaged, empty or too large, or it is not plain which
        sheet is meant.
    """
    check_size(path)
    window = window_of(path, options)
    kind = check_kind(path)
    try:
        book = _open(path, kind)
        try:
            sheet, told = choose_sheet(path, book, options)
            cells = SheetCells(path, sheet.name, options, window)
            book.read(sheet, cells)
        finally:
            book.close()
    except _ERRORS as error:
        raise damaged(path, kind) from error
    return as_table(cells, options, [*book.problems, *told])


def _open(path: Path, kind: str) -> Book:
    if kind == XLSX:
        from rlsstudy.cohort.files.sheet_xlsx import XlsxBook

        return XlsxBook(path)
    if kind == ODS:
        from rlsstudy.cohort.files.sheet_ods import OdsBook

        return OdsBook(path)
    from rlsstudy.cohort.files.sheet_xls import XlsBook

    return XlsBook(path)

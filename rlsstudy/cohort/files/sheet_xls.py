"""Excel workbooks of 1997 to 2003 (xls)."""

from __future__ import annotations

from pathlib import Path

from rlsstudy.cohort.files.sheet_book import Sheet, macro_format
from rlsstudy.cohort.files.sheet_cells import SheetCells
from rlsstudy.cohort.files.sheet_limits import MOST_UNPACKED, encrypted, too_large
from rlsstudy.cohort.files.sheet_ole import Ole
from rlsstudy.cohort.files.sheet_xls_cells import XlsCells, has_values
from rlsstudy.cohort.files.sheet_xls_records import Workbook
from rlsstudy.problems import Problem

STREAM = "Workbook"
MACROS = "_VBA_PROJECT_CUR"


class XlsBook:
    """An open workbook.

    Its records are read here and not by calamine, which drops errors, comments and colours and ends the whole
    process on some damaged files.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    CohortError
        It is locked or too large.
    ValueError, LookupError, struct.error
        It is damaged.
    """

    def __init__(self, path: Path) -> None:
        size = path.stat().st_size
        if size > MOST_UNPACKED:
            raise too_large(path, f"{size:,} bytes", f"at most {MOST_UNPACKED:,} bytes")
        container = Ole(path.read_bytes())
        self._content = container.stream(STREAM)
        self._workbook = Workbook(self._content)
        if self._workbook.is_locked:
            raise encrypted(path)
        self.problems: list[Problem] = [macro_format(path.name)] if MACROS in container.entries else []
        self.sheets = [
            Sheet(sheet.name, str(sheet.start), sheet.is_table, sheet.is_hidden)
            for sheet in self._workbook.sheets
        ]

    def is_empty(self, sheet: Sheet) -> bool:
        """Whether a sheet holds nothing at all."""
        return not has_values(self._content, int(sheet.key))

    def read(self, sheet: Sheet, cells: SheetCells) -> None:
        """Collect the cells of a sheet, its merged, commented and coloured cells, and what it hides."""
        XlsCells(cells, self._workbook).read(self._content, int(sheet.key))

    def close(self) -> None:
        """Close nothing: the file has been read whole."""

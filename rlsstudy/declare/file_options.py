"""How a file is to be read, as far as the file itself does not say: declared, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

MOST_COLUMNS = 5_000
MOST_ROWS = 20_000_000


class RedcapExport(StrEnum):
    """Which of REDCap's exports a file is."""

    RAW = "raw"
    LABELS = "labels"
    EAV = "eav"


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How one file is to be read.

    Parameters
    ----------
    encoding : str
        The text encoding. A file that is not in it is refused; one in UTF-16 with its mark is read with a note.
    delimiter : str, optional
        What separates the fields of a text file; by default a comma, or a tab in ``.tsv`` and ``.tab``.
    decimal : str
        The decimal mark of numbers that are written as text.
    comment : str, optional
        Lines of a text file that begin with it are passed over.
    skip : int
        Lines, or rows of a sheet, before the header.
    sheet : str, optional
        The sheet of a workbook; needed when there are several.
    cells : str, optional
        The range of the sheet that holds header and data: ``"A7:BC64"``.
    header_rows : int
        Rows of a sheet that make up the header; their texts are joined with `` / ``, merged ones repeated.
    catalogue : Path, optional
        The ``.sas7bcat`` file with the labels of a ``.sas7bdat`` file.
    redcap : RedcapExport, optional
        Which of REDCap's exports the file is.
    dictionary : Path, optional
        The REDCap data dictionary (18 columns), or the project's XML, that belongs to a REDCap export.
    event : str, optional
        The REDCap event whose rows are taken.
    instrument : str, optional
        The repeating instrument whose rows are taken; ``""`` for the rows that repeat nothing.
    max_columns, max_rows : int
        What is too large.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    decimal: str = "."
    comment: str | None = None
    skip: int = 0
    sheet: str | None = None
    cells: str | None = None
    header_rows: int = 1
    catalogue: Path | None = None
    redcap: RedcapExport | None = None
    dictionary: Path | None = None
    event: str | None = None
    instrument: str | None = None
    max_columns: int = MOST_COLUMNS
    max_rows: int = MOST_ROWS


AS_IT_IS = FileOptions()


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a study's files, by name or pattern: ``"cohort.csv"``, ``"site_*.xlsx"``, ``"*"``."""

    by_pattern: Mapping[str, FileOptions] = field(default_factory=dict)

    def of(self, path: Path) -> FileOptions:
        """Return the options of a file: those under its own name, else of the first pattern that fits."""
        return self.of_name(path.name)

    def of_name(self, name: str) -> FileOptions:
        """Return the options of a file by its name, without folders."""
        if name in self.by_pattern:
            return self.by_pattern[name]
        fitting = (own for pattern, own in self.by_pattern.items() if fnmatchcase(name, pattern))
        return next(fitting, AS_IT_IS)

"""OpenDocument spreadsheets (ods): which sheets there are, and the styles that hide or colour."""

from __future__ import annotations

from pathlib import Path

from rlsstudy.cohort.files.sheet_book import Sheet
from rlsstudy.cohort.files.sheet_cells import SheetCells
from rlsstudy.cohort.files.sheet_limits import Archive
from rlsstudy.cohort.files.sheet_ods_cells import CELLS, OdsCells
from rlsstudy.cohort.files.sheet_ods_tables import NAMESPACE, OFFICE, TABLE, TableReader
from rlsstudy.cohort.files.sheet_xml import XmlReader, stream_xml
from rlsstudy.problems import Problem

WHAT = "an ods workbook"
CONTENT = "content.xml"
STYLES = "styles.xml"

_STYLE = f"{NAMESPACE}:style:1.0 "
_BACKGROUND = f"{NAMESPACE}:xsl-fo-compatible:1.0 background-color"
_NO_COLOURS = ("transparent", "#ffffff")
_LINKED = "'file:"  # how LibreOffice names copies of other workbooks that formulas refer to


class OdsBook:
    """An open workbook.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    CohortError
        It is damaged or too large.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = Archive(path, WHAT)
        self.problems: list[Problem] = []
        self._styles = _Styles()
        self._tables = _Tables(self._styles)
        try:
            if STYLES in self.archive:
                self._stream(STYLES, self._styles)
            self._stream(CONTENT, self._tables)
        except BaseException:
            self.close()
            raise
        self.sheets = [
            Sheet(name, str(place), not name.startswith(_LINKED), style in self._styles.hidden)
            for place, (name, style) in enumerate(self._tables.names)
        ]

    def _stream(self, part: str, reader: XmlReader) -> None:
        with self.archive.open(part) as stream:
            stream_xml(self.path, stream, reader)

    def is_empty(self, sheet: Sheet) -> bool:
        """Whether a sheet holds nothing at all."""
        return int(sheet.key) not in self._tables.filled

    def read(self, sheet: Sheet, cells: SheetCells) -> None:
        """Collect the cells of a sheet, its merged, commented and coloured cells, and what it hides."""
        self._stream(CONTENT, OdsCells(cells, int(sheet.key), self._styles.colours))

    def close(self) -> None:
        """Close the file."""
        self.archive.close()


class _Styles(XmlReader):
    """The styles that hide a sheet, and the colours of the others (0 for none)."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()
        self.colours: dict[str, int] = {}
        self._ids: dict[str, int] = dict.fromkeys(_NO_COLOURS, 0)
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
            self.colours[self._style] = self.colours.get(attributes.get(f"{_STYLE}parent-style-name", ""), 0)
        elif name == f"{_STYLE}default-style":
            self._style = ""
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{TABLE}display") == "false":
            self.hidden.add(self._style)
        elif name == f"{_STYLE}table-cell-properties" and _BACKGROUND in attributes:
            self.colours[self._style] = self._ids.setdefault(attributes[_BACKGROUND].lower(), len(self._ids))


class _Tables(TableReader):
    """Lists the sheets, with their styles, and says which of them hold anything."""

    def __init__(self, styles: _Styles) -> None:
        super().__init__()
        self.names: list[tuple[str, str]] = []
        self.filled: set[int] = set()
        self._styles = styles

    def outside(self, name: str, attributes: dict[str, str]) -> None:
        self._styles.start(name, attributes)

    def begin_table(self, attributes: dict[str, str]) -> None:
        self.names.append((attributes[f"{TABLE}name"], attributes.get(f"{TABLE}style-name", "")))

    def inside(self, name: str, attributes: dict[str, str]) -> None:
        if name in CELLS and (f"{OFFICE}value-type" in attributes or f"{TABLE}formula" in attributes):
            self.filled.add(self.place)

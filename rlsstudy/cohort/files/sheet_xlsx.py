"""Workbooks of Excel since 2007 (xlsx, xlsm): which parts there are, texts, styles and comments."""

from __future__ import annotations

import posixpath
from pathlib import Path

from rlsstudy.cohort.files.sheet_book import Sheet, macro_format
from rlsstudy.cohort.files.sheet_cells import SheetCells, parse_area
from rlsstudy.cohort.files.sheet_limits import Archive
from rlsstudy.cohort.files.sheet_values import BUILT_IN, Form, form_of, unescape
from rlsstudy.cohort.files.sheet_xlsx_cells import FilledOrNot, SheetReader
from rlsstudy.cohort.files.sheet_xml import XmlReader, stream_xml
from rlsstudy.problems import Problem

WHAT = "an xlsx workbook"
MAIN_PART = "xl/workbook.xml"
# Fills that look like none: no pattern, or white all over.
_WHITE = {
    ("rgb", "FFFFFFFF"),
    ("rgb", "00FFFFFF"),
    ("theme", "0"),
    ("indexed", "1"),
    ("indexed", "9"),
    ("indexed", "65"),
}


class XlsxBook:
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
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        roots = self._relations("")
        main = next((target for kind, target in roots.values() if kind == "officeDocument"), MAIN_PART)
        relations = self._relations(main)
        workbook = _Workbook()
        self._stream(main, workbook)
        self.since_1904 = workbook.since_1904
        self.sheets = [
            Sheet(name, target, kind == "worksheet", is_hidden)
            for name, key, is_hidden in workbook.sheets
            for kind, target in (relations[key],)
        ]
        parts = dict(relations.values())
        self._texts_part = parts.get("sharedStrings")
        self._styles_part = parts.get("styles")
        if self._has_macros():
            self.problems.append(macro_format(self.path.name))

    def _has_macros(self) -> bool:
        if self.path.suffix.lower() == ".xlsm" or "xl/vbaProject.bin" in self.archive:
            return True
        return "[Content_Types].xml" in self.archive and b"macroEnabled" in self.archive.read(
            "[Content_Types].xml"
        )

    def _stream(self, part: str, reader: XmlReader) -> None:
        with self.archive.open(part) as stream:
            stream_xml(self.path, stream, reader)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of the parts that belong to a part, by their keys."""
        folder, name = posixpath.split(part)
        beside = posixpath.join(folder, "_rels", f"{name}.rels")
        relations = _Relations(folder)
        if beside in self.archive:
            self._stream(beside, relations)
        return relations.found

    def is_empty(self, sheet: Sheet) -> bool:
        """Whether a sheet holds nothing at all."""
        reader = FilledOrNot()
        self._stream(sheet.key, reader)
        return not reader.done

    def read(self, sheet: Sheet, cells: SheetCells) -> None:
        """Collect the cells of a sheet, its merged, commented and coloured cells, and what it hides."""
        texts, styles = _Texts(), _Styles()
        if self._texts_part is not None:
            self._stream(self._texts_part, texts)
        if self._styles_part is not None:
            self._stream(self._styles_part, styles)
        reader = SheetReader(cells, texts.found, styles.forms, styles.colours, self.since_1904)
        self._stream(sheet.key, reader)
        for kind, target in self._relations(sheet.key).values():
            if kind in ("comments", "threadedComment"):
                self._stream(target, _Comments(cells))

    def close(self) -> None:
        """Close the file."""
        self.archive.close()


class _Relations(XmlReader):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.local[name] != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes["Type"].rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", self.folder, attributes["Target"]))
        self.found[attributes["Id"]] = (kind, target.lstrip("/"))


class _Workbook(XmlReader):
    def __init__(self) -> None:
        super().__init__()
        self.since_1904 = False
        self.sheets: list[tuple[str, str, bool]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = self.local[name]
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            key = next(value for attribute, value in attributes.items() if self.local[attribute] == "id")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes["name"], key, is_hidden))


class _Texts(XmlReader):
    """The texts that cells share; reading aids for Japanese (``rPh``) are no part of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []
        self._wanted = False
        self._aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        name = self.local[name]
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._aid = True
        elif name == "t":
            self._wanted = not self._aid

    def end(self, name: str) -> None:
        name = self.local[name]
        if name == "si":
            self.found.append(unescape("".join(self._parts)))
        elif name == "rPh":
            self._aid = False
        elif name == "t":
            self._wanted = False

    def text(self, data: str) -> None:
        if self._wanted:
            self._parts.append(data)


class _Styles(XmlReader):
    """What the format of each style makes of a number, and the style's colour (0 for none)."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.colours: list[int] = []
        self._formats: dict[int, Form] = dict(BUILT_IN)
        self._fills: list[tuple[tuple[str, str], ...]] = []
        self._ids: dict[tuple[tuple[str, str], ...], int] = {(): 0}
        self._section = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = self.local[name]
        if name in ("fills", "cellXfs", "cellStyleXfs", "dxfs"):
            self._section = name
        elif name == "numFmt" and self._section != "dxfs":
            self._formats[int(attributes["numFmtId"])] = form_of(attributes["formatCode"])
        elif self._section == "fills":
            self._start_fill(name, attributes)
        elif name == "xf" and self._section == "cellXfs":
            self.forms.append(self._formats.get(int(attributes.get("numFmtId", "0")), Form.NUMBER))
            fill = self._fills[int(attributes.get("fillId", "0"))] if self._fills else ()
            self.colours.append(self._ids.setdefault(fill, len(self._ids)))

    def _start_fill(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill":
            self._fills.append(())
        elif name == "patternFill":
            pattern = attributes.get("patternType", "none")
            self._fills[-1] = () if pattern == "none" else (("pattern", pattern),)
        elif name == "gradientFill":
            self._fills[-1] = tuple(sorted(attributes.items())) or (("gradient", ""),)
        elif self._fills and self._fills[-1]:
            colour = tuple(sorted(attributes.items()))
            is_white = name == "fgColor" and len(colour) == 1 and colour[0] in _WHITE
            self._fills[-1] = () if is_white else (*self._fills[-1], *colour)

    def end(self, name: str) -> None:
        if self.local[name] == self._section:
            self._section = ""


class _Comments(XmlReader):
    def __init__(self, cells: SheetCells) -> None:
        super().__init__()
        self.cells = cells

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.local[name] in ("comment", "threadedComment"):
            area = parse_area(attributes["ref"])
            self.cells.comments.add((area.first_row, area.first_column))

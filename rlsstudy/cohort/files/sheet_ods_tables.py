"""Following the sheets of an OpenDocument spreadsheet through its XML."""

from __future__ import annotations

from rlsstudy.cohort.files.sheet_xml import XmlReader

NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE = f"{NAMESPACE}:office:1.0 "
TABLE = f"{NAMESPACE}:table:1.0 "


class TableReader(XmlReader):
    """Knows which sheet is the present one, and how deep its elements are nested.

    Parameters
    ----------
    place : int
        The number of the present sheet, from 0; -1 before the first.
    depth : int
        How deep the present element is in the sheet, which is 1 itself; 0 outside.
    """

    def __init__(self) -> None:
        super().__init__()
        self.place = -1
        self.depth = 0
        self._above = 0  # how deep the present element is in the spreadsheet, outside its sheets

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; only what stands directly in the spreadsheet is a sheet."""
        if self.depth:
            self.depth += 1
            self.inside(name, attributes)
        elif self._above == 1 and name == f"{TABLE}table":
            self.place += 1
            self.depth = 1
            self.begin_table(attributes)
        elif self._above or name == f"{OFFICE}spreadsheet":
            self._above += 1
        else:
            self.outside(name, attributes)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self.depth:
            self.leave(name)
            self.depth -= 1
        elif self._above:
            self._above -= 1

    def outside(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element before the spreadsheet."""

    def begin_table(self, attributes: dict[str, str]) -> None:
        """Take the start of a sheet."""

    def inside(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element of a sheet."""

    def leave(self, name: str) -> None:
        """Take the end of an element of a sheet, or of the sheet."""

"""What to do about dates that are written otherwise than declared."""

from __future__ import annotations

import re
from collections.abc import Sequence

_THREE_NUMBERS = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})", re.ASCII)
_COMPACT = re.compile(r"[0-9]{8}", re.ASCII)
_PART = re.compile(r"[0-9]{4}(?:[-/.][0-9]{1,2})?", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?", re.ASCII)
_MONTHS = 12


def date_hint(cells: Sequence[str], column: str) -> str:
    """Say what to do, by what all the cells look like; no cell is shown.

    Parameters
    ----------
    cells : sequence of str
        The different cells that are not written as declared.
    column : str
        The column in the file.
    """
    stripped = [cell.strip() for cell in cells]
    if not stripped:
        return "Store them as dates, and export again."
    if all(_PART.fullmatch(cell) for cell in stripped):
        return "Whole dates are needed, with the day."
    if all(_SERIAL.fullmatch(cell) for cell in stripped):
        return "Serial numbers of a spreadsheet? Give the cells a date format, and export again."
    formats = {_format_of(cell) for cell in stripped}
    told = {written for written in formats if "%" in written and "?" not in written}
    # 25/04 tells of 03/04 too.
    formats -= {written.replace("%d", "?").replace("%m", "?") for written in told}
    if len(formats) > 1:
        return "They are written in several ways: write all of them in one, the year first."
    (written,) = formats
    if written == "":
        return f'Declare how they are written: in [columns], {column} = {{ …, format = "…" }}.'
    if "?" in written:
        return "Ambiguous: day or month first? Look it up at the source, and declare the format in [columns]."
    return f'Declare how they are written: in [columns], {column} = {{ …, format = "{written}" }}.'


def _format_of(cell: str) -> str:
    """Return how a date is written; with a question mark when day and month cannot be told apart."""
    if _COMPACT.fullmatch(cell):
        return "%Y%m%d"
    found = _THREE_NUMBERS.fullmatch(cell)
    if found is None:
        return ""
    first, mark, second, third = found.groups()
    if len(first) == 4:
        return f"%Y{mark}%m{mark}%d"
    year = "%Y" if len(third) == 4 else "%y"
    if int(first) > _MONTHS:
        return f"%d{mark}%m{mark}{year}"
    return f"%m{mark}%d{mark}{year}" if int(second) > _MONTHS else f"?{mark}?{mark}{year}"

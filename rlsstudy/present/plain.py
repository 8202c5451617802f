"""Tables and paragraphs as aligned text for terminals."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rlsstudy.present.markup import one_line

if TYPE_CHECKING:
    from rlsstudy.present.elements import Row, Table

_LINE = 100
_INDENT = "  "
_GAP = "  "


def paragraphs(texts: Iterable[str]) -> str:
    """Wrap paragraphs and separate them by an empty line."""
    return "\n\n".join(textwrap.fill(one_line(text), _LINE) for text in texts)


def table(this: Table) -> str:
    """Write a table with its caption above, columns aligned, and its notes below."""
    lines = [[one_line(column.header) for column in this.columns]]
    lines += [_cells(row) for row in this.rows if row.kind == "row"]
    widths = [max(map(width, cells)) for cells in zip(*lines, strict=True)]
    aligns = [column.align for column in this.columns]
    body = [
        one_line(row.cells[0]) if row.kind == "group" else _aligned(_cells(row), widths, aligns)
        for row in this.rows
    ]
    rule = _GAP.join("-" * each for each in widths)
    parts = [
        textwrap.fill(one_line(this.caption), _LINE),
        "",
        _aligned(lines[0], widths, aligns),
        rule,
        *body,
    ]
    if this.notes:
        parts += ["", *(textwrap.fill(one_line(note), _LINE) for note in this.notes)]
    return "\n".join(parts)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _cells(row: Row) -> list[str]:
    first, *others = (one_line(cell) for cell in row.cells)
    return [_INDENT * row.indent + first, *others]


def _aligned(cells: Sequence[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    padded = []
    for cell, wanted, align in zip(cells, widths, aligns, strict=True):
        space = " " * (wanted - width(cell))
        padded.append(space + cell if align == "right" else cell + space)
    return _GAP.join(padded).rstrip()

"""The one writer of HTML for notebooks: fragments in which every text is escaped.

No id, no script, no remote address; alignment is inline because notebooks have no style sheet of
ours. Reports do not use this: they are made from the content of the elements.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rlsstudy.present.elements import Column, Row, Table

_PIXELS_PER_INCH = 96  # what CSS means by an inch
# Marks that turn the direction of all text after them, also outside the cell they stand in.
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CELL = "padding:0.15em 0.6em"
_NOTE_STYLE = "font-size:0.9em;margin:0.3em 0"


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters, lone surrogates and marks that turn its direction."""
    kept = (
        " " if unicodedata.category(sign) in ("Cc", "Cs") else sign
        for sign in text
        if sign not in _DIRECTION_MARKS
    )
    return " ".join(part for part in "".join(kept).split(" ") if part)


def table(this: Table) -> str:
    """Write a table: caption, column and row headings with their scope, a body per group, notes."""
    caption = _escaped(this.caption)
    head = "".join(_column_heading(column) for column in this.columns)
    bodies = "".join(_body(rows, this.columns) for rows in _by_group(this.rows))
    notes = "".join(f'<p style="{_NOTE_STYLE}">{_escaped(note)}</p>' for note in this.notes)
    return (
        f'<div class="rlsstudy-table" role="region" tabindex="0" aria-label="{caption}" style="overflow-x:auto">'
        f'<table><caption style="text-align:left">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead>{bodies}</table>{notes}</div>"
    )


def figure(png: bytes, alt: str, caption: str, width: float) -> str:
    """Write a figure with its picture inside, alternative text and caption."""
    source = base64.b64encode(png).decode("ascii")
    pixels = round(width * _PIXELS_PER_INCH)
    return (
        f'<figure class="rlsstudy-figure" style="margin:0">'
        f'<img src="data:image/png;base64,{source}" alt="{_escaped(alt)}" width="{pixels}" '
        f'style="max-width:100%;height:auto;background:white">'
        f"<figcaption>{_escaped(caption)}</figcaption></figure>"
    )


def prose(paragraphs: Iterable[str]) -> str:
    """Write paragraphs."""
    inside = "".join(f"<p>{_escaped(paragraph)}</p>" for paragraph in paragraphs)
    return f'<div class="rlsstudy-prose">{inside}</div>'


def _escaped(text: str) -> str:
    return escape(one_line(text), quote=True)


def _column_heading(column: Column) -> str:
    style = f'style="{_CELL};text-align:{column.align};vertical-align:bottom"'
    if not column.header:
        return f"<td {style}></td>"
    return f'<th scope="col" {style}>{_escaped(column.header)}</th>'


def _by_group(rows: Sequence[Row]) -> list[list[Row]]:
    """Split rows before every group heading."""
    places = [sum(row.kind == "group" for row in rows[: place + 1]) for place in range(len(rows))]
    numbered = groupby(zip(places, rows, strict=True), key=lambda pair: pair[0])
    return [[row for _, row in group] for _, group in numbered]


def _body(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    return f"<tbody>{''.join(_row(row, columns) for row in rows)}</tbody>"


def _row(row: Row, columns: Sequence[Column]) -> str:
    if row.kind == "group":
        heading = _escaped(row.cells[0])
        style = f'style="{_CELL};text-align:left"'
        return f'<tr><th scope="rowgroup" colspan="{len(columns)}" {style}>{heading}</th></tr>'
    first, *others = row.cells
    style = f"{_CELL};text-align:left;font-weight:normal;padding-left:{0.6 + 1.2 * row.indent:.1f}em"
    cells = "".join(
        f'<td style="{_CELL};text-align:{column.align}">{_escaped(cell)}</td>'
        for cell, column in zip(others, columns[1:], strict=True)
    )
    return f'<tr><th scope="row" style="{style}">{_escaped(first)}</th>{cells}</tr>'

"""What can stand in a notebook or a report: a table, a figure, a piece of prose.

Each carries its content as plain data. Notebooks show it through ``_repr_mimebundle_``: HTML and
text of our own writing, and under ``MEDIA_TYPE`` the content itself, from which reports in any
format are made, so that no foreign HTML has to be read back.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from rlsstudy.present import canvas, markup, plain

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

MEDIA_TYPE = "application/vnd.rlsstudy.v1+json"
Align = Literal["left", "right"]
RowKind = Literal["group", "row"]


class _Shown(ABC):
    """What the three elements share: how Jupyter and terminals show them."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """Return the content as plain values that JSON can hold."""

    @abstractmethod
    def to_html(self) -> str:
        """Return a fragment of HTML in which every text is escaped."""

    @abstractmethod
    def to_text(self) -> str:
        """Return text for a terminal."""

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return {"text/html": self.to_html(), "text/plain": self.to_text(), MEDIA_TYPE: self.content()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    header : str
        Its heading; empty for none.
    align : {"left", "right"}
        How its cells are set.
    """

    header: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Parameters
    ----------
    cells : tuple of str
        As many as there are columns; a group has one, which spans them all.
    indent : int
        How far the first cell is moved in, 0 to 3.
    kind : {"row", "group"}
        A group heads the rows up to the next group.
    """

    cells: tuple[str, ...]
    indent: int = 0
    kind: RowKind = "row"


@dataclass(frozen=True, repr=False)
class Table(_Shown):
    """A table of written numbers and words.

    Parameters
    ----------
    columns : tuple of Column
        The first one holds the row headings.
    rows : tuple of Row
        From top to bottom.
    caption : str
        What the table shows, in a sentence, with units.
    notes : tuple of str
        What stands under the table.
    frame : DataFrame, optional
        The numbers behind the words, unrounded.

    Examples
    --------
    >>> Table((Column("Step"), Column("N", "right")), (Row(("Enrolled", "7,561")),), "Flow.")
    Flow.
    <BLANKLINE>
    Step          N
    --------  -----
    Enrolled  7,561
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str
    notes: tuple[str, ...] = ()
    frame: pd.DataFrame | None = field(default=None, compare=False)

    def content(self) -> dict[str, Any]:
        """Return the content as plain values that JSON can hold."""
        return {
            "kind": "table",
            "caption": self.caption,
            "columns": [{"header": column.header, "align": column.align} for column in self.columns],
            "rows": [{"kind": row.kind, "indent": row.indent, "cells": list(row.cells)} for row in self.rows],
            "notes": list(self.notes),
        }

    def to_html(self) -> str:
        """Return a fragment of HTML in which every text is escaped."""
        return markup.table(self)

    def to_text(self) -> str:
        """Return aligned text for a terminal."""
        return plain.table(self)


@dataclass(frozen=True, repr=False)
class Figure(_Shown):
    """A drawing with the words and numbers that it shows.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The drawing; nothing is rendered until it is shown.
    alt : str
        What there is to see, for those who do not see it, with the numbers.
    caption : str
        What the figure shows, in a sentence.
    numbers : DataFrame
        The numbers that were drawn.
    """

    drawing: matplotlib.figure.Figure = field(compare=False)
    alt: str
    caption: str
    numbers: pd.DataFrame = field(compare=False)

    @property
    def ax(self) -> matplotlib.axes.Axes:
        """The axes, to add to them before the figure is shown."""
        return self.drawing.axes[0]

    @property
    def width(self) -> float:
        """Width in inches."""
        return float(self.drawing.get_figwidth())

    @cached_property
    def png(self) -> bytes:
        """The drawing as PNG at print resolution; the same bytes every time."""
        return canvas.as_png(self.drawing)

    @cached_property
    def svg(self) -> bytes:
        """The drawing as SVG, fit to stand in a page beside others; the same bytes every time."""
        return canvas.as_svg(self.drawing, self.alt)

    def content(self) -> dict[str, Any]:
        """Return the content as plain values that JSON can hold; pictures in base64."""
        drawn = self.content_as_svg()
        words = {name: drawn.pop(name) for name in ("kind", "caption", "alt")}
        return {**words, "png": base64.b64encode(self.png).decode("ascii"), **drawn}

    def content_as_svg(self) -> dict[str, Any]:
        """Return the content without a PNG, which then need not be rendered."""
        return {
            "kind": "figure",
            "caption": self.caption,
            "alt": self.alt,
            "svg": base64.b64encode(self.svg).decode("ascii"),
            "width_in": round(self.width, 3),
            "height_in": round(float(self.drawing.get_figheight()), 3),
        }

    def to_html(self) -> str:
        """Return a fragment of HTML in which every text is escaped."""
        return markup.figure(self.png, self.alt, self.caption, self.width)

    def to_text(self) -> str:
        """Return the alternative text."""
        return plain.paragraphs((self.alt,))


@dataclass(frozen=True, repr=False)
class Prose(_Shown):
    """Sentences whose numbers come from a result.

    Parameters
    ----------
    paragraphs : tuple of str
        Plain text, no markup.
    numbers : mapping of str to float
        The numbers that the sentences state, unrounded.
    """

    paragraphs: tuple[str, ...]
    numbers: Mapping[str, float] = field(default_factory=dict, compare=False)

    def content(self) -> dict[str, Any]:
        """Return the content as plain values that JSON can hold."""
        return {"kind": "prose", "paragraphs": list(self.paragraphs)}

    def to_html(self) -> str:
        """Return a fragment of HTML in which every text is escaped."""
        return markup.prose(self.paragraphs)

    def to_text(self) -> str:
        """Return the paragraphs, wrapped for a terminal."""
        return plain.paragraphs(self.paragraphs)

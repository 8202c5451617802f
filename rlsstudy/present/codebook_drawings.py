"""Drawings of simulated figures beside published ones: a histogram with marks above it, and rows of marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.present import canvas
from rlsstudy.present.elements import Figure
from rlsstudy.present.numbers import write_number, write_range
from rlsstudy.present.wording import SYNTHETIC, join_words

if TYPE_CHECKING:
    import matplotlib.axes
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIMULATED = "Simulated"
_LANE, _LEFT, _RIGHT = 0.21, 2.35, 0.25  # inches
_COLOURS = (canvas.BLUE, canvas.VERMILLION, canvas.GREEN, canvas.ORANGE)
_SHAPES = ("o", "D", "s", "^")


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure that is drawn: a value, from and to, and whose it is.

    Parameters
    ----------
    row : str
        What it is about; the name of the row, or of the lane above a histogram.
    series : str
        Whose it is: ``"Simulated"``, or a publication.
    value : float
        The mean, the median or the share.
    low, high : float
        The ends of its line, such as one standard deviation either way; NaN for none.
    """

    row: str
    series: str
    value: float
    low: float = nan
    high: float = nan

    def written(self, look: Look) -> str:
        """Write the value with its ends, or with the standard deviation that they are away."""
        value = f"{write_number(self.value, look.decimals)}{look.unit}"
        if isnan(self.low):
            return value
        if look.by_sd:
            return f"{value} ({write_number(self.high - self.value, look.decimals)})"
        return f"{value} ({write_range(self.low, self.high, look.decimals)})"


@dataclass(frozen=True, slots=True)
class Look:
    """How marks are drawn and written.

    Parameters
    ----------
    axis : str
        The label of the horizontal axis.
    shows : str
        What value and ends are, in words.
    caption : str
        What the figure shows, with its sources.
    decimals : int
        Decimals of written numbers.
    unit : str
        What stands behind a written number, such as ``" %"``.
    log : bool
        Whether the axis is logarithmic.
    limits : tuple of float, optional
        The ends of the axis.
    by_sd : bool
        Whether the ends are one standard deviation away, which is then written in their place.
    """

    axis: str
    shows: str
    caption: str
    decimals: int = 1
    unit: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    by_sd: bool = True


def draw_histogram(values: Floats, edges: Floats, marks: Sequence[Mark], look: Look) -> Figure:
    """Draw a simulated distribution, and above it the simulated and published figures as marks.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The simulated values, without gaps.
    edges : ndarray
        The ends of the bars; what lies beyond is left out of the drawing and counted in the alternative text.
    marks : sequence of Mark
        One lane each, from top to bottom.
    look : Look
        Axis, words and decimals.

    Returns
    -------
    Figure
        ``.numbers`` has one row per mark.
    """
    top = _LANE * len(marks)
    height = 2.2 + top
    shares = 100 * np.histogram(values, edges)[0] / len(values)
    with canvas.style():
        drawing = canvas.blank(height)
        below = drawing.add_axes(_place(height, 0.5, 1.5))
        below.bar(
            edges[:-1], shares, np.diff(edges), align="edge", color=canvas.SKY, edgecolor="white", lw=0.4
        )
        _set_axis(below, look, (float(edges[0]), float(edges[-1])))
        below.set_ylabel("% of participants")
        above = drawing.add_axes(_place(height, 2.1, top))
        _draw_marks(above, [(mark, place) for place, mark in enumerate(marks)])
        above.set_xlim(below.get_xlim())
        if look.log:
            above.set_xscale("log")
        _name_rows(above, [f"{mark.series}: {mark.written(look)}" for mark in marks])
        above.spines["bottom"].set_visible(False)
        above.tick_params(bottom=False, labelbottom=False)
    beyond = float(((values < edges[0]) | (values > edges[-1])).mean())
    hidden = f" {100 * beyond:.1f} % lie beyond the axis." if beyond else ""
    alt = f"Histogram of {look.axis}. {look.shows}: {_listed(marks, look)}.{hidden} {SYNTHETIC}"
    return Figure(drawing, alt, f"{look.caption} {SYNTHETIC}", _numbers(marks))


def draw_rows(marks: Sequence[Mark], look: Look) -> Figure:
    """Draw a row for each group, with the simulated figure and the published ones under each other.

    Parameters
    ----------
    marks : sequence of Mark
        In the order of rows; series have a colour and a shape each.
    look : Look
        Axis, words and decimals.

    Returns
    -------
    Figure
        ``.numbers`` has one row per mark.
    """
    rows = list(dict.fromkeys(mark.row for mark in marks))
    series = list(dict.fromkeys(mark.series for mark in marks))
    height = 0.95 + 0.36 * len(rows) + 0.17 * len(series)
    with canvas.style():
        drawing = canvas.blank(height)
        ax = drawing.add_axes(_place(height, 0.5, height - 0.6 - 0.17 * len(series)))
        _draw_marks(ax, list(_heights(marks)), series)
        _set_axis(ax, look, look.limits)
        ax.grid(axis="x")
        _name_rows(ax, rows)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, handletextpad=0.2)
    alt = f"Marks for {join_words(rows)} on an axis of {look.axis}. {look.shows}: {_listed(marks, look)}. {SYNTHETIC}"
    return Figure(drawing, alt, f"{look.caption} {SYNTHETIC}", _numbers(marks))


def whole_number_edges(low: int, high: int, step: int = 1) -> Floats:
    """Return ends of bars with whole numbers in their middles."""
    return np.arange(low - 0.5, high + step, step)


def _place(height: float, bottom: float, tall: float) -> tuple[float, float, float, float]:
    return (_LEFT / canvas.WIDTH, bottom / height, 1 - (_LEFT + _RIGHT) / canvas.WIDTH, tall / height)


def _heights(marks: Sequence[Mark]) -> Iterator[tuple[Mark, float]]:
    """Place the marks of a row under each other, around the row's number."""
    for place, row in enumerate(dict.fromkeys(mark.row for mark in marks)):
        of_row = [mark for mark in marks if mark.row == row]
        for number, mark in enumerate(of_row):
            yield mark, place + 0.3 * (number - (len(of_row) - 1) / 2)


def _set_axis(ax: matplotlib.axes.Axes, look: Look, limits: tuple[float, float] | None) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    if look.log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.10g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
    if limits is not None:
        ax.set_xlim(*limits)
    ax.set_xlabel(look.axis)


def _draw_marks(
    ax: matplotlib.axes.Axes, placed: Sequence[tuple[Mark, float]], series: Sequence[str] = ()
) -> None:
    """Draw marks at their heights; without a list of series the first is simulated and all others published."""
    named: set[str] = set()
    for mark, height in placed:
        kind = series.index(mark.series) if series else int(mark.series != SIMULATED)
        label = mark.series if mark.series not in named else None
        named.add(mark.series)
        if not isnan(mark.low):
            ax.plot([mark.low, mark.high], [height, height], color=_COLOURS[kind], linewidth=1.4)
        ax.plot([mark.value], [height], _SHAPES[kind], color=_COLOURS[kind], markersize=5, label=label, lw=0)


def _name_rows(ax: matplotlib.axes.Axes, names: Sequence[str]) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), [canvas.wrapped(figure, name, _LEFT - 0.15) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _listed(marks: Sequence[Mark], look: Look) -> str:
    """List all marks in words, row by row."""
    return "; ".join(" ".join(filter(None, (mark.row, mark.series, mark.written(look)))) for mark in marks)


def _numbers(marks: Sequence[Mark]) -> pd.DataFrame:
    import pandas as pd

    columns = ["row", "series", "value", "low", "high"]
    return pd.DataFrame([(m.row, m.series, m.value, m.low, m.high) for m in marks], columns=columns)

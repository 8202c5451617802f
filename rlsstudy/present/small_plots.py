"""Small pictures of one variable's distribution, as SVG of a kilobyte that stands in a page beside hundreds of others.

They are written by hand and not by matplotlib, whose smallest drawing has ten times the size. A picture is one path for
the bars and a few words; nothing in it can run.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.present import canvas
from rlsstudy.present.markup import one_line
from rlsstudy.present.numbers import decimals_for, with_unit, write_number, write_share
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

WIDTH = 300
_PLOT_HEIGHT, _WORDS_HEIGHT = 64, 16
_BARS = 30
_MOST_WHOLE = 41  # whole numbers with a bar of their own; an IRLS total has 41
_ROW, _NAMES, _SHARES = 17, 128, 44
_LONGEST_NAME = 20
_SHOWN = (0.001, 0.999)  # of a number's distribution; the tails beyond would press the rest together


@dataclass(frozen=True, slots=True)
class SmallPlot:
    """A small picture: its SVG, what there is to see in words, and its size in pixels."""

    svg: str
    alt: str
    width: int
    height: int


def plot_small(variable: Variable, values: Floats) -> SmallPlot:
    """Draw the distribution of one variable.

    Parameters
    ----------
    variable : Variable
        What is drawn; levels are a bar each, numbers a histogram, on a logarithmic axis where it is
        declared on a logarithmic scale. Texts and dates have no picture.
    values : ndarray, shape (n,)
        Its values, levels as codes, NaN where there is none.

    Returns
    -------
    SmallPlot
        The picture, and its alternative text with the numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from rlsstudy import rls_model
    >>> plot_small(rls_model()["sex"], np.array([0.0, 1.0, 1.0, 1.0])).alt
    'Sex in 4 simulated participants: male 25%, female 75%.'
    """
    known = values[np.isfinite(values)]
    if variable.is_carried or not known.size:
        return _nothing(variable)
    if variable.has_levels:
        return _plot_levels(variable, known)
    return _plot_number(variable, known)


def describe_values(variable: Variable, values: Floats) -> str:
    """Write the median with the 5th and 95th percentile, or the share of every level, with the number seen."""
    known = values[np.isfinite(values)]
    seen = f"{variable.label} in {counted(known.size, 'simulated participant')}"
    if variable.is_carried:
        return f"{variable.label}: a {variable.kind}, which is not summarised."
    if not known.size:
        return f"{variable.label}: no simulated participant has a value."
    if variable.has_levels:
        counts = np.bincount(known.astype(np.intp), minlength=len(variable.levels))
        shares = (
            f"{level} {write_share(int(count), known.size)}"
            for level, count in zip(variable.levels, counts, strict=True)
        )
        return f"{seen}: {', '.join(shares)}."
    median, low, high = _percentiles(variable, known)
    return f"{seen}: median {with_unit(median, variable.unit)}, 5th to 95th percentile {low} to {high}."


def _percentiles(variable: Variable, known: Floats) -> tuple[str, str, str]:
    """Write median, 5th and 95th percentile with the decimals that their spread needs."""
    numbers = np.quantile(known, (0.5, 0.05, 0.95))
    decimals = 0 if variable.kind is Kind.INTEGER else decimals_for(float(numbers[2] - numbers[1]) / 4)
    median, low, high = (write_number(number, decimals) for number in numbers)
    return median, low, high


def _plot_levels(variable: Variable, known: Floats) -> SmallPlot:
    counts = np.bincount(known.astype(np.intp), minlength=len(variable.levels))
    height = _ROW * len(counts) + 4
    longest = WIDTH - _NAMES - _SHARES
    path, words = [], []
    for place, (level, count) in enumerate(zip(variable.levels, counts, strict=True)):
        top = place * _ROW + 3
        length = longest * count / counts.max()
        path.append(f"M{_NAMES} {top}h{length:.1f}v12h-{length:.1f}z")
        words.append(_text(_NAMES - 5, top + 10, _short(level), "end"))
        share = write_share(int(count), known.size)
        words.append(_text(_NAMES + length + 4, top + 10, share, "start"))
    return _picture(variable, known, "".join(path), words, height)


def _plot_number(variable: Variable, known: Floats) -> SmallPlot:
    log = variable.scale is not Scale.LINEAR and known.min() > 0
    low, high = np.quantile(known, _SHOWN)
    edges = _edges(variable, float(low), float(high), log=log)
    counts = np.histogram(known, edges)[0]
    places = np.log(edges) if log else edges
    across = (places - places[0]) / (places[-1] - places[0]) * (WIDTH - 2) + 1
    heights = counts / max(int(counts.max()), 1) * (_PLOT_HEIGHT - 6)
    path = "".join(
        f"M{left:.1f} {_PLOT_HEIGHT}v-{height:.1f}h{max(right - left - 0.6, 0.4):.1f}v{height:.1f}z"
        for left, right, height in zip(across[:-1], across[1:], heights, strict=True)
        if height
    )
    lowest, highest = (_end(variable, float(end)) for end in (low, high))
    middle = "logarithmic axis" if log else ""
    words = [
        _text(1, _PLOT_HEIGHT + 13, lowest, "start"),
        _text(WIDTH / 2, _PLOT_HEIGHT + 13, middle, "middle"),
        _text(WIDTH - 1, _PLOT_HEIGHT + 13, with_unit(highest, _short(variable.unit)), "end"),
    ]
    return _picture(variable, known, path, words, _PLOT_HEIGHT + _WORDS_HEIGHT)


def _edges(variable: Variable, low: float, high: float, *, log: bool) -> Floats:
    """Return the ends of the bars: one for each whole number where they are few."""
    if variable.kind is Kind.INTEGER and high - low < _MOST_WHOLE:
        return np.arange(np.floor(low) - 0.5, np.ceil(high) + 1)
    if low == high:
        low, high = (low / 1.5, high * 1.5) if log else (low - 0.5, high + 0.5)
    if log:
        return np.asarray(np.geomspace(low, high, _BARS + 1))
    step = _step(variable, (high - low) / _BARS)
    return np.asarray(low - step / 2 + step * np.arange(np.ceil((high - low) / step) + 1.001))


def _step(variable: Variable, width: float) -> float:
    """Make a bar a whole number of the instrument's steps wide, else some bars would hold more values than others."""
    resolution = variable.resolution or (1.0 if variable.kind is Kind.INTEGER else 0.0)
    return max(round(width / resolution), 1) * resolution if resolution else width


def _end(variable: Variable, value: float) -> str:
    least = 0 if variable.kind is Kind.INTEGER else max(0, decimals_for(abs(value) / 2 or 1))
    return write_number(value, least)


def _picture(variable: Variable, known: Floats, path: str, words: list[str], height: int) -> SmallPlot:
    alt = describe_values(variable, known)
    line = "" if variable.has_levels else f"M0 {height - _WORDS_HEIGHT}h{WIDTH}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(one_line(alt), quote=True)}" '
        f'font-family="sans-serif" font-size="11"><path d="{path}" fill="{canvas.SKY}"/>'
        f'<path d="{line}" stroke="{canvas.GREY}" fill="none"/>{"".join(words)}</svg>'
    )
    return SmallPlot(svg, alt, WIDTH, height)


def _nothing(variable: Variable) -> SmallPlot:
    words = [_text(1, 14, f"a {variable.kind}" if variable.is_carried else "no values", "start")]
    return _picture(variable, np.array([]), "M0 0", words, _WORDS_HEIGHT + 4)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    if not words:
        return ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.0f}" y="{y:.0f}"{place}>{escape(one_line(words))}</text>'


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1].rstrip()}…"

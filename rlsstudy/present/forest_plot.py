"""The forest plot: effects by domain, with their intervals, crude beside adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.present import canvas
from rlsstudy.present.effect_rows import (
    ADJUSTMENTS,
    EffectRow,
    Estimated,
    by_domain,
    is_scored,
    is_synthetic,
    outcome_of,
    read_effects,
)
from rlsstudy.present.effect_sentences import (
    about_largest,
    about_refusals,
    about_truth,
    about_zero,
    sentences,
)
from rlsstudy.present.elements import Figure
from rlsstudy.present.wording import SYNTHETIC, heading
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

# Inches. The vertical axis of the plot is in inches too, so that text and marks never meet.
_LINE = 0.145
_ROW_PADDING = 0.06
_HEADING = 0.27
_MOST_LABEL = 2.75
_EDGE = 0.06
_GAP = 0.12
_TOP = 0.42
_BOTTOM = 0.8
_APART = 0.052  # how far the two estimates of a row stand from its middle
_OUTLIER = 3.0  # intervals that reach so many times further than 90% of them are cut, with an arrow


@dataclass(frozen=True)
class _Page:
    """Where things stand: wrapped labels, the middle of each row, and the widths of the columns."""

    labels: dict[int, str]
    middles: dict[int, float]
    headings: dict[str, float]
    height: float
    label_width: float
    text_width: float


def plot_effects(effects: pd.DataFrame) -> Figure:
    """Draw estimated effects with their intervals, by domain, first row at the top.

    Parameters
    ----------
    effects : DataFrame
        As returned by ``estimate_effects`` or ``score_effects``.

    Returns
    -------
    Figure
        The most adjusted estimate is a filled circle, the crude one a hollow square, the truth,
        where effects were scored, an upright bar. The adjusted estimate stands beside it in
        words, also where there is none. ``.numbers`` has what is drawn.

    Raises
    ------
    EstimationError
        The frame has no rows or is not an effects frame.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.estimate_effects(rls.simulate_cohort(n=300, seed=1), ["caffeine"])
    >>> rls.plot_effects(effects).alt.split(":")[0]
    'Forest plot of 1 contrast in 1 domain'
    """
    rows = read_effects(effects)
    outcome, synthetic = outcome_of(effects), is_synthetic(effects, rows)
    with canvas.style():
        drawing = canvas.blank(1.0)
        page = _page(drawing, rows)
        drawing.set_figheight(page.height + _TOP + _BOTTOM)
        ax = _axes(drawing, page)
        _draw_labels(ax, rows, page)
        _draw_estimates(ax, rows, page)
        ax.set_xlabel(canvas.wrapped(drawing, f"Difference in {outcome}", canvas.WIDTH - page.label_width))
        _draw_legend(drawing, ax, rows)
    return Figure(drawing, _alt(rows, outcome, synthetic), _caption(outcome, synthetic), _numbers(rows))


def _page(drawing: matplotlib.figure.Figure, rows: Sequence[EffectRow]) -> _Page:
    labels = {place: _label(drawing, row) for place, row in enumerate(rows)}
    widths = [canvas.text_size(drawing, label)[0] for label in labels.values()]
    texts = [_column_title(rows), *(row.main.written for row in rows)]
    middles: dict[int, float] = {}
    headings: dict[str, float] = {}
    top = 0.0
    for domain, members in by_domain(rows):
        headings[domain] = top + 0.6 * _HEADING
        top += _HEADING
        for row in members:
            place = rows.index(row)
            height = _LINE * max(1.4, labels[place].count("\n") + 1) + _ROW_PADDING
            middles[place] = top + height / 2
            top += height
    text_width = max(canvas.text_size(drawing, text)[0] for text in texts)
    return _Page(labels, middles, headings, top, max(widths), text_width)


def _label(drawing: matplotlib.figure.Figure, row: EffectRow) -> str:
    """Write factor and contrast in one line, or the contrast in a line of its own."""
    label = canvas.wrapped(drawing, row.title, _MOST_LABEL)
    if "\n" not in label or not row.contrast:
        return label
    parts = (canvas.wrapped(drawing, text, _MOST_LABEL) for text in (f"{row.label}:", row.contrast))
    return "\n".join(parts)


def _axes(drawing: matplotlib.figure.Figure, page: _Page) -> matplotlib.axes.Axes:
    height = page.height + _TOP + _BOTTOM
    left = _EDGE + page.label_width + _GAP
    width = canvas.WIDTH - left - page.text_width - _GAP - _EDGE
    ax = drawing.add_axes((left / canvas.WIDTH, _BOTTOM / height, width / canvas.WIDTH, page.height / height))
    ax.set_ylim(page.height, 0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.axvline(0, color=canvas.BLACK, linewidth=0.8, zorder=1)
    return ax


def _draw_labels(ax: matplotlib.axes.Axes, rows: Sequence[EffectRow], page: _Page) -> None:
    from matplotlib.transforms import blended_transform_factory

    where = blended_transform_factory(ax.figure.transFigure, ax.transData)
    left, right = _EDGE / canvas.WIDTH, 1 - _EDGE / canvas.WIDTH
    for domain, y in page.headings.items():
        ax.text(left, y, heading(domain), transform=where, va="center", weight="bold")
    for place, row in enumerate(rows):
        y = page.middles[place]
        ax.text(left, y, page.labels[place], transform=where, va="center_baseline", linespacing=1.1)
        look: dict[str, Any] = {"style": "italic", "color": canvas.GREY} if row.main.refused else {}
        ax.text(right, y, row.main.written, transform=where, va="center_baseline", ha="right", **look)
    ax.text(left, -0.08, "Factor and contrast", transform=where, color=canvas.GREY)
    ax.text(right, -0.08, _column_title(rows), transform=where, ha="right", color=canvas.GREY)


def _draw_estimates(ax: matplotlib.axes.Axes, rows: Sequence[EffectRow], page: _Page) -> None:
    limit = _limits(rows)
    ax.set_xlim(*limit)
    for place, row in enumerate(rows):
        y = page.middles[place]
        crude = row.by_adjustment.get("crude")
        if crude is not None and crude is not row.main and not crude.refused:
            _draw_one(ax, crude, y + _APART, limit, _CRUDE)
        if not row.main.refused:
            _draw_one(ax, row.main, y - _APART, limit, _MAIN)
        if row.truth is not None and limit[0] <= row.truth <= limit[1]:
            ax.plot([row.truth], [y - _APART], gid=f"truth-{place}", **_TRUTH)


_MAIN: dict[str, Any] = {"marker": "o", "markersize": 5, "color": canvas.BLUE, "linewidth": 1.5, "zorder": 4}
_CRUDE: dict[str, Any] = {
    "marker": "s", "markersize": 3.5, "color": canvas.GREY, "linewidth": 0.8, "markerfacecolor": "white", "zorder": 3,
}  # fmt: skip
_TRUTH: dict[str, Any] = {
    "marker": "|", "markersize": 9, "markeredgewidth": 2.2, "color": canvas.VERMILLION, "linestyle": "none", "zorder": 5,
}  # fmt: skip


def _draw_one(
    ax: matplotlib.axes.Axes, estimated: Estimated, y: float, limit: tuple[float, float], look: dict[str, Any]
) -> None:
    """Draw an interval with its estimate; an arrow where the interval goes on beyond the axis."""
    low, high = max(estimated.low, limit[0]), min(estimated.high, limit[1])
    line = {"color": look["color"], "linewidth": look["linewidth"], "zorder": look["zorder"]}
    ax.plot([low, high], [y, y], solid_capstyle="butt", **line)
    if limit[0] <= estimated.estimate <= limit[1]:
        ax.plot([estimated.estimate], [y], **{**look, "linestyle": "none"})
    for end, beyond, marker in ((low, estimated.low < low, "<"), (high, estimated.high > high, ">")):
        if beyond:
            ax.plot([end], [y], marker=marker, markersize=4, clip_on=False, **line)


def _limits(rows: Sequence[EffectRow]) -> tuple[float, float]:
    """Return the ends of the axis: zero, every interval and truth within, but for outliers."""
    drawn = [e for row in rows for e in (row.main, row.by_adjustment.get("crude")) if e and not e.refused]
    ends = np.array([end for e in drawn for end in (e.low, e.high)] + [row.truth or 0.0 for row in rows])
    ends = ends[np.isfinite(ends)]
    reach = np.abs(ends)
    most = _OUTLIER * float(np.quantile(reach, 0.9)) or 1.0
    low, high = max(-most, min(0.0, ends.min())), min(most, max(0.0, ends.max()))
    padding = 0.04 * (high - low) or 1.0
    return low - padding, high + padding


def _draw_legend(
    drawing: matplotlib.figure.Figure, ax: matplotlib.axes.Axes, rows: Sequence[EffectRow]
) -> None:
    from matplotlib.lines import Line2D

    main = rows[0].main.adjustment
    handles = [Line2D([], [], label=ADJUSTMENTS[main], **_MAIN)]
    if main != "crude" and any("crude" in row.by_adjustment for row in rows):
        handles.append(Line2D([], [], label=ADJUSTMENTS["crude"], **_CRUDE))
    if is_scored(rows):
        handles.append(Line2D([], [], label="Truth", **_TRUTH))
    box = ax.get_position()
    drawing.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=((box.x0 + box.x1) / 2, 0.0),
        ncols=len(handles),
        handlelength=1.8,
        columnspacing=1.4,
    )


def _column_title(rows: Sequence[EffectRow]) -> str:
    return f"{ADJUSTMENTS[rows[0].main.adjustment]}\n95% interval"


def _caption(outcome: str, synthetic: bool) -> str:
    caption = f"Difference in {outcome} for each contrast of a factor, with 95% intervals, by domain."
    return f"{caption} {SYNTHETIC}" if synthetic else caption


def _alt(rows: Sequence[EffectRow], outcome: str, synthetic: bool) -> str:
    domains = dict.fromkeys(heading(row.domain) for row in rows)
    shown = f"Forest plot of {counted(len(rows), 'contrast')} in {counted(len(domains), 'domain')}"
    return sentences(
        f"{shown}: differences in {outcome} with 95% intervals.",
        SYNTHETIC if synthetic else "",
        about_zero(rows),
        about_largest(rows),
        about_refusals(rows),
        about_truth(rows),
    )


def _numbers(rows: Sequence[EffectRow]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            (row.factor, row.contrast, e.adjustment, e.estimate, e.low, e.high, row.truth, e.status)
            for row in rows
            for e in ([row.main] if "crude" not in row.by_adjustment else _both(row))
        ],
        columns=["factor", "contrast", "adjustment", "estimate", "conf_low", "conf_high", "truth", "status"],
    )


def _both(row: EffectRow) -> list[Estimated]:
    crude = row.by_adjustment["crude"]
    return [row.main] if crude is row.main else [row.main, crude]

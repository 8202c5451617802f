"""The curve of an effect along its factor, with the people behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.shape.units import natural
from rlsstudy.present import canvas
from rlsstudy.present.curve_words import compared_with, describe_alt, describe_caption
from rlsstudy.present.elements import Figure
from rlsstudy.present.numbers import write_count, write_plain
from rlsstudy.present.wording import with_unit_once

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

    from rlsstudy.estimate.shape.response import DoseResponse
_HEIGHT = 3.8
_CURVE_BOX = (0.095, 0.375, 0.885, 0.6)  # left, bottom, width, height, of the figure
_PEOPLE_BOX = (0.095, 0.205, 0.885, 0.13)
_STEPS = (1.0, 2.0, 5.0)  # marks of a logarithmic axis within a decade
_FEWEST_MARKS = 3
_DASHES = (0, (4, 2.5))
_TRUTH: dict[str, Any] = {"color": canvas.VERMILLION, "linewidth": 1.4, "zorder": 5}
_CROSS: dict[str, Any] = {
    **_TRUTH, "linestyle": "none", "marker": "x", "markersize": 6, "markeredgewidth": 1.8, "zorder": 7,
}  # fmt: skip
_MAIN: dict[str, Any] = {"color": canvas.BLUE, "linewidth": 1.8, "zorder": 4}


def plot_dose_response(curve: DoseResponse) -> Figure:
    """Draw how the mean outcome differs along a factor.

    Parameters
    ----------
    curve : DoseResponse
        As returned by ``dose_response``.

    Returns
    -------
    Figure
        The curve with its 95 % intervals as a band, or a mark with its interval for each category; below it how many
        participants have such values, at least 10 in each bar. The axis is in the factor's unit, logarithmic where
        that is its declared scale. The truth of synthetic data is a dashed line, or a cross for
        each category. ``.numbers`` has what is drawn.

    Raises
    ------
    EstimationError
        The curve was refused; the message says why.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> from rlsstudy.estimate.shape.dose_response import dose_response
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> figure = plot_dose_response(dose_response(cohort, "abi", shape="linear", adjustment="crude"))
    >>> figure.alt.split(", compared")[0]
    'Difference in IRLS total (points) along Ankle-brachial index (ratio)'
    """
    if curve.status == "refused":
        raise EstimationError(f"There is no curve of '{curve.factor.name}' to draw: {curve.note}.")
    with canvas.style():
        drawing = canvas.blank(_HEIGHT)
        ax = drawing.add_axes(_CURVE_BOX)
        people = drawing.add_axes(_PEOPLE_BOX, sharex=ax)
        _scale_axis(ax, curve)
        ax.axhline(0, color=canvas.BLACK, linewidth=0.8, zorder=1)
        if curve.shape == "categories":
            _draw_categories(ax, curve)
        else:
            _draw_curve(ax, curve)
        _draw_people(people, curve)
        ax.grid(axis="y")
        ax.tick_params(labelbottom=False)
        ax.set_ylabel(canvas.wrapped(drawing, f"Difference in {curve.outcome.label_with_unit}", 2.2))
        people.set_xlabel(canvas.wrapped(drawing, with_unit_once(curve.factor), canvas.WIDTH - 1.0))
        _draw_legend(drawing, curve)
    return Figure(drawing, describe_alt(curve), describe_caption(curve), curve.frame.copy())


def _scale_axis(ax: matplotlib.axes.Axes, curve: DoseResponse) -> None:
    """Set ends and marks of the axis that curve and counts share."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = _ends(curve)
    if curve.factor.scale is not Scale.LINEAR:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(log_marks(low, high)))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write_plain(value)))
    ax.set_xlim(low, high)


def log_marks(low: float, high: float) -> list[float]:
    """Return the marks of a logarithmic axis: 1, 2 and 5 of each decade, or where these are few round numbers.

    Examples
    --------
    >>> log_marks(8, 300), log_marks(21, 46)
    ([10.0, 20.0, 50.0, 100.0, 200.0], [25.0, 30.0, 35.0, 40.0, 45.0])
    """
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    marks = [float(f"{step}e{decade}") for decade in decades for step in _STEPS]
    inside = [mark for mark in marks if low <= mark <= high]
    if len(inside) >= _FEWEST_MARKS:
        return inside
    from matplotlib.ticker import MaxNLocator

    even = MaxNLocator(5).tick_values(low, high)
    return [float(mark) for mark in even if low <= mark <= high]


def _ends(curve: DoseResponse) -> tuple[float, float]:
    """Return the ends of the axis; the outer categories are drawn as far as their medians are from their cuts."""
    values = curve.frame["value"].to_numpy()
    if curve.shape != "categories":
        half = 0.5 if curve.factor.kind is Kind.INTEGER and curve.factor.scale is Scale.LINEAR else 0.0
        return float(values[0] - half), float(values[-1] + half)
    first, last = curve.frame["high"].iloc[0], curve.frame["low"].iloc[-1]
    if curve.factor.scale is Scale.LINEAR:
        return float(2 * values[0] - first), float(2 * values[-1] - last)
    return float(values[0] ** 2 / first), float(values[-1] ** 2 / last)


def _draw_curve(ax: matplotlib.axes.Axes, curve: DoseResponse) -> None:
    frame = curve.frame
    value = frame["value"]
    ax.fill_between(
        value, frame["conf_low"], frame["conf_high"], color=canvas.SKY, alpha=0.3, linewidth=0, gid="band"
    )
    ax.plot(value, frame["estimate"], gid="curve", **_MAIN)
    if value.iloc[0] <= curve.reference <= value.iloc[-1]:
        ax.plot(
            [curve.reference],
            [0],
            "o",
            markersize=4.5,
            color=canvas.BLACK,
            zorder=6,
            clip_on=False,
            gid="reference",
        )
    if "truth" in frame:
        ax.plot(value, frame["truth"], linestyle=_DASHES, gid="truth", **_TRUTH)
    if curve.threshold is not None:
        at, low, high = curve.threshold.at, curve.threshold.low, curve.threshold.high
        ax.axvline(at, color=canvas.GREY, linestyle=":", linewidth=1.1, zorder=2, gid="threshold")
        if low < high:
            ax.axvspan(
                low, high, color=canvas.PALE, alpha=0.6, linewidth=0, zorder=0, gid="threshold-interval"
            )


def _draw_categories(ax: matplotlib.axes.Axes, curve: DoseResponse) -> None:
    frame, (first, last) = curve.frame, _ends(curve)
    lows, highs = frame["low"].clip(first), frame["high"].clip(upper=last)
    ax.hlines(frame["estimate"], lows, highs, color=canvas.BLUE, linewidth=1.8, alpha=0.45, zorder=3)
    ax.vlines(
        frame["value"], frame["conf_low"], frame["conf_high"], color=canvas.BLUE, linewidth=1.5, zorder=4
    )
    for cut in lows.iloc[1:]:
        ax.axvline(float(cut), color=canvas.GREY, linestyle=":", linewidth=0.8, zorder=1)
    compared = frame["value"] == curve.reference
    look: dict[str, Any] = {"marker": "o", "markersize": 5, "linestyle": "none", "zorder": 6}
    for chosen, color, name in ((~compared, canvas.BLUE, "curve"), (compared, canvas.BLACK, "reference")):
        ax.plot(frame.loc[chosen, "value"], frame.loc[chosen, "estimate"], gid=name, color=color, **look)
    if "truth" in frame:
        ax.plot(frame.loc[~compared, "value"], frame.loc[~compared, "truth"], gid="truth", **_CROSS)


def _draw_people(ax: matplotlib.axes.Axes, curve: DoseResponse) -> None:
    """Draw how many participants there are: of a curve per unit of the axis, so that wide bars do not look like many."""
    from matplotlib.ticker import NullLocator

    first, last = _ends(curve)
    low, high = curve.counts["low"].clip(first).to_numpy(), curve.counts["high"].clip(upper=last).to_numpy()
    height = n = curve.counts["n"].to_numpy(dtype=np.float64)
    middle = natural(curve.factor, (curve.factor.on_scale(low) + curve.factor.on_scale(high)) / 2)
    if curve.shape == "categories":
        for x, count in zip(middle, n, strict=True):
            ax.text(x, 0.08 * n.max(), write_count(count), ha="center", va="bottom")
    else:
        height = n / (curve.factor.on_scale(high) - curve.factor.on_scale(low))
    ax.bar(low, height, high - low, align="edge", color=canvas.PALE, edgecolor=canvas.GREY, linewidth=0.4)
    ax.yaxis.set_major_locator(NullLocator())
    ax.spines["left"].set_visible(False)
    ax.text(-0.008, 0.5, "Partici-\npants", transform=ax.transAxes, ha="right", va="center", linespacing=1.1)


def _draw_legend(drawing: matplotlib.figure.Figure, curve: DoseResponse) -> None:
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    line, categories = Line2D([], [], **_MAIN), curve.shape == "categories"
    band = Patch(color=canvas.SKY, alpha=0.3, linewidth=0)
    dot: dict[str, Any] = {"marker": "o", "markersize": 4.5, "color": canvas.BLACK, "linestyle": "none"}
    handles: list[Any] = [Line2D([], [], marker="o", markersize=5, **_MAIN) if categories else (band, line)]
    handles.append(Line2D([], [], **dot))
    labels = ["Estimate, 95% interval", f"Compared with {compared_with(curve)}"]
    if "truth" in curve.frame:
        handles.append(Line2D([], [], **(_CROSS if categories else {**_TRUTH, "linestyle": _DASHES})))
        labels.append("Truth")
    if curve.threshold is not None:
        at = Line2D([], [], color=canvas.GREY, linestyle=":", linewidth=1.1)
        where = Patch(color=canvas.PALE, alpha=0.6, linewidth=0)
        handles.append((where, at) if curve.threshold.searched else at)
        labels.append("Threshold, 95% interval" if curve.threshold.searched else "Threshold")
    drawing.legend(
        handles=handles,
        labels=labels,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=len(handles),
        handlelength=2.2,
        columnspacing=1.6,
        handler_map={tuple: HandlerTuple(ndivide=1, pad=0)},
    )

"""The small pictures of a diagnosis, each drawn from the numbers that it has and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.present import canvas
from rlsstudy.present.curve_plot import log_marks
from rlsstudy.present.numbers import write_plain
from rlsstudy.present.wording import with_unit_once

if TYPE_CHECKING:
    import matplotlib.axes

    from rlsstudy.estimate.diagnose.diagnosis import Diagnosis

Draw = Callable[["matplotlib.axes.Axes", "Diagnosis"], None]
_MAIN: dict[str, Any] = {"color": canvas.BLUE, "linewidth": 1.6, "zorder": 4}
_DOTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 3,
    "color": canvas.BLUE,
    "zorder": 5,
}
_ZERO: dict[str, Any] = {"color": canvas.BLACK, "linewidth": 0.8, "zorder": 2}
_POINTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": ".",
    "markersize": 2,
    "color": canvas.GREY,
    "alpha": 0.35,
    "zorder": 1,
}
_DASHES = (0, (4, 2.5))
_MARKERS = ("o", "s", "^", "D", "v")
_COLORS = (canvas.BLUE, canvas.VERMILLION, canvas.GREEN, canvas.ORANGE, canvas.BLACK)
_APART = 0.12  # between the contrasts of one cut, in cuts
_ROOM = 0.25  # of the height, for a legend
_SMALL = 7  # points, of the words inside a picture


def draw_residuals(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw residuals along the prediction: means and two standard deviations of groups, and a smooth line.

    Of a binary outcome the band is two standard errors of the mean, because single residuals say nothing.
    """
    bins, binary = diagnosis.data["residuals"], diagnosis.model == "logistic"
    half = 2 * bins["sd"] / (np.sqrt(bins["n"]) if binary else 1.0)
    middle = 0.0 if binary else bins["mean"]
    if "points" in diagnosis.data:
        points = diagnosis.data["points"]
        ax.plot(points["fitted"], points["residual"], gid="points", **_POINTS)
    look: dict[str, Any] = {"color": canvas.SKY, "alpha": 0.3, "linewidth": 0}
    ax.fill_between(bins["fitted"], middle - half, middle + half, gid="band", zorder=2, **look)
    ax.axhline(0, **_ZERO)
    ax.plot(bins["fitted"], bins["mean"], gid="means", **_DOTS)
    smooth = diagnosis.data["smooth"]
    ax.plot(smooth["fitted"], smooth["mean"], gid="smooth", **_MAIN)
    ax.set_xlabel(_predicted(diagnosis))
    ax.set_ylabel("Residual")


def draw_scale(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw the mean root of the standardised residuals' size along the prediction."""
    bins = diagnosis.data["residuals"]
    ax.plot(bins["fitted"], bins["root"], gid="root", **{**_DOTS, "linestyle": "-", "linewidth": 1.2})
    ax.set_ylim(0, max(1.2, 1.1 * float(bins["root"].max())))
    ax.set_xlabel(_predicted(diagnosis))
    ax.set_ylabel("√ |standardised residual|")


def draw_quantiles(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw quantiles of the residuals beside those of a normal distribution."""
    _quantiles(ax, diagnosis, "quantiles", "Residual, in SD")


def draw_random_effects(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw quantiles of participants' own levels beside those of a normal distribution."""
    _quantiles(ax, diagnosis, "random_effects", "Own level, in SD")


def _quantiles(ax: matplotlib.axes.Axes, diagnosis: Diagnosis, name: str, label: str) -> None:
    frame = diagnosis.data[name]
    ends = np.array([frame["expected"].min(), frame["expected"].max()])
    ax.plot(ends, ends, **_ZERO)
    ax.plot(frame["expected"], frame["observed"], gid=name, **_DOTS)
    ax.set_xlabel("Normal quantile")
    ax.set_ylabel(label)


def draw_influence(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw how many participants move the factor's coefficient by how much, with 2 / √n marked on either side.

    Counts are on a logarithmic axis, so that single participants far out can be seen; where bars are of
    unequal width, the area of a bar does not mean anything.
    """
    from matplotlib.ticker import FuncFormatter

    bars = diagnosis.data["influence"]
    width = bars["high"] - bars["low"]
    ax.bar(bars["low"], bars["n"], width, align="edge", color=canvas.SKY, edgecolor="white", linewidth=0.4)
    ax.set_yscale("log")
    ax.set_ylim(0.7, 2 * float(bars["n"].max()))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write_plain(value)))
    limit = 2 / np.sqrt(float(bars["n"].sum()))
    for side in (-limit, limit):
        ax.axvline(side, color=canvas.GREY, linestyle=_DASHES, linewidth=0.9, gid="limit")
    ax.set_xlabel("DFBETA, in standard errors")
    ax.set_ylabel("Participants")


def draw_shape(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw the factor's straight line and its curve."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    frame, factor = diagnosis.data["shape"], diagnosis.factor
    levels = factor.kind is Kind.ORDINAL
    look: dict[str, Any] = {"marker": "o", "markersize": 3.5} if levels or len(frame) <= len(_MARKERS) else {}
    ax.plot(
        frame["value"],
        frame["straight"],
        color=canvas.BLACK,
        linestyle=_DASHES,
        linewidth=1.0,
        gid="straight",
    )
    ax.plot(frame["value"], frame["curve"], gid="curve", **_MAIN, **look)
    if factor.scale is not Scale.LINEAR:
        low, high = float(frame["value"].iloc[0]), float(frame["value"].iloc[-1])
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(log_marks(low, high)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write_plain(value)))
    if levels:
        codes = frame["value"].astype(int)
        ax.set_xticks(codes, [factor.levels[code] for code in codes])
    ax.set_xlabel(with_unit_once(factor))
    unit = f" ({diagnosis.outcome.unit})" if diagnosis.outcome.unit else ""
    ax.set_ylabel(f"Difference{unit}")


def draw_cuts(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw the log odds ratio of each contrast at each cut, with its interval, beside the common one."""
    frame = diagnosis.data["cuts"].dropna()
    contrasts = list(dict.fromkeys(frame["contrast"]))[: len(_MARKERS)]
    cuts = sorted(set(frame["cut"]))
    for place, contrast in enumerate(contrasts):
        rows = frame[frame["contrast"] == contrast]
        x = np.array([cuts.index(cut) for cut in rows["cut"]]) + _APART * (place - (len(contrasts) - 1) / 2)
        color = _COLORS[place]
        ax.vlines(x, rows["low"], rows["high"], color=color, linewidth=1.3, zorder=3)
        look = {**_DOTS, "marker": _MARKERS[place], "color": color, "markersize": 4}
        ax.plot(x, rows["estimate"], gid="cuts", label=contrast, **look)
        ax.axhline(float(rows["common"].iloc[0]), color=color, linestyle=_DASHES, linewidth=1.0, gid="common")
    ax.axhline(0, **_ZERO)
    names = dict(zip(frame["cut"], frame["name"], strict=True))
    ax.set_xticks(range(len(cuts)), [f"≥ {names[cut]}" for cut in cuts])
    ax.set_xlim(-0.5, len(cuts) - 0.5)
    ax.set_xlabel("Cut between bands" if diagnosis.model == "ordinal_bands" else "Cut of the outcome")
    ax.set_ylabel("Log odds ratio")
    if len(contrasts) > 1:
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + _ROOM * (high - low))
        ax.legend(
            ncols=2,
            columnspacing=1.0,
            loc="upper left",
            fontsize=_SMALL,
            handletextpad=0.3,
            borderaxespad=0.2,
        )


def draw_calibration(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw observed beside predicted shares, with their intervals."""
    frame = diagnosis.data["calibration"]
    both = frame[["low", "high", "predicted"]]
    ends = [float(both.min().min()), float(both.max().max())]
    ax.plot(ends, ends, **_ZERO)
    ax.vlines(frame["predicted"], frame["low"], frame["high"], color=canvas.BLUE, linewidth=1.3, zorder=3)
    ax.plot(frame["predicted"], frame["observed"], gid="calibration", **{**_DOTS, "markersize": 4})
    ax.set_xlabel("Predicted probability")
    ax.set_ylabel("Observed share")


def draw_visits(ax: matplotlib.axes.Axes, diagnosis: Diagnosis) -> None:
    """Draw mean and two standard deviations of the residuals at each visit."""
    frame = diagnosis.data["visits"]
    x = np.arange(len(frame))
    ax.vlines(
        x,
        frame["mean"] - 2 * frame["sd"],
        frame["mean"] + 2 * frame["sd"],
        color=canvas.SKY,
        linewidth=6,
        alpha=0.6,
    )
    ax.axhline(0, **_ZERO)
    ax.plot(x, frame["mean"], gid="visits", **{**_DOTS, "markersize": 4})
    ax.set_xticks(x, frame["visit"])
    ax.set_xlim(-0.6, len(frame) - 0.4)
    ax.set_ylabel("Residual")


def _predicted(diagnosis: Diagnosis) -> str:
    if diagnosis.model == "logistic":
        return "Predicted probability"
    unit = f" ({diagnosis.outcome.unit})" if diagnosis.outcome.unit else ""
    return f"Predicted mean{unit}"


# What each picture is called, and what it looks like when all is well.
PANELS: dict[str, tuple[str, str, Draw]] = {
    "shape": ("Shape of the factor's effect", "curve near the dashed straight line", draw_shape),
    "cuts": ("Effect at each cut", "points near their dashed line", draw_cuts),
    "calibration": ("Calibration", "points on the line", draw_calibration),
    "residuals": ("Residuals along the prediction", "line near 0, band of even width", draw_residuals),
    "scale": ("Scatter along the prediction", "a level line, near 0.8", draw_scale),
    "quantiles": ("Residuals beside the normal", "points on the line", draw_quantiles),
    "random_effects": ("Participants' own levels", "points on the line", draw_random_effects),
    "visits": ("Residuals at each visit", "means near 0, bars alike", draw_visits),
    "influence": ("Influence of single participants", "no bar far out, beyond −1 or 1", draw_influence),
}

"""The distribution of the outcome, with its bands."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.scores import bands_of
from rlsstudy.errors import CohortError
from rlsstudy.present import canvas
from rlsstudy.present.elements import Figure
from rlsstudy.present.numbers import write_count_share, write_mean, write_range
from rlsstudy.present.summaries import outcome_values
from rlsstudy.present.wording import about_data
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]
    Bands = list[tuple[str, float, float, int]]

_HEIGHT = 2.9
_COUNTS_AT, _NAMES_AT = 1.035, 1.105  # heights above the plot, of its height


def plot_outcome(cohort: Cohort) -> Figure:
    """Draw how many participants have which value of the study's outcome.

    Parameters
    ----------
    cohort : Cohort
        The cohort; who has no value is left out and counted in the caption.

    Returns
    -------
    Figure
        A histogram, a bar per whole number for scores and counts, with the bands of the score,
        where the model declares them, marked and counted above. ``.numbers`` has one row per bar.

    Raises
    ------
    CohortError
        Nobody has a value of the outcome.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> figure = rls.plot_outcome(rls.simulate_cohort(n=100, seed=1))
    >>> int(figure.numbers["count"].sum()) <= 100
    True
    """
    cohort.refuse_visits("A figure of the outcome")
    outcome = cohort.model[cohort.study.outcome]
    known = outcome_values(cohort)
    if not known.size:
        raise CohortError(
            f"No participant has a value of '{outcome.name}' ({outcome.label}); there is nothing to draw. "
            "Look at the participant flow and at the columns that were read."
        )
    from matplotlib.ticker import MaxNLocator

    edges = _edges(outcome, known)
    counts = np.histogram(known, edges)[0]
    bands = _bands(cohort, outcome, known, edges)
    with canvas.style():
        drawing = canvas.blank(_HEIGHT)
        ax = drawing.add_axes((0.085, 0.16, 0.9, 0.7))
        ax.bar(
            edges[:-1],
            counts,
            np.diff(edges),
            align="edge",
            color=canvas.SKY,
            edgecolor="white",
            linewidth=0.5,
        )
        ax.set_xlim(edges[0], edges[-1])
        ax.set_xlabel(canvas.wrapped(drawing, outcome.label_with_unit, canvas.WIDTH - 1.0))
        ax.set_ylabel("Participants")
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(axis="y")
        _draw_bands(drawing, ax, bands)
    return Figure(
        drawing,
        about_data(_alt(outcome, known, bands), cohort),
        _caption(cohort, outcome, known),
        _numbers(edges, counts),
    )


def _edges(outcome: Variable, known: Floats) -> Floats:
    """Return the ends of the bars: whole numbers in their middles, or by the Freedman-Diaconis rule."""
    if outcome.kind is not Kind.INTEGER:
        return np.histogram_bin_edges(known, "fd" if known.size > 1 else 1)
    ends = [end for end in outcome.limits or () if np.isfinite(end)]
    low, high = min([*ends, known.min()]), max([*ends, known.max()])
    return np.arange(np.floor(low) - 0.5, np.ceil(high) + 1)


def _bands(cohort: Cohort, outcome: Variable, known: Floats, edges: Floats) -> Bands:
    """Return label, lower and upper end and count of each band; whole scores change band in between."""
    declared = bands_of(cohort.model, outcome.name)
    if declared is None:
        return []
    variable, rule = declared
    half = 0.5 if outcome.kind is Kind.INTEGER else 0.0
    ends = [float(edges[0]), *(cut - half for cut in rule.cuts), float(edges[-1])]
    places = rule.derive({outcome.name: known})
    return [
        (level, low, high, int((places == place).sum()))
        for place, (level, (low, high)) in enumerate(zip(variable.levels, pairwise(ends), strict=True))
    ]


def _draw_bands(drawing: matplotlib.figure.Figure, ax: matplotlib.axes.Axes, bands: Bands) -> None:
    """Mark the bands by dashed lines and shading, and name and count them above the plot."""
    total = sum(count for *_, count in bands)
    where = ax.get_xaxis_transform()
    for place, (level, low, high, count) in enumerate(bands):
        if place:
            ax.axvline(low, color=canvas.GREY, linestyle=(0, (4, 3)), linewidth=0.8)
        if place % 2:
            ax.axvspan(low, high, color=canvas.PALE, alpha=0.5, linewidth=0, zorder=0)
        share = write_count_share(count, total)
        look: dict[str, Any] = {"transform": where, "ha": "center", "va": "baseline"}
        span = (high - low) / (bands[-1][2] - bands[0][1]) * ax.get_position().width * canvas.WIDTH
        if span > canvas.text_size(drawing, share)[0]:
            ax.text((low + high) / 2, _COUNTS_AT, share, **look)
            ax.text((low + high) / 2, _NAMES_AT, canvas.wrapped(drawing, level, span), **look)


def _caption(cohort: Cohort, outcome: Variable, known: Floats) -> str:
    without = cohort.n - known.size
    left_out = f" {counted(without, 'participant')} without a value left out." if without else ""
    return about_data(
        f"Distribution of {outcome.label} in {counted(known.size, 'participant')}.{left_out}", cohort
    )


def _alt(outcome: Variable, known: Floats, bands: Bands) -> str:
    sd = float(known.std(ddof=1)) if known.size > 1 else np.nan
    parts = [
        f"Histogram of {outcome.label_with_unit} in {counted(known.size, 'participant')}: "
        f"mean (SD) {write_mean(float(known.mean()), sd)}."
    ]
    if bands:
        listed = ", ".join(f"{level} {write_count_share(count, known.size)}" for level, *_, count in bands)
        parts.append(f"Bands: {listed}.")
    else:
        low, high = np.quantile(known, (0.25, 0.75))
        parts.append(f"Half of them lie from {write_range(float(low), float(high), 1)}.")
    return " ".join(parts)


def _numbers(edges: Floats, counts: NDArray[np.intp]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "count": counts})

"""The drawing of the declared graph around one factor and one outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rlsstudy.present import canvas
from rlsstudy.present.elements import Figure
from rlsstudy.present.graph_boxes import (
    FONT_SIZE,
    Box,
    arrows_between,
    boxes_of,
    draw_arrow,
    draw_box,
    outline_at,
    ports,
)
from rlsstudy.present.graph_layout import Layout, lay_out
from rlsstudy.present.graph_part import GraphPart, Role, part_of
from rlsstudy.present.wording import join_words
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

    from rlsstudy.declare.causal_model import CausalModel

# Inches; the axes of the drawing are in inches too.
_BESIDE = 0.12
_BETWEEN = 0.4
_EDGE = 0.1
_HEAD = 0.1  # an arrow arrives straight, on the length of its head
_KEY, _KEY_ROW = 0.24, 0.2
_CARRYING = "From factor to outcome"
_THROUGH = "Through variables not shown"

Arrows = Mapping[tuple[str, str], bool]


def plot_graph(
    model: CausalModel,
    factor: str,
    outcome: str,
    *,
    measured: Collection[str] | None = None,
    population: str | None = None,
) -> Figure:
    """Draw the part of the declared graph that decides about one effect, causes above effects.

    Parameters
    ----------
    model : CausalModel
        The declared graph.
    factor, outcome : str
        Declared variables.
    measured : collection of str, optional
        The columns that there are; by default every measured variable of the model.
    population : str, optional
        A binary variable; the effect is asked for among those at its last level.

    Returns
    -------
    Figure
        The factor with all its causes, what lies between it and the outcome, what is adjusted
        for and what would have to be measured. Dashed arrows stand for paths through variables
        that are not shown. ``.numbers`` lists the arrows.

    Raises
    ------
    DeclarationError
        A variable is not declared, or factor and outcome are the same.

    Examples
    --------
    >>> from rlsstudy import plot_graph, rls_model
    >>> figure = plot_graph(rls_model(), "ferritin", "irls_total")
    >>> ("crp", "ferritin") in set(figure.numbers[["cause", "effect"]].itertuples(index=False, name=None))
    True
    """
    part = part_of(model, factor, outcome, measured=measured, population=population)
    with canvas.style():
        drawing = canvas.blank(1.0)
        boxes = boxes_of(drawing, model, part)
        arrows = arrows_between(part)
        layout = _layout(boxes, arrows)
        _draw(drawing, part, boxes, arrows, layout)
    about = (model[factor].label, model[outcome].label)
    return Figure(drawing, _alt(model, part, about), _caption(part, about), _numbers(part))


def _layout(boxes: Mapping[str, Box], arrows: Arrows) -> Layout:
    """Return the layout with the widest layers that fits on the page, or else the narrowest."""
    widths = {name: box.width for name, box in boxes.items()}
    space = canvas.WIDTH - 2 * _EDGE
    layouts = [
        lay_out(widths, list(arrows), gap=_BESIDE, most=space * share) for share in (1.0, 0.8, 0.6, 0.4)
    ]
    fitting = [layout for layout in layouts if layout.width <= space]
    return (
        min(fitting, key=lambda each: len(each.layers))
        if fitting
        else min(layouts, key=lambda each: each.width)
    )


def _draw(
    drawing: matplotlib.figure.Figure,
    part: GraphPart,
    boxes: Mapping[str, Box],
    arrows: Arrows,
    layout: Layout,
) -> None:
    width = max(canvas.WIDTH, layout.width + 2 * _EDGE)
    keys = list(_keys(drawing, part, width))
    bottom = _EDGE + _KEY_ROW * (keys[-1][2] + 1) + 0.12
    rows = list(_rows(layout, boxes, bottom))
    drawing.set_size_inches(width, rows[0][0] + _EDGE)
    ax = drawing.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, rows[0][0] + _EDGE))
    ax.set_axis_off()
    x = {name: place + (width - layout.width) / 2 for name, place in layout.x.items()}
    y = {name: sum(row) / 2 for row, layer in zip(rows, layout.layers, strict=True) for name in layer}
    for arrow, stops in _stops(boxes, arrows, layout, rows, (width - layout.width) / 2):
        draw_arrow(ax, stops, "-".join(arrow), carrying=arrow in part.carrying, declared=arrows[arrow])
    for name, box in boxes.items():
        draw_box(ax, box.role, (x[name], y[name]), (box.width, box.height))
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": FONT_SIZE, "linespacing": 1.1}
        ax.text(x[name], y[name], box.label, gid=f"label-{name}", **look)
    for title, left, row in keys:
        _draw_key(ax, title, left, bottom - 0.12 - _KEY_ROW * (row + 0.5))


def _rows(layout: Layout, boxes: Mapping[str, Box], bottom: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom of each layer, from the top layer down."""
    heights = [max(boxes[name].height for name in layer) for layer in layout.layers]
    top = bottom + sum(heights) + _BETWEEN * (len(heights) - 1)
    for height in heights:
        yield top, top - height
        top -= height + _BETWEEN


def _stops(
    boxes: Mapping[str, Box], arrows: Arrows, layout: Layout, rows: list[tuple[float, float]], left: float
) -> Iterator[tuple[tuple[str, str], list[tuple[float, float, float]]]]:
    """Yield each arrow with the places it runs through, from the outline of one box to that of the other."""
    depth = {name: place for place, layer in enumerate(layout.layers) for name in layer}
    leaving, arriving = _sides(boxes, arrows, layout)
    for arrow in arrows:
        cause, effect = arrow
        above, below = rows[depth[cause]], rows[depth[effect]]
        out = sum(above) / 2 - outline_at(boxes[cause], leaving[arrow])
        into = sum(below) / 2 + outline_at(boxes[effect], arriving[arrow])
        passed = [(left + x, *rows[depth[cause] + 1 + place]) for place, x in enumerate(layout.routes[arrow])]
        start = (left + layout.x[cause] + leaving[arrow], out, above[1])
        end = (left + layout.x[effect] + arriving[arrow], max(below[0], into + _HEAD), into)
        yield arrow, [start, *passed, end]


def _sides(
    boxes: Mapping[str, Box], arrows: Arrows, layout: Layout
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Return where each arrow leaves its cause and meets its effect, from the middles of their boxes."""
    leaving: dict[tuple[str, str], float] = {}
    arriving: dict[tuple[str, str], float] = {}
    for name, box in boxes.items():
        goes = {a: (*layout.routes[a], layout.x[a[1]])[0] for a in arrows if a[0] == name}
        comes = {a: (layout.x[a[0]], *layout.routes[a])[-1] for a in arrows if a[1] == name}
        leaving |= ports(goes, box.width)
        arriving |= ports(comes, box.width)
    return leaving, arriving


def _keys(
    drawing: matplotlib.figure.Figure, part: GraphPart, width: float
) -> Iterator[tuple[str, float, int]]:
    """Yield each entry of the legend with its place: inches from the left, and row."""
    titles = [str(role) for role in Role if role in part.roles.values()]
    titles += [_CARRYING] if part.carrying else []
    titles += [_THROUGH] if not all(part.arrows.values()) else []
    x, row = _EDGE, 0
    for title in titles:
        needs = _KEY + 0.08 + canvas.text_size(drawing, title, fontsize=FONT_SIZE)[0] + 0.2
        if x + needs > width and x > _EDGE:
            x, row = _EDGE, row + 1
        yield title, x, row
        x += needs


def _draw_key(ax: matplotlib.axes.Axes, title: str, x: float, y: float) -> None:
    if title == _CARRYING:
        ax.plot([x, x + _KEY], [y, y], color=canvas.BLUE, linewidth=1.6)
    elif title == _THROUGH:
        ax.plot([x, x + _KEY], [y, y], color=canvas.GREY, linewidth=0.8, linestyle=(0, (4, 2)))
    else:
        draw_box(ax, Role(title), (x + _KEY / 2, y), (_KEY, 0.12))
    ax.text(x + _KEY + 0.08, y, title, va="center_baseline", fontsize=FONT_SIZE)


def _caption(part: GraphPart, about: tuple[str, str]) -> str:
    caption = f"Declared graph for the effect of {about[0]} on {about[1]}."
    if part.left_out:
        caption += f" {counted(part.left_out, 'other variable')} of the model left out."
    if part.together():
        caption += f" Variables adjusted for that do not act on {about[0]} share one box."
    return caption + (" Not identified from the measured columns." if part.refusal else "")


def _alt(model: CausalModel, part: GraphPart, about: tuple[str, str]) -> str:
    factor = next(name for name, role in part.roles.items() if role is Role.FACTOR)
    outcome = next(name for name, role in part.roles.items() if role is Role.OUTCOME)
    way = {name for arrow in part.carrying for name in arrow} - {factor, outcome}
    lists = {
        f"Causes of {about[0]}": [a for a, b in part.arrows if b == factor],
        f"Between {about[0]} and {about[1]}": [name for name in part.roles if name in way],
        **{str(role): [n for n, r in part.roles.items() if r is role] for role in _IN_ALT},
    }
    said = [
        f"{title}: {join_words([model[n].label for n in names]) or 'none'}." for title, names in lists.items()
    ]
    opening = (
        f"Causal graph of {counted(len(part.roles), 'variable')} and {counted(len(part.arrows), 'arrow')} "
        f"for the effect of {about[0]} on {about[1]}."
    )
    return " ".join([opening, *said, *(["The effect is not identified."] if part.refusal else [])])


_IN_ALT = (Role.ADJUSTED, Role.NEEDED, Role.LATENT)


def _numbers(part: GraphPart) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [(*arrow, declared, arrow in part.carrying) for arrow, declared in part.arrows.items()],
        columns=["cause", "effect", "declared", "carries_effect"],
    )

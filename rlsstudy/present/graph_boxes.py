"""The boxes and arrows of a drawn graph: shapes by role, labels, and lines that run between boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rlsstudy.present import canvas
from rlsstudy.present.graph_part import GraphPart, Role

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

    from rlsstudy.declare.causal_model import CausalModel

FONT_SIZE = 7.5
TOGETHER = "together"  # the box that several variables share
_BOX, _WIDE_BOX = 1.2, 2.6  # inches
_LINE, _PADDING = 0.13, 0.09
_PORTS = 0.66  # arrows meet a box on so much of its width
_STEEPEST = 0.3  # sideways per inch downwards, where a line passes between two boxes of a layer

# Shape, line and weight tell the roles apart without the colours.
_ROUND, _SQUARE, _ELLIPSE, _NOTCHED = "round", "square", "ellipse", "sawtooth"
_SHAPES = {
    Role.FACTOR: _ROUND,
    Role.OUTCOME: _ROUND,
    Role.ADJUSTED: _SQUARE,
    Role.NEEDED: _ELLIPSE,
    Role.LATENT: _ELLIPSE,
    Role.POPULATION: _NOTCHED,
    Role.OTHER: _SQUARE,
}
_LOOKS: dict[Role, dict[str, Any]] = {
    Role.FACTOR: {"facecolor": "#CDE3F2", "edgecolor": canvas.BLUE, "linewidth": 2.0},
    Role.OUTCOME: {
        "facecolor": "#F8DCC6",
        "edgecolor": canvas.VERMILLION,
        "linewidth": 2.0,
        "linestyle": (0, (5, 1)),
    },
    Role.ADJUSTED: {"facecolor": "#CCEBE2", "edgecolor": canvas.GREEN, "linewidth": 1.6},
    Role.NEEDED: {
        "facecolor": "white",
        "edgecolor": canvas.BLACK,
        "linewidth": 1.6,
        "linestyle": (0, (1, 1)),
    },
    Role.LATENT: {"facecolor": "white", "edgecolor": canvas.GREY, "linewidth": 0.9, "linestyle": (0, (4, 2))},
    Role.POPULATION: {"facecolor": "#FBF0D9", "edgecolor": "#8A6100", "linewidth": 1.0},
    Role.OTHER: {"facecolor": "white", "edgecolor": canvas.GREY, "linewidth": 0.7},
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its role, its wrapped label, and its size in inches."""

    role: Role
    label: str
    width: float
    height: float


def boxes_of(drawing: matplotlib.figure.Figure, model: CausalModel, part: GraphPart) -> dict[str, Box]:
    """Return the boxes by name, causes before effects; variables that share a box are one of them."""
    together = part.together()
    boxes = {}
    for name, role in part.roles.items():
        if name not in together:
            boxes[name] = _box(drawing, role, model[name].label, _BOX)
        elif name == together[-1]:
            # In the place of the last one, so that all their causes come before it.
            label = "; ".join(model[member].label for member in together)
            boxes[TOGETHER] = _box(drawing, Role.ADJUSTED, label, _WIDE_BOX)
    return boxes


def arrows_between(part: GraphPart) -> dict[tuple[str, str], bool]:
    """Return the arrows between boxes; those within a shared box are left out."""
    together = set(part.together())
    arrows: dict[tuple[str, str], bool] = {}
    for (cause, effect), declared in part.arrows.items():
        ends = (TOGETHER if cause in together else cause, TOGETHER if effect in together else effect)
        if ends[0] != ends[1]:
            arrows[ends] = declared or arrows.get(ends, False)
    return arrows


def draw_box(
    ax: matplotlib.axes.Axes, role: Role, middle: tuple[float, float], size: tuple[float, float]
) -> None:
    """Draw the outline of a box in the shape of its role; sizes in inches."""
    from matplotlib.patches import Ellipse, FancyBboxPatch, Patch

    shape = _SHAPES[role]
    look = {"zorder": 3, "gid": f"role-{role.name.lower()}", **_LOOKS[role]}
    patch: Patch
    if shape == _ELLIPSE:
        patch = Ellipse(middle, *size, **look)
    else:
        details = {_ROUND: f",rounding_size={min(0.12, 0.45 * size[1])}", _NOTCHED: ",tooth_size=0.03"}
        corner = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
        patch = FancyBboxPatch(corner, *size, boxstyle=f"{shape},pad=0{details.get(shape, '')}", **look)
    ax.add_patch(patch)


def draw_arrow(
    ax: matplotlib.axes.Axes,
    stops: list[tuple[float, float, float]],
    name: str,
    *,
    carrying: bool,
    declared: bool,
) -> None:
    """Draw an arrow through its stops: a horizontal place, and the heights where it comes and leaves."""
    from matplotlib.patches import FancyArrowPatch

    patch = FancyArrowPatch(
        path=_path(stops),
        arrowstyle="-|>,head_length=4,head_width=2",
        color=canvas.BLUE if carrying else canvas.GREY,
        linewidth=1.6 if carrying else 0.8,
        linestyle="-" if declared else (0, (4, 2)),
        shrinkA=0,
        shrinkB=0,
        zorder=2 if carrying else 1,
        gid=f"arrow-{name}",
    )
    ax.add_patch(patch)


def outline_at(box: Box, shift: float) -> float:
    """Return how far above its middle the outline of a box is, so far from its middle sideways."""
    if _SHAPES[box.role] != _ELLIPSE:
        return box.height / 2
    share = min(1.0, abs(shift) / (box.width / 2))
    return box.height / 2 * float((1 - share**2) ** 0.5)


def _box(drawing: matplotlib.figure.Figure, role: Role, text: str, width: float) -> Box:
    oval = _SHAPES[role] == _ELLIPSE
    inside = width - (0.34 if oval else 0.12)
    label = canvas.wrapped(drawing, text, inside, fontsize=FONT_SIZE)
    height = (label.count("\n") + 1) * _LINE
    return Box(role, label, width, 1.3 * height + 0.2 if oval else height + 2 * _PADDING)


def _path(stops: list[tuple[float, float, float]]) -> Any:
    """Return a line that is straight within layers and bends between them."""
    from matplotlib.path import Path

    slopes = [0.0, *(_slope(before, after) for before, after in zip(stops, stops[2:], strict=False)), 0.0]
    legs = [(x, come, leave, slope) for (x, come, leave), slope in zip(stops, slopes, strict=True)]
    points, codes = [(stops[0][0], stops[0][1])], [Path.MOVETO]
    for (x, come, leave, slope), (next_x, next_come, next_leave, next_slope) in pairwise(legs):
        start = (x + slope * (come - leave) / 2, leave)
        end = (next_x - next_slope * (next_come - next_leave) / 2, next_come)
        half = (leave - next_come) / 2
        bend = [(start[0] + slope * half, leave - half), (end[0] - next_slope * half, next_come + half), end]
        points += [start, *bend]
        codes += [Path.LINETO] + [Path.CURVE4] * 3
    points.append((stops[-1][0], stops[-1][2]))
    codes.append(Path.LINETO)
    return Path(points, codes)


def _slope(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    """Return the slope with which a line passes a layer: towards where it goes, but not too flat."""
    slope = (after[0] - before[0]) / (before[2] - after[1])
    return max(-_STEEPEST, min(_STEEPEST, slope))


def ports(ends: Mapping[tuple[str, str], float], width: float) -> dict[tuple[str, str], float]:
    """Return how far from the middle of a box each arrow on one side of it stands.

    ``ends`` has the arrows with the horizontal place of their other end, by which they are ordered.
    """
    beside = sorted(ends, key=ends.__getitem__)
    step = _PORTS * width / max(len(beside), 3)
    return {arrow: (place - (len(beside) - 1) / 2) * step for place, arrow in enumerate(beside)}

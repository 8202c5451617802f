"""A layered drawing of an acyclic graph, causes above effects; the same graph gives the same layout.

The steps are those of Sugiyama, Tagawa and Toda (1981), IEEE Trans Syst Man Cybern 11:109-125: put
nodes into layers of limited size; give long edges a place in every layer they pass, so that
they run between the boxes; order each layer by the mean place of its neighbours; then move nodes
towards their neighbours as far as order and widths allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
Waypoint = tuple[Edge, int]  # where an edge passes a layer
Place = str | Waypoint

_SWEEPS = 40
_WAYPOINT_WIDTH, _WAYPOINT_GAP = 0.06, 0.05
_STRAIGHT = 3.0  # how much more each waypoint of a link counts than a box


@dataclass(frozen=True)
class Layout:
    """Where things stand.

    Parameters
    ----------
    layers : tuple of tuple of str
        The nodes from the top layer to the bottom one, left to right.
    x : mapping of str to float
        The middle of each node, from the left edge of the drawing.
    routes : mapping of (str, str) to tuple of float
        For each edge its horizontal place in each layer that it passes, from above.
    width : float
        Width that the drawing needs.
    """

    layers: tuple[tuple[str, ...], ...]
    x: Mapping[str, float]
    routes: Mapping[Edge, tuple[float, ...]]
    width: float


def lay_out(boxes: Mapping[str, float], edges: Sequence[Edge], *, gap: float, most: float) -> Layout:
    """Place boxes in layers, ``gap`` apart.

    Parameters
    ----------
    boxes : mapping of str to float
        The width of each node's box, causes before effects.
    edges : sequence of (str, str)
        From cause to effect.
    gap : float
        Space between two boxes.
    most : float
        Boxes of a layer are together no wider than this, unless one alone is.
    """
    nodes = list(boxes)
    depth = _depths(boxes, edges, gap, most)
    order = _initial_order(nodes, edges, depth)
    links = _links(edges, depth)
    order = _with_few_crossings(order, links)
    x = _coordinates(order, links, boxes, gap)
    left = min(x[p] - _half(p, boxes) for p in x)
    right = max(x[p] + _half(p, boxes) for p in x)
    return Layout(
        tuple(tuple(p for p in layer if isinstance(p, str)) for layer in order),
        {node: x[node] - left for node in nodes},
        {edge: tuple(x[edge, d] - left for d in _passed(edge, depth)) for edge in edges},
        right - left,
    )


def _depths(boxes: Mapping[str, float], edges: Sequence[Edge], gap: float, most: float) -> dict[str, int]:
    """Give each node a layer, 0 at the top: just above its highest effect, or higher where that is full."""
    height: dict[str, int] = {}
    taken: dict[int, float] = {}
    for node in reversed(list(boxes)):
        at = max((height[effect] + 1 for cause, effect in edges if cause == node), default=0)
        while at in taken and taken[at] + boxes[node] > most:
            at += 1
        height[node] = at
        taken[at] = taken.get(at, 0.0) + boxes[node] + gap
    top = max(height.values())
    return {node: top - height[node] for node in boxes}


def _passed(edge: Edge, depth: Mapping[str, int]) -> range:
    return range(depth[edge[0]] + 1, depth[edge[1]])


def _initial_order(
    nodes: Sequence[str], edges: Sequence[Edge], depth: Mapping[str, int]
) -> list[list[Place]]:
    order: list[list[Place]] = [[] for _ in range(max(depth.values()) + 1)]
    for node in nodes:
        order[depth[node]].append(node)
    for edge in edges:
        for layer in _passed(edge, depth):
            order[layer].append((edge, layer))
    return order


def _links(edges: Sequence[Edge], depth: Mapping[str, int]) -> list[tuple[Place, Place]]:
    """Cut every edge into links between neighbouring layers."""
    links: list[tuple[Place, Place]] = []
    for edge in edges:
        stops: list[Place] = [edge[0], *((edge, layer) for layer in _passed(edge, depth)), edge[1]]
        links += pairwise(stops)
    return links


def _neighbours(
    links: Sequence[tuple[Place, Place]],
) -> tuple[dict[Place, list[Place]], dict[Place, list[Place]]]:
    above: dict[Place, list[Place]] = {}
    below: dict[Place, list[Place]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    return above, below


def _with_few_crossings(order: list[list[Place]], links: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    above, below = _neighbours(links)
    best, fewest = order, _crossings(order, links)
    for sweep in range(_SWEEPS):
        order = [list(layer) for layer in order]
        down = sweep % 2 == 0
        for depth in range(len(order)) if down else reversed(range(len(order))):
            fixed = depth - 1 if down else depth + 1
            if 0 <= fixed < len(order):
                place = {p: k for k, p in enumerate(order[fixed])}
                order[depth] = _sorted_by_neighbours(order[depth], above if down else below, place)
        crossings = _crossings(order, links)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def _sorted_by_neighbours(
    layer: list[Place], neighbours: Mapping[Place, list[Place]], place: Mapping[Place, int]
) -> list[Place]:
    def mean(item: tuple[int, Place]) -> float:
        own, p = item
        known = [place[q] for q in neighbours.get(p, ())]
        return sum(known) / len(known) if known else float(own)

    return [p for _, p in sorted(enumerate(layer), key=mean)]


def _crossings(order: list[list[Place]], links: Sequence[tuple[Place, Place]]) -> int:
    rank = {p: (depth, k) for depth, layer in enumerate(order) for k, p in enumerate(layer)}
    by_layer: dict[int, list[tuple[int, int]]] = {}
    for upper, lower in links:
        by_layer.setdefault(rank[upper][0], []).append((rank[upper][1], rank[lower][1]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in by_layer.values()
        for k, a in enumerate(pairs)
        for b in pairs[k + 1 :]
    )


def _half(place: Place, boxes: Mapping[str, float]) -> float:
    return (boxes[place] if isinstance(place, str) else _WAYPOINT_WIDTH) / 2


def _coordinates(
    order: list[list[Place]], links: Sequence[tuple[Place, Place]], boxes: Mapping[str, float], gap: float
) -> dict[Place, float]:
    above, below = _neighbours(links)
    x: dict[Place, float] = {}
    for layer in order:
        x |= _spread(layer, [0.0] * len(layer), boxes, gap)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in order if down else reversed(order):
            near = [above.get(p, []) + below.get(p, []) for p in layer]
            wanted = [_pull(p, n, x) for p, n in zip(layer, near, strict=True)]
            x |= _spread(layer, wanted, boxes, gap)
    return x


def _pull(place: Place, near: Sequence[Place], x: Mapping[Place, float]) -> float:
    """Return where its neighbours draw a place; long edges are kept straight first of all."""
    if not near:
        return x[place]
    weights = [_STRAIGHT ** (isinstance(place, tuple) + isinstance(other, tuple)) for other in near]
    return sum(w * x[other] for w, other in zip(weights, near, strict=True)) / sum(weights)


def _spread(
    layer: list[Place], wanted: list[float], boxes: Mapping[str, float], gap: float
) -> dict[Place, float]:
    """Come as near to the wanted places as order and widths allow, in weighted least squares.

    Taking the widths off turns "far enough apart" into "not falling", which pooling neighbours
    solves (isotonic regression).
    """
    offset = [0.0]
    for left, right in pairwise(layer):
        apart = gap if isinstance(left, str) or isinstance(right, str) else _WAYPOINT_GAP
        offset.append(offset[-1] + _half(left, boxes) + _half(right, boxes) + apart)
    middle = offset[-1] / 2
    pools: list[tuple[float, float, int]] = []
    for p, want, off in zip(layer, wanted, offset, strict=True):
        weight = 1.0 if isinstance(p, str) else _STRAIGHT
        pool = (want - (off - middle), weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, more, n = pools.pop()
            total = more + pool[1]
            pool = ((mean * more + pool[0] * pool[1]) / total, total, n + pool[2])
        pools.append(pool)
    shifts = [mean for mean, _, n in pools for _ in range(n)]
    return {p: shift + off - middle for p, shift, off in zip(layer, shifts, offset, strict=True)}

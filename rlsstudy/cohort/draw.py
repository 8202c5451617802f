"""Draw participants from a calibrated model: arrays in, arrays out, a block at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.streams import stream
from rlsstudy.declare.causal_model import CausalModel, Design
from rlsstudy.declare.equations import Derived, Fixed
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

BLOCK = 16_384
CANDIDATES_WITHOUT_ANYBODY = 200 * BLOCK  # of three million nobody: taken to mean that there is nobody


@dataclass(frozen=True)
class Block:
    """Participants of one block.

    Parameters
    ----------
    start : int
        Address of the block's first candidate.
    kept : ndarray, shape (n,)
        Places within the block of those who are in the cohort.
    values : mapping of str to ndarray, shape (n,)
        Their values; levels as codes, nobody's value missing or hidden yet.
    """

    start: int
    kept: NDArray[np.intp]
    values: Mapping[str, Floats]


def draw_variable(
    model: CausalModel, variable: Variable, values: Mapping[str, Floats], uniform: Callable[[str], Floats]
) -> Floats:
    """Draw one variable, in the instrument's resolution, shape (n,)."""
    assert variable.equation is not None
    drawn = variable.equation.draw(values, model.by_name, uniform, variable)
    if variable.resolution is None or isinstance(variable.equation, Fixed | Derived):
        return drawn
    return round_to_resolution(drawn, variable.resolution)


def round_to_resolution(values: Floats, resolution: float) -> Floats:
    """Round to whole steps; the second rounding removes the binary dust of the product."""
    return np.asarray(np.round(np.round(values / resolution) * resolution, 10))


def draw_blocks(model: CausalModel, design: Design, seed: int, names: Collection[str]) -> Iterator[Block]:
    """Yield block after block of the participants that the design admits, for as long as it is asked.

    Parameters
    ----------
    model : CausalModel
        A calibrated model.
    design : Design
        Who is admitted.
    seed : int
        The seed; a participant's values depend on it and on the participant's address alone.
    names : collection of str
        The variables to draw, with all their causes.

    Yields
    ------
    Block
        The admitted participants of the next block of candidates; blocks without any are passed over.

    Raises
    ------
    DeclarationError
        Nobody is admitted of the first three million candidates.
    """
    if design.admission is not None:
        model = model.with_variables(design.admission)
        first = _with_causes(model, {design.admission.name})
    else:
        first = frozenset()
    later = _with_causes(model, names) - first
    admitted = 0
    for start in itertools.count(0, BLOCK):
        values = _draw(model, first, {}, seed, start, np.arange(BLOCK))
        kept = np.arange(BLOCK)
        if design.admission is not None:
            kept = np.flatnonzero(values[design.admission.name] == len(design.admission.levels) - 1)
            values = {name: column[kept] for name, column in values.items()}
        admitted += len(kept)
        if len(kept):
            yield Block(start, kept, values | _draw(model, later, values, seed, start, kept))
        _refuse_when_nobody(admitted, start, f"is admitted by the design '{design.name}'")


def _refuse_when_nobody(found: int, start: int, what: str) -> None:
    if not found and start >= CANDIDATES_WITHOUT_ANYBODY:
        raise DeclarationError(
            f"Nobody of {start:,} simulated candidates {what}. Choose another design, or set other values by 'do'."
        )


@dataclass(frozen=True)
class Sample:
    """Participants without intervention, with the noise to draw them again under one.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (n,)
        Their values.
    noise : mapping of str to ndarray, shape (n,)
        The uniform behind each value.
    """

    values: Mapping[str, Floats]
    noise: Mapping[str, Floats]

    def under(self, model: CausalModel, names: Collection[str]) -> dict[str, Floats]:
        """Draw ``names`` again under another model, all other values and all noise kept."""
        values = {name: column for name, column in self.values.items() if name not in names}
        for name in model.order:
            if name in names:
                values[name] = draw_variable(model, model[name], values, self._noise_of(name))
        return values

    def _noise_of(self, name: str) -> Callable[[str], Floats]:
        return lambda _purpose: self.noise[name]


def draw_sample(
    model: CausalModel,
    design: Design,
    seed: int,
    names: Collection[str],
    group: tuple[str, int] | None,
    n: int,
) -> Sample:
    """Draw the first ``n`` participants of a design who are in a group, with their noise.

    Parameters
    ----------
    model, design, seed
        As :func:`draw_blocks`.
    names : collection of str
        The variables to draw, with all their causes.
    group : tuple of (str, int), optional
        A variable and the code of the level at which participants count; None for all.
    n : int
        Number of participants.

    Returns
    -------
    Sample
        Values and noise, in the order of the participants' addresses.
    """
    drawn = _with_causes(model, {*names, *((group[0],) if group else ())})
    values: dict[str, list[Floats]] = {name: [] for name in drawn}
    noise: dict[str, list[Floats]] = {name: [] for name in drawn}
    found = 0
    for block in draw_blocks(model, design, seed, drawn):
        inside = slice(None) if group is None else np.flatnonzero(block.values[group[0]] == group[1])
        places = block.kept[inside]
        for name in drawn:
            values[name].append(block.values[name][inside])
            noise[name].append(stream(seed, name, block.start, BLOCK, places)("value"))
        found += len(places)
        if found >= n:
            break
        if group is not None:
            level = model[group[0]].levels[group[1]]
            _refuse_when_nobody(found, block.start, f"has '{group[0]}' at '{level}'")
    first = slice(n)
    return Sample(
        {name: np.concatenate(parts)[first] for name, parts in values.items()},
        {name: np.concatenate(parts)[first] for name, parts in noise.items()},
    )


def _draw(
    model: CausalModel,
    names: Collection[str],
    known: Mapping[str, Floats],
    seed: int,
    start: int,
    kept: NDArray[np.intp],
) -> dict[str, Floats]:
    """Draw variables in causal order for the kept places of one block."""
    drawn: dict[str, Floats] = {}
    values = dict(known)
    for name in model.order:
        if name in names:
            uniform = stream(seed, name, start, BLOCK, None if len(kept) == BLOCK else kept)
            drawn[name] = values[name] = draw_variable(model, model[name], values, uniform)
    return drawn


def _with_causes(model: CausalModel, names: Collection[str]) -> frozenset[str]:
    return frozenset(names).union(*(model.ancestors_of(name) for name in names))

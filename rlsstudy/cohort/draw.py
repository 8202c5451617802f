"""Draw participants from a calibrated model: arrays in, arrays out, a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw_variable import draw_variable
from rlsstudy.cohort.streams import Stream
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.variations import FAMILY_SIZES, Design
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BLOCK = 16_384
MOST_BLOCKS_AT_ONCE = 4  # where few are admitted; as many candidates as the calibration draws
LARGEST_FAMILY = max(FAMILY_SIZES)  # a smaller block has whole families too
CANDIDATES_WITHOUT_ANYBODY = 200 * BLOCK  # of three million nobody: taken to mean that there is nobody


@dataclass(frozen=True)
class Place:
    """Where the random numbers of a block's participants are.

    Parameters
    ----------
    seed : int
        The cohort's seed.
    start : int
        Address of the block's first candidate.
    size : int
        Candidates of the block.
    kept : ndarray of int, optional
        Places within the block of those who are in the cohort; None for all.
    family_size : int
        Members of a family.
    """

    seed: int
    start: int
    size: int
    kept: NDArray[np.intp] | None
    family_size: int

    def stream(self, model: CausalModel, name: str) -> Stream:
        """Return the draws of one variable."""
        shared_by = self.family_size if model[name].shared_by == "family" else 1
        return Stream(self.seed, name, self.start, self.size, self.kept, shared_by)

    def uniforms(self, name: str, purpose: str) -> Floats:
        """Return one uniform per participant for something that is not a variable's value."""
        return Stream(self.seed, name, self.start, self.size, self.kept)(purpose)


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
    place : Place
        Where their random numbers are.
    """

    start: int
    kept: NDArray[np.intp]
    values: Mapping[str, Floats]
    place: Place


def draw_blocks(
    model: CausalModel, design: Design, seed: int, names: Collection[str], most: int | None = None
) -> Iterator[Block]:
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
    most : int, optional
        After so many participants no more are drawn.

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
        model = calibrated(model.with_variables(design.admission))
    doors = _doors(design)
    wanted = _with_causes(model, names)
    admitted = start = 0
    while True:
        missing = BLOCK if most is None else most - admitted
        size = _candidates(missing, admitted, start) if doors and most else BLOCK
        if not doors:
            size = min(size, -(-missing // LARGEST_FAMILY) * LARGEST_FAMILY)
        place, values = _through_doors(model, doors, Place(seed, start, size, None, design.family_size))
        if most is not None:
            place, values = _first(place, values, missing)
        kept = np.arange(size) if place.kept is None else place.kept
        admitted += len(kept)
        if len(kept):
            yield Block(start, kept, values | _draw(model, wanted - set(values), values, place), place)
        if admitted == most:
            return
        refuse_when_nobody(admitted, start, f"is admitted by the design '{design.name}'")
        start += size


def _candidates(missing: int, admitted: int, drawn: int) -> int:
    """Return how many candidates to draw next: several blocks at once when so many are likely needed."""
    if not admitted:
        return BLOCK
    return BLOCK * min(MOST_BLOCKS_AT_ONCE, -(-missing * drawn // (admitted * BLOCK)))


def _doors(design: Design) -> tuple[tuple[str, str], ...]:
    """Return the variables and levels that let people in: the group that admission is restricted to comes first.

    Few belong to it, so that all else is drawn for them alone.
    """
    if design.admission is None:
        return ()
    assert design.admission.equation is not None
    own = (design.admission.name, design.admission.levels[-1])
    group = design.admission.equation.among
    return (own,) if group is None else (group, own)


def _through_doors(
    model: CausalModel, doors: Collection[tuple[str, str]], place: Place
) -> tuple[Place, dict[str, Floats]]:
    """Draw what decides on admission, door after door, for those who are through the doors before."""
    values: dict[str, Floats] = {}
    for name, level in doors:
        values |= _draw(model, _with_causes(model, {name}) - set(values), values, place)
        inside = _admitted(values[name] == model[name].level_code(level), place.family_size)
        place, values = _kept(place, values, inside)
    return place, values


def _first(place: Place, values: dict[str, Floats], most: int) -> tuple[Place, dict[str, Floats]]:
    """Keep the first of a block when fewer are wanted than came."""
    n = place.size if place.kept is None else len(place.kept)
    return (place, values) if n <= most else _kept(place, values, np.arange(most))


def _kept(
    place: Place, values: Mapping[str, Floats], inside: NDArray[np.intp]
) -> tuple[Place, dict[str, Floats]]:
    before = np.arange(place.size) if place.kept is None else place.kept
    return replace(place, kept=before[inside]), {name: column[inside] for name, column in values.items()}


def _admitted(admitted: NDArray[np.bool_], family_size: int) -> NDArray[np.intp]:
    """Return the places of those admitted; of a family all members when the first one is."""
    if family_size > 1:
        admitted = np.repeat(admitted[::family_size], family_size)
    return np.flatnonzero(admitted)


def refuse_when_nobody(found: int, start: int, what: str) -> None:
    """Raise when nobody was found among the first three million candidates."""
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
            noise[name].append(replace(block.place, kept=places).stream(model, name)("value"))
        found += len(places)
        if found >= n:
            break
        if group is not None:
            level = model[group[0]].levels[group[1]]
            refuse_when_nobody(found, block.start, f"has '{group[0]}' at '{level}'")
    first = slice(n)
    return Sample(
        {name: np.concatenate(parts)[first] for name, parts in values.items()},
        {name: np.concatenate(parts)[first] for name, parts in noise.items()},
    )


def _draw(
    model: CausalModel, names: Collection[str], known: Mapping[str, Floats], place: Place
) -> dict[str, Floats]:
    """Draw variables in causal order for the participants of one block."""
    drawn: dict[str, Floats] = {}
    values = dict(known)
    for name in model.order:
        if name in names:
            drawn[name] = values[name] = draw_variable(model, model[name], values, place.stream(model, name))
    return drawn


def _with_causes(model: CausalModel, names: Collection[str]) -> frozenset[str]:
    return frozenset(names).union(*(model.ancestors_of(name) for name in names))

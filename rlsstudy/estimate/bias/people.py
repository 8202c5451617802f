"""The simulated people of a bias waterfall: what is true of them, and what a study sees of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import Block, draw_blocks, refuse_when_nobody
from rlsstudy.cohort.observe import observe_block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variations import Design

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Belonging:
    """Who belongs to a study: by the truth, and by the diagnosis that a flawed study goes by.

    Parameters
    ----------
    population : str, optional
        The binary variable that says who truly belongs; None for everybody.
    diagnosis : str, optional
        The binary variable by which a flawed study decides.
    """

    population: str | None
    diagnosis: str | None = None

    def names(self) -> tuple[str, ...]:
        """Return the variables that are there."""
        return tuple(name for name in (self.population, self.diagnosis) if name is not None)

    def truly(self, values: Mapping[str, Floats], n: int) -> Bools:
        """Tell who is in the population, shape (n,)."""
        return np.ones(n, dtype=bool) if self.population is None else values[self.population] == 1

    def either(self, values: Mapping[str, Floats], n: int) -> Bools:
        """Tell who is in the population or diagnosed to be, shape (n,)."""
        inside = self.truly(values, n)
        return inside if self.diagnosis is None else inside | (values[self.diagnosis] == 1)


@dataclass(frozen=True, eq=False)
class People:
    """Simulated people who are in the population or diagnosed to be.

    Parameters
    ----------
    true : mapping of str to ndarray, shape (n,)
        Their values, of latent variables too.
    seen : mapping of str to ndarray, shape (n,)
        What a study has of the measured variables, NaN where it has nothing.
    """

    true: Mapping[str, Floats]
    seen: Mapping[str, Floats]


@dataclass(frozen=True)
class Recruitment:
    """From which model, by which way and how many people are drawn.

    Parameters
    ----------
    model : CausalModel
        The model as it is in the design.
    design : Design
        The way into the study.
    belonging : Belonging
        Who is kept.
    n, seed : int
        How many of the population, and the seed.
    """

    model: CausalModel
    design: Design
    belonging: Belonging
    n: int
    seed: int


def draw_people(asked: Recruitment, names: Collection[str], *, observe: bool) -> People:
    """Draw people until ``n`` of them are truly in the population.

    Parameters
    ----------
    asked : Recruitment
        Who is drawn.
    names : collection of str
        The variables that are kept.
    observe : bool
        Whether what a study would see is needed too.

    Returns
    -------
    People
        Those in the population or diagnosed to be, in the order of their addresses.
    """
    model = _asked_of_everybody(calibrated(asked.model), asked.belonging.population)
    kept = dict.fromkeys((*names, *asked.belonging.names()))
    drawn = [variable.name for variable in model] if observe else list(kept)
    true: list[dict[str, Floats]] = []
    seen: list[dict[str, Floats]] = []
    found = 0
    for block in draw_blocks(model, asked.design, asked.seed, drawn):
        rows = _rows(block, asked.belonging, asked.n - found)
        observed = observe_block(model, block)[0] if observe else {}
        true.append({name: block.values[name][rows] for name in kept})
        seen.append({name: observed[name][rows] for name in kept if name in observed})
        found += int(asked.belonging.truly(true[-1], len(rows)).sum())
        if found >= asked.n:
            break
        refuse_when_nobody(found, block.start, f"of the population is in the design '{asked.design.name}'")
    return People(_joined(true), _joined(seen))


def _rows(block: Block, belonging: Belonging, wanted: int) -> NDArray[np.intp]:
    """Return the places of those who are kept, up to the last one who is wanted of the population."""
    size = len(block.kept)
    enough = np.cumsum(belonging.truly(block.values, size)) >= wanted
    end = int(np.argmax(enough)) + 1 if enough.any() else size
    return np.flatnonzero(belonging.either(block.values, size)[:end])


def _asked_of_everybody(model: CausalModel, population: str | None) -> CausalModel:
    """Return the model in which nothing is left out because of the population: who is diagnosed is asked."""
    gated = [v for v in model if population is not None and v.applies_to == population]
    return model.with_variables(*(replace(variable, applies_to=None) for variable in gated))


def _joined(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

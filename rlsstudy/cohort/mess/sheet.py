"""What defects are made of: the clean texts of a file, choices by address, and the record of a defect."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from rlsstudy.cohort.streams import uniforms
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

T = TypeVar("T")
SLIP_UNITS = {
    "ferritin": "pmol/L",
    "haemoglobin": "g/L",
    "height": "m",
}  # others: the first that differs enough
LEAST_FACTOR = 1.5  # a unit nearer than this to the declared one is no slip that could be noticed


class Scope(StrEnum):
    """How far a defect reaches: cells of a row, a column in a whole site or batch, or a second row."""

    ROW = "row"
    GROUP = "group"
    COPY = "copy"


@dataclass(frozen=True)
class Sheet:
    """The clean texts of a file, and which cells have been used.

    Parameters
    ----------
    texts : mapping of str to ndarray of str, shape (n,)
        The columns in order, as the clean file has them.
    variables : mapping of str to Variable
        The declared variables among the columns.
    taken : mapping of str to ndarray of bool, shape (n,)
        Cells that hold a defect, or that the hint of one speaks of.
    """

    texts: Mapping[str, NDArray[np.object_]]
    variables: Mapping[str, Variable]
    taken: Mapping[str, NDArray[np.bool_]]

    def is_free(self, row: int, columns: Iterable[str]) -> bool:
        """Whether the columns exist and none of these cells is taken."""
        return all(name in self.texts and not self.taken[name][row] for name in columns)

    def values(self, row: int, *kinds: Kind) -> list[str]:
        """Return the columns of these kinds with a value in a free cell of the row."""
        return [
            name
            for name, variable in self.variables.items()
            if variable.kind in kinds and not self.taken[name][row] and not is_gap(self.texts[name][row])
        ]

    def numbers(self, row: int) -> list[str]:
        """Return the columns with a number in a free cell of the row."""
        return self.values(row, Kind.CONTINUOUS, Kind.INTEGER)

    def levels(self, row: int) -> list[str]:
        """Return the columns with a level in a free cell of the row."""
        return self.values(row, Kind.BINARY, Kind.ORDINAL, Kind.CATEGORICAL)


@dataclass(frozen=True)
class Pick:
    """Choices by address: they depend on the seed, the defect and the row (or group) alone."""

    seed: int
    defect: str
    address: int

    def uniform(self, purpose: str) -> float:
        """Return one uniform for a purpose."""
        return float(uniforms(self.seed, f"messy file: {self.defect}", purpose, self.address, 1)[0])

    def one(self, options: Sequence[T], purpose: str) -> T:
        """Return one of the options, all equally likely."""
        return options[int(self.uniform(purpose) * len(options))]


Planter = Callable[[Sheet, int, Pick], dict[str, str]]


@dataclass(frozen=True)
class Defect:
    """One way in which a file goes wrong.

    Parameters
    ----------
    name : str
        The defect; part of the address of its draws.
    kind : str
        What it is scored with.
    rate : float
        The probability for each participant whose row it can happen to; for a whole site or batch
        the share of these, and at least one.
    hint : str
        What a careful reader could notice; ``{label}``, ``{unit}``, ``{other}`` and ``{limits}`` are
        those of the column's variable.
    plant : callable
        Returns the texts that take the place of a row's own, none where the defect cannot happen.
    scope : Scope
        How far it reaches.
    group : str
        For a defect of a group: the variable whose levels are the sites or batches.

    Raises
    ------
    DeclarationError
        The rate is not a probability.
    """

    name: str
    kind: str
    rate: float
    hint: str
    plant: Planter
    scope: Scope = Scope.ROW
    group: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise DeclarationError(f"The rate of the defect '{self.name}' is from 0 to 1, not {self.rate}.")

    def hint_for(self, variable: Variable | None) -> str:
        """Return the hint in words about a column."""
        if variable is None:
            return self.hint
        limits = "" if variable.limits is None else " to ".join(map(plain_number, variable.limits))
        slip = slip_unit(variable)
        other = "" if slip is None else slip[0]
        return self.hint.format(label=variable.label, unit=variable.unit, other=other, limits=limits)


def is_gap(text: str) -> bool:
    """Whether a text of a file stands for an absent value: an empty cell, or a reason in brackets."""
    return text == "" or (text.startswith("[") and text.endswith("]"))


def slip_unit(variable: Variable) -> tuple[str, float] | None:
    """Return the unit in which a value is written by mistake, with the factor to the declared one."""
    usable = [(unit, factor) for unit, factor in variable.other_units if is_other(factor)]
    usual = SLIP_UNITS.get(variable.name)
    return next((slip for slip in usable if slip[0] == usual), usable[0] if usable else None)


def is_other(factor: float) -> bool:
    """Whether a unit with this factor gives numbers that look different."""
    return abs(math.log(factor)) >= math.log(LEAST_FACTOR)

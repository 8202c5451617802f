"""Equations for people who come in families: whose number, which place, which alleles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rlsstudy.declare.equation import Equation
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Declared, Floats, Uniform
    from rlsstudy.declare.variable import Variable


@dataclass(frozen=True, kw_only=True)
class Inherited(Equation):
    """Risk alleles handed on by two parents, one from each, by Mendel's first law.

    Parameters
    ----------
    mother, father : str
        The parents' risk alleles, 0 to 2.
    """

    mother: str
    father: str
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})
    takes_causes: ClassVar[bool] = False

    @property
    def causes(self) -> tuple[str, ...]:
        """The parents."""
        return (self.mother, self.father)

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the probabilities of the mother's and of the father's risk allele, shape (n, 2)."""
        del declared, this, n
        return np.asarray(np.column_stack([values[self.mother], values[self.father]]) / 2)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Invert the distribution function of the sum of two alleles."""
        del this
        mother, father = predictor.T
        neither, both = (1 - mother) * (1 - father), mother * father
        return np.asarray((u > neither).astype(np.float64) + (u > 1 - both))


@dataclass(frozen=True, kw_only=True)
class FamilyPlace(Equation):
    """The number of a participant's family, or the participant's place in it, both from 1.

    Parameters
    ----------
    size : int
        Members of a family, as in the design.
    member : bool
        Whether the place is given, and not the family's number.
    """

    size: int
    member: bool = False
    kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.INTEGER})
    takes_causes: ClassVar[bool] = False

    def draw(
        self, values: Mapping[str, Floats], declared: Declared, uniform: Uniform, this: Variable
    ) -> Floats:
        """Work it out from the participants' addresses; no uniform is used."""
        del values, declared
        addresses = getattr(uniform, "addresses", None)
        if addresses is None:
            raise DeclarationError(f"'{this.name}' has no value without a participant's address.")
        place = addresses % self.size if self.member else addresses // self.size
        return np.asarray(place + 1, dtype=np.float64)

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Refuse: a place has no distribution."""
        del u, predictor
        raise DeclarationError(f"'{this.name}' is a place in a family and has no distribution.")

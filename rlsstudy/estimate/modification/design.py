"""A factor's effect that may differ between groups: the design with products, and its arms in each group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.estimate.contrasts import contrasts_of
from rlsstudy.estimate.fits.guards import MIN_LEVEL_USED, varies_not

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.contrasts import Contrast
    from rlsstudy.estimate.design import DesignColumns
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Group:
    """One group, or one value of a number, in which an effect is asked for.

    Parameters
    ----------
    label : str
        What it is called.
    code : float
        The level's place, or the number on its scale.
    """

    label: str
    code: float


def possible_groups(by: Variable) -> tuple[Group, ...]:
    """Return the declared levels, or the two ends of a number's declared contrast."""
    if by.has_levels:
        return tuple(Group(level, float(place)) for place, level in enumerate(by.levels))
    contrast = contrasts_of(by)[0]
    ends = by.on_scale(np.array([contrast.low, contrast.high]))
    names = (f"{end:.10g} {by.unit}".rstrip() for end in (contrast.low, contrast.high))
    return tuple(Group(name, float(end)) for name, end in zip(names, ends, strict=True))


def groups_of(by: Variable, codes: Floats) -> tuple[Group, ...]:
    """Return the levels that somebody has, or the two ends of a number's declared contrast."""
    groups = possible_groups(by)
    return tuple(group for group in groups if (codes == group.code).any()) if by.has_levels else groups


@dataclass(frozen=True, slots=True, eq=False)
class ModifiedDesign:
    """The columns of a model with products: intercept, factor, modifier, factor by modifier, covariates.

    Parameters
    ----------
    question : Question
        The factor's own model; its ``lead`` is kept.
    codes : ndarray, shape (n,)
        The modifier of each participant: the place of a level, or a number on its scale.
    groups : tuple of Group
        Where effects are asked for.
    levels : bool
        Whether the modifier has levels, which enter as indicators.
    n_factor : int
        How many columns of the question are the factor's.
    """

    question: Question
    codes: Floats
    groups: tuple[Group, ...]
    levels: bool
    n_factor: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        factor = self.question.names[: self.n_factor]
        groups = [group.label for group in self.groups[1:]] if self.levels else ["the modifier"]
        products = [f"{name} x {group}" for name in factor for group in groups]
        return (*self.question.lead_names, *factor, *groups, *products, *self.question.names[self.n_factor :])

    @property
    def lead(self) -> int:
        """How many columns lead."""
        return int(self.question.lead.shape[1])

    @property
    def products(self) -> slice:
        """Where the products stand."""
        start = self.lead + self.n_factor + self._width
        return slice(start, start + self.n_factor * self._width)

    @property
    def modifier(self) -> slice:
        """Where the modifier stands."""
        start = self.lead + self.n_factor
        return slice(start, start + self._width)

    @property
    def _width(self) -> int:
        return len(self.groups) - 1 if self.levels else 1

    def design(self, X: Floats | None = None) -> Floats:
        """Return the whole design, with other values of the question's columns where they are given."""
        X = self.question.X if X is None else X
        factor, covariates = X[:, : self.n_factor], X[:, self.n_factor :]
        modifier = self.codes[:, None]
        if self.levels:
            modifier = (modifier == [group.code for group in self.groups[1:]]).astype(np.float64)
        products = (factor[:, :, None] * modifier[:, None, :]).reshape(len(X), -1)
        return np.column_stack([self.question.lead, factor, modifier, products, covariates])

    def arms(self, contrast: Contrast, group: Group) -> tuple[Floats, Floats]:
        """Return both ends of a contrast for those in a group; for a number, for all at its value."""
        inside = self.inside(group)
        codes = np.full(int(inside.sum()), group.code)
        low, high = (arm[inside] for arm in self.question.arms(contrast))
        question = self.question
        part = question.with_lead(question.lead[inside], question.lead_names, question.y[inside], None)
        of_group = replace(self, question=part, codes=codes)
        return of_group.design(low), of_group.design(high)

    def inside(self, group: Group) -> Bools:
        """Tell who is in a group; for a number everybody is."""
        return self.codes == group.code if self.levels else np.ones(len(self.codes), dtype=bool)

    def refusal(self, by: Variable) -> str:
        """Say why nothing can be compared: the modifier does not vary, or too few are in a group."""
        if varies_not(self.codes[:, None])[0]:
            return f"'{by.name}' is the same for everybody in this model"
        factor = self.question.plan.factor
        cells = self.cells()
        if factor.kind is Kind.ORDINAL:  # a trend needs no people at every level
            cells = (("", group, int(self.inside(group).sum())) for group in self.groups)
        small = [(level, group.label) for level, group, count in cells if count < MIN_LEVEL_USED]
        if not small or not self.levels:
            return ""
        named = (
            f"'{level}' of '{factor.name}' with '{group}'" if level else f"'{group}'"
            for level, group in small
        )
        return (
            f"fewer than {MIN_LEVEL_USED} participants have each of these, of '{by.name}': {', '.join(named)}; merge "
            "levels, or choose another modifier"
        )

    def cells(self) -> Iterator[tuple[str, Group, int]]:
        """Yield how many people of each group have each level of the factor, or are there at all."""
        for level, has in self._holders().items():
            for group in self.groups:
                yield level, group, int((has & self.inside(group)).sum())

    def _holders(self) -> dict[str, Bools]:
        """Tell who has each level of the factor."""
        factor, terms = self.question.plan.factor, self.question.plan.terms
        columns = self.question.X[:, : self.n_factor]
        if not factor.has_levels:
            return {"": np.ones(len(columns), dtype=bool)}
        if factor.kind is not Kind.CATEGORICAL:
            return {level: columns[:, 0] == place for level, place in factor.codes.items()}
        others = {level: columns[:, place] == 1 for place, level in enumerate(terms.levels)}
        return {str(terms.reference): ~columns.any(axis=1), **others}


def modified_design(
    question: Question, columns: DesignColumns | None, by: Variable, codes: Floats
) -> ModifiedDesign:
    """Return the design with products; the modifier is taken out of the covariates, where it would be twice.

    Parameters
    ----------
    question : Question
        The factor's own model.
    columns : DesignColumns
        The columns that it was made of.
    by : Variable
        The modifier.
    codes : ndarray, shape (n_participants,)
        Its level's place, or its number on its scale, for all participants of the plan.
    """
    design = question.plan.design
    assert design is not None and columns is not None  # a refused plan has no question
    taken = columns.places.get(by.name, range(0))
    kept = [i for i, place in enumerate((*design.factor, *design.covariates)) if place not in taken]
    names = tuple(question.names[place] for place in kept)
    own, held = replace(question, X=question.X[:, kept], names=names), codes[question.rows]
    return ModifiedDesign(own, held, groups_of(by, held), by.has_levels, len(design.factor))

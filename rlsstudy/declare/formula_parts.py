"""What a formula is made of, once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Step:
    """A function of a formula: its name, and its degree or number of knots, or the level that is compared with."""

    name: str
    number: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A variable in a formula, and what is done to it, the innermost function first."""

    variable: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Write it as in a formula."""
        text = self.variable
        for step in self.steps:
            number = "" if step.number is None else f", {step.number}"
            reference = "" if step.reference is None else f", ref='{step.reference}'"
            text = f"{step.name}({text}{number}{reference})"
        return text


Term = tuple[Part, ...]


class ModelKind(StrEnum):
    """The kinds of model that a formula can be fitted with; ``ols`` is another word for ``linear``."""

    LINEAR = "linear"
    OLS = "ols"
    LOGISTIC = "logistic"
    ORDINAL = "ordinal"
    ROBUST = "robust"
    MEDIAN = "median"
    MIXED = "mixed"
    GEE = "gee"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Parameters
    ----------
    text : str
        As it was written.
    outcome : Part
        What stands on the left.
    terms : tuple of tuple of Part
        What stands on the right, written out: one part is an effect of its own, several are their interaction.
    intercept : bool
        Whether there is one.
    kind : str
        The kind of model, one of `ModelKind`; empty where the study file names none.
    """

    text: str
    outcome: Part
    terms: tuple[Term, ...]
    intercept: bool = True
    kind: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The outcome, and every part of the terms once."""
        return tuple(dict.fromkeys((self.outcome, *(part for term in self.terms for part in term))))

    def renamed(self, names: Mapping[str, str]) -> Formula:
        """Return the formula with other names for its variables."""

        def new(part: Part) -> Part:
            return replace(part, variable=names.get(part.variable, part.variable))

        terms = tuple(tuple(new(part) for part in term) for term in self.terms)
        return replace(self, outcome=new(self.outcome), terms=terms)

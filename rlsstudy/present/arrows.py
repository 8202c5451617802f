"""The declared arrows into a variable, with their sizes and conditions in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import (
    Bernoulli,
    Categorical,
    Cause,
    Count,
    Derived,
    GradedItem,
    Inherited,
    LogNormal,
    Normal,
    Ordinal,
    RelativeRisk,
)
from rlsstudy.estimate.contrasts import contrasts_of
from rlsstudy.present.arrow_words import acts_where, parts_of
from rlsstudy.present.numbers import write_plain

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

BY_DEFINITION = "by definition"
_SCALES = (
    (Bernoulli, "log odds"),
    (RelativeRisk, "log of the risk"),
    (Ordinal, "log odds of a higher level"),
    (Categorical, "log odds against the first level"),
    (Count, "log of the mean"),
    (LogNormal, "natural logarithm"),
    (GradedItem, "answer by thresholds on severity"),
    (Inherited, "handed on by the parents"),
    (Derived, "follows from its parts"),
)


@dataclass(frozen=True, slots=True)
class Arrow:
    """One declared effect: a cause, what is compared, by how much it acts, and who says so.

    Parameters
    ----------
    cause, label : str
        The cause, and how tables call it.
    contrast : str
        What the size compares, or the part that the cause has in a derived value.
    size : float
        The size; NaN for an arrow without one.
    evidence, source : str
        How well it is supported, and where it comes from.
    where : str
        Within which values, in which group and per what the cause acts; empty for everywhere.
    level : str
        The level of an unordered effect that the size is about; empty otherwise.
    """

    cause: str
    label: str
    contrast: str = ""
    size: float = nan
    evidence: str = ""
    source: str = ""
    where: str = ""
    level: str = ""

    @property
    def written(self) -> str:
        """The size in words; nothing for an arrow without a size."""
        return "" if self.size != self.size else write_plain(self.size)

    @property
    def compared(self) -> str:
        """The contrast with the condition under which it acts."""
        return ", ".join(filter(None, (self.contrast, self.where)))

    @property
    def heading(self) -> str:
        """The label of the cause, with the level that it acts on."""
        return f"{self.label} → {self.level}" if self.level else self.label


def scale_of(variable: Variable) -> str:
    """Name the scale on which the causes of a variable act."""
    if isinstance(variable.equation, Normal):
        return f"in {variable.unit}" if variable.unit else "on its own scale"
    for equation, name in _SCALES:
        if isinstance(variable.equation, equation):
            return name
    return ""


def arrows_into(variable: Variable, model: CausalModel) -> Iterator[Arrow]:
    """Yield every arrow into a variable in declared order, one per level where sizes differ by level.

    Parameters
    ----------
    variable : Variable
        The effect.
    model : CausalModel
        The model that declares it and its causes.

    Yields
    ------
    Arrow
        First those with a size, then groups and modifiers that have none of their own.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> from rlsstudy.present.arrows import arrows_into
    >>> model = rls_model()
    >>> next(arrows_into(model["weight"], model)).label
    'Body mass index'
    """
    sized: set[str] = set()
    for arrow in _sized_arrows(variable, model):
        sized.add(arrow.cause)
        yield arrow
    for name in variable.causes:
        if name not in sized:
            gate = _gate(variable, name)
            yield Arrow(name, model[name].label, gate, source=BY_DEFINITION if gate else "")


def _sized_arrows(variable: Variable, model: CausalModel) -> Iterator[Arrow]:
    equation = variable.equation
    if isinstance(equation, GradedItem):
        second = () if equation.second is None else (equation.second,)
        for name, loading in ((equation.latent, equation.loading), *second):
            yield Arrow(name, model[name].label, "loading", loading, equation.evidence, equation.source)
    elif isinstance(equation, Categorical):
        for level, terms in equation.by_level:
            for term in terms:
                yield from _of_term(term, model, level)
    elif isinstance(equation, Derived | Inherited):
        for name, part, size in parts_of(equation, model):
            yield Arrow(name, model[name].label, part, size, variable.evidence, variable.source)
    elif equation is not None:
        for term in equation.terms:
            yield from _of_term(term, model)


def _of_term(term: Cause, model: CausalModel, onto: str = "") -> Iterator[Arrow]:
    cause = model[term.name]
    where = acts_where(term, model)
    if isinstance(term.size, tuple):
        for level, size in term.size:
            contrast = f"{level} vs {cause.levels[0]}"
            yield Arrow(cause.name, cause.label, contrast, size, term.evidence, term.source, where, onto)
    else:
        (compared,) = contrasts_of(cause)
        yield Arrow(
            cause.name, cause.label, compared.label, term.size, term.evidence, term.source, where, onto
        )


def _gate(variable: Variable, name: str) -> str:
    """Say what a cause without a size does: the one level at which the variable is more than zero, or a group."""
    equation = variable.equation
    if equation is None:
        return ""
    if equation.among is not None and equation.among[0] == name:
        return f"only: {equation.among[1]}"
    return "a condition on other causes"

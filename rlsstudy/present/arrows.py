"""The declared arrows into a variable, with their sizes in words."""

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
    LogNormal,
    Normal,
    Ordinal,
)
from rlsstudy.estimate.contrasts import contrasts_of
from rlsstudy.present.numbers import write_plain

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

_SCALES = (
    (Bernoulli, "log odds"),
    (Ordinal, "log odds of a higher level"),
    (Categorical, "log odds against the first level"),
    (Count, "log of the mean"),
    (LogNormal, "natural logarithm"),
    (GradedItem, "answer by thresholds on severity"),
    (Derived, "follows from its parts"),
)


@dataclass(frozen=True, slots=True)
class Arrow:
    """One declared effect: a cause, what is compared, by how much it acts, and who says so."""

    cause: str
    label: str
    contrast: str = ""
    size: float = nan
    evidence: str = ""
    source: str = ""

    @property
    def written(self) -> str:
        """The size in words; nothing for an arrow without a size."""
        return "" if self.size != self.size else write_plain(self.size)


def scale_of(variable: Variable) -> str:
    """Name the scale on which the causes of a variable act."""
    if isinstance(variable.equation, Normal):
        return f"in {variable.unit}" if variable.unit else "on its own scale"
    for equation, name in _SCALES:
        if isinstance(variable.equation, equation):
            return name
    return ""


def arrows_into(variable: Variable, model: CausalModel) -> Iterator[Arrow]:
    """Yield every arrow into a variable in declared order, one per level where sizes differ by level."""
    equation = variable.equation
    sized: set[str] = set()
    if isinstance(equation, GradedItem):
        sized.add(equation.latent)
        yield Arrow(
            equation.latent,
            model[equation.latent].label,
            "loading",
            equation.loading,
            equation.evidence,
            equation.source,
        )
    elif isinstance(equation, Categorical):
        for level, terms in equation.by_level:
            for term in terms:
                sized.add(term.name)
                yield from _of_term(term, model, f" → {level}")
    elif equation is not None:
        for term in equation.terms:
            sized.add(term.name)
            yield from _of_term(term, model)
    for name in variable.causes:
        if name not in sized:
            yield Arrow(name, model[name].label, _gate(variable, name))


def _of_term(term: Cause, model: CausalModel, onto: str = "") -> Iterator[Arrow]:
    cause = model[term.name]
    label = cause.label + onto
    if isinstance(term.size, tuple):
        for level, size in term.size:
            contrast = f"{level} vs {cause.levels[0]}"
            yield Arrow(cause.name, label, contrast, size, term.evidence, term.source)
    else:
        (contrast_of_cause,) = contrasts_of(cause)
        yield Arrow(cause.name, label, contrast_of_cause.label, term.size, term.evidence, term.source)


def _gate(variable: Variable, name: str) -> str:
    """Say at which level of this cause alone the variable is more than zero, if it is a gate."""
    equation = variable.equation
    if equation is not None and equation.among is not None and equation.among[0] == name:
        return f"only: {equation.among[1]}"
    return ""

"""The words that tables, figures and prose share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlsstudy.declare.equations import BandOf, SumOf
from rlsstudy.declare.variable import NO_YES

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

SYNTHETIC = "Synthetic data: simulated, not real people."


def heading(domain: str) -> str:
    """Write a domain as a heading."""
    return domain[:1].upper() + domain[1:]


def about_data(caption: str, cohort: Cohort) -> str:
    """Add to a caption that the data are synthetic, where they are."""
    return f"{caption} {SYNTHETIC}" if cohort.is_synthetic else caption


def items_of(model: CausalModel) -> frozenset[str]:
    """Return the questionnaire items, which are shown through the scores they sum to."""
    return frozenset(
        item for variable in model if isinstance(variable.equation, SumOf) for item in variable.equation.items
    )


def bands_of(model: CausalModel, score: str) -> tuple[Variable, BandOf] | None:
    """Return the first variable that puts a score into bands, with the rule by which it does."""
    for variable in model:
        if isinstance(variable.equation, BandOf) and variable.equation.score == score:
            return variable, variable.equation
    return None


def with_unit_once(variable: Variable) -> str:
    """Return the label with its unit, unless the label ends in the unit: ``Births (births)``."""
    said = variable.unit.lower() in variable.label.lower().split()
    return variable.label if said else variable.label_with_unit


def with_level(variable: Variable) -> str:
    """Name a binary variable by its last level: ``Sex: male``, and plainly for no and yes."""
    return variable.label if variable.levels == NO_YES else f"{variable.label}: {variable.levels[-1]}"

"""The words that tables, figures and prose share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import SumOf
from rlsstudy.declare.kinds import NO_YES

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


def with_unit_once(variable: Variable) -> str:
    """Return the label with its unit, unless the label ends in the unit: ``Births (births)``."""
    said = variable.unit.lower() in variable.label.lower().split()
    return variable.label if said else variable.label_with_unit


def with_level(variable: Variable) -> str:
    """Name a binary variable by its last level: ``Sex: male``, and plainly for no and yes."""
    return variable.label if variable.levels == NO_YES else f"{variable.label}: {variable.levels[-1]}"


def join_words(words: Sequence[str]) -> str:
    """Join words as in a sentence, by semicolons where they have commas of their own.

    Examples
    --------
    >>> join_words(["age", "sex", "smoking"]), join_words(["MEIS1, risk alleles", "sex"])
    ('age, sex and smoking', 'MEIS1, risk alleles; sex')
    """
    if len(words) < 2:
        return "".join(words)
    if any("," in word for word in words):
        return "; ".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """Write a remark as a sentence, with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")

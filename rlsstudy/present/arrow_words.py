"""Words for the conditions under which a cause acts, and for the parts of a derived value."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, nan
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import (
    BandOf,
    ByLevel,
    Cause,
    Condition,
    Equation,
    RatioOf,
    RuleOf,
    SumOf,
    WeightedSum,
)
from rlsstudy.declare.kinds import NO_YES
from rlsstudy.estimate.contrasts import contrasts_of
from rlsstudy.present.numbers import write_plain

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

_PEOPLE = {"female": "women", "male": "men"}
_POWERS = {1.0: "divided by it", -1.0: "times it", 2.0: "divided by its square", -2.0: "times its square"}
Part = tuple[str, str, float]


def acts_where(term: Cause, model: CausalModel) -> str:
    """Say within which values, in which group and per what a cause acts; nothing if it acts everywhere.

    Parameters
    ----------
    term : Cause
        The arrow.
    model : CausalModel
        The model that declares the variables it reads.

    Returns
    -------
    str
        For example ``"up to 65 years, among women"``.
    """
    said = [_between(term.acts_between, model[term.name])]
    if term.only_at is not None:
        said.append(_group(model[term.only_at[0]], term.only_at[1]))
    if term.times:
        said.append(_per(model[term.times]))
    return ", ".join(filter(None, said))


def parts_of(equation: Equation, model: CausalModel) -> Iterator[Part]:
    """Yield name, role and size (NaN for none) of each part that a value follows from."""
    if isinstance(equation, RuleOf):
        yield from _conditions(equation, model)
    elif isinstance(equation, RatioOf):
        yield equation.numerator, "the numerator", nan
        role = _POWERS.get(equation.power, f"divided by it to the power of {write_plain(equation.power)}")
        yield equation.denominator, role, nan
    elif isinstance(equation, WeightedSum):
        for name, weight in equation.weights:
            yield name, "weight in the sum", weight
    elif isinstance(equation, ByLevel):
        for level, number in zip(model[equation.variable].levels, equation.numbers, strict=True):
            yield equation.variable, f"at {level}", number
    elif isinstance(equation, BandOf):
        cuts = ", ".join(write_plain(cut) for cut in equation.cuts)
        yield equation.score, f"cut at {_with_unit(cuts, model[equation.score])}", nan
    else:
        role = "summed" if isinstance(equation, SumOf) else "one of its two alleles"
        for name in equation.causes:
            yield name, role, nan


def rule_in_words(equation: RuleOf, model: CausalModel) -> str:
    """Write a rule as a sentence part: sets joined by ``or``, conditions within a set by ``and``."""
    sets = (
        " and ".join(
            f"{model[c.variable].label} {condition_in_words(c, model[c.variable])}" for c in together
        )
        for together in equation.any_of
    )
    return "; or ".join(sets)


def condition_in_words(condition: Condition, variable: Variable) -> str:
    """Write what a rule asks of a variable: ``below 13 g/dL``, ``is female``."""
    if variable.has_levels:
        low = 0 if condition.at_least is None else condition.at_least
        high = len(variable.levels) if condition.below is None else condition.below
        levels = [level for place, level in enumerate(variable.levels) if low <= place < high]
        return f"is {' or '.join(levels)}"
    said = []
    if condition.at_least is not None:
        said.append(f"at least {_amount(condition.at_least, variable)}")
    if condition.below is not None:
        said.append(f"below {_amount(condition.below, variable)}")
    return " and ".join(said)


def _conditions(equation: RuleOf, model: CausalModel) -> Iterator[Part]:
    """Yield each variable of a rule once, with all that is asked of it."""
    asked: dict[str, list[str]] = {name: [] for name in equation.causes}
    for condition in (condition for together in equation.any_of for condition in together):
        asked[condition.variable].append(condition_in_words(condition, model[condition.variable]))
    for name, words in asked.items():
        yield name, f"in the rule: {' or '.join(dict.fromkeys(words))}", nan


def _between(bounds: tuple[float, float], cause: Variable) -> str:
    """Name the values between which a cause acts; a bound at the variable's own limit says nothing."""
    low, high = bounds
    if cause.limits is not None:
        low = low if low > cause.limits[0] else -float("inf")
        high = high if high < cause.limits[1] else float("inf")
    if isfinite(low) and isfinite(high):
        return f"between {write_plain(low)} and {_amount(high, cause)}"
    if isfinite(high):
        return f"up to {_amount(high, cause)}"
    return f"from {_amount(low, cause)}" if isfinite(low) else ""


def _group(variable: Variable, level: str) -> str:
    if level in _PEOPLE:
        return f"among {_PEOPLE[level]}"
    if variable.levels == NO_YES:
        return f"only {'with' if level == 'yes' else 'without'} “{variable.label}”"
    return f"only at “{variable.label}: {level}”"


def _per(modifier: Variable) -> str:
    """Say per what the size is multiplied: ``per SD of Polygenic score``, ``per 60 vs 50 years of Age``."""
    if modifier.contrast == (0.0, 1.0) and modifier.unit and not modifier.has_levels:
        return f"per {modifier.unit} of {modifier.label}"
    return f"per {contrasts_of(modifier)[0].label} of {modifier.label}"


def _amount(value: float, variable: Variable) -> str:
    unit = variable.unit
    if value == 1 and unit.endswith("s"):
        unit = unit[:-1]
    return _joined(write_plain(value), unit)


def _with_unit(text: str, variable: Variable) -> str:
    return _joined(text, variable.unit)


def _joined(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text

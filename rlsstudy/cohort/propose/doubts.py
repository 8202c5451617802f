"""What speaks against taking a column for a variable, in counts and in the words of its dictionary."""

from __future__ import annotations

from collections.abc import Mapping

from rlsstudy.cohort.propose.fields import Described
from rlsstudy.cohort.propose.match import Match
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import counted

MOST_OUTSIDE = (
    0.05  # of the numbers; where more lie outside the declared limits, the unit or the variable is another
)
MOST_NO_NUMBERS = 0.5


def stated_unit(one: Described, match: Match, variable: Variable) -> tuple[str, list[str]]:
    """Return the unit that is stated, and say when it is none of the variable's."""
    stated = one.unit or match.unit
    if not stated or not variable.unit:
        return "", []
    if unit_factor(variable, stated) is None:
        if unit_factor(variable, match.unit) is not None:
            return match.unit, []
        return "", [f"its unit, {stated}, is none of those known of {variable.name}"]
    return stated, []


def content_doubts(one: Described, variable: Variable, factor: float) -> list[str]:
    """Say what in the cells speaks against a variable, in counts."""
    found = one.profile
    if found is None or not found.n_filled:
        return _kind_doubts(one, variable)
    if variable.has_levels:
        return []
    if found.n_numbers + found.n_comma_numbers < MOST_NO_NUMBERS * found.n_filled:
        return [f"most of its cells are no numbers, and {variable.name} is one"]
    limits = None if variable.limits is None else tuple(limit / factor for limit in variable.limits)
    share = found.share_outside(limits)  # type: ignore[arg-type]  # two limits stay two
    if share > MOST_OUTSIDE:
        assert variable.limits is not None
        low, high = variable.limits
        return [
            f"{share:.0%} of its numbers lie outside {low:g} to {high:g} {variable.unit}".rstrip()
            + ": codes for missing, another unit, people who will be excluded, or another variable?"
        ]
    return []


def _kind_doubts(one: Described, variable: Variable) -> list[str]:
    """Say what in a dictionary's type speaks against a variable."""
    if one.kind is None or one.kind is Kind.TEXT or variable.has_levels == bool(one.levels):
        return []
    if not variable.has_levels and all(_is_number(code) for code in one.levels):
        return []
    return [f"its type in the dictionary is {one.kind}, and {variable.name} is {variable.kind}"]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdigit() and text.isascii()


def code_doubts(
    one: Described, variable: Variable, codes: Mapping[str, str], unfit: tuple[str, ...]
) -> list[str]:
    """Say what is lacking before the codes of a column are known."""
    if not variable.has_levels:
        if variable.limits is None or not one.levels:
            return []
        low, high = variable.limits
        beyond = [code for code in unfit if not _is_number(code) or not low <= int(code) <= high]
        return [f"its codes {', '.join(beyond)} are none of {low:g} to {high:g}"] if beyond else []
    if codes:
        if not unfit:
            return []
        listed = ", ".join(f"{code} ({one.levels[code]})" for code in unfit)
        return [f"no level of {variable.name} was found for {listed}"]
    found = one.profile
    if found is None or (found.texts and found.texts <= set(variable.levels)):
        return [] if found is not None else ["its codes are not known"]
    return [
        f"its codes are needed: {counted(found.n_distinct, 'different code')} in the file; see your codebook"
    ]

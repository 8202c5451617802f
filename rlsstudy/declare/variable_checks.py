"""What can be wrong with the declaration of one variable, as far as it can be seen without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlsstudy.declare.kinds import CARRIED, Kind, Scale

if TYPE_CHECKING:
    from rlsstudy.declare.variable import Variable


def contradictions(variable: Variable) -> list[str]:
    """List what contradicts itself in a variable's declaration."""
    return [
        *_name_problems(variable),
        *_level_problems(variable),
        *_number_problems(variable),
        *_carried_problems(variable),
    ]


def _name_problems(variable: Variable) -> list[str]:
    if not (
        variable.name.isascii() and variable.name.isidentifier() and variable.name == variable.name.lower()
    ):
        return ["a name has lower-case letters, digits and underscores, and does not begin with a digit."]
    return [] if variable.label else ["a label is needed for tables and axes."]


def _level_problems(variable: Variable) -> list[str]:
    problems = []
    if variable.has_levels and len(variable.levels) < 2:
        problems.append(f"a {variable.kind} variable needs at least two levels.")
    if variable.kind is Kind.BINARY and len(variable.levels) > 2:
        problems.append(f"a binary variable has two levels, not {len(variable.levels)}; use 'categorical'.")
    if not variable.has_levels and variable.levels:
        problems.append(f"levels are given, but the kind is '{variable.kind}'.")
    if len(set(variable.levels)) < len(variable.levels):
        problems.append("a level is listed twice.")
    if variable.has_levels and (variable.scale is not Scale.LINEAR or variable.limits is not None):
        problems.append("a variable with levels has neither limits nor a logarithmic scale.")
    return problems


def _carried_problems(variable: Variable) -> list[str]:
    """List what texts and dates cannot have: they are carried along, and nothing is computed from them."""
    if variable.kind not in CARRIED:
        return []
    problems = []
    if variable.kind is Kind.TEXT and variable.limits is not None:
        problems.append("a text has no limits.")
    given = {
        "unit": bool(variable.unit or variable.other_units),
        "scale": variable.scale is not Scale.LINEAR,
        "contrast": variable.contrast is not None,
        "resolution": variable.resolution is not None,
        "detection": variable.detection != (None, None),
    }
    problems += [f"a {variable.kind} has no {what}." for what, is_given in given.items() if is_given]
    return problems


def _number_problems(variable: Variable) -> list[str]:
    problems = []
    if variable.limits is not None and not variable.limits[0] < variable.limits[1]:
        problems.append("the lower limit must be below the upper one.")
    if variable.contrast is not None and variable.contrast[0] == variable.contrast[1]:
        problems.append("a contrast compares two different values.")
    if variable.scale is not Scale.LINEAR:
        positive = [*(variable.limits or ()), *(variable.contrast or ())]
        if variable.contrast is None:
            problems.append(f"a contrast is needed on the {variable.scale} scale.")
        if any(value <= 0 for value in positive):
            problems.append(f"limits and contrast must be above 0 on the {variable.scale} scale.")
    if variable.resolution is not None and variable.resolution <= 0:
        problems.append("the resolution must be above 0.")
    for reason in variable.missing:
        if not 0 <= reason.share <= 0.95:
            problems.append(f"the share missing for '{reason.name}' must be from 0 to 0.95.")
    return problems

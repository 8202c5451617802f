"""Setting a variable to a value: what ``do()`` puts in place of its equation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rlsstudy.declare.equations import Fixed
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import DeclarationError
from rlsstudy.problems import plain_number


def set_to(variable: Variable, value: float | str) -> Variable:
    """Return the variable with the same value for everybody, whatever its causes.

    Parameters
    ----------
    variable : Variable
        The variable that is set.
    value : float or str
        A value within its limits, or one of its levels by name or place.

    Returns
    -------
    Variable
        The variable with a fixed equation.

    Raises
    ------
    DeclarationError
        The value cannot be one of the variable.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> from rlsstudy.declare.intervention import set_to
    >>> set_to(rls_model()["smoking"], "never").equation.value
    0.0
    """
    return replace(variable, equation=Fixed(value=_number(variable, value)), source="set by intervention")


def _number(variable: Variable, value: float | str) -> float:
    """Return the value as a number, or say what it can be."""
    named = f"'{variable.name}' ({variable.label})"
    if variable.is_carried:
        raise DeclarationError(f"{named} is a {variable.kind}, which is carried along and cannot be set.")
    if isinstance(value, str):
        if not variable.has_levels:
            raise DeclarationError(f"{named} is set to a number, not to '{value}'.")
        return float(variable.level_code(value))
    if not isinstance(value, int | float | np.number) or not math.isfinite(value):
        raise DeclarationError(f"{named} is set to a finite number or a level, not to {value!r}.")
    if variable.has_levels and value not in range(len(variable.levels)):
        raise DeclarationError(f"{named} is set to one of its levels: {', '.join(variable.levels)}.")
    if variable.kind is Kind.INTEGER and value != int(value):
        raise DeclarationError(
            f"{named} counts whole {variable.unit or 'numbers'} and cannot be set to {value:g}."
        )
    if variable.limits is not None and not variable.limits[0] <= value <= variable.limits[1]:
        raise DeclarationError(
            f"{named} cannot be set to {plain_number(value)}: "
            f"plausible values are {_range(*variable.limits)} {variable.unit}.".replace(" .", ".")
        )
    return float(value)


def _range(low: float, high: float) -> str:
    """Write limits in words, of which one may be open."""
    if math.isinf(high):
        return f"{plain_number(low)} or more"
    return (
        f"up to {plain_number(high)}" if math.isinf(low) else f"{plain_number(low)} to {plain_number(high)}"
    )

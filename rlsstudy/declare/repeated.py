"""The same graph unrolled in time: a variable as it is measured again at a visit.

What is measured at a visit has the name of the baseline variable with the week as its ending:
``irls_total`` in week 4 is ``irls_total_w04``. Week 0 is the baseline, whose names have no ending.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import BandOf, Equation, GradedItem, SumOf
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.missingness import MissingReason
    from rlsstudy.declare.variable import Variable

_ENDING = re.compile(r"(?P<name>.+)_w(?P<week>\d{2,3})")


def visit_name(name: str, week: int) -> str:
    """Return what a variable is called at a visit.

    Parameters
    ----------
    name : str
        The variable.
    week : int
        The week of the visit; week 0 is the baseline.

    Returns
    -------
    str
        The name, with the week in two or three digits.

    Examples
    --------
    >>> visit_name("irls_total", 4), visit_name("irls_total", 0)
    ('irls_total_w04', 'irls_total')
    """
    return f"{name}_w{week:02d}" if week else name


def split_visit_name(name: str) -> tuple[str, int]:
    """Return the variable and the week of a name; week 0 for a name without such an ending.

    Parameters
    ----------
    name : str
        A name, as :func:`visit_name` makes it.

    Returns
    -------
    name : str
        The variable.
    week : int
        The week of the visit.

    Examples
    --------
    >>> split_visit_name("irls_total_w04"), split_visit_name("irls_total")
    (('irls_total', 4), ('irls_total', 0))
    """
    found = _ENDING.fullmatch(name)
    return (name, 0) if found is None else (found["name"], int(found["week"]))


def at_visit(
    variable: Variable, week: int, repeated: Collection[str], missing: tuple[MissingReason, ...]
) -> Variable:
    """Return a variable as it is measured again at a visit.

    Parameters
    ----------
    variable : Variable
        A questionnaire item, a sum of items or a band of a score, as declared at baseline.
    week : int
        The week of the visit.
    repeated : collection of str
        The variables that change from visit to visit. Causes among them act with their value at the visit, other
        causes with the one that they have.
    missing : tuple of MissingReason
        The reasons for gaps at the visit, in place of those at baseline.

    Returns
    -------
    Variable
        The same variable at the visit, with its own draws.

    Raises
    ------
    DeclarationError
        A variable of another sort, which may not come about at a visit as it does at baseline.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> again = at_visit(rls_model()["irls_band"], 12, {"irls_total"}, ())
    >>> again.name, again.causes, again.label
    ('irls_band_w12', ('irls_total_w12',), 'IRLS band, week 12')
    """
    names = {name: visit_name(name, week) for name in repeated}
    return replace(
        variable,
        name=visit_name(variable.name, week),
        label=f"{variable.label}, week {week}",
        equation=_renamed(variable, names),
        missing=missing,
        stands_for=None,
    )


def _renamed(variable: Variable, names: Mapping[str, str]) -> Equation:
    """Return the equation with the causes that are named anew."""
    equation = variable.equation
    if isinstance(equation, GradedItem):
        second = equation.second
        moved = None if second is None else (names.get(second[0], second[0]), second[1])
        return replace(equation, latent=names.get(equation.latent, equation.latent), second=moved)
    if isinstance(equation, SumOf):
        return replace(equation, items=tuple(names.get(item, item) for item in equation.items))
    if isinstance(equation, BandOf):
        return replace(equation, score=names.get(equation.score, equation.score))
    raise DeclarationError(
        f"'{variable.name}' ({variable.label}) cannot be repeated as it is: only items, sums of items and bands of "
        "scores come about at a visit as at baseline. Declare it anew for each visit."
    )

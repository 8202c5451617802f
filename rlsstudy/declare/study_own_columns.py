"""Columns of a study's own, declared in place: ``[columns.visit_date]`` with its ``type``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from rlsstudy.declare.kinds import LEVELLED, Domain, Kind, Scale
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.study_variables import SOURCE
from rlsstudy.declare.text_forms import days_of
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import DeclarationError


class ColumnType(StrEnum):
    """What a column of a study's own holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    BINARY = "binary"


KINDS = {
    ColumnType.TEXT: Kind.TEXT,
    ColumnType.INTEGER: Kind.INTEGER,
    ColumnType.NUMBER: Kind.CONTINUOUS,
    ColumnType.DATE: Kind.DATE,
    ColumnType.CATEGORY: Kind.CATEGORICAL,
    ColumnType.ORDINAL: Kind.ORDINAL,
    ColumnType.BINARY: Kind.BINARY,
}
# What describes a variable and not its column; `unit` is either, and read beside the others.
DESCRIBING = ("min", "max", "levels", "label", "domain", "scale", "contrast", "other_units")


def own_name(table: Table, column: str) -> str | None:
    """Return the name of the variable that a column declared in place is; None when it has none that can be used."""
    given = table.text("variable")
    name = given if table.has("variable") else column if _is_name(column) else column.lower()
    if name is None or _is_name(name):
        return name
    if table.has("variable"):
        table.complain(
            f"'variable' is '{name}'; a name has lower-case letters, digits and underscores, and does not begin "
            "with a digit.",
            "variable",
        )
    else:
        table.complain(
            "the column's name cannot be that of a variable. Give it one, of lower-case letters, digits and "
            'underscores: variable = "…".',
            "variable",
        )
    return None


def read_own_variable(table: Table, name: str, column: str, declared: Variable | None) -> Variable | None:
    """Read the variable that a column declared in place is.

    Parameters
    ----------
    table : Table
        What the study file says of the column. Problems are noted in it.
    name : str
        The variable's name.
    column : str
        The column, which is the label of a new variable unless one is given.
    declared : Variable, optional
        The declared variable of that name, of which only what differs is said.

    Returns
    -------
    Variable or None
        The variable; None when it cannot be read.
    """
    of_type = table.choice("type", ColumnType)
    settings = _settings(table)
    if of_type is None:
        return None
    kind = KINDS[of_type]
    settings |= _limits(table, kind, declared)
    levels = table.texts("levels") or ()
    if declared is None:
        return _new_variable(table, name, settings | {"kind": kind, "levels": levels}, column)
    if not _agrees(of_type, declared):
        table.complain(
            f"'type' is '{of_type}', and the variable '{name}' ({declared.label}) is declared as {declared.kind}. "
            'Change the type, or give the column another name: variable = "…".',
            "type",
        )
        return None
    if levels and set(levels) != set(declared.levels):
        settings["levels"] = levels
    if of_type is ColumnType.INTEGER:
        settings["kind"] = Kind.INTEGER
    return _checked(table, lambda: replace(declared, **settings))


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name == name.lower()


def _agrees(of_type: ColumnType, declared: Variable) -> bool:
    """Whether a declared variable can have this type: any with levels is a category, and numbers can be whole."""
    if of_type is ColumnType.CATEGORY:
        return declared.kind in LEVELLED
    if of_type is ColumnType.INTEGER:
        return declared.kind in (Kind.INTEGER, Kind.CONTINUOUS)
    return declared.kind is KINDS[of_type]


def _settings(table: Table) -> dict[str, Any]:
    other_units = table.factors("other_units")
    said = {
        "label": table.text("label"),
        "domain": table.choice("domain", Domain),
        "scale": table.choice("scale", Scale),
        "contrast": table.pair("contrast"),
        "other_units": None if other_units is None else tuple(other_units.items()),
    }
    return {key: value for key, value in said.items() if value is not None}


def _new_variable(table: Table, name: str, settings: dict[str, Any], column: str) -> Variable | None:
    """Return a variable of the study's own; unless levels are given, they are those that the codes stand for."""
    unit, codes = table.raw("unit"), table.raw("codes")
    if not table.has("levels") and isinstance(codes, dict):
        settings["levels"] = tuple(dict.fromkeys(level for level in codes.values() if isinstance(level, str)))
    said = {
        "name": name,
        "label": column,
        "domain": Domain.STUDY,
        "source": SOURCE,
        "unit": unit if isinstance(unit, str) else "",
    }
    return _checked(table, lambda: Variable(**(said | settings)))


def _limits(table: Table, kind: Kind, declared: Variable | None) -> dict[str, tuple[float, float]]:
    """Return the limits that are given; a declared variable keeps the end that is not."""
    if not (table.has("min") or table.has("max")):
        return {}
    if kind in LEVELLED or kind is Kind.TEXT:
        for key in ("min", "max"):
            if table.has(key):
                table.complain(
                    f"'{key}' is for numbers and dates, and the type is '{table.raw('type')}'.", key
                )
        return {}
    low, high = (_end(table, key, kind) for key in ("min", "max"))
    factor = _factor(table, declared)
    kept = (declared.limits if declared is not None else None) or (-math.inf, math.inf)
    limits = (kept[0] if low is None else low * factor, kept[1] if high is None else high * factor)
    if _is_below_the_logarithm(table, limits[0], declared):
        return {}
    return {"limits": limits}


def _end(table: Table, key: str, kind: Kind) -> float | None:
    if kind is not Kind.DATE:
        return table.number(key)
    day = table.day(key)
    return None if day is None else days_of(day)


def _factor(table: Table, declared: Variable | None) -> float:
    """Return what limits are multiplied by: they are in the column's unit, and kept in the declared one."""
    unit = table.raw("unit")
    if declared is None or not isinstance(unit, str):
        return 1.0
    return unit_factor(declared, unit) or 1.0


def _is_below_the_logarithm(table: Table, low: float, declared: Variable | None) -> bool:
    """Whether a lower limit contradicts a declared logarithmic scale, and say what to do."""
    if declared is None or declared.scale is Scale.LINEAR or table.has("scale") or low > 0:
        return False
    table.complain(
        f"'min' must be above 0, because '{declared.name}' ({declared.label}) is declared on the {declared.scale} "
        'scale. Give another, or say scale = "linear".',
        "min",
    )
    return True


def _checked(table: Table, make: Callable[[], Variable]) -> Variable | None:
    """Return the variable, or note why it contradicts itself."""
    try:
        return make()
    except DeclarationError as error:
        for problem in error.problems:
            table.complain(problem)
        return None

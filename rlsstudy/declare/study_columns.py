"""The ``[columns]`` and ``[[exclusions]]`` parts of a study file, and what a column map may say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study import ColumnMap, Exclusion
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import did_you_mean


def read_columns(tables: Table | None) -> tuple[ColumnMap, ...]:
    """Read ``[columns]``: each key is a column of the file."""
    if tables is None:
        return ()
    found = [_read_column(tables, column) for column in tables.keys]
    return tuple(column for column in found if column is not None)


def _read_column(tables: Table, column: str) -> ColumnMap | None:
    value = tables.raw(column)
    if isinstance(value, str):
        return ColumnMap(column, value)
    if not isinstance(value, dict):
        tables.complain(f"'{column}' must be the name of a variable in quotes, or {{ variable = \"…\" }}.")
        return None
    table = tables.table(column)
    assert table is not None
    variable, unit = table.text("variable"), table.text("unit")
    codes, missing = table.words("codes"), table.words("missing")
    table.finish()
    if not table.has("variable"):
        table.complain("'variable' is needed: the declared variable that the column holds.")
    return None if variable is None else ColumnMap(column, variable, unit, codes or {}, missing or {})


def read_exclusions(
    tables: Iterable[Table], model: CausalModel, unread: frozenset[str] = frozenset()
) -> tuple[Exclusion, ...]:
    """Read ``[[exclusions]]``, in order; rules on ``unread`` variables are not judged."""
    rules = [rule for table in tables for rule in _read_exclusion(table)]
    return tuple(rule for rule, table in rules if rule.variable not in unread and _fits(rule, table, model))


def _read_exclusion(table: Table) -> Iterator[tuple[Exclusion, Table]]:
    variable, reason = table.text("variable"), table.text("reason")
    below, above = table.number("below"), table.number("above")
    when_missing = table.flag("when_missing")
    table.finish()
    lacking = [key for key in ("variable", "reason") if not table.has(key)]
    if lacking:
        table.complain(f"{' and '.join(repr(key) for key in lacking)} must be given.")
    if not any(table.has(key) for key in ("below", "above", "when_missing")):
        table.complain("one of 'below', 'above' and 'when_missing' must be given.")
    if variable is not None:
        yield Exclusion(variable, reason or "", below, above, bool(when_missing)), table


def _fits(rule: Exclusion, table: Table, model: CausalModel) -> bool:
    if rule.variable not in model:
        table.complain(
            f"no variable '{rule.variable}' is declared.{did_you_mean(rule.variable, model.by_name)}"
        )
        return False
    if model[rule.variable].has_levels and (rule.below is not None or rule.above is not None):
        table.complain(f"'{rule.variable}' has levels; 'below' and 'above' are for numbers.")
        return False
    return True


def column_problems(columns: Sequence[ColumnMap], model: CausalModel) -> list[str]:
    """Say everything in a column map that contradicts the declaration.

    Parameters
    ----------
    columns : sequence of ColumnMap
        The map.
    model : CausalModel
        Where the variables are declared.

    Returns
    -------
    list of str
        One sentence a problem; empty when there is none.
    """
    problems = [problem for column in columns for problem in _problems(column, model)]
    by_variable: dict[str, list[str]] = {}
    for column in columns:
        by_variable.setdefault(column.variable, []).append(f"'{column.column}'")
    for variable, names in by_variable.items():
        if len(names) > 1:
            problems.append(f"columns {' and '.join(names)} both become '{variable}'. Keep one of them.")
    return problems


def _problems(column: ColumnMap, model: CausalModel) -> Iterator[str]:
    place = f"column '{column.column}':"
    if column.variable not in model:
        yield f"{place} no variable '{column.variable}' is declared.{did_you_mean(column.variable, model.by_name)}"
        return
    variable = model[column.variable]
    if not variable.measured:
        yield f"{place} '{variable.name}' ({variable.label}) is latent and cannot be in a file."
    if column.unit is not None and unit_factor(variable, column.unit) is None:
        units = [variable.unit, *(unit for unit, _ in variable.other_units)] if variable.unit else []
        known = f"Known units: {', '.join(units)}." if units else "It has no unit."
        yield f"{place} '{column.unit}' is not a known unit of '{variable.name}' ({variable.label}). {known}"
    if column.codes and not variable.has_levels:
        yield f"{place} 'codes' are for levels, and '{variable.name}' is {variable.kind}. Remove them."
        return
    for level in dict.fromkeys(column.codes.values()):
        if level not in variable.codes:
            yield f"{place} '{variable.name}' has no level '{level}'.{did_you_mean(level, variable.levels)}"
    for code in column.codes:
        if code in column.missing:
            yield f"{place} the code {code} is both a level and missing."


def unit_factor(variable: Variable, unit: str) -> float | None:
    """Return what values in a unit are multiplied by to be in the declared one, if that is known."""
    factors = dict(
        [*((_plain(other), factor) for other, factor in variable.other_units), (_plain(variable.unit), 1.0)]
    )
    return factors.get(_plain(unit))


def _plain(unit: str) -> str:
    """Write a unit in one way: there are two characters for micro, and many write a u."""
    return unit.strip().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")


def with_reasons(model: CausalModel, columns: Sequence[ColumnMap]) -> CausalModel:
    """Return the model whose variables also declare the reasons that the file's missing codes stand for."""
    changed = []
    for column in columns:
        if column.variable not in model:
            continue
        variable = model[column.variable]
        known = {reason.name for reason in variable.missing}
        new = [MissingReason(name) for name in dict.fromkeys(column.missing.values()) if name not in known]
        if new:
            changed.append(replace(variable, missing=(*variable.missing, *new)))
    return model.with_variables(*changed) if changed else model


def available(columns: Sequence[ColumnMap], model: CausalModel) -> frozenset[str]:
    """Return the variables that a cohort has: those in a column, and those derived from them."""
    return derivable({column.variable for column in columns}, model)


def derivable(present: Iterable[str], model: CausalModel) -> frozenset[str]:
    """Return the variables that are there, and those that can be derived from them."""
    found = set(present)
    for name in model.order:
        variable = model[name]
        if isinstance(variable.equation, Derived) and variable.measured and found.issuperset(variable.causes):
            found.add(name)
    return frozenset(found)

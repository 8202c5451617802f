"""The ``[columns]`` part of a study file, and what a column map may say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ISO_DATE, ColumnMap
from rlsstudy.declare.equations import Derived
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.missingness import NOT_RECORDED, MissingReason
from rlsstudy.declare.text_forms import date_format_problem, pattern_problem
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import Complaint, did_you_mean

DECIMAL_MARKS = (".", ",")


def read_map(table: Table, column: str, variable: str | None) -> ColumnMap | None:
    """Read how a column becomes a variable, of which the name is known.

    Parameters
    ----------
    table : Table
        What the study file says of the column. Problems are noted in it.
    column : str
        The column.
    variable : str, optional
        The variable; None when it cannot be read, and only problems are looked for.

    Returns
    -------
    ColumnMap or None
        The map; None without a variable.
    """
    unit, unit_column = table.text("unit"), table.text("unit_column")
    codes, missing = table.words("codes"), table.reasons("missing")
    pattern, written = _pattern(table), _date_format(table)
    decimal = decimal_mark(table)
    flags = {key: table.flag(key) or False for key in ("detection_limit", "required", "constant")}
    if variable is None:
        return None
    return ColumnMap(
        column,
        variable,
        unit=unit,
        codes=codes or {},
        missing=missing or {},
        unit_column=unit_column,
        pattern=pattern,
        date_format=written or ISO_DATE,
        decimal=decimal,
        **flags,
    )


def decimal_mark(table: Table) -> str | None:
    """Read a decimal mark."""
    mark = table.text("decimal")
    if mark is not None and mark not in DECIMAL_MARKS:
        table.complain('\'decimal\' must be "." or ",".', "decimal")
        return None
    return mark


def _pattern(table: Table) -> str | None:
    pattern = table.text("pattern")
    problem = "" if pattern is None else pattern_problem(pattern)
    if problem:
        table.complain(f"the pattern {problem}.", "pattern")
    return None if problem else pattern


def _date_format(table: Table) -> str | None:
    written = table.text("format")
    problem = "" if written is None else date_format_problem(written)
    if problem:
        table.complain(f"the format {problem}.", "format")
    return None if problem else written


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
    return [problem for _, problem in column_faults(columns, model)]


def column_complaints(columns: Sequence[ColumnMap], model: CausalModel, tables: Table) -> Iterator[Complaint]:
    """Say the same as `column_problems`, each with the key that it is about."""
    for column, problem in column_faults(columns, model):
        yield Complaint(problem, key=tables.key_of(column))


def column_faults(columns: Sequence[ColumnMap], model: CausalModel) -> Iterator[tuple[str, str]]:
    """Yield the column and the sentence of every problem."""
    for column in columns:
        for problem in _problems(column, model):
            yield column.column, problem
    by_variable: dict[str, list[str]] = {}
    for column in columns:
        by_variable.setdefault(column.variable, []).append(column.column)
    for variable, names in by_variable.items():
        if len(names) > 1:
            listed = " and ".join(f"'{name}'" for name in names)
            yield names[-1], f"columns {listed} both become '{variable}'. Keep one of them."


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
    yield from (f"{place} {problem}" for problem in _useless(column, variable))
    if column.codes and not variable.has_levels:
        yield f"{place} 'codes' are for levels, and '{variable.name}' is {variable.kind}. Remove them."
        return
    for level in dict.fromkeys(column.codes.values()):
        if level not in variable.codes:
            yield f"{place} '{variable.name}' has no level '{level}'.{did_you_mean(level, variable.levels)}"
    for code in column.codes:
        if code in column.missing:
            yield f"{place} the code {code} is both a level and missing."


def _useless(column: ColumnMap, variable: Variable) -> Iterator[str]:
    """Say what cannot have any effect on values of this kind, because silence would look like a check."""
    is_number = variable.kind in (Kind.CONTINUOUS, Kind.INTEGER)
    given = (
        ("pattern", column.pattern is not None, variable.kind is Kind.TEXT, "texts"),
        ("format", column.date_format != ISO_DATE, variable.kind is Kind.DATE, "dates"),
        ("unit_column", column.unit_column is not None, is_number, "numbers"),
        ("decimal", column.decimal is not None, is_number, "numbers"),
        ("detection_limit", column.detection_limit, is_number, "numbers"),
    )
    for key, is_given, fits, what in given:
        if is_given and not fits:
            yield f"'{key}' is for {what}, and '{variable.name}' is {variable.kind}. Remove it."


def unit_factor(variable: Variable, unit: str) -> float | None:
    """Return what values in a unit are multiplied by to be in the declared one, if that is known."""
    factors = dict(
        [*((_plain(other), factor) for other, factor in variable.other_units), (_plain(variable.unit), 1.0)]
    )
    return factors.get(_plain(unit))


def _plain(unit: str) -> str:
    """Write a unit in one way: there are two characters for micro, many write a u, and a litre is l or L."""
    plain = unit.strip().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")
    return re.sub(r"(?<=/)([mdu]?)l(?![a-zA-Z])", r"\1L", plain)


def with_reasons(
    model: CausalModel, columns: Sequence[ColumnMap], everywhere: Mapping[str, str] | None = None
) -> CausalModel:
    """Return the model whose variables also declare the reasons that the file's missing codes stand for.

    Parameters
    ----------
    model : CausalModel
        The declaration.
    columns : sequence of ColumnMap
        The map; without one, every measured variable may have a column.
    everywhere : mapping of str to str, optional
        Codes for missing values in every column, and their reasons.

    Returns
    -------
    CausalModel
        The model; *not recorded* is the reason of any gap, and is not declared.
    """
    names: dict[str, dict[str, None]] = {} if columns else {v.name: {} for v in model.measured}
    for column in columns:
        names.setdefault(column.variable, {}).update(dict.fromkeys(column.missing.values()))
    for found in names.values():
        found.update(dict.fromkeys((everywhere or {}).values()))
    changed = []
    for variable in (model[name] for name in names if name in model):
        known = {NOT_RECORDED, *(reason.name for reason in variable.missing)}
        new = tuple(MissingReason(name) for name in names[variable.name] if name not in known)
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

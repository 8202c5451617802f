"""The ``[models]`` part of a study file: formulas of the study's own, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ColumnMap
from rlsstudy.declare.formula import Formula, Part, parse_formula
from rlsstudy.declare.formula_parts import ModelKind
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import FormulaError, did_you_mean

CODE = "E_FORMULA"
KEY = "formula"


def read_models(
    tables: Table | None,
    model: CausalModel,
    columns: Sequence[ColumnMap],
    unread: frozenset[str] = frozenset(),
) -> Mapping[str, Formula]:
    """Read ``[models]``: every key is the name of a model.

    Parameters
    ----------
    tables : Table, optional
        The part of the study file. Problems are noted in it, with the code ``E_FORMULA`` where they are the formula's.
    model : CausalModel
        The declared variables.
    columns : sequence of ColumnMap
        Columns, by whose names a formula may call their variables.
    unread : frozenset of str
        Variables that could not be read; that they are not declared is not said again.

    Returns
    -------
    mapping of str to Formula
        The formulas that are right, in declared names.
    """
    if tables is None:
        return {}
    names = {column.column: column.variable for column in columns if column.column not in model}
    found = {name: _read(tables, name, model, names, unread) for name in tables.keys}
    return {name: formula for name, formula in found.items() if formula is not None}


def _read(
    tables: Table, name: str, model: CausalModel, names: Mapping[str, str], unread: frozenset[str]
) -> Formula | None:
    table = tables.table(name)
    if table is None:
        return None
    kind, text = table.choice("kind", ModelKind), table.text(KEY)
    table.finish()
    if not table.has(KEY):
        table.complain("'formula' is missing, such as formula = \"irls_total ~ ferritin + age\".", KEY)
    if text is None:
        return None
    try:
        written = parse_formula(text)
    except FormulaError as error:
        table.complain(f"the formula cannot be read: {error}", KEY, CODE)
        return None
    problems = list(formula_problems(written, model, names, unread))
    for problem in problems:
        table.complain(f"in the formula, {problem}", KEY, CODE)
    return None if problems else replace(written.renamed(names), kind=kind or "")


def formula_problems(
    formula: Formula,
    model: CausalModel,
    names: Mapping[str, str] | None = None,
    unread: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Say which names are not declared, and what cannot be done to the variables that are."""
    names = {} if names is None else names
    for name in dict.fromkeys(part.variable for part in formula.parts):
        declared = names.get(name, name)
        if declared in unread or name in unread:
            continue
        place = f"at character {_place(formula.text, name)}, "
        if declared not in model:
            yield f"{place}no variable '{name}' is declared.{did_you_mean(name, [*model.by_name, *names])}"
            continue
        variable = model[declared]
        if not variable.measured:
            yield f"{place}'{name}' ({variable.label}) is latent and cannot be used."
        elif variable.is_carried:
            yield f"{place}'{name}' is a {variable.kind}, which is carried along and never modelled."
        else:
            for part in formula.parts:
                if part.variable == name:
                    yield from (f"{place}{problem}" for problem in _misuse(part, variable))
    outcome = names.get(formula.outcome.variable, formula.outcome.variable)
    if outcome in model and model[outcome].kind is Kind.CATEGORICAL:
        yield f"the outcome '{formula.outcome.variable}' has levels without an order."


def _misuse(part: Part, variable: Variable) -> Iterator[str]:
    for step in part.steps:
        if step.name != "C" and variable.has_levels:
            yield f"{step.name}() is for numbers, and '{part.variable}' has levels."
        if step.name == "C" and not (variable.has_levels or variable.kind is Kind.INTEGER):
            yield f"C() is for levels and whole numbers, and '{part.variable}' is {variable.kind}."
        if step.reference is not None and variable.has_levels and step.reference not in variable.codes:
            hint = did_you_mean(step.reference, variable.levels)
            yield f"'{part.variable}' has no level '{step.reference}'.{hint}"


def _place(text: str, name: str) -> int:
    """Return the character at which a name stands first, from 1."""
    found = re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", text)
    return 1 if found is None else found.start() + 1

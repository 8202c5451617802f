"""Reading ``[columns]``: a column of the file is a declared variable, one of the study's own, or known and dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ColumnMap
from rlsstudy.declare.study_columns import column_complaints, read_map
from rlsstudy.declare.study_own_columns import DESCRIBING, own_name, read_own_variable
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import DeclarationError

DROP = "drop"
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a study file or of one of its layouts.

    Parameters
    ----------
    maps : tuple of ColumnMap
        How columns become variables.
    model : CausalModel
        The model with the variables that columns declare in place.
    drop : tuple of str
        Columns that are known and left out.
    unread : frozenset of str
        Variables that could not be read; what else is said of them is not judged.
    """

    maps: tuple[ColumnMap, ...]
    model: CausalModel
    drop: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Read:
    """One column: its map, the variable it declares, or that it is dropped."""

    mapped: ColumnMap | None = None
    variable: Variable | None = None
    own: str | None = None
    is_dropped: bool = False


def read_columns(tables: Table | None, model: CausalModel, unread: frozenset[str] = frozenset()) -> Columns:
    """Read ``[columns]``: each key is a column of the file.

    Parameters
    ----------
    tables : Table, optional
        The part of the study file. Problems are noted in it.
    model : CausalModel
        The declared variables.
    unread : frozenset of str
        Variables that could not be read before.

    Returns
    -------
    Columns
        What could be read.
    """
    if tables is None:
        return Columns((), model, unread=unread)
    found = {column: _read_column(tables, column, model) for column in tables.keys}
    model, refused = _with_own(tables, found, model)
    unread = unread | refused
    maps = tuple(one.mapped for one in found.values() if one.mapped and one.mapped.variable not in unread)
    for complaint in column_complaints(maps, model, tables):
        tables.note(complaint)
    drop = tuple(column for column, one in found.items() if one.is_dropped)
    return Columns(maps, model, drop, unread)


def _read_column(tables: Table, column: str, model: CausalModel) -> _Read:
    value = tables.raw(column)
    if isinstance(value, str):
        return _Read(ColumnMap(column, value))
    if not isinstance(value, dict):
        tables.complain(
            f"'{column}' must be the name of a variable in quotes, or {{ variable = \"…\" }}.", column
        )
        return _Read()
    table = tables.table(column)
    assert table is not None
    if table.has("pii"):
        return _read_dropped(table)
    return _read_own(table, column, model) if table.has("type") else _read_mapped(table, column)


def _read_dropped(table: Table) -> _Read:
    if table.text("pii") not in (DROP, None):
        table.complain("'pii' must be \"drop\": the column is known, and left out.", "pii")
    if len(table.keys) > 1:
        table.complain("a column that is dropped needs no other key than 'pii'.", "pii")
    return _Read(is_dropped=True)


def _read_mapped(table: Table, column: str) -> _Read:
    """Read a column of a declared variable."""
    variable = table.text("variable")
    mapped = read_map(table, column, variable)
    for key in ("type", "pii"):
        table.raw(key)
    describing = [key for key in DESCRIBING if table.raw(key) is not None]
    table.finish()
    if not table.has("variable"):
        table.complain("'variable' is needed: the declared variable that the column holds.")
    elif describing:
        listed = ", ".join(f"'{key}'" for key in describing)
        table.complain(
            f"{listed} {'describes' if len(describing) == 1 else 'describe'} a variable, and not its column. Say its 'type' too, or write them in "
            f"[variables.{variable or '…'}].",
            describing[0],
        )
    return _Read(mapped)


def _read_own(table: Table, column: str, model: CausalModel) -> _Read:
    """Read a column that declares its variable in place."""
    name = own_name(table, column)
    declared = None if name is None else model.by_name.get(name)
    # Without a name all else is read under a stand-in, so that every mistake is found at once.
    variable = read_own_variable(table, name or _UNNAMED, column, declared)
    mapped = read_map(table, column, name)
    for key in DESCRIBING:
        table.raw(key)
    table.finish()
    if mapped is not None and variable is not None and mapped.unit == variable.unit:
        mapped = replace(mapped, unit=None)
    return _Read(mapped, variable, name)


def _with_own(
    tables: Table, found: dict[str, _Read], model: CausalModel
) -> tuple[CausalModel, frozenset[str]]:
    """Return the model with the variables that columns declare, and the names of those that could not be read."""
    own = {one.own: one.variable for one in found.values() if one.own is not None}
    read = [variable for variable in own.values() if variable is not None]
    refused = frozenset(name for name, variable in own.items() if variable is None and name not in model)
    try:
        return model.with_variables(*read), refused
    except DeclarationError as error:
        for problem in error.problems:
            tables.complain(problem)
        return model, frozenset(own) - frozenset(model.by_name)

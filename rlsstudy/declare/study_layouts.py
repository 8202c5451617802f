"""The ``[layouts]`` part of a study file: other ways in which some of its files are laid out.

::

    [layouts.redcap]
    has = ["record_id", "redcap_event_name"]   # a file that has all these columns is laid out so
    key = ["record_id", "redcap_event_name"]   # as in [study]
    [layouts.redcap.columns]                   # as [columns]
    ferritin_ngml = "ferritin"

    [layouts.spss]
    files = ["*.sav"]                          # by name; with both, a file must fit both
    [layouts.spss.columns]                     # without a key it is the usual layout, but for these columns
    sex = { variable = "sex", codes = { 1 = "male", 2 = "female" } }
"""

from __future__ import annotations

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ColumnMap, Layout
from rlsstudy.declare.study_column_tables import Columns, read_columns
from rlsstudy.declare.study_head import Asked, read_key
from rlsstudy.declare.toml_table import Table


def read_layouts(
    tables: Table | None, columns: Columns, asked: Asked
) -> tuple[tuple[Layout, ...], CausalModel, frozenset[str], tuple[str, ...]]:
    """Read ``[layouts]``: every key is the name of a layout.

    Parameters
    ----------
    tables : Table, optional
        The part of the study file. Problems are noted in it.
    columns : Columns
        What ``[columns]`` says.
    asked : Asked
        What ``[study]`` says.

    Returns
    -------
    layouts : tuple of Layout
        Those that could be read.
    model : CausalModel
        The model with the variables that their columns declare.
    unread : frozenset of str
        Variables that could not be read.
    drop : tuple of str
        Columns that are left out.
    """
    model, unread, drop = columns.model, columns.unread, columns.drop
    layouts = []
    for name in () if tables is None else tables.keys:
        table = tables.table(name) if tables is not None else None
        if table is None:
            continue
        has, files = table.texts("has"), table.texts("files")
        key, visit = read_key(table)
        own = read_columns(table.table("columns"), model, unread)
        table.finish()
        if not has and not files and not _is_wrong(table, has, files):
            table.complain(
                "'has' must list the columns by which a file of this layout is known, or 'files' names.",
                "has",
            )
        if not table.has("columns"):
            table.complain("its [columns] are missing.", "columns")
        maps = own.maps
        if not table.has("key"):
            key, visit, maps = asked.key, asked.visit, _but_for(columns.maps, own.maps)
        model, unread, drop = own.model, own.unread, (*drop, *own.drop)
        if (has or files) and key is not None:
            layouts.append(Layout(name, has or (), key, maps, visit, files or ()))
    return tuple(layouts), model, unread, drop


def _is_wrong(table: Table, *values: tuple[str, ...] | None) -> bool:
    """Whether one of the two is there and is no list of texts, which has been said."""
    return any(table.has(key) and value is None for key, value in zip(("has", "files"), values, strict=True))


def _but_for(usual: tuple[ColumnMap, ...], own: tuple[ColumnMap, ...]) -> tuple[ColumnMap, ...]:
    """Return the usual columns, with these in place of those of the same variables."""
    replaced = {column.variable for column in own} | {column.column for column in own}
    return (*(one for one in usual if one.variable not in replaced and one.column not in replaced), *own)

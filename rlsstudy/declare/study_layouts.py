"""The ``[layouts]`` part of a study file: other ways in which some of its files are laid out.

::

    [layouts.redcap]
    has = ["record_id", "redcap_event_name"]   # a file that has all these columns is laid out so
    key = ["record_id", "redcap_event_name"]   # as in [study], whose key it is unless given
    [layouts.redcap.columns]                   # as [columns]
    ferritin_ngml = "ferritin"
"""

from __future__ import annotations

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.study import Layout
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
        has = table.texts("has")
        key, visit = read_key(table)
        own = read_columns(table.table("columns"), model, unread)
        table.finish()
        if not has and (has is not None or not table.has("has")):
            table.complain("'has' must list the columns by which a file of this layout is known.", "has")
        if not table.has("columns"):
            table.complain("its [columns] are missing.", "columns")
        if not table.has("key"):
            key, visit = asked.key, asked.visit
        model, unread, drop = own.model, own.unread, (*drop, *own.drop)
        if has and key is not None:
            layouts.append(Layout(name, has, key, own.maps, visit))
    return tuple(layouts), model, unread, drop

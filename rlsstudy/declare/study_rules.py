"""The ``[[exclusions]]`` and ``[[contradictions]]`` of a study file: who leaves, and what cannot be so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import Condition, Contradiction, Exclusion
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.text_forms import days_of
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import did_you_mean

BOUNDS = ("below", "above")


def read_exclusions(
    tables: Iterable[Table], model: CausalModel, unread: frozenset[str] = frozenset()
) -> tuple[Exclusion, ...]:
    """Read ``[[exclusions]]``, in order; rules on ``unread`` variables are not judged."""
    rules = [rule for table in tables for rule in _read_exclusion(table)]
    return tuple(rule for rule, table in rules if rule.variable not in unread and _fits(rule, table, model))


def _read_exclusion(table: Table) -> Iterator[tuple[Exclusion, Table]]:
    variable, reason = table.text("variable"), table.text("reason")
    below, above = _bound(table, "below"), _bound(table, "above")
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
        _not_declared(table, rule.variable, model, "variable")
        return False
    variable = model[rule.variable]
    bounds = [key for key in BOUNDS if getattr(rule, key) is not None]
    if variable.has_levels and bounds:
        table.complain(f"'{rule.variable}' has levels; 'below' and 'above' are for numbers.", bounds[0])
        return False
    return _suit(table, bounds, variable)


def read_contradictions(
    tables: Iterable[Table], model: CausalModel, unread: frozenset[str] = frozenset()
) -> tuple[Contradiction, ...]:
    """Read ``[[contradictions]]``, in order.

    Parameters
    ----------
    tables : iterable of Table
        The rules. Problems are noted in them.
    model : CausalModel
        The declared variables.
    unread : frozenset of str
        Variables that could not be read; rules on them are left out.

    Returns
    -------
    tuple of Contradiction
        The rules that could be read.
    """
    found = [_read_contradiction(table, model, unread) for table in tables]
    return tuple(rule for rule in found if rule is not None)


def _read_contradiction(table: Table, model: CausalModel, unread: frozenset[str]) -> Contradiction | None:
    reason, when, refuse = table.text("reason"), table.table("when"), table.flag("refuse")
    table.finish()
    lacking = [key for key in ("reason", "when") if not table.has(key)]
    if lacking:
        table.complain(f"{' and '.join(repr(key) for key in lacking)} must be given.")
    if when is None:
        return None
    found = [_condition(when, name, model) for name in when.keys if name not in unread]
    conditions = tuple(condition for condition in found if condition is not None)
    if len(when.keys) < 2 and not any(condition.above_variable for condition in conditions):
        when.complain("two conditions or more are needed, which cannot be so together.")
    return (
        Contradiction(reason or "", conditions, bool(refuse)) if len(conditions) == len(when.keys) else None
    )


def _condition(when: Table, name: str, model: CausalModel) -> Condition | None:
    """Read one condition: ``"yes"``, ``["male"]`` or ``{ below = 7 }``."""
    if name not in model:
        when.raw(name)
        _not_declared(when, name, model, name)
        return None
    variable, value = model[name], when.raw(name)
    if isinstance(value, dict):
        return _bounds(when, variable, model)
    levels = (value,) if isinstance(value, str) else when.texts(name)
    if not variable.has_levels:
        when.complain(f"'{name}' is {variable.kind}: write {{ below = … }} or {{ above = … }}.", name)
        return None
    if not levels:
        when.complain(f"'{name}' needs a level, or a list of levels.", name)
        return None
    unknown = [level for level in levels if level not in variable.codes]
    for level in unknown:
        when.complain(f"'{name}' has no level '{level}'.{did_you_mean(level, variable.levels)}", name)
    return None if unknown else Condition(name, levels)


def _bounds(when: Table, variable: Variable, model: CausalModel) -> Condition | None:
    table = when.table(variable.name)
    assert table is not None
    other = table.raw("above") if isinstance(table.raw("above"), str) else None
    below, above = _bound(table, "below"), None if other is not None else _bound(table, "above")
    table.finish()
    if variable.has_levels or variable.kind is Kind.TEXT:
        when.complain(
            f"'{variable.name}' is {variable.kind}; 'below' and 'above' are for numbers.", variable.name
        )
        return None
    if isinstance(other, str) and not _comparable(table, other, variable, model):
        return None
    if not any(table.has(key) for key in BOUNDS):
        table.complain("'below' or 'above' must be given.")
        return None
    given = [key for key, value in zip(BOUNDS, (below, above), strict=True) if value is not None]
    if not _suit(table, given, variable) or not (given or other):
        return None
    return Condition(variable.name, (), below, above, str(other) if other is not None else None)


def _comparable(table: Table, other: str, variable: Variable, model: CausalModel) -> bool:
    """Whether another variable is declared, and a number or a date as this one is."""
    if other not in model:
        _not_declared(table, other, model, "above")
        return False
    kinds = {variable.kind, model[other].kind}
    if kinds <= {Kind.INTEGER, Kind.CONTINUOUS} or kinds == {Kind.DATE}:
        return True
    table.complain(
        f"'{variable.name}' is {variable.kind} and '{other}' is {model[other].kind}; these cannot be compared.",
        "above",
    )
    return False


def _bound(table: Table, key: str) -> float | None:
    """Return a bound, a number or a date, as numbers are kept."""
    if isinstance(table.raw(key), date):
        day = table.day(key)
        return None if day is None else days_of(day)
    return table.number(key)


def _suit(table: Table, keys: Iterable[str], variable: Variable) -> bool:
    """Whether bounds are dates where the variable is one, and numbers where it is one; what is not is noted."""
    is_date = variable.kind is Kind.DATE
    if variable.kind is Kind.TEXT:
        table.complain(f"'{variable.name}' is text, which has no bounds.")
        return False
    wrong = [key for key in keys if isinstance(table.raw(key), date) != is_date]
    for key in wrong:
        needed = "a date without quotes, such as 2010-01-31" if is_date else "a number"
        table.complain(f"'{key}' must be {needed}, as '{variable.name}' is {variable.kind}.", key)
    return not wrong


def _not_declared(table: Table, name: str, model: CausalModel, key: str) -> None:
    table.complain(f"no variable '{name}' is declared.{did_you_mean(name, model.by_name)}", key)

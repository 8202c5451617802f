"""The ``[variables]`` part of a study file: variables of the study's own, and changes to declared ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import BandOf, Derived, SumOf
from rlsstudy.declare.kinds import Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import DeclarationError

SOURCE = "declared in the study file"
# Effects of a model are declared per contrast of the cause, and values are drawn within limits: to change
# those would change a synthetic cohort and its truth without a word.
KEYS_WITHOUT_EFFECT = frozenset({"label", "source"})


def read_variables(tables: Table | None, base: CausalModel, *, synthetic: bool) -> CausalModel:
    """Return the base model with the variables that a study file adds or changes.

    A declared variable whose ``causes``, ``sum_of`` or ``band_of`` are given loses its equation.
    Problems are noted in ``tables``; a variable that has any is left as it was.
    """
    if tables is None:
        return base
    changed = [_read_variable(tables, name, base, synthetic=synthetic) for name in tables.keys]
    try:
        return base.with_variables(*(variable for variable in changed if variable is not None))
    except DeclarationError as error:
        for problem in error.problems:
            tables.complain(problem)
        return base


def _read_variable(tables: Table, name: str, base: CausalModel, *, synthetic: bool) -> Variable | None:
    table = tables.table(name)
    if table is None:
        return None
    declared = base.by_name.get(name)
    settings = _settings(table)
    table.finish()
    if synthetic:
        _refuse_in_synthetic(table, declared, settings)
    if declared is None:
        return _new_variable(table, name, settings)
    if settings.get("unit", declared.unit) != declared.unit:
        settings.setdefault("other_units", ())  # the declared factors lead to the declared unit
        _need_numbers_in_new_unit(table, declared)
    return _checked(table, lambda: replace(declared, **settings))


def _new_variable(table: Table, name: str, settings: dict[str, Any]) -> Variable | None:
    lacking = [key for key in ("label", "domain") if not table.has(key)]
    if lacking:
        table.complain(f"a new variable needs {' and '.join(repr(key) for key in lacking)}.")
    if "label" not in settings or "domain" not in settings:
        return None
    kind = {"kind": Kind.CONTINUOUS, "source": SOURCE}
    return _checked(table, lambda: Variable(**(kind | settings | {"name": name})))


def _checked(table: Table, make: Callable[[], Variable]) -> Variable | None:
    """Return the variable, or note why it contradicts itself."""
    try:
        return make()
    except DeclarationError as error:
        for problem in error.problems:
            table.complain(problem)
        return None


def _settings(table: Table) -> dict[str, Any]:
    """Read everything a variable says about itself; what it does not say is left out."""
    other_units, missing = table.factors("other_units"), table.texts("missing")
    said = {
        "label": table.text("label"),
        "domain": table.choice("domain", Domain),
        "kind": table.choice("kind", Kind),
        "unit": table.text("unit"),
        "limits": table.pair("limits"),
        "levels": table.texts("levels"),
        "resolution": table.number("resolution"),
        "scale": table.choice("scale", Scale),
        "contrast": table.pair("contrast"),
        "missing": None if missing is None else tuple(MissingReason(reason) for reason in missing),
        "applies_to": table.text("applies_to"),
        "measured": table.flag("measured"),
        "other_units": None if other_units is None else tuple(other_units.items()),
        "source": table.text("source"),
        "evidence": table.choice("evidence", Evidence),
    }
    return {key: value for key, value in said.items() if value is not None} | _causes(table)


def _causes(table: Table) -> dict[str, Any]:
    """Read where the value comes from; what is given takes the place of a declared equation."""
    causes, derivation = table.texts("causes"), _derivation(table)
    if derivation is not None and causes is not None:
        table.complain("'causes' has no use: the causes of a derived variable are what it is derived from.")
    if derivation is not None:
        return {"equation": derivation, "causes_declared": (), "stands_for": None}
    return {} if causes is None else {"equation": None, "causes_declared": causes, "stands_for": None}


def _derivation(table: Table) -> Derived | None:
    items, least = table.texts("sum_of"), table.whole("least_answered", 1)
    score, cuts = table.text("band_of"), table.numbers("cuts")
    if least is not None and items is None:
        table.complain("'least_answered' is given without 'sum_of'.")
    if least is not None and items is not None and least > len(items):
        table.complain(f"'least_answered' is {least}, but 'sum_of' lists {len(items)} items.")
    if table.has("band_of") != table.has("cuts"):
        table.complain("'band_of' and 'cuts' are given together.")
    if items is not None:
        return SumOf(items=items, least_answered=least)
    return None if score is None or cuts is None else BandOf(score=score, cuts=cuts)


def _refuse_in_synthetic(table: Table, declared: Variable | None, settings: dict[str, Any]) -> None:
    """Note what a simulated cohort cannot follow."""
    if declared is None:
        if settings.get("equation") is None:
            table.complain(
                "a synthetic cohort cannot have a new variable, other than by 'sum_of' or 'band_of'."
            )
        return
    changed = [key for key in table.keys if key not in KEYS_WITHOUT_EFFECT]
    if changed:
        listed = ", ".join(f"'{key}'" for key in changed)
        table.complain(
            f"{listed} cannot be changed while the data are synthetic: it would change the cohort and its truth."
            " Choose a scenario in [synthetic] instead."
        )


def _need_numbers_in_new_unit(table: Table, declared: Variable) -> None:
    kept = [key for key in ("limits", "contrast", "resolution") if getattr(declared, key) is not None]
    lacking = [key for key in kept if not table.has(key)]
    if lacking:
        listed = ", ".join(f"'{key}'" for key in lacking)
        table.complain(
            f"the unit changes from {declared.unit}, so {listed} must be given too."
            " To convert a file's values instead, name their unit in [columns]."
        )

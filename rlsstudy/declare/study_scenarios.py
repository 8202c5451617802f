"""The scenarios of a study file: variations of the model, asked for by name in ``[synthetic]``.

::

    [scenarios.strong_iron]
    question = "What if iron stores mattered more?"
    about = "How to read it."      # this and the references may be left out
    references = ["Author 2020"]

    [[scenarios.strong_iron.effects]]
    of = "body_iron"               # an arrow that is added, or takes the place of the declared one
    on = "rls_severity"
    size = -0.3                    # per contrast of the cause; { former = 0.1, current = 0.3 } for a cause with levels
    evidence = "assumed"           # this one unless given, and so for the source
    source = "assumed for this scenario"
"""

from __future__ import annotations

from dataclasses import replace

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equation import Cause
from rlsstudy.declare.kinds import Evidence
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variations import Scenario
from rlsstudy.errors import DeclarationError, did_you_mean

DEFAULT_SCENARIO = "default"
SOURCE = "assumed for this scenario"


def read_scenarios(root: Table, model: CausalModel) -> CausalModel:
    """Read the study's own scenarios and return the model with them.

    Parameters
    ----------
    root : Table
        The whole study file.
    model : CausalModel
        The model whose arrows may differ.

    Returns
    -------
    CausalModel
        The model with the scenarios that could be read; what is wrong is noted in the table.
    """
    if not root.has("scenarios"):
        return model
    own = root.table("scenarios")
    if own is None:
        return model
    found = [_read(own, name, model) for name in own.keys]
    return replace(model, scenarios=model.scenarios + tuple(scenario for scenario in found if scenario))


def _read(own: Table, name: str, model: CausalModel) -> Scenario | None:
    table = own.table(name)
    if table is None:
        return None
    if name in (DEFAULT_SCENARIO, *(scenario.name for scenario in model.scenarios)):
        table.complain("a scenario of this name is declared already. Choose another name.")
    question = table.text("question")
    if not table.has("question"):
        table.complain("'question' is missing: say in a sentence what the scenario is there to show.")
    effects = [_effect(effect, model) for effect in table.tables("effects")]
    references = table.texts("references")
    about = table.text("about")
    table.finish()
    causes = tuple(effect for effect in effects if effect is not None)
    if len(causes) < len(effects) or question is None:
        return None
    if not causes:
        table.complain(f"no effect is given. Write [[scenarios.{name}.effects]] with 'of', 'on' and 'size'.")
        return None
    scenario = Scenario(name, question, (), causes, about or "", references or ())
    return scenario if _holds(table, scenario, model) else None


def _effect(table: Table, model: CausalModel) -> tuple[str, Cause] | None:
    """Read one arrow: whose effect, on what, how large."""
    cause, effect = _known(table, "of", model), _known(table, "on", model)
    size = table.number("size") if not isinstance(table.raw("size"), dict) else _sizes(table)
    if not table.has("size"):
        table.complain(
            "'size' is missing: the effect per contrast of the cause, on the scale of the equation."
        )
    source, evidence = table.text("source"), table.choice("evidence", Evidence)
    table.finish()
    if cause is None or effect is None or size is None:
        return None
    return effect, Cause(cause, size, evidence or Evidence.ASSUMED, source or SOURCE)


def _sizes(table: Table) -> tuple[tuple[str, float], ...] | None:
    sizes = table.raw("size")
    assert isinstance(sizes, dict)
    if sizes and all(isinstance(size, int | float) and not isinstance(size, bool) for size in sizes.values()):
        return tuple((str(level), float(size)) for level, size in sizes.items())
    table.complain("'size' must be a number, or one number for each level: { former = 0.1, current = 0.3 }.")
    return None


def _known(table: Table, key: str, model: CausalModel) -> str | None:
    name = table.text(key)
    if not table.has(key):
        table.complain(f"'{key}' is missing: the name of a declared variable.")
    if name is not None and name not in model:
        table.complain(f"'{key}' is '{name}', which is not declared.{did_you_mean(name, model.by_name)}")
        return None
    return name


def _holds(table: Table, scenario: Scenario, model: CausalModel) -> bool:
    """Whether the model stands with the changed arrows; a circle or an unknown level is noted."""
    try:
        model.with_causes(scenario.causes)
    except DeclarationError as error:
        for problem in error.problems:
            table.complain(problem)
        return False
    return True

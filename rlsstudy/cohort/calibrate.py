"""Solve intercepts so that declared prevalences, shares and means are hit.

The declared causes of a variable fix how its probability or mean differs between people; its
height is solved over a calibration sample of the population, drawn by address, so that the same
declaration always gives the same intercepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.draw_variable import draw_variable
from rlsstudy.cohort.streams import Stream
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.equation import Equation
    from rlsstudy.declare.missingness import MissingReason
    from rlsstudy.declare.variable import Variable

    Values = dict[str, NDArray[np.float64]]

CALIBRATION_SIZE = 2**16
CALIBRATION_SEED = 0


@lru_cache(maxsize=64)
def calibrated(model: CausalModel) -> CausalModel:
    """Return the model with every intercept solved.

    Parameters
    ----------
    model : CausalModel
        A model in which every variable has an equation.

    Returns
    -------
    CausalModel
        The same model; equations with a ``target`` or ``shares`` have their intercepts, and so have reasons
        for gaps that depend on something.

    Raises
    ------
    DeclarationError
        A variable without an equation, or a target in a group in which nobody is.
    """
    _refuse_without_equation(model)
    needed = _needed(model)
    values: Values = {}
    solved: dict[str, Equation] = {}
    for name in _calibration_order(model):
        if name not in needed:
            continue
        variable = model[name]
        assert variable.equation is not None
        if variable.equation.needs_solving:
            solved[name] = variable.equation.solved(_predictor(model, variable, values))
            variable = replace(variable, equation=solved[name])
        draw = Stream(CALIBRATION_SEED, name, 0, CALIBRATION_SIZE)
        values[name] = draw_variable(model, variable, values, draw)
    # All at once: every new model is checked for contradictions.
    return _with_solved_gaps(model.with_equations(solved), values)


def _refuse_without_equation(model: CausalModel) -> None:
    for variable in model:
        if variable.equation is None:
            raise DeclarationError(
                f"'{variable.name}' ({variable.label}) has no equation and cannot be simulated. "
                "A model changed in a study file describes real data only."
            )


def _needed(model: CausalModel) -> frozenset[str]:
    """Return what must be drawn to solve what is not solved yet."""
    asked: set[str] = set()
    for variable in model:
        equation = variable.equation
        if equation is not None and equation.needs_solving:
            asked.add(variable.name)
            asked.update(group[0] for group in (equation.target_among, equation.among) if group)
        for reason in variable.missing:
            if reason.needs_solving:
                asked.update(name for cause in reason.causes for name in cause.names)
                asked.update((variable.applies_to,) if variable.applies_to else ())
    return frozenset(asked).union(*(model.ancestors_of(name) for name in asked))


def _with_solved_gaps(model: CausalModel, values: Values) -> CausalModel:
    """Solve the height of every reason whose gaps depend on something."""
    changed = []
    solved: dict[tuple[MissingReason, str | None], MissingReason] = {}
    for variable in model:
        if not any(reason.needs_solving for reason in variable.missing):
            continue
        inside = _inside(model, variable.applies_to, values)
        reasons = []
        for reason in variable.missing:
            key = (reason, None if reason.together else variable.applies_to)
            if reason.needs_solving and key not in solved:
                predictor = reason.predictor(values, model.by_name, CALIBRATION_SIZE)
                solved[key] = reason.solved(predictor if reason.together else predictor[inside])
            reasons.append(solved.get(key, reason))
        changed.append(replace(variable, missing=tuple(reasons)))
    return model.with_variables(*changed)


def _inside(model: CausalModel, group: str | None, values: Values) -> NDArray[np.bool_]:
    if group is None:
        return np.ones(CALIBRATION_SIZE, dtype=bool)
    return np.asarray(values[group] == len(model[group].levels) - 1)


def _predictor(model: CausalModel, variable: Variable, values: Values) -> NDArray[np.float64]:
    """Return the predictor among those for whom the target is declared."""
    assert variable.equation is not None
    predictor = variable.equation.predictor(values, model.by_name, variable, CALIBRATION_SIZE)
    group = variable.equation.target_among or variable.equation.among
    if group is None:
        return predictor
    name, level = group
    inside = values[name] == model[name].level_code(level)
    if not inside.any():
        raise DeclarationError(
            f"'{variable.name}': nobody has '{name}' at '{level}', where its target is declared."
        )
    return np.asarray(predictor[inside])


def _calibration_order(model: CausalModel) -> Iterator[str]:
    """Yield names such that causes, and the groups in which targets hold, come first."""
    before = {}
    for variable in model.variables:
        target = variable.equation.target_among if variable.equation is not None else None
        before[variable.name] = (*variable.causes, *((target[0],) if target else ()))
    yield from TopologicalSorter(before).static_order()

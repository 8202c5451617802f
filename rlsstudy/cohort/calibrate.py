"""Solve intercepts so that declared prevalences, shares and means are hit.

The declared causes of a variable fix how its probability or mean differs between people; its
height is solved over a calibration sample of the population, drawn by address, so that the same
declaration always gives the same intercepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.streams import stream
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        The same model; equations with a ``target`` or ``shares`` have their intercepts.

    Raises
    ------
    DeclarationError
        A variable without an equation, or a target in a group in which nobody is.
    """
    from rlsstudy.cohort.draw import draw_variable

    solved = {}
    values: Values = {}
    for name in _calibration_order(model):
        variable = model[name]
        if variable.equation is None:
            raise DeclarationError(
                f"'{name}' ({variable.label}) has no equation and cannot be simulated. "
                "A model changed in a study file describes real data only."
            )
        if variable.equation.needs_solving:
            solved[name] = variable.equation.solved(_predictor(model, variable, values))
            model = model.with_equations({name: solved[name]})
        draw = stream(CALIBRATION_SEED, name, 0, CALIBRATION_SIZE)
        values[name] = draw_variable(model, model[name], values, draw)
    return model


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

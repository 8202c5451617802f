"""Draw one variable from its causes and a stream of uniforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived, Fixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]


def draw_variable(
    model: CausalModel, variable: Variable, values: Mapping[str, Floats], uniform: Callable[[str], Floats]
) -> Floats:
    """Draw one variable, in the instrument's resolution, shape (n,)."""
    assert variable.equation is not None
    drawn = variable.equation.draw(values, model.by_name, uniform, variable)
    if variable.resolution is None or isinstance(variable.equation, Fixed | Derived):
        return drawn
    return round_to_resolution(drawn, variable.resolution)


def round_to_resolution(values: Floats, resolution: float) -> Floats:
    """Round to whole steps; the second rounding removes the binary dust of the product."""
    # Adding zero turns the -0.0 of a small negative number into 0.0.
    return np.asarray(np.round(np.round(values / resolution) * resolution, 10) + 0.0)

"""From the truth to what a study sees: values that do not apply, and values that are missing.

The reason of a gap is kept as the place of its name in the model's sorted reasons, -1 where there
is a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import categorical, reason_names
from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.cohort.draw import BLOCK, Block
from rlsstudy.cohort.streams import uniforms
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    ReasonCodes = NDArray[np.int8]

NO_GAP = -1


def observe_block(
    model: CausalModel, block: Block, seed: int
) -> tuple[dict[str, Floats], dict[str, ReasonCodes]]:
    """Return what is observed of a block of participants, and why the rest is not.

    Parameters
    ----------
    model : CausalModel
        The declaration, with missing reasons and the group to which a variable applies.
    block : Block
        The participants and their true values.
    seed : int
        The cohort's seed.

    Returns
    -------
    values : dict of str to ndarray
        Observed values of the measured variables; NaN where there is none.
    reasons : dict of str to ndarray
        For variables that can have gaps, the code of each gap's reason.
    """
    names = reason_names(model)
    values: dict[str, Floats] = {}
    reasons: dict[str, ReasonCodes] = {}
    for name in model.order:
        variable = model[name]
        if not variable.measured:
            continue
        if isinstance(variable.equation, Derived):
            seen = variable.equation.derive(values)
            why = _reasons_of_derived(variable, seen, reasons)
        else:
            seen, why = _observe(variable, block, seed, names)
        if variable.applies_to is not None:
            outside = block.values[variable.applies_to] != len(model[variable.applies_to].levels) - 1
            seen = np.where(outside, np.nan, seen)
            why = np.where(outside, np.int8(names.index(NOT_APPLICABLE)), why)
        values[name] = seen
        if variable.missing or variable.applies_to or isinstance(variable.equation, Derived):
            reasons[name] = why
    return values, reasons


def reasons_frame(
    order: Iterable[str], reasons: Mapping[str, ReasonCodes], names: Iterable[str], index: pd.Index
) -> pd.DataFrame:
    """Return the reasons of gaps as categoricals, for the variables that have any, in that order."""
    categories = tuple(names)
    columns = {
        name: categorical(reasons[name], categories).remove_unused_categories()
        for name in order
        if name in reasons and (reasons[name] != NO_GAP).any()
    }
    return pd.DataFrame(columns, index=index)


def _observe(
    variable: Variable, block: Block, seed: int, names: tuple[str, ...]
) -> tuple[Floats, ReasonCodes]:
    """Take out values for the declared reasons; one uniform decides among them."""
    seen = block.values[variable.name]
    why = np.full(len(seen), NO_GAP, dtype=np.int8)
    if not any(reason.share for reason in variable.missing):
        return seen, why
    u = uniforms(seed, variable.name, "missing", block.start, BLOCK)[block.kept]
    below = 0.0
    for reason in variable.missing:
        gap = (u >= below) & (u < below + reason.share)
        seen = np.where(gap, np.nan, seen)
        why[gap] = names.index(reason.name)
        below += reason.share
    return seen, why


def _reasons_of_derived(variable: Variable, seen: Floats, reasons: Mapping[str, ReasonCodes]) -> ReasonCodes:
    """Give a derived gap the reason of the first gap among its causes."""
    why = np.full(len(seen), NO_GAP, dtype=np.int8)
    for cause in variable.causes:
        if cause in reasons:
            why = np.where(np.isnan(seen) & (why == NO_GAP), reasons[cause], why)
    return why

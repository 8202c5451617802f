"""From the truth to what a study sees: values that do not apply, and values that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.cohort.draw import Block
from rlsstudy.cohort.streams import uniforms
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived
from rlsstudy.declare.variable import Kind, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Reasons = NDArray[np.object_]


def observe_block(model: CausalModel, block: Block, seed: int, size: int) -> tuple[dict[str, Floats], dict[str, Reasons]]:
    """Return what is observed of a block of participants, and why the rest is not.

    Parameters
    ----------
    model : CausalModel
        The declaration, with missing reasons and the group to which a variable applies.
    block : Block
        The participants and their true values.
    seed, size : int
        The seed and the number of candidates in the block, which address the draws.

    Returns
    -------
    values : dict of str to ndarray
        Observed values of the measured variables; NaN where there is none.
    reasons : dict of str to ndarray
        For variables with gaps the reason of each gap, None where there is a value.
    """
    values: dict[str, Floats] = {}
    reasons: dict[str, Reasons] = {}
    for name in model.order:
        variable = model[name]
        if not variable.measured:
            continue
        seen, why = _observe(variable, block, seed, size)
        if isinstance(variable.equation, Derived):
            seen = variable.equation.derive(values)
            why = _reasons_of_derived(variable, seen, reasons)
        if variable.applies_to is not None:
            outside = block.values[variable.applies_to] != len(model[variable.applies_to].levels) - 1
            seen = np.where(outside, np.nan, seen)
            why[outside] = NOT_APPLICABLE
        values[name] = seen
        if np.isnan(seen).any():
            reasons[name] = why
    return values, reasons


def typed_column(variable: Variable, values: Floats) -> pd.Series | pd.Categorical:
    """Return codes or numbers in the declared type of a cohort's column."""
    if variable.has_levels:
        codes = np.where(np.isnan(values), -1, values).astype(np.int8)
        return pd.Categorical.from_codes(codes, list(variable.levels), ordered=variable.kind is Kind.ORDINAL)
    if variable.kind is Kind.INTEGER:
        return pd.Series(values).astype("Int64")
    return pd.Series(values, dtype="float64")


def typed_frame(model: CausalModel, values: Mapping[str, Floats], index: pd.Index) -> pd.DataFrame:
    """Return a cohort's data: declared order, declared types."""
    columns = {variable.name: typed_column(variable, values[variable.name]) for variable in model.measured if variable.name in values}
    frame = pd.DataFrame(columns)
    frame.index = index
    return frame


def reasons_frame(names: Iterable[str], reasons: Mapping[str, Reasons], index: pd.Index) -> pd.DataFrame:
    """Return the reasons of gaps as categoricals, in the order of ``names``."""
    columns = {name: pd.Categorical(reasons[name]) for name in names if name in reasons}
    return pd.DataFrame(columns, index=index)


def _observe(variable: Variable, block: Block, seed: int, size: int) -> tuple[Floats, Reasons]:
    """Take out values for the declared reasons; one uniform decides among them."""
    seen = block.values[variable.name]
    why: Reasons = np.full(len(seen), None, dtype=object)
    if sum(reason.share for reason in variable.missing) == 0:
        return seen, why
    u = uniforms(seed, variable.name, "missing", block.start, size)[block.kept]
    below = 0.0
    for reason in variable.missing:
        gap = (u >= below) & (u < below + reason.share)
        seen = np.where(gap, np.nan, seen)
        why[gap] = reason.name
        below += reason.share
    return seen, why


def _reasons_of_derived(variable: Variable, seen: Floats, reasons: Mapping[str, Reasons]) -> Reasons:
    """Give a derived gap the reason of the first gap among its causes."""
    why: Reasons = np.full(len(seen), None, dtype=object)
    for cause in variable.causes:
        if cause in reasons:
            open_gap = np.isnan(seen) & (why == None)  # noqa: E711  # element-wise on an object array
            why[open_gap] = reasons[cause][open_gap]
    return why

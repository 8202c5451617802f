"""From the truth to what a study sees: values that do not apply, and values that are missing.

The reason of a gap is kept as the place of its name in the model's sorted reasons, -1 where there
is a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import categorical, reason_names
from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_APPLICABLE
from rlsstudy.cohort.draw import Block
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.equations import Derived
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    ReasonCodes = NDArray[np.int8]

NO_GAP = -1


def observe_block(model: CausalModel, block: Block) -> tuple[dict[str, Floats], dict[str, ReasonCodes]]:
    """Return what is observed of a block of participants, and why the rest is not.

    Parameters
    ----------
    model : CausalModel
        The calibrated declaration, with missing reasons, limits of detection and the group to which a variable
        applies.
    block : Block
        The participants and their true values.

    Returns
    -------
    values : dict of str to ndarray
        Observed values of the measured variables; NaN where there is none.
    reasons : dict of str to ndarray
        For variables that can have gaps, the code of each gap's reason.
    """
    gaps = _Gaps(model, block, reason_names(model))
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
            seen, why = gaps.observe(variable)
        if variable.applies_to is not None:
            outside = block.values[variable.applies_to] != len(model[variable.applies_to].levels) - 1
            seen = np.where(outside, np.nan, seen)
            why = np.where(outside, gaps.code(NOT_APPLICABLE), why)
        values[name] = seen
        if variable.can_have_gaps:
            reasons[name] = why
    return values, reasons


def reasons_frame(
    order: Iterable[str], reasons: Mapping[str, ReasonCodes], names: Iterable[str], index: pd.Index
) -> pd.DataFrame:
    """Return the reasons of gaps as categoricals, for the variables that have any, in that order."""
    every = np.asarray(tuple(names), dtype=object)
    columns = {}
    for name in order:
        if name not in reasons:
            continue
        used = np.flatnonzero(np.bincount(reasons[name] + 1, minlength=len(every) + 1)[1:])
        if len(used):
            place = np.full(len(every) + 1, NO_GAP, dtype=np.int8)
            place[used] = np.arange(len(used))
            columns[name] = categorical(place[reasons[name]], tuple(every[used]))
    return pd.DataFrame(columns, index=index)


@dataclass
class _Gaps:
    """Takes out values for the declared reasons; reasons that act together decide once for a block."""

    model: CausalModel
    block: Block
    names: tuple[str, ...]
    together: dict[MissingReason, Bools] = field(default_factory=dict)

    def observe(self, variable: Variable) -> tuple[Floats, ReasonCodes]:
        """Return the values of a variable that are seen, and the reason of each gap."""
        seen = self.block.values[variable.name]
        why = np.full(len(seen), NO_GAP, dtype=np.int8)
        for reason in variable.missing:
            if reason.share:
                why[(why == NO_GAP) & self._gap(variable, reason)] = self.code(reason.name)
        low, high = variable.detection
        if low is not None:
            why[(why == NO_GAP) & (seen < low)] = self.code(BELOW_DETECTION)
        if high is not None:
            why[(why == NO_GAP) & (seen > high)] = self.code(ABOVE_DETECTION)
        return np.where(why == NO_GAP, seen, np.nan), why

    def code(self, name: str) -> np.int8:
        """Return the place of a reason's name."""
        return np.int8(self.names.index(name))

    def _gap(self, variable: Variable, reason: MissingReason) -> Bools:
        if not reason.together:
            return self._decide(variable.name, reason)
        if reason not in self.together:
            self.together[reason] = self._decide(reason.together, reason)
        return self.together[reason]

    def _decide(self, address: str, reason: MissingReason) -> Bools:
        u = self.block.place.uniforms(address, f"missing/{reason.name}")
        return np.asarray(u < reason.probability(self.block.values, self.model.by_name, len(u)))


def _reasons_of_derived(variable: Variable, seen: Floats, reasons: Mapping[str, ReasonCodes]) -> ReasonCodes:
    """Give a derived gap the reason of the first gap among its causes."""
    why = np.full(len(seen), NO_GAP, dtype=np.int8)
    for cause in variable.causes:
        if cause in reasons:
            why = np.where(np.isnan(seen) & (why == NO_GAP), reasons[cause], why)
    return why

"""Making the typed frames of a cohort, simulated or read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_APPLICABLE
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.convert import ReadColumn
    from rlsstudy.cohort.raw_table import Floats


def reason_names(model: CausalModel) -> tuple[str, ...]:
    """Return every reason for a gap that the model declares, sorted."""
    declared = {reason.name for variable in model.measured for reason in variable.missing}
    limits = (BELOW_DETECTION, ABOVE_DETECTION)
    undetected = {
        name
        for variable in model.measured
        for name, limit in zip(limits, variable.detection, strict=True)
        if limit is not None
    }
    return tuple(sorted(declared | undetected | {NOT_APPLICABLE}))


def assemble_frames(
    columns: Mapping[str, ReadColumn], model: CausalModel, participants: NDArray[np.int64]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the data and the reasons of their gaps, in the same form as a simulated cohort has them.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read and derived, by variable.
    model : CausalModel
        Gives the order and types of the columns.
    participants : ndarray of int, shape (n,)
        The index.

    Returns
    -------
    data : DataFrame, shape (n, n_variables)
        Levels as categoricals (ordinal ones ordered), whole numbers as Int64, others as float64.
    reasons : DataFrame, shape (n, n_variables_with_gaps)
        Categoricals, missing where there is a value.
    """
    index = pd.Index(participants, name="participant")
    data = typed_frame(model, {name: column.values for name, column in columns.items()}, index)
    gaps = {name: columns[name].reasons for name in data.columns if np.isnan(columns[name].values).any()}
    return data, pd.DataFrame({name: _categorical(reasons) for name, reasons in gaps.items()}, index=index)


def _categorical(reasons: NDArray[np.object_]) -> pd.Categorical:
    return pd.Categorical(reasons, categories=sorted({reason for reason in reasons if reason is not None}))


def typed_frame(model: CausalModel, values: Mapping[str, Floats], index: pd.Index) -> pd.DataFrame:
    """Return a cohort's data: declared order, declared types."""
    names = [variable.name for variable in model.measured if variable.name in values]
    columns = {name: typed_column(model[name], values[name]) for name in names}
    return pd.DataFrame(columns, index=index, copy=False)


def typed_column(variable: Variable, values: Floats) -> Floats | pd.api.extensions.ExtensionArray:
    """Return codes or numbers in the declared type of a cohort's column."""
    if variable.has_levels:
        codes = np.where(np.isnan(values), -1, values).astype(np.int8)
        return categorical(codes, variable.levels, ordered=variable.kind is Kind.ORDINAL)
    if variable.kind is Kind.INTEGER:
        gaps = np.isnan(values)
        return pd.arrays.IntegerArray(np.where(gaps, 1, values).astype(np.int64), gaps)
    return np.asarray(values, dtype=np.float64)


def categorical(
    codes: NDArray[np.int8], levels: tuple[str, ...], *, ordered: bool = False
) -> pd.Categorical[str]:
    """Return levels from their codes, -1 for none."""
    return pd.Categorical.from_codes(codes, pd.Index(levels), ordered=ordered)

"""Making the typed frames of a cohort, simulated or read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.checks.dates import MICROSECONDS_PER_DAY
from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_APPLICABLE
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.gaps import Gaps
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import Floats


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
    columns: Mapping[str, ReadColumn], model: CausalModel, index: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the data and the reasons of their gaps, in the same form as a simulated cohort has them.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read and derived, by variable.
    model : CausalModel
        Gives the order and types of the columns.
    index : Index, length n
        The participants, or participants and visits.

    Returns
    -------
    data : DataFrame, shape (n, n_variables)
        Levels as categoricals (ordinal ones ordered), whole numbers as Int64, texts as strings, dates as
        datetime64, others as float64.
    reasons : DataFrame, shape (n, n_variables_with_gaps)
        Categoricals, missing where there is a value.
    """
    names = [variable.name for variable in model.measured if variable.name in columns]
    data = pd.DataFrame({name: _typed(columns[name]) for name in names}, index=index, copy=False)
    gaps = {name: columns[name].gaps for name in names if columns[name].gaps.where.any()}
    return data, pd.DataFrame({name: _categorical(reasons) for name, reasons in gaps.items()}, index=index)


def _typed(column: ReadColumn) -> Floats | pd.api.extensions.ExtensionArray | NDArray[np.datetime64]:
    """Return the values of a column in the declared type."""
    kind, values = column.variable.kind, column.values
    if kind is Kind.TEXT:
        assert column.texts is not None
        places = np.where(np.isnan(values), -1, values).astype(np.int64)
        texts = np.asarray([*column.texts, None], dtype=object)
        return pd.array(texts[places], dtype="string")
    if kind is Kind.DATE:
        return dates_of(values)
    return typed_column(column.variable, values)


def dates_of(days: Floats) -> NDArray[np.datetime64]:
    """Return days since 1970-01-01 as dates, to the microsecond; NaN as not a time."""
    known = ~np.isnan(days)
    moments = np.full(len(days), "NaT", dtype="datetime64[us]")
    whole = np.round(days[known] * MICROSECONDS_PER_DAY).astype(np.int64)
    moments[known] = whole.astype("datetime64[us]")
    return moments


def _categorical(gaps: Gaps) -> pd.Categorical[str]:
    """Return the reasons that occur, sorted, as levels."""
    counts = np.bincount(gaps.codes, minlength=len(gaps.names) + 1)[1:]
    used = sorted({name for name, count in zip(gaps.names, counts, strict=True) if count})
    place = np.asarray(
        [-1, *(used.index(name) if name in used else -1 for name in gaps.names)], dtype=np.int16
    )
    return pd.Categorical.from_codes(place[gaps.codes], pd.Index(used))


def typed_frame(model: CausalModel, values: Mapping[str, Floats], index: pd.Index) -> pd.DataFrame:
    """Return a cohort's data: declared order, declared types."""
    names = [variable.name for variable in model.measured if variable.name in values]
    columns = {name: typed_column(model[name], values[name]) for name in names}
    return pd.DataFrame(columns, index=index, copy=False)


def typed_column(variable: Variable, values: Floats) -> Floats | pd.api.extensions.ExtensionArray:
    """Return codes or numbers in the declared type of a cohort's column."""
    if variable.has_levels:
        codes = np.where(np.isnan(values), -1, values).astype(np.int32)
        return categorical(codes, variable.levels, ordered=variable.kind is Kind.ORDINAL)
    if variable.kind is Kind.INTEGER:
        gaps = np.isnan(values)
        return pd.arrays.IntegerArray(np.where(gaps, 1, values).astype(np.int64), gaps)
    return np.asarray(values, dtype=np.float64)


def categorical(
    codes: NDArray[np.int8] | NDArray[np.int32], levels: tuple[str, ...], *, ordered: bool = False
) -> pd.Categorical[str]:
    """Return levels from their codes, -1 for none."""
    return pd.Categorical.from_codes(codes, pd.Index(levels), ordered=ordered)

"""Making the typed frames of a cohort from converted columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.observe import typed_frame
from rlsstudy.declare.causal_model import CausalModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.convert import ReadColumn


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

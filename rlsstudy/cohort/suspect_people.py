"""People who may have been entered twice under two keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import CARRIED, Kind
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.read_column import ReadColumn

FEWEST_MEASURES = 3  # measurements with many values, in which two people hardly agree
FEWEST_VALUES = 20  # different values of such a measurement
FEWEST_COLUMNS = 5


def repeated_people(columns: Sequence[ReadColumn]) -> Iterator[Problem]:
    """Warn of rows that agree in every column, measurements with many values among them.

    Parameters
    ----------
    columns : sequence of ReadColumn
        What was read; texts are left out, keys among them.
    """
    compared = [column for column in columns if column.variable.kind not in CARRIED]
    rich = [
        column
        for column in compared
        if column.variable.kind in (Kind.CONTINUOUS, Kind.INTEGER)
        and len(np.unique(column.values[~np.isnan(column.values)])) >= FEWEST_VALUES
    ]
    if len(compared) < FEWEST_COLUMNS or len(rich) < FEWEST_MEASURES:
        return
    measured = pd.DataFrame({place: column.values for place, column in enumerate(rich)})
    enough = (measured.notna().sum(axis=1) >= FEWEST_MEASURES).to_numpy()
    again = measured.duplicated().to_numpy() & enough
    if not again.any():  # most files end here, without a look at the other columns
        return
    values = pd.DataFrame({place: column.values for place, column in enumerate(compared)})
    again &= values.duplicated().to_numpy()
    count = int(again.sum())
    if count:
        first = rich[0]
        place = first.first_place(again)
        line, cell = place.get("line"), place.get("cell")
        yield Problem(
            "W_REPEATED_PERSON",
            f"'{first.file}' has {counted(count, 'row')} the same as another in all {len(compared)} columns under another key",
            Severity.WARN,
            "one key for each person",
            "Was somebody entered twice? Compare the keys with the source.",
            first.file,
            line=line if isinstance(line, int) else None,
            cell=cell if isinstance(cell, str) else None,
            count=count,
        )

"""People who may have been entered twice under two keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import CARRIED, Kind
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn

FEWEST_MEASURES = 3  # measurements with many values, in which two people hardly agree
FEWEST_VALUES = 20  # different values of such a measurement
FEWEST_COLUMNS = 5
FIRST_ROWS = 2_000


def repeated_people(columns: Sequence[ReadColumn]) -> Iterator[Problem]:
    """Warn of rows that agree in every column, measurements with many values among them.

    Parameters
    ----------
    columns : sequence of ReadColumn
        What was read; texts are left out, keys among them.
    """
    compared = [column for column in columns if column.variable.kind not in CARRIED]
    rich = [column for column in compared if _has_many_values(column)]
    if len(compared) < FEWEST_COLUMNS or len(rich) < FEWEST_MEASURES:
        return
    again = _same_rows(rich, compared)
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


def _has_many_values(column: ReadColumn) -> bool:
    """Whether a column is a measurement with many values, as its first rows show."""
    if column.variable.kind not in (Kind.CONTINUOUS, Kind.INTEGER):
        return False
    seen = column.values[:FIRST_ROWS]
    return len(np.unique(seen[~np.isnan(seen)])) >= FEWEST_VALUES


def _same_rows(rich: Sequence[ReadColumn], compared: Sequence[ReadColumn]) -> Mask:
    """Mark the rows that are the same as one above; few agree in three measurements, and only these are compared."""
    first = pd.DataFrame({place: column.values for place, column in enumerate(rich[:FEWEST_MEASURES])})
    alike = np.flatnonzero((first.duplicated(keep=False) & first.notna().all(axis=1)).to_numpy())
    whole = pd.DataFrame({place: column.values[alike] for place, column in enumerate(compared)})
    again = np.zeros(len(first), dtype=bool)
    again[alike[whole.duplicated().to_numpy()]] = True
    return again

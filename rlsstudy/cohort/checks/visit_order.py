"""The order of visits, where the study or the numbers of the visits say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.read_column import ReadColumn, Source
from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.variable import Variable

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.merge import Merged

VISIT = "visit"


def visit_order(
    merged: Merged, columns: Mapping[str, ReadColumn], column: str, stays: Mask
) -> ReadColumn | None:
    """Return the visits as numbers that rise with time, None where nothing says how they follow each other.

    Parameters
    ----------
    merged : Merged
        The rows with their visits as written.
    columns : mapping of str to ReadColumn
        What was read of those who stay, by variable: a declared visit is there.
    column : str
        The column of the visit in the first file.
    stays : ndarray of bool
        The rows of those who stay.
    """
    for read in columns.values():
        if read.source is not None and read.source.column == column:
            ordered = read.variable.kind in (Kind.INTEGER, Kind.CONTINUOUS, Kind.ORDINAL, Kind.DATE)
            return read if ordered else None
    assert merged.visits is not None
    visits = merged.visits[stays].tolist()
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in visits if text.strip()):
        return None
    values = np.asarray([float(text) if text.strip() else np.nan for text in visits])
    source = Source(merged.tables[0], column, merged.rows[0][stays])
    variable = Variable(VISIT, "Visit", Domain.STUDY, Kind.INTEGER)
    return ReadColumn(variable, values, Gaps.none(len(values)), source)

"""Small columns and tables for the tests of what is checked after reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.read_column import ReadColumn, Source
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.declare import Domain, Kind, Variable


def number(name: str, kind: Kind = Kind.CONTINUOUS, **declared: object) -> Variable:
    return Variable(name, name.upper(), Domain.STUDY, kind, **declared)


def levels(name: str, *allowed: str) -> Variable:
    return Variable(name, name.upper(), Domain.STUDY, Kind.CATEGORICAL, levels=allowed)


def column(variable: Variable, values: Sequence[float | str | None]) -> ReadColumn:
    """Return a column read from 'c.csv', whose first row stands in line 2."""
    n = len(values)
    table = RawTable("c.csv", {}, n, np.arange(2, n + 2))
    coded = [np.nan if v is None else variable.codes[v] if isinstance(v, str) else v for v in values]
    gaps = Gaps.of(["not recorded" if value is None else None for value in values])
    return ReadColumn(
        variable, np.asarray(coded, dtype=float), gaps, Source(table, variable.name, np.arange(n))
    )

"""Reading SAS transport files (XPT) with ReadStat.

``pandas.read_sas`` must not be used: it returns 5.4e-79 for 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rlsstudy.cohort.raw_table import (
    NumberColumn,
    RawColumn,
    RawTable,
    TextColumn,
    check_shape,
    check_size,
    damaged,
    header_problems,
    no_rows,
)


def read_xport(path: Path) -> RawTable:
    """Read a SAS transport file, version 5 or 8.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawTable
        Numeric variables as numbers, dates and times among them as SAS stores them; character
        variables as text.

    Raises
    ------
    CohortError
        The file is too large, damaged, or not a transport file.
    """
    import pyreadstat

    check_size(path)
    try:
        _, about = pyreadstat.read_xport(path, metadataonly=True, output_format="dict")
        check_shape(path, about.number_columns or 0, about.number_rows or 0)
        content, _ = pyreadstat.read_xport(path, output_format="dict", disable_datetime_conversion=True)
    # What the parser raises on damaged files, as found by changing bytes at random.
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeDecodeError,
        TypeError,
        OSError,
    ) as error:
        raise damaged(path, "a SAS transport file") from error
    problems = header_problems(path.name, about.column_names, None)
    columns = {name: _as_column(values) for name, values in content.items()}
    n_rows = len(next(iter(content.values()), []))
    if n_rows == 0:
        problems.append(no_rows(path.name))
    return RawTable(path.name, columns, n_rows, None, tuple(problems))


def _as_column(values: list[float | str | None]) -> RawColumn:
    if any(isinstance(value, str) for value in values):
        cells = np.empty(len(values), dtype=object)
        cells[:] = [value if isinstance(value, str) else "" for value in values]
        return TextColumn.of(cells)
    return NumberColumn(
        np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)
    )

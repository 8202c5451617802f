"""Reading SPSS files: ``.sav``, ``.zsav`` and portable ``.por``."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from rlsstudy.cohort.files.file_kind import SPSS, SPSS_PORTABLE
from rlsstudy.cohort.files.raw_table import RawTable, note
from rlsstudy.cohort.files.read_statpack import Metadata, Source, check_kind, read_table, short_names_hint
from rlsstudy.cohort.files.statpack_column import Meaning
from rlsstudy.cohort.files.statpack_time import Calendar, Writer
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.problems import Problem, counted

# SPSS counts seconds from the first day of the Gregorian calendar: 1.4e10 in our time, of which a double holds
# five decimals.
SECONDS = Calendar(date(1582, 10, 14), 100_000, 100_000)
DATE_FORMATS = frozenset(
    ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", "DATETIME", "YMDHMS")
)
TIME_FORMATS = frozenset(("TIME", "MTIME", "DTIME"))
COUNT_AT, NOT_COUNTED = 80, b"\xff" * 4  # where a sav file says how many rows it has, and what if it does not
DEFLATE_MOST = 1032  # bytes that one byte of a zsav file can unfold to; a cell takes one or more


def read_spss(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read an SPSS file.

    Parameters
    ----------
    path : Path
        The file; ``.sav``, ``.zsav`` and ``.por`` are told apart by their content.
    options : FileOptions
        ``encoding``, where it is not the one that the file names, and the limits.

    Returns
    -------
    RawTable
        Numbers with the file's value labels, and texts. Dates and times are written as ISO 8601 says. Values that
        the file declares missing are absent; their label, or the code, is the reason.

    Raises
    ------
    CohortError
        The file is too large, damaged, not of SPSS, or in another encoding.
    """
    kind = check_kind(path, SPSS, "E_NOT_SPSS", SPSS[0])
    if kind == SPSS_PORTABLE:
        table = read_table(path, Source("por", kind, _meaning), options)
        return replace(table, header_hint=short_names_hint("The portable format of SPSS", table.columns))
    table = read_table(path, Source("sav/zsav", kind, _meaning, DEFLATE_MOST), options)
    with path.open("rb") as file:
        file.seek(COUNT_AT)
        is_counted = file.read(len(NOT_COUNTED)) != NOT_COUNTED
    return table if is_counted else replace(table, problems=(*table.problems, _not_counted(table)))


def _not_counted(table: RawTable) -> Problem:
    message = f"'{table.file}' does not say how many rows it has; {counted(table.n_rows, 'row was', 'rows were')} read"
    hint = "Compare that with the program that wrote it: a file cut short would look the same."
    return note("N_ROWS_UNKNOWN", message, table.file, hint=hint)


def _meaning(file: str, about: Metadata, name: str) -> Meaning:
    ranges = [(limits["lo"], limits["hi"]) for limits in about.missing_ranges.get(name, ())]
    return Meaning(
        file,
        name,
        about.readstat_variable_types[name] == "string",
        _writer(about.original_variable_types[name]),
        about.variable_value_labels.get(name, {}),
        ranges,
    )


def _writer(written: str | None) -> Writer | None:
    """Return what turns numbers of a format such as ``ADATE10`` or ``DATETIME20.2`` into dates or times."""
    name = re.sub(r"[0-9.]*$", "", written or "")
    if name in DATE_FORMATS:
        return SECONDS.dates
    return SECONDS.spans if name in TIME_FORMATS else None

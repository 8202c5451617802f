"""Reading Stata files (``.dta``), from version 4 to 19."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.file_kind import STATA
from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.raw_table import RawTable, damaged
from rlsstudy.cohort.files.read_statpack import Metadata, Source, check_kind, read_table
from rlsstudy.cohort.files.statpack_column import EXACT_DOUBLE, Meaning
from rlsstudy.cohort.files.statpack_time import SECONDS_A_DAY, Calendar, Writer, Written
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions

if TYPE_CHECKING:
    from rlsstudy.cohort.files.raw_columns import Floats

START, END = b"<stata_dta>", b"</stata_dta>"
ORIGIN = date(1960, 1, 1)
DAYS = Calendar(ORIGIN, SECONDS_A_DAY * 1000, 1000)
MILLISECONDS = Calendar(ORIGIN, 1, 1000)
EXACT_FLOAT = 2.0**24  # Stata's usual type holds seven digits
FORMAT = re.compile(r"%-?(?:t(?P<unit>[cCdwmqhy])|d)(?P<shown>.*)")
DATE_PARTS = re.compile(
    r"[CYMLNnDdJjwhq]"
)  # what a display format shows of a date; H, h, m (after :) and s are of time
PERIODS: Mapping[str, tuple[int, str]] = {"w": (52, "w"), "m": (12, "-"), "q": (4, "q"), "h": (2, "h")}
# The ends of the days that had 86,401 seconds, which %tC counts (IERS Bulletin C; none since 2016).
# fmt: off
LEAP_DAYS = (
    "1972-06-30", "1972-12-31", "1973-12-31", "1974-12-31", "1975-12-31", "1976-12-31", "1977-12-31",
    "1978-12-31", "1979-12-31", "1981-06-30", "1982-06-30", "1983-06-30", "1985-06-30", "1987-12-31",
    "1989-12-31", "1990-12-31", "1992-06-30", "1993-06-30", "1994-06-30", "1995-12-31", "1997-06-30",
    "1998-12-31", "2005-12-31", "2008-12-31", "2012-06-30", "2015-06-30", "2016-12-31",
)
# fmt: on


def read_stata(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a Stata file.

    Parameters
    ----------
    path : Path
        The file.
    options : FileOptions
        ``encoding``, for files before version 14, which do not name theirs (Windows-1252 by default); and the limits.

    Returns
    -------
    RawTable
        Numbers with the file's value labels, and texts. Dates and times are written as ISO 8601 says; a monthly
        date as ``2021-03``, a quarterly, half-yearly or weekly one as Stata shows it (``2021q1``); a year is a number.
        ``.a`` to ``.z`` are absent; their label, or the code, is the reason.

    Raises
    ------
    CohortError
        The file is too large, damaged, not of Stata, or in another encoding.
    """
    kind = check_kind(path, STATA, "E_NOT_STATA", STATA[0])
    if not _is_whole(path):
        raise damaged(path, kind)
    return read_table(path, Source("dta", kind, _meaning, 1), options)


def _is_whole(path: Path) -> bool:
    """Whether a file of version 13 or later has its end: the parser reads one without its last labels."""
    with path.open("rb") as file:
        if file.read(len(START)) != START:
            return True
        file.seek(max(0, path.stat().st_size - len(END)))
        return file.read() == END


def _meaning(file: str, about: Metadata, name: str) -> Meaning:
    kind = about.readstat_variable_types[name]
    return Meaning(
        file,
        name,
        kind == "string",
        _writer(about.original_variable_types[name]),
        about.variable_value_labels.get(name, {}),
        exact_below=EXACT_FLOAT if kind == "float" else EXACT_DOUBLE,
    )


def _writer(written: str | None) -> Writer | None:
    """Return what turns numbers of a format such as ``%tdDD/NN/CCYY`` into dates or times."""
    found = FORMAT.fullmatch(written or "")
    if found is None:
        return None
    unit, shown = found["unit"] or "d", found["shown"]
    if unit == "d":
        return DAYS.dates
    if unit == "C":
        return _without_leap_seconds
    if unit == "c":
        without_minutes = shown.replace("MM", "").replace("mm", "").replace("hh", "").replace("h", "")
        only_time = shown and not DATE_PARTS.search(without_minutes)
        return MILLISECONDS.clocks if only_time else MILLISECONDS.dates
    return _periods(*PERIODS[unit]) if unit in PERIODS else None


def _without_leap_seconds(numbers: Floats) -> Written:
    """Write ``%tC``, which counts the leap seconds: a time within one has no name in this calendar."""
    ends = np.asarray([(date.fromisoformat(day) - ORIGIN).days + 1 for day in LEAP_DAYS], dtype=np.float64)
    before = np.arange(len(ends), dtype=np.float64)
    leaps = (ends * SECONDS_A_DAY + before) * 1000  # when each of them begins, in the file's count
    passed = np.searchsorted(leaps, numbers, side="right")
    within = (passed > 0) & (numbers < leaps[np.maximum(passed, 1) - 1] + 1000)
    texts, kind = MILLISECONDS.dates(numbers - passed * 1000.0)
    return [None if inside else text for text, inside in zip(texts, within, strict=True)], kind


def _periods(per_year: int, mark: str) -> Writer:
    """Return what writes the count of periods since the first one of 1960: ``2021-03``, ``2021q1``."""

    def write(numbers: Floats) -> Written:
        texts: list[str | None] = []
        for number in numbers.tolist():
            if not (number.is_integer() and 1 <= number // per_year + ORIGIN.year <= date.max.year):
                texts.append(None)
                continue
            years, place = divmod(int(number), per_year)
            within = f"{place + 1:02d}" if mark == "-" else f"{place + 1}"
            texts.append(f"{years + ORIGIN.year:04d}{mark}{within}")
        return texts, CellKind.DATE if mark == "-" else CellKind.TEXT

    return write

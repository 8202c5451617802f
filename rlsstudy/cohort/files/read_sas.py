"""Reading SAS files: data sets (``.sas7bdat``) with their catalogue, and transport files (``.xpt``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from rlsstudy.cohort.files.file_kind import SAS, SAS_CATALOGUE, SAS_DATA
from rlsstudy.cohort.files.raw_table import RawTable, damaged, refuse
from rlsstudy.cohort.files.read_statpack import (
    Metadata,
    Source,
    check_kind,
    parse,
    read_table,
    short_names_hint,
)
from rlsstudy.cohort.files.statpack_column import EXACT_DOUBLE, Meaning
from rlsstudy.cohort.files.statpack_time import SECONDS_A_DAY, Calendar, Writer
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.problems import Problem

MICROSECONDS = 1_000_000
DAYS = Calendar(date(1960, 1, 1), SECONDS_A_DAY * MICROSECONDS, MICROSECONDS)
SECONDS = Calendar(date(1960, 1, 1), MICROSECONDS, MICROSECONDS)
# Families of formats of SAS 9.4 ("Formats by Category"); B, C, D, N, P and S at the end choose a separator.
SEPARATORS = "[BCDNPS]?"
DATE_FORMATS = re.compile(
    rf"DATE|(?:MMDDYY|DDMMYY|YYMMDD|YYMM|MMYY|YYQ){SEPARATORS}|YYQR{SEPARATORS}|YYMON|YYWEEK[UVW]|MONYY|MONNAME|MONTH"
    r"|JULIAN|JULDAY|PDJULG|PDJULI|DAY|DOWNAME|QTRR?|WEEK[UVW]|WEEKDATE|WEEKDATX|WEEKDAY|WORDDATE|WORDDATX|YEAR"
    r"|(?:IS8601|E8601|B8601)DA|NLDATE[A-Z]*|EURDF(?:DD|DE|DN|DWN|MN|MY|WDX|WKX)|(?:NENGO|MINGUO|HDATE|HEBDATE)"
)
DATETIME_FORMATS = re.compile(
    r"DATETIME|DATEAMPM|MDYAMPM|DTDATE|DTMONYY|DTWKDATX|DTYEAR|DTYYQC"
    r"|(?:IS8601|E8601|B8601)D[TNZX]|[EB]8601LX|NLDATM[A-Z]*|EURDFDT"
)
SPAN_FORMATS = re.compile(
    r"TIME|HHMM|HOUR|MMSS|TIMEAMPM|(?:IS8601|E8601|B8601)T[MZX]|[EB]8601LZ|NLTIM(?:E|AP)"
)
CLOCK_FORMATS = re.compile("TOD")  # of times and of datetimes alike
VERSION_5 = b"HEADER RECORD*******LIBRARY "
TRANSPORT_RECORD = 80  # bytes
MEMBER = re.compile(rb"HEADER RECORD\*{7}MEM(?:BER|BV8)")
OBSERVATIONS = re.compile(rb"HEADER RECORD\*{7}OBS(?:V8)? ")


def read_sas(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a SAS data set, or a transport file of version 5 or 8.

    Parameters
    ----------
    path : Path
        The file; the two are told apart by their content.
    options : FileOptions
        ``catalogue``, the ``.sas7bcat`` file with the labels of a data set; ``encoding``, where it is not the one
        that the file names (transport files name none); and the limits.

    Returns
    -------
    RawTable
        Numbers with the catalogue's labels, and texts. Dates and times are written as ISO 8601 says; those without a
        format of dates stay numbers. ``.A`` to ``.Z`` and ``._`` are absent; their label, or the code, is the reason.

    Raises
    ------
    CohortError
        A file is not there, too large, damaged, not of SAS, in another encoding, or holds several tables.
    """
    kind = check_kind(path, SAS, "E_NOT_SAS", "a SAS data set or transport file")
    labels = {} if options.catalogue is None else _catalogue(options.catalogue, options)
    if kind == SAS_DATA:
        return read_table(path, Source("sas7bdat", kind, partial(_meaning, labels)), options)
    source = Source("xport", kind, partial(_meaning, labels), row_bytes=_row_bytes)
    start = _start_of_observations(path, kind)
    table = read_table(path, source, options)
    _check_end(path, source, options, start, table.n_rows)
    with path.open("rb") as file:
        is_version_5 = file.read(len(VERSION_5)) == VERSION_5
    hint = short_names_hint("SAS transport version 5", table.columns) if is_version_5 else ""
    return replace(table, header_hint=hint)


def _row_bytes(about: Metadata) -> int:
    """Return the bytes of a row of a transport file."""
    return sum(about.variable_storage_width.values())


def _meaning(labels: Mapping[str, Mapping[Any, str]], file: str, about: Metadata, name: str) -> Meaning:
    written = about.original_variable_types[name] or ""
    format_name = re.sub(r"[0-9]*\.?[0-9]*$", "", written).upper()
    is_text = about.readstat_variable_types[name] == "string"
    return Meaning(
        file,
        name,
        is_text,
        None if is_text else _writer(format_name),
        labels.get(format_name, {}),
        exact_below=_exact_below(about.variable_storage_width[name]),
    )


def _writer(format_name: str) -> Writer | None:
    """Return what turns numbers of a format, without its width, into dates or times."""
    if DATE_FORMATS.fullmatch(format_name):
        return DAYS.dates
    if DATETIME_FORMATS.fullmatch(format_name):
        return SECONDS.dates
    if SPAN_FORMATS.fullmatch(format_name):
        return SECONDS.spans
    return SECONDS.clocks if CLOCK_FORMATS.fullmatch(format_name) else None


def _exact_below(n_bytes: int) -> float:
    """Return the first whole number that a number of so many bytes (3 to 8) does not hold for certain."""
    return 2.0 ** (8 * n_bytes - 11) if 3 <= n_bytes < 8 else EXACT_DOUBLE


def _catalogue(path: Path, options: FileOptions) -> dict[str, dict[Any, str]]:
    """Return the labels of each format of a catalogue."""
    check_kind(path, (SAS_CATALOGUE,), "E_NOT_SAS", SAS_CATALOGUE)
    source = Source("sas7bcat", SAS_CATALOGUE, partial(_meaning, {}))
    _, about, _ = parse(path, source, options)
    return {name.upper(): labels for name, labels in about.value_labels.items()}


def _start_of_observations(path: Path, what: str) -> int:
    """Return where the rows of a transport file begin; refuse one that was cut, or that holds several tables."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            size, members, observations = (
                len(content),
                _headers(MEMBER, content),
                _headers(OBSERVATIONS, content),
            )
    except (OSError, ValueError) as error:
        raise damaged(path, what) from error
    if size % TRANSPORT_RECORD or not members or not observations:
        raise damaged(path, what)
    if len(members) > 1:
        message = f"'{path.name}' holds {len(members)} tables"
        hint = "Export each to a file of its own."
        raise refuse(
            path, Problem("E_SEVERAL_TABLES", message, allowed="one table", hint=hint, file=path.name)
        )
    return observations[0] + TRANSPORT_RECORD


def _headers(pattern: re.Pattern[bytes], content: mmap) -> list[int]:
    """Return where headers begin; a participant's text is none, as it would have to fill a record by chance."""
    return [found.start() for found in pattern.finditer(content) if found.start() % TRANSPORT_RECORD == 0]


def _check_end(path: Path, source: Source, options: FileOptions, start: int, n_rows: int) -> None:
    """Refuse a transport file that ends within a row: it holds no count, and the parser drops what is left."""
    _, about, _ = parse(path, source, options, metadataonly=True)
    with path.open("rb") as file:
        file.seek(start + n_rows * _row_bytes(about))
        if file.read().strip(b" "):
            raise damaged(path, source.what)

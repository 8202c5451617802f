"""Reading a file for a proposal: as it is, else in the usual other ways, which the proposal then declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, refuse
from rlsstudy.cohort.files.readers import read_table
from rlsstudy.cohort.propose.profile import profile
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, counted, refusals

OTHER_WAY = frozenset({"E_DELIMITER", "E_ENCODING"})  # what a declaration in [files] answers
ENCODINGS = ("utf-8", "cp1252")  # what Excel writes in Western Europe where it does not write UTF-8
DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NO_NAME = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}|[^@\s]+@[^@\s]+")
_MOST_NO_NAMES = 1 / 3


def read_for_proposal(path: Path, options: FileOptions) -> tuple[RawTable, FileOptions, tuple[str, ...]]:
    """Read a file, trying the usual encodings and separators where it cannot be read as it is.

    Parameters
    ----------
    path : Path
        The file.
    options : FileOptions
        How it is to be read. Other ways are tried only where these say nothing.

    Returns
    -------
    table : RawTable
        The file.
    options : FileOptions
        How it was read.
    remarks : tuple of str
        What was found on the way, for the person who edits the proposal.

    Raises
    ------
    CohortError
        The file cannot be read in any of these ways, or its first line holds no names.
    """
    try:
        table = read_table(path, options)
    except CohortError as error:
        if options != AS_IT_IS or not OTHER_WAY.intersection(problem.code for problem in error.problems):
            raise
        found = next(_other_ways(path), None)
        if found is None:
            raise
        table, options = found
    _check_names(path, table)
    if options.decimal == AS_IT_IS.decimal and _all_with_commas(table):
        options = replace(options, decimal=",")
    return table, options, tuple(_remarks(table, options))


def _other_ways(path: Path) -> Iterator[tuple[RawTable, FileOptions]]:
    """Give the file as read in another way, where that gives several columns and no misfitting row."""
    for encoding in ENCODINGS:
        for delimiter in DELIMITERS:
            options = FileOptions(encoding=encoding, delimiter=delimiter)
            try:
                table = read_table(path, options)
            except CohortError:
                continue
            if len(table.columns) > 1 and not refusals(table.problems):
                yield table, options


def _check_names(path: Path, table: RawTable) -> None:
    """Refuse a file whose first line holds values: a proposal would write a participant's."""
    no_names = sum(_NO_NAME.fullmatch(name.strip()) is not None for name in table.columns)
    if table.columns and no_names > _MOST_NO_NAMES * len(table.columns):
        problem = Problem(
            "E_NO_HEADER",
            f"'{path.name}' has {counted(no_names, 'column name')} written like a value",
            allowed="names of columns in the first line",
            hint="Write the names of the columns above the data, or declare in [files] how many lines to skip.",
            file=path.name,
            count=no_names,
        )
        raise refuse(path, problem)


def _all_with_commas(table: RawTable) -> bool:
    """Whether numbers have decimal commas, and none a decimal point."""
    texts = [column for column in table.columns.values() if isinstance(column, TextColumn)]
    if not any("," in cell for column in texts for cell in column.distinct.tolist()):
        return False
    found = [profile(column) for column in texts]
    return any(one.n_comma_numbers for one in found) and all(one.n_numbers == one.n_integers for one in found)


def _remarks(table: RawTable, options: FileOptions) -> Iterator[str]:
    if options.delimiter not in (None, AS_IT_IS.delimiter):
        yield f"The file is separated by {NAMES.get(options.delimiter or '', 'another character')}, as [files] declares."
    if options.encoding != AS_IT_IS.encoding:
        yield f"The file is not in UTF-8. It can be read as {options.encoding}: do names with accents look right?"
    if options.decimal != AS_IT_IS.decimal:
        yield "Numbers are written with a decimal comma, as [files] declares."
    found = refusals(table.problems)
    if found:
        kinds = counted(len(found), "problem")
        yield f"The file itself has {kinds} for which it is refused; `rlsstudy check` lists them."

"""Writing Excel workbooks: what is text stays text, what is a number has all its digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.write.columns import WrittenColumn, columns_of, keys_of, names_of
from rlsstudy.cohort.write.limits import NOT_TEXT, Limits, limit_problems, refuse_to_write
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from rlsstudy.cohort.cohort import Cohort

    Cells = Iterator[object]

SHEET = "Data"
# XML has no other control characters; a carriage return comes back as a line feed, and _x000D_ as a carriage return.
UNFIT = re.compile(f"[{NOT_TEXT}\x01-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{{4}}_")
LIMITS = Limits(
    "Excel",
    longest_text=32_767,
    unfit=UNFIT,
    earliest="1900-03-01",  # Excel has a 29 February 1900, so that its earlier days are disputed
    most_rows=1_048_575,  # and the header
    most_columns=16_384,
)
MISTAKEN = ("=", "#")  # what a text begins with that openpyxl takes for a formula or an error
NO_TIME = datetime(2000, 1, 1)  # the same cohort gives the same workbook, whenever it is written


def write_xlsx(cohort: Cohort, path: Path) -> None:
    """Write a cohort as an Excel workbook with one sheet, ``Data``.

    Parameters
    ----------
    cohort : Cohort
        What is written. Texts and levels are text cells, so that ``=1+1`` and ``00123`` stay what they are and no
        formula runs; numbers are number cells with up to 17 digits (Excel shows 15), negative zero 0; dates are date cells.
        Reasons of gaps stand in columns of their own, ``<variable>__reason``.
    path : Path
        The file.

    Raises
    ------
    CohortError
        Excel cannot hold it.
    """
    from openpyxl import Workbook

    columns, keys = columns_of(cohort), keys_of(cohort)
    names = names_of(keys, columns)
    refuse_to_write(limit_problems(names, columns, len(cohort.data), LIMITS))
    book = Workbook(write_only=True)
    book.properties.creator = "rlsstudy"
    book.properties.created = book.properties.modified = NO_TIME
    sheet = book.create_sheet(SHEET)
    sheet.append(list(_texts(sheet, names)))
    cells = [_keys(sheet, key) for key in keys.values()]
    for column in columns:
        cells.append(_cells(sheet, column))
        if column.stated is not None:
            cells.append(_texts(sheet, column.stated))
    for row in zip(*cells, strict=True):
        sheet.append(row)
    book.save(path)


def _keys(sheet: WriteOnlyWorksheet, key: np.ndarray) -> Cells:
    return _texts(sheet, key) if key.dtype == object else _numbers(sheet, key.tolist())


def _cells(sheet: WriteOnlyWorksheet, column: WrittenColumn) -> Cells:
    if column.variable.kind is Kind.DATE:
        return iter(column.dates())
    if column.variable.has_levels or column.variable.kind is Kind.TEXT:
        return _texts(sheet, column.texts())
    if column.variable.kind is Kind.INTEGER:
        return _numbers(sheet, column.values.astype(object).where(~column.gaps, None))
    return _numbers(sheet, [None if number != number else number for number in column.numbers().tolist()])


def _texts(sheet: WriteOnlyWorksheet, texts: Iterable[str]) -> Cells:
    from openpyxl.cell import WriteOnlyCell

    for text in texts:
        if text[:1] in MISTAKEN:
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"
            yield cell
        else:
            yield text or None


def _numbers(sheet: WriteOnlyWorksheet, numbers: Iterable[float | None]) -> Cells:
    from openpyxl.cell import WriteOnlyCell

    for number in numbers:
        # openpyxl writes 16 digits; some doubles have 17, and are given to it as such.
        if number is None or float(f"{number:.16g}") == number:
            yield number
        else:
            cell = WriteOnlyCell(sheet, repr(number))
            cell.data_type = "n"
            yield cell

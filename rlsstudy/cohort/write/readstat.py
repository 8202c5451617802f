"""Writing for SPSS, Stata and SAS, with the labels and codes for missing values that their users expect."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.cohort.write.columns import WrittenColumn, columns_of, keys_of
from rlsstudy.cohort.write.dictionary_of import codes_below
from rlsstudy.cohort.write.limits import Limits, limit_problems, refuse_to_write
from rlsstudy.cohort.write.statpack import StatSheet, add_column, is_numeric, write_with
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Values = NDArray[Any] | pd.Categorical[Any]

SPSS = Limits(
    "SPSS",
    longest_name=64,
    longest_text=32_767,
    longest_label=120,
    first_letter=True,
    keeps_blanks=False,
    largest=float(np.nextafter(sys.float_info.max, 0)),  # the two largest below zero are SPSS's own codes
    earliest="1582-10-15",
)
STATA = Limits("Stata", longest_name=32, longest_text=2_000_000_000, longest_label=32_000, largest=2.0**1023)
SAS = Limits(
    "SAS",
    longest_name=32,
    longest_text=32_767,
    keeps_blanks=False,
    largest=16.0**63,
    smallest=16.0**-65,
    earliest="1582-01-01",
)
SHORTEST_LABELS = {"SPSS": 256, "Stata": 80, "SAS": 256}  # bytes of a variable's label; in Stata, characters
MOST_SINGLE_CODES = 3  # SPSS declares three codes missing, or a range
MEASURES = {Kind.ORDINAL: "ordinal", Kind.CONTINUOUS: "scale", Kind.INTEGER: "scale", Kind.DATE: "scale"}


def write_sav(cohort: Cohort, path: Path) -> None:
    """Write a cohort for SPSS; compressed in ``.zsav``.

    Parameters
    ----------
    cohort : Cohort
        What is written. Levels are labelled numbers. Reasons of gaps in numbers and levels are codes below every
        value (-9, -8, …), declared missing and labelled; those of texts and dates stand in a column of their own,
        ``<variable>__reason``. A gap that is simply not recorded is system-missing. Variable labels carry the unit,
        and are cut at 256 bytes. In ``.zsav``, negative zero becomes 0.
    path : Path
        The file.

    Raises
    ------
    CohortError
        SPSS cannot hold it.
    """
    import pyreadstat

    columns = columns_of(cohort)
    keys = keys_of(cohort)
    sheet = StatSheet.of(keys)
    for column in columns:
        codes = _codes_below(column)
        add_column(sheet, column, codes)
        if codes:
            sheet.missing[column.name] = _declared(list(codes.values()))
    refuse_to_write(limit_problems(sheet.names, columns, len(cohort.data), SPSS))
    write_with(
        path,
        pyreadstat.write_sav,
        sheet,
        column_labels=_cut(sheet.labels, SPSS),
        variable_value_labels=sheet.value_labels,
        missing_ranges=sheet.missing,
        variable_measure={name: _measure(columns, name) for name in sheet.columns},
        variable_format={
            **{name: "F8.0" for name, key in keys.items() if key.dtype != object},
            **{column.name: f"F{_width(column)}" for column in columns if is_numeric(column)},
        },
        compress=path.suffix.lower() == ".zsav",
    )


def write_dta(cohort: Cohort, path: Path) -> None:
    """Write a cohort for Stata 14 and later.

    Parameters
    ----------
    cohort : Cohort
        What is written. Levels are labelled numbers. Reasons of gaps in numbers and levels are ``.a`` to ``.z``,
        labelled; those of texts and dates, and more than 26, stand in a column of their own,
        ``<variable>__reason``. Variable labels carry the unit, and are cut at 80 characters. Among letters, negative
        zero becomes 0.
    path : Path
        The file.

    Raises
    ------
    CohortError
        Stata cannot hold it.
    """
    import pyreadstat

    columns = columns_of(cohort)
    sheet = StatSheet.of(keys_of(cohort))
    for column in columns:
        fits = is_numeric(column) and len(column.reasons) <= len(ascii_lowercase)
        letters = dict(zip(column.reasons, ascii_lowercase, strict=False)) if fits else {}
        add_column(sheet, column, letters)
        if letters:
            sheet.missing[column.name] = list(letters.values())
    refuse_to_write(limit_problems(sheet.names, columns, len(cohort.data), STATA))
    write_with(
        path,
        pyreadstat.write_dta,
        sheet,
        column_labels=_cut(sheet.labels, STATA),
        variable_value_labels=sheet.value_labels,
        missing_user_values=sheet.missing,
    )


def write_xpt(cohort: Cohort, path: Path) -> None:
    """Write a cohort as a SAS transport file, version 8.

    Parameters
    ----------
    cohort : Cohort
        What is written. Levels are text, because the format has no labels of values. Reasons of gaps stand in
        columns of their own, ``<variable>__reason``. Variable labels carry the unit, and are cut at 256 bytes.
        Negative zero becomes 0.
    path : Path
        The file.

    Raises
    ------
    CohortError
        SAS cannot hold it: a name, or that of a column of reasons, has more than 32 characters.
    """
    import pyreadstat

    columns = columns_of(cohort)
    sheet = StatSheet.of(keys_of(cohort))
    for column in columns:
        add_column(sheet, column, {}, labelled=False)
    refuse_to_write(limit_problems(sheet.names, columns, len(cohort.data), SAS))
    write_with(
        path,
        pyreadstat.write_xport,
        sheet,
        column_labels=_cut(sheet.labels, SAS),
        table_name="COHORT",
        file_format_version=8,
    )


def _codes_below(column: WrittenColumn) -> dict[str, float]:
    """Return a code for each reason, below everything that a value is or can be; none when there is no room."""
    if not is_numeric(column) or not column.reasons:
        return {}
    numbers = column.numbers()
    finite = numbers[np.isfinite(numbers)]
    lowest = min([0.0, *(column.variable.limits or ()), *finite.tolist()])
    return codes_below(lowest, column.reasons)


def _declared(codes: list[float]) -> list[float | dict[str, float]]:
    if len(codes) <= MOST_SINGLE_CODES:
        return list(codes)
    return [{"lo": codes[0], "hi": codes[-1]}]


def _cut(labels: Mapping[str, str], limits: Limits) -> dict[str, str]:
    """Cut what variables are called to what the format shows; the values are not concerned."""
    longest = SHORTEST_LABELS[limits.program]
    if limits is STATA:
        return {name: label[:longest] for name, label in labels.items()}
    return {name: label.encode("utf-8")[:longest].decode("utf-8", "ignore") for name, label in labels.items()}


def _measure(columns: Iterable[WrittenColumn], name: str) -> str:
    kinds = {column.name: column.variable.kind for column in columns}
    return MEASURES.get(kinds[name], "nominal") if name in kinds else "nominal"


def _width(column: WrittenColumn) -> str:
    """Return width and decimals with which SPSS shows a number."""
    if column.variable.kind is not Kind.CONTINUOUS:
        return "8.0"
    step = column.variable.resolution
    if step is None:
        return "12.4"
    decimals = len(np.format_float_positional(step, trim="-").partition(".")[2])
    return f"12.{min(decimals, 9)}"

"""Dates are read as they are declared to be written, and in no other way."""

from datetime import date

import numpy as np
import pytest

from rlsstudy.cohort.checks.dates import DateFormat, NoDate, iso_days
from rlsstudy.cohort.files.raw_columns import CellKind, TextColumn
from rlsstudy.declare import Kind
from tests.cohort.columns import number
from tests.cohort.test_convert import read

VISIT = number("visit_date", Kind.DATE, limits=(14610.0, 20818.0))


def day(year: int, month: int, day_of_month: int) -> float:
    return float((date(year, month, day_of_month) - date(1970, 1, 1)).days)


@pytest.mark.parametrize(
    ("letters", "cell"),
    [
        ("%Y-%m-%d", "2021-04-01"),
        ("%d/%m/%Y", "01/04/2021"),
        ("%d/%m/%Y", "1/4/2021"),
        ("%m/%d/%y", "4/1/21"),
        ("%Y%m%d", "20210401"),
        ("%d-%b-%Y", "01-Apr-2021"),
        ("%d %B %Y", "1 April 2021"),
    ],
)
def test_date_in_its_declared_format_is_read(letters, cell):
    assert DateFormat(letters).days(cell) == day(2021, 4, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2021-4-1", "2021-04-01 ", "21-04-01", "2021/04/01", "20210401", "2021-04", "01.04.2021", "２021-04-01",
        "2021-04-01T00:00", "44287",
    ],
)  # fmt: skip
def test_date_in_another_format_is_refused(cell):
    with pytest.raises(NoDate) as caught:
        DateFormat("%Y-%m-%d").days(cell)

    assert caught.value.code == "E_DATE_FORMAT"


@pytest.mark.parametrize("cell", ["2021-02-30", "2021-13-01", "2021-00-10", "0000-01-01"])
def test_day_that_is_none_is_told_apart_from_a_wrong_format(cell):
    with pytest.raises(NoDate) as caught:
        DateFormat("%Y-%m-%d").days(cell)

    assert caught.value.code == "E_DATE_INVALID"


def test_time_of_day_is_part_of_a_format_that_has_it():
    assert DateFormat("%Y-%m-%d %H:%M").days("1970-01-02 12:00") == 1.5
    assert iso_days("1970-01-02T06:00:00") == 1.25


def test_dates_of_typed_cells_are_taken_however_the_format_is_declared():
    raw = TextColumn.typed(["2021-04-01", "2021-04-02T10:00:00"], [CellKind.DATE, CellKind.DATE])

    column, problems = read(VISIT, raw, 2, date_format="%d/%m/%Y")

    assert column.values[0] == day(2021, 4, 1)
    assert [(p.code, p.line) for p in problems] == [("E_DATE_FORMAT", 3)]


def test_number_cell_is_no_date():
    column, problems = read(VISIT, TextColumn.typed(["44442"], [CellKind.NUMBER]), 1)

    assert np.isnan(column.values).all()
    assert [str(problem) for problem in problems] == [
        "Column 'X' of 'c.csv' (VISIT_DATE) has 1 value not written as %Y-%m-%d (first in line 2)."
        " Allowed: dates as %Y-%m-%d from 2010-01-01 to 2026-12-31."
        " Serial numbers of a spreadsheet? Give the cells a date format, and export again."
    ]


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        (["03/04/2021"], "Ambiguous: day or month first? Look it up at the source, and declare the format in [columns]."),
        (["25/04/2021", "03/04/2021"], 'Declare how they are written: in [columns], X = { …, format = "%d/%m/%Y" }.'),
        (["04/25/2021"], 'Declare how they are written: in [columns], X = { …, format = "%m/%d/%Y" }.'),
        (["20210401"], 'Declare how they are written: in [columns], X = { …, format = "%Y%m%d" }.'),
        (["2021-04"], "Whole dates are needed, with the day."),
        (["2021/04/01", "01.04.2021"], "They are written in several ways: write all of them in one, the year first."),
        (["spring"], 'Declare how they are written: in [columns], X = { …, format = "…" }.'),
    ],
)  # fmt: skip
def test_hint_says_what_the_dates_look_like(cells, hint):
    _, problems = read(VISIT, TextColumn.of(cells), len(cells))

    assert [problem.hint for problem in problems] == [hint]

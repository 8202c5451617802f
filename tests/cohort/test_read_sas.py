"""SAS files keep labels of a catalogue, special missing values and dates; a transport file is whole or refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_sas import read_sas
from rlsstudy.declare.file_options import AS_IT_IS
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "statpack"
ROW_BYTES = 21  # of the table below: five letters and two numbers


@pytest.fixture
def transport(tmp_path):
    """Write a transport file whose rows begin at a place that the tests know."""
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"id": [f"{row:05d}" for row in range(8)], "x": np.arange(8) * 1.5, "y": [1.0] * 8})
    pyreadstat.write_xport(frame, path, file_format_version=5)
    return path


def rows_start(content):
    return (content.index(b"OBS     HEADER RECORD") // 80 + 1) * 80


def only_problem(path, options=AS_IT_IS):
    with pytest.raises(CohortError) as caught:
        read_sas(path, options)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize("name", ["sample.sas7bdat", "sample.xpt"])
def test_data_set_and_transport_file_hold_one_table(name):
    table = read_sas(DATA / name)

    columns = {name.lower(): column for name, column in table.columns.items()}
    assert columns["mynum"].values.tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert list(columns["mydate"].cells) == ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
    assert columns["dtime"].cells[0] == "2018-05-06T10:10:10"
    assert list(columns["mytime"].cells) == ["10:10:10", "23:10:10", "00:00:00", "16:10:10", ""]
    assert set(columns["mytime"].kinds) == {CellKind.TIME}


def test_catalogue_gives_the_labels():
    options = replace(AS_IT_IS, catalogue=DATA / "formats.sas7bcat")

    columns = read_sas(DATA / "hadley.sas7bdat", options).columns

    assert columns["workshop"].labels == {1.0: "R", 2.0: "SAS"}
    assert columns["gender"].labels == {"f": "Female", "m": "Male"}
    assert list(columns["gender"].cells)[:4] == ["f", "f", "f", ""]
    assert columns["q1"].labels == {}


def test_data_set_without_catalogue_keeps_codes_and_column_labels():
    table = read_sas(DATA / "hadley.sas7bdat")

    assert table.columns["workshop"].labels == {}
    assert table.labels["q1"] == "The instructor was well prepared"


def test_catalogue_that_is_not_there_is_a_problem():
    problem = only_problem(DATA / "hadley.sas7bdat", replace(AS_IT_IS, catalogue=DATA / "none.sas7bcat"))

    assert (problem.code, problem.file) == ("E_NO_FILE", "none.sas7bcat")


def test_catalogue_that_is_none_is_a_problem():
    problem = only_problem(DATA / "hadley.sas7bdat", replace(AS_IT_IS, catalogue=DATA / "hadley.sas7bdat"))

    assert problem.message == "'hadley.sas7bdat' is not a SAS catalogue: it looks like a SAS data set"


def test_damaged_catalogue_is_a_problem(tmp_path):
    path = tmp_path / "formats.sas7bcat"
    path.write_bytes((DATA / "formats.sas7bcat").read_bytes()[:700])

    problem = only_problem(DATA / "hadley.sas7bdat", replace(AS_IT_IS, catalogue=path))

    assert (problem.code, problem.file) == ("E_DAMAGED", "formats.sas7bcat")


def test_catalogue_given_as_data_is_named(tmp_path):
    problem = only_problem(DATA / "formats.sas7bcat")

    assert problem.code == "E_NOT_SAS"
    assert str(problem) == (
        "'formats.sas7bcat' is not a SAS data set or transport file: it looks like a SAS catalogue. Allowed: a SAS "
        "data set or transport file. Export the data again from the program that holds them, or give the file the "
        "ending of what it is."
    )


def test_special_missing_values_of_a_transport_file_are_reasons(transport):
    content = bytearray(transport.read_bytes())
    first = rows_start(content) + 5
    for row, letter in ((1, b"A"), (2, b"_"), (3, b".")):
        content[first + row * ROW_BYTES : first + row * ROW_BYTES + 8] = letter + bytes(7)
    transport.write_bytes(content)

    column = read_sas(transport).columns["x"]

    assert np.isnan(column.values[1:4]).all()
    assert column.stated.tolist() == ["", ".A", "._", "", "", "", "", ""]
    assert [(problem.code, problem.cell, problem.count) for problem in column.problems] == [
        ("N_USER_MISSING", "record 2", 2)
    ]


@pytest.mark.parametrize(
    ("shown", "value", "text"),
    [
        ("DATE9.", 22340.0, "2021-03-01"),
        ("MMDDYY10.", 22340.0, "2021-03-01"),
        ("YYMMDDN8.", 22340.0, "2021-03-01"),
        ("E8601DA10.", 22340.0, "2021-03-01"),
        ("MONYY7.", 22340.0, "2021-03-01"),
        ("DATE9.", 22340.25, "2021-03-01T06:00:00"),
        ("DATETIME20.3", 1930228200.125, "2021-03-01T14:30:00.125"),
        ("E8601DT19.", 1930228200.0, "2021-03-01T14:30:00"),
        ("DTDATE9.", 1930176000.0, "2021-03-01"),
        ("TIME8.", 52200.0, "14:30:00"),
        ("HHMM5.", 90000.0, "25:00:00"),
        ("TOD8.", 52200.0, "14:30:00"),
        ("TOD8.", 1930228200.0, "2021-03-01T14:30:00"),
    ],
)
def test_formats_of_dates_and_times_are_written_as_iso(tmp_path, shown, value, text):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"seen": [value, np.nan]})
    pyreadstat.write_xport(frame, path, variable_format={"seen": shown})

    assert list(read_sas(path).columns["seen"].cells) == [text, ""]


@pytest.mark.parametrize("shown", ["BEST12.", "8.2", "AGEGRP8.", "PVALUE6."])
def test_number_with_another_format_stays_a_number(tmp_path, shown):
    path = tmp_path / "cohort.xpt"
    pyreadstat.write_xport(pd.DataFrame({"x": [22340.0]}), path, variable_format={"x": shown})

    assert read_sas(path).columns["x"].values.tolist() == [22340.0]


def test_number_that_is_no_date_is_a_problem(tmp_path):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"seen": [0.0, 1e70]})
    pyreadstat.write_xport(frame, path, variable_format={"seen": "DATE9."})

    column = read_sas(path).columns["seen"]

    assert list(column.cells) == ["1960-01-01", ""]
    assert [(problem.code, problem.cell) for problem in column.problems] == [("E_DATE_INVALID", "record 2")]


def test_every_cut_transport_file_is_refused(transport):
    content = transport.read_bytes()
    for size in range(1, len(content), 37):
        transport.write_bytes(content[:size])
        if size % 80 or size <= rows_start(content):
            assert only_problem(transport).code in {"E_DAMAGED", "E_NOT_SAS"}


def test_transport_file_that_ends_within_a_row_is_refused(transport):
    content = transport.read_bytes()
    transport.write_bytes(content[: rows_start(content) + 80])

    assert str(only_problem(transport)) == (
        "'cohort.xpt' is damaged, or is not a SAS transport file. Copy it again from where it came, and compare the sizes."
    )


def test_transport_file_with_two_tables_is_refused(transport):
    content = transport.read_bytes()
    transport.write_bytes(content + content[content.index(b"HEADER RECORD*******MEMBER") :])

    problem = only_problem(transport)

    assert problem.code == "E_SEVERAL_TABLES"
    assert (
        str(problem) == "'cohort.xpt' holds 2 tables. Allowed: one table. Export each to a file of its own."
    )


def test_names_that_version_5_may_have_cut_are_hinted_at(tmp_path):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"PARTICIP": [1.0], "age": [50.0]})
    pyreadstat.write_xport(frame, path, file_format_version=5)

    assert read_sas(path).header_hint == (
        "SAS transport version 5 cuts names at 8 characters: map PARTICIP in [columns]."
    )
    pyreadstat.write_xport(frame, path, file_format_version=8)
    assert read_sas(path).header_hint == ""


def test_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame([[1.0, 2.0]], columns=["aaaaaaaa", "bbbbbbbb"])
    pyreadstat.write_xport(frame, path, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"bbbbbbbb", b"aaaaaaaa"))

    assert only_problem(path).code == "E_DUPLICATE_COLUMN"


def test_text_of_a_transport_file_is_in_the_declared_encoding(transport):
    content = bytearray(transport.read_bytes())
    content[rows_start(content)] = 0xE9
    transport.write_bytes(content)

    assert only_problem(transport).code == "E_ENCODING"
    options = replace(AS_IT_IS, encoding="windows-1252")
    assert read_sas(transport, options).columns["id"].cells[0] == "é0000"

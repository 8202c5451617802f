"""Stata files keep labels, extended missing values and every kind of date."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_stata import read_stata
from rlsstudy.declare.file_options import AS_IT_IS
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "statpack"


def written(tmp_path, values, shown):
    """Write one column with a display format and read it."""
    path = tmp_path / "cohort.dta"
    pyreadstat.write_dta(pd.DataFrame({"seen": values}), path, variable_format={"seen": shown})
    return read_stata(path).columns["seen"]


def test_sample_is_read_as_its_authors_say():
    table = read_stata(DATA / "sample.dta")

    columns = table.columns
    assert columns["mynum"].values.tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert list(columns["mydate"].cells) == ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
    assert columns["dtime"].cells[0] == "2018-05-06T10:10:10"
    assert list(columns["mytime"].cells) == ["10:10:10", "23:10:10", "00:00:00", "16:10:10", ""]
    assert set(columns["mytime"].kinds) == {CellKind.TIME}
    assert columns["myord"].labels == {1.0: "low", 2.0: "medium", 3.0: "high"}
    assert table.labels["mychar"] == "character"


def test_extended_missing_values_are_reasons_by_label_or_code():
    columns = read_stata(DATA / "missing_test.dta").columns

    assert [columns[f"var{place}"].stated[0] for place in range(1, 7)] == [
        "missing",
        ".b",
        ".c",
        ".x",
        ".y",
        ".z",
    ]
    assert columns["var7"].stated is None
    assert np.isnan(columns["var7"].values[0])
    assert columns["var9"].values.tolist() == [1.0]


def test_extended_missing_values_are_told_with_the_first_record():
    column = read_stata(DATA / "tagged-na-double.dta").columns["x"]

    assert column.values[:5].tolist() == [1, 2, 3, 4, 5]
    assert column.stated[5:].tolist() == ["apple", ".h", ".zebra"]
    assert str(column.problems[0]) == (
        "Column 'x' of 'tagged-na-double.dta' has 3 values that the file itself declares missing (first in record 6). "
        "They are kept as missing, with the code or its label as the reason."
    )


@pytest.mark.parametrize(
    ("shown", "value", "text"),
    [
        ("%td", 22340.0, "2021-03-01"),
        ("%d", 22340.0, "2021-03-01"),
        ("%-tdDD/NN/CCYY", 22340.0, "2021-03-01"),
        ("%td", 22340.5, "2021-03-01T12:00:00"),
        ("%tc", 1930228200000.0, "2021-03-01T14:30:00"),
        ("%tcDDmonCCYY_HH:MM:SS", 1930228200001.0, "2021-03-01T14:30:00.001"),
        ("%tC", 1930228227000.0, "2021-03-01T14:30:00"),
        ("%tm", 734.0, "2021-03"),
        ("%tm", -1.0, "1959-12"),
        ("%tq", 244.0, "2021q1"),
        ("%th", 122.0, "2021h1"),
        ("%tw", 3180.0, "2021w9"),
        ("%tcHH:MM", 52200000.0, "14:30:00"),
        ("%tcHH:MM:SS", 1930228200000.0, "2021-03-01T14:30:00"),
    ],
)
def test_dates_of_every_unit_are_written_as_they_are(tmp_path, shown, value, text):
    assert list(written(tmp_path, [value, np.nan], shown).cells) == [text, ""]


@pytest.mark.parametrize("shown", ["%ty", "%tbnyse", "%9.0g"])
def test_years_and_numbers_stay_numbers(tmp_path, shown):
    assert written(tmp_path, [2021.0, 2020.0], shown).values.tolist() == [2021.0, 2020.0]


@pytest.mark.parametrize("shown", ["%td", "%tc", "%tC", "%tm"])
def test_number_that_is_no_date_is_a_problem(tmp_path, shown):
    column = written(tmp_path, [0.0, 1e100, -1e100], shown)

    assert [(problem.code, problem.cell, problem.count) for problem in column.problems] == [
        ("E_DATE_INVALID", "record 2", 2)
    ]


def test_time_within_a_leap_second_has_no_name(tmp_path):
    # 2016-12-31T23:59:60, the 27th leap second, in milliseconds with the 26 before it.
    last_second = (20820 * 86400 + 26) * 1000.0
    column = written(tmp_path, [last_second - 1000, last_second, last_second + 1000], "%tC")

    assert list(column.cells) == ["2016-12-31T23:59:59", "", "2017-01-01T00:00:00"]


def test_identifiers_in_a_float_are_warned_of_from_eight_digits_on(tmp_path):
    path = tmp_path / "cohort.dta"
    frame = pd.DataFrame({"id": np.asarray([1, 20_000_001], dtype=np.float32)})
    frame.to_stata(path, write_index=False)

    (problem,) = read_stata(path).columns["id"].problems

    assert str(problem) == (
        "Column 'id' of 'cohort.dta' has 1 whole number of 16,777,216 or more, whose last digits the file may not "
        "hold (first in record 2). If they are identifiers, export them as text."
    )


def test_old_files_are_in_windows_1252_unless_declared_otherwise(tmp_path):
    path = tmp_path / "cohort.dta"
    pyreadstat.write_dta(pd.DataFrame({"town": ["Koln"]}), path, version=10)
    path.write_bytes(path.read_bytes().replace(b"Koln", b"K\xf6ln"))

    assert list(read_stata(path).columns["town"].cells) == ["Köln"]
    other = replace(AS_IT_IS, encoding="cp1253")
    assert list(read_stata(path, other).columns["town"].cells) == ["Kφln"]


def test_long_and_leading_texts_are_kept(tmp_path):
    path = tmp_path / "cohort.dta"
    texts = ["00123", " b", "x" * 3000]
    pyreadstat.write_dta(pd.DataFrame({"id": texts}), path)

    assert list(read_stata(path).columns["id"].cells) == texts


def test_file_of_another_kind_is_named(tmp_path):
    path = tmp_path / "cohort.dta"
    path.write_bytes((DATA / "sample.sav").read_bytes())

    with pytest.raises(CohortError) as caught:
        read_stata(path)

    assert caught.value.problems[0].code == "E_NOT_STATA"
    assert str(caught.value.problems[0]).startswith(
        "'cohort.dta' is not a Stata file: it looks like an SPSS file. Allowed: a Stata file."
    )


def test_every_cut_file_is_refused(tmp_path):
    content = (DATA / "sample.dta").read_bytes()
    path = tmp_path / "cohort.dta"
    for size in [*range(1, 20), *range(20, len(content), 151)]:
        path.write_bytes(content[:size])
        with pytest.raises(CohortError) as caught:
            read_stata(path)
        assert caught.value.problems[0].code in {"E_DAMAGED", "E_NOT_STATA"}


def test_changed_file_is_read_or_refused_in_our_words(tmp_path):
    content = (DATA / "sample.dta").read_bytes()
    path = tmp_path / "cohort.dta"
    for seed in range(60):
        draw = random.Random(seed)
        changed = bytearray(content)
        for _ in range(draw.randint(1, 8)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        path.write_bytes(changed)
        try:
            assert read_stata(path).n_rows >= 0
        except CohortError as error:
            assert error.problems

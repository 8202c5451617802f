"""SPSS files keep labels, reasons, dates and texts; what is no SPSS file is said in our own words."""

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_spss import read_spss
from rlsstudy.declare.file_options import AS_IT_IS
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "statpack"
DATES = ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
MOMENTS = ["2018-05-06T10:10:10", "1880-05-06T10:10:10", "1960-01-01T00:00:00", "1583-01-01T00:00:00", ""]
TIMES = ["10:10:10", "23:10:10", "00:00:00", "16:10:10", ""]


def only_problem(path, options=AS_IT_IS):
    with pytest.raises(CohortError) as caught:
        read_spss(path, options)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav", "sample.por"])
def test_three_formats_of_spss_hold_one_table(name):
    table = read_spss(DATA / name)

    columns = {name.lower(): column for name, column in table.columns.items()}
    assert list(columns) == ["mychar", "mynum", "mydate", "dtime", "mylabl", "myord", "mytime"]
    assert list(columns["mychar"].cells) == ["a", "b", "c", "d", "e"]
    assert columns["mynum"].values.tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert list(columns["mydate"].cells) == DATES
    assert list(columns["dtime"].cells) == MOMENTS
    assert list(columns["mytime"].cells) == TIMES
    assert columns["mylabl"].labels == {1.0: "Male", 2.0: "Female"}
    assert sorted(table.labels.values())[:2] == ["character", "date"]
    assert table.problems == ()


def test_names_that_the_portable_format_may_have_cut_are_hinted_at(tmp_path):
    path = tmp_path / "cohort.por"
    pyreadstat.write_por(pd.DataFrame({"PARTICIP": [1.0], "AGE": [50.0]}), path)

    assert read_spss(path).header_hint == (
        "The portable format of SPSS cuts names at 8 characters: map PARTICIP in [columns]."
    )


def test_dates_and_times_say_that_they_are():
    columns = read_spss(DATA / "sample.sav").columns

    assert set(columns["mydate"].kinds) == set(columns["dtime"].kinds) == {CellKind.DATE}
    assert set(columns["mytime"].kinds) == {CellKind.TIME}


def test_declared_missing_codes_are_gaps_with_label_or_code_as_reason():
    columns = read_spss(DATA / "sample_missing.sav").columns

    assert np.isnan(columns["mynum"].values[5:]).all()
    assert columns["mynum"].stated.tolist() == ["", "", "", "", "", "-1", "2500"]
    assert columns["mylabl"].stated.tolist() == ["", "", "", "", "", "undetermined", ""]
    assert columns["myord"].stated.tolist() == ["", "", "", "", "", "missing", "-3"]


def test_declared_missing_codes_are_told_once_for_a_column():
    (problem,) = read_spss(DATA / "sample_missing.sav").columns["myord"].problems

    assert str(problem) == (
        "Column 'myord' of 'sample_missing.sav' has 2 values that the file itself declares missing (first in "
        "record 6). They are kept as missing, with the code or its label as the reason."
    )
    assert (problem.code, problem.severity, problem.cell, problem.count) == (
        "N_USER_MISSING",
        "note",
        "record 6",
        2,
    )


def test_declared_missing_range_reaches_both_its_ends(tmp_path):
    path = tmp_path / "cohort.sav"
    frame = pd.DataFrame({"irls": [-100.0, -99.0, -9.0, -1.0, 0.0]})
    pyreadstat.write_sav(
        frame,
        path,
        missing_ranges={"irls": [{"lo": -99, "hi": -1}]},
        variable_value_labels={"irls": {-9: "Refused"}},
    )

    column = read_spss(path).columns["irls"]

    assert column.values[[0, 4]].tolist() == [-100.0, 0.0]
    assert column.stated.tolist() == ["", "-99", "Refused", "-1", ""]


def test_text_that_is_declared_missing_is_absent_and_told(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"answer": ["yes", "9", "no"]}), path, missing_ranges={"answer": ["9"]})

    column = read_spss(path).columns["answer"]

    assert list(column.cells) == ["yes", "", "no"]
    assert list(column.distinct) == ["yes", "no"]
    assert str(column.problems[0]) == (
        "Column 'answer' of 'cohort.sav' has 1 value that the file itself declares missing (first in record 2). They "
        "are kept as missing, with the code or its label as the reason."
    )
    assert list(column.stated) == ["", "9", ""]


def test_labelled_texts_keep_code_and_label():
    column = read_spss(DATA / "labelled-str.sav").columns["gender"]

    assert list(column.cells) == ["M", "F"]
    assert column.labels == {"F": "Female", "M": "Male"}


def test_multiple_responses_are_columns_of_their_own():
    columns = read_spss(DATA / "simple_alltypes.sav").columns

    assert columns["bool1"].values[:4].tolist() == [1, 1, 0, 0]
    assert columns["x"].stated.tolist() == ["", "", "", "", "8", ""]
    assert columns["z"].stated.tolist() == ["-9", "", "", "skipped", "", ""]


def test_texts_keep_leading_blanks_zeros_and_any_length(tmp_path):
    path = tmp_path / "cohort.sav"
    texts = ["00123", " b", "x" * 300, "y" * 2000, ""]
    pyreadstat.write_sav(pd.DataFrame({"id": texts}), path)

    assert list(read_spss(path).columns["id"].cells) == texts


def test_number_that_is_no_date_is_a_problem_and_a_gap(tmp_path):
    path = tmp_path / "cohort.sav"
    frame = pd.DataFrame({"seen": [13744944000.25, 1e300, -1e300, np.nan]})
    pyreadstat.write_sav(frame, path, variable_format={"seen": "DATETIME20"})

    column = read_spss(path).columns["seen"]

    assert list(column.cells) == ["2018-05-06T00:00:00.25", "", "", ""]
    assert str(column.problems[0]) == (
        "Column 'seen' of 'cohort.sav' has 2 numbers formatted as a date or time that is none (first in record 2). "
        "Allowed: 0001-01-01 to 9999-12-31. Mend them in the program that wrote the file."
    )


def test_first_and_last_dates_are_dates(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"seen": [dt.date.min, dt.date.max]}), path)

    assert list(read_spss(path).columns["seen"].cells) == ["0001-01-01", "9999-12-31"]


def test_durations_may_be_negative_or_longer_than_a_day(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"slept": [-10.0, 1e6, 1.5]}), path, variable_format={"slept": "TIME8"})

    assert list(read_spss(path).columns["slept"].cells) == ["-00:00:10", "277:46:40", "00:00:01.5"]


def test_whole_numbers_too_long_for_a_double_are_warned_of(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": [1.0, 12345678901234567.0], "x": [0.5, 1e300]}), path)

    columns = read_spss(path).columns

    assert columns["x"].problems == ()
    assert str(columns["id"].problems[0]) == (
        "Column 'id' of 'cohort.sav' has 1 whole number of 9,007,199,254,740,992 or more, whose last digits the file "
        "may not hold (first in record 2). If they are identifiers, export them as text."
    )


def test_file_without_rows_says_so(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"irls": pd.Series([], dtype=float)}), path)

    assert [problem.code for problem in read_spss(path).problems] == ["E_NO_ROWS"]


def test_other_encoding_is_read_when_it_is_declared_and_refused_when_not(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"town": ["Koln_"]}), path)
    path.write_bytes(path.read_bytes().replace(b"Koln_", b"K\xf6ln "))

    problem = only_problem(path)

    assert str(problem) == (
        "'cohort.sav' holds text that cannot be read as the encoding that it names, or UTF-8 where it names none. "
        "Name its encoding with encoding in [files], such as windows-1252; else copy it again from where it came."
    )
    declared = replace(AS_IT_IS, encoding="latin-1")
    assert list(read_spss(path, declared).columns["town"].cells) == ["Köln"]
    unknown = only_problem(path, replace(AS_IT_IS, encoding="klingon"))
    assert unknown.message == "'cohort.sav' holds text that cannot be read as 'klingon'"


def test_file_that_does_not_count_its_rows_says_so(tmp_path):
    path = tmp_path / "cohort.sav"
    pyreadstat.write_sav(pd.DataFrame({"irls": [1.0, 2.0]}), path)
    content = bytearray(path.read_bytes())
    content[80:84] = b"\xff" * 4
    path.write_bytes(content)

    table = read_spss(path)

    assert table.n_rows == 2
    assert [str(problem) for problem in table.problems] == [
        "'cohort.sav' does not say how many rows it has; 2 rows were read. Compare that with the program that wrote it: "
        "a file cut short would look the same."
    ]


def test_file_of_another_kind_is_named(tmp_path):
    path = tmp_path / "cohort.sav"
    path.write_bytes((DATA / "sample.dta").read_bytes())

    problem = only_problem(path)

    assert problem.code == "E_NOT_SPSS"
    assert str(problem) == (
        "'cohort.sav' is not an SPSS file: it looks like a Stata file. Allowed: an SPSS file. Export the data again "
        "from the program that holds them, or give the file the ending of what it is."
    )


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"id,irls\n1,20\n", "a text file"),
        (b"\xff\xfei\x00d\x00", "a text file"),
        (b"PK\x03\x04rest", "a zip archive, as .xlsx and .ods files are"),
        (b"\x1f\x8b\x08rest", "a gzip archive"),
        (b"PAR1\x15\x04rest", "a Parquet file"),
        (b"**COMPRESSED** **COMPRESSED** ", "a file of SAS's PROC CPORT"),
    ],
)
def test_signature_says_what_a_file_looks_like(tmp_path, start, kind):
    path = tmp_path / "cohort.sav"
    path.write_bytes(start)

    assert only_problem(path).message == f"'cohort.sav' is not an SPSS file: it looks like {kind}"


def test_unknown_bytes_are_damage(tmp_path):
    path = tmp_path / "cohort.sav"
    path.write_bytes(b"\x00\x01\x02" * 50)

    assert str(only_problem(path)) == (
        "'cohort.sav' is damaged, or is not an SPSS file. Copy it again from where it came, and compare the sizes."
    )


def test_limits_hold_before_and_after_the_data_are_read():
    few = replace(AS_IT_IS, max_rows=3)

    assert only_problem(DATA / "sample.sav", few).code == "E_LIMIT"
    assert only_problem(DATA / "sample.por", few).code == "E_LIMIT"
    assert only_problem(DATA / "sample.sav", replace(AS_IT_IS, max_columns=3)).code == "E_LIMIT"


def test_more_cells_than_the_bytes_can_hold_are_damage(tmp_path):
    path = tmp_path / "cohort.sav"
    content = bytearray((DATA / "sample.sav").read_bytes())
    content[80:84] = (19_000_000).to_bytes(4, "little")
    path.write_bytes(content)

    assert only_problem(path).code == "E_DAMAGED"


def test_columns_read_in_parts_are_the_same(monkeypatch):
    whole = read_spss(DATA / "sample_missing.sav")
    monkeypatch.setattr("rlsstudy.cohort.files.read_statpack.MEMORY_AT_ONCE", 500)
    parts = read_spss(DATA / "sample_missing.sav")

    assert list(parts.columns) == list(whole.columns)
    for name, column in whole.columns.items():
        assert repr(parts.columns[name]) == repr(column)


def test_name_with_a_tilde_is_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("~root.sav").write_bytes((DATA / "sample.sav").read_bytes())

    assert read_spss(Path("~root.sav")).n_rows == 5


@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav", "sample.por"])
def test_cut_file_is_refused_or_whole(tmp_path, name):
    content = (DATA / name).read_bytes()
    whole = read_spss(DATA / name)
    path = tmp_path / name
    for size in range(1, len(content), 97):
        path.write_bytes(content[:size])
        try:
            table = read_spss(path)
        except CohortError as error:
            assert error.problems[0].code in {"E_DAMAGED", "E_ENCODING", "E_NOT_SPSS"}
        else:
            assert table.n_rows == whole.n_rows


def test_changed_portable_file_is_read_or_refused_in_our_words(tmp_path):
    # Only .por here: on a changed .sav the parser itself can die, which the child process is for.
    content = (DATA / "sample.por").read_bytes()
    path = tmp_path / "cohort.por"
    for seed in range(60):
        draw = random.Random(seed)
        changed = bytearray(content)
        for _ in range(draw.randint(1, 8)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        path.write_bytes(changed)
        try:
            assert read_spss(path).n_rows >= 0
        except CohortError as error:
            assert error.problems

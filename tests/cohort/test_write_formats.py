"""Each format has the cohort as the users of its programs expect it."""

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.feather
import pyarrow.parquet as pq
import pyreadstat
import pytest

from rlsstudy.cohort.write.cohort_file import write_cohort
from rlsstudy.cohort.write.columns import level_codes
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError
from tests.cohort.written import VARIABLES, small_cohort, variable


def refusal(cohort, path):
    with pytest.raises(CohortError) as caught:
        write_cohort(cohort, path)
    assert list(path.parent.iterdir()) == []
    return str(caught.value)


def with_codes(*texts):
    return small_cohort(data={"code": pd.array(list(texts), dtype="string")}, reasons={"code": [None] * 3})


def test_csv_has_reasons_in_brackets_and_those_of_texts_in_a_column(tmp_path):
    lines = write_cohort(small_cohort(), tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()

    assert lines == [
        "participant,age,sex,grade,town,code,code__reason,seen,score",
        "1,40.1,[refused],1,Ulm,00123,,2021-03-01,17",
        "2,[not done],male,3,[refused],,refused,2021-12-31,[not done]",
        "3,0.30000000000000004,female,,Köln,=1+1,,[not done],0",
    ]


def test_tsv_has_tabs_and_quotes_where_they_are_needed(tmp_path):
    path = write_cohort(with_codes("a\tb", 'say "no"', " x"), tmp_path / "a.tsv")

    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row[0] for row in rows] == ["participant", "1", "2", "3"]
    assert '"a\tb"' in path.read_text(encoding="utf-8")
    assert [row[5] for row in rows[2:]] == ['"say ""no"""', '" x"']


def test_reason_that_the_model_does_not_know_stands_in_a_column(tmp_path):
    cohort = small_cohort(reasons={"age": [None, "machine broken", None]})

    header, _, second, _ = write_cohort(cohort, tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()

    assert header.split(",")[1:3] == ["age", "age__reason"]
    assert second.split(",")[1:3] == ["", "machine broken"]


def test_level_that_looks_like_a_reason_has_its_reasons_in_a_column(tmp_path):
    odd = variable("town", Kind.CATEGORICAL, levels=("[refused]", "Ulm"), missing=VARIABLES[0].missing)
    towns = pd.Categorical(["[refused]", None, "Ulm"], categories=["[refused]", "Ulm"])
    cohort = small_cohort(variables=(VARIABLES[0], odd, VARIABLES[-1]), data={"town": towns})

    lines = write_cohort(cohort, tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()

    assert [line.split(",")[2:4] for line in lines] == [
        ["town", "town__reason"],
        ["[refused]", ""],
        ["", "refused"],
        ["Ulm", ""],
    ]


def test_arrow_formats_have_the_types_and_columns_of_reasons(tmp_path):
    parquet = pq.read_table(write_cohort(small_cohort(), tmp_path / "a.parquet"))
    feather = pyarrow.feather.read_table(write_cohort(small_cohort(), tmp_path / "a.feather"))

    assert parquet.to_pydict() == feather.to_pydict()
    assert {name: str(parquet.schema.field(name).type) for name in ("age", "seen", "code", "score")} == {
        "age": "double",
        "seen": "date32[day]",
        "code": "string",
        "score": "int64",
    }
    assert parquet["code__reason"].to_pylist() == [None, "refused", None]
    assert "grade__reason" not in parquet.column_names  # its gap is simply not recorded


def test_workbook_has_text_as_text_numbers_as_numbers_and_dates_as_dates(tmp_path):
    path = write_cohort(with_codes("=1+1", "00123", "#N/A"), tmp_path / "a.xlsx")

    sheet = openpyxl.load_workbook(path)["Data"]
    columns = {column[0].value: column[1:] for column in sheet.iter_cols()}
    assert [(cell.value, cell.data_type) for cell in columns["code"]] == [
        ("=1+1", "s"),
        ("00123", "s"),
        ("#N/A", "s"),
    ]
    assert [cell.value for cell in columns["age"]] == [40.1, None, 0.1 + 0.2]
    assert [str(cell.value) for cell in columns["seen"]] == [
        "2021-03-01 00:00:00",
        "2021-12-31 00:00:00",
        "None",
    ]
    assert columns["seen"][0].number_format == "yyyy-mm-dd"
    assert [cell.value for cell in columns["score__reason"]] == [None, "not done", None]


def test_same_cohort_gives_the_same_workbook_whenever_it_is_written(tmp_path):
    books = [
        openpyxl.load_workbook(write_cohort(small_cohort(), tmp_path / name)) for name in ("a.xlsx", "b.xlsx")
    ]

    assert {(book.properties.creator, str(book.properties.created)) for book in books} == {
        ("rlsstudy", "2000-01-01 00:00:00")
    }


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_spss_has_labels_measures_formats_and_declared_missing_codes(tmp_path, ending):
    path = write_cohort(small_cohort(), tmp_path / f"a.{ending}")

    data, about = pyreadstat.read_sav(path, user_missing=True)
    assert about.column_names_to_labels["age"] == "Age (years)"
    assert about.variable_value_labels["sex"] == {0.0: "male", 1.0: "female", -9.0: "refused"}
    assert about.variable_value_labels["grade"] == {1.0: "1", 2.0: "2", 3.0: "3"}
    assert about.missing_ranges["score"] == [{"lo": -9.0, "hi": -9.0}]
    assert about.variable_value_labels["score"] == {-9.0: "not done"}
    assert [about.variable_measure[name] for name in ("age", "sex", "grade", "code", "participant")] == [
        "scale",
        "nominal",
        "ordinal",
        "nominal",
        "nominal",
    ]
    formats = [about.original_variable_types[name] for name in ("age", "score", "seen", "participant")]
    assert formats == ["F12.1", "F8.0", "DATE11", "F8.0"]
    assert data["age"].tolist() == [40.1, -9.0, 0.1 + 0.2]
    assert np.isnan(data["grade"][2])  # not recorded is system-missing
    assert data["code"].tolist() == ["00123", "", "=1+1"]
    assert data["code__reason"].tolist() == ["", "refused", ""]


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        (("no", "yes"), (0, 1)),
        (("3", "1", "2"), (3, 1, 2)),
        (("never", "1", "0", "more"), (2, 1, 0, 3)),
        (("1", "01", "x"), (0, 2, 3)),
    ],
)
def test_no_level_has_the_number_that_is_the_name_of_another(levels, codes):
    assert tuple(level_codes(variable("town", Kind.CATEGORICAL, levels=levels)).values()) == codes


def test_codes_for_missing_are_below_every_value_and_more_than_three_are_a_range(tmp_path):
    values = {"score": pd.array([-9, None, None], dtype="Int64")}
    cohort = small_cohort(data=values, reasons={"score": [None, "a", "b"]})
    many = pd.array([None] * 4, dtype="Int64")
    own = variable("score", Kind.INTEGER)
    ages = {"age": np.arange(4.0), "score": many}
    wide = small_cohort(
        variables=(VARIABLES[0], own),
        data=ages,
        reasons={"age": [None] * 4, "score": ["a", "b", "c", "d"]},
        index=pd.Index([1, 2, 3, 4], name="participant"),
    )

    _, low = pyreadstat.read_sav(write_cohort(cohort, tmp_path / "low.sav"), user_missing=True)
    _, range_ = pyreadstat.read_sav(write_cohort(wide, tmp_path / "wide.sav"), user_missing=True)

    assert low.variable_value_labels["score"] == {-99.0: "a", -98.0: "b"}
    assert range_.missing_ranges["score"] == [{"lo": -9.0, "hi": -6.0}]


def test_stata_has_labelled_letters_for_reasons(tmp_path):
    data, about = pyreadstat.read_dta(write_cohort(small_cohort(), tmp_path / "a.dta"), user_missing=True)

    assert about.variable_value_labels["sex"] == {0: "male", 1: "female", "a": "refused"}
    assert data["sex"].tolist() == ["a", 0.0, 1.0]
    assert data["age"].tolist() == [40.1, "a", 0.1 + 0.2]
    assert about.original_variable_types["seen"] == "%td"
    assert about.column_names_to_labels["seen"] == "Day of the visit"


def test_stata_takes_a_column_whose_first_hundred_cells_are_reasons(tmp_path):
    n = 150
    ages = np.where(np.arange(n) < 120, np.nan, 50.5)
    cohort = small_cohort(
        variables=(VARIABLES[0], VARIABLES[-1]),
        data={"age": ages, "score": pd.array([1] * n, dtype="Int64")},
        reasons={"age": ["not done"] * 120 + [None] * 30, "score": [None] * n},
        index=pd.Index(np.arange(n), name="participant"),
    )

    data, _ = pyreadstat.read_dta(write_cohort(cohort, tmp_path / "a.dta"), user_missing=True)

    assert data["age"].tolist() == ["a"] * 120 + [50.5] * 30


def test_sas_has_levels_as_text_and_columns_of_reasons(tmp_path):
    data, about = pyreadstat.read_xport(write_cohort(small_cohort(), tmp_path / "a.xpt"))

    assert data["sex"].tolist() == ["", "male", "female"]
    assert data["sex__reason"].tolist() == ["refused", "", ""]
    assert about.original_variable_types["seen"] == "DATE"
    assert about.column_names_to_labels["age__reason"] == "Why it is missing: Age"


def test_times_of_day_are_kept(tmp_path):
    moments = np.array(["2021-03-01T14:30:05", "2021-12-31", "NaT"], dtype="datetime64[s]")
    cohort = small_cohort(data={"seen": moments})

    for ending, read in (
        ("sav", pyreadstat.read_sav),
        ("dta", pyreadstat.read_dta),
        ("xpt", pyreadstat.read_xport),
    ):
        data, _ = read(write_cohort(cohort, tmp_path / f"a.{ending}"))
        assert [str(moment) for moment in data["seen"][:2]] == ["2021-03-01 14:30:05", "2021-12-31 00:00:00"]
    lines = write_cohort(cohort, tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].split(",")[7] == "2021-03-01T14:30:05"


def test_visits_are_written_beside_participants(tmp_path):
    index = pd.MultiIndex.from_tuples(
        [(1, "baseline"), (1, "month 6"), (2, "baseline")], names=["participant", "visit"]
    )

    lines = (
        write_cohort(small_cohort(index=index), tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    )
    spss, _ = pyreadstat.read_sav(write_cohort(small_cohort(index=index), tmp_path / "a.sav"))

    assert [line.split(",")[:2] for line in lines] == [
        ["participant", "visit"],
        ["1", "baseline"],
        ["1", "month 6"],
        ["2", "baseline"],
    ]
    assert spss["visit"].tolist() == ["baseline", "month 6", "baseline"]


def test_blank_at_the_end_is_refused_where_the_program_takes_it_off(tmp_path):
    assert refusal(with_codes("a ", "b", "c"), tmp_path / "a.sav") == (
        "'a.sav' cannot be written:\n"
        "  - 'code' (Code, as it was given) has 1 text with a blank at the end. Allowed: in files of SPSS, texts without,"
        " because it takes them off. Write a .parquet file, which holds everything."
    )


def test_characters_that_would_not_come_back_are_refused(tmp_path):
    assert refusal(with_codes("a\x07", "_x000D_", "c"), tmp_path / "a.xlsx") == (
        "'a.xlsx' cannot be written:\n"
        "  - 'code' (Code, as it was given) has 2 texts with characters that would not come back. Allowed: in files of"
        " Excel, printable characters, tabs and line feeds. Write a .parquet file, which holds everything."
    )


def test_numbers_out_of_range_are_refused(tmp_path):
    cohort = small_cohort(data={"age": np.array([1e300, np.nan, 1e-90])})

    assert refusal(cohort, tmp_path / "a.xpt") == (
        "'a.xpt' cannot be written:\n"
        "  - 'age' (Age) has 2 values out of range. Allowed: in files of SAS, numbers from 5.4e-79 to 7.24e+75, and 0."
        " Write a .parquet file, which holds everything."
    )


def test_infinite_numbers_are_refused_by_every_format(tmp_path):
    cohort = small_cohort(data={"age": np.array([np.inf, np.nan, 1.0])})

    assert "'age' (Age) has 1 value that is not finite." in refusal(cohort, tmp_path / "a.csv")


def test_early_dates_and_parts_of_seconds_are_refused(tmp_path):
    early = small_cohort(data={"seen": np.array(["1899-12-31", "2021-01-01", "NaT"], dtype="datetime64[us]")})
    parted = small_cohort(data={"seen": np.array(["2021-01-01T00:00:00.5"] * 3, dtype="datetime64[us]")})

    assert refusal(early, tmp_path / "a.xlsx") == (
        "'a.xlsx' cannot be written:\n"
        "  - 'seen' (Day of the visit) has 1 value out of range. Allowed: in files of Excel, dates from 1900-03-01 to"
        " 9999-12-31. Write a .parquet file, which holds everything."
    )
    assert "has 3 values with parts of a second. Allowed: in files of SPSS, whole seconds." in refusal(
        parted, tmp_path / "a.sav"
    )


def test_names_that_are_too_long_for_sas_are_refused_by_name(tmp_path):
    long = variable("a_name_of_thirty_characters_xx", Kind.CONTINUOUS, "Long", missing=VARIABLES[0].missing)
    cohort = small_cohort(
        variables=(VARIABLES[0], long, VARIABLES[-1]),
        data={long.name: np.array([1.0, np.nan, 2.0])},
        reasons={long.name: [None, "refused", None]},
    )

    assert refusal(cohort, tmp_path / "a.xpt") == (
        "'a.xpt' cannot be written:\n"
        "  - The name 'a_name_of_thirty_characters_xx__reason' has 38 characters. Allowed: in files of SAS, at most 32."
        " Write a .parquet file, which holds everything."
    )


def test_names_that_a_program_keeps_for_itself_are_refused(tmp_path):
    word = variable("if", Kind.CONTINUOUS, "Condition")
    cohort = small_cohort(variables=(VARIABLES[0], word, VARIABLES[-1]), data={"if": np.ones(3)})

    assert refusal(cohort, tmp_path / "a.dta") == (
        "'a.dta' cannot be written:\n"
        "  - The format of '.dta' cannot hold this cohort: A provided name is a reserved word. Rename the variable, or"
        " write a .parquet file."
    )


def test_name_that_two_columns_would_have_is_refused(tmp_path):
    taken = variable("age__reason", Kind.TEXT)
    cohort = small_cohort(
        variables=(VARIABLES[0], taken, VARIABLES[-1]),
        data={"age__reason": pd.array(["a", "b", "c"], dtype="string")},
    )

    assert refusal(cohort, tmp_path / "a.parquet") == (
        "'a.parquet' cannot be written:\n"
        "  - 'age__reason' would be the name of two columns. Rename the variable."
    )


def test_level_that_is_too_long_for_a_label_is_refused(tmp_path):
    long = variable("town", Kind.CATEGORICAL, levels=("x" * 121, "y"))
    towns = pd.Categorical(["y", "y", "y"], categories=["x" * 121, "y"])
    cohort = small_cohort(variables=(VARIABLES[0], long, VARIABLES[-1]), data={"town": towns})

    assert (
        "'town' (Town) has 1 level that is too long. Allowed: in files of SPSS, at most 120 bytes."
        in refusal(cohort, tmp_path / "a.sav")
    )


def test_more_rows_than_a_sheet_has_are_refused(tmp_path, monkeypatch):
    from rlsstudy.cohort.write import xlsx as write_xlsx

    monkeypatch.setattr(write_xlsx, "LIMITS", write_xlsx.Limits("Excel", most_rows=2))

    assert refusal(small_cohort(), tmp_path / "a.xlsx") == (
        "'a.xlsx' cannot be written:\n"
        "  - The cohort has 3 rows. Allowed: in files of Excel, at most 2. Write a .parquet file, which holds everything."
    )

"""Every cell of a raw export is compared with its field, and every fault has its place."""

from pathlib import Path

import pytest

from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.redcap.check import dictionary_problems
from rlsstudy.cohort.redcap.exports import read_any_dictionary, read_redcap
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import FileOptions

DATA = Path(__file__).resolve().parents[1] / "data" / "redcap"
HEADER = (
    'Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",'
    "Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max,Required Field?,Branching Logic"
)
CONTACT = """study_id,a,text,Study ID,,,,,,
first_name,a,text,First name,,,,,y,
last_name,a,text,Last name,,,,,,
email,a,text,E-mail,,email,,,,
telephone_1,a,text,Phone,,phone,,,,
dob,a,text,Date of birth,,date_ymd,,,,
"""


def dictionary(folder: Path, fields: str) -> Dictionary:
    path = folder / "dictionary.csv"
    path.write_text(f"{HEADER}\n{fields}", encoding="utf-8")
    return read_any_dictionary(path)


def export(folder: Path, text: str) -> RawTable:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return read_redcap(path)


def found(table: RawTable, fields: Dictionary) -> list[tuple[str, str | None, int | None, int]]:
    return [
        (problem.code, problem.column, problem.line, problem.count)
        for problem in dictionary_problems(table, fields)
    ]


def test_invalid_email_phone_and_date_of_a_real_import_are_placed(tmp_path):
    table = read_redcap(DATA / "cypress_invalid.csv")
    fields = dictionary(tmp_path, CONTACT)

    assert found(table, fields) == [
        ("E_MISSING", "first_name", 2, 1),
        ("E_PATTERN", "email", 2, 1),
        ("E_PATTERN", "telephone_1", 3, 1),
        ("E_DATE_FORMAT", "dob", 2, 3),
    ]
    assert [str(problem) for problem in dictionary_problems(table, fields)] == [
        "Column 'first_name' of 'cypress_invalid.csv' has 1 cell that is empty, though it is required"
        " (first in line 2).",
        "Column 'email' of 'cypress_invalid.csv' has 1 cell that its validation refuses (first in line 2)."
        r" Allowed: [^@\s]+@[^@\s]+\.[A-Za-z]{2,}.",
        "Column 'telephone_1' of 'cypress_invalid.csv' has 1 cell that its validation refuses (first in line 3)."
        r" Allowed: \(?[2-9][0-9]{2}\)?[ .-]*[2-9][0-9]{2}[ .-]*[0-9]{4}(?: *(?:#|x\.?|ext\.?|extension) *[0-9]+)?.",
        "Column 'dob' of 'cypress_invalid.csv' has 3 cells that are not written as a date is (first in line 2)."
        " Allowed: dates as %Y-%m-%d.",
    ]


@pytest.mark.parametrize(
    ("data", "fields", "expected"),
    [
        ("longitudinal_data.csv", "longitudinal_dictionary.csv", []),
        ("repeating_data.csv", "repeating_dictionary.csv", []),
        ("decimal_comma_data.csv", "decimal_comma_dictionary.csv", []),
        ("checkboxes_data.csv", "checkboxes_dictionary.csv", []),
        ("survey_data.csv", "survey_dictionary.csv", []),
        ("cypress_repeats_data.csv", "cypress_repeats_dictionary.csv", [("E_DATE_FORMAT", "dob", 2, 8)]),
        (
            "simple_export_raw.csv",
            "simple_project.xml",
            [("E_RANGE", "height", 2, 2), ("E_RANGE", "weight", 2, 2)],
        ),
    ],
)
def test_real_exports_have_the_faults_they_have_and_no_other(data, fields, expected):
    table = read_redcap(DATA / data, FileOptions(dictionary=DATA / fields))

    assert table.problems == ()
    assert found(table, read_any_dictionary(DATA / fields)) == expected


def test_every_kind_of_fault_has_its_code(tmp_path):
    fields = dictionary(
        tmp_path,
        "id,a,text,ID,,,,,,\n"
        'sex,a,radio,Sex,"0, Female | 1, Male",,,,,\n'
        "age,a,text,Age,,integer,18,110,,\n"
        "bmi,a,text,BMI,,number_1dp_comma_decimal,,,,\n"
        "day,a,text,Day,,date_dmy,2010-01-01,2026-12-31,,\n"
        "at,a,text,At,,datetime_ymd,,,,\n",
    )
    table = export(
        tmp_path,
        "id,sex,age,bmi,day,at,a_complete\n"
        '1,0,54,"22,1",2021-03-01,2021-03-01 14:30,2\n'
        ",2,17,22.1,2021-02-30,2021-03-01 24:30,3\n"
        "3,Male,५४,22,2009-12-31,2021-03-01,2\n"
        "4, 1,1_0,,01/03/2021,,2\n",
    )

    assert found(table, fields) == [
        ("E_MISSING", "id", 3, 1),
        ("E_LEVEL", "sex", 3, 3),
        ("E_RANGE", "age", 3, 1),
        ("E_TYPE", "age", 4, 2),
        ("E_TYPE", "bmi", 3, 2),
        ("E_DATE_INVALID", "day", 3, 1),
        ("E_RANGE", "day", 4, 1),
        ("E_DATE_FORMAT", "day", 5, 1),
        ("E_DATE_INVALID", "at", 3, 1),
        ("E_DATE_FORMAT", "at", 4, 1),
        ("E_LEVEL", "a_complete", 3, 1),
    ]
    assert [problem.allowed for problem in dictionary_problems(table, fields)] == [
        "",
        "0, 1",
        "18 to 110",
        "whole numbers",
        "[+-]?[0-9]+,[0-9]{1}",
        "dates as %Y-%m-%d",
        "2010-01-01 to 2026-12-31",
        "dates as %Y-%m-%d",
        "dates as %Y-%m-%d %H:%M",
        "dates as %Y-%m-%d %H:%M",
        "0, 1, 2",
    ]


def test_gap_is_a_fault_only_where_the_question_was_asked(tmp_path):
    fields = dictionary(
        tmp_path,
        "id,a,text,ID,,,,,,\nage,b,text,Age,,integer,,,y,\nparity,b,text,Births,,integer,,,y,[sex] = '0'\n",
    )
    table = export(tmp_path, "id,redcap_event_name,age,parity,b_complete\n1,e1,54,,2\n1,e2,,,\n2,e1,,,0\n")

    assert found(table, fields) == [("E_MISSING", "age", 4, 1)]


def test_missing_data_code_is_no_fault(tmp_path):
    path = tmp_path / "dictionary.csv"
    path.write_text(
        "field_name,form_name,field_type,field_label,text_validation_type_or_show_slider_number,text_validation_max,"
        "field_annotation\nid,a,text,ID,,,\"@MISSINGDATACODES='NI, no information'\"\n"
        "irls,a,text,IRLS,integer,40,\"@MISSINGDATACODES='-77, refused'\"\n",
        encoding="utf-8",
    )
    table = export(tmp_path, "id,irls\n1,NI\n2,-77\n3,-9\n4,41\n")

    assert found(table, read_any_dictionary(path)) == [("E_RANGE", "irls", 5, 1)]

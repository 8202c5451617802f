"""A REDCap data dictionary is read whatever its version, and every fault in it is named with its line."""

from pathlib import Path

import pytest

from rlsstudy.cohort.redcap.dictionary import HEADER, read_redcap_dictionary, read_with_notes
from rlsstudy.cohort.redcap.types import box_name
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "redcap"
TOP = "Variable / Field Name,Form Name,Field Type,Field Label"
CHOICES = f'{TOP},"Choices, Calculations, OR Slider Labels"'


def read(folder: Path, text: str) -> Dictionary:
    path = folder / "dictionary.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_redcap_dictionary(path)


def refusal(folder: Path, text: str) -> CohortError:
    with pytest.raises(CohortError) as caught:
        read(folder, text)
    return caught.value


def places(error: CohortError) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.line, problem.column) for problem in error.problems]


def field(dictionary: Dictionary, name: str) -> DictionaryField:
    return next(own for own in dictionary.fields if own.name == name)


def test_real_dictionary_is_read_with_a_box_for_each_choice_and_a_status_for_each_form():
    dictionary = read_redcap_dictionary(DATA / "longitudinal_dictionary.csv")

    assert dictionary.key == "study_id"
    assert len(dictionary.fields) == 124
    assert field(dictionary, "gym___4") == DictionaryField(
        "gym___4",
        "Gym (Weight Training) (choice=Friday)",
        Kind.BINARY,
        levels={"0": "Unchecked", "1": "Checked"},
        section="demographics",
        group="gym",
    )
    assert field(dictionary, "demographics_complete").levels == {
        "0": "Incomplete",
        "1": "Unverified",
        "2": "Complete",
    }
    assert field(dictionary, "num_children").branching == '[sex] = "0" and [given_birth] = "1"'


def test_names_of_the_api_are_understood_and_na_of_r_is_nothing():
    by_api = read_redcap_dictionary(DATA / "simple_metadata.csv")

    assert field(by_api, "height").limits == (130.0, 215.0)
    assert field(by_api, "email").identifies
    assert field(by_api, "sex").levels == {"0": "Female", "1": "Male"}
    assert field(by_api, "bmi").kind is Kind.CONTINUOUS


@pytest.mark.parametrize(
    ("name", "kind", "date_format", "identifies"),
    [
        ("v_integer", Kind.INTEGER, "", False),
        ("v_number", Kind.CONTINUOUS, "", False),
        ("v_number_2dp_comma_decimal", Kind.CONTINUOUS, "", False),
        ("v_date_dmy", Kind.DATE, "%Y-%m-%d", False),
        ("v_datetime_mdy", Kind.DATE, "%Y-%m-%d %H:%M", False),
        ("v_datetime_seconds_ymd", Kind.DATE, "%Y-%m-%d %H:%M:%S", False),
        ("v_time_mm_ss", Kind.TEXT, "", False),
        ("v_email", Kind.TEXT, "", True),
        ("v_phone_australia", Kind.TEXT, "", True),
        ("v_vmrn", Kind.TEXT, "", True),
        ("f_signature", Kind.TEXT, "", True),
        ("f_calculated", Kind.CONTINUOUS, "", False),
        ("f_sql", Kind.TEXT, "", False),
        ("f_notes", Kind.TEXT, "", False),
    ],
)
def test_every_validation_has_its_kind(name, kind, date_format, identifies):
    own = field(read_redcap_dictionary(DATA / "validation_dictionary.csv"), name)

    assert (own.kind, own.date_format, own.identifies) == (kind, date_format, identifies)


def test_descriptive_text_is_no_column():
    names = [own.name for own in read_redcap_dictionary(DATA / "validation_dictionary.csv").fields]

    assert len(names) == 52
    assert "f_descriptive" not in names


def test_row_that_is_cut_short_has_nothing_in_its_last_columns():
    dictionary = read_redcap_dictionary(DATA / "cypress_cut_short_dictionary.csv")

    assert [own.name for own in dictionary.fields] == ["dd_form", "data_dictionary_form_complete"]


def test_limits_that_cannot_be_read_for_certain_are_left_out_with_a_note():
    dictionary, notes = read_with_notes(DATA / "cypress_limits_dictionary.csv")

    assert field(dictionary, "ran_date_dmy").limits == (None, None)
    assert field(dictionary, "ran_number_1dp").limits == (1.0, 20.0)
    assert len(notes) == 8
    assert str(notes[0]) == (
        "A limit of the field 'ran_date_dmy' is left out, as its order of day and month is not told"
        " (first in line 11). Write it as 2021-03-01."
    )


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_separator_is_that_of_the_header(tmp_path, mark):
    header = mark.join(f'"{name}"' for name in HEADER)
    row = mark.join(["id", "base", "", "text", '"Record, or so"', *[""] * 13])

    assert read(tmp_path, f"\ufeff{header}\r\n{row}\r\n").fields[0].label == "Record, or so"


def test_old_dictionary_has_units(tmp_path):
    header = "Variable / Field Name,Form Name,Field Units,Section Header,Field Type,Field Label,Choices OR Calculations"

    assert (
        read(tmp_path, f"{header}\nid,a,,,text,ID,\nsf,a,ng/mL,,text,Ferritin,\n").fields[1].unit == "ng/mL"
    )


@pytest.mark.parametrize(
    "choices",
    [
        '"1, Yes, often | -9, not asked"',
        '"1, Yes, often |\n-9, not\n asked"',
        '"1, Yes, often\n-9, not asked"',
    ],
    ids=["bars", "bars and lines", "lines"],
)
def test_choices_keep_commas_in_labels_and_may_have_several_lines(tmp_path, choices):
    dictionary = read(tmp_path, f"{CHOICES}\nid,a,text,ID,\nq,a,radio,Q,{choices}\n")

    assert field(dictionary, "q").levels == {"1": "Yes, often", "-9": "not asked"}


def test_code_of_a_box_is_written_as_redcap_writes_it():
    assert [box_name("sym", code) for code in ("1", "-9", "ABC", "9..9")] == [
        "sym___1",
        "sym____9",
        "sym___abc",
        "sym___9__9",
    ]


def test_missing_data_codes_are_those_of_the_project_or_of_a_field(tmp_path):
    header = f"{TOP},Field Annotation"
    dictionary = read(
        tmp_path,
        f"{header}\nid,a,text,ID,\"@MISSINGDATACODES='NI, no information | -77, refused'\"\n"
        "sf,a,text,Ferritin,\"@HIDDEN @MISSINGDATACODES='-9, not done'\"\n",
    )

    assert dictionary.missing == {"NI": "no information", "-77": "refused"}
    assert field(dictionary, "sf").missing == {"-9": "not done"}


def test_all_faults_are_told_at_once_each_with_its_line(tmp_path):
    error = refusal(
        tmp_path,
        f'{CHOICES},Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max,Required Field?\n'
        'id,a,text,ID,,,,,\n'
        'Age,a,text,Age,,integer,,,\n'
        'q,a,radoi,Q,"1, Yes | 2, No",,,,\n'
        'r,a,radio,"R\nR","1, Yes | 1, No",,,,\n'
        's,a,dropdown,S,,,,,\n'
        't,a,checkbox,T,"1 Yes | 2, No",,,,\n'
        'u,a,text,U,,integer,10,1,\n'
        'v,a,text,V,,number,low,,\n'
        'w,,text,W,,,,,perhaps\n'
        'id,a,text,ID,,,,,\n',
    )  # fmt: skip

    assert places(error) == [
        ("E_DICTIONARY", 3, "Variable / Field Name"),
        ("E_DICTIONARY", 4, "Field Type"),
        ("E_DICTIONARY", 5, "Choices, Calculations, OR Slider Labels"),
        ("E_DICTIONARY", 7, "Choices, Calculations, OR Slider Labels"),
        ("E_DICTIONARY", 8, "Choices, Calculations, OR Slider Labels"),
        ("E_DICTIONARY", 9, "Text Validation Min"),
        ("E_DICTIONARY", 10, "Text Validation Min"),
        ("E_DICTIONARY", 11, "Required Field?"),
        ("E_DICTIONARY", 11, "Form Name"),
        ("E_DICTIONARY", 12, "Variable / Field Name"),
    ]
    assert str(error) == (
        "The REDCap dictionary 'dictionary.csv' cannot be used:\n"
        "  - 'dictionary.csv' has a field without a name that REDCap allows (first in line 3)."
        " Allowed: lower-case letters, digits and _, beginning with a letter.\n"
        "  - The field 'q' is of a type that REDCap does not have (first in line 4). Allowed: text, notes, radio,"
        " dropdown, checkbox, calc, file, yesno, truefalse, slider, descriptive, sql, signature."
        " Did you mean 'radio'?\n"
        "  - The choices of the field 'r' cannot be read: two choices have one code (first in line 5)."
        " Allowed: code, label | code, label.\n"
        "  - The choices of the field 's' cannot be read: there are no choices (first in line 7)."
        " Allowed: code, label | code, label.\n"
        "  - The choices of the field 't' cannot be read: choice 1 has no code and comma before its label"
        " (first in line 8). Allowed: code, label | code, label.\n"
        "  - The lowest value of the field 'u' is above its highest (first in line 9)."
        " Allowed: a lowest value below the highest.\n"
        "  - A limit of the field 'v' is not a number (first in line 10). Allowed: a number.\n"
        "  - The mark of the field 'w' is neither y nor left out (first in line 11). Allowed: y, or nothing.\n"
        "  - The field 'w' belongs to no form (first in line 11). Allowed: a form's name.\n"
        "  - The field 'id' of 'dictionary.csv' is there twice (first in line 12)."
        " Allowed: one row for each field."
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "E_EMPTY", None),
        ("id,age\n1,54\n", "E_DICTIONARY", 1),
        (f"{TOP}\n", "E_DICTIONARY", 1),
        (f"{TOP},Field Label\nid,a,text,ID,x\n", "E_DICTIONARY", 1),
        (f"{TOP}\nid,a,text,ID,1\n", "E_DICTIONARY", 2),
        (f'{TOP}\nid,a,text,ID\nq,a,text,"Q\n', "E_DICTIONARY", 3),
        (f"{TOP}\nid,a,text,\0\n", "E_NOT_CSV", None),
        (f'{CHOICES}\nid,a,text,ID,\nq,a,checkbox,Q,"-1, a | _1, b"\n', "E_DICTIONARY", 3),
    ],
    ids=[
        "empty",
        "data",
        "no fields",
        "column twice",
        "long row",
        "open quote",
        "zero byte",
        "boxes of one name",
    ],
)
def test_file_that_is_no_dictionary_is_refused(tmp_path, text, code, line):
    problem = refusal(tmp_path, text).problems[0]

    assert (problem.code, problem.line) == (code, line)


def test_file_without_the_header_is_told_what_it_lacks(tmp_path):
    assert str(refusal(tmp_path, "id,age\n1,54\n")) == (
        "'dictionary.csv' cannot be read:\n"
        "  - 'dictionary.csv' is not a REDCap data dictionary: its header lacks Variable / Field Name, Form Name,"
        " Field Type, Field Label (first in line 1). Allowed: the columns Variable / Field Name, Form Name,"
        " Section Header, Field Type, … in the first line. Download it in REDCap under 'Data Dictionary',"
        " and leave its first line as it is."
    )


def test_other_encoding_is_refused_until_it_is_declared(tmp_path):
    path = tmp_path / "dictionary.csv"
    path.write_bytes(f"{TOP}\nid,a,text,ID\nq,a,text,Schlafst\u00f6rung\n".encode("latin-1"))

    with pytest.raises(CohortError) as caught:
        read_redcap_dictionary(path)

    assert [(problem.code, problem.line) for problem in caught.value.problems] == [("E_ENCODING", 3)]
    assert read_redcap_dictionary(path, "cp1252").fields[1].label == "Schlafst\u00f6rung"

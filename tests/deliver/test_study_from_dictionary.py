import json
import tomllib

import pandas as pd
import pyreadstat
import pytest

from rlsstudy.cohort.check import check_file
from rlsstudy.cohort.read import load_cohort
from rlsstudy.declare.study_file import load_study
from rlsstudy.deliver.study_from_dictionary import study_from_dictionary
from rlsstudy.errors import CohortError, DeclarationError, DeliveryError, StudyFileError
from rlsstudy.problems import refusals

HEADER = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Text Validation Type OR Show Slider Number,'
    "Text Validation Min,Text Validation Max,Identifier?,Required Field?,Field Annotation"
)
CLINIC = (
    f"{HEADER}\n"
    'record_id,base,text,Study ID,,,,,,,"@MISSINGDATACODES=""-9, not done"""\n'
    "email,base,text,E-mail,,email,,,y,,\n"
    "age,base,text,Age (years),,integer,18,99,,y,\n"
    'sex,base,radio,Gender,"1, Male | 2, Female",,,,,,\n'
    "sf,lab,text,Serum ferritin (pmol/L),,number,,,,,\n"
    "bmi,lab,text,BMI,,number_1dp_comma_decimal,,,,,\n"
    'smoke,lab,radio,Smoking status,"0, Never smoker | 1, Ex-smoker | 2, Current smoker | 9, Unknown",,,,,,\n'
    "irls1,irls,text,IRLS item 1,,integer,0,4,,,\n"
    "irls_total,irls,calc,IRLS total,,,,,,,\n"
    'race,base,checkbox,Race,"1, A | 2, B",,,,,,\n'
    'colour,base,dropdown,Favourite colour,"1, red | 2, green | 3, blue",,,,,,\n'
    "drawn,base,text,Time of blood draw,,time,,,,,\n"
)


def written(tmp_path, text=CLINIC, name="dictionary.csv", **given):
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    return study_from_dictionary(source, tmp_path / "study", **{"n": 60, **given})


def test_redcap_dictionary_becomes_a_study_whose_twin_loads_without_a_refusal(tmp_path):
    new = written(tmp_path)
    cohort = load_cohort(new.study)

    assert (new.mapped, new.asks) == (6, True)
    assert cohort.is_synthetic
    assert cohort.n == 60
    assert refusals(check_file(new.study)) == ()
    assert {"age", "sex", "ferritin", "bmi", "smoking", "irls_total", "colour"} <= set(cohort.data)


def test_twin_has_the_columns_codes_and_formats_of_the_users_file(tmp_path):
    twin = pd.read_csv(written(tmp_path).twin, dtype=str, keep_default_na=False)

    assert [name for name in twin if not name.endswith("_complete")][:7] == [
        "synthetic_participant",
        "record_id",
        "email",
        "age",
        "sex",
        "sf",
        "bmi",
    ]
    assert twin["record_id"][0] == "synthetic-0001"
    assert set(twin["email"]) == {"nobody@example.invalid"}
    assert set(twin["sex"]) <= {"1", "2"}
    assert set(twin["smoke"]) <= {"0", "1", "2", "9", "-9", ""}
    assert twin["bmi"][twin["bmi"].str.contains(",")].str.fullmatch(r"\d+,\d").all()
    assert set(twin["race___1"]) == {"0", "1"}
    assert set(twin["base_complete"]) == {"0", "1", "2"}


def test_study_file_says_what_to_write_when_the_real_data_come(tmp_path):
    text = written(tmp_path).study.read_text(encoding="utf-8")

    assert (
        "# This key marks the file as synthetic. When the real data come, name their file above and write here:\n"
        '# key = "record_id"\n'
        'key = "synthetic_participant"\n'
    ) in text
    read = tomllib.loads(text)
    assert read["study"]["drop"] == ["email"]
    assert read["study"]["missing"] == {"-9": "not done"}
    assert read["columns"]["sf"] == {"variable": "ferritin", "unit": "pmol/L"}
    assert read["columns"]["bmi"] == {"variable": "bmi", "decimal": ","}
    assert read["columns"]["colour"] == {
        "type": "category",
        "label": "Favourite colour",
        "codes": {"1": "red", "2": "green", "3": "blue"},
    }


def test_same_dictionary_and_seed_give_the_same_bytes(tmp_path):
    first = written(tmp_path)
    before = (first.study.read_bytes(), first.twin.read_bytes())
    again = written(tmp_path, force=True)

    assert (again.study.read_bytes(), again.twin.read_bytes()) == before


def test_another_seed_gives_other_people(tmp_path):
    before = written(tmp_path).twin.read_bytes()

    assert written(tmp_path, force=True, seed=2).twin.read_bytes() != before


def test_without_the_outcome_the_study_declares_only_how_files_are_read(tmp_path):
    rows = [row for row in CLINIC.splitlines() if not row.startswith("irls")]
    new = written(tmp_path, "\n".join(rows) + "\n")
    text = new.study.read_text(encoding="utf-8")

    assert not new.asks
    assert "# There is no column in force for any IRLS total, nor for all items of it" in text
    assert "data" not in tomllib.loads(text)["study"]
    assert len(load_study(new.study).data.columns) == 11


def test_table_schema_becomes_a_study(tmp_path):
    fields = [
        {"name": "id", "type": "string"},
        {"name": "sex", "type": "string", "constraints": {"enum": ["male", "female"]}},
        {"name": "ferritin", "type": "number", "title": "Serum ferritin"},
        {"name": "irls_total", "type": "integer", "title": "IRLS total"},
    ]
    new = written(tmp_path, json.dumps({"fields": fields, "primaryKey": "id"}), "clinic.json")

    assert load_cohort(new.study).n == 60


def test_labels_of_an_spss_file_become_a_study_and_its_values_are_not_used(tmp_path):
    source = tmp_path / "clinic.sav"
    frame = pd.DataFrame({"nr": ["secret-7", "secret-8"], "q1": [1, 2], "q2": [977.0, 978.0]})
    pyreadstat.write_sav(
        frame,
        source,
        column_labels=["Study ID", "Gender", "Serum ferritin"],
        variable_value_labels={"q1": {1: "Male", 2: "Female"}},
    )
    new = study_from_dictionary(source, tmp_path / "study", n=20)
    content = new.study.read_text(encoding="utf-8") + new.twin.read_text(encoding="utf-8")

    assert new.mapped == 2
    assert "secret" not in content
    assert "977" not in content


STUDY = (
    "[study]\n"
    'title = "Mine"   # a remark\n'
    "data = [\n"
    '  "a.csv",  # first\n'
    '  "b.csv",\n'
    "]\n"
    'key = "patient"\n'
    'factors = ["ferritin"]\n'
    "\n"
    "[columns]\n"
    'X1 = "irls_total"\n'
    'X2 = { variable = "ferritin", unit = "pmol/L", missing = { -9 = "not done" } }\n'
)


def test_study_file_is_kept_but_for_its_data_and_key(tmp_path):
    new = written(tmp_path, STUDY, "mine.toml")
    read = tomllib.loads(new.study.read_text(encoding="utf-8"))

    assert read["study"] == {
        "title": "Mine",
        "factors": ["ferritin"],
        "data": "twin.csv",
        "key": "synthetic_participant",
    }
    assert '# key = "patient"' in new.study.read_text(encoding="utf-8")
    assert load_cohort(new.study).n == 60


def test_twin_of_a_study_is_separated_as_its_files_are(tmp_path):
    new = written(tmp_path, f'{STUDY}\n[files]\ndelimiter = ";"\ndecimal = ","\n', "mine.toml")

    assert new.twin.read_text(encoding="utf-8").startswith("synthetic_participant;patient;X1;X2\n")
    assert load_cohort(new.study).n == 60


def test_file_of_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(CohortError) as caught:
        written(tmp_path, "hello", "dictionary.docx")

    assert str(caught.value) == (
        "'dictionary.docx' cannot be read:\n"
        "  - 'dictionary.docx' is no dictionary of a known kind. Allowed: a REDCap dictionary (.csv) or project (.xml), "
        "a Table Schema (.json), a Spout folder, an SPSS, Stata or SAS file, or a study file (.toml)."
    )


def test_study_without_columns_is_refused(tmp_path):
    with pytest.raises(
        CohortError, match=r"maps no columns of a file, so there is nothing to make a twin of\."
    ):
        written(tmp_path, '[study]\ntitle = "x"\ndata = "synthetic"\n', "mine.toml")


def test_csv_that_is_no_dictionary_is_refused(tmp_path):
    with pytest.raises(CohortError, match="is not a REDCap data dictionary"):
        written(tmp_path, "id,age\n1,50\n")


def test_files_that_are_there_are_kept(tmp_path):
    new = written(tmp_path)
    new.study.write_text("mine", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"There is a file '.*study\.toml' already\. It was kept"):
        written(tmp_path)
    assert new.study.read_text(encoding="utf-8") == "mine"


def test_dictionary_itself_is_never_replaced(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")

    with pytest.raises(DeliveryError, match="is the dictionary itself"):
        study_from_dictionary(tmp_path / "study.toml", tmp_path, force=True)


def test_nothing_is_written_when_the_size_is_out_of_range(tmp_path):
    with pytest.raises(DeclarationError):
        written(tmp_path, n=0)

    assert not (tmp_path / "study").exists()


@pytest.mark.slow
def test_report_on_the_twin_runs_to_its_end(tmp_path):
    from rlsstudy.deliver.report import render_report

    assert render_report(written(tmp_path, n=200).study, tmp_path / "report").is_file()


def test_what_is_said_of_single_files_becomes_a_comment(tmp_path):
    new = written(tmp_path, f'{STUDY}\n[files."a.csv"]\ndelimiter = ";"\n', "mine.toml")

    assert '# [files."a.csv"]\n# delimiter = ";"\n' in new.study.read_text(encoding="utf-8")
    assert new.twin.read_text(encoding="utf-8").startswith("synthetic_participant,patient,X1,X2\n")
    assert load_cohort(new.study).n == 60


def test_everybody_of_a_twin_is_at_the_visit_that_the_study_asks_about(tmp_path):
    study = STUDY.replace('key = "patient"', 'key = ["patient", "visit"]\nat_visit = "baseline"')
    new = written(tmp_path, study, "mine.toml")
    lines = new.twin.read_text(encoding="utf-8").splitlines()

    assert lines[1].startswith("1,synthetic-0001,baseline,")
    assert load_cohort(new.study).n == 60


def test_study_whose_lines_cannot_be_told_apart_is_refused(tmp_path):
    study = (
        'study = { title = "x", data = "a.csv", key = "id" }\n[columns]\nX1 = "irls_total"\nX2 = "ferritin"\n'
    )

    with pytest.raises(StudyFileError, match="the lines 'data' and 'key' could not be found"):
        written(tmp_path, study, "mine.toml")

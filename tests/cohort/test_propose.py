import re
import tomllib

import pandas as pd
import pyreadstat
import pytest

from rlsstudy._resources import data_folder
from rlsstudy.cohort.propose.columns import Role
from rlsstudy.cohort.propose.mapping import propose_mapping
from rlsstudy.cohort.propose.match import match_column
from rlsstudy.cohort.propose.toml import as_toml, write_proposal
from rlsstudy.cohort.propose.words import Grade, known_words, plain, read_words_file
from rlsstudy.cohort.redcap.dictionary import read_redcap_dictionary
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.study_file import load_study
from rlsstudy.errors import CohortError

REDCAP_HEADER = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Text Validation Type OR Show Slider Number,Identifier?'
)


def propose(tmp_path, text, name="clinic.csv", encoding="utf-8", **given):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return propose_mapping(path, **given)


def column(proposal, name):
    return next(one for one in proposal.columns if one.name == name)


def grades(proposal):
    return {
        one.name: (one.variable.name, one.grade.word) for one in proposal.columns if one.role is Role.VARIABLE
    }


def uncommented(text):
    """Put every suggested column of one's own in force, as a person would."""
    keys = "columns|type|variable|label|unit|format|min|max|codes|missing|pattern|required|decimal"
    return re.sub(rf"(?m)^# (?=\[columns|(?:{keys}) =)", "", text)


@pytest.mark.parametrize(
    ("name", "variable", "grade", "unit"),
    [
        ("SF", "ferritin", Grade.SURE, ""),
        ("Ferritin_ng_ml", "ferritin", Grade.SURE, "ng/mL"),
        ("ferritin (pmol/L)", "ferritin", Grade.SURE, "pmol/L"),
        ("ferritin_baseline", "ferritin", Grade.LIKELY, ""),
        ("ferritin2", "ferritin", Grade.GUESS, ""),
        ("FERR", "ferritin", Grade.SURE, ""),
        ("Hb (g/L)", "haemoglobin", Grade.SURE, "g/L"),
        ("HGB", "haemoglobin", Grade.SURE, ""),
        ("Hémoglobine", "haemoglobin", Grade.SURE, ""),
        ("Körpergröße (cm)", "height", Grade.SURE, "cm"),
        ("Größe", "height", Grade.LIKELY, ""),
        ("Alter", "age", Grade.SURE, ""),
        ("Edad (años)", "age", Grade.SURE, "years"),
        ("âge", "age", Grade.SURE, ""),
        ("RIDAGEYR", "age", Grade.SURE, ""),
        ("Geschlecht", "sex", Grade.SURE, ""),
        ("IMC", "bmi", Grade.SURE, ""),
        ("IRLS Gesamt", "irls_total", Grade.SURE, ""),
        ("TSAT_%", "tsat", Grade.SURE, ""),
        ("eGFR", "egfr", Grade.SURE, ""),
        ("hs-CRP", "crp", Grade.SURE, ""),
        ("iron", "serum_iron", Grade.LIKELY, ""),
        ("coffee", "caffeine", Grade.GUESS, ""),
    ],
)
def test_names_of_several_languages_are_recognised(name, variable, grade, unit):
    found = match_column(name, "", known_words(rls_model()))

    assert (found.variable, found.grade, found.unit) == (variable, grade, unit)


@pytest.mark.parametrize(
    ("label", "variable", "grade"),
    [
        ("Ferritin (ng/mL)", "ferritin", Grade.SURE),
        ("Age in years at screening", "age", Grade.LIKELY),
        ("HS C-Reactive Protein (mg/L)", "crp", Grade.SURE),
        ("Serum ferritin at visit", "ferritin", Grade.LIKELY),
        ("Mean cell hemoglobin (pg)", "haemoglobin", Grade.GUESS),
    ],
)
def test_labels_are_recognised(label, variable, grade):
    found = match_column("X17", label, known_words(rls_model()))

    assert (found.variable, found.grade) == (variable, grade)


@pytest.mark.parametrize(
    "label", ["Weight Comment", "BMI Category - Children/Youth", "Ferritin Comment Code"]
)
def test_words_that_change_the_meaning_keep_a_label_from_matching(label):
    assert match_column("X17", label, known_words(rls_model())) is None


def test_name_and_label_that_disagree_are_a_guess():
    found = match_column("ferritin", "Body mass index", known_words(rls_model()))

    assert (found.variable, found.grade, found.why) == ("bmi", Grade.GUESS, "its name and its label disagree")


def test_every_word_means_one_variable_and_has_a_reason():
    table = read_words_file()["variables"]
    meanings = {}
    for name, said in table.items():
        assert name in rls_model(), name
        assert said["why"], name
        for grade in ("sure", "likely", "guess"):
            for phrase in said.get(grade, ()):
                meanings.setdefault(plain(phrase), set()).add(name)

    assert [word for word, names in meanings.items() if len(names) > 1] == []


def test_items_are_sure_when_all_are_there_and_a_guess_when_one_is(tmp_path):
    items = [f"irls{number}" for number in range(1, 11)]
    all_there = propose(tmp_path, f"id,{','.join(items)}\n1,{','.join(['2'] * 10)}\n")
    one = propose(tmp_path, "id,irls1\n1,2\n")

    assert grades(all_there)["irls10"] == ("irls_i10", "sure")
    assert grades(one)["irls1"] == ("irls_i01", "guess")


def test_every_column_of_our_own_cohort_is_sure():
    proposal = propose_mapping(data_folder() / "clinic.csv")

    assert proposal.key.columns == ("synthetic_participant",)
    assert {one.role for one in proposal.columns[1:]} == {Role.VARIABLE}
    assert all(one.in_force and one.grade is Grade.SURE for one in proposal.columns[1:])
    assert all(one.variable.name == one.name for one in proposal.columns[1:])


GERMAN = (
    "Patientennummer;Nachname;Geburtsdatum;Größe (cm);Alter;Geschlecht;Ferritin (ng/ml);Hb (g/l);IRLS Gesamt;Haustier\n"
    "00123;Muster;1950-01-01;170,5;54;m;45,5;134;22;Hund\n"
    "00124;Beispiel;1950-01-02;160,5;55;w;12,5;114;12;Katze\n"
)


def test_german_export_is_proposed_with_its_separator_and_decimal_mark(tmp_path):
    text = as_toml(propose(tmp_path, GERMAN))
    read = tomllib.loads(text)

    assert read["files"] == {"delimiter": ";", "decimal": ","}
    assert read["study"]["key"] == "Patientennummer"
    assert read["study"]["drop"] == ["Nachname", "Geburtsdatum"]
    assert read["columns"]["Hb (g/l)"] == {"variable": "haemoglobin", "unit": "g/L"}
    assert read["columns"]["IRLS Gesamt"] == "irls_total"
    assert "Geschlecht" not in read["columns"]
    assert (
        '# Geschlecht = { variable = "sex", codes = { "code of male" = "male", "code of female" = "female" } }'
        in text
    )
    assert "# ^ held back: its codes are needed: 2 different codes in the file; see your codebook." in text


def test_no_cell_of_the_file_is_written(tmp_path):
    text = as_toml(propose(tmp_path, GERMAN))

    for cell in (
        "00123",
        "Muster",
        "Beispiel",
        "1950",
        "170,5",
        "45,5",
        "Hund",
        "Katze",
        '"m"',
        '"w"',
        "134",
    ):
        assert cell not in text


def test_french_and_spanish_headers_are_recognised(tmp_path):
    french = propose(
        tmp_path, "identifiant,prénom,âge,sexe,ferritine,hémoglobine,courriel\n1,a,54,F,30,13,b\n"
    )
    spanish = propose(
        tmp_path, "id paciente,apellidos,edad,sexo,ferritina,peso (kg),teléfono\n1,a,54,M,30,70,b\n"
    )

    assert french.key.columns == ("identifiant",)
    assert grades(french)["ferritine"] == ("ferritin", "sure")
    assert [one.name for one in french.columns if one.role is Role.DROP] == ["prénom", "courriel"]
    assert spanish.key.columns == ("id paciente",)
    assert grades(spanish)["peso (kg)"] == ("weight", "sure")
    assert [one.name for one in spanish.columns if one.role is Role.DROP] == ["apellidos", "teléfono"]


def test_labels_and_codes_of_an_spss_file_are_used(tmp_path):
    path = tmp_path / "clinic.sav"
    frame = pd.DataFrame({"nr": [1, 2, 3], "q1": [1, 2, 1], "q2": [30.0, 40.0, 50.0], "q3": [0, 1, 9]})
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=["Study ID", "Gender", "Serum ferritin (ug/L)", "Neuropathy"],
        variable_value_labels={"q1": {1: "Male", 2: "Female"}, "q3": {0: "No", 1: "Yes", 9: "Refused"}},
    )
    read = tomllib.loads(as_toml(propose_mapping(path)))

    assert read["columns"] == {
        "q1": {"variable": "sex", "codes": {"1": "male", "2": "female"}},
        "q2": "ferritin",
        "q3": {
            "variable": "neuropathy",
            "codes": {"0": "no", "1": "yes"},
            "missing": {"9": "refused"},
        },
    }


def test_redcap_dictionary_gives_labels_codes_identifiers_and_the_key(tmp_path):
    dictionary = tmp_path / "dictionary.csv"
    dictionary.write_text(
        f"{REDCAP_HEADER}\n"
        "rec,base,text,Record,,,\n"
        'q1,base,radio,Gender,"1, Male | 2, Female | -9, not asked",,\n'
        "q2,base,text,Serum ferritin,,number,\n"
        "secret,base,text,Something,,,y\n"
        'pet,base,dropdown,Pet,"1, dog | 2, cat",,\n',
        encoding="utf-8",
    )
    proposal = propose(
        tmp_path,
        "rec,q1,q2,secret,pet,base_complete\n1,1,30,x,1,2\n2,2,40,y,2,2\n",
        dictionary=read_redcap_dictionary(dictionary),
    )
    text = as_toml(proposal)
    read = tomllib.loads(text)

    assert proposal.key.columns == ("rec",)
    assert read["columns"]["q1"] == {
        "variable": "sex",
        "codes": {"1": "male", "2": "female"},
        "missing": {"-9": "not asked"},
    }
    assert read["study"]["drop"] == ["secret"]
    assert '  "secret",  # marked as identifying in its dictionary' in text
    assert '# [columns.pet]\n# type = "binary"\n# label = "Pet"\n# codes = { 1 = "dog", 2 = "cat" }' in text


def test_unlabelled_codes_are_only_counted(tmp_path):
    rows = "".join(f"{number},{number % 3 + 4}\n" for number in range(1, 30))
    text = as_toml(propose(tmp_path, f"id,colour\n{rows}"))

    assert '# type = "integer"  # or category: 3 different codes; see your codebook' in text


def test_values_that_look_like_addresses_of_people_are_dropped(tmp_path):
    mails = propose(tmp_path, "id,contact\n1,a@b.org\n2,c@d.org\n")
    phones = propose(tmp_path, "id,contact\n1,+49 30 123456\n2,(030) 123-4567\n")
    dates = propose(tmp_path, "id,contact\n1,2021-03-04\n2,04.03.2021\n")

    assert column(mails, "contact").why == "most of its cells look like e-mail addresses"
    assert column(phones, "contact").why == "most of its cells look like telephone numbers"
    assert column(dates, "contact").role is Role.OWN


def test_of_two_columns_for_one_variable_the_first_is_in_force(tmp_path):
    proposal = propose(tmp_path, "id,ferritin,SF\n1,30,31\n")

    assert column(proposal, "ferritin").in_force
    assert column(proposal, "SF").doubts == ("'ferritin' is taken for ferritin; keep one of them",)


def test_numbers_outside_the_limits_hold_a_column_back(tmp_path):
    proposal = propose(tmp_path, "id,hb\n1,134\n2,120\n3,13\n")

    assert column(proposal, "hb").doubts == (
        "67% of its numbers lie outside 4 to 22 g/dL: codes for missing, another unit, people who will be excluded, "
        "or another variable?",
    )


def test_unit_that_is_not_known_holds_a_column_back(tmp_path):
    proposal = propose(tmp_path, "id,ferritin (mmHg)\n1,30\n")

    assert column(proposal, "ferritin (mmHg)").doubts == (
        "its unit, mmHg, is none of those known of ferritin",
    )


def test_unstated_unit_is_told(tmp_path):
    proposal = propose(tmp_path, "id,ferritin\n1,30\n")

    assert column(proposal, "ferritin").remarks == (
        "no unit is stated; read as µg/L. Other known units: µg/dL, pmol/L",
    )


def test_participant_and_visit_are_the_key_when_only_together_unique(tmp_path):
    proposal = propose(tmp_path, "id,visit,irls\n1,0,20\n1,1,15\n2,0,30\n")

    assert proposal.key.columns == ("id", "visit")
    assert proposal.key.remark == "together unique in all 3 rows: a participant has several rows"
    assert tomllib.loads(as_toml(proposal))["study"]["key"] == ["id", "visit"]


def test_key_that_is_not_unique_is_told(tmp_path):
    proposal = propose(tmp_path, "id,irls\n1,20\n1,15\n,30\n")

    assert proposal.key.columns == ("id",)
    assert proposal.key.remark == (
        "by its name, but not unique: 1 different in 3 rows and 1 empty cell. "
        'With several visits write key = ["participant\'s column", "visit\'s column"]'
    )


def test_without_a_key_every_row_is_a_participant_and_the_person_is_asked(tmp_path):
    proposal = propose(tmp_path, "irls,ferritin\n20,30\n20,30\n")

    assert proposal.key.columns == ("row number",)
    assert "Is that so?" in as_toml(proposal)


def test_visit_date_is_pointed_out(tmp_path):
    proposal = propose(tmp_path, "id,visit_date\n1,2021-01-01\n")

    assert proposal.remarks == (
        "The column 'visit_date' looks like the day of a visit: once it has a [columns] entry, name it as visit_date.",
    )


def test_without_the_outcome_the_study_declares_only_how_files_are_read(tmp_path):
    proposal = propose(tmp_path, "id,ferritin\n1,30\n")
    study = tmp_path / "study.toml"
    write_proposal(proposal, study)

    assert "data" not in tomllib.loads(study.read_text(encoding="utf-8"))["study"]
    assert load_study(study).data.columns[0].variable == "ferritin"


def test_with_outcome_and_factor_the_proposal_is_a_study(tmp_path):
    proposal = propose(tmp_path, "id,IRLS,MCV,Katze/Hund\n1,20,90,a\n2,30,91,b\n")
    study = write_proposal(proposal, tmp_path / "study.toml")
    read = tomllib.loads(study.read_text(encoding="utf-8"))

    assert read["study"]["factors"] == ["mcv"]
    assert load_study(study).factors == ("mcv",)


def test_suggested_columns_of_ones_own_load_when_put_in_force(tmp_path):
    proposal = propose(
        tmp_path,
        'id,IRLS,SF,When?,age of dog,"a ""quoted"" name",ferritin_z\n1,20,30,2021-01-01,3,x,1.5\n2,10,40,2021-01-02,4,y,2.5\n',
    )
    study = tmp_path / "study.toml"
    study.write_text(uncommented(as_toml(proposal)), encoding="utf-8")

    assert {one.column for one in load_study(study).data.columns} >= {
        "IRLS",
        "SF",
        "When?",
        'a "quoted" name',
    }


def test_names_that_would_break_the_file_are_escaped(tmp_path):
    proposal = propose(tmp_path, 'id,"IRLS\nGesamt","x = ""1""\n[study]"\n1,20,a\n')
    read = tomllib.loads(as_toml(proposal))

    assert list(read) == ["study", "columns"]
    assert tomllib.loads(uncommented(as_toml(proposal)))["columns"]["IRLS\nGesamt"] == "irls_total"


def test_first_line_of_values_is_refused_because_names_are_written(tmp_path):
    with pytest.raises(CohortError) as caught:
        propose(tmp_path, "17,45.5,female\n18,30.0,male\n")

    assert str(caught.value) == (
        "'clinic.csv' cannot be read:\n"
        "  - 'clinic.csv' has 2 column names written like a value. Allowed: names of columns in the first line. "
        "Write the names of the columns above the data, or declare in [files] how many lines to skip."
    )


def test_proposal_does_not_replace_a_file_unless_told(tmp_path):
    proposal = propose(tmp_path, "id,ferritin\n1,30\n")
    study = tmp_path / "study.toml"
    study.write_text("mine", encoding="utf-8")

    with pytest.raises(CohortError, match=r"'study.toml' is there already. Name another file, or replace it"):
        write_proposal(proposal, study)
    assert study.read_text(encoding="utf-8") == "mine"
    assert write_proposal(proposal, study, force=True).read_text(encoding="utf-8").startswith("# A proposal")


def test_data_file_is_never_replaced_by_its_proposal(tmp_path):
    proposal = propose(tmp_path, "id,ferritin\n1,30\n")

    with pytest.raises(CohortError, match=r"is there already\. Name another file"):
        write_proposal(proposal, tmp_path / "clinic.csv", force=True)


def test_data_file_is_named_from_the_folder_of_the_study(tmp_path):
    proposal = propose(tmp_path, "id,irls,ferritin\n1,20,30\n")
    (tmp_path / "studies").mkdir()
    study = write_proposal(proposal, tmp_path / "studies" / "study.toml")

    assert tomllib.loads(study.read_text(encoding="utf-8"))["study"]["data"] == "../clinic.csv"


def test_file_with_a_single_row_and_gaps_is_proposed(tmp_path):
    proposal = propose(tmp_path, "id,irls,ferritin,note\n1,,,\n")

    assert proposal.mapped == {"irls": "irls_total", "ferritin": "ferritin"}


def test_cp1252_export_is_read_and_its_encoding_declared(tmp_path):
    proposal = propose(tmp_path, "id;Größe (cm);IRLS\n1;170;20\n2;180;30\n", encoding="cp1252")

    assert (proposal.options.encoding, proposal.options.delimiter) == ("cp1252", ";")
    assert proposal.remarks[1] == (
        "The file is not in UTF-8. It can be read as cp1252: do names with accents look right?"
    )

"""Dictionaries in the form of Spout are as its own tests want them, and read back without loss."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

import rlsstudy as rls
from rlsstudy.cohort.dictionaries.spout import KINDS, read_spout
from rlsstudy.cohort.write.dictionary_of import dictionary_of
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.spout import spout_files
from rlsstudy.errors import CohortError
from tests.declare.dictionaries import dictionaries


def write(files, folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return folder


def message(files, folder):
    with pytest.raises(CohortError) as caught:
        read_spout(write(files, folder))
    return str(caught.value)


@pytest.fixture(scope="module")
def packaged():
    return dictionary_of(rls.rls_model(), numbered=True)


def test_variable_and_domain_are_as_spout_has_them():
    sex = DictionaryField(
        "sex",
        "Sex",
        Kind.BINARY,
        levels={"0": "male", "1": "female"},
        missing={"-9": "refused"},
        section="Basic data",
    )
    age = DictionaryField("age", "Age", Kind.CONTINUOUS, "years", (18.0, 99.5))

    files = spout_files(Dictionary("study", (sex, age)))

    assert {name: json.loads(text) for name, text in files.items()} == {
        "variables/basic_data/sex.json": {
            "id": "sex",
            "display_name": "Sex",
            "description": "",
            "type": "choices",
            "domain": "sex_values",
            "other": {"order": 0, "kind": "binary", "section": "Basic data"},
        },
        "domains/sex_values.json": [
            {"value": "0", "display_name": "male", "description": ""},
            {"value": "1", "display_name": "female", "description": ""},
            {"value": "-9", "display_name": "refused", "description": "", "missing": True},
        ],
        "variables/age.json": {
            "id": "age",
            "display_name": "Age",
            "description": "",
            "type": "numeric",
            "units": "years",
            "other": {"order": 1, "kind": "continuous", "minimum": "18", "maximum": "99.5"},
        },
    }


def test_variables_with_the_same_choices_share_a_domain():
    levels = {"0": "no", "1": "yes"}
    fields = tuple(DictionaryField(name, name, Kind.BINARY, levels=levels) for name in ("a", "b"))

    files = spout_files(Dictionary("study", fields))

    assert [name for name in files if name.startswith("domains/")] == ["domains/a_values.json"]


def test_packaged_study_passes_the_tests_of_spout(packaged):
    files = {name: json.loads(text) for name, text in spout_files(packaged).items()}

    for name, content in files.items():
        stem = name.rpartition("/")[2].removesuffix(".json")
        assert re.fullmatch(r"[a-z]\w*", stem)
        if name.startswith("domains/"):
            assert all(isinstance(option, dict) for option in content)
            continue
        assert content["id"] == stem
        assert content["type"] in KINDS
        assert len(content["display_name"]) <= 255
        assert content["type"] != "choices" or "domain" in content
        assert "domain" not in content or f"domains/{content['domain']}.json" in files


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dictionaries())
def test_dictionary_comes_back(tmp_path, dictionary):
    assert read_spout(write(spout_files(dictionary), tmp_path / "dd")) == replace(dictionary, source="dd")


def test_dictionary_of_the_packaged_study_comes_back(packaged, tmp_path):
    assert read_spout(write(spout_files(packaged), tmp_path / "dd")) == replace(packaged, source="dd")


def test_repositories_of_others_are_read(tmp_path):
    files = {
        "variables/Sleep/ahi.json": {
            "id": "ahi",
            "display_name": "Apnoea-hypopnoea index",
            "type": "numeric",
            "units": "events per hour",
            "domain": "gone",
        },
        "variables/nsrrid.json": {"id": "nsrrid", "display_name": "Number", "type": "identifier"},
        "variables/sex.json": {"id": "sex", "display_name": "Sex", "type": "choices", "domain": "Sexes"},
        "domains/sexes.json": [
            {"value": "1", "display_name": "Male"},
            {"value": "2", "display_name": "Female"},
        ],
        "domains/gone.json": [{"value": ".", "display_name": "Missing", "missing": True}],
    }

    dictionary = read_spout(write(files, tmp_path / "dd"))

    assert dictionary.key == "nsrrid"
    assert dictionary.fields == (
        DictionaryField(
            "ahi",
            "Apnoea-hypopnoea index",
            Kind.CONTINUOUS,
            "events per hour",
            missing={".": "Missing"},
            section="Sleep",
        ),
        DictionaryField("nsrrid", "Number", Kind.TEXT, identifies=True),
        DictionaryField("sex", "Sex", Kind.BINARY, levels={"1": "Male", "2": "Female"}),
    )


def test_every_fault_is_told_at_once(tmp_path):
    files = {
        "variables/a.json": {"id": "b", "type": "colour"},
        "variables/c.json": {"id": "c", "type": "choices", "domain": "sexs"},
        "variables/d.json": "[",
        "variables/e.json": [],
        "domains/sexes.json": [{"display_name": "Male"}],
    }

    assert message(files, tmp_path / "dd") == (
        "'dd' cannot be read as a data dictionary:\n"
        "  - An option of 'sexes.json' has no value. Allowed: a text as 'value'.\n"
        "  - The id in 'a.json' is another than its name. Allowed: 'a', as the file is called.\n"
        "  - The type in 'a.json' is not known. Allowed: identifier, choices, integer, numeric, string, text, date,"
        " datetime, time, file.\n"
        "  - 'c.json' names a domain that is not there. Allowed: a file in 'domains'. Did you mean 'sexes'?\n"
        "  - 'c' has no choices. Allowed: a domain with choices.\n"
        "  - 'd.json' is not strict JSON (first in line 1). Allowed: JSON.\n"
        "  - 'e.json' is not as Spout has it. Allowed: an object with 'id'."
    )


def test_folder_without_variables_is_refused(tmp_path):
    assert message({}, tmp_path / "dd") == (
        "'dd' cannot be read as a data dictionary:\n"
        "  - 'dd' has no folder 'variables' with JSON files. Allowed: a Spout repository."
    )


def test_names_and_labels_that_spout_does_not_take_are_refused():
    fields = (
        DictionaryField("Age", "Age"),
        DictionaryField("con", "A device"),
        DictionaryField("../up", "Elsewhere"),
        DictionaryField("long", "x" * 256),
        DictionaryField("twice", "Twice", Kind.BINARY, levels={"1": "a", "2": "b"}, missing={"1": "c"}),
    )

    with pytest.raises(CohortError) as caught:
        spout_files(Dictionary("study", fields))

    allowed = "lower-case letters, digits and underscores, beginning with a letter; no name of a device"
    assert str(caught.value) == (
        "'study' cannot be written as a Spout dictionary:\n"
        f"  - Spout does not take the name 'Age'. Allowed: {allowed}. Rename it.\n"
        f"  - Spout does not take the name 'con'. Allowed: {allowed}. Rename it.\n"
        f"  - Spout does not take the name '../up'. Allowed: {allowed}. Rename it.\n"
        "  - The label of 'long' is too long. Allowed: at most 255 characters. Rename it.\n"
        "  - A code of 'twice' has two meanings. Allowed: codes for levels and codes for missing values that differ."
        " Rename it."
    )

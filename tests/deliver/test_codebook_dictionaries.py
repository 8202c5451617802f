"""Dictionaries are written whole, and nothing else is replaced."""

import json
import runpy

import pytest

import rlsstudy as rls
from rlsstudy.cohort.dictionaries.spout import read_spout
from rlsstudy.cohort.dictionaries.table_schema import read_table_schema
from rlsstudy.cohort.redcap.dictionary import read_redcap_dictionary
from rlsstudy.deliver.codebook_dictionaries import FORMATS, write_dictionary
from rlsstudy.errors import DeliveryError
from tests.cohort.written import small_cohort


@pytest.fixture(scope="module")
def study():
    return rls.load_study()


def test_every_format_describes_every_measured_variable(study, tmp_path):
    names = ["participant", *(variable.name for variable in study.model.measured)]

    schema = read_table_schema(write_dictionary(study, tmp_path / "a.json", "table-schema"))
    spout = read_spout(write_dictionary(study, tmp_path / "dd", "spout"))
    redcap = read_redcap_dictionary(write_dictionary(study, tmp_path / "a.csv", "redcap"))
    module = runpy.run_path(str(write_dictionary(study, tmp_path / "a.py", "pandera")))

    assert [field.name for field in schema.fields] == names
    assert [field.name for field in spout.fields] == names
    assert {field.name for field in redcap.fields} >= set(names)
    assert list(module["schema"].columns) == names[1:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json", "a.py", "dd"]


def test_cohort_is_described_by_its_own_columns(tmp_path):
    cohort = small_cohort()
    part = type(cohort)(
        cohort.data[["score", "age"]], cohort.reasons, cohort.study, cohort.ledger, cohort.origin
    )

    schema = read_table_schema(write_dictionary(part, tmp_path / "a.json", "table-schema"))

    assert [field.name for field in schema.fields] == ["participant", "age", "score"]


def test_what_is_there_is_replaced_only_by_force(study, tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(DeliveryError) as caught:
        write_dictionary(study, path, "table-schema")
    assert str(caught.value) == (
        f"The file '{path}' is there already. Name another one, or replace it with --force."
    )
    assert path.read_text(encoding="utf-8") == "old"
    write_dictionary(study, path, "table-schema", force=True)
    assert json.loads(path.read_text(encoding="utf-8"))["fields"]


def test_folder_with_other_files_is_not_replaced_even_by_force(study, tmp_path):
    folder = tmp_path / "dd"
    write_dictionary(study, folder, "spout")
    (folder / "variables" / "old.json").write_text("{}", encoding="utf-8")
    write_dictionary(study, folder, "spout", force=True)
    assert not (folder / "variables" / "old.json").exists()
    (folder / "thesis.docx").write_text("years of work", encoding="utf-8")

    with pytest.raises(DeliveryError) as caught:
        write_dictionary(study, folder, "spout", force=True)

    assert str(caught.value) == f"'{folder}' holds something else and is not replaced. Name another folder."
    assert (folder / "thesis.docx").read_text(encoding="utf-8") == "years of work"
    assert [path.name for path in tmp_path.iterdir()] == ["dd"]


def test_format_that_is_not_known_is_refused(study, tmp_path):
    with pytest.raises(DeliveryError) as caught:
        write_dictionary(study, tmp_path / "a", "redcp")
    assert str(caught.value) == "There is no format 'redcp'. Did you mean 'redcap'?"


@pytest.mark.parametrize("format", FORMATS)
def test_folder_that_is_not_there_is_named(study, tmp_path, format):
    with pytest.raises(DeliveryError) as caught:
        write_dictionary(study, tmp_path / "none" / "a", format)
    assert str(caught.value) == f"There is no folder '{tmp_path / 'none'}' to write 'a' to. Make it first."


def test_folder_is_not_replaced_by_a_file(study, tmp_path):
    with pytest.raises(DeliveryError) as caught:
        write_dictionary(study, tmp_path, "redcap", force=True)
    assert str(caught.value) == f"'{tmp_path}' is a folder. Name a file."

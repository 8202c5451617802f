"""A cohort file and the note beside it are whole, and belong together."""

import json
from hashlib import sha256

import pytest

import rlsstudy as rls
from rlsstudy.declare import SyntheticData
from rlsstudy.deliver.cohort_file import note_path, save_cohort, save_simulated
from rlsstudy.errors import DeliveryError


@pytest.fixture(scope="module")
def cohort():
    return rls.simulate_cohort(n=5, seed=1, design="population")


def test_note_tells_the_checksum_of_its_file(cohort, tmp_path):
    path = save_cohort(cohort, tmp_path / "a.csv")

    note = json.loads(note_path(path).read_text(encoding="utf-8"))
    assert note["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert note["synthetic"] is True
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "a.csv.provenance.json"]


def test_file_and_note_stay_when_the_new_one_cannot_be_written(cohort, tmp_path, monkeypatch):
    path = save_cohort(cohort, tmp_path / "a.csv")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rlsstudy.cohort.write.cohort_file.write_csv", full)
    with pytest.raises(DeliveryError) as caught:
        save_cohort(rls.simulate_cohort(n=6, seed=2, design="population"), path, force=True)

    assert str(caught.value) == f"The file '{path}' cannot be written: No space left on device."
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_parquet_file_is_streamed_and_has_the_same_note(tmp_path):
    asked = SyntheticData(design="population", n=30, seed=4)
    path = save_simulated(asked, tmp_path / "a.parquet")

    note = json.loads(note_path(path).read_text(encoding="utf-8"))
    cohort = rls.simulate_cohort(n=30, seed=4, design="population")
    assert note["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert {name: note[name] for name in cohort.origin.facts} == cohort.origin.facts
    assert rls.load_cohort(path).data.equals(cohort.data)

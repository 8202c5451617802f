"""The packaged cohorts are what the declaration gives, byte for byte."""

import shutil
import tomllib

import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy._resources import data_folder
from rlsstudy.cohort.packaged import CODEBOOK, MANIFEST, MESSY_FILES, PACKAGED, write_packaged
from rlsstudy.errors import CohortError


@pytest.mark.slow
def test_the_packaged_files_are_written_again_byte_for_byte(tmp_path):
    write_packaged(tmp_path)
    for name in (*(f"{name}.csv" for name in PACKAGED), *MESSY_FILES, CODEBOOK, MANIFEST):
        assert (tmp_path / name).read_bytes() == (data_folder() / name).read_bytes(), name


@pytest.mark.parametrize(
    "name", ["clinic", *(pytest.param(name, marks=pytest.mark.slow) for name in PACKAGED if name != "clinic")]
)
def test_a_packaged_cohort_equals_its_simulation(name):
    asked = PACKAGED[name]
    simulated = rls.simulate_cohort(n=asked.n, seed=asked.seed, design=asked.design)
    loaded = rls.load_synthetic(name)
    pd.testing.assert_frame_equal(loaded.data, simulated.data)
    pd.testing.assert_frame_equal(loaded.reasons, simulated.reasons)
    assert loaded.study == simulated.study
    assert loaded.is_synthetic


def test_the_codebook_explains_every_column():
    book = pd.read_csv(data_folder() / CODEBOOK)
    assert book["name"].tolist() == rls.load_synthetic("population").data.columns.tolist()
    assert book["source"].notna().all()


def test_the_manifest_names_the_declaration_that_the_files_were_made_from():
    manifest = tomllib.loads((data_folder() / MANIFEST).read_text(encoding="utf-8"))
    for name, entry in manifest["cohorts"].items():
        asked = PACKAGED[name]
        model = rls.rls_model().in_setting(asked.design, asked.scenario)
        assert entry["declaration_sha256"] == model.digest, name


def test_all_files_together_stay_below_five_megabytes():
    assert sum(path.stat().st_size for path in data_folder().glob("*.csv")) < 5_000_000


def test_a_messy_file_is_not_loaded_as_if_it_were_a_cohort():
    with pytest.raises(CohortError) as caught:
        rls.load_synthetic("messy")
    assert str(caught.value) == (
        "'messy' is a file to be cleaned and not a cohort. `synthetic_file(\"messy.csv\")` says where it is."
    )


def test_the_messy_file_can_be_scored_and_holds_what_its_key_lists():
    score = rls.score_cleaning(rls.synthetic_file("messy.csv"), rls.synthetic_file("messy_key.csv"))
    assert score.attrs["planted"] > 40
    assert (score.attrs["repaired"], score.attrs["damaged"]) == (0, 0)


def test_an_unknown_packaged_file_is_answered_with_the_nearest():
    with pytest.raises(CohortError) as caught:
        rls.synthetic_file("mesy.csv")
    assert str(caught.value) == "No packaged file is called 'mesy.csv'. Did you mean 'messy.csv'?"


def test_an_unknown_packaged_cohort_is_answered_with_the_nearest():
    with pytest.raises(CohortError) as caught:
        rls.load_synthetic("clinc")
    assert str(caught.value) == "No packaged cohort is called 'clinc'. Did you mean 'clinic'?"


def test_a_changed_packaged_file_is_refused(tmp_path, monkeypatch):
    for name in ("clinic.csv", MANIFEST):
        shutil.copy(data_folder() / name, tmp_path / name)
    with (tmp_path / "clinic.csv").open("a", encoding="utf-8") as file:
        file.write("601\n")
    monkeypatch.setattr("rlsstudy.cohort.packaged.data_folder", lambda: tmp_path)
    with pytest.raises(CohortError) as caught:
        rls.load_synthetic("clinic")
    assert str(caught.value) == (
        "The packaged file 'clinic.csv' is not the one that was packaged: its sha256 differs from MANIFEST.toml. "
        "Install rlsstudy again, or load your own file with load_cohort."
    )

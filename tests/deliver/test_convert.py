"""A file becomes one of another format, with its reasons, and the source stays as it was."""

import pytest

import rlsstudy as rls
from rlsstudy.cohort.write.cohort_file import write_cohort
from rlsstudy.deliver.cohort_file import note_path
from rlsstudy.deliver.convert import convert_file
from rlsstudy.errors import CohortError, DeliveryError

STUDY = """
[study]
title = "A study"
outcome = "irls_total"
factors = ["ferritin"]
data = "cohort.csv"
key = "id"

[columns]
IRLS = "irls_total"
FERR = { variable = "ferritin", missing = { "-9" = "no blood drawn" } }
"""


@pytest.fixture
def own_file(tmp_path):
    path = tmp_path / "clinic.csv"
    path.write_text("id,IRLS,FERR,note\na1,22,50.5,x\na2,17,-9,y\na3,5,120,z\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return path


@pytest.mark.slow
def test_reasons_survive_from_format_to_format(tmp_path):
    cohort = rls.simulate_cohort(n=40, seed=1, design="population")
    path = write_cohort(cohort, tmp_path / "a.csv")

    for ending in ("parquet", "tsv", "sav", "dta", "csv"):
        path = convert_file(path, tmp_path / f"b.{ending}")

    again = rls.load_cohort(path)
    assert again.data.equals(cohort.data)
    assert again.reasons.equals(cohort.reasons)


def test_file_is_read_as_its_study_says(own_file, tmp_path):
    before = own_file.read_bytes()

    path = convert_file(own_file, tmp_path / "new.csv", study=tmp_path / "study.toml")

    assert path.read_text(encoding="utf-8").splitlines() == [
        "participant,ferritin,low_ferritin,irls_total,irls_band",
        "1,50.5,yes,22,severe",
        "2,[no blood drawn],[no blood drawn],17,moderate",
        "3,120,no,5,mild",
    ]
    assert own_file.read_bytes() == before
    assert not note_path(path).exists()


def test_simulated_people_keep_their_note(tmp_path):
    cohort = rls.simulate_cohort(n=5, seed=1)
    source = write_cohort(cohort, tmp_path / "a.csv")

    path = convert_file(source, tmp_path / "b.parquet")

    assert '"synthetic": true' in note_path(path).read_text(encoding="utf-8")


def test_source_and_what_is_there_are_not_replaced(own_file, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("old", encoding="utf-8")
    study = tmp_path / "study.toml"

    with pytest.raises(DeliveryError) as caught:
        convert_file(own_file, own_file, study=study, force=True)
    assert str(caught.value) == f"'{own_file}' is the file that is read. Name another one."
    with pytest.raises(DeliveryError) as caught:
        convert_file(own_file, other, study=study)
    assert str(caught.value) == (
        "The file 'other.csv' is there already. Name another one, or replace it with --force."
    )
    assert other.read_text(encoding="utf-8") == "old"


def test_unknown_endings_are_refused_before_anything_is_read(tmp_path):
    with pytest.raises(DeliveryError) as caught:
        convert_file(tmp_path / "none.csv", tmp_path / "a.sas7bdat")
    assert str(caught.value) == (
        "A cohort cannot be written to 'a.sas7bdat': its name must end in"
        " .csv, .tsv, .parquet, .feather, .xlsx, .sav, .zsav, .dta or .xpt."
    )


def test_file_with_faults_gives_none(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("participant,irls_total\n1,99\n", encoding="utf-8")

    with pytest.raises(CohortError) as caught:
        convert_file(path, tmp_path / "b.sav")

    assert "E_RANGE" in {problem.code for problem in caught.value.problems}
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_study_that_simulates_its_data_takes_declared_names_as_check_does(tmp_path):
    study = tmp_path / "synthetic.toml"
    study.write_text(
        '[study]\ntitle = "Made up"\ndata = "synthetic"\noutcome = "irls_total"\nfactors = ["ferritin"]\npopulation = "rls_case"\n',
        encoding="utf-8",
    )
    (tmp_path / "a.csv").write_text("participant,ferritin\n1,50\n", encoding="utf-8")

    convert_file(tmp_path / "a.csv", tmp_path / "b.csv", study=study)

    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "participant,ferritin,low_ferritin\n1,50,yes\n"


def test_warnings_of_the_source_are_told(own_file, tmp_path):
    told = []
    (tmp_path / "a.csv").write_text("participant,ferritin,email\n1,50,a@b.org\n", encoding="utf-8")

    convert_file(tmp_path / "a.csv", tmp_path / "b.csv", tell=told.extend)

    assert "W_DIRECT_IDENTIFIER" in [problem.code for problem in told]

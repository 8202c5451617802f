"""What is written is read back equal, and a file is whole or as it was."""

from dataclasses import replace

import numpy as np
import pytest

from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.cohort.write.cohort_file import WRITABLE, write_atomically, write_cohort
from rlsstudy.errors import CohortError


@pytest.fixture(scope="module")
def cohort():
    return simulate_cohort(n=150, seed=3, design="population")


@pytest.fixture(scope="module")
def few(cohort):
    """Return its first two people, where what is shown does not depend on how many there are."""
    return replace(cohort, data=cohort.data.head(2), reasons=cohort.reasons.head(2))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_data_and_reasons_come_back(cohort, tmp_path, ending):
    again = load_cohort(write_cohort(cohort, tmp_path / f"cohort.{ending}"))

    assert again.data.equals(cohort.data)
    assert again.reasons.equals(cohort.reasons)
    assert again.data.dtypes.equals(cohort.data.dtypes)
    assert {note.code for note in again.notes} <= {"W_MISSING_SHARE"}  # substudies measure few, by plan


@pytest.mark.slow
@pytest.mark.parametrize("ending", WRITABLE)
def test_the_packaged_study_comes_back_from_every_format(cohort, tmp_path, ending):
    again = load_cohort(write_cohort(cohort, tmp_path / f"cohort{ending}"))

    assert again.data.equals(cohort.data)
    assert again.reasons.equals(cohort.reasons)
    assert again.data.dtypes.equals(cohort.data.dtypes)
    assert again.is_synthetic


def test_part_of_a_cohort_keeps_its_numbers(cohort, tmp_path):
    cases = cohort.in_population()

    again = load_cohort(write_cohort(cases, tmp_path / "cases.csv"))

    assert again.data.index.tolist() == cases.data.index.tolist()


def test_csv_is_plain_text_with_short_numbers(cohort, tmp_path):
    header, *rows = write_cohort(cohort, tmp_path / "cohort.csv").read_text(encoding="utf-8").splitlines()
    cells = [cell for row in rows for cell in row.split(",")]

    assert header.split(",") == ["synthetic_participant", *cohort.data]
    assert [row.split(",")[0] for row in rows] == [str(number) for number in cohort.data.index]
    assert max(len(cell) for cell in cells if cell[:1].isdigit() or cell[:1] == "-") <= 12
    assert "[not applicable]" in cells


@pytest.mark.parametrize("value", [24.123456789, 24.400000000000002, 1 / 3 + 24])
def test_no_digit_of_a_number_is_lost(few, tmp_path, value):
    data = few.data.copy()
    data.loc[1, "bmi"] = value

    again = load_cohort(write_cohort(replace(few, data=data), tmp_path / "cohort.csv"))

    assert again.data.loc[1, "bmi"] == value


def test_negative_zero_keeps_its_sign_in_csv(few, tmp_path):
    data = few.data.copy()
    data.loc[1, "iron_prs"], data.loc[2, "iron_prs"] = -0.0, 0.0

    again = load_cohort(write_cohort(replace(few, data=data), tmp_path / "cohort.csv"))

    assert np.signbit(again.data.loc[[1, 2], "iron_prs"]).tolist() == [True, False]


@pytest.mark.parametrize("ending", WRITABLE)
def test_file_is_readable_by_its_owner_alone(few, tmp_path, ending):
    assert write_cohort(few, tmp_path / f"cohort{ending}").stat().st_mode & 0o077 == 0


def test_other_endings_are_refused(cohort, tmp_path):
    with pytest.raises(CohortError) as caught:
        write_cohort(cohort, tmp_path / "cohort.sas7bdat")

    assert str(caught.value) == (
        "'cohort.sas7bdat' cannot be written: its name must end in"
        " .csv, .tsv, .parquet, .feather, .xlsx, .sav, .zsav, .dta or .xpt."
    )


def test_interrupted_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("old", encoding="utf-8")

    def half(unfinished):
        unfinished.write_text("ne", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, half)

    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("old.csv", "old")
    ]


def test_simulated_people_are_known_as_such_wherever_the_file_goes(tmp_path):
    written = write_cohort(simulate_cohort(n=5, seed=1), tmp_path / "elsewhere.csv")
    assert load_cohort(written).is_synthetic
    assert not load_cohort(written).truth_is_known

"""Files that others made come in through the study file that a user would write."""

from pathlib import Path

import pytest

from rlsstudy.cohort.check import check_file
from rlsstudy.cohort.read import load_cohort

DATA = Path(__file__).resolve().parents[1] / "data"
REAL = DATA / "real"


def said(path: Path, study: str) -> list[tuple[str, str | None, int]]:
    return [(p.code, p.column, p.count) for p in check_file(path, REAL / study / "study.toml")]


def loaded(path: Path, study: str):
    return load_cohort(path, REAL / study / "study.toml")


def test_gaps_that_an_export_turned_into_zeros_are_noticed_on_both_scales():
    assert said(REAL / "nhanes_twin" / "lab_ferritin.csv", "nhanes_twin") == [
        ("N_UNMAPPED", None, 1),
        ("E_FALSE_ZERO", "LBXFER", 197),
    ]
    assert said(REAL / "nhanes_twin" / "q_sleep.csv", "nhanes_twin") == [
        ("N_UNMAPPED", None, 8),
        ("W_FALSE_ZERO", "SLD012", 9),
    ]


def test_workbook_with_notes_beside_the_table_is_read_by_its_range():
    cohort = loaded(REAL / "sharing" / "collaborative-consumption.xlsx", "sharing")

    assert cohort.n == 184  # 190 rows, the last six of which hold nothing but notes beside the table
    assert cohort.data["sex"].value_counts().to_dict() == {"female": 114, "male": 70}
    assert cohort.data["age_group"].cat.ordered


@pytest.mark.parametrize("export", ["raw", "label", "label_header", "checkbox_label"])
def test_exports_of_the_same_redcap_records_give_the_same_cohort(export):
    path = DATA / "redcap" / f"simple_export_{export}.csv"
    if export == "label_header":
        # One field is not in the dictionary, so that its label stays, which ends in a question mark.
        assert [problem.code for problem in check_file(path, REAL / "redcap_simple" / "study.toml")][
            -1
        ] != "E_TYPE"
        return

    cohort = loaded(path, "redcap_simple")

    assert cohort.data["age"].tolist() == [11, 11, 80, 61, 59]
    assert cohort.data["sex"].tolist() == ["female", "male", "male", "female", "male"]

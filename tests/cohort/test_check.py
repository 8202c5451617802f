"""Checking a file gives every problem as a record and raises nothing."""

from pathlib import Path

from rlsstudy.cohort.check import check_file

STUDY = """
[study]
title = "Two files"
data = ["people.csv", "blood.csv"]
key = "id"
outcome = "ferritin"
factors = ["age"]
[columns]
AGE = "age"
SF = "ferritin"
[variables.age]
limits = [18, 95]
[[exclusions]]
variable = "age"
below = 18
reason = "under 18 years"
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        suffix = ".toml" if name == "study" else ".csv"
        (folder / f"{name}{suffix}").write_text(text, encoding="utf-8")


def test_good_file_has_no_problems(tmp_path):
    write(tmp_path, study=STUDY, people="id,AGE\n1,50\n", blood="id,SF\n1,60\n")

    assert check_file(tmp_path / "study.toml") == []


def test_problem_is_a_record_of_plain_values(tmp_path):
    write(tmp_path, study=STUDY, people="id,AGE\n1,50\n2,170\n", blood="id,SF\n1,60\n")

    assert [problem.as_record() for problem in check_file(tmp_path / "study.toml")] == [
        {
            "code": "E_RANGE",
            "message": "Column 'AGE' of 'people.csv' (Age) has 1 value outside the limits",
            "severity": "refuse",
            "allowed": "numbers from 18 to 95 years",
            "hint": "Is the unit right? Codes for missing values are declared in [columns];"
            " plausible values in [variables].",
            "file": "people.csv",
            "column": "AGE",
            "line": 3,
            "count": 1,
        }
    ]


def test_one_file_of_several_is_checked_for_what_it_has(tmp_path):
    write(tmp_path, study=STUDY, blood="id,SF\n1,60\n2,x\n")

    problems = check_file(tmp_path / "blood.csv", tmp_path / "study.toml")

    assert [(problem.code, problem.line) for problem in problems] == [("E_TYPE", 3)]


def test_file_without_study_is_checked_by_declared_names(tmp_path):
    write(tmp_path, mine="id,age\n1,50\n1,17\n")

    problems = check_file(tmp_path / "mine.csv")

    assert [problem.code for problem in problems] == ["E_DUPLICATE_KEY", "W_NO_OUTCOME"]


def test_problems_of_a_study_file_are_problems_too(tmp_path):
    write(tmp_path, study=STUDY.replace("title", "titel"))

    problems = check_file(tmp_path / "study.toml")

    assert [(problem.code, problem.file, problem.message) for problem in problems] == [
        ("E_STUDY_FILE", "study.toml", "in [study], 'titel' is not a known key. Did you mean 'title'?"),
        ("E_STUDY_FILE", "study.toml", "in [study], 'title' is missing."),
    ]


def test_synthetic_study_has_nothing_to_check(tmp_path):
    write(tmp_path, study='[study]\ntitle = "S"\ndata = "synthetic"\n')

    assert check_file(tmp_path / "study.toml") == []

"""Checking a file gives every problem as a record and raises nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rlsstudy.cohort.check import check_file
from rlsstudy.declare.study_file import load_study

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
            "cell": None,
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

    assert [(problem.code, problem.line) for problem in problems] == [
        ("E_DUPLICATE_KEY", 3),
        ("E_RANGE", 3),
        ("W_NO_OUTCOME", None),
    ]


def test_problems_of_a_study_file_are_problems_too(tmp_path):
    write(tmp_path, study=STUDY.replace("title", "titel"))

    problems = check_file(tmp_path / "study.toml")

    assert [(problem.code, problem.file, str(problem)) for problem in problems] == [
        (
            "E_UNKNOWN_KEY",
            "study.toml",
            "Study file 'study.toml': in [study], 'titel' is not a known key. Did you mean 'title'?",
        ),
        ("E_STUDY_FILE", "study.toml", "Study file 'study.toml': in [study], 'title' is missing."),
    ]


def test_synthetic_study_has_nothing_to_check(tmp_path):
    write(tmp_path, study='[study]\ntitle = "S"\ndata = "synthetic"\n')

    assert check_file(tmp_path / "study.toml") == []


NO_COLUMN = (
    "No column with the name of a declared variable is in 'mine.csv'. Map its columns in [columns]."
    " Does the first line hold the column names?"
)
NO_OUTCOME = (
    "The outcome 'irls_total' (IRLS total) has no column and cannot be derived."
    " Map its column, or all its items, in a study file."
)


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        (
            "Jane Doe,1970-03-04,38,212,2\nJohn Doe,1980-03-04,40,80,1\n",
            [
                "Key column 'participant' is not in 'mine.csv' (first in line 1). Name the right column as 'key'"
                " in [study]. Does the first line hold the column names?"
            ],
        ),
        (
            "Jane Doe,1970-03-04,38,38,2\nJohn Doe,1980-03-04,40,80,1\n",
            [
                "'mine.csv' has two columns of the same name, at places 3 and 4 (first in line 1)."
                " Allowed: names that differ by more than case and blanks. Rename or remove one of them."
                " Does the first line hold the column names?",
                "Key column 'participant' is not in 'mine.csv' (first in line 1). Name the right column as 'key'"
                " in [study]. Does the first line hold the column names?",
            ],
        ),
    ],
    ids=["different cells", "repeated cell"],
)
def test_first_participant_of_a_file_without_a_header_is_not_shown(tmp_path, rows, messages):
    write(tmp_path, mine=rows)

    problems = check_file(tmp_path / "mine.csv")

    assert [str(problem) for problem in problems] == messages
    records = json.dumps([problem.as_record() for problem in problems])
    assert not [cell for cell in rows.splitlines()[0].split(",")[:3] if cell in records]


def test_mapped_columns_of_a_file_without_a_header_are_not_answered_with_its_cells(tmp_path):
    study = STUDY.replace('["people.csv", "blood.csv"]', '"people.csv"').replace('"id"', '"Jane Doe"')
    write(tmp_path, study=study, people="Jane Doe,1970-03-04,38\nJohn Doe,1980-03-04,40\n")

    assert [str(problem) for problem in check_file(tmp_path / "study.toml")][:2] == [
        "Column 'AGE', mapped to 'age', is not in 'people.csv' (first in line 1)."
        " Check its name in [columns]. Does the first line hold the column names?",
        "Column 'SF', mapped to 'ferritin', is not in 'people.csv' (first in line 1)."
        " Check its name in [columns]. Does the first line hold the column names?",
    ]


@pytest.mark.parametrize("study", [None, "default", Path("default")])
def test_file_without_any_declared_column_is_refused(tmp_path, study):
    write(tmp_path, mine="id,site\n1,2\n")

    problems = check_file(tmp_path / "mine.csv", study)

    assert [str(problem) for problem in problems] == [
        "'mine.csv' has 1 column that the study does not map, left alone.",
        NO_COLUMN,
        NO_OUTCOME,
    ]


def test_file_without_any_mapped_column_is_refused(tmp_path):
    write(tmp_path, study=STUDY, mine="id,site\n1,2\n")

    assert [str(problem) for problem in check_file(tmp_path / "mine.csv", tmp_path / "study.toml")] == [
        "'mine.csv' has 1 column that the study does not map, left alone.",
        "No column that the study maps is in 'mine.csv'. Check their names in [columns]."
        " Does the first line hold the column names?",
    ]


@pytest.mark.parametrize("name", ["no_such_study", "no_such_study.toml"])
def test_study_that_is_not_there_is_a_problem_with_its_name(tmp_path, name):
    write(tmp_path, mine="id,age\n1,50\n")

    assert [str(problem) for problem in check_file(tmp_path / "mine.csv", tmp_path / name)] == [
        f"Study file '{name}': there is no such file."
        " Check the name, or write a new study file with `rlsstudy new`."
    ]


def test_study_file_with_another_study_is_refused(tmp_path):
    write(tmp_path, study=STUDY)

    assert [str(problem) for problem in check_file(tmp_path / "study.toml", tmp_path / "study.toml")] == [
        "'study.toml' is a study file, and another study is given for it."
        " Give a data file with a study, or the study file alone."
    ]


def test_study_of_synthetic_data_checks_a_file_by_declared_names(tmp_path):
    write(tmp_path, mine="id,age\n1,170\n")
    study = replace(load_study(), title="Another")

    problems = check_file(tmp_path / "mine.csv", study)

    assert [problem.code for problem in problems] == ["E_RANGE", "W_NO_OUTCOME"]


def test_exclusions_by_what_one_of_several_files_has_are_applied(tmp_path):
    write(tmp_path, study=STUDY, people="id,AGE\n1,50\n2,17\n", blood="id,SF\n1,60\n")

    assert check_file(tmp_path / "people.csv", tmp_path / "study.toml") == []
    assert check_file(tmp_path / "blood.csv", tmp_path / "study.toml") == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "a" * 300 + ".csv",
            f"There is no file '{'a' * 300}.csv'. Check the name; names in a study file count from its folder.",
        ),
        (
            "a\0b.csv",
            "There is no file 'ab.csv'. Check the name; names in a study file count from its folder.",
        ),
        ("a\0b.toml", "Study file 'ab.toml': no file can have this name. Check the name."),
    ],
    ids=["too long", "zero byte", "study with a zero byte"],
)
def test_name_that_no_file_can_have_is_a_problem(name, message):
    assert [str(problem) for problem in check_file(name)] == [message]

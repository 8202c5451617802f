"""Files with a row per visit load as such, and nothing takes their rows for participants."""

from pathlib import Path

import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.check import check_file
from rlsstudy.cohort.read import load_cohort
from rlsstudy.errors import CohortError

STUDY = """
[study]
title = "Visits"
data = ["visits.csv", "people.csv"]
key = ["id", "visit"]
outcome = "irls_total"
factors = ["ferritin"]
visit_date = "visit_date"
[columns]
IRLS = "irls_total"
SF = "ferritin"
AGE = "age"
[columns.visit_date]
type = "date"
[columns.remark]
type = "text"
"""
VISITS = (
    "id,visit,visit_date,IRLS,SF,remark\n"
    "A7,0,2021-03-01,22,45.5,\n"
    "A7,4,2021-03-29,18,60,felt well\n"
    "B2,0,2021-04-01,9,120,NA\n"
)
PEOPLE = "id,AGE\nB2,60\nA7,50\n"


def study(folder: Path, visits: str = VISITS, people: str = PEOPLE, extra: str = "") -> Path:
    (folder / "visits.csv").write_text(visits, encoding="utf-8")
    (folder / "people.csv").write_text(people, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(STUDY.replace("[columns]\n", f"{extra}\n[columns]\n", 1), encoding="utf-8")
    return path


def test_rows_are_indexed_by_participant_and_visit(tmp_path):
    cohort = load_cohort(study(tmp_path))

    assert cohort.data.index.tolist() == [(1, 0), (1, 4), (2, 0)]
    assert cohort.data.index.names == ["participant", "visit"]
    assert (cohort.n, len(cohort.data)) == (2, 3)


def test_file_without_visits_holds_for_all_visits_of_a_participant(tmp_path):
    assert load_cohort(study(tmp_path)).data["age"].tolist() == [50, 50, 60]


def test_dates_and_texts_are_carried_in_their_types(tmp_path):
    data = load_cohort(study(tmp_path)).data

    assert data["visit_date"].tolist() == [
        pd.Timestamp("2021-03-01"),
        pd.Timestamp("2021-03-29"),
        pd.Timestamp("2021-04-01"),
    ]
    assert data["remark"].fillna("-").tolist() == ["-", "felt well", "NA"]
    assert str(data["remark"].dtype) == "string"


def test_one_visit_is_chosen_with_a_ledger_entry(tmp_path):
    at_baseline = load_cohort(study(tmp_path)).at_visit(0)

    assert at_baseline.data.index.tolist() == [1, 2]
    assert (at_baseline.ledger[-1].reason, at_baseline.n) == ("have visit 0", 2)


def test_study_can_name_the_visit_that_it_is_about(tmp_path):
    assert load_cohort(study(tmp_path, extra="at_visit = 4")).data["irls_total"].tolist() == [18]


def test_visit_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CohortError) as caught:
        load_cohort(study(tmp_path)).at_visit(9)

    assert str(caught.value) == "The cohort has no visit '9'. Its visits: 0, 4."


@pytest.mark.parametrize(
    ("ask", "subject"),
    [
        (lambda cohort: rls.estimate_effects(cohort), "An estimate"),
        (lambda cohort: rls.tabulate_cohort(cohort), "A table of characteristics"),
        (lambda cohort: rls.plot_outcome(cohort), "A figure of the outcome"),
        (lambda cohort: rls.describe_cohort(cohort), "A description"),
    ],
)
def test_what_takes_each_row_for_a_participant_refuses_visits(tmp_path, ask, subject):
    with pytest.raises(CohortError) as caught:
        ask(load_cohort(study(tmp_path)))

    assert str(caught.value) == (
        f"{subject} would take every visit for a participant of its own. Choose one visit: cohort.at_visit(…),"
        " or at_visit in [study]. Visits: 0, 4."
    )


def test_repeated_visit_and_missing_visit_are_placed(tmp_path):
    rows = VISITS + "A7,4,2021-03-30,18,61,again\nC9,,2021-05-01,9,50,\n"

    problems = check_file(study(tmp_path, rows, PEOPLE + "C9,44\n"))

    assert [(p.code, p.column, p.line) for p in problems if p.severity == "refuse"] == [
        ("E_MISSING_KEY", "visit", 6),
        ("E_DUPLICATE_KEY", "id,visit", 5),
    ]
    assert problems[1].hint == (
        "The first one stands also in line 3; the rows differ in 'visit_date', 'SF', 'remark'. Remove or mend them."
    )


def test_first_file_without_the_visit_is_refused(tmp_path):
    problems = check_file(study(tmp_path, "id,IRLS,SF,visit_date,remark\nA7,3,50,2021-01-01,\n"))

    assert [(p.code, p.column) for p in problems] == [("E_MISSING_COLUMN", "visit")]

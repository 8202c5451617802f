"""Constants, dates, ages and baselines are judged within each participant."""

import numpy as np

from rlsstudy.cohort.checks.over_time import changing_constants, disorder
from rlsstudy.declare import Kind
from tests.cohort.columns import column, levels, number

PEOPLE = np.asarray([0, 0, 1, 0])
VISIT = number("visit", Kind.INTEGER, limits=(0, 20))
AGE = number("age")
DATE = number("visit_date", Kind.DATE)


def said(problems):
    return [(p.code, p.column, p.line, p.count) for p in problems]


def test_change_of_a_constant_is_placed_at_the_row_that_differs_from_the_first():
    sex = column(levels("sex", "female", "male"), ["female", None, "male", "male"])

    problems = list(changing_constants([sex], PEOPLE, frozenset({"sex"})))

    assert [str(problem) for problem in problems] == [
        "Column 'sex' of 'c.csv' (SEX) has 1 value other than in the participant's first row (first in line 5)."
        " Allowed: one value for each participant."
        " Were keys mixed up? Compare the rows of these participants with the source."
    ]


def test_what_is_not_declared_constant_may_change():
    sex = column(levels("sex", "female", "male"), ["female", "male", "male", "male"])

    assert list(changing_constants([sex], PEOPLE, frozenset())) == []


def test_date_before_that_of_an_earlier_visit_is_a_warning():
    visit = column(VISIT, [0, 1, 0, 2])
    dates = column(DATE, [100, 200, 500, 150])

    problems = list(disorder({"visit_date": dates}, PEOPLE, visit, "visit_date"))

    assert [str(problem) for problem in problems] == [
        "Column 'visit_date' of 'c.csv' (VISIT_DATE) has 1 date before that of an earlier visit (first in line 5)."
        " Allowed: dates in the order of the visits. Compare date and visit with the source."
    ]


def test_age_that_falls_is_a_warning_and_a_gap_between_does_not_hide_it():
    visit = column(VISIT, [0, 1, 0, 2])
    age = column(AGE, [54, None, 30, 53])

    problems = list(disorder({"age": age}, PEOPLE, visit, None))

    assert [str(problem) for problem in problems] == [
        "Column 'age' of 'c.csv' (AGE) has 1 value below that of an earlier visit (first in line 5)."
        " Allowed: ages that do not fall."
        " Were keys mixed up? Compare the rows of these participants with the source."
    ]


def test_rows_need_not_stand_in_the_order_of_visits():
    visit = column(VISIT, [1, 0, 0, 2])
    age = column(AGE, [55, 54, 30, 56])

    assert list(disorder({"age": age}, PEOPLE, visit, None)) == []


def test_participant_without_the_declared_first_visit_is_counted_once():
    visit = column(VISIT, [0, 1, 2, 2])

    problems = list(disorder({}, PEOPLE, visit, None))

    assert [str(problem) for problem in problems] == [
        "Column 'visit' of 'c.csv' (VISIT) has 1 participant without a baseline visit (first in line 4)."
        " Allowed: a row with visit 0 for every participant."
        " Were these rows lost, or is another visit the first?"
    ]


def test_without_an_order_of_visits_nothing_is_said():
    assert list(disorder({"age": column(AGE, [5, 4, 3, 2])}, PEOPLE, None, None)) == []

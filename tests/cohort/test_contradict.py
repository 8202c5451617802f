"""Values that cannot be so together are named by the rule that they break."""

from rlsstudy.cohort.checks.contradict import contradictions
from rlsstudy.declare import Kind
from rlsstudy.declare.data_files import Condition, Contradiction
from tests.cohort.columns import column, levels, number

SEX = levels("sex", "male", "female")
PREGNANT = levels("pregnant", "no", "yes")


def test_pregnant_man_is_a_warning_of_the_package():
    columns = {"sex": column(SEX, ["male", "female"]), "pregnant": column(PREGNANT, ["yes", "yes"])}

    assert [str(problem) for problem in contradictions(columns, ())] == [
        "Column 'pregnant' of 'c.csv' (PREGNANT) has 1 value that cannot be beside 'sex': men are not pregnant"
        " (first in line 2). Compare these columns with the source."
    ]


def test_a_gap_contradicts_nothing():
    columns = {"sex": column(SEX, [None, "male"]), "pregnant": column(PREGNANT, ["yes", None])}

    assert contradictions(columns, ()) == []


def test_rules_on_what_was_not_read_are_passed_over():
    assert contradictions({"pregnant": column(PREGNANT, ["yes"])}, ()) == []


def test_onset_after_the_visit_is_a_warning():
    columns = {
        "age": column(number("age", Kind.INTEGER), [50, 40]),
        "age_onset": column(number("age_onset"), [30, 41]),
    }

    assert [(p.code, p.column, p.line) for p in contradictions(columns, ())] == [
        ("W_CONTRADICTION", "age_onset", 3)
    ]


def test_haemoglobin_far_from_anaemia_is_a_warning():
    columns = {
        "anaemia": column(levels("anaemia", "no", "yes"), ["no", "no", "yes"]),
        "haemoglobin": column(number("haemoglobin"), [7.5, 13, 18]),
    }

    assert [(p.code, p.line) for p in contradictions(columns, ())] == [
        ("W_CONTRADICTION", 2),
        ("W_CONTRADICTION", 4),
    ]


def test_rule_of_the_study_can_refuse():
    rule = Contradiction(
        "night shifts end at 70",
        (Condition("shift", ("night",)), Condition("age", above=70)),
        refuse=True,
    )
    columns = {
        "shift": column(levels("shift", "day", "night"), ["night", "night"]),
        "age": column(number("age"), [71, 70]),
    }

    assert [(p.code, str(p.severity), p.line, p.count) for p in contradictions(columns, (rule,))] == [
        ("E_CONTRADICTION", "refuse", 2, 1)
    ]


def test_study_with_other_levels_is_not_judged_by_rules_of_the_package():
    columns = {
        "sex": column(levels("sex", "m", "f"), ["m"]),
        "pregnant": column(PREGNANT, ["yes"]),
    }

    assert contradictions(columns, ()) == []

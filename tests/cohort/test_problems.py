"""Problems read as sentences, and nothing in them steers a terminal."""

import pytest

from rlsstudy.errors import bullet_list, did_you_mean
from rlsstudy.problems import Problem, counted, plain_number

HIDDEN = "\x1b[31m\x07\x9b\u202e\u200b\n\u2028"


def test_control_characters_are_left_out():
    problem = Problem("E", f"Column '{HIDDEN}age' is", allowed="µg/L – 5\u00a0%", column=f"{HIDDEN}age")

    assert str(problem) == "Column '[31mage' is. Allowed: µg/L – 5\u00a0%."
    assert bullet_list([f"{HIDDEN}age"]) == "  - [31mage"


def test_question_ends_a_message():
    assert str(Problem("E", "Did you mean 'age'?", hint="Mend it.")) == "Did you mean 'age'? Mend it."


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (50.0, "50"),
        (1_234_567, "1234567"),
        (-0.25, "-0.25"),
        (0.0001234567, "0.0001234567"),
        (1e16, "1e+16"),
    ],
)
def test_plain_number_has_all_its_digits(number, text):
    assert plain_number(number) == text


def test_names_from_data_are_suggested_and_never_listed():
    assert did_you_mean("AGE", ["Jane Doe", "38"], from_data=True) == ""
    assert did_you_mean("AGE", ["AGE1", "38"], from_data=True) == " Did you mean 'AGE1'?"
    assert did_you_mean("AGE", ["sex", "bmi"]) == " Allowed: sex, bmi."


def test_counts_are_written_with_their_noun():
    assert [counted(n, "row") for n in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]

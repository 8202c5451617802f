"""Patterns that could run for ever are refused, and dates are declared whole."""

import re

import pytest

from rlsstudy.declare.text_forms import date_format_problem, pattern_problem

SEVERAL = (
    "repeats a part that can match in several ways, as in (a+)+ or (a|b)*, and could run for ever. "
    "Write [ab]*, or say how often: {1,3}"
)
MANY = "can match in too many ways, and could run for ever. Write it with fewer repeats"


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9A-Z]{3,20}$", "^[A-Z]{2}$", r"\d{4}-\d{2}(-\d{2})?", r"(\d{1,3}\.){3}\d{1,3}", "AT|DE|NO", "[]a]+", "[^]a]*",
        r"(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9])?", r"[^@]+@[^@]+\.[a-z]+", "(AB)+", r"\(\{x\}", "", "x{2,}?", "é+",
    ],
)  # fmt: skip
def test_patterns_of_identifiers_can_be_used(pattern):
    assert pattern_problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a+)+", SEVERAL),
        ("(a|b)*", SEVERAL),
        ("((a?b)+c)*", SEVERAL),
        ("([a-z]+|[0-9]+)+$", SEVERAL),
        ("(?:a*)*", SEVERAL),
        ("(a?){40}", MANY),
        ("a?" * 40, MANY),
        ("a*" * 20, MANY),
        ("a" * 501, "has 501 characters; at most 500 are allowed"),
        ("(", "is not a regular expression: missing ), unterminated subpattern at position 0"),
        ("a{1001}", "repeats a part more than 1,000 times"),
        ("(a{500}){500}", "repeats a part more than 1,000 times"),
        ("a{99999999999}", "has repeats that are too large or too deeply nested"),
        ("(" * 21 + "a" + ")" * 21, "has groups nested more than 20 deep"),
        ("(?=a)b", "has a group that begins with (?; only ( ) and (?: ) are allowed"),
        (r"(a)\1", r"has \1; allowed are \d \D \w \W \s \S \b \B \t and signs such as \."),
        (r"a\Z", r"has \Z; allowed are \d \D \w \W \s \S \b \B \t and signs such as \."),
        (r"[\b]", r"has \b; allowed are \d \D \w \W \s \S \b \B \t and signs such as \."),
        ("x{,3}", r"has a { that begins no repeat such as {2} or {1,3}. Write \{ for the character itself"),
        (
            "[[a]",
            "has a class that can be read in two ways; put a backslash before [ - & ~ and | inside of [ ]",
        ),
        (
            "[a[:alpha:]]",
            r"has [: in a class, which can be read in two ways. Write \[ for the character itself",
        ),
    ],
)
def test_other_patterns_are_refused_with_the_reason(pattern, problem):
    assert pattern_problem(pattern) == problem


@pytest.mark.skipif(not hasattr(re, "NOFLAG"), reason="possessive repeats came with Python 3.11")
def test_a_possessive_repeat_is_refused():
    assert pattern_problem("a++") == "has a + after a repeat; leave it out"


@pytest.mark.parametrize(
    "written", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
)  # fmt: skip
def test_whole_dates_can_be_declared(written):
    assert date_format_problem(written) == ""


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("%d.%m", "has no year (%Y or %y)"),
        ("%Y-%d", "has no month (%m or %b or %B)"),
        ("%m/%Y", "has no day of the month (%d)"),
        ("%Y %y-%m-%d", "has more than one year (%Y and %y)"),
        ("%Y-%m-%m-%d", "has more than one month (%m and %m)"),
        ("%Y-%m-%d %M", "has a time of day that is not hour, minute, second in this order (%H %M %S)"),
        ("%Y-%m-%d %Z", "has more than %Y %y %m %b %B %d %H %M %S and the signs - / . , : _ T Z and blank"),
        ("%c", "has more than %Y %y %m %b %B %d %H %M %S and the signs - / . , : _ T Z and blank"),
        ("YYYY-MM-DD", "has more than %Y %y %m %b %B %d %H %M %S and the signs - / . , : _ T Z and blank"),
        ("(.*)*%Y%m%d", "has more than %Y %y %m %b %B %d %H %M %S and the signs - / . , : _ T Z and blank"),
    ],
)
def test_other_date_formats_are_refused_with_the_reason(written, problem):
    assert date_format_problem(written) == problem

"""The page of hard cases has every case, and names tests that there are."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "hard-cases.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
CASES = 83
NAMED = r"`([\w/]+\.py)::(test_\w+)(?:\[(\w+)\])?`"


@cache
def functions(place):
    tree = ast.parse((ROOT / "tests" / place).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@cache
def bad_inputs():
    with (ROOT / "tests" / "data" / "bad_inputs" / "expected.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        return {row["case"] for row in csv.DictReader(lines)}


def test_every_case_has_one_row_in_order():
    assert [int(number) for number, *_ in ROWS] == list(range(1, CASES + 1))


def test_every_row_says_what_happens_and_names_tests_that_there_are():
    absent = []
    for number, case, answer, shown in ([cell.strip() for cell in row] for row in ROWS):
        assert case
        assert answer
        named = re.findall(NAMED, shown)
        assert named
        assert shown == ", ".join(f"`{place}::{name}{f'[{of}]' if of else ''}`" for place, name, of in named)
        absent += [f"{number}: {place}::{name}" for place, name, _ in named if name not in functions(place)]
        absent += [f"{number}: {of}" for *_, of in named if of and of not in bad_inputs()]
    assert absent == []


def test_every_test_with_a_number_in_its_name_stands_in_the_row_of_that_number():
    for name in functions("estimate/test_hard_cases.py"):
        if numbers := re.match(r"test_(\d+)(?:_and_(\d+))?_", name):
            for number in filter(None, numbers.groups()):
                assert name in ROWS[int(number) - 1][3], f"row {number} does not name {name}"

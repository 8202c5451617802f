"""Whatever stands in a study file, it is read or refused with complaints, and no other error comes of it."""

import copy
import datetime
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rlsstudy.declare import study_file
from rlsstudy.errors import StudyFileError
from tests.declare.test_study_file import BASE

EVERYTHING = """
[study]
title = "t"
name = "n"
data = ["a.csv", "site_a.xlsx"]
key = ["id", "visit"]
at_visit = 1
missing = { -9 = "not done" }
other_columns = "warn"
drop = ["email"]
site = "country"
visit_date = "visit_date"
factors = ["ferritin"]
outcome = "irls_total"
population = "rls_case"
[files]
encoding = "cp1252"
delimiter = ";"
[files."site_*.xlsx"]
sheet = "D"
cells = "A1:B2"
redcap = "raw"
dictionary = "d.csv"
[columns]
SF = { variable = "ferritin", unit = "pmol/L", unit_column = "U", missing = ["-9"], detection_limit = true }
IRLS = "irls_total"
SEX = { variable = "sex", codes = { 1 = "male", 2 = "female" } }
RLS = { variable = "rls_case", codes = { 0 = "no", 1 = "yes" } }
mail = { pii = "drop" }
[columns.visit_date]
type = "date"
format = "%Y-%m-%d"
min = 2010-01-01
[columns.country]
type = "text"
pattern = "^[A-Z]{2}$"
[columns.age]
type = "integer"
min = 18
[columns.grp]
type = "category"
levels = ["a", "b"]
[columns.hepcidin]
type = "number"
unit = "ng/mL"
scale = "log2"
contrast = [1, 2]
min = 0.1
other_units = { "nmol/L" = 2.0 }
[layouts.r]
has = ["x"]
key = "x"
[layouts.r.columns]
F = "ferritin"
[variables.phq]
label = "P"
domain = "outcome"
kind = "integer"
limits = [0, 27]
[[exclusions]]
variable = "age"
below = 18
reason = "r"
[[contradictions]]
reason = "x"
when = { sex = "male", age = { below = 20 } }
[models.m]
kind = "ols"
formula = "irls_total ~ log(SF) * age + C(grp, ref='a')"
"""
JUNK: tuple[Any, ...] = (
    0, 1, -1, 1.5, float("nan"), float("inf"), True, "", "x", "ferritin", "text", "date", "age", "severity", [], ["a"],
    ["a", "b"], [1], [[]], [{}], {}, {"a": 1}, {"a": {"b": "c"}}, {"": ""}, {"type": "date"}, {"variable": "age"},
    {"below": 1}, datetime.date(2010, 1, 1), datetime.datetime(2010, 1, 1), datetime.time(1), 10**400, "\x00", "é",
    "a" * 2000, "row number", "synthetic", "(a+)+", "__import__('os')",
)  # fmt: skip
KEYS = (
    "min",
    "type",
    "x",
    "a b",
    "",
    '"',
    "levels",
    "key",
    "formula",
    "ferritin",
    "codes",
    "pii",
    "causes",
    "sum_of",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value below."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, one in inside for found in ((*path, key), *places(one, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def mutated(rng: random.Random) -> dict[str, Any]:
    """Return everything with one to four values taken away, added, copied elsewhere or replaced."""
    content = tomllib.loads(EVERYTHING)
    for _ in range(rng.randint(1, 4)):
        path = rng.choice(places(content))
        holder, junk = at(content, path[:-1]), copy.deepcopy(rng.choice(JUNK))
        way = rng.choice(("take", "add", "copy", "replace"))
        if way == "take":
            del holder[path[-1]]
        elif way == "add" and isinstance(holder, dict):
            holder[rng.choice(KEYS)] = junk
        elif way == "copy":
            holder[path[-1]] = copy.deepcopy(at(content, rng.choice(places(content))))
        else:
            holder[path[-1]] = junk
    return content


def outcomes(monkeypatch: pytest.MonkeyPatch, seed: int, files: int) -> dict[str, int]:
    """Read mutants and count which are read and which are refused."""
    rng, found = random.Random(seed), {"read": 0, "refused": 0}
    for _ in range(files):
        content = mutated(rng)
        monkeypatch.setattr(study_file, "parse_toml", lambda _, content=content: content)
        try:
            study_file.read_study(Path("study.toml"), base=BASE)
            found["read"] += 1
        except StudyFileError as error:
            assert error.complaints
            found["refused"] += 1
    return found


def test_everything_is_read_as_it_is(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(EVERYTHING, encoding="utf-8")

    assert study_file.read_study(path, base=BASE).models["m"].terms


def test_mutants_are_read_or_refused(monkeypatch):
    found = outcomes(monkeypatch, seed=1, files=300)

    assert found["read"] and found["refused"]


@pytest.mark.slow
def test_many_mutants_are_read_or_refused(monkeypatch):
    found = outcomes(monkeypatch, seed=2, files=5_000)

    assert found["read"] and found["refused"]

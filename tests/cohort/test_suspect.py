"""Patterns that single values do not show are warnings; ordinary data give none."""

import numpy as np

from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.read_column import ReadColumn, Source
from rlsstudy.cohort.checks.suspect_items import reversed_items
from rlsstudy.cohort.checks.suspect_people import repeated_people
from rlsstudy.cohort.checks.suspect_units import unit_differences
from rlsstudy.cohort.checks.suspect_values import crowded_zeros, digit_preference, sentinels
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.declare import CausalModel, Domain, Kind, Variable
from rlsstudy.declare.equations import SumOf
from tests.cohort.columns import column, levels, number

AGE = number("age", Kind.INTEGER, limits=(18, 110))
FERRITIN = number("ferritin", unit="µg/L", other_units=(("pmol/L", 0.445),))
SITE = levels("site", "DE", "FR")
SBP = number("sbp", Kind.INTEGER, limits=(60, 260))


def lognormal(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(4, 0.7, n)


def test_repeated_code_far_from_all_values_is_a_warning():
    ages = [*range(30, 60), 99, 99, 99]

    assert [str(problem) for problem in sentinels(column(AGE, ages))] == [
        "Column 'age' of 'c.csv' (AGE) has 3 values of 99, far from all others (first in line 32)."
        ' A code for missing? Then declare it: in [columns], age = { …, missing = ["99"] }.'
    ]


def test_code_among_other_values_or_alone_is_a_value():
    assert list(sentinels(column(AGE, [*range(60, 104), 99, 99, 99]))) == []
    assert list(sentinels(column(AGE, [*range(30, 60), 99]))) == []


def test_zeros_with_nothing_near_them_are_a_warning():
    values = [0.0] * 6 + list(lognormal(1, 100) + 5)

    assert [(p.code, p.line, p.count) for p in crowded_zeros(column(FERRITIN, values))] == [
        ("W_FALSE_ZERO", 2, 6)
    ]


def test_zeros_of_a_measurement_that_reaches_down_to_them_are_values():
    values = [0.0] * 6 + [round(x, 1) for x in np.random.default_rng(1).exponential(2, 200)]

    assert list(crowded_zeros(column(FERRITIN, values))) == []


def test_rounded_readings_are_noted():
    values = np.random.default_rng(1).integers(10, 20, 200) * 10

    assert [(p.code, str(p.severity), p.count) for p in digit_preference(column(SBP, values))] == [
        ("N_DIGIT_PREFERENCE", "note", 200)
    ]
    assert list(digit_preference(column(SBP, np.random.default_rng(1).integers(90, 190, 200)))) == []


def test_site_in_another_unit_is_named_with_the_ratio_and_the_unit():
    values = [*lognormal(1, 40), *(lognormal(2, 40) * 2.247)]
    site = column(SITE, ["DE"] * 40 + ["FR"] * 40)

    problems = list(unit_differences([column(FERRITIN, values)], site))

    assert [(p.code, p.column) for p in problems] == [("W_UNIT_SUSPECT", "ferritin")]
    assert "one unit; the ratio fits pmol/L" in str(problems[0])


def test_sites_with_the_same_unit_are_left_alone():
    site = column(SITE, ["DE"] * 60 + ["FR"] * 60)

    found = [list(unit_differences([column(FERRITIN, lognormal(seed, 120))], site)) for seed in range(100)]

    assert found == [[]] * 100


def test_site_with_few_people_is_not_judged():
    values = [*lognormal(1, 40), *(lognormal(2, 7) * 2.247)]

    assert list(unit_differences([column(FERRITIN, values)], column(SITE, ["DE"] * 40 + ["FR"] * 7))) == []


ITEMS = tuple(Variable(f"i{n}", f"Item {n}", Domain.OUTCOME, Kind.INTEGER, limits=(0, 4)) for n in (1, 2, 3))
TOTAL = Variable("total", "Total", Domain.OUTCOME, Kind.INTEGER, limits=(0, 12), equation=SumOf(items=("i1", "i2", "i3")), source="assumed")  # fmt: skip
SCALE = CausalModel("A scale", (*ITEMS, TOTAL))


def answers(seed: int, n: int = 200) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    severity = rng.normal(2, 1, n)
    return {item.name: np.clip(np.round(severity + rng.normal(0, 1, n)), 0, 4) for item in ITEMS}


def test_item_that_runs_against_the_others_is_a_warning():
    given = answers(1)
    given["i2"] = 4 - given["i2"]

    problems = list(reversed_items({item.name: column(item, given[item.name]) for item in ITEMS}, SCALE))

    assert [(p.code, p.column) for p in problems] == [("W_REVERSED_ITEM", "i2")]


def test_items_that_point_the_same_way_are_left_alone():
    given = answers(2)

    assert list(reversed_items({item.name: column(item, given[item.name]) for item in ITEMS}, SCALE)) == []


def people(again: bool) -> list[ReadColumn]:
    rng = np.random.default_rng(3)
    n = 60
    table = RawTable("c.csv", {}, n, np.arange(2, n + 2))
    made = []
    for place in range(5):
        values = rng.normal(100, 10, n).round(1)
        if again:
            values[50] = values[7]
        made.append(
            ReadColumn(number(f"x{place}"), values, Gaps.none(n), Source(table, f"x{place}", np.arange(n)))
        )
    return made


def test_rows_that_agree_in_everything_under_two_keys_are_a_warning():
    assert [str(problem) for problem in repeated_people(people(again=True))] == [
        "'c.csv' has 1 row the same as another in all 5 columns under another key (first in line 52)."
        " Allowed: one key for each person. Was somebody entered twice? Compare the keys with the source."
    ]
    assert list(repeated_people(people(again=False))) == []

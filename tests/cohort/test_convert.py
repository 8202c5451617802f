"""Cells become declared values, or problems with a count and a line; nothing is guessed."""

import numpy as np
import pytest

from rlsstudy.cohort.checks.cell_rule import cell_rule
from rlsstudy.cohort.checks.convert import convert
from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.read_column import ReadColumn, Source
from rlsstudy.cohort.files.raw_columns import NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.declare import ColumnMap, Domain, Kind, Variable

FERRITIN = Variable(
    "ferritin",
    "Serum ferritin",
    Domain.IRON,
    Kind.CONTINUOUS,
    "µg/L",
    (1, 3000),
    other_units=(("pmol/L", 0.5),),
)
IRLS = Variable("irls", "IRLS total", Domain.OUTCOME, Kind.INTEGER, "points", (0, 40))
SEX = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))


def blank(variable: Variable, n: int) -> ReadColumn:
    table = RawTable("c.csv", {}, n, np.arange(2, n + 2))
    return ReadColumn(variable, np.empty(0), Gaps.none(0), Source(table, "X", np.arange(n)))


def read(variable, raw, n, reasons_known=(), decimal=".", **mapped):
    column = ColumnMap("X", variable.name, **mapped)
    rule = cell_rule(variable, column, missing={}, reasons_known=reasons_known, decimal=decimal)
    return convert(raw, rule, blank(variable, n))


def read_text(variable, cells, reasons_known=(), **mapped):
    return read(variable, TextColumn.of(cells), len(cells), reasons_known, **mapped)


def read_numbers(variable, numbers, **mapped):
    return read(variable, NumberColumn(np.asarray(numbers)), len(numbers), **mapped)


def test_numbers_come_back_bit_for_bit():
    column, problems = read_text(FERRITIN, ["45.5", "0.30000000000000004", "1e2", "+.5", "7."])

    assert column.values.tolist() == [45.5, 0.30000000000000004, 100.0, 0.5, 7.0]
    assert problems == []


@pytest.mark.parametrize(
    "cell",
    [
        "1_0",
        "２２",
        "45,5",
        "1,234",
        "45 ng/mL",
        "45%",
        "'12",
        "1\u00a02",
        "5-Oct",
        ".",
        "#N/A",
        "0x10",
        "twenty",
    ],
)
def test_what_is_no_number_is_refused(cell):
    column, problems = read_text(IRLS, ["12", cell])

    assert [(p.code, p.line, p.count) for p in problems] == [("E_TYPE", 3, 1)]
    assert np.isnan(column.values[1])


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "nan", "1e400"])
def test_what_is_not_finite_is_refused(cell):
    assert [p.code for p in read_text(FERRITIN, [cell])[1]] == ["E_NOT_FINITE"]


@pytest.mark.parametrize("cell", ["<5", "> 1000", "≥1000"])
def test_value_beyond_a_detection_limit_is_refused(cell):
    assert [p.code for p in read_text(FERRITIN, [cell])[1]] == ["E_CENSORED"]


def test_message_says_what_where_allowed_and_next_but_no_value():
    _, problems = read_text(IRLS, ["12", "12.5", "twelve"])

    assert [str(problem) for problem in problems] == [
        "Column 'X' of 'c.csv' (IRLS total) has 2 values not written as a whole number (first in line 3)."
        " Allowed: whole numbers from 0 to 40 points."
        ' Mend them, or declare what they mean: in [columns], X = { …, missing = { "…" = "not done" } }.'
    ]


def test_unit_is_converted():
    assert read_text(FERRITIN, ["100"], unit="pmol/L")[0].values.tolist() == [50.0]


def test_every_gap_has_its_reason():
    column, problems = read_text(
        FERRITIN, ["", "-9", "-9.0", "[lost]", "7"], ["lost"], missing={"-9": "not done"}
    )

    assert column.gaps.texts.tolist() == ["not recorded", "not done", "not done", "lost", None]
    assert np.isnan(column.values[:4]).all()
    assert problems == []


def test_bracketed_word_that_is_no_declared_reason_is_refused():
    assert [p.code for p in read_text(FERRITIN, ["[lost]"])[1]] == ["E_TYPE"]


def test_cell_of_blanks_is_a_gap_with_a_note():
    column, problems = read_text(FERRITIN, ["   ", "5"])

    assert column.gaps.texts.tolist() == ["not recorded", None]
    assert [(str(p.severity), str(p)) for p in problems] == [
        (
            "note",
            "Column 'X' of 'c.csv' (Serum ferritin) has 1 cell of blanks, read as not recorded (first in line 2).",
        )
    ]


def test_leading_zeros_are_noted():
    column, problems = read_text(IRLS, ["007", "0"])

    assert column.values.tolist() == [7, 0]
    assert [str(p) for p in problems] == [
        "Column 'X' of 'c.csv' (IRLS total) has 1 number with leading zeros, read without them (first in line 2)."
    ]


def test_level_names_are_read_when_no_codes_are_given():
    assert read_text(SEX, ["female", "male"])[0].values.tolist() == [1, 0]


def test_codes_are_read_as_written():
    column, problems = read_text(SEX, ["1", "2", "3", "female", " 1"], codes={"1": "male", "2": "female"})

    assert column.values[:2].tolist() == [0, 1]
    assert [str(problem) for problem in problems] == [
        "Column 'X' of 'c.csv' (Sex) has 3 codes without a meaning (first in line 4)."
        " Allowed: 1 (male), 2 (female)."
        " Check blanks and case, and declare every code: in [columns], X = { …, codes = { … } }."
    ]


def test_codes_of_typed_files_are_compared_as_numbers():
    column, problems = read_numbers(
        SEX, [1.0, 2.0, 9.0, np.nan], codes={"1": "male", "2.0": "female"}, missing={"9": "refused"}
    )

    assert column.values[:2].tolist() == [0, 1]
    assert column.gaps.texts.tolist() == [None, None, "refused", "not recorded"]
    assert problems == []


def test_missing_code_is_not_converted_as_a_value():
    column, _ = read_numbers(FERRITIN, [-9.0, 4.0], unit="pmol/L", missing={"-9": "not done"})

    assert column.gaps.texts.tolist() == ["not done", None]
    assert column.values[1] == 2.0


def test_typed_numbers_that_are_not_whole_or_finite_are_refused():
    assert [p.code for p in read_numbers(IRLS, [1.5, np.inf])[1]] == ["E_TYPE", "E_NOT_FINITE"]


def test_number_without_a_meaning_is_refused():
    assert [
        (p.code, p.line) for p in read_numbers(SEX, [1.0, 3.0], codes={"1": "male", "2": "female"})[1]
    ] == [("E_LEVEL", 3)]


def test_reasons_of_our_own_parquet_files_are_taken_where_there_is_a_gap():
    stated = np.asarray(["lost", "lost", ""], dtype=object)
    raw = NumberColumn(np.asarray([np.nan, 5.0, np.nan]), stated)

    column, _ = read(FERRITIN, raw, 3)

    assert column.gaps.texts.tolist() == ["lost", None, "not recorded"]


def test_limits_are_those_after_conversion_when_the_file_has_another_unit():
    _, problems = read_text(FERRITIN, ["inf", "<5"], unit="pmol/L")

    assert [str(problem) for problem in problems] == [
        "Column 'X' of 'c.csv' (Serum ferritin) has 1 value not finite (first in line 2)."
        " Allowed: numbers from 1 to 3000 after conversion to µg/L. Mend them, or leave the cells empty.",
        "Column 'X' of 'c.csv' (Serum ferritin) has 1 value written with < or > (first in line 3)."
        " Allowed: numbers from 1 to 3000 after conversion to µg/L."
        " Keep them as beyond detection: in [columns], X = { …, detection_limit = true };"
        ' or declare them missing: in [columns], X = { …, missing = { "…" = "not done" } }.',
    ]


def test_limits_keep_all_their_digits():
    count = Variable("cells", "Cells", Domain.IRON, Kind.INTEGER, limits=(0, 1_234_567))

    assert blank(count, 1).allowed == "whole numbers from 0 to 1234567"

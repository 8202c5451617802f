"""Cells are judged as text, a whole column at a time, and come out as Python would read them one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlsstudy.cohort.checks.judge_text import as_words, matches, to_floats
from rlsstudy.cohort.checks.patterns import number_pattern
from rlsstudy.cohort.files.raw_columns import CellKind, TextColumn
from rlsstudy.declare import Domain, Kind, Variable
from tests.cohort.columns import number
from tests.cohort.test_convert import FERRITIN, IRLS, SEX, read, read_numbers, read_text

CODE = Variable("code", "Code", Domain.STUDY, Kind.TEXT)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_every_double_comes_back_bit_for_bit(numbers):
    cells = [repr(value) for value in numbers]
    words = as_words(TextColumn(np.arange(len(cells)), np.asarray(cells, dtype=object)))

    assert to_floats(words).tobytes() == np.asarray(numbers, dtype=np.float64).tobytes()


@given(st.text(alphabet="0123456789+-.eE,_ \u0662２infa", max_size=8))
def test_only_ascii_numbers_are_numbers(cell):
    words = as_words(TextColumn(np.zeros(1), np.asarray([cell], dtype=object)))

    is_number = bool(matches(words, number_pattern("."))[0])

    try:
        float(cell)
        plain = cell.isascii() and "_" not in cell and cell == cell.strip() and "n" not in cell
    except ValueError:
        plain = False
    assert is_number == plain


def test_numbers_with_a_declared_decimal_comma_are_read_and_points_refused():
    column, problems = read(FERRITIN, TextColumn.of(["45,5", "7", "1.5"]), 3, decimal=",")

    assert column.values[:2].tolist() == [45.5, 7.0]
    assert [(p.code, p.line) for p in problems] == [("E_TYPE", 4)]


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        (["45,5"], 'Decimal commas? Declare decimal = "," for the file in [files], or for the column in [columns].'),
        (["1,234"], "Thousands or decimals? Write them without separators, or declare the decimal mark in [columns]."),
        (["45 ng/mL"], "The unit belongs in the study file, not in the cells."),
        (["5-Oct"], "A spreadsheet made dates of them: enter them as text, and export again."),
        ([".", "#N/A"], 'A word for missing? Declare it: in [columns], X = { …, missing = ["#N/A", "."] }.'),
    ],
)  # fmt: skip
def test_hint_says_what_cells_that_are_no_numbers_look_like(cells, hint):
    assert [problem.hint for problem in read_text(FERRITIN, cells)[1]] == [hint]


def test_values_beyond_detection_are_gaps_once_a_limit_is_declared():
    column, problems = read_text(FERRITIN, ["<5", "> 1000", "12"], detection_limit=True)

    assert column.gaps.texts.tolist() == ["below detection", "above detection", None]
    assert [(str(p.severity), str(p)) for p in problems] == [
        (
            "note",
            "Column 'X' of 'c.csv' (Serum ferritin) has 2 values beyond the limit of detection, kept as such, with 2"
            " different limits (first in line 2). They have no value: a score or a mean of what was measured leaves"
            " them out.",
        )
    ]


def test_whole_number_that_no_double_holds_is_refused():
    assert [p.code for p in read_text(number("n", Kind.INTEGER), ["9007199254740993"])[1]] == ["E_PRECISION"]


def test_pattern_is_matched_from_end_to_end_in_ascii():
    cells = ["00123", "00123 ", "\u041000123", "A1\nB2", "ok", "00200"]

    _, problems = read(CODE, TextColumn.of(cells), 6, pattern="^[0-9A-Z]{3,20}$")

    assert [str(problem) for problem in problems] == [
        "Column 'X' of 'c.csv' (Code) has 4 values without the declared pattern (first in line 3)."
        " Allowed: ^[0-9A-Z]{3,20}$. Some differ from an allowed one by blanks around it only: remove these."
    ]


def test_pattern_that_would_run_for_ever_elsewhere_is_matched_at_once():
    _, problems = read(CODE, TextColumn.of(["a" * 5_000 + "!"]), 1, pattern="(a+)+")

    assert [problem.code for problem in problems] == ["E_PATTERN"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("\x1b[2J", "W_CONTROL_CHAR"),
        ("left\u202eright", "W_CONTROL_CHAR"),
        ("1-Mar", "W_EXCEL_MANGLED"),
        ("Sep-02", "W_EXCEL_MANGLED"),
        ("2.31E+13", "W_EXCEL_MANGLED"),
        ("MÃ¼ller", "W_MOJIBAKE"),
        ("itâ€™s", "W_MOJIBAKE"),
        ("lost \ufffd", "W_MOJIBAKE"),
    ],
)
def test_text_that_was_damaged_on_its_way_is_a_warning_and_kept(cell, code):
    column, problems = read(CODE, TextColumn.of([cell]), 1)

    assert [(p.code, str(p.severity)) for p in problems] == [(code, "warn")]
    assert column.texts[int(column.values[0])] == cell


@pytest.mark.parametrize(
    "cell", ["None", "NA", "nan", "null", "12E05", "CON", "<b>", "10 March", "Ångström", "a, b"]
)
def test_plain_text_is_text(cell):
    column, problems = read(CODE, TextColumn.of([cell]), 1)

    assert (column.texts[int(column.values[0])], problems) == (cell, [])


def test_typed_cells_are_judged_by_what_they_were():
    kinds = [CellKind.NUMBER, CellKind.TEXT, CellKind.DATE, CellKind.ERROR]
    raw = TextColumn.typed(["18", "19", "2021-03-01", "#DIV/0!"], kinds)

    column, problems = read(IRLS, raw, 4)

    assert column.values[:2].tolist() == [18, 19]
    assert [(p.code, p.line) for p in problems] == [("E_TYPE", 4), ("N_TEXT_NUMBER", 3)]


def test_number_where_text_is_declared_is_refused():
    assert [p.code for p in read(CODE, TextColumn.typed(["123"], [CellKind.NUMBER]), 1)[1]] == [
        "E_ID_NOT_TEXT"
    ]
    assert [p.code for p in read_numbers(CODE, [123.0, np.nan])[1]] == ["E_ID_NOT_TEXT"]


def test_date_where_text_is_declared_is_refused():
    assert [p.code for p in read(CODE, TextColumn.typed(["2021-03-01"], [CellKind.DATE]), 1)[1]] == ["E_TYPE"]


def test_levels_are_read_by_the_labels_that_the_file_itself_has():
    from rlsstudy.cohort.files.raw_columns import NumberColumn

    raw = NumberColumn(np.asarray([2.0, 1.0, 3.0]), labels={1.0: "male", 2.0: "female"})

    column, problems = read(SEX, raw, 3)

    assert column.values[:2].tolist() == [1, 0]
    assert [(p.code, p.line) for p in problems] == [("E_LEVEL", 4)]


def test_level_that_differs_by_blanks_or_case_gets_that_hint():
    _, problems = read_text(SEX, ["Female", "male "])

    assert [problem.hint for problem in problems] == [
        "They differ by blanks or case only: mend them, or declare them too:"
        " in [columns], X = { …, codes = { … } }."
    ]


def test_codes_where_levels_are_declared_get_that_hint():
    assert [problem.hint for problem in read_text(SEX, ["1", "2"])[1]] == [
        "Codes? Declare what they mean: in [columns], X = { …, codes = { … } }."
    ]

"""Keys are compared as they are written, and every participant is one."""

import numpy as np
import pytest

from rlsstudy.cohort.checks.merge import KeyColumns, key_texts, merge_tables
from rlsstudy.cohort.files.raw_columns import NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable

LARGE = 12_345_678_901_234_567  # not a double


def texts(*cells: str) -> TextColumn:
    return TextColumn.of(cells)


def test_whole_numbers_are_the_same_key_in_text_and_typed_files():
    assert key_texts(NumberColumn(np.asarray([109263.0, 2.5, np.nan]))) == ["109263", "2.5", ""]
    assert key_texts(NumberColumn(np.asarray([LARGE, LARGE + 1]))) == [str(LARGE), str(LARGE + 1)]


def test_leading_zeros_make_another_key():
    assert key_texts(texts("00123", "123")) == ["00123", "123"]


def test_rows_follow_the_first_file():
    first = RawTable("a.csv", {"id": texts("c", "a", "b")}, 3, np.asarray([2, 3, 4]))
    second = RawTable("b.csv", {"id": texts("b", "c"), "x": texts("1", "2")}, 2, np.asarray([2, 4]))

    merged, _, problems = merge_tables([first, second], [KeyColumns("id")] * 2)

    assert problems == []
    assert tuple(merged.keys) == ("c", "a", "b")
    assert list(merged.column(1, "x").cells) == ["2", "", "1"]
    assert merged.rows[1].tolist() == [1, -1, 0]


@pytest.mark.parametrize("column", [NumberColumn(np.asarray([7, 8])), NumberColumn(np.asarray([7.0, 8.0]))])
def test_absent_rows_of_typed_files_are_gaps(column):
    assert np.isnan(column.take(np.asarray([1, -1])).values).tolist() == [False, True]


def test_repeated_keys_are_counted_with_the_first_line():
    table = RawTable("a.csv", {"id": texts("a", "b", "a", "", "a")}, 5, np.asarray([2, 3, 4, 5, 6]))

    merged, ledger, problems = merge_tables([table], [KeyColumns("id")])

    assert [(problem.code, problem.line, problem.count) for problem in problems] == [
        ("E_MISSING_KEY", 5, 1),
        ("E_DUPLICATE_KEY", 4, 2),
    ]
    assert tuple(merged.keys) == ("a", "b", "a", "", "a")
    assert [(entry.before, entry.after) for entry in ledger] == [(2, 2)]


def test_file_without_the_key_column_is_named_with_a_suggestion():
    table = RawTable("a.csv", {"SEQ": texts("a")}, 1, np.asarray([2]))

    merged, _, problems = merge_tables([table], [KeyColumns("SEQN")])

    assert merged is None
    assert [str(problem) for problem in problems] == [
        "Key column 'SEQN' is not in 'a.csv' (first in line 1)."
        " Name the right column as 'key' in [study]. Did you mean 'SEQ'?"
    ]


def test_rows_without_a_good_key_are_kept_in_every_file():
    first = RawTable("a.csv", {"id": texts("a", "", "a")}, 3, np.asarray([2, 3, 4]))
    second = RawTable("b.csv", {"id": texts("a", "a", "")}, 3, np.asarray([2, 3, 4]))

    merged, _, _ = merge_tables([first, second], [KeyColumns("id")] * 2)

    assert [rows.tolist() for rows in merged.rows] == [[0, 1, 2, -1, -1], [0, -1, 0, 1, 2]]
    assert tuple(merged.keys) == ("a", "", "a", "", "")


def test_file_without_rows_gives_gaps():
    first = RawTable("a.csv", {"id": texts("a")}, 1, np.asarray([2]))
    second = RawTable("b.csv", {"id": texts(), "x": texts()}, 0, np.asarray([], dtype=np.int64))

    merged, _, problems = merge_tables([first, second], [KeyColumns("id")] * 2)

    assert [problem.code for problem in problems] == ["E_NO_MATCH"]
    assert (list(merged.column(1, "x").cells), merged.rows[1].tolist()) == ([""], [-1])


def test_key_with_blanks_around_is_refused():
    table = RawTable("a.csv", {"id": texts("a", "b ")}, 2, np.asarray([2, 3]))

    assert [str(problem) for problem in merge_tables([table], [KeyColumns("id")])[2]] == [
        "Key column 'id' of 'a.csv' has 1 row with blanks around the key, or invisible characters in it"
        " (first in line 3). Allowed: visible characters. Remove them."
    ]

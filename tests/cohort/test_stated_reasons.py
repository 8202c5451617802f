"""Columns of reasons go to the columns they belong to, and say what is a gap."""

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.files.stated_reasons import with_stated_reasons

REASONS = TextColumn.of(["", "not done", ""])


def joined(**columns):
    return with_stated_reasons(RawTable("a.csv", columns, 3)).columns


def test_numbers_have_their_reasons_beside_them():
    numbers = NumberColumn(np.array([1.0, np.nan, np.nan]))

    columns = joined(abi=numbers, abi__reason=REASONS, alone__reason=REASONS)

    assert list(columns) == ["abi", "alone__reason"]
    assert columns["abi"].stated.tolist() == ["", "not done", ""]


def test_cell_of_text_without_a_reason_is_a_text_even_when_it_is_empty():
    code = joined(code=TextColumn.of(["x", "", ""]), code__reason=REASONS)["code"]

    assert (code.codes.tolist(), code.distinct.tolist(), code.is_told) == ([0, -1, 1], ["x", ""], True)


def test_absent_cell_without_a_reason_is_an_empty_text():
    absent = TextColumn(np.array([0, -1, -1], dtype=np.int32), np.array(["x"], dtype=object))

    code = joined(code=absent, code__reason=REASONS)["code"]

    assert (code.codes.tolist(), code.distinct.tolist()) == ([0, -1, 1], ["x", ""])


def test_kinds_of_cells_stay():
    dates = TextColumn.typed(["2021-03-01", "", ""], [CellKind.DATE, CellKind.TEXT, CellKind.TEXT])

    seen = joined(seen=dates, seen__reason=REASONS)["seen"]

    assert [int(kind) for kind in seen.kinds] == [CellKind.DATE, CellKind.TEXT]
    assert seen.stated.tolist() == ["", "not done", ""]


def test_column_of_reasons_without_any_is_one_too_in_a_typed_file():
    nothing = NumberColumn(np.full(3, np.nan))

    code = joined(code=TextColumn.of(["[x]", "", "y"]), code__reason=nothing)["code"]

    assert (code.is_told, code.stated.tolist()) == (True, ["", "", ""])

"""A table comes out of a message as it went in, and a broken message is known as such."""

import dataclasses
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from rlsstudy.cohort.files.child_message import (
    Answer,
    BrokenMessageError,
    Question,
    read_answer,
    read_question,
    write_answer,
    write_question,
)
from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, SheetGrid
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.problems import Problem, Severity

PROBLEM = Problem("W_TRIED", "A message", Severity.WARN, "this", "that", "f.xlsx", "a", 3, "Data!A2", 4)
TABLE = RawTable(
    "f.xlsx",
    {
        "text": TextColumn(
            np.array([0, 1, 2, 0], np.int32),
            np.array(["naïve", "", "a\0b"], dtype=object),
            np.array([0, 0, CellKind.DATE], np.uint8),
            (PROBLEM,),
            {"naïve": "A label"},
            np.array(["", "refused", "", ""], dtype=object),
            True,
        ),
        "absent": TextColumn(np.full(4, -1, np.int32), np.empty(0, dtype=object)),
        "float": NumberColumn(
            np.array([0.1, np.nan, -np.inf, -0.0]),
            np.array(["", "refused", "", ""], dtype=object),
            {0.1: "a tenth", 2: "two"},
            (PROBLEM, PROBLEM),
        ),
        "whole": NumberColumn(np.array([2**62 + 1, -1, 0, 1])),
    },
    4,
    np.array([2, 3, 5, 6]),
    (PROBLEM,),
    SheetGrid("Data", np.array([2, 3, 4, 7]), {"text": "A"}, 3),
    {"text": "A label"},
    2,
    "A hint.",
)


def sent(answer):
    stream = BytesIO()
    write_answer(stream, answer)
    return stream.getvalue()


def returned(table):
    return read_answer(BytesIO(sent(Answer(table)))).table


def same(one, other):
    """Tell whether two values are equal with all their parts, types of arrays and missing values included."""
    if dataclasses.is_dataclass(one):
        parts = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(same(getattr(one, p), getattr(other, p)) for p in parts)
    if isinstance(one, np.ndarray):
        equal = np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return equal and one.dtype == other.dtype
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


def test_table_is_the_same_with_all_its_parts():
    assert same(returned(TABLE), TABLE)


def test_the_table_tried_here_uses_every_part_that_a_table_can_have():
    for part in (TABLE, TABLE.grid, TABLE.columns["text"], TABLE.columns["float"], PROBLEM):
        values = [getattr(part, field.name) for field in dataclasses.fields(part)]
        assert all(isinstance(value, np.ndarray) or value for value in values)


def test_texts_that_repeat_each_other_are_the_same():
    stated = np.array(["", "refused", "", "not asked"] * 1000, dtype=object)
    table = RawTable("f.sav", {"a": NumberColumn(np.zeros(4000), stated)}, 4000)

    assert same(returned(table), table)
    assert len(sent(Answer(table))) < 4000 * (8 + 4) + 5000


@pytest.mark.parametrize(
    "column",
    [
        NumberColumn(np.zeros(2)),
        NumberColumn(np.zeros(1), np.array(["", ""], dtype=object)),
        TextColumn(np.zeros(1, np.int32), np.empty(0, dtype=object)),
        TextColumn(np.full(1, -2, np.int32), np.array(["a"], dtype=object)),
        TextColumn(np.zeros(2, np.int32), np.array(["a"], dtype=object)),
        TextColumn(np.zeros(1, np.int32), np.array(["a"], dtype=object), np.zeros(2, np.uint8)),
    ],
)
def test_table_that_does_not_hold_together_is_broken(column):
    with pytest.raises(BrokenMessageError):
        returned(RawTable("f.sav", {"a": column}, 1))


def test_table_without_rows_is_the_same():
    table = RawTable("f.sav", {"a": TextColumn.of([]), "b": NumberColumn(np.empty(0))}, 0)

    assert same(returned(table), table)


def test_minus_zero_keeps_its_sign():
    assert np.signbit(returned(TABLE).columns["float"].values[3])


def test_arrays_can_be_written_to_by_whoever_takes_the_table():
    assert returned(TABLE).columns["float"].values.flags.writeable
    assert returned(TABLE).columns["text"].codes.flags.writeable


def test_refusals_and_failures_are_the_same():
    answer = Answer(None, "'f.xlsx' cannot be read:", (PROBLEM,), "KeyError")

    assert read_answer(BytesIO(sent(answer))) == answer


def test_question_is_the_same():
    options = FileOptions(
        delimiter=";",
        redcap=RedcapExport.EAV,
        dictionary=Path("/d.csv"),
        catalogue=Path("/c"),
        event="",
        max_rows=9,
    )
    question = Question(Path("/folder/naïve \udcff.sav"), options, 2**30, 8.25)
    stream = BytesIO()

    write_question(stream, question)

    assert read_question(stream.getvalue()) == question
    assert stream.getvalue().count(b"\n") == 1


def test_message_that_ends_early_is_broken():
    whole = sent(Answer(TABLE))

    for length in range(len(whole)):
        with pytest.raises(BrokenMessageError):
            read_answer(BytesIO(whole[:length]))


def test_message_with_other_bytes_is_broken_or_an_answer():
    whole = sent(Answer(TABLE))

    for place in range(8, len(whole), 5):
        changed = bytearray(whole)
        changed[place] ^= 0x15
        with suppress(BrokenMessageError):
            assert isinstance(read_answer(BytesIO(changed)), Answer)


@pytest.mark.parametrize(
    "column",
    [
        TextColumn(np.array([0], np.int32), np.array(["\ud800"], dtype=object)),
        TextColumn(np.array([0], np.int32), np.array([None], dtype=object)),
        NumberColumn(np.array([None], dtype=object)),
        NumberColumn(np.zeros(4), np.array(["", "", "", None], dtype=object)),
    ],
)
def test_what_cannot_be_sent_is_a_value_error_before_anything_is_sent(column):
    stream = BytesIO()

    with pytest.raises((ValueError, TypeError)):
        write_answer(stream, Answer(RawTable("f", {"a": column}, 1)))
    assert stream.getvalue() == b""

"""Columns that a study does not map are counted, warned of or refused; those that identify people never pass."""

import numpy as np
import pytest

from rlsstudy.cohort.checks.unmapped import Known, other_columns
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.declare.data_files import OtherColumns
from rlsstudy.declare.rls import rls_model


def table(**columns: list[str]) -> RawTable:
    n = len(next(iter(columns.values())))
    return RawTable(
        "c.csv", {name: TextColumn.of(cells) for name, cells in columns.items()}, n, np.arange(2, n + 2)
    )


def said(
    asked: RawTable, others: OtherColumns = OtherColumns.WARN, drop: tuple[str, ...] = ()
) -> list[tuple[str, str | None]]:
    known = Known(frozenset({"id", "irls", "note"}), frozenset(drop), others)
    return [(p.code, p.column) for p in other_columns(asked, known, rls_model())]


def test_unknown_column_is_a_note_a_warning_or_a_refusal_as_the_study_says():
    asked = table(id=["1"], irls2=["2"])

    assert said(asked, OtherColumns.NOTE) == [("N_UNMAPPED", None)]
    assert said(asked, OtherColumns.WARN) == [("W_UNKNOWN_COLUMN", "irls2")]
    assert said(asked, OtherColumns.REFUSE) == [("E_UNKNOWN_COLUMN", "irls2")]


def test_warning_of_an_unknown_column_suggests_the_one_that_may_be_meant():
    known = Known(frozenset({"id", "irls"}), frozenset(), OtherColumns.WARN)

    assert [str(p) for p in other_columns(table(id=["1"], irls2=["2"]), known, rls_model())] == [
        "Column 'irls2' of 'c.csv' is not in the study file (first in line 1). Allowed: the columns that the study maps."
        " Did you mean 'irls'? Map it in [columns], or list it in 'drop'."
    ]


@pytest.mark.parametrize("name", ["noté", "note\u0301", "ＮＯＴＥ"])
def test_column_that_only_looks_like_a_mapped_one_is_refused(name):
    assert said(table(id=["1"], **{name: ["x"]})) == [("E_UNKNOWN_COLUMN", name)]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("contact", ["a@b.org", "c.d@e.co.uk", ""]),
        ("reach", ["+49 30 1234567", "(030) 123-4567", "0049301234567"]),
        ("Last Name", ["x", "y", "z"]),
        ("date_of_birth", ["1", "2", "3"]),
        ("E-Mail", ["", "", ""]),
    ],
)
def test_column_that_identifies_people_is_found_by_name_or_content(name, cells):
    asked = table(id=["1", "2", "3"], **{name: cells})

    assert said(asked) == [("E_DIRECT_IDENTIFIER", name)]
    assert ("W_DIRECT_IDENTIFIER", name) in said(asked, OtherColumns.NOTE)
    assert said(asked, drop=(name,)) == []


@pytest.mark.parametrize(
    "cells", [["12.5", "3", "4"], ["2021-01-01", "2021-02-01", ""], ["note a@b", "x", "y"]]
)
def test_plain_columns_identify_nobody(cells):
    assert said(table(id=["1", "2", "3"], other=cells)) == [("W_UNKNOWN_COLUMN", "other")]


def test_names_of_a_file_without_a_header_are_not_told():
    asked = table(**{"Jane Doe": ["John"], "<b>": ["1"]})

    assert said(asked) == [("E_COLUMN_NAME", None)]

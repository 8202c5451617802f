"""A labels export is recognised without its dictionary, and boxes that nobody ticked are noted."""

import numpy as np
import pytest

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.redcap.notes import checkbox_notes, is_redcap_export, labels_problem
from rlsstudy.cohort.redcap.types import is_system_column
from rlsstudy.problems import Severity


def table(header: list[str], *rows: list[str]) -> RawTable:
    turned = zip(*rows, strict=True) if rows else [()] * len(header)
    columns = {name: TextColumn.of(list(cells)) for name, cells in zip(header, turned, strict=True)}
    return RawTable("export.csv", columns, len(rows), np.arange(2, len(rows) + 2))


@pytest.mark.parametrize(
    "header",
    [
        ["Record ID", "Event Name", "Age"],
        ["Study ID", "Symptoms (choice=Pain)"],
        ["Study ID", "Complete?"],
        ["Study ID", "Complete?_1"],
        ["Study ID", "Repeat Instrument"],
        ["Study ID", "Survey Timestamp"],
        ["Record ID", "Data Access Group"],
    ],
)
def test_header_of_labels_is_recognised(header):
    problem = labels_problem(table(header), "record_id")

    assert problem is not None
    assert (problem.code, problem.line, problem.column) == ("E_REDCAP_LABELS", 1, header[0])


def test_labels_export_is_told_what_to_export():
    assert str(labels_problem(table(["Record ID", "Complete?"]), "record_id")) == (
        "'export.csv' is a REDCap export with labels, whose headers are no names of fields (first in line 1)."
        ' Allowed: the raw export (record_id, …). Export the raw data, or declare redcap = "labels" and its'
        " dictionary in [files]."
    )


@pytest.mark.parametrize(
    "header", [["id", "age"], ["ID", "Event Name"], ["record_id", "Complete?"], []], ids=str
)
def test_other_headers_are_no_labels(header):
    assert labels_problem(table(header), "record_id") is None


def test_unticked_boxes_are_noted_once_for_each_checkbox():
    boxes = table(
        ["id", "sym___1", "sym___2", "med___1"],
        ["1", "1", "0", "0"],
        ["2", "0", "0", "1"],
        ["3", "0", "0", "1"],
        ["4", "0", "", "1"],
    )

    notes = checkbox_notes(boxes, ["id", "sym___2"])

    assert [(note.severity, note.line, note.column, note.count) for note in notes] == [
        (Severity.NOTE, 3, "sym", 2)
    ]
    assert str(notes[0]) == (
        "'export.csv' has 2 rows in which no box of 'sym' is ticked (first in line 3). Allowed: 1 in every box"
        " that was ticked; 0 may mean 'not asked'. Where the question was not asked, declare a gap by the column"
        " that says so."
    )


def test_columns_of_redcap_itself_are_known():
    own = ["redcap_event_name", "redcap_repeat_instance", "base_timestamp", "base_complete"]

    assert [is_system_column(name) for name in [*own, "age"]] == [True] * 4 + [False]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["record_id", "redcap_event_name"], True),
        (["id", "s___1", "a_complete"], True),
        (["id", "s___1"], False),
    ],
)
def test_redcap_export_is_recognised_by_its_columns(header, expected):
    assert is_redcap_export(table(header)) is expected

"""The same records are the same table, whichever of its exports REDCap wrote."""

import csv
import random
from dataclasses import replace
from pathlib import Path

import pytest

from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.redcap.exports import read_any_dictionary, read_redcap, redcap_missing
from rlsstudy.cohort.redcap.types import SYSTEM_LABELS
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import FileOptions, RedcapExport
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "redcap"
SIMPLE = FileOptions(dictionary=DATA / "simple_project.xml")
LABELS = replace(SIMPLE, redcap=RedcapExport.LABELS)
HEADER = 'Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"'


def cells(table: RawTable) -> dict[str, list[str]]:
    return {name: list(column.cells) for name, column in table.columns.items()}


def found(table: RawTable) -> list[tuple[str, str | None, int | None, int]]:
    return [(problem.code, problem.column, problem.line, problem.count) for problem in table.problems]


def labelled(folder: Path, fields: str, export: str) -> RawTable:
    """Read a labels export with a dictionary of these fields."""
    dictionary = folder / "dictionary.csv"
    dictionary.write_text(f"{HEADER}\n{fields}", encoding="utf-8")
    path = folder / "export.csv"
    path.write_text(export, encoding="utf-8")
    return read_redcap(path, FileOptions(redcap=RedcapExport.LABELS, dictionary=dictionary))


def refusal(path: Path, options: FileOptions) -> CohortError:
    with pytest.raises(CohortError) as caught:
        read_redcap(path, options)
    return caught.value


@pytest.mark.parametrize("style", ["label", "label_header", "checkbox_label"])
def test_every_labels_export_is_the_raw_one(style):
    raw = read_redcap(DATA / "simple_export_raw.csv", SIMPLE)
    table = read_redcap(DATA / f"simple_export_{style}.csv", LABELS)

    assert cells(table) == cells(raw)
    assert table.lines.tolist() == raw.lines.tolist() == [2, 4, 6, 8, 13]
    assert (raw.n_rows, len(raw.columns)) == (5, 25)
    assert raw.problems == table.problems == ()


def test_headers_that_are_there_twice_are_told_apart_by_their_places(tmp_path):
    text = (DATA / "simple_export_label_header.csv").read_text(encoding="utf-8")
    path = tmp_path / "export.csv"
    path.write_text(
        text.replace("Complete?_1", "Complete?").replace("Complete?_2", "Complete?"), encoding="utf-8"
    )

    table = read_redcap(path, LABELS)

    assert cells(table) == cells(read_redcap(DATA / "simple_export_raw.csv", SIMPLE))
    assert table.problems == ()


@pytest.mark.parametrize("project", ["longitudinal", "repeating", "survey", "checkboxes"])
@pytest.mark.parametrize("by_choice", [False, True], ids=["checked", "choice"])
def test_labels_of_every_project_are_its_codes_again(tmp_path, project, by_choice):
    fields = DATA / f"{project}_dictionary.csv"
    raw = read_redcap(DATA / f"{project}_data.csv", FileOptions(dictionary=fields))
    path = tmp_path / "labels.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(in_labels(raw, read_any_dictionary(fields), by_choice=by_choice))

    table = read_redcap(path, FileOptions(dictionary=fields, redcap=RedcapExport.LABELS))

    assert cells(table) == cells(raw)
    assert table.problems == ()


def in_labels(raw: RawTable, dictionary: Dictionary, *, by_choice: bool) -> list[list[str]]:
    """Write a raw export as REDCap writes its labels: headers and cells."""
    by_name = {own.name: own for own in dictionary.fields}
    headers, columns = [], []
    for name, own_cells in cells(raw).items():
        own = by_name.get(name)
        timestamp = "Survey Timestamp" if name.endswith("_timestamp") else name
        headers.append(SYSTEM_LABELS.get(name, timestamp) if own is None else own.label)
        levels = {} if own is None else dict(own.levels)
        if own is not None and own.group and by_choice:
            levels = {"0": "", "1": own.label.rpartition(" (choice=")[2].removesuffix(")")}
        columns.append([levels.get(cell, cell) for cell in own_cells])
    return [headers, *[list(row) for row in zip(*columns, strict=True)]]


def test_labels_without_a_dictionary_are_refused():
    error = refusal(DATA / "simple_export_label_header.csv", FileOptions(redcap=RedcapExport.LABELS))

    assert [(problem.code, problem.line, problem.column) for problem in error.problems] == [
        ("E_REDCAP_LABELS", 1, "Study ID")
    ]


def test_label_of_two_codes_is_refused(tmp_path):
    table = labelled(
        tmp_path, 'id,a,text,ID,\nq,a,radio,Q,"1, Other | 2, Yes | 3, Other"\n', "id,q\n1,Yes\n2,Other\n"
    )

    assert found(table) == [("E_REDCAP_AMBIGUOUS", "q", 3, 1)]
    assert cells(table)["q"] == ["2", "Other"]
    assert str(table.problems[0]) == (
        "Column 'q' of 'export.csv' has 1 cell whose label stands for several codes (first in line 3)."
        " Allowed: labels that stand for one code each. Export the raw data, with codes instead of labels."
    )


def test_cells_that_could_be_codes_or_labels_are_refused(tmp_path):
    table = labelled(tmp_path, 'id,a,text,ID,\nq,a,radio,Q,"0, 1 | 1, 2 | 2, 3"\n', "id,q\n1,1\n2,2\n")

    assert found(table) == [("E_REDCAP_AMBIGUOUS", "q", 2, 2)]


def test_label_that_the_dictionary_does_not_list_is_named(tmp_path):
    table = labelled(
        tmp_path, 'id,a,text,ID,\nq,a,radio,Q,"0, No | 1, Yes"\n', "id,q\n1,Yes\n2,Maybe\n3,Maybe\n"
    )

    assert found(table) == [("E_LEVEL", "q", 3, 2)]
    assert str(table.problems[0]) == (
        "Column 'q' of 'export.csv' has 2 cells that the dictionary does not list (first in line 3)."
        " Allowed: No, Yes. Is the dictionary older than the export?"
    )


def test_label_that_two_fields_share_is_told_apart_only_where_both_are_there(tmp_path):
    fields = "id,a,text,ID,\nd1,a,text,Date,\nx,a,text,X,\nd2,a,text,Date,\nd3,a,text,Date,\n"

    between = labelled(tmp_path, fields, "ID,Date,X,Date,Date.1\n1,2,3,4,5\n")
    unsure = labelled(tmp_path, fields, "ID,X,Date\n1,3,4\n")

    assert list(between.columns) == ["id", "d1", "x", "d2", "d3"]
    assert between.problems == ()
    assert found(unsure) == [("E_REDCAP_AMBIGUOUS", "Date", 1, 1)]
    assert str(unsure.problems[0]) == (
        "'export.csv' has 1 column headed by a label that several fields share (d1, d2, d3) (first in line 1)."
        " Allowed: a label of its own for each column, or as many columns as fields."
        " Export the raw headers, which name each field."
    )


def test_true_and_false_may_be_in_capitals_and_labels_in_html(tmp_path):
    table = labelled(
        tmp_path,
        'id,a,text,ID,\nq,a,truefalse,<b>Tired</b>,\nr,a,radio,R,"1, <i>Never</i> | 2, Often"\n',
        "ID,Tired,R\n1,TRUE,Never\n2,False,\n",
    )

    assert cells(table) == {"id": ["1", "2"], "q": ["1", "0"], "r": ["1", ""]}


def test_blank_box_is_unticked_only_where_its_form_was_filled_in(tmp_path):
    table = labelled(
        tmp_path,
        'id,a,text,ID,\nsym,b,checkbox,Symptoms,"1, Pain | 2, Urge"\n',
        "id,redcap_event_name,sym___1,sym___2,b_complete\n1,e1,Pain,,Complete\n1,e2,,,\n",
    )

    assert cells(table)["sym___1"] == ["1", ""]
    assert cells(table)["sym___2"] == ["0", ""]


def test_reason_of_a_missing_data_code_becomes_the_code(tmp_path):
    dictionary = tmp_path / "dictionary.csv"
    dictionary.write_text(
        "field_name,form_name,field_type,field_label,text_validation_type_or_show_slider_number,field_annotation\n"
        "id,a,text,ID,,\"@MISSINGDATACODES='-77, Refused'\"\nirls,a,text,IRLS,integer,\n",
        encoding="utf-8",
    )
    path = tmp_path / "export.csv"
    path.write_text("ID,IRLS\n1,22\n2,Refused\n", encoding="utf-8")

    table = read_redcap(path, FileOptions(redcap=RedcapExport.LABELS, dictionary=dictionary))

    assert cells(table)["irls"] == ["22", "-77"]
    assert redcap_missing(dictionary) == redcap_missing(read_any_dictionary(dictionary)) == {"-77": "Refused"}


def test_column_that_the_dictionary_lacks_is_a_warning():
    table = read_redcap(DATA / "simple_export_raw.csv", FileOptions(dictionary=DATA / "simple_metadata.csv"))

    assert found(table) == [("W_UNKNOWN_COLUMN", "interpreter_needed", 1, 1)]
    assert str(table.problems[0]) == (
        "'simple_export_raw.csv' has 1 column that the REDCap dictionary does not have (first in line 1)."
        " Allowed: the 32 columns of the dictionary. Is the dictionary older than the export, or of another project?"
    )


@pytest.mark.parametrize(("event", "lines"), [("enrollment_arm_1", [2, 8]), ("final_visit_arm_2", [18])])
def test_one_event_keeps_its_lines(event, lines):
    whole = read_redcap(DATA / "longitudinal_data.csv")
    table = read_redcap(DATA / "longitudinal_data.csv", FileOptions(event=event))

    assert (whole.n_rows, len(whole.columns)) == (18, 125)
    assert set(cells(table)["redcap_event_name"]) == {event}
    assert table.lines.tolist() == lines


def test_repeats_are_taken_by_instrument_and_the_rest_by_none():
    path = DATA / "repeating_data.csv"
    repeats = read_redcap(path, FileOptions(instrument="bp"))
    single = read_redcap(path, FileOptions(instrument=""))

    assert repeats.lines.tolist() == [3, 4, 5, 7]
    assert cells(repeats)["bp_systolic"] == ["110", "111", "112", "114"]
    assert single.lines.tolist() == [2, 6]


def test_unknown_event_and_instrument_are_told_which_there_are():
    path = DATA / "cypress_repeats_data.csv"

    assert str(refusal(path, FileOptions(event="baseline_arm_1"))) == (
        "'cypress_repeats_data.csv' cannot be read:\n"
        "  - 'cypress_repeats_data.csv' has no row of the event 'baseline_arm_1'."
        " Allowed: event_1_arm_1, event_2_arm_1."
    )
    assert [p.code for p in refusal(path, FileOptions(instrument="bp")).problems] == ["E_REDCAP_INSTRUMENT"]
    assert [
        p.code for p in refusal(path, FileOptions(event="event_1_arm_1", instrument="survey")).problems
    ] == ["E_NO_ROWS"]
    assert [p.code for p in refusal(DATA / "simple_export_raw.csv", FileOptions(event="a")).problems] == [
        "E_MISSING_COLUMN"
    ]


def long(folder: Path, raw: RawTable, checkboxes: tuple[str, ...]) -> Path:
    """Write a table as REDCap's long export does: nothing for a blank, one row for each ticked box."""
    rows = ["record,field_name,value"]
    for row in range(raw.n_rows):
        for name, own in cells(raw).items():
            group, _, code = name.partition("___")
            value = own[row].replace('"', '""')
            if group in checkboxes and code:
                rows += [f"{cells(raw)['record_id'][row]},{group},{code}"] if value == "1" else []
            elif value:
                rows.append(f'{cells(raw)["record_id"][row]},{name},"{value}"')
    path = folder / "long.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_long_export_is_the_raw_one(tmp_path):
    raw = read_redcap(DATA / "simple_export_raw.csv", SIMPLE)
    path = long(tmp_path, raw, ("race",))

    table = read_redcap(path, replace(SIMPLE, redcap=RedcapExport.EAV))

    assert cells(table) == cells(raw)
    assert table.problems == ()
    assert table.lines[0] == 2


def test_long_export_keeps_events_and_repeats_apart_and_names_duplicates(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(
        "record,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,field_name,value\n"
        "1,e1,,,age,54\n1,e1,bp,1,sys,110\n1,e1,bp,2,sys,111\n2,e1,,,age,61\n2,e1,,,age,62\n",
        encoding="utf-8",
    )

    table = read_redcap(path, FileOptions(redcap=RedcapExport.EAV))

    assert cells(table) == {
        "record": ["1", "1", "1", "2"],
        "redcap_event_name": ["e1"] * 4,
        "redcap_repeat_instrument": ["", "bp", "bp", ""],
        "redcap_repeat_instance": ["", "1", "2", ""],
        "age": ["54", "", "", "61"],
        "sys": ["", "110", "111", ""],
    }
    assert table.lines.tolist() == [2, 3, 4, 5]
    assert str(table.problems[0]) == (
        "'long.csv' has 1 value of a record, event, repeat and field that has one already (first in line 6)."
        " Allowed: one value for each record, event, repeat and field. Keep one of them; for the boxes of a"
        " checkbox, declare the dictionary."
    )


def test_wide_file_is_no_long_export():
    error = refusal(DATA / "simple_export_raw.csv", FileOptions(redcap=RedcapExport.EAV))

    assert str(error) == (
        "'simple_export_raw.csv' cannot be read:\n"
        "  - 'simple_export_raw.csv' is not a long REDCap export: it has no column record, field_name, value"
        ' (first in line 1). Allowed: the columns record, field_name, value. Declare redcap = "raw" if it has one'
        " row for each record."
    )


@pytest.mark.slow
@pytest.mark.parametrize("style", ["label", "label_header", "checkbox_label"])
def test_damaged_export_is_read_or_refused_and_nothing_else(tmp_path, style):
    content = (DATA / f"simple_export_{style}.csv").read_bytes()
    chance = random.Random(4)
    path = tmp_path / "export.csv"
    for _ in range(150):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 16)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed)
        try:
            table = read_redcap(path, LABELS)
            assert {len(column.cells) for column in table.columns.values()} == {table.n_rows}
        except CohortError as error:
            assert error.problems

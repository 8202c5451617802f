"""A sheet comes in as text, with what each cell is and where it stands."""

import datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_sheet import read_sheet
from rlsstudy.declare.file_options import FileOptions
from tests.cohort.read_sheet_helpers import (
    ROWS,
    SHEETS,
    edit,
    kinds,
    parts,
    refusal,
    rezip,
    shown,
    told,
    workbook,
)

SHEET = "xl/worksheets/sheet1.xml"


def test_cells_come_with_what_they_are(tmp_path):
    rows = [
        ("id", "irls", "ferritin", "seen", "at", "bed", "smoker", "note"),
        ("00123", 22, 45.5, datetime.date(2021, 3, 1), datetime.datetime(2021, 3, 1, 14, 30), datetime.time(22, 30), True, "NA"),
        (123, 1e21, 1 / 3, None, None, datetime.timedelta(hours=36), False, None),
    ]  # fmt: skip

    table = read_sheet(workbook(tmp_path, rows))

    assert shown(table) == {
        "id": ["00123", "123"],
        "irls": ["22", "1e+21"],
        "ferritin": ["45.5", "0.3333333333333333"],
        "seen": ["2021-03-01", ""],
        "at": ["2021-03-01T14:30:00", ""],
        "bed": ["22:30:00", "36:00:00"],
        "smoker": ["true", "false"],
        "note": ["NA", ""],
    }
    assert kinds(table, "id") == [CellKind.TEXT, CellKind.NUMBER]
    assert kinds(table, "seen") == [CellKind.DATE, CellKind.TEXT]
    assert kinds(table, "bed") == [CellKind.TIME, CellKind.TIME]
    assert kinds(table, "smoker") == [CellKind.TRUTH, CellKind.TRUTH]
    assert told(table) == []


def test_a_place_names_the_sheet_and_the_cell(tmp_path):
    table = read_sheet(workbook(tmp_path))

    assert table.place(1, "irls") == {"cell": "Data!B3"}
    assert table.header_place == {"cell": "Data!1"}
    assert table.lines is None
    assert table.n_rows == 2


def test_a_stored_value_of_a_formula_counts(tmp_path):
    path = workbook(tmp_path, [("x",), ("=1+1",)])
    edit(path, SHEET, "<f>1+1</f>", "<f>1+1</f><v>2</v>")

    table = read_sheet(path)

    assert shown(table) == {"x": ["2"]}
    assert kinds(table, "x") == [CellKind.NUMBER]
    assert told(table) == []


def test_days_from_1904_are_dates_too(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["seen"])
    book.active.append([datetime.date(2021, 3, 1)])
    book.save(tmp_path / "mac.xlsx")

    assert shown(read_sheet(tmp_path / "mac.xlsx")) == {"seen": ["2021-03-01"]}


@pytest.mark.parametrize("number", ["-1", "60", "2958466", "0"])
def test_a_number_that_is_no_day_stays_a_number(tmp_path, number):
    path = workbook(tmp_path, [("seen",), (datetime.date(2021, 3, 1),)])
    edit(path, SHEET, "<v>44256</v>", f"<v>{number}</v>")

    table = read_sheet(path)

    assert shown(table) == {"seen": [number]}
    assert kinds(table, "seen") == [CellKind.NUMBER]


@pytest.mark.parametrize(
    ("serial", "day"),
    [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("2958465", "9999-12-31")],
)
def test_days_around_the_false_leap_day_are_right(tmp_path, serial, day):
    path = workbook(tmp_path, [("seen",), (datetime.date(2021, 3, 1),)])
    edit(path, SHEET, "<v>44256</v>", f"<v>{serial}</v>")

    assert shown(read_sheet(path)) == {"seen": [day]}


def test_a_date_stored_as_text_is_a_date(tmp_path):
    path = workbook(tmp_path)
    edit(path, SHEET, '<c r="B2" t="n"><v>22</v>', '<c r="B2" t="d"><v>2021-03-01T00:00:00</v>')

    table = read_sheet(path)

    assert shown(table)["irls"] == ["2021-03-01", "31"]
    assert kinds(table, "irls")[0] == CellKind.DATE


def test_texts_keep_blanks_line_ends_and_characters_stored_by_number(tmp_path):
    path = workbook(tmp_path, [("x",), (" a\nb ",), ("plain",)])
    edit(path, SHEET, "plain", "_x0041__x005F_x0041_")

    assert shown(read_sheet(path)) == {"x": [" a\nb ", "A_x0041_"]}


def test_shared_texts_are_found_and_reading_aids_left_out(tmp_path):
    path = workbook(tmp_path)
    inside = parts(path)
    texts = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>fe</t></r><r><t>male</t></r>'
        "<rPh><t>aid</t></rPh></si></sst>"
    )
    relations = inside["xl/_rels/workbook.xml.rels"].decode()
    shared = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
        ' Target="/xl/SharedStrings.xml"/></Relationships>'
    )
    inside["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", shared).encode()
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
        '<c t="str"><v>sex</v></c></row><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    )
    rezip(path, inside | {"xl/sharedstrings.xml": texts.encode(), SHEET: sheet.encode()})

    assert shown(read_sheet(path)) == {"sex": ["female"]}


def test_empty_rows_and_columns_at_the_end_are_no_data_and_inside_they_are_rows(tmp_path):
    def change(sheet):
        for row in (5, 9, 40):
            sheet.cell(row, 7).number_format = "0.00"
        sheet["A6"] = "003"

    table = read_sheet(workbook(tmp_path, change=change))

    assert shown(table) == {"id": ["001", "002", "", "", "003"], "irls": ["22", "31", "", "", ""]}
    assert table.grid.rows.tolist() == [2, 3, 4, 5, 6]


def test_blank_rows_and_columns_before_the_table_are_passed_over_with_notes(tmp_path):
    rows = [(), (), (None, "id", "irls"), (None, "001", 22)]

    table = read_sheet(workbook(tmp_path, rows))

    assert [str(problem) for problem in table.problems] == [
        "'cohort.xlsx' has 2 blank rows before the header, passed over.",
        "'cohort.xlsx' has 1 blank column before the table, passed over.",
    ]
    assert table.place(0, "irls") == {"cell": "Data!C4"}


def test_rows_to_skip_and_a_range_are_obeyed(tmp_path):
    rows = [("Cohort 2021",), *ROWS, ("a remark below",)]
    path = workbook(tmp_path, rows)

    assert shown(read_sheet(path, FileOptions(skip=1)))["id"] == ["001", "002", "a remark below"]
    table = read_sheet(path, FileOptions(cells="A2:B4"))
    assert shown(table) == {"id": ["001", "002"], "irls": ["22", "31"]}
    assert table.place(0, "id") == {"cell": "Data!A3"}


def test_a_range_that_is_none_is_refused(tmp_path):
    problem = refusal(workbook(tmp_path), FileOptions(cells="BC64:A7"))

    assert problem.code == "E_SHEET"
    assert str(problem) == "'BC64:A7' is no range of cells. Allowed: cells such as A7:BC64."


def test_several_header_rows_are_joined_and_merged_ones_repeated():
    table = read_sheet(SHEETS / "multiline-headers.xlsx", FileOptions(header_rows=5))

    food = "Cumulative impact of changes on cost of food basket"
    assert shown(table) == {
        "Region": ["A"],
        "Caloric contribution / (%)": ["B"],
        f"{food} / from previous quarter": ["C"],
        f"{food} / from baseline (%)": ["D"],
    }
    assert told(table) == []
    assert table.header_place == {"cell": "Лист1!5"}


def test_a_merged_header_without_header_rows_is_refused():
    table = read_sheet(SHEETS / "multiline-headers.xlsx")

    header = next(problem for problem in table.problems if problem.code == "E_MERGED_CELLS")
    assert str(header) == (
        "The header of 'multiline-headers.xlsx' has 1 group of merged cells (first in Лист1!C1:D3). "
        "Allowed: one name for each column. If the header has several rows, say how many with header_rows in [files]; "
        "a title above it is left out with skip."
    )
    assert ("E_MERGED_CELLS", "Region", "Лист1!A1:A5") in told(table)


def test_a_report_sheet_is_read_below_its_titles_or_refused_for_its_merged_rows():
    path = SHEETS / "issue-1024.xlsx"

    whole = read_sheet(path, FileOptions(cells="A7:BC64"))
    below = read_sheet(path, FileOptions(cells="A10:BC60", header_rows=3))

    assert ("E_BLANK_COLUMN", None, "IPC!B7") in told(whole)
    assert list(below.columns)[:8] == [
        "Country",
        "Level 1 Name",
        "Area",
        "Area ID",
        "Analysis Name",
        "Date of Analysis",
        "Current / Country Population",
        "Current / Population Analysed / #",
    ]
    assert (below.n_rows, len(below.columns)) == (46, 55)
    assert ("E_MERGED_CELLS", "Area", "IPC!A13:E13") in told(below)


def test_columns_without_a_name_or_with_the_same_one_are_named_by_place(tmp_path):
    table = read_sheet(workbook(tmp_path, [("id", None, "x", "X "), (1, 2, 3, 4)]))

    assert [(problem.code, problem.cell) for problem in table.problems] == [
        ("E_BLANK_COLUMN", "Data!B1"),
        ("E_DUPLICATE_COLUMN", "Data!1"),
        ("N_HEADER_TRIMMED", None),
    ]


def test_a_row_index_of_pandas_is_recognised(tmp_path):
    table = read_sheet(workbook(tmp_path, [(None, "id"), (0, "a"), (1, "b")]))

    assert "looks like a row index written by pandas" in str(table.problems[0])


def test_a_header_without_rows_is_told(tmp_path):
    table = read_sheet(workbook(tmp_path, [("id", "irls")]))

    assert [str(problem) for problem in table.problems] == ["'cohort.xlsx' has a header and no rows."]
    assert table.n_rows == 0


def test_an_empty_sheet_is_refused(tmp_path):
    assert str(refusal(workbook(tmp_path, []))) == "The sheet 'Data' of 'cohort.xlsx' is empty."
    problem = refusal(workbook(tmp_path), FileOptions(skip=9))
    assert problem.code == "E_EMPTY"
    assert str(problem) == "The sheet 'Data' of 'cohort.xlsx' is empty where the table should be."


def test_an_error_in_the_header_is_told(tmp_path):
    table = read_sheet(workbook(tmp_path, [("id", "#REF!"), (1, 2)]))

    assert str(table.problems[0]) == (
        "The header of 'cohort.xlsx' has 1 cell with an error instead of a name (first in Data!B1). Allowed: names. "
        "Write the name itself into the cell."
    )


def test_old_workbooks_are_read_with_what_their_records_say():
    table = read_sheet(SHEETS / "kinds.xls")

    assert shown(table) == {
        "participant_id": ["00002", "00003", "00004", "00005", "00006", "00007"],
        "visit_date": ["2021-03-01", "not yet", "", "", "", ""],
        "seen_at": ["2021-03-01T14:30:00", "", "", "", "merged", ""],
        "bedtime": ["22:30:00", "", "", "", "", ""],
        "slept": ["36:00:00", "", "", "", "", ""],
        "irls": ["21", "21.5", "22", "22.5", "23", "23.5"],
        "smoker": ["true", "false", "true", "false", "true", "false"],
        "ferritin": ["", "#DIV/0!", "", "", "", ""],
    }
    assert kinds(table, "ferritin")[1] == CellKind.ERROR
    assert kinds(table, "slept")[0] == CellKind.TIME
    assert told(table) == [
        ("N_HIDDEN", None, None),
        ("N_BLANK_LINES", None, None),
        ("W_HIDDEN_ROWS", None, "Data!6"),
        ("W_CELL_COLOUR", "visit_date", "Data!B4"),
        ("E_MERGED_CELLS", "seen_at", "Data!C7:C8"),
        ("W_HIDDEN_COLUMNS", "slept", "Data!E"),
        ("E_CELL_ERROR", "ferritin", "Data!H4"),
    ]


@pytest.mark.parametrize("name", ["table.xls", "table.ods"])
def test_other_workbooks_of_other_people_are_read(name):
    table = read_sheet(SHEETS / name)

    assert shown(table) == {"id": ["1", "2"], "name": ["english", "中国人"]}
    assert kinds(table, "id") == [CellKind.NUMBER, CellKind.NUMBER]
    assert table.place(0, "name") == {"cell": "Лист1!B2"}
    assert told(table) == []


def test_a_second_reader_finds_the_same_cells():
    from python_calamine import load_workbook

    path = SHEETS / "issue-1024.xlsx"
    table = read_sheet(path, FileOptions(cells="A13:BC64"))
    ours = [[text for text in column.cells if text] for column in table.columns.values()]

    rows = load_workbook(str(path)).get_sheet_by_name("IPC").to_python(skip_empty_area=False)[13:]
    theirs = [[as_text(cell) for cell in cells if cell != ""] for cells in zip(*rows, strict=True)]
    names = list(table.columns)

    assert len(rows) == table.n_rows
    assert all(ours[names.index(name)] in theirs for name in names if name)


def as_text(cell):
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)

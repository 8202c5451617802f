"""What a sheet holds beyond values is told: merged, faulty, commented, coloured and hidden cells."""

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_sheet import read_sheet
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.problems import Severity
from tests.cohort.read_sheet_helpers import SHEETS, kinds, ods, refusal, rezip, shown, told, workbook
from tests.cohort.read_sheet_helpers import parts as parts_of

YELLOW = PatternFill("solid", fgColor="FFFFFF00")
GREEN = PatternFill("solid", fgColor="FF00FF00")
WHITE = PatternFill("solid", fgColor="FFFFFFFF")
TABLE = [("id", "irls", "sex"), *((f"{row:03}", row, "female") for row in range(2, 12))]


def column_problem(path, column, *options):
    (problem,) = read_sheet(path, *options).columns[column].problems
    return problem


def colour(cells, fill=YELLOW):
    def change(sheet):
        for cell in cells.split():
            sheet[cell].fill = fill

    return change


def test_merged_cells_in_the_data_are_refused(tmp_path):
    path = workbook(tmp_path, TABLE, change=lambda sheet: sheet.merge_cells("C2:C3"))

    assert str(column_problem(path, "sex")) == (
        "Column 'sex' of 'cohort.xlsx' has 1 group of merged cells, of which only the first holds a value "
        "(first in Data!C2:C3). Allowed: no merged cells. "
        "Unmerge them, and write the value into every cell that it is meant for."
    )


def test_cells_merged_across_are_told_for_each_column(tmp_path):
    path = workbook(tmp_path, TABLE, change=lambda sheet: sheet.merge_cells("B4:C4"))

    assert told(read_sheet(path)) == [
        ("E_MERGED_CELLS", "irls", "Data!B4:C4"),
        ("E_MERGED_CELLS", "sex", "Data!B4:C4"),
    ]


def test_a_merged_title_that_is_skipped_means_nothing(tmp_path):
    path = workbook(tmp_path, [("Cohort",), *TABLE], change=lambda sheet: sheet.merge_cells("A1:C1"))

    assert told(read_sheet(path, FileOptions(skip=1))) == []


def test_a_formula_that_was_never_calculated_is_refused(tmp_path):
    path = workbook(tmp_path, [("id", "irls"), ("a", "=10+12"), ("b", 3), ("c", "=1+1")])

    table = read_sheet(path)
    (problem,) = table.columns["irls"].problems

    assert kinds(table, "irls") == [CellKind.NO_VALUE, CellKind.NUMBER, CellKind.NO_VALUE]
    assert problem.severity is Severity.REFUSE
    assert problem.count == 2
    assert str(problem) == (
        "Column 'irls' of 'cohort.xlsx' has 2 formulas without a value, never calculated (first in Data!B2). "
        "Allowed: a stored value. Open the workbook in a spreadsheet program, and save it there."
    )


def test_errors_in_cells_are_refused_and_named(tmp_path):
    path = workbook(tmp_path, [("id", "irls"), ("a", 2), ("b", "#DIV/0!"), ("c", "#N/A")])

    table = read_sheet(path)

    assert shown(table)["irls"] == ["2", "#DIV/0!", "#N/A"]
    assert kinds(table, "irls")[1:] == [CellKind.ERROR, CellKind.ERROR]
    assert str(table.columns["irls"].problems[0]) == (
        "Column 'irls' of 'cohort.xlsx' has 2 cells with an error instead of a value (#DIV/0!) (first in Data!B3). "
        "Allowed: values. Mend the formula, or leave the cell empty and say in the study file why it is."
    )


def test_a_comment_is_told_and_not_shown(tmp_path):
    def change(sheet):
        sheet["C4"].comment = Comment("Mrs Example", "me")

    problem = column_problem(workbook(tmp_path, TABLE, change=change), "sex")

    assert problem.severity is Severity.WARN
    assert str(problem) == (
        "Column 'sex' of 'cohort.xlsx' has 1 cell with a comment, which is not read and may identify someone "
        "(first in Data!C4). Allowed: no cell comments. Move what they say into a column, and delete them."
    )


def test_a_comment_in_a_thread_is_told_too(tmp_path):
    def change(sheet):
        sheet["C4"].comment = Comment("note", "me")

    path = workbook(tmp_path, TABLE, change=change)
    inside = parts_of(path)
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    relations = inside[name].replace(b"relationships/comments", b"relationships/threadedComment")
    comments = b'<ThreadedComments><threadedComment ref="B3" dT="2021-03-01"/></ThreadedComments>'
    rezip(path, inside | {name: relations, "xl/comments/comment1.xml": comments})

    assert told(read_sheet(path)) == [("W_CELL_COMMENT", "irls", "Data!B3")]


def test_a_few_coloured_cells_are_told(tmp_path):
    problem = column_problem(workbook(tmp_path, TABLE, change=colour("B4 B7")), "irls")

    assert problem.severity is Severity.WARN
    assert str(problem) == (
        "Column 'irls' of 'cohort.xlsx' has 2 cells in another colour than the rest (first in Data!B4). "
        "Allowed: meaning in a column, not a colour. "
        "If the colour means something, write it into a column of its own; it is not read."
    )


def test_a_coloured_empty_cell_is_told(tmp_path):
    path = workbook(tmp_path, [*TABLE[:5], ("006", None, "male"), *TABLE[5:]], change=colour("B6"))

    assert told(read_sheet(path)) == [("W_CELL_COLOUR", "irls", "Data!B6")]


def test_one_coloured_row_is_told_once(tmp_path):
    table = read_sheet(workbook(tmp_path, TABLE, change=colour("A5 B5 C5")))

    assert [str(problem) for problem in table.problems] == [
        "'cohort.xlsx' has 1 row in another colour than the rest (first in Data!5). "
        "Allowed: meaning in a column, not a colour. "
        "If the colour means something, write it into a column of its own; it is not read."
    ]
    assert len(told(table)) == 1


@pytest.mark.parametrize(
    "cells",
    [
        "A1 B1 C1",
        " ".join(f"B{row}" for row in range(1, 12)),
        " ".join(f"{letter}{row}" for letter in "ABC" for row in range(2, 12, 2)),
        " ".join(f"{letter}{row}" for letter in "ABC" for row in (2, 3, 6, 7, 10)),
        " ".join(f"{letter}{row}" for letter in "ABC" for row in range(1, 30)),
    ],
    ids=["header", "column", "bands", "bands of participants", "sheet"],
)
def test_colours_that_guide_the_eye_mean_nothing(tmp_path, cells):
    assert told(read_sheet(workbook(tmp_path, TABLE, change=colour(cells)))) == []


def test_white_is_no_colour(tmp_path):
    assert told(read_sheet(workbook(tmp_path, TABLE, change=colour("B4", WHITE)))) == []


def test_one_cell_in_another_colour_than_its_coloured_column_is_told(tmp_path):
    def change(sheet):
        colour(" ".join(f"B{row}" for row in range(2, 12)))(sheet)
        colour("B9", GREEN)(sheet)

    assert told(read_sheet(workbook(tmp_path, TABLE, change=change))) == [
        ("W_CELL_COLOUR", "irls", "Data!B9")
    ]


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    def change(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[4].hidden = True
        sheet.row_dimensions[40].hidden = True
        sheet.column_dimensions["B"].hidden = True

    table = read_sheet(workbook(tmp_path, TABLE, change=change))

    assert table.n_rows == 10
    assert [str(problem) for problem in table.problems] == [
        "'cohort.xlsx' has 2 rows that are hidden, and read like the others (first in Data!3). "
        "Show them, or delete them if they are not meant."
    ]
    assert [str(problem) for problem in table.columns["irls"].problems] == [
        "Column 'irls' of 'cohort.xlsx' is hidden, and read like the others (first in Data!B). "
        "Show it, or delete it if it is not meant."
    ]


@pytest.mark.parametrize("name", ["cohort.xlsm"])
def test_a_workbook_that_may_hold_macros_is_told(tmp_path, name):
    table = read_sheet(workbook(tmp_path, TABLE, name=name))

    assert [str(problem) for problem in table.problems] == [
        "'cohort.xlsm' is a workbook that may hold macros; none is run. Allowed: xlsx. "
        "Save it as xlsx, so that nobody who opens it has to trust it."
    ]


def test_macros_in_a_workbook_called_xlsx_are_told(tmp_path):
    path = workbook(tmp_path, TABLE)
    rezip(path, parts_of(path) | {"xl/vbaProject.bin": b"macro"})

    assert told(read_sheet(path)) == [("W_MACRO_FORMAT", None, None)]


def several(folder, *, hidden=(), empty=(), named=("Data", "Follow-up", "Codes")):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in named:
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in () if name in empty else (("id",), (name,)):
            sheet.append(row)
    book.save(folder / "cohort.xlsx")
    return folder / "cohort.xlsx"


def test_one_of_several_sheets_must_be_named(tmp_path):
    problem = refusal(several(tmp_path))

    assert problem.code == "E_SHEET"
    assert problem.allowed == "name one of: Data, Follow-up, Codes"
    assert str(problem) == (
        "'cohort.xlsx' has 3 sheets, and none is named. Allowed: name one of: Data, Follow-up, Codes. "
        "Say which with sheet in [files]."
    )
    assert shown(read_sheet(several(tmp_path), FileOptions(sheet="Codes"))) == {"id": ["Codes"]}


def test_a_sheet_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    assert str(refusal(several(tmp_path), FileOptions(sheet="Followup"))) == (
        "'cohort.xlsx' has no sheet 'Followup'. Allowed: name one of: Data, Follow-up, Codes. "
        "Did you mean 'Follow-up'?"
    )


def test_empty_sheets_are_passed_over(tmp_path):
    table = read_sheet(several(tmp_path, empty=("Data", "Codes")))

    assert shown(table) == {"id": ["Follow-up"]}
    assert told(table) == []


def test_hidden_sheets_are_passed_over_with_a_note(tmp_path):
    table = read_sheet(several(tmp_path, hidden=("Follow-up", "Codes")))

    assert shown(table) == {"id": ["Data"]}
    assert [str(problem) for problem in table.problems] == [
        "'cohort.xlsx' has 2 hidden sheets, not read: Follow-up, Codes. "
        "If it is meant, name it with sheet in [files]."
    ]


def test_a_hidden_sheet_that_is_named_is_read_with_a_note(tmp_path):
    table = read_sheet(several(tmp_path, hidden=("Codes",)), FileOptions(sheet="Codes"))

    assert [str(problem) for problem in table.problems] == [
        "The sheet 'Codes' of 'cohort.xlsx' is hidden; it is read."
    ]


def test_a_chart_is_no_table(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.active.append(["id"])
    book.active.append([1])
    book.create_chartsheet("Picture")
    book.save(tmp_path / "cohort.xlsx")

    assert shown(read_sheet(tmp_path / "cohort.xlsx")) == {"id": ["1"]}
    assert str(refusal(tmp_path / "cohort.xlsx", FileOptions(sheet="Picture"))) == (
        "The sheet 'Picture' of 'cohort.xlsx' is a chart or a macro, not a table. Allowed: name one of: Data."
    )


def cell(text, **attributes):
    said = "".join(
        f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    return f"<table:table-cell{said}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def row(*cells, **attributes):
    said = "".join(
        f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"


def string(text, **attributes):
    return cell(text, office__value_type="string", **attributes)


def table(*rows, name="Data", columns=""):
    return f'<table:table table:name="{name}">{columns}{"".join(rows)}</table:table>'


def test_cells_of_an_open_document_come_with_what_they_are(tmp_path):
    header = row(*(string(name) for name in ("id", "n", "day", "at", "bed", "yes", "calc", "bad")))
    first = row(
        string("00123"),
        cell("22,5", office__value_type="float", office__value="22.50"),
        cell("1.3.21", office__value_type="date", office__date_value="2021-03-01"),
        cell("", office__value_type="date", office__date_value="2021-03-01T14:30:00.000000000"),
        cell("22:30", office__value_type="time", office__time_value="PT22H30M00S"),
        cell("TRUE", office__value_type="boolean", office__boolean_value="true"),
        cell("2", table__formula="of:=1+1", office__value_type="float", office__value="2"),
        cell("#DIV/0!", office__value_type="string", office__string_value="", calcext__value_type="error"),
    )

    read = read_sheet(ods(tmp_path, table(header, first)))

    assert shown(read) == {
        "id": ["00123"],
        "n": ["22.5"],
        "day": ["2021-03-01"],
        "at": ["2021-03-01T14:30:00"],
        "bed": ["22:30:00"],
        "yes": ["true"],
        "calc": ["2"],
        "bad": ["#DIV/0!"],
    }
    assert [kinds(read, name)[0].name for name in read.columns] == [
        "TEXT", "NUMBER", "DATE", "DATE", "TIME", "TRUTH", "NUMBER", "ERROR",
    ]  # fmt: skip
    assert told(read) == [("E_CELL_ERROR", "bad", "Data!H2")]


def test_an_open_document_tells_what_an_xlsx_tells(tmp_path):
    styles = (
        '<style:style style:name="y"><style:table-cell-properties fo:background-color="#ffff00"/></style:style>'
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    comment = "<office:annotation><text:p>Mrs Example</text:p></office:annotation>"
    filler = [row(string(f"{number:03}"), string("x"), string("y")) for number in range(6)]
    rows = [
        row(string("id"), string("irls"), string("sex")),
        row(string("a"), cell("", table__formula="of:=1+1"), string("y", table__number_rows_spanned="2")),
        row(string("b", table__style_name="y"), string("x"), "<table:covered-table-cell/>", table__visibility="filter"),
        row(string("c").replace("<text:p>", comment + "<text:p>"), string("x"), string("y")),
    ]  # fmt: skip
    secret = table(row(string("code")), name="Codes").replace(
        "<table:table ", '<table:table table:style-name="h" '
    )

    read = read_sheet(ods(tmp_path, table(*rows, *filler, columns=columns) + secret, styles=styles))

    assert shown(read)["id"] == ["a", "b", "c", *(f"{number:03}" for number in range(6))]
    assert told(read) == [
        ("N_HIDDEN", None, None),
        ("W_HIDDEN_ROWS", None, "Data!3"),
        ("W_CELL_COMMENT", "id", "Data!A4"),
        ("W_CELL_COLOUR", "id", "Data!A3"),
        ("E_FORMULA_NO_VALUE", "irls", "Data!B2"),
        ("W_HIDDEN_COLUMNS", "irls", "Data!B"),
        ("E_MERGED_CELLS", "sex", "Data!C2:C3"),
    ]


def test_repeated_cells_and_rows_of_an_open_document_count_as_often_as_they_are_meant(tmp_path):
    many = {"table__number_columns_repeated": "16381"}
    rows = [
        row(string("id"), string("x"), string("y"), cell("", **many)),
        row(string("a"), string("same", table__number_columns_repeated="2"), table__number_rows_repeated="2"),
        row(cell("", table__number_columns_repeated="16384"), table__number_rows_repeated="2"),
        row(
            string("b"),
            string("two<text:s text:c='2'/>blanks\n here"),
            string("<text:span>in</text:span>side"),
        ),
        row(cell("", table__number_columns_repeated="16384"), table__number_rows_repeated="1048570"),
    ]

    assert shown(read_sheet(ods(tmp_path, table(*rows)))) == {
        "id": ["a", "a", "", "", "b"],
        "x": ["same", "same", "", "", "two  blanks here"],
        "y": ["same", "same", "", "", "inside"],
    }


def test_a_colour_that_a_whole_column_of_an_open_document_has_means_nothing(tmp_path):
    styles = (
        '<style:style style:name="y"><style:table-cell-properties fo:background-color="#ffff00"/></style:style>'
        '<style:style style:name="z" style:parent-style-name="y"/>'
    )
    columns = '<table:table-column table:default-cell-style-name="z" table:number-columns-repeated="1024"/>'
    rows = [row(string("id")), *(row(string(str(number))) for number in range(5))]

    assert told(read_sheet(ods(tmp_path, table(*rows, columns=columns), styles=styles))) == []


def test_old_workbooks_tell_what_their_records_say():
    read = read_sheet(SHEETS / "kinds.xls", FileOptions(sheet="Codes"))

    assert told(read) == [("N_HIDDEN", None, None), ("E_NO_ROWS", None, None)]

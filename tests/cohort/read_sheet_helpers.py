"""Writing small workbooks, and changing what is inside them."""

import zipfile
from pathlib import Path

import openpyxl

from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_sheet import read_sheet
from rlsstudy.errors import CohortError

SHEETS = Path(__file__).resolve().parents[1] / "data" / "sheets"
ROWS = (("id", "irls"), ("001", 22), ("002", 31))

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "fo": "xsl-fo-compatible",
    }.items()
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def workbook(folder, rows=ROWS, *, name="cohort.xlsx", change=None):
    """Write a workbook with one sheet called Data; ``change`` gets the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    path = folder / name
    book.save(path)
    return path


def parts(path):
    """Return the parts of a zip archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(path, new_parts):
    """Write a zip archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in new_parts.items():
            archive.writestr(name, content)
    return path


def edit(path, part, old, new):
    """Replace a text in a part of a workbook, where it must be."""
    inside = parts(path)
    assert old.encode() in inside[part]
    return rezip(path, inside | {part: inside[part].replace(old.encode(), new.encode())})


def ods(folder, tables, *, styles="", name="cohort.ods"):
    """Write an OpenDocument spreadsheet around the XML of its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} {_CALC}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return rezip(folder / name, {"mimetype": mimetype, "content.xml": content})


def shown(table):
    """Return the cells of every column."""
    return {name: list(column.cells) for name, column in table.columns.items()}


def kinds(table, name):
    """Return what each cell of a column is."""
    column = table.columns[name]
    return [CellKind.TEXT if column.kinds is None else CellKind(column.kinds[code]) for code in column.codes]


def told(table):
    """Return every problem of a table: code, column and cell."""
    problems = [*table.problems, *(one for column in table.columns.values() for one in column.problems)]
    return [(one.code, one.column, one.cell) for one in problems]


def refusal(path, *options):
    """Return the only problem for which a workbook is refused."""
    try:
        read_sheet(path, *options)
    except CohortError as error:
        (problem,) = error.problems
        return problem
    raise AssertionError("the workbook is read")

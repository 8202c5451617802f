"""Files that are no workbook, are locked, damaged, or would unfold to too much are refused with a reason."""

import gzip
import zipfile

import pytest

from rlsstudy.cohort.files import sheet_limits, sheet_xls
from rlsstudy.cohort.files.read_sheet import read_sheet
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.errors import CohortError
from tests.cohort.read_sheet_helpers import SHEETS, edit, ods, parts, refusal, rezip, workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def file(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


def zipped(folder, name, *members):
    return rezip(folder / name, dict.fromkeys(members, b"x"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"id,irls\n1,2\n", "text"),
        (b"\xff\xfei\0d\0", "text"),
        (b"\xef\xbb\xbf<html><table>", "a web page (HTML)"),
        (b"  <!DOCTYPE html>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><html/>', "a web page (HTML)"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
            "an XML spreadsheet of Excel 2003",
        ),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "an XML spreadsheet of Excel 2003",
        ),
        (b'<?xml version="1.0"?><office:document>', "a flat OpenDocument file (fods)"),
        (b'<?xml version="1.0"?><a/>', "an XML file"),
        (b"PAR1", "a Parquet file"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (b"\x09\x04\x06\x00\x00\x00", "a workbook of Excel 4"),
        (bytes(range(256)), "a file of an unknown kind"),
        (OLE, "an OLE file without a workbook"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "an old Word document"),
        (OLE + "Workbook\0".encode("utf-16-le"), "an old Excel workbook (xls)"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path, content, kind):
    problem = refusal(file(tmp_path, "cohort.xlsx", content))

    assert problem.code == "E_NOT_XLSX"
    assert problem.allowed == f"an xlsx (zip); this is {kind}"


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "a PowerPoint file"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary Excel workbook (xlsb)"),
        (["Index/Document.iwa"], "a Numbers sheet"),
        (["cohort.csv"], "a zip archive"),
        (["content.xml"], "an OpenDocument spreadsheet (ods)"),
    ],
)
def test_another_kind_of_zip_archive_is_named(tmp_path, members, kind):
    assert refusal(zipped(tmp_path, "cohort.xlsx", *members)).allowed == f"an xlsx (zip); this is {kind}"


def test_a_csv_called_xlsx_is_refused_with_what_to_do(tmp_path):
    assert str(refusal(file(tmp_path, "cohort.xlsx", b"id\n1\n"))) == (
        "'cohort.xlsx' is not what its name says. Allowed: an xlsx (zip); this is text. "
        "Give it its right name, or export it as xlsx."
    )


def test_an_xlsx_called_xls_or_ods_is_refused(tmp_path):
    content = workbook(tmp_path).read_bytes()

    for name, allowed in (("a.xls", "an xls (OLE)"), ("a.ods", "an ods (zip)")):
        problem = refusal(file(tmp_path, name, content))
        assert problem.code == "E_NOT_XLSX"
        assert problem.allowed == f"{allowed}; this is an Excel workbook (xlsx)"


def test_an_open_text_document_is_refused(tmp_path):
    inside = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}

    problem = refusal(rezip(tmp_path / "cohort.ods", inside))

    assert problem.allowed == "an ods (zip); this is an OpenDocument file of another kind"


def locked(folder, kind):
    if kind == "ole":
        return file(folder, "cohort.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"))
    if kind == "ods":
        inside = {"META-INF/manifest.xml": b"<manifest:encryption-data/>", "content.xml": b"\x01\x02"}
        return rezip(folder / "cohort.ods", inside)
    path = workbook(folder)
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["ole", "ods", "zip"])
def test_a_password_is_told(tmp_path, kind):
    problem = refusal(locked(tmp_path, kind))

    assert problem.code == "E_ENCRYPTED"
    assert str(problem) == (
        f"'{problem.file}' is protected by a password. Allowed: a workbook without a password. "
        "Save a copy without a password, in a place that is safe for it."
    )


def test_a_locked_old_workbook_is_told(tmp_path):
    content = bytearray((SHEETS / "kinds.xls").read_bytes())
    start = content.index(b"\x09\x08\x10\x00")  # the first record; the one after it becomes FILEPASS
    size = 4 + content[start + 2]
    content[start + size : start + size + 2] = b"\x2f\x00"

    assert refusal(file(tmp_path, "cohort.xls", content)).code == "E_ENCRYPTED"


def test_a_cut_or_empty_workbook_is_refused(tmp_path):
    content = workbook(tmp_path).read_bytes()

    cut = refusal(file(tmp_path, "cut.xlsx", content[: len(content) // 2]))
    assert cut.code == "E_DAMAGED"
    assert str(cut) == (
        "'cut.xlsx' is damaged, or is not an Excel workbook (xlsx). "
        "Copy it again from where it came, and compare the sizes."
    )
    assert refusal(file(tmp_path, "cut.xls", (SHEETS / "kinds.xls").read_bytes()[:3000])).code in (
        "E_DAMAGED",
        "E_NOT_XLSX",
    )
    assert refusal(file(tmp_path, "empty.xlsx", b"")).code == "E_EMPTY"
    assert refusal(tmp_path / "nowhere.xlsx").code == "E_NO_FILE"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('t="inlineStr"', 't="s"'),
        ("<v>22</v>", "<v>twenty</v>"),
        ("<v>22</v>", "<v>1e999</v>"),
        ("<v>22</v>", "<v>nan</v>"),
        ('r="B2"', 'r="B7"'),
        ('r="B2"', 'r="A2"'),
        ('r="B2"', 'r="?2"'),
        ('<row r="3"', '<row r="2"'),
        ("</worksheet>", ""),
        ('t="n"', 't="z"'),
        ('t="n"', 't="n" s="77"'),
    ],
)
def test_a_sheet_that_contradicts_itself_is_damaged(tmp_path, old, new):
    path = workbook(tmp_path)
    inside = parts(path)
    text = inside[SHEET].decode()
    assert old in text
    if new == 't="s"':
        text = text.replace("<is><t>001</t></is>", "<v>99</v>")
    rezip(path, inside | {SHEET: text.replace(old, new).encode()})

    assert refusal(path).code == "E_DAMAGED"


def test_a_missing_part_is_damage(tmp_path):
    path = workbook(tmp_path)
    inside = parts(path)
    del inside[SHEET]
    rezip(path, inside)

    assert refusal(path).code == "E_DAMAGED"


def test_a_bomb_of_zeros_is_refused_before_it_is_opened(tmp_path):
    path = workbook(tmp_path)
    rezip(path, parts(path) | {"xl/media/image.png": bytes(12 * 2**20)})

    problem = refusal(path)

    assert problem.code == "E_LIMIT"
    assert problem.allowed == "at most 100 times"
    assert problem.message.endswith("times its size when unpacked")


def test_a_workbook_that_unfolds_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_limits, "MOST_UNPACKED", 5_000)

    problem = refusal(workbook(tmp_path))

    assert problem.code == "E_LIMIT"
    assert problem.allowed == "at most 5,000 bytes"


def test_too_many_parts_are_refused(tmp_path):
    path = zipped(tmp_path, "cohort.xlsx", *(f"xl/{number}.xml" for number in range(1_001)))

    assert str(refusal(path)) == (
        "'cohort.xlsx' has 1,001 parts. Allowed: at most 1,000 parts. Export only the columns and participants of the "
        "study, as Parquet or CSV if they are many."
    )


def test_a_cell_in_the_last_corner_is_refused(tmp_path):
    path = workbook(tmp_path)
    far = '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    edit(path, SHEET, "</sheetData>", far)

    problem = refusal(path)

    assert problem.code == "E_LIMIT"
    assert str(problem) == (
        "'cohort.xlsx' has 16,384 columns. Allowed: at most 5,000 columns. Export only the columns and participants of "
        "the study, or raise the limit with max_columns or max_rows in [files]."
    )


def test_the_limits_of_a_study_hold(tmp_path):
    path = workbook(tmp_path)

    assert refusal(path, FileOptions(max_columns=1)).message == "'cohort.xlsx' has 2 columns"
    assert refusal(path, FileOptions(max_rows=1)).message == "'cohort.xlsx' has more than 1 rows"
    assert read_sheet(path, FileOptions(max_columns=2, max_rows=2)).n_rows == 2


def test_a_tall_and_wide_sheet_is_refused_by_its_number_of_cells(tmp_path):
    path = workbook(tmp_path)
    far = '<row r="1000000"><c r="AZ1000000" t="n"><v>1</v></c></row></sheetData>'
    edit(path, SHEET, "</sheetData>", far)

    assert refusal(path).allowed == "at most 20,000,000 cells"


@pytest.mark.parametrize("columns", ["16384", "1000"])
def test_repeats_of_an_open_document_are_refused_before_they_are_done(tmp_path, columns):
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'

    assert refusal(ods(tmp_path, f'<table:table table:name="Data">{rows}</table:table>')).code == "E_LIMIT"


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_repeats_that_are_no_count_are_damage(tmp_path, count):
    rows = f'<table:table-row table:number-rows-repeated="{count}"><table:table-cell/></table:table-row>'

    assert refusal(ods(tmp_path, f'<table:table table:name="Data">{rows}</table:table>')).code == "E_DAMAGED"


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_entities_are_refused(tmp_path):
    path = workbook(tmp_path)
    sheet = parts(path)[SHEET].replace(b"001", b"&b;").removeprefix(b'<?xml version="1.0"?>')
    rezip(path, parts(path) | {SHEET: BOMB.encode() + sheet})

    problem = refusal(path)

    assert problem.code == "E_LIMIT"
    assert str(problem) == (
        "'cohort.xlsx' declares XML entities, as no spreadsheet program does. Allowed: plain XML. "
        "Open it in a spreadsheet program you trust, and save it again."
    )


def test_files_outside_are_never_opened(tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    path = workbook(tmp_path)
    outside = f'<!DOCTYPE x [<!ENTITY b SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    sheet = parts(path)[SHEET].replace(b"001", b"&b;").removeprefix(b'<?xml version="1.0"?>')
    rezip(path, parts(path) | {SHEET: outside.encode() + sheet})

    assert refusal(path).code == "E_LIMIT"


def test_a_workbook_without_sheets_is_refused(tmp_path):
    problem = refusal(ods(tmp_path, ""))

    assert str(problem) == "'cohort.ods' has no sheet with a table. Allowed: a sheet of rows and columns."


def test_no_message_shows_what_is_in_a_cell(tmp_path):
    secret = "Jane Example"
    rows = [(secret, secret), (secret, "#N/A")]
    path = workbook(tmp_path, rows, change=lambda sheet: sheet.merge_cells("A1:B1"))

    table = read_sheet(path)

    assert all(secret not in str(problem) for problem in table.problems)


def test_a_workbook_is_closed_after_reading(tmp_path):
    path = workbook(tmp_path)
    read_sheet(path)
    with pytest.raises(CohortError):
        read_sheet(path, FileOptions(sheet="no"))

    path.unlink()
    assert not zipfile.is_zipfile(path)


def test_an_old_workbook_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_xls, "MOST_UNPACKED", 5_000)

    assert refusal(SHEETS / "kinds.xls").allowed == "at most 5,000 bytes"

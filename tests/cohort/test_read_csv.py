"""CSV is read as text, strictly, and every row keeps its line."""

import gzip
import random
import zipfile
from pathlib import Path

import pytest

from rlsstudy.cohort.files import csv_faults, csv_feed, csv_kinds
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.files.read_csv import read_csv
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError


def write(folder: Path, content: bytes, name: str = "cohort.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def cells(table: RawTable) -> dict[str, list[str]]:
    return {name: list(column.cells) for name, column in table.columns.items()}


def found(table: RawTable) -> list[tuple[str, int | None, int]]:
    return [(problem.code, problem.line, problem.count) for problem in table.problems]


def refusal(
    folder: Path, content: bytes, name: str = "cohort.csv", options: FileOptions = AS_IT_IS
) -> CohortError:
    with pytest.raises(CohortError) as caught:
        read_csv(write(folder, content, name), options)
    return caught.value


def refused(
    folder: Path, content: bytes, options: FileOptions = AS_IT_IS
) -> tuple[str, int | None, str | None]:
    """Return the code, the line and the column of the only problem of a file that cannot be read."""
    (problem,) = refusal(folder, content, options=options).problems
    return problem.code, problem.line, problem.column


def test_cells_are_kept_as_written(tmp_path):
    table = read_csv(write(tmp_path, b'id,country,note\n00123,NA,"a, b"\n1_0,,"says ""hi"""\n'))

    assert cells(table) == {"id": ["00123", "1_0"], "country": ["NA", ""], "note": ["a, b", 'says "hi"']}
    assert table.problems == ()


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfid,a\n1,2\n", b"id,a\r1,2\r", b"id,a\r\n1,2", b"id,a\n1,2\r\n"],
    ids=["byte order mark", "old Mac", "no last line end", "mixed line ends"],
)
def test_marks_and_line_ends_do_not_matter(tmp_path, content):
    assert cells(read_csv(write(tmp_path, content))) == {"id": ["1"], "a": ["2"]}


def test_tsv_is_separated_by_tabs(tmp_path):
    assert cells(read_csv(write(tmp_path, b"id\ta\n1\t2,5\n", "cohort.tsv"))) == {"id": ["1"], "a": ["2,5"]}


def test_line_is_that_of_the_file_and_not_the_record(tmp_path):
    table = read_csv(write(tmp_path, b'id,note\n1,"two\nlines"\n\n2,\n'))

    assert table.lines.tolist() == [2, 5]
    assert cells(table)["note"] == ["two\nlines", ""]
    assert found(table) == [("N_BLANK_LINES", 4, 1)]


def test_form_feed_does_not_end_a_line(tmp_path):
    assert cells(read_csv(write(tmp_path, b"id,note\n1,a\x0cb\n")))["note"] == ["a\x0cb"]


def test_rows_of_another_length_are_counted(tmp_path):
    table = read_csv(write(tmp_path, b"id,a\n1,2\n2\n3,4,5\n4\n"))

    assert found(table) == [("E_SHORT_ROW", 3, 2), ("E_LONG_ROW", 4, 1)]
    assert str(table.problems[0]) == (
        "'cohort.csv' has 2 rows with too few fields (first in line 3)."
        " Allowed: 2 fields in every row, as in the header. Was the file cut, or a separator lost?"
    )


@pytest.mark.parametrize("row", [b'1,a"b', b'1,"a"b', b'1,"a \\"b\\""'])
def test_quote_out_of_place_is_refused(tmp_path, row):
    assert found(read_csv(write(tmp_path, b"id,a\n" + row + b"\n2,3\n"))) == [("E_QUOTING", 2, 1)]


def test_quote_without_end_names_the_line_where_it_begins(tmp_path):
    assert found(read_csv(write(tmp_path, b'id,a\n1,2\n2,"x\n3,4\n'))) == [("E_OPEN_QUOTE", 3, 1)]


def test_quote_without_end_does_not_swallow_the_rows_below(tmp_path):
    table = read_csv(write(tmp_path, b'id,a\n1,2\n2,"x\n3,"y, z"\n4\n'))

    assert found(table) == [("E_OPEN_QUOTE", 3, 1), ("E_SHORT_ROW", 5, 1)]
    assert cells(table) == {"id": ["1", "3"], "a": ["2", "y, z"]}


def test_header_alone_has_no_rows(tmp_path):
    assert found(read_csv(write(tmp_path, b"id,a\n"))) == [("E_NO_ROWS", None, 1)]


def test_columns_need_names_of_their_own(tmp_path):
    table = read_csv(write(tmp_path, b"irls,IRLS ,\n1,2,3\n"))

    assert [str(problem) for problem in table.problems] == [
        "'cohort.csv' has 1 column without a name, the first at place 3 (first in line 1)."
        " Allowed: a name. Name them, or remove them; a row index written by another program is not needed.",
        "'cohort.csv' has two columns of the same name, at places 1 and 2 (first in line 1)."
        " Allowed: names that differ by more than case and blanks. Rename or remove one of them."
        " Does the first line hold the column names?",
        "'cohort.csv' has 1 column name with blanks around, which were left out (first in line 1).",
    ]
    assert [problem.column for problem in table.problems] == [None, "IRLS ", None]


def test_name_that_may_be_a_value_is_not_told(tmp_path):
    table = read_csv(write(tmp_path, b"00123,00123,no header,no header\n1,2,3,4\n"))

    assert [problem.column for problem in table.problems] == [None, None]


@pytest.mark.parametrize("content", [b",id\n0,a\n1,b\n", b'"","id"\n"1","a"\n"2","b"\n'], ids=["pandas", "R"])
def test_column_without_a_name_that_counts_the_rows_is_a_row_index(tmp_path, content):
    assert [str(problem) for problem in read_csv(write(tmp_path, content)).problems] == [
        "'cohort.csv' has 1 column without a name, the first at place 1 (first in line 1)."
        " Allowed: a name (looks like a row index written by pandas: declare drop)."
        " Leave it out when the file is written: index=False in pandas, row.names = FALSE in R."
    ]


@pytest.mark.parametrize("content", [b",id\n0,a\n2,b\n", b"id,\n0,0\n1,1\n"])
def test_other_columns_without_a_name_are_no_row_index(tmp_path, content):
    assert read_csv(write(tmp_path, content)).problems[0].allowed == "a name"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "'cohort.csv' cannot be read:\n  - 'cohort.csv' is empty."),
        (b"\n\n", "'cohort.csv' cannot be read:\n  - 'cohort.csv' has nothing but blank lines."),
        (
            b"id,a\n1,\x93x\x94\n",
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' is not UTF-8 in column 'a' (first in line 2). Allowed: UTF-8. Save it as 'CSV UTF-8', or"
            ' declare its encoding in [files]: on Windows it is often encoding = "cp1252".',
        ),
        (
            "id,a\n1,2\n".encode("utf-16-le"),
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' is not UTF-8 (first in line 1). Allowed: UTF-8."
            ' It looks like UTF-16 without a mark: declare encoding = "utf-16-le" in [files].',
        ),
        (
            b"PK\x03\x04",
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' is not CSV text. Allowed: CSV text; this begins with PK"
            " (zip/xlsx). Give it its right name, or export it as CSV.",
        ),
        (
            b"id,a\n1,2\n2,\x00\n",
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' holds a zero byte in column 'a', as text never does (first in line 3)."
            " Allowed: CSV text. Export it again; was the file damaged, or is it of another kind?",
        ),
        (
            b"id;a\n1;2,5\n",
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has one column; its header looks separated by semicolons"
            " (first in line 1). Allowed: 2 columns with ','; this looks like ';' with decimal ',' (declare them)."
            ' Declare delimiter = ";" and decimal = "," in [files], or export it separated by commas, with decimal points.',
        ),
        (
            b"sep=;\nid;a\n1;2\n",
            "'cohort.csv' cannot be read:\n  - The first line of 'cohort.csv' tells Excel its separator, and holds no"
            " column names (first in line 1). Allowed: a header line; this looks like ';' (declare them)."
            ' Declare delimiter = ";" and skip = 1 in [files].',
        ),
        (
            b"id,a\n1;2\n",
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has a header separated by commas; its rows look separated by"
            " semicolons (first in line 2). Allowed: 2 columns with ',' in every line. Export it again, with one separator.",
        ),
        (
            b",".join([b"a"] * 5001),
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has 5,001 columns. Allowed: at most 5,000 columns."
            " Export only the columns and participants of the study, or raise the limit with max_columns or max_rows"
            " in [files].",
        ),
        (
            b"id,a\n1,2\n2," + b"x" * 2_000_000,
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has a cell of 2,000,000 bytes (first in line 3)."
            " Allowed: cells of up to 1,048,576 bytes. Was a quote left open, or a document put into a cell?",
        ),
    ],
    ids=[
        "empty",
        "blank",
        "windows",
        "utf-16",
        "zip",
        "zero byte",
        "semicolon",
        "sep",
        "two delimiters",
        "too wide",
        "long cell",
    ],
)
def test_file_that_is_no_table_is_refused(tmp_path, content, message):
    assert str(refusal(tmp_path, content)) == message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            b"1,2,3",
            "'cohort.csv' has 1 row with too many fields (first in line 2)."
            " Allowed: 2 fields in every row, as in the header. Put text that holds a separator in quotes.",
        ),
        (
            b'1,"x',
            "'cohort.csv' has 1 quote without an end, the first in column 'a' (first in line 2)."
            " Allowed: a closing quote. Close the quote in that line.",
        ),
        (
            b'1,a"b',
            "'cohort.csv' has 1 row with a quote out of place, the first in column 'a' (first in line 2)."
            " Allowed: quotes around a whole field, and doubled inside it. Mend the quotes, or export the file again.",
        ),
    ],
    ids=["long row", "open quote", "quote out of place"],
)
def test_row_that_does_not_fit_is_explained(tmp_path, row, message):
    table = read_csv(write(tmp_path, b"id,a\n" + row + b"\n3,4\n"))

    assert [str(problem) for problem in table.problems] == [message]


BODY = "id,a\n1,é\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp037"]
)
def test_declared_encoding_is_used(tmp_path, encoding):
    table = read_csv(write(tmp_path, BODY.encode(encoding)), FileOptions(encoding=encoding))

    assert (cells(table), table.problems) == ({"id": ["1"], "a": ["é"]}, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_mark_of_utf_16_is_followed_with_a_note(tmp_path, encoding):
    table = read_csv(write(tmp_path, BODY.encode(encoding)))

    assert cells(table) == {"id": ["1"], "a": ["é"]}
    assert str(table.problems[0]) == (
        f"'cohort.csv' is in {encoding.upper()}, and was read as that. Allowed: UTF-8, or declare encoding."
    )


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (
            BODY.encode("utf-8-sig"),
            "cp1252",
            "'cohort.csv' begins with the mark of UTF-8, and is declared to be in 'cp1252'. Allowed: UTF-8."
            ' Declare encoding = "utf-8" in [files].',
        ),
        (
            BODY.encode(),
            "utf-16",
            "'cohort.csv' has no byte order mark, by which UTF-16 is read. Allowed: a mark."
            ' Declare encoding = "utf-16-le" or "utf-16-be" in [files].',
        ),
        (
            BODY.encode(),
            "hex",
            "The encoding declared for 'cohort.csv' is not known. Allowed: an encoding of text that Python knows, such as"
            " utf-8, cp1252, iso-8859-7, utf-16. Check encoding in [files].",
        ),
        (
            b"id,a\n1,\x81\n",
            "cp1252",
            "'cohort.csv' is not cp1252 in column 'a' (first in line 2). Allowed: cp1252."
            " Declare the encoding in which it was saved, as encoding in [files], or save it as 'CSV UTF-8'.",
        ),
    ],
    ids=["other mark", "no mark", "no text", "not in it"],
)
def test_declared_encoding_that_does_not_fit_is_refused(tmp_path, content, encoding, message):
    found = refusal(tmp_path, content, options=FileOptions(encoding=encoding))

    assert [str(problem) for problem in found.problems] == [message]


@pytest.mark.parametrize("encoding", ["klingon", "a\0b", "rot13", "base64", "", "undefined"])
def test_no_name_of_an_encoding_breaks_the_reader(tmp_path, encoding):
    assert refused(tmp_path, b"id,a\n1,2\n", FileOptions(encoding=encoding))[0] == "E_ENCODING"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"id,\x93a\n1,2\n", ("E_ENCODING", 1, None)),
        (b"id,a\n1,2\n\x93,2\n", ("E_ENCODING", 3, "id")),
        (b'id,a\n1,"two\nlines, \x93"\n', ("E_ENCODING", 3, "a")),
        (b'id,a,b\n1,"x, ""y""","\x93"\n', ("E_ENCODING", 2, "b")),
        (b"id,a\n1,\xc3", ("E_ENCODING", 2, "a")),
        (b"00123,44\n1,\x93\n", ("E_ENCODING", 2, None)),
        (b"id,a\n1,2\n\x00,\x93\n", ("E_NOT_CSV", 3, "id")),
        (b"\xff\xfe" + "id,a\n1,2\n".encode("utf-16-le") + b"x", ("E_ENCODING", 3, "id")),
    ],
    ids=["header", "first column", "inner line", "quotes", "cut", "no header", "zero byte first", "utf-16"],
)
def test_bytes_that_are_no_text_are_placed(tmp_path, content, place):
    assert refused(tmp_path, content) == place


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x1f\x8b\x08", "1f 8b (gzip)"),
        (b"PAR1\x15\x04\x15", "PAR1 (Parquet)"),
        (b"$FL2@(#) SPSS", "$FL (SPSS)"),
        (b"<stata_dta><header>", "<stata_dta> (Stata)"),
        (b"\x72\x02\x01\x00", "the version number of Stata"),
        (b"HEADER RECORD*******LIBRARY", "HEADER RECORD (SAS transport)"),
        (b"\xd0\xcf\x11\xe0\xa1", "d0 cf 11 e0 (old Excel, or one with a password)"),
        (b"%PDF-1.7\n", "%PDF (PDF)"),
        (b"\x80\x04\x95", "80 (pickle)"),
        (b"\xef\xbb\xbf\n <!DOCTYPE HTML>", "<html (a page of the web, often one to log in)"),
        (b"<?xml version='1.0'?>", "<?xml (XML)"),
        (b'[{"id": 1}]', "{ or [ (JSON)"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path, content, kind):
    (problem,) = refusal(tmp_path, content).problems

    assert (problem.code, problem.allowed) == ("E_NOT_CSV", f"CSV text; this begins with {kind}")


@pytest.mark.parametrize("header", [b"PK,visit", b"PAR1,a", b"MZ,DZ", b"RDX2,a", b"[id],a", b"FEA1b,c"[3:]])
def test_column_may_be_called_as_a_signature(tmp_path, header):
    assert read_csv(write(tmp_path, header + b"\n1,2\n")).problems == ()


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"RLS export\n2021-09-30\nid,a\n1,2\n", "a header line; one was found on line 3 (declare skip = 2)"),
        (
            b"RLS export, 2021,,\n\nid,a,b,c\n1,2,,\n",
            "a header line; one was found on line 3 (declare skip = 2)",
        ),
        (b"RLS export,\nid,a\n1,2\n", "a header line; one was found on line 2 (declare skip = 1)"),
        (b"# export\n# 2021\nid,a\n1,2\n", "a header line; one was found on line 3 (declare comment = '#')"),
        (b"# export\nof 2021\nid,a\n1,2\n", "a header line; one was found on line 3 (declare skip = 2)"),
        (
            b"# export\nid,a\n1,2\n# again\n3,4\n",
            "a header line; one was found on line 2 (declare comment = '#')",
        ),
    ],
    ids=[
        "titles",
        "title with a comma",
        "filled up",
        "comments",
        "comment and title",
        "comments between",
    ],
)
def test_header_below_other_lines_is_pointed_out(tmp_path, content, hint):
    table = read_csv(write(tmp_path, content))

    assert (table.header_hint, table.n_rows, len(table.columns)) == (hint, 0, 1)
    assert {problem.code for problem in table.problems} <= {"N_BLANK_LINES"}


@pytest.mark.parametrize(
    "content",
    [
        b"id,a\n1,2,x\n2,3,x\n",  # one field too many in every row
        b"id\n1\n2\n",
        b"id,a\nab,cd,ef\n1,2,3\n",
        b"RLS export\n1,2\n3,4\n",  # no header anywhere
        b"RLS export\nid,a\nx,y\n",  # which of these lines is the header?
    ],
)
def test_first_line_is_otherwise_taken_as_the_header(tmp_path, content):
    assert read_csv(write(tmp_path, content)).header_hint == ""


def test_declared_lines_before_the_header_are_skipped(tmp_path):
    table = read_csv(write(tmp_path, b'a "title"\n\nid,a\n1,2\n'), FileOptions(skip=2))

    assert (cells(table), table.lines.tolist(), table.header_line) == ({"id": ["1"], "a": ["2"]}, [4], 3)


def test_file_that_ends_before_its_header_is_empty(tmp_path):
    assert refused(tmp_path, b"id,a\n", FileOptions(skip=9)) == ("E_EMPTY", None, None)


def test_declared_comments_are_passed_over(tmp_path):
    content = b'# export\nid,a\n# one, two, "three\n1,"x\n# y"\n2,#\n'
    table = read_csv(write(tmp_path, content), FileOptions(comment="#"))

    assert cells(table) == {"id": ["1", "2"], "a": ["x\n# y", "#"]}
    assert (table.lines.tolist(), table.header_line, table.problems) == ([4, 6], 2, ())


@pytest.mark.parametrize("delimiter", [";", "|", "\t", "::", "§"])
def test_declared_delimiter_is_used(tmp_path, delimiter):
    content = f'id{delimiter}a\n1{delimiter}"x{delimiter}y"\n2{delimiter}2,5\n'.encode()

    assert cells(read_csv(write(tmp_path, content), FileOptions(delimiter=delimiter))) == {
        "id": ["1", "2"],
        "a": [f"x{delimiter}y", "2,5"],
    }


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"id|a\n1|2\n", 1),
        (b"id\ta\n1\t2\n", 1),
        (b"id;first, last;a\n1;x;2\n2;y;3\n", 1),
        (b"\n\nid;a\n1;2\n", 3),
    ],
)
def test_other_delimiter_is_found(tmp_path, content, line):
    assert refused(tmp_path, content) == ("E_DELIMITER", line, None)


def test_lines_of_blanks_are_blank(tmp_path):
    table = read_csv(write(tmp_path, b"  \nid,a\n1,2\n \n\n3,4\n"))

    assert (found(table), table.lines.tolist()) == ([("N_BLANK_LINES", 1, 3)], [3, 6])


def test_blanks_are_a_cell_in_a_table_of_one_column(tmp_path):
    assert cells(read_csv(write(tmp_path, b"id\n1\n \n\n2\n"))) == {"id": ["1", " ", "2"]}


@pytest.mark.parametrize(
    ("header", "code"), [(b'id,"a', "E_OPEN_QUOTE"), (b'id,a"b', "E_QUOTING")], ids=["open", "out of place"]
)
def test_row_below_a_broken_header_does_not_become_the_header(tmp_path, header, code):
    assert refused(tmp_path, header + b"\n1,2\n3,4\n") == (code, 1, None)


def test_quote_that_ends_in_a_later_row_takes_no_rows_with_it(tmp_path):
    rows = [b'1,2,3,4,5,"open', b"2,2,3,4,5,x", b'3,2,3,4,5,shut"', b"4,2,3,4,5,y"]
    table = read_csv(write(tmp_path, b"a,b,c,d,e,note\n" + b"\n".join(rows)))

    assert found(table) == [("E_OPEN_QUOTE", 2, 1), ("E_QUOTING", 4, 1)]
    assert (cells(table)["a"], table.problems[0].column) == (["2", "4"], "note")


def test_packed_files_are_unpacked(tmp_path):
    plain = b"id\ta\n1\t2\n"
    with zipfile.ZipFile(tmp_path / "cohort.tsv.zip", "w") as archive:
        archive.writestr("folder/cohort.tsv", plain)
        archive.writestr("__MACOSX/._cohort.tsv", "x")

    assert cells(read_csv(write(tmp_path, gzip.compress(plain), "cohort.tsv.gz"))) == {
        "id": ["1"],
        "a": ["2"],
    }
    assert cells(read_csv(tmp_path / "cohort.tsv.zip")) == {"id": ["1"], "a": ["2"]}


def test_archive_of_several_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "cohort.csv.zip", "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
        archive.writestr("b.csv", "id\n1\n")

    with pytest.raises(CohortError) as caught:
        read_csv(tmp_path / "cohort.csv.zip")

    assert [str(problem) for problem in caught.value.problems] == [
        "'cohort.csv.zip' holds 2 files. Allowed: an archive of one CSV file."
        " Unpack it, and name the files that the study needs."
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(b"id\n1\n")[:-9], "cohort.csv.gz"),
        (b"id\n1\n", "cohort.csv.gz"),
        (b"PK\x03\x04", "cohort.csv.zip"),
    ],
    ids=["cut", "not packed", "cut zip"],
)
def test_damaged_packed_file_is_refused(tmp_path, content, name):
    assert [problem.code for problem in refusal(tmp_path, content, name).problems] == ["E_DAMAGED"]


def changed_at_random(content: bytes, seed: int) -> bytes:
    rng = random.Random(seed)
    changed = bytearray(content)
    for _ in range(rng.randint(1, 16)):
        place = rng.randrange(len(changed))
        changed[place : place + rng.randint(0, 4)] = rng.randbytes(rng.randint(0, 4))
    return bytes(changed) or b"x"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cohort.csv", "cohort.csv.gz", "cohort.csv.zip"])
def test_file_changed_at_random_is_read_or_refused(tmp_path, name):
    plain = b"".join(b'%d,"a, b",\xc3\xa9\n' % row for row in range(60))
    with zipfile.ZipFile(tmp_path / "whole.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cohort.csv", plain)
    zipped = (tmp_path / "whole.zip").read_bytes()
    whole = {"cohort.csv": plain, "cohort.csv.gz": gzip.compress(plain), "cohort.csv.zip": zipped}[name]

    read, refused = 0, 0
    for seed in range(2_000):
        try:
            read_csv(write(tmp_path, changed_at_random(whole, seed), name))
            read += 1
        except CohortError as error:
            assert error.problems
            refused += 1

    assert (read > 0, refused > 0, read + refused) == (True, True, 2_000)


def test_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_kinds, "FREE_OF_RATIO", 1000)
    packed = gzip.compress(b"0" * 1_000_000)

    assert str(refusal(tmp_path, packed, "cohort.csv.gz").problems[0]) == (
        "'cohort.csv.gz' is too large when it is unpacked. Allowed: up to 200 MiB, and up to 100 times the packed size."
        " If you trust it, unpack it yourself and name the unpacked file."
    )


def test_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_feed, "LONGEST_LINE", 2**20)
    monkeypatch.setattr(csv_feed, "PIECE", 2**20)

    assert str(refusal(tmp_path, b"id,a\n1," + b"x" * 3_000_000).problems[0]) == (
        "'cohort.csv' has a line of more than 1 MiB (first in line 2). Allowed: lines of up to 1 MiB."
        " Is it a text file with line ends?"
    )


def test_too_many_rows_are_refused(tmp_path):
    assert refused(tmp_path, b"id\n1\n2\n3\n", FileOptions(max_rows=2))[0] == "E_LIMIT"


def test_reading_stops_when_most_rows_do_not_fit(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_faults, "MOST_FAULTS", 3)
    table = read_csv(write(tmp_path, b"id,a\n" + b"1\n" * 9))

    assert found(table) == [("E_SHORT_ROW", 2, 3), ("N_NOT_READ", 4, 1)]
    assert str(table.problems[1]) == (
        "'cohort.csv' was not read to its end, because so many rows do not fit its header (first in line 4)."
    )


def test_line_of_a_million_quotes_is_read(tmp_path):
    assert found(read_csv(write(tmp_path, b"id,a\n1," + b'"' * 1_000_001 + b"\n2,3\n"))) == [
        ("E_OPEN_QUOTE", 2, 1)
    ]


def test_cell_of_many_lines_is_gone_through_once(tmp_path):
    content = b'id,a\n1,"' + b"x\n" * 250_000 + b'"\n2,"3"\n'

    assert read_csv(write(tmp_path, content)).lines.tolist() == [2, 250_003]

"""CSV is read as text, strictly, and every row keeps its line."""

from pathlib import Path

import pytest

from rlsstudy.cohort.raw_table import RawTable
from rlsstudy.cohort.read_csv import read_csv
from rlsstudy.errors import CohortError


def write(folder: Path, content: bytes, name: str = "cohort.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def cells(table: RawTable) -> dict[str, list[str]]:
    return {name: list(column.cells) for name, column in table.columns.items()}


def found(table: RawTable) -> list[tuple[str, int | None, int]]:
    return [(problem.code, problem.line, problem.count) for problem in table.problems]


def refusal(folder: Path, content: bytes, name: str = "cohort.csv") -> CohortError:
    with pytest.raises(CohortError) as caught:
        read_csv(write(folder, content, name))
    return caught.value


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
        " Name them, or remove them; a row index written by another program is not needed.",
        "'cohort.csv' has two columns of the same name, at places 1 and 2 (first in line 1)."
        " Allowed: names that differ by more than case and blanks. Rename or remove one of them."
        " Does the first line hold the column names?",
        "'cohort.csv' has 1 column name with blanks around, which were left out (first in line 1).",
    ]
    assert [problem.column for problem in table.problems] == [None, None, None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "'cohort.csv' cannot be read:\n  - 'cohort.csv' is empty."),
        (b"\n\n", "'cohort.csv' cannot be read:\n  - 'cohort.csv' has nothing but blank lines."),
        (
            b"id,a\n1,\x93x\x94\n",
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' is not UTF-8 (first in line 2). Save it as 'CSV UTF-8' and try again.",
        ),
        (
            "id,a\n1,2\n".encode("utf-16"),
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' is not UTF-8 (first in line 1). Save it as 'CSV UTF-8' and try again.",
        ),
        (
            b"PK\x03\x04",
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' is not text: it begins like a zip archive, as Excel and"
            " LibreOffice write. Allowed: CSV text. Give it its right name, or export it as CSV.",
        ),
        (
            b"id,a\n1,2\n2,\x00\n",
            "'cohort.csv' cannot be read:\n"
            "  - 'cohort.csv' holds a zero byte, as text never does (first in line 3).",
        ),
        (
            b"id;a\n1;2,5\n",
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has one column; its header looks separated by semicolons"
            " (first in line 1). Export it separated by commas, with decimal points.",
        ),
        (
            b",".join([b"a"] * 5001),
            "'cohort.csv' cannot be read:\n  - 'cohort.csv' has 5,001 columns. Allowed: at most 5,000 columns."
            " Export only the columns and participants of the study.",
        ),
    ],
    ids=["empty", "blank", "windows", "utf-16", "zip", "zero byte", "semicolon", "too wide"],
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
            "'cohort.csv' has 1 quote without an end (first in line 2)."
            " Allowed: a closing quote. Close the quote in that line.",
        ),
        (
            b'1,a"b',
            "'cohort.csv' has 1 row with a quote out of place (first in line 2)."
            " Allowed: quotes around a whole field, and doubled inside it. Mend the quotes, or export the file again.",
        ),
    ],
    ids=["long row", "open quote", "quote out of place"],
)
def test_row_that_does_not_fit_is_explained(tmp_path, row, message):
    table = read_csv(write(tmp_path, b"id,a\n" + row + b"\n3,4\n"))

    assert [str(problem) for problem in table.problems] == [message]

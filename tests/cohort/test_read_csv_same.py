"""Text that is split many rows at once gives the same table as text that is read row by row."""

import csv
import io
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlsstudy.cohort.files import csv_columns, csv_feed, read_csv
from rlsstudy.cohort.files.csv_blocks import Block, split_block
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError

CELL = st.text(
    st.sampled_from('aé0 ",;\n\t\U0001f600x9-') | st.characters(codec="utf-8"), max_size=40
).filter(lambda text: "\0" not in text and "\r" not in text)
SMALL = st.sampled_from([1, 3, 16, 50, 4096])


def outcome(content: bytes, piece: int, options: FileOptions = AS_IT_IS) -> object:
    """Read a file in pieces of this size; return everything there is to say of it."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(csv_feed, "PIECE", piece):
        path = Path(folder) / "cohort.csv"
        path.write_bytes(content)
        try:
            table = read_csv.read_csv(path, options)
        except CohortError as error:
            return error.problems
    columns = {
        name: (column.codes.tolist(), column.distinct.tolist()) for name, column in table.columns.items()
    }
    return columns, table.n_rows, table.lines.tolist(), table.problems, table.header_hint, table.header_line


def row_by_row(content: bytes, options: FileOptions = AS_IT_IS) -> object:
    with mock.patch.object(read_csv, "split_block", return_value=None):
        return outcome(content, 4096, options)


@st.composite
def written_tables(draw) -> bytes:
    n_columns = draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(CELL, min_size=n_columns, max_size=n_columns), max_size=12))
    file = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(file, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow([f"c{place}" for place in range(n_columns)])
    writer.writerows(rows)
    return file.getvalue().encode()


ANY_TEXT = st.text(st.sampled_from('ab1",;\n\r\té #'), max_size=120)


def check_a_table(content: bytes, piece: int) -> None:
    found = outcome(content, piece)
    rows = [row for row in list(csv.reader(io.StringIO(content.decode(), newline="")))[1:] if row]

    assert found == row_by_row(content)
    if not {problem.code for problem in found[3]} & {"E_OPEN_QUOTE", "E_SHORT_ROW"}:
        # Line ends inside cells are all written in one way.
        written = [[cell.replace("\r\n", "\n") for cell in row] for row in rows]
        cells = [[distinct[code] for code in codes] for codes, distinct in found[0].values()]
        assert [list(row) for row in zip(*cells, strict=True)] == written


def check_any_text(text: str, piece: int, comment: str | None) -> None:
    content, options = b"id,a,b\n" + text.encode(), FileOptions(comment=comment)

    assert outcome(content, piece, options) == row_by_row(content, options)


def check_any_bytes(tail: bytes, piece: int) -> None:
    content = b'id,a\n1,"x\ny"\n' + tail

    assert outcome(content, piece) == row_by_row(content)


FEW = settings(max_examples=25)
MANY = settings(max_examples=400)


@FEW
@given(written_tables(), SMALL)
def test_tables_are_the_same(content, piece):
    check_a_table(content, piece)


@FEW
@given(ANY_TEXT, SMALL, st.sampled_from([None, "#"]))
def test_whatever_text_is_the_same(text, piece, comment):
    check_any_text(text, piece, comment)


@FEW
@given(st.binary(max_size=80), SMALL)
def test_whatever_bytes_are_the_same(tail, piece):
    check_any_bytes(tail, piece)


@pytest.mark.slow
@MANY
@given(written_tables(), SMALL)
def test_many_tables_are_the_same(content, piece):
    check_a_table(content, piece)


@pytest.mark.slow
@MANY
@given(ANY_TEXT, SMALL, st.sampled_from([None, "#"]))
def test_many_texts_are_the_same(text, piece, comment):
    check_any_text(text, piece, comment)


@pytest.mark.slow
@MANY
@given(st.binary(max_size=80), SMALL)
def test_many_bytes_are_the_same(tail, piece):
    check_any_bytes(tail, piece)


def test_well_formed_text_is_split_at_once():
    block = split_block(b'1,"a, b"\n2,"x\ny"\n', 2, read_csv.Layout(b","), 2)

    assert isinstance(block, Block)
    assert [block.cells(0), block.cells(1), block.lines.tolist()] == [
        [b"1", b"2"],
        [b"a, b", b"x\ny"],
        [2, 3],
    ]


@pytest.mark.parametrize(
    "text", [b"1,2\n3\n", b"1,2\n\n3,4\n", b'1,a"b\n', b'1,"a"b\n', b'1,"a\n', b"# no,\n", b"1,2,3\n4\n"]
)
def test_anything_else_is_left_to_be_read_row_by_row(text):
    assert split_block(text, 2, read_csv.Layout(b",", b"#"), 2) is None


def test_cells_that_are_mixed_into_the_same_word_stay_different(monkeypatch):
    monkeypatch.setattr(csv_columns, "_MIX_FIRST", csv_columns.np.uint64(0))
    monkeypatch.setattr(csv_columns, "_MIX_LATER", csv_columns.np.uint64(0))
    content = b"id,a\n1,abcdefgh-one\n2,abcdefgh-two\n3,abcdefgh-one\n4,x\n"

    assert outcome(content, 4096) == row_by_row(content)

"""Parquet comes in as flat columns, or as an error of our own."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlsstudy.cohort.read_parquet import read_parquet
from rlsstudy.errors import CohortError

LARGE = 12_345_678_901_234_567  # not a double


def parquet(folder, table):
    path = folder / "cohort.parquet"
    pq.write_table(table, path)
    return path


def test_parquet_keeps_numbers_texts_and_truth_values(tmp_path):
    columns = {
        "id": pa.array([LARGE, LARGE + 1]),
        "x": pa.array([0.30000000000000004, None]),
        "n": pa.array([1, None], pa.int8()),
        "sex": pa.array(["male", None]).dictionary_encode(),
        "flag": pa.array([True, None]),
        "none": pa.nulls(2),
    }

    table = read_parquet(parquet(tmp_path, pa.table(columns)))

    assert table.columns["id"].values.tolist() == [LARGE, LARGE + 1]
    assert table.columns["x"].values.tolist()[0] == 0.30000000000000004
    assert table.columns["n"].values.tolist()[0] == 1
    assert list(table.columns["sex"].cells) == ["male", ""]
    assert list(table.columns["flag"].cells) == ["true", ""]
    assert np.isnan(table.columns["none"].values).all()
    assert table.lines is None
    assert table.problems == ()


def test_nested_and_repeated_columns_of_parquet_are_problems(tmp_path):
    table = pa.Table.from_arrays([pa.array([[1]]), pa.array([1]), pa.array([2])], ["list", "irls", "irls"])

    assert [str(problem) for problem in read_parquet(parquet(tmp_path, table)).problems] == [
        "'cohort.parquet' has two columns of the same name, at places 2 and 3."
        " Allowed: names that differ by more than case and blanks. Rename or remove one of them.",
        "Column 'list' of 'cohort.parquet' holds lists or records. Allowed: flat columns."
        " Write its parts as columns of their own, or leave it out.",
    ]


def test_damaged_parquet_is_our_own_error(tmp_path):
    path = parquet(tmp_path, pa.table({"id": [1, 2]}))
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(CohortError) as caught:
        read_parquet(path)

    assert str(caught.value) == (
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' is damaged, or is not a Parquet file."
        " Copy it again from where it came, and compare the sizes."
    )


def test_bytes_are_not_shown_and_an_empty_file_has_no_rows(tmp_path):
    table = read_parquet(parquet(tmp_path, pa.table({"raw": pa.array([b"\xff", None]), "id": [1, 2]})))

    assert list(table.columns["raw"].cells) == ["[binary]", ""]
    assert [
        problem.code
        for problem in read_parquet(parquet(tmp_path, pa.table({"id": pa.array([], pa.int8())}))).problems
    ] == ["E_NO_ROWS"]

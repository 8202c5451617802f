"""Typed files: Parquet and SAS transport, good and damaged."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from rlsstudy.cohort.read_parquet import read_parquet
from rlsstudy.cohort.read_xport import read_xport
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

    assert [problem.code for problem in read_parquet(parquet(tmp_path, table)).problems] == [
        "E_DUPLICATE_COLUMN",
        "E_NESTED",
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


def test_transport_file_keeps_zeros_gaps_and_texts(tmp_path):
    path = tmp_path / "cohort.xpt"
    frame = pd.DataFrame({"ID": [1.0, 2.0, 3.0], "X": [0.0, np.nan, 0.1], "T": ["00123", "", "NA"]})
    pyreadstat.write_xport(frame, path)

    table = read_xport(path)

    assert table.columns["X"].values.tolist()[::2] == [0.0, 0.1]
    assert np.isnan(table.columns["X"].values[1])
    assert list(table.columns["T"].cells) == ["00123", "", "NA"]


@pytest.mark.parametrize("size", [100, 700])
def test_damaged_transport_file_is_our_own_error(tmp_path, size):
    path = tmp_path / "cohort.xpt"
    pyreadstat.write_xport(pd.DataFrame({"ID": [1.0, 2.0]}), path)
    path.write_bytes(path.read_bytes()[:size])

    with pytest.raises(CohortError) as caught:
        read_xport(path)

    assert caught.value.problems[0].code == "E_DAMAGED"

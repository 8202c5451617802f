"""Parquet, Feather and Arrow files come in as flat columns with every digit, or as an error of our own."""

import base64
import datetime
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from rlsstudy.cohort.files import read_parquet as module
from rlsstudy.cohort.files.raw_columns import CellKind
from rlsstudy.cohort.files.read_parquet import read_parquet
from rlsstudy.declare.file_options import FileOptions
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


def column(folder, values, name="x"):
    """Return a column after it was written to Parquet, and to Arrow where Parquet has no such type."""
    table = pa.table({name: values})
    try:
        path = parquet(folder, table)
    except pa.ArrowNotImplementedError:
        path = arrow(folder, table)
    read = read_parquet(path)
    assert read.problems == ()
    return read.columns[name]


def arrow(folder, table, *, stream=False):
    path = folder / "cohort.arrow"
    opened = pa.ipc.new_stream if stream else pa.ipc.new_file
    with opened(path, table.schema) as writer:
        writer.write_table(table)
    return path


def refusal(path, options=None):
    with pytest.raises(CohortError) as caught:
        read_parquet(path, options or FileOptions())
    return str(caught.value)


def kinds(column):
    return [CellKind(kind) for kind in column.kinds]


def test_a_file_of_no_rows_is_a_problem(tmp_path):
    table = read_parquet(
        parquet(tmp_path, pa.table({"id": pa.array([], pa.int8()), "t": pa.array([], pa.string())}))
    )

    assert [str(problem) for problem in table.problems] == ["'cohort.parquet' has a header and no rows."]
    assert table.n_rows == len(table.columns["t"].codes) == 0


def test_a_file_of_no_columns_is_a_problem(tmp_path):
    assert [str(problem) for problem in read_parquet(parquet(tmp_path, pa.table({}))).problems] == [
        "'cohort.parquet' has no columns. Export the columns of the study."
    ]


@pytest.mark.parametrize("binary", [pa.binary(), pa.large_binary(), pa.binary(1)])
def test_bytes_are_refused(tmp_path, binary):
    (problem,) = read_parquet(
        parquet(tmp_path, pa.table({"id": [1, 2], "raw": pa.array([b"a", None], binary)}))
    ).problems

    assert (problem.code, problem.column) == ("E_COLUMN_TYPE", "raw")
    assert str(problem) == (
        "Column 'raw' of 'cohort.parquet' holds bytes. Allowed: numbers, texts, dates, times and truth values."
        " Write it as one of these, or leave it out."
    )


def test_intervals_are_refused(tmp_path):
    interval = pa.array([pa.MonthDayNano([1, 2, 3])])

    (problem,) = read_parquet(arrow(tmp_path, pa.table({"since": interval}))).problems
    assert str(problem).startswith(
        "Column 'since' of 'cohort.arrow' holds values of a kind that is not read."
    )


@pytest.mark.parametrize(
    "nested",
    [
        pa.array([{"a": 1}]),
        pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())),
        pa.array([[1, 2]], pa.list_(pa.int8(), 2)),
    ],
)
def test_lists_maps_and_records_are_refused(tmp_path, nested):
    (problem,) = read_parquet(parquet(tmp_path, pa.table({"id": [1], "items": nested}))).problems

    assert (problem.code, problem.column) == ("E_NESTED", "items")


def test_columns_of_one_name_are_named(tmp_path):
    table = pa.Table.from_arrays([pa.array([1])] * 5, ["irls", "a", "IRLS ", "a", "irls"])

    problems = read_parquet(parquet(tmp_path, table)).problems
    assert [(problem.code, problem.column) for problem in problems] == [
        ("E_DUPLICATE_COLUMN", "IRLS "),
        ("E_DUPLICATE_COLUMN", "a"),
        ("E_DUPLICATE_COLUMN", "irls"),
    ]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int64(), pa.uint64()])
def test_whole_numbers_are_whole_and_become_doubles_only_beside_gaps(tmp_path, kind):
    assert column(tmp_path, pa.array([1, 127], kind)).values.dtype == np.int64

    with_gap = column(tmp_path, pa.array([1, None, 127], kind))
    assert with_gap.values.dtype == np.float64
    assert with_gap.values.tolist()[::2] == [1, 127]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([2**53 + 1, None], pa.int64()),
        ([-(2**53) - 1, None], pa.int64()),
        ([2**63, 1], pa.uint64()),
        ([2**64 - 1, None], pa.uint64()),
    ],
)
def test_whole_numbers_that_are_no_doubles_keep_their_digits_as_text(tmp_path, values, kind):
    read = column(tmp_path, pa.array(values, kind))

    assert list(read.cells) == ["" if value is None else str(value) for value in values]
    assert set(kinds(read)) == {CellKind.NUMBER}


def test_largest_whole_numbers_that_are_doubles_or_int64_stay_numbers(tmp_path):
    assert column(tmp_path, pa.array([2**53, None])).values[0] == 2**53
    assert column(tmp_path, pa.array([2**63 - 1], pa.uint64())).values.tolist() == [2**63 - 1]


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_floating_numbers_keep_their_value_gaps_and_infinities(tmp_path, kind):
    values = np.array([0.5, np.inf, -0.0], dtype=kind.to_pandas_dtype())

    read = column(tmp_path, pa.array([*values, None], kind)).values
    assert read.tolist()[:3] == [0.5, np.inf, 0.0]
    assert np.signbit(read[2])
    assert np.isnan(read[3])


def test_nan_beside_null_is_noted_in_its_column(tmp_path):
    table = pa.table({"id": [1, 2, 3, 4], "ferritin": pa.array([None, np.nan, 3.5, np.nan])})

    read = read_parquet(parquet(tmp_path, table))
    (problem,) = read.columns["ferritin"].problems
    assert (problem.code, problem.count, problem.cell) == ("N_NAN_AS_MISSING", 2, "record 2")
    assert str(problem) == (
        "Column 'ferritin' of 'cohort.parquet' holds both NaN and null, and both count as missing"
        " (first in record 2). Allowed: null. Write null for both, or check what NaN stands for."
    )


@pytest.mark.parametrize("values", [[np.nan, 1.0], [None, 1.0]])
def test_nan_or_null_alone_is_not_noted(tmp_path, values):
    assert column(tmp_path, pa.array(values, pa.float64())).problems == ()


def test_decimals_keep_their_digits(tmp_path):
    values = pa.array([Decimal("12.30"), None, Decimal("-0.01")], pa.decimal128(30, 2))

    read = column(tmp_path, values)
    assert list(read.cells) == ["12.30", "", "-0.01"]
    assert set(kinds(read)) == {CellKind.NUMBER}


def test_truth_values_are_of_their_kind(tmp_path):
    read = column(tmp_path, pa.array([True, None, False]))

    assert list(read.cells) == ["true", "", "false"]
    assert set(kinds(read)) == {CellKind.TRUTH}


DAY = datetime.datetime(2021, 3, 1)
MOMENT = datetime.datetime(2021, 3, 1, 14, 30)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (pa.array([DAY.date(), None], pa.date32()), ["2021-03-01", ""]),
        (pa.array([DAY.date(), None], pa.date64()), ["2021-03-01", ""]),
        (pa.array([DAY, None], pa.timestamp("ns")), ["2021-03-01", ""]),
        (pa.array([DAY, MOMENT], pa.timestamp("s")), ["2021-03-01T00:00:00", "2021-03-01T14:30:00"]),
        (
            pa.array([0, 1], pa.timestamp("ns")),
            ["1970-01-01T00:00:00.000000000", "1970-01-01T00:00:00.000000001"],
        ),
        (pa.array([MOMENT], pa.timestamp("ms", "UTC")), ["2021-03-01T14:30:00+00:00"]),
        (pa.array([DAY], pa.timestamp("us", "-03:30")), ["2021-02-28T20:30:00-03:30"]),
        (pa.array([datetime.datetime(2500, 1, 1)], pa.timestamp("s")), ["2500-01-01"]),
    ],
)
def test_dates_are_iso_text_with_a_time_where_there_is_one(tmp_path, values, written):
    read = column(tmp_path, values)

    assert list(read.cells) == written
    assert set(kinds(read)) == {CellKind.DATE}


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (pa.array([datetime.time(22, 30), None], pa.time32("s")), ["22:30:00", ""]),
        (
            pa.array([datetime.time(22, 30), datetime.time(0, 0, 1)], pa.time32("ms")),
            ["22:30:00", "00:00:01"],
        ),
        (pa.array([1_500_000_001], pa.time64("ns")), ["00:00:01.500000001"]),
        (pa.array([131_400, -1], pa.duration("s")), ["36:30:00", "-00:00:01"]),
        (pa.array([1_500, None], pa.duration("ms")), ["00:00:01.5", ""]),
    ],
)
def test_times_and_durations_are_written_by_the_clock(tmp_path, values, written):
    read = column(tmp_path, values)

    assert list(read.cells) == written
    assert set(kinds(read)) == {CellKind.TIME}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_text_is_the_same_in_each_type_of_text(tmp_path, kind):
    read = column(tmp_path, pa.array(["00123", "", None, "naïve", "00123"], kind))

    assert list(read.cells) == ["00123", "", "", "naïve", "00123"]
    assert sorted(read.distinct) == ["", "00123", "naïve"]
    assert read.kinds is None


def test_levels_are_those_that_are_used_each_once(tmp_path):
    levels = pa.array(["unused", "b", None, "a", "b"])
    chunks = [
        pa.DictionaryArray.from_arrays(pa.array([1, 4, None, 2], pa.int8()), levels),
        pa.DictionaryArray.from_arrays(pa.array([3, 1], pa.int8()), levels),
    ]

    read = read_parquet(arrow(tmp_path, pa.table({"x": pa.chunked_array(chunks)}))).columns["x"]
    assert list(read.cells) == ["b", "b", "", "", "a", "b"]
    assert list(read.distinct) == ["b", "a"]


def test_levels_that_are_numbers_are_numbers(tmp_path):
    assert column(tmp_path, pa.array([5, 7, 5]).dictionary_encode()).values.tolist() == [5, 7, 5]


def test_text_that_is_mostly_repeated_and_text_that_is_not_are_read_alike(tmp_path):
    repeated, different = ["male"] * 900 + [None] * 100, [f"P{number:06}" for number in range(1000)]
    table = pa.table({"sex": repeated, "id": different, "n": range(1000)})

    read = read_parquet(parquet(tmp_path, table))
    assert [text or "" for text in repeated] == list(read.columns["sex"].cells)
    assert different == list(read.columns["id"].cells)


def test_identifiers_of_the_uuid_type_are_text(tmp_path):
    one = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

    read = column(tmp_path, pa.array([one.bytes, None], pa.uuid()))
    assert list(read.cells) == [str(one), ""]


def test_labels_of_columns_are_kept(tmp_path):
    schema = pa.schema(
        [pa.field("irls", pa.int8(), metadata={"label": "IRLS total"}), pa.field("id", pa.int8())]
    )

    table = read_parquet(parquet(tmp_path, pa.table({"irls": [1], "id": [1]}, schema=schema)))
    assert table.labels == {"irls": "IRLS total"}


@pytest.mark.parametrize("numbers", [["1", "2.5", None], ["-3", "", "1e3"]])
def test_file_whose_numbers_are_text_is_noted(tmp_path, numbers):
    (problem,) = read_parquet(parquet(tmp_path, pa.table({"id": ["a", "b", "c"], "x": numbers}))).problems

    assert str(problem) == (
        "Every column of 'cohort.parquet' is text, numbers too; they are read by the study's rules for text."
        " Allowed: typed columns. Write numbers as numbers, and dates as dates."
    )
    assert (problem.code, problem.severity) == ("N_PARSED_TEXT", "note")


@pytest.mark.parametrize(
    "columns",
    [
        {"id": ["001", "002"], "sex": ["male", "female"]},
        {"id": ["1", "2"]},
        {"id": ["1", "2"], "x": [1, 2]},
        {"id": ["a", "b"], "x": [None, ""]},
    ],
)
def test_file_of_names_and_levels_or_with_any_typed_column_is_not_noted(tmp_path, columns):
    assert read_parquet(parquet(tmp_path, pa.table(columns))).problems == ()


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_feather_is_read(tmp_path, compression):
    path = tmp_path / "cohort.feather"
    pyarrow.feather.write_feather(pa.table({"id": ["a", "b"], "x": [1, 2]}), path, compression=compression)

    read = read_parquet(path).columns
    assert list(read["id"].cells) == ["a", "b"]
    assert read["x"].values.tolist() == [1, 2]


@pytest.mark.parametrize("stream", [False, True])
def test_arrow_file_and_stream_are_read(tmp_path, stream):
    read = read_parquet(arrow(tmp_path, pa.table({"id": [1, 2]}), stream=stream))

    assert read.columns["id"].values.tolist() == [1, 2]


def test_feather_of_version_1_is_refused(tmp_path):
    path = tmp_path / "cohort.feather"
    path.write_bytes(b"FEA1" + bytes(100) + b"FEA1")

    assert refusal(path) == (
        "'cohort.feather' cannot be read:\n  - 'cohort.feather' is a Feather file of version 1."
        " Allowed: Feather of version 2, or Parquet. Write it again with a newer program."
    )


def test_encrypted_parquet_is_refused(tmp_path):
    path = tmp_path / "cohort.parquet"
    path.write_bytes(b"PARE" + bytes(100) + b"PARE")

    assert refusal(path) == (
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' is encrypted. Allowed: a file without a key."
        " Write it again without encryption, in a place that is safe."
    )


@pytest.mark.parametrize("open_footer", [False, True])
def test_parquet_with_a_single_encrypted_column_is_refused(tmp_path, open_footer):
    encryption = pytest.importorskip("pyarrow.parquet.encryption")

    class Keys(encryption.KmsClient):
        def wrap_key(self, key_bytes, master_key_identifier):
            return base64.b64encode(key_bytes)

    path, table = tmp_path / "cohort.parquet", pa.table({"id": ["a"], "x": [1.5]})
    how = encryption.EncryptionConfiguration(
        footer_key="footer", column_keys={"column": ["x"]}, plaintext_footer=open_footer
    )
    keys = encryption.CryptoFactory(lambda _: Keys())
    properties = keys.file_encryption_properties(encryption.KmsConnectionConfig(), how)
    with pq.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)

    assert "'cohort.parquet' is encrypted." in refusal(path)


@pytest.mark.parametrize("name", ["cohort.feather", "cohort.arrow"])
@pytest.mark.parametrize(
    "content", [b"ARROW1\0\0", b"ARROW1\0\0" + bytes(200), b"\xff\xff\xff\xff", b"id,a\n1,2\n"]
)
def test_damaged_arrow_file_is_our_own_error(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    assert f"'{name}' is damaged, or is not a Feather or Arrow file." in refusal(path)


def test_text_that_is_not_unicode_is_damage(tmp_path):
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], np.int32)), pa.py_buffer(b"\xff")]
    )

    assert "is damaged" in refusal(arrow(tmp_path, pa.table({"x": broken})))


@pytest.mark.parametrize("write", [parquet, arrow])
def test_limits_of_rows_columns_and_bytes_are_kept(tmp_path, monkeypatch, write):
    path = write(tmp_path, pa.table({"a": range(1000), "b": range(1000)}))

    assert "has 1,000 rows. Allowed: at most 999 rows." in refusal(path, FileOptions(max_rows=999))
    assert "has 2 columns. Allowed: at most 1 columns." in refusal(path, FileOptions(max_columns=1))
    monkeypatch.setattr(module, "MOST_UNPACKED", 2000)
    assert " bytes when unpacked. Allowed: at most 2,000 bytes. Export only the columns" in refusal(path)


def test_rows_that_a_small_file_unfolds_to_are_counted_before_they_are_read(tmp_path):
    path = parquet(tmp_path, pa.table({"x": pa.array(np.zeros(2_000_000, np.int8))}))

    assert path.stat().st_size < 20_000
    assert "has 2,000,000 rows" in refusal(path, FileOptions(max_rows=10**6))

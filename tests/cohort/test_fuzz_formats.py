"""A damaged file of any format is read as a table or refused by an error of our own, and nothing else happens.

In a binary format a changed byte can be another value, and in text it always is: only a checksum could tell. So a
table that differs from the original's is no fault here; another kind of exception, a death or a wait is.
"""

import random
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pyreadstat
import pytest

from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.files.readers import read_table
from rlsstudy.errors import CohortError

QUICK, MANY = 25, 2_000  # mutants of each format
MOST_BYTES_CHANGED = 16
MOST_SECONDS = 10

DATA = Path(__file__).resolve().parents[1] / "data"  # samples of formats that are written nowhere here
FRAME = pd.DataFrame(
    {
        "participant_id": [f"P{number:03}" for number in range(1, 9)],
        "sex": ["female", "male", "", "male"] * 2,
        "irls": [22.0, np.nan, 0.0, 31.0] * 2,
        "ferritin": [45.5, 12.25, np.nan, 300.0] * 2,
        "note": ["naïve", "“quoted, twice”", "", "NA"] * 2,
    }
)
ODS_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
ODS_START = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Data">'
)
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write_xlsx(path):
    book = openpyxl.Workbook()
    book.active.append(list(FRAME))
    for row in FRAME.itertuples(index=False):
        book.active.append([None if cell == "" or cell != cell else cell for cell in row])
    book.save(path)


def ods_cell(value):
    if value == "" or value != value:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def write_ods(path):
    rows = [list(FRAME), *FRAME.itertuples(index=False)]
    cells = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        archive.writestr("content.xml", ODS_START + cells + ODS_END)


LABELS = {"column_labels": ["", "Sex", "IRLS total", "Serum ferritin", ""]}
WRITERS = {
    ".csv": lambda path: FRAME.to_csv(path, index=False),
    ".xlsx": write_xlsx,
    ".xls": lambda path: path.write_bytes((DATA / "sheets/kinds.xls").read_bytes()),
    ".ods": write_ods,
    ".sav": lambda path: pyreadstat.write_sav(
        FRAME, path, variable_value_labels={"irls": {0.0: "none"}}, **LABELS
    ),
    ".zsav": lambda path: pyreadstat.write_sav(FRAME, path, compress=True, **LABELS),
    ".por": lambda path: path.write_bytes((DATA / "statpack/sample.por").read_bytes()),
    ".dta": lambda path: pyreadstat.write_dta(FRAME, path, variable_value_labels={}, **LABELS),
    ".xpt": lambda path: pyreadstat.write_xport(FRAME, path, file_format_version=8, **LABELS),
    ".sas7bdat": lambda path: path.write_bytes((DATA / "statpack/hadley.sas7bdat").read_bytes()),
    ".parquet": lambda path: pq.write_table(pa.Table.from_pandas(FRAME, preserve_index=False), path),
    ".feather": lambda path: pyarrow.feather.write_feather(FRAME, path),
}
FORMATS = tuple(WRITERS)


def changed(content, chance):
    """Return a file with one kind of damage: changed bytes, a cut, or a part that stands there twice."""
    kind = chance.randrange(10)
    if kind == 0:
        return content[: chance.randrange(1, len(content))]
    if kind == 1:
        start, end = sorted(chance.sample(range(len(content) + 1), 2))
        return content[:end] + content[start:]
    damaged = bytearray(content)
    for _ in range(chance.randint(1, MOST_BYTES_CHANGED)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def changed_inside(content, chance):
    """Return an archive, whole as such, one of whose members is damaged."""
    source = zipfile.ZipFile(BytesIO(content))
    names = source.namelist()
    victim = chance.choice(names)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            member = source.read(name)
            archive.writestr(name, changed(member, chance) if name == victim else member)
    return target.getvalue()


def mutants(content, n, seed):
    chance = random.Random(seed)
    is_archive = content.startswith(b"PK")
    for number in range(n):
        inside = is_archive and number % 2 == 1
        yield (changed_inside if inside else changed)(content, chance)


def outcome(path):
    """Return the table, or the codes of the error."""
    start = time.monotonic()
    try:
        result = read_table(path)
    except CohortError as error:
        result = [problem.code for problem in error.problems]
        assert result, error
    assert time.monotonic() - start < MOST_SECONDS
    return result


def check_mutants(folder, suffix, n):
    original, mutant = folder / f"original{suffix}", folder / f"mutant{suffix}"
    WRITERS[suffix](original)
    assert isinstance(outcome(original), RawTable)
    found = {"table": 0, "error": 0}
    for content in mutants(original.read_bytes(), n, suffix):
        mutant.write_bytes(content)
        found["table" if isinstance(outcome(mutant), RawTable) else "error"] += 1
    assert isinstance(outcome(original), RawTable)
    return found


@pytest.mark.parametrize("suffix", FORMATS)
def test_damaged_file_is_a_table_or_our_own_error(tmp_path, suffix):
    found = check_mutants(tmp_path, suffix, QUICK)

    assert found["table"] + found["error"] == QUICK


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_many_damaged_files_are_tables_or_our_own_errors(tmp_path, suffix):
    found = check_mutants(tmp_path, suffix, MANY)

    assert found["table"] + found["error"] == MANY
    assert min(found.values()) > MANY // 100

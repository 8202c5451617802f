"""A file that is too large, or not to be opened, is refused before a reader sees it."""

from pathlib import Path

import pytest

from rlsstudy.cohort.files import raw_table
from rlsstudy.cohort.files.raw_table import check_shape, check_size
from rlsstudy.errors import CohortError


def test_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "cohort.csv"
    path.write_text("0123456789", encoding="utf-8")
    monkeypatch.setattr(raw_table, "LARGEST_FILE", 9)

    with pytest.raises(CohortError) as caught:
        check_size(path)

    assert str(caught.value) == (
        "'cohort.csv' cannot be read:\n  - 'cohort.csv' has 10 bytes. Allowed: at most 9 bytes."
        " Export only the columns and participants of the study, or raise the limit with max_columns or max_rows in [files]."
    )


def test_file_with_too_many_rows_is_refused():
    with pytest.raises(CohortError) as caught:
        check_shape(Path("cohort.parquet"), 3, 20_000_001)

    assert str(caught.value) == (
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' has 20,000,001 rows. Allowed: at most 20,000,000 rows."
        " Export only the columns and participants of the study, or raise the limit with max_columns or max_rows in [files]."
    )


def test_file_that_cannot_be_opened_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "cohort.csv"
    path.write_text("id,a\n", encoding="utf-8")

    def locked(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(CohortError) as caught:
        check_size(path)

    assert str(caught.value) == (
        "'cohort.csv' cannot be read:\n  - 'cohort.csv' cannot be opened: Permission denied. Check who may read it."
    )

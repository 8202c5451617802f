"""A streamed cohort is the simulated one, whole or not there."""

import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.draw import BLOCK
from rlsstudy.cohort.stream import stream_cohort
from rlsstudy.errors import CohortError, DeclarationError


def test_a_streamed_cohort_reads_back_as_the_simulated_one(tmp_path):
    path = stream_cohort(tmp_path / "a.parquet", n=80, seed=4)
    read, drawn = rls.load_cohort(path), rls.simulate_cohort(n=80, seed=4)
    pd.testing.assert_frame_equal(read.data, drawn.data)
    assert read.is_synthetic
    for name in drawn.reasons:
        assert read.reasons[name].astype(object).equals(drawn.reasons[name].astype(object)), name


def test_progress_is_told_after_each_block(tmp_path):
    told = []
    stream_cohort(
        tmp_path / "a.parquet",
        n=BLOCK + 10,
        seed=4,
        design="population",
        progress=lambda *now: told.append(now),
    )
    assert told == [(BLOCK, BLOCK + 10), (BLOCK + 10, BLOCK + 10)]


def test_an_interruption_leaves_nothing_behind(tmp_path):
    def interrupt(_written, _asked):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stream_cohort(tmp_path / "a.parquet", n=100, seed=4, design="population", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(CohortError) as caught:
        stream_cohort(tmp_path / "a.csv", n=10)
    assert str(caught.value) == "'a.csv' cannot be streamed to: its name must end in .parquet."


def test_an_impossible_size_is_refused_before_a_file_is_begun(tmp_path):
    with pytest.raises(DeclarationError) as caught:
        stream_cohort(tmp_path / "a.parquet", n=10**10)
    assert str(caught.value) == "A cohort has 1 to 10,000,000 participants, not 10,000,000,000."
    assert list(tmp_path.iterdir()) == []

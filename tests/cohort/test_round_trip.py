"""What is written in any format is read back the same, bit for bit, or is refused by name."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlsstudy.cohort.cohort import NOT_RECORDED, Cohort, Origin
from rlsstudy.cohort.files.readers import read_here
from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.write.cohort_file import WRITABLE, write_cohort
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.kinds import LEVELLED, Domain, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study import Study
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import CohortError
from tests.cohort.written import small_cohort

ODD_WORDS = (
    "not done", "refused, by phone", 'said "no"', "[not done]", "=1+1", "@home", "ärztlich – später", "1", "00123",
    "12345678901234567", "NA", "#N/A", "TRUE", "a; b", "tab\there", "two\nlines", "'quoted'", "😀", "[x", "-9", ".a",
)  # fmt: skip
FORMATS = tuple(ending.removeprefix(".") for ending in WRITABLE)
EXACT = {"csv", "tsv", "parquet", "feather", "sav"}  # hold the sign of zero


def words(**limits):
    """Texts that someone may have typed: any character but the zero byte and halves of characters."""
    any_text = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
    return st.one_of(
        st.sampled_from(ODD_WORDS), any_text, st.sampled_from(["", " ", "  lead", "trail  ", "\r"])
    )


VALUES = {
    Kind.CONTINUOUS: st.floats(allow_nan=False, allow_infinity=False),
    Kind.INTEGER: st.integers(1 - 2**53, 2**53 - 1),
    Kind.TEXT: words(),
    Kind.DATE: st.dates(date(1, 1, 1), date(9999, 12, 31)),
}


@st.composite
def variables(draw, place):
    kind = draw(st.sampled_from(list(Kind)))
    levels = ()
    if kind in LEVELLED:
        named = words().map(str.strip).filter(bool)
        most = 2 if kind is Kind.BINARY else 6
        levels = tuple(draw(st.lists(named, min_size=2, max_size=most, unique=True)))
    reasons = draw(st.lists(words().map(str.strip).filter(bool), max_size=4, unique=True))
    return Variable(
        f"v{place}",
        f"Variable {place}",
        Domain.STUDY,
        kind,
        levels=levels,
        missing=tuple(MissingReason(reason) for reason in reasons if reason != NOT_RECORDED),
        source="made up",
    )


def typed(variable, values):
    if variable.has_levels:
        ordered = variable.kind is Kind.ORDINAL
        return pd.Categorical(values, categories=list(variable.levels), ordered=ordered)
    if variable.kind is Kind.INTEGER:
        return pd.array(values, dtype="Int64")
    if variable.kind is Kind.TEXT:
        return pd.array(values, dtype="string")
    if variable.kind is Kind.DATE:
        return np.asarray(values, dtype="datetime64[us]")
    return np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)


@st.composite
def cohorts(draw):
    n = draw(st.integers(1, 6))
    made = [draw(variables(place)) for place in range(draw(st.integers(1, 4)))]
    outcome = Variable("score", "Score", Domain.OUTCOME, Kind.INTEGER, source="made up")
    factor = Variable("age", "Age", Domain.DEMOGRAPHY, Kind.CONTINUOUS, unit="years", source="made up")
    model = CausalModel("made up", (factor, *made, outcome))
    data, reasons = {"age": np.arange(n) + 0.1}, {}
    for variable in made:
        allowed = st.sampled_from(variable.levels) if variable.has_levels else VALUES[variable.kind]
        values = draw(st.lists(st.none() | allowed, min_size=n, max_size=n))
        known = st.sampled_from([NOT_RECORDED, *(reason.name for reason in variable.missing)])
        data[variable.name] = typed(variable, values)
        if None in values:
            reasons[variable.name] = [draw(known) if value is None else None for value in values]
    data["score"] = pd.array(np.arange(n), dtype="Int64")
    index = pd.Index(np.arange(1, n + 1), name="participant")
    study = Study("Made up", model, "score", ("age",), DataFiles((), "participant", ()))
    return Cohort(
        pd.DataFrame(data, index=index),
        pd.DataFrame({name: pd.Categorical(own) for name, own in reasons.items()}, index=index),
        study,
        (),
        Origin("Made up.", synthetic=False),
    )


def bits(column):
    """Doubles as whole numbers, so that 0 and -0 differ."""
    return column.to_numpy().view(np.int64) if column.dtype == np.float64 else column


def assert_same(again, cohort, *, exact):
    pd.testing.assert_frame_equal(again.data, cohort.data, check_exact=True)
    for name in cohort.data:
        if exact and cohort.data[name].dtype == np.float64:
            known = cohort.data[name].notna().to_numpy()
            assert (bits(again.data[name])[known] == bits(cohort.data[name])[known]).all()
    told, known = again.reasons.astype(object), cohort.reasons.astype(object)
    assert {name: told[name].tolist() for name in told} == {name: known[name].tolist() for name in known}


def load_again(cohort, path):
    data = replace(cohort.study.data, paths=(path,))
    return load_cohort(replace(cohort.study, data=data))


@pytest.fixture
def in_this_process(monkeypatch):
    """Read without a child process, which takes longer to start than a small file to read."""
    monkeypatch.setattr(
        "rlsstudy.cohort.checks.examine.read_table",
        read_here,
    )


def round_trip(cohort, folder, ending):
    """Return whether the format held the cohort; what it held came back the same."""
    path = folder / f"cohort.{ending}"
    path.unlink(missing_ok=True)
    try:
        write_cohort(cohort, path)
    except CohortError as error:
        assert {problem.code for problem in error.problems} == {"E_CANNOT_HOLD"}
        assert not path.exists()
        return False
    assert_same(load_again(cohort, path), cohort, exact=ending in EXACT)
    return True


quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
thorough = settings(quick, max_examples=150)


@pytest.mark.parametrize("ending", ["csv", "parquet", "sav"])
@quick
@given(cohorts())
def test_usual_formats_give_back_what_was_written(tmp_path, in_this_process, ending, cohort):
    round_trip(cohort, tmp_path, ending)


@pytest.mark.slow
@pytest.mark.parametrize("ending", FORMATS)
@thorough
@given(cohorts())
def test_every_format_gives_back_what_was_written(tmp_path, in_this_process, ending, cohort):
    round_trip(cohort, tmp_path, ending)


@pytest.mark.parametrize("ending", FORMATS)
def test_no_format_refuses_an_ordinary_cohort(tmp_path, in_this_process, ending):
    assert round_trip(small_cohort(), tmp_path, ending)


@pytest.mark.slow
@thorough
@given(cohorts())
def test_parquet_holds_everything(tmp_path, in_this_process, cohort):
    assert round_trip(cohort, tmp_path, "parquet")

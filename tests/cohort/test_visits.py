"""Visits are stacked into one row per participant and week, and so are the reasons for gaps."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.cohort import Cohort
from rlsstudy.cohort.visits import stack_reasons, stack_visits
from rlsstudy.errors import CohortError

BANDS = pd.CategoricalDtype(["mild", "severe"], ordered=True)


def cohort(data: pd.DataFrame, reasons: pd.DataFrame | None = None) -> Cohort:
    index = pd.RangeIndex(1, len(data) + 1, name="participant")
    reasons = pd.DataFrame(index=index) if reasons is None else reasons.set_axis(index)
    return replace(rls.simulate_cohort(n=1, seed=1), data=data.set_axis(index), reasons=reasons)


@cache
def seen_twice() -> Cohort:
    return cohort(
        pd.DataFrame(
            {
                "sex": pd.Categorical(["male", "female"], categories=["male", "female"]),
                "pain": pd.array([8, 9], dtype="Int64"),
                "band": pd.Series(["severe", "severe"], dtype=BANDS),
                "pain_w04": pd.array([5, None], dtype="Int64"),
                "band_w04": pd.Series(["mild", None], dtype=BANDS),
                "better_w04": [0.5, np.nan],
                "pain_w12": pd.array([4, None], dtype="Int64"),
            }
        ),
        pd.DataFrame(
            {
                "pain_w04": pd.Categorical([None, "dropped out"]),
                "band_w04": pd.Categorical([None, "dropped out"]),
                "better_w04": pd.Categorical([None, "dropped out"]),
                "pain_w12": pd.Categorical([None, "dropped out"]),
            }
        ),
    )


def test_every_participant_has_a_row_for_every_visit_in_order():
    long = stack_visits(seen_twice())
    assert long.index.names == ["participant", "week"]
    assert long.index.tolist() == [(1, 0), (1, 4), (1, 12), (2, 0), (2, 4), (2, 12)]
    assert long["pain"].tolist() == [8, 5, 4, 9, pd.NA, pd.NA]


def test_columns_keep_their_types_also_where_a_visit_lacks_them():
    long = stack_visits(seen_twice())
    assert long.dtypes.astype(str).to_dict() == {"pain": "Int64", "band": "category", "better": "float64"}
    assert long["band"].dtype == BANDS
    assert long["band"].isna().tolist() == [False, False, True, False, True, True]
    assert long.loc[1, "better"].tolist() == pytest.approx([np.nan, 0.5, np.nan], nan_ok=True)


def test_baseline_columns_are_repeated_on_request():
    long = stack_visits(seen_twice(), repeat=["sex", "pain"])
    assert long.columns.tolist() == ["sex", "pain_w00", "pain", "band", "better"]
    assert long["sex"].tolist() == ["male"] * 3 + ["female"] * 3
    assert long["pain_w00"].tolist() == [8, 8, 8, 9, 9, 9]


def test_reasons_stand_in_the_rows_of_their_gaps():
    data, reasons = stack_visits(seen_twice()), stack_reasons(seen_twice())
    assert reasons.index.equals(data.index)
    assert reasons["pain"].tolist() == [np.nan, np.nan, np.nan, np.nan, "dropped out", "dropped out"]
    for name in data:
        assert (data[name].isna() == reasons[name].notna()).all()


def test_what_is_not_asked_at_a_visit_is_not_applicable_there():
    assert stack_reasons(seen_twice())["better"].tolist() == [
        "not applicable",
        np.nan,
        "not applicable",
        "not applicable",
        "dropped out",
        "not applicable",
    ]


def test_columns_without_gaps_have_no_reasons():
    complete = cohort(pd.DataFrame({"pain": [8.0], "pain_w04": [5.0]}))
    assert stack_reasons(complete).columns.tolist() == []


def test_reasons_of_repeated_columns_are_repeated():
    gap = cohort(
        pd.DataFrame({"age": [np.nan], "pain": [8.0], "pain_w04": [5.0]}),
        pd.DataFrame({"age": pd.Categorical(["not answered"])}),
    )
    assert stack_reasons(gap, repeat=["age"])["age"].tolist() == ["not answered"] * 2


def test_a_cohort_without_visits_says_so():
    with pytest.raises(CohortError) as refused:
        stack_visits(cohort(pd.DataFrame({"pain": [8.0]})))
    assert str(refused.value) == (
        "This cohort has no repeated visits: no column ends in the week of a visit, as irls_total_w04. "
        "Simulate one with design='follow_up_trial'."
    )


@pytest.mark.parametrize("stack", [stack_visits, stack_reasons])
def test_columns_that_are_not_there_are_all_named(stack):
    with pytest.raises(CohortError) as refused:
        stack(seen_twice(), repeat=["sexx", "arm"])
    assert str(refused.value) == (
        "Visits cannot be stacked:\n"
        "  - 'sexx' cannot be repeated: there is no such column. Did you mean 'sex'?\n"
        "  - 'arm' cannot be repeated: there is no such column."
    )

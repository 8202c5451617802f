"""A cohort shows what it is, and no participant unasked."""

from dataclasses import replace

import pandas as pd

import rlsstudy as rls


def test_showing_a_cohort_shows_no_participant():
    cohort = rls.simulate_cohort(n=3, seed=1, design="population")
    assert repr(cohort) == (
        "<synthetic cohort of 3 participants, 179 variables: "
        "Synthetic data: 3 participants of a simulated population sample.>"
    )


def test_the_population_of_the_study_is_counted_in_the_ledger():
    cohort = rls.simulate_cohort(n=500, seed=1, design="population")
    cases = cohort.in_population()
    assert (cases.data["rls_case"] == "yes").all()
    entry = cases.ledger[-1]
    assert (entry.step, entry.reason, entry.before, entry.after) == (
        "population",
        "Restless legs syndrome: yes",
        500,
        int((cohort.data["rls_case"] == "yes").sum()),
    )
    assert entry.left == 500 - entry.after


def test_unknown_belonging_is_counted_apart():
    cohort = rls.simulate_cohort(n=4, seed=1, design="population")
    data = cohort.data.assign(rls_case=pd.Categorical(["yes", None, "no", None], categories=["no", "yes"]))
    inside = replace(cohort, data=data).in_population()
    steps = [(entry.reason, entry.before, entry.after) for entry in inside.ledger[-2:]]
    assert steps == [("Restless legs syndrome is known", 4, 2), ("Restless legs syndrome: yes", 2, 1)]


def test_taking_a_part_leaves_the_whole_as_it_was():
    cohort = rls.simulate_cohort(n=100, seed=1, design="population")
    before = cohort.data.copy()
    cohort.in_population()
    pd.testing.assert_frame_equal(cohort.data, before)

from dataclasses import replace

import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.errors import CohortError, EstimationError
from rlsstudy.present.plots import plot_outcome
from rlsstudy.present.prose import describe_cohort, describe_effects


def test_a_synthetic_cohort_is_described_as_one(tiny_cohort):
    prose = describe_cohort(tiny_cohort)
    assert prose.paragraphs == (
        "The cohort has 6 simulated participants: the data are synthetic. They follow the declared model 'Tiny' "
        "and can show how a method behaves, not what is true of patients.",
        "Severity score is known for 4 of 6 participants; its mean (SD) is 10.0 (7.7)\u00a0points. "
        "5 of 7 variables have missing values; most are in Serum ferritin (33%).",
    )
    assert prose.numbers["participants"] == 6
    assert prose.numbers["outcome_mean"] == 10.0


def test_a_real_cohort_is_described_with_those_who_left(tiny_model, tiny_data, make_cohort):
    prose = describe_cohort(make_cohort(tiny_model, tiny_data, synthetic=False))
    assert prose.paragraphs[0] == (
        "The cohort has 6 participants. 1,194 of 1,200 participants left before, most of them (1,190) "
        "at the step 'exclusion' (no consent)."
    )


def test_a_cohort_without_gaps_or_without_an_outcome_is_described(tiny_model, tiny_data, make_cohort):
    complete = tiny_data.iloc[[0, 1]]
    assert (
        describe_cohort(make_cohort(tiny_model, complete))
        .paragraphs[1]
        .endswith("None of the 7 variables has missing values.")
    )
    without = tiny_data.iloc[4:]
    assert (
        describe_cohort(make_cohort(tiny_model, without))
        .paragraphs[1]
        .startswith("Severity score is known for 0 of 2 participants.")
    )


def test_effects_are_described_under_the_declared_graph(tiny_effects):
    assert describe_effects(tiny_effects).paragraphs == (
        "2 contrasts of 2 factors were compared, with one model for each factor. Differences are in "
        "Severity score (points). Crude differences are associations. Adjusted differences are effects under the "
        "declared graph: if a cause that it does not show is shared with the outcome, they are not.",
        "1 of 1 adjusted 95% intervals excludes zero: Serum ferritin: 100 vs 50 µg/L. If no factor had any effect, "
        "0.05 of them would be expected to do so by chance. The adjusted difference furthest from zero is that of "
        "Serum ferritin: 100 vs 50 µg/L: −0.53 (−0.91 to −0.15). Contrasts differ in width, so the sizes of two "
        "factors are not a ranking of importance. 1 contrast has no adjusted estimate: "
        "Caffeine: 200 vs 100 mg/day (not identified).",
    )


def test_scored_effects_say_how_many_intervals_hold_the_truth(scored_effects):
    assert describe_effects(scored_effects).paragraphs[2] == (
        "The cohort is synthetic, so the truth is known. 0 of 1 adjusted intervals hold the true effect, which "
        "follows from the declaration. Outside: Serum ferritin: 100 vs 50 µg/L (truth −0.05). "
        "Over many cohorts, 95 of 100 intervals of a sound method hold it."
    )


def test_synthetic_effects_are_called_so_without_scores(tiny_effects):
    tiny_effects.attrs["synthetic"] = True
    paragraphs = describe_effects(tiny_effects).paragraphs
    assert len(paragraphs) == 2
    assert "in Severity score (points). Synthetic data: simulated, not real people. Crude" in paragraphs[0]


def test_scored_effects_are_synthetic_whatever_the_frame_has_lost(scored_effects):
    scored_effects.attrs = {}
    assert "Synthetic data: simulated, not real people." in describe_effects(scored_effects).paragraphs[0]


def test_crude_differences_are_called_associations(tiny_effects):
    crude = tiny_effects[tiny_effects["adjustment"] == "crude"]
    paragraphs = describe_effects(crude).paragraphs
    assert paragraphs[0].endswith(
        "These are associations: what else differs between the compared groups is part of them."
    )
    assert paragraphs[1].startswith("0 of 2 crude 95% intervals exclude zero.")


def test_nothing_is_claimed_when_everything_was_refused(tiny_effects):
    refused = tiny_effects[tiny_effects["status"] == "refused"]
    assert describe_effects(refused).paragraphs[1] == (
        "Contrasts differ in width, so the sizes of two factors are not a ranking of importance. "
        "1 contrast has no adjusted estimate: Caffeine: 200 vs 100 mg/day (not identified)."
    )


def test_a_long_list_is_counted_and_not_recited(tiny_effects):
    graph = tiny_effects.iloc[[2]]
    many = pd.concat([graph.assign(factor=f"f{place}", label=f"F{place}") for place in range(20)])
    assert (
        describe_effects(many)
        .paragraphs[1]
        .startswith("20 of 20 adjusted 95% intervals exclude zero. If no factor had any effect, 1.0 of them")
    )


def test_no_effects_are_no_description(tiny_effects):
    with pytest.raises(EstimationError, match="The effects frame has no rows"):
        describe_effects(tiny_effects.iloc[:0])


def test_a_cohort_without_the_outcome_is_described_and_cannot_be_drawn():
    cohort = rls.simulate_cohort(n=5, seed=1)
    without = replace(cohort, data=cohort.data.drop(columns="irls_total"))

    assert describe_cohort(without).paragraphs[1].startswith("IRLS total is known for 0 of 5 participants.")
    with pytest.raises(CohortError, match=r"No participant has a value of 'irls_total' \(IRLS total\)"):
        plot_outcome(without)

"""A simulated cohort is what the declaration says, whatever its length, order or neighbours."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import BLOCK
from rlsstudy.cohort.streams import uniforms
from rlsstudy.declare import CausalModel, Cause, Domain, Evidence, Kind, MissingReason, Variable
from rlsstudy.declare.equations import Bernoulli, Normal
from rlsstudy.errors import DeclarationError


@cache
def population():
    return rls.simulate_cohort(n=20_000, seed=11, design="population")


@cache
def cases():
    return population().in_population()


def share(cohort, name, level):
    return float((cohort.data[name].dropna() == level).mean())


@pytest.mark.slow
def test_the_first_participants_of_a_longer_cohort_are_those_of_a_shorter():
    for design, long in [("population", population()), ("sleep_clinic", rls.simulate_cohort(n=120, seed=11))]:
        short = rls.simulate_cohort(n=60, seed=11, design=design)
        pd.testing.assert_frame_equal(short.data, long.data.head(60))
        for name in short.reasons:
            assert short.reasons[name].astype(object).equals(long.reasons[name].head(60).astype(object))


def test_a_cohort_that_spans_blocks_has_no_seam():
    around = slice(BLOCK - 3, BLOCK + 3)
    u = uniforms(11, "sex", "value", BLOCK - 3, 6)
    share_of_women = expit(calibrated(population().model)["sex"].equation.intercepts[0])
    expected = ["female" if below else "male" for below in u < share_of_women]
    assert population().data["sex"].iloc[around].tolist() == expected


@pytest.mark.slow
def test_adding_a_variable_moves_nothing_else():
    extra = Variable(
        "extra", "Extra", Domain.IRON, Kind.CONTINUOUS, equation=Normal(baseline=0, sd=1), source="test"
    )
    study = rls.load_study()
    larger = rls.simulate_cohort(
        n=500, seed=3, design="population", study=replace_model(study, study.model.with_variables(extra))
    )
    plain = rls.simulate_cohort(n=500, seed=3, design="population")
    pd.testing.assert_frame_equal(larger.data.drop(columns="extra"), plain.data)


def replace_model(study, model):
    from dataclasses import replace

    return replace(study, model=model)


def test_an_intervention_moves_descendants_only():
    plain = rls.simulate_cohort(n=2000, seed=5, design="population")
    changed = rls.simulate_cohort(n=2000, seed=5, design="population", do={"smoking": "current"})
    moved = {name for name in plain.data if not plain.data[name].equals(changed.data[name])}
    assert set(changed.data["smoking"].dropna()) == {"current"}
    assert moved <= plain.model.descendants_of("smoking") | {"smoking"}
    assert {"crp", "caffeine", "rls_case"} <= moved


def test_declared_prevalences_are_hit():
    # Four standard errors of a share at n = 20,000, at most 4 * sqrt(0.25 / 20,000).
    tolerance = 0.0142
    for name, level, declared in [
        ("rls_case", "yes", 0.076),
        ("hypertension", "yes", 0.32),
        ("smoking", "current", 0.17),
        ("diabetes", "yes", 0.08),
        ("family_history_rls", "yes", 0.25),
    ]:
        assert abs(share(population(), name, level) - declared) < tolerance, name


def test_ferritin_has_the_published_medians():
    data = population().data
    medians = data.groupby(["sex", "menstruating"], observed=True)["ferritin"].median()
    # CDC National Report 1999-2002 and a Danish survey: men 127 to 145, women 38 at 30-40 and 84 at 60.
    assert 115 < medians["male", "no"] < 150
    assert 33 < medians["female", "yes"] < 45
    assert 75 < medians["female", "no"] < 95


def test_community_cases_have_the_published_severity():
    total = cases().data["irls_total"].dropna().astype(float)
    # Hogl 2005: mean 14.0 from bands; the item model was fitted to SD 9.2. Three standard errors at n near 1,500.
    assert abs(total.mean() - 14.0) < 0.75
    assert 8.3 < total.std() < 10.0


def test_women_have_rls_about_twice_as_often():
    women = population().data["sex"] == "female"
    odds = [
        share_of / (1 - share_of)
        for share_of in (
            (population().data.loc[women, "rls_case"] == "yes").mean(),
            (population().data.loc[~women, "rls_case"] == "yes").mean(),
        )
    ]
    assert 1.5 < odds[0] / odds[1] < 3.0


def test_the_scale_is_not_applicable_without_rls_which_is_not_zero():
    without = population().data["rls_case"] == "no"
    assert population().data.loc[without, "irls_total"].isna().all()
    assert set(population().reasons.loc[without, "irls_total"]) == {"not applicable"}


def test_every_gap_has_a_reason_and_every_value_has_none():
    for name in population().data:
        gaps = population().data[name].isna()
        if name in population().reasons:
            assert (population().reasons[name].notna() == gaps).all(), name
        else:
            assert not gaps.any(), name


def test_totals_are_the_sums_of_their_items():
    data = cases().data
    items = data[[f"irls_i{number:02d}" for number in range(1, 11)]].astype("Float64")
    complete = items.notna().all(axis=1)
    assert data["irls_total"].notna().equals(complete)
    assert (items[complete].sum(axis=1) == data.loc[complete, "irls_total"]).all()


def test_values_are_within_limits_and_in_steps_of_the_instrument():
    for variable in population().model.measured:
        values = population().data[variable.name].dropna()
        if variable.limits is not None:
            assert values.min() >= variable.limits[0] and values.max() <= variable.limits[1], variable.name
        if variable.resolution is not None:
            steps = values / variable.resolution
            assert np.allclose(steps, steps.round(), atol=1e-6), variable.name


def test_a_clinic_has_only_people_with_rls_and_they_are_more_severe():
    clinic = rls.simulate_cohort(n=300, seed=11)
    assert share(clinic, "rls_case", "yes") == 1
    assert clinic.data["irls_total"].mean() > cases().data["irls_total"].mean() + 6
    assert [entry.step for entry in clinic.ledger] == ["simulated", "design"]
    assert clinic.ledger[-1].after == 300


def test_same_address_same_bytes():
    assert rls.simulate_cohort(n=20_000, seed=11, design="population").data.equals(population().data)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"n": 0}, "A cohort has 1 to 10,000,000 participants, not 0."),
        ({"n": 10**10}, "A cohort has 1 to 10,000,000 participants, not 10,000,000,000."),
        ({"seed": -1}, "A seed is a whole number from 0, not -1."),
        ({"n": 10.5, "seed": True}, "'n' is a whole number, not 10.5. 'seed' is a whole number, not True."),
        ({"do": {"parity": 1.5}}, "'parity' (Births) counts whole births and cannot be set to 1.5."),
        ({"design": "sleepclinic"}, "No design 'sleepclinic' is declared. Did you mean 'sleep_clinic'?"),
        ({"scenario": "venous"}, "No scenario 'venous' is declared. Did you mean 'venous_effect'?"),
        ({"do": {"feritin": 50}}, "No variable 'feritin' is declared. Did you mean 'ferritin'?"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_words(asked, message):
    with pytest.raises(DeclarationError) as caught:
        rls.simulate_cohort(**{"n": 10, "seed": 1} | asked)
    assert str(caught.value) == message


def test_one_participant_is_a_cohort():
    assert rls.simulate_cohort(n=1, seed=1, design="population").data.shape[0] == 1


def test_a_target_in_an_empty_group_is_refused():
    nobody = Variable(
        "g",
        "G",
        Domain.IRON,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=Bernoulli(baseline=1e-12),
        source="t",
    )
    x = Variable(
        "x",
        "X",
        Domain.IRON,
        Kind.CONTINUOUS,
        equation=Normal(target=0, sd=1, target_among=("g", "yes")),
        source="t",
    )
    with pytest.raises(DeclarationError) as caught:
        calibrated(CausalModel("m", (nobody, x)))
    assert str(caught.value) == "'x': nobody has 'g' at 'yes', where its target is declared."


def test_a_variable_without_equation_cannot_be_simulated():
    with pytest.raises(DeclarationError) as caught:
        calibrated(CausalModel("m", (Variable("x", "X", Domain.IRON, Kind.CONTINUOUS),)))
    assert str(caught.value) == (
        "'x' (X) has no equation and cannot be simulated. "
        "A model changed in a study file describes real data only."
    )


@pytest.mark.slow
def test_solved_intercepts_hit_a_target_under_strong_causes():
    z = Variable(
        "z", "Z", Domain.IRON, Kind.CONTINUOUS, contrast=(0, 1), equation=Normal(baseline=0, sd=1), source="t"
    )
    strong = Cause("z", 2.0, Evidence.ASSUMED, "assumed")
    d = Variable(
        "d",
        "D",
        Domain.IRON,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=Bernoulli(target=0.3, terms=(strong,)),
        source="t",
        missing=(MissingReason("lost", 0.1),),
    )
    study = replace_model(rls.load_study(), rls.load_study().model.with_variables(z, d))
    drawn = rls.simulate_cohort(n=20_000, seed=2, design="population", study=study)
    assert abs(share(drawn, "d", "yes") - 0.3) < 0.0142
    assert abs((drawn.reasons["d"] == "lost").mean() - 0.1) < 0.0085  # four standard errors


@pytest.mark.slow
def test_a_design_that_admits_nobody_is_refused():
    with pytest.raises(DeclarationError) as caught:
        rls.simulate_cohort(n=10, seed=1, do={"rls_case": "no"})
    assert str(caught.value) == (
        "Nobody of 3,276,800 simulated candidates is admitted by the design 'sleep_clinic'. "
        "Choose another design, or set other values by 'do'."
    )

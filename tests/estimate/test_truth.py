"""The true effect is the declared one where it can be worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

import rlsstudy as rls
from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Scale,
    Scenario,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import Bernoulli, Categorical, LogNormal, Normal, Ordinal
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.truth.estimand import Estimand
from rlsstudy.estimate.truth.summary import marginal_odds_ratio, mean_difference
from rlsstudy.estimate.truth.true_effect import TRUTH_COLUMNS, truths_of


def causes(*terms):
    return tuple(Cause(name, size, Evidence.ASSUMED, "assumed") for name, size in terms)


def normal(name, *terms, **fields):
    return Variable(
        name,
        name.upper(),
        Domain.IRON,
        Kind.CONTINUOUS,
        contrast=(0, 1),
        equation=Normal(baseline=0, sd=1, terms=causes(*terms)),
        source="t",
        **fields,
    )


def binary(name, baseline, *terms, **fields):
    return Variable(
        name,
        name.upper(),
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=Bernoulli(baseline=baseline, terms=causes(*terms)),
        source="t",
        **fields,
    )


def tiny(*variables, **fields):
    return CausalModel("m", variables, designs=(Design("population", "P"),), **fields)


LINEAR = CausalModel(
    "linear",
    (
        normal("c"),
        normal("x", ("c", 0.5)),
        normal("m", ("x", 2.0)),
        normal("y", ("x", -1.5), ("m", 0.4), ("c", 3.0)),
    ),
    designs=(Design("population", "Population"),),
)
EXACT = 1e-9  # shared noise cancels in a linear model, up to floating point


def truth(model, factor, *, population=None, n=10, **asked):
    study = Study("t", model, "y", (factor,), SyntheticData(design="population"), population)
    return rls.true_effect(factor, study=study, n=n, **asked)


def test_the_total_effect_adds_direct_and_mediated():
    effect = truth(LINEAR, "x").iloc[0]
    assert effect["truth"] == pytest.approx(-1.5 + 2.0 * 0.4, abs=EXACT)
    assert effect["truth_error"] == pytest.approx(0, abs=EXACT)


def test_a_cause_of_the_factor_has_its_own_effect_through_it():
    assert truth(LINEAR, "c").iloc[0]["truth"] == pytest.approx(3.0 + 0.5 * -0.7, abs=EXACT)


def test_a_consequence_of_the_outcome_has_no_effect_on_it():
    model = LINEAR.with_variables(normal("z", ("y", 1.0)))
    assert truth(model, "z").iloc[0][["truth", "truth_error"]].tolist() == [0.0, 0.0]


def test_a_doubling_is_one_contrast():
    f = Variable(
        "f",
        "F",
        Domain.IRON,
        Kind.CONTINUOUS,
        scale=Scale.LOG2,
        contrast=(50, 100),
        limits=(1, 1000),
        equation=Normal(baseline=100, sd=20),
        source="t",
    )
    model = CausalModel("m", (f, normal("y", ("f", -0.12))), designs=(Design("population", "P"),))
    assert truth(model, "f").iloc[0]["truth"] == pytest.approx(-0.12, abs=EXACT)


def test_in_a_population_belonging_is_held_as_it_is():
    model = tiny(normal("x"), binary("s", 0.3, ("x", 3.0)), normal("y", ("x", 1.0)))
    effect = truth(model, "x", population="s", n=500).iloc[0]
    assert effect["truth"] == pytest.approx(1.0, abs=EXACT)
    assert effect["estimand"] == (
        "mean total effect among those with s (p), who belongs held as without intervention"
    )


def test_a_population_on_the_way_is_held():
    model = tiny(normal("x"), binary("s", 0.3, ("x", 3.0)), normal("y", ("x", 1.0), ("s", 5.0)))
    assert truth(model, "x", population="s", n=200).iloc[0]["truth"] == pytest.approx(1.0, abs=EXACT)


def categorical(name, levels, shares):
    return Variable(
        name,
        name.upper(),
        Domain.LIFESTYLE,
        Kind.CATEGORICAL,
        levels=levels,
        equation=Categorical(shares=shares),
        source="t",
    )


SMOKING = categorical("smoking", ("never", "former", "current"), (0.5, 0.3, 0.2))


def test_each_level_of_a_categorical_factor_has_its_own_truth():
    model = tiny(SMOKING, normal("y", ("smoking", (("former", 1.0), ("current", 3.0)))))
    effects = truth(model, "smoking")
    assert effects["contrast"].tolist() == ["former vs never", "current vs never"]
    assert effects["truth"].tolist() == pytest.approx([1, 3], abs=EXACT)


def test_an_effect_can_be_none_by_default_and_some_in_a_scenario():
    model = tiny(
        normal("x"),
        normal("y", ("x", 0.0)),
        scenarios=(Scenario("acting", "What if it acts?", (normal("y", ("x", 2.0)),)),),
    )
    assert truth(model, "x")["truth"].iloc[0] == 0
    assert truth(model, "x", scenario="acting")["truth"].iloc[0] == pytest.approx(2, abs=EXACT)


def test_the_truth_of_one_participant_is_refused():
    with pytest.raises(DeclarationError) as caught:
        truth(LINEAR, "x", n=1)
    assert str(caught.value) == "A true effect is averaged over 2 to 10,000,000 participants, not 1."


def tiny_cohort(**asked):
    study = Study("t", LINEAR, "y", ("x",), SyntheticData(design="population"))
    return rls.simulate_cohort(n=5, seed=1, study=study, **asked)


def test_the_truth_of_a_real_cohort_is_refused():
    cohort = tiny_cohort()
    real = replace(cohort, origin=replace(cohort.origin, synthetic=False))
    with pytest.raises(EstimationError) as caught:
        truths_of(real, ["x"], "y")
    assert str(caught.value) == (
        "The truth of this cohort is not known: it was read from files. "
        "A cohort of simulate_cohort or load_synthetic can be compared with its truth."
    )


def test_after_an_intervention_the_truth_is_that_of_the_changed_model():
    effect = truths_of(tiny_cohort(do={"m": 0.5}), ["x"], "y").iloc[0]
    assert effect["truth"] == pytest.approx(-1.5, abs=EXACT)  # without what went by way of m


def test_the_columns_are_in_their_order():
    effects = truth(LINEAR, "x")
    assert tuple(effects.columns) == TRUTH_COLUMNS
    assert effects[["group", "band", "scale"]].to_numpy().tolist() == [["all", "", "points"]]


# --- direct and mediated ------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "size"), [("direct", -1.5), ("mediated", 2.0 * 0.4)])
def test_direct_and_mediated_effects_are_the_declared_ones(kind, size):
    effect = truth(LINEAR, "x", estimand=Estimand(kind, through="m")).iloc[0]
    assert effect["truth"] == pytest.approx(size, abs=EXACT)
    assert effect["truth_error"] == pytest.approx(0, abs=EXACT)


def modified():
    """Declare a mediator whose effect on the outcome doubles where the factor is 1 instead of 0."""
    interaction = Cause("m", 3.0, Evidence.ASSUMED, "assumed", times="x")
    y = normal("y", ("x", 1.0), ("m", 3.0))
    y = replace(y, equation=replace(y.equation, terms=(*y.equation.terms, interaction)))
    return tiny(normal("x"), normal("m", ("x", 2.0)), y)


def test_the_mediated_effect_is_the_one_at_the_high_end_of_the_factor():
    # m goes from e to 2 + e: y(0, m(0)) = 3e, y(1, m(0)) = 1 + 6e, y(1, m(1)) = 1 + 6 (2 + e).
    mediated = truth(modified(), "x", estimand=Estimand("mediated", through="m")).iloc[0]
    assert mediated["truth"] == pytest.approx(12, abs=EXACT)
    assert mediated["estimand"] == (
        "mean effect mediated by M (total minus natural direct effect) "
        "among everybody (p), who belongs held as without intervention"
    )


def test_the_direct_effect_keeps_the_mediator_as_at_the_low_end():
    direct = truth(modified(), "x", estimand=Estimand("direct", through="m"), n=2000).iloc[0]
    assert direct["truth"] == pytest.approx(1, abs=4 * direct["truth_error"])  # 1 + 3 e, e about 0
    assert direct["truth_error"] == pytest.approx(3 / math.sqrt(2000), rel=0.1)
    assert direct["estimand"] == (
        "mean natural direct effect with M kept as at the low end "
        "among everybody (p), who belongs held as without intervention"
    )


def test_direct_and_mediated_add_up_to_total():
    model = modified()
    parts = [
        truth(model, "x", estimand=Estimand(kind, through="m"))["truth"] for kind in ("direct", "mediated")
    ]
    assert sum(part.iloc[0] for part in parts) == pytest.approx(truth(model, "x")["truth"].iloc[0], abs=EXACT)


def test_nothing_is_mediated_by_what_lies_elsewhere():
    effect = truth(LINEAR, "x", estimand=Estimand("mediated", through="c")).iloc[0]
    assert effect["truth"] == pytest.approx(0, abs=EXACT)


# --- markers ------------------------------------------------------------------------------------


def logarithmic(name, median, *terms, **fields):
    return Variable(
        name,
        name.capitalize(),
        Domain.IRON,
        Kind.CONTINUOUS,
        unit="µg/L",
        scale=Scale.LOG2,
        contrast=(50, 100),
        equation=LogNormal(baseline=median, sigma=0.5, terms=causes(*terms)),
        source="t",
        **fields,
    )


STORES = logarithmic("stores", 60, measured=False)
FERRITIN = logarithmic("ferritin", 60, ("stores", 0.5), stands_for=("stores", 50, 100))


def test_the_effect_of_a_marker_is_that_of_its_state():
    effect = truth(tiny(STORES, FERRITIN, normal("y", ("stores", -2.0))), "ferritin").iloc[0]
    assert effect["truth"] == pytest.approx(-2, abs=EXACT)
    assert effect["contrast"] == "100 vs 50 µg/L"
    assert effect["estimand"] == (
        "mean total effect of Stores among everybody (p), who belongs held as without intervention"
    )


def test_a_marker_that_mediates_is_meant_as_its_state():
    stores = replace(STORES, equation=replace(STORES.equation, terms=causes(("x", math.log(2)))))
    model = tiny(normal("x"), stores, FERRITIN, normal("y", ("stores", -2.0), ("x", 0.5)))
    effect = truth(model, "x", estimand=Estimand("mediated", through="ferritin")).iloc[0]
    assert effect["truth"] == pytest.approx(-2, abs=EXACT)  # one doubling of the stores


# --- groups and levels --------------------------------------------------------------------------


def test_each_group_has_its_own_truth():
    in_women = Cause("x", 2.0, Evidence.ASSUMED, "assumed", only_at=("sex", "female"))
    y = normal("y", ("x", 1.0))
    y = replace(y, equation=replace(y.equation, terms=(*y.equation.terms, in_women)))
    sex = replace(binary("sex", 0.5), levels=("male", "female"))
    effects = truth(tiny(sex, normal("x"), y), "x", estimand=Estimand(by="sex"), n=100)
    assert effects["group"].tolist() == ["male", "female"]
    assert effects["truth"].tolist() == pytest.approx([1, 3], abs=EXACT)
    assert effects["n"].sum() == 100


def test_a_group_without_people_has_no_truth():
    sex = replace(binary("sex", 1e-12), levels=("male", "female"))
    effects = truth(tiny(sex, normal("x"), normal("y", ("x", 1.0))), "x", estimand=Estimand(by="sex"))
    assert effects["n"].tolist() == [10, 0]
    assert np.isnan(effects["truth"].iloc[1])


CASES = tiny(binary("x", 0.5), binary("case", 0.2, ("x", math.log(4))), normal("y", ("x", 1.0)))
# The odds of a case are 0.25 without x and 1 with it: probabilities 0.2 and 0.5.
CASE_SIZE = 20_000


def test_the_change_of_a_probability_is_the_declared_one():
    effect = truth(CASES, "x", outcome="case", estimand=Estimand(scale="probability"), n=CASE_SIZE).iloc[0]
    assert effect["truth"] == pytest.approx(0.3, abs=4 * effect["truth_error"])
    # With shared noise each participant's change is 1 with probability 0.3, else 0.
    assert effect["truth_error"] == pytest.approx(math.sqrt(0.3 * 0.7 / CASE_SIZE), rel=0.02)
    assert effect[["band", "scale"]].tolist() == ["yes", "probability"]
    assert effect["estimand"] == (
        "change in the probability of this level or a higher one, total effect "
        "among everybody (p), who belongs held as without intervention"
    )


def test_the_marginal_odds_ratio_is_the_declared_one():
    effect = truth(CASES, "x", outcome="case", estimand=Estimand(scale="odds_ratio"), n=CASE_SIZE).iloc[0]
    assert effect["truth"] == pytest.approx(4, abs=4 * effect["truth_error"])
    assert effect["truth_error"] < 0.1


def test_belonging_as_the_outcome_is_asked_of_everybody():
    model = tiny(binary("x", 0.5), binary("s", 0.2, ("x", math.log(4))), normal("y", ("x", 1.0)))
    asked = {"outcome": "s", "estimand": Estimand(scale="probability"), "n": CASE_SIZE}
    effect = truth(model, "x", population="s", **asked).iloc[0]
    assert effect["truth"] == pytest.approx(0.3, abs=4 * effect["truth_error"])
    assert "among everybody" in effect["estimand"]


BAND = Variable(
    "band",
    "Band",
    Domain.OUTCOME,
    Kind.ORDINAL,
    levels=("mild", "moderate", "severe"),
    equation=Ordinal(shares=(0.5, 0.3, 0.2), terms=causes(("x", math.log(2)))),
    source="t",
)


def test_each_band_has_an_effect_on_reaching_it():
    model = tiny(binary("x", 0.5), BAND, normal("y", ("x", 1.0)))
    ratios = truth(model, "x", outcome="band", estimand=Estimand(scale="odds_ratio"), n=CASE_SIZE)
    assert ratios["band"].tolist() == ["moderate", "severe"]
    for row in ratios.itertuples():  # x alone acts, so that the marginal odds ratios are the declared one
        assert row.truth == pytest.approx(2, abs=4 * row.truth_error)


def test_what_has_no_effect_has_an_odds_ratio_of_one():
    model = CASES.with_variables(normal("idle"))
    effect = truth(model, "idle", outcome="case", estimand=Estimand(scale="odds_ratio"), n=50).iloc[0]
    assert effect[["truth", "truth_error"]].tolist() == pytest.approx([1, 0], abs=EXACT)


def test_the_error_of_an_odds_ratio_is_its_spread():
    rng = np.random.default_rng(1)
    ratios, errors = [], []
    for _ in range(400):
        u = rng.random(1000)
        ratio, error = marginal_odds_ratio((u < 0.2).astype(float), (u < 0.5).astype(float))
        ratios.append(ratio)
        errors.append(error)
    spread = 4 / math.sqrt(2 * 399)  # four relative standard errors of a standard deviation of 400 figures
    assert np.std(ratios, ddof=1) == pytest.approx(np.mean(errors), rel=spread)


def test_an_event_that_nobody_has_has_no_odds_ratio():
    assert np.isnan(marginal_odds_ratio(np.zeros(5), np.ones(5))).all()


def test_one_participant_has_no_mean_difference():
    assert np.isnan(mean_difference(np.zeros(1), np.ones(1))).all()


# --- what is refused ----------------------------------------------------------------------------


def test_points_of_levels_are_refused():
    with pytest.raises(DeclarationError) as caught:
        truth(CASES, "x", outcome="case")
    assert str(caught.value) == (
        "An effect in points has a number as its outcome; 'case' has levels. Choose a score or a "
        'measurement, or ask for Estimand(scale="probability").'
    )


def test_probabilities_of_a_number_are_refused():
    with pytest.raises(DeclarationError) as caught:
        truth(CASES, "x", estimand=Estimand(scale="probability"))
    assert str(caught.value) == (
        "Probabilities and odds ratios are those of ordered levels; 'y' is continuous. "
        'Choose a binary or ordinal outcome, or ask for Estimand(scale="points").'
    )


def test_the_effect_of_the_outcome_on_itself_is_refused():
    with pytest.raises(DeclarationError) as caught:
        truth(LINEAR, "x", outcome="x")
    assert str(caught.value) == (
        "The outcome of an effect is not the factor itself; 'x' is both. Choose another outcome."
    )


def test_mediators_at_an_end_and_groups_without_levels_are_refused_together():
    with pytest.raises(DeclarationError) as caught:
        truth(LINEAR, "x", estimand=Estimand("direct", through="y", by="c"))
    assert str(caught.value) == (
        "A mediator lies between the factor and the outcome; 'y' is the factor, the outcome or the "
        "population. Leave it out of 'through'. "
        "Groups are the levels of a variable; 'c' (C) has none. Choose one with levels."
    )


def test_an_estimand_that_contradicts_itself_is_refused():
    with pytest.raises(DeclarationError) as caught:
        Estimand("total", through="m", scale="odds")
    assert str(caught.value) == (
        "The estimand contradicts itself:\n"
        "  - no scale 'odds' is offered. Allowed: points, probability, odds_ratio.\n"
        "  - a total effect goes every way; name no mediators, or ask for 'direct' or 'mediated'."
    )


def test_a_direct_effect_without_mediators_is_refused():
    with pytest.raises(DeclarationError) as caught:
        truth(LINEAR, "x", estimand="direct")
    assert str(caught.value) == (
        "The estimand contradicts itself:\n  - a direct effect needs mediators; name them in 'through'."
    )

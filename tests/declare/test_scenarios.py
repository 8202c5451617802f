"""Each scenario differs from the default in what it says, and the truth moves with it."""

import pytest

import rlsstudy as rls
from rlsstudy.declare import Study, SyntheticData, find_adjustment
from rlsstudy.errors import IdentificationError

MODEL = rls.rls_model()
SCENARIOS = {scenario.name: scenario for scenario in MODEL.scenarios}
N = 800  # the same people under either world, so that few are enough


def design_of(name):
    return SCENARIOS[name].design or "population"


def truth(factor, scenario="default", **settings):
    effects = rls.true_effect(factor, scenario=scenario, design="population", n=N, **settings)
    return effects["truth"].tolist()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_says_what_it_is_for_and_what_it_rests_on(name):
    scenario = SCENARIOS[name]
    assert scenario.question.endswith("?")
    assert len(scenario.about) > 100
    assert scenario.references


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_changes_what_it_declares_and_nothing_else(name):
    scenario, before = SCENARIOS[name], MODEL.in_design(design_of(name))
    after = before.in_scenario(name)
    declared = {v.name for v in scenario.changes} | {effect for effect, _ in scenario.causes}
    assert {v.name for v in after if v.name not in before or v != before[v.name]} == declared


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_cohort_can_be_simulated_in_every_scenario(name):
    cohort = rls.simulate_cohort(n=30, seed=1, design=design_of(name), scenario=name)
    assert (cohort.n, cohort.origin.facts["scenario"]) == (30, name)


def test_without_an_arrow_of_iron_ferritin_does_nothing_at_all():
    assert truth("ferritin", "null_iron") == [0.0]
    assert truth("ferritin")[0] < -0.2


def test_where_veins_act_the_truth_of_reflux_is_above_zero():
    assert truth("venous_reflux") == [0.0]
    assert (
        0.5 < truth("venous_reflux", "venous_effect")[0] < 2
    )  # 1.3 SD of venous disease, 0.1 SD of severity each


def doubling(low, high, scenario):
    """Return the effect of iron stores between two values, in points."""
    from dataclasses import replace

    marker = replace(MODEL["ferritin"], contrast=(low, high), stands_for=("body_iron", low, high))
    study = Study(
        "Iron",
        MODEL.with_variables(marker),
        "irls_total",
        ("ferritin",),
        SyntheticData(design="population"),
        "rls_case",
    )
    return truth("ferritin", scenario, study=study)[0]


@pytest.mark.slow
def test_a_straight_line_gives_every_doubling_the_same_effect():
    low, middle, high = (doubling(x, 2 * x, "log_linear_iron") for x in (10, 50, 200))
    assert low < 0 and middle < 0
    # Equal on the latent scale; in points the floor and ceiling of the score bend it a little.
    assert (low, high) == (pytest.approx(middle, rel=0.2), pytest.approx(middle, rel=0.2))


@pytest.mark.slow
def test_above_a_threshold_iron_does_nothing_but_by_anaemia_and_below_it_much():
    assert doubling(100, 200, "threshold_iron") == 0.0
    assert doubling(10, 20, "threshold_iron") < -2


def test_the_effect_of_activity_grows_with_the_polygenic_score():
    from rlsstudy.cohort.calibrate import calibrated
    from rlsstudy.cohort.draw import draw_sample

    model = calibrated(MODEL.in_scenario("gene_environment"))
    sample = draw_sample(model, model.design("population"), 1, ["irls_total"], ("rls_case", 1), N)
    between = model.descendants_of("activity_true") & model.ancestors_of("irls_total") - {"rls_case"}
    changed = between | {"activity_true", "irls_total"}
    low, high = (sample.under(model.do(activity_true=v), changed)["irls_total"] for v in (10, 20))
    risk = sample.values["prs_rls"]
    assert (high - low)[risk > 1].mean() < (high - low)[risk < 0].mean() - 0.5


def test_an_unmeasured_common_cause_is_named():
    confounded = MODEL.in_scenario("confounded")
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(confounded, "perceived_stress", "irls_total")
    assert "frailty" in caught.value.missing
    assert find_adjustment(MODEL, "perceived_stress", "irls_total")


def test_in_the_scenario_of_the_gene_btbd9_lowers_ferritin():
    changed = MODEL.in_scenario("btbd9_ferritin")
    sizes = {c.name: c.size for c in changed["ferritin"].equation.terms}
    assert sizes["btbd9_rs9357271_dose"] == -0.13

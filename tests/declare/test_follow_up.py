"""The trial with follow-up adds visits, arms and dropout to the model as its documentation says."""

import pytest

from rlsstudy.declare import CausalModel, Domain, Evidence, Kind, Scale, Variable
from rlsstudy.declare.equations import Bernoulli, Genotype, LogNormal, Normal
from rlsstudy.declare.missingness import mechanism
from rlsstudy.declare.repeated import split_visit_name
from rlsstudy.declare.rls import follow_up, irls
from rlsstudy.declare.rls.scenarios import ABLATION_EFFECT, STRONG_DROPOUT
from rlsstudy.declare.rls.treatments import ARM, ARMS

ADDED = follow_up.follow_up_variables()
SCENARIOS = (STRONG_DROPOUT, ABLATION_EFFECT)
ITEMS = tuple(f"irls_i{number:02d}" for number in range(1, 11))


def outside(name: str, kind: Kind, equation, **settings) -> Variable:
    """Return what the rest of the model gives to the trial, without causes of its own."""
    return Variable(
        name=name, label=name, domain=Domain.STUDY, kind=kind, equation=equation, source="assumed", **settings
    )


def number(name: str) -> Variable:
    return outside(name, Kind.CONTINUOUS, Normal(baseline=0, sd=1), measured=name != "rls_severity")


def yes_no(name: str) -> Variable:
    return outside(
        name, Kind.BINARY, Bernoulli(baseline=0.5), levels=("no", "yes"), measured=name != "ida_state"
    )


def model() -> CausalModel:
    """Return the rating scale of the declared model, and stand-ins for the other causes that the trial has."""
    questionnaire = [
        variable for variable in irls.VARIABLES if variable.name in (*ITEMS, "irls_total", "irls_band")
    ]
    rest = [
        *map(number, ("age", "education_years", "rls_severity")),
        *map(yes_no, ("depression", "ida_state", "venous_reflux", "rls_case")),
        outside("btbd9_rs9357271_dose", Kind.INTEGER, Genotype(frequency=0.7)),
        outside(
            "body_iron",
            Kind.CONTINUOUS,
            LogNormal(baseline=75, sigma=0.9),
            scale=Scale.LOG2,
            contrast=(50, 100),
            measured=False,
        ),
    ]
    declared = {variable.name for variable in (*rest, *questionnaire)}
    shared = {cause for item in questionnaire for cause in item.causes} - declared
    latent = [number(name) for name in sorted(shared)]
    return CausalModel("trial", (*rest, *latent, *questionnaire), SCENARIOS, (follow_up.FOLLOW_UP_DESIGN,))


MODEL = model()
TRIAL = MODEL.in_design("follow_up_trial")


@pytest.mark.parametrize("scenario", ["default", "strong_dropout", "ablation_effect"])
def test_the_trial_stands_without_contradictions_in_every_scenario(scenario):
    admission = MODEL.design("follow_up_trial").admission
    changed = MODEL.in_setting("follow_up_trial", scenario).with_variables(admission)
    assert set(changed.by_name) == {v.name for v in (*MODEL, *ADDED)} | {"follow_up_admission"}


@pytest.mark.parametrize("week", [4, 12, 52])
def test_every_visit_has_the_ten_items_the_scores_and_the_clinical_impression(week):
    visit = {name for name, when in map(split_visit_name, TRIAL.by_name) if when == week}
    assert {*ITEMS, "irls_total", "irls_band", "irls_change", "irls_response", "cgi_i", "in_study"} <= visit


def test_what_is_assumed_is_graded_so_and_what_is_graded_so_says_it():
    changes = (*ADDED, *follow_up.STRONG_DROPOUT_CHANGES, *follow_up.ABLATION_EFFECT_CHANGES)
    declared = [(v.name, v.source, v.evidence) for v in changes]
    for variable in changes:
        causes = [*variable.equation.terms, *(c for reason in variable.missing for c in reason.causes)]
        declared += [(f"{variable.name} <- {c.name}", c.source, c.evidence) for c in causes]
    differing = [
        name
        for name, source, evidence in declared
        if (evidence is Evidence.ASSUMED) != source.startswith(("assumed", "by definition"))
    ]
    assert differing == []


def test_arms_are_drawn_by_lot_in_equal_shares_and_compared_with_placebo():
    assert ARM.causes == ()
    assert ARM.equation.shares == pytest.approx([1 / 13] * 13)
    assert (ARM.levels, ARM.levels[0], ARM.domain) == (ARMS, "placebo", Domain.TREATMENT)


def test_nothing_but_the_treatment_and_what_it_leads_to_depends_on_the_arm_before_the_first_visit():
    effects = {name for name in TRIAL.descendants_of("arm") if split_visit_name(name)[1] == 0}
    assert effects == {
        "open_label",
        "continued_treatment",
        "expects_benefit",
        "placebo_response",
        "adverse_event",
        "adherence",
        "visits_attended",
        "last_visit",
        "dropped_out",
        "dropout_week",
    }


@pytest.mark.parametrize("week", [4, 12, 52])
def test_ablation_and_endovascular_treatment_do_nothing_by_default_and_that_is_contested(week):
    terms = [cause for cause in TRIAL[f"rls_severity_w{week:02d}"].equation.terms if cause.name == "arm"]
    sizes = {level: (size, c.evidence) for c in terms for level, size in c.size}
    assert sizes["venous ablation"] == (0.0, Evidence.CONTESTED)
    assert sizes["endovascular treatment"] == (0.0, Evidence.CONTESTED)
    assert set(sizes) == set(ARMS) - {"placebo", "open label no treatment"}


def test_the_ablation_scenario_changes_severity_at_visits_and_nothing_else():
    changed = MODEL.in_setting("follow_up_trial", "ablation_effect")
    differing = [variable.name for variable in TRIAL if variable != changed[variable.name]]
    assert differing == ["rls_severity_w04", "rls_severity_w12", "rls_severity_w52"]
    for name in differing:
        (added,) = set(changed[name].equation.terms) - set(TRIAL[name].equation.terms)
        assert added.only_at == ("venous_reflux", "yes")
        assert dict(added.size)["venous ablation"] < 0


def test_dropping_out_depends_on_what_was_seen_or_in_strong_dropout_on_severity_that_nobody_sees():
    for scenario, expected in (("default", "MAR"), ("strong_dropout", "MNAR")):
        changed = MODEL.in_setting("follow_up_trial", scenario)
        (gone,) = (reason for reason in changed["irls_total_w12"].missing if reason.name == "dropped out")
        assert mechanism("irls_total_w12", gone, changed.by_name) == expected
    unseen = set(
        MODEL.in_setting("follow_up_trial", "strong_dropout").causes_of("in_study_w12")
    ) - TRIAL.causes_of("in_study_w12")
    assert unseen == {"rls_severity_w12"}
    assert all(
        TRIAL[name].measured for week in (4, 12, 52) for name in TRIAL.causes_of(f"in_study_w{week:02d}")
    )


def test_strong_dropout_leaves_severity_and_treatment_as_they_are():
    changed = MODEL.in_setting("follow_up_trial", "strong_dropout")
    untouched = ["arm", "adherence", *(f"rls_severity_w{week:02d}" for week in (4, 12, 52))]
    assert [changed[name] for name in untouched] == [TRIAL[name] for name in untouched]


def test_everything_measured_at_a_visit_goes_with_the_participant():
    visits = [v for v in TRIAL.measured if split_visit_name(v.name)[1] and not v.name.startswith("in_study")]
    assert len(visits) == 3 * 16 + 1  # ten items, six scores and impressions; augmentation in week 52
    assert [v.name for v in visits if v.missing[0].name != "dropped out"] == []

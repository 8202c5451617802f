"""The declared model of RLS holds what its documentation promises."""

import pytest

from rlsstudy.declare import Domain, Evidence, Kind
from rlsstudy.declare.equations import Categorical
from rlsstudy.declare.rls import DEFAULT_FACTORS, rls_model

MODEL = rls_model()
FIVE = (Domain.VASCULAR, Domain.IRON, Domain.GENETIC, Domain.LIFESTYLE, Domain.NEUROLOGICAL)


def causes_with_sizes(variable):
    equation = variable.equation
    if isinstance(equation, Categorical):
        return [cause for _, causes in equation.by_level for cause in causes]
    return list(equation.terms)


@pytest.mark.parametrize("domain", FIVE)
def test_every_domain_has_at_least_two_measured_variables_among_the_default_factors(domain):
    assert sum(MODEL[name].domain is domain for name in DEFAULT_FACTORS) >= 2


def test_every_figure_has_a_source():
    unsourced = [v.name for v in MODEL if not v.source]
    unsourced += [f"{v.name} <- {c.name}" for v in MODEL for c in causes_with_sizes(v) if not c.source]
    assert unsourced == []


def test_what_is_assumed_is_graded_so_and_what_is_graded_so_says_it():
    declared = [(f"{v.name} <- {c.name}", c.source, c.evidence) for v in MODEL for c in causes_with_sizes(v)]
    declared += [(v.name, v.source, v.evidence) for v in MODEL]
    differing = [
        name
        for name, source, evidence in declared
        if (evidence is Evidence.ASSUMED) != source.startswith(("assumed", "by definition"))
    ]
    assert differing == []


def test_venous_and_arterial_disease_do_not_act_on_severity_by_default():
    sizes = {cause.name: (cause.size, cause.evidence) for cause in MODEL["rls_severity"].equation.terms}
    assert sizes["venous_disease"] == (0.0, Evidence.CONTESTED)
    assert sizes["abi"] == (0.0, Evidence.NULL)


def test_the_venous_scenario_changes_that_effect_and_nothing_else():
    changed = MODEL.in_scenario("venous_effect")
    differing = [variable.name for variable in MODEL if variable != changed[variable.name]]
    assert differing == ["rls_case", "rls_severity"]
    assert {c.name: c.size for c in changed["rls_severity"].equation.terms}["venous_disease"] == 0.10


def test_the_rating_scale_has_ten_items_from_0_to_4_that_apply_to_people_with_rls():
    items = [MODEL[f"irls_i{number:02d}"] for number in range(1, 11)]
    assert {(item.kind, item.limits, item.applies_to) for item in items} == {
        (Kind.INTEGER, (0, 4), "rls_case")
    }
    assert MODEL["irls_total"].limits == (0, 40)


def test_family_history_is_a_consequence_of_genotype_and_causes_nothing():
    assert MODEL.descendants_of("family_history_rls") == frozenset()
    assert "prs_rls" in MODEL.causes_of("family_history_rls")


def test_the_subscales_leave_out_item_three():
    listed = MODEL.causes_of("irls_symptoms") | MODEL.causes_of("irls_impact")
    assert MODEL.causes_of("irls_total") - listed == {"irls_i03"}

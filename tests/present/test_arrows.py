"""An arrow's condition is said in words: a threshold, a group, a modifier."""

import rlsstudy as rls
from rlsstudy.present.arrows import arrows_into, scale_of

MODEL = rls.rls_model()


def said(effect, cause):
    return [arrow.compared for arrow in arrows_into(MODEL[effect], MODEL) if arrow.cause == cause]


def test_a_cap_is_said():
    assert said("rls_case", "age") == ["60 vs 50 years, up to 65 years"]


def test_a_group_is_said():
    (contrast,) = said("sleep_complaint", "rls_severity")
    assert "Restless legs syndrome" in contrast


def test_a_modifier_is_said():
    changed = MODEL.in_scenario("gene_environment")
    contrasts = [
        arrow.compared
        for arrow in arrows_into(changed["rls_severity"], changed)
        if arrow.cause == "activity_true"
    ]
    assert len(contrasts) == 2
    assert any("olygenic score" in contrast for contrast in contrasts)


def test_both_latents_of_an_item_have_their_loading():
    loadings = {arrow.cause: arrow.size for arrow in arrows_into(MODEL["irls_i09"], MODEL)}
    assert loadings == {"rls_severity": 0.72, "irls_impact_factor": 0.35}


def test_every_variable_with_causes_has_a_scale():
    assert [variable.name for variable in MODEL if variable.causes and not scale_of(variable)] == []

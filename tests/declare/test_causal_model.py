"""A model is checked as a whole, knows its graph, and can be intervened on."""

import pytest

from rlsstudy.declare import CausalModel, Cause, Domain, Evidence, Kind, Scenario, Variable
from rlsstudy.declare.codebook import codebook
from rlsstudy.declare.equations import Normal
from rlsstudy.errors import DeclarationError


def node(name, *causes, **fields):
    return Variable(name, name.title(), Domain.IRON, Kind.CONTINUOUS, causes_declared=causes, **fields)


CHAIN = CausalModel("chain", (node("c", "b"), node("b", "a"), node("a")))


def test_causes_come_before_effects():
    assert CHAIN.order == ("a", "b", "c")


def test_ancestors_and_descendants_follow_the_arrows():
    assert CHAIN.ancestors_of("c") == {"a", "b"}
    assert CHAIN.descendants_of("a") == {"b", "c"}


def test_an_intervention_cuts_the_causes_and_nothing_else():
    changed = CHAIN.do(b=1.0)
    assert changed.causes_of("b") == frozenset()
    assert changed.causes_of("c") == {"b"}


def test_an_unknown_name_is_answered_with_the_nearest():
    model = CausalModel("m", (node("ferritin"),))
    with pytest.raises(DeclarationError) as caught:
        model["feritin"]
    assert str(caught.value) == "No variable 'feritin' is declared. Did you mean 'ferritin'?"


def test_all_unknown_causes_are_named_at_once():
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (node("ferritin", "crpp"), node("crp", "bmi")))
    assert str(caught.value) == (
        "The model 'm' contradicts itself:\n"
        "  - 'ferritin' has a cause 'crpp' that is not declared. Did you mean 'crp'?\n"
        "  - 'crp' has a cause 'bmi' that is not declared. Allowed: ferritin, crp."
    )


def test_a_circle_of_causes_is_drawn():
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (node("a", "b"), node("b", "a")))
    circles = {"a → b → a", "b → a → b"}
    assert str(caught.value) in {
        f"The model 'm' contradicts itself:\n  - causes run in a circle: {circle}. Remove one of these arrows."
        for circle in circles
    }


def test_a_variable_declared_twice_is_named():
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (node("a"), node("a")))
    assert str(caught.value) == "The model 'm' contradicts itself:\n  - 'a' is declared more than once."


def test_a_drawn_variable_needs_a_source():
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (node("a", equation=Normal(baseline=0, sd=1)),))
    assert str(caught.value) == (
        "The model 'm' contradicts itself:\n"
        "  - 'a' has no source; write where its figures come from, or 'assumed'."
    )


def test_an_effect_needs_a_source():
    effect = Cause("a", 1.0, Evidence.STRONG, "")
    with pytest.raises(DeclarationError) as caught:
        CausalModel(
            "m", (node("a"), node("b", equation=Normal(baseline=0, sd=1, terms=(effect,)), source="test"))
        )
    assert str(caught.value) == "The model 'm' contradicts itself:\n  - 'b': the effect of 'a' has no source."


def test_values_of_an_intervention_are_checked():
    sex = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
    model = CausalModel("m", (sex, node("bmi", limits=(14, 60), unit="kg/m²")))
    with pytest.raises(
        DeclarationError, match=r"'sex' \(Sex\) has no level 'femal'. Did you mean 'female'\?"
    ):
        model.do(sex="femal")
    with pytest.raises(DeclarationError, match=r"'sex' \(Sex\) is set to one of its levels: male, female."):
        model.do(sex=7)
    with pytest.raises(DeclarationError, match=r"'bmi' \(Bmi\) is set to a number, not to 'high'."):
        model.do(bmi="high")
    with pytest.raises(
        DeclarationError, match=r"'bmi' \(Bmi\) cannot be set to 600: plausible values are 14 to 60 kg/m²."
    ):
        model.do(bmi=600)


def test_large_limits_are_written_with_all_their_digits():
    model = CausalModel("m", (node("cells", limits=(0, 1_234_567), contrast=(1_000_001, 1_000_002.5)),))
    with pytest.raises(DeclarationError) as caught:
        model.do(cells=1_234_568)
    assert str(caught.value) == "'cells' (Cells) cannot be set to 1234568: plausible values are 0 to 1234567."
    row = codebook(model)[0]
    assert (row["lowest"], row["highest"], row["contrast"]) == ("0", "1234567", "1000002.5 vs 1000001")


def test_an_unknown_scenario_is_answered_with_the_nearest():
    model = CausalModel("m", (node("a"),), scenarios=(Scenario("venous_effect", "?"),))
    with pytest.raises(DeclarationError) as caught:
        model.in_scenario("venous")
    assert str(caught.value) == "No scenario 'venous' is declared. Did you mean 'venous_effect'?"


def test_the_digest_changes_with_the_declaration_and_only_with_it():
    same = CausalModel("chain", (node("c", "b"), node("b", "a"), node("a")))
    other = CausalModel("chain", (node("c", "b"), node("b", "a"), node("a", limits=(0, 1))))
    assert CHAIN.digest == same.digest != other.digest


def test_levels_of_groups_and_sources_of_level_effects_are_checked():
    g = Variable("g", "G", Domain.IRON, Kind.BINARY, levels=("no", "yes"))
    effect = Cause("g", (("yes", 1.0),), Evidence.STRONG, "")
    equation = Normal(target=0, sd=1, terms=(effect,), among=("g", "ja"))
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (g, node("b", equation=equation, source="test")))
    assert str(caught.value) == (
        "The model 'm' contradicts itself:\n"
        "  - 'b': the effect of 'g' has no source.\n"
        "  - 'b': 'g' has no level 'ja'. Allowed: no, yes."
    )

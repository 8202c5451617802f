"""Arrows say what is compared, where a cause acts, and which part it has in a derived value."""

import math

import pytest

import rlsstudy as rls
from rlsstudy.declare import CausalModel, Domain, Kind, Variable
from rlsstudy.declare.equations import (
    BandOf,
    Bernoulli,
    ByLevel,
    Cause,
    Condition,
    Count,
    GradedItem,
    Inherited,
    Normal,
    RatioOf,
    RelativeRisk,
    RuleOf,
    SumOf,
    WeightedSum,
)
from rlsstudy.declare.kinds import NO_YES, Evidence
from rlsstudy.present.arrow_words import rule_in_words
from rlsstudy.present.arrows import arrows_into, scale_of

NORMAL = Normal(baseline=0, sd=1)
SITES = ("north", "south")


def number(name, equation=NORMAL, *, unit="", limits=None, kind=Kind.CONTINUOUS, contrast=None):
    return Variable(
        name,
        name.capitalize(),
        Domain.IRON,
        kind,
        unit=unit,
        limits=limits,
        contrast=contrast,
        equation=equation,
        source="Trial",
    )


def binary(name, equation=None, levels=NO_YES):
    equation = Bernoulli(baseline=0.5) if equation is None else equation
    return Variable(
        name, name.capitalize(), Domain.IRON, Kind.BINARY, levels=levels, equation=equation, source="Trial"
    )


PARTS = (
    number("age", Normal(baseline=50, sd=10), unit="years", limits=(18, 95), contrast=(50, 60)),
    number("births", Count(baseline=1), unit="births", limits=(0, 9), kind=Kind.INTEGER),
    number("iron", Normal(baseline=100, sd=10), unit="µg/L", limits=(0, 900), contrast=(50, 100)),
    number("genes", unit="SD", contrast=(0, 1)),
    binary("sex", levels=("male", "female")),
    binary("ill"),
    binary("site", levels=SITES),
)


def model_of(*more):
    return CausalModel("Arrows", (*PARTS, *more))


def parts_into(variable, *more):
    model = model_of(*more, variable)
    return [(arrow.cause, arrow.compared, arrow.written) for arrow in arrows_into(variable, model)]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause("age", 1.0, Evidence.WEAK, "Trial"), "60 vs 50 years"),
        (Cause("age", 1.0, Evidence.WEAK, "Trial", (18, 65)), "60 vs 50 years, up to 65 years"),
        (Cause("age", 1.0, Evidence.WEAK, "Trial", (60, math.inf)), "60 vs 50 years, from 60 years"),
        (Cause("age", 1.0, Evidence.WEAK, "Trial", (20, 65)), "60 vs 50 years, between 20 and 65 years"),
        (Cause("iron", 1.0, Evidence.WEAK, "Trial", (0, 30)), "100 vs 50 µg/L, up to 30 µg/L"),
        (Cause("births", 1.0, Evidence.WEAK, "Trial", (0, 1)), "1 vs 0 births, up to 1 birth"),
        (
            Cause("age", 1.0, Evidence.WEAK, "Trial", only_at=("sex", "female")),
            "60 vs 50 years, among women",
        ),
        (
            Cause("age", 1.0, Evidence.WEAK, "Trial", only_at=("ill", "yes")),
            "60 vs 50 years, only with “Ill”",
        ),
        (
            Cause("age", 1.0, Evidence.WEAK, "Trial", only_at=("ill", "no")),
            "60 vs 50 years, only without “Ill”",
        ),
        (
            Cause("age", 1.0, Evidence.WEAK, "Trial", only_at=("site", "south")),
            "60 vs 50 years, only at “Site: south”",
        ),
        (Cause("age", 1.0, Evidence.WEAK, "Trial", times="genes"), "60 vs 50 years, per SD of Genes"),
        (
            Cause("genes", 1.0, Evidence.WEAK, "Trial", times="age"),
            "1 vs 0 SD, per 60 vs 50 years of Age",
        ),
    ],
)
def test_a_condition_stands_beside_the_contrast(cause, words):
    assert parts_into(number("effect", Normal(baseline=0, sd=1, terms=(cause,))))[0] == (
        cause.name,
        words,
        "1",
    )


def test_a_group_and_a_modifier_are_arrows_of_their_own():
    cause = Cause("age", 1.0, Evidence.WEAK, "Trial", only_at=("ill", "yes"), times="genes")
    effect = number("effect", Normal(baseline=0, sd=1, terms=(cause,)))
    assert parts_into(effect)[1:] == [
        ("ill", "a condition on other causes", ""),
        ("genes", "a condition on other causes", ""),
    ]


def test_an_item_has_both_its_loadings():
    item = GradedItem(latent="genes", loading=0.8, second=("iron", 0.3), thresholds=(0.0,), source="Trial")
    effect = number("item", item, kind=Kind.INTEGER)
    assert parts_into(effect) == [("genes", "loading", "0.8"), ("iron", "loading", "0.3")]


def test_parts_of_derived_values_say_what_they_do():
    rule = RuleOf(
        any_of=(
            (Condition(variable="sex", below=1), Condition(variable="iron", below=13)),
            (Condition(variable="iron", at_least=4, below=12),),
        )
    )
    assert parts_into(binary("low", rule)) == [
        ("sex", "in the rule: is male", ""),
        ("iron", "in the rule: below 13 µg/L or at least 4 µg/L and below 12 µg/L", ""),
    ]
    assert rule_in_words(rule, model_of()) == (
        "Sex is male and Iron below 13 µg/L; or Iron at least 4 µg/L and below 12 µg/L"
    )
    ratio = RatioOf(numerator="age", denominator="iron", power=-2)
    assert parts_into(number("ratio", ratio)) == [
        ("age", "the numerator", ""),
        ("iron", "times its square", ""),
    ]
    assert parts_into(number("sum", WeightedSum(weights=(("age", 0.5),)))) == [
        ("age", "weight in the sum", "0.5")
    ]
    assert parts_into(number("weight", ByLevel(variable="site", numbers=(1.0, 2.5)))) == [
        ("site", "at north", "1"),
        ("site", "at south", "2.5"),
    ]
    assert parts_into(number("total", SumOf(items=("births",)))) == [("births", "summed", "")]
    assert parts_into(binary("band", BandOf(score="iron", cuts=(15,)))) == [("iron", "cut at 15 µg/L", "")]


def test_alleles_come_from_both_parents():
    dose = number("dose", Inherited(mother="births", father="births"), kind=Kind.INTEGER)
    assert parts_into(dose)[0] == ("births", "one of its two alleles", "")
    assert scale_of(dose) == "handed on by the parents"


def test_the_evidence_of_a_part_is_that_of_the_derived_variable():
    band = binary("band", BandOf(score="iron", cuts=(15,)))
    (arrow,) = arrows_into(band, model_of(band))
    assert (arrow.evidence, arrow.source) == ("assumed", "Trial")


def test_an_effect_on_a_risk_is_called_so():
    assert scale_of(binary("risk", RelativeRisk(baseline=0.1))) == "log of the risk"


def test_the_modifier_that_a_scenario_adds_is_said():
    changed = rls.rls_model().in_scenario("gene_environment")
    said = [a.compared for a in arrows_into(changed["rls_severity"], changed) if a.cause == "activity_true"]
    assert len(said) == 2
    assert any("olygenic score" in contrast for contrast in said)


def test_both_latents_of_an_item_of_the_rating_scale_have_their_loading():
    model = rls.rls_model()
    loadings = {arrow.cause: arrow.size for arrow in arrows_into(model["irls_i09"], model)}
    assert loadings == {"rls_severity": 0.72, "irls_impact_factor": 0.35}


def test_every_variable_with_causes_has_a_scale():
    assert [v.name for v in rls.rls_model() if v.causes and not scale_of(v)] == []

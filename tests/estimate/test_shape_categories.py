"""Cuts from the declaration, from the call or from quintiles; what categories are called, and which are merged."""

import numpy as np
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Scale, Variable
from rlsstudy.declare.equations import BandOf, Condition, RuleOf
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.shape.categories import (
    categories_of,
    cuts_for,
    declared_cuts,
    nearest_value,
    place_of,
)


def number(**fields):
    given = {"unit": "µg/L", "scale": Scale.LOG2, "contrast": (50, 100), "resolution": 1.0, **fields}
    return Variable("iron", "Iron", Domain.IRON, Kind.CONTINUOUS, **given)


def banding(name, equation, levels=("no", "yes")):
    kind = Kind.BINARY if len(levels) == 2 else Kind.ORDINAL
    return Variable(name, name, Domain.IRON, kind, levels=levels, equation=equation, source="t")


def model(*bands):
    crp = Variable("crp", "CRP", Domain.IRON, Kind.CONTINUOUS)
    return CausalModel("m", (number(), crp, *bands))


LOW = banding("low", RuleOf(any_of=((Condition(variable="iron", below=75.001),),)))
STAGES = banding("stages", BandOf(score="iron", cuts=(100, 30), falling=True), ("a", "b", "c"))
BOTH = banding(
    "both", RuleOf(any_of=((Condition(variable="iron", below=30), Condition(variable="crp", at_least=5)),))
)


def test_cuts_are_those_of_a_declared_band_before_those_of_a_rule():
    assert declared_cuts(model(LOW, STAGES), "iron").values == (30, 100)
    assert declared_cuts(model(LOW), "iron").values == (75.001,)
    assert declared_cuts(model(LOW), "iron").source == "as declared by 'low'"


def test_a_rule_that_asks_about_more_than_the_factor_has_no_cuts():
    assert declared_cuts(model(BOTH), "iron") is None
    assert declared_cuts(model(), "iron") is None


@pytest.mark.parametrize(("cut", "expected"), [(75.001, 75.0), (75.0, 75.0), (74.999, 75.0)])
def test_a_declared_cut_is_a_value_of_the_instrument(cut, expected):
    assert nearest_value(number(), cut) == expected
    assert nearest_value(number(resolution=None), cut) == cut


def labels(variable, cuts):
    z = variable.on_scale(np.linspace(1, 300, 600))
    return [one.label for one in categories_of(variable, cuts, z)]


def test_a_value_at_a_cut_belongs_to_the_upper_category_and_the_label_says_so():
    assert labels(number(), (30, 100)) == [
        "below 30 µg/L",
        "30 to below 100 µg/L",
        "100 or more µg/L",
    ]
    assert labels(number(), (30, 75.001)) == ["below 30 µg/L", "30 to 75 µg/L", "more than 75 µg/L"]
    assert labels(number(resolution=None, unit=""), (0.5,)) == ["below 0.5", "0.5 or more"]
    made = categories_of(number(), (30.0,), np.log2([10, 20, 30, 40]))
    assert [one.n for one in made] == [2, 2]
    assert place_of(made, 30) == 1 and place_of(made, 29.9) == 0


def test_a_category_stands_for_its_median_in_the_unit_and_on_the_scale():
    made = categories_of(number(), (30.0,), np.log2([5, 20, 29, 64, 64]))
    assert [one.middle for one in made] == [20, 64]
    assert [one.z for one in made] == pytest.approx([np.log2(20), 6])


def spread(*sizes):
    """Return so many participants around each of 10, 50, 90, …"""
    return np.log2(np.repeat(10.0 + 40 * np.arange(len(sizes)), sizes))


def test_without_declaration_and_call_the_quintiles_are_cuts():
    z = np.log2(np.arange(1.0, 101))
    cuts = cuts_for(model(), number(), z, ())
    assert cuts.source == "quintiles"
    assert [one.n for one in categories_of(number(), cuts.values, z)] == [20] * 5


def test_quintiles_that_coincide_or_are_the_least_value_are_no_cuts():
    cuts = cuts_for(model(), number(), np.log2(np.r_[np.ones(55), np.arange(2.0, 47)]), ())
    assert len(cuts.values) == 2
    assert cuts.notes == ()


def test_a_small_category_is_merged_with_the_smaller_neighbour_and_it_is_said():
    asked = (30.0, 70.0, 110.0)
    cuts = cuts_for(model(), number(), spread(40, 9, 12, 50), asked)
    assert cuts.values == (30.0, 110.0)
    assert cuts.notes == ("fewer than 10 participants in '30 to below 70 µg/L': merged with a neighbour",)
    assert cuts_for(model(), number(), spread(40, 10, 12, 50), asked).values == asked


def test_categories_without_people_go_too():
    cuts = cuts_for(model(), number(), spread(20, 20), (30.0, 1000.0, 2000.0))
    assert cuts.values == (30.0,)
    assert cuts.notes[0].count("'") == 4


def refusal(*arguments):
    with pytest.raises(EstimationError) as caught:
        cuts_for(*arguments)
    return str(caught.value)


def test_one_category_is_none_and_a_cut_of_a_logarithm_is_above_0():
    assert refusal(model(), number(), spread(40, 9), (30.0,)) == (
        "No two categories of 'iron' have at least 10 participants each. Choose other cuts, or a straight line."
    )
    assert refusal(model(), number(), spread(40, 40), (0.0, 30.0)) == (
        "'iron' (Iron) is on a log2 scale, so its cuts are above 0."
    )


def test_few_whole_numbers_are_categories_themselves():
    dose = Variable("dose", "Alleles", Domain.GENETIC, Kind.INTEGER, unit="alleles", contrast=(0, 1))
    z = np.repeat([0.0, 1.0, 2.0], [30, 20, 10])
    cuts = cuts_for(CausalModel("m", (dose,)), dose, z, ())
    assert cuts.values == (1, 2)
    assert [category.n for category in categories_of(dose, cuts.values, z)] == [30, 20, 10]

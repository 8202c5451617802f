"""Rules, ratios and weighted sums give what a clinician would work out by hand, also with gaps."""

import numpy as np
import pytest

from rlsstudy.declare.equations import BandOf, Condition, RatioOf, RuleOf, WeightedSum
from rlsstudy.errors import DeclarationError

NONE = np.nan
# Iron deficiency: ferritin below 15, or below 30 when C-reactive protein is 5 or more.
DEFICIENCY = RuleOf(
    any_of=(
        (Condition(variable="ferritin", below=15),),
        (Condition(variable="ferritin", below=30), Condition(variable="crp", at_least=5)),
    )
)


@pytest.mark.parametrize(
    ("ferritin", "crp", "expected"),
    [
        (14.9, 0.5, 1),
        (15.0, 0.5, 0),
        (29.0, 5.0, 1),
        (29.0, 4.9, 0),
        (30.0, 50.0, 0),
        (10.0, NONE, 1),  # the second measurement could not change the answer
        (40.0, NONE, 0),
        (20.0, NONE, NONE),  # here it could
        (NONE, 1.0, NONE),
        (NONE, NONE, NONE),
    ],
)
def test_a_rule_is_missing_only_where_a_gap_could_change_it(ferritin, crp, expected):
    answer = DEFICIENCY.derive({"ferritin": np.array([ferritin]), "crp": np.array([crp])})
    np.testing.assert_equal(answer, [float(expected)])


def test_a_rule_names_what_it_asks_about_once():
    assert DEFICIENCY.causes == ("ferritin", "crp")


def test_a_condition_without_a_limit_is_refused():
    with pytest.raises(DeclarationError) as caught:
        Condition(variable="ferritin")
    assert str(caught.value) == "A condition on 'ferritin' needs 'below' or 'at_least'."


def test_body_mass_index_is_weight_over_height_squared_and_weight_is_found_back():
    values = {"weight": np.array([80.0, NONE, 80.0]), "height": np.array([180.0, 170.0, 0.0])}
    index = RatioOf(numerator="weight", denominator="height", factor=10_000, power=2).derive(values)
    np.testing.assert_equal(index, [24.7, NONE, NONE])
    values["bmi"] = np.array([24.7, 25.0, 25.0])
    weight = RatioOf(numerator="bmi", denominator="height", factor=1e-4, power=-2).derive(values)
    np.testing.assert_equal(weight, [80.0, 72.2, 0.0])


def test_a_weighted_sum_is_missing_where_a_part_is():
    total = WeightedSum(weights=(("ldl", 1.0), ("hdl", 1.0), ("triglycerides", 0.45)), decimals=2)
    values = {
        "ldl": np.array([3.0, 3.0]),
        "hdl": np.array([1.2, NONE]),
        "triglycerides": np.array([2.0, 2.0]),
    }
    np.testing.assert_equal(total.derive(values), [5.1, NONE])


def test_falling_bands_begin_at_the_highest_values():
    # Kidney disease: stage G1 from 90, G2 from 60, G3 from 30, G4 below.
    stages = BandOf(score="egfr", cuts=(90, 60, 30), falling=True)
    np.testing.assert_equal(
        stages.derive({"egfr": np.array([90.0, 89.0, 60.0, 30.0, 29.0, NONE])}), [0, 1, 1, 2, 3, NONE]
    )

"""A cause can have a threshold, act in one group alone, and be modified by another variable."""

import numpy as np
import pytest

from rlsstudy.declare import CausalModel, Cause, Domain, Evidence, Kind, Variable
from rlsstudy.declare.equations import Bernoulli, Normal
from rlsstudy.errors import DeclarationError

IRON = Variable("iron", "Iron", Domain.IRON, Kind.CONTINUOUS, contrast=(0, 1))
SEX = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
DOSE = Variable("dose", "Dose", Domain.GENETIC, Kind.INTEGER, contrast=(0, 1))
DECLARED = {variable.name: variable for variable in (IRON, SEX, DOSE)}
VALUES = {
    "iron": np.array([-2.0, -1.0, 0.0, 3.0]),
    "sex": np.array([0.0, 1.0, 0.0, 1.0]),
    "dose": np.array([2.0, 0.0, 1.0, 2.0]),
}


def term(**settings):
    return Cause("iron", 0.5, Evidence.ASSUMED, "assumed", **settings).term(VALUES, DECLARED)


def test_beyond_a_threshold_more_of_a_cause_changes_nothing():
    np.testing.assert_allclose(term(acts_between=(-np.inf, -1.0)), [-1.0, -0.5, -0.5, -0.5])
    np.testing.assert_allclose(term(acts_between=(-1.0, 1.0)), [-0.5, -0.5, 0.0, 0.5])


def test_a_cause_can_act_in_one_group_alone():
    np.testing.assert_allclose(term(only_at=("sex", "female")), [0.0, -0.5, 0.0, 1.5])


def test_a_modifier_multiplies_the_effect_by_its_value_in_contrasts():
    np.testing.assert_allclose(term(times="dose"), [-2.0, 0.0, 0.0, 3.0])


def test_groups_and_modifiers_are_causes_in_the_graph():
    effect = Cause("iron", 0.5, Evidence.ASSUMED, "assumed", only_at=("sex", "female"), times="dose")
    assert Normal(baseline=0, sd=1, terms=(effect,)).causes == ("iron", "sex", "dose")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"acts_between": (1, 1)}, "'y': 'iron' acts between two values, the lower one first."),
        ({"only_at": ("sex", "femal")}, "'y': 'sex' has no level 'femal'. Did you mean 'female'?"),
        ({"only_at": ("ses", "high")}, "'y' has a cause 'ses' that is not declared. Did you mean 'sex'?"),
        ({"times": "doze"}, "'y' has a cause 'doze' that is not declared. Did you mean 'dose'?"),
        ({"size": float("nan")}, "'y': the effect of 'iron' is a finite number, not nan."),
    ],
)
def test_a_cause_that_contradicts_the_declaration_is_refused_with_its_place(settings, problem):
    effect = Cause(
        **{"name": "iron", "size": 0.5, "evidence": Evidence.ASSUMED, "source": "assumed"} | settings
    )
    y = Variable(
        "y", "Y", Domain.OUTCOME, Kind.BINARY, levels=("no", "yes"), source="assumed",
        equation=Bernoulli(baseline=0.5, terms=(effect,)),
    )  # fmt: skip
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (IRON, SEX, DOSE, y))
    assert caught.value.problems == (problem,)

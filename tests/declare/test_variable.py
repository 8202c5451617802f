"""A variable says what it is, and refuses what it cannot be."""

import numpy as np
import pytest

from rlsstudy.declare import Domain, Kind, MissingReason, Scale, Variable
from rlsstudy.declare.intervention import set_to
from rlsstudy.errors import DeclarationError

FERRITIN = Variable(
    "ferritin",
    "Serum ferritin",
    Domain.IRON,
    Kind.CONTINUOUS,
    unit="µg/L",
    limits=(1, 3000),
    scale=Scale.LOG2,
    contrast=(50, 100),
)
BAND = Variable("band", "Band", Domain.OUTCOME, Kind.ORDINAL, levels=("mild", "moderate", "severe"))


def test_a_doubling_on_the_log2_scale_is_one_contrast():
    np.testing.assert_allclose(
        FERRITIN.in_contrasts(np.array([25.0, 50.0, 100.0, 200.0])), [-1, 0, 1, 2], atol=1e-12
    )


def test_a_contrast_may_go_down():
    abi = Variable("abi", "Ankle-brachial index", Domain.VASCULAR, Kind.CONTINUOUS, contrast=(1.1, 1.0))
    np.testing.assert_allclose(abi.in_contrasts(np.array([1.1, 1.0, 0.9])), [0, 1, 2], atol=1e-12)


def test_labels_carry_the_unit_when_there_is_one():
    assert FERRITIN.label_with_unit == "Serum ferritin (µg/L)"
    assert BAND.label_with_unit == "Band"


def test_levels_count_from_zero_and_an_unknown_one_is_named_with_a_suggestion():
    assert BAND.level_code("severe") == 2
    with pytest.raises(DeclarationError) as caught:
        BAND.level_code("sever")
    assert str(caught.value) == "'band' (Band) has no level 'sever'. Did you mean 'severe'?"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"name": "Ferritin"},
            "a name has lower-case letters, digits and underscores, and does not begin with a digit.",
        ),
        ({"label": ""}, "a label is needed for tables and axes."),
        ({"kind": Kind.BINARY}, "a binary variable needs at least two levels."),
        (
            {"kind": Kind.BINARY, "levels": ("a", "b", "c")},
            "a binary variable has two levels, not 3; use 'categorical'.",
        ),
        ({"levels": ("a", "b")}, "levels are given, but the kind is 'continuous'."),
        ({"kind": Kind.ORDINAL, "levels": ("a", "a")}, "a level is listed twice."),
        ({"limits": (5, 1)}, "the lower limit must be below the upper one."),
        ({"contrast": (1, 1)}, "a contrast compares two different values."),
        ({"scale": Scale.LOG}, "a contrast is needed on the log scale."),
        ({"scale": Scale.LOG, "contrast": (0, 1)}, "limits and contrast must be above 0 on the log scale."),
        ({"resolution": 0}, "the resolution must be above 0."),
        ({"kind": Kind.TEXT, "limits": (0, 1)}, "a text has no limits."),
        ({"kind": Kind.TEXT, "unit": "kg"}, "a text has no unit."),
        ({"kind": Kind.DATE, "resolution": 1}, "a date has no resolution."),
        ({"kind": Kind.DATE, "detection": (0, None)}, "a date has no detection."),
        ({"missing": (MissingReason("lost", 1.0),)}, "the share missing for 'lost' must be from 0 to 0.95."),
    ],
)
def test_contradictions_are_named(changes, message):
    declared = {"name": "x", "label": "X", "domain": Domain.IRON, "kind": Kind.CONTINUOUS} | changes
    with pytest.raises(DeclarationError) as caught:
        Variable(**declared)
    assert str(caught.value) == f"Variable '{declared['name']}': {message}"


def test_all_contradictions_are_listed_at_once():
    with pytest.raises(DeclarationError) as caught:
        Variable("x", "", Domain.IRON, Kind.CONTINUOUS, limits=(2, 1))
    assert str(caught.value) == (
        "Variable 'x': a label is needed for tables and axes. the lower limit must be below the upper one."
    )


def test_limits_may_be_open_at_one_end():
    variable = Variable("x", "X", Domain.STUDY, Kind.DATE, limits=(14610, float("inf")))

    assert variable.is_carried
    assert not FERRITIN.is_carried


def test_a_date_cannot_be_set_by_intervention():
    with pytest.raises(DeclarationError) as caught:
        set_to(Variable("x", "Visit", Domain.STUDY, Kind.DATE), 3)
    assert str(caught.value) == "'x' (Visit) is a date, which is carried along and cannot be set."


@pytest.mark.parametrize(
    ("limits", "said"),
    [((0, float("inf")), "0 or more"), ((-float("inf"), 9), "up to 9"), ((0, 9), "0 to 9")],
)
def test_what_can_be_set_is_said_with_an_open_end(limits, said):
    with pytest.raises(DeclarationError) as caught:
        set_to(Variable("x", "X", Domain.STUDY, Kind.CONTINUOUS, limits=limits), -1 if limits[0] == 0 else 10)
    assert str(caught.value).endswith(f"plausible values are {said}.")

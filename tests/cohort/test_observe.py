"""What a study does not see is missing for declared reasons, with declared dependence."""

from dataclasses import replace

import numpy as np
import pytest

from rlsstudy.cohort.assemble import reason_names
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.cohort.observe import observe_block
from rlsstudy.declare import CausalModel, Cause, Design, Domain, Evidence, Kind, MissingReason, Variable
from rlsstudy.declare.equations import Normal
from rlsstudy.declare.missingness import mechanism
from rlsstudy.errors import DeclarationError

EVERYBODY = Design("population", "Population")


def measurement(name, *reasons, measured=True, **fields):
    return Variable(
        name, name, Domain.IRON, Kind.CONTINUOUS, contrast=(0, 1), missing=reasons, measured=measured,
        equation=Normal(baseline=0, sd=1), source="test", **fields,
    )  # fmt: skip


def because_of(name, size):
    return Cause(name, size, Evidence.ASSUMED, "assumed")


def seen(*variables, design=EVERYBODY):
    """Observe the first block of a population: true values, observed values, names of reasons."""
    model = calibrated(CausalModel("m", variables, designs=(design,)).in_design(design.name))
    block = next(draw_blocks(model, design, 1, [v.name for v in variables]))
    values, reasons = observe_block(model, block)
    names = np.array([*reason_names(model), ""])
    return block.values, values, {name: names[codes] for name, codes in reasons.items()}


SHARE_ERROR = 0.0125  # more than three standard errors of a share of 0.3 among 16,384


def test_gaps_that_depend_on_a_measured_variable_hit_their_share_and_follow_it():
    gap = MissingReason("no blood drawn", 0.3, (because_of("age", 1.0),))
    truth, values, _ = seen(measurement("age"), measurement("ferritin", gap))
    missing = np.isnan(values["ferritin"])
    assert abs(missing.mean() - 0.3) < SHARE_ERROR
    old = truth["age"] > 0
    assert missing[old].mean() > missing[~old].mean() + 0.2


def test_gaps_that_depend_on_the_value_itself_move_its_mean():
    gap = MissingReason("refused", 0.3, (because_of("weight", 1.5),))
    truth, values, _ = seen(measurement("weight", gap))
    assert abs(np.isnan(values["weight"]).mean() - 0.3) < SHARE_ERROR
    assert np.nanmean(values["weight"]) < truth["weight"].mean() - 0.2


def test_who_has_no_blood_drawn_lacks_all_that_is_measured_in_blood():
    together = MissingReason("no blood drawn", 0.3, together="blood draw")
    alone = MissingReason("lost", 0.3)
    _, values, _ = seen(
        measurement("a", together),
        measurement("b", together),
        measurement("c", alone),
        measurement("d", alone),
    )
    gaps = {name: np.isnan(column) for name, column in values.items()}
    np.testing.assert_array_equal(gaps["a"], gaps["b"])
    assert abs((gaps["c"] & gaps["d"]).mean() - 0.09) < SHARE_ERROR


def test_of_two_reasons_the_first_declared_is_recorded():
    first, second = MissingReason("refused", 0.3), MissingReason("lost", 0.5)
    _, _, reasons = seen(measurement("a", first, second))
    assert abs((reasons["a"] == "refused").mean() - 0.3) < SHARE_ERROR
    assert abs((reasons["a"] == "lost").mean() - 0.7 * 0.5) < SHARE_ERROR


def test_values_the_instrument_cannot_report_are_gaps_with_that_reason():
    truth, values, reasons = seen(measurement("a", detection=(-1.0, 2.0)))
    np.testing.assert_array_equal(reasons["a"] == "below detection", truth["a"] < -1)
    np.testing.assert_array_equal(reasons["a"] == "above detection", truth["a"] > 2)
    inside = (truth["a"] >= -1) & (truth["a"] <= 2)
    np.testing.assert_array_equal(values["a"][inside], truth["a"][inside])


def test_a_design_has_its_own_share_of_gaps():
    planned = MissingReason("not in the substudy", 0.7, together="substudy", planned=True)
    design = Design("clinic", "Clinic", gaps=(("not in the substudy", 0.1),))
    _, values, _ = seen(measurement("a", planned), design=design)
    assert abs(np.isnan(values["a"]).mean() - 0.1) < SHARE_ERROR


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (MissingReason("lost", 0.1), "MCAR"),
        (MissingReason("no blood", 0.1, (because_of("age", 1.0),)), "MAR"),
        (MissingReason("refused", 0.1, (because_of("age", 1.0), because_of("weight", 1.0))), "MNAR"),
        (MissingReason("refused", 0.1, (because_of("mood", 1.0),)), "MNAR"),
        (MissingReason("not in the substudy", 0.1, planned=True), "by design"),
    ],
)
def test_the_mechanism_follows_from_what_the_gaps_depend_on(reason, expected):
    declared = {
        v.name: v for v in (measurement("age"), measurement("weight"), measurement("mood", measured=False))
    }
    assert mechanism("weight", reason, declared) == expected


def test_gaps_that_depend_on_an_unknown_variable_are_refused():
    gap = MissingReason("no blood", 0.1, (because_of("aeg", 1.0),))
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", (measurement("age"), measurement("ferritin", gap)))
    assert caught.value.problems == (
        "gaps of 'ferritin' depend on 'aeg', which is not declared. Did you mean 'age'?",
    )


def test_a_solved_height_is_that_of_the_declared_share_alone():
    gap = MissingReason("no blood", 0.2, (because_of("age", 1.0),))
    model = calibrated(CausalModel("m", (measurement("age"), measurement("b", gap))))
    assert replace(model["b"].missing[0], intercept=None) == gap
    assert calibrated(model) is model or calibrated(model) == model

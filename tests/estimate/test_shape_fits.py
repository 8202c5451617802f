"""Curves, joint tests and the search for a threshold, on arrays: by hand, and the same in any unit and order."""

from dataclasses import replace

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.shape import curves
from rlsstudy.estimate.shape.fitted import Problem, fit_curve
from rlsstudy.estimate.shape.threshold import search_threshold

CLOSE = 1e-9  # relative, and of numbers near 1: another way to the same least squares
LOOSER = 1e-7  # relative: p-values and F far out, which make the last digits of a coefficient count more
SPACING = 0.1  # of values next to each other where the threshold is
FEW = 99  # bootstrap replicates, where the p-value itself is not looked at


def problem(n=120, seed=4, bend=0.0, at=6.0, noise=1.0):
    rng = np.random.default_rng(seed)
    z, other = rng.normal(6, 1.2, n), rng.normal(size=n)
    y = 2 - z + bend * np.maximum(z - at, 0) + 0.5 * other + noise * rng.normal(size=n)
    return Problem("iron", z, np.column_stack([np.ones(n), other]), ("intercept", "age"), y)


def test_a_straight_line_is_the_linear_model():
    data = problem()
    X = np.column_stack([data.others, data.z])
    fit, fitted = fit_linear(X, data.y), fit_curve(data, curves.line())
    difference, error = fitted.differences(np.array([4.0, 7.0]), 5.0)
    assert difference == pytest.approx(fit.coef[2] * np.array([-1, 2]), rel=CLOSE)
    assert error == pytest.approx(fit.std_error[2] * np.array([1, 2]), rel=CLOSE)
    no_effect = fitted.no_effect()
    assert (no_effect.df, no_effect.df_residual) == (1, 117)
    assert no_effect.statistic == pytest.approx((fit.coef[2] / fit.std_error[2]) ** 2, rel=CLOSE)
    assert no_effect.p_value == pytest.approx(fit.p_values[2], rel=LOOSER)


def test_a_joint_test_is_the_quadratic_form_of_the_robust_covariance():
    data, knots = problem(bend=1.0), np.array([4.0, 6.0, 8.0])
    fitted = fit_curve(data, curves.spline(knots))
    b, V = fitted.fit.coef[1:3], fitted.fit.cov[1:3, 1:3]
    assert fitted.no_effect().statistic == pytest.approx(b @ np.linalg.inv(V) @ b / 2, rel=CLOSE)
    straight = fitted.straight()
    assert straight.statistic == pytest.approx(b[1] ** 2 / V[1, 1], rel=CLOSE)
    assert straight.p_value == pytest.approx(fitted.fit.p_values[2], rel=LOOSER)


def test_two_lines_that_meet_worked_out_by_hand():
    # Slope 2 up to 5 and -1 beyond, in pairs of +-0.1: least squares goes through the middles.
    z = np.repeat(np.arange(1.0, 11.0), 2)
    y = np.where(z <= 5, 2 * z, 15 - z) + np.tile([0.1, -0.1], 10)
    data = Problem("iron", z, np.ones((20, 1)), ("intercept",), y)
    fitted = fit_curve(data, curves.broken_stick(5.0))
    assert fitted.fit.coef == pytest.approx([0, 2, -3], abs=CLOSE)
    difference, _ = fitted.differences(np.array([1.0, 5.0, 9.0]), 5.0)
    assert difference == pytest.approx([-8, 0, -4], abs=CLOSE)


@pytest.mark.parametrize(("side", "expected"), [("above", [-2, 0, 0]), ("below", [0, 0, 2])])
def test_a_curve_is_flat_on_the_side_that_is_asked_for(side, expected):
    z = np.repeat(np.arange(1.0, 11.0), 2)
    bent = np.minimum(z, 5) if side == "above" else np.maximum(z, 5)
    data = Problem("iron", z, np.ones((20, 1)), ("intercept",), bent + np.tile([0.1, -0.1], 10))
    difference, _ = fit_curve(data, curves.flat_beyond(5.0, side)).differences(np.array([3.0, 5.0, 7.0]), 5.0)
    assert difference == pytest.approx(expected, abs=CLOSE)


def test_the_criterion_is_akaikes_with_the_correction_for_small_samples():
    # Residuals of +-1: sum of squares 20 over 20; intercept, slope and variance are 3 parameters.
    z = np.repeat(np.arange(1.0, 11.0), 2)
    data = Problem("iron", z, np.ones((20, 1)), ("intercept",), z + np.tile([1.0, -1.0], 10))
    assert fit_curve(data, curves.line()).aicc == pytest.approx(20 * np.log(1) + 2 * 3 * 20 / 16, abs=CLOSE)
    searched = fit_curve(data, curves.broken_stick(5.5, searched=1))
    assert searched.aicc == pytest.approx(2 * 5 * 20 / 14, abs=CLOSE)


def test_steps_are_differences_of_means():
    z = np.repeat([1.0, 2.0, 3.0, 4.0], 5)
    y = np.repeat([7.0, 1.0, 3.0, 3.0], 5) + np.tile([-2.0, -1, 0, 1, 2], 4)
    data = Problem("iron", z, np.ones((20, 1)), ("intercept",), y)
    fitted = fit_curve(data, curves.steps([2.0, 3.0], 1, ["a", "b", "c"]))
    difference, _ = fitted.differences(np.array([1.0, 2.0, 3.5]), 2.0)
    assert difference == pytest.approx([6, 0, 2], abs=CLOSE)


def test_a_shape_needs_ten_more_participants_than_coefficients():
    data = problem(n=14)
    assert fit_curve(data, curves.broken_stick(6.0)).fit.df_residual == 10
    with pytest.raises(EstimationError) as caught:
        fit_curve(data, curves.spline(np.array([4.0, 5.0, 6.0, 7.0])))
    assert str(caught.value) == (
        "14 complete participants are too few for the shape spline with 5 coefficients; at least 15 are needed"
    )


def test_a_plain_threshold_is_found_where_it_is():
    found = search_threshold(problem(bend=2.0, noise=0.2), seed=0, replicates=199)
    assert found.at == pytest.approx(6.0, abs=SPACING)
    assert found.searched[0] < found.low <= 6.0 <= found.high < found.searched[1]
    assert not found.is_open
    assert (found.p_value, found.effect_p) == (1 / 200, 1 / 200)


def test_the_largest_f_is_that_of_the_change_of_slope_at_the_threshold():
    data = problem(bend=0.5)
    found = search_threshold(data, seed=0, replicates=FEW)
    X = np.column_stack([data.others, data.z, np.maximum(data.z - found.at, 0)])
    fit = fit_linear(X, data.y, covariance="classical")
    assert found.statistic == pytest.approx((fit.coef[3] / fit.std_error[3]) ** 2, rel=LOOSER)


def test_the_same_seed_gives_the_same_and_a_longer_bootstrap_begins_with_the_shorter(monkeypatch):
    data = problem(bend=0.3)
    first = search_threshold(data, seed=1, replicates=FEW)
    monkeypatch.setattr("rlsstudy.estimate.shape.threshold._MOST_SIGNS", 7 * 120)
    assert search_threshold(data, seed=1, replicates=FEW) == first
    assert search_threshold(data, seed=2, replicates=FEW) != first


def test_units_and_columns_that_are_adjusted_for_do_not_matter_to_a_threshold():
    data = problem(bend=1.0)
    first = search_threshold(data, seed=1, replicates=FEW)
    moved = replace(data, z=100 * data.z - 3, y=1e-6 * (data.y + 5 * data.others[:, 1]))
    second = search_threshold(moved, seed=1, replicates=FEW)
    assert (second.at + 3) / 100 == pytest.approx(first.at, rel=CLOSE)
    assert second.statistic == pytest.approx(first.statistic, rel=LOOSER)
    assert (second.p_value, second.effect_p) == (first.p_value, first.effect_p)


def refusal(data):
    with pytest.raises(EstimationError) as caught:
        search_threshold(data, seed=0, replicates=2)
    return str(caught.value)


def test_where_no_threshold_can_be_looked_for_it_is_said():
    data = problem()
    assert refusal(replace(data, z=np.round(data.z / 3))) == (
        "'iron' has fewer than 5 different values, too few to look for a threshold. Give the threshold, or use "
        "categories."
    )
    few = Problem("iron", data.z[:19], data.others[:19], data.other_names, data.y[:19])
    heaped = replace(data, z=np.where(np.arange(120) < 112, 0.0, np.arange(120)))
    message = (
        "No place in 'iron' has at least 10 participants on either side, which a threshold needs to be looked for. "
        "Give the threshold, or use a straight line."
    )
    assert refusal(few) == refusal(heaped) == message
    aliased = replace(data, others=np.column_stack([np.ones(120), 2 * data.z]))
    assert "'iron' follows from 'age'." in refusal(aliased)

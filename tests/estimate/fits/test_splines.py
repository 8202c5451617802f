"""Restricted cubic splines: by hand, straight beyond the knots, and what they refuse."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; a change of unit is not a change of curve
KNOTS = [1.0, 2.0, 4.0, 7.0]


def refusal(call, *arguments):
    with pytest.raises(EstimationError) as caught:
        call(*arguments)
    return str(caught.value)


def test_three_knots_worked_out_by_hand():
    # Knots 0, 1, 2: x = 1 gives 1 / 4; x = 2 gives (8 - 2) / 4; x = 3 gives (27 - 2 * 8 + 1) / 4.
    basis = restricted_cubic_basis([-1, 0, 1, 2, 3], [0, 1, 2])
    assert basis[:, 0].tolist() == [-1, 0, 1, 2, 3]
    assert basis[:, 1] == pytest.approx([0, 0, 0.25, 1.5, 3], abs=EXACT)


def test_a_curve_is_straight_beyond_the_knots():
    below, above = np.array([-1e6, -3.0, 0.5]), np.array([7.5, 20.0, 1e6])
    for outside in (below, above):
        slopes = np.diff(restricted_cubic_basis(outside, KNOTS), axis=0) / np.diff(outside)[:, None]
        assert slopes[1] == pytest.approx(slopes[0], rel=CLOSE)


@pytest.mark.parametrize("knot", KNOTS)
def test_a_curve_has_no_corner_at_a_knot(knot):
    # First and second differences from either side meet, up to the step.
    step = 1e-4
    at = restricted_cubic_basis(knot + step * np.arange(-2, 3), KNOTS)
    second = np.diff(at, 2, axis=0) / step**2
    assert np.abs(np.diff(second, axis=0)).max() < 0.01


def test_a_missing_value_gives_a_missing_row_and_any_shape_is_kept():
    basis = restricted_cubic_basis(np.array([[np.nan, 3.0]]), KNOTS)
    assert basis.shape == (1, 2, 3)
    assert np.isnan(basis[0, 0]).all() and not np.isnan(basis[0, 1]).any()


@pytest.mark.parametrize(("shift", "scale"), [(0, 1e-6), (100, 1e3), (-50, 7), (1e3, 0.5)])
def test_the_unit_of_the_values_is_the_unit_of_the_columns(shift, scale):
    x = np.linspace(0, 9, 10)
    plain = restricted_cubic_basis(x, KNOTS)[:, 1:]
    moved = restricted_cubic_basis(shift + scale * x, shift + scale * np.array(KNOTS))[:, 1:]
    assert moved / scale == pytest.approx(plain, rel=CLOSE, abs=1e-9)


def test_knots_stand_at_harrells_quantiles():
    x = np.arange(201.0)
    assert default_knots(x, 3).tolist() == pytest.approx([20, 100, 180])
    assert default_knots(x, 4).tolist() == pytest.approx([10, 70, 130, 190])
    assert default_knots(x, 7).tolist() == pytest.approx([5, *np.linspace(0.025, 0.975, 7)[1:-1] * 200, 195])


def test_in_a_small_sample_the_outer_knots_are_the_fifth_from_either_end():
    assert default_knots(np.arange(40.0), 4)[[0, -1]].tolist() == [4, 35]


def test_missing_values_are_left_out_and_order_does_not_matter():
    x = np.r_[np.arange(150.0), np.nan]
    assert default_knots(x[::-1], 5).tolist() == default_knots(np.arange(150.0), 5).tolist()


def test_knots_that_coincide_are_one():
    # Two thirds of 300 values are 0, so that the two lower of four knots are.
    x = np.r_[np.zeros(150), np.arange(1.0, 151.0)]
    assert len(default_knots(x, 4)) == 3


def test_what_cannot_have_knots_is_refused():
    assert refusal(default_knots, [0, 1, 2, 3] * 30, 4) == (
        "4 different values among 120 cannot hold 4 knots: fewer than 3 knots would be apart, or no value between "
        "them. Use fewer knots, categories or a straight line."
    )
    assert "1 different values among 50" in refusal(default_knots, [7.0] * 50, 3)
    assert "0 different values among 0" in refusal(default_knots, [np.nan] * 5, 3)
    assert refusal(default_knots, np.arange(100.0), True) == "A spline has 3 to 7 knots, not True."
    assert "11 different values among 1010" in refusal(
        default_knots, np.r_[np.zeros(1000), np.arange(1, 11)], 4
    )
    assert refusal(default_knots, np.arange(100.0), 8) == "A spline has 3 to 7 knots, not 8."
    assert refusal(default_knots, [1, 2, np.inf, 4, 5], 3) == "1 of 5 values are infinite."


@pytest.mark.parametrize("knots", [[1, 2], [1, 3, 2], [1, 2, 2], [1, 2, np.nan], [[1, 2, 3]]])
def test_knots_that_are_none_are_refused(knots):
    assert refusal(restricted_cubic_basis, [1.0], knots) == (
        "The knots of a spline are 3 or more finite numbers, each above the one before."
    )

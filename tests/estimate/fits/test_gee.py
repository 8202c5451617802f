"""Generalised estimating equations: by hand, in any unit and order, and what they refuse."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.gee import fit_gee

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; the correlation is settled to 1e-11


def visits(people=15, seed=3, correlation=0.5, most=6):
    """Two visits or more for each person, with a covariate of the person and one of the visit."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), rng.integers(2, most + 1, size=people))
    n = len(person)
    X = np.column_stack([np.ones(n), rng.normal(size=people)[person], rng.normal(5, 2, size=n)])
    shared = rng.normal(size=people)[person] * (correlation / (1 - correlation)) ** 0.5
    return X, X @ [3.0, 2.0, -1.0] + shared + rng.normal(size=n), person


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_gee(X, y, **options)
    return str(caught.value)


def test_a_mean_of_ten_people_seen_twice_worked_out_by_hand():
    # People at 2 or -2, each seen 1 above and 1 below: squares add up to 10 * (9 + 1) = 100, products of pairs
    # to 10 * 3 = 30; scale 100 / 19, correlation 30 / (10 - 1) / scale. Sums of a person are 4 or -4, so that
    # the sandwich is 10 * 16 / 20^2; each person has leverage 1/10, and the correction divides by 0.9, that of
    # Mancl and DeRouen by its square.
    y = (np.repeat([2.0, -2.0], 10) + np.tile([1.0, -1.0], 10)) + 7
    person = np.repeat(np.arange(10), 2)
    fit = fit_gee(np.ones((20, 1)), y, groups=person)
    assert fit.coef == pytest.approx([7], abs=EXACT)
    assert fit.variance == pytest.approx(100 / 19, rel=EXACT)
    assert fit.correlation == pytest.approx(30 / 9 / (100 / 19), rel=EXACT)
    assert fit.cov[0, 0] == pytest.approx(0.4 / 0.9, rel=EXACT)
    assert fit.df == pytest.approx([9], rel=EXACT)  # one variance of ten equal people
    assert (fit.n, fit.n_groups) == (20, 10)
    larger = fit_gee(np.ones((20, 1)), y, groups=person, covariance="bias_reduced")
    assert larger.cov[0, 0] == pytest.approx(0.4 / 0.81, rel=EXACT)
    assert fit_gee(np.ones((20, 1)), y, groups=person, covariance="robust").cov[0, 0] == pytest.approx(0.4)


def test_independence_without_correction_is_least_squares_with_cr0():
    X, y, person = visits()
    fit = fit_gee(X, y, groups=person, correlation="independence", covariance="robust")
    linear = fit_linear(X, y, covariance="CR0", clusters=person)
    assert fit.coef == pytest.approx(linear.coef, rel=CLOSE)
    assert fit.cov == pytest.approx(linear.cov, rel=CLOSE)
    assert fit.correlation == 0
    assert fit.variance == pytest.approx(linear.sigma**2, rel=CLOSE)


def test_coefficients_are_those_of_generalised_least_squares_with_the_correlation_found():
    X, y, person = visits()
    fit = fit_gee(X, y, groups=person)
    working = np.where(person[:, None] == person, fit.correlation, 0.0) + (1 - fit.correlation) * np.eye(
        len(y)
    )
    weighted = np.linalg.solve(working, X)
    assert fit.coef == pytest.approx(np.linalg.solve(weighted.T @ X, weighted.T @ y), rel=CLOSE)


def test_intervals_use_student_t_with_people_minus_coefficients():
    X, y, person = visits()
    fit = fit_gee(X, y, groups=person, covariance="bias_reduced")
    assert fit.df == 12
    # The 97.5th centile of t with 12 degrees of freedom is 2.178813.
    assert np.ptp(fit.conf_int(), axis=1) / 2 / fit.std_error == pytest.approx([2.178813] * 3, abs=1e-6)
    assert np.all(fit.p_values < 1)


def test_degrees_of_freedom_of_a_contrast_are_those_of_its_coefficient():
    X, y, person = visits()
    fit = fit_gee(X, y, groups=person)
    assert fit.contrast_df(np.eye(3)) == pytest.approx(fit.df, rel=CLOSE)
    assert np.all((fit.df > 1) & (fit.df < 15))


def test_units_and_order_do_not_matter():
    X, y, person = visits()
    scale, columns = np.array([1.0, 1e-9, 1e9]), [2, 0, 1]
    rows = np.random.default_rng(1).permutation(len(y))
    fit = fit_gee(X, y, groups=person)
    moved = fit_gee((X * scale)[rows][:, columns], 1e-8 * y[rows], groups=person[rows])
    assert moved.coef * scale[columns] * 1e8 == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert moved.std_error * scale[columns] * 1e8 == pytest.approx(fit.std_error[columns], rel=CLOSE)
    assert moved.correlation == pytest.approx(fit.correlation, rel=CLOSE)
    assert moved.variance * 1e16 == pytest.approx(fit.variance, rel=CLOSE)


def test_nearly_aliased_columns_lose_no_more_than_their_digits():
    X, y, person = visits()
    near = np.column_stack([X, X[:, 2] + 1e-5 * np.random.default_rng(2).normal(size=len(y))])
    apart = np.column_stack([X, (near[:, 3] - X[:, 2]) * 1e5])
    fit, expected = fit_gee(near, y, groups=person), fit_gee(apart, y, groups=person)
    assert fit.coef[3] / 1e5 == pytest.approx(expected.coef[3], rel=1e-6)
    assert fit.std_error[3] / 1e5 == pytest.approx(expected.std_error[3], rel=1e-6)


def test_the_mean_prediction_has_its_derivative_and_covariance():
    X, y, person = visits()
    fit = fit_gee(X, y, groups=person)
    mean, gradient = fit.mean_gradient(X[:9])
    assert mean == pytest.approx((X[:9] @ fit.coef).mean(), rel=CLOSE)
    assert gradient == pytest.approx(X[:9].mean(axis=0), rel=CLOSE)
    assert fit.parameters_cov is fit.cov


def test_enough_people_are_not_flagged():
    X, y, person = visits(40)
    assert (fit_gee(X, y, groups=person).status, fit_gee(X, y, groups=person).note) == ("ok", "")


def test_people_with_one_visit_count_when_enough_others_have_two():
    X, y, person = visits(12)
    alone = np.concatenate([person, np.arange(100, 130)])
    fit = fit_gee(np.vstack([X, X[:30]]), np.append(y, y[:30] + 1), groups=alone)
    assert (fit.n_groups, fit.n) == (42, len(y) + 30)


def test_a_correlation_that_cannot_be_is_held_and_flagged():
    # Twins whose outcomes are opposite: -1 is the limit for pairs, and moments reach it and more.
    rng = np.random.default_rng(4)
    opposite = rng.normal(size=40)
    y = np.column_stack([opposite, -opposite]).ravel() + 0.01 * rng.normal(size=80)
    fit = fit_gee(np.ones((80, 1)), y, groups=np.repeat(np.arange(40), 2))
    assert fit.correlation == pytest.approx(-0.99)
    assert fit.note == "the working correlation comes out as -1.01 and is held at -0.99"


def test_an_exact_outcome_is_flagged_and_not_an_error():
    X, _, person = visits(40)
    fit = fit_gee(X, X @ [1.0, 2.0, 0.0], groups=person)
    assert fit.note == "the outcome is reproduced exactly, so standard errors are rounding noise"
    assert fit.exact
    assert not fit_gee(*visits(40)[:2], groups=person).exact
    assert fit.coef == pytest.approx([1, 2, 0], abs=1e-9)


def test_the_inputs_are_left_as_they_were():
    X, y, person = visits()
    before = X.copy(), y.copy(), person.copy()
    fit_gee(X, y, groups=person)
    assert all(np.array_equal(now, then) for now, then in zip((X, y, person), before, strict=True))


def test_one_visit_for_each_person_is_refused():
    X, y, _ = visits()
    assert refusal(X, y, groups=np.arange(len(y))) == (
        "The model cannot be fitted:\n"
        "  - 0 groups have two or more rows. Allowed: at least 10, and 40 for reliable errors. "
        "With one row for each person take `fit_linear`.\n"
        f"  - {len(y)} groups with 0 pairs of rows cannot determine 3 coefficients and their errors. "
        "Take fewer columns."
    )


def test_no_more_people_than_coefficients_are_refused():
    X, y, person = visits(12)
    wide = np.column_stack([X, np.random.default_rng(1).normal(size=(len(y), 9))])
    pairs = sum(m * (m - 1) // 2 for m in np.bincount(person))
    assert refusal(wide, y, groups=person) == (
        "The model cannot be fitted:\n"
        f"  - 12 groups with {pairs} pairs of rows cannot determine 12 coefficients and their errors. "
        "Take fewer columns."
    )


def test_aliased_columns_are_named():
    X, y, person = visits()
    assert refusal(
        np.column_stack([X, 2 * X[:, 1]]), y, groups=person, names=["1", "age", "bmi", "years"]
    ) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'years' follows from 'age'.\n"
        "Leave one column of each line out."
    )


def test_residuals_that_cancel_within_every_person_are_refused():
    y = 3 + np.tile([1.0, -1.0], 20)
    assert refusal(np.ones((40, 1)), y, groups=np.repeat(np.arange(20), 2), names=["intercept"]) == (
        "'intercept': the residuals cancel within every group, so there is no robust standard error. "
        "Check that each group has the rows it should have."
    )


def test_unknown_choices_are_refused_with_what_is_allowed():
    X, y, person = visits()
    assert refusal(X, y, groups=person, correlation="ar1") == (
        "No correlation 'ar1' is offered. Allowed: exchangeable, independence."
    )
    assert refusal(X, y, groups=person, covariance="naive") == (
        "No covariance 'naive' is offered. Allowed: CR2, bias_reduced, robust."
    )


def test_missing_values_and_labels_are_refused():
    X, y, person = visits()
    gaps = person.astype(float)
    gaps[0] = np.nan
    assert refusal(X, y, groups=gaps) == (
        f"groups has 1 missing of {len(y)} values. Take these rows out, and count them, before the fit."
    )
    y[0] = np.nan
    assert f"y has 1 missing and 0 infinite of {len(y)} values." in refusal(X, y, groups=person)

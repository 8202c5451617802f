"""Linear regression on arrays: by hand, in any unit, and what it refuses."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear

EXACT = 1e-12  # a few roundings
CLOSE = 1e-10  # relative; a change of unit or order is not a change of result
COVARIANCES = ["HC3", "HC2", "HC1", "HC0", "classical"]


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.normal(size=n) * (1 + X[:, 1] ** 2)


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_linear(X, y, **options)
    return str(caught.value)


def test_four_points_worked_out_by_hand():
    # Means 1.5 and 2.5, Sxx = 5, Sxy = 6: slope 1.2, intercept 0.7; residuals 0.3, -0.9, 0.9, -0.3;
    # leverages 0.7, 0.3, 0.3, 0.7. HC3 of the slope: sum of ((x - 1.5) e / (1 - h))^2 / 25.
    x, y = np.arange(4.0), np.array([1.0, 1.0, 4.0, 4.0])
    fit = fit_linear(np.column_stack([np.ones(4), x]), y)
    assert fit.coef == pytest.approx([0.7, 1.2], abs=EXACT)
    by_hand = 2 * (1.5 * 0.3 / 0.3) ** 2 + 2 * (0.5 * 0.9 / 0.7) ** 2
    assert fit.cov[1, 1] == pytest.approx(by_hand / 25, abs=EXACT)
    assert (fit.n, fit.df_residual) == (4, 2)
    assert fit.leverage_max == pytest.approx(0.7, abs=EXACT)
    assert fit.sigma == pytest.approx(np.sqrt(1.8 / 2), abs=EXACT)
    assert fit.r_squared == pytest.approx(1 - 1.8 / 9, abs=EXACT)


def test_intervals_and_p_values_use_student_t():
    # The 97.5th centile of t with 2 degrees of freedom is 4.302653; t = 1.2 / sqrt(1.8 / 2 / 5) = 2.828427,
    # and with 2 degrees of freedom p = 1 - t / sqrt(2 + t^2).
    fit = fit_linear(
        np.column_stack([np.ones(4), np.arange(4.0)]), [1.0, 1.0, 4.0, 4.0], covariance="classical"
    )
    assert fit.conf_int()[1] == pytest.approx(
        [1.2 - 4.302653 * 0.18**0.5, 1.2 + 4.302653 * 0.18**0.5], abs=1e-6
    )
    assert fit.p_values[1] == pytest.approx(1 - np.sqrt(8 / 10), abs=EXACT)
    assert np.ptp(fit.conf_int(0.5)[1]) < np.ptp(fit.conf_int()[1])


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_units_do_not_matter(covariance):
    X, y = sample()
    scale = np.array([1.0, 1e-12, 1e12])
    fit, scaled = (fit_linear(A, b, covariance=covariance) for A, b in ((X, y), (X * scale, y * 1e-8)))
    assert scaled.coef * scale * 1e8 == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale * 1e8 == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.p_values == pytest.approx(fit.p_values, rel=1e-8)


def test_the_order_of_participants_and_columns_does_not_matter():
    X, y = sample()
    rows, columns = np.random.default_rng(1).permutation(len(y)), [2, 0, 1]
    fit, shuffled = fit_linear(X, y), fit_linear(X[rows][:, columns], y[rows])
    assert shuffled.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert shuffled.cov == pytest.approx(fit.cov[columns][:, columns], rel=CLOSE)


def test_the_constant_column_may_be_any_number():
    X, y = sample()
    fit, doubled = fit_linear(X, y), fit_linear(X * [2, 1, 1], y)
    assert doubled.coef * [2, 1, 1] == pytest.approx(fit.coef, rel=CLOSE)
    assert doubled.std_error * [2, 1, 1] == pytest.approx(fit.std_error, rel=CLOSE)


def test_no_intercept_is_added():
    X, y = sample()
    fit = fit_linear(X[:, 1:], y)
    assert fit.coef == pytest.approx(np.linalg.lstsq(X[:, 1:], y, rcond=None)[0], rel=CLOSE)
    assert fit.r_squared == pytest.approx(1 - fit.sigma**2 * 58 / (y @ y), rel=CLOSE)


def test_small_integers_do_not_wrap():
    years = np.arange(60, 90, dtype=np.int8)
    X = np.column_stack([np.ones(30, dtype=np.int8), years])
    assert fit_linear(X, years.astype(float) ** 2).coef[1] == pytest.approx(149, rel=CLOSE)


def test_the_inputs_are_left_as_they_were():
    X, y = sample()
    before = X.copy(), y.copy()
    fit_linear(X, y)
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])


def test_few_residual_degrees_of_freedom_are_flagged():
    X, y = sample(12)
    fit = fit_linear(X, y)
    assert fit.status == "flagged"
    assert fit.note == "only 9 residual degrees of freedom; fewer than 10 are unreliable"
    assert fit_linear(*sample(13)).status == "ok"


def test_an_exact_fit_has_no_warning_and_is_flagged():
    X, _ = sample()
    fit = fit_linear(X, X @ [1.0, 2.0, 0.0])
    assert fit.note == "the outcome is reproduced exactly, so standard errors are rounding noise"
    assert fit.exact
    assert not fit_linear(*sample()).exact
    assert fit.coef == pytest.approx([1, 2, 0], abs=1e-9)


def test_missing_and_infinite_values_are_counted_and_refused():
    X, y = sample()
    X[0, 1], X[1, 2], y[:2] = np.nan, np.inf, np.nan
    assert refusal(X, y, names=["intercept", "age", "bmi"]) == (
        "The model cannot be fitted:\n"
        "  - y has 2 missing and 0 infinite of 60 values. Take these participants out, and count them, before the fit.\n"
        "  - 'age' has 1 missing and 0 infinite of 60 values. Take these participants out, and count them, before the fit.\n"
        "  - 'bmi' has 0 missing and 1 infinite of 60 values. Take these participants out, and count them, before the fit."
    )


@pytest.mark.parametrize(
    ("X", "y", "shapes"),
    [
        (np.ones((3, 1)), np.ones(4), "X has shape (3, 1) and y (4,)"),
        (np.ones(4), np.ones(4), "X has shape (4,) and y (4,)"),
        (np.ones((4, 1)), np.ones((4, 1)), "X has shape (4, 1) and y (4, 1)"),
        (np.ones((4, 0)), np.ones(4), "X has shape (4, 0) and y (4,)"),
    ],
)
def test_shapes_that_do_not_match_are_refused(X, y, shapes):
    assert refusal(X, y) == (
        f"{shapes}. Allowed: X (n, p) with at least one column, y (n,), the same participants in the same order."
    )


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_more_participants_than_coefficients_are_refused(n):
    X, y = sample()
    assert refusal(X[:n], y[:n]) == (
        "The model cannot be fitted:\n"
        f"  - {n} participants cannot determine 3 coefficients. Take fewer columns or more participants."
    )


def test_a_constant_outcome_and_constant_columns_are_refused_together():
    X = np.column_stack([sample()[0], np.full(60, 7.0), np.zeros(60)])
    assert refusal(X, np.full(60, 0.1), names=["intercept", "age", "bmi", "site", "ill"]) == (
        "The model cannot be fitted:\n"
        "  - the outcome is the same for everybody, so there is nothing to explain.\n"
        "  - 'site' is the same for everybody. Leave it out.\n"
        "  - 'ill' is the same for everybody. Leave it out."
    )


def test_aliased_columns_are_named_with_what_they_follow_from():
    X, y = sample()
    X = np.column_stack([X, X[:, 1] * 2 + 1e-9 * X[:, 2], np.cos(X[:, 1])])
    assert refusal(X, y, names=["intercept", "age", "bmi", "years", "season"]) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'years' follows from 'age'.\n"
        "Leave one column of each line out."
    )


def test_an_alias_is_named_where_only_pivoting_finds_it():
    rng = np.random.default_rng(2)
    a, c, d, noise = rng.normal(size=(4, 60))
    b = a + 1e-4 * c + 1e-8 * noise
    X = np.column_stack([np.ones(60), a, b, d, c])
    assert "'column 2' follows from 'column 1'." in refusal(X, a)


def test_indicators_of_all_levels_beside_an_intercept_are_refused():
    group = np.arange(60) % 3
    X = np.column_stack([np.ones(60), *(group == level for level in range(3))])
    assert refusal(X, sample()[1]) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'column 3' follows from 'column 1', 'column 2'.\n"
        "Leave one column of each line out."
    )


@pytest.mark.parametrize("covariance", ["HC3", "HC2", "HC1", "HC0"])
def test_a_term_that_one_participant_decides_alone_is_refused(covariance):
    X, y = sample()
    X = np.column_stack([X, np.arange(60) == 17])
    assert refusal(X, y, covariance=covariance, names=["intercept", "age", "bmi", "smoking: pipe"]) == (
        "'smoking: pipe': one participant alone decides this term (leverage 1), so it has no robust standard error. "
        "Merge the level with another, or leave the term out."
    )


def test_one_variance_for_everybody_has_an_error_even_for_a_level_of_one():
    X, y = sample()
    fit = fit_linear(np.column_stack([X, np.arange(60) == 17]), y, covariance="classical")
    assert fit.leverage_max == pytest.approx(1)
    assert fit.std_error[3] > 0


def test_names_must_fit_the_columns_and_be_distinct():
    X, y = sample()
    assert refusal(X, y, names=["a", "b"]) == (
        "The model cannot be fitted:\n  - 2 names are given for 3 columns."
    )
    assert refusal(X, y, names=["a", "b", "b"]) == (
        "The model cannot be fitted:\n  - two columns are called 'b'."
    )


def test_an_unknown_covariance_is_refused_with_a_suggestion():
    X, y = sample()
    assert (
        refusal(X, y, covariance="classic") == "No covariance 'classic' is offered. Did you mean 'classical'?"
    )


def test_hc4_of_four_points_worked_out_by_hand():
    # Leverages 0.7, 0.3, 0.3, 0.7 have mean 0.5, so that the exponents are 1.4 and 0.6.
    x, y = np.arange(4.0), np.array([1.0, 1.0, 4.0, 4.0])
    fit = fit_linear(np.column_stack([np.ones(4), x]), y, covariance="HC4")
    by_hand = 2 * (1.5 * 0.3) ** 2 / 0.3**1.4 + 2 * (0.5 * 0.9) ** 2 / 0.7**0.6
    assert fit.cov[1, 1] == pytest.approx(by_hand / 25, abs=EXACT)


def test_degrees_of_freedom_are_rows_minus_coefficients_for_every_contrast():
    X, y = sample()
    fit = fit_linear(X, y)
    assert fit.df == fit.df_residual == 57
    assert fit.contrast_df([1.0, 2.0, 3.0]) == 57
    assert fit.contrast_df(np.eye(3)).tolist() == [57, 57, 57]


def test_the_mean_prediction_has_its_derivative_and_covariance():
    X, y = sample()
    fit, X_new = fit_linear(X, y), sample(seed=4)[0]
    mean, gradient = fit.mean_gradient(X_new)
    assert mean == pytest.approx((X_new @ fit.coef).mean(), rel=CLOSE)
    assert gradient == pytest.approx(X_new.mean(axis=0), rel=CLOSE)
    assert fit.parameters_cov is fit.cov


def test_partial_r_squared_is_what_leaving_a_column_out_loses():
    X, y = sample()
    fit = fit_linear(X, y)
    for j in range(3):
        rest = np.delete(X, j, axis=1)
        lost = np.sum((y - rest @ np.linalg.lstsq(rest, y)[0]) ** 2)
        kept = np.sum((y - X @ fit.coef) ** 2)
        assert fit.partial_r_squared[j] == pytest.approx((lost - kept) / lost, rel=1e-8)


def test_partial_r_squared_does_not_depend_on_units():
    X, y = sample()
    fit, scaled = fit_linear(X, y), fit_linear(X * [1.0, 1e-6, 1e6], y * 1e-8)
    assert scaled.partial_r_squared == pytest.approx(fit.partial_r_squared, rel=1e-8)

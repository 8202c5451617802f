"""Robust regression on arrays: by hand, beside statsmodels, in any unit, and what it refuses."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.guards import number_in_note, share_in_note
from rlsstudy.estimate.fits.robust import fit_robust

EXACT = 1e-9  # of a scale; iteration stops below 1e-10
CLOSE = 1e-7  # relative; a change of unit or order is not a change of result
MAD = 0.6744897501960817  # upper quartile of the standard normal distribution
FULL_WEIGHT = 1.345


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.standard_t(3, size=n)


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_robust(X, y, **options)
    return str(caught.value)


def test_seven_values_worked_out_by_hand():
    # With m for the answer, the wild value pulls with 1.345 scales and the others with their distance:
    # (0 + 2 + 3 + 4 + 5 + 7) - 6 m + 1.345 s = 0. The sizes of the residuals about m = 4.08 have their median
    # at m - 2, so s = (m - 2) / 0.67449, and 21 - 6 m + 1.994101 (m - 2) = 0: m = 17.011798 / 4.005899.
    # The value 0 is more than 1.345 s = 4.489 away? No: 4.247. It counts fully.
    y = np.array([0.0, 2, 3, 4, 5, 7, 1e6])
    fit = fit_robust(np.ones((7, 1)), y)
    pull = FULL_WEIGHT / MAD
    m = (21 - 2 * pull) / (6 - pull)
    assert m == pytest.approx(4.246687, abs=1e-6)
    assert fit.coef == pytest.approx([m], abs=EXACT)
    assert fit.scale == pytest.approx((m - 2) / MAD, abs=EXACT)
    assert fit.weights[:6].tolist() == [1] * 6
    assert fit.weights[6] == pytest.approx(FULL_WEIGHT * fit.scale / (1e6 - m), rel=CLOSE)
    # Classical: sum of squared pulls over n - 1, times ((1 + var / (7 share^2)) / share)^2, over n; the share
    # within is 6/7, and its variance 6/49 * 7/6 = 1/7.
    pulls = (y[:6] - m) @ (y[:6] - m) + (FULL_WEIGHT * fit.scale) ** 2
    correction = (1 + 1 / 7 / (7 * (6 / 7) ** 2)) / (6 / 7)
    classical = fit_robust(np.ones((7, 1)), y, covariance="classical")
    assert classical.cov == pytest.approx(np.array([[pulls / 6 * correction**2 / 7]]), rel=CLOSE)
    # HC3: each pull over 1 - leverage, which is 1/6 for those within and 0 for the wild value, over 6.
    hc3 = ((y[:6] - m) @ (y[:6] - m) / (5 / 6) ** 2 + (FULL_WEIGHT * fit.scale) ** 2) / 36
    assert fit.cov == pytest.approx(np.array([[hc3]]), rel=CLOSE)
    assert (fit.n, fit.df) == (7, 6)


@pytest.mark.slow
def test_statsmodels_finds_the_same():
    from statsmodels.robust.robust_linear_model import RLM

    X, y = sample()
    expected = RLM(y, X).fit(conv="coefs", tol=1e-12, maxiter=500)
    fit = fit_robust(X, y)
    assert fit.coef == pytest.approx(expected.params, rel=CLOSE)
    assert fit.scale == pytest.approx(expected.scale, rel=CLOSE)
    assert fit.weights == pytest.approx(expected.weights, rel=CLOSE)


def test_where_nobody_is_far_it_is_least_squares():
    X = np.column_stack([np.ones(40), np.arange(40.0)])
    y = 3 + X[:, 1] + np.tile([1.0, -1.0, -1.0, 1.0], 10)
    linear, robust = fit_linear(X, y), fit_robust(X, y)
    assert robust.coef == pytest.approx(linear.coef, rel=EXACT)
    assert robust.cov == pytest.approx(linear.cov, rel=CLOSE)
    assert (robust.status, robust.note) == (
        "ok",
        "fewer than 10 of the participants have less than full weight",
    )


@pytest.mark.parametrize("covariance", ["HC3", "classical"])
def test_units_do_not_matter(covariance):
    X, y = sample()
    scale = np.array([1.0, 1e-12, 1e12])
    fit, scaled = (fit_robust(A, b, covariance=covariance) for A, b in ((X, y), (X * scale, y * 1e-8)))
    assert scaled.coef * scale * 1e8 == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale * 1e8 == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.p_values == pytest.approx(fit.p_values, rel=1e-5)


def test_the_order_of_participants_and_columns_does_not_matter():
    X, y = sample()
    rows, columns = np.random.default_rng(1).permutation(len(y)), [2, 0, 1]
    fit, shuffled = fit_robust(X, y), fit_robust(X[rows][:, columns], y[rows])
    assert shuffled.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert shuffled.cov == pytest.approx(fit.cov[columns][:, columns], rel=CLOSE)
    assert shuffled.weights == pytest.approx(fit.weights[rows], rel=CLOSE)


def test_adding_a_line_to_the_outcome_adds_it_to_the_coefficients():
    X, y = sample()
    fit, moved = fit_robust(X, y), fit_robust(X, y + X @ [100.0, -7.0, 4.0])
    assert moved.coef - fit.coef == pytest.approx([100, -7, 4], rel=CLOSE)
    assert moved.std_error == pytest.approx(fit.std_error, rel=CLOSE)


def test_one_wild_value_is_noticed_and_hardly_moves_the_line():
    X, _ = sample()
    y = X @ [3.0, 2.0, -1.0] + np.random.default_rng(1).normal(size=60)
    wild = y.copy()
    wild[5] = 1e6
    fit = fit_robust(X, wild)
    assert fit_robust(X, y).status == "ok"
    assert np.abs(fit.coef - fit_robust(X, y).coef).max() < 0.5
    assert np.abs(fit_linear(X, wild).coef).max() > 1e4
    assert fit.status == "flagged"
    assert fit.note == (
        f"{(fit.weights < 1).mean():.0%} of the participants have less than full weight; fewer than 10 have less than a "
        "quarter of it: look at the values before comparing with the linear fit"
    )
    wild[6:16] = -1e6
    assert "; 11 have less than a quarter of it" in fit_robust(X, wild).note


def test_a_note_shows_no_number_of_fewer_than_ten_people():
    assert [number_in_note(n) for n in (1, 9, 10, 1200)] == ["fewer than 10", "fewer than 10", "10", "1,200"]
    assert [share_in_note(n, 50) for n in (1, 9, 10)] == ["fewer than 10", "fewer than 10", "20%"]


def test_many_who_are_not_near_the_line_are_flagged():
    X, y = sample()
    y[::3] += np.where(np.arange(20) % 2, 30.0, -30.0)
    note = fit_robust(X, y).note
    assert "; that is many: the residuals are far from a normal distribution" in note


def test_few_residual_degrees_of_freedom_are_flagged():
    X, y = sample(12)
    note = fit_robust(X, y).note
    assert note.endswith("; only 9 residual degrees of freedom; fewer than 10 are unreliable")


def test_the_mean_prediction_and_its_derivative():
    X, y = sample()
    fit = fit_robust(X, y)
    mean, gradient = fit.mean_gradient(X[:7])
    assert mean == pytest.approx((X[:7] @ fit.coef).mean(), rel=CLOSE)
    assert gradient == pytest.approx(X[:7].mean(axis=0), rel=CLOSE)
    assert fit.parameters_cov is fit.cov


def test_half_of_the_participants_on_the_line_is_refused():
    X, _ = sample()
    text = (
        "At least half of the participants lie on the line exactly, so there is no spread to tell by who lies far from "
        "it. Look for a column that is made from the outcome; for an outcome that most people share, take the linear "
        "fit or model the outcome in two parts."
    )
    assert refusal(X, 3 + 2 * X[:, 1]) == text
    groups = np.column_stack([np.ones(60), np.arange(60) % 2])
    assert refusal(groups, 5 + groups[:, 1] + np.where(np.arange(60) < 4, 100.0, 0)) == text


def test_an_outcome_that_most_people_share_is_refused():
    y = np.where(np.arange(60) < 40, 0.0, np.arange(60.0))
    assert refusal(np.ones((60, 1)), y) == (
        "The robust regression did not settle in 500 steps, as happens when about half of the participants have one "
        "value in common. Take the linear fit, or model the outcome in two parts."
    )


def test_a_term_of_those_far_from_the_line_only_is_refused():
    rng = np.random.default_rng(4)
    group = np.zeros(60)
    group[:2] = 1
    y = rng.normal(size=60)
    y[:2] = [50, -50]
    assert refusal(np.column_stack([np.ones(60), group]), y) == (
        "Everybody who could tell about a term lies far from the line, so it has no robust standard error. "
        "Leave terms of few participants out, or merge their levels."
    )


def test_what_every_fit_refuses_is_refused():
    X, y = sample()
    assert "the outcome is the same for everybody" in refusal(X, np.full(60, 5.0))
    assert "'column 3' follows from 'column 1'" in refusal(np.column_stack([X, X[:, 1]]), y)
    assert "'dose' has 1 missing" in refusal(
        np.where(X[4, 1] == X, np.nan, X), y, names=["one", "dose", "age"]
    )
    alone = np.column_stack([X, np.arange(60) == 3])
    assert "'column 3': one participant alone decides this term" in refusal(alone, y)
    assert refusal(X, y, covariance="HC2") == "No covariance 'HC2' is offered. Did you mean 'HC3'?"

"""Firth's penalised likelihood: estimates, profile intervals and tests by hand, with and without separation."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit, ndtr

from rlsstudy.estimate.fits.logistic import fit_logistic

CLOSE = 1e-6  # of an interval's end, which is the root of an iterated function


def table(exposed_with, exposed_without, other_with, other_without):
    counts = [exposed_with, exposed_without, other_with, other_without]
    exposed, event = np.repeat([1, 1, 0, 0], counts), np.repeat([1, 0, 1, 0], counts)
    return np.column_stack([np.ones(sum(counts)), exposed]), event


def height(events, n, log_odds):
    """The penalised log-likelihood of one group: half an event and half a participant without it are added."""
    risk = expit(log_odds)
    return (events + 0.5) * np.log(risk) + (n - events + 0.5) * np.log(1 - risk)


@pytest.mark.parametrize("cells", [(20, 20, 12, 28), (5, 0, 3, 9), (0, 8, 3, 30), (6, 0, 0, 6)])
def test_in_a_table_half_a_participant_is_added_to_each_cell(cells):
    a, b, c, d = np.array(cells) + 0.5
    fit = fit_logistic(*table(*cells), penalty="firth")
    assert fit.coef == pytest.approx([np.log(c / d), np.log(a * d / (b * c))], abs=1e-8)
    # The information has the participants that there are, and the risks of the fit.
    exposed, others = cells[0] + cells[1], cells[2] + cells[3]
    variances = [1 / (n * p * (1 - p)) for n, p in ((exposed, a / (a + b)), (others, c / (c + d)))]
    assert fit.std_error == pytest.approx(np.sqrt([variances[1], sum(variances)]), rel=1e-8)


def test_the_interval_of_one_share_is_where_the_likelihood_has_fallen_by_half_of_chi_square():
    # 3 of 10: the estimate is log(3.5 / 7.5); 3.841459 is the 95th centile of chi-square with 1 degree of freedom.
    fit = fit_logistic(np.ones((10, 1)), [1] * 3 + [0] * 7, penalty="firth")
    assert fit.coef == pytest.approx([np.log(3.5 / 7.5)], abs=1e-8)
    low, high = fit.conf_int()[0]
    assert low < fit.coef[0] < high
    for end in (low, high):
        assert 2 * (height(3, 10, fit.coef[0]) - height(3, 10, end)) == pytest.approx(3.841459, abs=CLOSE)
    ratio = 2 * (height(3, 10, fit.coef[0]) - height(3, 10, 0.0))
    assert fit.p_values == pytest.approx([2 * ndtr(-np.sqrt(ratio))], abs=CLOSE)


@pytest.mark.parametrize("cells", [(20, 20, 12, 28), (5, 0, 3, 9), (6, 0, 0, 6)])
def test_the_interval_of_an_odds_ratio_is_that_of_the_profile(cells):
    def profile(log_odds_ratio):
        def lower(base):
            return -height(cells[2], cells[2] + cells[3], base) - height(
                cells[0], cells[0] + cells[1], base + log_odds_ratio
            )

        return -minimize_scalar(lower, bounds=(-20, 20), method="bounded", options={"xatol": 1e-10}).fun

    fit = fit_logistic(*table(*cells), penalty="firth")
    top = profile(fit.coef[1])
    for end in fit.profile.interval(1):
        assert 2 * (top - profile(end)) == pytest.approx(3.841459, abs=1e-5)
    assert fit.p_values[1] == pytest.approx(2 * ndtr(-np.sqrt(2 * (top - profile(0.0)))), abs=CLOSE)


def test_the_test_and_the_interval_say_the_same():
    # The interval whose level is 1 minus the p-value has an end at 0.
    rng = np.random.default_rng(4)
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    fit = fit_logistic(X, rng.random(40) < expit(X[:, 1]), penalty="firth")
    for j, p in enumerate(fit.p_values):
        assert np.abs(fit.profile.interval(j, level=1 - p)).min() == pytest.approx(0, abs=CLOSE)
        for end in fit.profile.interval(j):
            assert fit.profile.p_value(j, end) == pytest.approx(0.05, abs=CLOSE)


def test_units_origins_and_order_do_not_matter():
    rng = np.random.default_rng(8)
    X = np.column_stack([np.ones(30), rng.normal(size=30), rng.random(30) < 0.3])
    y = rng.random(30) < expit(X[:, 1] - 0.5)
    fit, rows = fit_logistic(X, y, penalty="firth"), rng.permutation(30)
    other = fit_logistic(X[rows][:, [2, 0, 1]] * [1, 1, 1e6] + [0, 0, 5e6], y[rows], penalty="firth")
    assert other.coef[[0, 2]] * [1, 1e6] == pytest.approx(fit.coef[[2, 1]], rel=CLOSE)
    ends, others = fit.conf_int(), other.conf_int()
    assert others[0] == pytest.approx(ends[2], rel=CLOSE)
    assert others[2] * 1e6 == pytest.approx(ends[1], rel=CLOSE)
    assert other.p_values[[0, 2]] == pytest.approx(fit.p_values[[2, 1]], rel=CLOSE)


def test_many_participants_leave_the_penalty_little_weight():
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    y = rng.random(20_000) < expit(X[:, 1])
    fit, plain = fit_logistic(X, y, penalty="firth"), fit_logistic(X, y)
    assert np.abs(fit.coef - plain.coef).max() < 0.02 * plain.std_error.min()
    assert fit.profile.interval(1) == pytest.approx(plain.conf_int()[1], abs=0.02 * plain.std_error[1])


def test_an_end_is_found_under_complete_separation_by_a_measurement():
    x = np.linspace(-3, 3, 24)
    fit = fit_logistic(np.column_stack([np.ones(24), x]), x > 0, penalty="firth")
    low, high = fit.conf_int()[1]
    assert 0 < low < fit.coef[1] < high < np.inf
    assert fit.status == "ok"

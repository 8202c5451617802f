"""Quantile regression on arrays: by hand, by trying every line, in any unit, and what it refuses."""

from itertools import combinations

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits import quantile_solver
from rlsstudy.estimate.fits.quantile import fit_quantile
from rlsstudy.estimate.fits.quantile_errors import gap_densities, hall_sheather
from rlsstudy.estimate.fits.quantile_solver import check_loss, minimise

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; a change of unit or order is not a change of result
HAND = 1e-5  # relative; as many digits as were worked out


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.normal(size=n) * (1 + X[:, 1] ** 2)


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_quantile(X, y, **options)
    return str(caught.value)


def smallest_loss(X, y, q):
    """Try every line through as many participants as there are coefficients."""
    rows = np.array(list(combinations(range(len(y)), X.shape[1])))
    rows = rows[np.abs(np.linalg.det(X[rows])) > EXACT]
    lines = np.linalg.solve(X[rows], y[rows][..., None])[..., 0]
    return min(check_loss(y - X @ line, q) for line in lines)


def test_the_median_of_21_values_worked_out_by_hand():
    # Bandwidth (1.959964^2 * 1.5 * 0.159155 / 21)^(1/3) = 0.352151, so the neighbours are the quantiles 0.852 and
    # 0.148, the 18th and the 4th value: density 2 * 0.352151 / 14, and the error is sqrt(0.25 / 21) over it.
    fit = fit_quantile(np.ones((21, 1)), np.arange(1.0, 22.0))
    assert fit.coef == pytest.approx([11], abs=EXACT)
    assert hall_sheather(21, 0.5) == pytest.approx(0.352151, rel=HAND)
    assert fit.std_error == pytest.approx([np.sqrt(0.25 / 21) / (2 * 0.352151 / 14)], rel=HAND)
    assert fit.loss == pytest.approx(55, abs=EXACT)
    assert (fit.n, fit.df, fit.q) == (21, 20, 0.5)


def test_the_bandwidth_is_halved_until_both_neighbours_are_quantiles():
    assert hall_sheather(100, 0.1) == pytest.approx(hall_sheather(100, 0.9), rel=EXACT)
    assert hall_sheather(100, 0.1) < 0.1


def test_groups_get_their_own_quartile():
    group = np.repeat([0.0, 1.0], 23)
    y = np.concatenate([np.arange(23.0), 100 + 2 * np.arange(23.0)])
    fit = fit_quantile(np.column_stack([np.ones(46), group]), y, q=0.25)
    assert fit.coef == pytest.approx([5, 105], abs=CLOSE)  # 5.75 of 23 values are below: the 6th, 5 and 110


@pytest.mark.parametrize("q", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("steps", [None, 1.0])
def test_no_other_line_has_a_smaller_loss(q, steps):
    rng = np.random.default_rng(7)
    X = np.column_stack([np.ones(50), rng.integers(0, 3, size=50)])
    y = X @ [1, 2] + rng.standard_t(3, size=50) * 2
    y = y if steps is None else np.round(y)
    assert fit_quantile(X, y, q=q).loss == pytest.approx(smallest_loss(X, y, q), rel=EXACT)


def test_where_many_lines_are_best_the_loss_is_the_same():
    fit = fit_quantile(np.ones((20, 1)), np.arange(1.0, 21.0))
    assert 10 - EXACT <= fit.coef[0] <= 11 + EXACT
    assert fit.loss == pytest.approx(50, abs=EXACT)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.8])
def test_a_part_of_the_rows_leads_to_the_minimum_of_all(monkeypatch, q):
    X, y = sample(900)
    whole = minimise(X, y, q)
    monkeypatch.setattr(quantile_solver, "_AT_ONCE", 60)
    assert minimise(X, y, q) == pytest.approx(whole, rel=CLOSE)
    monkeypatch.setattr(quantile_solver, "_NEAR", 0.2)  # too few rows are kept, and others change sides
    assert minimise(X, y, q) == pytest.approx(whole, rel=CLOSE)


def test_a_group_that_the_part_leaves_out_is_found_again(monkeypatch):
    X, y = sample(400)
    X[:, 2] = 0
    X[[1, 2, 3, 5, 6], 2] = 1  # one row in four is looked at first: rows 0, 4, 8
    whole = check_loss(y - X @ minimise(X, y, 0.5), 0.5)
    monkeypatch.setattr(quantile_solver, "_AT_ONCE", 60)
    assert check_loss(y - X @ minimise(X, y, 0.5), 0.5) == pytest.approx(whole, rel=EXACT)


@pytest.mark.parametrize("factor", [1e-8, 1e6])
def test_units_do_not_matter(factor):
    X, y = sample()
    scale = np.array([1.0, 1e-12, 1e12])
    fit, scaled = fit_quantile(X, y), fit_quantile(X * scale, y * factor)
    assert scaled.coef * scale / factor == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale / factor == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.p_values == pytest.approx(fit.p_values, rel=1e-8)


def test_the_order_of_participants_and_columns_does_not_matter():
    X, y = sample()
    rows, columns = np.random.default_rng(1).permutation(len(y)), [2, 0, 1]
    fit, shuffled = fit_quantile(X, y), fit_quantile(X[rows][:, columns], y[rows])
    assert shuffled.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert shuffled.cov == pytest.approx(fit.cov[columns][:, columns], rel=CLOSE)


def test_an_outcome_turned_round_has_the_opposite_quantile():
    X, y = sample(100)
    low, high = fit_quantile(X, y, q=0.3), fit_quantile(X, -y, q=0.7)
    assert high.coef == pytest.approx(-low.coef, rel=CLOSE)
    assert high.std_error == pytest.approx(
        low.std_error, rel=1e-6
    )  # what is taken off each difference is as small


def test_a_value_that_is_above_stays_above_however_wild():
    X, y = sample()
    wild = y.copy()
    wild[np.argmax(y - X @ fit_quantile(X, y).coef)] = 1e6
    assert fit_quantile(X, wild).coef == pytest.approx(fit_quantile(X, y).coef, rel=CLOSE)


def test_the_mean_prediction_and_its_derivative():
    X, y = sample()
    fit = fit_quantile(X, y)
    mean, gradient = fit.mean_gradient(X[:7])
    assert mean == pytest.approx((X[:7] @ fit.coef).mean(), rel=EXACT)
    assert gradient == pytest.approx(X[:7].mean(axis=0), rel=EXACT)
    assert fit.parameters_cov is fit.cov


def test_an_outcome_in_steps_is_flagged_unless_its_step_is_given():
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(400), np.arange(400) % 2])
    y = np.round(18 + 7 * rng.normal(size=400))
    fit = fit_quantile(X, y)
    assert (fit.status, fit.note) == (
        "flagged",
        "the outcome moves in steps wider than the standard error, so errors are unreliable; "
        "give its step (step=1 for a sum of answers)",
    )
    spread = fit_quantile(X, y, step=1)
    assert spread.status == "ok"
    assert np.abs(spread.coef - fit.coef).max() < 1  # nobody moves by more than half a step


def test_a_participant_for_whom_neighbouring_lines_nearly_touch_does_not_decide_the_errors():
    A = np.column_stack([np.ones(5), [0.0, 0.0, 0.0, 0.0, 1.0]])
    lines = np.zeros(2), np.array([0.3, -0.3 + 1e-5])
    free, _ = gap_densities(A, 0.5, 0.15, lines, bounded=False)
    bounded, _ = gap_densities(A, 0.5, 0.15, lines, bounded=True)
    assert free == pytest.approx([1, 1, 1, 1, 3e4], rel=0.01)  # rounding is taken off the small gap
    assert bounded == pytest.approx([1, 1, 1, 1, 1.5], rel=CLOSE * 1e3)


def test_a_skewed_column_does_not_make_errors_collapse():
    rng = np.random.default_rng(13)  # one of about twenty samples in which neighbouring lines nearly touch
    X = np.column_stack([np.ones(1000), rng.lognormal(size=1000)])
    y = rng.normal(size=1000)
    expected = np.sqrt(
        np.pi / 2 / (1000 * X[:, 1].var())
    )  # the density of a normal outcome at its median is known
    free, bounded = fit_quantile(X, y, errors="nid"), fit_quantile(X, y)
    assert free.std_error[1] < 0.1 * expected and "leverage of 0.96" in free.note
    assert 0.7 * expected < bounded.std_error[1] < 2 * expected


def test_one_participant_who_decides_the_errors_is_flagged():
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(60), rng.normal(size=60)])
    X[7, 1] = 50
    fit = fit_quantile(X, rng.normal(size=60), errors="ker")
    leverage = fit.note.split("leverage of ")[1][:4]
    assert 0.5 < float(leverage) <= 1
    assert (fit.status, fit.note) == (
        "flagged",
        f"one participant has a leverage of {leverage} in the errors; above 0.5 they are unreliable, so look at the "
        "extreme values of the columns, or take their logarithm",
    )


def test_errors_that_are_none_are_refused():
    assert refusal(*sample(), errors="iid") == "No errors 'iid' exist. Allowed: bounded, nid, ker."


def test_a_kernel_is_refused_where_most_people_are_on_the_line():
    X, _ = sample()
    assert refusal(X, np.where(np.arange(60) < 50, 0.0, np.arange(60.0)), errors="ker") == (
        "At least half of the participants lie on the line of quantile 0.5, so it has no standard error. "
        "Where the outcome is heaped, give its step (step=1 for a sum of answers), or take another quantile."
    )


def test_few_residual_degrees_of_freedom_are_flagged():
    rng = np.random.default_rng(8)
    X = np.column_stack([np.ones(20), rng.normal(size=(20, 11))])
    note = fit_quantile(X, rng.normal(size=20)).note
    assert "only 8 residual degrees of freedom; fewer than 10 are unreliable" in note


def test_a_quantile_with_too_few_participants_beyond_is_refused():
    X, y = sample(20)
    assert refusal(X, y, q=0.99) == (
        "Of 20 participants 0.2 are expected on the smaller side of quantile 0.99. Allowed: at least 10. "
        "Take a quantile nearer to 0.5, or more participants."
    )
    assert fit_quantile(*sample(100), q=0.9).n == 100  # exactly 10


@pytest.mark.parametrize("q", [0, 1, -0.5, float("nan")])
def test_a_quantile_that_does_not_exist_is_refused(q):
    assert refusal(*sample(), q=q) == f"No quantile {q:g} exists. Allowed: above 0 and below 1, such as 0.5."


@pytest.mark.parametrize("step", [0, -1, float("inf")])
def test_a_step_that_is_none_is_refused(step):
    assert refusal(*sample(), step=step) == (
        f"The step of the outcome is {step:g}. Allowed: above 0, and 1 for a sum of answers."
    )


def test_an_outcome_made_from_a_column_is_refused():
    X, _ = sample()
    assert refusal(X, 3 + 2 * X[:, 1]) == (
        "The columns reproduce the outcome exactly, so there is no spread to tell a quantile by. "
        "Leave out the column that is made from the outcome."
    )


def test_an_outcome_that_most_people_share_is_refused():
    X, _ = sample()
    y = np.where(np.arange(60) < 50, 0.0, np.arange(60.0))
    assert refusal(X, y) == (
        "The quantiles 0.25 and 0.75 of the outcome coincide or cross for 100% of the participants, so quantile 0.5 "
        "has no standard error. Where the outcome is heaped, give its step (step=1 for a sum of answers), or take "
        "another quantile; otherwise take fewer columns."
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

"""ANCOVA and change score: what each is, where they agree, and what is refused."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.follow_up import fit_ancova, fit_change

CLOSE = 1e-10  # relative; the same fit of the same numbers


def sample(n=60, at_baseline=0.0):
    rng = np.random.default_rng(3)
    exposed = np.arange(n) % 2
    before = rng.normal(15, 6, size=n) + at_baseline * exposed
    after = 6 + 0.6 * before - 4 * exposed + rng.normal(size=n)
    return np.column_stack([np.ones(n), exposed]), after, before


def test_ancova_is_a_regression_with_the_baseline_as_last_column():
    X, after, before = sample()
    fit, linear = fit_ancova(X, after, baseline=before), fit_linear(np.column_stack([X, before]), after)
    assert fit.coef == pytest.approx(linear.coef, rel=CLOSE)
    assert fit.cov == pytest.approx(linear.cov, rel=CLOSE)
    assert fit.df == 57


def test_the_change_score_is_a_regression_of_the_difference():
    X, after, before = sample()
    fit, linear = fit_change(X, after, baseline=before), fit_linear(X, after - before)
    assert fit.coef == pytest.approx(linear.coef, rel=CLOSE)
    assert fit.cov == pytest.approx(linear.cov, rel=CLOSE)
    means = (after - before)[X[:, 1] == 1].mean() - (after - before)[X[:, 1] == 0].mean()
    assert fit.coef[1] == pytest.approx(means, rel=CLOSE)


def test_the_change_from_baseline_given_baseline_is_ancova():
    X, after, before = sample()
    change = fit_change(np.column_stack([X, before]), after, baseline=before)
    ancova = fit_ancova(X, after, baseline=before)
    assert change.coef[:2] == pytest.approx(ancova.coef[:2], rel=CLOSE)
    assert change.coef[2] == pytest.approx(ancova.coef[2] - 1, rel=CLOSE)
    assert change.std_error == pytest.approx(ancova.std_error, rel=CLOSE)


def test_the_two_differ_by_what_falls_back_where_groups_differ_at_baseline():
    # Lord's paradox, as an identity of least squares: change - ANCOVA = (slope of baseline - 1) * difference at baseline.
    X, after, before = sample(at_baseline=5.0)
    ancova, change = fit_ancova(X, after, baseline=before), fit_change(X, after, baseline=before)
    at_baseline = fit_linear(X, before).coef[1]
    assert at_baseline > 3
    assert change.coef[1] - ancova.coef[1] == pytest.approx((ancova.coef[2] - 1) * at_baseline, rel=CLOSE)


@pytest.mark.parametrize("fit", [fit_ancova, fit_change])
def test_a_baseline_that_does_not_match_is_refused(fit):
    X, after, before = sample()
    with pytest.raises(EstimationError) as caught:
        fit(X, after, baseline=before[:-1])
    assert str(caught.value) == (
        "X has shape (60, 2), y (60,) and baseline (59,). "
        "Allowed: X (n, p), y (n,) and baseline (n,), the same participants in the same order."
    )


@pytest.mark.parametrize("fit", [fit_ancova, fit_change])
def test_missing_baselines_are_counted_and_refused(fit):
    X, after, before = sample()
    before[:2] = np.nan
    with pytest.raises(EstimationError) as caught:
        fit(X, after, baseline=before)
    assert str(caught.value) == (
        "baseline has 2 missing or infinite of 60 values. "
        "Take these participants out, and count them, before the fit."
    )


def test_messages_name_the_columns_and_the_baseline():
    X, after, before = sample()
    X = np.column_stack([X, 2 * before])
    with pytest.raises(EstimationError, match="'baseline' follows from 'score'"):
        fit_ancova(X, after, baseline=before, names=["intercept", "treated", "score"])
    with pytest.raises(EstimationError, match="2 names are given for 3 columns"):
        fit_change(X, after, baseline=before, names=["intercept", "treated"])
    with pytest.raises(EstimationError, match="3 names are given for 4 columns"):
        fit_ancova(X, after, baseline=before, names=["intercept", "treated"])

"""Tests of proportional odds: by hand, with many totals, and how often they reject."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.proportionality import proportional_odds_test


def test_a_factor_with_two_levels_is_compared_with_the_observed_shares():
    # With a slope for each threshold the model reproduces the shares of both levels.
    x, y = np.repeat([0, 1], [60, 40]), np.repeat([0, 1, 2, 0, 1, 2], [30, 20, 10, 10, 10, 20])
    shares = [30 / 60, 20 / 60, 10 / 60, 10 / 40, 10 / 40, 20 / 40]
    largest = sum(n * np.log(share) for n, share in zip([30, 20, 10, 10, 10, 20], shares, strict=True))
    tests = proportional_odds_test(x[:, None], y, ["exposed"])
    found = tests.columns[0]
    assert found.statistic == pytest.approx(2 * (largest - fit_ordinal(x[:, None], y).log_likelihood))
    # The upper tail of chi-squared with one degree of freedom, here 0.0968, is 0.7557.
    assert (found.name, found.df, found.method) == ("exposed", 1, "likelihood ratio")
    assert tests.overall.statistic == pytest.approx(found.statistic)
    assert tests.groups == ((0,), (1,), (2,))


def test_a_column_that_moves_only_the_highest_threshold_is_found():
    rng = np.random.default_rng(1)
    X, noise = rng.random((800, 2)), rng.logistic(size=800)
    thresholds = np.array([-1, 0.5, 2.5]) - np.outer(X[:, 1], [0, 0, 1.5])
    y = (X[:, :1] + noise[:, None] > thresholds).sum(axis=1)
    tests = proportional_odds_test(X, y, ["age", "iron"])
    assert tests.columns[1].p_value < 1e-4
    assert tests.overall.p_value < 1e-4
    assert tests.columns[0].p_value > 0.001
    assert (tests.columns[0].df, tests.overall.df) == (2, 4)


def test_units_do_not_matter():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(200, 2))
    y = np.digitize(X[:, 0] + rng.logistic(size=200), [-1, 0, 1])
    tests, scaled = proportional_odds_test(X, y), proportional_odds_test(X * [1e4, 1e-6] + [1e5, 0], y)
    assert [t.statistic for t in scaled.columns] == pytest.approx(
        [t.statistic for t in tests.columns], rel=1e-6
    )


def test_many_totals_are_merged_into_five_groups_of_about_as_many_people():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(500, 1))
    y = np.clip(np.round(16 + 8 * X[:, 0] + 7 * rng.logistic(size=500)), 0, 40)
    tests = proportional_odds_test(X, y)
    assert len(tests.groups) == 5
    assert [value for group in tests.groups for value in group] == np.unique(y).tolist()
    sizes = [np.isin(y, group).sum() for group in tests.groups]
    assert min(sizes) > 60
    assert max(sizes) < 140
    assert tests.columns[0].df == 3


def test_a_category_that_is_empty_at_one_level_is_tested_at_the_limit():
    # The slope of the first threshold grows without end, the likelihood to that of the observed shares.
    x, y = np.repeat([0, 1], 60), np.repeat([0, 1, 2, 1, 2], [20, 20, 20, 30, 30])
    largest = 60 * np.log(1 / 3) + 60 * np.log(1 / 2)
    found = proportional_odds_test(x[:, None], y).columns[0]
    expected = 2 * (largest - fit_ordinal(x[:, None], y).log_likelihood)
    assert found.statistic == pytest.approx(expected, abs=1e-6)


def test_two_values_have_nothing_to_be_proportional():
    with pytest.raises(EstimationError) as caught:
        proportional_odds_test(np.arange(60.0)[:, None], np.arange(60) % 2)
    assert str(caught.value) == (
        "The outcome has two values, so there is one threshold and nothing to be proportional. "
        "Give an outcome with at least three."
    )


@pytest.mark.slow
@pytest.mark.parametrize("bands", [5, 41])
def test_where_odds_are_proportional_one_in_twenty_tests_rejects(bands):
    rng = np.random.default_rng(4)
    rejected = []
    for _ in range(200):
        X = rng.normal(size=(200, 2))
        latent = X @ [0.7, 0] + rng.logistic(size=200)
        y = np.searchsorted(np.quantile(latent, np.arange(1, bands) / bands), latent)
        tests = proportional_odds_test(X, y)
        rejected.append([test.p_value < 0.05 for test in (*tests.columns, tests.overall)])
    # The central 99.9 % of Binomial(200, 0.05) is 1 to 21.
    assert ((np.sum(rejected, axis=0) >= 1) & (np.sum(rejected, axis=0) <= 21)).all()

"""Average differences: the delta method by hand, with the degrees of freedom of the contrast."""

import numpy as np
import pytest

from rlsstudy.estimate import fit_linear, fit_logistic, fit_mixed
from rlsstudy.estimate.fits.margins import average_difference, by_delta_method

CLOSE = 1e-12  # relative: the same few sums in another order
MEANS = (
    1e-7  # relative: the contrast is a difference of two means of columns, which leaves rounding at its zeros
)
TABLE = 1e-6  # relative: a quantile with seven figures
CLUSTERS = np.repeat(np.arange(12), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])


def clustered():
    """Draw 90 people in 12 clusters of unlike size; the first column beside the ones is one value per cluster."""
    rng = np.random.default_rng(4)
    n = len(CLUSTERS)
    X = np.column_stack([np.ones(n), (np.arange(12) % 3 == 0)[CLUSTERS], rng.normal(size=n)])
    return X, X @ [10, 2, 1] + rng.normal(size=12)[CLUSTERS] + rng.normal(size=n)


def moved(X, by):
    return X + np.asarray(by, dtype=float)


@pytest.mark.parametrize("by", [(0, 1, 0), (0, 0, 1), (0, 1, 3)])
def test_a_difference_with_clusters_has_the_degrees_of_freedom_of_its_contrast(by):
    X, y = clustered()
    fit = fit_linear(X, y, clusters=CLUSTERS)
    difference = average_difference(fit, moved(X, by), X)
    assert difference.estimate == pytest.approx(np.dot(by, fit.coef), rel=CLOSE)
    assert difference.std_error == pytest.approx(np.sqrt(by @ fit.cov @ by), rel=MEANS)
    assert difference.df == pytest.approx(float(fit.contrast_df(by)), rel=MEANS)


def test_degrees_of_freedom_with_clusters_differ_between_contrasts():
    X, y = clustered()
    fit = fit_linear(X, y, clusters=CLUSTERS)
    between, within = (average_difference(fit, moved(X, by), X).df for by in ((0, 1, 0), (0, 0, 1)))
    assert within > between + 1


@pytest.mark.parametrize("by", [(0, 1, 0), (0, 0, 1), (0, 1, 3)])
def test_a_difference_in_a_mixed_model_has_the_degrees_of_freedom_of_its_contrast(by):
    X, y = clustered()
    fit = fit_mixed(X, y, groups=CLUSTERS)
    difference = average_difference(fit, moved(X, by), X)
    assert difference.df == pytest.approx(fit.contrast_df(np.array(by, dtype=float)), rel=MEANS)
    assert difference.df > fit.df.min() + 0.5  # which are those of the intercept


def test_without_degrees_of_freedom_of_contrasts_they_are_those_of_the_fit():
    X, y = clustered()
    fit = fit_logistic(X, np.asarray(y > np.median(y), dtype=float))
    assert average_difference(fit, moved(X, (0, 0, 1)), X).df == fit.df == np.inf


def test_no_difference_at_all_has_no_error():
    X, y = clustered()
    fit = fit_linear(X, y, clusters=CLUSTERS)
    difference = average_difference(fit, X, X)
    assert (difference.estimate, difference.std_error, difference.df) == (0, 0, fit.df.min())


def test_the_delta_method_by_hand():
    # Means of 3 and 5, each of 2 values that are 1 apart from it: the residual variance is 4 / 2, that of a
    # mean 1, that of the difference 2; Student's t has 2 degrees of freedom, and t = 2 / sqrt(2) there p = 0.2929.
    X = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    fit = fit_linear(X, [2.0, 4.0, 4.0, 6.0], covariance="classical")
    difference = by_delta_method(fit, 2.0, np.array([0.0, 1.0]))
    assert (difference.std_error, difference.df) == (pytest.approx(np.sqrt(2)), 2)
    assert difference.p_value == pytest.approx(1 - np.sqrt(0.5))
    half = 4.302653 * np.sqrt(2)  # the upper 2.5 % of Student's t with 2 degrees of freedom
    assert difference.conf_int() == pytest.approx((2 - half, 2 + half), rel=TABLE)

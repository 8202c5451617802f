"""Clustered data in which other software reports a p-value without a word: each gets a refusal or a flag."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.gee import fit_gee


def sample(clusters, rows=15):
    rng = np.random.default_rng(45)
    cluster = np.repeat(np.arange(clusters), rows)
    n = len(cluster)
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    return X, X @ [10.0, 0.5] + rng.normal(size=clusters)[cluster] + rng.normal(size=n), cluster


def refusal(fit, *arguments, **options):
    with pytest.raises(EstimationError) as caught:
        fit(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("covariance", ["CR2", "CR1", "CR0"])
def test_45_one_cluster_is_refused(covariance):
    X, y, cluster = sample(1, 60)
    assert refusal(fit_linear, X, y, covariance=covariance, clusters=cluster) == (
        "There is 1 cluster. Allowed: at least 2, and 40 for reliable errors. "
        "Leave clusters out, or fit the cluster as one sample and say so."
    )


@pytest.mark.parametrize("covariance", ["CR2", "CR1", "CR0"])
def test_46_two_clusters_have_hardly_more_than_one_degree_of_freedom_and_are_flagged(covariance):
    X, y, cluster = sample(2, 30)
    fit = fit_linear(X, y, covariance=covariance, clusters=cluster)
    assert 1 <= fit.contrast_df([0.0, 1.0]) < 1.05
    assert fit.p_values[0] > 1e-3  # with the normal distribution it would be 0 to 90 places
    assert fit.note.startswith("only 2 clusters; fewer than 40 are unreliable")


def test_47_labels_that_do_not_match_the_rows_are_refused():
    X, y, cluster = sample(12, 5)
    for fit, called in ((fit_linear, "clusters"), (fit_gee, "groups")):
        assert refusal(fit, X[:-1], y[:-1], **{called: cluster}) == (
            f"{called} has shape (60,) and there are 59 rows. Allowed: one label for each row, in the same order."
        )


def test_48_gee_of_one_cluster_is_refused():
    X, y, cluster = sample(1, 60)
    assert refusal(fit_gee, X, y, groups=cluster) == (
        "The model cannot be fitted:\n"
        "  - 1 groups have two or more rows. Allowed: at least 10, and 40 for reliable errors. "
        "With one row for each person take `fit_linear`.\n"
        "  - 1 groups with 1770 pairs of rows cannot determine 2 coefficients and their errors. Take fewer columns."
    )


def test_49_gee_of_four_clusters_is_refused_and_of_twelve_flagged():
    X, y, cluster = sample(4)
    assert "4 groups have two or more rows. Allowed: at least 10" in refusal(fit_gee, X, y, groups=cluster)
    X, y, cluster = sample(12)
    fit = fit_gee(X, y, groups=cluster)
    assert (fit.status, fit.note) == ("flagged", "only 12 groups; fewer than 40 are unreliable")
    assert np.all(fit.std_error > fit_gee(X, y, groups=cluster, covariance="robust").std_error)


def test_50_an_outcome_that_a_covariate_separates_has_a_finite_mean_difference():
    # Only a model on the scale of odds diverges; this one compares means.
    X, _, cluster = sample(12)
    y = (X[:, 1] > 0).astype(float)
    fit = fit_gee(X, y, groups=cluster)
    assert np.isfinite(fit.coef).all()
    assert np.all(fit.std_error > 0)


@pytest.mark.parametrize("covariance", ["CR2", "CR1", "CR0"])
def test_a_term_that_one_cluster_decides_alone_is_refused(covariance):
    X, y, cluster = sample(12, 5)
    X = np.column_stack([X, cluster == 3])
    names = ["intercept", "age", "centre: North"]
    assert refusal(fit_linear, X, y, covariance=covariance, clusters=cluster, names=names) == (
        "'centre: North': one cluster alone decides this term (leverage 1), so it has no robust standard error. "
        "Leave out the term, or the cluster with it."
    )


def test_a_term_that_one_person_decides_alone_is_refused():
    X, y, cluster = sample(12, 5)
    X = np.column_stack([X, cluster == 3])
    assert refusal(fit_gee, X, y, groups=cluster, names=["intercept", "age", "smoking: pipe"]) == (
        "'smoking: pipe': one group alone decides this term (leverage 1), so it has no robust standard error. "
        "Leave out the term, or the group with it."
    )


def test_centres_as_terms_and_as_clusters_at_once_are_refused():
    X, y, cluster = sample(12, 5)
    X = np.column_stack([X, *(cluster == g for g in range(1, 12))])
    assert "one cluster alone decides this term" in refusal(fit_linear, X, y, clusters=cluster)

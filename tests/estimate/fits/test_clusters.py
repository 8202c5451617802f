"""Cluster-robust linear regression: by hand, at its limits, and what it refuses."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; a change of unit or order is not a change of result
CLUSTERED = ["CR2", "CR1", "CR0"]


def sample(clusters=12, seed=3):
    """Unequal clusters with a covariate of the cluster and one of the row."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(2, 7, size=clusters))
    n = len(cluster)
    X = np.column_stack([np.ones(n), rng.normal(size=clusters)[cluster], rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.normal(size=clusters)[cluster] + rng.normal(size=n), cluster


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_linear(X, y, **options)
    return str(caught.value)


# x = 0, 1, 2, 3 less its mean has sum of squares 5; residuals are 0.3, -0.9, 0.9, -0.3; clusters are the outer
# and the inner two, in which x times residual adds up to -0.9 and 0.9.
FOUR = np.column_stack([np.ones(4), np.arange(4.0)]), np.array([1.0, 1.0, 4.0, 4.0])
OUTER_INNER = ["outer", "inner", "inner", "outer"]


def test_cr0_and_cr1_of_four_points_worked_out_by_hand():
    cr0 = fit_linear(*FOUR, covariance="CR0", clusters=OUTER_INNER)
    cr1 = fit_linear(*FOUR, covariance="CR1", clusters=OUTER_INNER)
    assert cr0.cov[1, 1] == pytest.approx((0.81 + 0.81) / 25, abs=EXACT)
    assert cr1.cov[1, 1] == pytest.approx(1.62 / 25 * (2 / 1) * (3 / 2), abs=EXACT)
    assert cr0.df == cr1.df == 1


def test_cr2_of_four_points_worked_out_by_hand():
    # The clusters have 0.9 and 0.1 of the leverage of x, so that CR2 divides the squares by 0.1 and 0.9.
    # Two clusters have one residual sum of x that is free, hence one degree of freedom.
    fit = fit_linear(*FOUR, clusters=OUTER_INNER)
    assert fit.cov[1, 1] == pytest.approx((0.81 / 0.1 + 0.81 / 0.9) / 25, abs=EXACT)
    assert fit.df[1] == pytest.approx(1, abs=EXACT)
    assert (fit.status, fit.note) == (
        "flagged",
        "only 2 clusters; fewer than 40 are unreliable; "
        "'column 1' has 1.0 degrees of freedom; fewer than 4 are unreliable; "
        "only 2 residual degrees of freedom; fewer than 10 are unreliable",
    )


def test_an_equal_number_of_equal_clusters_at_two_levels_has_two_degrees_less_than_clusters():
    # Then CR2 is the pooled variance of cluster means in two samples: exact, with G - 2 degrees of freedom.
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(10), 3)
    treated = cluster % 2
    y = rng.normal(size=10)[cluster] + rng.normal(size=30)
    fit = fit_linear(np.column_stack([np.ones(30), treated]), y, clusters=cluster)
    means = y.reshape(10, 3).mean(axis=1)
    variance = (means[::2].var(ddof=1) + means[1::2].var(ddof=1)) / 5
    assert fit.cov[1, 1] == pytest.approx(variance, rel=CLOSE)
    assert fit.df[1] == pytest.approx(8, rel=CLOSE)


def test_clusters_of_one_row_are_hc2_and_hc0():
    X, y, _ = sample()
    alone = np.arange(len(y))
    for clustered, independent in (("CR2", "HC2"), ("CR0", "HC0")):
        fit = fit_linear(X, y, covariance=clustered, clusters=alone)
        assert fit.cov == pytest.approx(fit_linear(X, y, covariance=independent).cov, rel=CLOSE)


def test_small_and_large_clusters_are_treated_alike():
    # Clusters of up to p rows are decomposed by rows, larger ones by columns; columns beside do not matter.
    X, y, cluster = sample()
    wide = np.column_stack([X, np.random.default_rng(5).normal(size=(len(y), 4)) * 1e-3])
    for design in (X, wide):
        fit, Q = fit_linear(design, y, clusters=cluster), np.linalg.qr(design)[0]
        scores = []
        for g in np.unique(cluster):
            values, vectors = np.linalg.eigh(np.eye(design.shape[1]) - Q[cluster == g].T @ Q[cluster == g])
            residuals = (y - design @ fit.coef)[cluster == g]
            scores.append((vectors / np.sqrt(values)) @ vectors.T @ Q[cluster == g].T @ residuals)
        to_coef = np.linalg.inv(Q.T @ design)
        assert fit.cov == pytest.approx(to_coef @ np.transpose(scores) @ scores @ to_coef.T, rel=1e-7)


def test_a_contrast_of_one_coefficient_has_its_degrees_of_freedom():
    X, y, cluster = sample()
    fit = fit_linear(X, y, clusters=cluster)
    assert fit.contrast_df(np.eye(3)) == pytest.approx(fit.df, rel=CLOSE)
    assert fit.contrast_df([0.0, 0.0, -1e-9]) == pytest.approx(fit.df[2], rel=CLOSE)
    assert fit.contrast_df(np.ones((2, 4, 3))).shape == (2, 4)
    assert np.all(fit.df <= 12)


def test_a_contrast_of_nothing_has_as_many_degrees_of_freedom_as_there_can_be():
    X, y, cluster = sample()
    assert fit_linear(X, y, clusters=cluster).contrast_df(np.zeros(3)) == 11


def test_the_other_covariances_have_one_degree_less_than_clusters_for_every_contrast():
    X, y, cluster = sample()
    assert fit_linear(X, y, covariance="CR1", clusters=cluster).contrast_df(np.eye(3)).tolist() == [
        11,
        11,
        11,
    ]


def test_intervals_use_the_degrees_of_freedom_of_each_coefficient():
    X, y, cluster = sample()
    fit = fit_linear(X, y, clusters=cluster)
    reach = np.ptp(fit.conf_int(), axis=1) / 2 / fit.std_error
    assert np.all(np.diff(reach[np.argsort(fit.df)]) < 0)  # fewer degrees of freedom, wider
    assert fit.p_values.shape == (3,)


@pytest.mark.parametrize("covariance", CLUSTERED)
def test_units_and_order_do_not_matter(covariance):
    X, y, cluster = sample()
    scale, columns = np.array([1.0, 1e-9, 1e9]), [2, 0, 1]
    rows = np.random.default_rng(1).permutation(len(y))
    fit = fit_linear(X, y, covariance=covariance, clusters=cluster)
    moved = fit_linear(
        (X * scale)[rows][:, columns], 1e-8 * y[rows], covariance=covariance, clusters=cluster[rows]
    )
    assert moved.std_error * scale[columns] * 1e8 == pytest.approx(fit.std_error[columns], rel=CLOSE)
    assert moved.p_values == pytest.approx(fit.p_values[columns], rel=1e-7)
    assert moved.contrast_df(np.eye(3)) == pytest.approx(fit.contrast_df(np.eye(3)[columns]), rel=1e-7)


@pytest.mark.parametrize("name", [str, float, lambda g: f"centre {g}"])
def test_labels_may_be_texts_or_numbers(name):
    X, y, cluster = sample()
    named = np.array([name(g) for g in cluster.tolist()])
    expected = fit_linear(X, y, clusters=cluster).cov
    assert fit_linear(X, y, clusters=named).cov == pytest.approx(expected, rel=CLOSE)
    assert fit_linear(X, y, clusters=named.astype(object)).cov == pytest.approx(expected, rel=CLOSE)


def test_enough_clusters_are_not_flagged():
    fit = fit_linear(*sample(40)[:2], clusters=sample(40)[2])
    assert (fit.status, fit.note) == ("ok", "")


def test_a_rare_exposure_of_whole_clusters_is_flagged_however_many_clusters_there_are():
    X, y, cluster = sample(60)
    fit = fit_linear(
        np.column_stack([X, cluster < 2]), y, clusters=cluster, names=["1", "age", "bmi", "rare"]
    )
    assert fit.status == "flagged"
    assert fit.note.startswith("'rare' has 1.")
    assert fit.note.endswith("degrees of freedom; fewer than 4 are unreliable")


def test_a_covariance_that_does_not_go_with_the_clusters_is_refused():
    X, y, cluster = sample()
    assert refusal(X, y, covariance="HC3", clusters=cluster) == (
        "Covariance 'HC3' takes rows for independent, but clusters are given. Allowed with clusters: CR2, CR1, CR0."
    )
    assert refusal(X, y, covariance="CR1") == (
        "Covariance 'CR1' needs clusters: give the cluster of each row."
    )


def test_missing_and_mixed_labels_are_refused():
    X, y, cluster = sample()
    gaps = cluster.astype(float)
    gaps[:2] = np.nan
    assert refusal(X, y, clusters=gaps) == (
        f"clusters has 2 missing of {len(y)} values. Take these rows out, and count them, before the fit."
    )
    mixed = cluster.astype(object)
    mixed[0] = None
    assert refusal(X, y, clusters=mixed) == (
        f"clusters has 1 missing of {len(y)} values. Take these rows out, and count them, before the fit."
    )
    mixed[0] = "0"
    assert refusal(X, y, clusters=mixed) == (
        "clusters mixes texts with other values. Allowed: texts only or numbers only."
    )
    in_a_list = [np.nan if g == 0 else f"centre {g}" for g in cluster]  # numpy alone would make it a text
    assert f"clusters has {(cluster == 0).sum()} missing" in refusal(X, y, clusters=in_a_list)


def test_residuals_that_cancel_within_every_cluster_are_refused():
    cluster = np.repeat(np.arange(20), 2)
    y = 3 + np.tile([1.0, -1.0], 20)
    assert refusal(np.ones((40, 1)), y, clusters=cluster, names=["intercept"]) == (
        "'intercept': the residuals cancel within every cluster, so there is no robust standard error. "
        "Check that each cluster has the rows it should have."
    )


def test_an_exact_outcome_is_flagged_and_not_an_error():
    X, _, cluster = sample(40)
    fit = fit_linear(X, X @ [1.0, 2.0, 0.0], clusters=cluster)
    assert fit.note == "the outcome is reproduced exactly, so standard errors are rounding noise"

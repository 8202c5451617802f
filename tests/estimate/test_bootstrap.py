"""The bootstrap: draws by address, replicates by hand, intervals, and what it refuses."""

import numpy as np
import pytest
from scipy.special import ndtri

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.resample import draws as drawing
from rlsstudy.estimate.resample.bootstrap import Bootstrap
from rlsstudy.estimate.resample.draws import plan_draws
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear, linear_replicates
from rlsstudy.estimate.resample.ordinal_bootstrap import bootstrap_ordinal

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; a change of unit or order is not a change of result
KINDS = ["pairs", "cluster", "bayesian"]


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.normal(size=n) * (1 + X[:, 1] ** 2)


def clusters_of(kind, n=60):
    return np.arange(n) // 3 if kind == "cluster" else None


def refusal(function, *arguments, **options):
    with pytest.raises(EstimationError) as caught:
        function(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_replicate_is_the_same_in_any_chunk_and_in_a_longer_run(kind):
    draws = plan_draws(60, reps=9, seed=5, kind=kind, clusters=clusters_of(kind))
    parts = [draws.weights(0, 2), draws.weights(2, 6), draws.weights(8, 1)]
    assert np.array_equal(np.vstack(parts), draws.weights(0, 9))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_have_mean_one_and_their_unit_variance(kind):
    # The variance of a multinomial count with m units is 1 - 1/m, that of an exponential over its mean (m - 1) / (m + 1).
    draws = plan_draws(60, reps=2000, seed=5, kind=kind, clusters=clusters_of(kind))
    weights, m = draws.weights(0, 2000), 20 if kind == "cluster" else 60
    variance = (m - 1) / (m + 1) if kind == "bayesian" else 1 - 1 / m
    assert weights.shape == (2000, m)
    assert weights.mean(axis=1) == pytest.approx(1, abs=EXACT)
    assert (weights - 1).var() == pytest.approx(variance, rel=0.05)  # 4 Monte-Carlo errors are 0.03 at most


def test_other_seeds_and_kinds_draw_others():
    first = plan_draws(60, reps=2, seed=5).weights(0, 2)
    assert not np.array_equal(first, plan_draws(60, reps=2, seed=6).weights(0, 2))
    assert not np.array_equal(
        first, plan_draws(60, reps=2, seed=5, kind="cluster", clusters=range(60)).weights(0, 2)
    )


def test_the_rows_of_a_replicate_are_what_its_weights_count():
    single = plan_draws(60, reps=4, seed=5)
    assert np.array_equal(np.bincount(single.rows(3), minlength=60), single.weights(3, 1)[0])
    whole = plan_draws(60, reps=4, seed=5, kind="cluster", clusters=np.arange(60) % 7)
    counts = np.bincount(whole.rows(3), minlength=60)
    assert np.array_equal(counts, whole.of_participants(whole.weights(3, 1))[0])


def test_means_of_drawn_participants_worked_out_by_hand():
    X, y = np.ones((4, 1)), np.array([1.0, 2.0, 3.0, 6.0])
    found = linear_replicates(X, y, [[1, 1, 1, 1], [0, 0, 2, 2], [4, 0, 0, 0], [0.5, 0.5, 0, 3]])
    assert found[:, 0] == pytest.approx([3, 4.5, 1, (0.5 + 1 + 18) / 4], abs=EXACT)


def test_a_slope_of_drawn_participants_is_that_of_a_fit_to_them():
    X, y = sample()
    draws = plan_draws(60, reps=3, seed=2)
    boot = bootstrap_linear(X, y, reps=3, seed=2)
    for replicate in range(3):
        rows = draws.rows(replicate)
        fit = fit_linear(X[rows], y[rows], covariance="classical")
        assert boot.replicates[replicate] == pytest.approx(fit.coef, rel=CLOSE)
    assert boot.estimate == pytest.approx(fit_linear(X, y).coef, abs=EXACT)


@pytest.mark.parametrize("kind", KINDS)
def test_units_and_order_of_columns_do_not_matter(kind):
    X, y = sample()
    scale, order = np.array([1.0, 1e-9, 1e9]), [2, 0, 1]
    options = {"reps": 20, "seed": 1, "kind": kind, "clusters": clusters_of(kind)}
    boot = bootstrap_linear(X, y, **options)
    scaled = bootstrap_linear((X * scale)[:, order], y * 1e6, **options)
    assert scaled.replicates * scale[order] / 1e6 == pytest.approx(boot.replicates[:, order], rel=1e-7)


def test_the_number_of_rows_held_at_a_time_does_not_matter(monkeypatch):
    X, y = sample()
    whole = bootstrap_linear(X, y, reps=80, seed=1).replicates
    monkeypatch.setattr(drawing, "MOST_WEIGHTS", 1)
    monkeypatch.setattr(drawing, "LEAST_REPLICATES", 7)
    monkeypatch.setattr("rlsstudy.estimate.resample.moments.MOST_PRODUCTS", 100)
    assert bootstrap_linear(X, y, reps=80, seed=1).replicates == pytest.approx(whole, rel=CLOSE)


def test_standard_errors_are_near_those_of_the_sandwich():
    X, y = sample(400)
    boot = bootstrap_linear(X, y, reps=2000, seed=1)
    # HC0 is the limit of many draws; 2,000 leave 1.6 % and 400 participants a few more.
    assert boot.std_error == pytest.approx(fit_linear(X, y, covariance="HC0").std_error, rel=0.08)


def test_a_level_that_nobody_drawn_has_fails_the_replicate_and_is_counted():
    X, y = sample()
    X[:, 1] = np.arange(60) < 2
    boot = bootstrap_linear(X, y, reps=400, seed=1, names=["one", "rare", "x"])
    nobody = (plan_draws(60, reps=400, seed=1).weights(0, 400)[:, :2] == 0).all(axis=1)
    assert boot.failed == nobody.sum() == np.isnan(boot.replicates[nobody]).all(axis=1).sum()
    assert boot.status == "flagged"
    assert boot.note == (
        f"{boot.failed} of 400 replicates failed and are left out: columns that cannot be told apart among those drawn"
    )
    assert np.isfinite(boot.conf_int()).all()


def test_a_replicate_that_is_hard_and_not_deficient_is_fitted_from_its_rows():
    X, y = sample()
    X = np.column_stack([X, X[:, 1] + 1e-5 * np.random.default_rng(1).normal(size=60)])
    weights = np.zeros((1, 60))
    weights[0, :9] = 1
    found = linear_replicates(X, y, weights)
    assert found[0] == pytest.approx(fit_linear(X[:9], y[:9], covariance="classical").coef, rel=1e-6)
    X[:9, 3] = X[:9, 1]
    assert np.isnan(linear_replicates(X, y, weights)).all()


def test_no_replicate_that_can_be_fitted_is_refused():
    X, y = sample(6)
    X[:, 1] = np.arange(6) == 0
    X = np.column_stack([X, np.arange(6) == 1, np.arange(6) == 2])
    with_two = {"kind": "cluster", "clusters": [0, 0, 1, 1, 1, 1], "reps": 2, "seed": 3}
    assert refusal(bootstrap_linear, X, y, **with_two) == (
        "2 of 2 replicates of the bootstrap gave no estimate: columns that cannot be told apart among those drawn. "
        "Merge small levels, take fewer columns, or use another estimate of the error."
    )


def test_few_clusters_are_flagged():
    X, y = sample()
    boot = bootstrap_linear(X, y, reps=50, seed=1, kind="cluster", clusters=np.arange(60) % 12)
    assert boot.status == "flagged"
    assert boot.note == "only 12 clusters; fewer than 40 are unreliable"


def test_clusters_of_one_are_drawn_like_participants():
    X, y = sample()
    boot = bootstrap_linear(X, y, reps=2000, seed=1, kind="cluster", clusters=[f"p{i:02}" for i in range(60)])
    pairs = bootstrap_linear(X, y, reps=2000, seed=1)
    # Two Monte-Carlo errors of 1.6 %, more where tails are heavy.
    assert boot.std_error == pytest.approx(pairs.std_error, rel=0.1)
    assert boot.influence == pytest.approx(pairs.influence, abs=EXACT)


def known(replicates, estimate, influence=None):
    return Bootstrap(np.array([estimate]), np.array(replicates)[:, None], ("x",), influence, 9, "ok", "")


def test_intervals_worked_out_by_hand():
    # 39 replicates 1 to 39: the ranks of 2.5 and 97.5 % are 40 times these, the first and the last.
    boot = known(np.arange(1.0, 40), 18.0)
    assert boot.conf_int()[0] == pytest.approx([1, 39], abs=EXACT)
    assert boot.conf_int("basic")[0] == pytest.approx([36 - 39, 36 - 1], abs=EXACT)
    assert boot.conf_int("centred")[0] == pytest.approx([-1, 37], abs=EXACT)
    assert boot.bias == pytest.approx(2, abs=EXACT)
    assert boot.std_error == pytest.approx(np.sqrt(130), abs=EXACT)  # 39 (39^2 - 1) / 12 / 38
    half = ndtri(0.975) * np.sqrt(130)
    assert boot.conf_int("normal")[0] == pytest.approx([16 - half, 16 + half], abs=1e-10)
    assert boot.conf_int(level=0.9)[0] == pytest.approx([2, 38], abs=EXACT)


def test_a_quantile_between_two_replicates_is_interpolated_on_the_normal_scale():
    # 9 replicates, level 0.75: rank 1.25 between 1 and 2.
    part = (ndtri(0.125) - ndtri(0.1)) / (ndtri(0.2) - ndtri(0.1))
    assert known(np.arange(1.0, 10), 5.0).conf_int(level=0.75)[0] == pytest.approx(
        [1 + part, 9 - part], abs=1e-9
    )


def test_bca_without_bias_and_skewness_is_the_percentile_interval():
    replicates, influence = np.arange(1.0, 41), np.array([[-1.0], [0.0], [1.0]])
    boot = known(replicates, 20.5, influence)
    assert boot.conf_int("bca", 0.8) == pytest.approx(boot.conf_int("percentile", 0.8), abs=1e-9)


def test_bca_turns_the_interval_of_a_skewed_mean_to_the_side_of_the_tail():
    y = np.random.default_rng(1).exponential(size=40)
    boot = bootstrap_linear(np.ones((40, 1)), y, reps=1999, seed=1)
    assert (boot.conf_int("bca") > boot.conf_int("percentile")).all()


def test_failed_replicates_are_left_out_of_every_figure():
    boot = known([*range(1, 40), np.nan], 18.0)
    assert boot.failed == 1
    assert boot.conf_int()[0] == pytest.approx([1, 39], abs=EXACT)
    assert boot.bias == pytest.approx(2, abs=EXACT)


def test_intervals_that_cannot_be_had_are_refused():
    boot = known(np.arange(1.0, 20), 0.5, np.ones((3, 1)))
    assert refusal(boot.conf_int) == (
        "The ends of a 95% interval lie outside what 19 replicates show; about 39 are needed. "
        "Ask for more replicates, or for a lower level."
    )
    assert refusal(boot.conf_int, "bca", 0.5) == (
        "All replicates of 'x' lie on one side of the estimate, so that its bias cannot be corrected by a BCa interval. "
        'Ask for method="percentile", or for more replicates.'
    )
    assert refusal(known(np.arange(1.0, 20), 5.0).conf_int, "bca") == (
        "A BCa interval needs the influence of each participant, and this bootstrap has none. "
        'Give it by jackknife_influence, or ask for method="percentile".'
    )
    assert refusal(boot.conf_int, "percentil") == (
        "No interval 'percentil' is offered. Did you mean 'percentile'?"
    )
    assert refusal(boot.conf_int, level=95) == (
        "The level of an interval is a share between 0 and 1, not 95."
    )


def test_draws_that_cannot_be_had_are_refused_all_at_once():
    assert refusal(plan_draws, 4, reps=1, seed=-1, kind="cluster") == (
        "The bootstrap cannot be run:\n"
        "  - reps is a whole number from 2, not 1.\n"
        "  - seed is a whole number from 0, not -1.\n"
        '  - kind="cluster" draws whole clusters, and none are given. Give each participant\'s.'
    )
    assert refusal(plan_draws, 4, reps=2, seed=0, kind="pair") == (
        "No bootstrap 'pair' is offered. Did you mean 'pairs'?"
    )


@pytest.mark.parametrize(
    ("clusters", "kind", "said"),
    [
        ([1, 2, 1, 2], "pairs", "Clusters are given, and 'pairs' draws single participants. "
         'Ask for kind="cluster", or leave them out.'),
        ([1, 2, 1], "cluster", "clusters has shape (3,) and there are 4 rows. Allowed: one label for each row, in the same order."),
        ([1, np.nan, 2, 2], "cluster", "clusters has 1 missing of 4 values. Take these rows out, and count them, before the fit."),
        (np.array(["a", None, None, "b"], dtype=object), "bayesian",
         "clusters has 2 missing of 4 values. Take these rows out, and count them, before the fit."),
        ([1, 1, 1, 1], "cluster", "There is 1 cluster. Allowed: at least 2, and 40 for reliable errors. Leave clusters out, or fit the cluster as one sample and say so."),
    ],
)  # fmt: skip
def test_clusters_that_cannot_be_drawn_are_refused(clusters, kind, said):
    message = refusal(plan_draws, 4, reps=2, seed=0, kind=kind, clusters=clusters)
    assert message == f"The bootstrap cannot be run:\n  - {said}"


@pytest.mark.parametrize("weights", [[1, 1, -1, 1, 1, 1], [0] * 6, [np.inf] * 6])
def test_weights_that_are_none_are_refused(weights):
    assert refusal(linear_replicates, *sample(6), [weights]) == (
        "Weights have shape (1, 6). Allowed: one row per replicate and one column for each of 6 participants, "
        "all finite, from 0, and not all 0."
    )


def test_what_the_fit_refuses_the_bootstrap_refuses():
    X, y = sample()
    assert "carry the same information" in refusal(
        bootstrap_linear, np.column_stack([X, X[:, 1]]), y, reps=9, seed=1
    )


def ordinal_sample(n=80, seed=4):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    return X, np.digitize(X @ [1.0, -0.5] + rng.logistic(size=n), [-1.0, 0.5, 2.0]).astype(float)


def test_an_ordinal_replicate_is_that_of_a_fit_to_those_drawn():
    X, y = ordinal_sample()
    draws, boot = plan_draws(80, reps=2, seed=2), bootstrap_ordinal(X, y, reps=2, seed=2)
    for replicate in range(2):
        rows = draws.rows(replicate)
        fit = fit_ordinal(X[rows], y[rows])
        assert np.abs((boot.replicates[replicate] - fit.coef) / fit.std_error).max() < 1e-6
    assert boot.estimate == pytest.approx(fit_ordinal(X, y).coef, abs=EXACT)


def test_ordinal_influence_is_what_leaving_one_out_changes():
    X, y = ordinal_sample(400)
    boot, everybody = bootstrap_ordinal(X, y, reps=2, seed=2), fit_ordinal(X, y).coef
    for out in (0, 17, 200):
        without = fit_ordinal(np.delete(X, out, axis=0), np.delete(y, out)).coef
        # One step from the maximum: the remainder is of the order of 1 / n of it.
        assert boot.influence[out] == pytest.approx(everybody - without, rel=0.1, abs=2e-4)


def test_ordinal_clusters_are_drawn_whole():
    X, y = ordinal_sample()
    pairs_of_twins = np.arange(80) // 2
    boot = bootstrap_ordinal(X, y, reps=30, seed=2, kind="cluster", clusters=pairs_of_twins)
    assert boot.influence.shape == (40, 2)
    assert (boot.status, boot.failed) == ("ok", 0)

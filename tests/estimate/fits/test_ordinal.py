"""Ordinal regression on arrays: by hand, in any unit, and what it refuses."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits import ordinal_newton
from rlsstudy.estimate.fits.intervals import t_quantile
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.ordinal_links import LINKS

EXACT = 1e-9  # Newton's last step leaves less
CLOSE = 1e-7  # relative; a change of unit or order is not a change of result, less the same last step
COVARIANCES = ["adjusted", "model", "robust"]


def sample(n=150, seed=3):
    """Draw five bands that depend on two of three columns."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.random(n) < 0.4, rng.normal(5, 2, size=n)])
    return X, np.digitize(X @ [1.0, 0.8, 0.0] + rng.logistic(size=n), [-1.5, 0, 1, 2.5])


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_ordinal(X, y, **options)
    return str(caught.value)


def test_two_categories_are_a_logistic_regression():
    # Without x 30 of 40 are ill, with it 10 of 20: log odds log 3 and 0, so the slope is -log 3 with
    # variance 1/30 + 1/10 + 1/10 + 1/10, and the threshold is minus the log odds without x.
    x = np.repeat([0, 0, 1, 1], [30, 10, 10, 10])
    y = np.repeat([7, 3, 7, 3], [30, 10, 10, 10])
    fit = fit_ordinal(x[:, None], y, covariance="model")
    assert fit.coef == pytest.approx([-np.log(3)], abs=EXACT)
    assert fit.thresholds == pytest.approx([-np.log(3)], abs=EXACT)
    assert fit.std_error == pytest.approx([(1 / 30 + 3 / 10) ** 0.5], rel=CLOSE)
    assert fit.threshold_errors == pytest.approx([(1 / 30 + 1 / 10) ** 0.5], rel=CLOSE)
    assert fit.log_likelihood == pytest.approx(30 * np.log(0.75) + 10 * np.log(0.25) + 20 * np.log(0.5))
    assert fit.categories.tolist() == [3, 7]


def test_three_bands_without_an_effect_worked_out_by_hand():
    # A third of each group in each band: thresholds are the logits of 1/3 and 2/3, and the information on
    # the slope is n var(x) (1 - sum of shares cubed) / 3 = 60 * 1/4 * (1 - 3/27) / 3 = 40/9.
    x, y = np.repeat([0, 1], 30), np.tile([0, 1, 2], 20)
    fit = fit_ordinal(x[:, None], y, covariance="model")
    assert fit.coef == pytest.approx([0], abs=EXACT)
    assert fit.thresholds == pytest.approx([-np.log(2), np.log(2)], abs=EXACT)
    assert fit.std_error == pytest.approx([np.sqrt(9 / 40)], rel=CLOSE)
    mean, gradient = fit.mean_gradient(x[:, None])
    assert mean == pytest.approx(1)
    # The score is 2 less both distribution functions, whose densities are 1/3 * 2/3; half of all have x = 1.
    assert gradient == pytest.approx([-2 / 9, -2 / 9, 2 / 9], abs=EXACT)


def test_adjusted_errors_are_those_of_the_model_adjusted_for_the_number_of_slopes():
    X, y = sample(60)
    adjusted, model = fit_ordinal(X, y, covariance="adjusted"), fit_ordinal(X, y)
    assert adjusted.cov == pytest.approx(model.cov * 60 / 56)
    assert (adjusted.df, adjusted.contrast_df(np.ones(7)), model.contrast_df(np.ones(7))) == (
        np.inf,
        56,
        np.inf,
    )
    assert adjusted.conf_int()[0] == pytest.approx(
        adjusted.coef[0] + adjusted.std_error[0] * t_quantile(np.inf) * np.array([-1, 1])
    )


def test_a_larger_slope_means_a_higher_category():
    X, y = sample()
    assert fit_ordinal(X, y).coef[0] > 0.5


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_other_way_round_the_signs_change(link):
    X, y = sample()
    fit, other = fit_ordinal(X, y, link=link), fit_ordinal(X, -y, link=link)
    assert other.coef == pytest.approx(-fit.coef, abs=EXACT)
    assert other.thresholds == pytest.approx(-fit.thresholds[::-1], abs=EXACT)
    assert other.cov == pytest.approx(fit.cov, rel=CLOSE)


def test_the_categories_count_by_their_order_alone():
    X, y = sample()
    fit, other = fit_ordinal(X, y), fit_ordinal(X, np.array([0, 1, 2.5, 100, 1e9])[y])
    assert other.coef == pytest.approx(fit.coef, abs=EXACT)
    assert other.categories.tolist() == [0, 1, 2.5, 100, 1e9]
    assert other.counts.tolist() == np.bincount(y).tolist()


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_units_do_not_matter(link, covariance):
    X, y = sample()
    scale, shift = np.array([1e-12, 1e4, 1e12]), np.array([0, 3e4, 0])
    options = {"link": link, "covariance": covariance}
    fit, scaled = fit_ordinal(X, y, **options), fit_ordinal(X * scale + shift, y, **options)
    assert scaled.coef * scale == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-10)
    assert scaled.thresholds - scaled.coef @ shift == pytest.approx(fit.thresholds, rel=CLOSE)


def test_the_order_of_participants_and_columns_does_not_matter():
    X, y = sample()
    rows, columns = np.random.default_rng(1).permutation(len(y)), [2, 0, 1]
    fit, shuffled = fit_ordinal(X, y), fit_ordinal(X[rows][:, columns], y[rows])
    assert shuffled.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert shuffled.cov == pytest.approx(fit.cov[columns][:, columns], rel=CLOSE)


@pytest.mark.parametrize("link", LINKS)
def test_everybody_twice_halves_the_variance(link):
    X, y = sample()
    fit = fit_ordinal(X, y, link=link, covariance="model")
    twice = fit_ordinal(np.vstack([X, X]), np.append(y, y), link=link, covariance="model")
    assert twice.coef == pytest.approx(fit.coef, abs=EXACT)
    assert twice.cov == pytest.approx(fit.cov / 2, rel=CLOSE)


def test_everybody_twice_as_clusters_has_the_robust_variance_of_everybody_once():
    X, y = sample()
    once = fit_ordinal(X, y, covariance="robust")
    twice = fit_ordinal(
        np.vstack([X, X]), np.append(y, y), covariance="cluster", clusters=[*range(150), *range(150)]
    )
    assert twice.parameters_cov / (150 / 149) == pytest.approx(once.parameters_cov / (150 / 146), rel=1e-6)
    assert twice.df == 149


@pytest.mark.parametrize("link", LINKS)
def test_robust_errors_come_near_those_of_the_model_where_it_holds(link):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20_000, 1))
    y = np.digitize(x[:, 0] + LINKS[link].quantile(rng.random(20_000)), [-1.5, 0, 1])
    fits = [fit_ordinal(x, y, link=link, covariance=c).std_error for c in ("model", "robust")]
    assert fits[1] == pytest.approx(fits[0], rel=0.03)


@pytest.mark.parametrize("link", LINKS)
def test_many_rows_are_fitted_in_blocks_with_the_same_result(link, monkeypatch):
    X, y = sample(2_000)
    fit = fit_ordinal(X, y, link=link)
    monkeypatch.setattr(ordinal_newton, "UNBLOCKED_ROWS", 500)
    monkeypatch.setattr(ordinal_newton, "BLOCK_ROWS", 128)
    blocked = fit_ordinal(X, y, link=link)
    assert blocked.coef == pytest.approx(fit.coef, abs=EXACT)
    assert blocked.parameters_cov == pytest.approx(fit.parameters_cov, rel=1e-6, abs=1e-12)
    assert blocked.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)


@pytest.mark.parametrize("link", LINKS)
def test_the_slopes_maximise_the_likelihood(link):
    X, y = sample()
    fit = fit_ordinal(X, y, link=link)
    chosen = fit.predict(X)[np.arange(len(y)), y]
    assert np.log(chosen).sum() == pytest.approx(fit.log_likelihood, rel=1e-10)


@pytest.mark.parametrize("link", LINKS)
def test_the_gradient_of_means_is_the_slope_of_means(link):
    X, y = sample()
    fit = fit_ordinal(X, y, link=link)
    parameters, step = np.append(fit.thresholds, fit.coef), 1e-5
    means, gradient = fit.category_means(X)
    assert means == pytest.approx(fit.predict(X).mean(axis=0))
    for place, slope in enumerate(gradient.T):
        ends = []
        for move in (step, -step):
            moved = parameters + move * (np.arange(len(parameters)) == place)
            other = fit_with(fit, moved[:4], moved[4:])
            ends.append(other.predict(X).mean(axis=0))
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(slope, abs=1e-8)


def fit_with(fit, thresholds, coef):
    from dataclasses import replace

    return replace(fit, thresholds=thresholds, coef=coef)


def test_the_expected_score_uses_the_categories_or_the_scores_given():
    X, y = sample()
    middles = np.array([0, 5, 15, 25, 35.5])
    fit, other = fit_ordinal(X, y), fit_ordinal(X, y, scores=middles)
    shares, gradient = fit.category_means(X)
    assert fit.mean_gradient(X)[0] == pytest.approx(shares @ np.arange(5))
    assert other.mean_gradient(X)[0] == pytest.approx(shares @ middles)
    assert other.mean_gradient(X)[1] == pytest.approx(middles @ gradient)


def test_a_row_of_probabilities_adds_up_to_one():
    X, y = sample()
    probabilities = fit_ordinal(X, y).predict(X)
    assert probabilities.shape == (150, 5)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(150))
    assert (probabilities > 0).all()


def test_the_inputs_are_left_as_they_were():
    X, y = sample()
    before = X.copy(), y.copy()
    fit_ordinal(X, y)
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])


def test_few_clusters_are_flagged():
    X, y = sample()
    fit = fit_ordinal(X, y, covariance="cluster", clusters=np.arange(150) % 12)
    assert (fit.status, fit.df) == ("flagged", 11)
    assert fit.note == "only 12 clusters; fewer than 40 are unreliable"


def test_clusters_are_never_ignored():
    X, y = sample()
    clusters = np.arange(150) // 3
    given, asked = (fit_ordinal(X, y, clusters=clusters, covariance=c) for c in (None, "cluster"))
    assert np.array_equal(given.std_error, asked.std_error)
    assert given.df == given.df_means == 49
    assert refusal(X, y, clusters=clusters, covariance="model") == (
        "Covariance 'model' takes rows for independent, but clusters are given. Allowed with clusters: cluster."
    )
    assert refusal(X, y, covariance="cluster") == (
        "Covariance 'cluster' needs clusters: give the cluster of each row."
    )


def test_labels_of_clusters_are_checked():
    X, y = sample()
    assert refusal(X, y, clusters=[1, 2]) == (
        "clusters has shape (2,) and there are 150 rows. Allowed: one label for each row, in the same order."
    )
    assert refusal(X, y, clusters=[None, np.nan, *["a"] * 148]) == (
        "clusters has 2 missing of 150 values. Take these rows out, and count them, before the fit."
    )
    assert refusal(X, y, clusters=np.ones(150)) == (
        "There is 1 cluster. Allowed: at least 2, and 40 for reliable errors. "
        "Leave clusters out, or fit the cluster as one sample and say so."
    )


def test_scores_that_do_not_match_the_categories_are_refused():
    X, y = sample()
    assert refusal(X, y, scores=[1, 2]) == (
        "Scores of shape (2,) are given. Allowed: one finite number for each of the 5 categories that occur, ascending."
    )


def test_unknown_options_are_refused_with_a_hint():
    X, y = sample()
    assert refusal(X, y, link="probitt") == "No link 'probitt' is offered. Did you mean 'probit'?"
    assert refusal(X, y, covariance="HC9") == (
        "No covariance 'HC9' is offered. Allowed: model, adjusted, robust, cluster."
    )


def test_missing_values_are_counted_and_refused():
    X, y = sample()
    X[:3, 1] = np.nan
    assert refusal(X, y, names=["age", "sex", "bmi"]) == (
        "The model cannot be fitted:\n  - 'sex' has 3 missing and 0 infinite of 150 values. "
        "Take these participants out, and count them, before the fit."
    )


def test_prediction_needs_the_columns_of_the_fit():
    X, y = sample()
    with pytest.raises(EstimationError) as caught:
        fit_ordinal(X, y).predict(X[:, :2])
    assert str(caught.value) == (
        "X has shape (150, 2). Allowed: at least one row, and the 3 columns of the fit."
    )

"""Proportional odds with many sets of weights at once, beside fits to people repeated as often."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits import ordinal_batch
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.ordinal_batch import fit_ordinal_weighted

CLOSE = 1e-6  # standard errors; what a step within the batch's tolerance leaves


def sample(n=120, bands=5, seed=4):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(50, 12, size=n), rng.random(n) < 0.4])
    latent = X @ [0.05, 0.7] + rng.logistic(size=n)
    return X, np.searchsorted(np.quantile(latent, np.arange(1, bands) / bands), latent)


def resamples(n, number, seed=1):
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=number)


def disagreement(found, X, y, weights):
    """Return the largest distance of slopes and thresholds from fits to repeated people."""
    worst = 0.0
    categories = np.unique(y)
    for coef, thresholds, times in zip(found.coef, found.thresholds, weights, strict=True):
        fit = fit_ordinal(np.repeat(X, times, axis=0), np.repeat(y, times))
        slopes = np.abs((coef - fit.coef) / fit.std_error)
        upper = thresholds[np.searchsorted(categories, fit.categories[:-1])]
        worst = max(worst, slopes.max(), np.abs((upper - fit.thresholds) / fit.threshold_errors).max())
    return worst


def test_resamples_agree_with_fits_to_repeated_people():
    X, y = sample()
    weights = resamples(120, 25)
    found = fit_ordinal_weighted(X, y, weights)
    assert found.converged.all()
    assert disagreement(found, X, y, weights) < CLOSE


def test_resamples_without_some_of_many_totals_agree_too():
    X, y = sample(bands=41)
    weights = resamples(120, 25)
    assert (
        np.add.reduceat(weights[:, np.argsort(y)], np.searchsorted(np.sort(y), range(41)), axis=1) == 0
    ).any()
    found = fit_ordinal_weighted(X, y, weights)
    assert found.converged.all()
    assert disagreement(found, X, y, weights) < CLOSE


@pytest.mark.parametrize("without", [[0], [2], [4], [0, 1], [1, 2], [0, 2, 4]])
def test_a_category_without_weight_merges_its_thresholds(without):
    X, y = sample()
    weights = np.where(np.isin(y, without), 0, 1)[None]
    found = fit_ordinal_weighted(X, y, weights)
    assert disagreement(found, X, y, weights) < CLOSE
    ends = np.concatenate([[-np.inf], found.thresholds[0], [np.inf]])
    assert (np.diff(np.nan_to_num(ends, posinf=1e9, neginf=-1e9)) == 0).tolist() == [
        k in without for k in range(5)
    ]


def test_small_pieces_give_the_same(monkeypatch):
    X, y = sample()
    weights = resamples(120, 10)
    found = fit_ordinal_weighted(X, y, weights)
    monkeypatch.setattr(ordinal_batch, "BATCH_CELLS", 1)
    assert fit_ordinal_weighted(X, y, weights).coef == pytest.approx(found.coef, rel=1e-9)


def test_the_size_of_weights_does_not_matter():
    X, y = sample()
    weights = resamples(120, 5)
    found, shares = fit_ordinal_weighted(X, y, weights), fit_ordinal_weighted(X, y, weights / 120)
    assert shares.coef == pytest.approx(found.coef, rel=1e-6)
    assert shares.converged.all()


def test_equal_weights_give_the_fit_without():
    X, y = sample()
    fit, found = fit_ordinal(X, y), fit_ordinal_weighted(X, y, np.ones((1, 120)))
    assert found.coef[0] == pytest.approx(fit.coef, rel=1e-9)
    assert found.thresholds[0] == pytest.approx(fit.thresholds, rel=1e-9)


def test_weights_that_leave_nothing_to_estimate_have_no_estimate():
    X, y = sample()
    weights = np.ones((6, 120))
    weights[1] = X[:, 1] == 0  # the second column is constant
    weights[2] = y == 3  # one category
    weights[3] = 0
    weights[4] = (X[:, 1] == 0) | (y == 4)  # the second column separates
    found = fit_ordinal_weighted(X, y, weights)
    assert found.converged.tolist() == [True, False, False, False, False, True]
    assert np.isnan(found.coef[1:5]).all()
    assert found.coef[5] == pytest.approx(fit_ordinal(X, y).coef, rel=1e-9)


def test_weights_far_from_equal_need_halved_steps_and_get_there():
    X, y = sample(400)
    far = np.where((y >= 3) == (X[:, 0] > 50), 60, 1)[None]
    found = fit_ordinal_weighted(X, y, far)
    assert disagreement(found, X, y, far) < CLOSE


def test_weights_that_are_no_weights_are_refused():
    X, y = sample()
    with pytest.raises(EstimationError) as caught:
        fit_ordinal_weighted(X, y, np.ones((3, 7)))
    assert str(caught.value) == (
        "Weights have shape (3, 7). Allowed: at least one row, with 120 columns, one for each participant."
    )
    weights = np.ones((1, 120))
    weights[0, :3] = [-1, np.nan, np.inf]
    with pytest.raises(EstimationError) as caught:
        fit_ordinal_weighted(X, y, weights)
    assert str(caught.value) == (
        "3 weights are negative, missing or infinite. Allowed: finite numbers from 0 on."
    )

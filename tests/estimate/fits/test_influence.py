"""Influence of single participants: beside leaving them out, and what is refused."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.influence import influence

CLOSE = 1e-8  # relative; coefficients that hardly move are differences of near numbers


def sample(n=20):
    rng = np.random.default_rng(8)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, X @ [3.0, 2.0, -1.0] + rng.standard_t(3, size=n)


def test_every_measure_is_what_leaving_a_participant_out_shows():
    X, y = sample()
    found, fit = influence(X, y), fit_linear(X, y, covariance="classical")
    for i in (0, 7, 19):
        without = fit_linear(np.delete(X, i, axis=0), np.delete(y, i), covariance="classical")
        moved = fit.coef - without.coef
        error = without.sigma * fit.std_error / fit.sigma
        assert found.dfbetas[i] == pytest.approx(moved / error, rel=CLOSE)
        assert found.cooks_distance[i] == pytest.approx(
            np.sum((X @ moved) ** 2) / (3 * fit.sigma**2), rel=CLOSE
        )
        leverage = X[i] @ np.linalg.solve(X.T @ X, X[i])
        assert found.leverage[i] == pytest.approx(leverage, rel=CLOSE)
        deleted = (y[i] - X[i] @ without.coef) * (1 - leverage) ** 0.5 / without.sigma
        assert found.studentised[i] == pytest.approx(deleted, rel=CLOSE)


def test_units_do_not_matter():
    X, y = sample()
    found, scaled = influence(X, y), influence(X * [1.0, 1e-9, 1e9], y * 1e-8)
    for measure in ("leverage", "studentised", "cooks_distance", "dfbetas"):
        assert getattr(scaled, measure) == pytest.approx(getattr(found, measure), rel=CLOSE)


def test_the_one_participant_off_the_line_has_an_infinite_studentised_residual_and_no_warning():
    x = np.arange(8.0)
    y = 1 + 2 * x
    y[3] += 5
    found = influence(np.column_stack([np.ones(8), x]), y)
    assert np.abs(found.studentised).argmax() == 3
    assert np.abs(found.studentised[3]) > 1e6


def test_an_exact_outcome_and_too_few_participants_are_refused():
    X, y = sample()
    with pytest.raises(EstimationError) as exact:
        influence(X, X @ [1.0, 2.0, 3.0])
    assert str(exact.value) == "Nobody's influence can be told: the outcome is reproduced exactly."
    with pytest.raises(EstimationError) as few:
        influence(X[:4], y[:4])
    assert str(few.value) == (
        "Nobody's influence can be told: 4 participants less one leave no residual variance "
        "beside 3 coefficients. Take fewer columns."
    )

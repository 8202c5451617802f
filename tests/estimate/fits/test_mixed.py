"""Mixed models on arrays: by hand, against plain matrices, and in any unit or order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.fits.mixed import fit_mixed

EXACT = 1e-10  # a few roundings, and a search that stops when a step would gain 1e-12
CLOSE = 1e-6  # relative; the search ends somewhere else in another unit, as flat as the criterion is there
NO_LOWER = 1e-9  # what rounding leaves of a criterion of some hundreds


def cohort(n=40, visits=4, seed=3, slope=0.7, irregular=False):
    """Draw people with an exposure each, visits, and an outcome; return X, y, who and when."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(2, visits + 1, n)
    who = np.repeat(np.arange(n), counts)
    when = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.0
    if irregular:
        when += rng.uniform(-0.3, 0.3, len(who))
    X = np.column_stack([np.ones(len(who)), rng.normal(size=n)[who], when])
    own = rng.normal(size=n)[who] * 2 + rng.normal(size=n)[who] * slope * when
    return X, X @ [18.0, 1.0, -1.0] + own + rng.normal(size=len(who)), who, when


def criterion_by_matrices(X, y, who, Z, D, sigma2, method):
    """Return -2 log (restricted) likelihood of one covariance from the covariance matrix of all visits."""
    same = who[:, None] == who[None]
    V = sigma2 * np.eye(len(y)) + same * (Z @ D @ Z.T)
    inverse = np.linalg.inv(V)
    information = X.T @ inverse @ X
    residuals = y - X @ np.linalg.solve(information, X.T @ inverse @ y)
    value = np.linalg.slogdet(V)[1] + residuals @ inverse @ residuals
    if method == "ml":
        return value + len(y) * np.log(2 * np.pi)
    return value + np.linalg.slogdet(information)[1] + (len(y) - X.shape[1]) * np.log(2 * np.pi)


def test_ten_people_with_two_visits_worked_out_by_hand():
    # Means 1 to 10; differences of 2, 2, ..., and -2 for every other one. Between: 2 x 82.5 / 9 = 18.3333 on
    # 9 degrees of freedom; within, visit taken out: 10 x 2 / 9 = 2.2222 on 9. Balanced REML is the analysis of
    # variance: (18.3333 - 2.2222) / 2 between people; the mean has the error sqrt(18.3333 / 20) and 9 degrees.
    who, half = np.repeat(np.arange(10), 2), np.tile([-0.5, 0.5], 10)
    y = who + 1 + half * np.where(who % 2, 2, -2)
    fit = fit_mixed(np.column_stack([np.ones(20), half]), y, groups=who)
    assert fit.coef == pytest.approx([5.5, 0.0], abs=EXACT)
    assert fit.sigma**2 == pytest.approx(20 / 9, rel=CLOSE)
    assert fit.variance == pytest.approx(np.array([[(165 / 9 - 20 / 9) / 2]]), rel=CLOSE)
    assert fit.std_error == pytest.approx(np.sqrt([165 / 180, 20 / 9 / 5]), rel=CLOSE)
    assert fit.df == pytest.approx([9, 9], rel=CLOSE)
    # The mean of a person, 5.5 apart at most, shrunk by 2 x 8.0556 / (2.2222 + 2 x 8.0556).
    assert fit.ranef[-1] == pytest.approx([4.5 * 16.1111 / 18.3333], rel=1e-5)
    assert (fit.n, fit.n_groups, fit.status) == (20, 10, "flagged")
    assert fit.note == "only 9 degrees of freedom between participants; fewer than 10 are unreliable"


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("slope", [False, True])
@pytest.mark.parametrize("irregular", [False, True])
def test_the_criterion_is_that_of_plain_matrices_and_no_neighbour_is_lower(method, slope, irregular):
    X, y, who, when = cohort(irregular=irregular)
    fit = fit_mixed(X, y, groups=who, random=when if slope else None, method=method)
    Z = np.column_stack([np.ones(len(y)), when])[:, : 1 + slope]
    here = criterion_by_matrices(X, y, who, Z, fit.variance, fit.sigma**2, method)
    assert fit.criterion == pytest.approx(here, abs=1e-8)
    assert fit.log_likelihood == -fit.criterion / 2
    for i, j in [(0, 0), (0, 1), (1, 1)][: 3 if slope else 1]:
        for share in (0.98, 1.02):
            other = fit.variance.copy()
            other[i, j] = other[j, i] = other[i, j] * share
            assert criterion_by_matrices(X, y, who, Z, other, fit.sigma**2, method) > here - NO_LOWER
    assert criterion_by_matrices(X, y, who, Z, fit.variance, fit.sigma**2 * 1.02, method) > here - NO_LOWER


def test_random_effects_are_the_best_linear_predictions():
    X, y, who, when = cohort(irregular=True)
    fit = fit_mixed(X, y, groups=who, random=when)
    Z = np.column_stack([np.ones(len(y)), when])
    mine = who == 7
    V = fit.sigma**2 * np.eye(mine.sum()) + Z[mine] @ fit.variance @ Z[mine].T
    expected = fit.variance @ Z[mine].T @ np.linalg.solve(V, (y - X @ fit.coef)[mine])
    assert fit.group_labels[7] == 7
    assert fit.ranef[7] == pytest.approx(expected, rel=CLOSE)


def test_covariance_is_that_of_generalised_least_squares():
    X, y, who, when = cohort()
    fit = fit_mixed(X, y, groups=who, random=when)
    Z = np.column_stack([np.ones(len(y)), when])
    V = fit.sigma**2 * np.eye(len(y)) + (who[:, None] == who) * (Z @ fit.variance @ Z.T)
    assert fit.cov == pytest.approx(np.linalg.inv(X.T @ np.linalg.solve(V, X)), rel=CLOSE)
    factor = np.array([[fit.theta[0], 0], [fit.theta[1], fit.theta[2]]])
    assert fit.variance == pytest.approx(factor @ factor.T * fit.sigma**2, rel=CLOSE)


def test_intervals_use_the_degrees_of_freedom_that_were_asked_for():
    X, y, who, _ = cohort()
    default, residual, normal = (
        fit_mixed(X, y, groups=who, df=df) for df in ("satterthwaite", "residual", "normal")
    )
    assert (residual.df == len(y) - 3).all()
    assert np.isinf(normal.df).all()
    # Between people there is one value each: near 40 - 2 degrees. The 97.5th centile is then near 2.02.
    assert 35 < default.df[1] < 40
    half = np.ptp(default.conf_int()[1]) / 2 / default.std_error[1]
    assert half == pytest.approx(2.02, abs=0.01)
    assert np.ptp(normal.conf_int()[1]) / 2 == pytest.approx(1.959964 * normal.std_error[1], rel=1e-6)
    assert normal.p_values[1] < default.p_values[1]


def test_a_contrast_has_degrees_of_freedom_of_its_own():
    X, y, who, _ = cohort()
    fit = fit_mixed(X, y, groups=who)
    assert fit.contrast_df([0, 1, 0]) == pytest.approx(fit.df[1], rel=EXACT)
    assert fit.contrast_df([0, -5, 0]) == pytest.approx(fit.df[1], rel=EXACT)
    assert fit.df[1] < fit.contrast_df([0, 1, 1]) < fit.df[2]
    residual = fit_mixed(X, y, groups=who, df="residual")
    assert residual.contrast_df([0, 1, 1]) == len(y) - 3
    assert residual.satterthwaite([0, 1, 1]) == fit.satterthwaite([0, 1, 1])


def test_the_mean_outcome_and_its_derivative():
    X, y, who, _ = cohort()
    fit = fit_mixed(X, y, groups=who)
    mean, gradient = fit.mean_gradient(X[:5])
    assert mean == pytest.approx((X[:5] @ fit.coef).mean())
    assert gradient.tolist() == X[:5].mean(axis=0).tolist()
    assert fit.parameters_cov is fit.cov


def test_units_do_not_matter():
    X, y, who, when = cohort()
    scale = np.array([1.0, 1e-12, 1e6])
    fit = fit_mixed(X, y, groups=who, random=when)
    scaled = fit_mixed(X * scale, y * 1e-8, groups=who, random=when * 1e6)
    assert scaled.coef * scale * 1e8 == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale * 1e8 == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.df == pytest.approx(fit.df, rel=CLOSE)
    assert scaled.variance * 1e16 * np.outer([1, 1e6], [1, 1e6]) == pytest.approx(fit.variance, rel=CLOSE)
    assert (scaled.status, scaled.note) == (fit.status, fit.note)


def test_the_origin_of_time_does_not_matter_for_the_coefficients():
    X, y, who, when = cohort()
    fit, calendar = (fit_mixed(X, y, groups=who, random=time) for time in (when, when + 2020))
    assert calendar.criterion == pytest.approx(fit.criterion, abs=1e-8)
    assert calendar.std_error == pytest.approx(fit.std_error, rel=CLOSE)
    assert calendar.variance[1, 1] == pytest.approx(fit.variance[1, 1], rel=CLOSE)
    assert calendar.status == "ok"


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_order_of_rows_and_columns_and_kind_of_labels_do_not_matter(random):
    X, y, who, when = cohort()
    rows, columns = list(range(len(y))), list(range(3))
    random.shuffle(rows)
    random.shuffle(columns)
    labels = np.array([f"person {i}" for i in who], dtype=random.choice([object, str]))
    fit = fit_mixed(X, y, groups=who, random=when)
    moved = fit_mixed(X[np.ix_(rows, columns)], y[rows], groups=labels[rows], random=when[rows, None])
    assert moved.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert moved.cov == pytest.approx(fit.cov[np.ix_(columns, columns)], rel=CLOSE)
    assert moved.df == pytest.approx(fit.df[columns], rel=CLOSE)
    own = dict(zip(moved.group_labels.tolist(), moved.ranef.tolist(), strict=True))
    assert own["person 7"] == pytest.approx(fit.ranef[7].tolist(), rel=1e-5)


def test_everybody_twice_halves_the_covariance_by_maximum_likelihood():
    X, y, who, when = cohort()
    once = fit_mixed(X, y, groups=who, random=when, method="ml")
    twice = fit_mixed(
        np.vstack([X, X]),
        np.tile(y, 2),
        groups=np.append(who, who + 100),
        random=np.tile(when, 2),
        method="ml",
    )
    assert twice.criterion == pytest.approx(2 * once.criterion, rel=EXACT)
    assert twice.coef == pytest.approx(once.coef, rel=CLOSE)
    assert twice.cov * 2 == pytest.approx(once.cov, rel=CLOSE)


def test_people_who_hardly_differ_from_visit_to_visit_lose_no_digits():
    X, y, who, _ = cohort(slope=0)
    level = np.random.default_rng(1).normal(size=40)[who] * 1e4
    fit = fit_mixed(X, y + level, groups=who)
    inside = X[:, 2] - (np.bincount(who, X[:, 2]) / np.bincount(who))[who]
    noise = y - (np.bincount(who, y) / np.bincount(who))[who]
    # With people this far apart, the slope is that of least squares within people.
    assert fit.coef[2] == pytest.approx(inside @ noise / (inside @ inside), rel=1e-5)


def test_columns_that_nearly_repeat_each_other_are_orthogonalised():
    X, y, who, _ = cohort()
    noise = np.random.default_rng(4).normal(size=len(y))
    near, apart = X[:, 1] + 1e-5 * noise, noise
    close = fit_mixed(np.column_stack([X, near]), y, groups=who)
    plain = fit_mixed(np.column_stack([X, apart]), y, groups=who)
    assert close.coef[3] * 1e-5 == pytest.approx(plain.coef[3], rel=CLOSE)
    assert close.criterion == pytest.approx(plain.criterion + 2 * np.log(1e-5), abs=1e-7)


def test_a_design_without_intercept_is_not_centred():
    X, y, who, _ = cohort()
    fit = fit_mixed(X[:, 1:], y, groups=who)
    Z = np.ones((len(y), 1))
    assert fit.criterion == pytest.approx(
        criterion_by_matrices(X[:, 1:], y, who, Z, fit.variance, fit.sigma**2, "reml"), abs=1e-8
    )


def test_at_a_variance_of_0_least_squares_gives_the_same():
    X, y, who, _ = cohort()
    y = y - (np.bincount(who, y) / np.bincount(who))[who]
    fit, least_squares = fit_mixed(X, y, groups=who), fit_linear(X, y, covariance="classical")
    assert fit.coef == pytest.approx(least_squares.coef, abs=EXACT)
    assert fit.std_error == pytest.approx(least_squares.std_error, rel=EXACT)
    assert (fit.df == pytest.approx(len(y) - 3)) and fit.variance[0, 0] == 0
    assert (fit.ranef == 0).all()

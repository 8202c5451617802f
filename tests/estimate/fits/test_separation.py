"""Separation of binary and ordered outcomes: by hand, named, and never a false alarm."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.special import expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.separation import find_ordinal_separation, find_separation


def with_intercept(*columns):
    return np.column_stack([np.ones(len(columns[0])), *columns])


def names(X):
    return ["intercept", *(f"x{j}" for j in range(1, X.shape[1]))]


def found(X, y):
    return find_separation(X, y, names(X))


def test_a_threshold_without_exception_is_complete_separation():
    separation = found(with_intercept([1.0, 2, 3, 4, 5, 6]), [0, 0, 0, 1, 1, 1])
    assert (separation.kind, separation.groups, separation.columns) == ("complete", (("x1",),), ("x1",))


def test_a_shared_value_at_the_threshold_is_quasi_complete_separation():
    separation = found(with_intercept([1.0, 2, 3, 3, 5, 6]), [0, 0, 0, 1, 1, 1])
    assert (separation.kind, separation.groups) == ("quasi-complete", (("x1",),))


def test_one_exception_is_no_separation():
    assert found(with_intercept([1.0, 2, 4, 3, 5, 6]), [0, 0, 0, 1, 1, 1]) is None


def test_only_the_columns_that_separate_are_named():
    rng = np.random.default_rng(2)
    noise, y = rng.normal(size=40), np.arange(40) % 2
    rare, never = (np.arange(40) == 7).astype(float), np.isin(np.arange(40), [2, 4]).astype(float)
    separation = found(with_intercept(noise, rare, rng.normal(size=40), never), y)
    assert (separation.kind, separation.groups) == ("quasi-complete", (("x2",), ("x4",)))


def test_columns_that_separate_only_together_are_named_together():
    # Whoever is in neither of the two groups has no event.
    a, b = np.repeat([1.0, 0, 0], 10), np.repeat([0, 1.0, 0], 10)
    y = np.concatenate([np.arange(10) % 2, np.arange(10) % 2, np.zeros(10)])
    separation = found(with_intercept(a, b), y)
    assert (separation.kind, separation.groups) == ("quasi-complete", (("x1", "x2"),))


def test_a_line_between_two_measurements_separates():
    a, b = np.array([0.0, 1, 2, 3, 0, 1, 2, 3]), np.array([1.0, 2, 3, 4, 0, 1, 2, 3])
    separation = found(with_intercept(a, b), [1, 1, 1, 1, 0, 0, 0, 0])
    assert (separation.kind, separation.groups) == ("complete", (("x1", "x2"),))


def test_without_an_intercept_only_the_sign_separates():
    x, y = np.array([[1.0, 2, 3, 4]]).T, [0, 0, 1, 1]
    assert find_separation(x, y, ["x"]) is None
    assert find_separation(x - 2.5, y, ["x"]).kind == "complete"


def test_units_do_not_matter():
    X, y = with_intercept([1.0, 2, 3, 3, 5, 6], [3.0, 1, 4, 1, 5, 9]), [0, 0, 0, 1, 1, 1]
    assert found(X * [1, 1e-9, 1e9], y) == found(X, y)


def test_one_participant_among_many_is_found():
    rng = np.random.default_rng(5)
    rare = np.zeros(20_000)
    rare[11_111] = 1
    X = with_intercept(rng.normal(size=20_000), rare)
    y = rng.random(20_000) < expit(X[:, 1])
    assert found(X, y).groups == (("x2",),)
    assert found(X[:, :2], y) is None


def test_the_text_says_what_separates():
    a, b = np.repeat([1.0, 0, 0], 10), np.repeat([0, 1.0, 0], 10)
    rare = (np.arange(30) == 1).astype(float)
    y = np.concatenate([np.arange(20) % 2, np.zeros(10)])
    assert str(found(with_intercept(a, b, rare), y)) == (
        "The outcome is separated (quasi-complete): some participants' outcome follows from the columns without "
        "exception, so these coefficients grow without end and have no estimate.\n"
        "  - 'x3' alone separates it.\n"
        "  - 'x1', 'x2' separate it together."
    )
    assert "(complete): everybody's outcome follows" in str(
        found(with_intercept([1.0, 2, 3, 4, 5, 6]), [0, 0, 0, 1, 1, 1])
    )


def test_an_ordered_outcome_that_rises_with_a_column_is_separated():
    separation = find_ordinal_separation(np.array([[1.0, 2, 3, 4, 5, 6]]).T, [0, 0, 1, 1, 2, 2], ["dose"])
    assert (separation.kind, separation.groups) == ("complete", (("dose",),))


def test_a_group_at_the_highest_level_alone_is_quasi_complete_separation():
    rng = np.random.default_rng(3)
    x, levels = rng.normal(size=60), np.arange(60) % 4
    X = np.column_stack([x, np.isin(np.arange(60), [3, 7])])
    separation = find_ordinal_separation(X, levels, ["x", "group"])
    assert (separation.kind, separation.groups) == ("quasi-complete", (("group",),))


def test_a_group_at_a_middle_level_alone_is_no_separation():
    # Its odds of a higher level are neither 0 nor infinite: everybody is above one threshold and below the next.
    x, levels = np.random.default_rng(3).normal(size=60), np.arange(60) % 4
    X = np.column_stack([x, np.isin(np.arange(60), [2, 6])])
    assert find_ordinal_separation(X, levels, ["x", "group"]) is None


def test_two_levels_are_separated_like_a_binary_outcome():
    rng = np.random.default_rng(11)
    verdicts = []
    for _ in range(12):
        X, y = rng.integers(0, 2, size=(14, 2)).astype(float), np.arange(14) % 2
        binary, ordinal = (
            find_separation(with_intercept(*X.T), y, ["1", "a", "b"]),
            find_ordinal_separation(X, y, ["a", "b"]),
        )
        assert binary == ordinal
        verdicts.append(binary is None)
    assert {True, False} == set(verdicts)


def overlap(X, y):
    """Tell whether positive weights of everybody make the signed rows add up to 0.

    That is so just when no direction separates (Stiemke's alternative): another programme, on the
    rows as they are, than the one under test.
    """
    signed = np.where(y == 1, 1.0, -1.0)[:, None] * X
    answer = linprog(
        np.zeros(len(y)), A_eq=signed.T, b_eq=np.zeros(X.shape[1]), bounds=(1, None), method="highs"
    )
    assert answer.status in (0, 2), answer.message
    return answer.status == 0


def design(rng):
    """Draw measurements, dummies and rare levels in a small or middling sample, and an outcome with both classes."""
    while True:
        n, measured, dummies = rng.integers(40, 120), rng.integers(0, 3), rng.integers(1, 3)
        shares = rng.choice([0.05, 0.2, 0.5], p=[0.15, 0.35, 0.5], size=dummies)
        X = with_intercept(*rng.normal(size=(measured, n)), *(rng.random((dummies, n)) < shares[:, None]))
        beta = rng.normal(size=X.shape[1]) * rng.choice([0.5, 1])
        y = rng.random(n) < expit(X @ beta)
        varies = X[:, -dummies:].sum(axis=0).min() > 0 and 0 < y.sum() < n
        if varies and np.linalg.matrix_rank(X.T @ X) == X.shape[1]:
            return X, y.astype(float)


def is_maximum(X, y, coef):
    """Tell whether a concave function has its maximum here: a zero score where everybody still counts."""
    eta = X @ coef
    return np.abs(eta).max() < 15 and np.abs(X.T @ (y - expit(eta))).max() < 1e-9


@pytest.mark.slow
def test_ten_thousand_designs_are_refused_as_separated_just_when_they_are():
    rng = np.random.default_rng(20260501)
    separated = missed = false_alarms = too_flat = 0
    for _ in range(10_000):
        X, y = design(rng)
        try:
            if is_maximum(X, y, fit_logistic(X, y).coef):
                continue
            said = ""
        except EstimationError as error:
            said = str(error)
        alarm = said.startswith("The outcome is separated")
        too_flat += said.startswith("The likelihood reached no maximum")
        if overlap(X, y):
            false_alarms += alarm
        else:
            separated += 1
            missed += not alarm
    assert 600 < separated < 1_500
    assert false_alarms == 0
    assert missed <= separated / 1000
    assert too_flat <= 10  # not separated, and so close to it that no other answer is left

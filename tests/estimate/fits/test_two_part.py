"""The two-part model on arrays: by hand, by simulation, and what it refuses."""

import numpy as np
import pytest
from scipy.special import expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.margins import average_difference
from rlsstudy.estimate.fits.two_part import fit_two_part

EXACT = 1e-9  # the logistic part stops below it
CLOSE = 1e-7  # relative; a change of unit or order is not a change of result
STEP = 1e-6  # for a derivative by differences
DERIVATIVE = 1e-7  # what rounding leaves of it


def two_by_two():
    """Of 40 unexposed 10 are cases, half of severity 9 and half 11; of 40 exposed 20, 14 and 16."""
    exposed, present = np.repeat([0.0, 1.0], 40), np.repeat([1, 0, 1, 0], [10, 30, 20, 20])
    y = np.where(present, 10 + 5 * exposed + np.tile([-1, 1], 40), np.nan)
    return np.column_stack([np.ones(80), exposed]), y, present


def sample(n=300, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.random(n) < 0.4])
    present = rng.random(n) < expit(X @ [-0.5, 0.3, 0.6])
    return X, np.where(present, 18 + X @ [0, 1, 2] + 4 * rng.uniform(-1, 1, size=n), np.nan), present


def designs(X, column, high, low):
    both = np.repeat(X[None], 2, axis=0)
    both[:, :, column] = [[high], [low]]
    return both


def refusal(X, y, present, **options):
    with pytest.raises(EstimationError) as caught:
        fit_two_part(X, y, present=present, **options)
    return str(caught.value)


def test_two_by_two_worked_out_by_hand():
    # Risks 1/4 and 1/2, severities 10 and 15: means of everybody 2.5 and 7.5. Presence adds (1/2 - 1/4) * 12.5,
    # severity 5 * 3/8. Log odds ratio log 3; its variance 1/10 + 1/30 + 1/20 + 1/20.
    X, y, present = two_by_two()
    fit = fit_two_part(X, y, present=present)
    assert fit.coef == pytest.approx([-np.log(3), np.log(3), 10, 5], abs=EXACT)
    # HC3 of a mean of m is m s^2 / (m - 1)^2, with residuals of size 1: 10/81 and 20/361.
    assert fit.std_error[1] == pytest.approx(np.sqrt(1 / 10 + 1 / 30 + 1 / 10), abs=EXACT)
    assert fit.std_error[3] == pytest.approx(np.sqrt(10 / 81 + 20 / 361), abs=EXACT)
    assert (fit.n, fit.cases, fit.status, fit.note) == (80, 30, "ok", "")
    assert fit.df.tolist() == [np.inf, np.inf, 28, 28]
    high, low = designs(X, 1, 1, 0)
    parts = fit.average_parts(high, low)
    assert (parts.total, parts.presence, parts.severity) == pytest.approx((5, 3.125, 1.875), abs=EXACT)
    # Variance of risk * severity, in each group: severity^2 risk (1 - risk) / 40 + risk^2 var(severity).
    unexposed = 10**2 * 0.25 * 0.75 / 40 + 0.25**2 * 10 / 81
    exposed = 15**2 * 0.5 * 0.5 / 40 + 0.5**2 * 20 / 361
    difference = average_difference(fit, high, low)
    assert difference.estimate == pytest.approx(5, abs=EXACT)
    assert difference.std_error == pytest.approx(np.sqrt(unexposed + exposed), abs=EXACT)
    assert difference.df == 28


def test_the_parts_are_the_two_fits():
    X, y, present = sample()
    fit = fit_two_part(X, y, present=present)
    presence, severity = fit_logistic(X, present), fit_linear(X[present], y[present])
    assert fit.presence.coef.tolist() == presence.coef.tolist() == fit.coef[:3].tolist()
    assert fit.severity.coef.tolist() == severity.coef.tolist() == fit.coef[3:].tolist()
    assert fit.conf_int() == pytest.approx(np.r_[presence.conf_int(), severity.conf_int()], rel=EXACT)
    assert fit.p_values == pytest.approx(np.r_[presence.p_values, severity.p_values], rel=EXACT)
    assert fit.cov[:3, 3:].any() == fit.cov[3:, :3].any() == False  # noqa: E712 - both, and not truthy only
    assert fit.parameters_cov is fit.cov


def test_the_derivative_is_that_of_the_mean():
    X, y, present = sample()
    fit = fit_two_part(X, y, present=present)
    mean, gradient = fit.mean_gradient(X)

    def mean_of_everybody(coef):
        return (expit(X @ coef[:3]) * (X @ coef[3:])).mean()

    assert mean == pytest.approx(mean_of_everybody(fit.coef), rel=EXACT)
    steps = STEP * np.eye(6)
    slopes = [(mean_of_everybody(fit.coef + h) - mean_of_everybody(fit.coef - h)) / 2 / STEP for h in steps]
    assert gradient == pytest.approx(slopes, abs=DERIVATIVE)


def test_the_parts_of_a_difference_add_up():
    X, y, present = sample()
    fit = fit_two_part(X, y, present=present)
    high, low = designs(X, 1, 1.5, -0.5)
    parts = fit.average_parts(high, low)
    assert parts.presence + parts.severity == parts.total
    assert parts.total == pytest.approx(average_difference(fit, high, low).estimate, rel=EXACT)
    back = fit.average_parts(low, high)
    assert (back.presence, back.severity) == pytest.approx((-parts.presence, -parts.severity), rel=EXACT)


def test_a_factor_of_presence_alone_adds_nothing_through_severity():
    X, _, present = two_by_two()
    alike = np.where(present, 10 + np.tile([-1.0, 1], 40), np.nan)
    parts = fit_two_part(X, alike, present=present).average_parts(*designs(X, 1, 1, 0))
    assert (parts.presence, parts.severity) == pytest.approx((2.5, 0), abs=EXACT)


@pytest.mark.slow
def test_the_parts_are_not_correlated_over_samples():
    # 400 samples: a correlation of 0 is found within 0.165 of it in 99.9 of 100.
    fits = [fit_two_part(X, y, present=d) for X, y, d in (sample(150, seed) for seed in range(400))]
    coef = np.array([fit.coef for fit in fits])
    between = np.corrcoef(coef.T)[:3, 3:]
    assert np.abs(np.diag(between)).max() < 0.165


def test_what_stands_where_the_condition_is_absent_is_not_read():
    X, y, present = sample()
    fit, filled = (fit_two_part(X, v, present=present) for v in (y, np.where(present, y, -99.0)))
    assert filled.coef.tolist() == fit.coef.tolist()


def test_units_and_order_do_not_matter():
    X, y, present = sample()
    scale, rows = np.array([1.0, 1e-6, 1e6]), np.random.default_rng(1).permutation(len(y))
    fit = fit_two_part(X, y, present=present)
    scaled = fit_two_part(X * scale, y * 10, present=present)
    assert scaled.coef[:3] * scale == pytest.approx(fit.coef[:3], rel=CLOSE)
    assert scaled.coef[3:] * scale / 10 == pytest.approx(fit.coef[3:], rel=CLOSE)
    shuffled = fit_two_part(X[rows][:, [2, 0, 1]], y[rows], present=present[rows])
    assert shuffled.coef == pytest.approx(fit.coef[[2, 0, 1, 5, 3, 4]], rel=CLOSE)
    assert shuffled.cov[4, 4] == pytest.approx(fit.cov[3, 3], rel=CLOSE)


def test_a_flag_says_which_part_it_is_of():
    X, y, present = sample(120)
    few = present & (np.cumsum(present) <= 12)
    fit = fit_two_part(X, y, present=few)
    assert fit.status == fit.presence.status == fit.severity.status == "flagged"
    assert fit.note == f"presence: {fit.presence.note}; severity: {fit.severity.note}"


def test_advice_that_the_model_cannot_take_is_put_right():
    X, y, present = sample(120)
    X[:, 2] = present
    assert refusal(X, y, present).endswith(
        ' penalty="firth". (The penalty is for fit_logistic alone: it draws mean risks, and so the combined mean, '
        "towards a half.)"
    )


def test_another_coding_of_presence_is_refused():
    X, y, present = sample()
    text = (
        "present has values other than 0 and 1, or missing ones. Code those who have the condition as 1 and others as 0, "
        "and take those of whom it is not known out, and count them, before the fit."
    )
    assert refusal(X, y, present + 1) == text
    assert refusal(X, y, np.where(np.arange(300) < 2, np.nan, present)) == text
    assert refusal(X, y, np.where(present, "yes", "no")) == text


def test_another_number_of_participants_is_refused():
    X, y, present = sample()
    assert refusal(X, y, present[:-1]) == (
        "present has shape (299,) and y (300,). Allowed: one value for each participant, in the same order."
    )


def test_negative_severities_are_refused():
    X, y, present = sample()
    y[np.flatnonzero(present)[:2]] = -1
    assert refusal(X, y, present) == (
        f"2 of {present.sum()} severities are negative, and those without the condition count 0. "
        "Allowed: severities of at least 0."
    )


def test_a_case_without_severity_is_counted():
    X, y, present = sample()
    y[np.flatnonzero(present)[:2]] = np.nan
    assert refusal(X, y, present) == (
        "The model cannot be fitted:\n  - y has 2 missing and 0 infinite of 300 values. "
        "Take these participants out, and count them, before the fit."
    )


def test_a_refusal_says_which_part_it_is_of():
    X, y, present = sample()
    assert refusal(X, y, np.zeros(300)).startswith(
        "The first part, who has the condition among everybody: Of 300 participants nobody has the outcome"
    )
    X[:, 2] = present & (np.cumsum(present) == 5)
    X[np.flatnonzero(~present)[:4], 2] = 1
    assert refusal(X, y, present, names=["one", "age", "level"]) == (
        "The second part, severity among those who have the condition: 'level': one participant alone decides this "
        "term (leverage 1), so it has no robust standard error. Merge the level with another, or leave the term out."
    )


def test_designs_of_different_shape_are_refused():
    X, y, present = sample()
    fit = fit_two_part(X, y, present=present)
    with pytest.raises(EstimationError) as caught:
        fit.average_parts(X, X[:5])
    assert str(caught.value) == (
        "X_high has shape (300, 3) and X_low (5, 3). Allowed: one shape, the same participants in the same order."
    )


def test_severities_that_are_reproduced_exactly_are_told():
    X, y, present = sample()
    assert not fit_two_part(X, y, present=present).exact
    assert fit_two_part(X, 18 + X[:, 2], present=present).exact

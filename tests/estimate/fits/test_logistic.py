"""Logistic regression on arrays: by hand, in any unit, and what it refuses."""

import numpy as np
import pytest
from scipy.special import expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.logistic import fit_logistic

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # relative; a change of unit or order is not a change of result
COVARIANCES = ["model", "HC0", "cluster"]


def sample(n=120, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(5, 2, size=n)])
    return X, (rng.random(n) < expit(X @ [-1.0, 0.8, 0.2])).astype(float)


def fitted(X, y, covariance="model", **options):
    clusters = np.arange(len(y)) // 2 if covariance == "cluster" else None
    return fit_logistic(X, y, covariance=covariance, clusters=clusters, **options)


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_logistic(X, y, **options)
    return str(caught.value)


def two_by_two(exposed_with, exposed_without, other_with, other_without):
    counts = [exposed_with, exposed_without, other_with, other_without]
    exposed, event = np.repeat([1, 1, 0, 0], counts), np.repeat([1, 0, 1, 0], counts)
    return np.column_stack([np.ones(sum(counts)), exposed]), event


def test_a_table_of_two_by_two_worked_out_by_hand():
    # Odds 20/20 and 12/28; Woolf's variance of the log odds ratio is the sum of the cells' reciprocals.
    fit = fit_logistic(*two_by_two(20, 20, 12, 28))
    assert fit.coef == pytest.approx([np.log(12 / 28), np.log(28 / 12)], abs=EXACT)
    assert fit.cov == pytest.approx(
        np.array(
            [[1 / 12 + 1 / 28, -1 / 12 - 1 / 28], [-1 / 12 - 1 / 28, 1 / 20 + 1 / 20 + 1 / 12 + 1 / 28]]
        ),
        abs=EXACT,
    )
    assert fit.log_likelihood == pytest.approx(
        40 * np.log(0.5) + 12 * np.log(0.3) + 28 * np.log(0.7), abs=1e-10
    )
    assert (fit.n, fit.events, fit.df, fit.status, fit.note) == (80, 32, np.inf, "ok", "")


def test_intervals_and_p_values_are_those_of_wald():
    # z = log(7/3) / sqrt(1/20 + 1/20 + 1/12 + 1/28) = 1.810368; the normal's two tails beyond it are 0.070239.
    fit = fit_logistic(*two_by_two(20, 20, 12, 28))
    error = np.sqrt(1 / 20 + 1 / 20 + 1 / 12 + 1 / 28)
    assert fit.conf_int()[1] == pytest.approx(
        np.log(28 / 12) + np.array([-1, 1]) * 1.959964 * error, abs=1e-6
    )
    assert fit.p_values[1] == pytest.approx(0.070239, abs=1e-6)
    assert np.ptp(fit.conf_int(0.5)[1]) < np.ptp(fit.conf_int()[1])


def test_a_saturated_model_has_the_same_robust_errors():
    # In each group the mean square residual is p (1 - p), which is what the model says.
    X, y = two_by_two(20, 20, 12, 28)
    assert fit_logistic(X, y, covariance="HC0").cov == pytest.approx(fit_logistic(X, y).cov, abs=EXACT)


def test_errors_by_cluster_worked_out_by_hand():
    # Events 3 of 4, 1 of 4 and 2 of 4: share 1/2, residuals add up to 1, -1 and 0 in the clusters,
    # information 12 / 4 = 3; G / (G - 1) = 3/2. Variance 3/2 * 2 / 9 = 1/3, t with 2 degrees of freedom.
    y, clinic = np.repeat([1, 0, 1, 0, 1, 0], [3, 1, 1, 3, 2, 2]), np.repeat(["a", "b", "c"], 4)
    fit = fit_logistic(np.ones((12, 1)), y, covariance="cluster", clusters=clinic)
    assert fit.cov == pytest.approx(np.array([[1 / 3]]), abs=EXACT)
    assert fit.df == 2
    assert fit.conf_int()[0] == pytest.approx(np.array([-1, 1]) * 4.302653 / np.sqrt(3), abs=1e-6)
    assert (fit.status, fit.note) == ("flagged", "only 3 clusters; fewer than 40 are unreliable")


def test_clusters_of_one_give_the_robust_errors():
    X, y = sample()
    clustered = fit_logistic(X, y, covariance="cluster", clusters=np.arange(len(y)))
    assert clustered.cov == pytest.approx(fit_logistic(X, y, covariance="HC0").cov * 120 / 119, rel=CLOSE)


def test_mean_risk_and_its_derivative():
    # Half of those exposed and three tenths of the others have the event.
    fit = fit_logistic(*two_by_two(20, 20, 12, 28))
    assert fit.mean_gradient([[1, 1]])[0] == pytest.approx(0.5, abs=EXACT)
    mean, gradient = fit.mean_gradient([[1, 1], [1, 0]])
    assert mean == pytest.approx(0.4, abs=EXACT)
    assert gradient == pytest.approx([(0.25 + 0.21) / 2, 0.25 / 2], abs=EXACT)
    assert fit.parameters_cov is fit.cov


def test_the_estimate_is_where_the_score_is_zero():
    X, y = sample()
    assert X.T @ (y - expit(X @ fit_logistic(X, y).coef)) == pytest.approx(np.zeros(3), abs=1e-9)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_units_do_not_matter(covariance):
    X, y = sample()
    scale = np.array([1.0, 1e-12, 1e12])
    fit, scaled = (fitted(A, y, covariance) for A in (X, X * scale))
    assert scaled.coef * scale == pytest.approx(fit.coef, rel=CLOSE)
    assert scaled.std_error * scale == pytest.approx(fit.std_error, rel=CLOSE)
    assert scaled.p_values == pytest.approx(fit.p_values, rel=CLOSE)


def test_the_origin_of_a_column_changes_the_intercept_alone():
    X, y = sample()
    fit, moved = fit_logistic(X, y), fit_logistic(X + np.array([0, 2020, 0]), y)
    assert moved.coef[1:] == pytest.approx(fit.coef[1:], rel=CLOSE)
    assert moved.coef[0] + 2020 * moved.coef[1] == pytest.approx(fit.coef[0], abs=1e-9)
    assert moved.cov[1:, 1:] == pytest.approx(fit.cov[1:, 1:], rel=CLOSE)


@pytest.mark.parametrize("covariance", ["model", "HC0"])
def test_the_order_of_participants_and_columns_does_not_matter(covariance):
    X, y = sample()
    rows, columns = np.random.default_rng(1).permutation(len(y)), [2, 0, 1]
    fit, shuffled = fitted(X, y, covariance), fitted(X[rows][:, columns], y[rows], covariance)
    assert shuffled.coef == pytest.approx(fit.coef[columns], rel=CLOSE)
    assert shuffled.cov == pytest.approx(fit.cov[columns][:, columns], rel=CLOSE)


def test_everybody_twice_halves_the_variance():
    X, y = sample()
    fit, doubled = fit_logistic(X, y), fit_logistic(np.vstack([X, X]), np.append(y, y))
    assert doubled.coef == pytest.approx(fit.coef, rel=CLOSE)
    assert doubled.cov == pytest.approx(fit.cov / 2, rel=CLOSE)


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_no_event_instead_of_event_turns_the_signs(penalty):
    X, y = sample()
    fit, turned = fit_logistic(X, y, penalty=penalty), fit_logistic(X, 1 - y, penalty=penalty)
    assert turned.coef == pytest.approx(-fit.coef, rel=1e-7)
    assert turned.cov == pytest.approx(fit.cov, rel=1e-7)


def test_the_constant_column_may_be_any_number():
    X, y = sample()
    fit, other = fit_logistic(X, y), fit_logistic(X * [-2, 1, 1], y)
    assert other.coef * [-2, 1, 1] == pytest.approx(fit.coef, rel=CLOSE)


def test_no_intercept_is_added():
    # With a column for each group the coefficients are the groups' log odds.
    X, y = two_by_two(20, 20, 12, 28)
    fit = fit_logistic(np.column_stack([X[:, 1], 1 - X[:, 1]]), y)
    assert fit.coef == pytest.approx([0, np.log(12 / 28)], abs=EXACT)


@pytest.mark.parametrize("kind", [bool, np.int8, np.float32])
def test_events_may_be_true_or_1(kind):
    X, y = sample()
    assert fit_logistic(X, y.astype(kind)).coef == pytest.approx(fit_logistic(X, y).coef, abs=EXACT)


def test_the_inputs_are_left_as_they_were():
    X, y = sample()
    before = X.copy(), y.copy()
    fit_logistic(X, y, penalty="firth").conf_int()
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])


def test_a_steep_outcome_that_is_not_separated_is_fitted():
    # One pair out of order in 200: the log odds rise by some 0.5 for each place, over 100 places.
    x = np.arange(200.0)
    y = (x > 99.5).astype(float)
    y[[99, 100]] = y[[100, 99]]
    fit = fit_logistic(np.column_stack([np.ones(200), x]), y, names=["intercept", "age"])
    assert fit.status == "flagged"
    assert (
        fit.note == "'age' changes the log odds by more than 10 for a standard deviation, close to separation"
    )
    risk = expit(np.column_stack([np.ones(200), x]) @ fit.coef)
    assert [(y - risk).sum(), x @ (y - risk)] == pytest.approx([0, 0], abs=1e-6)


def test_where_full_steps_go_too_far_shorter_ones_arrive():
    # A third of the group of three has an event that 5 in 100 others have: Newton's first full steps overshoot.
    group, y = np.repeat([1, 0], [3, 100]), np.repeat([1, 0, 1, 0], [1, 2, 5, 95])
    fit = fit_logistic(np.column_stack([np.ones(103), group]), y)
    assert fit.coef == pytest.approx([np.log(5 / 95), np.log(0.5) - np.log(5 / 95)], abs=EXACT)


def test_a_maximum_too_flat_to_be_found_is_refused():
    # Two participants with the event out of order among measurements so far apart that others hardly count.
    X = np.column_stack(
        [np.ones(14), [-40.0, -38, -36, -34, -32, -0.001, 0, 0.001, 0.002, 32, 34, 36, 38, 40]]
    )
    y = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1])
    assert refusal(X, y) == (
        "The likelihood reached no maximum although the outcome is not separated; it is close to it. "
        'Leave columns out, or take Firth\'s penalised likelihood, penalty="firth".'
    )


def test_few_events_are_flagged():
    X, y = sample(400)
    y[:] = 0
    y[::22] = 1
    assert fit_logistic(X, y).note == (
        "participants with the rarer outcome: 19, coefficients beside the intercept: 2; "
        "fewer than 10 for each are unreliable"
    )
    y[:] = np.arange(400) % 50 == 0
    assert fit_logistic(X[:, :2], y).note == (  # eight people could be told by their number
        "participants with the rarer outcome: fewer than 10, coefficients beside the intercept: 1; "
        "fewer than 10 for each are unreliable"
    )


def test_too_few_events_are_refused():
    X, y = sample(400)
    y[:] = 0
    y[::45] = 1
    assert refusal(X, y) == (
        "Participants with the rarer outcome: 9; coefficients beside the intercept: 2. Allowed: at least 5 of the "
        "former for each of the latter. Leave columns out, take Firth's penalised likelihood "
        '(penalty="firth"), or take more participants.'
    )
    y[1:] = 0
    assert refusal(X, y, penalty="firth") == (
        "Participants with the rarer outcome: 1; coefficients beside the intercept: 2. Allowed: at least 1 of the "
        "former for each of the latter. Leave columns out, or take more participants."
    )


def test_another_coding_is_named_in_kind():
    X, y = sample()
    allowed = "Code the event as 1 and its absence as 0."
    assert refusal(X, y + 1) == (
        f"y has values other than 0 and 1 (whole numbers above 1, as in a coding 1 and 2). {allowed}"
    )
    assert refusal(X, 2 * y - 1) == f"y has values other than 0 and 1 (negative numbers). {allowed}"
    assert (
        refusal(X, np.full(120, 0.5))
        == f"y has values other than 0 and 1 (numbers between 0 and 1). {allowed}"
    )
    assert refusal(X, y * 2.5) == f"y has values other than 0 and 1 (fractions above 1). {allowed}"
    assert refusal(X, np.where(y == 1, "yes", "no")) == f"y holds no numbers (its type is <U3). {allowed}"


def test_missing_values_are_counted_and_refused():
    X, y = sample()
    y[:2] = np.nan
    assert refusal(X, y) == (
        "The model cannot be fitted:\n"
        "  - y has 2 missing and 0 infinite of 120 values. Take these participants out, and count them, before the fit."
    )


@pytest.mark.parametrize(("value", "who"), [(0, "nobody"), (1, "everybody")])
def test_an_outcome_of_one_class_is_refused(value, who):
    assert refusal(sample()[0], np.full(120, value)) == (
        f"Of 120 participants {who} has the outcome (y is {value} throughout), so there is nothing to explain. "
        "Choose participants, or an outcome, with both classes."
    )


def test_columns_that_follow_from_others_or_do_not_vary_are_named():
    X, y = sample()
    names = ["intercept", "age", "bmi", "weight"]
    assert refusal(np.column_stack([X, X[:, 2] * 2 + 3]), y, names=names) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'weight' follows from 'bmi'.\nLeave one column of each line out."
    )
    assert refusal(np.column_stack([X, np.full(120, 7.0)]), y, names=names) == (
        "The model cannot be fitted:\n  - 'weight' is the same for everybody. Leave it out."
    )


def test_options_that_are_not_offered_are_refused():
    X, y = sample()
    assert refusal(X, y, covariance="HC3") == ("No covariance 'HC3' is offered. Did you mean 'HC0'?")
    assert refusal(X, y, penalty="Firth") == "No penalty 'Firth' is offered. Did you mean 'firth'?"
    assert refusal(X, y, penalty="firth", covariance="HC0") == (
        'With penalty="firth" intervals come from the likelihood, so covariance="HC0" would play no part. '
        "Leave covariance out, or the penalty."
    )


def test_clusters_are_never_ignored():
    X, y = sample()
    clusters = np.arange(120) // 3
    given, asked = (fit_logistic(X, y, clusters=clusters, covariance=c) for c in (None, "cluster"))
    assert np.array_equal(given.std_error, asked.std_error)
    assert given.df == 39
    assert refusal(X, y, clusters=clusters, covariance="model") == (
        "Covariance 'model' takes rows for independent, but clusters are given. Allowed with clusters: cluster."
    )
    assert refusal(X, y, covariance="cluster") == (
        "Covariance 'cluster' needs clusters: give the cluster of each row."
    )
    assert refusal(X, y, clusters=clusters, penalty="firth") == (
        'With penalty="firth" intervals come from the likelihood, so covariance="cluster" would play no part. '
        "Leave clusters out, or the penalty."
    )


def test_a_term_that_one_cluster_decides_is_refused():
    # Within that cluster the score adds up to 0, so the sandwich would see no error of this term at all.
    X, y = sample()
    clinic = np.arange(120) // 10
    design = np.column_stack([X, clinic == 0])
    assert "'column 3': one cluster alone decides this term" in refusal(
        design, y, covariance="cluster", clusters=clinic
    )

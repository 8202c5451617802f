"""What other programs answer with nonsense, a warning or a crash, and what is said here."""

import numpy as np
import pandas as pd
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.mixed import fit_mixed

NO_RESIDUAL = (
    "The outcome is reproduced exactly by the columns, or by them and the participants' own intercepts and slopes, "
    "so there is no residual variance. Check that the outcome is not computed from the columns."
)
VISITS = 3


def cohort(n=20, seed=5):
    """Draw three visits each: X, y, who and when."""
    rng = np.random.default_rng(seed)
    who, when = np.repeat(np.arange(n), VISITS), np.tile(np.arange(VISITS) + 0.0, n)
    X = np.column_stack([np.ones(len(who)), rng.normal(size=n)[who], when])
    return X, X @ [18.0, 1.0, -1.0] + rng.normal(size=n)[who] + rng.normal(size=len(who)), who, when


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_mixed(X, y, **options)
    return str(caught.value)


def less_own_lines(y, when, degree):
    """Return what is left when each participant's mean (0) or line (1) is taken out."""
    own = np.vander(when[:VISITS], degree + 1)
    table = y.reshape(-1, VISITS).T
    return (table - own @ np.linalg.lstsq(own, table)[0]).T.ravel()


def test_one_visit_each_is_refused():
    X, y, _, _ = cohort()
    assert refusal(X, y, groups=np.arange(60)) == (
        "0 of 60 participants have two or more visits; a random intercept needs at least 10 of them, or the variance "
        "between participants cannot be told from that between visits. With one visit each, fit a linear regression."
    )


@pytest.mark.parametrize(("pairs", "fits"), [(1, False), (9, False), (10, True)])
def test_fewer_than_ten_people_with_two_visits_are_refused(pairs, fits):
    X, y, _, _ = cohort()
    who = np.concatenate([np.arange(60 - pairs), np.arange(pairs)])
    if fits:
        assert fit_mixed(X, y, groups=who).n_groups == 50
    else:
        assert refusal(X, y, groups=who).startswith(f"{pairs} of {60 - pairs} participants have two or more")


def test_a_variance_of_0_is_named():
    X, y, who, when = cohort()
    fit = fit_mixed(X, less_own_lines(y, when, 0), groups=who)
    assert (fit.status, fit.note) == (
        "flagged",
        "the variance between participants is estimated as 0, the boundary of what is possible; "
        "least squares gives the same",
    )


def test_no_variance_of_intercepts_nor_slopes_is_named_too():
    X, y, who, when = cohort()
    fit = fit_mixed(X, less_own_lines(y, when, 1), groups=who, random=when)
    assert fit.note.startswith("the variance between participants is estimated as 0")
    assert (fit.variance == 0).all()


def test_a_variance_of_0_between_slopes_is_named():
    X, y, who, when = cohort()
    fit = fit_mixed(X, less_own_lines(y, when, 1) + 3 * X[:, 1] ** 2, groups=who, random=when)
    assert (fit.status, fit.note) == (
        "flagged",
        "the variance of participants' slopes is estimated as 0, the boundary of what is possible; "
        "a random intercept alone gives the same",
    )
    plain = fit_mixed(X, less_own_lines(y, when, 1) + 3 * X[:, 1] ** 2, groups=who)
    assert fit.std_error == pytest.approx(plain.std_error, rel=1e-6)


@pytest.mark.parametrize(("direction", "sign"), [(1, "+1"), (-1, "-1")])
def test_a_correlation_of_1_is_named(direction, sign):
    X, y, who, when = cohort()
    own = np.random.default_rng(1).normal(size=20)[who]
    noise = 0.2 * less_own_lines(y, when, 1)
    fit = fit_mixed(X, noise + own * (2 + direction * when), groups=who, random=when)
    assert (fit.status, fit.note) == (
        "flagged",
        f"the correlation of participants' intercepts and slopes is estimated as {sign}, the boundary of what is "
        "possible: the data cannot tell both apart, and may hold no more than a random intercept",
    )
    assert np.isfinite(fit.df).all()
    assert np.corrcoef(fit.ranef.T)[0, 1] == pytest.approx(direction)


def test_a_random_slope_with_two_visits_is_refused():
    X, y, _, when = cohort()
    assert refusal(X, y, groups=np.arange(60) // 2, random=when) == (
        "0 of 30 participants have three or more visits at different times; a random slope needs at least 10 of them. "
        "Take a random intercept alone (random=None)."
    )


def test_a_random_slope_over_a_time_that_is_the_same_at_all_visits_is_refused():
    X, y, who, _ = cohort()
    assert refusal(X, y, groups=who, random=X[:, 1]).startswith(
        "0 of 20 participants have three or more visits"
    )
    assert refusal(X, y, groups=who, random=np.ones(60)).startswith("0 of 20 participants")


def test_one_participant_is_refused():
    X, y, _, _ = cohort()
    assert refusal(X, y, groups=np.zeros(60)).startswith(
        "1 of 1 participants have two or more visits; a random"
    )


def test_a_constant_outcome_is_refused():
    X, _, who, _ = cohort()
    assert refusal(X, np.full(60, 7.0), groups=who) == (
        "The model cannot be fitted:\n  - the outcome is the same for everybody, so there is nothing to explain."
    )


def test_an_outcome_that_never_changes_within_a_person_is_refused():
    X, _, who, _ = cohort()
    assert refusal(X, np.sin(who), groups=who) == (
        "The outcome never changes within a participant, so the visits of one person say nothing new. "
        "Take one row for each participant and fit a linear regression."
    )


def test_an_outcome_that_is_reproduced_exactly_is_refused():
    X, _, who, when = cohort()
    assert refusal(X, X @ [1.0, 2.0, 3.0], groups=who) == NO_RESIDUAL
    assert refusal(X, X @ [1.0, 2.0, 3.0] + np.sin(who), groups=who) == NO_RESIDUAL
    assert refusal(X, X @ [1.0, 2.0, 3.0] + np.sin(who) * when, groups=who, random=when) == NO_RESIDUAL


def test_gaps_are_counted_never_dropped():
    X, y, who, _ = cohort()
    y[3], X[4, 1] = np.nan, np.inf
    assert refusal(X, y, groups=who, names=["one", "age", "visit"]) == (
        "The model cannot be fitted:\n"
        "  - y has 1 missing and 0 infinite of 60 values. Take these participants out, and count them, before the fit.\n"
        "  - 'age' has 0 missing and 1 infinite of 60 values. Take these participants out, and count them, before the fit."
    )


@pytest.mark.parametrize(
    "labels",
    [
        lambda who: np.where(who == 3, np.nan, who),
        lambda who: [None if i == 3 else f"p{i}" for i in who],
        lambda who: pd.Series([pd.NA if i == 3 else f"p{i}" for i in who], dtype="string"),
        lambda who: pd.to_datetime(pd.Series(who), unit="D").where(who != 3),
    ],
)
def test_missing_labels_and_times_are_counted_together(labels):
    X, y, who, when = cohort()
    when[0] = np.inf
    assert refusal(X, y, groups=labels(who), random=when) == (
        "The model cannot be fitted:\n"
        "  - groups has 3 missing of 60 values. Take these rows out, and count them, before the fit.\n"
        "  - random has 1 missing or infinite of 60 values. Take these visits out, and count them, before the fit."
    )


def test_labels_and_times_must_fit_the_rows():
    X, y, who, when = cohort()
    assert refusal(X, y, groups=who[:-1], random=np.column_stack([when, when])) == (
        "The model cannot be fitted:\n"
        "  - groups has shape (59,) and there are 60 rows. Allowed: one label for each row, in the same order.\n"
        "  - random has shape (60, 2), and X has 60 rows. Allowed: one number for each row, the time of the visit, "
        "or None for a random intercept alone."
    )


def test_a_column_of_ones_among_the_random_effects_is_their_intercept():
    X, y, who, when = cohort()
    ones = np.ones(len(y))
    alone, with_slope = fit_mixed(X, y, groups=who), fit_mixed(X, y, groups=who, random=when)
    assert fit_mixed(X, y, groups=who, random=ones[:, None]).coef.tolist() == alone.coef.tolist()
    both = fit_mixed(X, y, groups=who, random=np.column_stack([ones, when]))
    assert both.coef.tolist() == with_slope.coef.tolist()


def test_the_outcome_may_be_of_any_size():
    X, y, who, _ = cohort()
    fit = fit_mixed(X, y, groups=who)
    for unit in (1e-150, 1e-8, 1e150):
        other = fit_mixed(X, y * unit, groups=who)
        assert other.coef / unit == pytest.approx(fit.coef, rel=1e-6)
        assert (other.status, other.note) == ("ok", "")
        assert other.df == pytest.approx(fit.df, rel=1e-5)


def test_restricted_likelihoods_are_of_one_design_and_likelihoods_of_any():
    # A column of other units changes the restricted likelihood and not the likelihood.
    X, y, who, _ = cohort()
    in_months = X * [1, 1, 12]
    assert fit_mixed(X, y, groups=who).criterion != pytest.approx(
        fit_mixed(in_months, y, groups=who).criterion, abs=1
    )
    assert fit_mixed(X, y, groups=who, method="ml").criterion == pytest.approx(
        fit_mixed(in_months, y, groups=who, method="ml").criterion, abs=1e-8
    )


def test_aliased_columns_are_refused_and_named():
    X, y, who, _ = cohort()
    assert refusal(np.column_stack([X, X[:, 1]]), y, groups=who, names=["one", "age", "visit", "years"]) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'years' follows from 'age'.\n"
        "Leave one column of each line out."
    )


def test_a_second_constant_column_is_refused_and_named():
    X, y, who, _ = cohort()
    assert refusal(np.column_stack([X, np.ones(60)]), y, groups=who) == (
        "The model cannot be fitted:\n  - 'column 3' is the same for everybody. Leave it out."
    )


def test_indicators_of_all_participants_leave_no_variance_between_them():
    _, y, who, when = cohort()
    people = [np.ones(60), when, *(who == i for i in range(1, 20))]
    assert refusal(np.column_stack(people), y, groups=who) == (
        "20 columns never change within a participant, and there are 20 participants, so the variance between "
        "participants cannot be estimated beside them. Take fewer such columns."
    )
    fit = fit_mixed(np.column_stack(people[:-3]), y, groups=who)
    assert fit.note.startswith("only 3 degrees of freedom between participants; fewer than 10 are unreliable")


def test_few_residual_degrees_of_freedom_are_flagged():
    X, y, who, _ = cohort()
    rng = np.random.default_rng(2)
    between, within = rng.normal(size=(20, 16))[who], rng.normal(size=(60, 35))
    fit = fit_mixed(np.column_stack([X, between, within]), y, groups=who)
    assert fit.note.startswith("only 6 residual degrees of freedom; fewer than 10 are unreliable")


def test_unknown_options_are_refused_with_a_suggestion():
    X, y, who, _ = cohort()
    assert refusal(X, y, groups=who, method="REML") == "No method 'REML' is offered. Allowed: reml, ml."
    assert refusal(X, y, groups=who, df="satterthwait") == (
        "No df 'satterthwait' is offered. Did you mean 'satterthwaite'?"
    )

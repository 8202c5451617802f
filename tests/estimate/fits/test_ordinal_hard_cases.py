"""Cases in which ordinal regressions elsewhere return numbers without meaning, and what is done here."""

import numpy as np
import pandas as pd
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.ordinal import fit_ordinal

CLOSE = 1e-7  # relative; a change of unit is not a change of result
N = 60


def sample(seed=5):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, 2))
    return X, np.digitize(X[:, 0] + rng.logistic(size=N), [-1, 0, 1])


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_ordinal(X, y, **options)
    return str(caught.value)


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
def test_complete_separation_is_refused_and_named(link):
    X, _ = sample()
    y = np.searchsorted(np.quantile(X[:, 0], [0.25, 0.5, 0.75]), X[:, 0])
    assert refusal(X, y, link=link, names=["ferritin", "age"]) == (
        "The outcome is separated (complete): everybody's outcome follows from the columns without exception, "
        "so these coefficients grow without end and have no estimate.\n"
        "  - 'ferritin' alone separates it.\n"
        "Leave these columns out, or merge levels of a factor or bands of the outcome."
    )


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
@pytest.mark.parametrize("people", [1, 4])
def test_a_level_whose_people_are_all_in_the_highest_band_is_refused(link, people):
    X, y = sample()
    rare = np.zeros(N)
    rare[np.flatnonzero(y == y.max())[:people]] = 1
    message = refusal(np.column_stack([X, rare]), y, link=link, names=["ferritin", "age", "neuropathy"])
    assert message.startswith("The outcome is separated (quasi-complete)")
    assert "'neuropathy' alone separates it." in message
    assert "ferritin" not in message


def test_a_level_of_one_person_in_a_middle_band_has_an_estimate():
    X, y = sample()
    one = (np.arange(N) == np.flatnonzero(y == 1)[0]).astype(float)
    fit = fit_ordinal(np.column_stack([X, one]), y)
    assert np.isfinite(fit.std_error).all()
    assert fit.std_error[2] > 1


def test_near_separation_is_fitted_and_flagged():
    # Bands follow from x, except that two neighbours at each limit have changed places.
    x, y = np.linspace(-1, 1, 300), np.repeat([0, 1, 2], 100)
    y[[99, 100, 199, 200]] = [1, 0, 2, 1]
    fit = fit_ordinal(x[:, None], y)
    assert fit.status == "flagged"
    assert fit.note == (
        "a standard error is 477 times that of a column without effect, so the outcome is nearly separated"
    )


def test_a_band_without_people_is_no_band():
    X, y = sample()
    fit, gap = fit_ordinal(X, y), fit_ordinal(X, np.array([0, 1, 3, 4])[y])
    assert gap.categories.tolist() == [0, 1, 3, 4]
    assert gap.coef == pytest.approx(fit.coef)
    assert len(gap.thresholds) == 3


def test_one_band_is_refused():
    X, _ = sample()
    assert refusal(X, np.ones(N)) == (
        "The outcome is the same for everybody, so there is nothing to explain. "
        "An ordinal regression needs at least two categories that occur."
    )


@pytest.mark.parametrize(
    "words",
    [
        ["mild", "moderate", "severe"],
        ["1", "2", "3"],
        pd.Categorical(["severe", "mild", "moderate"]),
        pd.Categorical(["mild", "moderate", "severe"], ordered=True),
    ],
)
def test_words_are_refused_because_their_order_is_not_known(words):
    X, _ = sample()
    assert refusal(X, np.tile(np.asarray(words), 20)) == (
        "The outcome is not made of numbers, so its order is not known. Give each category a number in the order "
        "of severity: the dictionary of the study says which comes after which."
    )


def test_a_column_given_twice_is_refused_and_named():
    X, y = sample()
    assert refusal(np.column_stack([X, 3 * X[:, 0] + 1]), y, names=["age", "bmi", "months"]) == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'months' follows from 'age'.\n"
        "Leave one column of each line out."
    )


def test_all_levels_of_a_factor_are_refused_without_an_intercept_too():
    X, y = sample()
    levels = np.eye(3)[np.arange(N) % 3]
    message = refusal(np.column_stack([X, levels]), y, names=["age", "bmi", "north", "south", "west"])
    assert "'west' follows from 'north', 'south'." in message


def test_a_constant_column_is_refused_because_the_thresholds_are_there():
    X, y = sample()
    assert refusal(np.column_stack([np.ones(N), X]), y, names=["intercept", "age", "bmi"]) == (
        "The model cannot be fitted:\n"
        "  - 'intercept' is the same for everybody.\n"
        "The thresholds of an ordinal regression take the place of an intercept, so a constant column has nothing "
        "to add. Leave it out."
    )


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
@pytest.mark.parametrize("factor", [1e4, 1e-4, 1e150])
def test_a_covariate_in_another_unit_converges_to_the_same(link, factor):
    X, y = sample()
    fit, other = fit_ordinal(X, y, link=link), fit_ordinal(X * [factor, 1], y, link=link)
    assert other.coef * [factor, 1] == pytest.approx(fit.coef, rel=CLOSE)
    assert other.std_error * [factor, 1] == pytest.approx(fit.std_error, rel=CLOSE)


def test_columns_that_are_almost_the_same_are_told_apart():
    # They differ by 1e-6 of their size: less than a Cholesky step can bear, more than the limit of 1e-7.
    X, y = sample()
    close = X[:, 0] + 1e-6 * X[:, 1]
    fit, apart = fit_ordinal(np.column_stack([X[:, 0], close]), y), fit_ordinal(X, y)
    assert fit.log_likelihood == pytest.approx(apart.log_likelihood, rel=1e-9)
    assert fit.coef[1] * 1e-6 == pytest.approx(apart.coef[1], rel=1e-4)
    assert fit.std_error[1] * 1e-6 == pytest.approx(apart.std_error[1], rel=1e-4)


def test_too_few_people_are_refused():
    X, y = sample()
    assert refusal(X[:11], y[:11]) == (
        "The model cannot be fitted:\n"
        "  - 11 participants and 2 slopes leave 9; at least 10 are needed.\n"
        "  - 11 participants in these 4 categories tell as much as 10 without ties; at least 35 are needed for "
        "intervals that hold. Compare means instead."
    )


def test_nearly_everybody_in_one_band_is_refused():
    X, _ = sample()
    assert "tell as much as" in refusal(X, np.repeat([0, 1], [55, 5]))


def test_a_strong_effect_that_needs_halved_steps_is_fitted():
    rng = np.random.default_rng(2)
    x = rng.standard_t(1.2, size=400)
    y = np.digitize(3 * x + rng.logistic(size=400), [-20, -2, 0, 2, 20])
    fit = fit_ordinal(x[:, None], y)
    assert fit.coef[0] == pytest.approx(3, abs=3 * fit.std_error[0])


def test_a_term_that_one_cluster_decides_alone_is_refused():
    rng = np.random.default_rng(1)
    site = np.repeat(np.arange(10), 30)
    X = np.column_stack([rng.normal(size=300), site == 3]).astype(float)
    y = np.digitize(X @ [0.5, 0.3] + rng.logistic(size=300), [-1, 0, 1])
    with pytest.raises(EstimationError) as error:
        fit_ordinal(X, y, clusters=site, names=["dose", "site 3"])
    assert str(error.value) == (
        "'site 3': one cluster alone decides this term (leverage 1), so it has no robust standard error. Leave out the "
        "term, or the cluster with it."
    )
    assert fit_ordinal(X[:, :1], y, clusters=site).status == "flagged"  # ten clusters are few

"""Binary outcomes on which other programs print nonsense; here each is refused with a reason, or answered."""

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.separation import find_separation

N = 60
NAMES = ["intercept", "age", "dose"]
rng = np.random.default_rng(60)
AGE, DOSE, COIN = rng.normal(size=N), rng.normal(size=N), np.arange(N) % 2
FIRST, FEW = (np.arange(N) == 0).astype(float), (np.arange(N) < 6).astype(float)


def design(*columns):
    return np.column_stack([np.ones(N), *columns])


def refusal(X, y, **options):
    with pytest.raises(EstimationError) as caught:
        fit_logistic(X, y, names=NAMES, **options)
    return str(caught.value)


def test_complete_separation_is_refused_with_the_column_and_what_to_do():
    assert refusal(design(AGE, DOSE), DOSE > 0) == (
        "The outcome is separated (complete): everybody's outcome follows from the columns without exception, "
        "so these coefficients grow without end and have no estimate.\n"
        "  - 'dose' alone separates it.\n"
        "Leave these columns out, merge their levels with others, or take Firth's penalised likelihood, "
        'penalty="firth".'
    )


def test_the_penalty_answers_complete_separation():
    fit = fit_logistic(design(AGE, DOSE), DOSE > 0, penalty="firth", names=NAMES)
    low, high = fit.profile.interval(2)
    assert 0 < low < fit.coef[2] < high < np.inf
    assert np.isfinite(fit.std_error).all()


def test_quasi_complete_separation_is_refused():
    y = np.where(FEW == 1, 1, COIN)
    assert "(quasi-complete)" in refusal(design(AGE, FEW), y)
    assert "\n  - 'dose' alone separates it.\n" in refusal(design(AGE, FEW), y)


def test_a_level_of_one_participant_is_refused_by_name():
    text = refusal(design(AGE, FIRST), COIN)
    assert "\n  - 'dose' alone separates it.\n" in text
    assert "age" not in text


def test_a_level_of_one_participant_does_not_harm_the_penalised_fit():
    fit = fit_logistic(design(AGE, FIRST), COIN, penalty="firth", names=NAMES)
    low, high = fit.profile.interval(2)
    assert low < -5
    assert high > 0  # one participant proves nothing


def test_a_level_that_few_share_and_that_is_not_separated_is_answered():
    y = COIN.copy()
    fit = fit_logistic(design(AGE, FEW), y)
    assert fit.status == "ok"
    assert fit.std_error[2] < 2


@pytest.mark.parametrize("value", [0, 1])
@pytest.mark.parametrize("penalty", [None, "firth"])
def test_an_outcome_of_one_class_is_refused(value, penalty):
    assert "has the outcome (y is" in refusal(design(AGE, DOSE), np.full(N, value), penalty=penalty)


def test_a_coding_of_1_and_2_is_refused_in_kind():
    text = refusal(design(AGE, DOSE), COIN + 1)
    assert text.startswith("y has values other than 0 and 1 (whole numbers above 1, as in a coding 1 and 2).")


def test_an_outcome_of_a_half_is_refused():
    assert refusal(design(AGE, DOSE), np.full(N, 0.5)).startswith(
        "y has values other than 0 and 1 (numbers between"
    )


def test_separation_is_the_same_whatever_the_link():
    # For probit the likelihood has no maximum just when it has none for logit, so one answer serves both.
    assert find_separation(design(AGE, DOSE), DOSE > 0, NAMES).columns == ("dose",)

"""Linear regression beside the certified values of NIST's Statistical Reference Datasets."""

import re
from pathlib import Path

import numpy as np
import pytest

from rlsstudy.estimate import fit_linear

DATA = Path(__file__).parent / "data"
DIGITS_LOWER_AND_AVERAGE = 9
DIGITS_HIGHER = 8  # more than is asked of good software (4); one digit below what was seen

MODELS = {
    "Norris": lambda x: x ** np.arange(2),
    "Pontius": lambda x: x ** np.arange(3),
    "NoInt1": lambda x: x,
    "Longley": lambda x: np.column_stack([np.ones(len(x)), x]),
    "Wampler1": lambda x: x ** np.arange(6),
    "Wampler3": lambda x: x ** np.arange(6),
}
DIGITS = dict.fromkeys(MODELS, DIGITS_LOWER_AND_AVERAGE) | dict.fromkeys(
    ("Longley", "Wampler1", "Wampler3"), DIGITS_HIGHER
)


def read(name):
    """Return design, outcome, certified coefficients, their errors, residual sd and R squared."""
    lines = (DATA / f"{name}.dat").read_text(encoding="ascii").splitlines()
    certified = [line.split()[1:] for line in lines[30:60] if re.match(r"\s+B\d\s", line)]
    coef, error = np.array(certified, dtype=float).T
    header = " ".join(lines[30:60])
    sigma = float(re.search(r"Residual\s+Standard Deviation\s+(\S+)", header)[1])
    r_squared = float(re.search(r"R-Squared\s+(\S+)", header)[1])
    rows = np.array([line.split() for line in lines[60:] if line.strip()], dtype=float)
    y, x = rows[:, 0], rows[:, 1:]
    return MODELS[name](x), y, coef, error, sigma, r_squared


def digits(found, certified):
    """Return the fewest correct digits; those after the point where the certified value is 0."""
    found, certified = np.atleast_1d(found), np.atleast_1d(certified)
    apart = np.abs(found - certified) / np.where(certified == 0, 1, np.abs(certified))
    return -np.log10(max(apart.max(), 1e-15))


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_have_the_certified_digits(name):
    X, y, coef, *_ = read(name)
    assert digits(fit_linear(X, y, covariance="classical").coef, coef) >= DIGITS[name]


@pytest.mark.parametrize("name", MODELS)
def test_errors_and_fit_have_the_certified_digits(name):
    X, y, _, error, sigma, r_squared = read(name)
    fit = fit_linear(X, y, covariance="classical")
    assert digits(fit.std_error, error) >= DIGITS[name]
    assert digits(fit.sigma, sigma) >= DIGITS[name]
    assert digits(fit.r_squared, r_squared) >= DIGITS[name]


def test_an_outcome_that_is_reproduced_exactly_is_flagged():
    fit = fit_linear(*read("Wampler1")[:2], covariance="classical")
    assert (fit.status, fit.note) == (
        "flagged",
        "the outcome is reproduced exactly, so standard errors are rounding noise",
    )

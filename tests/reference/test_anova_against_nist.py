"""One-way analysis of variance, and a mean with its standard deviation, beside NIST's certified values."""

import re
from pathlib import Path

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear

DATA = Path(__file__).parent / "data"
DIGITS_LOWER_AND_AVERAGE = 9
# 1000000000000.4 and its like hold no more than some four digits of what varies in double precision.
DIGITS_HIGHER = 4

DIGITS = {
    "SmLs01t": DIGITS_LOWER_AND_AVERAGE,
    "AtmWtAgt": DIGITS_LOWER_AND_AVERAGE,
    "SmLs07t": DIGITS_HIGHER,
}


def digits(found, certified):
    apart = abs(found - certified) / abs(certified)
    return -np.log10(max(apart, 1e-15))


def lines_of(name):
    return (DATA / f"{name}.dat").read_text(encoding="ascii").splitlines()


def numbers_after(lines, label):
    """Return the numbers of the line that begins with this label."""
    line = next(line for line in lines if label in line)
    return [float(number) for number in line.split(label)[1].split()[-3:]]


def table(lines):
    """Return the rows of numbers at the end of a file."""
    start = max(i for i, line in enumerate(lines) if re.fullmatch(r"\s*1\s+2(\s+\d)*\s*", line))
    return np.array([line.split() for line in lines[start + 1 :] if line.strip()], dtype=float)


def one_way(responses):
    """Fit a column for each treatment but the first; return F, R squared and the residual sd."""
    n, k = responses.size, responses.shape[1]
    treatment = np.tile(np.arange(k), len(responses))
    X = np.column_stack([np.ones(n), *(treatment == j for j in range(1, k))])
    fit = fit_linear(X, responses.ravel(), covariance="classical")
    f = fit.r_squared / (k - 1) / ((1 - fit.r_squared) / fit.df_residual)
    return f, fit.r_squared, fit.sigma


@pytest.mark.parametrize("name", DIGITS)
def test_the_analysis_of_variance_has_the_certified_digits(name):
    lines = lines_of(name)
    responses = table(lines)
    if name == "SmLs07t":
        responses = responses - 1e12  # exact; as they are the responses are refused, see the next test
    f, r_squared, sigma = one_way(responses)
    between = next(line for line in lines if line.startswith("Between"))
    assert digits(f, float(between.split()[-1])) >= DIGITS[name]
    assert digits(r_squared, numbers_after(lines, "R-Squared")[-1]) >= DIGITS[name]
    assert digits(sigma, numbers_after(lines, "Standard Deviation")[-1]) >= DIGITS[name]


def test_responses_that_differ_in_the_thirteenth_digit_alone_are_refused_as_rounding():
    with pytest.raises(EstimationError, match="the outcome is the same for everybody"):
        one_way(table(lines_of("SmLs07t")))


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [
        ("Lew", -177.435, 277.332168044316),
        ("Lottery", 518.958715596330, 291.699727470969),
        ("NumAcc1", 10000002, 1),
        ("NumAcc3", 1000000.2, 0.1),
    ],
)
def test_a_constant_alone_gives_mean_and_standard_deviation(name, mean, sd):
    lines = lines_of(name)
    start = max(i for i, line in enumerate(lines) if line.startswith("---"))
    y = np.array([line for line in lines[start + 1 :] if line.strip()], dtype=float)
    fit = fit_linear(np.ones((len(y), 1)), y, covariance="classical")
    assert digits(fit.coef[0], mean) >= DIGITS_LOWER_AND_AVERAGE
    assert digits(fit.sigma, sd) >= DIGITS_LOWER_AND_AVERAGE

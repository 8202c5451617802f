"""What must not matter to any regression: units, origins, order, names, the level that others are compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import (
    average_difference,
    fit_gee,
    fit_linear,
    fit_logistic,
    fit_mixed,
    fit_ordinal,
    fit_quantile,
    fit_robust,
)
from rlsstudy.estimate.fits.two_part import fit_two_part

# Two fits may differ by this, coefficients in standard errors and standard errors relative to themselves.
DIRECT = 1e-8  # one decomposition: roundings, magnified by columns whose means are far from 0
ITERATED = 1e-6  # a search that ends within its own limit of the same point, from another place
SEARCHED = 2e-5  # REML: the criterion is flat to 1e-10 within this of its minimum

PEOPLE, EACH = 24, 4
NUMBERS, LEVELS = 2, 3  # columns that are numbers, then indicators of levels 1 and 2
few = settings(max_examples=4, deadline=None)
seeds = st.integers(0, 50)
powers = st.integers(-6, 6)


@dataclass(frozen=True)
class Sample:
    """Numbers and levels of people who are seen several times, an outcome of each kind, and whose row each is."""

    numbers: np.ndarray
    level: np.ndarray
    points: np.ndarray
    who: np.ndarray

    @classmethod
    def drawn(cls, seed):
        rng = np.random.default_rng([7, seed])
        who = np.repeat(np.arange(PEOPLE), EACH)
        n = len(who)
        numbers = np.column_stack(
            [rng.normal(size=n), rng.normal(size=PEOPLE)[who] + 0.5 * rng.normal(size=n)]
        )
        level = rng.permutation(np.arange(n) % LEVELS)
        noise = rng.normal(size=PEOPLE)[who] + 2 * rng.normal(size=n)
        return cls(numbers, level, 20 + numbers @ [0.6, -0.4] + 0.5 * (level == 1) + noise, who)

    def columns(self, reference=0):
        return np.column_stack([self.numbers, *(self.level == k for k in range(LEVELS) if k != reference)])


@dataclass(frozen=True)
class Family:
    """A kind of fit, with its outcome and its tolerance."""

    fit: Callable[..., Any]
    outcome: str = "points"
    tolerance: float = DIRECT
    intercept: bool = True
    parts: int = 1

    def y(self, sample):
        """Return the outcome: points, points of the upper two thirds, who is above the middle, or five bands."""
        if self.outcome == "points":
            return sample.points
        if self.outcome == "severity":
            return np.where(sample.points > np.quantile(sample.points, 1 / 3), sample.points, 0.0)
        cuts = np.quantile(sample.points, [0.5] if self.outcome == "event" else [0.2, 0.4, 0.6, 0.8])
        return np.digitize(sample.points, cuts).astype(float)

    def fitted(self, X, y, who, **more):
        """Fit a design with its intercept in the first place."""
        return self.fit(X if self.intercept else X[:, 1:], y, who=who, **more)

    def slopes(self, fit):
        """Return coefficients, errors and degrees of freedom beside the intercept, a row for each part."""
        df = np.broadcast_to(fit.df, fit.coef.shape)
        rows = [np.reshape(values, (self.parts, -1)) for values in (fit.coef, fit.std_error, df)]
        return [values[:, int(self.intercept) :] for values in rows]


def plain(fit):
    return lambda X, y, who, **more: fit(X, y, **more)


def by_person(fit, name):
    return lambda X, y, who, **more: fit(X, y, **{name: who}, **more)


def of_cases(X, y, who, **more):
    """Fit a severity that is 0 for those who do not have the condition."""
    return fit_two_part(X, y, present=y > 0, **more)


clustered = by_person(fit_linear, "clusters")
FAMILIES = {
    "linear": Family(plain(fit_linear)),
    "CR2": Family(clustered),
    "logistic": Family(plain(fit_logistic), "event", ITERATED),
    "firth": Family(plain(partial(fit_logistic, penalty="firth")), "event", ITERATED),
    "logit": Family(plain(fit_ordinal), "bands", ITERATED, intercept=False),
    "probit": Family(plain(partial(fit_ordinal, link="probit")), "bands", ITERATED, intercept=False),
    "quantile": Family(plain(partial(fit_quantile, q=0.4)), tolerance=ITERATED),
    "robust": Family(plain(fit_robust), tolerance=ITERATED),
    "mixed": Family(by_person(fit_mixed, "groups"), tolerance=SEARCHED),
    "gee": Family(by_person(fit_gee, "groups"), tolerance=ITERATED),
    "two_part": Family(of_cases, "severity", ITERATED, parts=2),
}
OF_POINTS = ("linear", "CR2", "quantile", "robust", "mixed", "gee")


def each(*names):
    return pytest.mark.parametrize("family", [pytest.param(FAMILIES[name], id=name) for name in names])


def with_intercept(columns):
    return np.column_stack([np.ones(len(columns)), columns])


def assert_same(family, found, expected):
    """Compare coefficients in standard errors, and errors and degrees of freedom relative to themselves."""
    (coef, error, df), (coef_0, error_0, df_0) = found, expected
    assert np.abs((coef - coef_0) / error_0).max() < family.tolerance
    assert error == pytest.approx(error_0, rel=10 * family.tolerance)
    assert df == pytest.approx(df_0, rel=100 * family.tolerance)


@each(*FAMILIES)
@given(seed=seeds, exponents=st.tuples(powers, powers, powers))
@few
def test_units_of_columns_and_outcome_do_not_matter(family, seed, exponents):
    sample = Sample.drawn(seed)
    columns, y = sample.columns(), family.y(sample)
    *of_numbers, of_y = (10.0**power for power in exponents)
    unit = np.array([*of_numbers, 1.0, 1.0])
    of_y = 1.0 if family.outcome == "event" else of_y
    before = family.slopes(family.fitted(with_intercept(columns), y, sample.who))
    coef, error, df = family.slopes(family.fitted(with_intercept(columns * unit), y * of_y, sample.who))
    per = np.ones((family.parts, 1))
    # Odds have no unit; of two parts, severity alone has that of the outcome.
    per[-1] = of_y if family.outcome in ("points", "severity") else 1.0
    assert_same(family, (coef * unit / per, error * unit / per, df), before)


@each(*FAMILIES)
@given(seed=seeds, shifts=st.tuples(st.floats(-300, 300), st.floats(-300, 300)))
@few
def test_origins_of_columns_do_not_matter(family, seed, shifts):
    sample = Sample.drawn(seed)
    columns, y = sample.columns(), family.y(sample)
    moved = columns + np.array([*shifts, 0, 0])
    fits = [family.fitted(with_intercept(X), y, sample.who) for X in (moved, columns)]
    assert_same(family, *map(family.slopes, fits))


@each(*OF_POINTS)
@given(seed=seeds, shift=st.floats(-1e4, 1e4))
@few
def test_a_constant_added_to_the_outcome_is_added_to_the_intercept_alone(family, seed, shift):
    sample = Sample.drawn(seed)
    X = with_intercept(sample.columns())
    before, after = (family.fitted(X, sample.points + add, sample.who) for add in (0.0, shift))
    assert_same(family, family.slopes(after), family.slopes(before))
    assert abs(after.coef[0] - before.coef[0] - shift) < family.tolerance * before.std_error[0] * (
        1 + abs(shift)
    )


@each(*FAMILIES)
@given(seed=seeds, random=st.randoms(use_true_random=False))
@few
def test_the_order_of_rows_and_columns_does_not_matter(family, seed, random):
    sample = Sample.drawn(seed)
    columns, y = sample.columns(), family.y(sample)
    rows, places = list(range(len(y))), list(range(columns.shape[1]))
    random.shuffle(rows)
    random.shuffle(places)
    before = family.slopes(family.fitted(with_intercept(columns), y, sample.who))
    after = family.fitted(with_intercept(columns[rows][:, places]), y[rows], sample.who[rows])
    assert_same(family, family.slopes(after), [values[:, places] for values in before])


@each(*FAMILIES)
def test_names_of_columns_and_people_are_for_messages_alone(family):
    sample = Sample.drawn(1)
    X, y = with_intercept(sample.columns()), family.y(sample)
    names = ["intercept", "âge", "np.log(x)", "α", "0"][int(not family.intercept) :]
    people = np.array([f"person {i:02}" for i in sample.who])
    named = family.fitted(X, y, people, names=names)
    plainly = family.fitted(X, y, sample.who)
    assert named.coef.tolist() == plainly.coef.tolist()
    assert named.cov.tolist() == plainly.cov.tolist()
    twice = np.column_stack([X, X[:, 1]])
    with pytest.raises(EstimationError) as caught:
        family.fitted(twice, y, people, names=[*names, "years"])
    assert "'years' follows from 'âge'." in str(caught.value)


def compared(family, sample, reference):
    """Return every difference between two levels with its error, by part, and one as an average difference."""
    fit = family.fitted(with_intercept(sample.columns(reference)), family.y(sample), sample.who)
    p = len(fit.coef) // family.parts
    others = [k for k in range(LEVELS) if k != reference]
    found = []
    for part in range(family.parts):
        for first, second in ((0, 1), (0, 2), (1, 2)):
            weights = np.zeros(len(fit.coef))
            start = part * p + p - len(others)
            for level, sign in ((second, 1.0), (first, -1.0)):
                if level != reference:
                    weights[start + others.index(level)] = sign
            found.append((weights @ fit.coef, np.sqrt(weights @ fit.cov @ weights)))
    return np.array(found), average_difference(fit, *arms(family, sample, reference))


def arms(family, sample, reference):
    """Return the designs with everybody at level 2, and everybody at level 1."""
    for level in (2, 1):
        everybody = Sample(sample.numbers, np.full(len(sample.who), level), sample.points, sample.who)
        X = with_intercept(everybody.columns(reference))
        yield X if family.intercept else X[:, 1:]


@each(*FAMILIES)
@given(seed=seeds)
@few
def test_the_level_that_others_are_compared_with_does_not_matter(family, seed):
    sample = Sample.drawn(seed)
    before, difference = compared(family, sample, 0)
    for reference in (1, 2):
        after, other = compared(family, sample, reference)
        assert np.abs((after - before)[:, 0] / before[:, 1]).max() < family.tolerance
        assert after[:, 1] == pytest.approx(before[:, 1], rel=10 * family.tolerance)
        assert abs(other.estimate - difference.estimate) < family.tolerance * difference.std_error
        assert other.std_error == pytest.approx(difference.std_error, rel=10 * family.tolerance)


# --- everybody twice, and a group of its own --------------------------------------------------------------------

# Firth's penalty is not doubled with the data, REML subtracts the columns once, and so does the working correlation of
# estimating equations: their estimates move a little, as they should.
SAME_POINTS = {name: FAMILIES[name] for name in ("linear", "CR2", "quantile", "robust", "two_part")}
# Errors that count each row, or each person, once and have no correction for their number.
HALVED = {
    "HC0": Family(plain(partial(fit_linear, covariance="HC0"))),
    "CR0": Family(partial(clustered, covariance="CR0")),
    "logistic": FAMILIES["logistic"],
    "logit": FAMILIES["logit"],
    "probit": FAMILIES["probit"],
    "mixed by ML": Family(by_person(partial(fit_mixed, method="ml"), "groups"), tolerance=SEARCHED),
    "independent gee": Family(
        by_person(partial(fit_gee, correlation="independence", covariance="robust"), "groups"),
        tolerance=ITERATED,
    ),
}


def once_and_twice(family, seed):
    sample = Sample.drawn(seed)
    X, y, who = with_intercept(sample.columns()), family.y(sample), sample.who
    once = family.fitted(X, y, who)
    return once, family.fitted(np.vstack([X, X]), np.tile(y, 2), np.append(who, who + PEOPLE))


@pytest.mark.parametrize("family", [*SAME_POINTS.values(), *HALVED.values()], ids=[*SAME_POINTS, *HALVED])
@given(seed=seeds)
@few
def test_everybody_twice_has_the_same_estimates(family, seed):
    once, twice = once_and_twice(family, seed)
    assert np.abs((twice.coef - once.coef) / once.std_error).max() < family.tolerance


@pytest.mark.parametrize("family", HALVED.values(), ids=HALVED)
@given(seed=seeds)
@few
def test_everybody_twice_has_half_the_covariance(family, seed):
    once, twice = once_and_twice(family, seed)
    scale = np.outer(once.std_error, once.std_error)
    assert np.abs((2 * twice.cov - once.cov) / scale).max() < 20 * family.tolerance


@each("linear", "logistic", "quantile", "two_part")
@given(seed=seeds)
@few
def test_two_groups_with_lines_of_their_own_are_two_samples(family, seed):
    sample = Sample.drawn(seed)
    X, y, first = with_intercept(sample.numbers), family.y(sample), np.arange(len(sample.who)) % 2 == 0
    own = np.column_stack([X * first[:, None], X * ~first[:, None]])
    together, apart = family.fitted(own, y, sample.who), family.fitted(X[first], y[first], sample.who[first])
    both, alone = (
        [np.reshape(values, (family.parts, -1)) for values in (fit.coef, fit.std_error)]
        for fit in (together, apart)
    )
    assert np.abs((both[0][:, : NUMBERS + 1] - alone[0]) / alone[1]).max() < family.tolerance
    if (
        family is not FAMILIES["quantile"]
    ):  # whose errors read the density within a distance that depends on n
        assert both[1][:, : NUMBERS + 1] == pytest.approx(alone[1], rel=10 * family.tolerance)

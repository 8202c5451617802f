"""Whether one slope does for all thresholds: tests of proportional odds.

Under proportional odds a column shifts every threshold alike. The alternative gives it a slope for each
threshold. Both models are compared by likelihood ratio, as ``nominal_test`` of R's ordinal does, or, where the larger model
cannot be fitted because its thresholds would cross, by the score test [1]_, which needs the smaller model alone.

With many categories the alternative has too many slopes to say anything. Neighbouring categories are then
merged into five groups of about as many people. Merging leaves proportional odds as they are, with the
same slopes [2]_, so that the test is valid; it looks at fewer thresholds.

References
----------
.. [1] Peterson B, Harrell FE (1990). Partial proportional odds models for ordinal response variables.
   Applied Statistics 39, 205-217.
.. [2] McCullagh P (1980). Regression models for ordinal data. Journal of the Royal Statistical Society B
   42, 109-142.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import chdtrc, expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import checked_arrays
from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.ordinal_checks import band_codes, check_numbers
from rlsstudy.estimate.fits.ordinal_links import general_terms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rlsstudy.estimate.fits.ordinal_links import BandTerms

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

Method = Literal["likelihood ratio", "score"]

MAX_CATEGORIES = 10  # more are merged
GROUPS = 5
_MAX_STEPS = 50  # with a slope that grows without end the decrement falls by a factor e with each
_MAX_HALVINGS = 20
_TOLERANCE = 1e-8  # of the decrement; the statistic is then exact to as much


@dataclass(frozen=True, slots=True)
class ProportionalityTest:
    """One comparison.

    Parameters
    ----------
    name : str
        The column, or "all columns".
    statistic : float
        Chi-squared under proportional odds.
    df : int
        Its degrees of freedom.
    p_value : float
        Upper tail.
    method : {"likelihood ratio", "score"}
        How the models are compared.
    """

    name: str
    statistic: float
    df: int
    p_value: float
    method: Method


@dataclass(frozen=True, slots=True)
class Proportionality:
    """Tests of proportional odds.

    Parameters
    ----------
    columns : tuple of ProportionalityTest
        For each column, with proportional odds for the others.
    overall : ProportionalityTest
        For all columns together.
    groups : tuple of tuple of float
        The values of the outcome that stand for one category in the tests.
    """

    columns: tuple[ProportionalityTest, ...]
    overall: ProportionalityTest
    groups: tuple[tuple[float, ...], ...]


def proportional_odds_test(X: ArrayLike, y: ArrayLike, names: Sequence[str] | None = None) -> Proportionality:
    """Test proportional odds, for each column and for all together.

    Parameters
    ----------
    X : array, shape (n, p)
        The design, without a constant column.
    y : array of numbers, shape (n,)
        The outcome; at least three values occur. More than ten are merged into five groups.
    names : sequence of str, optional
        Names of the columns.

    Returns
    -------
    Proportionality
        A small p-value speaks against one slope for all thresholds. The tests reject somewhat too often
        when some categories have few people, and with thousands of people deviations that do not matter.

    Raises
    ------
    EstimationError
        As `fit_ordinal`, and for an outcome with two values, which has one threshold.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=300)
    >>> tests = proportional_odds_test(x[:, None], np.digitize(x + rng.logistic(size=300), [-1, 0, 1]), ["age"])
    >>> tests.columns[0].df, tests.columns[0].method, tests.columns[0].p_value > 0.05
    (2, 'likelihood ratio', True)
    """
    design, outcome, labels = checked_arrays(X, check_numbers(y), names)
    categories, codes, counts = band_codes(outcome)
    if len(categories) == 2:
        raise EstimationError(
            "The outcome has two values, so there is one threshold and nothing to be proportional. "
            "Give an outcome with at least three."
        )
    group = _groups(counts)
    fit = fit_ordinal(design, group[codes], names=labels)
    mean, spread = design.mean(axis=0), design.std(axis=0)
    model = _Nominal((design - mean) / spread, group[codes])
    thresholds, slopes = fit.thresholds - mean @ fit.coef, fit.coef * spread
    every = range(len(labels))
    return Proportionality(
        columns=tuple(model.compared(thresholds, slopes, [j], labels[j]) for j in every),
        overall=model.compared(thresholds, slopes, list(every), "all columns"),
        groups=tuple(tuple(categories[group == g].tolist()) for g in range(len(thresholds) + 1)),
    )


def _groups(counts: Places) -> Places:
    """Return the group of each category: itself, or one of five with about as many people."""
    if len(counts) <= MAX_CATEGORIES:
        return np.arange(len(counts))
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.unique((middle * GROUPS).astype(np.intp), return_inverse=True)[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Nominal:
    """The model in which some columns have a slope for each threshold: scaled columns, and categories from 0 on."""

    columns: Floats
    codes: Places

    def compared(
        self, thresholds: Floats, slopes: Floats, tested: list[int], name: str
    ) -> ProportionalityTest:
        """Compare it with proportional odds at their maximum."""
        k, rest = len(thresholds), [j for j in range(len(slopes)) if j not in tested]
        bands = _Bands.of(self.columns, self.codes, tested, rest)
        each = np.column_stack([thresholds, np.tile(slopes[tested], (k, 1))])
        score, ratio = _raised(bands, np.append(each.ravel(), slopes[rest]))
        statistic, df = (score if ratio is None else ratio), (k - 1) * len(tested)
        method: Method = "score" if ratio is None else "likelihood ratio"
        return ProportionalityTest(name, statistic, df, float(chdtrc(df, statistic)), method)


@dataclass(frozen=True, slots=True, eq=False)
class _Bands:
    """For each category, the matrices from parameters to its upper and its lower ends, and their places.

    The lowest category has no lower end and the highest no upper one: these columns are 0.
    """

    upper: list[Floats]
    lower: list[Floats]
    places: list[Places]

    @classmethod
    def of(cls, columns: Floats, codes: Places, tested: list[int], rest: list[int]) -> _Bands:
        top, width = int(codes.max()), len(tested) + 1
        bands = cls([], [], [])
        for band in range(top + 1):
            x = columns[codes == band]
            own, others = np.column_stack([np.ones(len(x)), -x[:, tested]]), -x[:, rest]
            nothing = np.zeros_like(own)
            bands.upper.append(np.hstack([own if band < top else nothing, nothing, others]))
            bands.lower.append(np.hstack([nothing, own if band else nothing, others]))
            starts = min(band, top - 1) * width, max(band - 1, 0) * width, top * width
            sizes = width, width, len(rest)
            places = [np.arange(start, start + size) for start, size in zip(starts, sizes, strict=True)]
            bands.places.append(np.concatenate(places))
        return bands

    def evaluated(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """Return log-likelihood, gradient and information; minus infinity where thresholds cross for anybody."""
        value, top = 0.0, len(self.places) - 1
        gradient, information = np.zeros_like(parameters), np.zeros((len(parameters), len(parameters)))
        for band, (upper, lower, places) in enumerate(zip(self.upper, self.lower, self.places, strict=True)):
            linear_upper, linear_lower = upper @ parameters[places], lower @ parameters[places]
            terms = _logistic_terms(
                linear_upper if band < top else np.full_like(linear_upper, np.inf),
                linear_lower if band else np.full_like(linear_lower, -np.inf),
            )
            if terms is None:
                return -np.inf, gradient, information
            weight_upper, weight_lower, score_upper, score_lower = terms.parts
            width = upper - lower
            value += terms.log_likelihood
            np.add.at(gradient, places, score_upper @ upper + score_lower @ lower)
            curvature = (upper.T * weight_upper) @ upper + (lower.T * weight_lower) @ lower
            np.add.at(information, np.ix_(places, places), curvature + (width.T * terms.ties) @ width)
        return value, gradient, information


def _logistic_terms(upper: Floats, lower: Floats) -> BandTerms | None:
    """Return the terms where the width of a band differs from person to person, None where one is not positive."""
    if not (upper > lower).all():
        return None
    ends = np.stack([upper, lower])
    below, above = expit(ends), expit(-ends)
    density = below * above
    return general_terms(below[0] * above[1] * -np.expm1(lower - upper), density, density * (above - below))


def _raised(bands: _Bands, parameters: Floats) -> tuple[float, float | None]:
    """Return the score statistic at these parameters and the likelihood ratio, None where there is no maximum."""
    start, gradient, information = bands.evaluated(parameters)
    value, score = start, np.nan
    for _ in range(_MAX_STEPS):
        try:
            step = cho_solve(cho_factor(information), gradient)
        except LinAlgError:
            break
        decrement = float(gradient @ step)
        score = decrement if np.isnan(score) else score
        if decrement < _TOLERANCE:
            return score, 2 * (value + decrement / 2 - start)
        before = value
        for share in 0.5 ** np.arange(_MAX_HALVINGS):
            value, gradient, information = bands.evaluated(parameters + share * step)
            if value >= before:
                break
        else:
            break
        parameters = parameters + share * step
    return score, None

"""Whether a mixed model's picture of people and visits holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.specification import skewness_and_kurtosis
from rlsstudy.estimate.diagnose.verdicts import Check, Verdict, graded
from rlsstudy.estimate.diagnose.words import p_is, percent, written
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.intervals import t_p_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined, Visits
    from rlsstudy.estimate.diagnose.predictions import Predictions

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Correlation of two visits' residuals by how many visits lie between them.

    Parameters
    ----------
    lag : ndarray, shape (n_lags,)
        1 for neighbours.
    correlation : ndarray, shape (n_lags,)
        Mean of the products of residuals from the fixed part, over the model's total variance.
    pairs : ndarray, shape (n_lags,)
        How many pairs.
    difference, std_error : float
        Of neighbours and those further apart, over participants; NaN where there is one lag.
    """

    lag: Floats
    correlation: Floats
    pairs: Floats
    difference: float
    std_error: float

    @property
    def p_value(self) -> float:
        """Two-sided p-value of no difference."""
        return float(2 * ndtr(-abs(self.difference / self.std_error)))


def correlations_of(examined: Examined, visits: Visits) -> Correlations:
    """Return how residuals of two visits are correlated, by how far the visits are apart.

    Parameters
    ----------
    examined : Examined
        A mixed model.
    visits : Visits
        Its visits.
    """
    fit, question = examined.fit, examined.question
    total = np.sqrt(fit.variance[0, 0] + fit.sigma**2)
    marginal: Floats = np.full(visits.values.shape, np.nan)
    marginal[~np.isnan(visits.values)] = (question.y - question.design() @ fit.coef) / total
    lags = range(1, len(visits.labels))
    # For each participant, by lag: the sum of the products of pairs that were both measured, and how many.
    products = [marginal[:, lag:] * marginal[:, :-lag] for lag in lags]
    sums = np.column_stack([np.nansum(product, axis=1) for product in products])
    counts = np.column_stack([(~np.isnan(product)).sum(axis=1) for product in products]).astype(np.float64)
    far = counts[:, 1:].sum(axis=1)
    both = (counts[:, 0] > 0) & (far > 0)
    difference = sums[both, 0] / counts[both, 0] - sums[both, 1:].sum(axis=1) / far[both]
    n, pairs = len(difference), counts.sum(axis=0)
    with np.errstate(invalid="ignore"):  # a lag at which nobody has a pair
        correlation = sums.sum(axis=0) / pairs
    return Correlations(
        lag=np.array(lags, dtype=np.float64),
        correlation=correlation,
        pairs=pairs,
        difference=float(difference.mean()) if n >= MIN_LEVEL_SIZE else np.nan,
        std_error=float(difference.std(ddof=1) / np.sqrt(n)) if n >= MIN_LEVEL_SIZE else np.nan,
    )


def check_visits(
    examined: Examined, visits: Visits, predictions: Predictions, correlations: Correlations
) -> Iterator[Check]:
    """Say whether people vary as the model has it, whether visits are alike, and who has fewer of them.

    Parameters
    ----------
    examined : Examined
        A mixed model.
    visits : Visits
        Its visits.
    predictions : Predictions
        What it predicts, with the random effects.
    correlations : Correlations
        Of its visits.
    """
    yield _random_effects(examined)
    yield _between(examined)
    yield _by_visit(examined, visits, predictions)
    yield _neighbours(correlations)
    yield _fewer(examined, visits)


def _random_effects(examined: Examined) -> Check:
    effects = examined.fit.ranef[:, 0]
    skewness, kurtosis = skewness_and_kurtosis(effects)
    lopsided = abs(skewness) >= verdicts.SKEW_LOOK
    odd = lopsided or kurtosis >= verdicts.KURTOSIS_LOOK
    verdict = graded(odd, False)
    extreme = (
        float((np.abs(effects - effects.mean()) > 3 * effects.std()).mean()) if effects.std() > 0 else 0.0
    )
    found = (
        f"skewness {written(skewness)}, excess kurtosis {written(kurtosis)}, {percent(extreme)} beyond three standard "
        "deviations"
    )
    words = {
        "fine": f"Participants' own levels are about normally distributed ({found}).",
        "look": f"Participants' own levels are {'lopsided' if lopsided else 'heavy-tailed'} ({found}). The estimate of the "
        "factor and its interval are hardly touched; predictions for single participants are. model='gee' makes no such "
        "assumption.",
    }
    return Check("random effects", "whole model", kurtosis, np.nan, skewness, verdict, words[verdict])


def _between(examined: Examined) -> Check:
    between, within = float(examined.fit.variance[0, 0]), float(examined.fit.sigma**2)
    share = between / (between + within)
    verdict = graded(share < verdicts.BETWEEN_LOOK, False)
    words = {
        "fine": f"{percent(share)} of the variance left by the columns is between participants, so that their visits are "
        "rightly taken together.",
        "look": f"Next to none of the variance left by the columns is between participants ({percent(share)}), so that visits "
        "count as if they were of different people. Compare with model='gee', whose intervals do not rest on this.",
    }
    return Check("variance between people", "whole model", between, np.nan, share, verdict, words[verdict])


def visit_residuals(visits: Visits, predictions: Predictions) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation and count of the residuals at each visit."""
    residual = np.full(visits.values.shape, np.nan)
    residual[~np.isnan(visits.values)] = predictions.residual
    count = (~np.isnan(residual)).sum(axis=0).astype(np.float64)
    mean = np.nansum(residual, axis=0) / count
    squared = np.nansum((residual - mean) ** 2, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean, np.sqrt(squared / (count - 1)), count


def _by_visit(examined: Examined, visits: Visits, predictions: Predictions) -> Check:
    _, sd, count = visit_residuals(visits, predictions)
    kept = count >= MIN_LEVEL_SIZE
    low, high = (float(end(sd[kept])) for end in (np.min, np.max))
    ratio = high / low
    verdict = graded(ratio >= verdicts.VISITS_LOOK, ratio >= verdicts.VISITS_SERIOUS)
    widest = visits.labels[int(np.argmax(np.where(kept, sd, -1.0)))]
    found = f"residual SD {written(low)} to {examined.unit.of(high)}, largest over smallest {written(ratio)}"
    words = {
        "fine": f"The scatter is much the same at every visit ({found}).",
        "look": f"The scatter differs between visits, and is widest at {widest} ({found}). The model takes it for the same; "
        "compare with model='gee', whose errors allow for it.",
        "serious": f"The scatter differs much between visits, and is widest at {widest} ({found}). The model takes it for "
        "the same, so that its interval may be wrong; report model='gee', whose errors allow for it.",
    }
    return Check("scatter by visit", "whole model", np.nan, np.nan, ratio, verdict, words[verdict])


def _neighbours(correlations: Correlations) -> Check:
    difference = correlations.difference
    if np.isnan(difference):
        why = (
            "Whether neighbouring visits are more alike than distant ones cannot be told here: it needs participants with "
            "three visits."
        )
        return Check("correlation of visits", "whole model", np.nan, np.nan, np.nan, "not made", why)
    p = correlations.p_value
    verdict = graded(
        p < verdicts.P_LOOK and abs(difference) >= verdicts.CORRELATION_LOOK,
        p < verdicts.P_SERIOUS and abs(difference) >= verdicts.CORRELATION_SERIOUS,
    )
    near = float(correlations.correlation[0])
    apart = correlations.pairs[1:] > 0
    far = float(np.average(correlations.correlation[1:][apart], weights=correlations.pairs[1:][apart]))
    found = f"correlation {near:.2f} of neighbours, {far:.2f} of visits further apart; {p_is(p)}".replace(
        "-", "−"
    )
    words = {
        "fine": f"Any two visits of a participant are about equally alike, as the model has it ({found}).",
        "look": f"Neighbouring and distant visits are not equally alike ({found}). The interval may be somewhat off; compare "
        "with model='mixed_slope' and 'gee'.",
        "serious": f"Neighbouring and distant visits are not equally alike ({found}), and the model takes them for equally "
        "alike, so that its interval may be wrong. Report model='gee', or 'mixed_slope'.",
    }
    return Check("correlation of visits", "whole model", difference, p, difference, verdict, words[verdict])


def _fewer(examined: Examined, visits: Visits) -> Check:
    """Compare the first value of those who have every visit of the model with that of the others."""
    stayed, left = visits.first[~visits.missed], visits.first[visits.missed]
    away = f"{percent(float(visits.missed.mean()))} of the participants with a first value lack a later visit"
    if not len(left):
        away = "No participant with a first value lacks a later visit"
    if min(len(stayed), len(left)) < MIN_LEVEL_SIZE:
        why = f"{away}{': too few on one side to compare their first values' if len(left) else ''}."
        verdict: Verdict = "not made" if len(left) else "fine"
        return Check("missed visits", "whole model", np.nan, np.nan, np.nan, verdict, why)
    difference = float(left.mean() - stayed.mean())
    parts = left.var(ddof=1) / len(left), stayed.var(ddof=1) / len(stayed)
    error, sd = float(np.sqrt(sum(parts))), float(visits.first.std(ddof=1))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(left) - 1) + parts[1] ** 2 / (len(stayed) - 1))
    p = float(t_p_values(difference, error, df))
    verdict = graded(p < verdicts.P_LOOK and abs(difference) >= verdicts.DEPARTURE * sd, False)
    side = "higher" if difference > 0 else "lower"
    found = (
        f"{examined.unit.of(abs(difference))} {side} at the first visit than those of the others, {p_is(p)}"
    )
    words = {
        "fine": f"{away}, and their values are like those of the others ({found}).",
        "look": f"{away}, and their values differ from the start ({found}). The model allows "
        "for this as far as their measured visits tell it; say how many were lost and how they differ.",
    }
    return Check("missed visits", "whole model", difference / error, p, difference, verdict, words[verdict])

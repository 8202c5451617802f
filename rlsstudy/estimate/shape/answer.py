"""From a chosen shape to its answer: the fits, the frames, and what is said about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.estimate.answers import one_line
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.intervals import t_quantile
from rlsstudy.estimate.shape import curves
from rlsstudy.estimate.shape.chosen import Asked, Chosen, choose, known_threshold, sides
from rlsstudy.estimate.shape.compare import Compared, comparison, fits_beside, tests_frame
from rlsstudy.estimate.shape.fitted import FittedCurve, Problem, fit_curve
from rlsstudy.estimate.shape.response import DoseResponse
from rlsstudy.estimate.shape.threshold import Threshold
from rlsstudy.estimate.shape.truth_curve import true_curve, truth_is_known
from rlsstudy.estimate.shape.units import bins_of, natural, span_of
from rlsstudy.estimate.truth.columns import beside_truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PROJECTED = 25  # thresholds of the interval at which the curve is worked out


def answered(empty: DoseResponse, asked: Asked) -> DoseResponse:
    """Fill in an answer.

    Parameters
    ----------
    empty : DoseResponse
        What it is about.
    asked : Asked
        The question.

    Raises
    ------
    EstimationError
        The data cannot show this shape.
    """
    problem, chosen = asked.problem, choose(asked)
    main = fit_curve(problem, chosen.curve)
    beside = fits_beside(problem, main, _threshold_beside(asked))
    scores = _scores(chosen, problem.z) if chosen.categories else None
    compared = Compared(main, beside, chosen.found, scores)
    plan, flagged = asked.question.plan, main.fit.status == "flagged"
    concerns = (*plan.concerns, *chosen.concerns, *((one_line(main.fit.note),) if flagged else ()))
    return replace(
        empty,
        reference=float(natural(asked.variable, np.array(chosen.reference))),
        frame=_frame(empty, asked, chosen, main),
        tests=tests_frame(problem, compared),
        counts=_counts(asked, chosen),
        threshold=chosen.threshold,
        status="flagged" if concerns else "ok",
        note="; ".join((*concerns, *plan.notes, *chosen.notes)),
        comparison=comparison(compared),
    )


def _threshold_beside(asked: Asked) -> float | None:
    """Return a known threshold with enough people on either side to be tested beside another shape."""
    known = known_threshold(asked)
    if known is None:
        return None
    # A declared cut of 0 has no logarithm, and no side below.
    with np.errstate(divide="ignore", invalid="ignore"):
        at = float(asked.variable.on_scale(np.array([known[0]]))[0])
    enough = np.isfinite(at) and min(sides(asked.question.X[:, 0], at)) >= MIN_LEVEL_SIZE
    return at if enough else None


def _scores(chosen: Chosen, z: Floats) -> Floats:
    """Return the median of each participant's category."""
    others = chosen.curve.columns(z)
    rest = np.array([one.z for one in chosen.categories if one.z != chosen.reference])
    return np.asarray(chosen.reference + others @ (rest - chosen.reference))


def _frame(empty: DoseResponse, asked: Asked, chosen: Chosen, main: FittedCurve) -> pd.DataFrame:
    """Return the curve in the factor's unit, with its intervals and, where it is known, the truth."""
    estimate, error = main.differences(chosen.values, chosen.reference)
    half = t_quantile(main.fit.df) * error
    low, high = estimate - half, estimate + half
    if chosen.found is not None:
        low, high = _projected(asked.problem, chosen, chosen.found, low, high)
        error = np.full_like(error, np.nan)  # these intervals are no multiple of one
    values = natural(asked.variable, chosen.values)
    columns: dict[str, Any] = {"value": values}
    if chosen.categories:
        for name, field in (("category", "label"), ("low", "low"), ("high", "high"), ("n", "n")):
            columns[name] = [getattr(one, field) for one in chosen.categories]
    columns |= {"estimate": estimate, "std_error": error, "conf_low": low, "conf_high": high}
    frame = pd.DataFrame(columns)
    return _with_truth(empty, asked, chosen, frame) if truth_is_known(asked.cohort) else frame


def _projected(
    problem: Problem, chosen: Chosen, found: Threshold, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Widen intervals to those of every threshold in its interval."""
    for at in np.linspace(found.low, found.high, _PROJECTED):
        fitted = fit_curve(problem, curves.broken_stick(float(at)))
        estimate, error = fitted.differences(chosen.values, chosen.reference)
        half = t_quantile(fitted.fit.df) * error
        low, high = np.minimum(low, estimate - half), np.maximum(high, estimate + half)
    return low, high


def _with_truth(empty: DoseResponse, asked: Asked, chosen: Chosen, frame: pd.DataFrame) -> pd.DataFrame:
    reference = float(natural(asked.variable, np.array(chosen.reference)))
    values = frame["value"].to_numpy()
    truth, error = true_curve(asked.cohort, asked.variable.name, empty.outcome.name, values, reference)
    truths = pd.DataFrame({"value": values, "truth": truth, "truth_error": error})
    scored = beside_truth(frame, truths, ["value"])
    # What is compared with itself differs by 0 whatever the estimate.
    return scored.assign(covered=scored["covered"].mask(chosen.values == chosen.reference))


def _counts(asked: Asked, chosen: Chosen) -> pd.DataFrame:
    if chosen.categories:
        return pd.DataFrame(
            [(one.low, one.high, one.n) for one in chosen.categories], columns=["low", "high", "n"]
        )
    variable, z = asked.variable, asked.question.X[:, 0]
    return pd.DataFrame(bins_of(variable, z, span_of(variable, z)), columns=["low", "high", "n"])

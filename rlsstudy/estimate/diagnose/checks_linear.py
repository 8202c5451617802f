"""Form, scatter and residuals of a model of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.checks_terms import added_test
from rlsstudy.estimate.diagnose.examined import Addition
from rlsstudy.estimate.diagnose.predictions import by_group, groups_of
from rlsstudy.estimate.diagnose.specification import (
    breusch_pagan,
    reset_test,
    skewness_and_kurtosis,
)
from rlsstudy.estimate.diagnose.verdicts import Check, graded, not_made
from rlsstudy.estimate.diagnose.words import p_is, written
from rlsstudy.estimate.fits.wald import FormTest
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.diagnose.predictions import Predictions

    Floats = NDArray[np.float64]

WHOLE = "whole model"
_FIFTHS = 5
_SHOWN = (0.05, 0.95)
_GRID = 19


def check_form(examined: Examined, predictions: Predictions, sd: float) -> Check:
    """Say whether the model as a whole has the right form: RESET, or for other models the link test [1]_.

    Parameters
    ----------
    examined : Examined
        The model.
    predictions : Predictions
        What it predicts.
    sd : float
        Standard deviation of the outcome.

    Returns
    -------
    Check
        Not made where the columns determine their own powers, as one binary column does.

    References
    ----------
    .. [1] Pregibon D (1980). Goodness of link tests for generalized linear models. Applied Statistics 29, 15-24.
    """
    try:
        test = _form_test(examined)
    except EstimationError as error:
        return not_made("form", WHOLE, str(error))
    largest, p = _departure(predictions), test.p_value
    verdict = graded(p < verdicts.P_LOOK, p < verdicts.P_SERIOUS and largest >= verdicts.DEPARTURE * sd)
    name = "RESET" if examined.family.name == "linear" else "link test"
    found = (
        f"{name}, {p_is(p)}; along the prediction the outcome leaves it by up to {examined.unit.of(largest)}"
    )
    much = "Little" if p < verdicts.P_LITTLE else "Nothing"
    words = {
        "fine": f"{much} suggests that the model as a whole has the wrong form ({found}).",
        "look": f"Predictions bend away from the outcome, and not far ({found}). Look at the rows about straight lines "
        "and about the ends of the scale.",
        "serious": f"Predictions bend away from the outcome ({found}): a curve, an interaction or an end of the scale is "
        "missing. Find it in the rows about straight lines and ends of the scale before the estimate is reported.",
    }
    return Check("form", WHOLE, test.statistic, p, largest, verdict, words[verdict])


def _departure(predictions: Predictions) -> float:
    """Return how far a cubic curve of the residuals leaves 0 between the 5th and 95th percentile of the prediction."""
    centred = predictions.along - predictions.along.mean()
    scaled = centred / (np.abs(centred).max() or 1.0)
    curve = np.linalg.lstsq(np.vander(scaled, 4), predictions.residual)[0]
    grid = np.linspace(float(np.quantile(scaled, _SHOWN[0])), float(np.quantile(scaled, _SHOWN[1])), _GRID)
    return float(np.abs(np.vander(grid, 4) @ curve).max())


def _form_test(examined: Examined) -> FormTest:
    """Test powers of the prediction: RESET with HC3, or the square of the linear predictor in the fit's own family."""
    if examined.family.name == "linear":
        return reset_test(examined.question.design(), examined.question.y, covariance="HC3")
    coef = examined.fit.coef[examined.lead :]
    centre = examined.question.X.mean(axis=0)
    squared = Addition(("squared prediction",), lambda X: ((X - centre) @ coef)[:, None] ** 2)
    return added_test(examined.with_addition(squared))


def check_scatter(examined: Examined, predictions: Predictions) -> Check:
    """Say whether the scatter is the same everywhere, and what it means where it is not.

    Parameters
    ----------
    examined : Examined
        A linear model.
    predictions : Predictions
        What it predicts.
    """
    test = breusch_pagan(examined.question.design(), examined.question.y)
    sds = by_group(groups_of(predictions.along, _FIFTHS), predictions.residual)[1]
    low, high = float(sds.min()), float(sds.max())
    ratio, p = high / low if low > 0 else np.inf, test.p_value
    uneven = (p < verdicts.P_LOOK and ratio >= verdicts.SPREAD_WITH_P) or ratio >= verdicts.SPREAD_LOOK
    verdict = graded(uneven, False)
    found = (
        f"the residual SD is {written(low)} to {examined.unit.of(high)} over {counted(len(sds), 'group')} by the prediction, "
        f"largest over smallest {written(ratio)}; Breusch-Pagan, {p_is(p)}"
    )
    words = {
        "fine": f"The scatter is much the same everywhere ({found}).",
        "look": f"The scatter differs ({found}). The interval allows for it (HC3), but a mean difference says least "
        "where the scatter is widest; look at the quartiles beside it (model='quantile_25' and 'quantile_75').",
    }
    return Check("scatter", WHOLE, test.statistic, p, float(ratio), verdict, words[verdict])


def check_residuals(examined: Examined, predictions: Predictions) -> Check:
    """Say whether residuals are lopsided or heavy-tailed, and whether that matters with so many participants.

    Parameters
    ----------
    examined : Examined
        A model of a number.
    predictions : Predictions
        What it predicts.
    """
    skewness, kurtosis = skewness_and_kurtosis(predictions.residual)
    n, lopsided = examined.n_people, abs(skewness)
    some = lopsided >= verdicts.SKEW_LOOK or kurtosis >= verdicts.KURTOSIS_LOOK
    much = lopsided >= verdicts.SKEW_SERIOUS or kurtosis >= verdicts.KURTOSIS_SERIOUS
    large = n > verdicts.LARGE
    verdict = graded(much if large else some, much and not large)
    found = f"skewness {written(skewness)}, excess kurtosis {written(kurtosis)}"
    words = f"Residuals are {_shape(skewness, kurtosis)} ({found})."
    if large:
        words += (
            f" With {n:,} participants their shape matters little for a mean difference and its interval; predictions "
            "for one person are another matter."
        )
    elif verdict == "fine":
        words += f" With {n:,} participants the interval can rely on that."
    else:
        other = " or model='robust'" if examined.family.name == "linear" else ""
        words += (
            f" With {n:,} participants the interval may be off; give a bootstrap interval{other} beside it."
        )
    return Check("residuals", WHOLE, kurtosis, np.nan, skewness, verdict, words)


def _shape(skewness: float, kurtosis: float) -> str:
    parts = []
    if abs(skewness) >= verdicts.SKEW_LOOK:
        parts.append("lopsided, with a long tail " + ("upwards" if skewness > 0 else "downwards"))
    if kurtosis >= verdicts.KURTOSIS_LOOK:
        parts.append("heavy-tailed")
    return " and ".join(parts) or "about as even as those of a normal distribution"

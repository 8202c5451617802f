"""Whether predicted probabilities are right, and whether there are enough events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, xlogy

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.predictions import groups_of
from rlsstudy.estimate.diagnose.verdicts import Check, graded, not_made
from rlsstudy.estimate.diagnose.words import p_is, written
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.diagnose.predictions import Predictions

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_TENTHS = 10
_SOMETHING = 0.05  # p-value of the whole model above which there is no slope to calibrate
_FEWEST_GROUPS = 4  # the test of calibration has two degrees of freedom fewer than groups


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Predicted and observed shares in groups by the prediction.

    Parameters
    ----------
    predicted, observed : ndarray, shape (n_groups,)
        Shares.
    counts : ndarray, shape (n_groups,)
        Participants.
    """

    predicted: Floats
    observed: Floats
    counts: Places

    @classmethod
    def of(cls, predictions: Predictions) -> Calibration:
        """Gather tenths of the prediction, or fewer groups in a small study."""
        groups = groups_of(predictions.fitted, _TENTHS)
        counts = np.bincount(groups)
        observed = np.bincount(groups, predictions.fitted + predictions.residual) / counts
        return cls(np.bincount(groups, predictions.fitted) / counts, observed, counts)

    @property
    def gap(self) -> float:
        """The mean distance of observed and predicted shares."""
        return float(np.average(np.abs(self.observed - self.predicted), weights=self.counts))

    def hosmer_lemeshow(self) -> tuple[float, float]:
        """Return the statistic [1]_ and its p-value; NaN with fewer than four groups.

        References
        ----------
        .. [1] Hosmer DW, Lemeshow S (1980). A goodness-of-fit test for the multiple logistic regression model.
           Communications in Statistics A 9, 1043-1069.
        """
        if len(self.counts) < _FEWEST_GROUPS:
            return np.nan, np.nan
        variance = self.predicted * (1 - self.predicted) / self.counts
        statistic = float(((self.observed - self.predicted) ** 2 / variance).sum())
        return statistic, float(chdtrc(len(self.counts) - 2, statistic))


def check_probabilities(
    examined: Examined, predictions: Predictions, calibration: Calibration
) -> Iterator[Check]:
    """Say whether predicted probabilities agree with what happened, and whether the model is overfitted.

    Parameters
    ----------
    examined : Examined
        A logistic model.
    predictions : Predictions
        Its probabilities.
    calibration : Calibration
        The same in groups.
    """
    statistic, p = calibration.hosmer_lemeshow()
    gap = calibration.gap
    verdict = graded(p < verdicts.P_LOOK, p < verdicts.P_SERIOUS and gap >= verdicts.GAP)
    said = "" if np.isnan(p) else f"; Hosmer-Lemeshow, {p_is(p)}"
    found = (
        f"over {counted(len(calibration.counts), 'group')} by the prediction the observed share differs from it by "
        f"{examined.unit.of(gap)} on average{said}"
    )
    words = {
        "fine": f"Predicted probabilities agree with what happened ({found}).",
        "look": f"Predicted probabilities differ a little from what happened ({found}). Look at the rows about straight "
        "lines.",
        "serious": f"Predicted probabilities differ from what happened ({found}), so that the average difference is worked "
        "out from wrong ones. Find the curve or the interaction that is missing before it is reported.",
    }
    yield Check("calibration", "whole model", statistic, p, gap, verdict, words[verdict])
    try:
        slope = _left_out_slope(examined, predictions)
    except EstimationError as error:
        yield not_made("calibration slope", "whole model", str(error))
    else:
        yield _slope_check(*slope, _tells_apart(examined))
    yield _events(examined)


def _left_out_slope(examined: Examined, predictions: Predictions) -> tuple[float, float]:
    """Return intercept and slope of the outcome on log odds that were predicted without the participant [1]_.

    References
    ----------
    .. [1] Pregibon D (1981). Logistic regression diagnostics. Annals of Statistics 9, 705-724.
    """
    design, fit, risk = examined.question.design(), examined.fit, predictions.fitted
    weight = risk * (1 - risk)
    leverage = np.einsum("ij,ij->i", design @ fit.cov, design) * weight
    predicted = design @ fit.coef - leverage * predictions.residual / (weight * (1 - leverage))
    found = fit_logistic(np.column_stack([np.ones(len(design)), predicted]), examined.question.y)
    return float(found.coef[0]), float(found.coef[1])


def _tells_apart(examined: Examined) -> bool:
    """Tell whether the model explains anything, by the likelihood ratio against the intercept alone."""
    fit = examined.fit
    share = fit.events / fit.n
    alone = fit.n * (xlogy(share, share) + xlogy(1 - share, 1 - share))
    return bool(chdtrc(examined.question.X.shape[1], max(2 * (fit.log_likelihood - alone), 0.0)) < _SOMETHING)


def _slope_check(intercept: float, slope: float, tells_apart: bool) -> Check:
    if not tells_apart:
        why = (
            "The model hardly tells apart who has the outcome, so that overfitting cannot be judged. For the effect of one "
            "factor this is no fault."
        )
        return Check("calibration slope", "whole model", intercept, np.nan, slope, "not made", why)
    verdict = graded(slope < verdicts.SLOPE_LOOK, False)
    found = f"calibration slope {written(slope)}, intercept {written(intercept)}, each participant predicted by the others"
    words = {
        "fine": f"The model is hardly overfitted ({found}).",
        "look": f"The model follows its participants too closely ({found}; without overfitting the slope is 1). Log odds are "
        "a little too far from 0; with few events take model='firth', or fewer covariates.",
    }
    return Check("calibration slope", "whole model", intercept, np.nan, slope, verdict, words[verdict])


def _events(examined: Examined) -> Check:
    fit, columns = examined.fit, examined.question.X.shape[1]
    rarer = min(fit.events, fit.n - fit.events)
    each = rarer / columns
    verdict = graded(each < verdicts.EVENTS_LOOK, False)
    found = f"{rarer:,} of the rarer outcome for {counted(columns, 'coefficient')}, {written(each)} for each"
    words = {
        "fine": f"There are enough events ({found}).",
        "look": f"There are few events ({found}; {verdicts.EVENTS_LOOK:.0f} are wanted). Intervals may be off; take "
        "model='firth', or fewer covariates.",
    }
    return Check("events", "whole model", float(rarer), np.nan, each, verdict, words[verdict])

"""What a model predicts for each row and what is left, in the unit of the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions and residuals.

    Parameters
    ----------
    fitted : ndarray, shape (n_rows,)
        The predicted mean: for an ordinal model the expected score, for a logistic one the probability, for a mixed
        one that of this participant, with the predicted random effect.
    residual : ndarray, shape (n_rows,)
        The outcome less the prediction; of bands, the points that the band stands for.
    along : ndarray, shape (n_rows,)
        Along which residuals are looked at: the prediction, for a mixed model without the random effect, because a
        random effect that is drawn towards 0 leaves residuals of its own sign.
    """

    fitted: Floats
    residual: Floats
    along: Floats

    @property
    def standardised(self) -> Floats:
        """Residuals over their standard deviation."""
        return np.asarray((self.residual - self.residual.mean()) / self.residual.std())


def predictions_of(examined: Examined) -> Predictions:
    """Return predictions and residuals of a model, one for each row of its outcome."""
    design, fit, y = examined.question.design(), examined.fit, examined.question.y
    if examined.family.name == "logistic":
        fitted = expit(design @ fit.coef)
    elif examined.family.name in ("ordinal", "ordinal_bands"):
        fitted = fit.predict(design) @ fit.scores
        y = fit.scores[np.searchsorted(fit.categories, y)]
    else:
        fixed = design @ fit.coef
        person = examined.question.person
        fitted = fixed if person is None else fixed + fit.ranef[person, 0]
        return Predictions(fitted, y - fitted, fixed)
    return Predictions(fitted, y - fitted, fitted)


def groups_of(values: Floats, most: int, least: int = MIN_LEVEL_SIZE) -> Places:
    """Return for each value its group by size: at most so many groups, at least so many values in each, ties together.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The values.
    most : int
        How many groups at most.
    least : int
        How many values in each at least, unless all are fewer.

    Examples
    --------
    >>> import numpy as np
    >>> groups_of(np.array([3.0, 1.0, 2.0, 2.0, 5.0, 4.0]), 3, 2).tolist()
    [1, 0, 0, 0, 1, 1]
    """
    number = max(1, min(most, len(values) // least))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, number + 1)[1:-1]))
    codes = np.searchsorted(edges, values, side="left")
    counts = np.bincount(codes)
    joined, place, held = np.zeros(len(counts), dtype=np.intp), 0, 0
    for code, count in enumerate(counts):
        joined[code] = place
        held += int(count)
        if held >= least:
            place, held = place + 1, 0
    if held and place:
        joined[joined == place] = place - 1
    return np.asarray(joined[codes])


def by_group(groups: Places, values: Floats) -> tuple[Floats, Floats, Places]:
    """Return mean, standard deviation (n - 1) and size of each group."""
    counts = np.bincount(groups)
    mean = np.bincount(groups, values) / counts
    squared = np.bincount(groups, (values - mean[groups]) ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean, np.sqrt(squared / (counts - 1)), counts

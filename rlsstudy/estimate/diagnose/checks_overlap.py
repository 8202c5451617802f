"""Whether the covariates leave enough of the factor to estimate its effect from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.specification import condition_of, variance_inflation
from rlsstudy.estimate.diagnose.verdicts import Check, graded
from rlsstudy.estimate.diagnose.words import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined

    Floats = NDArray[np.float64]


def check_overlap(examined: Examined) -> Iterator[Check]:
    """Say how much wider the interval is for what factor and covariates share; nothing where there are no covariates.

    Parameters
    ----------
    examined : Examined
        The model.
    """
    if examined.question.X.shape[1] == examined.n_factor:
        return
    inflation = variance_inflation(_covariance(examined), range(examined.n_factor))
    wider = float(np.sqrt(inflation))
    verdict = graded(wider >= verdicts.WIDER_LOOK, wider >= verdicts.WIDER_SERIOUS)
    label = examined.factor.label
    shared = (
        f"the interval is {written(wider)} times as wide as if they were unrelated to it (variance inflation "
        f"{written(inflation)}){_beside_crude(examined)}"
    )
    words = {
        "fine": f"The covariates share little with {label}: {shared}.",
        "look": f"The covariates share much with {label}: {shared}. The estimate is not biased by this; it is uncertain.",
        "serious": f"The covariates tell almost everything about {label}: {shared}. The data can hardly hold them fixed "
        "and move the factor; ask whether a covariate is the factor under another name, and which of them the graph needs.",
    }
    name = examined.factor.name
    yield Check("overlap", name, inflation, np.nan, wider, verdict, words[verdict])
    yield _condition(examined)


def _covariance(examined: Examined) -> Floats:
    """Return the covariance of the columns of X, as it would be with one residual variance for everybody."""
    if examined.family.name != "linear":
        return np.asarray(examined.fit.cov[examined.lead :, examined.lead :])
    centred = examined.question.X - examined.question.X.mean(axis=0)
    scaled = centred / np.linalg.norm(centred, axis=0)
    return np.linalg.inv(scaled.T @ scaled)


def _beside_crude(examined: Examined) -> str:
    """Say how wide the interval is beside that of the same participants without covariates."""
    contrast = examined.contrasts[0]
    try:
        crude = examined.without_covariates().difference(contrast)
    except EstimationError:
        return "; without covariates the same participants cannot be fitted, so that there is nothing to compare with"
    ratio = examined.estimates[0].std_error / crude.std_error
    return f", and {written(ratio)} times as wide as without any covariates"


def _condition(examined: Examined) -> Check:
    condition = condition_of(examined.question.X)
    verdict = graded(condition >= verdicts.CONDITION_LOOK, False)
    found = f"the condition of all columns together is {written(condition)}"
    words = {
        "fine": f"No column is nearly made of the others: {found}, below {verdicts.CONDITION_LOOK:.0f}.",
        "look": f"Some columns are nearly made of others: {found}. Among covariates this does no harm to the factor's "
        "estimate; what it costs the factor stands in the row above.",
    }
    return Check("condition", "whole model", condition, np.nan, condition, verdict, words[verdict])

"""Which covariance a linear regression has, and what each participant adds to the middle of its sandwich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from rlsstudy.errors import EstimationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Covariance = Literal["HC3", "HC4", "HC2", "HC1", "HC0", "classical", "CR2", "CR1", "CR0"]
CLUSTERED = ("CR2", "CR1", "CR0")
_HC4_MOST = 4.0  # the largest exponent (Cribari-Neto 2004)


def covariance_kind(covariance: Covariance | None, clustered: bool) -> Covariance:
    """Return the covariance asked for, or HC3 or with clusters CR2, or say that it cannot be had."""
    if covariance is None:
        return "CR2" if clustered else "HC3"
    if covariance not in get_args(Covariance):
        hint = did_you_mean(str(covariance), get_args(Covariance))
        raise EstimationError(f"No covariance '{covariance}' is offered.{hint}")
    if clustered and covariance not in CLUSTERED:
        raise EstimationError(
            f"Covariance '{covariance}' takes rows for independent, but clusters are given. "
            f"Allowed with clusters: {', '.join(CLUSTERED)}."
        )
    if covariance in CLUSTERED and not clustered:
        raise EstimationError(f"Covariance '{covariance}' needs clusters: give the cluster of each row.")
    return covariance


def row_weights(residuals: Floats, leverage: Floats, df: int, covariance: Covariance) -> Floats:
    """Return each participant's share in the middle of the sandwich."""
    squared = residuals**2
    match covariance:
        case "HC4":
            exponent = np.minimum(leverage / leverage.mean(), _HC4_MOST)
            return np.asarray(squared / (1 - leverage) ** exponent)
        case "HC3":
            return np.asarray(squared / (1 - leverage) ** 2)
        case "HC2":
            return np.asarray(squared / (1 - leverage))
        case "HC1":
            return np.asarray(squared * (len(squared) / df))
        case "HC0":
            return np.asarray(squared)
        case _:
            return np.full_like(squared, squared.sum() / df)

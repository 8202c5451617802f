"""Which covariance a linear regression has, and what each participant adds to the middle of its sandwich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from rlsstudy.errors import EstimationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Covariance = Literal["HC3", "HC4", "HC2", "HC1", "HC0", "classical", "CR2", "CR1", "CR0"]
CLUSTERED: tuple[Covariance, ...] = ("CR2", "CR1", "CR0")
Kind = TypeVar("Kind", bound=str)
_HC4_MOST = 4.0  # the largest exponent (Cribari-Neto 2004)


def chosen_covariance(
    covariance: Kind | None, clustered: bool, offered: Sequence[Kind], with_clusters: Sequence[Kind]
) -> Kind:
    """Return the covariance asked for, or say that it cannot be had; clusters are never ignored.

    Parameters
    ----------
    covariance : str or None
        What is asked for; None is the first of ``offered``, or with clusters of ``with_clusters``.
    clustered : bool
        Whether clusters are given.
    offered, with_clusters : sequence of str
        All that a fit offers, and those of them that take clusters and need them.
    """
    if covariance is None:
        return with_clusters[0] if clustered else offered[0]
    if covariance not in offered:
        hint = did_you_mean(str(covariance), offered)
        raise EstimationError(f"No covariance '{covariance}' is offered.{hint}")
    if clustered and covariance not in with_clusters:
        raise EstimationError(
            f"Covariance '{covariance}' takes rows for independent, but clusters are given. "
            f"Allowed with clusters: {', '.join(with_clusters)}."
        )
    if covariance in with_clusters and not clustered:
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

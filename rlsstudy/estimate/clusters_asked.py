"""Which clusters a call names, and whether they can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.families import FAMILIES, Family

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


def check_clusters(family: Family, data: pd.DataFrame, clusters: str | None) -> None:
    """Refuse clusters that are no column of the data, or that a model cannot allow for."""
    if clusters is None:
        return
    if clusters not in data:
        hint = did_you_mean(clusters, map(str, data.columns), from_data=True)
        raise EstimationError(f"The clusters '{clusters}' are not among the columns of the data.{hint}")
    if not family.takes_clusters:
        takers = ", ".join(other.name for other in FAMILIES.values() if other.takes_clusters)
        raise EstimationError(
            f"The {family.name} model takes no clusters. Leave them out, or use one of: {takers}."
        )


def known_clusters(
    cohort: Cohort, clusters: str | None, y: Floats
) -> tuple[Floats, Places | None, tuple[str, ...]]:
    """Take the outcome from participants whose cluster is not known.

    Parameters
    ----------
    cohort : Cohort
        The participants.
    clusters : str, optional
        The column whose values are clusters.
    y : ndarray, shape (n_participants,)
        The outcome.

    Returns
    -------
    y : ndarray, shape (n_participants,)
        The same, NaN for who has no cluster.
    codes : ndarray of int, shape (n_participants,), or None
        A number for each cluster.
    notes : tuple of str
        That participants were left out.
    """
    if clusters is None:
        return y, None, ()
    codes = pd.factorize(cohort.data[clusters])[0]
    if (codes >= 0).all():
        return y, codes, ()
    return np.where(codes < 0, np.nan, y), codes, (f"participants without a value of '{clusters}': left out",)

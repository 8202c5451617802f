"""Robust covariance of an ordinal regression: scores of participants or of clusters around the information."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.fits.ordinal_links import LINKS, width_terms
from rlsstudy.estimate.fits.ordinal_newton import OrdinalProblem, Run, band_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


def sandwich(
    problem: OrdinalProblem, thresholds: Floats, slopes: Floats, inverse: Floats, groups: Places | None
) -> Floats:
    """Return the robust covariance [1]_ of thresholds and slopes, in the problem's columns.

    Parameters
    ----------
    problem : OrdinalProblem
        Sorted rows.
    thresholds, slopes : ndarray
        Where the likelihood is largest.
    inverse : ndarray, shape (q, q)
        Inverse of the information.
    groups : ndarray of int, shape (n,), or None
        Each sorted row's cluster, 0 to G - 1; None where everybody is a cluster of one.

    References
    ----------
    .. [1] White H (1982). Maximum likelihood estimation of misspecified models. Econometrica 50, 1-25.
    """
    size = len(inverse)
    if groups is None:
        middle = np.zeros((size, size))
        for _, places, scores in _band_scores(problem, thresholds, slopes):
            middle[np.ix_(places, places)] += scores @ scores.T
        return inverse @ middle @ inverse
    number = int(groups.max()) + 1
    total = np.zeros((size, number))
    for rows, places, scores in _band_scores(problem, thresholds, slopes):
        for place, score in zip(places, scores, strict=True):
            total[place] += np.bincount(groups[rows], score, number)
    half = inverse @ total
    return np.asarray(half @ half.T * (number / (number - 1)))


def _band_scores(
    problem: OrdinalProblem, thresholds: Floats, slopes: Floats
) -> Iterator[tuple[slice, Places, Floats]]:
    """Yield each band's rows, the parameters they have a part in, and their scores by these, one row each."""
    columns, ends, k = problem.design[:-1], problem.ends, len(thresholds)
    widths = np.concatenate([[np.inf], np.diff(thresholds), [np.inf]])
    for band in range(k + 1):
        rows = slice(int(ends[band]), int(ends[band + 1]))
        run = [Run(band, 0, int(problem.counts[band]))]
        part = columns[:, rows]
        upper, lower = LINKS[problem.link].terms(*band_ends(thresholds, slopes @ part, run)).parts[2:]
        if problem.link == "logit" and 0 < band < k:
            slope = width_terms(widths[band : band + 1])[1]
            upper, lower = upper + slope, lower - slope
        scores = np.vstack([upper, lower, -(upper + lower) * part])
        places = np.concatenate([[band, band - 1], np.arange(k, k + len(part))])
        kept = np.array([band < k, band > 0, *[True] * len(part)])
        yield rows, places[kept], scores[kept]

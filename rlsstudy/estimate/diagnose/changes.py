"""How far each participant moves the factor's coefficients: exact for ``linear``, one step of Newton's method otherwise.

With the score s_i of a participant and the inverse information V, the coefficients move by V s_i when that
participant joins the others [1]_. For a mixed model a participant's visits are taken together.

References
----------
.. [1] Pregibon D (1981). Logistic regression diagnostics. Annals of Statistics 9, 705-724.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from rlsstudy.estimate.fits.influence import influence
from rlsstudy.estimate.fits.ordinal_links import LINKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined

    Floats = NDArray[np.float64]


def dfbetas_of(examined: Examined) -> Floats:
    """Return by how many standard errors each participant moves each of the factor's columns.

    Parameters
    ----------
    examined : Examined
        The model.

    Returns
    -------
    ndarray, shape (n_participants, n_factor_columns)
        Positive where the coefficient is larger with the participant.

    Raises
    ------
    EstimationError
        A linear model that reproduces its outcome exactly.
    """
    name, question = examined.family.name, examined.question
    places = slice(examined.lead, examined.lead + examined.n_factor)
    if name == "linear":
        return influence(question.design(), question.y, names=question.design_names).dfbetas[:, places]
    if name == "logistic":
        return _logistic(examined)[:, places]
    if name == "mixed":
        return _mixed(examined)[:, places]
    cuts = len(examined.fit.thresholds)
    return _ordinal(examined)[:, cuts : cuts + examined.n_factor]


def _logistic(examined: Examined) -> Floats:
    """Return them for a logistic model, each residual over what its leverage leaves of it."""
    design, fit = examined.question.design(), examined.fit
    risk = expit(design @ fit.coef)
    half = design @ fit.cov
    leverage = np.einsum("ij,ij->i", half, design) * risk * (1 - risk)
    moved = half * ((examined.question.y - risk) / (1 - leverage))[:, None]
    return np.asarray(moved / fit.std_error)


def _ordinal(examined: Examined) -> Floats:
    """Return them for an ordinal model, thresholds first."""
    design, fit = examined.question.design(), examined.fit
    link, n, k = LINKS[fit.link], len(design), len(fit.thresholds)
    code = np.searchsorted(fit.categories, examined.question.y)
    ends = np.concatenate([[-np.inf], fit.thresholds, [np.inf]])
    eta = design @ fit.coef
    upper, lower = ends[code + 1] - eta, ends[code] - eta
    probability = link.cdf(upper) - link.cdf(lower)
    above = np.where(np.isfinite(upper), link.density(upper), 0.0) / probability
    below = np.where(np.isfinite(lower), link.density(lower), 0.0) / probability
    scores = np.zeros((n, k + 2))
    scores[np.arange(n), code + 1] += above
    scores[np.arange(n), code] -= below
    scores = np.column_stack([scores[:, 1 : k + 1], -(above - below)[:, None] * design])
    cov = fit.parameters_cov
    return np.asarray(scores @ cov / np.sqrt(np.diag(cov)))


def _mixed(examined: Examined) -> Floats:
    """Return them for a random intercept: least squares once each participant's mean is partly taken away."""
    fit, person = examined.fit, examined.question.person
    assert person is not None
    design = examined.question.design()
    residual = examined.question.y - design @ fit.coef
    count = np.bincount(person)
    kept = np.sqrt(fit.sigma**2 / (fit.sigma**2 + count * fit.variance[0, 0]))
    whitened = np.column_stack([design, residual])
    means = np.column_stack([np.bincount(person, column) for column in whitened.T]) / count[:, None]
    whitened = (whitened - ((1 - kept)[:, None] * means)[person]) / fit.sigma
    scores = whitened[:, :-1] * whitened[:, -1:]
    summed = np.column_stack([np.bincount(person, column) for column in scores.T])
    return np.asarray(summed @ fit.cov / fit.std_error)

"""Links of cumulative models: how a band's probability depends on the two ends of the band.

A participant's band reaches from ``lower`` to ``upper`` on the latent scale, thresholds minus linear
predictor, and its probability is F(upper) - F(lower). The lowest band begins at minus infinity, the
highest ends at plus infinity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Link = Literal["logit", "probit", "cloglog"]


@dataclass(frozen=True, slots=True, eq=False)
class BandTerms:
    """What each participant adds to the log-likelihood and to its derivatives.

    Parameters
    ----------
    log_likelihood : float
        Sum over the participants.
    parts : ndarray, shape (4, n)
        Weight of the upper and of the lower end, then score of the upper and of the lower end. A weight
        is minus the derivative of that end's score when both ends move together.
    ties : ndarray, shape (n,)
        Derivative of the upper end's score by the lower end. Empty for the logit, where it depends on the
        width of the band alone and is added for each band (`width_terms`).
    """

    log_likelihood: float
    parts: Floats
    ties: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LinkFunctions:
    """A latent distribution: distribution function, density, quantiles, and terms of the likelihood."""

    cdf: Callable[[Floats], Floats]
    density: Callable[[Floats], Floats]
    quantile: Callable[[Floats], Floats]
    terms: Callable[[Floats, Floats], BandTerms]


def logit_terms(upper: Floats, lower: Floats) -> BandTerms:
    """Return the terms of the logistic distribution without those of the width of the band.

    F(u) - F(l) = F(u) (1 - F(l)) (1 - exp(l - u)): two evaluations, and a factor that is the same for
    everybody in a band.
    """
    with np.errstate(over="ignore", divide="ignore"):  # a step too far has likelihood 0 and is halved
        inside = np.exp(np.stack([-upper, lower]))
        inside += 1.0
        np.reciprocal(inside, out=inside)  # F(upper) and 1 - F(lower)
        log_likelihood = float(np.log(inside[0] * inside[1]).sum())
    parts = np.empty((4, len(upper)))
    np.subtract(1.0, inside, out=parts[2:])
    np.multiply(inside, parts[2:], out=parts[:2])
    np.negative(parts[3], out=parts[3])
    return BandTerms(log_likelihood, parts, np.empty(0))


def width_terms(widths: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log(1 - exp(-w)) of the logit's bands with two ends, its slope, and minus its curvature."""
    with np.errstate(over="ignore"):  # a width without end has slope and curvature 0
        return np.log(-np.expm1(-widths)), 1 / np.expm1(widths), 0.25 / np.sinh(widths / 2) ** 2


def general_terms(probability: Floats, density: Floats, slope: Floats) -> BandTerms:
    """Return the terms from the band's probability and from density and its slope at both ends, shape (2, n)."""
    with np.errstate(divide="ignore", invalid="ignore"):  # a step too far has likelihood 0 and is halved
        log_likelihood = float(np.log(probability).sum())
        upper, lower = density / probability
        ties = upper * lower
        parts = np.stack(
            [
                upper**2 - slope[0] / probability - ties,
                lower**2 + slope[1] / probability - ties,
                upper,
                -lower,
            ]
        )
    return BandTerms(log_likelihood, parts, ties)


_NORMAL_END = 40.0  # beyond it the normal density is 0 in double precision
_GUMBEL_ENDS = (-700.0, 6.6)  # beyond them 1 - F or F is 0 in double precision


def _probit_terms(upper: Floats, lower: Floats) -> BandTerms:
    ends = np.clip(np.stack([upper, lower]), -_NORMAL_END, _NORMAL_END)
    mirrored = np.where(ends.sum(axis=0) > 0, -ends[::-1], ends)  # differences of small numbers keep digits
    probability = ndtr(mirrored[0]) - ndtr(mirrored[1])
    density = _normal_density(ends)
    return general_terms(probability, density, -ends * density)


def _normal_density(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi))


def _cloglog_terms(upper: Floats, lower: Floats) -> BandTerms:
    ends = np.clip(np.stack([upper, lower]), *_GUMBEL_ENDS)
    rate = np.exp(ends)
    below, above = -np.expm1(-rate), np.exp(-rate)
    probability = np.where(below[1] < 0.5, below[0] - below[1], above[1] - above[0])
    density = rate * above
    return general_terms(probability, density, density * (1 - rate))


def _cloglog_density(x: Floats) -> Floats:
    rate = np.exp(np.clip(x, *_GUMBEL_ENDS))
    return np.asarray(rate * np.exp(-rate))


LINKS: dict[Link, LinkFunctions] = {
    "logit": LinkFunctions(expit, lambda x: expit(x) * expit(-x), logit, logit_terms),
    "probit": LinkFunctions(ndtr, _normal_density, ndtri, _probit_terms),
    "cloglog": LinkFunctions(
        cdf=lambda x: -np.expm1(-np.exp(np.minimum(x, _GUMBEL_ENDS[1]))),
        density=_cloglog_density,
        quantile=lambda share: np.log(-np.log1p(-share)),
        terms=_cloglog_terms,
    ),
}

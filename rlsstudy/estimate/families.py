"""The models that an effect can be estimated with, each with the fit that it stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.answers import Fitted, FromFit, Refused, one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.ordinal_links import Link
    from rlsstudy.estimate.fits.protocol import Fit
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]

NUMBERS = frozenset({Kind.CONTINUOUS, Kind.INTEGER})
ORDERED = NUMBERS | {Kind.BINARY, Kind.ORDINAL}
TWO_LEVELS = frozenset({Kind.BINARY})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitInput:
    """What a fit is given. `input_of` fills in the arrays of a question.

    Parameters
    ----------
    X : ndarray, shape (n_rows, p)
        The design, with an intercept where the family has one.
    y : ndarray, shape (n_rows,)
        The outcome.
    names : tuple of str
        Names of the columns of the design.
    groups : ndarray, shape (n_rows,), optional
        For several visits, whose each row is.
    clusters : ndarray, shape (n_rows,), optional
        The cluster of each row.
    present : ndarray, shape (n_rows,), optional
        For two parts, whether each participant belongs to the population.
    scores : ndarray, shape (n_categories,), optional
        For bands, how many points each stands for.
    times : ndarray, shape (n_rows,), optional
        For several visits, when each row was measured.
    step : float, optional
        The step in which the outcome is counted or reported.
    """

    X: Floats = field(default_factory=lambda: np.empty((0, 0)))
    y: Floats = field(default_factory=lambda: np.empty(0))
    names: tuple[str, ...] = ()
    groups: NDArray[Any] | None = None
    clusters: NDArray[np.intp] | None = None
    present: Floats | None = None
    scores: Floats | None = None
    times: Floats | None = None
    step: float | None = None


def input_of(question: Question, besides: FitInput | None = None) -> FitInput:
    """Return the arrays of a question, with what its fit is given besides."""
    return replace(
        FitInput() if besides is None else besides,
        X=question.design(),
        y=question.y,
        names=question.design_names,
        groups=question.person,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of model.

    Parameters
    ----------
    name : str
        The name by which `estimate_effects` knows it.
    label : str
        What tables call it.
    fit : callable
        Fits arrays; raises EstimationError where it refuses.
    outcomes : frozenset of Kind
        What its outcome can be.
    own_scale : str
        What its coefficients count; empty for units of the outcome.
    intercept : bool
        Whether its design has a column of ones.
    takes_clusters : bool
        Whether its errors can allow for clusters.
    everybody : bool
        Whether it is about the whole cohort and not only the study's population.
    by_bands : bool
        Whether its outcome is the declared bands of the score.
    repeated : bool
        Whether its outcome is measured at several visits.
    ends : {"", "ancova", "change"}
        Of several visits, whether it takes the first and the last only: the last adjusted for the first, or the change.
    screened : bool
        Whether all its models without clusters are fitted together, in one pass.
    modifies : bool
        Whether `effect_modification` offers it.
    is_mean : bool
        Whether it estimates a difference of means, and not of quantiles.
    """

    name: str
    label: str
    fit: Callable[[FitInput], Fit]
    outcomes: frozenset[Kind] = NUMBERS
    own_scale: str = ""
    intercept: bool = True
    takes_clusters: bool = False
    everybody: bool = False
    by_bands: bool = False
    repeated: bool = False
    ends: Literal["", "ancova", "change"] = ""
    screened: bool = False
    modifies: bool = False
    is_mean: bool = True

    def fitted(self, question: Question, besides: FitInput) -> Fitted:
        """Fit a question; what the fit refuses becomes a refusal."""
        try:
            fit = self.fit(input_of(question, besides))
        except EstimationError as error:
            return Refused(one_line(str(error)))
        return FromFit(question, fit, self.own_scale)


def _linear(given: FitInput) -> Fit:
    from rlsstudy.estimate.fits.linear import fit_linear

    return fit_linear(given.X, given.y, clusters=given.clusters, names=given.names)


def _logistic(given: FitInput, *, penalty: Literal["firth"] | None = None) -> Fit:
    from rlsstudy.estimate.fits.logistic import fit_logistic

    return fit_logistic(given.X, given.y, penalty=penalty, clusters=given.clusters, names=given.names)


def _ordinal(given: FitInput, *, link: Link = "logit") -> Fit:
    from rlsstudy.estimate.fits.ordinal import fit_ordinal

    return fit_ordinal(
        given.X,
        given.y,
        link=link,
        covariance="adjusted" if given.clusters is None else "cluster",
        clusters=given.clusters,
        scores=given.scores,
        names=given.names,
    )


def _quantile(given: FitInput, *, q: float = 0.5) -> Fit:
    from rlsstudy.estimate.fits.quantile import fit_quantile

    return fit_quantile(given.X, given.y, q=q, step=given.step, names=given.names)


def _robust(given: FitInput) -> Fit:
    from rlsstudy.estimate.fits.robust import fit_robust

    return fit_robust(given.X, given.y, names=given.names)


def _two_part(given: FitInput) -> Fit:
    from rlsstudy.estimate.fits.two_part import fit_two_part

    assert given.present is not None  # who has a severity
    return fit_two_part(given.X, given.y, present=given.present, names=given.names)


def _mixed(given: FitInput, *, slope: bool = False) -> Fit:
    from rlsstudy.estimate.fits.mixed import fit_mixed

    assert given.groups is not None  # whose visit each row is
    random = given.times if slope else None
    return fit_mixed(given.X, given.y, groups=given.groups, random=random, names=given.names)


def _gee(given: FitInput) -> Fit:
    from rlsstudy.estimate.fits.gee import fit_gee

    assert given.groups is not None  # whose visit each row is
    return fit_gee(given.X, given.y, groups=given.groups, names=given.names)


_ALL = (
    Family(name="linear", label="Linear", fit=_linear, takes_clusters=True, screened=True, modifies=True),
    Family(
        name="ordinal",
        label="Proportional odds, all totals",
        fit=_ordinal,
        outcomes=ORDERED,
        own_scale="log odds of a higher value",
        intercept=False,
        takes_clusters=True,
        modifies=True,
    ),
    Family(
        name="ordinal_bands",
        label="Proportional odds, bands",
        fit=_ordinal,
        own_scale="log odds of a higher band",
        intercept=False,
        takes_clusters=True,
        by_bands=True,
    ),
    Family(
        name="probit",
        label="Ordered probit, all totals",
        fit=partial(_ordinal, link="probit"),
        outcomes=ORDERED,
        own_scale="latent SD",
        intercept=False,
        takes_clusters=True,
    ),
    Family(
        name="logistic",
        label="Logistic",
        fit=_logistic,
        outcomes=TWO_LEVELS,
        own_scale="log odds",
        takes_clusters=True,
        modifies=True,
    ),
    Family(
        name="firth",
        label="Logistic, Firth's penalty",
        fit=partial(_logistic, penalty="firth"),
        outcomes=TWO_LEVELS,
        own_scale="log odds",
        modifies=True,
    ),
    Family(
        name="two_part",
        label="Presence and severity",
        fit=_two_part,
        own_scale="log odds of presence",
        everybody=True,
    ),
    Family(name="quantile", label="Median", fit=_quantile, is_mean=False),
    Family(name="quantile_25", label="Lower quartile", fit=partial(_quantile, q=0.25), is_mean=False),
    Family(name="quantile_75", label="Upper quartile", fit=partial(_quantile, q=0.75), is_mean=False),
    Family(name="robust", label="Robust (M-estimation)", fit=_robust, modifies=True),
    Family(name="mixed", label="Mixed, random intercept", fit=_mixed, repeated=True),
    Family(
        name="mixed_slope",
        label="Mixed, random slope",
        fit=partial(_mixed, slope=True),
        repeated=True,
    ),
    Family(name="gee", label="Estimating equations", fit=_gee, repeated=True),
    Family(
        name="ancova",
        label="Last visit, adjusted for the first",
        fit=_linear,
        repeated=True,
        ends="ancova",
    ),
    Family(
        name="change",
        label="Change from first to last visit",
        fit=_linear,
        repeated=True,
        ends="change",
    ),
)
FAMILIES = {family.name: family for family in _ALL}


def families_named(model: str | Sequence[str]) -> tuple[Family, ...]:
    """Return the families of one or more names, or say which there are."""
    names = (model,) if isinstance(model, str) else tuple(dict.fromkeys(model))
    unknown = [name for name in names if name not in FAMILIES]
    if unknown or not names:
        shown = unknown[0] if unknown else ""
        hint = did_you_mean(shown, FAMILIES) or f" Allowed: {', '.join(FAMILIES)}."
        raise EstimationError(f"No model '{shown}' is offered.{hint}")
    return tuple(FAMILIES[name] for name in names)

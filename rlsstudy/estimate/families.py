"""The models that an effect can be estimated with, each with the fit that it stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.answers import Fitted, FromFit, Refused, one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.ordinal_links import Link
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]

NUMBERS = frozenset({Kind.CONTINUOUS, Kind.INTEGER})
ORDERED = NUMBERS | {Kind.BINARY, Kind.ORDINAL}


@dataclass(frozen=True, slots=True)
class FitInput:
    """What a fit is given beside the question.

    Parameters
    ----------
    clusters : ndarray, shape (n,), optional
        The cluster of each participant of the question.
    present : ndarray, shape (n,), optional
        For two parts, whether each participant of the question belongs to the population.
    scores : ndarray, shape (n_categories,), optional
        For bands, how many points each stands for.
    times : ndarray, shape (n_rows,), optional
        For several visits, when each row was measured.
    step : float, optional
        The step in which the outcome is counted or reported.
    """

    clusters: Any = None
    present: Any = None
    scores: Any = None
    times: Any = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model.

    Parameters
    ----------
    name : str
        The name by which `estimate_effects` knows it.
    label : str
        What tables call it.
    fit : callable
        Fits a question; raises EstimationError where it refuses.
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
    """

    name: str
    label: str
    fit: Callable[[Question, FitInput], Any]
    outcomes: frozenset[Kind] = NUMBERS
    own_scale: str = ""
    intercept: bool = True
    takes_clusters: bool = False
    everybody: bool = False
    by_bands: bool = False
    repeated: bool = False

    def fitted(self, question: Question, given: FitInput) -> Fitted:
        """Fit a question; what the fit refuses becomes a refusal."""
        try:
            fit = self.fit(question, given)
        except EstimationError as error:
            return Refused(one_line(str(error)))
        return FromFit(question, fit, self.own_scale)


def _linear(question: Question, given: FitInput) -> Any:
    from rlsstudy.estimate.fits.linear import fit_linear

    clustered = {} if given.clusters is None else {"covariance": "CR2", "clusters": given.clusters}
    return fit_linear(question.design(), question.y, names=question.design_names, **clustered)


def _logistic(question: Question, given: FitInput, penalty: Literal["firth"] | None = None) -> Any:
    from rlsstudy.estimate.fits.logistic import fit_logistic

    clustered = {} if given.clusters is None else {"covariance": "cluster", "clusters": given.clusters}
    names = question.design_names
    return fit_logistic(question.design(), question.y, penalty=penalty, names=names, **clustered)


def _firth(question: Question, given: FitInput) -> Any:
    return _logistic(question, given, "firth")


def _ordinal(question: Question, given: FitInput, link: Link = "logit") -> Any:
    from rlsstudy.estimate.fits.ordinal import fit_ordinal

    return fit_ordinal(
        question.design(),
        question.y,
        link=link,
        covariance="adjusted" if given.clusters is None else "cluster",
        clusters=given.clusters,
        scores=given.scores,
        names=question.design_names,
    )


def _probit(question: Question, given: FitInput) -> Any:
    return _ordinal(question, given, "probit")


def _quantile(question: Question, given: FitInput, level: float = 0.5) -> Any:
    from rlsstudy.estimate.fits.quantile import fit_quantile

    names = question.design_names
    return fit_quantile(question.design(), question.y, q=level, step=given.step, names=names)


def _lower_quartile(question: Question, given: FitInput) -> Any:
    return _quantile(question, given, 0.25)


def _upper_quartile(question: Question, given: FitInput) -> Any:
    return _quantile(question, given, 0.75)


def _robust(question: Question, given: FitInput) -> Any:
    from rlsstudy.estimate.fits.robust import fit_robust

    del given
    return fit_robust(question.design(), question.y, names=question.design_names)


def _two_part(question: Question, given: FitInput) -> Any:
    from rlsstudy.estimate.fits.two_part import fit_two_part

    names = question.design_names
    return fit_two_part(question.design(), question.y, present=given.present, names=names)


def _mixed(question: Question, given: FitInput, *, slope: bool = False) -> Any:
    from rlsstudy.estimate.fits.mixed import fit_mixed

    assert question.person is not None  # whose visit each row is
    random = given.times if slope else None
    names = question.design_names
    return fit_mixed(question.design(), question.y, groups=question.person, random=random, names=names)


def _mixed_slope(question: Question, given: FitInput) -> Any:
    return _mixed(question, given, slope=True)


def _gee(question: Question, given: FitInput) -> Any:
    from rlsstudy.estimate.fits.gee import fit_gee

    del given
    assert question.person is not None  # whose visit each row is
    return fit_gee(question.design(), question.y, groups=question.person, names=question.design_names)


FAMILIES = {
    family.name: family
    for family in (
        Family("linear", "Linear", _linear, takes_clusters=True),
        Family(
            "ordinal",
            "Proportional odds, all totals",
            _ordinal,
            ORDERED,
            "log odds of a higher value",
            False,
            True,
        ),
        Family(
            *("ordinal_bands", "Proportional odds, bands", _ordinal, NUMBERS, "log odds of a higher band"),
            *(False, True),
            by_bands=True,
        ),
        Family("probit", "Ordered probit, all totals", _probit, ORDERED, "latent SD", False, True),
        Family("logistic", "Logistic", _logistic, frozenset({Kind.BINARY}), "log odds", takes_clusters=True),
        Family("firth", "Logistic, Firth's penalty", _firth, frozenset({Kind.BINARY}), "log odds"),
        Family(
            "two_part", "Presence and severity", _two_part, own_scale="log odds of presence", everybody=True
        ),
        Family("quantile", "Median", _quantile),
        Family("quantile_25", "Lower quartile", _lower_quartile),
        Family("quantile_75", "Upper quartile", _upper_quartile),
        Family("robust", "Robust (M-estimation)", _robust),
        Family("mixed", "Mixed, random intercept", _mixed, repeated=True),
        Family("mixed_slope", "Mixed, random slope", _mixed_slope, repeated=True),
        Family("gee", "Estimating equations", _gee, repeated=True),
        Family("ancova", "Last visit, adjusted for the first", _linear, repeated=True),
        Family("change", "Change from first to last visit", _linear, repeated=True),
    )
}


def families_named(model: str | Sequence[str]) -> tuple[Family, ...]:
    """Return the families of one or more names, or say which there are."""
    names = (model,) if isinstance(model, str) else tuple(dict.fromkeys(model))
    unknown = [name for name in names if name not in FAMILIES]
    if unknown or not names:
        shown = unknown[0] if unknown else ""
        hint = did_you_mean(shown, FAMILIES) or f" Allowed: {', '.join(FAMILIES)}."
        raise EstimationError(f"No model '{shown}' is offered.{hint}")
    return tuple(FAMILIES[name] for name in names)

"""What a fitted model says about one contrast of its factor, in points and on its own scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rlsstudy.estimate.contrasts import Contrast, own_unit, size_of
from rlsstudy.estimate.fits.intervals import t_interval, t_p_values
from rlsstudy.estimate.fits.margins import average_difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.protocol import Fit
    from rlsstudy.estimate.fits.screen import ScreenFit
    from rlsstudy.estimate.plan import ModelPlan
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """One effect.

    Parameters
    ----------
    estimate, std_error, low, high, p_value : float
        Per contrast, in the unit of the outcome, with its 95 % interval.
    own_estimate, own_low, own_high : float
        The coefficient itself with its interval, on the model's own scale.
    own_unit : str
        What the coefficient counts, and per what.
    notes : tuple of str
        What is worth knowing about this effect.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    own_estimate: float
    own_low: float
    own_high: float
    own_unit: str
    notes: tuple[str, ...] = ()


class Fitted(Protocol):
    """A fitted model that can be asked about the contrasts of its factor."""

    @property
    def refusal(self) -> str:
        """Why there is no answer; empty when there is one."""

    @property
    def concern(self) -> str:
        """Why answers are to be read with care."""

    def answer(self, contrast: Contrast) -> Answer:
        """Return what the model says about a contrast."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A model that could not be fitted."""

    refusal: str
    concern: str = ""

    def answer(self, contrast: Contrast) -> Answer:
        """Refuse to answer: whoever asks has not looked at the refusal."""
        raise AssertionError(f"a refused model was asked about {contrast.label}: {self.refusal}")


@dataclass(frozen=True, slots=True, eq=False)
class FromScreen:
    """The answers of a linear model that was fitted with many others in one pass."""

    plan: ModelPlan
    fit: ScreenFit

    @property
    def refusal(self) -> str:
        """Why there is no answer."""
        return one_line(self.fit.note) if self.fit.status == "refused" or self.fit.exact else ""

    @property
    def concern(self) -> str:
        """Why answers are to be read with care."""
        return self.fit.note

    def answer(self, contrast: Contrast) -> Answer:
        """Return the coefficient, and the same per contrast."""
        place = 0 if contrast.level is None else self.plan.terms.levels.index(contrast.level)
        coef, error, df = self.fit.coef[place], self.fit.std_error[place], self.fit.df_residual
        low, high = t_interval(coef, error, df)
        size = size_of(self.plan.factor, contrast)
        ends = sorted((size * low, size * high))
        return Answer(
            estimate=float(size * coef),
            std_error=float(abs(size) * error),
            low=float(ends[0]),
            high=float(ends[1]),
            p_value=float(t_p_values(coef, error, df)),
            own_estimate=float(coef),
            own_low=float(low),
            own_high=float(high),
            own_unit=own_unit(self.plan.factor, contrast),
        )


@dataclass(frozen=True, slots=True, eq=False)
class FromFit:
    """The answers of a model fitted on its own.

    Parameters
    ----------
    question : Question
        What was fitted.
    fit : Fit
        The fit.
    own_scale : str
        What a coefficient counts, such as ``log odds``; empty for units of the outcome.
    """

    question: Question
    fit: Any  # a Fit; whoever knows the family reads what this one has besides
    own_scale: str = ""

    @property
    def refusal(self) -> str:
        """Why there is no answer."""
        return one_line(self.fit.note) if only_noise(self.fit) else ""

    @property
    def concern(self) -> str:
        """Why answers are to be read with care."""
        return one_line(self.fit.note) if self.fit.status == "flagged" else ""

    def answer(self, contrast: Contrast) -> Answer:
        """Standardise over the participants; the coefficient is reported beside it."""
        fit: Fit = self.fit
        low, high = (self.question.design(arm) for arm in self.question.arms(contrast))
        difference = average_difference(fit, high, low)
        place = self.question.lead.shape[1] + self.question.place_of(contrast)
        own = (float(fit.coef[place]), *self._own_interval(place))
        unit = own_unit(self.question.plan.factor, contrast)
        ends = difference.conf_int()
        return Answer(
            *(difference.estimate, difference.std_error, *ends, difference.p_value, *own),
            f"{self.own_scale}, {unit}" if self.own_scale else unit,
            self._parts(high, low),
        )

    def _own_interval(self, place: int) -> tuple[float, float]:
        """Return the interval of one coefficient; profiles are costly, so that only this one is searched."""
        fit: Fit = self.fit
        profile = getattr(fit, "profile", None)
        low, high = fit.conf_int()[place] if profile is None else profile.interval(place)
        return float(low), float(high)

    def _parts(self, high: Floats, low: Floats) -> tuple[str, ...]:
        """Say how a two-part effect splits into presence and severity."""
        split = getattr(self.fit, "average_parts", None)
        if split is None:
            return ()
        parts = split(high, low)
        return (f"of this {parts.presence:.2f} through presence and {parts.severity:.2f} through severity",)


def only_noise(fit: Fit) -> bool:
    """Tell whether a fit has no errors but those of rounding, so that a p-value has no meaning.

    Fits by least squares say so by ``exact``; the others refuse such an outcome, or have no such errors.
    """
    return bool(getattr(fit, "exact", False))


def one_line(message: str) -> str:
    """Write the lines of a refusal as one, as a note holds it."""
    return " ".join(line.strip().removeprefix("- ") for line in message.splitlines())

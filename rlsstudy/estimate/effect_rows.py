"""Rows of the effects frame: what is said about each contrast, and whether it can be said at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.estimate.answers import Answer
from rlsstudy.estimate.contrasts import Contrast, contrasts_of, own_unit
from rlsstudy.estimate.sparse import few_at_levels, level_concern, trend_concern

if TYPE_CHECKING:
    from rlsstudy.estimate.answers import Fitted
    from rlsstudy.estimate.fits.guards import Status
    from rlsstudy.estimate.plan import ModelPlan

EFFECT_COLUMNS = (
    "factor",
    "label",
    "domain",
    "contrast",
    "model",
    "adjustment",
    "adjusted_for",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "p_value",
    "own_unit",
    "own_estimate",
    "own_low",
    "own_high",
    "n_used",
    "n_dropped",
    "status",
    "note",
)


def effect_rows(plan: ModelPlan, fitted: Fitted | None, model: str, n: int) -> Iterator[tuple[Any, ...]]:
    """Yield one row for each contrast of a plan's factor.

    Parameters
    ----------
    plan : ModelPlan
        What was planned.
    fitted : Fitted, optional
        The fitted model; None where the plan is refused.
    model : str
        The model's name.
    n : int
        Participants who could have been used.
    """
    for contrast in contrasts_of(plan.factor):
        verdict = verdict_on(plan, fitted, contrast)
        answer = _no_answer(plan, contrast)
        if fitted is not None and not verdict.refusal:
            answer = fitted.answer(contrast)
            verdict = Verdict("", verdict.concerns, (*verdict.notes, *answer.notes))
        yield (
            *(plan.factor.name, plan.factor.label, str(plan.factor.domain), contrast.label),
            *(model, plan.adjustment, ", ".join(plan.covariates)),
            *(answer.estimate, answer.std_error, answer.low, answer.high, answer.p_value),
            *(answer.own_unit, answer.own_estimate, answer.own_low, answer.own_high),
            *(plan.n_used, n - plan.n_used, verdict.status, verdict.note),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said about one row."""

    refusal: str = ""
    concerns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The status of the row."""
        return "refused" if self.refusal else "flagged" if self.concerns else "ok"

    @property
    def note(self) -> str:
        """The refusal, or what raises concern and then what is worth knowing."""
        return "; ".join((self.refusal,) if self.refusal else (*self.concerns, *self.notes))


def verdict_on(plan: ModelPlan, fitted: Fitted | None, contrast: Contrast) -> Verdict:
    """Judge one row by its plan, by its fit, and by the people at the levels it compares."""
    if fitted is None:
        return Verdict(plan.refusal)
    if fitted.refusal:
        return Verdict(fitted.refusal)
    counts, compared, concerns = plan.level_counts or {}, plan.factor.levels, [*plan.concerns, fitted.concern]
    if contrast.level is not None:
        compared = (plan.factor.levels[0], contrast.level)
        if refusal := few_at_levels(counts, compared):
            return Verdict(refusal)
    if plan.factor.kind is Kind.ORDINAL:
        concerns.append(trend_concern(plan.factor, counts, (int(contrast.low), int(contrast.high))))
    concerns.append(level_concern(counts, compared))
    return Verdict(concerns=tuple(filter(None, concerns)), notes=plan.notes)


def _no_answer(plan: ModelPlan, contrast: Contrast) -> Answer:
    return Answer(*(np.nan,) * 8, own_unit=own_unit(plan.factor, contrast))

"""What a model with products says: the effect in each group, and how far the effects differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.estimate.answers import FromFit
from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.effect_rows import Verdict, verdict_on
from rlsstudy.estimate.fits.additive import RATIO, Measure, interaction_measures
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.margins import average_difference, by_delta_method
from rlsstudy.estimate.fits.wald import wald_test
from rlsstudy.estimate.modification.design import Group, ModifiedDesign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.answers import Fitted
    from rlsstudy.estimate.plan import ModelPlan

    Floats = NDArray[np.float64]

GROUP_COLUMNS = (
    *("factor", "contrast", "model", "adjustment", "adjusted_for", "by", "group"),
    *("estimate", "std_error", "conf_low", "conf_high", "p_value"),
    *("n_group", "n_used", "n_dropped", "status", "note"),
)
INTERACTION_COLUMNS = (
    *("factor", "contrast", "model", "adjustment", "by", "group", "scale", "measure"),
    *("estimate", "std_error", "conf_low", "conf_high", "p_value", "n_used", "n_dropped", "status", "note"),
)
DIFFERENCE, JOINT, ALL = "difference of effects", "joint test of products", "all"
_NOTHING = (np.nan,) * 5  # estimate, its error, interval and p-value of a refused row


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Reads effects and interaction off a fit with products, or says why there are none.

    Parameters
    ----------
    plan : ModelPlan
        What was planned, with the reason where it is refused.
    modifier : Variable
        What may modify the effect.
    groups : tuple of Group
        Where effects are asked for.
    model : str
        The model's name.
    n : int
        Participants who could have been used.
    design : ModifiedDesign, optional
        The design with products; None where the plan is refused.
    fitted : Fitted, optional
        The model; None where the plan is refused.
    """

    plan: ModelPlan
    modifier: Variable
    groups: tuple[Group, ...]
    model: str
    n: int
    design: ModifiedDesign | None = None
    fitted: Fitted | None = None

    def effect_rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the effect of each contrast in each group."""
        adjusted_for = ", ".join(name for name in self.plan.covariates if name != self.modifier.name)
        for contrast in contrasts_of(self.plan.factor):
            for group in self.groups:
                verdict, figures, n_group = self._verdict(contrast, group), _NOTHING, 0
                if self.design is not None:
                    n_group = int(self.design.inside(group).sum())
                    if not verdict.refusal:
                        low, high = self.design.arms(contrast, group)
                        found = average_difference(self._fit, high, low)
                        figures = (found.estimate, found.std_error, *found.conf_int(), found.p_value)
                yield (
                    *(self.plan.factor.name, contrast.label, self.model, self.plan.adjustment, adjusted_for),
                    *(self.modifier.name, group.label, *figures, n_group, *self._tail(verdict)),
                )

    def interaction_rows(self, binary: bool) -> Iterator[tuple[Any, ...]]:
        """Yield how the effects differ from that in the first group, and the joint test."""
        for contrast in contrasts_of(self.plan.factor):
            for group in self.groups[1:]:
                verdict = self._verdict(contrast, self.groups[0], group)
                for measure, concern in self._measures(contrast, group, binary, bool(verdict.refusal)):
                    scale = "multiplicative" if measure.name == RATIO else "additive"
                    figures = (
                        measure.estimate,
                        measure.std_error,
                        measure.low,
                        measure.high,
                        measure.p_value,
                    )
                    said = Verdict(verdict.refusal, (*verdict.concerns, *concern), verdict.notes)
                    yield (
                        *self._head(contrast.label, group.label),
                        scale,
                        measure.name,
                        *figures,
                        *self._tail(said),
                    )
        verdict = self._verdict(None, *self.groups)
        p_value = np.nan if verdict.refusal else self._joint()
        yield (*self._head(ALL, ALL), "both", JOINT, *(np.nan,) * 4, p_value, *self._tail(verdict))

    @property
    def _fit(self) -> Any:
        assert isinstance(self.fitted, FromFit)  # whoever asks has looked at the refusal
        return self.fitted.fit

    def _head(self, contrast: str, group: str) -> tuple[str, ...]:
        return (self.plan.factor.name, contrast, self.model, self.plan.adjustment, self.modifier.name, group)

    def _tail(self, verdict: Verdict) -> tuple[Any, ...]:
        return (self.plan.n_used, self.n - self.plan.n_used, verdict.status, verdict.note)

    def _verdict(self, contrast: Contrast | None, *groups: Group) -> Verdict:
        """Judge a row by plan, fit and the people that it compares; without a contrast by all levels."""
        factor, compared = self.plan.factor, self.plan.factor.levels
        if contrast is None:
            refusal = self.plan.refusal if self.fitted is None else self.fitted.refusal
            concern = "" if self.fitted is None else self.fitted.concern
            verdict = Verdict(refusal, tuple(filter(None, (*self.plan.concerns, concern))), self.plan.notes)
        else:
            verdict = verdict_on(self.plan, self.fitted, contrast)
            if contrast.level is not None:
                compared = (factor.levels[0], contrast.level)
        if verdict.refusal or self.design is None or not self.design.levels:
            return verdict
        concerns = [_small(self.design, self.modifier, group, compared) for group in groups]
        return Verdict("", (*verdict.concerns, *filter(None, concerns)), verdict.notes)

    def _measures(
        self, contrast: Contrast, group: Group, binary: bool, refused: bool
    ) -> Iterator[tuple[Measure, tuple[str, ...]]]:
        """Yield each measure of interaction, with what must be said about it alone."""
        log_odds, cov = np.full(3, np.nan), np.full((3, 3), np.nan)
        if refused:
            yield Measure(DIFFERENCE, *(np.nan,) * 4, none=0.0, std_error=np.nan), ()
        else:
            yield self._difference(contrast, group), ()
            change = self._changes(contrast, group)
            log_odds, cov = change @ self._fit.coef, change @ self._fit.cov @ change.T
        if not binary:
            return
        protects = self._protects(contrast, group, log_odds)
        for measure in interaction_measures(log_odds, cov):
            yield measure, () if measure.name == RATIO else protects

    def _difference(self, contrast: Contrast, group: Group) -> Measure:
        first, other = self._with_gradient(contrast, self.groups[0]), self._with_gradient(contrast, group)
        apart = by_delta_method(self._fit, other[0] - first[0], other[1] - first[1])
        return Measure(DIFFERENCE, apart.estimate, *apart.conf_int(), apart.p_value, 0.0, apart.std_error)

    def _with_gradient(self, contrast: Contrast, group: Group) -> tuple[float, Floats]:
        assert self.design is not None
        low, high = self.design.arms(contrast, group)
        (mean_high, at_high), (mean_low, at_low) = self._fit.mean_gradient(high), self._fit.mean_gradient(low)
        return mean_high - mean_low, at_high - at_low

    def _changes(self, contrast: Contrast, group: Group) -> Floats:
        """Return which coefficients make the log odds ratio of factor, of modifier, and the product."""
        design = self.design
        assert design is not None
        width, place = design.modifier.stop - design.modifier.start, self.groups.index(group) - 1
        column = design.question.place_of(contrast)
        low, high = (arm[0, column] for arm in design.question.arms(contrast))
        start = 0.0 if design.levels else self.groups[0].code
        step = 1.0 if design.levels else group.code - start
        change = np.zeros((3, len(self._fit.coef)))
        product = design.products.start + column * width + place
        factor = design.question.lead.shape[1] + column
        change[0, factor], change[0, product] = high - low, (high - low) * start
        change[1, design.modifier.start + place], change[1, product] = step, step * low
        change[2, product] = (high - low) * step
        return change

    def _protects(self, contrast: Contrast, group: Group, log_odds: Floats) -> tuple[str, ...]:
        """Say which of the two lowers the odds, for measures that need both to raise them."""
        first = self.groups[0].label
        named = (f"'{contrast.label}'", f"'{group.label}' rather than '{first}'")
        lower = [name for name, value in zip(named, log_odds[:2], strict=True) if value < 0]
        if not lower:
            return ()
        return (
            f"the odds are lower with {' and with '.join(lower)}, and this measure is meant for what raises them: "
            "declare the contrast, or the levels, the other way round",
        )

    def _joint(self) -> float:
        """Return the p-value of all products together, by Wald's test."""
        assert self.design is not None
        places, fit = self.design.products, self._fit
        df = float(np.min(getattr(fit, "df", np.inf)))
        return wald_test(fit.coef[places], fit.cov[places, places], df).p_value


def _small(design: ModifiedDesign, modifier: Variable, group: Group, compared: Sequence[str]) -> str:
    """Say when a group, or a compared level in it, has too few people for an estimate to be trusted."""
    few = [
        level
        for level, where, count in design.cells()
        if where == group and count < MIN_LEVEL_SIZE and (level in compared or not level)
    ]
    if not few:
        return ""
    if not few[0]:
        return f"fewer than {MIN_LEVEL_SIZE} participants have '{group.label}' of '{modifier.name}'"
    levels = ", ".join(f"'{level}'" for level in few)
    return f"fewer than {MIN_LEVEL_SIZE} participants of '{group.label}' have {levels}"

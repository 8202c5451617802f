"""What a model with products says: the effect in each group, and how far the effects differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, fdtrc

from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.fits.additive import interaction_measures
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.margins import Difference, average_difference, by_delta_method
from rlsstudy.estimate.modification_design import Group, ModifiedDesign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.plan import ModelPlan

    Floats = NDArray[np.float64]

GROUP_COLUMNS = (
    *("factor", "contrast", "by", "group", "estimate", "std_error", "conf_low", "conf_high", "p_value"),
    *("n_group", "n_used", "n_dropped", "status", "note"),
)
INTERACTION_COLUMNS = (
    *(
        "factor",
        "contrast",
        "by",
        "group",
        "scale",
        "measure",
        "estimate",
        "conf_low",
        "conf_high",
        "p_value",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Reads effects and interaction off a fit with products."""

    design: ModifiedDesign
    fit: Any
    modifier: Variable
    n: int

    @property
    def plan(self) -> ModelPlan:
        """What was planned for the factor."""
        return self.design.question.plan

    def contrasts(self) -> Iterator[Contrast]:
        """Yield the contrasts whose ends somebody has."""
        terms = self.plan.terms
        for contrast in contrasts_of(self.plan.factor):
            if contrast.level is None or (
                contrast.level in terms.levels and terms.reference == self.plan.factor.levels[0]
            ):
                yield contrast

    def effect_rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the effect of each contrast in each group."""
        few = {(level, group.label) for level, group, count in self.design.cells() if count < MIN_LEVEL_SIZE}
        for contrast in self.contrasts():
            for group in self.design.groups:
                low, high = self.design.arms(contrast, group)
                difference = average_difference(self.fit, high, low)
                small = self.design.levels and any(label == group.label for _, label in few)
                concerns = [*self.plan.concerns, *([self.fit.note] if self.fit.status == "flagged" else [])]
                if small:
                    concerns.append(
                        f"fewer than {MIN_LEVEL_SIZE} participants of '{group.label}' at a compared level"
                    )
                inside = int(self.design.inside(group).sum())
                n = len(self.design.codes)
                yield (
                    *(self.plan.factor.name, contrast.label, self.modifier.name, group.label),
                    *(difference.estimate, difference.std_error, *difference.conf_int(), difference.p_value),
                    *(inside, n, self.n - n, "flagged" if concerns else "ok"),
                    "; ".join((*concerns, *self.plan.notes)),
                )

    def interaction_rows(self, binary: bool) -> Iterator[tuple[Any, ...]]:
        """Yield how the effects differ from that in the first group, and the joint test."""
        for contrast in self.contrasts():
            head = (self.plan.factor.name, contrast.label, self.modifier.name)
            first = self._with_gradient(contrast, self.design.groups[0])
            for place, group in enumerate(self.design.groups[1:]):
                other = self._with_gradient(contrast, group)
                apart = by_delta_method(self.fit, other[0] - first[0], other[1] - first[1])
                yield (*head, group.label, "additive", "difference of effects", *_numbers(apart))
                if binary:
                    yield from ((*head, group.label, *row) for row in self._measures(contrast, place))
        yield (
            self.plan.factor.name,
            "all",
            self.modifier.name,
            "all",
            "both",
            "joint test of products",
            *self._joint(),
        )

    def _with_gradient(self, contrast: Contrast, group: Group) -> tuple[float, Floats]:
        low, high = self.design.arms(contrast, group)
        (mean_high, at_high), (mean_low, at_low) = self.fit.mean_gradient(high), self.fit.mean_gradient(low)
        return mean_high - mean_low, at_high - at_low

    def _measures(self, contrast: Contrast, place: int) -> Iterator[tuple[Any, ...]]:
        """Yield ratio of odds ratios, RERI, attributable proportion and synergy index of a binary outcome."""
        lead, width = (
            self.design.question.lead.shape[1],
            self.design.modifier.stop - self.design.modifier.start,
        )
        column = self.design.question.place_of(contrast)
        low, high = (arm[0, column] for arm in self.design.question.arms(contrast))
        step = 1.0 if self.design.levels else self.design.groups[1].code - self.design.groups[0].code
        start = 0.0 if self.design.levels else self.design.groups[0].code
        change = np.zeros((3, len(self.fit.coef)))
        product = self.design.products.start + column * width + place
        change[0, lead + column], change[0, product] = high - low, (high - low) * start
        change[1, self.design.modifier.start + place], change[1, product] = step, step * low
        change[2, product] = (high - low) * step
        for measure in interaction_measures(change @ self.fit.coef, change @ self.fit.cov @ change.T):
            scale = "multiplicative" if measure.name == "ratio of odds ratios" else "additive"
            yield (scale, measure.name, measure.estimate, measure.low, measure.high, measure.p_value)

    def _joint(self) -> tuple[float, float, float, float]:
        """Return the p-value of all products together, by Wald's test."""
        places = self.design.products
        coef, cov = self.fit.coef[places], self.fit.cov[places, places]
        statistic = float(coef @ np.linalg.solve(cov, coef))
        df = float(np.min(getattr(self.fit, "df", np.inf)))
        q = len(coef)
        p_value = chdtrc(q, statistic) if np.isinf(df) else fdtrc(q, df, statistic / q)
        return (np.nan, np.nan, np.nan, float(p_value))


def _numbers(difference: Difference) -> tuple[float, float, float, float]:
    return (difference.estimate, *difference.conf_int(), difference.p_value)

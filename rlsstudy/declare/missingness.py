"""Why a value can be missing, how often, and on what that depends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from rlsstudy.declare.equation import INTERCEPT_DECIMALS, Cause
from rlsstudy.declare.levels import solve_logistic

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Declared, Floats


NOT_RECORDED = "not recorded"  # the reason of a gap of which nothing more is known


@dataclass(frozen=True, slots=True)
class MissingReason:
    """A reason why a value can be missing, and how often that happens in a synthetic cohort.

    Parameters
    ----------
    name : str
        The reason, as shown in tables (``"not done"``).
    share : float
        Share of the population whose value is missing for it, 0 to 0.95.
    causes : tuple of Cause
        What makes the gap more likely, as log odds ratios. A variable may be named that has the
        gap itself, or a latent one: values are then missing not at random.
    together : str
        Reasons of the same name and the same ``together`` take the values of the same participants:
        whoever has no blood drawn has no ferritin and no haemoglobin. Empty for a variable's own gaps.
    planned : bool
        The study's plan says who is measured, as in a substudy.
    intercept : float, optional
        The solved height on the log-odds scale, for a reason with causes.
    """

    name: str
    share: float = 0.0
    causes: tuple[Cause, ...] = ()
    together: str = ""
    planned: bool = False
    intercept: float | None = None

    @property
    def needs_solving(self) -> bool:
        """Whether the height is still to be solved from the share."""
        return bool(self.causes) and self.share > 0 and self.intercept is None

    def predictor(self, values: Mapping[str, Floats], declared: Declared, n: int) -> Floats:
        """Return the log odds of a gap without intercept, shape (n,)."""
        total = np.zeros(n)
        for cause in self.causes:
            total += cause.term(values, declared)
        return total

    def solved(self, predictor: Floats) -> MissingReason:
        """Return the reason with the height at which its share holds over ``predictor``."""
        return replace(self, intercept=round(solve_logistic(predictor, self.share), INTERCEPT_DECIMALS))

    def probability(self, values: Mapping[str, Floats], declared: Declared, n: int) -> Floats | float:
        """Return the probability of a gap, one for all or shape (n,)."""
        if self.intercept is None:
            return self.share
        return np.asarray(expit(self.predictor(values, declared, n) + self.intercept))


def mechanism(variable: str, reason: MissingReason, declared: Declared) -> str:
    """Say how gaps come about: ``MCAR``, ``MAR``, ``MNAR`` or ``by design``.

    Gaps that depend on the value that is missing, on a variable that is missing for the same reason in the same people, or
    on a latent variable, are not at random; those that depend on measured variables alone are at random given
    these [1]_.

    References
    ----------
    .. [1] Rubin DB (1976). Inference and missing data. Biometrika 63, 581-592.
    """
    if reason.planned:
        return "by design"
    names = {name for cause in reason.causes for name in cause.names}
    gone_too = {
        name
        for name in names
        for other in declared[name].missing
        if reason.together and (other.name, other.together) == (reason.name, reason.together)
    }
    if variable in names or gone_too or any(not declared[name].measured for name in names):
        return "MNAR"
    return "MAR" if names else "MCAR"

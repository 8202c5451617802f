"""Whether a few participants decide the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.verdicts import Check, graded
from rlsstudy.estimate.diagnose.words import percent, written
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.contrasts import Contrast
    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.fits.margins import Difference

    Floats = NDArray[np.float64]

_FEW = 5
_WITH_ROBUST = ("linear", "ordinal", "ordinal_bands")  # models of an outcome that model='robust' can have
_USUAL = 0.06  # of |z1 z2| > 2 for two independent normal numbers, a column's value and a residual


def check_influence(examined: Examined, dfbetas: Floats) -> Iterator[Check]:
    """Say how far the estimate of each contrast moves without the one, and the five, who move it most.

    The five are those whose absence moves it furthest in one direction; the model is fitted again without them.

    Parameters
    ----------
    examined : Examined
        The model.
    dfbetas : ndarray, shape (n_participants, n_factor_columns)
        How far each participant moves each column's coefficient.
    """
    for contrast, before in zip(examined.contrasts, examined.estimates, strict=True):
        yield _of_contrast(examined, contrast, before, dfbetas[:, examined.question.place_of(contrast)])


def _of_contrast(examined: Examined, contrast: Contrast, before: Difference, moved: Floats) -> Check:
    low, high = np.argsort(moved)[:_FEW], np.argsort(-moved)[:_FEW]
    few = low if -moved[low].sum() > moved[high].sum() else high
    limit = verdicts.DFBETA_ROOT / np.sqrt(len(moved))
    beyond = int((np.abs(moved) > limit).sum())
    about, name = contrast.label, f"{examined.factor.label}, {contrast.label}"
    most = np.array([np.abs(moved).argmax()])
    try:
        one, five = (
            _Change.of(examined.without(people).difference(contrast), before) for people in (most, few)
        )
    except EstimationError:
        why = (
            f"Without the participants who move the estimate of {name} most it cannot be had at all: it rests on very "
            "few. Merge levels, or choose another contrast."
        )
        return Check("influence", about, np.inf, np.nan, np.nan, "serious", why)
    verdict = graded(one.in_errors >= verdicts.MOVED_LOOK, one.in_errors >= verdicts.MOVED_SERIOUS)
    found = (
        f"without the participant who moves it most the estimate of {name} changes by {examined.unit.of(one.size)} "
        f"({written(one.in_errors)} standard errors), without the five who move it most in one direction by "
        f"{examined.unit.of(five.size)} ({written(five.in_errors)}); {counted(beyond, 'participant')} "
        f"({percent(beyond / len(moved))}) {'has' if beyond == 1 else 'have'} |DFBETA| above 2/√n = {limit:.2f}, where "
        f"about {percent(_USUAL)} is usual"
    )
    beside = "report the estimate with and without them"
    if examined.family.name in _WITH_ROBUST:
        beside += ", or that of model='robust' beside it"
    words = {
        "fine": f"No single participant decides the estimate: {found}.",
        "look": f"One participant has much weight: {found}. Check entry and unit of the extreme values.",
        "serious": f"One participant decides the estimate: {found}. Check entry and unit of the extreme values, and "
        f"{beside}.",
    }
    return Check("influence", about, one.in_errors, np.nan, one.size, verdict, words[verdict])


@dataclass(frozen=True, slots=True)
class _Change:
    """How far an estimate moves, in its unit and in standard errors."""

    size: float
    in_errors: float

    @classmethod
    def of(cls, after: Difference, before: Difference) -> _Change:
        """Count in errors of the estimate without them, because the error with them swells with what they do."""
        size = abs(after.estimate - before.estimate)
        return cls(size, size / after.std_error)

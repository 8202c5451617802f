"""Whether the outcome meets the ends of its scale, and whether predictions go beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.verdicts import Check, graded
from rlsstudy.estimate.diagnose.words import percent, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.examined import Examined

    Floats = NDArray[np.float64]

_ADVICE = "model='ordinal' takes the ends as they are; give it beside this one."
_OVER_VISITS = "model='ordinal' at one visit takes the ends as they are; give it beside this one."


def check_ends(examined: Examined, values: Floats) -> Iterator[Check]:
    """Say how many have the lowest and the highest possible value; nothing without declared limits.

    Parameters
    ----------
    examined : Examined
        A model of a number.
    values : ndarray, shape (n_rows,)
        The outcome.
    """
    if examined.outcome.limits is None:
        return
    ends = zip(("floor", "ceiling"), ("lowest", "highest"), examined.outcome.limits, strict=True)
    for name, which, limit in ends:
        if np.isfinite(limit):
            yield _at_end(examined, (name, which), float(limit), float((values == limit).mean()))


def _advice(examined: Examined) -> str:
    return _OVER_VISITS if examined.family.repeated else _ADVICE


def _at_end(examined: Examined, called: tuple[str, str], limit: float, share: float) -> Check:
    name, which = called
    verdict = graded(share > verdicts.AT_END, False)
    found = f"{percent(share)} have the {which} possible value, {written(limit)}"
    allowed = f"{percent(verdicts.AT_END)}"
    if verdict == "fine":
        words = f"The scale has no {name} here: {found}; up to {allowed} is accepted."
    elif examined.family.name.startswith("ordinal"):
        words = (
            f"The scale has a {name}: {found}, more than {allowed}. The model takes this as it is, but the scale cannot "
            "tell these participants apart, so that a true difference among them is not seen."
        )
    else:
        words = (
            f"The scale has a {name}: {found}, more than {allowed}. It cannot tell these participants apart, so that the "
            f"estimate is drawn towards 0; {_advice(examined)}"
        )
    return Check(name, examined.outcome.name, np.nan, np.nan, share, verdict, words)


def check_beyond(examined: Examined, fitted: Floats) -> Iterator[Check]:
    """Say how many predictions lie beyond the ends of the scale; nothing without declared limits.

    Parameters
    ----------
    examined : Examined
        A model whose predictions know no ends.
    fitted : ndarray, shape (n_rows,)
        Its predictions.
    """
    if examined.outcome.limits is None or not np.isfinite(examined.outcome.limits).any():
        return
    low, high = examined.outcome.limits
    beyond = int(((fitted < low) | (fitted > high)).sum())
    share = beyond / len(fitted)
    verdict = graded(share > verdicts.BEYOND_LOOK, share > verdicts.BEYOND_SERIOUS)
    found = f"{beyond:,} of {len(fitted):,} predictions ({percent(share)})"
    words = {
        "fine": f"Predictions keep to the scale: {found} lie beyond its ends.",
        "look": f"Predictions leave the scale: {found} lie beyond its ends, where the straight line cannot hold; {_advice(examined)}",
        "serious": f"Predictions leave the scale: {found} lie beyond its ends. A straight line is the wrong shape for "
        f"this outcome; {_advice(examined)}",
    }
    yield Check("beyond the scale", examined.outcome.name, np.nan, np.nan, share, verdict, words[verdict])

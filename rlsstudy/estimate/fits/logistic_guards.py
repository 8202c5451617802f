"""What is checked about a binary outcome and its clusters, and what is said when a check fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.clusters import Clusters, few_clusters
from rlsstudy.estimate.fits.guards import Status, number_in_note
from rlsstudy.estimate.fits.logistic_likelihood import ScaledDesign

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MIN_EVENTS, ENOUGH_EVENTS = 5, 10
MIN_EVENTS_PENALISED, ENOUGH_EVENTS_PENALISED = 1, 3
STEEP = 10  # log odds; far beyond what any single measurement is known to do
_CODE = "Code the event as 1 and its absence as 0."


def coded_outcome(y: ArrayLike) -> Floats:
    """Return an outcome of 0 and 1 as floats, gaps kept, or say in which way it is coded otherwise."""
    values = np.asarray(y)
    if values.dtype.kind not in "biuf":
        raise EstimationError(f"y holds no numbers (its type is {values.dtype}). {_CODE}")
    outcome = values.astype(np.float64)
    present = outcome[np.isfinite(outcome)]
    kinds = {
        "negative numbers": present < 0,
        "numbers between 0 and 1": (present > 0) & (present < 1),
        "whole numbers above 1, as in a coding 1 and 2": (present > 1) & (present == np.floor(present)),
        "fractions above 1": (present > 1) & (present != np.floor(present)),
    }
    found = [kind for kind, where in kinds.items() if where.any()]
    if found:
        raise EstimationError(f"y has values other than 0 and 1 ({'; '.join(found)}). {_CODE}")
    return outcome


def check_both_classes(y: Floats) -> None:
    """Refuse an outcome that everybody, or nobody, has."""
    events = int(y.sum())
    if events in (0, len(y)):
        who = "nobody" if events == 0 else "everybody"
        raise EstimationError(
            f"Of {len(y)} participants {who} has the outcome (y is {min(events, 1)} throughout), so there is "
            "nothing to explain. Choose participants, or an outcome, with both classes."
        )


def check_events(y: Floats, slopes: int, penalty: str | None) -> None:
    """Refuse fewer people with the rarer outcome than the coefficients beside the intercept need."""
    rarer, least = _rarer(y), MIN_EVENTS if penalty is None else MIN_EVENTS_PENALISED
    if rarer >= least * slopes:
        return
    penalised = 'take Firth\'s penalised likelihood (penalty="firth"), ' if penalty is None else ""
    raise EstimationError(
        f"Participants with the rarer outcome: {rarer}; coefficients beside the intercept: {slopes}. Allowed: at least "
        f"{least} of the former for each of the latter. Leave columns out, {penalised}or take more participants."
    )


def judged(
    design: ScaledDesign, y: Floats, coef: Floats, clusters: Clusters | None, penalty: str | None
) -> tuple[Status, str]:
    """Flag a fit with few events, few clusters or a coefficient close to separation."""
    slopes = [j for j in range(len(coef)) if j != design.intercept]
    rarer, enough = _rarer(y), ENOUGH_EVENTS if penalty is None else ENOUGH_EVENTS_PENALISED
    notes = []
    if rarer < enough * len(slopes):
        notes.append(
            f"participants with the rarer outcome: {number_in_note(rarer)}, coefficients beside the intercept: {len(slopes)}; "
            f"fewer than {enough} for each are unreliable"
        )
    notes += [
        f"'{design.names[j]}' changes the log odds by more than {STEEP} for a standard deviation, close to separation"
        for j in slopes
        if abs(coef[j]) > STEEP
    ]
    if clusters is not None:
        notes += few_clusters(len(clusters.sizes), "clusters")
    return ("flagged" if notes else "ok"), "; ".join(notes)


def _rarer(y: Floats) -> int:
    return int(min(y.sum(), len(y) - y.sum()))

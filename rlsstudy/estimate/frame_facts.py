"""What a frame of estimates says about itself, in its ``.attrs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort


def frame_facts(cohort: Cohort, outcome: str) -> dict[str, Any]:
    """Return which outcome and cohort the rows are about, and whether the data are synthetic."""
    return {
        "outcome": outcome,
        "outcome_label": cohort.model[outcome].label_with_unit,
        "synthetic": cohort.is_synthetic,
        "cohort": dict(cohort.origin.facts),
    }

"""Results in words: short sentences whose every number comes from the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.cohort import NOT_APPLICABLE
from rlsstudy.present.effect_rows import is_scored, is_synthetic, outcome_of, read_effects
from rlsstudy.present.effect_sentences import (
    about_chance,
    about_largest,
    about_refusals,
    about_truth,
    about_zero,
    adjective,
    sentences,
)
from rlsstudy.present.elements import Prose
from rlsstudy.present.numbers import with_unit, write_count, write_mean, write_share
from rlsstudy.present.summaries import gap_reasons, outcome_values
from rlsstudy.present.wording import SYNTHETIC, items_of
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.cohort.cohort import Cohort


def describe_cohort(cohort: Cohort) -> Prose:
    """Say who is in the cohort, what is known of the outcome, and what is missing.

    Parameters
    ----------
    cohort : Cohort
        The cohort.

    Returns
    -------
    Prose
        One paragraph on size and origin, one on outcome and gaps. ``.numbers`` has what is stated.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> prose = rls.describe_cohort(rls.simulate_cohort(n=100, seed=1))
    >>> int(prose.numbers["participants"])
    100
    """
    cohort.refuse_visits("A description")
    outcome = cohort.model[cohort.study.outcome]
    known = outcome_values(cohort)
    sd = float(known.std(ddof=1)) if known.size > 1 else np.nan
    mean = float(known.mean()) if known.size else np.nan
    about_outcome = (
        f"{outcome.label} is known for {write_count(known.size)} of {counted(cohort.n, 'participant')}"
        + (f"; its mean (SD) is {with_unit(write_mean(mean, sd), outcome.unit)}." if known.size else ".")
    )
    numbers = {"participants": cohort.n, "with_outcome": known.size, "outcome_mean": mean, "outcome_sd": sd}
    return Prose(
        (
            sentences(_about_origin(cohort), _about_flow(cohort)),
            sentences(about_outcome, _about_gaps(cohort)),
        ),
        numbers,
    )


def describe_effects(effects: pd.DataFrame) -> Prose:
    """Say what estimated effects show, and what they do not.

    Parameters
    ----------
    effects : DataFrame
        As returned by ``estimate_effects`` or ``score_effects``.

    Returns
    -------
    Prose
        What was estimated and under which assumption; what excludes zero, what lies furthest from
        it, what could not be estimated; with scored effects, how many intervals hold the truth.

    Raises
    ------
    EstimationError
        The frame has no rows or is not an effects frame.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.estimate_effects(rls.simulate_cohort(n=300, seed=1), ["caffeine"])
    >>> rls.describe_effects(effects).paragraphs[0].split(".")[0]
    '1 contrast of 1 factor was compared, with one model for each factor'
    """
    rows = read_effects(effects)
    factors = len({row.factor for row in rows})
    verb = "was" if len(rows) == 1 else "were"
    done = (
        f"{counted(len(rows), 'contrast')} of {counted(factors, 'factor')} {verb} compared, with one model for each "
        f"factor. Differences are in {outcome_of(effects)}."
    )
    found = (
        about_zero(rows),
        about_chance(rows),
        about_largest(rows),
        "Contrasts differ in width, so the sizes of two factors are not a ranking of importance.",
        about_refusals(rows),
    )
    origin = SYNTHETIC if is_synthetic(effects, rows) else ""
    paragraphs = [sentences(done, origin, _about_reading(adjective(rows))), sentences(*found)]
    if is_scored(rows):
        paragraphs.append(_about_scores(about_truth(rows)))
    return Prose(tuple(paragraphs))


def _about_origin(cohort: Cohort) -> str:
    if not cohort.is_synthetic:
        return f"The cohort has {counted(cohort.n, 'participant')}."
    return (
        f"The cohort has {counted(cohort.n, 'simulated participant')}: the data are synthetic. They follow the "
        f"declared model '{cohort.model.name}' and can show how a method behaves, not what is true of patients."
    )


def _about_flow(cohort: Cohort) -> str:
    """Name the step at which most participants left; drawing a synthetic cohort is not leaving."""
    steps = [entry for entry in cohort.ledger if entry.left]
    if not steps or cohort.is_synthetic:
        return ""
    most = max(steps, key=lambda entry: entry.left)
    gone = sum(entry.left for entry in steps)
    return (
        f"{write_count(gone)} of {counted(steps[0].before, 'participant')} left before, most of them "
        f"({write_count(most.left)}) at the step '{most.step}' ({most.reason})."
    )


def _about_gaps(cohort: Cohort) -> str:
    items = items_of(cohort.model)
    shown = [
        v for v in cohort.model.measured if v.name in cohort.data and v.name not in items and not v.is_carried
    ]
    reasons = {v.name: gap_reasons(cohort, v.name) for v in shown}
    gaps = {
        name: sum(n for reason, n in counts.items() if reason != NOT_APPLICABLE)
        for name, counts in reasons.items()
    }
    with_gaps = {name: n for name, n in gaps.items() if n}
    if not with_gaps:
        return f"None of the {counted(len(shown), 'variable')} has missing values."
    most = max(with_gaps, key=with_gaps.__getitem__)
    concerned = cohort.n - reasons[most].get(NOT_APPLICABLE, 0)
    verb = "has" if len(with_gaps) == 1 else "have"
    return (
        f"{write_count(len(with_gaps))} of {counted(len(shown), 'variable')} {verb} missing values; most are in "
        f"{cohort.model[most].label} ({write_share(with_gaps[most], concerned)})."
    )


def _about_reading(adjustment: str) -> str:
    if adjustment != "adjusted":
        return "These are associations: what else differs between the compared groups is part of them."
    return (
        "Crude differences are associations. Adjusted differences are effects under the declared graph: "
        "if a cause that it does not show is shared with the outcome, they are not."
    )


def _about_scores(truth: str) -> str:
    return sentences(
        "The cohort is synthetic, so the truth is known.",
        truth,
        "Over many cohorts, 95 of 100 intervals of a sound method hold it." if truth else "",
    )

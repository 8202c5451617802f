"""Items of a scale that run against the others, as those do that were stored reversed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.equations import SumOf
from rlsstudy.problems import Severity

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.problems import Problem

FEWEST_PEOPLE = 30
FEWEST_ITEMS = 3
Z = 3.0  # standard errors below 0 that a correlation must be


def reversed_items(columns: Mapping[str, ReadColumn], model: CausalModel) -> Iterator[Problem]:
    """Warn of items whose correlation with the sum of the other items is negative beyond chance.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read and derived.
    model : CausalModel
        Says which items make up which score.
    """
    for variable in model.measured:
        if isinstance(variable.equation, SumOf):
            items = [columns[name] for name in variable.equation.causes if name in columns]
            if len(items) >= FEWEST_ITEMS:
                yield from _against_the_others(items, variable.label)


def _against_the_others(items: list[ReadColumn], score: str) -> Iterator[Problem]:
    answers = np.column_stack([item.values for item in items])
    answers = answers[~np.isnan(answers).any(axis=1)]
    if len(answers) < FEWEST_PEOPLE:
        return
    total = answers.sum(axis=1)
    for item, own in zip(items, answers.T, strict=True):
        others = total - own
        if np.ptp(own) == 0 or np.ptp(others) == 0:
            continue
        correlation = float(np.corrcoef(own, others)[0, 1])
        # Fisher's z has the standard error 1 / sqrt(n - 3).
        if np.arctanh(min(max(correlation, -0.999), 0.999)) * np.sqrt(len(answers) - 3) < -Z:
            yield from item.problems(
                "W_REVERSED_ITEM",
                "answer",
                f"that run against the other items of '{score}' (correlation {correlation:.2f})",
                ~np.isnan(item.values),
                allowed="items that all point the same way",
                hint="Is it stored reversed, or the others? Look at the value labels before anything is reversed.",
                severity=Severity.WARN,
            )

"""Taking participants out by declared rules, with a ledger entry for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.read_column import ReadColumn
from rlsstudy.cohort.cohort import LedgerEntry
from rlsstudy.declare.data_files import Exclusion
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray


def apply_exclusions(
    rules: Sequence[Exclusion], columns: Mapping[str, ReadColumn], people: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], list[LedgerEntry], list[Problem]]:
    """Say who stays.

    Parameters
    ----------
    rules : sequence of Exclusion
        Applied in this order; a participant is counted at the first rule that applies.
    columns : mapping of str to ReadColumn
        What was read and derived, by variable.
    people : ndarray of int, shape (n,)
        The participant of each row. With visits a rule takes out the rows to which it applies; the ledger counts the
        participants who have a row left.

    Returns
    -------
    stays : ndarray of bool, shape (n,)
        Who stays.
    ledger : list of LedgerEntry
        One entry a rule.
    problems : list of Problem
        Rules on variables that were not read, and nobody left.
    """
    n = len(people)
    stays = np.ones(n, dtype=bool)
    ledger, problems = [], []
    for rule in rules:
        if rule.variable not in columns:
            problems.append(_unread(rule))
            continue
        before = len(np.unique(people[stays]))
        stays &= ~_matches(rule, columns[rule.variable].values)
        ledger.append(LedgerEntry("excluded", rule.reason, before, len(np.unique(people[stays]))))
    if n and not stays.any():
        hint = "Check the bounds in [[exclusions]], and the units of the columns they use."
        problems.append(Problem("E_NO_ROWS", "Nobody is left after the exclusions", hint=hint, count=n))
    return stays, ledger, problems


def _matches(rule: Exclusion, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark those to whom a rule applies; a missing value is neither below nor above."""
    found = np.isnan(values) if rule.when_missing else np.zeros(len(values), dtype=bool)
    if rule.below is not None:
        found |= values < rule.below
    if rule.above is not None:
        found |= values > rule.above
    return found


def _unread(rule: Exclusion) -> Problem:
    message = f"The exclusion '{rule.reason}' needs '{rule.variable}', which has no column"
    return Problem("E_MISSING_COLUMN", message, hint="Map its column in [columns].", column=rule.variable)

"""Patterns that single values do not show: each is a warning, and none changes the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rlsstudy.cohort.checks.suspect_items import reversed_items
from rlsstudy.cohort.checks.suspect_people import repeated_people
from rlsstudy.cohort.checks.suspect_units import unit_differences
from rlsstudy.cohort.checks.suspect_values import crowded_zeros, digit_preference, sentinels
from rlsstudy.declare.kinds import CARRIED

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.problems import Problem


def suspicions(columns: Mapping[str, ReadColumn], model: CausalModel, site: str | None) -> list[Problem]:
    """Look for codes taken for values, mixed units, items against the others, rounding, and people entered twice.

    Parameters
    ----------
    columns : mapping of str to ReadColumn
        What was read and derived, of those who stay.
    model : CausalModel
        Says which items make up which score.
    site : str, optional
        The variable that tells apart where participants were measured.

    Returns
    -------
    list of Problem
        Warnings and notes.
    """
    read = [column for column in columns.values() if column.source is not None]
    numbers = [
        column for column in read if not column.variable.has_levels and column.variable.kind not in CARRIED
    ]
    problems: list[Problem] = []
    for column in numbers:
        problems += [*sentinels(column), *crowded_zeros(column), *digit_preference(column)]
    if site is not None and site in columns:
        problems += unit_differences(numbers, columns[site])
    return [*problems, *reversed_items(columns, model), *repeated_people(read)]

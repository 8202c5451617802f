"""Single columns: codes for missing taken for values, zeros that stand for gaps, a preference for round digits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.validate import USUAL_CODES
from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.declare.rls import rls_model
from rlsstudy.problems import Severity, plain_number

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import Floats
    from rlsstudy.problems import Problem

FEWEST_CODES = 3  # a single high value is a high value
FEWEST_SHARE = 0.005
FEWEST_OTHERS = 10  # values to compare with
APART = 0.5  # how far a code is from the nearest value, in spans from the median to that value
FEWEST_ZEROS = 5
NEAR_ZERO = 0.2  # the smallest value above 0, as a share of their median, from which on nothing is near 0
FEWEST_FOR_DIGITS = 100
FIRST_VALUES = 2_000  # that are enough to see how many different ones there are
ROUND_SHARE = 0.6  # of last digits that are 0 or 5; 0.2 is expected


def sentinels(column: ReadColumn) -> Iterator[Problem]:
    """Warn of the usual codes for missing where they are plausible values, but far from all others and repeated."""
    known = column.values[~np.isnan(column.values)]
    if len(known) < FEWEST_OTHERS + FEWEST_CODES or column.converted:
        return
    for code in (float(known.max()), float(known.min())):
        where = column.values == code
        count = int(where.sum())
        if (
            code in USUAL_CODES
            and count >= max(FEWEST_CODES, FEWEST_SHARE * len(known))
            and _far_off(known, code)
        ):
            yield from column.problems(
                "W_SENTINEL",
                "value",
                f"of {plain_number(code)}, far from all others",
                where,
                hint=f'A code for missing? Then declare it: in [columns], {column.name} = {{ …, missing = ["{plain_number(code)}"] }}.',
                severity=Severity.WARN,
            )


def _far_off(known: Floats, code: float) -> bool:
    others = known[known != code]
    if len(others) < FEWEST_OTHERS:
        return False
    nearest = others[np.argmin(np.abs(others - code))]
    return bool(abs(code - nearest) > APART * abs(nearest - np.median(others)))


def crowded_zeros(column: ReadColumn) -> Iterator[Problem]:
    """Warn of zeros in a measurement that has no values near 0: exports write a gap as 0."""
    variable = column.variable
    if variable.kind is not Kind.CONTINUOUS or variable.scale is not Scale.LINEAR:
        return
    known = rls_model().by_name.get(variable.name)
    if known is not None and known.limits is not None and known.limits[0] <= 0:
        return  # the package knows that it can be 0
    zero = column.values == 0
    above = column.values[column.values > 0]
    if int(zero.sum()) < max(FEWEST_ZEROS, FEWEST_SHARE * len(column.values)) or len(above) < FEWEST_OTHERS:
        return
    if above.min() > NEAR_ZERO * np.median(above):
        yield from column.problems(
            "W_FALSE_ZERO",
            "value",
            "of 0, with no other near it",
            zero,
            hint=f'A gap written as 0? Then declare it: in [columns], {column.name} = {{ …, missing = {{ 0 = "not recorded" }} }}.',
            severity=Severity.WARN,
        )


def digit_preference(column: ReadColumn) -> Iterator[Problem]:
    """Note a measurement in whole numbers most of which end in 0 or 5."""
    variable = column.variable
    if variable.resolution not in (None, 1.0) or column.converted or variable.limits is None:
        return
    known = column.values[column.values > 0]  # who smokes no cigarettes has rounded nothing
    low, high = variable.limits
    if len(known) < FEWEST_FOR_DIGITS or high - low < 50 or not (known == np.floor(known)).all():
        return
    if float(np.ptp(known)) < 30 or len(np.unique(known[:FIRST_VALUES])) < 10:
        return
    rounded = (column.values > 0) & (column.values % 5 == 0)
    if int(rounded.sum()) > ROUND_SHARE * len(known):
        yield from column.problems(
            "N_DIGIT_PREFERENCE",
            "value",
            "ending in 0 or 5, more than measuring gives",
            rounded,
            hint="Values were rounded when they were read off: small differences are not to be trusted.",
            severity=Severity.NOTE,
        )

"""Sites whose values differ by the factor between two units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.problems import Problem, Severity, plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import Floats
    from rlsstudy.declare.variable import Variable

FEWEST_AT_SITE = 8
TOLERANCE = 0.10  # of the ratio of medians, on either side of a factor
QUARTILE_TOLERANCE = 0.30  # of the ratios of quartiles: the whole distribution is shifted, not its middle
LEAST_APART = 3.0  # standard errors of the difference of log medians
USUAL_FACTORS = (10.0, 100.0, 1000.0)  # between multiples of any unit


@dataclass(frozen=True, slots=True)
class _Difference:
    site: str
    ratio: float
    unit: str
    count: int


def unit_differences(numbers: Sequence[ReadColumn], site: ReadColumn) -> Iterator[Problem]:
    """Warn of a site whose values are those of all others times the factor of another unit.

    Parameters
    ----------
    numbers : sequence of ReadColumn
        The measurements.
    site : ReadColumn
        Where they were taken: levels, or texts.
    """
    for column in numbers:
        known = (column.values > 0) & ~np.isnan(site.values)
        found = [one for one in _different_sites(column, site, known) if one is not None]
        if found:
            # Of two sites each differs from the other: the one is named that has fewer values.
            first = min(found, key=lambda one: one.count)
            fits = f"; the ratio fits {first.unit}" if first.unit else ""
            others = f" ({len(found)} sites in all)" if len(found) > 1 else ""
            message = f"{column.place}: the values of '{first.site}' are {first.ratio:.3g} times those of the other sites{others}"
            yield Problem(
                "W_UNIT_SUSPECT",
                message,
                Severity.WARN,
                f"one unit{fits}",
                f'If they are in another unit, say so row by row: {column.name} = {{ …, unit_column = "…" }}.',
                column.file,
                column.name,
                count=first.count,
            )


def _different_sites(
    column: ReadColumn, site: ReadColumn, known: NDArray[np.bool_]
) -> Iterator[_Difference | None]:
    for code in np.unique(site.values[known]):
        here = known & (site.values == code)
        rest = known & (site.values != code)
        if min(int(here.sum()), int(rest.sum())) < FEWEST_AT_SITE:
            continue
        yield _difference(column, site, code, np.log(column.values[here]), np.log(column.values[rest]))


def _difference(
    column: ReadColumn, site: ReadColumn, code: float, own: Floats, others: Floats
) -> _Difference | None:
    apart = float(np.median(own) - np.median(others))
    error = 1.25 * np.sqrt(_spread(own) ** 2 / len(own) + _spread(others) ** 2 / len(others))
    if abs(apart) < max(LEAST_APART * error, np.log(1.5)):
        return None
    quartiles = np.quantile(own, [0.25, 0.75]) - np.quantile(others, [0.25, 0.75])
    for factor, unit in _factors(column.variable):
        for sign in (1.0, -1.0):
            off = np.log(factor) * sign
            if (
                abs(apart - off) < np.log1p(TOLERANCE)
                and (np.abs(quartiles - off) < np.log1p(QUARTILE_TOLERANCE)).all()
            ):
                return _Difference(_site_name(site, code), float(np.exp(apart)), unit, len(own))
    return None


def _factors(variable: Variable) -> Iterator[tuple[float, str]]:
    for unit, factor in variable.other_units:
        if factor != 1.0:
            yield (1 / factor if factor < 1 else factor), unit
    yield from ((factor, "") for factor in USUAL_FACTORS)


def _spread(values: Floats) -> float:
    low, high = np.quantile(values, [0.25, 0.75])
    return max(float(high - low) / 1.349, 1e-3)


def _site_name(site: ReadColumn, code: float) -> str:
    """Return the name of a site, which is nobody's."""
    if site.variable.has_levels:
        return site.variable.levels[int(code)]
    return str(site.texts[int(code)]) if site.texts is not None else plain_number(code)

"""What a cohort table says of one variable: which summary suits it, and its numbers by group.

The declaration decides. Levels: number and share of each; for two levels, of the last. Integers
with at most five possible values (allele doses, small counts): number and share of each value.
Other numbers: median and quartiles on a logarithmic scale, else mean and standard deviation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.cohort.cohort import NOT_APPLICABLE, NOT_RECORDED
from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.present.numbers import (
    ABSENT,
    decimals_for,
    decimals_of_mean,
    write_count,
    write_count_share,
    write_mean,
    write_plain,
    write_quartiles,
)
from rlsstudy.present.wording import with_level, with_unit_once

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable

    Mask = NDArray[np.bool_]

_FEW_VALUES = 5
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cohort table: its title, a text for each group, and the numbers behind them."""

    title: str
    indent: int
    texts: tuple[str, ...]
    records: tuple[dict[str, Any], ...] = ()


def describe(variable: Variable, values: pd.Series[Any], groups: Mapping[str, Mask]) -> Iterator[Line]:
    """Yield the lines of one variable, a text for each group."""
    if variable.has_levels or _has_few_values(variable):
        yield from _levels(variable, values, groups)
    elif variable.scale is Scale.LINEAR:
        yield _mean(variable, values, groups)
    else:
        yield _median(variable, values, groups)


def missing_text(cohort: Cohort, name: str) -> str:
    """Count the gaps of a variable by reason; not applicable is counted apart.

    ``"24 (declined 4, not done 20)"``, ``"3 (not done); not applicable 188"``.
    """
    counts = gap_reasons(cohort, name)
    outside = counts.pop(NOT_APPLICABLE, 0)
    text = write_count(sum(counts.values()))
    if counts:
        listed = [f"{reason} {write_count(n)}" for reason, n in sorted(counts.items())]
        text += f" ({next(iter(counts)) if len(counts) == 1 else ', '.join(listed)})"
    return f"{text}; {NOT_APPLICABLE} {write_count(outside)}" if outside else text


def gap_reasons(cohort: Cohort, name: str) -> dict[str, int]:
    """Count the gaps of a variable by reason."""
    gaps = cohort.data[name].isna()
    if not gaps.any():
        return {}
    if name not in cohort.reasons.columns:
        return {NOT_RECORDED: int(gaps.sum())}
    reasons = cohort.reasons.loc[gaps.to_numpy(), name].astype("object")
    counts = reasons.where(reasons.notna(), NOT_RECORDED).value_counts()
    return {str(reason): int(n) for reason, n in counts.items() if n}


def _has_few_values(variable: Variable) -> bool:
    limits = variable.limits
    return variable.kind is Kind.INTEGER and limits is not None and limits[1] - limits[0] < _FEW_VALUES


def _levels(variable: Variable, values: pd.Series[Any], groups: Mapping[str, Mask]) -> Iterator[Line]:
    if variable.kind is Kind.BINARY:
        yield _share(variable, variable.levels[-1], f"{with_level(variable)}, n (%)", 0, (values, groups))
        return
    yield Line(f"{variable.label}, n (%)", 0, ("",) * len(groups))
    if variable.has_levels:
        for level in variable.levels:
            yield _share(variable, level, level, 1, (values, groups))
    else:
        assert variable.limits is not None
        for value in range(int(variable.limits[0]), int(variable.limits[1]) + 1):
            yield _share(variable, value, write_plain(value), 1, (values, groups))


def _share(
    variable: Variable,
    level: str | int,
    title: str,
    indent: int,
    cohort: tuple[pd.Series[Any], Mapping[str, Mask]],
) -> Line:
    values, groups = cohort
    at_level = values.eq(level).to_numpy(dtype=bool, na_value=False)
    known = values.notna().to_numpy()
    counts = {
        group: (int((at_level & mask).sum()), int((known & mask).sum())) for group, mask in groups.items()
    }
    return Line(
        title,
        indent,
        tuple(write_count_share(n, total) if total else ABSENT for n, total in counts.values()),
        tuple(
            _record(
                variable,
                group,
                total,
                level=str(level),
                count=n,
                percent=100 * n / total if total else np.nan,
            )
            for group, (n, total) in counts.items()
        ),
    )


def _mean(variable: Variable, values: pd.Series[Any], groups: Mapping[str, Mask]) -> Line:
    found = {group: _numbers(values, mask) for group, mask in groups.items()}
    decimals = decimals_of_mean(_sd(_numbers(values)))
    means = {group: (float(x.mean()) if x.size else np.nan, _sd(x)) for group, x in found.items()}
    return Line(
        f"{with_unit_once(variable)}, mean (SD)",
        0,
        tuple(write_mean(mean, sd, decimals=decimals) for mean, sd in means.values()),
        tuple(
            _record(variable, group, found[group].size, mean=mean, sd=sd)
            for group, (mean, sd) in means.items()
        ),
    )


def _median(variable: Variable, values: pd.Series[Any], groups: Mapping[str, Mask]) -> Line:
    found = {group: _numbers(values, mask) for group, mask in groups.items()}
    lower, _, upper = _quartiles(_numbers(values))
    decimals = decimals_for((upper - lower) / 2)
    cuts = {group: _quartiles(x) for group, x in found.items()}
    return Line(
        f"{with_unit_once(variable)}, median (quartiles)",
        0,
        tuple(write_quartiles(mid, low, high, decimals=decimals) for low, mid, high in cuts.values()),
        tuple(
            _record(variable, group, found[group].size, quartile_1=low, median=mid, quartile_3=high)
            for group, (low, mid, high) in cuts.items()
        ),
    )


def _numbers(values: pd.Series[Any], mask: Mask | None = None) -> NDArray[np.float64]:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = numbers if mask is None else numbers[mask]
    return np.asarray(numbers[np.isfinite(numbers)])


def _sd(numbers: NDArray[np.float64]) -> float:
    return float(numbers.std(ddof=1)) if numbers.size > 1 else np.nan


def _quartiles(numbers: NDArray[np.float64]) -> tuple[float, float, float]:
    if not numbers.size:
        return np.nan, np.nan, np.nan
    low, mid, high = np.quantile(numbers, QUARTILES)
    return float(low), float(mid), float(high)


def _record(variable: Variable, group: str, n: int, **numbers: float | str) -> dict[str, Any]:
    return {"variable": variable.name, "group": group, "n": n, **numbers}


def outcome_values(cohort: Cohort) -> NDArray[np.float64]:
    """Return the outcome of those who have one; nobody has, in a file without such a column."""
    outcome = cohort.study.outcome
    if outcome not in cohort.data:
        return np.empty(0)
    return cohort.data[outcome].dropna().to_numpy(dtype=np.float64)

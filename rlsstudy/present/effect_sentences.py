"""Sentences about estimated effects, shared by prose and alternative texts; every number is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rlsstudy.present.numbers import write_count, write_number
from rlsstudy.present.wording import join_words
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from rlsstudy.present.effect_rows import EffectRow

_NOMINAL = 0.95
_MANY = 8  # more titles than this make a list that nobody reads
_ADJECTIVE = {"graph": "adjusted", "age_sex": "age-and-sex-adjusted", "crude": "crude"}


def estimated_rows(rows: Sequence[EffectRow]) -> list[EffectRow]:
    """Return the rows whose main estimate exists."""
    return [row for row in rows if not row.main.refused]


def adjective(rows: Sequence[EffectRow]) -> str:
    """Name the adjustment of the main estimates: ``adjusted`` is by the graph."""
    return _ADJECTIVE[rows[0].main.adjustment]


def about_zero(rows: Sequence[EffectRow]) -> str:
    """Say which intervals exclude zero, and how many would do so by chance."""
    estimated = estimated_rows(rows)
    if not estimated:
        return ""
    clear = [row.title for row in estimated if row.main.excludes_zero]
    named = f": {join_words(clear)}" if 0 < len(clear) <= _MANY else ""
    verb = "excludes" if len(clear) == 1 else "exclude"
    return f"{_of(len(clear), len(estimated))} {adjective(rows)} 95% intervals {verb} zero{named}."


def about_chance(rows: Sequence[EffectRow]) -> str:
    """Say how many intervals would exclude zero if no factor had an effect."""
    expected = (1 - _NOMINAL) * len(estimated_rows(rows))
    if not expected:
        return ""
    return f"If no factor had any effect, {write_number(expected, 1 if expected >= 1 else 2)} of them would be expected to do so by chance."


def about_largest(rows: Sequence[EffectRow]) -> str:
    """Name the estimate furthest from zero."""
    estimated = estimated_rows(rows)
    if not estimated:
        return ""
    row = max(estimated, key=lambda each: abs(each.main.estimate))
    return f"The {adjective(rows)} difference furthest from zero is that of {row.title}: {row.main.written}."


def about_refusals(rows: Sequence[EffectRow]) -> str:
    """Name what could not be estimated."""
    refused = [f"{row.title} ({row.main.written})" for row in rows if row.main.refused]
    if not refused:
        return ""
    named = f": {join_words(refused)}" if len(refused) <= _MANY else ""
    return f"{counted(len(refused), 'contrast has', 'contrasts have')} no {adjective(rows)} estimate{named}."


def about_truth(rows: Sequence[EffectRow]) -> str:
    """Count the intervals that hold the true effect, and name those that do not."""
    judged = [row for row in rows if row.main.covered is not None]
    if not judged:
        return ""
    outside = [f"{row.title} (truth {row.main.written_truth})" for row in judged if not row.main.covered]
    named = f" Outside: {join_words(outside)}." if 0 < len(outside) <= _MANY else ""
    held = len(judged) - len(outside)
    verb = "holds" if held == 1 else "hold"
    return f"{_of(held, len(judged))} {adjective(rows)} intervals {verb} the true effect, which follows from the declaration.{named}"


def sentences(*parts: str) -> str:
    """Join the sentences that there are."""
    return " ".join(part for part in parts if part)


def _of(count: int, total: int) -> str:
    return f"{write_count(count)} of {write_count(total)}"

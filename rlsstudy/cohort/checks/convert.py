"""From cells to declared values: numbers, units, levels, dates and texts, and the reason of every gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.convert_words import ORDER, said_of
from rlsstudy.cohort.checks.gaps import Gaps
from rlsstudy.cohort.checks.judge_numbers import judge_numbers
from rlsstudy.cohort.checks.judge_text import judge_texts
from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.cell_rule import CellRule, Verdicts
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn
    from rlsstudy.cohort.files.raw_columns import RawColumn
    from rlsstudy.problems import Problem

    Places = NDArray[np.intp] | NDArray[np.int32]


def convert(raw: RawColumn, rule: CellRule, blank: ReadColumn) -> tuple[ReadColumn, list[Problem]]:
    """Turn a column as it is in the file into a declared variable.

    Parameters
    ----------
    raw : TextColumn or NumberColumn
        The cells, one per row.
    rule : CellRule
        What they may be.
    blank : ReadColumn
        The column's declaration and place; its values are not looked at.

    Returns
    -------
    column : ReadColumn
        The values; cells that cannot be converted are gaps.
    problems : list of Problem
        What the reader noticed in the column, then everything that cannot be converted, by kind.
    """
    places: Places | None
    if isinstance(raw, TextColumn):
        verdicts, places = judge_texts(raw, rule), raw.codes
        if (raw.codes < 0).any():  # absent cells are empty ones
            verdicts, places = _with_absent(verdicts), raw.codes
        texts = raw.distinct if rule.variable.kind is Kind.TEXT else None
    else:
        verdicts, places = judge_numbers(raw, rule)
        texts = None
    values = verdicts.values if places is None else verdicts.values[places]
    gaps = _gaps(verdicts, places, len(values))
    if raw.stated is not None:
        gaps = _with_stated(gaps, raw.stated)
    column = replace(
        blank,
        values=values,
        gaps=gaps,
        texts=texts,
        converted=rule.factor != 1.0,
        date_format=rule.mapped.date_format,
    )
    return column, [*raw.problems, *_problems(column, raw, rule, verdicts, places)]


def _with_absent(verdicts: Verdicts) -> Verdicts:
    """Return the verdicts with one more at the end, for absent cells: their place is -1."""
    reasons = {reason: np.append(cells, False) for reason, cells in verdicts.reasons.items()}
    reasons.setdefault(NOT_RECORDED, np.zeros(len(verdicts.values) + 1, dtype=bool))[-1] = True
    return replace(
        verdicts,
        values=np.append(verdicts.values, np.nan),
        reasons=reasons,
        faults={code: np.append(cells, False) for code, cells in verdicts.faults.items()},
        open=np.append(verdicts.open, False),
    )


def _gaps(verdicts: Verdicts, places: Places | None, n: int) -> Gaps:
    """Return the reasons of gaps; a faulty cell has none, and the file is refused for it."""
    if not verdicts.reasons:
        return Gaps.none(n)
    codes = np.zeros(len(verdicts.values), dtype=np.int16)
    for number, cells in enumerate(verdicts.reasons.values(), 1):
        codes[cells] = number
    return Gaps(codes if places is None else codes[places], tuple(verdicts.reasons))


def _with_stated(gaps: Gaps, stated: NDArray[np.object_]) -> Gaps:
    """Take the reasons that the file itself gives, where nothing else is known."""
    unsaid = gaps.is_for(NOT_RECORDED) & (stated != "")
    for reason in dict.fromkeys(stated[unsaid]):
        gaps = gaps.marked(unsaid & (stated == reason), str(reason))
    return gaps


def _problems(
    column: ReadColumn, raw: RawColumn, rule: CellRule, verdicts: Verdicts, places: Places | None
) -> Iterator[Problem]:
    """Describe each kind of fault."""
    for code in (code for code in ORDER if code in verdicts.faults):
        cells = verdicts.faults[code]
        said = said_of(code, column, rule, _cells(raw, cells))
        where: Mask = cells if places is None else cells[places]
        yield from column.problems(
            code, said.noun, said.rest, where, allowed=said.allowed, hint=said.hint, severity=said.severity
        )


def _cells(raw: RawColumn, marked: Mask) -> list[str]:
    """Return the different faulty cells of a column of texts, to choose a hint by; they are not shown."""
    if isinstance(raw, TextColumn):
        return [str(cell) for cell in raw.distinct[marked[: len(raw.distinct)]]]
    return []

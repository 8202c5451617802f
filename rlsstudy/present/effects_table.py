"""The effects table: crude, age-and-sex and graph-adjusted estimates side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rlsstudy.present.effect_notes import (
    about_adjustment,
    about_index_event,
    about_participants,
    about_truth_error,
)
from rlsstudy.present.effect_rows import (
    ADJUSTMENTS,
    EffectRow,
    Estimated,
    by_domain,
    is_scored,
    is_synthetic,
    outcome_of,
    read_effects,
)
from rlsstudy.present.elements import Column, Row, Table
from rlsstudy.present.numbers import ABSENT, write_count, write_p
from rlsstudy.present.wording import SYNTHETIC, heading, sentence

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.declare.causal_model import CausalModel

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class _Footnotes:
    """Gives each different remark a letter, in the order in which they first occur."""

    texts: list[str] = field(default_factory=list)

    def marked(self, text: str, remark: str) -> str:
        """Return the text with the letter of its remark."""
        if not remark:
            return text
        remark = sentence(remark)
        if remark not in self.texts:
            self.texts.append(remark)
        return f"{text} [{_letter(self.texts.index(remark))}]"

    def written(self) -> list[str]:
        """Return the remarks, each after its letter."""
        return [f"[{_letter(place)}] {text}" for place, text in enumerate(self.texts)]


def tabulate_effects(effects: pd.DataFrame, *, model: CausalModel | None = None) -> Table:
    """Write estimated effects as a table grouped by domain.

    Parameters
    ----------
    effects : DataFrame
        As returned by ``estimate_effects`` or ``score_effects``.
    model : CausalModel, optional
        Where the labels of covariates are declared; without it those that are not factors
        themselves are called by their names.

    Returns
    -------
    Table
        One row per factor contrast: each estimate in outcome points with its 95% interval, the
        p-value and the participants of the most adjusted one, and, where effects were scored, the
        truth and whether that interval holds it. Notes say in words why an estimate is flagged or
        refused, whom each column uses and what was adjusted for. ``.frame`` is the effects frame.

    Raises
    ------
    EstimationError
        The frame has no rows or is not an effects frame.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.estimate_effects(rls.simulate_cohort(n=300, seed=1), ["caffeine"])
    >>> [column.header for column in rls.tabulate_effects(effects).columns][-3:]
    ['Adjusted (graph)', 'p', 'N']
    """
    rows = read_effects(effects)
    shown = [name for name in ADJUSTMENTS if any(name in row.by_adjustment for row in rows)]
    scored = is_scored(rows)
    footnotes = _Footnotes()
    body: list[Row] = []
    for domain, members in by_domain(rows):
        body.append(Row((heading(domain),), kind="group"))
        body += [Row(tuple(_cells(row, shown, scored, footnotes))) for row in members]
    notes = (
        _reading(rows, shown, scored),
        about_participants(rows, shown),
        about_truth_error(rows),
        *about_adjustment(rows, model),
        about_index_event(rows),
        *footnotes.written(),
    )
    caption = _caption(effects, is_synthetic(effects, rows))
    return Table(_columns(shown, scored), tuple(body), caption, tuple(filter(None, notes)), effects)


def _columns(shown: Sequence[str], scored: bool) -> tuple[Column, ...]:
    estimates = [Column(ADJUSTMENTS[name], "right") for name in shown]
    truth = [Column("Truth", "right"), Column("Truth in interval")] if scored else []
    return (Column("Factor and contrast"), *estimates, Column("p", "right"), Column("N", "right"), *truth)


def _cells(row: EffectRow, shown: Sequence[str], scored: bool, footnotes: _Footnotes) -> Iterator[str]:
    yield row.title
    for name in shown:
        estimated = row.by_adjustment.get(name)
        yield ABSENT if estimated is None else footnotes.marked(estimated.written, estimated.note)
    main = row.main
    yield ABSENT if main.refused else write_p(main.p_value)
    yield ABSENT if main.refused else write_count(main.n_used)
    if scored:
        yield main.written_truth
        yield _held(main)


def _held(estimated: Estimated) -> str:
    if estimated.covered is None:
        return ABSENT
    return "inside" if estimated.covered else "outside"


def _caption(effects: pd.DataFrame, synthetic: bool) -> str:
    caption = f"Difference in {outcome_of(effects)} for each contrast of a factor (95% interval)."
    return f"{caption} {SYNTHETIC}" if synthetic else caption


def _reading(rows: Sequence[EffectRow], shown: Sequence[str], scored: bool) -> str:
    main = ADJUSTMENTS[rows[0].main.adjustment].lower()
    parts = [f"One model for each factor; p, N and truth belong to the column '{main}'."]
    if not scored:
        parts = [f"One model for each factor; p and N belong to the column '{main}'."]
    if "graph" in shown:
        parts.append("Adjusted differences are effects only as far as the declared graph is right.")
    return " ".join(parts)


def _letter(place: int) -> str:
    """Return a, b, … z, aa, ab, …."""
    before, last = divmod(place, len(_LETTERS))
    return (_letter(before - 1) if before else "") + _LETTERS[last]

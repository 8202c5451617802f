"""What stands under an effects table: whom its columns use, what was adjusted for, and how sure the truth is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rlsstudy.estimate.adjustments import INDEX_EVENT
from rlsstudy.present.effect_rows import ADJUSTMENTS, EffectRow
from rlsstudy.present.numbers import write_at_most, write_count, write_range
from rlsstudy.present.wording import join_words

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel

_INDEX_EVENT = (
    "Index-event bias: such a factor helps to decide who is in the population. Among those who are, it goes along "
    "with their other reasons for being there, and these may act on the outcome."
)


def about_participants(rows: Sequence[EffectRow], shown: Sequence[str]) -> str:
    """Say how many participants the other columns use, where these are not those of column N."""
    if not any(_differs(row) for row in rows):
        return ""
    main = rows[0].main.adjustment
    used = {
        name: [e.n_used for row in rows if (e := row.by_adjustment.get(name)) and not e.refused]
        for name in shown
        if name != main
    }
    listed = ", ".join(f"{ADJUSTMENTS[name].lower()} N {_range(used[name])}" for name in used if used[name])
    return f"The columns use different participants, because each model needs other variables: {listed}."


def about_truth_error(rows: Sequence[EffectRow]) -> str:
    """Say what the truth is, and how far its simulation may be off."""
    errors = [row.main.truth_error for row in rows if row.main.truth_error is not None]
    if not errors:
        return ""
    truth = "Truth: the true effect, which follows from the declaration"
    if not max(errors):
        return f"{truth}."
    return f"{truth}; by simulated intervention, Monte-Carlo standard error at most {write_at_most(max(errors))}."


def about_index_event(rows: Sequence[EffectRow]) -> str:
    """Explain index-event bias, where a note says that it is possible."""
    notes = (e.note for row in rows for e in row.by_adjustment.values())
    return _INDEX_EVENT if any(INDEX_EVENT in note for note in notes) else ""


def about_adjustment(rows: Sequence[EffectRow], model: CausalModel | None) -> Iterator[str]:
    """Yield one note for each different adjustment set, with all factors that have it.

    Sets that differ only in that each factor is missing from its own are one.
    """
    labels = {row.factor: row.label for row in rows}
    sets = {
        row.factor: e.adjusted_for for row in rows if (e := row.by_adjustment.get("graph")) and not e.refused
    }
    with_itself = {factor: frozenset((factor, *covariates)) for factor, covariates in sets.items()}
    sharing = Counter(with_itself.values())
    groups: dict[Collection[str], list[str]] = {}
    for factor, whole in with_itself.items():
        groups.setdefault(whole if sharing[whole] > 1 else sets[factor], []).append(factor)
    for members in groups.values():
        covariates = sets[members[0]]
        each_other = ["each other"] if set(covariates) & set(members) else []
        shared = [_label(name, labels, model) for name in covariates if name not in members]
        named = join_words([*each_other, *shared]) or "nothing, by the graph"
        yield f"{join_words([labels[member] for member in members])}: adjusted for {named}."


def _differs(row: EffectRow) -> bool:
    """Whether the estimates of a row use different numbers of participants."""
    return len({e.n_used for e in row.by_adjustment.values() if not e.refused}) > 1


def _range(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return write_count(low) if low == high else write_range(low, high, 0)


def _label(name: str, labels: Mapping[str, str], model: CausalModel | None) -> str:
    if model is not None and name in model:
        return model[name].label
    return labels.get(name, name)

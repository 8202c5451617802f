"""Effects by several models side by side, all in the unit of the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.families import FAMILIES
from rlsstudy.present.effect_rows import EffectRow, by_domain, is_synthetic, outcome_of, read_effects
from rlsstudy.present.elements import Column, Row, Table
from rlsstudy.present.numbers import ABSENT
from rlsstudy.present.wording import SYNTHETIC, heading, sentence

if TYPE_CHECKING:
    import pandas as pd


def tabulate_models(effects: pd.DataFrame, *, adjustment: str = "graph") -> Table:
    """Write the estimates of several models side by side.

    Parameters
    ----------
    effects : DataFrame
        As returned by ``estimate_effects`` with several models, or by ``score_effects``.
    adjustment : str
        Which adjustment is shown.

    Returns
    -------
    Table
        One row per factor contrast, one column per model: estimate and 95% interval in the unit of
        the outcome, and beside each the truth where effects were scored. Notes say why an estimate is
        flagged or refused. ``.frame`` is the rows that are shown.

    Raises
    ------
    EstimationError
        The frame has no rows with that adjustment, or is not an effects frame.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.estimate_effects(rls.simulate_cohort(n=300, seed=1), "abi", model=("linear", "ordinal"))
    >>> [column.header for column in rls.tabulate_models(effects).columns]
    ['Factor and contrast', 'Linear', 'Proportional odds, all totals']
    """
    chosen = _of_adjustment(effects, adjustment)
    models = [str(name) for name in chosen["model"].unique()]
    rows = {name: read_effects(chosen[chosen["model"] == name]) for name in models}
    scored = {name: any(row.truth is not None for row in rows[name]) for name in models}
    notes: list[str] = []
    body: list[Row] = []
    for domain, members in by_domain(rows[models[0]]):
        body.append(Row((heading(domain),), kind="group"))
        body += [Row(tuple(_cells(member, rows, scored, notes))) for member in members]
    synthetic = any(is_synthetic(chosen, rows[name]) for name in models)
    caption = f"Difference in {outcome_of(effects)} for each contrast of a factor, by model (95% interval)."
    return Table(
        tuple(_columns(models, scored)),
        tuple(body),
        f"{caption} {SYNTHETIC}" if synthetic else caption,
        (*_reading(models), *notes),
        chosen,
    )


def _of_adjustment(effects: pd.DataFrame, adjustment: str) -> pd.DataFrame:
    if "model" not in effects or "adjustment" not in effects:
        raise EstimationError(
            "This is not an effects frame. Pass what estimate_effects or score_effects returned."
        )
    chosen = effects[effects["adjustment"] == adjustment]
    if chosen.empty:
        offered = [str(name) for name in effects["adjustment"].unique()]
        raise EstimationError(
            f"The effects frame has no rows adjusted by '{adjustment}'.{did_you_mean(adjustment, offered)}"
        )
    return chosen


def _columns(models: Sequence[str], scored: Mapping[str, bool]) -> Iterator[Column]:
    yield Column("Factor and contrast")
    for name in models:
        yield Column(FAMILIES[name].label if name in FAMILIES else name, "right")
        if scored[name]:
            yield Column("Truth", "right")


def _cells(
    member: EffectRow,
    rows: Mapping[str, Sequence[EffectRow]],
    scored: Mapping[str, bool],
    notes: list[str],
) -> Iterator[str]:
    yield member.title
    for name, of_model in rows.items():
        found = [row for row in of_model if (row.factor, row.contrast) == (member.factor, member.contrast)]
        if not found:
            yield ABSENT
            if scored[name]:
                yield ABSENT
            continue
        main = found[0].main
        yield main.written + _mark(main.note if main.status != "ok" else "", notes)
        if scored[name]:
            yield main.written_truth if main.truth is not None else ABSENT


def _mark(note: str, notes: list[str]) -> str:
    """Return the number of a note, in brackets, adding it where it is new."""
    if not note:
        return ""
    numbered = [text.split("] ", 1)[1] for text in notes]
    text = sentence(note)
    if text not in numbered:
        notes.append(f"[{len(notes) + 1}] {text}")
        numbered.append(text)
    return f" [{numbered.index(text) + 1}]"


def _reading(models: Sequence[str]) -> Iterator[str]:
    yield (
        "Every estimate compares everybody at the upper end of the contrast with everybody at the lower end, the "
        "covariates as they are, in the unit of the outcome."
    )
    families = [FAMILIES[name] for name in models if name in FAMILIES]
    if any(not family.is_mean for family in families):
        yield "A median or a quartile is not a mean: where a factor changes the spread, the columns differ rightly."
    if any(family.everybody for family in families):
        yield "Presence and severity are those of the whole cohort, in which those without the condition have 0 points."

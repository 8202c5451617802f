"""Tables of a study: participants, participant flow, effects, and what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rlsstudy.declare.kinds import Domain
from rlsstudy.present.arrows import Arrow, arrows_into, scale_of
from rlsstudy.present.cohort_table import tabulate_cohort
from rlsstudy.present.effects_table import tabulate_effects
from rlsstudy.present.elements import Column, Row, Table
from rlsstudy.present.numbers import write_count
from rlsstudy.present.wording import about_data, heading
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

__all__ = ["tabulate_cohort", "tabulate_effects", "tabulate_ledger", "tabulate_model"]
ARROW_COLUMNS = ["effect", "level", "cause", "contrast", "where", "size", "scale", "evidence", "source"]


def tabulate_ledger(cohort: Cohort) -> Table:
    """Show who left the cohort, at which step and why: the participant flow.

    Parameters
    ----------
    cohort : Cohort
        The cohort.

    Returns
    -------
    Table
        One row per step with the participants before it, those who left, and those after it.
        ``.frame`` has the same as numbers.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> [column.header for column in rls.tabulate_ledger(rls.simulate_cohort(n=100, seed=1)).columns]
    ['Step', 'Reason', 'Before', 'Left', 'After']
    """
    import pandas as pd

    frame = pd.DataFrame(
        [(entry.step, entry.reason, entry.before, entry.left, entry.after) for entry in cohort.ledger],
        columns=["step", "reason", "before", "left", "after"],
    )
    rows = tuple(
        Row((step, reason, *(write_count(number) for number in numbers)))
        for step, reason, *numbers in frame.itertuples(index=False)
    )
    columns = (
        Column("Step"),
        Column("Reason"),
        *(Column(header, "right") for header in ("Before", "Left", "After")),
    )
    caption = f"Participant flow: how the cohort came to {counted(cohort.n, 'participant')}."
    return Table(columns, rows, about_data(caption, cohort), frame=frame)


def tabulate_model(model: CausalModel, *, leading_to: Iterable[str] | None = None) -> Table:
    """List every declared arrow with its size, evidence and source: the codebook of the graph.

    Parameters
    ----------
    model : CausalModel
        The model.
    leading_to : iterable of str, optional
        Only what is declared about these variables and all that leads to them; by default everything.

    Returns
    -------
    Table
        By domain each variable that has causes, with the scale on which they act, and below it one
        row per cause, and per level where sizes differ by level. ``.frame`` has the same as numbers: the
        level of an unordered effect, and where the cause acts, in columns of their own.

    Examples
    --------
    >>> from rlsstudy import rls_model, tabulate_model
    >>> set(tabulate_model(rls_model()).frame.columns) >= {"effect", "cause", "size", "evidence"}
    True
    """
    import pandas as pd

    rows: list[Row] = []
    records = []
    shown = _with_ancestors(model, leading_to)
    for domain in Domain:
        effects = [variable for variable in shown if variable.domain is domain and variable.causes]
        if effects:
            rows.append(Row((heading(domain),), kind="group"))
        for variable in effects:
            arrows = tuple(arrows_into(variable, model))
            rows += _arrow_rows(variable, arrows)
            records += [_record(variable, arrow) for arrow in arrows]
    headers = ("Variable and its causes", "Contrast", "Size", "Evidence", "Source")
    frame = pd.DataFrame(records, columns=ARROW_COLUMNS)
    return Table(
        tuple(Column(header, "right" if header == "Size" else "left") for header in headers),
        tuple(rows),
        f"The declared causes of each variable in the model '{model.name}'.",
        ("Sizes are per contrast of the cause, on the scale named beside the variable.",),
        frame,
    )


def _with_ancestors(model: CausalModel, names: Iterable[str] | None) -> list[Variable]:
    if names is None:
        return list(model)
    kept = {ancestor for name in names for ancestor in (name, *model.ancestors_of(name))}
    return [variable for variable in model if variable.name in kept]


def _record(variable: Variable, arrow: Arrow) -> tuple[str | float, ...]:
    """Return the fields of ``ARROW_COLUMNS``."""
    acts = (arrow.contrast, arrow.where, arrow.size, scale_of(variable))
    return (variable.name, arrow.level, arrow.cause, *acts, arrow.evidence, arrow.source)


def _arrow_rows(variable: Variable, arrows: tuple[Arrow, ...]) -> Iterator[Row]:
    latent = "" if variable.measured else ", not measured"
    scale = scale_of(variable)
    yield Row((f"{variable.label}{latent}", scale, "", "", ""))
    for arrow in arrows:
        yield Row((arrow.heading, arrow.compared, arrow.written, arrow.evidence, arrow.source), indent=1)

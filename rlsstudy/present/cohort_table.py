"""The cohort table: who is in the cohort, by domain, labelled from the declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Domain
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import CohortError, DeclarationError
from rlsstudy.present.elements import Column, Row, Table
from rlsstudy.present.numbers import write_count
from rlsstudy.present.summaries import Line, describe, missing_text
from rlsstudy.present.wording import about_data, heading, items_of
from rlsstudy.problems import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Groups = Mapping[str, NDArray[np.bool_]]

EVERYBODY = "All"
_NUMBERS = ("level", "count", "percent", "mean", "sd", "median", "quartile_1", "quartile_3")


def tabulate_cohort(cohort: Cohort, by: str | None = None) -> Table:
    """Describe the participants: the first table of a paper.

    Parameters
    ----------
    cohort : Cohort
        The cohort.
    by : str, optional
        A variable with levels; a column is added for each of them. Who has no value there is in
        the first column only, and counted in a note.

    Returns
    -------
    Table
        A row for each measured variable by domain, as declared, but for texts and dates: number and
        share of levels and of integers with at most five possible values; median and quartiles for
        variables on a logarithmic scale; mean and SD for other numbers. Shares are of those with a value.
        Gaps are counted by reason; *not applicable* is not a gap. ``.frame`` has the numbers, one row
        per variable, level and group.

    Raises
    ------
    DeclarationError
        ``by`` is not declared, or has no levels.
    CohortError
        The cohort has no column ``by``.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> table = rls.tabulate_cohort(rls.simulate_cohort(n=100, seed=1), by="sex")
    >>> [column.header for column in table.columns][:2]
    ['Characteristic', 'All (N = 100)']
    """
    import pandas as pd

    cohort.refuse_visits("A table of characteristics")
    groups = _groups(cohort, by)
    records = []
    rows = []
    for domain, variables in _by_domain(cohort, by):
        rows.append(Row((heading(domain),), kind="group"))
        for variable in variables:
            lines = list(describe(variable, cohort.data[variable.name], groups))
            rows += _rows(lines, missing_text(cohort, variable.name))
            records += [record for line in lines for record in line.records]
    return Table(
        columns=_columns(groups),
        rows=tuple(rows),
        caption=about_data(_caption(cohort, by), cohort),
        notes=tuple(_notes(cohort, by)),
        frame=pd.DataFrame(records).reindex(columns=["variable", "group", "n", *_NUMBERS]),
    )


def _groups(cohort: Cohort, by: str | None) -> Groups:
    everybody = np.ones(cohort.n, dtype=np.bool_)
    if by is None:
        return {EVERYBODY: everybody}
    variable = cohort.model[by]
    if not variable.has_levels:
        raise DeclarationError(
            f"A cohort table is split by a variable with levels; '{by}' ({variable.label}) is {variable.kind}. "
            "Use one of its bands, or another variable."
        )
    if by not in cohort.data:
        raise CohortError(f"This cohort has no column '{by}' ({variable.label}) to split the table by.")
    values = cohort.data[by]
    by_level = {level: values.eq(level).to_numpy(dtype=bool, na_value=False) for level in variable.levels}
    first = f"{EVERYBODY} participants" if EVERYBODY in by_level else EVERYBODY
    return {first: everybody, **by_level}


def _by_domain(cohort: Cohort, by: str | None) -> Iterator[tuple[Domain, list[Variable]]]:
    left_out = {*items_of(cohort.model), *(v.name for v in cohort.model if v.is_carried), by}
    for domain in Domain:
        shown = [
            v for v in cohort.model.in_domain(domain) if v.name in cohort.data and v.name not in left_out
        ]
        if shown:
            yield domain, shown


def _rows(lines: list[Line], missing: str) -> list[Row]:
    """Put the gaps of a variable on its first line."""
    ends = [missing] + [""] * (len(lines) - 1)
    return [Row((line.title, *line.texts, end), line.indent) for line, end in zip(lines, ends, strict=True)]


def _columns(groups: Groups) -> tuple[Column, ...]:
    headers = (f"{group} (N = {write_count(mask.sum())})" for group, mask in groups.items())
    return (Column("Characteristic"), *(Column(header, "right") for header in headers), Column("Missing"))


def _caption(cohort: Cohort, by: str | None) -> str:
    split = "" if by is None else f" by {cohort.model[by].label}"
    return f"Characteristics of the {counted(cohort.n, 'participant')}{split}."


def _notes(cohort: Cohort, by: str | None) -> Iterator[str]:
    yield "Percentages are of participants with a value. SD: standard deviation. Quartiles: first to third."
    items = [name for name in items_of(cohort.model) if name in cohort.data]
    if items:
        yield f"Questionnaire items ({write_count(len(items))}) are shown through the scores they sum to."
    if by is not None:
        without = int(cohort.data[by].isna().sum())
        if without:
            label = cohort.model[by].label
            yield f"{counted(without, 'participant')} without a value of {label} in the first column only."

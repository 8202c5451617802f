"""A model's diagnosis as a table of sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlsstudy.errors import EstimationError
from rlsstudy.present.diagnostics_words import describe_caption
from rlsstudy.present.elements import Column, Row, Table
from rlsstudy.present.numbers import write_p
from rlsstudy.present.wording import heading, sentence

if TYPE_CHECKING:
    from rlsstudy.estimate.diagnose.diagnosis import Diagnosis

_VERDICTS = {
    "serious": "Serious: do not report the estimate without this",
    "look": "To look at: the estimate stands",
    "fine": "Fine",
    "not made": "Not made: the data cannot tell",
}
_NOTE = (
    "Verdicts weigh what matters in practice, and not a p-value alone: with many participants everything is told apart, "
    "whether it matters or not."
)


def tabulate_diagnostics(diagnosis: Diagnosis) -> Table:
    """Write a diagnosis as a table, the worst verdicts first.

    Parameters
    ----------
    diagnosis : Diagnosis
        As returned by ``diagnose_model``.

    Returns
    -------
    Table
        By verdict one row per check: what it is about, its p-value where it has one, and in words what was found, what
        it means for the estimate and what to do. ``.frame`` has the checks with their numbers.

    Raises
    ------
    EstimationError
        The model was refused; the message says why.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> from rlsstudy.estimate.diagnose.diagnose import diagnose_model
    >>> cohort = rls.simulate_cohort(n=100, seed=1)
    >>> table = tabulate_diagnostics(diagnose_model(cohort, "age", adjustment="crude"))
    >>> [column.header for column in table.columns]
    ['Check', 'About', 'p', 'In words']
    """
    if diagnosis.status == "refused":
        raise EstimationError(f"There is no model of '{diagnosis.factor.name}' to judge: {diagnosis.note}.")
    rows: list[Row] = []
    for verdict, title in _VERDICTS.items():
        found = diagnosis.checks[diagnosis.checks["verdict"] == verdict]
        if len(found):
            rows.append(Row((title,), kind="group"))
        for check, about, p_value, words in found[["check", "about", "p_value", "in_words"]].itertuples(
            index=False
        ):
            rows.append(Row((heading(check), about, write_p(p_value), words)))
    columns = (Column("Check"), Column("About"), Column("p", "right"), Column("In words"))
    notes = (_NOTE, sentence(diagnosis.note)) if diagnosis.note else (_NOTE,)
    return Table(columns, tuple(rows), describe_caption(diagnosis), notes, diagnosis.checks)

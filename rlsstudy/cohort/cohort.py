"""The cohort: data, why values are missing, who left, and where it all came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

NOT_APPLICABLE = "not applicable"
NOT_RECORDED = "not recorded"
BELOW_DETECTION = "below detection"
ABOVE_DETECTION = "above detection"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One step at which participants left, or were counted.

    Parameters
    ----------
    step : str
        What was done: a merge, an exclusion, a selection.
    reason : str
        Why.
    before, after : int
        Participants before and after the step.
    """

    step: str
    reason: str
    before: int
    after: int

    @property
    def left(self) -> int:
        """How many participants left at this step."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a cohort came from: enough to make it again.

    Parameters
    ----------
    description : str
        One sentence for a report.
    synthetic : bool
        Whether the cohort was simulated.
    facts : mapping of str to str
        Files and their sha256, or model digest, design, scenario, seed and size.
    """

    description: str
    synthetic: bool
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Cohort:
    """A typed table of participants with its history.

    Parameters
    ----------
    data : DataFrame, shape (n_rows, n_variables)
        One row per participant, indexed by ``participant``, or per participant and visit, indexed by both; columns in
        declared order and units. Levels are categoricals, counts and scores nullable integers, measurements
        floats, texts strings, dates datetime64.
    reasons : DataFrame, shape (n_rows, n_variables_with_gaps)
        For every variable with gaps the reason of each gap, empty where there is a value.
    study : Study
        The study the cohort belongs to.
    ledger : tuple of LedgerEntry
        Who left and why, in order.
    origin : Origin
        Where the data came from.
    notes : tuple of Problem
        What was noticed while reading and did not stop it.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> cohort = rls.simulate_cohort(n=200, seed=1, design="population")
    >>> cohort.n, cohort.data["rls_case"].cat.categories.tolist()
    (200, ['no', 'yes'])
    """

    data: pd.DataFrame
    reasons: pd.DataFrame
    study: Study
    ledger: tuple[LedgerEntry, ...]
    origin: Origin
    notes: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        """Say what the cohort is; a participant's row is shown only by asking for ``.data``."""
        kind = "synthetic cohort" if self.is_synthetic else "cohort"
        noted = f", {len(self.notes)} notes" if self.notes else ""
        return f"<{kind} of {self.n:,} participants, {self.data.shape[1]} variables{noted}: {self.origin.description}>"

    @property
    def n(self) -> int:
        """Number of participants."""
        return self.data.index.get_level_values(0).nunique() if self.has_visits else len(self.data)

    @property
    def has_visits(self) -> bool:
        """Whether there is a row per participant and visit, rather than one per participant."""
        return self.data.index.nlevels > 1

    def at_visit(self, visit: int | str) -> Cohort:
        """Return the rows of one visit, one per participant, with a ledger entry.

        Parameters
        ----------
        visit : int or str
            The visit, as it stands in the second level of the index.

        Raises
        ------
        CohortError
            There are no visits, or not this one; the message lists those that there are.
        """
        visits = self.data.index.get_level_values(-1)
        if not self.has_visits or visit not in set(visits):
            known = ", ".join(str(one) for one in sorted(set(visits))) if self.has_visits else "none"
            raise CohortError(f"The cohort has no visit '{visit}'. Its visits: {known}.")
        here = np.asarray(visits == visit)
        data = self.data[here].droplevel(-1)
        entry = LedgerEntry("visit", f"have visit {visit}", self.n, len(data))
        reasons = self.reasons[here].droplevel(-1)
        return replace(self, data=data, reasons=reasons, ledger=(*self.ledger, entry))

    @property
    def model(self) -> CausalModel:
        """The declared model of the study."""
        return self.study.model

    @property
    def is_synthetic(self) -> bool:
        """Whether the participants are simulated."""
        return self.origin.synthetic

    @property
    def truth_is_known(self) -> bool:
        """Whether the cohort carries the declaration that it was simulated from."""
        return self.origin.synthetic and isinstance(self.study.data, SyntheticData)

    def refuse_visits(self, what: str) -> None:
        """Raise where participants have several rows, for what takes each row for a participant.

        Parameters
        ----------
        what : str
            What was asked for, as the subject of a sentence.

        Raises
        ------
        CohortError
            Naming the visits of which one has to be chosen.
        """
        if self.has_visits:
            visits = ", ".join(str(one) for one in dict.fromkeys(self.data.index.get_level_values(-1)))
            raise CohortError(
                f"{what} would take every visit for a participant of its own. Choose one visit:"
                f" cohort.at_visit(…), or at_visit in [study]. Visits: {visits}."
            )

    def in_population(self) -> Cohort:
        """Return the part of the cohort that the study's question is about, with a ledger entry.

        Without a declared population, or when every participant's membership follows from the
        cohort having no such column, that is the whole cohort.
        """
        population = self.study.population
        if population is None or population not in self.data:
            return self
        variable = self.model[population]
        known = self.data[population].notna().to_numpy()
        inside = self.data[population].eq(variable.levels[-1]).to_numpy(dtype=bool, na_value=False)
        entries = [LedgerEntry("population", f"{variable.label} is known", self.n, int(known.sum()))]
        entries.append(
            LedgerEntry(
                "population", f"{variable.label}: {variable.levels[-1]}", int(known.sum()), int(inside.sum())
            )
        )
        entries = [entry for entry in entries if entry.left or entry is entries[-1]]
        return replace(
            self, data=self.data[inside], reasons=self.reasons[inside], ledger=(*self.ledger, *entries)
        )

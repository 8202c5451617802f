"""A study: a causal model plus what is asked of it, and where the data come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError, bullet_list, did_you_mean

SYNTHETIC_KEY = (
    "synthetic_participant"  # the key column of files that hold simulated people: the mark travels with them
)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one column of a file becomes one declared variable.

    Parameters
    ----------
    column : str
        The column's name in the file.
    variable : str
        The declared variable.
    unit : str, optional
        The unit in the file, when it is not the declared one.
    codes : mapping of str to str
        The file's codes, as written, and the levels they stand for.
    missing : mapping of str to str
        The file's codes for missing values, as written, and the reasons they stand for.
    """

    column: str
    variable: str
    unit: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that takes participants out before the data are checked.

    Participants whose value is below ``below``, above ``above``, or missing when
    ``when_missing`` is set, leave the cohort; the ledger says how many and why.
    """

    variable: str
    reason: str
    below: float | None = None
    above: float | None = None
    when_missing: bool = False


@dataclass(frozen=True, slots=True)
class SyntheticData:
    """A cohort to be simulated: every byte of it follows from these four."""

    design: str = "sleep_clinic"
    scenario: str = "default"
    n: int = 600
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Files to be read and merged by key, in this order; the first one says who is in the study.

    Parameters
    ----------
    paths : tuple of Path
        The files.
    key : str
        The column that identifies a participant, in every file.
    columns : tuple of ColumnMap
        How columns become declared variables. Other columns are left alone.
    exclusions : tuple of Exclusion
        Who is taken out, in this order.
    """

    paths: tuple[Path, ...]
    key: str
    columns: tuple[ColumnMap, ...]
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, repr=False)
class Study:
    """A model plus what is asked of it.

    Parameters
    ----------
    title : str
        The title of the report.
    model : CausalModel
        What is declared.
    outcome : str
        The declared numeric variable that factors act on.
    factors : tuple of str
        The variables whose effects are asked for, in this order.
    data : SyntheticData or DataFiles
        Where the cohort comes from.
    population : str, optional
        A declared binary variable; effects are asked for among those at its last level.
    source : str
        The study file's name, or ``"default"``.

    Raises
    ------
    DeclarationError
        An outcome, factor or population that the model does not declare or that cannot be one.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> study = rls.load_study()
    >>> study.outcome, study.population
    ('irls_total', 'rls_case')
    """

    title: str
    model: CausalModel
    outcome: str
    factors: tuple[str, ...]
    data: SyntheticData | DataFiles
    population: str | None = None
    source: str = "default"

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise DeclarationError(
                f"The study '{self.title}' contradicts itself:\n{bullet_list(problems)}", problems
            )

    def __repr__(self) -> str:
        """Say what the study asks."""
        return f"<study '{self.title}': {len(self.factors)} factors of {self.outcome}, {self.data}>"

    @property
    def is_synthetic(self) -> bool:
        """Whether the participants are simulated, here or in the files."""
        return not isinstance(self.data, DataFiles) or self.data.key == SYNTHETIC_KEY

    def _problems(self) -> list[str]:
        population = (self.population,) if self.population else ()
        used = (self.outcome, *self.factors, *population)
        unknown = [name for name in dict.fromkeys(used) if name not in self.model]
        if unknown:
            return [f"no variable '{u}' is declared.{did_you_mean(u, self.model.by_name)}" for u in unknown]
        problems = [
            f"'{name}' is latent and cannot be used." for name in used if not self.model[name].measured
        ]
        if self.model[self.outcome].kind not in (Kind.CONTINUOUS, Kind.INTEGER):
            problems.append(f"the outcome '{self.outcome}' is {self.model[self.outcome].kind}, not a number.")
        if self.outcome in self.factors:
            problems.append(f"the outcome '{self.outcome}' is listed as a factor.")
        if not self.factors:
            problems.append("no factor is listed.")
        if self.population and self.model[self.population].kind is not Kind.BINARY:
            problems.append(f"the population '{self.population}' is not a binary variable.")
        gate = self.model[self.outcome].applies_to
        if gate is not None and self.population != gate:
            problems.append(
                f"the outcome '{self.outcome}' exists only where '{gate}' is '{self.model[gate].levels[-1]}': "
                f'set population = "{gate}".'
            )
        return problems

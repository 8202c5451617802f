"""A study: a causal model plus what is asked of it, and where the data come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import SYNTHETIC_KEY, DataFiles
from rlsstudy.declare.formula import Formula
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError, bullet_list, did_you_mean


@dataclass(frozen=True, slots=True)
class SyntheticData:
    """A cohort to be simulated: every byte of it follows from these four."""

    design: str = "sleep_clinic"
    scenario: str = "default"
    n: int = 600
    seed: int = 2026


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
    models : mapping of str to Formula
        Models of the study's own, by name; `fit_formula` fits them.

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
    models: Mapping[str, Formula] = field(default_factory=dict)

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

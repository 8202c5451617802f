"""What a bias waterfall is asked about: an effect, and a study with its flaws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.simulate import MOST_PARTICIPANTS
from rlsstudy.declare.adjustment import find_adjustment
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError
from rlsstudy.estimate.bias.people import Belonging

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variations import Design


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with a study.

    Parameters
    ----------
    adjusted_for : tuple of str
        The measured variables that its regression is adjusted for, whatever would be needed.
    design : str, optional
        How its participants were found; by default the design of the study that is asked about.
    diagnosis : str, optional
        A measured binary variable by which it decides who is in the population; None for no mistakes.
    gaps : bool
        Whether values are missing and the regression is of complete cases.

    Examples
    --------
    >>> Flaws(adjusted_for=("age", "sex"), diagnosis="four_criteria").gaps
    True
    """

    adjusted_for: tuple[str, ...] = ()
    design: str | None = None
    diagnosis: str | None = None
    gaps: bool = True


@dataclass(frozen=True)
class FlawedStudy:
    """What is asked, of which model, and what is wrong with the study.

    Parameters
    ----------
    model : CausalModel
        The model as it is in the design and scenario of the flawed study.
    factor, outcome : str
        Declared variables.
    belonging : Belonging
        Who belongs, by the truth and by the study's diagnosis.
    flaws : Flaws
        What is wrong.
    """

    model: CausalModel
    factor: str
    outcome: str
    belonging: Belonging
    flaws: Flaws

    @property
    def subject(self) -> str:
        """Whose effect is meant."""
        stands_for = self.model[self.factor].stands_for
        return self.factor if stands_for is None else stands_for[0]

    @property
    def design(self) -> Design:
        """The design of the flawed study."""
        assert self.flaws.design is not None
        return self.model.design(self.flaws.design)

    @property
    def finds_everybody(self) -> bool:
        """Whether the design leaves people as they are in the whole population."""
        return self.design.admission is None and not self.design.changes and self.design.family_size == 1

    def unveiled(self) -> CausalModel:
        """Return the model in which latent variables are measured, and markers are variables like others."""
        return self.model.with_variables(
            *(replace(variable, measured=True, stands_for=None) for variable in self.model)
        )

    def needed(self) -> tuple[str, ...]:
        """Return what a regression that knows every value is adjusted for."""
        found = find_adjustment(
            self.unveiled(), self.subject, self.outcome, population=self.belonging.population
        )
        return found.covariates


def check_question(question: FlawedStudy, n: int) -> None:
    """Refuse what no waterfall can follow; all problems at once."""
    model, problems = question.model, []
    if not isinstance(n, int | np.integer) or not 2 <= n <= MOST_PARTICIPANTS:
        problems.append(f"A waterfall is simulated with 2 to {MOST_PARTICIPANTS:,} people, not {n}.")
    asked = (question.factor, question.outcome)
    hidden = [name for name in asked if question.flaws.gaps and not model[name].measured]
    problems += [
        f"'{name}' is latent and in no study's data. Ask without gaps, or for a marker." for name in hidden
    ]
    if model[question.outcome].has_levels or question.outcome in (question.factor, question.subject):
        problems.append(f"The outcome is a number other than the factor; '{question.outcome}' is not.")
    diagnosis = question.belonging.diagnosis
    if diagnosis is not None and question.belonging.population is None:
        problems.append(f"The study has no population that '{diagnosis}' could be a diagnosis of.")
    if diagnosis is not None and not (model[diagnosis].measured and model[diagnosis].kind is Kind.BINARY):
        problems.append(f"A diagnosis is a measured binary variable; '{diagnosis}' is not.")
    latent = [name for name in question.flaws.adjusted_for if not model[name].measured]
    problems += [f"'{name}' is latent, and no study can adjust for it." for name in latent]
    if problems:
        raise DeclarationError(" ".join(problems), problems)

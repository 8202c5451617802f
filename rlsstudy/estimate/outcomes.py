"""What an outcome has to be for a model, and the numbers that it enters with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.scores import bands_of
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.design import design_columns, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.families import Family

    Floats = NDArray[np.float64]


def factors_asked(cohort: Cohort, factors: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the declared names of the factors that are asked about, each once; by default those of the study.

    Raises
    ------
    DeclarationError
        A factor that is not declared.
    EstimationError
        Texts or dates, which have no effect to estimate.
    """
    given = cohort.study.factors if factors is None else factors
    names = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
    variables = [cohort.model[name] for name in names]
    carried = [variable for variable in variables if variable.is_carried]
    if carried:
        named = ", ".join(
            f"'{variable.name}' ({variable.label}) is a {variable.kind}" for variable in carried
        )
        raise EstimationError(f"{named}, and has no effect to estimate. Leave it out of the factors.")
    return tuple(variable.name for variable in variables)


def check_outcome(cohort: Cohort, family: Family, outcome: str, factors: Sequence[str]) -> None:
    """Refuse an outcome that a model cannot have, that is absent, or that is a factor too."""
    variable = cohort.model[outcome]
    named = f"The outcome '{outcome}' ({variable.label})"
    if variable.kind not in family.outcomes:
        raise EstimationError(
            f"{named} is {variable.kind}, and the {family.name} model needs {outcome_needed(family)}."
        )
    if outcome not in cohort.data:
        raise EstimationError(
            f"{named} is not among the columns of the data. Map a column to it in the study file."
        )
    if outcome in factors:
        raise EstimationError(f"{named} is also listed as a factor. Leave it out of the factors.")
    gate = variable.applies_to
    if gate is not None and not family.everybody and cohort.study.population != gate:
        raise EstimationError(
            f"{named} exists only where '{gate}' is '{cohort.model[gate].levels[-1]}', and the study asks about "
            f"another population. Use a study with that population."
        )
    if family.everybody and (gate is None or gate not in cohort.data):
        raise EstimationError(
            f"{named} has no part that decides who has it, and the two-part model needs one: an outcome with "
            "applies_to, such as a severity that only cases have, and that column in the data. Use model='linear'."
        )


def outcome_needed(family: Family) -> str:
    """Say what the outcome of a family has to be."""
    if Kind.CONTINUOUS not in family.outcomes:
        return "two levels"
    return "a number" if Kind.ORDINAL not in family.outcomes else "a number or ordered levels"


def outcome_numbers(cohort: Cohort, outcome: str) -> Floats:
    """Return the outcome as numbers, levels by their place, NaN where there is none, shape (n_participants,)."""
    variable = cohort.model[outcome]
    if variable.has_levels:
        return design_columns(cohort.data, cohort.model, (outcome,)).values[:, 0]
    return finite(numbers(cohort.data[outcome]), variable)


def finite(values: Floats, variable: Variable) -> Floats:
    """Return an outcome as it is, or say how many of its values are infinite."""
    if infinite := int(np.isinf(values).sum()):
        raise EstimationError(
            f"The outcome '{variable.name}' ({variable.label}) has {infinite} infinite values. "
            "Correct or remove them in the data."
        )
    return values


def empty_levels(variable: Variable, codes: Floats) -> tuple[str, ...]:
    """Say which declared levels of an outcome are nobody's in a model; an outcome without levels has none."""
    held = set(codes.tolist())
    empty = ", ".join(f"'{level}'" for place, level in enumerate(variable.levels) if place not in held)
    return (f"nobody has {empty} of '{variable.name}': left out",) if empty else ()


def band_codes(cohort: Cohort, outcome: str) -> Floats:
    """Return the place of each participant's declared band of a score, NaN where there is no score.

    Parameters
    ----------
    cohort : Cohort
        The participants.
    outcome : str
        A score.

    Returns
    -------
    ndarray, shape (n_participants,)
        Places, from 0.

    Raises
    ------
    EstimationError
        No variable is declared as the bands of this score.
    """
    declared = bands_of(cohort.model, outcome)
    if declared is not None:
        return declared[1].derive({outcome: outcome_numbers(cohort, outcome)})
    raise EstimationError(
        f"No bands of '{outcome}' ({cohort.model[outcome].label}) are declared, and the model ordinal_bands needs "
        "them. Declare an ordinal variable with bands, or use model='ordinal', which takes every value."
    )


def outcome_step(cohort: Cohort, outcome: str) -> float | None:
    """Return the step in which an outcome is counted or reported, and None where it has none."""
    variable = cohort.model[outcome]
    return 1.0 if variable.kind is Kind.INTEGER else variable.resolution

"""How participants came into a sample, where the outcome itself had a say in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rlsstudy.declare.study import SyntheticData

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.causal_model import CausalModel


def selection_concern(cohort: Cohort, factor: str, outcomes: Collection[str]) -> str:
    """Say when a sample was chosen by the outcome that it is asked about.

    Parameters
    ----------
    cohort : Cohort
        The cohort; only of a synthetic one is it declared how participants came in.
    factor : str
        The factor.
    outcomes : collection of str
        What the model explains: who has a condition, and how severe it is.

    Returns
    -------
    str
        Empty where the outcome has no say in who is in the sample. Otherwise what that means: where the factor leads
        there, too, by a way that is not the outcome, both are related among those chosen whatever the effect is [1]_;
        where it does not, odds ratios are those of the population and differences in probability are not [2]_.

    References
    ----------
    .. [1] Hernán MA, Hernández-Díaz S, Robins JM (2004). A structural approach to selection bias. Epidemiology 15,
       615-625.
    .. [2] Prentice RL, Pyke R (1979). Logistic disease incidence models and case-control studies. Biometrika 66,
       403-411.
    """
    data = cohort.study.data
    if not isinstance(data, SyntheticData) or not cohort.truth_is_known:
        return ""
    design = next((design for design in cohort.model.designs if design.name == data.design), None)
    if design is None or design.admission is None:
        return ""
    model = cohort.model.with_variables(design.admission)
    door = design.admission.name
    if not any(door in model.descendants_of(outcome) for outcome in outcomes):
        return ""
    stands_for = model[factor].stands_for
    subject = factor if stands_for is None else stands_for[0]
    named = f"who is in the sample ({design.label}) depends on the outcome"
    if _leads(model, subject, door, outcomes):
        return (
            f"{named} and on this factor, so that among those chosen they are related whatever the effect is"
        )
    return f"{named}: only the odds ratio speaks of the population, differences in probability are those of this sample"


def _leads(model: CausalModel, start: str, door: str, past: Collection[str]) -> bool:
    """Tell whether arrows lead from a variable to the door without passing the outcome."""
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == door:
            return True
        following = set(model.graph.successors(name)) - seen - set(past)
        seen |= following
        waiting += following
    return False

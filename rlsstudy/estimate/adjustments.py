"""What a factor's effect is adjusted for, under each of the three named adjustments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from rlsstudy.declare.adjustment import find_adjustment
from rlsstudy.errors import IdentificationError

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.study import Study

AdjustmentName = Literal["crude", "age_sex", "graph"]
ADJUSTMENTS: tuple[AdjustmentName, ...] = get_args(AdjustmentName)
INDEX_EVENT = "index-event bias is possible"  # tables explain it where they find it in a note
_NAMED_AT_MOST = 3  # a table cell; the study's adjustment can be asked for in full


@dataclass(frozen=True, slots=True)
class Choice:
    """The covariates of a model, and what must be said about them.

    Parameters
    ----------
    covariates : tuple of str
        Names, in declared order.
    concern : str
        Why the estimate is to be read with care; empty when there is no reason.
    refusal : str
        Why there can be no estimate; empty when there can.
    """

    covariates: tuple[str, ...] = ()
    concern: str = ""
    refusal: str = ""


def choose_covariates(
    adjustment: AdjustmentName, study: Study, factor: str, outcome: str, measured: Collection[str]
) -> Choice:
    """Choose the covariates for one factor from the measured variables.

    ``crude`` has none; ``age_sex`` the variables named ``age`` and ``sex``, unless they are the
    factor or its effects; ``graph`` what the declared graph asks for.
    """
    match adjustment:
        case "crude":
            return Choice()
        case "age_sex":
            return _age_and_sex(study.model, factor, outcome, measured)
        case "graph":
            return _by_graph(study, factor, outcome, measured)


def _age_and_sex(model: CausalModel, factor: str, outcome: str, measured: Collection[str]) -> Choice:
    wanted = [name for name in ("age", "sex") if name not in (factor, outcome)]
    effects = model.descendants_of(factor)
    covariates = tuple(name for name in wanted if name in measured and name not in effects)
    concerns = [f"'{name}' is not measured" for name in wanted if name not in measured]
    concerns += [f"'{name}' is an effect of this factor" for name in wanted if name in effects]
    return Choice(
        covariates, "not adjusted for all of age and sex: " + ", ".join(concerns) if concerns else ""
    )


def _by_graph(study: Study, factor: str, outcome: str, measured: Collection[str]) -> Choice:
    model, population = study.model, study.population
    try:
        found = find_adjustment(model, factor, outcome, measured=measured, population=population)
    except IdentificationError as error:
        missing = _listed(model, error.missing)
        return Choice(refusal=f"not identified: not measured: {missing}" if missing else str(error))
    if not found.selection:
        return Choice(found.covariates)
    return Choice(found.covariates, f"{INDEX_EVENT} by way of {_listed(model, found.selection)}")


def _listed(model: CausalModel, names: tuple[str, ...]) -> str:
    """List labels, by semicolons because labels have commas."""
    more = len(names) - _NAMED_AT_MOST
    labels = "; ".join(model[name].label for name in names[:_NAMED_AT_MOST])
    return labels + (f" and {more} more" if more > 0 else "")

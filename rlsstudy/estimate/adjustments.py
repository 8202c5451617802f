"""What a factor's effect is adjusted for, under each of the three named adjustments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from rlsstudy.declare.adjustment import find_adjustment
from rlsstudy.declare.adjustment_question import parts_of
from rlsstudy.errors import EstimationError, IdentificationError, did_you_mean

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel

AdjustmentName = Literal["crude", "age_sex", "graph"]
ADJUSTMENTS: tuple[AdjustmentName, ...] = get_args(AdjustmentName)
INDEX_EVENT = "index-event bias is possible"  # tables explain it where they find it in a note
_REVERSE = "the outcome, or a part of it, is among the causes of this factor"
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
    notes : tuple of str
        What is worth knowing and no reason for care: whose effect is meant, and what is adjusted for
        by a marker.
    """

    covariates: tuple[str, ...] = ()
    concern: str = ""
    refusal: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What the factors are to act on, and among whom.

    Parameters
    ----------
    model : CausalModel
        The declared graph.
    outcome : str
        The outcome.
    population : str, optional
        A binary variable; the effect is asked for among those at its last level.
    """

    model: CausalModel
    outcome: str
    population: str | None = None


def adjustments_named(adjustment: str | Sequence[str]) -> tuple[AdjustmentName, ...]:
    """Return the adjustments of one or more names, each once, or say which there are."""
    names = (adjustment,) if isinstance(adjustment, str) else tuple(dict.fromkeys(adjustment))
    if not names:
        raise EstimationError(f"No adjustment is asked for. Allowed: {', '.join(ADJUSTMENTS)}.")
    for name in names:
        if name not in ADJUSTMENTS:
            hint = did_you_mean(str(name), ADJUSTMENTS)
            raise EstimationError(f"No adjustment '{name}' is offered.{hint}")
    return tuple(offered for name in names for offered in ADJUSTMENTS if offered == name)


def choose_covariates(
    adjustment: AdjustmentName, target: Target, factor: str, measured: Collection[str]
) -> Choice:
    """Choose the covariates for one factor from the measured variables.

    ``crude`` has none; ``age_sex`` the variables named ``age`` and ``sex``, unless they are the
    factor or its effects; ``graph`` what the declared graph asks for. A factor that is a marker has
    the note whose effect is meant. Any other name is refused.
    """
    (named,) = adjustments_named(adjustment)
    match named:
        case "crude":
            choice = Choice()
        case "age_sex":
            choice = _age_and_sex(target.model, factor, target.outcome, measured)
        case "graph":
            choice = _by_graph(target, factor, measured)
    if _follows_from_outcome(target, factor):
        choice = replace(choice, concern="; ".join(filter(None, (_REVERSE, choice.concern))))
        choice = replace(choice, refusal=choice.refusal or _REVERSE) if named == "graph" else choice
    return replace(choice, notes=(*_meant(target.model, factor), *choice.notes))


def _follows_from_outcome(target: Target, factor: str) -> bool:
    """Tell whether the outcome, or a part of it, is among the causes of the factor."""
    outcome = {target.outcome} | parts_of(target.model, target.outcome)
    return bool(outcome & target.model.ancestors_of(factor))


def _meant(model: CausalModel, factor: str) -> tuple[str, ...]:
    """Say which state a marker stands for."""
    state = _state(model, factor)
    return () if state is None else (f"stands for {_in_sentence(model[state].label)}",)


def _age_and_sex(model: CausalModel, factor: str, outcome: str, measured: Collection[str]) -> Choice:
    wanted = [name for name in ("age", "sex") if name not in (factor, outcome)]
    effects = _effects(model, factor)
    covariates = tuple(name for name in wanted if name in measured and name not in effects)
    concerns = [f"'{name}' is not measured" for name in wanted if name not in measured]
    concerns += [f"'{name}' is an effect of this factor" for name in wanted if name in effects]
    return Choice(
        covariates, "not adjusted for all of age and sex: " + ", ".join(concerns) if concerns else ""
    )


def _by_graph(target: Target, factor: str, measured: Collection[str]) -> Choice:
    model = target.model
    try:
        found = find_adjustment(
            model, factor, target.outcome, measured=measured, population=target.population
        )
    except IdentificationError as error:
        missing = _listed(model, error.missing)
        return Choice(refusal=f"not identified: not measured: {missing}" if missing else str(error))
    effects = _effects(model, factor)
    concerns = [_affected(model, name) for name in found.covariates if name in effects]
    notes = [_by_marker(model, state, found.covariates) for state in found.proxies]
    if found.selection:
        notes.append(INDEX_EVENT)
    return Choice(found.covariates, "; ".join(concerns), notes=tuple(notes))


def _affected(model: CausalModel, marker: str) -> str:
    """Say that a covariate carries part of the effect; only a marker can."""
    state = _state(model, marker)
    assert state is not None
    return f"adjusted for '{marker}', an effect of this factor, for want of another measure of {_in_sentence(model[state].label)}"


def _by_marker(model: CausalModel, state: str, covariates: Collection[str]) -> str:
    """Say which marker stands in for a state."""
    marker = next(name for name in covariates if _state(model, name) == state)
    of_state, by_marker = _in_sentence(model[state].label), _in_sentence(model[marker].label)
    return f"adjusted for {of_state} by {by_marker}, which measures it with error"


def _in_sentence(label: str) -> str:
    """Write a label as within a sentence; CRP keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _effects(model: CausalModel, factor: str) -> frozenset[str]:
    """Return the effects of a factor, and of the state that it stands for."""
    state = _state(model, factor)
    return model.descendants_of(factor) | (frozenset() if state is None else model.descendants_of(state))


def _state(model: CausalModel, name: str) -> str | None:
    stands_for = model[name].stands_for
    return None if stands_for is None else stands_for[0]


def _listed(model: CausalModel, names: tuple[str, ...]) -> str:
    """List labels, by semicolons because labels have commas."""
    more = len(names) - _NAMED_AT_MOST
    labels = "; ".join(model[name].label for name in names[:_NAMED_AT_MOST])
    return labels + (f" and {more} more" if more > 0 else "")

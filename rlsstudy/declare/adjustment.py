"""Which covariates make an effect identifiable: the back-door rule on the declared graph.

The effect in a *population* (people with RLS) is conditional on belonging to it. Where the factor
also changes who belongs, the population is a collider: shared causes of belonging and of the
outcome then bias the comparison, known as index-event or selection bias. Where measured variables
can close all of that, they are adjusted for. Where they cannot, confounding alone is adjusted for,
and what stays open is named.

The effect of a *marker*, such as serum ferritin, is meant as that of the latent state that it
stands for, here the iron stores. An unmeasured state that would have to be adjusted for can be
adjusted for by its marker, with the marker's error.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlsstudy.declare.adjustment_question import NOTHING, ClosingSet, Question, parts_of
from rlsstudy.errors import IdentificationError

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The answer to "what must be adjusted for?".

    Parameters
    ----------
    covariates : tuple of str
        The adjustment set, in declared order.
    selection : tuple of str
        Variables through which selection into the population can still bias the effect, because
        they are not measured, carry part of it, or are the outcome itself, unmeasured ones first;
        empty when it cannot. With an unmeasured one among them no set of columns closes selection, and measured shared
        causes of belonging and outcome are adjusted for only as far as they are confounders.
    proxies : tuple of str
        Latent states that are adjusted for by a marker, which measures them with error; the marker
        is among the covariates, and is the only covariate that can be an effect of the factor.
    """

    covariates: tuple[str, ...]
    selection: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()


def find_adjustment(
    model: CausalModel,
    factor: str,
    outcome: str,
    *,
    measured: Collection[str] | None = None,
    population: str | None = None,
) -> Adjustment:
    """Find the covariates that identify the total effect of a factor on an outcome.

    Parameters
    ----------
    model : CausalModel
        The declared graph.
    factor, outcome : str
        Declared variables. For a marker (`Variable.stands_for`) the effect asked about is that of its
        state, and what is separated from the outcome is the marker.
    measured : collection of str, optional
        The columns that there are; by default every measured variable of the model.
    population : str, optional
        A binary variable; the effect is asked for among those at its last level.

    Returns
    -------
    Adjustment
        A minimal set of measured variables, none of them an effect of the factor or of its state,
        that closes every back-door path and, where measured variables can, every path opened by
        selection into the population. Where they cannot, the set is minimal against confounding
        alone. Markers stand in for unmeasured states where nothing else closes a path against
        confounding; one that is an effect of the factor only where no other does.

    Raises
    ------
    IdentificationError
        No set of measured columns closes every back-door path. ``.missing`` names the unmeasured
        variables that would.

    Notes
    -----
    Back-door rule: [1]_. Minimal separators are found with networkx, after [2]_. Selection is
    treated as conditioning on the population in the same graph [3]_.

    References
    ----------
    .. [1] Pearl J (2009). Causality, 2nd ed., section 3.3. Cambridge University Press.
    .. [2] van der Zander B, Liśkiewicz M, Textor J (2019). Separators and adjustment sets in causal
       graphs. Artificial Intelligence 270, 1-40.
    .. [3] Hernán MA, Hernández-Díaz S, Robins JM (2004). A structural approach to selection bias.
       Epidemiology 15, 615-625.

    Examples
    --------
    >>> from rlsstudy.declare import CausalModel, Domain, Kind, Variable, find_adjustment
    >>> causes = {"age": (), "coffee": ("age",), "sleep": ("age", "coffee")}
    >>> variables = (
    ...     Variable(name, name, Domain.LIFESTYLE, Kind.CONTINUOUS, causes_declared=before)
    ...     for name, before in causes.items()
    ... )
    >>> find_adjustment(CausalModel("example", tuple(variables)), "coffee", "sleep").covariates
    ('age',)
    """
    asked = Question(model, model[factor].name, model[outcome].name, population, _columns(model, measured))
    if population is None or population in (factor, outcome):
        return _answer(asked, _against_confounding(asked))
    return _among_the_population(asked, population)


def _answer(asked: Question, found: ClosingSet, selection: Set[str] = NOTHING) -> Adjustment:
    """Put everything in declared order, and of what stays open the unmeasured first."""
    model = asked.model
    unmeasured = _in_order(model, selection - asked.measured)
    left_open = (*unmeasured, *_in_order(model, selection & asked.measured))
    return Adjustment(_in_order(model, found.covariates), left_open, _in_order(model, found.states))


def _against_confounding(asked: Question) -> ClosingSet:
    """Return a minimal adjustment set for the whole cohort, or say what is missing.

    Belonging to the population is held anyway, so it closes the paths that it confounds.
    """
    held = NOTHING if asked.population is None else frozenset({asked.population}) - asked.effects
    held -= {asked.factor, asked.outcome}
    known = asked.allowed | held
    found = asked.closing(known) or asked.closing(known, affected=True)
    if found is None:
        raise _not_identified(asked, held)
    return ClosingSet(found.covariates - held, found.states)


def _among_the_population(asked: Question, population: str) -> Adjustment:
    """Find the adjustment set that holds given the population, or that against confounding and what is left open."""
    given = frozenset({population})
    closed = asked.closing(asked.allowed, given)
    if closed is not None:
        return _answer(asked, closed, asked.carriers)
    found = _against_confounding(asked)
    # What would close everything if it could be adjusted for, what carries the effect among it.
    ideal = asked.separator(asked.candidates | (asked.carriers - given), given) or NOTHING
    left_open = asked.carriers | (ideal - asked.allowed)
    return _answer(asked, found, left_open or frozenset({asked.outcome}))


def _columns(model: CausalModel, measured: Collection[str] | None) -> frozenset[str]:
    if measured is None:
        return frozenset(variable.name for variable in model.measured)
    return frozenset(name for name in measured if name in model and model[name].measured)


def _not_identified(asked: Question, held: Set[str]) -> IdentificationError:
    model = asked.model
    missing = _in_order(model, (asked.separator(asked.candidates | held) or NOTHING) - asked.allowed - held)
    headline = (
        f"The effect of '{asked.factor}' on '{asked.outcome}' is not identified from the measured columns: "
    )
    if missing:
        named = ", ".join(f"'{name}' ({model[name].label})" for name in missing)
        return IdentificationError(
            f"{headline}not measured: {named}. Measure them, or declare a graph in which they are not needed.",
            missing,
        )
    if model.ancestors_of(asked.factor) & ({asked.outcome} | parts_of(model, asked.outcome)):
        return IdentificationError(
            f"{headline}the outcome, or a part of it, is among the causes of the factor. "
            "Choose another factor or outcome, or declare the arrow the other way."
        )
    return IdentificationError(f"{headline}{_spoilt_marker(asked)} Choose another marker or outcome.")


def _spoilt_marker(asked: Question) -> str:
    """Say why a marker cannot be compared with the outcome although nothing is left to be measured."""
    model = asked.model
    stands = f"the factor stands for '{asked.subject}' ({model[asked.subject].label}), and "
    acting = _in_order(model, model.causes_of(asked.factor) & model.descendants_of(asked.subject))
    if not acting:
        return f"{stands}acts on the outcome itself, too."
    named = ", ".join(f"'{name}' ({model[name].label})" for name in acting)
    return f"{stands}what that state acts on acts on the factor, too, and cannot be adjusted for: {named}."


def _in_order(model: CausalModel, names: Set[str]) -> tuple[str, ...]:
    return tuple(variable.name for variable in model.variables if variable.name in names)

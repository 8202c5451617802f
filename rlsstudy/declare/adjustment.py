"""Which covariates make an effect identifiable: the back-door rule on the declared graph.

The effect in a *population* (people with RLS) is conditional on belonging to it. Where the factor
also changes who belongs, the population is a collider: shared causes of belonging and of the
outcome then bias the comparison, known as index-event or selection bias. They are adjusted for
when they are measured, and named when they are not.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import Derived
from rlsstudy.errors import IdentificationError

if TYPE_CHECKING:
    import networkx as nx

    from rlsstudy.declare.causal_model import CausalModel


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The answer to "what must be adjusted for?".

    Parameters
    ----------
    covariates : tuple of str
        The adjustment set, in declared order.
    selection : tuple of str
        Unmeasured variables through which selection into the population can still bias the
        effect; empty when it cannot.
    """

    covariates: tuple[str, ...]
    selection: tuple[str, ...] = ()


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
        Declared variables.
    measured : collection of str, optional
        The columns that there are; by default every measured variable of the model.
    population : str, optional
        A binary variable; the effect is asked for among those at its last level.

    Returns
    -------
    Adjustment
        A minimal set of measured variables, none of them an effect of the factor, that closes
        every back-door path and, as far as measured variables can, every path opened by
        selection into the population.

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
    >>> from rlsstudy import rls_model
    >>> from rlsstudy.declare import find_adjustment
    >>> find_adjustment(rls_model(), "caffeine", "irls_total").covariates
    ('smoking',)
    """
    factor, outcome = model[factor].name, model[outcome].name
    candidates = _candidates(model, factor, outcome, population)
    allowed = candidates & _columns(model, measured)
    graph = _without_causal_paths(model, factor, outcome)
    confounding = _separator(graph, factor, outcome, allowed)
    if confounding is None:
        raise _not_identified(model, graph, factor, outcome, candidates, allowed)
    if population is None or population in (factor, outcome):
        return Adjustment(_in_order(model, confounding))
    return _with_selection(model, graph, (factor, outcome, population), candidates, allowed, confounding)


def _columns(model: CausalModel, measured: Collection[str] | None) -> frozenset[str]:
    if measured is None:
        return frozenset(variable.name for variable in model.measured)
    return frozenset(name for name in measured if name in model and model[name].measured)


def _candidates(model: CausalModel, factor: str, outcome: str, population: str | None) -> frozenset[str]:
    """Return the variables that may be adjusted for: not effects of the factor, not parts of the outcome."""
    not_allowed = model.descendants_of(factor) | _parts(model, outcome) | {factor, outcome, population}
    return frozenset(model.by_name) - not_allowed


def _parts(model: CausalModel, name: str) -> frozenset[str]:
    """Return what a variable is derived from without chance: holding a score's items fixed fixes the score."""
    equation = model[name].equation
    if not isinstance(equation, Derived):
        return frozenset()
    return frozenset(equation.causes).union(*(_parts(model, part) for part in equation.causes))


def _without_causal_paths(model: CausalModel, factor: str, outcome: str) -> nx.DiGraph[str]:
    """Return the graph without the first arrow of every causal path from factor to outcome."""
    graph = model.graph.copy()
    on_the_way = model.ancestors_of(outcome) | {outcome}
    graph.remove_edges_from(
        [(factor, effect) for effect in model.graph.successors(factor) if effect in on_the_way]
    )
    return graph


def _separator(
    graph: nx.DiGraph[str], factor: str, outcome: str, allowed: Set[str], given: Set[str] = frozenset()
) -> frozenset[str] | None:
    import networkx as nx

    found = nx.find_minimal_d_separator(
        graph, {factor}, {outcome}, included=set(given), restricted=set(allowed | given)
    )
    return None if found is None else frozenset(found)


def _with_selection(
    model: CausalModel,
    graph: nx.DiGraph[str],
    asked: tuple[str, str, str],
    candidates: frozenset[str],
    allowed: frozenset[str],
    confounding: frozenset[str],
) -> Adjustment:
    factor, outcome, population = asked
    carriers = _carriers(model, factor, outcome, population)
    given = frozenset({population})
    selected = _separator(graph, factor, outcome, allowed, given)
    if selected is not None:
        return Adjustment(_in_order(model, selected - given), carriers)
    ideal = _separator(graph, factor, outcome, candidates, given) or frozenset()
    shared = allowed & model.causes_of(population) & model.ancestors_of(outcome)
    covariates = confounding | shared
    if not _separates(graph, factor, outcome, covariates):
        covariates = confounding
    unmeasured = ideal - allowed - given
    return Adjustment(_in_order(model, covariates), (*carriers, *_in_order(model, unmeasured)))


def _separates(graph: nx.DiGraph[str], factor: str, outcome: str, covariates: Set[str]) -> bool:
    import networkx as nx

    return bool(nx.is_d_separator(graph, {factor}, {outcome}, set(covariates)))


def _carriers(model: CausalModel, factor: str, outcome: str, population: str) -> tuple[str, ...]:
    """Return what lies on the way from factor to outcome and also decides who is in the population.

    Its own unmeasured causes are then shared by belonging and outcome, and cannot be adjusted for
    because it carries part of the effect.
    """
    between = model.descendants_of(factor) & model.ancestors_of(outcome)
    return _in_order(model, between & model.ancestors_of(population))


def _not_identified(
    model: CausalModel,
    graph: nx.DiGraph[str],
    factor: str,
    outcome: str,
    candidates: frozenset[str],
    allowed: frozenset[str],
) -> IdentificationError:
    ideal = _separator(graph, factor, outcome, candidates) or frozenset()
    missing = _in_order(model, ideal - allowed)
    named = ", ".join(f"'{name}' ({model[name].label})" for name in missing)
    return IdentificationError(
        f"The effect of '{factor}' on '{outcome}' is not identified from the measured columns: "
        f"not measured: {named}. Measure them, or declare a graph in which they are not needed.",
        missing,
    )


def _in_order(model: CausalModel, names: Set[str]) -> tuple[str, ...]:
    return tuple(variable.name for variable in model.variables if variable.name in names)

"""The part of a declared graph that decides about one effect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rlsstudy.declare.adjustment import find_adjustment
from rlsstudy.errors import DeclarationError, IdentificationError
from rlsstudy.present.wording import items_of

if TYPE_CHECKING:
    import networkx as nx

    from rlsstudy.declare.causal_model import CausalModel


class Role(StrEnum):
    """What a variable is to the question; the words of the legend."""

    FACTOR = "Factor"
    OUTCOME = "Outcome"
    ADJUSTED = "Adjusted for"
    NEEDED = "Needed, not measured"
    LATENT = "Not measured"
    POPULATION = "Population"
    OTHER = "Other variable"


_LEGIBLE = 15  # boxes in one picture


@dataclass(frozen=True)
class GraphPart:
    """What is drawn.

    Parameters
    ----------
    roles : mapping of str to Role
        The variables, causes before effects.
    arrows : mapping of (str, str) to bool
        The arrows; True for a declared one, False for one that stands for paths through
        variables that are not shown.
    carrying : frozenset of (str, str)
        The arrows on a directed path from factor to outcome.
    left_out : int
        Variables of the model that are not shown, questionnaire items not counted.
    refusal : str
        Why the effect is not identified; empty when it is.
    """

    roles: Mapping[str, Role]
    arrows: Mapping[tuple[str, str], bool]
    carrying: frozenset[tuple[str, str]]
    left_out: int
    refusal: str = ""

    def together(self) -> tuple[str, ...]:
        """Return what can share one box: adjusted for, but not acting on the factor.

        Such variables are adjusted for only because they act both on the population and on the
        outcome. Nothing, where there are fewer than three, or where arrows would run in a circle.
        """
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph(list(self.arrows))
        graph.add_nodes_from(self.roles)
        factor = next(name for name, role in self.roles.items() if role is Role.FACTOR)
        acting = nx.ancestors(graph, factor)
        members = [name for name, role in self.roles.items() if role is Role.ADJUSTED and name not in acting]
        between = {
            name
            for name in graph
            if name not in members
            and nx.ancestors(graph, name) & set(members)
            and nx.descendants(graph, name) & set(members)
        }
        return () if between or len(members) < 3 else tuple(members)


def part_of(
    model: CausalModel,
    factor: str,
    outcome: str,
    *,
    measured: Collection[str] | None = None,
    population: str | None = None,
) -> GraphPart:
    """Cut out what decides about the effect of a factor on an outcome.

    Shown are the two, the state that the factor stands for, what is adjusted for, what would have to be
    measured for the effect to be identified, and the population. As far as the picture stays legible there are also what
    lies between factor and outcome, the causes of the factor, and what selection leaves open, in this
    order, direct ones first. Paths through other variables are one arrow; questionnaire items
    belong to their score.
    """
    import networkx as nx

    factor, outcome = model[factor].name, model[outcome].name
    if factor == outcome:
        raise DeclarationError(
            f"'{factor}' ({model[factor].label}) cannot be both the factor and the outcome."
        )
    asked = _asked(model, factor, outcome, measured, population)
    graph = _without_items(model, factor, outcome)
    stands_for = model[factor].stands_for
    subject = factor if stands_for is None else stands_for[0]
    on_the_way = nx.descendants(graph, subject) & nx.ancestors(graph, outcome)
    shown = {factor, subject, outcome} | asked.adjusted | asked.needed
    shown |= {population} if population is not None else set()
    causes = nx.ancestors(graph, subject) | set(graph.predecessors(factor))
    near = (on_the_way & set(graph.successors(subject)), set(graph.predecessors(subject)))
    shown = _as_far_as_legible(shown, (*near, on_the_way, causes), asked.left_open)
    known = {factor: Role.FACTOR, outcome: Role.OUTCOME}
    known |= dict.fromkeys(asked.adjusted, Role.ADJUSTED)
    known |= dict.fromkeys(asked.needed | asked.left_open, Role.NEEDED)
    known |= {population: Role.POPULATION} if population is not None and population not in known else {}
    latent = dict.fromkeys(_not_measured(model, measured), Role.LATENT)
    roles = {
        name: (latent | known).get(name, Role.OTHER)
        for name in model.order
        if name in shown and name in graph
    }
    arrows = _arrows(graph, roles)
    way = ({subject, outcome} | on_the_way) - ({factor} - {subject})
    carrying = frozenset(arrow for arrow in arrows if set(arrow) <= way)
    return GraphPart(roles, arrows, carrying, len(graph) - len(roles), asked.refusal)


@dataclass(frozen=True)
class _Asked:
    """What is adjusted for, what would be needed, what selection leaves open, and why an effect is not identified."""

    adjusted: set[str]
    needed: set[str]
    left_open: set[str]
    refusal: str


def _as_far_as_legible(shown: set[str], groups: Iterable[set[str]], last: set[str]) -> set[str]:
    """Add group after group where it fits, and the last one if everything does."""
    everything = shown.union(*groups, last)
    for group in groups:
        shown = shown | group if len(shown | group) <= _LEGIBLE else shown
    return everything if len(everything) <= _LEGIBLE else shown


def _asked(
    model: CausalModel, factor: str, outcome: str, measured: Collection[str] | None, population: str | None
) -> _Asked:
    try:
        found = find_adjustment(model, factor, outcome, measured=measured, population=population)
    except IdentificationError as error:
        return _Asked(set(), set(error.missing), set(), str(error))
    latent = _not_measured(model, measured)
    return _Asked(set(found.covariates), set(), {name for name in found.selection if name in latent}, "")


def _not_measured(model: CausalModel, measured: Collection[str] | None) -> set[str]:
    columns = {v.name for v in model.measured} if measured is None else set(measured)
    return {v.name for v in model if not v.measured or v.name not in columns}


def _without_items(model: CausalModel, factor: str, outcome: str) -> nx.DiGraph[str]:
    """Return the graph in which the causes of an item are causes of the scores it is summed to."""
    graph = model.graph.copy()
    for item in sorted(items_of(model) - {factor, outcome}):
        causes, scores = list(graph.predecessors(item)), list(graph.successors(item))
        graph.add_edges_from((cause, score) for cause in causes for score in scores)
        graph.remove_node(item)
    return graph


def _arrows(graph: nx.DiGraph[str], shown: Mapping[str, Role]) -> dict[tuple[str, str], bool]:
    arrows: dict[tuple[str, str], bool] = {}
    for cause in shown:
        direct = {effect for effect in graph.successors(cause) if effect in shown}
        through = _reached_through_hidden(graph, cause, shown)
        for effect in shown:
            if effect in direct or effect in through:
                arrows[cause, effect] = effect in direct
    return arrows


def _reached_through_hidden(graph: nx.DiGraph[str], start: str, shown: Mapping[str, Role]) -> set[str]:
    reached: set[str] = set()
    seen: set[str] = set()
    hidden = [name for name in graph.successors(start) if name not in shown]
    while hidden:
        name = hidden.pop()
        if name in seen:
            continue
        seen.add(name)
        for effect in graph.successors(name):
            if effect in shown:
                reached.add(effect)
            else:
                hidden.append(effect)
    return reached

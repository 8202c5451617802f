"""What an adjustment set is looked for in: the graph without the effect asked about, and what may be adjusted for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import Derived

if TYPE_CHECKING:
    import networkx as nx

    from rlsstudy.declare.causal_model import CausalModel

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClosingSet:
    """Covariates that close every open path, and the latent states that are closed by their markers."""

    covariates: frozenset[str]
    states: frozenset[str] = NOTHING


@dataclass(frozen=True)
class Question:
    """A factor and an outcome, the columns that there are, and the graph without the paths asked about.

    Parameters
    ----------
    model : CausalModel
        The declared graph.
    factor, outcome : str
        Declared variables.
    population : str, optional
        A binary variable; the effect is asked for among those at its last level.
    measured : frozenset of str
        The columns that there are.
    """

    model: CausalModel
    factor: str
    outcome: str
    population: str | None
    measured: frozenset[str]

    @cached_property
    def subject(self) -> str:
        """Whose effect is meant: the factor, or the state that it is a marker of."""
        stands_for = self.model[self.factor].stands_for
        return self.factor if stands_for is None else stands_for[0]

    @cached_property
    def on_the_way(self) -> frozenset[str]:
        """The outcome and all its causes."""
        return self.model.ancestors_of(self.outcome) | {self.outcome}

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The declared graph without the first arrow of every causal path from the subject to the outcome."""
        graph = self.model.graph.copy()
        effects = self.model.graph.successors(self.subject)
        graph.remove_edges_from([(self.subject, effect) for effect in effects if effect in self.on_the_way])
        return graph

    @cached_property
    def effects(self) -> frozenset[str]:
        """The effects of the subject, and those of its marker."""
        return self.model.descendants_of(self.subject) | self.model.descendants_of(self.factor)

    @cached_property
    def candidates(self) -> frozenset[str]:
        """What may be adjusted for if it is measured: no effect of the subject, no part of the outcome."""
        not_allowed = self.effects | parts_of(self.model, self.outcome)
        asked = {self.subject, self.factor, self.outcome, self.population}
        return frozenset(self.model.by_name) - not_allowed - asked

    @cached_property
    def allowed(self) -> frozenset[str]:
        """What may be adjusted for and is measured."""
        return self.candidates & self.measured

    @cached_property
    def markers(self) -> dict[str, str]:
        """The states that may be adjusted for by a marker, each with the first one that may be used."""
        return self._states_by(self.allowed)

    @cached_property
    def affected_markers(self) -> dict[str, str]:
        """The states whose markers are all effects of the factor, each with the first of them.

        Such a marker carries part of what the factor does, so that it is a last resort.
        """
        asked = {self.factor, self.outcome, self.population}
        measured = self.measured - asked - parts_of(self.model, self.outcome)
        return {
            state: marker for state, marker in self._states_by(measured).items() if state not in self.markers
        }

    @cached_property
    def in_substudies(self) -> frozenset[str]:
        """What only part of the participants have by plan: adjusting for it leaves out the rest."""
        return frozenset(
            variable.name
            for variable in self.model.variables
            if any(reason.planned and reason.share > 0 for reason in variable.missing)
        )

    def _states_by(self, markers: Set[str]) -> dict[str, str]:
        """Return the unmeasured states that one of these markers stands for, with the first one."""
        found: dict[str, str] = {}
        for variable in self.model.variables:
            if variable.stands_for is not None and variable.name in markers:
                state = variable.stands_for[0]
                if state in self.candidates - self.measured:
                    found.setdefault(state, variable.name)
        return found

    @property
    def carriers(self) -> frozenset[str]:
        """What carries part of the effect and also decides, or is, who is in the population.

        Its own unmeasured causes are then shared by belonging and outcome, and it cannot be
        adjusted for, because that would take away the part of the effect that it carries.
        """
        if self.population is None or self.subject not in self.on_the_way:
            return NOTHING
        deciding = self.model.ancestors_of(self.population) | {self.population}
        return self.model.descendants_of(self.subject) & self.on_the_way & deciding

    def separator(self, among: Set[str], given: Set[str] = NOTHING) -> frozenset[str] | None:
        """Find a minimal set of these variables that, with what is given, closes every open path."""
        import networkx as nx

        found = nx.find_minimal_d_separator(
            self.graph, {self.factor}, {self.outcome}, included=set(given), restricted=set(among | given)
        )
        return None if found is None else frozenset(found) - given

    def closing(
        self, among: Set[str], given: Set[str] = NOTHING, *, affected: bool = False
    ) -> ClosingSet | None:
        """Find what closes every open path: measured variables, else with as few markers as possible.

        Variables that only part of the participants have by plan are used where the others do not suffice.

        A state that is adjusted for by its marker counts as known, and the marker as adjusted for
        beside it, so that paths between the marker's other causes are closed as well. Markers that
        are effects of the factor are used when ``affected`` says so, and count as no more than their
        state.
        """
        for choice in (among - self.in_substudies, among):
            found = self.separator(choice, given)
            if found is not None:
                return ClosingSet(found)
        stand_ins = self.markers | self.affected_markers if affected else self.markers
        for states in self._sets_of_states(stand_ins, among, given):
            markers = frozenset(stand_ins[state] for state in states)
            found = self.separator(among | states, given | (markers & self.candidates))
            if found is not None:
                return ClosingSet(found - states | markers, states)
        return None

    def _sets_of_states(
        self, states: Collection[str], among: Set[str], given: Set[str]
    ) -> Iterator[frozenset[str]]:
        """Yield sets of states, small ones first; none where not even all of them help."""
        if not states or self.separator(among | set(states), given) is None:
            return
        for size in range(1, len(states) + 1):
            yield from map(frozenset, combinations(states, size))


def parts_of(model: CausalModel, name: str) -> frozenset[str]:
    """Return what a variable is derived from without chance: holding a score's items fixed fixes the score."""
    equation = model[name].equation
    if not isinstance(equation, Derived):
        return NOTHING
    return frozenset(equation.causes).union(*(parts_of(model, part) for part in equation.causes))

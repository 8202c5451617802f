"""The declared causal model: variables in causal order, interventions, scenarios."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import TYPE_CHECKING

from rlsstudy.declare.equations import Equation
from rlsstudy.declare.intervention import set_to
from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design, Scenario
from rlsstudy.errors import DeclarationError, bullet_list, did_you_mean

if TYPE_CHECKING:
    import networkx as nx

    from rlsstudy.declare.equation import Cause


@dataclass(frozen=True, repr=False)
class CausalModel:
    """Variables with their causes, checked as a whole.

    Parameters
    ----------
    name : str
        What is modelled, as reports call it.
    variables : tuple of Variable
        The declared variables, in the order in which tables list them.
    scenarios : tuple of Scenario
        Named variations.
    designs : tuple of Design
        Named ways into a cohort.

    Raises
    ------
    DeclarationError
        A variable is declared twice, a cause is unknown, causes run in a circle, a figure has no
        source, or an equation contradicts its variable. All contradictions are listed.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> model = rls_model()
    >>> model["ferritin"].label_with_unit
    'Serum ferritin (µg/L)'
    >>> sorted(model.causes_of("ferritin"))[:2]
    ['ancestry', 'assay_batch']
    """

    name: str
    variables: tuple[Variable, ...]
    scenarios: tuple[Scenario, ...] = field(default=())
    designs: tuple[Design, ...] = field(default=())

    def __post_init__(self) -> None:
        problems = _twice(self.variables) or [*self._reference_problems()]
        if not problems:
            problems = [*self._cycle_problems()] or [*self._equation_problems()]
        if problems:
            raise DeclarationError(
                f"The model '{self.name}' contradicts itself:\n{bullet_list(problems)}", problems
            )

    def __repr__(self) -> str:
        """Say what the model is; iterate over it for its variables."""
        measured = len(self.measured)
        return f"<causal model '{self.name}': {measured} measured and {len(self.variables) - measured} latent variables>"

    # --- looking up ---------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> Mapping[str, Variable]:
        """The variables by name."""
        return MappingProxyType({variable.name: variable for variable in self.variables})

    def __getitem__(self, name: str) -> Variable:
        """Return a variable, or say which one may have been meant."""
        if name not in self.by_name:
            raise DeclarationError(f"No variable '{name}' is declared.{did_you_mean(name, self.by_name)}")
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        """Whether a variable of that name is declared."""
        return name in self.by_name

    def __iter__(self) -> Iterator[Variable]:
        """Iterate over the variables in declared order."""
        return iter(self.variables)

    @property
    def measured(self) -> tuple[Variable, ...]:
        """The variables that a cohort's data can have."""
        return tuple(variable for variable in self.variables if variable.measured)

    def in_domain(self, domain: Domain) -> tuple[Variable, ...]:
        """Return the measured variables of a domain."""
        return tuple(variable for variable in self.measured if variable.domain is domain)

    @cached_property
    def digest(self) -> str:
        """The sha256 of everything that is declared."""
        return hashlib.sha256(repr(self.variables).encode()).hexdigest()

    # --- the graph ----------------------------------------------------------------------------

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All names, causes before effects; among equals in declared order."""
        sorter = TopologicalSorter({variable.name: variable.causes for variable in self.variables})
        return tuple(sorter.static_order())

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The causal graph: one node a variable, one arrow a direct cause."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(variable.name for variable in self.variables)
        graph.add_edges_from(
            (cause, variable.name) for variable in self.variables for cause in variable.causes
        )
        return graph

    def causes_of(self, name: str) -> frozenset[str]:
        """Return the direct causes of a variable."""
        return frozenset(self[name].causes)

    def ancestors_of(self, name: str) -> frozenset[str]:
        """Return all direct and indirect causes of a variable."""
        import networkx as nx

        return frozenset(nx.ancestors(self.graph, self[name].name))

    def descendants_of(self, name: str) -> frozenset[str]:
        """Return all direct and indirect effects of a variable."""
        import networkx as nx

        return frozenset(nx.descendants(self.graph, self[name].name))

    # --- other models made from this one --------------------------------------------------------

    def do(self, **values: float | str) -> CausalModel:
        """Return the model in which everybody has these values, whatever their causes.

        Parameters
        ----------
        **values : float or str
            A value, or a level, for each variable that is set.

        Returns
        -------
        CausalModel
            The same model with the causes of these variables cut off.

        Examples
        --------
        >>> from rlsstudy import rls_model
        >>> rls_model().do(smoking="never").causes_of("smoking")
        frozenset()
        """
        return self.with_variables(*(set_to(self[name], value) for name, value in values.items()))

    def with_variables(self, *changed: Variable) -> CausalModel:
        """Return the model with these variables in place of their namesakes, or added at the end."""
        replaced = {variable.name: variable for variable in changed}
        kept = tuple(replaced.pop(variable.name, variable) for variable in self.variables)
        return replace(self, variables=kept + tuple(replaced.values()))

    def with_equations(self, equations: Mapping[str, Equation]) -> CausalModel:
        """Return the model with these equations in place of those of the same variables."""
        return self.with_variables(*(replace(self[name], equation=new) for name, new in equations.items()))

    def with_causes(self, causes: Iterable[tuple[str, Cause]]) -> CausalModel:
        """Return the model with these arrows added, or in place of those from the same cause to the same variable."""
        equations: dict[str, Equation] = {}
        for effect, cause in causes:
            equation = equations.get(effect, self[effect].equation)
            if equation is None:
                raise DeclarationError(
                    f"'{effect}' has no equation to which an effect of '{cause.name}' could be added."
                )
            if not equation.takes_causes:
                raise DeclarationError(
                    f"No effect can be added to '{effect}' ({self[effect].label}), which follows from "
                    f"{', '.join(equation.causes[:3]) or 'nothing'}. Act on one of its causes."
                )
            equations[effect] = equation.with_cause(cause)
        return self.with_equations(equations) if equations else self

    def in_scenario(self, name: str) -> CausalModel:
        """Return the model in one of its scenarios."""
        if name == "default":
            return self
        by_name = {scenario.name: scenario for scenario in self.scenarios}
        if name not in by_name:
            allowed = ["default", *by_name]
            raise DeclarationError(f"No scenario '{name}' is declared.{did_you_mean(name, allowed)}")
        scenario = by_name[name]
        if scenario.design and not all(variable.name in self for variable in scenario.changes):
            raise DeclarationError(
                f"The scenario '{name}' changes what happens in the design '{scenario.design}'. Ask for that design too."
            )
        return self.with_variables(*scenario.changes).with_causes(scenario.causes)

    def in_setting(self, design: str, scenario: str) -> CausalModel:
        """Return the model as it is in a design, with the changes of a scenario."""
        return self.in_design(design).in_scenario(scenario)

    def in_design(self, name: str) -> CausalModel:
        """Return the model as it is in one of its designs: its changes, and its shares of gaps."""
        design = self.design(name)
        model = self.with_variables(*design.changes).with_causes(design.causes)
        if not design.gaps:
            return model
        return model.with_variables(*(_with_shares(variable, dict(design.gaps)) for variable in model))

    def design(self, name: str) -> Design:
        """Return one of the model's designs."""
        by_name = {design.name: design for design in self.designs}
        if name not in by_name:
            raise DeclarationError(f"No design '{name}' is declared.{did_you_mean(name, by_name)}")
        return by_name[name]

    # --- contradictions -------------------------------------------------------------------------

    def _reference_problems(self) -> Iterator[str]:
        for variable in self.variables:
            for cause in variable.causes:
                if cause not in self.by_name:
                    hint = did_you_mean(cause, self.by_name)
                    yield f"'{variable.name}' has a cause '{cause}' that is not declared.{hint}"
            for reason in variable.missing:
                for name in {name for cause in reason.causes for name in cause.names} - set(self.by_name):
                    hint = did_you_mean(name, self.by_name)
                    yield f"gaps of '{variable.name}' depend on '{name}', which is not declared.{hint}"
            yield from self._state_problems(variable)
            gate = variable.applies_to
            if gate is not None and (gate not in self.by_name or self.by_name[gate].kind is not Kind.BINARY):
                yield f"'{variable.name}' applies to '{gate}', which is not a declared binary variable."

    def _state_problems(self, variable: Variable) -> Iterator[str]:
        if variable.stands_for is None:
            return
        state, low, high = variable.stands_for
        if state not in self.by_name or self.by_name[state].measured:
            yield f"'{variable.name}' stands for '{state}', which is not a declared latent variable."
        elif variable.kind is Kind.CATEGORICAL:
            yield f"'{variable.name}' has unordered levels and cannot stand for one contrast of '{state}'."
        elif low == high:
            yield f"'{variable.name}' stands for a contrast of '{state}', which needs two different values."

    def _cycle_problems(self) -> Iterator[str]:
        try:
            TopologicalSorter({v.name: v.causes for v in self.variables}).prepare()
        except CycleError as error:
            circle = " → ".join(reversed(error.args[1]))
            yield f"causes run in a circle: {circle}. Remove one of these arrows."

    def _equation_problems(self) -> Iterator[str]:
        for variable in self.variables:
            if variable.equation is None:
                continue
            if not variable.source:
                yield f"'{variable.name}' has no source; write where its figures come from, or 'assumed'."
            for problem in variable.equation.problems(variable, self.by_name):
                yield f"'{variable.name}': {problem}"
            for cause in (cause for reason in variable.missing for cause in reason.causes):
                for problem in cause.problems(self.by_name):
                    yield f"gaps of '{variable.name}': {problem}"


def _with_shares(variable: Variable, shares: Mapping[str, float]) -> Variable:
    """Return the variable with other shares of its gaps."""

    def changed(reason: MissingReason) -> MissingReason:
        share = shares.get(reason.name, reason.share)
        return reason if share == reason.share else replace(reason, share=share, intercept=None)

    return replace(variable, missing=tuple(map(changed, variable.missing)))


def _twice(variables: Collection[Variable]) -> list[str]:
    names = [variable.name for variable in variables]
    return [f"'{name}' is declared more than once." for name in dict.fromkeys(names) if names.count(name) > 1]

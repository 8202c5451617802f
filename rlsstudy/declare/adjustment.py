"""Which covariates make an effect identifiable: the back-door rule on the declared graph.

The effect in a *population* (people with RLS) is conditional on belonging to it. Where the factor
also changes who belongs, the population is a collider: shared causes of belonging and of the
outcome then bias the comparison, known as index-event or selection bias. They are adjusted for
when they are measured, and named when they are not.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import dataclass
from functools import cached_property
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
        Variables through which selection into the population can still bias the effect, because
        they are not measured, carry part of it, or are the outcome itself; empty when it cannot.
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
    asked = _Question(model, model[factor].name, model[outcome].name, population, _columns(model, measured))
    if population is None or population in (factor, outcome):
        return Adjustment(_in_order(model, asked.against_confounding()))
    return _among_the_population(asked, population)


@dataclass(frozen=True)
class _Question:
    """A factor and an outcome, the columns that there are, and the graph without the paths asked about."""

    model: CausalModel
    factor: str
    outcome: str
    population: str | None
    measured: frozenset[str]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The declared graph without the first arrow of every causal path from factor to outcome."""
        graph = self.model.graph.copy()
        on_the_way = self.model.ancestors_of(self.outcome) | {self.outcome}
        effects = self.model.graph.successors(self.factor)
        graph.remove_edges_from([(self.factor, effect) for effect in effects if effect in on_the_way])
        return graph

    @cached_property
    def candidates(self) -> frozenset[str]:
        """What may be adjusted for if it is measured: no effect of the factor, no part of the outcome."""
        not_allowed = self.model.descendants_of(self.factor) | _parts(self.model, self.outcome)
        return frozenset(self.model.by_name) - not_allowed - {self.factor, self.outcome, self.population}

    @property
    def allowed(self) -> frozenset[str]:
        """What may be adjusted for and is measured."""
        return self.candidates & self.measured

    @property
    def carriers(self) -> frozenset[str]:
        """What carries part of the effect and also decides, or is, who is in the population.

        Its own unmeasured causes are then shared by belonging and outcome, and it cannot be
        adjusted for, because that would take away the part of the effect that it carries.
        """
        if self.population is None or self.factor not in self.model.ancestors_of(self.outcome):
            return frozenset()
        on_the_way = self.model.ancestors_of(self.outcome) | {self.outcome}
        deciding = self.model.ancestors_of(self.population) | {self.population}
        return self.model.descendants_of(self.factor) & on_the_way & deciding

    def separator(self, among: Set[str], given: Set[str] = frozenset()) -> frozenset[str] | None:
        """Find a minimal set of these variables that, with what is given, closes every open path."""
        import networkx as nx

        found = nx.find_minimal_d_separator(
            self.graph, {self.factor}, {self.outcome}, included=set(given), restricted=set(among | given)
        )
        return None if found is None else frozenset(found) - given

    def is_closed_by(self, covariates: Set[str]) -> bool:
        """Whether these covariates close every open path in the whole cohort."""
        import networkx as nx

        return bool(nx.is_d_separator(self.graph, {self.factor}, {self.outcome}, set(covariates)))

    def against_confounding(self) -> frozenset[str]:
        """Return a minimal adjustment set for the whole cohort, or say what is missing."""
        found = self.separator(self.allowed)
        if found is None:
            raise _not_identified(self)
        return found


def _among_the_population(asked: _Question, population: str) -> Adjustment:
    """Find the adjustment set that holds given the population, or the best there is and what is left open."""
    model, given = asked.model, frozenset({population})
    carriers = _in_order(model, asked.carriers)
    closed = asked.separator(asked.allowed, given)
    if closed is not None:
        return Adjustment(_in_order(model, closed), carriers)
    covariates = asked.against_confounding()
    shared = asked.allowed & model.causes_of(population) & model.ancestors_of(asked.outcome)
    if asked.is_closed_by(covariates | shared):
        covariates = covariates | shared
    ideal = asked.separator(asked.candidates, given)
    if ideal is not None:
        left_open = tuple(dict.fromkeys((*carriers, *_in_order(model, ideal - asked.allowed))))
    else:
        left_open = carriers or (asked.outcome,)
    return Adjustment(_in_order(model, covariates), left_open)


def _columns(model: CausalModel, measured: Collection[str] | None) -> frozenset[str]:
    if measured is None:
        return frozenset(variable.name for variable in model.measured)
    return frozenset(name for name in measured if name in model and model[name].measured)


def _parts(model: CausalModel, name: str) -> frozenset[str]:
    """Return what a variable is derived from without chance: holding a score's items fixed fixes the score."""
    equation = model[name].equation
    if not isinstance(equation, Derived):
        return frozenset()
    return frozenset(equation.causes).union(*(_parts(model, part) for part in equation.causes))


def _not_identified(asked: _Question) -> IdentificationError:
    model = asked.model
    missing = _in_order(model, (asked.separator(asked.candidates) or frozenset()) - asked.allowed)
    headline = (
        f"The effect of '{asked.factor}' on '{asked.outcome}' is not identified from the measured columns: "
    )
    if not missing:
        return IdentificationError(
            f"{headline}the outcome, or a part of it, is among the causes of the factor. "
            "Choose another factor or outcome, or declare the arrow the other way."
        )
    named = ", ".join(f"'{name}' ({model[name].label})" for name in missing)
    return IdentificationError(
        f"{headline}not measured: {named}. Measure them, or declare a graph in which they are not needed.",
        missing,
    )


def _in_order(model: CausalModel, names: Set[str]) -> tuple[str, ...]:
    return tuple(variable.name for variable in model.variables if variable.name in names)

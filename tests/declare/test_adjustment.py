"""The back-door rule on small graphs whose answers are in the textbooks, and on random ones by brute force."""

import random
from itertools import chain, combinations

import networkx as nx
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Variable, find_adjustment
from rlsstudy.errors import IdentificationError


def graph(**causes):
    """Build a model from ``effect=(cause, …)``; names beginning with u are latent, s is binary."""
    return CausalModel(
        "graph",
        tuple(
            Variable(
                name,
                name.upper(),
                Domain.IRON,
                Kind.BINARY if name == "s" else Kind.CONTINUOUS,
                levels=("no", "yes") if name == "s" else (),
                causes_declared=names,
                measured=not name.startswith("u"),
            )
            for name, names in causes.items()
        ),
    )


def test_a_common_cause_is_adjusted_for():
    assert find_adjustment(graph(c=(), x=("c",), y=("x", "c")), "x", "y").covariates == ("c",)


def test_a_mediator_is_not_adjusted_for():
    assert find_adjustment(graph(x=(), m=("x",), y=("m", "x")), "x", "y").covariates == ()


def test_a_collider_is_not_adjusted_for():
    model = graph(ua=(), ub=(), m=("ua", "ub"), x=("ua",), y=("x", "ub"))  # the M-graph
    assert find_adjustment(model, "x", "y").covariates == ()


def test_an_effect_of_the_factor_is_never_adjusted_for():
    model = graph(c=(), x=("c",), d=("x",), y=("x", "c"))
    assert "d" not in find_adjustment(model, "x", "y").covariates


def test_a_proxy_further_up_closes_the_path_when_the_confounder_is_not_measured():
    model = graph(c=(), u=("c",), x=("c",), y=("x", "u"))
    assert find_adjustment(model, "x", "y").covariates == ("c",)


def test_a_missing_confounder_is_named():
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(graph(u=(), x=("u",), y=("x", "u")), "x", "y")
    assert str(caught.value) == (
        "The effect of 'x' on 'y' is not identified from the measured columns: not measured: 'u' (U). "
        "Measure them, or declare a graph in which they are not needed."
    )
    assert caught.value.missing == ("u",)


def test_a_column_that_the_file_lacks_is_named():
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(graph(c=(), x=("c",), y=("x", "c")), "x", "y", measured={"x", "y"})
    assert caught.value.missing == ("c",)


def test_selection_on_an_effect_of_the_factor_adds_shared_causes_of_belonging_and_outcome():
    model = graph(w=(), x=(), s=("x", "w"), y=("x", "w"))
    assert find_adjustment(model, "x", "y").covariates == ()
    assert find_adjustment(model, "x", "y", population="s").covariates == ("w",)


def test_an_unmeasured_shared_cause_of_belonging_and_outcome_is_named_as_selection():
    adjustment = find_adjustment(graph(u=(), x=(), s=("x", "u"), y=("x", "u")), "x", "y", population="s")
    assert adjustment.covariates == ()
    assert adjustment.selection == ("u",)


def test_selection_through_a_mediator_is_named():
    adjustment = find_adjustment(graph(x=(), m=("x",), s=("m",), y=("m",)), "x", "y", population="s")
    assert adjustment.selection == ("m",)


def test_a_factor_that_does_not_decide_who_belongs_is_not_selected_on():
    model = graph(w=(), x=(), s=("w",), y=("x", "w"))
    adjustment = find_adjustment(model, "x", "y", population="s")
    assert (adjustment.covariates, adjustment.selection) == ((), ())


def test_selection_on_the_outcome_itself_is_named():
    adjustment = find_adjustment(graph(x=(), y=("x",), s=("y",)), "x", "y", population="s")
    assert adjustment.selection == ("y",)


def test_a_population_that_both_decide_is_a_collider_that_nothing_closes():
    adjustment = find_adjustment(graph(x=(), y=(), s=("x", "y")), "x", "y", population="s")
    assert adjustment.selection == ("y",)


def test_a_population_on_the_way_carries_part_of_the_effect():
    adjustment = find_adjustment(graph(w=(), x=(), s=("x", "w"), y=("x", "w", "s")), "x", "y", population="s")
    assert adjustment.selection == ("s",)


def test_a_population_that_is_the_confounder_is_held_by_belonging_to_it():
    adjustment = find_adjustment(graph(s=(), x=("s",), y=("x", "s")), "x", "y", population="s")
    assert (adjustment.covariates, adjustment.selection) == ((), ())


def test_an_outcome_among_the_causes_of_the_factor_is_said():
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(graph(y=(), x=("y",)), "x", "y")
    assert str(caught.value) == (
        "The effect of 'x' on 'y' is not identified from the measured columns: "
        "the outcome, or a part of it, is among the causes of the factor. "
        "Choose another factor or outcome, or declare the arrow the other way."
    )


def random_causes(rng):
    """Draw a graph of four to six variables named so that ``graph`` makes some latent and one binary."""
    size, density = rng.randint(4, 6), rng.choice([0.3, 0.45, 0.6])
    names = ["x", "y", "s", *(f"{rng.choice('uvw')}{place}" for place in range(size - 3))]
    rng.shuffle(names)
    return {
        name: tuple(c for c in names[:place] if rng.random() < density) for place, name in enumerate(names)
    }


def counterfactual_graph(causes):
    """Draw factual and counterfactual outcome in one graph: a set is right if it separates x from y(x)."""
    factual = nx.DiGraph()
    factual.add_nodes_from(causes)
    factual.add_edges_from((cause, name) for name, names in causes.items() for cause in names)
    effects = nx.descendants(factual, "x")
    twin = factual.copy()
    for name in effects:
        twin.add_edges_from([(("noise", name), name), (("noise", name), ("if", name))])
        twin.add_edges_from(
            (("if", cause) if cause in effects else cause, ("if", name))
            for cause in causes[name]
            if cause != "x"
        )
    return twin, (("if", "y") if "y" in effects else "y"), effects


@pytest.mark.parametrize("population", [None, "s"])
def test_random_graphs_get_the_answer_of_brute_force(population):
    rng = random.Random(20261122)
    for _ in range(400):
        causes = random_causes(rng)
        twin, outcome, effects = counterfactual_graph(causes)
        given = {population} if population else set()

        def is_right(covariates, twin=twin, outcome=outcome, given=given):
            return outcome not in covariates and nx.is_d_separator(
                twin, {"x"}, {outcome}, set(covariates) | given
            )

        usable = [name for name in causes if name[0] in "vws" and name not in effects | given]
        subsets = chain.from_iterable(combinations(usable, size) for size in range(len(usable) + 1))
        possible = any(is_right(subset) for subset in subsets)
        try:
            adjustment = find_adjustment(graph(**causes), "x", "y", population=population)
        except IdentificationError:
            assert not possible, causes
            continue
        if adjustment.selection:
            assert not possible, causes
        else:
            assert is_right(adjustment.covariates), causes
            assert not any(is_right(set(adjustment.covariates) - {name}) for name in adjustment.covariates), (
                causes
            )

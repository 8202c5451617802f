"""The back-door rule on small graphs whose answers are in the textbooks, and on random ones by brute force."""

import random
import time
from itertools import chain, combinations

import networkx as nx
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Variable, find_adjustment
from rlsstudy.errors import IdentificationError


def graph(stands_for=(), /, **causes):
    """Build a model from ``effect=(cause, …)``; names beginning with u are latent, s is binary.

    ``stands_for`` has pairs of a marker and its state.
    """
    states = {marker: (state, 0, 1) for marker, state in stands_for}
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
                stands_for=states.get(name),
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


FERRITIN = (("ferritin", "u"),)  # ferritin is the marker, u the iron stores


def test_a_cause_of_the_state_is_a_confounder_of_its_marker():
    model = graph(FERRITIN, c=(), u=("c",), ferritin=("u",), y=("u", "c"))
    adjustment = find_adjustment(model, "ferritin", "y")
    assert (adjustment.covariates, adjustment.proxies) == (("c",), ())


def test_what_the_state_acts_through_is_not_adjusted_for_under_its_marker():
    model = graph(FERRITIN, u=(), ferritin=("u",), m=("u",), y=("m",))
    assert find_adjustment(model, "ferritin", "y").covariates == ()


def test_another_cause_of_the_marker_is_adjusted_for_when_it_reaches_the_outcome():
    model = graph(FERRITIN, u=(), crp=(), batch=(), ferritin=("u", "crp", "batch"), y=("u", "crp"))
    assert find_adjustment(model, "ferritin", "y").covariates == ("crp",)


def test_a_missing_cause_of_the_marker_is_named():
    model = graph(FERRITIN, u=(), crp=(), ferritin=("u", "crp"), y=("u", "crp"))
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(model, "ferritin", "y", measured={"ferritin", "y"})
    assert caught.value.missing == ("crp",)


def test_a_marker_that_acts_on_the_outcome_itself_is_refused():
    model = graph(FERRITIN, u=(), ferritin=("u",), y=("u", "ferritin"))
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(model, "ferritin", "y")
    assert str(caught.value) == (
        "The effect of 'ferritin' on 'y' is not identified from the measured columns: the factor stands for 'u' (U), "
        "and acts on the outcome itself, too. Choose another marker or outcome."
    )


def test_a_marker_that_follows_what_its_state_does_is_refused():
    model = graph(FERRITIN, u=(), severity=("u",), ferritin=("u", "severity"), y=("severity",))
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(model, "ferritin", "y")
    assert str(caught.value) == (
        "The effect of 'ferritin' on 'y' is not identified from the measured columns: the factor stands for 'u' (U), "
        "and what that state acts on acts on the factor, too, and cannot be adjusted for: 'severity' (SEVERITY). "
        "Choose another marker or outcome."
    )


def test_a_marker_that_the_outcome_acts_on_is_refused():
    model = graph(FERRITIN, u=(), y=("u",), ferritin=("u", "y"))
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(model, "ferritin", "y")
    assert "the outcome, or a part of it, is among the causes of the factor" in str(caught.value)


def test_a_marker_stands_in_for_an_unmeasured_confounder():
    model = graph(FERRITIN, u=(), ferritin=("u",), x=("u",), y=("x", "u"))
    adjustment = find_adjustment(model, "x", "y")
    assert (adjustment.covariates, adjustment.proxies) == (("ferritin",), ("u",))


def test_no_marker_stands_in_where_measured_variables_close_the_path():
    model = graph(FERRITIN, u=(), ferritin=("u",), c=("u",), x=("c",), y=("x", "u"))
    adjustment = find_adjustment(model, "x", "y")
    assert (adjustment.covariates, adjustment.proxies) == (("c",), ())


def test_the_first_measured_marker_stands_in():
    model = graph((("a", "u"), ("b", "u")), u=(), a=("u",), b=("u",), x=("u",), y=("x", "u"))
    assert find_adjustment(model, "x", "y").covariates == ("a",)
    assert find_adjustment(model, "x", "y", measured={"b", "x", "y"}).covariates == ("b",)


def test_a_marker_that_the_factor_acts_on_stands_in_where_no_other_does():
    model = graph((("a", "u"), ("b", "u")), u=(), x=("u",), a=("u", "x"), b=("u",), y=("x", "u"))
    assert find_adjustment(model, "x", "y").covariates == ("b",)
    last_resort = find_adjustment(model, "x", "y", measured={"a", "x", "y"})
    assert (last_resort.covariates, last_resort.proxies) == (("a",), ("u",))


def test_a_marker_of_an_effect_of_the_factor_does_not_stand_in():
    model = graph((("m", "u"),), v=(), w=("v",), x=("v",), u=("x",), m=("u",), y=("x", "u", "w"))
    adjustment = find_adjustment(model, "x", "y", measured={"m", "w", "x", "y"})
    assert (adjustment.covariates, adjustment.proxies) == (("w",), ())


def test_a_marker_that_the_factor_acts_on_does_not_close_selection():
    model = graph(FERRITIN, u=(), x=(), ferritin=("u", "x"), s=("x", "u"), y=("x", "u"))
    adjustment = find_adjustment(model, "x", "y", population="s")
    assert (adjustment.covariates, adjustment.proxies, adjustment.selection) == ((), (), ("u",))


def test_what_is_not_measured_is_the_first_that_leaves_selection_open():
    model = graph(x=(), m=("x",), u=(), s=("x", "m", "u"), y=("m", "u"))
    assert find_adjustment(model, "x", "y", population="s").selection == ("u", "m")


def test_a_path_that_the_marker_opens_is_closed_as_well():
    model = graph(FERRITIN, u=(), a=(), b=(), ferritin=("u", "a", "b"), x=("u", "a"), y=("x", "u", "b"))
    adjustment = find_adjustment(model, "x", "y")
    assert adjustment.proxies == ("u",)
    assert adjustment.covariates in (("a", "ferritin"), ("b", "ferritin"))


def test_a_marker_stands_in_for_an_unmeasured_shared_cause_of_belonging_and_outcome():
    model = graph(FERRITIN, u=(), ferritin=("u",), x=(), s=("x", "u"), y=("x", "u"))
    adjustment = find_adjustment(model, "x", "y", population="s")
    assert (adjustment.covariates, adjustment.proxies, adjustment.selection) == (("ferritin",), ("u",), ())


def test_where_selection_stays_open_confounders_alone_are_adjusted_for():
    model = graph(c=(), w=(), u=(), x=("c",), s=("x", "w", "u"), y=("x", "c", "w", "u"))
    adjustment = find_adjustment(model, "x", "y", population="s")
    assert adjustment.covariates == ("c",)
    assert adjustment.selection == ("u",)


def test_what_is_missing_is_named_where_the_population_confounds_too():
    model = graph(s=(), u=(), x=("s", "u"), y=("x", "s", "u"))
    with pytest.raises(IdentificationError) as caught:
        find_adjustment(model, "x", "y", population="s")
    assert caught.value.missing == ("u",)


SECONDS_PER_CALL = (
    0.2  # ten times what a call takes on a quiet machine: a search through subsets would take longer
)


@pytest.mark.slow
def test_a_graph_of_160_variables_is_answered_at_once():
    rng = random.Random(20261123)
    names = [f"{'u' if place % 16 == 15 else 'v'}{place}" for place in range(160)]
    markers = tuple((f"m{place}", f"u{place}") for place in (15, 31, 47, 63))
    causes = {name: tuple(rng.sample(names[:place], min(place, 6))) for place, name in enumerate(names)}
    causes |= {marker: (state,) for marker, state in markers}
    causes["s"], causes["y"] = (*names[:40:3], "u95"), (*names[2:60:3], "u95", "s")
    model = graph(markers, **causes)
    begin = time.perf_counter()
    for place in range(1, 11):
        assert find_adjustment(model, f"v{place}", "y", population="s").selection
    assert (time.perf_counter() - begin) / 10 < SECONDS_PER_CALL


def random_causes(rng):
    """Draw a graph of four to six variables named so that ``graph`` makes some latent and one binary."""
    size, density = rng.randint(4, 6), rng.choice([0.3, 0.45, 0.6])
    names = ["x", "y", "s", *(f"{rng.choice('uvw')}{place}" for place in range(size - 3))]
    rng.shuffle(names)
    return {
        name: tuple(c for c in names[:place] if rng.random() < density) for place, name in enumerate(names)
    }


def counterfactual_graph(causes, subject="x"):
    """Draw factual and counterfactual outcome in one graph: a set is right if it separates the factor from y(subject)."""
    factual = nx.DiGraph()
    factual.add_nodes_from(causes)
    factual.add_edges_from((cause, name) for name, names in causes.items() for cause in names)
    effects = nx.descendants(factual, subject)
    twin = factual.copy()
    for name in effects:
        twin.add_edges_from([(("noise", name), name), (("noise", name), ("if", name))])
        twin.add_edges_from(
            (("if", cause) if cause in effects else cause, ("if", name))
            for cause in causes[name]
            if cause != subject
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


def subsets(names):
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def graphs_with_a_marker(rng, count):
    """Draw graphs in which the latent ``u`` has a marker ``m``."""
    for _ in range(count):
        size, density = rng.randint(5, 7), rng.choice([0.3, 0.45])
        names = ["x", "y", "s", "u", "m", *(f"{rng.choice('vw')}{place}" for place in range(size - 5))]
        rng.shuffle(names)
        causes = {name: [c for c in names[:i] if rng.random() < density] for i, name in enumerate(names)}
        if names.index("u") < names.index("m"):
            causes["m"] = [*dict.fromkeys([*causes["m"], "u"])]
            yield {name: tuple(found) for name, found in causes.items()}


@pytest.mark.parametrize("population", [None, "s"])
def test_markers_in_random_graphs_get_the_answer_of_brute_force(population):
    given = {population} if population else set()
    for causes in graphs_with_a_marker(random.Random(20261123), 600):
        twin, outcome, effects = counterfactual_graph(causes, subject="u")

        def is_right(covariates, twin=twin, outcome=outcome):
            return outcome not in covariates and nx.is_d_separator(
                twin, {"m"}, {outcome}, set(covariates) | given
            )

        not_allowed = effects | nx.descendants(twin, "m") | given | {"u", "m", "y"}
        usable = [name for name in causes if name not in not_allowed]
        possible = any(map(is_right, subsets(usable)))
        try:
            adjustment = find_adjustment(graph((("m", "u"),), **causes), "m", "y", population=population)
        except IdentificationError:
            assert not possible, causes
            continue
        if adjustment.selection:
            assert not possible, causes
        else:
            assert is_right(adjustment.covariates), causes
            assert set(adjustment.covariates) <= set(usable), causes


@pytest.mark.parametrize("population", [None, "s"])
def test_stand_ins_in_random_graphs_get_the_answer_of_brute_force(population):
    given = {population} if population else set()
    stood_in = last_resorts = 0
    for causes in graphs_with_a_marker(random.Random(20261123), 600):
        twin, outcome, effects = counterfactual_graph(causes)

        def is_right(covariates, twin=twin, outcome=outcome):
            return outcome not in covariates and nx.is_d_separator(
                twin, {"x"}, {outcome}, set(covariates) | given
            )

        usable = [name for name in causes if name not in effects | given | {"x", "y", "u"}]
        possible = any(map(is_right, subsets(usable)))
        possible_by_marker = any(is_right({*some, "u", "m"}) for some in subsets(usable)) and (
            "m" in usable and "u" not in effects
        )
        try:
            adjustment = find_adjustment(graph((("m", "u"),), **causes), "x", "y", population=population)
        except IdentificationError:
            assert not possible and not possible_by_marker, causes
            assert population or "u" in effects or not any(is_right({*some, "u"}) for some in subsets(usable))
            continue
        known = {*adjustment.covariates, *adjustment.proxies}
        if adjustment.selection:
            assert not possible and not possible_by_marker, causes
        elif "m" in known & effects:
            last_resorts += 1
            assert is_right(known - {"m"}), causes
            assert not possible and not possible_by_marker, causes
        else:
            stood_in += len(adjustment.proxies)
            assert is_right(known), causes
            assert bool(adjustment.proxies) != possible, causes
    assert stood_in >= 5
    assert population or last_resorts >= 5

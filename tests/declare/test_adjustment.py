"""The back-door rule on small graphs whose answers are in the textbooks."""

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

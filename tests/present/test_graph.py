from itertools import pairwise

import pytest

from rlsstudy import load_study
from rlsstudy.declare import CausalModel, Domain, Kind, Variable
from rlsstudy.declare.equations import SumOf
from rlsstudy.errors import DeclarationError
from rlsstudy.present import canvas
from rlsstudy.present.graph_layout import lay_out
from rlsstudy.present.graph_part import Role, part_of
from rlsstudy.present.graph_plot import plot_graph

GAP = 0.1


def variable(name: str, *causes: str, measured: bool = True, **other: object) -> Variable:
    return Variable(
        name,
        name.capitalize(),
        Domain.IRON,
        Kind.CONTINUOUS,
        causes_declared=causes,
        measured=measured,
        **other,
    )


@pytest.fixture
def model() -> CausalModel:
    """Age and sleep confound; iron acts through severity on two items; diet acts on the score by way of weight."""
    items = [
        Variable(f"item_{k}", f"Item {k}", Domain.OUTCOME, Kind.INTEGER, causes_declared=("severity",))
        for k in (1, 2)
    ]
    score = Variable(
        "score",
        "Score",
        Domain.OUTCOME,
        Kind.INTEGER,
        equation=SumOf(items=("item_1", "item_2")),
        source="by definition",
    )
    return CausalModel(
        "Graph",
        (
            variable("age"),
            variable("sleep"),
            variable("weight", "age"),
            variable("iron", "age", "sleep"),
            variable("severity", "iron", "sleep", "weight", measured=False),
            *items,
            score,
            variable("height"),
        ),
    )


def test_the_part_shown_has_causes_mediators_and_the_adjustment_set_without_items(model):
    part = part_of(model, "iron", "score")
    assert dict(part.roles) == {
        "age": Role.ADJUSTED,
        "sleep": Role.ADJUSTED,
        "iron": Role.FACTOR,
        "severity": Role.LATENT,
        "score": Role.OUTCOME,
    }
    assert part.left_out == 2
    assert part.carrying == {("iron", "severity"), ("severity", "score")}
    assert part.refusal == ""


def test_a_path_through_hidden_variables_is_one_arrow_that_is_not_declared(model):
    arrows = part_of(model, "iron", "score").arrows
    assert arrows == {
        ("age", "iron"): True,
        ("age", "severity"): False,
        ("sleep", "iron"): True,
        ("sleep", "severity"): True,
        ("iron", "severity"): True,
        ("severity", "score"): True,
    }


def test_what_would_have_to_be_measured_is_shown_when_the_effect_is_not_identified(model):
    part = part_of(model, "iron", "score", measured=["age", "weight", "iron", "score"])
    assert part.roles["sleep"] is Role.NEEDED
    figure = plot_graph(model, "iron", "score", measured=["age", "weight", "iron", "score"])
    assert figure.caption.endswith("Not identified from the measured columns.")
    assert "Needed, not measured: Sleep." in figure.alt
    assert figure.alt.endswith("The effect is not identified.")


def test_adjusted_variables_that_do_not_act_on_the_factor_share_a_box():
    extra = [variable(name) for name in ("a", "b", "c")]
    case = Variable(
        "case",
        "Case",
        Domain.OUTCOME,
        Kind.BINARY,
        levels=("no", "yes"),
        causes_declared=("iron", "a", "b", "c"),
    )
    model = CausalModel("m", (*extra, variable("iron"), case, variable("score", "iron", "a", "b", "c")))
    part = part_of(model, "iron", "score", population="case")
    assert part.roles["case"] is Role.POPULATION
    assert part.together() == ("a", "b", "c")
    figure = plot_graph(model, "iron", "score", population="case")
    assert "A; B; C" in [text.get_text() for text in figure.ax.texts]
    assert figure.caption == (
        "Declared graph for the effect of Iron on Score. Variables adjusted for that do not act on Iron share one box."
    )


def test_items_of_the_outcome_are_never_adjusted_for(model):
    with_blood = model.with_variables(variable("blood", "iron"))
    part = part_of(with_blood, "blood", "score", measured=["blood", "score", "item_1", "item_2"])
    assert part.roles["iron"] is Role.NEEDED
    assert Role.ADJUSTED not in part.roles.values()
    assert part.refusal.startswith("The effect of 'blood' on 'score' is not identified")


@pytest.mark.slow
def test_the_graph_of_every_factor_of_the_packaged_study_fits_the_page():
    study = load_study()
    for factor in study.factors:
        figure = plot_graph(study.model, factor, study.outcome, population=study.population)
        assert figure.width == canvas.WIDTH
        with canvas.style():
            labels = [text.get_window_extent() for text in figure.ax.texts]
        assert not any(a.overlaps(b) for place, a in enumerate(labels) for b in labels[place + 1 :])


def test_factor_and_outcome_are_two_variables(model):
    with pytest.raises(DeclarationError) as caught:
        plot_graph(model, "iron", "iron")
    assert str(caught.value) == "'iron' (Iron) cannot be both the factor and the outcome."


def test_the_graph_is_drawn_with_a_box_for_each_variable_and_a_legend(model):
    figure = plot_graph(model, "iron", "score")
    written = [text.get_text() for text in figure.ax.texts]
    assert written == [
        "Age", "Sleep", "Iron", "Severity", "Score",
        "Factor", "Outcome", "Adjusted for", "Not measured", "From factor to outcome", "Through variables not shown",
    ]  # fmt: skip
    drawn = [patch.get_gid() for patch in figure.ax.patches]
    assert sorted(gid for gid in drawn if gid.startswith("arrow")) == [
        "arrow-age-iron",
        "arrow-age-severity",
        "arrow-iron-severity",
        "arrow-severity-score",
        "arrow-sleep-iron",
        "arrow-sleep-severity",
    ]
    assert figure.width == canvas.WIDTH


def test_causes_stand_above_their_effects_and_boxes_do_not_overlap(model):
    figure = plot_graph(model, "iron", "score")
    with canvas.style():
        places = {text.get_text(): text.get_position() for text in figure.ax.texts[:5]}
    for cause, effect in figure.numbers[["cause", "effect"]].itertuples(index=False):
        assert places[cause.capitalize()][1] > places[effect.capitalize()][1]
    assert len(set(places.values())) == 5


def test_the_alternative_text_of_the_graph_names_causes_mediators_and_adjustment(model):
    figure = plot_graph(model, "iron", "score")
    assert figure.alt == (
        "Causal graph of 5 variables and 6 arrows for the effect of Iron on Score. Causes of Iron: Age and Sleep. "
        "Between Iron and Score: Severity. Adjusted for: Age and Sleep. Needed, not measured: none. "
        "Not measured: Severity."
    )
    assert (
        figure.caption
        == "Declared graph for the effect of Iron on Score. 2 other variables of the model left out."
    )


def test_the_same_graph_gives_the_same_bytes(model):
    assert plot_graph(model, "iron", "score").svg == plot_graph(model, "iron", "score").svg


def test_hostile_labels_are_drawn_as_they_are():
    label = '<script>$x^2$ "quoted" & {} % \\input'
    model = CausalModel(
        "m",
        (
            Variable("iron", label, Domain.IRON, Kind.CONTINUOUS),
            Variable("score", "Score", Domain.OUTCOME, Kind.CONTINUOUS, causes_declared=("iron",)),
        ),
    )
    figure = plot_graph(model, "iron", "score")
    assert figure.ax.texts[0].get_text().replace("\n", " ") == label
    assert b"<script" not in figure.svg
    assert (
        b'aria-label="Causal graph of 2 variables and 1 arrow for the effect of &lt;script&gt;$x^2$'
        in figure.svg
    )


def test_boxes_of_a_layer_stand_apart_and_layers_are_no_wider_than_asked():
    nodes = [f"n{place}" for place in range(12)]
    edges = [("n0", name) for name in nodes[1:]] + [(name, "n11") for name in nodes[1:11]]
    layout = lay_out(dict.fromkeys(nodes, 1.0), edges, gap=GAP, most=4.0)
    for layer in layout.layers:
        assert len(layer) <= 3
        assert all(layout.x[b] - layout.x[a] >= 1.0 + GAP - 1e-9 for a, b in pairwise(layer))
    depth = {name: place for place, layer in enumerate(layout.layers) for name in layer}
    assert all(depth[a] < depth[b] for a, b in edges)
    assert all(len(layout.routes[a, b]) == depth[b] - depth[a] - 1 for a, b in edges)
    assert min(layout.x.values()) >= 0.5
    assert max(layout.x.values()) <= layout.width - 0.5


def test_a_crossing_that_can_be_avoided_is_avoided():
    boxes = dict.fromkeys(["a", "b", "c", "d"], 1.0)
    layout = lay_out(boxes, [("a", "d"), ("b", "c")], gap=GAP, most=9.0)
    top, bottom = layout.layers
    assert [{"a": "d", "b": "c"}[name] for name in top] == list(bottom)


def test_a_long_arrow_runs_between_the_boxes_it_passes():
    boxes = dict.fromkeys(["a", "m", "z"], 1.0)
    layout = lay_out(boxes, [("a", "m"), ("m", "z"), ("a", "z")], gap=GAP, most=9.0)
    (waypoint,) = layout.routes["a", "z"]
    assert abs(waypoint - layout.x["m"]) > 0.5


def test_one_variable_alone_is_laid_out():
    layout = lay_out({"a": 1.0}, [], gap=GAP, most=9.0)
    assert (layout.layers, layout.width, layout.x["a"]) == ((("a",),), 1.0, 0.5)

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Variable
from rlsstudy.errors import CohortError
from rlsstudy.present import canvas
from rlsstudy.present.plots import plot_effects, plot_outcome


def texts(figure):
    return [text.get_text() for text in figure.ax.texts]


def extents(figure):
    """Return the boxes of all texts, in inches from the lower left corner."""
    with canvas.style():
        boxes = [text.get_window_extent() for text in figure.ax.texts if text.get_text()]
    return [
        (box.x0 / canvas.DPI, box.y0 / canvas.DPI, box.x1 / canvas.DPI, box.y1 / canvas.DPI) for box in boxes
    ]


def overlaps(boxes):
    return [
        (a, b)
        for place, a in enumerate(boxes)
        for b in boxes[place + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def marks(figure, marker):
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in figure.ax.lines
        if line.get_marker() == marker and len(line.get_xdata()) == 1
    ]


def test_the_forest_plot_says_in_words_what_it_draws(scored_effects):
    assert texts(plot_effects(scored_effects)) == [
        "Iron",
        "Lifestyle",
        "Serum ferritin: 100 vs 50 µg/L",
        "−0.53 (−0.91 to −0.15)",
        "Caffeine: 200 vs 100 mg/day",
        "not identified",
        "Factor and contrast",
        "Adjusted (graph)\n95% interval",
    ]


def test_each_estimate_has_a_mark_at_its_place(scored_effects):
    figure = plot_effects(scored_effects)
    (adjusted,) = marks(figure, "o")
    crude = marks(figure, "s")
    truths = marks(figure, "|")
    assert adjusted[0] == -0.53
    assert [x for x, _ in crude] == [-0.3, 0.2]
    assert [x for x, _ in truths] == [-0.05, 0.0]
    assert adjusted[1] == truths[0][1] < crude[0][1] < truths[1][1]
    intervals = [tuple(line.get_xdata()) for line in figure.ax.lines if len(line.get_xdata()) == 2]
    assert (-0.91, -0.15) in intervals
    assert figure.ax.get_xlabel() == "Difference in Severity score (points)"
    (legend,) = figure.drawing.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "Adjusted (graph)",
        "Crude",
        "Truth",
    ]


def test_the_first_row_is_at_the_top(tiny_effects):
    low, high = plot_effects(tiny_effects).ax.get_ylim()
    assert low > high == 0


def test_without_scores_there_is_no_truth(tiny_effects):
    figure = plot_effects(tiny_effects)
    assert marks(figure, "|") == []
    assert "Synthetic" not in figure.caption + figure.alt


def test_a_forest_plot_of_synthetic_effects_says_so_without_scores(tiny_effects):
    tiny_effects.attrs["synthetic"] = True
    figure = plot_effects(tiny_effects)
    assert figure.caption == (
        "Difference in Severity score (points) for each contrast of a factor, with 95% intervals, by domain. "
        "Synthetic data: simulated, not real people."
    )
    assert figure.alt.startswith(
        "Forest plot of 2 contrasts in 2 domains: differences in Severity score (points) with 95% intervals. "
        "Synthetic data: simulated, not real people. 1 of 1 adjusted"
    )


def test_texts_of_the_forest_plot_share_their_decimals(tiny_effects):
    narrow = tiny_effects.iloc[[2]].assign(
        factor="age", label="Age", estimate=-0.017, conf_low=-0.089, conf_high=0.054
    )
    frame = pd.concat([tiny_effects.iloc[[2]], narrow])
    assert texts(plot_effects(frame))[2:4] == ["−0.530 (−0.910 to −0.150)", "Age: 100 vs 50 µg/L"]


def test_crude_effects_alone_are_drawn_once(tiny_effects):
    figure = plot_effects(tiny_effects[tiny_effects["adjustment"] == "crude"])
    assert [x for x, _ in marks(figure, "o")] == [-0.3, 0.2]
    assert marks(figure, "s") == []
    assert len(figure.numbers) == 2


def test_the_alternative_text_of_the_forest_plot_is_computed(scored_effects):
    assert plot_effects(scored_effects).alt == (
        "Forest plot of 2 contrasts in 2 domains: differences in Severity score (points) with 95% intervals. "
        "Synthetic data: simulated, not real people. "
        "1 of 1 adjusted 95% intervals excludes zero: Serum ferritin: 100 vs 50 µg/L. "
        "The adjusted difference furthest from zero is that of Serum ferritin: 100 vs 50 µg/L: −0.53 (−0.91 to −0.15). "
        "1 contrast has no adjusted estimate: Caffeine: 200 vs 100 mg/day (not identified). "
        "0 of 1 adjusted intervals hold the true effect, which follows from the declaration. "
        "Outside: Serum ferritin: 100 vs 50 µg/L (truth −0.05)."
    )


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow(tiny_effects):
    graph = tiny_effects.iloc[[2]]
    frames = [graph.assign(factor=f"f{place}") for place in range(20)]
    wild = graph.assign(factor="wild", estimate=0.0, conf_low=-500.0, conf_high=500.0)
    figure = plot_effects(pd.concat([*frames, wild]))
    low, high = figure.ax.get_xlim()
    assert -5 < low < high < 5
    assert len(marks(figure, "<")) == len(marks(figure, ">")) == 1


def test_many_rows_with_long_labels_neither_overlap_nor_leave_the_page(tiny_effects):
    graph, crude = tiny_effects.iloc[[2]], tiny_effects.iloc[[0]]
    label = "Superficial venous reflux of the great saphenous vein, half a second or longer, "
    rows = [
        frame.assign(factor=f"f{place}", label=label + str(place), domain=f"domain {place // 6}")
        for place in range(25)
        for frame in (crude, graph)
    ]
    figure = plot_effects(pd.concat(rows))
    boxes = extents(figure)
    assert overlaps(boxes) == []
    width, height = figure.drawing.get_size_inches()
    assert width == canvas.WIDTH
    assert min(box[0] for box in boxes) >= 0
    assert max(box[2] for box in boxes) <= width
    assert max(box[3] for box in boxes) <= height
    axes = figure.ax.get_position()
    labels_end = max(box[2] for box in boxes if box[0] < 1)
    assert labels_end < axes.x0 * width
    assert (axes.x1 - axes.x0) * width > 2


def test_the_same_effects_give_the_same_bytes(scored_effects):
    first, second = plot_effects(scored_effects), plot_effects(scored_effects.copy())
    assert first.png == second.png
    assert first.svg == second.svg


def test_the_outcome_has_a_bar_for_each_whole_number_and_its_bands(tiny_cohort):
    figure = plot_outcome(tiny_cohort)
    bars = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in figure.ax.patches[:21]}
    assert {value: height for value, height in bars.items() if height} == {3: 1, 5: 1, 12: 1, 20: 1}
    assert sorted(bars) == list(range(21))
    assert texts(figure) == ["1 (25%)", "mild", "1 (25%)", "moderate", "2 (50%)", "severe"]
    assert overlaps(extents(figure)) == []
    assert figure.ax.get_xlabel() == "Severity score (points)"
    assert figure.numbers["count"].sum() == 4


def test_the_alternative_text_of_the_outcome_counts_the_bands(tiny_cohort):
    figure = plot_outcome(tiny_cohort)
    assert figure.alt == (
        "Histogram of Severity score (points) in 4 participants: mean (SD) 10.0 (7.7). "
        "Bands: mild 1 (25%), moderate 1 (25%), severe 2 (50%). Synthetic data: simulated, not real people."
    )
    assert figure.caption == (
        "Distribution of Severity score in 4 participants. 2 participants without a value left out. "
        "Synthetic data: simulated, not real people."
    )


@pytest.mark.parametrize("values", [[1.5], [1.0, 2.0, 4.0, 8.0]])
def test_a_measured_outcome_without_bands_is_binned(values, make_cohort):
    model = CausalModel(
        "m",
        (
            Variable("age", "Age", Domain.DEMOGRAPHY, Kind.CONTINUOUS),
            Variable("hours", "Sleep", Domain.OUTCOME, Kind.CONTINUOUS, unit="h"),
        ),
    )
    cohort = make_cohort(model, pd.DataFrame({"age": 50.0, "hours": values}), outcome="hours")
    figure = plot_outcome(cohort)
    assert figure.numbers["count"].sum() == len(values)
    assert texts(figure) == []
    low, high = np.quantile(values, (0.25, 0.75))
    assert f" Half of them lie from {low:.1f} to {high + 1e-9:.1f}. Synthetic data: " in figure.alt


def test_an_outcome_that_nobody_has_cannot_be_drawn(tiny_model, tiny_data, make_cohort):
    with pytest.raises(CohortError) as caught:
        plot_outcome(make_cohort(tiny_model, tiny_data.iloc[4:]))
    assert str(caught.value) == (
        "No participant has a value of 'score' (Severity score); there is nothing to draw. "
        "Look at the participant flow and at the columns that were read."
    )

"""A curve as it is drawn: what is where, in which words, and that nothing meets."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import Domain, Kind, Scale, Variable
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.shape.response import TEST_COLUMNS, DoseResponse, ThresholdPlace
from rlsstudy.present import canvas
from rlsstudy.present.curve_plot import log_marks, plot_dose_response
from rlsstudy.present.curve_words import describe_alt, describe_caption

IRON = Variable(
    "iron", "Iron", Domain.IRON, Kind.CONTINUOUS, unit="µg/L", scale=Scale.LOG2, contrast=(50, 100)
)
SCORE = Variable("score", "Score", Domain.OUTCOME, Kind.CONTINUOUS, unit="points")
BIRTHS = Variable("births", "Births", Domain.DEMOGRAPHY, Kind.INTEGER, unit="births")
FRAME = pd.DataFrame(
    {
        "value": [10.0, 25.0, 50.0, 100.0, 200.0],
        "estimate": [2.0, 1.0, 0.0, -0.5, -0.75],
        "std_error": [0.5, 0.25, 0.0, 0.25, 0.5],
        "conf_low": [1.0, 0.5, 0.0, -1.0, -1.75],
        "conf_high": [3.0, 1.5, 0.0, 0.0, 0.25],
    }
)
TRUTH = {
    "truth": [2.5, 1.0, 0.0, 0.5, 0.0],
    "truth_error": [0.1] * 5,
    "covered": pd.array([True, True, None, False, True], "boolean"),
}
TESTS = pd.DataFrame(
    [("linear", "no effect", 9.0, 1, 90, 0.003, 100.0), ("spline", "straight line", 4.0, 2, 88, 0.02, 95.0)],
    columns=list(TEST_COLUMNS),
)
COUNTS = pd.DataFrame({"low": [10.0, 20.0, 80.0], "high": [20.0, 80.0, 200.0], "n": [12, 60, 18]})


def curve(**changes):
    made = DoseResponse(
        factor=IRON,
        outcome=SCORE,
        shape="spline",
        reference=50.0,
        frame=FRAME,
        tests=TESTS,
        counts=COUNTS,
        threshold=None,
        adjustment="graph",
        adjusted_for=("age",),
        n_used=100,
        n_dropped=7,
        status="ok",
        note="",
        comparison="AICc prefers spline; behind: linear by 5.0.",
        synthetic=False,
    )
    return replace(made, **changes)


def drawn(figure, name):
    (line,) = [line for line in figure.ax.lines if line.get_gid() == name]
    return list(line.get_xdata()), list(line.get_ydata())


def names(figure):
    parts = (*figure.ax.lines, *figure.ax.collections, *figure.ax.patches)
    return {part.get_gid() for part in parts} - {None}


def legend(figure):
    (box,) = figure.drawing.legends
    return [text.get_text() for text in box.get_texts()]


def test_the_curve_is_drawn_with_its_band_in_the_unit_of_the_factor():
    figure = plot_dose_response(curve())
    assert drawn(figure, "curve") == (FRAME["value"].tolist(), FRAME["estimate"].tolist())
    assert drawn(figure, "reference") == ([50], [0])
    (band,) = [part for part in figure.ax.collections if part.get_gid() == "band"]
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
    assert {(10.0, 1.0), (10.0, 3.0), (200.0, -1.75), (200.0, 0.25)} <= corners
    assert figure.ax.get_xscale() == "log"
    assert figure.ax.get_xlim() == (10, 200)
    people = figure.drawing.axes[1]
    assert people.get_xlabel() == "Iron (µg/L)"
    assert figure.ax.get_ylabel() == "Difference in Score (points)"
    assert (figure.alt, figure.caption) == (describe_alt(curve()), describe_caption(curve()))
    assert [label.get_text() for label in people.get_xticklabels()] == ["10", "20", "50", "100", "200"]
    assert legend(figure) == ["Estimate, 95% interval", "Compared with 50\u00a0µg/L"]
    pd.testing.assert_frame_equal(figure.numbers, FRAME)


def test_people_are_bars_whose_height_is_their_number_per_unit_of_the_axis():
    bars = plot_dose_response(curve()).drawing.axes[1].patches
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars] == [(10, 20), (20, 80), (80, 200)]
    assert [bar.get_height() for bar in bars] == pytest.approx([12, 30, 18 / np.log2(2.5)])


def test_the_truth_is_dashed_and_named_where_it_is_known():
    figure = plot_dose_response(curve(frame=FRAME.assign(**TRUTH), synthetic=True))
    assert drawn(figure, "truth")[1] == TRUTH["truth"]
    assert legend(figure)[-1] == "Truth"
    assert "truth" not in names(plot_dose_response(curve()))


def test_a_threshold_has_a_line_and_its_interval_a_band():
    found = plot_dose_response(curve(shape="threshold", threshold=ThresholdPlace(60, 40, 90, searched=True)))
    assert {"threshold", "threshold-interval"} <= names(found)
    assert drawn(found, "threshold")[0] == [60, 60]
    assert legend(found)[-1] == "Threshold, 95% interval"
    known = plot_dose_response(curve(shape="threshold", threshold=ThresholdPlace(75, 75, 75, searched=False)))
    assert "threshold-interval" not in names(known)
    assert legend(known)[-1] == "Threshold"


def categories(**changes):
    frame = pd.DataFrame(
        {
            "value": [20.0, 60.0, 150.0],
            "category": ["below 30 µg/L", "30 to below 100 µg/L", "100 or more µg/L"],
            "low": [-np.inf, 30.0, 100.0],
            "high": [30.0, 100.0, np.inf],
            "n": [20, 50, 30],
            "estimate": [1.5, 0.0, -1.0],
            "std_error": [0.5, 0.0, 0.5],
            "conf_low": [0.5, 0.0, -2.0],
            "conf_high": [2.5, 0.0, 0.0],
        }
    )
    counts = frame[["low", "high", "n"]]
    return curve(shape="categories", reference=60.0, frame=frame, counts=counts, **changes)


def test_categories_are_marks_at_their_medians_with_their_counts_below():
    figure = plot_dose_response(categories())
    assert drawn(figure, "curve") == ([20, 150], [1.5, -1])
    assert drawn(figure, "reference") == ([60], [0])
    people = figure.drawing.axes[1]
    assert [text.get_text() for text in people.texts] == ["20", "50", "30", "Partici-\npants"]
    # The outer categories reach as far beyond their medians as these are from the cut, on the scale.
    assert figure.ax.get_xlim() == pytest.approx((20**2 / 30, 150**2 / 100))
    assert legend(figure)[1] == "Compared with 30 to below 100 µg/L"


def test_whole_numbers_have_whole_bars():
    frame = FRAME.assign(value=[0.0, 1, 2, 3, 4])
    counts = pd.DataFrame({"low": np.arange(-0.5, 4), "high": np.arange(0.5, 5), "n": [30, 20, 20, 15, 15]})
    figure = plot_dose_response(curve(factor=BIRTHS, frame=frame, counts=counts, reference=2.0))
    assert figure.ax.get_xlim() == (-0.5, 4.5)
    assert figure.ax.get_xscale() == "linear"
    assert [bar.get_height() for bar in figure.drawing.axes[1].patches] == [30, 20, 20, 15, 15]


def test_the_alternative_text_says_the_numbers():
    assert describe_alt(curve(frame=FRAME.assign(**TRUTH), synthetic=True)) == (
        "Difference in Score (points) along Iron (µg/L), compared with 50\u00a0µg/L: restricted cubic spline, in 100 "
        "participants, from 10\u00a0µg/L to 200\u00a0µg/L (5th to 95th percentile). Synthetic data: simulated, not real "
        "people. The difference is 2.0 (1.0 to 3.0) at 10\u00a0µg/L and −0.8 (−1.8 to 0.3) at 200\u00a0µg/L. Tests against: "
        "straight line p = 0.02. AICc prefers spline; behind: linear by 5.0. The intervals hold the true difference at "
        "3 of 4 values."
    )
    found = curve(shape="threshold", threshold=ThresholdPlace(60, 40, 90, searched=True))
    assert "The threshold is estimated at 60\u00a0µg/L (95% interval 40\u00a0µg/L to 90\u00a0µg/L)." in (
        describe_alt(found)
    )
    assert (
        "The difference is: below 30 µg/L 1.5 (0.5 to 2.5); 100 or more µg/L −1.0 (−2.0 to 0.0)."
        in describe_alt(categories())
    )


def test_the_caption_says_whom_it_is_about():
    assert describe_caption(curve()) == (
        "Difference in Score (points) along Iron (µg/L), compared with 50\u00a0µg/L, in 100 participants (7 others left "
        "out). Restricted cubic spline, adjusted (graph), with 95% intervals at each value, from 10\u00a0µg/L to "
        "200\u00a0µg/L (5th to 95th percentile)."
    )


def test_no_text_meets_another_and_all_are_on_the_page():
    figure = plot_dose_response(categories(synthetic=True))
    with canvas.style():
        figure.drawing.canvas.draw()
        people = figure.drawing.axes[1]
        parts = [people.xaxis.label, figure.ax.yaxis.label, *figure.drawing.legends, *people.texts]
        boxes = [part.get_window_extent() for part in parts]
    assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]
    page = figure.drawing.bbox
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 for box in boxes)


def test_marks_of_a_logarithmic_axis_are_round_numbers_in_any_range():
    assert log_marks(8, 300) == [10, 20, 50, 100, 200]
    assert log_marks(0.02, 0.3) == [0.02, 0.05, 0.1, 0.2]
    assert log_marks(21, 46) == [25, 30, 35, 40, 45]


def test_a_refused_curve_is_not_drawn():
    with pytest.raises(EstimationError) as caught:
        plot_dose_response(curve(status="refused", note="'iron' has no values"))
    assert str(caught.value) == "There is no curve of 'iron' to draw: 'iron' has no values."

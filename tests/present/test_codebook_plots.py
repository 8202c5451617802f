"""Small pictures and pictures beside published figures show the numbers that they were given."""

import re
from xml.etree import ElementTree

import numpy as np

from rlsstudy.declare import Domain, Kind, Scale, Variable
from rlsstudy.present.codebook_drawings import Look, Mark, draw_histogram, draw_rows, whole_number_edges
from rlsstudy.present.small_plots import plot_small

NAN = float("nan")
LEVELS = Variable("stage", "Stage", Domain.IRON, Kind.ORDINAL, levels=("none", "<b>some</b>", "much"))
SCORE = Variable("score", "Score", Domain.IRON, Kind.INTEGER, unit="points", limits=(0, 4))
IRON = Variable(
    "iron",
    "Iron",
    Domain.IRON,
    Kind.CONTINUOUS,
    unit="µg/L",
    limits=(1, 900),
    scale=Scale.LOG2,
    contrast=(50, 100),
)
MARKS = (Mark("a", "Simulated", 10.0, 8.0, 12.0), Mark("a", "Trial 2001", 9.0))
LOOK = Look("Score (points)", "Mean (standard deviation)", "A figure.")


def bars(svg):
    return svg.split('<path d="', 2)[1].split('"')[0].count("z")


def test_levels_have_a_bar_and_a_share_each_and_their_names_are_escaped():
    plot = plot_small(LEVELS, np.array([0.0, 0.0, 1.0, 2.0, NAN]))
    assert plot.alt == "Stage in 4 simulated participants: none 50%, <b>some</b> 25%, much 25%."
    assert bars(plot.svg) == 3
    assert "<b>" not in plot.svg
    assert ElementTree.fromstring(plot.svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_few_whole_numbers_have_a_bar_each():
    plot = plot_small(SCORE, np.array([0.0, 1.0, 1.0, 2.0, 3.0, 4.0, NAN]))
    assert (
        plot.alt == "Score in 6 simulated participants: median 2\u00a0points, 5th to 95th percentile 0 to 4."
    )
    assert bars(plot.svg) == 5


def test_a_variable_on_a_logarithmic_scale_has_a_logarithmic_axis():
    assert "logarithmic axis" in plot_small(IRON, np.geomspace(5, 500, 200)).svg
    assert "logarithmic axis" not in plot_small(SCORE, np.arange(5.0)).svg


def test_a_variable_that_nobody_has_is_drawn_as_having_no_values():
    plot = plot_small(SCORE, np.array([NAN]))
    assert plot.alt == "Score: no simulated participant has a value."
    assert "no values" in plot.svg


def test_one_value_is_drawn():
    assert bars(plot_small(IRON, np.array([50.0])).svg) <= 1


def test_a_small_picture_is_small():
    values = np.random.default_rng(1).lognormal(4, 1, 20_000)
    assert len(plot_small(IRON, values).svg) < 3_000  # bytes; two hundred of them stand on one page


def test_a_histogram_says_what_lies_beyond_it_and_whose_figures_are_drawn():
    figure = draw_histogram(np.array([1.0, 2.0, 3.0, 50.0]), whole_number_edges(0, 4), MARKS, LOOK)
    assert figure.alt == (
        "Histogram of Score (points). Mean (standard deviation): a Simulated 10.0 (2.0); a Trial 2001 9.0. "
        "25.0 % lie beyond the axis. Synthetic data: simulated, not real people."
    )
    assert figure.numbers["series"].tolist() == ["Simulated", "Trial 2001"]


def test_rows_list_every_figure_that_is_drawn():
    figure = draw_rows((*MARKS, Mark("b", "Simulated", 3.0)), LOOK)
    assert figure.alt == (
        "Marks for a and b on an axis of Score (points). Mean (standard deviation): a Simulated 10.0 (2.0); "
        "a Trial 2001 9.0; b Simulated 3.0. Synthetic data: simulated, not real people."
    )
    assert len(figure.numbers) == 3


def test_whole_numbers_are_in_the_middle_of_their_bars():
    assert whole_number_edges(0, 2).tolist() == [-0.5, 0.5, 1.5, 2.5]


def test_nothing_in_a_small_picture_can_run_or_is_fetched():
    svg = plot_small(LEVELS, np.array([0.0])).svg
    assert re.findall(r"<(script|image|a|style|foreignObject)\b", svg) == []
    assert re.findall(r"\son\w+=", svg) == []

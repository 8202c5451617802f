"""The pictures and the table of a diagnosis show its numbers, and say them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose.diagnose import diagnose_model
from rlsstudy.present import canvas
from rlsstudy.present.diagnostics_plot import plot_diagnostics, shown_pictures
from rlsstudy.present.diagnostics_table import tabulate_diagnostics
from tests.estimate.diagnose_cases import CASES, at, grouped, ill, study, totals, visited

MADE = {
    "linear": lambda: at(n=150, limits=(0, 40)),
    "real": lambda: diagnose_model(study(n=150, real=True), "dose"),
    "ordinal": lambda: at("ordinal", score=totals, factor="group", **grouped([50, 60, 40])),
    "logistic": lambda: at("logistic", outcome="ill", **ill(lambda a, d: d, n=150)),
    "mixed": lambda: diagnose_model(visited(n=60), "age", model="mixed"),
    "wild": CASES["wild"],
}


@cache
def made(name):
    return MADE[name]()


@cache
def plotted(name):
    return plot_diagnostics(made(name))


def axes_of(figure):
    return {ax.get_label(): ax for ax in figure.drawing.axes}


def drawn(ax, gid):
    (line,) = [line for line in ax.lines if line.get_gid() == gid]
    return np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("linear", ["shape", "residuals", "scale", "quantiles", "influence"]),
        ("ordinal", ["cuts", "residuals", "influence"]),
        ("logistic", ["calibration", "shape", "residuals", "influence"]),
        ("mixed", ["shape", "residuals", "quantiles", "random_effects", "visits", "influence"]),
    ],
)
def test_each_model_has_its_pictures(name, pictures):
    figure = plotted(name)
    assert list(axes_of(figure)) == list(shown_pictures(made(name))) == pictures
    assert figure.numbers["picture"].drop_duplicates().tolist() == pictures
    assert figure.alt.startswith(f"{len(pictures)} pictures of the ")


def test_the_drawn_marks_are_the_numbers_of_the_diagnosis():
    axes, data = axes_of(plotted("linear")), made("linear").data
    x, y = drawn(axes["residuals"], "means")
    assert x.tolist() == data["residuals"]["fitted"].tolist()
    assert y.tolist() == data["residuals"]["mean"].tolist()
    assert drawn(axes["residuals"], "smooth")[1].tolist() == data["smooth"]["mean"].tolist()
    assert len(drawn(axes["residuals"], "points")[0]) == 150
    assert drawn(axes["scale"], "root")[1].tolist() == data["residuals"]["root"].tolist()
    assert drawn(axes["quantiles"], "quantiles")[1].tolist() == data["quantiles"]["observed"].tolist()
    assert drawn(axes["shape"], "curve")[1].tolist() == data["shape"]["curve"].tolist()
    bars = [bar.get_height() for bar in axes["influence"].patches]
    assert bars == data["influence"]["n"].tolist()
    limits = [line.get_xdata()[0] for line in axes["influence"].lines if line.get_gid() == "limit"]
    assert limits == pytest.approx([-2 / 150**0.5, 2 / 150**0.5])


def test_cuts_calibration_and_visits_are_drawn():
    cuts = axes_of(plotted("ordinal"))["cuts"]
    frame = made("ordinal").data["cuts"]
    heights = [line.get_ydata() for line in cuts.lines if line.get_gid() == "cuts"]
    assert np.concatenate(heights).tolist() == frame["estimate"].tolist()
    assert [text.get_text() for text in cuts.get_legend().get_texts()] == ["b vs a", "c vs a"]
    calibration = axes_of(plotted("logistic"))["calibration"]
    assert (
        drawn(calibration, "calibration")[1].tolist()
        == made("logistic").data["calibration"]["observed"].tolist()
    )
    visits = axes_of(plotted("mixed"))["visits"]
    assert [label.get_text() for label in visits.get_xticklabels()] == ["week 0", "week 4", "week 12"]


def test_a_real_cohort_has_no_single_points_and_says_so():
    figure = plotted("real")
    assert not [line for line in axes_of(figure)["residuals"].lines if line.get_gid() == "points"]
    assert figure.caption.endswith("Every mark stands for ten participants or more.")
    assert "ynthetic" not in figure.alt + figure.caption
    assert figure.numbers.query("picture == 'influence'")["n"].min() >= 10


def test_a_synthetic_cohort_says_what_its_points_are():
    caption = plotted("linear").caption
    assert caption == (
        "Diagnostics of the linear model of Score by Dose, adjusted (graph), in 150 participants. 11 of 11 checks are "
        "fine. Synthetic data: simulated, not real people. Grey points are single simulated participants."
    )
    assert "Grey points" not in tabulate_diagnostics(made("linear")).caption


def test_the_alternative_text_has_the_numbers():
    alt = plotted("wild").alt
    assert alt == ALT


ALT = (
    "5 pictures of the linear model of Score by Dose, in 120 participants. Synthetic data: simulated, not "
    "real people. Shape of the factor's effect: the curve leaves the straight line by at most 5.3 points. "
    "Residuals along the prediction: means of 12 groups from −3.0 to 5.0, standard deviations from 2 to "
    "37. Scatter along the prediction: the mean root of the residuals' size goes from 0.35 to 0.97. "
    "Residuals beside the normal distribution: 82 points, the furthest from the line by 7.5 standard "
    "deviations. Influence of single participants on the factor's coefficient: from −0.50 to 9.50 "
    "standard errors. 5 of 8 checks are fine. Serious: influence (1 vs 0) and residuals (whole model). To "
    "look at: scatter (whole model)."
)


def test_what_the_checks_say_stands_where_no_picture_does():
    texts = [text.get_text() for text in plotted("linear").drawing.texts]
    assert texts == ["Checks", "11 of 11 checks are fine."]
    assert [text.get_text() for text in plotted("mixed").drawing.texts] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linear", "real", "ordinal", "logistic", "mixed"])
def test_nothing_reaches_beyond_the_page_or_into_another_picture(name):
    figure = plotted(name).drawing
    with canvas.style():
        boxes = [ax.get_tightbbox() for ax in figure.axes]
    page = figure.bbox
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 + 1 for box in boxes)
    assert all(page.y0 <= box.y0 and box.y1 <= page.y1 for box in boxes)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert not one.overlaps(other)


def test_the_table_has_the_worst_first_and_the_whole_sentence():
    diagnosis = made("wild")
    table = tabulate_diagnostics(diagnosis)
    groups = [row.cells[0] for row in table.rows if row.kind == "group"]
    assert groups == [
        "Serious: do not report the estimate without this",
        "To look at: the estimate stands",
        "Fine",
    ]
    assert sorted(row.cells[3] for row in table.rows if row.kind == "row") == sorted(
        diagnosis.checks["in_words"]
    )
    assert table.frame is diagnosis.checks
    assert table.notes == (
        "Verdicts weigh what matters in practice, and not a p-value alone: with many participants everything is told "
        "apart, whether it matters or not.",
    )


def test_a_note_of_the_model_stands_under_its_table():
    flagged = replace(made("linear"), note="few people at a level")
    assert tabulate_diagnostics(flagged).notes[1] == "Few people at a level."


def test_a_refused_model_cannot_be_shown():
    refused = diagnose_model(study(n=12), "dose")
    for show, verb in ((plot_diagnostics, "draw"), (tabulate_diagnostics, "judge")):
        with pytest.raises(EstimationError) as error:
            show(refused)
        assert str(error.value) == (
            f"There is no model of 'dose' to {verb}: 12 complete participants are too few for 3 coefficients; at least "
            "13 are needed."
        )

"""Texts and dates are in a cohort's data, and in none of its tables, figures and sentences."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.errors import DeclarationError
from rlsstudy.present.codebook_entries import list_entries
from rlsstudy.present.outcome_plot import plot_outcome
from rlsstudy.present.prose import describe_cohort
from rlsstudy.present.small_plots import plot_small
from rlsstudy.present.tables import tabulate_cohort

NOTE = Variable("note", "Note", Domain.STUDY, Kind.TEXT)
DAY = Variable("visit_date", "Date of visit", Domain.STUDY, Kind.DATE, limits=(14610, float("inf")))


@pytest.fixture
def carrying(tiny_model, tiny_data, make_cohort):
    """The tiny cohort with a text and a date, which have gaps."""
    data = tiny_data.assign(
        note=["a", None, None, None, None, None],
        visit_date=pd.to_datetime(["2010-01-01", None, None, None, None, "2011-01-01"]),
    )
    return make_cohort(tiny_model.with_variables(NOTE, DAY), data)


def test_the_cohort_table_leaves_them_out(carrying, tiny_cohort):
    table, without = tabulate_cohort(carrying), tabulate_cohort(tiny_cohort)

    assert table.rows == without.rows
    assert "Study" not in [row.cells[0] for row in table.rows]


def test_a_cohort_table_is_not_split_by_them(carrying):
    with pytest.raises(DeclarationError) as caught:
        tabulate_cohort(carrying, by="note")
    assert str(caught.value) == (
        "A cohort table is split by a variable with levels; 'note' (Note) is text. "
        "Use one of its bands, or another variable."
    )


def test_the_description_of_gaps_leaves_them_out(carrying, tiny_cohort):
    assert describe_cohort(carrying).paragraphs == describe_cohort(tiny_cohort).paragraphs


def test_they_have_no_small_picture():
    plot = plot_small(DAY, np.array([14610.0, 14611.0]))

    assert plot.alt == "Date of visit: a date, which is not summarised."
    assert ">a date<" in plot.svg


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        (DAY, "date, from 2010-01-01 on"),
        (replace(DAY, limits=(14610, 20818)), "date, 2010-01-01 to 2026-12-31"),
        (NOTE, "text"),
        (replace(DAY, kind=Kind.INTEGER, limits=(-float("inf"), 20), unit="kg"), "integer, up to 20 kg"),
        (replace(DAY, kind=Kind.INTEGER, limits=(0, 20), unit="kg"), "integer, 0 to 20 kg"),
    ],
)
def test_the_codebook_writes_their_limits(tiny_model, variable, said):
    model = replace(tiny_model, variables=(variable,))
    ((_, (entry,)),) = [
        (group.title, group.entries) for group in list_entries(model, {variable.name: np.array([np.nan])})
    ]

    assert dict(entry.facts)["Values"].replace("\N{NO-BREAK SPACE}", " ") == said


def test_an_outcome_with_an_open_limit_is_drawn_as_far_as_it_goes(tiny_model, tiny_data, make_cohort):
    score = replace(tiny_model["score"], limits=(0, float("inf")))
    figure = plot_outcome(make_cohort(tiny_model.with_variables(score), tiny_data))

    assert int(figure.numbers["count"].sum()) == 4

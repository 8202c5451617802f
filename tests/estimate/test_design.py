"""From named variables to columns: declared scale, codes, indicators, and never a formula."""

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Scale, Variable
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.design import Terms, design_columns, terms_among

MODEL = CausalModel(
    "m",
    (
        Variable(
            "ferritin", "Serum ferritin", Domain.IRON, Kind.CONTINUOUS, scale=Scale.LOG2, contrast=(50, 100)
        ),
        Variable(
            "crp", "C-reactive protein", Domain.IRON, Kind.CONTINUOUS, scale=Scale.LOG10, contrast=(1, 2)
        ),
        Variable("dose", "Allele dose", Domain.GENETIC, Kind.INTEGER),
        Variable("ill", "Illness", Domain.VASCULAR, Kind.BINARY, levels=("no", "yes")),
        Variable("activity", "Activity", Domain.LIFESTYLE, Kind.ORDINAL, levels=("low", "mid", "high")),
        Variable(
            "smoking", "Smoking", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("never", "former", "current")
        ),
        Variable("note", "Note", Domain.STUDY, Kind.TEXT),
    ),
)
DATA = pd.DataFrame(
    {
        "ferritin": [64.0, 32.0, np.nan],
        "crp": [1.0, 10.0, 100.0],
        "dose": pd.array([2, None, 0], dtype="Int64"),
        "ill": pd.Categorical(["yes", "no", None], ["no", "yes"]),
        "activity": pd.Categorical(["high", None, "mid"], ["low", "mid", "high"], ordered=True),
        "smoking": pd.Categorical(["current", None, "never"], ["never", "former", "current"]),
    }
)
EVERYBODY = np.array([True, True, True])


def test_each_kind_has_its_columns():
    columns = design_columns(DATA, MODEL, ["ferritin", "dose", "ill", "activity", "smoking"])
    nan = np.nan
    expected = [[6, 2, 1, 2, 0, 0, 1], [5, nan, 0, nan, nan, nan, nan], [nan, 0, nan, 1, 1, 0, 0]]
    assert np.array_equal(columns.values, expected, equal_nan=True)
    assert columns.values.dtype == np.float64
    assert columns.labels[-3:] == ("smoking: never", "smoking: former", "smoking: current")
    assert columns.present("smoking").tolist() == [True, False, True]


def test_a_variable_named_twice_has_its_columns_once():
    assert design_columns(DATA, MODEL, ["dose", "ill", "dose"]).labels == ("dose", "ill")


def test_a_level_without_people_has_no_column_and_the_first_with_people_is_the_reference():
    columns = design_columns(DATA, MODEL, ["smoking"])
    some = np.array([True, False, True])
    assert terms_among(columns, "smoking", some) == Terms(
        (2,), ("current",), "never", "nobody has 'former' of 'smoking'"
    )


def test_levels_in_another_order_in_the_data_keep_their_declared_places():
    data = pd.DataFrame({"activity": pd.Categorical(["mid", "high"], ["high", "mid"])})
    assert design_columns(data, MODEL, ["activity"]).values[:, 0].tolist() == [1, 2]


def test_plain_text_levels_are_read_by_name():
    data = pd.DataFrame({"ill": ["yes", None, "no"]})
    assert np.array_equal(design_columns(data, MODEL, ["ill"]).values[:, 0], [1, np.nan, 0], equal_nan=True)


def test_what_is_the_same_for_everybody_has_no_term():
    data = DATA.assign(crp=3.0, smoking=pd.Categorical(["former"] * 3, ["never", "former", "current"]))
    columns = design_columns(data, MODEL, ["crp", "smoking"])
    assert terms_among(columns, "crp", EVERYBODY) == Terms(
        (), note="'crp' is the same for everybody in this model"
    )
    assert terms_among(columns, "smoking", EVERYBODY).places == ()


def test_people_are_counted_at_each_level():
    columns = design_columns(DATA, MODEL, ["ill", "smoking"])
    assert columns.level_counts("ill", np.array([True, True, False])) == {"no": 1, "yes": 1}
    assert columns.level_counts("smoking", np.array([True, False, True])) == {
        "never": 1,
        "former": 0,
        "current": 1,
    }


def test_values_that_no_model_can_take_are_counted_together_and_not_shown():
    data = DATA.assign(ferritin=[0.0, -3.0, 5.0], crp=[np.inf, 1.0, 2.0])
    with pytest.raises(EstimationError) as caught:
        design_columns(data, MODEL, ["ferritin", "crp"])
    assert str(caught.value) == (
        "Variables cannot enter a model:\n"
        "  - 'ferritin' (Serum ferritin) has 2 values that are not above 0, which its log2 scale needs. "
        "Declare a lower limit above 0, or a linear scale.\n"
        "  - 'crp' (C-reactive protein) has 1 infinite values. Correct or remove them in the data."
    )


def test_a_name_is_looked_up_and_never_evaluated():
    with pytest.raises(DeclarationError) as caught:
        design_columns(DATA, MODEL, ["np.log(crp)"])
    assert str(caught.value) == (
        "No variable 'np.log(crp)' is declared. Allowed: ferritin, crp, dose, ill, activity, smoking, note."
    )


def test_a_text_cannot_enter_a_model():
    with pytest.raises(EstimationError) as caught:
        design_columns(DATA.assign(note=["a", "b", None]), MODEL, ["dose", "note"])
    assert str(caught.value) == (
        "Variables cannot enter a model:\n  - 'note' (Note) is a text, which cannot enter a model."
    )

"""Models side by side, each in the unit of the outcome, with every remark written once."""

import pandas as pd
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.effects import estimate_effects
from rlsstudy.present.effects_table import tabulate_effects
from rlsstudy.present.models_table import tabulate_models
from tests.estimate.small_study import SMOKING_LEVELS, cohort


def effects_of(model=("linear", "ordinal"), **changes):
    return estimate_effects(cohort(factors=("ferritin", "smoking"), **changes), model=model)


def test_each_model_has_a_column_and_each_contrast_a_row():
    table = tabulate_models(effects_of())
    assert [column.header for column in table.columns] == [
        "Factor and contrast",
        "Linear",
        "Proportional odds, all totals",
    ]
    assert [row.cells[0] for row in table.rows] == [
        "Iron",
        "Serum ferritin: 100 vs 50 µg/L",
        "Lifestyle",
        "Smoking: former vs never",
        "Smoking: current vs never",
    ]
    assert table.caption == (
        "Difference in Score for each contrast of a factor, by model (95% interval). Synthetic data: simulated, not real "
        "people."
    )


def test_the_truth_stands_beside_each_model_where_it_is_known():
    effects = effects_of()
    scored = effects.assign(truth=-1.0, truth_error=0.01, covered=True)
    scored.attrs.update(effects.attrs)
    table = tabulate_models(scored)
    assert [column.header for column in table.columns][2] == "Truth"
    assert table.rows[1].cells[2] == "−1.00"


def test_a_remark_is_numbered_and_written_once():
    smoking = pd.Categorical(["never"] * 190 + ["former"] * 5 + ["current"] * 5, SMOKING_LEVELS)
    table = tabulate_models(effects_of(smoking=smoking), adjustment="crude")
    assert table.rows[3].cells[1].endswith(" [1]")
    assert table.rows[3].cells[2].endswith(" [1]")
    assert table.notes[1:] == (
        "[1] Fewer than 10 participants have 'former'.",
        "[2] Fewer than 10 participants have 'current'.",
    )


def test_what_a_model_means_is_said():
    notes = tabulate_models(effects_of(("linear", "quantile")), adjustment="crude").notes
    assert notes[0].startswith("Every estimate compares everybody at the upper end of the contrast")
    assert notes[1].startswith("A median or a quartile is not a mean")


def test_who_a_two_part_effect_is_about_is_said_and_an_unknown_model_is_shown_by_its_name():
    effects = effects_of("linear")
    both = pd.concat([effects.assign(model="two_part"), effects.assign(model="mine")])
    both.attrs.update(effects.attrs)
    table = tabulate_models(both)
    assert [column.header for column in table.columns][1:] == ["Presence and severity", "mine"]
    assert table.notes[1:] == (
        "Presence and severity are those of the whole cohort, in which those without the condition have 0 points.",
    )


def test_an_adjustment_that_is_not_there_is_refused():
    with pytest.raises(EstimationError) as error:
        tabulate_models(effects_of(), adjustment="grph")
    assert str(error.value) == ("The effects frame has no rows adjusted by 'grph'. Did you mean 'graph'?")
    with pytest.raises(EstimationError, match="This is not an effects frame"):
        tabulate_models(pd.DataFrame({"a": [1]}))


def test_a_table_of_one_model_refuses_several():
    with pytest.raises(EstimationError) as error:
        tabulate_effects(effects_of())
    assert str(error.value) == (
        "The effects frame has rows of several models: linear, ordinal. Choose one, as in "
        "effects[effects['model'] == 'linear'], or show them side by side with tabulate_models."
    )

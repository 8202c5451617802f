import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import CausalModel, Cause, Domain, Evidence, Kind, Variable
from rlsstudy.declare.equations import Bernoulli, Categorical, GradedItem, Normal
from rlsstudy.errors import CohortError, DeclarationError, EstimationError
from rlsstudy.present.tables import tabulate_cohort, tabulate_effects, tabulate_ledger, tabulate_model


def text(table):
    """Write caption, headings, rows and notes with one bar between cells."""
    rows = ["  " * row.indent + " | ".join(row.cells) for row in table.rows]
    return [table.caption, " | ".join(column.header for column in table.columns), *rows, *table.notes]


def test_the_cohort_table_is_labelled_and_summarised_from_the_declaration(tiny_cohort):
    assert text(tabulate_cohort(tiny_cohort)) == [
        "Characteristics of the 6 participants. Synthetic data: simulated, not real people.",
        "Characteristic | All (N = 6) | Missing",
        "Demography",
        "Age (years), mean (SD) | 55.0 (10.5) | 0",
        "Sex: female, n (%) | 3 (60%) | 1 (not recorded)",
        "Iron",
        "Serum ferritin (µg/L), median (quartiles) | 90 (53 to 150) | 2 (declined 1, not done 1)",
        "Genetic",
        "MEIS1 risk alleles, n (%) |  | 1 (not recorded)",
        "  0 | 2 (40%) | ",
        "  1 | 2 (40%) | ",
        "  2 | 1 (20%) | ",
        "Lifestyle",
        "Smoking, n (%) |  | 0",
        "  never | 5 (83%) | ",
        "  current | 1 (17%) | ",
        "Outcome",
        "Severity score (points), mean (SD) | 10.0 (7.7) | 1 (not answered); not applicable 1",
        "Severity band, n (%) |  | 2 (not recorded)",
        "  mild | 1 (25%) | ",
        "  moderate | 1 (25%) | ",
        "  severe | 2 (50%) | ",
        "Percentages are of participants with a value. SD: standard deviation. Quartiles: first to third.",
    ]


def test_the_cohort_table_by_a_variable_has_a_column_for_each_level_and_counts_who_has_none(tiny_cohort):
    table = tabulate_cohort(tiny_cohort, by="sex")
    assert [column.header for column in table.columns] == [
        "Characteristic",
        "All (N = 6)",
        "male (N = 2)",
        "female (N = 3)",
        "Missing",
    ]
    cells = {row.cells[0]: row.cells[1:] for row in table.rows}
    assert "Sex: female, n (%)" not in cells
    assert cells["Age (years), mean (SD)"] == ("55.0 (10.5)", "55.0 (21.2)", "56.7 (5.8)", "0")
    assert cells["Serum ferritin (µg/L), median (quartiles)"][1:3] == ("75 (53 to 98)", "150 (105 to 195)")
    assert cells["  current".strip()] == ("1 (17%)", "0 (0%)", "1 (33%)", "")
    assert table.notes[-1] == "1 participant without a value of Sex in the first column only."
    assert table.caption.startswith("Characteristics of the 6 participants by Sex.")


def test_the_frame_of_the_cohort_table_has_the_numbers(tiny_cohort):
    frame = tabulate_cohort(tiny_cohort).frame
    assert list(frame.columns) == [
        "variable", "group", "n", "level", "count", "percent", "mean", "sd", "median", "quartile_1", "quartile_3",
    ]  # fmt: skip
    age = frame[frame["variable"] == "age"].iloc[0]
    assert (age["n"], age["mean"]) == (6, 55.0)
    assert frame.loc[frame["variable"] == "dose", "count"].tolist() == [2, 2, 1]


def test_one_participant_and_none_at_all_are_described_without_a_spread(tiny_model, tiny_data, make_cohort):
    one = tabulate_cohort(make_cohort(tiny_model, tiny_data.iloc[:1]))
    assert {row.cells[0]: row.cells[1] for row in one.rows if row.kind == "row"}[
        "Age (years), mean (SD)"
    ] == "40 (–)"
    assert one.caption.startswith("Characteristics of the 1 participant.")
    none = tabulate_cohort(make_cohort(tiny_model, tiny_data.iloc[:0]))
    texts = {row.cells[1] for row in none.rows if row.kind == "row"}
    assert texts == {"–", ""}


def test_questionnaire_items_are_shown_through_their_score(tiny_model, tiny_data, make_cohort):
    data = tiny_data.assign(item_1=pd.array([1] * 6, dtype="Int64"))
    table = tabulate_cohort(make_cohort(tiny_model, data))
    assert not any("Item 1" in row.cells[0] for row in table.rows)
    assert table.notes[-1] == "Questionnaire items (1) are shown through the scores they sum to."


def test_a_real_cohort_is_not_called_synthetic(tiny_model, tiny_data, make_cohort):
    table = tabulate_cohort(make_cohort(tiny_model, tiny_data, synthetic=False))
    assert table.caption == "Characteristics of the 6 participants."


def test_the_cohort_table_is_split_by_levels_only(tiny_cohort):
    with pytest.raises(DeclarationError) as caught:
        tabulate_cohort(tiny_cohort, by="age")
    assert str(caught.value) == (
        "A cohort table is split by a variable with levels; 'age' (Age) is continuous. "
        "Use one of its bands, or another variable."
    )
    with pytest.raises(
        DeclarationError, match=re.escape("No variable 'sexx' is declared. Did you mean 'sex'?")
    ):
        tabulate_cohort(tiny_cohort, by="sexx")
    without = dataclasses.replace(tiny_cohort, data=tiny_cohort.data.drop(columns="sex"))
    with pytest.raises(CohortError) as absent:
        tabulate_cohort(without, by="sex")
    assert str(absent.value) == "This cohort has no column 'sex' (Sex) to split the table by."


def test_a_level_called_all_is_not_taken_for_everybody(make_cohort):
    model = CausalModel(
        "m",
        (
            Variable("group", "Group", Domain.DEMOGRAPHY, Kind.BINARY, levels=("All", "Rest")),
            Variable("score", "Score", Domain.OUTCOME, Kind.CONTINUOUS),
        ),
    )
    data = pd.DataFrame({"group": pd.Categorical(["All", "Rest"], ["All", "Rest"]), "score": [1.0, 2.0]})
    headers = [column.header for column in tabulate_cohort(make_cohort(model, data), by="group").columns]
    assert headers[1:4] == ["All participants (N = 2)", "All (N = 1)", "Rest (N = 1)"]


def test_the_ledger_shows_who_left_at_which_step(tiny_cohort):
    table = tabulate_ledger(tiny_cohort)
    assert repr(table) == "\n".join(
        [
            "Participant flow: how the cohort came to 6 participants. Synthetic data: simulated, not real people.",
            "",
            "Step       Reason           Before   Left  After",
            "---------  ---------------  ------  -----  -----",
            "file       cohort.csv        1,200      0  1,200",
            "exclusion  no consent        1,200  1,190     10",
            "exclusion  younger than 18      10      4      6",
        ]
    )
    assert table.frame["left"].tolist() == [0, 1190, 4]


def test_the_effects_table_puts_adjustments_side_by_side_and_says_why_one_is_missing(tiny_effects):
    assert text(tabulate_effects(tiny_effects)) == [
        "Difference in Severity score (points) for each contrast of a factor (95% interval).",
        "Factor and contrast | Crude | Age and sex | Adjusted (graph) | p | N",
        "Iron",
        "Serum ferritin: 100 vs 50 µg/L | −0.30 (−0.75 to 0.15) | −0.40 (−0.80 to 0.00) | −0.53 (−0.91 to −0.15)"
        " | <0.001 | 1,380",
        "Lifestyle",
        "Caffeine: 200 vs 100 mg/day | 0.20 (−0.10 to 0.50) [a] | 0.10 (−0.20 to 0.40) | not identified [b] | – | –",
        "One model for each factor; p and N belong to the column 'adjusted (graph)'. "
        "Adjusted differences are effects only as far as the declared graph is right.",
        "The columns use different participants, because each model needs other variables: "
        "crude N 1,380 to 1,400, age and sex N 1,380.",
        "Serum ferritin: adjusted for sex and crp.",
        "[a] Leverage above 0.9.",
        "[b] The effect of 'caffeine' on 'score' is not identified from the measured columns: not measured: 'sleep'.",
    ]


def test_the_effects_table_judges_scored_intervals_in_words(scored_effects, tiny_model):
    table = tabulate_effects(scored_effects, model=tiny_model)
    assert [column.header for column in table.columns][-2:] == ["Truth", "Truth in interval"]
    assert [row.cells[-2:] for row in table.rows if row.kind == "row"] == [
        ("−0.05", "outside"),
        ("0.00", "–"),
    ]
    assert table.caption.endswith("Synthetic data: simulated, not real people.")
    assert table.notes[0].startswith("One model for each factor; p, N and truth belong to the column")
    assert table.notes[2:4] == (
        "Truth: the true effect, which follows from the declaration; by simulated intervention, "
        "Monte-Carlo standard error at most 0.01.",
        "Serum ferritin: adjusted for Sex and crp.",
    )


def test_a_truth_without_simulation_error_is_not_given_one(scored_effects):
    notes = tabulate_effects(scored_effects.assign(truth_error=0.0)).notes
    assert notes[2] == "Truth: the true effect, which follows from the declaration."


def test_the_effects_table_of_a_synthetic_cohort_says_so_without_scores(tiny_effects):
    tiny_effects.attrs["synthetic"] = True
    assert tabulate_effects(tiny_effects).caption == (
        "Difference in Severity score (points) for each contrast of a factor (95% interval). "
        "Synthetic data: simulated, not real people."
    )


def test_columns_that_use_the_same_numbers_of_participants_are_not_remarked_on(tiny_effects):
    notes = tabulate_effects(tiny_effects[tiny_effects["n_used"] != 1400]).notes
    assert not any(note.startswith("The columns use") for note in notes)


def test_estimates_and_truth_of_a_table_share_their_decimals(scored_effects):
    narrow = scored_effects.iloc[[2]].assign(
        factor="age", label="Age", estimate=-0.017, conf_low=-0.0886, conf_high=0.0544, truth=0.1
    )
    table = tabulate_effects(pd.concat([scored_effects, narrow]))
    cells = [row.cells for row in table.rows if row.kind == "row"]
    assert [row[3].split(" [")[0] for row in cells] == [
        "−0.530 (−0.910 to −0.150)",
        "−0.017 (−0.089 to 0.054)",
        "not identified",
    ]
    assert cells[0][1] == "−0.300 (−0.750 to 0.150)"
    assert [row[-2] for row in cells] == ["−0.050", "0.100", "0.000"]


def adjusted(effects, sets):
    """Return graph-adjusted rows of factors with these adjustment sets."""
    row = effects.iloc[[2]]
    return pd.concat(
        [row.assign(factor=name, label=name.upper(), adjusted_for=", ".join(s)) for name, s in sets.items()]
    )


def test_each_adjustment_set_has_one_note_that_names_its_factors(tiny_effects):
    sets = {
        "a": ("b", "x", "c"),
        "d": ("x",),
        "b": ("a", "x", "c"),
        "c": ("a", "b", "x"),
        "e": (),
        "f": ("x",),
        "g": ("a",),
        "h": ("i",),
        "i": ("h",),
    }
    assert tabulate_effects(adjusted(tiny_effects, sets)).notes[1:] == (
        "A, B and C: adjusted for each other and x.",
        "D and F: adjusted for x.",
        "E: adjusted for nothing, by the graph.",
        "G: adjusted for A.",
        "H and I: adjusted for each other.",
    )


def test_index_event_bias_is_explained_once(tiny_effects):
    first = tiny_effects.iloc[[2]].assign(note="index-event bias is possible")
    second = tiny_effects.iloc[[2]].assign(factor="b", note="stands for A; index-event bias is possible")
    assert tabulate_effects(pd.concat([first, second])).notes[-3:] == (
        "Index-event bias: such a factor helps to decide who is in the population. Among those who are, it goes along "
        "with their other reasons for being there, and these may act on the outcome.",
        "[a] Index-event bias is possible.",
        "[b] Stands for A; index-event bias is possible.",
    )


def test_a_remark_is_a_sentence_under_the_table(tiny_effects):
    crude = tiny_effects.iloc[[0]].assign(
        note="nobody has 'mid': the estimate is a trend over the other levels"
    )
    assert tabulate_effects(crude).notes[-1] == (
        "[a] Nobody has 'mid': the estimate is a trend over the other levels."
    )


def test_effects_without_the_graph_are_headed_by_what_there_is(tiny_effects):
    table = tabulate_effects(tiny_effects[tiny_effects["adjustment"] == "crude"])
    assert [column.header for column in table.columns] == ["Factor and contrast", "Crude", "p", "N"]
    assert table.notes[0] == "One model for each factor; p and N belong to the column 'crude'."


def test_more_remarks_than_letters_are_still_told_apart(tiny_effects):
    crude = tiny_effects.iloc[[0]]
    many = pd.concat([crude.assign(factor=f"f{k}", note=f"Remark {k}.") for k in range(28)])
    notes = tabulate_effects(many).notes
    assert notes[-3:] == ("[z] Remark 25.", "[aa] Remark 26.", "[ab] Remark 27.")


def test_a_frame_of_something_else_is_refused(tiny_effects):
    with pytest.raises(EstimationError) as caught:
        tabulate_effects(tiny_effects.drop(columns=["conf_low", "note"]))
    assert str(caught.value) == (
        "This is not an effects frame: no column 'conf_low', 'note'. "
        "Pass what estimate_effects or score_effects returned."
    )
    with pytest.raises(
        EstimationError, match=r"^The effects frame has no rows\. Estimate at least one factor\.$"
    ):
        tabulate_effects(tiny_effects.iloc[:0])


def declared_arrows() -> CausalModel:
    sex = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
    smoking = Variable(
        "smoking",
        "Smoking",
        Domain.LIFESTYLE,
        Kind.CATEGORICAL,
        levels=("never", "current"),
        equation=Categorical(
            shares=(0.8, 0.2), by_level=(("current", (Cause("sex", -0.3, Evidence.WEAK, "Survey 2001"),)),)
        ),
        source="Survey 2001",
    )
    severity = Variable(
        "severity",
        "Severity",
        Domain.OUTCOME,
        Kind.CONTINUOUS,
        unit="SD",
        measured=False,
        equation=Normal(
            baseline=0.0, sd=1.0, terms=(Cause("smoking", (("current", 0.12),), Evidence.ASSUMED, "assumed"),)
        ),
        source="assumed",
    )
    pregnant = Variable(
        "pregnant",
        "Pregnant",
        Domain.DEMOGRAPHY,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=Bernoulli(baseline=0.04, among=("sex", "female")),
        source="assumed",
    )
    item = Variable(
        "item",
        "Item",
        Domain.OUTCOME,
        Kind.INTEGER,
        equation=GradedItem(latent="severity", loading=0.8, thresholds=(-1.0, 0.0), source="Trial"),
        source="Trial",
    )
    return CausalModel("Arrows", (sex, smoking, severity, pregnant, item))


def test_the_model_table_can_be_limited_to_what_leads_to_a_variable():
    table = tabulate_model(declared_arrows(), leading_to=["severity"])
    assert table.frame["effect"].tolist() == ["smoking", "severity"]


def test_the_model_table_lists_every_arrow_with_scale_evidence_and_source():
    table = tabulate_model(declared_arrows())
    assert [row.cells for row in table.rows] == [
        ("Demography",),
        ("Pregnant", "log odds", "", "", ""),
        ("Sex", "only: female", "", "", "by definition"),
        ("Lifestyle",),
        ("Smoking", "log odds against the first level", "", "", ""),
        ("Sex → current", "female vs male", "−0.3", "weak", "Survey 2001"),
        ("Outcome",),
        ("Severity, not measured", "in SD", "", "", ""),
        ("Smoking", "current vs never", "0.12", "assumed", "assumed"),
        ("Item", "answer by thresholds on severity", "", "", ""),
        ("Severity", "loading", "0.8", "assumed", "Trial"),
    ]
    assert table.frame["size"].tolist()[1:] == [-0.3, 0.12, 0.8]
    assert np.isnan(table.frame["size"][0])
    assert table.caption == "The declared causes of each variable in the model 'Arrows'."

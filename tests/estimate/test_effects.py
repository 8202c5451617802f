"""One row per factor contrast and adjustment, right by hand, with every refusal said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.cohort import Origin
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.declare import CausalModel, Domain, Kind, Variable
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.adjustments import Target, choose_covariates
from rlsstudy.estimate.effects import EFFECT_COLUMNS, estimate_effects
from rlsstudy.estimate.outcomes import factors_asked
from tests.estimate.small_study import MODEL, SMOKING_LEVELS, N, cohort, row

CLOSE = 1e-9  # relative: the same least squares, reached on another way
FAR = 1e-7  # relative: a p-value far out in the tail multiplies what is left in t, and so does another unit of a column


def without(made, *names):
    return replace(made, data=made.data.drop(columns=list(names)))


def test_the_columns_and_the_order_of_rows_are_fixed():
    effects = estimate_effects(cohort(factors=("smoking", "abi")))
    assert tuple(effects.columns) == EFFECT_COLUMNS
    assert effects[["factor", "contrast", "adjustment"]].to_numpy().tolist() == [
        ["smoking", "former vs never", "crude"],
        ["smoking", "current vs never", "crude"],
        ["smoking", "former vs never", "age_sex"],
        ["smoking", "current vs never", "age_sex"],
        ["smoking", "former vs never", "graph"],
        ["smoking", "current vs never", "graph"],
        ["abi", "0.9 vs 1.1", "crude"],
        ["abi", "0.9 vs 1.1", "age_sex"],
        ["abi", "0.9 vs 1.1", "graph"],
    ]
    assert effects["n_used"].dtype == effects["n_dropped"].dtype == np.int64


def test_a_crude_effect_is_a_regression_on_the_declared_scale():
    made = cohort()
    effect = row(estimate_effects(made))
    X = np.column_stack([np.ones(N), np.log2(made.data["ferritin"])])
    fit = fit_linear(X, made.data["score"].to_numpy(dtype=float))
    assert effect["estimate"] == pytest.approx(fit.coef[1], rel=CLOSE)
    assert effect["std_error"] == pytest.approx(fit.std_error[1], rel=CLOSE)
    assert [effect["conf_low"], effect["conf_high"]] == pytest.approx(fit.conf_int()[1], rel=CLOSE)
    assert effect["p_value"] == pytest.approx(fit.p_values[1], rel=FAR)
    assert effect[["label", "domain", "contrast", "own_unit", "status", "note", "model"]].tolist() == [
        "Serum ferritin",
        "iron",
        "100 vs 50 µg/L",
        "per 1 log2 µg/L",
        "ok",
        "",
        "linear",
    ]


def test_graph_adjustment_takes_what_the_graph_asks_for():
    made = cohort()
    effect = row(estimate_effects(made), "graph")
    smoking = made.data["smoking"]
    X = np.column_stack(
        [
            np.ones(N),
            np.log2(made.data["ferritin"]),
            made.data["age"],
            smoking == "former",
            smoking == "current",
        ]
    ).astype(float)
    fit = fit_linear(X, made.data["score"].to_numpy(dtype=float))
    assert effect["adjusted_for"] == "age, smoking"
    assert effect["estimate"] == pytest.approx(fit.coef[1], rel=CLOSE)
    assert effect["std_error"] == pytest.approx(fit.std_error[1], rel=CLOSE)


def test_two_groups_worked_out_by_hand():
    # Means 2 and 5 with deviations of +-1 in each group of 20: the difference is 3. Every leverage is 1/20,
    # so the HC3 variance of a mean is 20 (1 / (1 - 1/20))^2 / 20^2 = 20 / 361, twice that for the difference.
    scores = [1, 3] * 10 + [4, 6] * 10
    made = cohort(
        n=40,
        factors=("sex",),
        sex=pd.Categorical(["male"] * 20 + ["female"] * 20, ["male", "female"]),
        score=scores,
    )
    effect = row(estimate_effects(made))
    assert effect["estimate"] == pytest.approx(3, rel=CLOSE)
    assert effect["std_error"] == pytest.approx(np.sqrt(40 / 361), rel=CLOSE)


def test_an_estimate_is_the_coefficient_times_the_contrast():
    effect = row(estimate_effects(cohort(factors=("age",))))
    assert effect["estimate"] == pytest.approx(10 * effect["own_estimate"], rel=CLOSE)
    assert effect["own_unit"] == "per 1 years"


def test_a_contrast_that_goes_down_turns_sign_and_interval():
    effect = row(estimate_effects(cohort(factors=("abi",))))
    assert effect["estimate"] == pytest.approx(-0.2 * effect["own_estimate"], rel=CLOSE)
    assert effect["conf_low"] == pytest.approx(-0.2 * effect["own_high"], rel=CLOSE)
    assert effect["conf_low"] < effect["estimate"] < effect["conf_high"]


def test_an_ordinal_factor_enters_as_a_trend():
    made = cohort(factors=("activity",))
    effect = row(estimate_effects(made))
    slope = np.polyfit(made.data["activity"].cat.codes, made.data["score"].astype(float), 1)[0]
    assert effect["estimate"] == pytest.approx(slope, rel=CLOSE)
    assert effect[["contrast", "own_unit"]].tolist() == ["mid vs low", "per level"]


def test_age_and_sex_are_left_out_where_they_are_the_factor():
    effects = estimate_effects(cohort(factors=("age", "abi")))
    assert effects[effects["adjustment"] == "age_sex"]["adjusted_for"].tolist() == ["sex", "age, sex"]


def test_a_gap_costs_a_row_only_in_models_that_use_the_column():
    made = cohort(factors=("ferritin", "abi"), abi=np.r_[[np.nan] * 30, np.linspace(0.8, 1.3, N - 30)])
    effects = estimate_effects(made, adjustments=["crude"])
    assert effects[["n_used", "n_dropped"]].to_numpy().tolist() == [[200, 0], [170, 30]]


def test_only_the_population_is_used():
    ill = pd.Categorical(["yes"] * 150 + ["no"] * 40 + [None] * 10, ["no", "yes"])
    effect = row(estimate_effects(cohort(population="ill", ill=ill)))
    assert (effect["n_used"], effect["n_dropped"]) == (150, 0)


def test_selection_by_way_of_an_effect_is_said():
    effects = estimate_effects(cohort(factors=("smoking",), population="ill"), adjustments=["graph"])
    assert effects["note"].iloc[0] == "index-event bias is possible"


def test_an_effect_that_is_not_identified_is_refused_and_the_others_stay():
    effects = estimate_effects(cohort(factors=("diet",)))
    refused = row(effects, "graph")
    assert effects["status"].tolist() == ["ok", "ok", "refused"]
    assert refused["note"] == "not identified: not measured: Body iron"
    estimates = [
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "p_value",
        "own_estimate",
        "own_low",
        "own_high",
    ]
    assert refused[estimates].isna().all()
    assert (refused["n_used"], refused["n_dropped"]) == (0, N)


def test_a_factor_without_column_or_values_is_refused():
    made = cohort(factors=("ferritin", "abi"), abi=np.nan)
    effects = estimate_effects(without(made, "ferritin"), adjustments=["crude"])
    assert effects["status"].tolist() == ["refused", "refused"]
    assert effects["note"].tolist() == [
        "'ferritin' is not among the columns of the data",
        "'abi' has no values",
    ]


def test_a_missing_age_is_said():
    made = cohort()
    effect = row(estimate_effects(without(made, "age", "sex")), "age_sex")
    assert (effect["status"], effect["adjusted_for"]) == ("flagged", "")
    assert (
        effect["note"] == "not adjusted for all of age and sex: 'age' is not measured, 'sex' is not measured"
    )


def test_age_and_sex_that_the_factor_changes_are_not_adjusted_for():
    changed = replace(MODEL["age"], causes_declared=("abi",))
    made = cohort(factors=("abi",))
    made = replace(made, study=replace(made.study, model=MODEL.with_variables(changed)))
    effect = row(estimate_effects(made), "age_sex")
    assert (effect["adjusted_for"], effect["note"]) == (
        "sex",
        "not adjusted for all of age and sex: 'age' is an effect of this factor",
    )


def test_too_few_complete_participants_are_refused():
    effects = estimate_effects(cohort(n=12), adjustments=["crude", "age_sex"])
    assert effects["status"].tolist() == ["ok", "refused"]
    assert effects["note"].iloc[1] == (
        "12 complete participants are too few for 4 coefficients; at least 14 are needed"
    )


def test_levels_count_as_coefficients():
    smoking = pd.Categorical(list(SMOKING_LEVELS) * 4, SMOKING_LEVELS)
    effects = estimate_effects(cohort(n=12, factors=("smoking",), smoking=smoking), adjustments=["crude"])
    assert effects["note"].iloc[0] == (
        "12 complete participants are too few for 3 coefficients; at least 13 are needed"
    )


def test_a_constant_outcome_and_a_constant_factor_are_refused():
    assert (
        row(estimate_effects(cohort(score=7)))["note"]
        == "the outcome is the same for everybody in this model"
    )
    effects = estimate_effects(cohort(ferritin=50.0))
    assert row(effects)["note"] == "'ferritin' is the same for everybody in this model"
    assert row(effects)["status"] == "refused"


def test_a_covariate_that_is_the_same_for_everybody_is_left_out_with_a_note():
    sex = pd.Categorical(["male"] * N, ["male", "female"])
    effect = row(estimate_effects(cohort(sex=sex)), "age_sex")
    assert (effect["status"], effect["adjusted_for"]) == ("ok", "age")
    assert effect["note"] == "'sex' is the same for everybody in this model: left out"


def test_a_level_without_people_has_a_refused_row():
    smoking = pd.Categorical(["never"] * 100 + ["current"] * 100, SMOKING_LEVELS)
    effects = estimate_effects(cohort(factors=("smoking",), smoking=smoking), adjustments=["crude"])
    assert effects["status"].tolist() == ["refused", "ok"]
    assert effects["note"].tolist() == ["nobody has 'former' in this model", ""]


def test_without_people_at_the_first_level_there_is_nothing_to_compare_with():
    smoking = pd.Categorical(["former"] * 100 + ["current"] * 100, SMOKING_LEVELS)
    effects = estimate_effects(cohort(factors=("smoking",), smoking=smoking), adjustments=["crude"])
    assert effects["note"].tolist() == ["nobody has 'never' in this model"] * 2


def test_a_covariate_level_without_people_is_noted():
    smoking = pd.Categorical(["former"] * 100 + ["current"] * 100, SMOKING_LEVELS)
    effect = row(estimate_effects(cohort(smoking=smoking)), "graph")
    assert (effect["status"], effect["adjusted_for"]) == ("ok", "age, smoking")
    assert effect["note"] == "nobody has 'never' of 'smoking': left out"


def test_a_level_with_few_people_is_flagged_without_a_number():
    smoking = pd.Categorical(["never"] * 150 + ["former"] * 45 + ["current"] * 5, SMOKING_LEVELS)
    effects = estimate_effects(cohort(factors=("smoking",), smoking=smoking), adjustments=["crude"])
    assert effects["status"].tolist() == ["ok", "flagged"]
    assert effects["note"].tolist() == ["", "fewer than 10 participants have 'current'"]


@pytest.mark.parametrize(
    ("women", "status", "note"),
    [
        (1, "refused", "fewer than 3 participants have 'female'"),
        (2, "refused", "fewer than 3 participants have 'female'"),
        (3, "flagged", "fewer than 10 participants have 'female'"),
        (9, "flagged", "fewer than 10 participants have 'female'"),
        (10, "ok", ""),
        (N - 2, "refused", "fewer than 3 participants have 'male'"),
    ],
)
def test_a_binary_factor_rests_on_its_rarer_level(women, status, note):
    sex = pd.Categorical(["female"] * women + ["male"] * (N - women), ["male", "female"])
    effect = row(estimate_effects(cohort(factors=("sex",), sex=sex)))
    assert (effect["status"], effect["note"], effect["n_used"]) == (status, note, N)
    assert np.isnan(effect["estimate"]) == (status == "refused")


@pytest.mark.parametrize("few", [1, 2])
def test_a_factor_level_with_hardly_anybody_is_refused_and_the_others_stay(few):
    smoking = pd.Categorical(["never"] * 150 + ["former"] * (50 - few) + ["current"] * few, SMOKING_LEVELS)
    made = cohort(factors=("smoking",), smoking=smoking)
    effects = estimate_effects(made, adjustments=["crude"])
    assert effects["status"].tolist() == ["ok", "refused"]
    assert effects["note"].iloc[1] == "fewer than 3 participants have 'current'"
    means = made.data["score"].astype(float).groupby(smoking, observed=True).mean()
    assert effects["estimate"].iloc[0] == pytest.approx(means["former"] - means["never"], rel=CLOSE)


def test_nothing_is_compared_with_a_first_level_of_one_person():
    smoking = pd.Categorical(["never"] + ["former"] * 100 + ["current"] * 99, SMOKING_LEVELS)
    effects = estimate_effects(cohort(factors=("smoking",), smoking=smoking), adjustments=["crude"])
    assert effects["note"].tolist() == ["fewer than 3 participants have 'never'"] * 2


@pytest.mark.parametrize(
    ("apart", "status", "note"),
    [
        (2, "refused", "fewer than 3 participants differ from the others in 'abi'"),
        (3, "flagged", "fewer than 10 participants differ from the others in 'abi'"),
        (10, "ok", ""),
    ],
)
def test_a_number_that_few_differ_in_is_treated_as_a_level(apart, status, note):
    abi = np.r_[np.linspace(0.5, 0.9, apart), np.full(N - apart, 1.1)]
    effect = row(estimate_effects(cohort(factors=("abi",), abi=abi)))
    assert (effect["status"], effect["note"]) == (status, note)


def test_an_ordinal_factor_that_few_differ_in_is_refused():
    levels = ["low", "mid", "high"]
    activity = pd.Categorical(["mid", "high"] + ["low"] * (N - 2), levels, ordered=True)
    effect = row(estimate_effects(cohort(factors=("activity",), activity=activity)))
    assert effect["note"] == "fewer than 3 participants differ from the others in 'activity'"


def test_an_ordinal_contrast_with_an_empty_level_is_a_trend_and_says_so():
    activity = pd.Categorical(["low"] * 100 + ["high"] * 100, ["low", "mid", "high"], ordered=True)
    effect = row(estimate_effects(cohort(factors=("activity",), activity=activity)))
    assert (effect["contrast"], effect["status"]) == ("mid vs low", "flagged")
    assert effect["note"] == "nobody has 'mid': the estimate is a trend over the other levels"


def test_an_empty_level_that_the_contrast_does_not_name_is_not_remarked_on():
    activity = pd.Categorical(["low"] * 100 + ["mid"] * 100, ["low", "mid", "high"], ordered=True)
    effect = row(estimate_effects(cohort(factors=("activity",), activity=activity)))
    assert (effect["status"], effect["note"]) == ("ok", "")


def test_a_participant_alone_at_a_level_of_a_covariate_is_left_out():
    smoking = pd.Categorical(["current"] + ["never"] * 100 + ["former"] * 99, SMOKING_LEVELS)
    made = cohort(smoking=smoking)
    effect = row(estimate_effects(made), "graph")
    rest = made.data.iloc[1:]
    X = np.column_stack(
        [np.ones(N - 1), np.log2(rest["ferritin"]), rest["age"], rest["smoking"] == "former"]
    ).astype(float)
    fit = fit_linear(X, rest["score"].to_numpy(dtype=float))
    assert (effect["status"], effect["adjusted_for"]) == ("ok", "age, smoking")
    assert effect["note"] == "participants alone at a level of 'smoking': left out"
    assert (effect["n_used"], effect["n_dropped"]) == (N - 1, 1)
    assert effect["estimate"] == pytest.approx(fit.coef[1], rel=CLOSE)
    assert effect["std_error"] == pytest.approx(fit.std_error[1], rel=CLOSE)


def test_leaving_one_out_can_leave_another_alone():
    # The first is the only woman and one of two who are active; without her the second is alone in that.
    sex = pd.Categorical(["female"] + ["male"] * (N - 1), ["male", "female"])
    activity = pd.Categorical(["mid", "mid"] + ["low"] * (N - 2), ["low", "mid", "high"], ordered=True)
    causes = replace(MODEL["ferritin"], causes_declared=("age", "sex", "activity"))
    score = replace(MODEL["score"], causes_declared=("age", "sex", "ferritin", "activity"))
    made = cohort(sex=sex, activity=activity)
    model = CausalModel("m", (MODEL["age"], MODEL["sex"], MODEL["activity"], MODEL["abi"], causes, score))
    made = replace(made, study=replace(made.study, model=model))
    effect = row(estimate_effects(made), "graph")
    assert (effect["status"], effect["adjusted_for"]) == ("ok", "age")
    assert effect["note"] == (
        "participants alone at a level of 'sex': left out; participants alone at a level of 'activity': left out; "
        "'sex' is the same for everybody in this model: left out; "
        "'activity' is the same for everybody in this model: left out"
    )
    assert (effect["n_used"], effect["n_dropped"]) == (N - 2, 2)


def test_the_frame_says_what_it_is_about_and_keeps_it_when_rows_are_chosen_and_sorted():
    made = cohort(factors=("ferritin", "abi"))
    effects = estimate_effects(made)
    about = {"outcome": "score", "outcome_label": "Score", "synthetic": True, "cohort": {}}
    assert effects.attrs == about
    chosen = effects[effects["adjustment"] == "crude"].sort_values("estimate").reset_index(drop=True)
    assert chosen.attrs == effects.head(1).attrs == effects.assign(more=1).attrs == about
    assert pd.concat([effects.head(1), effects.tail(1)]).attrs == about
    real = replace(made, origin=Origin("a file", False, {"a.csv": "123"}))
    assert estimate_effects(real).attrs == {**about, "synthetic": False, "cohort": {"a.csv": "123"}}


def test_a_covariate_that_repeats_the_factor_is_refused_by_name():
    made = cohort(factors=("abi",))
    made = replace(made, data=made.data.assign(abi=made.data["age"] * 0.01))
    effect = row(estimate_effects(made), "age_sex")
    assert effect["status"] == "refused"
    assert effect["note"] == (
        "Columns carry the same information, so their effects cannot be told apart: "
        "'age' follows from 'abi'. Leave one column of each line out."
    )


def test_order_of_participants_and_units_of_a_covariate_do_not_matter():
    made = cohort()
    shuffled = replace(
        made, data=made.data.sample(frac=1, random_state=1).assign(age=lambda d: d["age"] * 365.25)
    )
    first, second = (estimate_effects(c)[["estimate", "std_error", "p_value"]] for c in (made, shuffled))
    assert second.to_numpy() == pytest.approx(first.to_numpy(), rel=FAR)


def test_the_cohort_is_left_as_it_was():
    made = cohort()
    before = made.data.copy()
    estimate_effects(made)
    pd.testing.assert_frame_equal(made.data, before)


def test_a_single_name_is_one_factor():
    assert estimate_effects(cohort(), "abi")["factor"].unique().tolist() == ["abi"]


def test_another_outcome_can_be_asked_for():
    effects = estimate_effects(cohort(), "age", outcome="diet")
    assert effects.attrs["outcome"] == "diet"
    assert row(effects)["n_used"] == N


def refusal(*arguments, error=EstimationError, **options):
    with pytest.raises(error) as caught:
        estimate_effects(*arguments, **options)
    return str(caught.value)


def test_unknown_names_are_refused_with_a_suggestion():
    made = cohort()
    assert refusal(made, ["feritin"], error=DeclarationError) == (
        "No variable 'feritin' is declared. Did you mean 'ferritin'?"
    )
    assert refusal(made, model="lienar") == "No model 'lienar' is offered. Did you mean 'linear'?"
    assert refusal(made, adjustments=["all"]) == (
        "No adjustment 'all' is offered. Allowed: crude, age_sex, graph."
    )
    assert refusal(made, adjustments="grph") == "No adjustment 'grph' is offered. Did you mean 'graph'?"


def test_one_adjustment_can_be_named_by_itself():
    pd.testing.assert_frame_equal(
        estimate_effects(cohort(), adjustments="graph"), estimate_effects(cohort(), adjustments=["graph"])
    )


def test_an_adjustment_named_twice_is_one():
    assert len(estimate_effects(cohort(), adjustments=["crude", "crude"])) == 1


def test_no_adjustment_at_all_is_refused():
    assert refusal(cohort(), adjustments=()) == "No adjustment is asked for. Allowed: crude, age_sex, graph."


def test_covariates_are_chosen_for_no_adjustment_that_is_not_offered():
    with pytest.raises(EstimationError) as caught:
        choose_covariates("age-sex", Target(MODEL, "score"), "abi", ["age", "sex"])
    assert str(caught.value) == "No adjustment 'age-sex' is offered. Did you mean 'age_sex'?"


def test_factors_are_those_of_the_study_unless_they_are_named():
    made = cohort(factors=("ferritin", "abi"))
    assert factors_asked(made, None) == ("ferritin", "abi")
    assert factors_asked(made, "age") == ("age",)
    assert factors_asked(made, ["age", "abi", "age"]) == ("age", "abi")


def test_an_outcome_that_cannot_be_one_is_refused():
    made = cohort()
    assert refusal(made, outcome="smoking") == (
        "The outcome 'smoking' (Smoking) is categorical, and the linear model needs a number."
    )
    assert refusal(made, ["age", "score"]) == (
        "The outcome 'score' (Score) is also listed as a factor. Leave it out of the factors."
    )
    assert refusal(without(made, "score")) == (
        "The outcome 'score' (Score) is not among the columns of the data. Map a column to it in the study file."
    )


def test_an_outcome_that_not_everybody_has_is_not_asked_of_everybody():
    everybody = simulate_cohort(n=50, seed=1, design="population")
    everybody = replace(
        everybody, study=replace(everybody.study, outcome="age", factors=("sex",), population=None)
    )
    with pytest.raises(EstimationError) as caught:
        estimate_effects(everybody, "sex", outcome="irls_symptoms")
    assert str(caught.value) == (
        "The outcome 'irls_symptoms' (IRLS symptoms subscale) exists only where 'rls_case' is 'yes', and the study "
        "asks about another population. Use a study with that population."
    )


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.DATE])
def test_a_text_or_a_date_is_no_factor_and_no_outcome(kind):
    noted = Variable("note", "Note", Domain.STUDY, kind)
    made = cohort(note=pd.array([None] * N, dtype="string"))
    made = replace(made, study=replace(made.study, model=MODEL.with_variables(noted)))

    with pytest.raises(EstimationError) as caught:
        estimate_effects(made, ["ferritin", "note"])
    assert str(caught.value) == (
        f"'note' (Note) is a {kind}, and has no effect to estimate. Leave it out of the factors."
    )
    with pytest.raises(EstimationError) as caught:
        estimate_effects(made, ["ferritin"], outcome="note")
    assert str(caught.value) == (f"The outcome 'note' (Note) is {kind}, and the linear model needs a number.")


def test_a_text_is_not_adjusted_for():
    noted = Variable("note", "Note", Domain.STUDY, Kind.TEXT)
    caused = replace(MODEL["abi"], causes_declared=("note",))
    score = replace(MODEL["score"], causes_declared=(*MODEL["score"].causes_declared, "note"))
    made = cohort(note=pd.array(["a"] * N, dtype="string"))
    model = MODEL.with_variables(noted, caused, score)
    made = replace(made, study=replace(made.study, model=model))

    refused = row(estimate_effects(made, ["abi"]), "graph")

    assert refused["status"] == "refused"
    assert refused["note"] == "not identified: not measured: Note"


def test_a_factor_that_follows_from_the_outcome_is_flagged_and_has_no_effect_by_the_graph():
    caused = replace(MODEL["diet"], causes_declared=("score",))
    score = replace(MODEL["score"], causes_declared=("age",))
    made = cohort(factors=("diet",))
    made = replace(made, study=replace(made.study, model=MODEL.with_variables(score, caused)))
    effects = estimate_effects(made)
    assert effects["status"].tolist() == ["flagged", "flagged", "refused"]
    reason = "the outcome, or a part of it, is among the causes of this factor"
    assert row(effects)["note"] == reason
    assert "is among the causes of the factor" in row(effects, "graph")["note"]

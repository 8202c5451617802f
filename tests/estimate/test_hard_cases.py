"""Hard cases where a user meets them; docs/hard-cases.md numbers them and says which tests show the others."""

import inspect
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy import estimate
from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import DeclarationError, EstimationError
from rlsstudy.estimate.diagnose.diagnose import diagnose_model
from rlsstudy.estimate.effects import MODELS, estimate_effects
from rlsstudy.estimate.fits.two_part import fit_two_part
from rlsstudy.estimate.formula.fit_formula import fit_formula
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear
from tests.estimate.small_study import MODEL, SMOKING_LEVELS, N, cohort, row
from tests.estimate.small_visits import declaring, visits

CLOSE = 1e-9  # relative: the same fit of the same rows
NUMBERS = ("linear", "ordinal", "probit", "quantile", "robust")
NOT_OFFERED = (
    *("multinomial", "wls", "cox", "poisson", "negative_binomial", "gamma", "beta"),
    *("chi_square", "t_test", "anova_type_iii", "mice"),
)


def refusal(call, *arguments, error=EstimationError, **options):
    with pytest.raises(error) as caught:
        call(*arguments, **options)
    return str(caught.value)


def crude(made, factors=None, **options):
    return estimate_effects(made, factors, adjustments=["crude"], **options)


# --- arrays: what every fit does alike --------------------------------------------------------------------------

WHEN, WHO = np.tile(np.arange(3.0), 20), np.repeat(np.arange(20), 3)
rng = np.random.default_rng(83)
X = np.column_stack([np.ones(60), rng.normal(size=20)[WHO], WHEN])
POINTS = 10 + X @ [0, 1, -1] + rng.normal(size=20)[WHO] + rng.normal(size=60)
MIDDLE = float(np.median(POINTS))
EVENT = np.asarray(POINTS > MIDDLE, float)
FITS = {
    "linear": lambda X, y: estimate.fit_linear(X, y),
    "clustered": lambda X, y: estimate.fit_linear(X, y, clusters=np.arange(len(y)) // 3),
    "ordinal": lambda X, y: estimate.fit_ordinal(X[:, 1:], np.round(y)),
    "quantile": lambda X, y: estimate.fit_quantile(X, y),
    "robust": lambda X, y: estimate.fit_robust(X, y),
    "mixed": lambda X, y: estimate.fit_mixed(X, y, groups=np.arange(len(y)) // 3),
    "gee": lambda X, y: estimate.fit_gee(X, y, groups=np.arange(len(y)) // 3),
    "logistic": lambda X, y: estimate.fit_logistic(X, np.where(np.isnan(y), np.nan, y > MIDDLE)),
    "two_part": lambda X, y: fit_two_part(X, y, present=EVENT[: len(y)]),
}


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_29_a_gap_in_the_outcome_is_counted_and_never_becomes_a_result(fit):
    y = POINTS.copy()
    y[np.flatnonzero(EVENT)[:2]] = np.nan
    assert "y has 2 missing and 0 infinite of 60 values." in refusal(fit, X, y)


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_19_a_column_given_twice_is_refused_by_name(fit):
    assert "follows from" in refusal(fit, np.column_stack([X, 2 * X[:, 1]]), POINTS)


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_63_a_constant_column_beside_others_is_refused_and_changes_nothing_silently(fit):
    said = refusal(fit, np.column_stack([X, np.full(60, 3.0)]), POINTS)
    assert "is the same for everybody" in said or "follows from" in said


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_27_and_28_no_more_rows_than_columns_are_refused(fit, rows):
    with pytest.raises(EstimationError):
        fit(X[:rows], POINTS[:rows])


def test_2_and_20_no_fit_lets_the_algorithm_be_chosen():
    fits = [getattr(estimate, name) for name in estimate.__all__ if name.startswith("fit_")]
    chosen = {parameter for fit in fits for parameter in inspect.signature(fit).parameters}
    assert not chosen & {"optimizer", "optimiser", "solver", "algorithm", "maxiter", "tol"}
    assert inspect.signature(estimate.fit_linear).parameters.keys().isdisjoint({"method"})


# --- models that there are none of ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_models_that_are_not_offered_are_refused_by_name(name):
    assert name not in MODELS
    assert refusal(estimate_effects, cohort(), model=name).startswith(f"No model '{name}' is offered.")
    assert refusal(fit_formula, cohort(), "score ~ age", kind=name).startswith(
        f"No kind of model '{name}' is offered."
    )


def test_a_name_like_no_other_is_answered_with_all_there_are():
    assert refusal(estimate_effects, cohort(), model="cox") == (
        "No model 'cox' is offered. Allowed: linear, ordinal, ordinal_bands, probit, logistic, firth, two_part, quantile, "
        "quantile_25, quantile_75, robust, mixed, mixed_slope, gee, ancova, change."
    )


# --- a binary outcome -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["logistic", "firth", "ordinal", "probit"])
def test_4_and_6_a_level_of_one_person_is_refused_and_the_other_levels_stay(model):
    smoking = pd.Categorical(["current"] + ["never"] * 100 + ["former"] * 99, SMOKING_LEVELS)
    effects = crude(cohort(smoking=smoking), "smoking", outcome="ill", model=model)
    assert effects["status"].tolist() == ["ok", "refused"]
    assert effects["note"].tolist() == [
        "participants alone at a level of 'smoking': left out",
        "fewer than 3 participants have 'current'",
    ]
    assert effects["p_value"].isna().tolist() == [False, True]


@pytest.mark.parametrize("model", ["logistic", "firth", "ordinal", "probit"])
def test_7_an_outcome_that_nobody_has_is_refused(model):
    nobody = pd.Categorical(["no"] * N, ["no", "yes"])
    effect = row(crude(cohort(ill=nobody), "abi", outcome="ill", model=model))
    assert (effect["status"], effect["note"]) == (
        "refused",
        "the outcome is the same for everybody in this model",
    )


@pytest.mark.parametrize("codes", [[1, 2], ["1", "2"]])
def test_8_and_64_codes_that_the_dictionary_does_not_know_are_refused_by_name(codes):
    made = cohort(ill=np.resize(codes, N))
    said = "'ill' (Illness) has no level '1'. Allowed: no, yes."
    options = {"error": DeclarationError}
    assert refusal(crude, made, "abi", outcome="ill", model="logistic", **options) == said
    assert refusal(fit_formula, made, "ill ~ abi", kind="logistic", **options) == said


def test_50_a_binary_outcome_at_several_visits_is_refused():
    said = refusal(fit_formula, visits(), "ill ~ age", kind="gee")
    assert said == "The outcome 'ill' (Illness) is binary, and a gee model needs a number."


# --- an ordered outcome -----------------------------------------------------------------------------------------

BAND = Variable(
    "band",
    "Band",
    Domain.OUTCOME,
    Kind.ORDINAL,
    levels=("low", "mid", "high"),
    equation=BandOf(score="score", cuts=(15, 20)),
    source="made up",
)
EMPTY_MIDDLE = np.resize([12, 13, 22, 24, 14, 21, 25], N)


def test_13_a_band_that_nobody_is_in_is_left_out_with_a_note():
    made = declaring(cohort(score=EMPTY_MIDDLE), BAND)
    effect = row(crude(made, model="ordinal_bands"))
    assert (effect["status"], effect["note"]) == ("ok", "nobody has 'mid' of 'band': left out")


def test_13_a_level_of_an_ordinal_outcome_that_nobody_has_is_left_out_with_a_note():
    activity = pd.Categorical(np.resize(["low", "high", "high"], N), ["low", "mid", "high"], ordered=True)
    made = cohort(activity=activity)
    effect = row(crude(made, "abi", outcome="activity", model="ordinal"))
    assert (effect["status"], effect["note"]) == ("ok", "nobody has 'mid' of 'activity': left out")
    assert fit_formula(made, "activity ~ abi", kind="ordinal").note == effect["note"]


def test_13_and_14_one_band_alone_is_refused():
    made = declaring(cohort(score=np.resize([10, 11, 12], N)), BAND)
    effect = row(crude(made, model="ordinal_bands"))
    assert (effect["status"], effect["note"]) == (
        "refused",
        "the outcome is the same for everybody in this model",
    )


def test_15_and_16_levels_without_a_declared_order_are_no_ordered_outcome():
    words = declaring(cohort(), replace(MODEL["smoking"], levels=("severe", "mild", "moderate")))
    assert refusal(crude, words, "abi", outcome="smoking", model="ordinal") == (
        "The outcome 'smoking' (Smoking) is categorical, and the ordinal model needs a number or ordered levels."
    )
    assert refusal(fit_formula, words, "smoking ~ abi", kind="ordinal", error=DeclarationError) == (
        "The formula 'smoking ~ abi' cannot be used:\n  - the outcome 'smoking' has levels without an order."
    )


# --- designs ----------------------------------------------------------------------------------------------------


def test_21_and_40_a_design_is_built_without_redundant_columns():
    fit = fit_formula(cohort(), "score ~ smoking + age + age")
    assert fit.coefficients["term"].tolist() == ["intercept", "smoking[former]", "smoking[current]", "age"]


def test_23_a_covariate_that_is_the_same_for_everybody_leaves_the_estimate_as_without_it():
    sex = pd.Categorical(["male"] * N, ["male", "female"])
    made = cohort(sex=sex)
    for model, outcome in (("linear", "score"), ("ordinal", "score"), ("logistic", "ill")):
        effect = row(
            estimate_effects(made, "abi", outcome=outcome, model=model, adjustments=["age_sex"]), "age_sex"
        )
        assert effect["note"] == "'sex' is the same for everybody in this model: left out"
        without = replace(made, data=made.data.drop(columns="sex"))
        alone = row(
            estimate_effects(without, "abi", outcome=outcome, model=model, adjustments=["age_sex"]), "age_sex"
        )
        assert effect["estimate"] == pytest.approx(alone["estimate"], rel=CLOSE)
        assert effect["std_error"] == pytest.approx(alone["std_error"], rel=CLOSE)


def test_26_more_terms_than_people_are_refused():
    assert refusal(fit_formula, cohort(n=5), "score ~ age + sex + abi + diet + ferritin") == (
        "The model cannot be fitted:\n"
        "  - 5 participants cannot determine 6 coefficients. Take fewer columns or more participants."
    )


@pytest.mark.parametrize("model", NUMBERS)
def test_28_one_person_is_refused_by_every_model(model):
    effect = row(crude(cohort(n=1), model=model))
    assert effect["note"] == "1 complete participants are too few for 2 coefficients; at least 12 are needed"


def test_35_small_integers_are_numbers_of_full_size_in_a_formula():
    years = np.resize(np.arange(20, 110), N)
    small = fit_formula(cohort(age=years.astype(np.int8)), "score ~ poly(age, 3)").coefficients
    full = fit_formula(cohort(age=years.astype(float)), "score ~ poly(age, 3)").coefficients
    pd.testing.assert_frame_equal(small, full)


def test_36_and_37_rows_are_people_and_not_places():
    # A cohort holds outcome and covariates in one table, whatever its order or index.
    made = cohort()
    other = made.data.sample(frac=1, random_state=3)
    other.index = pd.Index(np.arange(N)[::-1] * 7, name="participant")
    moved = replace(made, data=other)
    first, second = (fit_formula(c, "score ~ age + smoking").coefficients for c in (made, moved))
    pd.testing.assert_frame_equal(first, second, rtol=CLOSE)


def test_39_the_intercept_is_there_unless_it_is_taken_away_and_is_listed():
    there = fit_formula(cohort(), "score ~ age")
    assert there.coefficients["term"].tolist() == ["intercept", "age"]
    gone = fit_formula(cohort(), "score ~ 0 + age")
    assert gone.coefficients["term"].tolist() == ["age"]


def test_39_levels_without_an_intercept_are_refused():
    # Elsewhere the first level is then taken to have an outcome of 0, or all levels get columns without a word.
    assert refusal(fit_formula, cohort(), "score ~ 0 + smoking") == (
        "The formula 'score ~ 0 + smoking' cannot be used:\n"
        "  - smoking compares levels of 'smoking', for which the intercept has to be there. Add it."
    )
    ordinal = fit_formula(cohort(), "score ~ 0 + smoking", kind="ordinal")  # thresholds take its place
    pd.testing.assert_frame_equal(
        ordinal.coefficients, fit_formula(cohort(), "score ~ smoking", kind="ordinal").coefficients
    )


def test_39_an_interaction_of_levels_without_its_parts_is_refused():
    assert refusal(fit_formula, cohort(), "score ~ sex:age + smoking:sex + sex") == (
        "The formula 'score ~ sex:age + smoking:sex + sex' cannot be used:\n"
        "  - sex:age compares levels of 'sex', for which the term age has to be there. Add it.\n"
        "  - smoking:sex compares levels of 'sex', for which the term smoking has to be there. Add it."
    )
    assert fit_formula(cohort(), "score ~ age + sex:age").coefficients["term"].tolist() == [
        "intercept",
        "age",
        "sex[female]:age",
    ]


def test_40_a_constant_column_never_takes_the_place_of_the_intercept():
    assert refusal(fit_formula, cohort(abi=1.0), "score ~ abi + age") == (
        "The model cannot be fitted:\n  - 'abi' is the same for everybody. Leave it out."
    )


@pytest.mark.parametrize("kind", [int, str])
def test_41_codes_of_sites_are_levels_because_they_are_declared_so(kind):
    site = Variable("site", "Site", Domain.STUDY, Kind.CATEGORICAL, levels=("1", "2", "3", "4"))
    made = declaring(cohort(site=[kind(1 + i % 4) for i in range(N)]), site)
    assert crude(made, "site")["contrast"].tolist() == ["2 vs 1", "3 vs 1", "4 vs 1"]
    assert fit_formula(made, "score ~ site").coefficients["term"].tolist() == [
        "intercept",
        "site[2]",
        "site[3]",
        "site[4]",
    ]


def test_42_a_gap_is_never_a_level():
    smoking = pd.Categorical([None] * 50 + list(np.resize(SMOKING_LEVELS, 150)), SMOKING_LEVELS)
    made = cohort(smoking=smoking)
    effects = crude(made, "smoking")
    assert effects["contrast"].tolist() == ["former vs never", "current vs never"]
    assert effects[["n_used", "n_dropped"]].to_numpy().tolist() == [[150, 50]] * 2
    fit = fit_formula(made, "score ~ C(smoking)")
    assert fit.coefficients["term"].tolist() == ["intercept", "smoking[former]", "smoking[current]"]
    assert (fit.n_used, fit.missing) == (150, {"smoking": 50})


# --- values that cannot be --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", (*NUMBERS, "ordinal_bands"))
def test_33_an_infinite_outcome_is_counted_and_refused(model):
    made = declaring(cohort(score=np.r_[np.inf, -np.inf, np.resize([10.0, 16, 22, 23], N - 2)]), BAND)
    assert refusal(crude, made, model=model) == (
        "The outcome 'score' (Score) has 2 infinite values. Correct or remove them in the data."
    )


@pytest.mark.parametrize("model", ["mixed", "gee", "ancova", "change"])
def test_33_an_infinite_outcome_at_a_visit_is_counted_and_refused(model):
    made = visits()
    made = replace(made, data=made.data.assign(score=made.data["score"].where(made.data["age"] < 60, np.inf)))
    assert "'score' (Score) has " in refusal(crude, made, "age", model=model)


def test_76_a_level_that_is_not_declared_is_refused_by_name():
    # Such a level would else have no column, and its people would be counted with the first level.
    made = cohort(smoking=pd.Categorical(["never"] * 100 + ["former"] * 50 + ["pipe"] * 50))
    said = "'smoking' (Smoking) has no level 'pipe'. Allowed: never, former, current."
    assert refusal(crude, made, "smoking", error=DeclarationError) == said
    assert refusal(fit_formula, made, "score ~ smoking + age", error=DeclarationError) == said


def test_76_a_level_to_compare_with_that_nobody_has_is_replaced_and_named():
    smoking = pd.Categorical(np.resize(["never", "former"], N), SMOKING_LEVELS)
    fit = fit_formula(cohort(smoking=smoking), "score ~ C(smoking, ref='current')")
    assert fit.note == "nobody has 'current' of 'smoking': left out; compared with 'never'"


# --- groups and clusters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["linear", "logistic", "ordinal"])
def test_45_and_46_one_cluster_is_refused_and_two_are_read_by_one_degree_of_freedom(model):
    outcome = "ill" if model == "logistic" else "score"
    alone, two = (
        row(crude(cohort(site=site), "abi", outcome=outcome, model=model, clusters="site"))
        for site in ("a", np.resize(["a", "b"], N))
    )
    assert alone["status"] == "refused"
    assert "cluster" in alone["note"]
    assert two["status"] == "flagged"
    assert two["note"].startswith("only 2 clusters; fewer than 40")
    half = (two["conf_high"] - two["conf_low"]) / 2
    assert half > 12 * two["std_error"]  # 12.71 with one degree of freedom, 1.96 with the normal distribution


def test_47_clusters_travel_with_the_rows_that_are_used():
    age = np.r_[[np.nan] * 30, np.linspace(30, 80, N - 30)]
    made = cohort(age=age, site=np.arange(N) % 45)
    gaps = row(estimate_effects(made, clusters="site", adjustments=["age_sex"]), "age_sex")
    rest = replace(made, data=made.data.iloc[30:])
    whole = row(estimate_effects(rest, clusters="site", adjustments=["age_sex"]), "age_sex")
    assert (gaps["n_used"], whole["n_used"]) == (N - 30, N - 30)
    assert gaps["std_error"] == pytest.approx(whole["std_error"], rel=CLOSE)


def test_81_a_covariate_with_a_level_for_each_person_is_refused():
    people = tuple(f"p{i}" for i in range(N))
    ward = Variable("ward", "Ward", Domain.STUDY, Kind.CATEGORICAL, levels=people)
    abi = replace(MODEL["abi"], causes_declared=("ward",))
    score = replace(MODEL["score"], causes_declared=(*MODEL["score"].causes_declared, "ward"))
    made = declaring(cohort(ward=pd.Categorical(people, people)), ward, abi, score)
    said = "every participant is alone at a level of 'ward', so nobody is left to compare"
    for model in ("linear", "ordinal"):
        effect = row(estimate_effects(made, "abi", model=model, adjustments=["graph"]), "graph")
        assert (effect["status"], effect["note"], effect["n_used"]) == ("refused", said, 0)
    assert crude(made, "ward")["note"].unique().tolist() == [said]
    assert refusal(fit_formula, made, "score ~ abi + ward").endswith(
        "200 participants cannot determine 201 coefficients. Take fewer columns or more participants."
    )


# --- several visits ---------------------------------------------------------------------------------------------


def test_51_and_52_repeated_measurements_that_hardly_anybody_has_are_refused():
    made = visits()
    few = made.data["score"].copy()
    few[(few.index.get_level_values("visit") > 0) & (few.index.get_level_values("participant") > 9)] = np.nan
    made = replace(made, data=made.data.assign(score=few))
    effects = crude(made, "age", model=("mixed", "gee"))
    assert effects["status"].tolist() == ["refused", "refused"]
    assert (
        effects["note"].str.contains("9 of 30 participants have two or more visits|9 groups have two").all()
    )
    assert effects["p_value"].isna().all()


def test_54_a_random_slope_over_two_visits_is_refused():
    effect = row(crude(visits(each=2), "age", model="mixed_slope"))
    assert effect["status"] == "refused"
    assert effect["note"].startswith("0 of 30 participants have three or more visits")


@pytest.mark.parametrize("model", ["mixed", "gee", "ancova", "change"])
def test_56_an_outcome_that_is_the_same_at_every_visit_of_everybody_is_refused(model):
    made = visits()
    effect = row(crude(replace(made, data=made.data.assign(score=7.0)), "age", model=model))
    assert effect["note"] == "the outcome is the same for everybody in this model"


@pytest.mark.parametrize("kind", ["mixed", "gee"])
def test_57_visits_with_a_gap_are_counted_by_variable(kind):
    made = visits()
    gaps = made.data["score"].where(np.arange(90) >= 7, np.nan)
    fit = fit_formula(replace(made, data=made.data.assign(score=gaps)), "score ~ age", kind=kind)
    assert (fit.n_used, fit.n_dropped, fit.missing) == (83, 7, {"score": 7})


# --- tests that elsewhere say p = 0 -----------------------------------------------------------------------------


def test_70_a_quartile_that_too_few_people_are_beyond_is_refused():
    effects = crude(cohort(n=30), model=("quantile_25", "quantile_75"))
    assert effects["status"].tolist() == ["refused", "refused"]
    assert effects["note"].str.startswith("Of 30 participants 7.5 are expected on the smaller side").all()


@pytest.mark.parametrize("model", ["linear", "ordinal", "probit", "robust", "quantile"])
def test_71_two_groups_without_any_spread_are_refused(model):
    sex = pd.Categorical(np.repeat(["male", "female"], N // 2), ["male", "female"])
    made = cohort(sex=sex, score=np.repeat([5, 6], N // 2))
    effect = row(crude(made, "sex", model=model))
    assert effect["status"] == "refused"
    assert np.isnan(effect["p_value"])
    if model == "linear":
        assert effect["note"] == "the outcome is reproduced exactly, so standard errors are rounding noise"


def test_71_two_groups_without_any_spread_are_refused_beside_clusters_and_over_visits():
    sex = pd.Categorical(np.repeat(["male", "female"], N // 2), ["male", "female"])
    made = cohort(sex=sex, score=np.repeat([5, 6], N // 2), site=np.arange(N) % 50)
    assert row(crude(made, "sex", clusters="site"))["status"] == "refused"
    over = visits()
    over = replace(over, data=over.data.assign(score=(over.data["sex"] == "female") * 1.0))
    effects = crude(over, "sex", model=("mixed", "gee"))
    assert effects["status"].tolist() == ["refused", "refused"]
    assert effects["p_value"].isna().all()


def test_71_a_formula_that_reproduces_the_outcome_is_refused():
    sex = pd.Categorical(np.repeat(["male", "female"], N // 2), ["male", "female"])
    assert refusal(fit_formula, cohort(sex=sex, score=np.repeat([5, 6], N // 2)), "score ~ sex") == (
        "The terms of the formula 'score ~ sex' reproduce the outcome exactly, so there is no spread to judge them by. "
        "Look for a term that the outcome is made from, or for groups in which it does not vary."
    )


@pytest.mark.parametrize("model", [*NUMBERS, "logistic", "firth"])
def test_72_a_group_of_one_or_two_people_is_refused_by_every_model(model):
    sex = pd.Categorical(["female"] * 2 + ["male"] * (N - 2), ["male", "female"])
    outcome = "ill" if model in ("logistic", "firth") else "score"
    effect = row(crude(cohort(sex=sex), "sex", outcome=outcome, model=model))
    assert (effect["status"], effect["note"]) == ("refused", "fewer than 3 participants have 'female'")


def test_73_a_table_with_nearly_empty_cells_is_refused_or_penalised():
    sex = pd.Categorical(np.repeat(["male", "female"], N // 2), ["male", "female"])
    ill = pd.Categorical(["yes"] + ["no"] * (N // 2 - 1) + ["yes"] * 3 + ["no"] * (N // 2 - 3), ["no", "yes"])
    logistic, firth = crude(cohort(sex=sex, ill=ill), "sex", outcome="ill", model=("logistic", "firth")).iloc
    assert logistic["status"] == "refused"
    assert logistic["note"].startswith("Participants with the rarer outcome: 4; coefficients")
    assert firth["status"] == "ok"
    assert firth["own_low"] < 0 < firth["own_high"]


# --- chance and wild values -------------------------------------------------------------------------------------


def test_78_what_is_drawn_follows_from_the_seed_and_leaves_the_global_state_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the state that others use is what is looked at
    once, again = (bootstrap_linear(X, POINTS, reps=20, seed=4).replicates for _ in range(2))
    assert np.array_equal(once, again)
    jittered = [estimate.fit_quantile(X, np.round(POINTS), step=1).coef for _ in range(2)]
    assert np.array_equal(*jittered)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002 - as above


def test_80_one_entry_error_moves_the_mean_and_neither_the_median_nor_the_robust_fit():
    made = cohort()
    score = made.data["score"].to_numpy(dtype=float)
    score[np.argmax(made.data["abi"])] = 1e6
    wild = crude(cohort(score=score), "abi", model=("linear", "quantile", "robust"))
    plain = crude(made, "abi", model=("linear", "quantile", "robust"))
    apart = (wild["estimate"] - plain["estimate"]).abs()
    assert apart[0] > 1e4
    assert (apart[1:] < plain["std_error"][1:]).all()
    robust = wild.iloc[2]
    assert robust["status"] == "flagged"
    assert "less than a quarter of it: look at the values" in robust["note"]
    checks = diagnose_model(cohort(score=score), "abi", adjustment="crude").checks.set_index("check")
    assert checks.loc["influence", "verdict"] == "serious"

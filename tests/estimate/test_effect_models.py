"""Every model answers in the same frame and in points, as its fit and a standardisation by hand say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.declare import CausalModel, Domain, Kind, Study, SyntheticData, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import CohortError, EstimationError
from rlsstudy.estimate import fit_logistic, fit_mixed, fit_ordinal, fit_quantile
from rlsstudy.estimate.effects import EFFECT_COLUMNS, MODELS, estimate_effects
from tests.estimate.small_study import MODEL, N, cohort, row
from tests.estimate.small_visits import declaring

CLOSE = 1e-9  # relative: the same fit and the same average, reached in another order
FOUND = 1e-8  # relative: what the steps of a logistic fit leave, or least squares on another way
SEARCHED = 1e-6  # relative: two searches for the best ratio of variances stop there
NUMBERS = ("linear", "ordinal", "probit", "quantile", "quantile_25", "quantile_75", "robust")


def ones(n):
    return np.ones(n)


@pytest.mark.parametrize("model", NUMBERS)
def test_models_of_a_number_give_effects_of_one_size_in_points(model):
    made = cohort(n=400)
    effect = row(estimate_effects(made, model=model, adjustments=["crude"]))
    assert effect["model"] == model
    assert effect["status"] == "ok"
    assert effect["conf_low"] < -1 < effect["conf_high"]  # ferritin doubles: one point less, as it was drawn
    assert effect["n_used"] == 400


def test_several_models_are_rows_of_one_frame():
    effects = estimate_effects(cohort(), model=("linear", "ordinal"), adjustments=["crude", "graph"])
    assert tuple(effects.columns) == EFFECT_COLUMNS
    assert effects[["model", "adjustment"]].to_numpy().tolist() == [
        ["linear", "crude"],
        ["linear", "graph"],
        ["ordinal", "crude"],
        ["ordinal", "graph"],
    ]


def test_an_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), model="ordnal")
    assert str(error.value) == "No model 'ordnal' is offered. Did you mean 'ordinal'?"
    assert "cox" not in MODELS
    with pytest.raises(EstimationError, match="No model 'cox' is offered"):
        estimate_effects(cohort(), model="cox")


def test_an_ordinal_effect_is_the_difference_of_expected_scores():
    made = cohort()
    effect = row(estimate_effects(made, model="ordinal", adjustments=["graph"]), "graph")
    data = made.data
    smoking = [data["smoking"] == level for level in ("former", "current")]
    X = np.column_stack([np.log2(data["ferritin"]), data["age"], *smoking]).astype(float)
    fit = fit_ordinal(X, data["score"].to_numpy(dtype=float))
    low, high = X.copy(), X.copy()
    low[:, 0], high[:, 0] = np.log2(50), np.log2(100)
    difference = (fit.predict(high) @ fit.categories).mean() - (fit.predict(low) @ fit.categories).mean()
    assert effect["estimate"] == pytest.approx(difference, rel=CLOSE)
    assert effect["own_estimate"] == pytest.approx(fit.coef[0], rel=CLOSE)
    assert effect["own_unit"] == "log odds of a higher value, per 1 log2 µg/L"


def test_a_probit_effect_is_that_of_a_normal_latent_scale():
    made = cohort(factors=("abi",))
    effect = row(estimate_effects(made, model="probit"))
    X, y = made.data["abi"].to_numpy()[:, None], made.data["score"].to_numpy(dtype=float)
    assert effect["own_estimate"] == pytest.approx(fit_ordinal(X, y, link="probit").coef[0], rel=CLOSE)
    assert effect["own_unit"] == "latent SD, per 1"


@pytest.mark.parametrize(("model", "q"), [("quantile_25", 0.25), ("quantile", 0.5), ("quantile_75", 0.75)])
def test_each_quantile_is_the_one_of_its_name(model, q):
    made = cohort(factors=("abi",))
    effect = row(estimate_effects(made, model=model))
    X, y = np.column_stack([ones(N), made.data["abi"]]), made.data["score"].to_numpy(dtype=float)
    fit = fit_quantile(X, y, q=q, step=1.0)
    assert effect["own_estimate"] == pytest.approx(fit.coef[1], rel=CLOSE)
    assert [effect["own_low"], effect["own_high"]] == pytest.approx(fit.conf_int()[1], rel=CLOSE)


def test_a_logistic_effect_is_a_difference_in_probability():
    made = cohort(factors=("abi",))
    effect = row(estimate_effects(made, outcome="ill", model="logistic"))
    ill = (made.data["ill"] == "yes").to_numpy(dtype=float)
    X = np.column_stack([ones(N), made.data["abi"]])
    fit = fit_logistic(X, ill)
    at = [1 / (1 + np.exp(-(fit.coef[0] + value * fit.coef[1]))) for value in (1.1, 0.9)]
    assert effect["estimate"] == pytest.approx(at[1] - at[0], rel=CLOSE)
    assert effect["own_unit"] == "log odds, per 1"


def test_a_logistic_effect_in_a_two_by_two_table_is_the_risk_difference():
    sex = pd.Categorical(["male"] * 100 + ["female"] * 100, ["male", "female"])
    ill = pd.Categorical((["yes"] * 20 + ["no"] * 80) + (["yes"] * 50 + ["no"] * 50), ["no", "yes"])
    effect = row(
        estimate_effects(cohort(factors=("sex",), sex=sex, ill=ill), outcome="ill", model="logistic")
    )
    error = np.sqrt(0.2 * 0.8 / 100 + 0.5 * 0.5 / 100)
    assert effect["estimate"] == pytest.approx(0.3, rel=FOUND)
    assert effect["std_error"] == pytest.approx(error, rel=FOUND)
    assert effect["own_estimate"] == pytest.approx(np.log((50 / 50) / (20 / 80)), rel=FOUND)


def test_separation_is_a_refused_row_that_names_the_column():
    made = cohort(factors=("sex", "abi"))
    ill = pd.Categorical(np.where(made.data["sex"] == "female", "yes", made.data["ill"]), ["no", "yes"])
    made = cohort(factors=("sex", "abi"), ill=ill)
    effects = estimate_effects(made, outcome="ill", model=("logistic", "firth"), adjustments=["crude"])
    refused, fine, *firth = effects.to_dict(orient="records")
    assert refused["status"] == "refused"
    assert "'sex'" in refused["note"]
    assert np.isnan(refused["p_value"])
    assert fine["status"] == "ok"
    assert [effect["status"] for effect in firth] == ["ok", "ok"]
    assert firth[0]["estimate"] > 0.3


def test_an_outcome_of_the_wrong_kind_says_what_the_model_needs():
    for model, outcome, needed in (
        ("linear", "ill", "is binary, and the linear model needs a number"),
        ("logistic", "score", "is integer, and the logistic model needs two levels"),
        ("ordinal", "smoking", "is categorical, and the ordinal model needs a number or ordered levels"),
    ):
        with pytest.raises(EstimationError) as error:
            estimate_effects(cohort(factors=("abi",)), model=model, outcome=outcome)
        label = MODEL[outcome].label
        assert str(error.value) == f"The outcome '{outcome}' ({label}) {needed}."


# --- bands and two parts ----------------------------------------------------------------------------------------


def banded(**changes):
    band = Variable(
        "band",
        "Band",
        Domain.OUTCOME,
        Kind.ORDINAL,
        levels=("low", "mid", "high"),
        equation=BandOf(score="score", cuts=(15, 20)),
        source="made up",
    )
    made = cohort(**changes)
    return replace(made, study=replace(made.study, model=MODEL.with_variables(band)))


def test_bands_stand_for_the_mean_score_of_those_in_them():
    made = banded()
    effect = row(estimate_effects(made, model="ordinal_bands"))
    score = made.data["score"].to_numpy(dtype=float)
    codes = np.searchsorted([15, 20], score, side="right").astype(float)
    points = np.array([score[codes == code].mean() for code in range(3)])
    X = np.log2(made.data["ferritin"].to_numpy())[:, None]
    fit = fit_ordinal(X, codes)
    at = [(fit.predict(np.full_like(X, np.log2(value))) @ points).mean() for value in (50, 100)]
    assert effect["estimate"] == pytest.approx(at[1] - at[0], rel=CLOSE)


def test_a_score_without_bands_says_what_else_there_is():
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), model="ordinal_bands")
    assert str(error.value) == (
        "No bands of 'score' (Score) are declared, and the model ordinal_bands needs them. Declare an ordinal variable "
        "with bands, or use model='ordinal', which takes every value."
    )


GATED = replace(MODEL["score"], applies_to="ill")


def of_cases(n=400):
    """Draw a score that only the ill have."""
    rng = np.random.default_rng(3)
    made = cohort(n=n, population="ill", factors=("abi",))
    ill = rng.random(n) < 1 / (1 + np.exp(-5 * (made.data["abi"] - 1.1)))
    score = pd.array(np.where(ill, np.round(20 + 10 * made.data["abi"]), np.nan), "Int64")
    data = made.data.assign(ill=pd.Categorical(np.where(ill, "yes", "no"), ["no", "yes"]), score=score)
    return declaring(replace(made, data=data), GATED)


def test_two_parts_multiply_presence_and_severity_over_everybody():
    made = of_cases()
    effect = row(estimate_effects(made, model="two_part"))
    data = made.data
    ill = (data["ill"] == "yes").to_numpy()
    X = np.column_stack([ones(len(data)), data["abi"]])
    presence = fit_logistic(X, ill.astype(float))
    severity = np.linalg.lstsq(X[ill], data["score"].to_numpy(dtype=float, na_value=np.nan)[ill])[0]

    def mean(value):
        x = np.array([1, value])
        return (x @ severity) / (1 + np.exp(-x @ presence.coef))

    assert effect["estimate"] == pytest.approx(mean(0.9) - mean(1.1), rel=FOUND)
    assert effect["n_used"] == 400


def of_men_and_women(deviation):
    """Return 40 men of whom 10 are ill, with a mean score of 10, and 40 women of whom 20 are, with 16."""
    sex = np.repeat(["male", "female"], 40)
    ill = np.repeat(["yes", "no", "yes", "no"], [10, 30, 20, 20])
    around = np.where(sex == "male", 10, 16) + np.resize([-deviation, deviation], 80)
    made = cohort(
        n=80,
        population="ill",
        factors=("sex",),
        sex=pd.Categorical(sex, ["male", "female"]),
        ill=pd.Categorical(ill, ["no", "yes"]),
        score=pd.array(np.where(ill == "yes", around, np.nan), "Int64"),
    )
    return declaring(made, GATED)


def test_a_two_part_effect_says_how_much_of_it_is_presence_and_how_much_severity():
    # Means of everybody 2.5 and 8. Presence makes (1/2 - 1/4) * 13 of it, at the mean severity, and severity 6 * 3/8,
    # at the mean risk.
    effect = row(estimate_effects(of_men_and_women(deviation=1), model="two_part"))
    assert effect["estimate"] == pytest.approx(5.5, rel=FOUND)
    assert (effect["status"], effect["note"]) == (
        "ok",
        "of this 3.25 through presence and 2.25 through severity",
    )


def test_a_severity_that_is_reproduced_exactly_is_refused():
    effect = row(estimate_effects(of_men_and_women(deviation=0), model="two_part"))
    assert (effect["status"], effect["note"]) == (
        "refused",
        "severity: the outcome is reproduced exactly, so standard errors are rounding noise",
    )
    assert np.isnan(effect["p_value"])


@pytest.mark.parametrize("clusters", [None, "activity"])
def test_an_outcome_that_a_factor_reproduces_exactly_is_refused(clusters):
    made = declaring(cohort(), replace(MODEL["score"], kind=Kind.CONTINUOUS))
    made = replace(made, data=made.data.assign(score=3 + 2 * made.data["abi"]))
    effect = row(estimate_effects(made, "abi", clusters=clusters))
    assert effect["status"] == "refused"
    assert "the outcome is reproduced exactly, so standard errors are rounding noise" in effect["note"]


def test_two_parts_need_an_outcome_that_only_some_have():
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), model="two_part")
    assert str(error.value) == (
        "The outcome 'score' (Score) has no part that decides who has it, and the two-part model needs one: an outcome with "
        "applies_to, such as a severity that only cases have, and that column in the data. Use model='linear'."
    )


# --- clusters ---------------------------------------------------------------------------------------------------


def test_errors_allow_for_clusters():
    made = cohort(factors=("abi",))
    site = pd.Categorical(np.arange(N) // 20)
    data = made.data.assign(site=site, score=made.data["score"] + 6 * (np.arange(N) // 20 % 2))
    data["abi"] = np.repeat(np.linspace(0.9, 1.3, N // 20), 20)
    made = replace(made, data=data)
    apart, together = (row(estimate_effects(made, clusters=c)) for c in (None, "site"))
    assert together["estimate"] == pytest.approx(apart["estimate"], rel=CLOSE)
    assert together["std_error"] > 2 * apart["std_error"]
    assert (apart["status"], together["status"]) == ("ok", "flagged")


def test_an_unknown_cluster_column_and_a_model_without_clusters_are_refused():
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), clusters="smokng")
    assert str(error.value) == (
        "The clusters 'smokng' are not among the columns of the data. Did you mean 'smoking'?"
    )
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), model="robust", clusters="smoking")
    assert str(error.value) == (
        "The robust model takes no clusters. Leave them out, or use one of: linear, ordinal, ordinal_bands, probit, "
        "logistic."
    )


@pytest.mark.parametrize(
    ("model", "outcome", "link"),
    [("logistic", "ill", None), ("ordinal", "score", "logit"), ("probit", "score", "probit")],
)
def test_models_of_levels_have_the_sandwich_of_clusters(model, outcome, link):
    made = cohort(factors=("abi",))
    site = np.arange(N) // 5
    made = replace(made, data=made.data.assign(site=site))
    effect = row(estimate_effects(made, model=model, outcome=outcome, clusters="site"))
    abi, y = made.data[["abi"]].to_numpy(), made.data["score"].to_numpy(dtype=float)
    if link is None:
        ill = (made.data["ill"] == "yes").to_numpy(dtype=float)
        fit = fit_logistic(np.column_stack([ones(N), abi]), ill, clusters=site)
    else:
        fit = fit_ordinal(abi, y, link=link, clusters=site)
    assert [effect["own_low"], effect["own_high"]] == pytest.approx(fit.conf_int()[-1], rel=CLOSE)


def test_whoever_has_no_cluster_is_left_out():
    made = cohort(factors=("abi",))
    site = pd.Categorical.from_codes(np.where(np.arange(N) < 15, -1, np.arange(N) % 50), list(range(50)))
    made = replace(made, data=made.data.assign(site=site))
    effect = row(estimate_effects(made, clusters="site"))
    assert (effect["n_used"], effect["n_dropped"], effect["status"]) == (N - 15, 15, "ok")
    assert effect["note"] == "participants without a value of 'site': left out"


# --- several visits ---------------------------------------------------------------------------------------------

ARM = Variable("arm", "Arm", Domain.TREATMENT, Kind.BINARY, levels=("placebo", "iron"))


def followed(n=120, effect=-4.0):
    """Draw a score at three visits, which the arm lowers after the first, and which age raises throughout."""
    rng = np.random.default_rng(8)
    arm, age = np.arange(n) % 2, rng.normal(55, 10, n)
    person = rng.normal(0, 3, n)
    visits = {
        name: 20 + 0.1 * age + person + after * effect * arm + rng.normal(0, 2, n)
        for name, after in (("score", 0), ("score_w04", 1), ("score_w12", 1))
    }
    score = replace(MODEL["score"], kind=Kind.CONTINUOUS, causes_declared=("age",))
    again = [
        replace(score, name=name, causes_declared=("age", "arm", "score"))
        for name in ("score_w04", "score_w12")
    ]
    model = CausalModel("m", (MODEL["age"], MODEL["sex"], ARM, score, *again))
    index = pd.RangeIndex(1, n + 1, name="participant")
    arms = pd.Categorical.from_codes(arm, ARM.levels)
    data = pd.DataFrame({"age": age, "arm": arms, **visits}, index=index)
    made = cohort(n=n)
    study = Study("t", model, "score", ("arm", "age"), SyntheticData())
    return replace(made, data=data, reasons=pd.DataFrame(index=index), study=study)


@pytest.mark.parametrize("model", ["mixed", "gee"])
def test_visits_after_treatment_are_taken_together_and_adjusted_for_the_first(model):
    effects = estimate_effects(followed(), "arm", model=model, adjustments=["crude"])
    effect = row(effects)
    assert effect["conf_low"] < -4 < effect["conf_high"]
    assert effect["n_used"] == 120
    if model != "mixed_slope":
        assert (
            effect["note"]
            == "240 measurements at week 4, week 12, adjusted for the outcome at the first visit"
        )


def test_two_visits_are_too_few_for_a_random_slope():
    effect = row(estimate_effects(followed(), "arm", model="mixed_slope", adjustments=["crude"]))
    assert effect["status"] == "refused"


def test_a_factor_that_acts_from_the_start_uses_every_visit():
    effect = row(estimate_effects(followed(), "age", model="mixed", adjustments=["crude"]))
    assert effect["note"] == "360 measurements at week 0, week 4, week 12"
    assert effect["conf_low"] < 1 < effect["conf_high"]  # a tenth of a point a year, over ten years


def test_an_outcome_at_a_visit_leaves_out_the_visits_after_it():
    made = followed()
    effect = row(estimate_effects(made, "age", outcome="score_w04", model="mixed", adjustments=["crude"]))
    assert effect["note"] == "240 measurements at week 0, week 4"
    data = made.data[["score", "score_w04"]].to_numpy()
    week, age = np.tile([0.0, 1.0], 120), np.repeat(made.data["age"].to_numpy(), 2)
    fit = fit_mixed(
        np.column_stack([ones(240), week, age]), data.ravel(), groups=np.repeat(np.arange(120), 2)
    )
    assert effect["own_estimate"] == pytest.approx(fit.coef[2], rel=SEARCHED)
    assert effect["std_error"] == pytest.approx(10 * fit.std_error[2], rel=SEARCHED)


def test_the_last_visit_beside_the_first_by_hand():
    made = followed()
    ancova = row(estimate_effects(made, "arm", model="ancova"))
    change = row(estimate_effects(made, "arm", model="change"))
    data = made.data
    arm = data["arm"].cat.codes.to_numpy(dtype=float)
    X = np.column_stack([ones(len(data)), data["score"], arm])
    assert ancova["estimate"] == pytest.approx(np.linalg.lstsq(X, data["score_w12"])[0][2], rel=FOUND)
    changes = (data["score_w12"] - data["score"]).groupby(arm).mean()
    assert change["estimate"] == pytest.approx(changes[1] - changes[0], rel=FOUND)


def test_the_first_visit_as_a_part_of_the_effect_is_flagged():
    effects = estimate_effects(followed(), "age", model=("ancova", "change"), adjustments=["crude"])
    assert effects["status"].tolist() == ["flagged", "flagged"]
    assert effects["note"].str.split(";").str[0].tolist() == [
        "the outcome at the first visit follows from this factor, so adjusting for it takes away a part of its effect",
        "the outcome at the first visit follows from this factor, so this is its effect on the change alone",
    ]


def as_rows(made):
    """Return a cohort with a row for each participant and visit."""
    names = {0: "score", 1: "score_w04", 2: "score_w12"}
    parts = [
        made.data[["age", "arm"]]
        .assign(score=made.data[name])
        .set_index(pd.Index([visit] * len(made.data), name="visit"), append=True)
        for visit, name in names.items()
    ]
    long = pd.concat(parts).sort_index()
    return replace(made, data=long, reasons=pd.DataFrame(index=long.index))


def test_rows_for_visits_give_what_columns_for_visits_give():
    made = followed()
    wide = row(estimate_effects(made, "arm", model="mixed", adjustments=["crude"]))
    long = row(estimate_effects(as_rows(made), "arm", model="mixed", adjustments=["crude"]))
    assert long["estimate"] == pytest.approx(wide["estimate"], rel=SEARCHED)
    assert long["std_error"] == pytest.approx(wide["std_error"], rel=SEARCHED)


def test_a_model_for_one_visit_refuses_several():
    with pytest.raises(CohortError, match="An estimate would take every visit for a participant of its own"):
        estimate_effects(as_rows(followed()), "arm", model="linear")


def test_a_model_of_visits_refuses_a_single_one():
    with pytest.raises(EstimationError) as error:
        estimate_effects(cohort(), model="mixed")
    assert str(error.value) == (
        "'score' (Score) is measured once in this cohort, and a model of repeated visits needs it at two visits or more. "
        "Use a cohort with visits, or model='linear'."
    )

"""Effects in groups and their interaction, beside separate models, hand computation and a published example."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import fdtrc, stdtrit

from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear, fit_logistic
from rlsstudy.estimate.effects import estimate_effects
from rlsstudy.estimate.fits.additive import interaction_measures
from rlsstudy.estimate.modification.effect_modification import effect_modification
from rlsstudy.estimate.modification.report import GROUP_COLUMNS, INTERACTION_COLUMNS
from rlsstudy.estimate.multiplicity import adjust_p_values
from tests.estimate import small_study
from tests.estimate.small_study import N, of_unknown_truth, row


def cohort(**changes):
    return of_unknown_truth(small_study.cohort(**changes))


CLOSE = 1e-8  # relative: the same fit, parametrised otherwise
CONVERGED = 1e-6  # relative: what is left to an iterative fit, and to p-values


def test_interaction_of_smoking_and_alcohol_on_oral_cancer_as_published():
    # Rothman and Keller 1972, as Hosmer and Lemeshow (1992) analyse them: RERI 3.74 (-1.84 to 9.32),
    # attributable proportion 0.41 (-0.07 to 0.90), synergy index 1.87 (0.65 to 5.42).
    cases, controls = np.array([3, 8, 6, 225]), np.array([20, 18, 12, 166])
    smoke, drink = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    rows = np.column_stack([np.ones(4), smoke, drink, smoke * drink])
    X = np.vstack([np.repeat(rows, cases, axis=0), np.repeat(rows, controls, axis=0)])
    y = np.r_[np.ones(cases.sum()), np.zeros(controls.sum())]
    fit = fit_logistic(X, y)
    ratio, reri, share, synergy = interaction_measures(fit.coef[1:], fit.cov[1:, 1:])
    assert [round(x, 2) for x in (reri.estimate, reri.low, reri.high)] == [3.74, -1.84, 9.32]
    assert [round(x, 2) for x in (share.estimate, share.low, share.high)] == [0.41, -0.07, 0.90]
    assert [round(x, 2) for x in (synergy.estimate, synergy.low, synergy.high)] == [1.87, 0.65, 5.42]
    both = (225 * 20) / (3 * 166)
    alone = (8 * 20) / (3 * 18) * (6 * 20) / (3 * 12)
    assert ratio.estimate == pytest.approx(both / alone, rel=CLOSE)


def test_the_synergy_index_is_missing_where_both_together_protect():
    *_, synergy = interaction_measures(np.log([0.5, 0.8, 1.0]), np.eye(3))
    assert np.isnan(synergy.estimate)


def test_effects_in_groups_are_those_of_separate_models_without_covariates():
    made = cohort(factors=("abi",))
    found = effect_modification(made, "abi", by="smoking", adjustment="crude")
    for level, estimate in found.effects.set_index("group")["estimate"].items():
        inside = (made.data["smoking"] == level).to_numpy()
        slope = np.polyfit(made.data["abi"][inside], made.data["score"][inside].astype(float), 1)[0]
        assert estimate == pytest.approx(-0.2 * slope, rel=CLOSE)
    assert found.effects["n_group"].sum() == N
    apart = found.interaction.set_index("group")["estimate"]
    effects = found.effects.set_index("group")["estimate"]
    assert apart["current"] == pytest.approx(effects["current"] - effects["never"], rel=CLOSE)


def test_the_test_of_a_product_is_that_of_its_coefficient():
    made = cohort(factors=("abi",))
    found = effect_modification(made, "abi", by="sex", adjustment="crude").interaction.set_index("group")
    female = (made.data["sex"] == "female").to_numpy(dtype=float)
    abi = made.data["abi"].to_numpy()
    X = np.column_stack([np.ones(N), abi, female, abi * female])
    fit = fit_linear(X, made.data["score"].to_numpy(dtype=float))
    assert found.loc["female", "estimate"] == pytest.approx(-0.2 * fit.coef[3], rel=CLOSE)
    assert found.loc["female", "p_value"] == pytest.approx(fit.p_values[3], rel=CONVERGED)
    assert found.loc["all", "p_value"] == pytest.approx(
        fit.p_values[3], rel=CONVERGED
    )  # t squared is F with 1


def test_a_number_as_modifier_is_asked_at_the_ends_of_its_contrast():
    made = cohort(factors=("abi",))
    found = effect_modification(made, "abi", by="age", adjustment="crude")
    abi, age = made.data["abi"].to_numpy(), made.data["age"].to_numpy()
    X = np.column_stack([np.ones(N), abi, age, abi * age])
    coef = fit_linear(X, made.data["score"].to_numpy(dtype=float)).coef
    assert found.effects["group"].tolist() == ["50 years", "60 years"]
    assert found.effects["estimate"].tolist() == pytest.approx(
        [-0.2 * (coef[1] + 50 * coef[3]), -0.2 * (coef[1] + 60 * coef[3])], rel=CLOSE
    )
    assert found.interaction["estimate"].iloc[0] == pytest.approx(-0.2 * 10 * coef[3], rel=CLOSE)


def test_a_modifier_among_the_covariates_enters_once():
    made = cohort()
    found = effect_modification(made, "ferritin", by="smoking")  # the graph adjusts for age and smoking
    assert found.effects["status"].tolist() == ["ok"] * 3
    overall = row(estimate_effects(made), "graph")["estimate"]
    assert min(found.effects["estimate"]) < overall < max(found.effects["estimate"])


def binary_cohort():
    """Draw an illness that sex and a sign raise together more than each alone."""
    counts = {
        ("male", "low"): (10, 90),
        ("male", "mid"): (20, 80),
        ("female", "low"): (20, 80),
        ("female", "mid"): (60, 40),
    }
    sex, activity, ill = [], [], []
    for (s, a), (yes, no) in counts.items():
        sex += [s] * (yes + no)
        activity += [a] * (yes + no)
        ill += ["yes"] * yes + ["no"] * no
    levels = ["low", "mid", "high"]
    made = cohort(
        n=400,
        sex=pd.Categorical(sex, ["male", "female"]),
        activity=pd.Categorical(activity, levels, ordered=True),
        ill=pd.Categorical(ill, ["no", "yes"]),
    )
    return made


def test_a_binary_outcome_has_both_scales_by_hand():
    made = binary_cohort()
    found = effect_modification(
        made, "sex", by="activity", outcome="ill", model="logistic", adjustment="crude"
    )
    assert found.effects["estimate"].tolist() == pytest.approx([0.1, 0.4], rel=CONVERGED)
    measures = found.interaction.set_index("measure")["estimate"]
    or10, or01, or11 = (20 / 80) / (10 / 90), (20 / 80) / (10 / 90), (60 / 40) / (10 / 90)
    assert measures["difference of effects"] == pytest.approx(0.3, rel=CONVERGED)
    assert measures["ratio of odds ratios"] == pytest.approx(or11 / (or10 * or01), rel=CONVERGED)
    assert measures["RERI (from odds ratios)"] == pytest.approx(or11 - or10 - or01 + 1, rel=CONVERGED)
    assert measures["attributable proportion"] == pytest.approx(
        (or11 - or10 - or01 + 1) / or11, rel=CONVERGED
    )
    assert measures["synergy index"] == pytest.approx((or11 - 1) / (or10 + or01 - 2), rel=CONVERGED)


def test_the_joint_test_of_a_modifier_with_three_levels_is_walds_f():
    made = cohort(factors=("abi",))
    found = effect_modification(made, "abi", by="smoking", adjustment="crude").interaction
    abi, score = made.data["abi"].to_numpy(), made.data["score"].to_numpy(dtype=float)
    former, current = (
        (made.data["smoking"] == level).to_numpy(dtype=float) for level in ("former", "current")
    )
    fit = fit_linear(np.column_stack([np.ones(N), abi, former, current, abi * former, abi * current]), score)
    b, V = fit.coef[4:], fit.cov[4:, 4:]
    statistic = (b[0] ** 2 * V[1, 1] - 2 * b[0] * b[1] * V[0, 1] + b[1] ** 2 * V[0, 0]) / np.linalg.det(V) / 2
    joint = found[found["group"] == "all"].iloc[0]
    assert joint["p_value"] == pytest.approx(fdtrc(2, N - 6, statistic), rel=CONVERGED)


def test_a_binary_outcome_and_a_number_as_modifier_have_measures_by_hand():
    made = cohort()
    found = effect_modification(
        made, "ferritin", by="age", outcome="ill", model="logistic", adjustment="crude"
    ).interaction.set_index("measure")
    z, age = np.log2(made.data["ferritin"].to_numpy()), made.data["age"].to_numpy()
    ill = (made.data["ill"] == "yes").to_numpy(dtype=float)
    coef = fit_logistic(np.column_stack([np.ones(N), z, age, z * age]), ill).coef

    def odds(ferritin, years):
        z = np.log2(ferritin)
        return np.exp(coef @ [1, z, years, z * years])

    neither = odds(50, 50)
    first, second, both = (odds(*at) / neither for at in ((100, 50), (50, 60), (100, 60)))
    expected = {
        "ratio of odds ratios": both / (first * second),
        "RERI (from odds ratios)": both - first - second + 1,
        "attributable proportion": (both - first - second + 1) / both,
    }
    for name, value in expected.items():
        assert found["estimate"][name] == pytest.approx(value, rel=CONVERGED, abs=CONVERGED)


def turned(made):
    """Return the cohort with the levels of sex the other way round."""
    model = made.model
    sex = replace(model["sex"], levels=("female", "male"))
    variables = tuple(sex if variable.name == "sex" else variable for variable in model)
    return replace(made, study=replace(made.study, model=replace(model, variables=variables)))


def test_a_contrast_that_lowers_the_odds_flags_the_measures_that_need_both_to_raise_them():
    made = turned(binary_cohort())
    found = effect_modification(
        made, "sex", by="activity", outcome="ill", model="logistic", adjustment="crude"
    )
    notes = found.interaction.set_index("measure")["note"]
    said = (
        "the odds are lower with 'male vs female', and this measure is meant for what raises them: declare the "
        "contrast, or the levels, the other way round"
    )
    assert notes.to_dict() == {
        "difference of effects": "",
        "ratio of odds ratios": "",
        "RERI (from odds ratios)": said,
        "attributable proportion": said,
        "synergy index": said,
        "joint test of products": "",
    }
    assert (found.interaction["status"] == np.where(found.interaction["note"] == "", "ok", "flagged")).all()


def test_interaction_rows_have_errors_and_can_be_adjusted_for_how_many_are_asked():
    made = cohort(factors=("abi",))
    found = effect_modification(made, "abi", by="smoking", adjustment="crude").interaction
    assert tuple(found.columns) == INTERACTION_COLUMNS
    adjusted = adjust_p_values(found, family="measure")
    two = found["p_value"][:2]
    assert adjusted["n_tests"].tolist() == [2, 2, 1]
    assert adjusted["p_adjusted"][:2].min() == pytest.approx(min(2 * two.min(), two.max(), 1))
    apart = found.iloc[0]
    t_quantile = (apart["conf_high"] - apart["estimate"]) / apart["std_error"]
    assert t_quantile == pytest.approx(stdtrit(N - 6, 0.975), rel=CLOSE)
    assert found[["n_used", "n_dropped", "status", "note"]].drop_duplicates().to_numpy().tolist() == [
        [N, 0, "ok", ""]
    ]


def test_clusters_change_the_errors_and_not_the_estimates():
    made = cohort(factors=("abi",))
    clusters = np.arange(N) // 4
    made = replace(made, data=made.data.assign(site=clusters))
    plain, found = (
        effect_modification(made, "abi", by="sex", adjustment="crude", clusters=name).interaction.iloc[0]
        for name in (None, "site")
    )
    female, abi = (made.data["sex"] == "female").to_numpy(dtype=float), made.data["abi"].to_numpy()
    X = np.column_stack([np.ones(N), abi, female, abi * female])
    fit = fit_linear(X, made.data["score"].to_numpy(dtype=float), covariance="CR2", clusters=clusters)
    assert found["estimate"] == pytest.approx(plain["estimate"], rel=CLOSE)
    assert found["std_error"] == pytest.approx(0.2 * fit.std_error[3], rel=CLOSE)
    assert found["p_value"] == pytest.approx(fit.p_values[3], rel=CONVERGED)


def refused(made, *arguments, **options):
    """Return the note of a question whose rows are all refused."""
    found = effect_modification(made, *arguments, **options)
    for frame in (found.effects, found.interaction):
        assert len(frame)
        assert (frame["status"] == "refused").all()
        assert frame[["estimate", "std_error", "conf_low", "conf_high", "p_value"]].isna().all(axis=None)
    (note,) = {*found.effects["note"], *found.interaction["note"]}
    return note


def test_a_combination_that_hardly_anybody_has_is_refused_by_name():
    smoking = pd.Categorical(["never"] * 150 + ["current"] * 50, ["never", "former", "current"])
    sex = pd.Categorical(["male"] * 198 + ["female"] * 2, ["male", "female"])
    assert refused(cohort(smoking=smoking, sex=sex), "smoking", by="sex", adjustment="crude") == (
        "fewer than 3 participants have each of these, of 'sex': 'never' of 'smoking' with 'female', 'current' of "
        "'smoking' with 'female'; merge levels, or choose another modifier"
    )
    assert refused(cohort(sex=sex), "activity", by="sex", adjustment="crude") == (
        "fewer than 3 participants have each of these, of 'sex': 'female'; merge levels, or choose another modifier"
    )


def test_what_cannot_be_planned_or_fitted_has_refused_rows_for_every_group():
    made = cohort(ferritin=50.0)
    assert refused(made, "ferritin", by="sex") == "'ferritin' is the same for everybody in this model"
    rows = effect_modification(made, "ferritin", by="smoking").effects
    assert rows["group"].tolist() == ["never", "former", "current"]
    assert tuple(rows.columns) == GROUP_COLUMNS
    alike = cohort(age=60.0)
    assert (
        refused(alike, "abi", by="age", adjustment="crude") == "'age' is the same for everybody in this model"
    )
    follows = cohort(ferritin=2.0 ** (cohort().data["abi"]))
    assert refused(follows, "ferritin", by="abi", adjustment="crude").startswith(
        "Columns carry the same information"
    )
    binary = refused(made, "ferritin", by="sex", outcome="ill", model="firth", adjustment="crude")
    assert binary == "'ferritin' is the same for everybody in this model"


def test_a_level_that_nobody_has_is_refused_and_the_others_are_answered():
    smoking = pd.Categorical(["never", "current"] * 100, ["never", "former", "current"])
    found = effect_modification(cohort(smoking=smoking), "smoking", by="sex", adjustment="crude")
    by_contrast = found.effects.drop_duplicates("contrast").set_index("contrast")
    assert by_contrast["status"].to_dict() == {"former vs never": "refused", "current vs never": "ok"}
    assert by_contrast["note"]["former vs never"] == "nobody has 'former' in this model"
    assert found.interaction["p_value"].notna().tolist() == [False, True, True]


def test_few_people_in_a_group_flag_its_rows_and_what_was_left_out_is_noted():
    smoking = pd.Categorical(["never"] * 100 + ["current"] * 100, ["never", "former", "current"])
    sex = pd.Categorical(["male"] * 191 + ["female"] * 9, ["male", "female"])
    few = "fewer than 10 participants have 'female' of 'sex'"
    left = "nobody has 'former' of 'smoking': left out"
    found = effect_modification(cohort(smoking=smoking, sex=sex), "ferritin", by="sex")
    assert found.effects["note"].tolist() == [left, f"{few}; {left}"]
    assert found.effects["status"].tolist() == ["ok", "flagged"]
    assert found.interaction["note"].tolist() == [f"{few}; {left}"] * 2


def test_few_people_at_a_compared_level_flag_the_rows_that_compare_it():
    # 9 women smoke; of the others in each group there are plenty.
    smoking = ["current"] * 9 + ["never", "former"] * 45 + ["current", "never", "former"] * 33 + ["never"] * 2
    sex = pd.Categorical(["female"] * 99 + ["male"] * 101, ["male", "female"])
    made = cohort(smoking=pd.Categorical(smoking, ["never", "former", "current"]), sex=sex)
    found = effect_modification(made, "smoking", by="sex", adjustment="crude")
    said = "fewer than 10 participants of 'female' have 'current'"
    assert found.effects["note"].tolist() == ["", "", "", said]
    assert found.interaction["note"].tolist() == ["", said, said]


def test_groups_that_the_factor_forms_are_flagged():
    made = cohort()
    after = Variable(
        "after", "After", Domain.LIFESTYLE, Kind.BINARY, levels=("no", "yes"), causes_declared=("abi",)
    )
    groups = pd.Categorical(np.resize(["no", "yes", "yes"], N), ["no", "yes"])
    study = replace(made.study, model=made.model.with_variables(after))
    made = replace(made, study=study, data=made.data.assign(after=groups))
    said = "'after' is an effect of this factor, so that groups are formed by it"
    for adjustment in ("crude", "graph"):
        found = effect_modification(made, "abi", by="after", adjustment=adjustment)
        assert set(found.effects["note"]) == set(found.interaction["note"]) == {said}
        assert set(found.effects["status"]) == set(found.interaction["status"]) == {"flagged"}
    assert set(effect_modification(made, "ferritin", by="after", adjustment="crude").effects["status"]) == {
        "ok"
    }


def test_both_frames_say_which_outcome_model_and_adjustment_they_are_about():
    found = effect_modification(cohort(), "abi", by="sex", model="robust", adjustment="age_sex")
    for frame in (found.effects, found.interaction):
        assert frame.attrs == {"outcome": "score", "outcome_label": "Score", "synthetic": False, "cohort": {}}
        assert frame[["model", "adjustment"]].drop_duplicates().to_numpy().tolist() == [["robust", "age_sex"]]
    assert found.effects["adjusted_for"].tolist() == ["age"] * 2  # sex is the modifier


def test_unsuitable_modifiers_and_models_are_refused():
    made = cohort()
    for arguments, message in (
        ({"by": "ferritin"}, "The modifier 'ferritin' (Serum ferritin) is the factor or the outcome itself."),
        ({"by": "sex", "model": "mixed"}, "Effect modification is not offered with the mixed model."),
        ({"by": "sex", "adjustment": "grph"}, "No adjustment 'grph' is offered. Did you mean 'graph'?"),
        ({"by": "sex", "clusters": "site"}, "The clusters 'site' are not among the columns of the data."),
        ({"by": "sex", "model": "robust", "clusters": "diet"}, "The robust model takes no clusters."),
    ):
        with pytest.raises(EstimationError) as error:
            effect_modification(made, "ferritin", **arguments)
        assert str(error.value).startswith(message)
    absent = replace(made, data=made.data.drop(columns=["sex"]))
    with pytest.raises(EstimationError) as error:
        effect_modification(absent, "ferritin", by="sex")
    assert str(error.value) == (
        "The modifier 'sex' (Sex) is not among the columns of the data. Map a column to it in the study file."
    )


def test_a_modifier_that_is_made_from_the_factor_or_follows_from_the_outcome_is_refused():
    band = Variable(
        "low_abi", "Low index", Domain.VASCULAR, Kind.BINARY, levels=("no", "yes"),
        equation=BandOf(score="abi", cuts=(1.1,)), source="t",
    )  # fmt: skip
    after = replace(small_study.MODEL["sex"], name="after", label="After", causes_declared=("score",))
    made = cohort(factors=("abi",))
    levels = pd.Categorical.from_codes(np.arange(N) % 2, ["no", "yes"])
    data = made.data.assign(low_abi=levels, after=levels.rename_categories(["male", "female"]))
    model = small_study.MODEL.with_variables(band, after)
    made = replace(made, data=data, study=replace(made.study, model=model))
    for by, message in (
        (
            "low_abi",
            "The modifier 'low_abi' (Low index) is made from the factor. Ask for the shape of its effect by dose_response.",
        ),
        (
            "after",
            "The modifier 'after' (After) follows from the outcome. Choose a variable that stands before it.",
        ),
    ):
        with pytest.raises(EstimationError) as error:
            effect_modification(made, "abi", by)
        assert str(error.value) == message

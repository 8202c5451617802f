"""Effects in groups and their interaction, beside separate models, hand computation and a published example."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate import fit_linear, fit_logistic
from rlsstudy.estimate.effects import estimate_effects
from rlsstudy.estimate.fits.additive import interaction_measures
from rlsstudy.estimate.modification import effect_modification
from tests.estimate import small_study
from tests.estimate.small_study import N, of_unknown_truth, row


def cohort(**changes):
    return of_unknown_truth(small_study.cohort(**changes))


CLOSE = 1e-8  # relative: the same fit, parametrised otherwise


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


def test_the_synergy_index_is_missing_where_a_cause_protects():
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
    assert found.loc["female", "p_value"] == pytest.approx(fit.p_values[3], rel=1e-6)
    assert found.loc["all", "p_value"] == pytest.approx(fit.p_values[3], rel=1e-6)  # t squared is F with 1


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
    assert found.effects["estimate"].tolist() == pytest.approx([0.1, 0.4], rel=1e-6)
    measures = found.interaction.set_index("measure")["estimate"]
    or10, or01, or11 = (20 / 80) / (10 / 90), (20 / 80) / (10 / 90), (60 / 40) / (10 / 90)
    assert measures["difference of effects"] == pytest.approx(0.3, rel=1e-6)
    assert measures["ratio of odds ratios"] == pytest.approx(or11 / (or10 * or01), rel=1e-6)
    assert measures["RERI (from odds ratios)"] == pytest.approx(or11 - or10 - or01 + 1, rel=1e-6)
    assert measures["attributable proportion"] == pytest.approx((or11 - or10 - or01 + 1) / or11, rel=1e-6)
    assert measures["synergy index"] == pytest.approx((or11 - 1) / (or10 + or01 - 2), rel=1e-6)


def test_a_combination_that_hardly_anybody_has_is_refused_by_name():
    smoking = pd.Categorical(["never"] * 150 + ["current"] * 50, ["never", "former", "current"])
    sex = pd.Categorical(["male"] * 198 + ["female"] * 2, ["male", "female"])
    with pytest.raises(EstimationError) as error:
        effect_modification(cohort(smoking=smoking, sex=sex), "smoking", by="sex", adjustment="crude")
    assert str(error.value) == (
        "Fewer than 3 participants have each of: 'never' of 'smoking' with 'female'; 'current' of 'smoking' with 'female' "
        "of 'sex'. Merge levels, or choose another modifier."
    )


def test_unsuitable_modifiers_and_models_are_refused():
    made = cohort()
    for arguments, message in (
        ({"by": "ferritin"}, "The modifier 'ferritin' (Serum ferritin) is the factor or the outcome itself."),
        ({"by": "sex", "model": "mixed"}, "Effect modification is not offered with the mixed model."),
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

"""What must not matter to an effect in points: the order of rows and of levels, and the units of what is declared."""

from dataclasses import replace

import numpy as np
import pytest

from rlsstudy.declare import Kind
from rlsstudy.estimate.effects import estimate_effects
from tests.estimate.small_study import MODEL, cohort
from tests.estimate.small_visits import visits

# Estimates may differ by this in standard errors, and errors relative to themselves: searches end within their limits.
CLOSE = 1e-6
OF_POINTS = ("linear", "quantile", "robust")
OUTCOMES = {
    **dict.fromkeys(OF_POINTS, "score"),
    **dict.fromkeys(("ordinal", "probit"), "activity"),
    **dict.fromkeys(("logistic", "firth"), "ill"),
}
every_model = pytest.mark.parametrize(("model", "outcome"), OUTCOMES.items(), ids=OUTCOMES)

SCORE = replace(MODEL["score"], kind=Kind.CONTINUOUS)  # whole numbers are spread by chance for the median
ILL, ACTIVITY = (
    replace(MODEL[name], causes_declared=("age", "smoking", "ferritin")) for name in ("ill", "activity")
)


def made(*changed, seed=5, **columns):
    """Return a cohort with a score of any value, and the variables that are declared in another way."""
    drawn = cohort(n=120, seed=seed)
    points = drawn.data["score"].to_numpy(dtype=float) + np.random.default_rng(seed).normal(0, 0.3, 120)
    drawn = replace(drawn, data=drawn.data.assign(**{"score": points, **columns}))
    return replace(
        drawn, study=replace(drawn.study, model=MODEL.with_variables(SCORE, ILL, ACTIVITY, *changed))
    )


def effects(drawn, factor, model, outcome):
    return estimate_effects(drawn, factor, outcome=outcome, model=model, adjustments=["graph"])


def assert_same(found, expected, sign=1.0):
    errors = expected["std_error"].to_numpy()
    assert np.isfinite(errors).all()
    assert (
        np.abs((sign * found["estimate"].to_numpy() - expected["estimate"].to_numpy()) / errors).max() < CLOSE
    )
    assert found["std_error"].to_numpy() == pytest.approx(errors, rel=10 * CLOSE)
    ends = ["conf_low", "conf_high"][:: int(sign)]
    for end, other in zip(ends, ["conf_low", "conf_high"], strict=True):
        assert np.abs((sign * found[end].to_numpy() - expected[other].to_numpy()) / errors).max() < 10 * CLOSE
    same = ["adjusted_for", "n_used", "n_dropped", "status"]
    assert found[same].to_numpy().tolist() == expected[same].to_numpy().tolist()


@every_model
def test_the_order_of_participants_and_of_columns_does_not_matter(model, outcome):
    drawn = made()
    moved = replace(drawn, data=drawn.data.sample(frac=1, random_state=3)[list(drawn.data)[::-1]])
    # The median of an even number of people is any value between the two in the middle, so not that of groups.
    factors = ["ferritin"] if model == "quantile" else ["ferritin", "smoking"]
    assert_same(effects(moved, factors, model, outcome), effects(drawn, factors, model, outcome))


@pytest.mark.parametrize("model", ["mixed", "mixed_slope", "gee", "ancova", "change"])
def test_the_order_of_visits_in_the_data_does_not_matter(model):
    seen = visits()
    changing = seen.data["abi"] + np.random.default_rng(1).normal(0, 0.1, len(seen.data))
    seen = replace(seen, data=seen.data.assign(abi=changing))  # that of the first visit is the factor
    rows = np.random.default_rng(2).permutation(len(seen.data))
    moved = replace(seen, data=seen.data.iloc[rows], reasons=seen.reasons.iloc[rows])
    assert_same(effects(moved, "abi", model, "score"), effects(seen, "abi", model, "score"))


@every_model
def test_the_order_of_the_levels_of_a_covariate_does_not_matter(model, outcome):
    turned = made(replace(MODEL["smoking"], levels=("current", "never", "former")))
    assert_same(effects(turned, "ferritin", model, outcome), effects(made(), "ferritin", model, outcome))


@pytest.mark.parametrize("model", [model for model in OUTCOMES if model != "quantile"])  # as above
def test_the_level_that_a_factor_is_compared_with_turns_the_sign_alone(model):
    turned = made(replace(MODEL["smoking"], levels=("current", "former", "never")))
    before, after = (
        effects(drawn, "smoking", model, OUTCOMES[model]).set_index("contrast") for drawn in (made(), turned)
    )
    direct = before.loc[["current vs never"]]
    assert_same(after.loc[["never vs current"]], direct, sign=-1.0)
    by_way = before.loc["former vs never", "estimate"] - after.loc["former vs current", "estimate"]
    assert abs(by_way - direct["estimate"].iloc[0]) < CLOSE * direct["std_error"].iloc[0]


@every_model
def test_a_factor_in_another_unit_with_its_contrast_has_the_same_points(model, outcome):
    months, pmol = 12.0, 2.247  # on a straight and on a logarithmic scale
    age, ferritin, data = MODEL["age"], MODEL["ferritin"], made().data
    converted = made(
        replace(age, contrast=tuple(months * end for end in age.contrast)),
        replace(ferritin, contrast=tuple(pmol * end for end in ferritin.contrast)),
        age=months * data["age"],
        ferritin=pmol * data["ferritin"],
    )
    factors = ["age", "ferritin"]
    assert_same(effects(converted, factors, model, outcome), effects(made(), factors, model, outcome))


@pytest.mark.parametrize("model", OF_POINTS)
def test_an_outcome_in_another_unit_has_effects_in_that_unit(model):
    drawn = made()
    tenfold = effects(made(score=10 * drawn.data["score"] + 7), "ferritin", model, "score")
    tenfold[["estimate", "std_error", "conf_low", "conf_high"]] /= 10
    assert_same(tenfold, effects(drawn, "ferritin", model, "score"))

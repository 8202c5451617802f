"""Explained variation divided among domains: by hand, by brute force, and what is said of a cohort."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.cohort import Cohort, Origin
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import Normal
from rlsstudy.errors import CohortError, DeclarationError, EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.contributions.domain_contributions import CONTRIBUTION_COLUMNS, domain_contributions
from rlsstudy.estimate.contributions.shapley import adjusted, divide, explained_by_subsets, subset_sizes

EXACT = 1e-12  # a few roundings
CLOSE = 1e-9  # the same least squares, reached on another way
RESCALED = 1e-7  # relative: small shares are differences of R², which lose digits
ERRORS = 3.3  # Monte-Carlo standard errors; one in 1,000 such comparisons goes beyond
N = 200

NUMBER = Kind.CONTINUOUS
MODEL = CausalModel(
    "m",
    (
        Variable("age", "Age", Domain.DEMOGRAPHY, NUMBER, unit="years"),
        Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female")),
        Variable("abi", "Ankle-brachial index", Domain.VASCULAR, NUMBER),
        Variable("veins", "Veins", Domain.VASCULAR, Kind.BINARY, levels=("no", "yes")),
        Variable("ferritin", "Ferritin", Domain.IRON, NUMBER),
        Variable("smoking", "Smoking", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("never", "former", "current")),
        Variable("iron", "Body iron", Domain.IRON, NUMBER, measured=False),
        Variable("remark", "Remark", Domain.STUDY, Kind.TEXT),
        Variable("score", "Score", Domain.OUTCOME, NUMBER, causes_declared=("age", "ferritin", "abi")),
    ),
)  # fmt: skip
STUDY = Study("s", MODEL, "score", ("abi", "veins", "ferritin", "smoking"), SyntheticData())


def made(n=N, seed=1):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(
        {
            "age": rng.normal(50, 10, n),
            "sex": pd.Categorical.from_codes(rng.integers(0, 2, n), ["male", "female"]),
            "abi": rng.normal(1.1, 0.1, n),
            "veins": pd.Categorical.from_codes(rng.integers(0, 2, n), ["no", "yes"]),
            "ferritin": rng.normal(70, 20, n),
            "smoking": pd.Categorical.from_codes(rng.integers(0, 3, n), ["never", "former", "current"]),
        }
    )
    data["score"] = (
        0.05 * data["ferritin"] - 0.04 * data["age"] + (data["veins"] == "yes") + rng.normal(size=n)
    )
    return data


def cohort_of(data):
    return Cohort(data, pd.DataFrame(index=data.index), STUDY, (), Origin("made here", False))


def contributions(data=None, *arguments, **options):
    options = {"reps": 60, **options}
    return domain_contributions(cohort_of(made() if data is None else data), *arguments, **options)


def refusal(*arguments, **options):
    with pytest.raises(EstimationError) as caught:
        contributions(*arguments, **options)
    return str(caught.value)


def grams_of(*columns):
    Z = np.column_stack([np.ones(len(columns[0])), *columns])
    return (Z.T @ Z)[:, :, None]


def test_orthogonal_columns_each_add_the_same_in_any_order():
    a, b = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
    y = 3 * a + b + np.array([1.0, -1, -1, 1])  # sums of squares 36, 4 and 4 of 44
    explained = explained_by_subsets(grams_of(a, b, y), 0, [1, 1])[:, 0]
    assert explained == pytest.approx([0, 36 / 44, 4 / 44, 40 / 44], abs=EXACT)
    division = divide(explained)
    for part in (division.shapley, division.first, division.last):
        assert part == pytest.approx([36 / 44, 4 / 44], abs=EXACT)


def test_correlated_columns_share_what_they_explain_together():
    # a'a = b'b = 4, a'b = 2, a'y = 6, b'y = 4, y'y = 16: R² of a is 36/64, of b 16/64, and of both
    # (6, 4) inv([[4, 2], [2, 4]]) (6, 4) / 16 = (4 * 36 - 2 * 2 * 24 + 4 * 16) / 12 / 16 = 112 / 192.
    grams = np.diag([4.0, 4, 4, 16])
    grams[1, 2], grams[1, 3], grams[2, 3] = 2, 6, 4
    grams = np.triu(grams) + np.triu(grams, 1).T
    explained = explained_by_subsets(grams[:, :, None], 0, [1, 1])[:, 0]
    assert explained == pytest.approx([0, 36 / 64, 16 / 64, 112 / 192], abs=EXACT)
    division = divide(explained)
    assert division.shapley == pytest.approx([(108 + 64) / 384, (48 + 4) / 384], abs=EXACT)
    assert division.last == pytest.approx([64 / 192, 4 / 192], abs=EXACT)


def test_shapley_values_are_the_mean_over_all_orders():
    rng = np.random.default_rng(1)
    blocks = [rng.normal(size=(50, size)) for size in (2, 1, 3, 1)]
    blocks[1] += blocks[0][:, :1]
    always, y = rng.normal(size=50), sum(b.sum(axis=1) for b in blocks) + rng.normal(size=50)

    def explained(places):
        X = np.column_stack([np.ones(50), always, *(blocks[place] for place in places)])
        return fit_linear(X, y, covariance="classical").r_squared

    by_order = np.zeros((24, 4))
    for number, order in enumerate(permutations(range(4))):
        for entered, place in enumerate(order):
            by_order[number, place] = explained(order[: entered + 1]) - explained(order[:entered])
    found = divide(
        explained_by_subsets(grams_of(always, *(b for x in blocks for b in x.T), y), 1, [2, 1, 3, 1])
    )
    assert found.shapley[:, 0] == pytest.approx(by_order.mean(axis=0), abs=CLOSE)
    assert found.shapley.sum() + found.always[0] == pytest.approx(explained(range(4)), abs=CLOSE)


def test_a_column_that_follows_from_others_adds_nothing():
    rng = np.random.default_rng(1)
    a, y = rng.normal(size=(2, 50))
    explained = explained_by_subsets(grams_of(a, 2 * a, np.ones(50), y), 0, [1, 1, 1])[:, 0]
    assert explained[[1, 2, 3, 5, 6, 7]] == pytest.approx(explained[1], abs=EXACT)
    assert explained[4] == pytest.approx(0, abs=EXACT)


def test_the_correction_is_that_of_adjusted_r_squared():
    sizes = subset_sizes(2, [1, 3])
    assert sizes.tolist() == [2, 3, 5, 6]
    assert adjusted(np.full(4, 0.5), sizes, 30) == pytest.approx(
        [1 - 0.5 * 29 / 27, 1 - 0.5 * 29 / 26, 1 - 0.5 * 29 / 24, 1 - 0.5 * 29 / 23], abs=EXACT
    )


def test_what_explains_nothing_contributes_nothing_on_average():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(80):
        Z = rng.normal(size=(60, 13))
        explained = explained_by_subsets(grams_of(*Z.T), 0, [4, 4, 4])
        both = (explained, adjusted(explained, subset_sizes(0, [4, 4, 4]), 60))
        found.append([divide(values).everything[0] for values in both])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(80)
    assert abs(mean[0] - 12 / 59) < ERRORS * error[0]
    assert abs(mean[1]) < ERRORS * error[1]


def test_a_cohort_has_a_row_for_each_domain_one_for_covariates_and_one_for_all():
    found = contributions()
    assert tuple(found.columns) == CONTRIBUTION_COLUMNS
    assert found["domain"].tolist() == ["vascular", "iron", "lifestyle", "adjusted for", "all"]
    assert found["label"].tolist() == ["Vascular", "Iron", "Lifestyle", "Age, Sex", "All together"]
    assert found["n_factors"].tolist() == [2, 1, 1, 2, 6]
    assert found["n_used"].tolist() == [N] * 5
    assert (found["status"] == "ok").all()
    assert found["shapley"].iloc[:-1].sum() == pytest.approx(found["shapley"].iloc[-1], abs=EXACT)
    assert found["uncorrected"].iloc[:-1].sum() == pytest.approx(found["uncorrected"].iloc[-1], abs=EXACT)
    assert found["share_of_explained"].iloc[:-1].sum() == pytest.approx(1, abs=EXACT)
    assert ((found["conf_low"] < found["shapley"]) & (found["shapley"] < found["conf_high"])).all()
    assert found["truth"].isna().all()
    assert found["covered"].isna().all()


def test_first_and_last_are_differences_of_adjusted_r_squared():
    data = made()
    parts = {
        "covariates": [data["age"], data["sex"] == "female"],
        "vascular": [data["abi"], data["veins"] == "yes"],
        "iron": [data["ferritin"]],
        "lifestyle": [data["smoking"] == "former", data["smoking"] == "current"],
    }

    def explained(*names):
        X = np.column_stack([np.ones(N), *(column for name in names for column in parts[name])])
        fit = fit_linear(X, data["score"], covariance="classical")
        return 1 - (1 - fit.r_squared) * (N - 1) / fit.df_residual

    found = contributions(data).set_index("domain")
    base, everything = explained("covariates"), explained(*parts)
    assert found["shapley"]["all"] == pytest.approx(everything, abs=CLOSE)
    assert found["shapley"]["adjusted for"] == pytest.approx(base, abs=CLOSE)
    assert found["first"]["iron"] == pytest.approx(explained("covariates", "iron") - base, abs=CLOSE)
    without = explained("covariates", "vascular", "lifestyle")
    assert found["last"]["iron"] == pytest.approx(everything - without, abs=CLOSE)


def test_units_and_the_order_of_participants_do_not_matter():
    data = made()
    shuffled = data.assign(ferritin=data["ferritin"] * 1e6, score=1e-3 * data["score"] - 7).sample(
        frac=1, random_state=1
    )
    columns = ["shapley", "first", "last", "uncorrected"]
    first, second = (contributions(frame)[columns] for frame in (data, shuffled))
    pd.testing.assert_frame_equal(first, second, rtol=RESCALED, atol=CLOSE)


def test_the_same_seed_gives_the_same_intervals_and_another_one_others():
    first, again, other = (contributions(seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert (first["conf_low"] != other["conf_low"]).all()


def test_incomplete_participants_are_counted():
    data = made()
    data.loc[data.index[:5], "abi"] = np.nan
    data.loc[data.index[3:9], "score"] = np.nan
    found = contributions(data)
    assert (found["n_used"] == N - 9).all()
    assert (found["n_dropped"] == 9).all()


def test_shares_of_a_total_that_may_be_nothing_are_not_given():
    data = made().assign(score=np.random.default_rng(9).normal(size=N))
    found = contributions(data)
    assert found["conf_low"].iloc[-1] < 0
    assert found["share_of_explained"].isna().all()


def test_no_covariates_have_no_row():
    found = contributions(adjust_for=())
    assert found["domain"].tolist() == ["vascular", "iron", "lifestyle", "all"]
    assert found["shapley"].iloc[:-1].sum() == pytest.approx(found["shapley"].iloc[-1], abs=EXACT)


def test_a_factor_that_cannot_enter_is_left_out_with_a_note():
    data = made().assign(abi=1.0, smoking=pd.Categorical([None] * N, ["never", "former", "current"]))
    found = contributions(data.drop(columns="veins")).set_index("domain")
    assert found["status"].to_dict() == {
        "vascular": "refused", "iron": "ok", "lifestyle": "refused", "adjusted for": "ok", "all": "ok",
    }  # fmt: skip
    assert found["note"]["vascular"] == (
        "nothing of it can enter the model; 'abi' is the same for everybody in this model: left out; "
        "'veins' is not among the columns of the data: left out"
    )
    assert (
        found["note"]["lifestyle"] == "nothing of it can enter the model; 'smoking' has no values: left out"
    )
    assert found["shapley"].isna().to_dict() == (found["status"] == "refused").to_dict()
    assert found["n_factors"].to_dict() == {"vascular": 0, "iron": 1, "lifestyle": 0, "adjusted for": 2, "all": 3}  # fmt: skip


def test_an_absent_covariate_flags_all_rows():
    found = contributions(made().drop(columns="age"))
    assert (found["status"] == "flagged").all()
    assert set(found["note"]) == {
        "not adjusted for 'age'",
        "not adjusted for 'age'; 'age' is not among the columns of the data: left out",
    }


def test_who_is_alone_at_a_level_is_left_out():
    data = made()
    data["smoking"] = pd.Categorical(
        ["current"] + ["never", "former"] * 99 + ["never"], ["never", "former", "current"]
    )
    found = contributions(data).set_index("domain")
    assert (found["n_used"] == N - 1).all()
    assert found["note"]["lifestyle"] == "nobody has 'current' of 'smoking': left out"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.head(17), "17 complete participants are too few for 8 coefficients; at least 18 are needed"),
        (lambda d: d.assign(score=3.0), "the outcome is the same for everybody in this model"),
        (lambda d: d.assign(ferritin=d["abi"] * 100),
         "Columns carry the same information, so their effects cannot be told apart: "
         "'ferritin' follows from 'abi'. Leave one column of each line out."),
    ],
)  # fmt: skip
def test_a_model_that_cannot_be_had_refuses_every_row(change, said):
    found = contributions(change(made()))
    assert (found["status"] == "refused").all()
    assert set(found["note"]) == {said}
    assert found[["shapley", "conf_low", "conf_high", "first", "last", "uncorrected"]].isna().all(axis=None)


def test_few_participants_for_so_many_coefficients_flag_all_rows():
    found = contributions(made(39))
    assert set(found["note"]) == {"fewer than 5 participants for each of 8 coefficients"}
    assert (contributions(made(40))["status"] == "ok").all()


def test_factors_that_can_have_no_part_are_refused_all_at_once():
    assert refusal(None, ["abi", "iron", "remark", "age"]) == (
        "Explained variation cannot be divided:\n"
        "  - 'iron' (Body iron) is latent, and no cohort has its values.\n"
        "  - 'remark' (Remark) is a text, which cannot enter a model.\n"
        "  - 'age' is a factor and adjusted for. Leave it out of one of them."
    )
    assert refusal(None, []) == "Explained variation cannot be divided:\n  - no factor is given."


def test_an_outcome_among_the_factors_or_of_another_kind_is_refused():
    assert refusal(None, ["abi", "score"]) == (
        "The outcome 'score' (Score) is also listed as a factor. Leave it out of the factors."
    )
    assert refusal(None, outcome="sex") == (
        "The outcome 'sex' (Sex) is binary, and the linear model needs a number."
    )
    with pytest.raises(DeclarationError):
        contributions(None, ["abbi"])


def test_visits_are_refused():
    data = made(20)
    data.index = pd.MultiIndex.from_arrays(
        [np.arange(20) // 2, np.arange(20) % 2], names=["participant", "visit"]
    )
    with pytest.raises(CohortError, match="A division of explained variation would take every visit"):
        contributions(data)


def test_the_truth_is_the_share_of_the_declared_variation_and_a_refused_row_has_none():
    # Of a variance of 1 + 4 + 5 = 10, a has 1 and b has 4.
    def drawn(name, domain, sd, *causes):
        terms = tuple(Cause(cause, 1.0, Evidence.ASSUMED, "made up") for cause in causes)
        equation = Normal(baseline=0, sd=sd, terms=terms)
        return Variable(name, name, domain, NUMBER, contrast=(0, 1), equation=equation, source="made up")

    a, b = drawn("a", Domain.IRON, 1), drawn("b", Domain.VASCULAR, 2)
    c = drawn("c", Domain.LIFESTYLE, 1)
    y = drawn("y", Domain.OUTCOME, np.sqrt(5), "a", "b")
    model = CausalModel("m", (a, b, c, y), designs=(Design("population", "Population"),))
    study = Study("s", model, "y", ("a", "b", "c"), SyntheticData("population", n=N, seed=1))
    simulated = simulate_cohort(study=study)
    simulated = replace(simulated, data=simulated.data.assign(c=1.0))
    found = domain_contributions(simulated, adjust_for=(), reps=60)
    assert found["domain"].tolist() == ["iron", "vascular", "lifestyle", "all"]
    assert found["truth"].isna().tolist() == found["covered"].isna().tolist() == [False, False, True, False]
    known = found[found["truth"].notna()]
    assert ((known["truth"] - [0.1, 0.4, 0.5]).abs() < ERRORS * known["truth_error"]).all()
    assert known["truth_error"].between(0.001, 0.02).all()
    assert known["bias"].tolist() == (known["shapley"] - known["truth"]).tolist()
    inside = known["truth"].between(known["conf_low"], known["conf_high"])
    assert known["covered"].tolist() == inside.tolist()


@pytest.mark.slow
def test_a_synthetic_cohort_is_compared_with_the_truth_and_the_truth_is_the_same_for_every_sample():
    factors = ["bmi", "ferritin", "smoking"]
    first, second = (
        domain_contributions(simulate_cohort(n=n, seed=seed, design="population"), factors, reps=99)
        for n, seed in ((4_000, 1), (5_000, 2))
    )
    assert first["truth"].tolist() == second["truth"].tolist()
    assert (first["truth_error"] < 0.01).all()
    assert first["truth"].iloc[:-1].sum() == pytest.approx(first["truth"].iloc[-1], abs=EXACT)
    inside = (first["conf_low"] <= first["truth"]) & (first["truth"] <= first["conf_high"])
    assert first["covered"].tolist() == inside.tolist()


@pytest.mark.slow
def test_a_large_sample_comes_near_the_truth():
    cohort = simulate_cohort(n=150_000, seed=3, design="population")
    found = domain_contributions(cohort, ["bmi", "ferritin", "neuropathy"], reps=99)
    error = np.hypot(found["truth_error"], (found["conf_high"] - found["conf_low"]) / (2 * 1.96))
    assert (found["n_used"] > 8_000).all()
    assert ((found["shapley"] - found["truth"]).abs() < ERRORS * error).all()

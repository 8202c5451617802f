"""Over many simulated cohorts the adjusted intervals hold the truth as often as they say."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

import rlsstudy as rls

COHORTS = 400
# 400 intervals at 95 %: the central 99.9 % of Binomial(400, 0.95) is 364 to 393.
ENOUGH, TOO_MANY = 364, 393
# One factor a domain whose effect is not zero, and the two that the evidence puts at zero.
FACTORS = ("bmi", "abi", "venous_reflux", "ferritin", "prs_rls", "smoking", "physical_activity", "neuropathy")
PARTICIPANTS = 8_000  # about 600 of them have RLS

pytestmark = pytest.mark.slow


@cache
def adjusted(scenario: str) -> pd.DataFrame:
    """Estimate every factor's adjusted effect in 400 cohorts and score it against the truth."""
    scored = []
    for seed in range(COHORTS):
        cohort = rls.simulate_cohort(n=PARTICIPANTS, seed=seed, design="population", scenario=scenario)
        effects = rls.estimate_effects(cohort, FACTORS, adjustments=("graph",))
        scored.append(rls.score_effects(effects, cohort))
    return pd.concat(scored, ignore_index=True)


def held(effects: pd.DataFrame, factor: str, contrast: str) -> int:
    rows = effects[(effects["factor"] == factor) & (effects["contrast"] == contrast)]
    assert len(rows) == COHORTS
    return int(rows["covered"].sum())


@pytest.mark.parametrize(
    ("factor", "contrast"),
    [
        ("bmi", "30 vs 25 kg/m²"),
        ("abi", "1 vs 1.1 ratio"),
        ("venous_reflux", "yes vs no"),
        ("ferritin", "100 vs 50 µg/L"),
        ("prs_rls", "1 vs 0 SD"),
        ("smoking", "current vs never"),
        ("physical_activity", "20 vs 10 MET-h/week"),
        ("neuropathy", "yes vs no"),
    ],
)
def test_adjusted_intervals_hold_the_truth(factor, contrast):
    assert ENOUGH <= held(adjusted("default"), factor, contrast) <= TOO_MANY


@pytest.mark.parametrize("factor", ["ferritin", "prs_rls", "neuropathy"])
def test_adjusted_estimates_are_unbiased(factor):
    rows = adjusted("default")
    bias = rows.loc[rows["factor"] == factor, "bias"]
    # 3.3 Monte-Carlo errors, two-sided p = 0.001; the truth's own error is added to that of the mean.
    error = (bias.sem() ** 2 + rows.loc[rows["factor"] == factor, "truth_error"].iloc[0] ** 2) ** 0.5
    assert abs(bias.mean()) < 3.3 * error


def test_hidden_shared_causes_bias_a_study_of_cases_towards_no_effect_and_it_is_flagged():
    rows = adjusted("shared_errors")
    score = rows[rows["factor"] == "prs_rls"]
    assert score["truth"].iloc[0] > 0
    assert score["bias"].mean() < -3.3 * score["bias"].sem()
    assert set(score["status"]) == {"flagged"}


CLINICS, CLINIC_SIZE = 60, 600
# 60 intervals at 95 %: the central 99.9 % of Binomial(60, 0.95) is 50 to 60.
ENOUGH_CLINICS = 50


def test_intervals_hold_the_truth_in_the_sleep_clinic_too():
    everybody = rls.simulate_cohort(n=CLINICS * CLINIC_SIZE, seed=77)
    factors = ("venous_reflux", "ferritin", "prs_rls", "caffeine", "neuropathy")
    covered = []
    for start in range(0, everybody.n, CLINIC_SIZE):
        clinic = slice(start, start + CLINIC_SIZE)
        cohort = replace(everybody, data=everybody.data.iloc[clinic], reasons=everybody.reasons.iloc[clinic])
        effects = rls.estimate_effects(cohort, factors, adjustments=("graph",))
        covered.append(rls.score_effects(effects, cohort).set_index("factor")["covered"])
    counts = pd.concat(covered, axis=1).sum(axis=1)
    assert (counts >= ENOUGH_CLINICS).all(), counts.to_dict()

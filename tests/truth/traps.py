"""The classical traps of studies of RLS, each computed on large simulated cohorts.

Every function returns what a naive analysis answers, what a right one answers, and the truth by intervention. The test
asserts them, and `docs/traps_table.py` prints them. Odds ratios are marginal, averaged over the participants, so
that they can be compared with what intervention gives.
"""

from collections.abc import Callable, Iterator
from functools import cache
from math import exp, log

import numpy as np

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import Sample, draw_sample
from tests.truth.trap_tools import (
    MODEL,
    SEED,
    Answer,
    Trap,
    Values,
    among,
    cohort,
    columns,
    linear,
    logistic,
    odds_ratio,
    ratio,
    standardised,
    true_odds_ratio,
)

VEINS = ("age", "sex", "ancestry", "parity", "bmi", "standing_work")  # what the graph asks for
MOOD = ("age", "sex", "income_quintile", "smoking")
_OUTCOMES = ("rls_case", "four_criteria")
_CLINIC = (*_OUTCOMES, "venous_reflux", *VEINS)

# --- confounding, misclassification, colliders ----------------------------------------------------


def confounding() -> Trap:
    people = cohort()
    return Trap(
        "Confounding",
        "Venous reflux and RLS, odds ratio",
        odds_ratio(people, "venous_reflux", "crude"),
        odds_ratio(people, "venous_reflux", "adjusted as the graph asks", VEINS),
        true_odds_ratio("venous_reflux"),
        (odds_ratio(people, "venous_reflux", "adjusted for age and sex", ("age", "sex")),),
    )


def mimics() -> Trap:
    people = cohort()
    how = "and adjusted as the graph asks"
    return Trap(
        "Misclassified outcome",
        "Venous reflux and RLS, odds ratio",
        odds_ratio(people, "venous_reflux", f"four criteria {how}", VEINS, "four_criteria"),
        odds_ratio(people, "venous_reflux", f"expert {how}", VEINS),
        true_odds_ratio("venous_reflux"),
        (
            odds_ratio(people, "venous_reflux", "four criteria, crude", (), "four_criteria"),
            odds_ratio(people, "venous_reflux", "CH-RLSq, crude", (), "ch_rlsq"),
            odds_ratio(people, "venous_reflux", f"CH-RLSq {how}", VEINS, "ch_rlsq"),
        ),
    )


def vein_clinic(scenario: str = "default") -> Trap:
    patients = cohort("vein_clinic", scenario, 40_000, _CLINIC)
    people = cohort() if scenario == "default" else cohort("population", scenario, 500_000, _CLINIC)
    here = "in the clinic"
    return Trap(
        "Collider: vein clinic" + ("" if scenario == "default" else f", scenario {scenario}"),
        "Venous reflux and RLS, odds ratio",
        odds_ratio(patients, "venous_reflux", f"{here}, adjusted", VEINS),
        odds_ratio(people, "venous_reflux", "in the population, adjusted", VEINS),
        true_odds_ratio("venous_reflux", scenario),
        (
            odds_ratio(patients, "venous_reflux", f"{here}, crude"),
            odds_ratio(patients, "venous_reflux", f"{here}, four criteria, crude", (), "four_criteria"),
        ),
    )


def sleep_clinic() -> Trap:
    names = ("rls_case", "depression", *MOOD)
    patients = cohort("sleep_patients", "default", 40_000, names)
    people = cohort()
    return Trap(
        "Collider: sleep clinic",
        "Depression and RLS, odds ratio",
        odds_ratio(patients, "depression", "in the clinic, adjusted", MOOD),
        odds_ratio(people, "depression", "in the population, adjusted", MOOD),
        true_odds_ratio("depression"),
        (
            odds_ratio(patients, "depression", "in the clinic, crude"),
            odds_ratio(people, "depression", "in the population, crude"),
        ),
    )


# --- mediation and over-adjustment ----------------------------------------------------------------


def mediation() -> Trap:
    people = cohort()
    births = ("age", "parity", "pregnant")
    return Trap(
        "Mediation",
        "Women against men and RLS, odds ratio of the total effect",
        odds_ratio(people, "sex", "adjusted for age, births and pregnancy", births),
        odds_ratio(people, "sex", "adjusted for age", ("age",)),
        true_odds_ratio("sex"),
        (
            true_direct_effect_of_sex(),
            odds_ratio(
                people, "sex", "and for ferritin, CRP and anaemia", (*births, "ferritin", "crp", "ida_state")
            ),
        ),
    )


def true_direct_effect_of_sex() -> Answer:
    direct = true_odds_ratio("sex", kind="direct", through=("parity", "pregnant"))
    return Answer(direct.value, direct.error, "direct, not through births and pregnancy, by intervention")


def over_adjustment(factor: str = "sex") -> Trap:
    people = dict(cohort())
    # A poor sleeper is who has more than 5 points, put at the upper end of the contrast and others at the lower.
    people["psqi"] = np.where(people["psqi"] > 5, 8, 5)
    needed = ("age",) if factor == "sex" else ("age", "sex", "income_quintile")
    return Trap(
        "Over-adjustment",
        {"sex": "Women against men", "smoking": "Smoking now against never"}[factor] + " and RLS, odds ratio",
        odds_ratio(people, factor, "adjusted for PSQI above 5 too", (*needed, "psqi")),
        odds_ratio(people, factor, "adjusted for causes alone", needed),
        true_odds_ratio(factor),
        (odds_ratio(people, "psqi", "PSQI above 5 and RLS", ("age", "sex")),),
    )


def table_two(factor: str = "diabetes") -> Trap:
    people = cohort()
    everything = ("age", "sex", "bmi", "hypertension", "neuropathy", "depression", "med_ssri_snri")
    needed = {"diabetes": ("age", "sex", "bmi"), "depression": MOOD}[factor]
    return Trap(
        "Table 2 fallacy",
        f"{MODEL[factor].label.split(' (')[0]} and RLS, odds ratio of the total effect",
        odds_ratio(
            people,
            factor,
            "read off one model with everything in it",
            tuple(n for n in everything if n != factor),
        ),
        odds_ratio(people, factor, "a model of its own", needed),
        true_odds_ratio(factor),
    )


# --- measurement ----------------------------------------------------------------------------------

_IRON = ("age", "sex", "ancestry", "pregnant", "parity", "bmi", "smoking", "dialysis", "blood_donations")


def acute_phase() -> Trap:
    scenario = "log_linear_iron"
    people = cohort("population", scenario, names=("rls_case", "ferritin", "body_iron", "crp", *_IRON))
    return Trap(
        "Acute phase",
        "RLS per doubling of ferritin, odds ratio (scenario log_linear_iron)",
        odds_ratio(people, "ferritin", "without CRP", _IRON),
        odds_ratio(people, "ferritin", "adjusted for CRP", (*_IRON, "crp")),
        true_odds_ratio("ferritin", scenario),
        (odds_ratio(people, "body_iron", "true iron stores, which no study sees", (*_IRON, "crp")),),
    )


def definition() -> Trap:
    people = cohort()
    low = people["body_iron"] < 50
    inflamed, calm = low & (people["crp"] > 5), low & (people["crp"] <= 2)
    return Trap(
        "Definition",
        "Share of people with iron stores below 50 µg/L who are found, where CRP is above 5 mg/L",
        _share(people["ferritin"][inflamed] < 50, "ferritin below 50"),
        _share(people["ferritin"][inflamed] < 75, "ferritin below 75 where CRP is above 5"),
        _share(people["ferritin"][calm] < 50, "ferritin below 50 where CRP is 2 or less"),
    )


def _share(flags: np.ndarray, how: str) -> Answer:
    share = float(flags.mean())
    return Answer(share, (share * (1 - share) / len(flags)) ** 0.5, how)


VALIDATED = 20_000  # people of whom true activity is known too


def measurement_error() -> Trap:
    people = cohort()
    needed = ("age", "sex", "income_quintile")
    fit = logistic(people["rls_case"], columns(people, ["physical_activity"]), columns(people, needed))
    some = among(people, np.arange(len(people["age"])) < VALIDATED)
    calibration = linear(
        columns(some, ["activity_true"])[0], columns(some, ["physical_activity"]), columns(some, needed)
    )
    (slope, error), (kept, _) = fit.slope(), calibration.slope()
    return Trap(
        "Measurement error",
        "RLS per doubling of physical activity, odds ratio",
        ratio((slope, error), "activity as reported"),
        ratio((slope / kept, error / kept), "calibrated in a validation sample"),
        true_odds_ratio("physical_activity"),
        (Answer(kept, calibration.slope()[1], "doublings of true activity per doubling reported"),),
    )


def reverse_causation() -> Trap:
    people = cohort()
    needed = ("age", "sex", "smoking")
    return Trap(
        "Reverse causation",
        "RLS per 100 mg of caffeine a day, odds ratio",
        odds_ratio(people, "caffeine_now", "last week's caffeine", needed),
        odds_ratio(people, "caffeine", "the habit from before", needed),
        true_odds_ratio("caffeine_now"),
    )


# --- instruments ----------------------------------------------------------------------------------

_GENES = ("btbd9_rs9357271_dose", "iron_prs", "hfe_c282y_dose")


def instruments() -> Trap:
    scenario = "btbd9_ferritin"
    people = cohort("population", scenario, names=("rls_case", "ferritin", *_GENES))
    return Trap(
        "Invalid instrument",
        "RLS per doubling of ferritin, odds ratio (scenario btbd9_ferritin)",
        wald_ratio(people, "btbd9_rs9357271_dose", "BTBD9 as the instrument"),
        wald_ratio(people, "iron_prs", "a score of iron genes as the instrument"),
        true_odds_ratio("ferritin", scenario),
        (wald_ratio(people, "hfe_c282y_dose", "HFE C282Y as the instrument"),),
    )


def wald_ratio(people: Values, gene: str, how: str) -> Answer:
    """Return what a gene does to RLS over what it does to ferritin."""
    on_rls = logistic(people["rls_case"], columns(people, [gene])).slope()
    on_ferritin = linear(columns(people, ["ferritin"])[0], columns(people, [gene])).slope()
    slope = on_rls[0] / on_ferritin[0]
    return ratio((slope, abs(slope) * np.hypot(on_rls[1] / on_rls[0], on_ferritin[1] / on_ferritin[0])), how)


# --- design ---------------------------------------------------------------------------------------

TRIAL_SIZE = 3_000


@cache
def trial() -> tuple[Sample, dict[str, np.ndarray]]:
    """Return participants of the trial, and the change of each in week 12 in three arms."""
    model = calibrated(MODEL.in_setting("follow_up_trial", "default"))
    change = "irls_change_w12"
    sample = draw_sample(
        model, model.design("follow_up_trial"), SEED, [change, "venous_reflux"], None, TRIAL_SIZE
    )
    changed = ({"arm"} | model.descendants_of("arm")) & set(sample.values)
    arms = ("venous ablation", "placebo", "open label no treatment")
    return sample, {arm: sample.under(model.do(arm=arm), changed)[change] for arm in arms}


def regression_to_the_mean() -> Trap:
    _, change = trial()
    ablation, placebo = change["venous ablation"], change["placebo"]
    half = np.arange(TRIAL_SIZE) < TRIAL_SIZE / 2  # different people in the two arms, as in a trial
    difference = float(ablation[half].mean() - placebo[~half].mean())
    error = float(np.hypot(_mean(ablation[half], "").error, _mean(placebo[~half], "").error))
    return Trap(
        "Regression to the mean and placebo",
        "Venous ablation, points of the IRLS in week 12",
        _mean(ablation, "fall since entry in an uncontrolled series"),
        Answer(difference, error, "against placebo"),
        _mean(ablation - placebo, "the same people under either"),
        (_mean(change["open label no treatment"], "fall without any treatment"),),
    )


def _mean(values: np.ndarray, how: str) -> Answer:
    return Answer(float(values.mean()), float(values.std() / len(values) ** 0.5), how)


def case_control() -> Trap:
    sampled = cohort(
        "case_control", "default", 60_000, ("rls_case", "migraine", "age", "sex", "sampling_weight")
    )
    needed = ("age", "sex")
    weighted = logistic(
        sampled["rls_case"],
        columns(sampled, ["migraine"]),
        columns(sampled, needed),
        weights=sampled["sampling_weight"],
    )
    inner = odds_ratio(sampled, "migraine", "cases against volunteers, adjusted", needed)
    return Trap(
        "Case-control inflation",
        "Migraine and RLS, odds ratio",
        inner,
        odds_ratio(cohort(), "migraine", "in the population, adjusted", needed),
        true_odds_ratio("migraine"),
        (Answer(exp(weighted.slope()[0]), inner.error, "cases against volunteers, weighted back"),),
    )


# --- small numbers and measures -------------------------------------------------------------------

PATIENTS, STUDIES = 137, 300
_TEN = (
    "crp",
    "age",
    "sex",
    "bmi",
    "ferritin",
    "physical_activity",
    "caffeine",
    "depression",
    "diabetes",
    "irls_total",
)
PRIOR_VARIANCE = 0.5  # 95 of 100 odds ratios between a quarter and four


@cache
def small_studies() -> dict[str, np.ndarray]:
    """Return the log odds ratio of a high CRP for PLMI of 45 or more in 300 studies of 137 people with RLS, by method."""
    people = cohort()
    cases = among(people, people["rls_case"] == 1)
    outcome, high = cases["plmi"] >= 45, cases["crp"] > 3
    others = [
        (column - column.mean()) / column.std() for column in (columns(cases, [n])[0] for n in _TEN[1:])
    ]
    found: dict[str, list[float]] = {"ten": [], "crude": [], "penalised": []}
    for study in range(STUDIES):
        here = slice(study * PATIENTS, (study + 1) * PATIENTS)
        y, x, rest = outcome[here], [high[here]], [column[here] for column in others]
        found["ten"].append(logistic(y, x, rest, steps=25).slope()[0])
        found["crude"].append(logistic(y, x, steps=25).slope()[0])
        found["penalised"].append(logistic(y, x, rest, prior_variance=PRIOR_VARIANCE).slope()[0])
    everybody = logistic(outcome, [high], others).slope()
    return {name: np.array(slopes) for name, slopes in found.items()} | {"everybody": np.array(everybody)}


def over_fitting() -> Trap:
    found = small_studies()
    truth = found["everybody"][0]
    off = {name: np.exp(np.median(np.abs(found[name] - truth))) for name in ("ten", "crude", "penalised")}
    error = 1.5 * STUDIES**-0.5  # of the logarithm: a median of 300 absolute values, SD about their size
    return Trap(
        "Over-fitting",
        f"High CRP and PLMI of 45 or more, {PATIENTS} patients: factor by which a typical odds ratio is off",
        Answer(float(off["ten"]), error * log(off["ten"]), "ten terms"),
        Answer(float(off["penalised"]), error * log(off["penalised"]), "ten terms, penalised"),
        Answer(1.0, 0.0, "not off at all"),
        (Answer(float(off["crude"]), error * log(off["crude"]), "crude"),),
    )


def prevalence_ratio() -> Trap:
    people = cohort()
    needed = ("age", "sex", "bmi", "diabetes")
    fit = logistic(people["rls_case"], columns(people, ["neuropathy"]), columns(people, needed))
    low, high = standardised(fit)
    error = fit.slope()[1]
    return Trap(
        "Odds ratio read as a ratio of prevalences",
        "Neuropathy: how many times as many have RLS",
        Answer(high / (1 - high) / (low / (1 - low)), error, "odds ratio, adjusted"),
        Answer(high / low, error, "ratio of prevalences, adjusted and averaged"),
        true_prevalence_ratio("neuropathy"),
    )


def true_prevalence_ratio(factor: str) -> Answer:
    """Return the ratio of prevalences by intervention, from the difference and the odds ratio that are given."""
    asked = (rls.Estimand(scale=scale) for scale in ("probability", "odds_ratio"))
    difference, odds = (
        rls.true_effect(factor, outcome="rls_case", design="population", estimand=each, n=400_000).iloc[-1]
        for each in asked
    )
    low = _lower_prevalence(float(difference["truth"]), float(odds["truth"]))
    error = float(odds["truth_error"] / odds["truth"])
    return Answer((low + float(difference["truth"])) / low, error, "by intervention")


def _lower_prevalence(difference: float, odds: float) -> float:
    """Solve (p + d) (1 - p) = odds p (1 - p - d) for the smaller root p."""
    a, b, c = odds - 1, 1 - difference - odds * (1 - difference), difference
    return float(min(np.roots([a, b, c])))


def odds_ratio_of(prevalence: float, ratio_of_prevalences: float) -> float:
    """Return the odds ratio that goes with a ratio of prevalences, where the lower prevalence is given."""
    high = prevalence * ratio_of_prevalences
    return high / (1 - high) / (prevalence / (1 - prevalence))


def structural_zero(factor: str = "meis1_rs113851554_dose") -> Trap:
    people = cohort()
    has_rls = people["rls_case"] == 1
    points = np.where(has_rls, people["irls_total"], 0)
    cases = among(people, has_rls)
    truth = rls.true_effect(factor, outcome="irls_total", design="population", n=100_000).iloc[-1]
    naive = linear(points, columns(people, [factor])).slope()
    right = linear(cases["irls_total"], columns(cases, [factor])).slope()
    names = {"meis1_rs113851554_dose": "MEIS1, per risk allele", "sex": "Women against men"}
    return Trap(
        "Structural zero",
        f"{names[factor]}: severity, points of the IRLS",
        Answer(*naive, "everybody, 0 without RLS"),
        Answer(*right, "people with RLS alone"),
        Answer(float(truth["truth"]), float(truth["truth_error"]), "by intervention"),
        (odds_ratio(people, factor, "the other part: odds ratio of having RLS"),),
    )


TRAPS: tuple[Callable[[], Trap], ...] = (
    *(confounding, mimics, vein_clinic, lambda: vein_clinic("venous_effect"), sleep_clinic, mediation),
    *(acute_phase, definition, measurement_error, reverse_causation, over_adjustment, instruments),
    *(regression_to_the_mean, case_control, over_fitting, prevalence_ratio, structural_zero),
    *(lambda: structural_zero("sex"), table_two, lambda: table_two("depression")),
)


def table_lines() -> Iterator[str]:
    """Yield the lines of a markdown table of all traps."""
    yield "| Trap | Question | Naive answer | Right answer | Truth |"
    yield "|---|---|---|---|---|"
    for compute in TRAPS:
        trap = compute()
        cells = (f"{answer.value:.2f} ({answer.how})" for answer in (trap.naive, trap.right, trap.truth))
        yield f"| {trap.title} | {trap.measure} | {' | '.join(cells)} |"

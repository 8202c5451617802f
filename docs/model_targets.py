"""Print what the model was tuned to beside what a simulated population gives, as the table of the model card.

Run it from the checkout: ``python docs/model_targets.py [participants]``. The same number of participants gives the same table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from rlsstudy import rls_model
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks

SEED = 7
PARTICIPANTS = 400_000
CLINIC = 5_000
NAMES = (
    *("age", "sex", "parity", "bmi", "smoking", "alcohol_daily", "activity_true", "diabetes", "hypertension"),
    *("depression", "med_ssri_snri", "dialysis", "neuropathy", "parkinson", "multiple_sclerosis", "migraine"),
    *("pregnant", "ida_state", "ferritin", "crp", "abi", "pad", "prs_rls", "rls_case", "rls_severity"),
    *("irls_total", "venous_reflux", "family_history_rls"),
)
# Binary factors: name, words, target.
FACTORS = (
    ("alcohol_daily", "daily alcohol", "0.80"),
    ("diabetes", "diabetes", "1.2 to 1.54"),
    ("hypertension", "hypertension", "0.9 to 1.2"),
    ("depression", "depression", "1.7 to 2.9"),
    ("med_ssri_snri", "SSRI or SNRI", "above 1"),
    ("dialysis", "dialysis", "5"),
    ("neuropathy", "neuropathy", "3.7 (by a screen)"),
    ("parkinson", "Parkinson's disease", "2.86 (2.10 to 3.90)"),
    ("multiple_sclerosis", "multiple sclerosis", "2.7 to 5.4"),
    ("migraine", "migraine", "1.25"),
    ("venous_reflux", "superficial venous reflux", "none declared"),
    ("family_history_rls", "family history", "4 to 6"),
)
Arrays = dict[str, np.ndarray]
Line = tuple[str, str, str]


def simulate(design: str, n: int) -> Arrays:
    """Draw the truth of one design."""
    model = calibrated(rls_model().in_design(design))
    parts = [block.values for block in draw_blocks(model, model.design(design), SEED, NAMES, n)]
    return {name: np.concatenate([part[name] for part in parts]) for name in NAMES}


def odds_ratio(case: np.ndarray, exposed: np.ndarray, unexposed: np.ndarray) -> float:
    """Return the crude odds ratio between two groups."""
    p, q = case[exposed].mean(), case[unexposed].mean()
    return float(p / (1 - p) / (q / (1 - q)))


def adjusted(v: Arrays, *columns: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
    """Return odds ratios of columns adjusted for age and sex, by logistic regression (Newton's method)."""
    rows = np.ones(len(v["age"]), dtype=bool) if inside is None else inside
    own = [column[rows].astype(float) for column in columns]
    sex = [] if len(set(v["sex"][rows])) == 1 else [v["sex"][rows]]
    x = np.column_stack([np.ones(rows.sum()), (v["age"][rows] - 50) / 10, *sex, *own])
    beta = np.zeros(x.shape[1])
    for _ in range(15):
        p = expit(x @ beta)
        beta += np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (v["rls_case"][rows] - p))
    return np.exp(beta[-len(own) :])


def lines_of_prevalence(v: Arrays) -> Iterator[Line]:
    """Yield prevalence by sex and age."""
    case, female = v["rls_case"], v["sex"] == 1
    yield "prevalence, all", "7.6 % (Europe), 7.1 % (world)", f"{100 * case.mean():.1f} %"
    both = " and ".join(f"{100 * case[group].mean():.1f}" for group in (female, ~female))
    yield "prevalence, women and men", "two to one; 10.8 and 5.8 % in INSTANT", f"{both} %"
    yield "women against men, crude odds ratio", "1.5 to 2.4", f"{odds_ratio(case, female, ~female):.2f}"
    ages = ((18, 30), (30, 45), (45, 60), (60, 75), (75, 120))
    for who, group, target in (
        ("women", female, "6.7, 10.5, 10.3, 11.4, 15.2"),
        ("men", ~female, "3.4, 4.1, 5.2, 6.9, 9.5"),
    ):
        shares = (100 * case[group & (v["age"] >= low) & (v["age"] < high)].mean() for low, high in ages)
        yield (
            f"prevalence at 18, 30, 45, 60, 75 and over, {who} (prototype)",
            f"{target} %",
            ", ".join(f"{s:.1f}" for s in shares) + " %",
        )


def lines_of_factors(v: Arrays) -> Iterator[Line]:
    """Yield odds ratios of having RLS."""
    case, female, births = v["rls_case"], v["sex"] == 1, v["parity"]
    parity = adjusted(v, births == 1, births == 2, births >= 3, inside=female)
    yield (
        "1, 2, 3 and more births against none, women, by age",
        "1.98, 3.04, 3.57",
        ", ".join(f"{r:.2f}" for r in parity),
    )
    obese = (v["bmi"] > 30) | (v["bmi"] < 23)
    yield (
        "BMI above 30 against below 23",
        "1.42 to 1.57",
        f"{adjusted(v, v['bmi'] > 30, inside=obese)[0]:.2f}",
    )
    smoker = v["smoking"] == 2
    yield "smoking, current against never", "1.46", f"{adjusted(v, smoker, inside=v['smoking'] != 1)[0]:.2f}"
    active = v["activity_true"] > np.quantile(v["activity_true"], 0.75)
    yield "frequent exercise", "0.78 to 0.84", f"{adjusted(v, active)[0]:.2f}"
    for name, words, target in FACTORS:
        yield words, target, f"{adjusted(v, v[name])[0]:.2f}"
    fertile, pregnant = female & (v["age"] < 45), v["pregnant"] == 1
    yield (
        "pregnancy, women under 45, crude",
        "3.5",
        f"{odds_ratio(case, fertile & pregnant, fertile & ~pregnant):.2f}",
    )
    anaemic = v["ida_state"] == 1
    yield "iron-deficiency anaemia, crude", "9 to 11", f"{odds_ratio(case, anaemic, ~anaemic):.2f}"
    yield "ferritin below 50 µg/L", "1.0 to 1.3", f"{adjusted(v, v['ferritin'] < 50)[0]:.2f}"
    yield "ankle-brachial index, per 0.1 lower", "1.0", f"{adjusted(v, (1.1 - v['abi']) / 0.1)[0]:.2f}"
    yield "polygenic score, per SD", "1.7 to 1.8", f"{adjusted(v, v['prs_rls'])[0]:.2f}"
    for name, words, target in (
        ("dialysis", "on dialysis", "27 %"),
        ("parkinson", "with Parkinson's disease", "14 %"),
        ("ida_state", "with iron-deficiency anaemia", "24 %"),
        ("pregnant", "in pregnancy", "21 %"),
    ):
        yield f"prevalence {words}", target, f"{100 * case[v[name] == 1].mean():.1f} %"


def lines_of_values(v: Arrays, clinic: Arrays) -> Iterator[Line]:
    """Yield iron, vessels and severity."""
    female, case = v["sex"] == 1, v["rls_case"] == 1

    def medians(group: np.ndarray, bands: tuple[tuple[int, int], ...]) -> str:
        ages = v["age"]
        return ", ".join(
            f"{np.median(v['ferritin'][group & (ages >= a) & (ages < b)]):.0f}" for a, b in bands
        )

    yield (
        "median ferritin, men 20, 40, 60 and over",
        "129, 145, 127 µg/L",
        medians(~female, ((20, 40), (40, 60), (60, 120))) + " µg/L",
    )
    yield (
        "median ferritin, women 30 to 40, about 50, about 60",
        "38, 54, 84 µg/L",
        medians(female, ((30, 41), (48, 53), (58, 63))) + " µg/L",
    )
    yield (
        "correlation of log ferritin and log CRP",
        "0.2",
        f"{np.corrcoef(np.log(v['ferritin']), np.log(v['crp']))[0, 1]:.2f}",
    )
    within = np.corrcoef(v["rls_severity"][case], np.log(v["ferritin"][case]))[0, 1]
    yield (
        "correlation of severity and log ferritin, with RLS",
        "0 to −0.10",
        f"{within:.2f}".replace("-", "−"),
    )
    yield (
        "ankle-brachial index below 0.90, 70 and over",
        "10 to 15 % (assumed)",
        f"{100 * v['pad'][v['age'] >= 70].mean():.1f} %",
    )
    for words, target, irls in (
        ("IRLS in the community, mean (SD)", "14.0 (8.3)", v["irls_total"][case]),
        ("IRLS in men with RLS, mean (SD)", "higher than in women", v["irls_total"][case & ~female]),
        ("IRLS in women with RLS, mean (SD)", "–", v["irls_total"][case & female]),
        ("IRLS in the sleep clinic, mean (SD)", "24.0 (6.2), 26.1 (7.9)", clinic["irls_total"]),
    ):
        yield words, target, f"{irls.mean():.1f} ({irls.std():.1f})"


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else PARTICIPANTS
    v, clinic = simulate("population", n), simulate("sleep_clinic", CLINIC)
    print("| quantity | target | obtained |\n|---|---|---|")
    for lines in (lines_of_prevalence(v), lines_of_factors(v), lines_of_values(v, clinic)):
        for line in lines:
            print(f"| {' | '.join(line)} |")


if __name__ == "__main__":
    main()

"""Published figures beside which the simulated ones are drawn, each with its source.

Figures that no publication gives, and that the model was set to, are called assumed.
"""

from __future__ import annotations

from rlsstudy.present.codebook_drawings import Mark

HORNYAK, MUNGAN, YANG = "Hornyak 2007", "Mungan 2016", "Yang 2019"
TROTTI, XIONG, FRAUSCHER = "Trotti 2012", "Xiong 2010", "Frauscher 2009"
NHANES, DANISH, BONN, TISON = "NHANES 1999-2002", "Danish survey", "Bonn Vein Study", "Tison 2005"
ASSUMED = "Assumed target"


def _mean(series: str, mean: float, sd: float, row: str = "") -> Mark:
    return Mark(row, series, mean, mean - sd, mean + sd)


IRLS = (
    _mean(f"{HORNYAK}, n = 45", 24.0, 6.2),
    _mean(f"{MUNGAN}, n = 18", 26.1, 7.9),
    _mean(f"{YANG}, n = 113", 26.6, 6.2),
)
PLMI = (_mean(f"{TROTTI}, n = 137", 19.3, 22.0),)
ESS = (_mean(f"{MUNGAN}, n = 18", 9.2, 5.1),)
ISI = (Mark("", f"{ASSUMED}, 14 to 16", 15),)
AGE = (_mean(ASSUMED, 58, 13),)
BMI = (_mean(f"{ASSUMED}, population", 27.5, 5.3),)

ITEM_TOPICS = (
    *("1 discomfort", "2 urge", "3 relief", "4 sleep", "5 tiredness"),
    *("6 overall", "7 days a week", "8 hours a day", "9 daily affairs", "10 mood"),
)
ITEM_TARGETS = (1.65, 1.70, 1.35, 1.50, 1.15, 1.60, 1.95, 1.35, 0.85, 0.90)
"""Means of the items in the community to which thresholds were set; none are published."""

FERRITIN_GROUPS = (
    ("men 20 to 39", "male", 20, 40, Mark("men 20 to 39", NHANES, 129, 41, 382)),
    ("men 40 to 59", "male", 40, 60, Mark("men 40 to 59", NHANES, 145, 32, 500)),
    ("men 60 and over", "male", 60, 120, Mark("men 60 and over", NHANES, 127, 21, 552)),
    ("women 30 to 40", "female", 30, 41, Mark("women 30 to 40", DANISH, 38, 6, 135)),
    ("women about 50", "female", 48, 53, Mark("women about 50", DANISH, 54, 10, 164)),
    ("women about 60", "female", 58, 63, Mark("women about 60", DANISH, 84, 25, 249)),
)
"""Row, sex, ages from and below, and the published median with 5th and 95th percentile (µg/L)."""

CLINIC_SHARES = (
    Mark("women", ASSUMED, 62),
    Mark("a relative has RLS", YANG, 54.9),
    Mark("ferritin below 50 µg/L", FRAUSCHER, 31),
    Mark("IRLS 21 to 30", YANG, 57.5),
    Mark("IRLS 31 to 40", YANG, 26.5),
)
ONSET = (
    _mean(f"{XIONG}, familial", 28, 15, "a relative has RLS"),
    _mean(ASSUMED, 45, 15, "no relative has RLS"),
)
CEAP = {
    "male": (13.6, 58.4, 12.4, 11.6, 3.1),
    "female": (6.4, 59.5, 15.8, 14.9, 2.7),
}
"""Shares of C0 to C4 in per cent (n = 3,072, 18 to 79 years); of C5 and C6 only both sexes together are given."""

PREVALENCE_AGES = ((18, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 80))
PREVALENCE = {"female": (5, 8, 10, 11.5, 11.5, 11), "male": (3, 4, 5, 6, 7, 7)}
"""Curves in per cent that the model was tuned to, from several surveys of four criteria."""
PREVALENCE_ALL_AGES = {"female": 10.8, "male": 5.8}
"""Tison 2005 (INSTANT, n = 10,263), all ages."""

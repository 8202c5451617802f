"""Cohorts with a planted fault, or with none, and their diagnoses."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import Origin
from rlsstudy.declare import CausalModel, Domain, Kind, Study, SyntheticData, Variable
from rlsstudy.estimate.diagnose.diagnose import diagnose_model
from tests.estimate.small_study import cohort

AGE = Variable("age", "Age", Domain.DEMOGRAPHY, Kind.CONTINUOUS, unit="years", contrast=(50, 60))
DOSE = Variable("dose", "Dose", Domain.LIFESTYLE, Kind.CONTINUOUS, contrast=(0, 1), causes_declared=("age",))
GROUP = Variable("group", "Group", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("a", "b", "c"))
STEPS = Variable("steps", "Steps", Domain.LIFESTYLE, Kind.ORDINAL, levels=("low", "mid", "high"))
ILL = Variable(
    "ill", "Illness", Domain.OUTCOME, Kind.BINARY, levels=("no", "yes"), causes_declared=("age", "dose")
)
SCORE = Variable(
    "score",
    "Score",
    Domain.OUTCOME,
    Kind.CONTINUOUS,
    unit="points",
    causes_declared=("age", "dose", "group", "steps"),
)


def study(n=400, seed=3, *, real=False, limits=None, score=None, **columns):
    """Return a cohort in which a dose of 1 adds 2 points, 10 years add 1, and the scatter is normal with SD 3."""
    rng = np.random.default_rng(seed)
    age, dose, noise = rng.normal(55, 10, n), rng.normal(size=n), rng.normal(0, 3, n)
    columns = {"age": age, "dose": dose, **columns}
    plain = 20 + 0.1 * (columns["age"] - 55) + 2 * columns["dose"] + noise
    columns["score"] = plain if score is None else score(columns["age"], columns["dose"], noise)
    outcome = replace(SCORE, limits=limits)
    model = CausalModel("m", (AGE, DOSE, GROUP, STEPS, ILL, outcome))
    data = pd.DataFrame(columns, index=pd.RangeIndex(1, n + 1, name="participant"))
    made = cohort(n=n)
    return replace(
        made,
        data=data,
        reasons=pd.DataFrame(index=data.index),
        study=Study("t", model, "score", ("dose",), SyntheticData()),
        origin=Origin("made up", not real),
    )


def found(diagnosis, check, about=None):
    """Return the one row of a check."""
    rows = diagnosis.checks[diagnosis.checks["check"] == check]
    rows = rows if about is None else rows[rows["about"] == about]
    (row,) = rows.to_dict(orient="records")
    return row


def wild(age, dose, noise, size=120.0):
    """Give the participant with the largest dose a value that is too large."""
    score = 20 + 2 * dose + noise
    score[np.argmax(dose)] += size
    return score


def confounded():
    rng = np.random.default_rng(9)
    age = rng.normal(55, 10, 400)
    dose = ((age - 55) / 10) ** 2 + rng.normal(0, 0.5, 400)
    return {"age": age, "dose": dose, "score": lambda a, d, e: 20 + 2 * d + 0.04 * (a - 55) ** 2 + e}


def near(noise):
    rng = np.random.default_rng(9)
    age = rng.normal(55, 10, 400)
    return {"age": age, "dose": (age - 55) / 10 + rng.normal(0, noise, 400)}


def stepped(jumps, n=300):
    codes = np.arange(n) % 3
    levels = pd.Categorical.from_codes(codes, STEPS.levels, ordered=True)
    return {"n": n, "steps": levels, "score": lambda a, d, e: 20 + np.array(jumps)[codes] + e}


def grouped(counts):
    codes = np.repeat([0, 1, 2], counts)
    return {"n": len(codes), "group": pd.Categorical.from_codes(codes, GROUP.levels)}


def ill(log_odds, n=400, seed=12):
    """Draw an illness; the log odds are a function of age and dose."""
    rng = np.random.default_rng(seed)
    age, dose = rng.normal(55, 10, n), rng.normal(size=n)
    happened = rng.random(n) < 1 / (1 + np.exp(-log_odds((age - 55) / 10, dose)))
    return {
        "n": n,
        "age": age,
        "dose": dose,
        "ill": pd.Categorical.from_codes(happened.astype(int), ILL.levels),
    }


def totals(age, dose, noise, seed=21):
    """Draw a total of 0 to 10 with proportional odds."""
    u = np.random.default_rng(seed + 1000).random(len(age))
    return np.clip(np.round(5 + dose + np.log(u / (1 - u))), 0, 10)


def uneven(age, dose, noise):
    """Draw a total whose upper part alone follows from the dose."""
    return np.digitize(noise + 2 * dose * (noise > 0), [-3, 0, 3]).astype(float)


def at_the_top(age, dose, noise):
    return np.minimum(10, np.round(8 + dose + noise / 2 + 0.3))


def visited(n=300, own=None, sd=(2.0, 2.0, 2.0), kept=0.0, lost=0.0, seed=4):
    """Draw a score at three visits, which age raises by a point in ten years."""
    rng = np.random.default_rng(seed)
    age = rng.normal(55, 10, n)
    person = rng.normal(0, 3, n) if own is None else own(rng, n)
    noise = rng.normal(size=(n, 3))
    for visit in (1, 2):
        noise[:, visit] = kept * noise[:, visit - 1] + np.sqrt(1 - kept**2) * noise[:, visit]
    scores = 20 + 0.1 * (age - 55)[:, None] + person[:, None] + noise * sd
    scores[scores[:, 0] > np.quantile(scores[:, 0], 1 - lost), 2] = np.nan
    names = ("score", "score_w04", "score_w12")
    outcome = replace(SCORE, causes_declared=("age",))
    later = [replace(outcome, name=name, causes_declared=("age", "score")) for name in names[1:]]
    data = pd.DataFrame(
        {"age": age, **dict(zip(names, scores.T, strict=True))},
        index=pd.RangeIndex(1, n + 1, name="participant"),
    )
    model = CausalModel("m", (AGE, outcome, *later))
    return replace(
        cohort(n=n),
        data=data,
        reasons=pd.DataFrame(index=data.index),
        study=Study("t", model, "score", ("age",), SyntheticData()),
    )


def at(model="linear", factor="dose", outcome=None, **changes):
    return diagnose_model(study(**changes), factor, model=model, outcome=outcome)


def over_visits(**changes):
    return diagnose_model(visited(**changes), "age", model="mixed")


CASES = {
    "right": lambda: at(limits=(0, 40)),
    "right and small": lambda: at(n=150),
    "bent factor": lambda: at(score=lambda a, d, e: 20 + 2 * d + 1.5 * d**2 + e),
    "hardly bent": lambda: at(score=lambda a, d, e: 20 + 2 * d + 0.2 * d**2 + e),
    "bent confounder": lambda: at(**confounded()),
    "bent covariate": lambda: at(score=lambda a, d, e: 20 + 2 * d + 0.008 * (a - 55) ** 2 + e),
    "scatter": lambda: at(score=lambda a, d, e: 20 + 2 * d + e * 2.0**d),
    "wild": lambda: at(n=120, score=wild),
    "heavy": lambda: at(n=150, score=lambda a, d, e: 20 + 2 * d + e * np.sqrt(np.abs(e))),
    "near": lambda: at(**near(0.02)),
    "rather near": lambda: at(**near(0.4)),
    "ceiling": lambda: at(limits=(0, 10), score=at_the_top),
    "floor": lambda: at(limits=(20, 40), score=lambda a, d, e: 20 + np.maximum(0, 3 * d + e - 1)),
    "beyond": lambda: at(limits=(0, 20), score=lambda a, d, e: np.clip(15.5 + 3 * d + e, 0, 20)),
    "even steps": lambda: at(factor="steps", **stepped([0, 1, 2])),
    "uneven steps": lambda: at(factor="steps", **stepped([0, 4, 0])),
    "few": lambda: at(factor="group", **grouped([100, 90, 10])),
    "odds": lambda: at("ordinal", limits=(0, 10), score=totals),
    "no odds": lambda: at("ordinal", n=600, score=uneven),
    "hardly odds": lambda: at(
        "ordinal", score=lambda a, d, e: np.clip(np.round(5 + d + e / 2 * np.exp(0.2 * d)), 0, 10)
    ),
    "no odds of age": lambda: at(
        "ordinal", score=lambda a, d, e: np.clip(np.round(5 + d / 2 + e / 2 * np.exp(0.04 * (a - 55))), 0, 10)
    ),
    "top of an ordinal": lambda: at("ordinal", limits=(0, 10), score=at_the_top),
    "risk": lambda: at("logistic", outcome="ill", **ill(lambda a, d: d + 0.5 * a)),
    "bent risk": lambda: at("logistic", outcome="ill", **ill(lambda a, d: 2 * d**2 - 2 + 0.5 * d)),
    "hardly bent risk": lambda: at("logistic", outcome="ill", **ill(lambda a, d: 0.5 * d**2 + d)),
    "no risk": lambda: at("logistic", outcome="ill", **ill(lambda a, d: 0 * d)),
    "few ill": lambda: at("logistic", outcome="ill", **ill(lambda a, d: d - 2.6, n=150)),
    "visits": lambda: over_visits(),
    "lopsided people": lambda: over_visits(own=lambda rng, n: 3 * rng.exponential(size=n) ** 1.5),
    "no people": lambda: over_visits(own=lambda rng, n: np.zeros(n), seed=1),
    "wider visit": lambda: over_visits(sd=(2, 2, 6)),
    "much wider visit": lambda: over_visits(sd=(1, 1, 12)),
    "neighbours": lambda: over_visits(kept=0.5, own=lambda rng, n: rng.normal(0, 0.5, n)),
    "somewhat neighbours": lambda: over_visits(kept=0.4, own=lambda rng, n: rng.normal(0, 1.5, n)),
    "lost": lambda: over_visits(lost=0.3),
}

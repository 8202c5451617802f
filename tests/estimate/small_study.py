"""A small declared study and a cohort of it, drawn without the simulator."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import Cohort, Origin
from rlsstudy.declare import CausalModel, Domain, Kind, Scale, Study, SyntheticData, Variable

NUMBER, BINARY = Kind.CONTINUOUS, Kind.BINARY
SMOKING_LEVELS = ("never", "former", "current")
MODEL = CausalModel(
    "m",
    (
        Variable("age", "Age", Domain.DEMOGRAPHY, NUMBER, unit="years", contrast=(50, 60)),
        Variable("sex", "Sex", Domain.DEMOGRAPHY, BINARY, levels=("male", "female")),
        Variable(
            "smoking",
            "Smoking",
            Domain.LIFESTYLE,
            Kind.CATEGORICAL,
            levels=SMOKING_LEVELS,
            causes_declared=("age",),
        ),
        Variable("iron", "Body iron", Domain.IRON, NUMBER, measured=False),
        Variable("diet", "Diet", Domain.LIFESTYLE, NUMBER, causes_declared=("iron",)),
        Variable(
            "ferritin",
            "Serum ferritin",
            Domain.IRON,
            NUMBER,
            unit="µg/L",
            scale=Scale.LOG2,
            contrast=(50, 100),
            causes_declared=("age", "sex", "smoking"),
        ),
        Variable("abi", "Ankle-brachial index", Domain.VASCULAR, NUMBER, contrast=(1.1, 0.9)),
        Variable(
            "ill", "Illness", Domain.OUTCOME, BINARY, levels=("no", "yes"), causes_declared=("ferritin",)
        ),
        Variable("activity", "Activity", Domain.LIFESTYLE, Kind.ORDINAL, levels=("low", "mid", "high")),
        Variable(
            "score",
            "Score",
            Domain.OUTCOME,
            Kind.INTEGER,
            causes_declared=("age", "smoking", "ferritin", "abi", "activity", "diet", "iron"),
        ),
    ),
)
N = 200


def cohort(*, factors=("ferritin",), population=None, n=N, seed=5, **changes):
    rng = np.random.default_rng(seed)
    age = rng.normal(55, 10, n)
    ferritin = 2 ** rng.normal(6, 1, n)
    smoking = rng.integers(0, 3, n)
    data = pd.DataFrame(
        {
            "age": age,
            "sex": pd.Categorical.from_codes(rng.integers(0, 2, n), ["male", "female"]),
            "smoking": pd.Categorical.from_codes(smoking, SMOKING_LEVELS),
            "diet": rng.normal(size=n),
            "ferritin": ferritin,
            "abi": rng.normal(1.1, 0.1, n),
            "ill": pd.Categorical.from_codes(rng.integers(0, 2, n), ["no", "yes"]),
            "activity": pd.Categorical.from_codes(
                rng.integers(0, 3, n), ["low", "mid", "high"], ordered=True
            ),
            "score": pd.array(
                np.round(20 - np.log2(ferritin) + 0.1 * age + smoking + rng.normal(0, 3, n)), "Int64"
            ),
        },
        index=pd.RangeIndex(1, n + 1, name="participant"),
    ).assign(**changes)
    study = Study("t", MODEL, "score", tuple(factors), SyntheticData(), population)
    return Cohort(data, pd.DataFrame(index=data.index), study, (), Origin("made up", True))


def row(effects, adjustment="crude", place=0):
    return effects[effects["adjustment"] == adjustment].iloc[place]


def of_unknown_truth(made):
    """Return the cohort as if it had been read from a file."""
    return replace(made, origin=Origin("made up", False))

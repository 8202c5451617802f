"""Planted faults are found and said in plain words; a model that is right is called fine."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.cohort import Origin
from rlsstudy.declare import CausalModel, Domain, Kind, Study, SyntheticData, Variable
from rlsstudy.declare.equations import BandOf
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose.diagnose import diagnose_model
from rlsstudy.estimate.diagnose.verdicts import CHECK_COLUMNS
from rlsstudy.estimate.effects import estimate_effects
from tests.estimate.small_study import cohort

CLOSE = 1e-9  # relative: the same fit, reached on another way
STEP = 1e-3  # relative: one step of Newton's method beside a fit without the participant

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


CLEAN = {
    "straight line": "x",
}

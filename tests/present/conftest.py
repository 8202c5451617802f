"""Small declared studies, cohorts and effects frames, written out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.declare import CausalModel, DataFiles, Domain, Kind, Scale, Study, SyntheticData, Variable
from rlsstudy.declare.equations import BandOf, SumOf

NAN = float("nan")


@pytest.fixture(scope="session")
def tiny_model() -> CausalModel:
    """Nine variables of every kind; the score is the sum of two items and has three bands."""
    return CausalModel(
        "Tiny",
        (
            Variable(
                "age",
                "Age",
                Domain.DEMOGRAPHY,
                Kind.CONTINUOUS,
                unit="years",
                limits=(18, 95),
                contrast=(50, 60),
            ),
            Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female")),
            Variable(
                "ferritin",
                "Serum ferritin",
                Domain.IRON,
                Kind.CONTINUOUS,
                unit="µg/L",
                limits=(3, 2000),
                scale=Scale.LOG2,
                contrast=(50, 100),
                causes_declared=("sex",),
            ),
            Variable(
                "dose", "MEIS1 risk alleles", Domain.GENETIC, Kind.INTEGER, unit="alleles", limits=(0, 2)
            ),
            Variable("smoking", "Smoking", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("never", "current")),
            Variable(
                "item_1",
                "Item 1",
                Domain.OUTCOME,
                Kind.INTEGER,
                limits=(0, 10),
                causes_declared=("ferritin",),
            ),
            Variable(
                "item_2",
                "Item 2",
                Domain.OUTCOME,
                Kind.INTEGER,
                limits=(0, 10),
                causes_declared=("ferritin",),
            ),
            Variable(
                "score",
                "Severity score",
                Domain.OUTCOME,
                Kind.INTEGER,
                unit="points",
                limits=(0, 20),
                equation=SumOf(items=("item_1", "item_2")),
                source="by definition",
            ),
            Variable(
                "band",
                "Severity band",
                Domain.OUTCOME,
                Kind.ORDINAL,
                levels=("mild", "moderate", "severe"),
                equation=BandOf(score="score", cuts=(5, 12)),
                source="by definition",
            ),
        ),
    )


@pytest.fixture
def tiny_data(tiny_model: CausalModel) -> pd.DataFrame:
    """Six participants; gaps in ferritin, dose and score."""
    return pd.DataFrame(
        {
            "age": [40.0, 50.0, 60.0, 70.0, 50.0, 60.0],
            "sex": pd.Categorical(["male", "female", "female", "male", None, "female"], ["male", "female"]),
            "ferritin": [30.0, 60.0, NAN, 120.0, NAN, 240.0],
            "dose": pd.array([0, 1, 1, 2, 0, None], dtype="Int64"),
            "smoking": pd.Categorical(
                ["never", "never", "current", "never", "never", "never"], ["never", "current"]
            ),
            "score": pd.array([3, 5, 12, 20, None, None], dtype="Int64"),
            "band": pd.Categorical(
                ["mild", "moderate", "severe", "severe", None, None],
                ["mild", "moderate", "severe"],
                ordered=True,
            ),
        },
        index=pd.RangeIndex(1, 7, name="participant"),
    )


@pytest.fixture
def make_cohort() -> Callable[..., Cohort]:
    """Return a function that puts a frame into a cohort."""

    def make(
        model: CausalModel, data: pd.DataFrame, *, synthetic: bool = True, outcome: str = "score"
    ) -> Cohort:
        source = SyntheticData() if synthetic else DataFiles((Path("cohort.csv"),), "id", ())
        factor = next(v.name for v in model.measured if v.name != outcome)
        reasons = pd.DataFrame(index=data.index)
        if "ferritin" in data:
            reasons["ferritin"] = np.where(data["ferritin"].isna(), "not done", None)
            reasons.loc[reasons.index == 5, "ferritin"] = "declined"
        if "score" in data:
            reasons["score"] = np.where(data["score"].isna(), "not applicable", None)
            reasons.loc[reasons.index == 6, "score"] = "not answered"
        return Cohort(
            data,
            reasons,
            Study("Tiny study", model, outcome, (factor,), source),
            (
                LedgerEntry("file", "cohort.csv", 1200, 1200),
                LedgerEntry("exclusion", "no consent", 1200, 10),
                LedgerEntry("exclusion", "younger than 18", 10, 6),
            ),
            Origin("Six made-up people.", synthetic),
        )

    return make


@pytest.fixture
def tiny_cohort(
    tiny_model: CausalModel, tiny_data: pd.DataFrame, make_cohort: Callable[..., Cohort]
) -> Cohort:
    return make_cohort(tiny_model, tiny_data)


def effect(
    factor: str, label: str, adjustment: str, numbers: tuple[float, float, float], **other: Any
) -> dict[str, Any]:
    estimate, low, high = numbers
    return {
        "factor": factor,
        "label": label,
        "domain": "iron",
        "contrast": "100 vs 50 µg/L",
        "model": "linear",
        "adjustment": adjustment,
        "adjusted_for": "",
        "estimate": estimate,
        "std_error": (high - low) / 3.92,
        "conf_low": low,
        "conf_high": high,
        "p_value": 0.03,
        "own_unit": "per 1 log2 µg/L",
        "own_estimate": estimate,
        "own_low": low,
        "own_high": high,
        "n_used": 1380,
        "n_dropped": 20,
        "status": "ok",
        "note": "",
    } | other


@pytest.fixture
def tiny_effects() -> pd.DataFrame:
    """Two factors in two domains with three adjustments; caffeine is not identified."""
    refusal = {
        "status": "refused",
        "p_value": NAN,
        "n_used": 0,
        "note": "The effect of 'caffeine' on 'score' is not identified from the measured columns: not measured: 'sleep'.",
    }
    caffeine = {"domain": "lifestyle", "contrast": "200 vs 100 mg/day"}
    rows = [
        effect("ferritin", "Serum ferritin", "crude", (-0.3, -0.75, 0.15), n_used=1400),
        effect("ferritin", "Serum ferritin", "age_sex", (-0.4, -0.8, 0.0), adjusted_for="age, sex"),
        effect(
            "ferritin",
            "Serum ferritin",
            "graph",
            (-0.53, -0.91, -0.15),
            adjusted_for="sex, crp",
            p_value=0.0004,
        ),
        effect(
            "caffeine",
            "Caffeine",
            "crude",
            (0.2, -0.1, 0.5),
            **caffeine,
            status="flagged",
            note="Leverage above 0.9.",
        ),
        effect("caffeine", "Caffeine", "age_sex", (0.1, -0.2, 0.4), **caffeine, adjusted_for="age, sex"),
        effect("caffeine", "Caffeine", "graph", (NAN, NAN, NAN), **caffeine, **refusal),
    ]
    frame = pd.DataFrame(rows)
    frame.attrs["outcome_label"] = "Severity score (points)"
    return frame


@pytest.fixture
def scored_effects(tiny_effects: pd.DataFrame) -> pd.DataFrame:
    """The same, scored: the truth of ferritin is outside the graph-adjusted interval."""
    truth = tiny_effects["factor"].map({"ferritin": -0.05, "caffeine": 0.0})
    covered = truth.between(tiny_effects["conf_low"], tiny_effects["conf_high"]).astype("boolean")
    scored = tiny_effects.assign(
        truth=truth,
        truth_error=0.01,
        bias=tiny_effects["estimate"] - truth,
        covered=covered.where(tiny_effects["estimate"].notna()),
    )
    scored.attrs.update(tiny_effects.attrs)
    return scored

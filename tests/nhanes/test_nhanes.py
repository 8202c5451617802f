"""Real files that others made: six SAS transport files of NHANES, merged by the study file beside this test."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.read_xport import read_xport
from rlsstudy.declare import find_adjustment

HERE = Path(__file__).resolve().parent
REFERENCE = json.loads((HERE / "data" / "reference.json").read_text(encoding="utf-8"))
# Two ways of solving the same equations in double precision; the design is well conditioned.
TOLERANCE = 1e-10


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nhanes")
    for file in (HERE / "data").glob("*.XPT"):
        shutil.copy(file, folder)
    shutil.copy(HERE / "study.toml", folder)
    return load_cohort(folder / "study.toml")


def joint_design(data: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return design and outcome of the joint model on complete cases."""
    complete = data.dropna(subset=["ferritin", "crp", "haemoglobin", "bmi", "age", "sex", "phq9"])
    columns = {
        name: complete[name].to_numpy(dtype=float)
        for name in ("ferritin", "crp", "haemoglobin", "bmi", "age")
    }
    design = np.column_stack(
        [
            np.ones(len(complete)),
            np.log(columns["ferritin"]),
            np.log(columns["crp"]),
            columns["haemoglobin"],
            columns["bmi"],
            columns["age"] / 10,
            complete["sex"].eq("female"),
        ]
    )
    return design, complete["phq9"].to_numpy(dtype=float)


def test_everybody_is_accounted_for(cohort):
    assert [(entry.step, entry.reason, entry.before, entry.after) for entry in cohort.ledger] == [
        ("read", "participants in 'P_DEMO.XPT'", 199, 199),
        ("merged", "'P_FERTIN.XPT' has 158 of them", 199, 199),
        ("merged", "'P_HSCRP.XPT' has 177 of them", 199, 199),
        ("merged", "'P_CBC.XPT' has 177 of them", 199, 199),
        ("merged", "'P_BMX.XPT' has 184 of them", 199, 199),
        ("merged", "'P_DPQ.XPT' has 117 of them", 199, 199),
        ("excluded", "under 18 years", 199, 128),
        ("excluded", "PHQ-9 not complete", 128, 103),
    ]
    assert cohort.n == 103
    assert cohort.notes == ()


def test_identifiers_stay_out_of_the_data(cohort):
    assert cohort.data.index.name == "participant"
    assert cohort.data.index.max() <= 199
    assert "SEQN" not in cohort.data


def test_zeros_are_zeros(cohort):
    column = read_xport(HERE / "data" / "P_DPQ.XPT").columns["DPQ090"].values

    assert (column == 0).sum() > 50
    assert not ((column > 0) & (column < 1)).any()
    assert (cohort.data["phq9_item9"] == 0).sum() > 50


def test_joint_model_agrees_with_statsmodels(cohort):
    X, y = joint_design(cohort.data)
    q, r = np.linalg.qr(X)
    coef = np.linalg.solve(r, q.T @ y)
    residuals, leverage = y - X @ coef, (q**2).sum(axis=1)
    influence = np.linalg.inv(r) @ q.T
    se_hc3 = np.sqrt(((influence * (residuals / (1 - leverage))) ** 2).sum(axis=1))

    assert len(y) == REFERENCE["n"]
    assert coef == pytest.approx(REFERENCE["coef"], rel=TOLERANCE)
    assert se_hc3 == pytest.approx(REFERENCE["se_hc3"], rel=TOLERANCE)


@pytest.mark.parametrize(
    ("factor", "covariates"),
    [
        ("ferritin", ("age", "sex", "bmi", "crp")),
        ("crp", ("age", "sex", "bmi")),
        ("haemoglobin", ("age", "sex", "bmi", "crp", "ferritin")),
        ("bmi", ("age", "sex")),
        ("age", ()),
        ("sex", ()),
    ],
)
def test_every_factor_is_identified_from_the_columns(cohort, factor, covariates):
    adjustment = find_adjustment(cohort.model, factor, "phq9", measured=list(cohort.data))

    assert (adjustment.covariates, adjustment.selection) == (covariates, ())

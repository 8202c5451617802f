"""Real files that others made: six SAS transport files of NHANES, merged by the study file beside this test."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rlsstudy as rls
from rlsstudy.cohort.files.read_sas import read_sas
from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.write.cohort_file import write_cohort
from rlsstudy.declare import find_adjustment
from rlsstudy.deliver.report import render_report
from rlsstudy.estimate import fit_linear

HERE = Path(__file__).resolve().parent
REFERENCE = json.loads((HERE / "data" / "reference.json").read_text(encoding="utf-8"))
# Two ways of solving the same equations in double precision; the design is well conditioned.
TOLERANCE = 1e-10
TEACHING = re.compile(
    r'<div class="text">.*?</div>|<details class="code">.*?</details>|<style>.*?</style>|<ol class="pages">.*?</ol>',
    re.DOTALL,
)
SYNTHETIC = re.compile("synthetic|simulated", re.IGNORECASE)


@pytest.fixture(scope="module")
def study_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nhanes")
    for file in (HERE / "data").glob("*.XPT"):
        shutil.copy(file, folder)
    return Path(shutil.copy(HERE / "study.toml", folder))


@pytest.fixture(scope="module")
def cohort(study_file):
    return load_cohort(study_file)


def without_teaching(page: str) -> str:
    """Return a page without code and without the notebook's own text, which speaks of any data."""
    return TEACHING.sub("", page)


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
    column = read_sas(HERE / "data" / "P_DPQ.XPT").columns["DPQ090"].values

    assert (column == 0).sum() > 50
    assert not ((column > 0) & (column < 1)).any()
    assert (cohort.data["phq9_item9"] == 0).sum() > 50


def test_joint_model_agrees_with_statsmodels(cohort):
    X, y = joint_design(cohort.data)
    fit = fit_linear(X, y)

    assert len(y) == REFERENCE["n"]
    assert fit.coef == pytest.approx(REFERENCE["coef"], rel=TOLERANCE)
    assert fit.std_error == pytest.approx(REFERENCE["se_hc3"], rel=TOLERANCE)


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


@pytest.mark.slow
def test_packaged_notebooks_report_on_real_files(study_file, cohort, tmp_path):
    index = render_report(study_file, tmp_path / "report")

    pages = {path.name: path.read_text(encoding="utf-8") for path in index.parent.glob("*.html")}
    assert sorted(pages) == ["00_start_here.html", "01_the_cohort.html", "index.html"]
    outcome = cohort.model["phq9"].label
    for text in pages.values():
        assert "Not checked for disclosure." in text
        assert "P_DPQ.XPT (sha256)" in text
        assert outcome in text
        assert SYNTHETIC.search(without_teaching(text)) is None
        assert re.search(r'<th scope="col"[^>]*>Truth', text) is None
    assert "IRLS" not in without_teaching(pages["index.html"])


@pytest.mark.slow
def test_report_on_a_simulated_file_says_synthetic(tmp_path):
    cohort = rls.simulate_cohort(n=300, seed=1)
    write_cohort(cohort, tmp_path / "cohort.csv")
    (tmp_path / "study.toml").write_text(
        '[study]\ntitle = "T"\ndata = "cohort.csv"\nkey = "synthetic_participant"\nfactors = ["ferritin", "bmi"]\n',
        encoding="utf-8",
    )

    index = render_report(tmp_path / "study.toml", tmp_path / "report")

    for path in index.parent.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<strong>Synthetic data.</strong>" in text
        assert "Not checked for disclosure." not in text

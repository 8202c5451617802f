"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest

import rlsstudy as rls

README = Path(__file__).resolve().parents[2] / "README.md"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Six made-up people with the columns of the README's study file; ferritin in pmol/L, once not done.
COHORT = """\
record_id,IRLS,SF,BMI,PNP,AGE,SEX
k1,12,90,22.5,0,44,1
k2,25,60,27.1,1,61,2
k3,31,-9,30.0,0,58,2
k4,8,210,24.4,0,39,1
k5,19,120,26.0,1,70,2
k6,22,75,21.3,0,52,2
"""


def blocks(language: str) -> list[str]:
    """Return the blocks of the README that are written in a language."""
    return [body for name, body in FENCED.findall(README.read_text(encoding="utf-8")) if name == language]


def test_every_kind_of_block_is_known():
    names = [name for name, _ in FENCED.findall(README.read_text(encoding="utf-8"))]

    assert (names.count("toml"), names.count("python")) == (1, 1)
    assert set(names) == {"toml", "python", "console"}


def test_study_file_reads_a_cohort_with_its_columns(tmp_path):
    (study,) = blocks("toml")
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    (tmp_path / "cohort.csv").write_text(COHORT, encoding="utf-8")

    cohort = rls.load_cohort(tmp_path / "study.toml")

    assert (cohort.n, cohort.is_synthetic, cohort.notes) == (6, False, ())
    read = ["age", "sex", "bmi", "ferritin", "neuropathy", "irls_total"]
    assert set(cohort.data) == {*read, "low_ferritin", "irls_band"}  # the last two follow from the others
    assert cohort.data["irls_total"].tolist() == [12, 25, 31, 8, 19, 22]
    assert cohort.data["ferritin"].iloc[0] == pytest.approx(90 * 0.445, rel=1e-3)  # 1 pmol/L is 0.445 µg/L
    assert cohort.reasons["ferritin"].dropna().to_dict() == {3: "not done"}
    assert cohort.data["neuropathy"].tolist() == ["no", "yes", "no", "no", "yes", "no"]


def test_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    seen: dict[str, object] = {}

    exec(compile(code, "README.md", "exec"), seen)  # our own README, not a stranger's

    assert seen["cohort"].n == 600
    assert set(seen["effects"]["adjustment"]) == {"crude", "age_sex", "graph"}
    assert list(tmp_path.iterdir()) == []

"""The pages of scenarios and designs say what is declared."""

import importlib.util
import re
from pathlib import Path

import pytest

import rlsstudy as rls

DOCS = Path(__file__).resolve().parents[2] / "docs"
OUT_OF_DATE = "Run: python docs/build_scenarios.py"
MODEL = rls.rls_model()


def builder():
    spec = importlib.util.spec_from_file_location("build_scenarios", DOCS / "build_scenarios.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(place: str) -> str:
    return (DOCS / place).read_text(encoding="utf-8")


def test_every_scenario_has_a_page_and_no_page_is_left_over():
    pages = {path.stem for path in (DOCS / "scenarios").glob("*.md")} - {"README"}
    assert pages == {scenario.name for scenario in MODEL.scenarios}


def test_the_list_of_scenarios_is_as_declared():
    assert written("scenarios/README.md") == builder().index(), OUT_OF_DATE


@pytest.mark.parametrize("scenario", MODEL.scenarios, ids=lambda scenario: scenario.name)
def test_a_page_names_the_changed_arrows_and_the_digest_to_cite(scenario):
    text = written(f"scenarios/{scenario.name}.md")
    after = MODEL.in_setting(scenario.design or "population", scenario.name)
    assert f"sha256 `{after.digest}`" in text, OUT_OF_DATE
    for effect, cause in scenario.causes:
        assert f"`{cause.name}` → `{effect}`" in text, OUT_OF_DATE


@pytest.mark.slow
def test_the_scenario_that_the_list_shows_as_ones_own_can_be_simulated(tmp_path):
    (study,) = re.findall(r"```toml\n(.*?)```", written("scenarios/README.md"), re.DOTALL)
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    cohort = rls.load_cohort(tmp_path / "study.toml")
    assert (cohort.n, cohort.origin.facts["scenario"]) == (600, "strong_crp")


@pytest.mark.slow
def test_the_pages_are_written_from_the_declaration():
    differ = [str(place) for place, text in builder().pages() if written(str(place)) != text]
    assert differ == [], OUT_OF_DATE

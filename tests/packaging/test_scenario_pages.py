"""The pages of the scenarios are what the declaration says today."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.slow
def test_the_pages_are_those_that_the_declaration_gives(tmp_path):
    runpy.run_path(str(DOCS / "build_scenarios.py"))["main"](tmp_path / "scenarios")
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "scenarios").iterdir()}
    there = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "scenarios").iterdir()}
    assert written == there

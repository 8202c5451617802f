"""Regressions on arrays know no variables, no cohorts and nothing of what is built on them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FITS = sorted((ROOT / "rlsstudy/estimate/fits").glob("*.py"))
ALLOWED = ("rlsstudy.errors", "rlsstudy.estimate.fits")


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", FITS, ids=lambda path: path.stem)
def test_a_fit_imports_errors_and_other_fits_alone(path):
    ours = {module for module in imported(path) if module.startswith("rlsstudy")}
    assert [module for module in sorted(ours) if not module.startswith(ALLOWED)] == []


def test_the_fits_were_found():
    assert {"linear", "ordinal", "mixed"} <= {path.stem for path in FITS}

"""Notebooks are thin, say the same as their sources, and run."""

import ast
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "notebooks" / "source").glob("*.py"))
LINES_PER_CELL = 8
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Lambda,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.BinOp,
)  # fmt: skip


def load_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", ROOT / "notebooks" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load_build()


def cells(source: Path) -> list[dict]:
    return json.loads(BUILD.build_notebook(source))["cells"]


def test_notebooks_are_in_sync_with_their_sources(capsys):
    assert BUILD.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_stale_and_stray_notebooks_are_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(BUILD, "FOLDER", tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "00_a.py").write_text("# %% [markdown]\n# # A\n", encoding="utf-8")
    (tmp_path / "01_b.ipynb").write_text("{}", encoding="utf-8")

    assert BUILD.main(["--check"]) == 1
    assert capsys.readouterr().out == "01_b.ipynb has no source.\n00_a.ipynb differs from its source.\n"
    (tmp_path / "01_b.ipynb").unlink()
    assert (BUILD.main([]), BUILD.main(["--check"])) == (0, 0)


def test_cells_are_cut_at_their_markers(tmp_path):
    source = tmp_path / "00_a_b.py"
    source.write_text(
        '# %% [markdown]\n# # A\n#\n# Text.\n\n# %% tags=["one", "two"]\nx = 1\n\nx\n', encoding="utf-8"
    )

    text, code = cells(source)
    assert (text["id"], "".join(text["source"]), text["metadata"]) == ("00-a-b-00", "# A\n\nText.", {})
    assert (code["id"], "".join(code["source"])) == ("00-a-b-01", "x = 1\n\nx")
    assert (code["metadata"], code["outputs"]) == ({"tags": ["one", "two"]}, [])


def test_text_before_the_first_marker_is_refused(tmp_path):
    source = tmp_path / "00_a.py"
    source.write_text("import os\n", encoding="utf-8")

    with pytest.raises(SystemExit, match="begins with 'import os'"):
        BUILD.build_notebook(source)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_source_only_calls_the_package(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imports = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]

    assert imports == ["import rlsstudy as rls"]
    assert [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, FORBIDDEN)] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_cells_are_short(source):
    code = ["".join(cell["source"]) for cell in cells(source) if cell["cell_type"] == "code"]

    assert [text for text in code if len(text.splitlines()) > LINES_PER_CELL] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_states_its_aim_and_ends_with_its_provenance(source):
    first, *_, last = cells(source)

    assert re.findall(r"\*\*(\w+):\*\*", "".join(first["source"])) == ["Aim", "Time", "Data"]
    assert last["source"] == ["rls.tabulate_provenance(cohort)"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_study_can_be_set_in_one_place(source):
    tagged = [cell["source"] for cell in cells(source) if "parameters" in cell["metadata"].get("tags", [])]

    assert tagged == [['STUDY = "default"']]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_results_are_not_typed_by_hand(source):
    """Prose may count to 99 of 100, name a level or a time; a decimal or a percentage is a result, save the 95%."""
    prose = "\n".join("".join(cell["source"]) for cell in cells(source) if cell["cell_type"] == "markdown")

    assert re.findall(r"\d+\.\d+|(?!95%)\b\d+ ?%", prose) == []

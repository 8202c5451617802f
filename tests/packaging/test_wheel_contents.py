"""The wheel carries the notebooks and the data that git knows, and nothing else beside the package."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "notebooks": "rlsstudy/_notebooks",
    "data_synthetic": "rlsstudy/_data_synthetic",
    "rlsstudy": "rlsstudy",
}

pytestmark = pytest.mark.slow


def build_wheel(folder: Path, out: Path) -> set[str]:
    """Build the wheel of the project in `folder` with the installed hatchling and list its files."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        return {name for name in wheel.namelist() if ".dist-info/" not in name}


def tracked() -> list[str]:
    """List the files that git knows and that are there."""
    output = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [name for name in output.decode().split("\0") if (ROOT / name).is_file()]


def in_wheel(names: list[str]) -> set[str]:
    """Say under which names the packed ones of `names` stand in the wheel."""
    pairs = [name.split("/", maxsplit=1) for name in names if "/" in name]
    return {f"{PLACES[top]}/{rest}" for top, rest in pairs if top in PLACES}


def test_wheel_holds_what_git_knows_and_nothing_else(tmp_path):
    assert build_wheel(ROOT, tmp_path) == in_wheel(tracked())


def test_ignored_files_are_not_packed(tmp_path):
    copy = tmp_path / "copy"
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    stray = copy / "notebooks" / ".ipynb_checkpoints" / "00_start_here-checkpoint.ipynb"
    stray.parent.mkdir()
    stray.write_text("{}", encoding="utf-8")

    assert not [name for name in build_wheel(copy, tmp_path / "out") if "checkpoint" in name]

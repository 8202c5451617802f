"""The public names are those that the docstring lists, each where it says, and loading none of them costs anything."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import rlsstudy

ROOT = Path(__file__).resolve().parents[2]


def test_the_docstring_lists_the_public_names():
    listed = re.search(r"::\n\n(.*?)\n\n", rlsstudy.__doc__, re.DOTALL).group(1).split()
    stages = {"declare", "cohort", "estimate", "present", "deliver"}
    assert {name for name in listed if name not in stages} == set(rlsstudy.__all__) - {"errors"}


def test_every_public_name_can_be_loaded():
    assert all(hasattr(rlsstudy, name) for name in rlsstudy.__all__)


def test_names_that_do_not_exist_are_refused():
    assert not hasattr(rlsstudy, "simulate_cohorts")


def test_importing_the_package_loads_no_library():
    code = "import sys, rlsstudy; print(*sorted(set(sys.modules) & {'numpy', 'pandas', 'scipy', 'matplotlib', 'networkx'}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == ""


def test_the_version_is_the_same_in_both_places():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == rlsstudy.__version__

"""The import contracts of pyproject.toml hold, and each of them can fail."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command as run; run()"

# The smallest package with every layer, each importing the next.
SKELETON = {
    "__init__.py": "",
    "problems.py": "",
    "errors.py": "import rlsstudy.problems\n",
    "_resources.py": "",
    "__main__.py": "import rlsstudy.deliver\n",
    "declare/__init__.py": "import rlsstudy.errors\n",
    "cohort/__init__.py": "import rlsstudy.declare\n",
    "estimate/__init__.py": "import rlsstudy.cohort\n",
    "present/__init__.py": "import rlsstudy.estimate\n",
    "deliver/__init__.py": "import rlsstudy.present\n",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the pyproject.toml in `folder` on the package beside it."""
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def write_skeleton(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for name, text in SKELETON.items():
        path = folder / "rlsstudy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_package_keeps_every_contract():
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout
    assert "Contracts: 3 kept, 0 broken." in result.stdout


@pytest.mark.slow
def test_skeleton_keeps_every_contract(tmp_path):
    write_skeleton(tmp_path)

    assert "Contracts: 3 kept, 0 broken." in lint_imports(tmp_path).stdout


@pytest.mark.slow
def test_doors_are_open_to_their_own_rooms(tmp_path):
    write_skeleton(tmp_path)
    (tmp_path / "rlsstudy/estimate/models.py").write_text("import statsmodels.api\n", encoding="utf-8")
    (tmp_path / "rlsstudy/present/plots.py").write_text(
        "import matplotlib.pyplot\nimport seaborn\n", encoding="utf-8"
    )

    assert "Contracts: 3 kept, 0 broken." in lint_imports(tmp_path).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        (
            "declare/early.py",
            "import rlsstudy.cohort",
            "rlsstudy.declare is not allowed to import rlsstudy.cohort",
        ),
        (
            "problems.py",
            "import rlsstudy._resources",
            "rlsstudy.problems is not allowed to import rlsstudy._resources",
        ),
        ("helpers.py", "", "The following modules are not listed as layers:\n\n- rlsstudy.helpers"),
        ("cohort/fit.py", "import statsmodels.api", "rlsstudy.cohort.fit -> statsmodels"),
        ("estimate/draw.py", "import matplotlib.pyplot", "rlsstudy.estimate.draw -> matplotlib"),
        ("deliver/draw.py", "import seaborn", "rlsstudy.deliver.draw -> seaborn"),
    ],
)
def test_planted_violation_is_found(tmp_path, module, line, complaint):
    write_skeleton(tmp_path)
    (tmp_path / "rlsstudy" / module).write_text(line + "\n", encoding="utf-8")

    result = lint_imports(tmp_path)

    assert result.returncode == 1
    assert complaint in result.stdout

"""What is committed works anywhere: it names no package server and no folder of one machine, and holds no outputs."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not contain what it forbids.
SERVERS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "np" + "mjs.",
    "deb." + "debian.org",
    "cond" + "a.anaconda",
]
PATHS = r"(?<![\w./>-])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me/\w+|Us" + r"ers/\w+)/"
FORBIDDEN = re.compile("|".join([*map(re.escape, SERVERS), PATHS]).encode())


def tracked(pattern: str) -> list[Path]:
    """List the files that git knows, or would add, and that are there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in output.decode().split("\0") if (ROOT / name).is_file()]


def find_forbidden(content: bytes) -> list[str]:
    """List the lines with a forbidden text."""
    if b"\0" in content:  # an image or a data file: its bytes mean nothing as text
        return []
    lines = enumerate(content.splitlines(), start=1)
    return [
        f"line {number}: {line.decode(errors='replace').strip()}"
        for number, line in lines
        if FORBIDDEN.search(line)
    ]


def has_output(cell: dict[str, object]) -> bool:
    return bool(cell.get("outputs")) or cell.get("execution_count") is not None


def test_no_file_names_a_server_or_a_machine_path():
    found = {path.name: find_forbidden(path.read_bytes()) for path in tracked("*")}

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_lock_file_holds_no_address():
    lock = (ROOT / "requirements.lock.txt").read_text(encoding="utf-8")

    assert re.findall(r"https?://\S+|file:\S+|--(?:extra-)?index-url.*|--find-links.*", lock) == []


def test_notebooks_are_committed_without_outputs():
    notebooks = tracked("*.ipynb")
    cells = {path.name: json.loads(path.read_text(encoding="utf-8"))["cells"] for path in notebooks}

    assert [name for name, all_cells in cells.items() if any(map(has_output, all_cells))] == []


@pytest.mark.parametrize(
    "line",
    [
        "see https://" + SERVERS[0] + "/x",
        "open('/ro" + "ot/x.csv')",
        "cd /wo" + "rk/main",
        "/ho" + "me/anna/cohort.csv",
    ],
)
def test_forbidden_text_is_found(line):
    assert find_forbidden(f"fine\n{line}\n".encode()) == [f"line 2: {line}"]


@pytest.mark.parametrize(
    "line", ["a page at example.org/work/x", "docs/home/index", "../works/notes", "rate/root/mean"]
)
def test_ordinary_text_is_left_alone(line):
    assert find_forbidden(line.encode()) == []

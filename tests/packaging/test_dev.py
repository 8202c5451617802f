"""dev.py: it redoes what was interrupted, repeats nothing, and explains every failure in a sentence."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Steps:
    def __init__(self):
        self.labels = []
        self.failing = set()

    def run(self, label, error):
        self.labels.append(label)
        if label in self.failing:
            raise error("No route.")


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """Load dev.py, looking at a checkout in `tmp_path` that has an environment but no finished set-up."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.lock.txt").write_text("numpy==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOCK", tmp_path / "requirements.lock.txt")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(module, "PYTHON", sys.executable)
    return module


@pytest.fixture
def steps(dev, monkeypatch):
    """Record the labels of the set-up's steps instead of running them; a label in `failing` fails."""
    record = Steps()
    monkeypatch.setattr(dev, "run_step", lambda label, command: record.run(label, dev.SetupError))
    monkeypatch.setattr(dev, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(dev, "locked_block", lambda lock, name: "")
    monkeypatch.setattr(dev, "check_disk", lambda free: None)
    return record


WITH_UV = ["fetching uv", "installing the locked packages", "installing rlsstudy"]
WITH_PIP = ["fetching pip", "installing the locked packages with pip", "installing rlsstudy"]


def test_first_set_up_makes_the_environment_and_records_it_as_complete(dev, steps):
    dev.setup()

    assert steps.labels == ["making the environment", *WITH_UV]
    assert dev.recorded_state() == dev.wanted_state()


def test_second_set_up_does_nothing(dev, steps):
    dev.setup()
    steps.labels.clear()

    dev.setup()

    assert steps.labels == []


@pytest.mark.parametrize("name", ["requirements.lock.txt", "pyproject.toml"])
def test_changed_input_updates_the_environment_in_place(dev, steps, name):
    dev.setup()
    steps.labels.clear()
    (dev.ROOT / name).write_text("changed\n", encoding="utf-8")

    dev.setup()

    assert steps.labels == WITH_UV


def test_moved_checkout_gets_a_new_environment(dev, steps):
    dev.STAMP.write_text(dev.wanted_state().replace(str(dev.ROOT), "elsewhere"), encoding="utf-8")

    dev.setup()

    assert steps.labels == ["making the environment", *WITH_UV]


def test_interrupted_set_up_is_begun_again(dev, steps):
    dev.setup()
    (dev.ROOT / "pyproject.toml").write_text("changed\n", encoding="utf-8")
    steps.failing = {"installing the locked packages", "installing the locked packages with pip"}
    with pytest.raises(dev.SetupError, match=r"No route\."):
        dev.setup()
    steps.labels.clear()
    steps.failing = set()

    dev.setup()

    assert steps.labels == ["making the environment", *WITH_UV]


def test_vanished_python_counts_as_no_environment(dev, steps, monkeypatch):
    dev.setup()

    monkeypatch.setattr(dev, "PYTHON", str(dev.ROOT / "no-such-python"))

    assert dev.recorded_state() == ""


def test_pip_takes_over_when_uv_fails(dev, steps, capsys):
    steps.failing = {"fetching uv"}

    dev.setup()

    assert steps.labels == ["making the environment", "fetching uv", *WITH_PIP]
    assert (
        "Not by uv: No route.\n  Going on with pip, which takes a minute or two." in capsys.readouterr().err
    )
    assert dev.recorded_state() == dev.wanted_state()


def test_uv_is_not_used_when_pip_is_asked_for(dev, steps):
    dev.setup(use_uv=False)

    assert steps.labels == ["making the environment", *WITH_PIP]


def test_uv_is_cut_out_of_the_lock_with_its_hashes(dev):
    lock = "tzdata==1 \\\n    --hash=sha256:aa\nuv==2 \\\n    --hash=sha256:bb\n    # via rlsstudy\nzmq==3\n"

    assert dev.locked_block(lock, "uv") == "uv==2 \\\n    --hash=sha256:bb\n    # via rlsstudy\n"


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_supported_python_is_accepted(dev, version):
    assert dev.check_python(version, "python3") is None


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_unsupported_python_is_refused(dev, version):
    with pytest.raises(dev.SetupError) as caught:
        dev.check_python(version, "/usr/bin/python3")

    assert str(caught.value) == (
        f"rlsstudy needs Python 3.11 to 3.14, and /usr/bin/python3 is {version[0]}.{version[1]}. "
        "Run dev.py with one of those, for example: python3.11 dev.py setup"
    )


def test_too_little_disk_is_refused_before_anything_is_done(dev):
    with pytest.raises(dev.SetupError) as caught:
        dev.check_disk(400_000_000)

    assert str(caught.value) == (
        f"Set-up needs 2 GB of free disk, and {dev.ROOT} has 0.4 GB. Free some and try again."
    )


def test_missing_pip_is_named(dev, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(dev.SetupError) as caught:
        dev.pip_command()

    assert str(caught.value) == (
        f"{sys.executable} has no pip. Install it (Debian, Ubuntu: sudo apt install python3-pip) "
        "and run the command again."
    )


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "OSError: [Errno 28] No space left on device",
            "The disk is full. Free 2 GB and run the command again.",
        ),
        (
            "NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
            "The package index cannot be reached. Connect to the network, or set pip's proxy or index, and run the "
            "command again.",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "A downloaded file is not the one in requirements.lock.txt. Empty the pip cache (pip cache purge) and run "
            "the command again; if it stays, the package index in use is not to be trusted.",
        ),
        (
            "something else",
            "The step 'fetching uv' failed, for the reason printed above. Mend it and run the command again.",
        ),
    ],
)
def test_failure_is_explained(dev, output, sentence):
    assert dev.explain("fetching uv", output) == sentence


def test_failing_step_shows_its_last_lines(dev, capsys):
    with pytest.raises(dev.SetupError, match=r"^The disk is full\."):
        dev.run_step(
            "copying", [sys.executable, "-c", "print('No space left on device'); raise SystemExit(1)"]
        )

    assert "copying ..." in capsys.readouterr().err


def test_unknown_command_prints_the_commands_and_fails(dev, capsys):
    status = dev.main(["tests"])

    assert status == 2
    assert "python3 dev.py test [--all]" in capsys.readouterr().err


def test_help_is_not_a_failure(dev):
    assert dev.main(["--help"]) == 0


def test_error_is_one_sentence_and_a_status(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "SUPPORTED", ((4, 0), (4, 1)))

    status = dev.main(["setup"])

    assert status == 1
    assert capsys.readouterr().err.count("\n") == 1

"""JupyterLab opens in the user's folder, with the Python that runs this."""

import json
import sys

import pytest

from rlsstudy.deliver.lab import check_folder, lab_command, open_lab, split_arguments
from rlsstudy.errors import DeliveryError


def test_first_notebook_is_opened(tmp_path):
    (tmp_path / "00_start_here.ipynb").write_text("{}", encoding="utf-8")

    assert lab_command(tmp_path, browser=False) == [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={tmp_path.resolve()}",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
        "--no-browser",
    ]


def test_folder_without_that_notebook_is_opened_as_it_is(tmp_path):
    assert lab_command(tmp_path) == [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={tmp_path.resolve()}",
    ]


@pytest.mark.parametrize(
    ("given", "own", "for_jupyter"),
    [
        (["mine"], ["mine"], []),
        (["--", "--port", "9913"], [], ["--port", "9913"]),
        (["mine", "--", "-y", "--", "a"], ["mine"], ["-y", "--", "a"]),
    ],
)
def test_arguments_for_jupyterlab_stand_after_two_hyphens(given, own, for_jupyter):
    assert split_arguments(given) == (own, for_jupyter)


def test_folder_that_begins_with_a_hyphen_is_refused():
    check_folder("mine-too")

    with pytest.raises(DeliveryError) as caught:
        check_folder("--port")

    assert str(caught.value) == (
        "'--port' is not an option of `rlsstudy lab`, and no folder for notebooks. "
        "Options for JupyterLab come after two hyphens: rlsstudy lab my_folder -- --port 9913"
    )


def test_news_and_kernel_questions_are_off_and_the_status_is_passed_on(tmp_path, monkeypatch):
    script = (
        "import os, pathlib, sys\n"
        "folder = pathlib.Path(os.environ['JUPYTER_CONFIG_PATH'].split(os.pathsep)[-1])\n"
        "settings = folder / 'labconfig' / 'default_setting_overrides.json'\n"
        f"pathlib.Path({str(tmp_path / 'seen.json')!r}).write_text(settings.read_text())\n"
        "sys.exit(7)\n"
    )
    monkeypatch.setattr(
        "rlsstudy.deliver.lab.lab_command", lambda folder, browser: [sys.executable, "-c", script]
    )

    assert open_lab(tmp_path) == 7
    assert json.loads((tmp_path / "seen.json").read_text(encoding="utf-8")) == {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True},
    }

"""JupyterLab in the user's own folder, with the Python that runs this."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

from rlsstudy.errors import DeliveryError

# JupyterLab would ask to fetch news from the network, and which kernel to use although there is one.
LAB_SETTINGS: Mapping[str, Mapping[str, object]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True},
}
FIRST = "00_start_here.ipynb"
MARK = "--"


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what stands before ``--``, and what stands after it and is for JupyterLab.

    Examples
    --------
    >>> split_arguments(["mine", "--", "--port", "9913"])
    (['mine'], ['--port', '9913'])
    """
    given = list(arguments)
    place = given.index(MARK) if MARK in given else len(given)
    return given[:place], given[place + 1 :]


def check_folder(folder: str | PathLike[str]) -> None:
    """Refuse what was meant as an option, before a folder of that name is made.

    Raises
    ------
    DeliveryError
        The name begins with a hyphen.
    """
    if str(folder).startswith("-"):
        raise DeliveryError(
            f"'{folder}' is not an option of `rlsstudy lab`, and no folder for notebooks. "
            "Options for JupyterLab come after two hyphens: rlsstudy lab my_folder -- --port 9913"
        )


def lab_command(folder: str | PathLike[str], *, browser: bool = True) -> list[str]:
    """Return the command that opens JupyterLab on the first notebook of a folder.

    Parameters
    ----------
    folder : path
        The folder to work in; JupyterLab sees nothing outside it.
    browser : bool
        Whether to open a browser window; without one the address is printed.
    """
    root = Path(folder).resolve()
    first = [f"--LabApp.default_url=/lab/tree/{FIRST}"] if (root / FIRST).is_file() else []
    window = [] if browser else ["--no-browser"]
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", *first, *window]


def open_lab(folder: str | PathLike[str], *, browser: bool = True, arguments: tuple[str, ...] = ()) -> int:
    """Run JupyterLab in a folder until it is stopped, and return its exit status.

    Parameters
    ----------
    folder : path
        The folder to work in.
    browser : bool
        Whether to open a browser window.
    arguments : tuple of str
        More arguments for JupyterLab, as they are.
    """
    with tempfile.TemporaryDirectory(prefix="rlsstudy-lab-") as config:
        _write_defaults(Path(config) / "labconfig")
        path = os.pathsep.join(filter(None, [os.environ.get("JUPYTER_CONFIG_PATH"), config]))
        process = subprocess.Popen(
            [*lab_command(folder, browser=browser), *arguments],
            env={**os.environ, "JUPYTER_CONFIG_PATH": path},
        )
        try:
            return _wait(process)
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait through Ctrl-C: the terminal sends it to JupyterLab too, which asks whether to stop."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def _write_defaults(folder: Path) -> None:
    """Write settings that hold unless the user chose otherwise in JupyterLab."""
    folder.mkdir()
    (folder / "default_setting_overrides.json").write_text(json.dumps(LAB_SETTINGS), encoding="utf-8")

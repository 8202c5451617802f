"""Where the notebooks and the synthetic cohorts are that come with the package, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def notebooks_folder() -> Path:
    """Return the folder of the notebooks.

    Examples
    --------
    >>> (notebooks_folder() / "00_start_here.ipynb").is_file()
    True
    """
    return _folder("notebooks")


def data_folder() -> Path:
    """Return the folder of the synthetic cohorts."""
    return _folder("data_synthetic")


def _folder(name: str) -> Path:
    """Return a folder carried inside the wheel, else the one at the top of the checkout."""
    installed = PACKAGE / f"_{name}"
    return installed if installed.is_dir() else PACKAGE.parent / name

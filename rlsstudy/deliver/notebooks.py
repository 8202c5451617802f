"""The notebooks that come with the package: where they are, and copies of them to work in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy._resources import notebooks_folder
from rlsstudy.deliver.new_file import write_new
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True, slots=True)
class CopiedNotebooks:
    """What a copy did.

    Parameters
    ----------
    folder : Path
        Where the notebooks are now.
    written, kept : tuple of Path
        The files that were written, and those that were there before and were left alone.
    """

    folder: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def packaged_notebooks() -> tuple[Path, ...]:
    """List the notebooks that come with the package, in reading order."""
    return tuple(sorted(notebooks_folder().glob("[0-9][0-9]_*.ipynb")))


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    DeliveryError
        It is not there, or is not a notebook.
    """
    import nbformat

    try:
        text = path.read_text(encoding="utf-8")
        nbformat.validate(dict(json.loads(text)))
    except OSError as error:
        raise DeliveryError(f"The notebook '{path.name}' cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, nbformat.ValidationError) as error:
        raise DeliveryError(
            f"The file '{path.name}' is not a notebook. Open and save it in JupyterLab."
        ) from error
    notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    return notebook


def copy_notebooks(folder: str | PathLike[str] = "rlsstudy-notebooks") -> CopiedNotebooks:
    """Copy the notebooks into a folder of your own, never over a file that is there.

    Parameters
    ----------
    folder : path, optional
        Where to copy them; made if it is not there.

    Returns
    -------
    CopiedNotebooks
        Which notebooks were written, and which were there and kept.

    Raises
    ------
    DeliveryError
        The folder cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     first, second = copy_notebooks(folder), copy_notebooks(folder)
    >>> len(first.written) == len(second.kept) > 0, second.written
    (True, ())
    """
    target = Path(folder)
    written: list[Path] = []
    kept: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for notebook in packaged_notebooks():
            copy = target / notebook.name
            (written if write_new(copy, notebook.read_bytes()) else kept).append(copy)
    except OSError as error:
        raise DeliveryError(
            f"The notebooks cannot be copied to '{folder}': {error.strerror}. Name a folder that you can write."
        ) from error
    return CopiedNotebooks(target, tuple(written), tuple(kept))

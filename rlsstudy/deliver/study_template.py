"""A study file to start from."""

from __future__ import annotations

from pathlib import Path

from rlsstudy.deliver.new_file import write_new
from rlsstudy.errors import DeliveryError

TEMPLATE = Path(__file__).resolve().parent / "templates" / "study.toml"


def write_study_template(folder: Path) -> Path:
    """Write a commented ``study.toml``, which can be used as it is, into a folder.

    Parameters
    ----------
    folder : Path
        Where to write it; made if it is not there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DeliveryError
        There is a ``study.toml`` already, or the folder cannot be written.
    """
    path = folder / "study.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = write_new(path, TEMPLATE.read_bytes())
    except OSError as error:
        raise DeliveryError(
            f"'{path}' cannot be written: {error.strerror}. Name a folder that you can write."
        ) from error
    if not written:
        raise DeliveryError(f"There is a study file '{path}' already. It was kept; name another folder.")
    return path

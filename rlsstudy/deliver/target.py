"""What a command must not write to: whatever it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.errors import DeliveryError, RLSStudyError

if TYPE_CHECKING:
    from rlsstudy.declare.study import Study


def check_new_target(target: Path, read: Iterable[Path], *, force: bool) -> None:
    """Raise unless a command may write a file or folder of this name.

    Parameters
    ----------
    target : Path
        What is to be written.
    read : iterable of Path
        Everything that the command reads; none of it is ever written to, whatever ``force`` says.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    DeliveryError
        The target is read by the command, is there already, or its folder is not.
    """
    try:
        is_there, has_folder = target.exists(), target.absolute().parent.is_dir()
        is_read = is_there and any(path.exists() and target.samefile(path) for path in read)
    except OSError as error:
        raise DeliveryError(f"'{target.name[:80]}' cannot be written: {error.strerror}.") from error
    if is_read:
        raise DeliveryError(f"'{target}' is read by this command, and is not written to. Name another file.")
    if not has_folder:
        raise DeliveryError(
            f"There is no folder '{target.parent}' to write '{target.name}' to. Make it first."
        )
    if is_there and not force:
        raise DeliveryError(
            f"The file '{target}' is there already. Name another one, or replace it with --force."
        )


def files_of(study: Study | str | Path | None) -> list[Path]:
    """Return the files that a study reads, and its own; of one that cannot be read its own alone."""
    from rlsstudy.declare.data_files import DataFiles
    from rlsstudy.declare.study import Study
    from rlsstudy.declare.study_file import DEFAULT, load_study

    if study is None or str(study) == DEFAULT:
        return []
    own = [] if isinstance(study, Study) else [Path(study)]
    try:
        asked = study if isinstance(study, Study) else load_study(study)
    except RLSStudyError:
        return own
    if not isinstance(asked.data, DataFiles):
        return own
    options = asked.data.options.by_pattern.values()
    beside = [path for one in options for path in (one.catalogue, one.dictionary) if path is not None]
    return [*own, *asked.data.paths, *beside]

"""From one file format to another, through the declaration, and without loss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.deliver.cohort_file import check_target, save_cohort, write_plainly
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rlsstudy.problems import Problem


def convert_file(
    source: Path,
    target: Path,
    *,
    study: Path | None = None,
    force: bool = False,
    tell: Callable[[Sequence[Problem]], None] | None = None,
) -> Path:
    """Read a data file as a study declares it, and write the cohort in the format of another name.

    Parameters
    ----------
    source : Path
        The file. It is not written to.
    target : Path
        The new file: ``.csv``, ``.tsv``, ``.parquet``, ``.feather``, ``.xlsx``, ``.sav``, ``.zsav``, ``.dta`` or
        ``.xpt``. Columns have the names of their variables, in declared units, with what is derived from them, and
        gaps keep their reasons. Columns that the study does not map are left out, and keys of participants become
        running numbers. Beside simulated people a note is written, which says what they are.
    study : Path, optional
        The study file that says how the source is read; without it, columns have the names of declared variables.
    force : bool
        Whether a file that is there is replaced.
    tell : callable, optional
        Is given what was noticed in the source, warnings and notes, before anything is written.

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    CohortError
        The source cannot be read, or the new format cannot hold it; ``.problems`` lists everything.
    StudyFileError
        The study file cannot be used.
    DeliveryError
        The target is there, is the source itself, or cannot be written.
    """
    from rlsstudy.cohort.read import load_cohort

    if target.exists() and source.exists() and target.samefile(source):
        raise DeliveryError(f"'{target}' is the file that is read. Name another one.")
    check_target(target, force=force)
    cohort = load_cohort(source, study)
    if tell is not None:
        tell(cohort.notes)
    if cohort.is_synthetic:
        return save_cohort(cohort, target, force=force)
    return write_plainly(cohort, target)

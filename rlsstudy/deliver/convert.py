"""From one file format to another, through the declaration, and without loss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.deliver.cohort_file import check_target, save_cohort, write_plainly
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from rlsstudy.declare.study import Study


def convert_file(source: Path, target: Path, *, study: Path | None = None, force: bool = False) -> Path:
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
    from rlsstudy.cohort.read import load_cohort, study_of
    from rlsstudy.declare.study_file import load_study

    if target.exists() and source.exists() and target.samefile(source):
        raise DeliveryError(f"'{target}' is the file that is read. Name another one.")
    check_target(target, force=force)
    asked = study_of(source) if study is None else _with_file(load_study(study), source)
    cohort = load_cohort(asked)
    if cohort.is_synthetic:
        return save_cohort(cohort, target, force=force)
    return write_plainly(cohort, target)


def _with_file(study: Study, source: Path) -> Study:
    """Return the study with this file in place of its own."""
    from rlsstudy.declare.data_files import DataFiles

    if not isinstance(study.data, DataFiles):
        raise DeliveryError(
            f"'{study.source}' simulates its data and says nothing of a file. Leave out --study."
        )
    return replace(study, data=replace(study.data, paths=(source,)))

"""Checking a file without loading it: every problem as a list, nothing raised."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rlsstudy.cohort.checks.examine import examine
from rlsstudy.cohort.read import no_data, study_of
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.study import Study
from rlsstudy.declare.study_file import load_study
from rlsstudy.errors import Complaint, StudyFileError
from rlsstudy.problems import Problem


def check_file(path: str | Path, study: str | Path | Study | None = None) -> list[Problem]:
    """Check a data file, or all files of a study, against the declaration.

    Parameters
    ----------
    path : str or Path
        A data file, or a study file whose data are checked.
    study : str, Path or Study, optional
        The study that says how the data file is read: ``"default"``, the path of a study file, or
        a study. When it names several files, only the columns that this one has are looked for,
        and only the exclusions by what it has are applied.

    Returns
    -------
    list of Problem
        Refusals, warnings and notes in the order found; empty when there is nothing to say. A
        study file that cannot be used is a problem too.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> [problem.code for problem in rls.check_file("no_such_file.csv")]
    ['E_NO_FILE']
    """
    path = Path(path)
    is_study = path.suffix.lower() == ".toml"
    try:
        asked = load_study(path) if is_study else _declared(path, study)
    except StudyFileError as error:
        name = path.name if is_study or study is None else Path(str(study)).name
        return [_as_problem(complaint, name) for complaint in error.complaints]
    if is_study:
        return [_two_studies(path.name)] if study is not None else _check_study(asked)
    if not isinstance(asked.data, DataFiles):  # it says nothing about files: declared names are taken
        alone = DataFiles((path,), "", ())
        return examine(replace(asked, data=alone), alone)[1]
    return examine(asked, replace(asked.data, paths=(path,)), all_needed=len(asked.data.paths) <= 1)[1]


def _check_study(asked: Study) -> list[Problem]:
    """Check the data that a study names; a study without any only declares how files are read."""
    if not isinstance(asked.data, DataFiles):
        return []
    return examine(asked, asked.data)[1] if asked.data.paths else [no_data()]


def _declared(path: Path, study: str | Path | Study | None) -> Study:
    """Return the study that is asked; a name is always that of a study, never of a data file."""
    if isinstance(study, Study):
        return study
    return study_of(path) if study is None else load_study(study)


def _as_problem(complaint: Complaint, name: str) -> Problem:
    message = f"Study file '{name}': {complaint.text}"
    return Problem(complaint.code, message, file=name, column=complaint.key or None, line=complaint.line)


def _two_studies(file: str) -> Problem:
    message = f"'{file}' is a study file, and another study is given for it"
    hint = "Give a data file with a study, or the study file alone."
    return Problem("E_STUDY_FILE", message, hint=hint, file=file)

"""Checking a file without loading it: every problem as a list, nothing raised."""

from __future__ import annotations

from pathlib import Path

from rlsstudy.cohort.read import examine, study_of
from rlsstudy.declare.study import DataFiles, Study
from rlsstudy.errors import StudyFileError
from rlsstudy.problems import Problem


def check_file(path: str | Path, study: str | Path | Study | None = None) -> list[Problem]:
    """Check a data file, or all files of a study, against the declaration.

    Parameters
    ----------
    path : str or Path
        A data file, or a study file whose data are checked.
    study : str, Path or Study, optional
        The study that says how the data file is read. When it names several files, only the
        columns that this one has are looked for.

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
    try:
        asked = study if isinstance(study, Study) else study_of(path if study is None else study)
    except StudyFileError as error:
        name = str(path.name if study is None else Path(str(study)).name)
        return [Problem("E_STUDY_FILE", problem, file=name) for problem in error.problems]
    if path.suffix.lower() == ".toml":
        return [] if not isinstance(asked.data, DataFiles) else examine(asked, asked.data)[1]
    data = asked.data if isinstance(asked.data, DataFiles) else DataFiles((), "", ())
    only_one = len(data.paths) <= 1
    alone = DataFiles((path,), data.key, data.columns, data.exclusions if only_one else ())
    return examine(asked, alone, all_needed=only_one)[1]

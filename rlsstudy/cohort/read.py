"""Loading a cohort: files through the declaration to a typed cohort, or one error with every problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rlsstudy.cohort.checks.examine import examine
from rlsstudy.cohort.cohort import Cohort
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.study import Study
from rlsstudy.declare.study_file import DEFAULT, default_study, load_study
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, refusals


def load_cohort(source: str | Path | Study, study: str | Path | Study | None = None) -> Cohort:
    """Load a cohort from a study, or from a single data file.

    Parameters
    ----------
    source : str, Path or Study
        The path of a ``study.toml``; a study, whose cohort is read or simulated as it says; or the
        path of a data file in any format that is known, whose columns have the names of declared
        variables, with a key column ``participant``, ``participant_id`` or ``id``. A key column
        ``synthetic_participant`` marks simulated people, as in the files that this package writes.
    study : str, Path or Study, optional
        For a data file, the study that says how it is read, in place of the files that the study names.

    Returns
    -------
    Cohort
        Typed, in declared units. Participants are numbered by their row in the first file: a key
        is an identifier and stays out of the data. Only a key that counts upwards in a file written by this
        package is kept as the number. With visits there is one row per participant and visit. ``.ledger`` says
        who left and why, ``.reasons`` why a value is missing, ``.notes`` what was noticed.

    Raises
    ------
    CohortError
        The data do not match the declaration; ``.problems`` lists everything found. Nothing is
        loaded in part.
    StudyFileError
        The study file cannot be used.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> rls.load_cohort("no_such_file.csv")
    Traceback (most recent call last):
    rlsstudy.errors.CohortError: The data of 'no_such_file.csv' cannot be used as they are:
      - There is no file 'no_such_file.csv'. Check the name; names in a study file count from its folder.
    """
    if study is not None:
        return _load_file(Path(str(source)), study if isinstance(study, Study) else load_study(study))
    study = source if isinstance(source, Study) else study_of(source)
    if not isinstance(study.data, DataFiles):
        from rlsstudy.cohort.simulate import simulate_cohort

        return simulate_cohort(study=study)
    if not study.data.paths:
        raise CohortError(f"The data of '{study.source}' cannot be used as they are:", [no_data()])
    return _load(study, study.data)


def _load_file(path: Path, study: Study) -> Cohort:
    """Load one file as a study declares it; a study that simulates its data takes declared names."""
    if isinstance(study.data, DataFiles):
        return _load(study, replace(study.data, paths=(path,)))
    alone = DataFiles((path,), "", ())
    return _load(replace(study, data=alone), alone)


def _load(study: Study, data: DataFiles) -> Cohort:
    cohort, problems = examine(study, data)
    if cohort is None:
        raise CohortError(f"The data of '{study.source}' cannot be used as they are:", refusals(problems))
    return _at_asked_visit(cohort, data.at_visit)


def _at_asked_visit(cohort: Cohort, visit: str | None) -> Cohort:
    """Return the rows of the visit that the study is about, if it names one."""
    if visit is None:
        return cohort
    known = {str(one): one for one in cohort.data.index.get_level_values(-1)}
    return cohort.at_visit(known.get(visit, visit))


def study_of(source: str | Path) -> Study:
    """Return the study of a study file, or the one that a data file is read with on its own."""
    if str(source) == DEFAULT or Path(source).suffix.lower() == ".toml":
        return load_study(source)
    path = Path(source)
    return replace(default_study(), data=DataFiles((path,), "", ()), source=path.name)


def no_data() -> Problem:
    """Return the problem of a study that only declares how files are read."""
    hint = "Name the file or files as 'data' in [study], or give a data file with this study to `rlsstudy check`."
    return Problem("E_NO_DATA", "The study names no data", hint=hint)

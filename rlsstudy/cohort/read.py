"""Loading a cohort: files through the declaration to a typed, checked cohort, or one error with every problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.assemble import assemble_frames, reason_names
from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.cohort.convert import ReadColumn, convert
from rlsstudy.cohort.derive import derive_columns, disagreements, mark_not_applicable, misplaced_values
from rlsstudy.cohort.exclude import apply_exclusions, keep
from rlsstudy.cohort.locate import COUNTING_KEYS, locate_columns, other_columns, own_names, usual_key
from rlsstudy.cohort.merge import Merged, merge_tables
from rlsstudy.cohort.raw_table import HEADER_HINT, RawTable, file_digest, refuse
from rlsstudy.cohort.read_csv import read_csv
from rlsstudy.cohort.read_parquet import read_parquet
from rlsstudy.cohort.read_xport import read_xport
from rlsstudy.cohort.validate import validate_columns
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.study import SYNTHETIC_KEY, ColumnMap, DataFiles, Study
from rlsstudy.declare.study_file import DEFAULT, default_study, load_study
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, Severity, refusals

if TYPE_CHECKING:
    from numpy.typing import NDArray

READERS: dict[str, Callable[[Path], RawTable]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".parquet": read_parquet,
    ".xpt": read_xport,
}


def load_cohort(source: str | Path | Study) -> Cohort:
    """Load a cohort from a study, or from a single data file.

    Parameters
    ----------
    source : str, Path or Study
        The path of a ``study.toml``; a study, whose cohort is read or simulated as it says; or the
        path of a CSV, TSV, Parquet or SAS transport file whose columns have the names of declared
        variables, with a key column ``participant``, ``participant_id`` or ``id``. A key column
        ``synthetic_participant`` marks simulated people, as in the files that this package writes.

    Returns
    -------
    Cohort
        Typed, in declared units. Participants are numbered by their row in the first file: a key
        is an identifier and stays out of the data. Only a key that counts upwards in a file written by this
        package is kept as the number. ``.ledger`` says
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
    study = source if isinstance(source, Study) else study_of(source)
    if not isinstance(study.data, DataFiles):
        from rlsstudy.cohort.simulate import simulate_cohort

        return simulate_cohort(study=study)
    cohort, problems = examine(study, study.data)
    if cohort is None:
        raise CohortError(f"The data of '{study.source}' cannot be used as they are:", refusals(problems))
    return cohort


def study_of(source: str | Path) -> Study:
    """Return the study of a study file, or the one that a data file is read with on its own."""
    if str(source) == DEFAULT or Path(source).suffix.lower() == ".toml":
        return load_study(source)
    path = Path(source)
    return replace(default_study(), data=DataFiles((path,), "", ()), source=path.name)


def examine(study: Study, data: DataFiles, *, all_needed: bool = True) -> tuple[Cohort | None, list[Problem]]:
    """Read the files of a study and collect every problem.

    Parameters
    ----------
    study : Study
        The declaration.
    data : DataFiles
        The files and how they are read. Without columns, those with declared names are taken;
        without a key, the usual names are tried.
    all_needed : bool
        Whether mapped columns that no file has are a problem; without, one is enough, and exclusions
        by variables that were not read are passed over.

    Returns
    -------
    cohort : Cohort or None
        None when any problem is a refusal.
    problems : list of Problem
        Refusals, warnings and notes.
    """
    tables, problems = _read_tables(data.paths)
    if len(tables) < len(data.paths):
        return None, problems
    key = data.key or usual_key(tables[0])
    merged, ledger, found = merge_tables(tables, key)
    problems += found
    if merged is None:
        return None, problems
    data = replace(data, key=key, columns=data.columns or own_names(tables, study.model, key))
    columns, found = _convert_all(data.columns, merged, study.model, all_needed=all_needed)
    problems += [*found, *other_columns(tables, data.columns, key, study.model)]
    if not columns and not refusals(found):
        problems.append(_nothing_to_read(tables, mapped=bool(data.columns)))
    columns = derive_columns(mark_not_applicable(columns), study.model)
    if not all_needed:
        rules = tuple(rule for rule in data.exclusions if rule.variable in columns)
        data = replace(data, exclusions=rules)
    columns, stays, excluded, found = _prepare(columns, study, data, len(merged.keys))
    problems += found
    study, found = _asked_of(study, data, columns, all_needed=all_needed)
    problems += found
    if refusals(problems):
        return None, problems
    participants = _numbers(merged, key)[stays]
    frames = assemble_frames(columns, study.model, participants)
    return Cohort(*frames, study, (*ledger, *excluded), _origin(data), tuple(problems)), problems


def _read_tables(paths: Sequence[Path]) -> tuple[list[RawTable], list[Problem]]:
    tables: list[RawTable] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            table = _reader(path)(path)
        except CohortError as error:
            problems += error.problems
        else:
            tables.append(table)
            problems += table.problems
    return tables, problems


def _reader(path: Path) -> Callable[[Path], RawTable]:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        allowed = ", ".join(READERS)
        message = f"'{path.name}' has an ending that is not known"
        hint = "Export the data in one of these formats."
        raise refuse(path, Problem("E_FORMAT", message, allowed=allowed, hint=hint, file=path.name))
    return READERS[suffix]


def _nothing_to_read(tables: Sequence[RawTable], *, mapped: bool) -> Problem:
    """Say that no column of the files is mapped, or has the name of a declared variable."""
    files = " or ".join(f"'{table.file}'" for table in tables)
    asked = "that the study maps" if mapped else "with the name of a declared variable"
    hint = "Check their names in [columns]." if mapped else "Map its columns in [columns]."
    if any(table.lines is not None for table in tables):
        hint += f" {HEADER_HINT}"
    return Problem("E_MISSING_COLUMN", f"No column {asked} is in {files}", hint=hint)


def _convert_all(
    mapped: Sequence[ColumnMap], merged: Merged, model: CausalModel, *, all_needed: bool
) -> tuple[dict[str, ReadColumn], list[Problem]]:
    located, problems = locate_columns(mapped, merged.tables, all_needed=all_needed)
    columns: dict[str, ReadColumn] = {}
    empty, reasons = np.empty(0), reason_names(model)
    for column, place in located:
        file, lines = merged.tables[place].file, merged.lines(place)
        blank = ReadColumn(model[column.variable], empty, empty.astype(object), file, column.column, lines)
        columns[column.variable], found = convert(merged.column(place, column.column), column, blank, reasons)
        problems += found
    return columns, problems


def _prepare(
    columns: dict[str, ReadColumn], study: Study, data: DataFiles, n: int
) -> tuple[dict[str, ReadColumn], NDArray[np.bool_], list[LedgerEntry], list[Problem]]:
    """Take out whom the study excludes, and check those who stay."""
    stays, ledger, problems = apply_exclusions(data.exclusions, columns, n)
    columns = {name: keep(column, stays) for name, column in mark_not_applicable(columns).items()}
    problems += [
        *misplaced_values(columns),
        *disagreements(columns, study.model),
        *validate_columns(columns.values()),
    ]
    return columns, stays, ledger, problems


def _asked_of(
    study: Study, data: DataFiles, columns: dict[str, ReadColumn], *, all_needed: bool
) -> tuple[Study, list[Problem]]:
    """Return the study with the factors that were measured; say when what it asks about was not."""
    absent = [factor for factor in study.factors if factor not in columns]
    measured = tuple(factor for factor in study.factors if factor in columns)
    problems = []
    alone = isinstance(study.data, DataFiles) and not study.data.key  # a data file without a study file
    if study.outcome not in columns and all_needed:
        severity = Severity.WARN if alone else Severity.REFUSE
        problems.append(_no_outcome(study, severity))
    if absent and measured:
        message = f"{len(absent)} of {len(study.factors)} factors have no column: {', '.join(absent)}"
        problems.append(Problem("N_NOT_MEASURED", message, Severity.NOTE, count=len(absent)))
    return replace(study, data=data, factors=measured or study.factors), problems


def _no_outcome(study: Study, severity: Severity) -> Problem:
    label = study.model[study.outcome].label
    message = f"The outcome '{study.outcome}' ({label}) has no column and cannot be derived"
    hint = "Map its column, or all its items, in a study file."
    return Problem(
        "E_NO_OUTCOME" if severity is Severity.REFUSE else "W_NO_OUTCOME", message, severity, hint=hint
    )


def _numbers(merged: Merged, key: str) -> NDArray[np.int64]:
    """Return the participants' rows in the first file, or the running number of our own files."""
    if key in COUNTING_KEYS and all(
        text.isascii() and text.isdigit() and len(text) < 10 for text in merged.keys
    ):
        numbers = np.asarray([int(text) for text in merged.keys], dtype=np.int64)
        if (np.diff(numbers) > 0).all():
            return numbers
    return merged.rows[0] + 1


def _origin(data: DataFiles) -> Origin:
    names = ", ".join(path.name for path in data.paths)
    facts = {path.name: file_digest(path) for path in data.paths}
    if data.key == SYNTHETIC_KEY:
        return Origin(f"Synthetic data, read from {names}.", synthetic=True, facts=facts)
    return Origin(f"Read from {names}.", synthetic=False, facts=facts)

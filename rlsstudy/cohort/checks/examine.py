"""Examining the files of a study: read, merge, convert, derive, exclude, validate; every problem is collected."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import assemble_frames
from rlsstudy.cohort.checks.contradict import contradictions
from rlsstudy.cohort.checks.derive import derive_columns, disagreements, mark_not_applicable, misplaced_values
from rlsstudy.cohort.checks.exclude import apply_exclusions
from rlsstudy.cohort.checks.gather import gathered
from rlsstudy.cohort.checks.laid_out import LaidOut, lay_out, mapped_columns, read_columns, said_of_others
from rlsstudy.cohort.checks.locate import COUNTING_KEYS
from rlsstudy.cohort.checks.merge import Merged, merge_tables
from rlsstudy.cohort.checks.over_time import changing_constants, disorder
from rlsstudy.cohort.checks.suspect import suspicions
from rlsstudy.cohort.checks.validate import validate_columns
from rlsstudy.cohort.checks.visit_order import visit_order
from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.cohort.files.raw_table import HEADER_HINT, RawTable, file_digest
from rlsstudy.cohort.files.readers import read_table
from rlsstudy.cohort.redcap.check import dictionary_problems
from rlsstudy.cohort.redcap.exports import read_any_dictionary
from rlsstudy.cohort.redcap.notes import checkbox_notes, labels_problem
from rlsstudy.declare.data_files import SYNTHETIC_KEY, DataFiles
from rlsstudy.declare.study import Study
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, Severity, refusals

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.read_column import ReadColumn

Columns = dict[str, "ReadColumn"]


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
    if len({path.name for path in data.paths}) < len(data.paths):
        return None, [_same_names()]
    tables, problems = _read_tables(data)
    if len(tables) < len(data.paths):
        return None, problems
    with ThreadPoolExecutor(max_workers=1) as beside:  # a checksum takes as long as a check, on another core
        digests = {path.name: beside.submit(_digest, path) for path in data.paths}
        cohort, problems = _examine(tables, problems, study, data, all_needed=all_needed)
    problems = gathered(problems)
    if cohort is None:
        return None, problems
    facts = {name: digest.result() for name, digest in digests.items()}
    origin = _origin(data, facts, cohort.is_synthetic)
    return replace(cohort, origin=origin, notes=tuple(problems)), problems


def _digest(path: Path) -> str:
    """Return a file's checksum; nothing where it was taken away since it was read."""
    try:
        return file_digest(path)
    except (OSError, ValueError):
        return ""


def _examine(
    tables: Sequence[RawTable], noticed: list[Problem], study: Study, data: DataFiles, *, all_needed: bool
) -> tuple[Cohort | None, list[Problem]]:
    """Judge what was read; what the readers have noticed stands first among the problems."""
    problems = list(noticed)
    files = lay_out(tables, data, study.model)
    tables = [file.table for file in files]
    problems += [problem for file in files for problem in file.table.problems if problem not in problems]
    labelled = [labels_problem(file.table, file.keys.participant) for file in files]
    if any(labelled):
        return None, [*problems, *(problem for problem in labelled if problem is not None)]
    merged, ledger, found = merge_tables(tables, [file.keys for file in files])
    problems += found
    if merged is None:
        return None, problems
    data = replace(data, key=files[0].keys.participant, columns=mapped_columns(files))
    columns, found = read_columns(files, merged, data, study.model, all_needed=all_needed)
    problems += [
        *found,
        *said_of_others(files, data, study.model),
        *_boxes(files),
        *_other_fields(files, data),
    ]
    if not columns and not refusals(found):
        problems.append(_nothing_to_read(tables, mapped=bool(data.columns)))
    columns = derive_columns(mark_not_applicable(columns), study.model)
    if not all_needed:
        rules = tuple(rule for rule in data.exclusions if rule.variable in columns)
        data = replace(data, exclusions=rules)
    judged = _judge(columns, merged, files, study, data)
    problems += judged.problems
    study, found = _asked_of(study, data, judged.columns, all_needed=all_needed)
    problems += found
    if refusals(problems):
        return None, problems
    index = _index(merged, data.key)[judged.stays]
    if data.at_visit is not None and data.at_visit not in index.get_level_values(-1).astype(str):
        return None, [*problems, _no_visit(data.at_visit)]
    frames = assemble_frames(judged.columns, study.model, index)
    origin = Origin("", synthetic=data.key == SYNTHETIC_KEY)
    return Cohort(*frames, study, (*ledger, *judged.ledger), origin), problems


def _read_tables(data: DataFiles) -> tuple[list[RawTable], list[Problem]]:
    tables: list[RawTable] = []
    problems: list[Problem] = []
    for path in data.paths:
        try:
            table = read_table(path, data.options.of(path))
        except CohortError as error:
            problems += error.problems
        else:
            tables.append(table)
            problems += table.problems
    return tables, problems


def _other_fields(files: Sequence[LaidOut], data: DataFiles) -> list[Problem]:
    """Warn of cells that their REDCap dictionary does not allow, in columns that the study itself does not judge."""
    problems: list[Problem] = []
    for file in files:
        dictionary = data.options.of_name(file.table.file).dictionary
        if dictionary is not None:
            judged = {column.column for column in file.columns} | set(data.drop)
            found = dictionary_problems(file.table, read_any_dictionary(dictionary))
            problems += [
                replace(problem, code="W_DICTIONARY", severity=Severity.WARN)
                for problem in found
                if problem.column not in judged
            ]
    return problems


def _boxes(files: Sequence[LaidOut]) -> list[Problem]:
    """Note where no box of a REDCap checkbox is ticked."""
    return [
        problem
        for file in files
        for problem in checkbox_notes(file.table, {column.column for column in file.columns})
    ]


def _nothing_to_read(tables: Sequence[RawTable], *, mapped: bool) -> Problem:
    """Say that no column of the files is mapped, or has the name of a declared variable."""
    files = " or ".join(f"'{table.file}'" for table in tables)
    asked = "that the study maps" if mapped else "with the name of a declared variable"
    hint = "Check their names in [columns]." if mapped else "Map its columns in [columns]."
    if any(table.lines is not None for table in tables):
        hint += f" {HEADER_HINT}"
    return Problem("E_MISSING_COLUMN", f"No column {asked} is in {files}", hint=hint)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was made of the columns: those of who stays, who stays, the ledger of who left, and every problem."""

    columns: Columns
    stays: Mask
    ledger: list[LedgerEntry]
    problems: list[Problem]


def _judge(
    columns: Columns, merged: Merged, files: Sequence[LaidOut], study: Study, data: DataFiles
) -> _Judged:
    """Take out whom the study excludes, and check those who stay."""
    stays, ledger, problems = apply_exclusions(data.exclusions, columns, merged.rows_of_people)
    columns = mark_not_applicable(columns)
    if not stays.all():
        columns = {name: column.take(stays) for name, column in columns.items()}
    maps = [column for file in files for column in file.columns]
    key_names = {file.keys.participant for file in files} | {file.keys.visit for file in files}
    required = frozenset(m.variable for m in maps if m.required and m.column not in key_names)
    problems += [
        *misplaced_values(columns),
        *disagreements(columns, study.model),
        *validate_columns(columns.values(), required),
        *contradictions(columns, data.contradictions),
    ]
    if merged.visits is not None:
        people = merged.people[stays]
        constant = frozenset(m.variable for m in maps if m.constant)
        problems += changing_constants(columns.values(), people, constant)
        order = visit_order(merged, columns, files[0].keys.visit, stays)
        problems += disorder(columns, people, order, data.visit_date)
    problems += suspicions(columns, study.model, data.site)
    return _Judged(columns, stays, ledger, problems)


def _asked_of(
    study: Study, data: DataFiles, columns: Columns, *, all_needed: bool
) -> tuple[Study, list[Problem]]:
    """Return the study with the factors that were measured; say when what it asks about was not."""
    absent = [factor for factor in study.factors if factor not in columns]
    measured = tuple(factor for factor in study.factors if factor in columns)
    problems = []
    alone = isinstance(study.data, DataFiles) and not study.data.key  # a data file without a study file
    only_reads = isinstance(study.data, DataFiles) and not study.data.paths
    if study.outcome not in columns and all_needed and not only_reads:
        severity = Severity.WARN if alone else Severity.REFUSE
        problems.append(_no_outcome(study, severity))
    if absent and measured and not only_reads:
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


def _same_names() -> Problem:
    """Refuse two files of one name, which nothing that is said of them could tell apart."""
    return Problem("E_SAME_NAME", "Two files of the study have the same name", hint="Rename one of them.")


def _no_visit(visit: str) -> Problem:
    """Refuse a study about a visit that nobody has."""
    hint = "Name a visit as the file writes it, with `key` naming the column of the visit beside the participant's."
    return Problem("E_NO_VISIT", f"No row is of the visit '{visit}' that at_visit names", hint=hint)


def _index(merged: Merged, key: str) -> pd.Index:
    """Return the index: the numbers of the participants, and their visits where there are any."""
    numbers = _numbers(merged, key)
    if merged.visits is None:
        return pd.Index(numbers, name="participant")
    visits = merged.visits.tolist()
    whole = all(text.isascii() and text.isdigit() and len(text) < 10 for text in visits)
    told = [int(text) for text in visits] if whole else visits
    return pd.MultiIndex.from_arrays([numbers, told], names=["participant", "visit"])


def _numbers(merged: Merged, key: str) -> NDArray[np.int64]:
    """Return the participants' rows in the first file, or the running number of our own files."""
    if merged.visits is not None:
        return merged.people + 1
    if key in COUNTING_KEYS and all(
        text.isascii() and text.isdigit() and len(text) < 10 for text in merged.keys
    ):
        numbers = np.asarray([int(text) for text in merged.keys], dtype=np.int64)
        if (np.diff(numbers) > 0).all():
            return numbers
    return merged.rows[0] + 1


def _origin(data: DataFiles, facts: dict[str, str], synthetic: bool) -> Origin:
    names = ", ".join(path.name for path in data.paths)
    kind = "Synthetic data, read" if synthetic else "Read"
    return Origin(f"{kind} from {names}.", synthetic=synthetic, facts=facts)

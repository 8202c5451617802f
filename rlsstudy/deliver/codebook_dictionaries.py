"""Writing a study's data dictionary in the formats that others use."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.errors import DeliveryError, did_you_mean

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.data_files import ColumnMap
    from rlsstudy.declare.study import Study

FORMATS = ("table-schema", "redcap", "spout", "pandera")
SPOUT_FOLDERS = frozenset({"variables", "domains"})


def write_dictionary(
    study_or_cohort: Study | Cohort, target: Path, format: str, *, force: bool = False
) -> Path:
    """Write what the columns of a cohort are.

    Parameters
    ----------
    study_or_cohort : Study or Cohort
        A study, whose measured variables are described, or those that it maps from its files; or a cohort, whose
        columns are described.
    target : Path
        A file; for ``spout`` a folder.
    format : str
        ``table-schema`` (Data Package, version 2), ``redcap`` (the dictionary that REDCap imports), ``spout`` (the
        form of the National Sleep Research Resource) or ``pandera`` (a Python module with a schema).
    force : bool
        Whether what is there is replaced.

    Returns
    -------
    Path
        The target.

    Raises
    ------
    DeliveryError
        The format is not known, the target is there, or it cannot be written.
    CohortError
        The format cannot hold a name, a code or a label; all of them are listed.
    """
    if format not in FORMATS:
        raise DeliveryError(f"There is no format '{format}'.{did_you_mean(format, FORMATS)}")
    if not target.parent.is_dir():
        raise DeliveryError(
            f"There is no folder '{target.parent}' to write '{target.name}' to. Make it first."
        )
    if (target.exists() or target.is_symlink()) and not force:
        kind = "folder" if target.is_dir() else "file"
        raise DeliveryError(
            f"The {kind} '{target}' is there already. Name another one, or replace it with --force."
        )
    try:
        if format == "spout":
            _write_folder(target, _spout(study_or_cohort))
        else:
            _write_file(target, _text(study_or_cohort, format))
    except OSError as error:
        raise DeliveryError(f"'{target}' cannot be written: {error.strerror}.") from error
    return target


def _parts(asked: Study | Cohort) -> tuple[Study, list[str] | None, tuple[ColumnMap, ...]]:
    """Return the study, the variables that are described (None for all), and how files are mapped."""
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.data_files import DataFiles

    study = asked.study if isinstance(asked, Cohort) else asked
    columns = study.data.columns if isinstance(study.data, DataFiles) else ()
    if isinstance(asked, Cohort):
        return study, list(asked.data.columns.astype(str)), columns
    return study, [column.variable for column in columns] or None, columns


def _text(asked: Study | Cohort, format: str) -> str:
    from rlsstudy.cohort.write.dictionary_of import dictionary_of

    study, names, columns = _parts(asked)
    if format == "pandera":
        from rlsstudy.cohort.write.pandera_schema import pandera_source

        required = [column.variable for column in columns if column.required]
        patterns = {column.variable: column.pattern for column in columns if column.pattern}
        return pandera_source(study.model, names, required=required, patterns=patterns)
    if format == "redcap":
        from rlsstudy.cohort.redcap.write import write_redcap_dictionary

        return write_redcap_dictionary(dictionary_of(study.model, names, columns=columns, numbered=True))
    from rlsstudy.declare.table_schema import table_schema

    return table_schema(dictionary_of(study.model, names, columns=columns))


def _spout(asked: Study | Cohort) -> Mapping[str, str]:
    from rlsstudy.cohort.write.dictionary_of import dictionary_of
    from rlsstudy.declare.spout import spout_files

    study, names, columns = _parts(asked)
    return spout_files(dictionary_of(study.model, names, columns=columns, numbered=True))


def _write_file(target: Path, text: str) -> None:
    from rlsstudy.cohort.write.cohort_file import write_atomically

    if target.is_dir():
        raise DeliveryError(f"'{target}' is a folder. Name a file.")
    write_atomically(target, lambda unfinished: unfinished.write_bytes(text.encode("utf-8")))


def _write_folder(target: Path, files: Mapping[str, str]) -> None:
    """Write a folder whole or not at all; one that is there is replaced only if it is such a folder."""
    there = {entry.name for entry in target.iterdir()} if target.is_dir() else set()
    if target.is_symlink() or (target.exists() and not target.is_dir()) or there - SPOUT_FOLDERS:
        raise DeliveryError(f"'{target}' holds something else and is not replaced. Name another folder.")
    unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        new, old = unfinished / "new", unfinished / "old"
        for name, text in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        if target.exists():
            target.replace(old)
        try:
            new.replace(target)
        except OSError:
            if old.exists():
                old.replace(target)
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)

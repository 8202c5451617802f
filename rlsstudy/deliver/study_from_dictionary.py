"""A study and a synthetic twin of its data, from a data dictionary: for rehearsing a report before there are data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.cohort.twin.sources import TWIN, plain_options, read_source
from rlsstudy.cohort.twin.study import twin_study, with_twin, without_files
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from rlsstudy.cohort.twin.make import Twin
    from rlsstudy.cohort.twin.sources import Source

STUDY = "study.toml"


@dataclass(frozen=True, slots=True)
class NewStudy:
    """What was written.

    Parameters
    ----------
    study, twin : Path
        The study file and the synthetic cohort.
    mapped : int
        Columns that are declared variables.
    columns : int
        All columns of the dictionary.
    asks : bool
        Whether a report can be made: the outcome and a factor are there. Otherwise the study declares only how
        files are read.
    """

    study: Path
    twin: Path
    mapped: int
    columns: int
    asks: bool


def study_from_dictionary(
    source: Path, folder: Path, *, n: int = 200, seed: int = 1, force: bool = False
) -> NewStudy:
    r"""Write a study file and a synthetic cohort with the columns of a dictionary.

    Parameters
    ----------
    source : Path
        A REDCap dictionary or project, a Table Schema, a Spout folder, an SPSS, Stata or SAS file, of which only the
        labels are used, or a study file.
    folder : Path
        Where to write ``study.toml`` and ``twin.csv``; made if it is not there.
    n : int
        How many synthetic participants.
    seed : int
        The same seed gives the same bytes.
    force : bool
        Whether files that are there are replaced.

    Returns
    -------
    NewStudy
        The files, and what they are good for.

    Raises
    ------
    CohortError
        The source is no dictionary of a known kind, or cannot be read.
    StudyFileError
        It is a study file that cannot be used.
    DeclarationError
        ``n`` or ``seed`` is out of range.
    DeliveryError
        A file is there already, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> header = "Variable / Field Name,Form Name,Field Type,Field Label"
    >>> with TemporaryDirectory() as name:
    ...     file = Path(name, "dictionary.csv")
    ...     rows = f"{header}\nrecord_id,f,text,ID\nirls,f,text,IRLS total\nsf,f,text,Ferritin\n"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     new = study_from_dictionary(file, Path(name, "study"), n=20)
    ...     new.study.name, new.twin.name, new.mapped
    ('study.toml', 'twin.csv', 2)
    """
    from rlsstudy.cohort.twin.make import make_twin

    targets = (folder / STUDY, folder / TWIN)
    _check_targets(targets, source, force=force)
    read = read_source(source)
    twin = make_twin(read.dictionary, n=n, seed=seed, variables=read.variables)
    text, options = _study_text(read, twin, source, seed)
    _write(folder, dict(zip(targets, (text.encode(), twin.as_csv(options)), strict=True)))
    mapped = sum(column.in_force for column in twin.columns)
    asks = "data" in tomllib.loads(text)["study"]
    return NewStudy(*targets, mapped, len(twin.columns), asks)


def _check_targets(targets: tuple[Path, ...], source: Path, *, force: bool) -> None:
    """Raise unless both files may be written; the dictionary itself is never replaced."""
    for target in targets:
        if target.exists() and source.exists() and target.samefile(source):
            raise DeliveryError(f"'{target}' is the dictionary itself. Name another folder.")
        if target.exists() and not force:
            raise DeliveryError(
                f"There is a file '{target}' already. It was kept; name another folder, or replace it with --force."
            )


def _write(folder: Path, files: dict[Path, bytes]) -> None:
    from rlsstudy.cohort.write.cohort_file import write_atomically

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            write_atomically(path, lambda unfinished, content=content: unfinished.write_bytes(content))  # type: ignore[misc]
    except OSError as error:
        raise DeliveryError(
            f"'{folder}' cannot be written: {error.strerror}. Name a folder that you can write."
        ) from error


def _study_text(read: Source, twin: Twin, source: Path, seed: int) -> tuple[str, FileOptions]:
    """Return the study file, and how the synthetic file is to be written for it."""
    if read.study is not None:
        assert isinstance(read.study.data, DataFiles)
        options = plain_options(read.study.data)
        text = source.read_text(encoding="utf-8")
        if options == AS_IT_IS:
            text = without_files(text)
        return with_twin(text, source.name, read.study.data.visit), options
    return twin_study(read.dictionary, twin, seed), AS_IT_IS

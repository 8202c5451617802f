"""A cohort as a file; beside simulated people a note says what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.deliver.provenance import software
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort, Origin
    from rlsstudy.declare.study import SyntheticData

SUFFIXES = (".csv", ".tsv", ".parquet", ".feather", ".xlsx", ".sav", ".zsav", ".dta", ".xpt")


def check_target(path: Path, *, force: bool) -> None:
    """Raise unless a cohort may be written to this file.

    Raises
    ------
    DeliveryError
        Its ending says no known format, its folder is not there, or it is there and ``force`` is not set.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise DeliveryError(
            f"A cohort cannot be written to '{path.name}': its name must end in"
            f" {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
        )
    if not path.parent.is_dir():
        raise DeliveryError(f"There is no folder '{path.parent}' to write '{path.name}' to. Make it first.")
    there = [file.name for file in (path, note_path(path)) if file.exists()]
    if there and not force:
        raise DeliveryError(
            f"The file '{there[0]}' is there already. Name another one, or replace it with --force."
        )


def note_path(path: Path) -> Path:
    """Return the name of the note that stands beside a cohort file."""
    return path.with_name(f"{path.name}.provenance.json")


def save_cohort(cohort: Cohort, path: Path, *, force: bool = False) -> Path:
    """Write a simulated cohort, and beside it a note with its origin, checksum and software.

    Parameters
    ----------
    cohort : Cohort
        The cohort.
    path : Path
        A file whose name ends in one of `SUFFIXES`.
    force : bool
        Whether a file that is there is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DeliveryError
        The file is there, or cannot be written.
    CohortError
        The format cannot hold something of the cohort.
    """
    from rlsstudy.cohort.write.cohort_file import write_cohort

    check_target(path, force=force)
    return _with_note(path, cohort.origin, lambda: write_cohort(cohort, path))


def write_plainly(cohort: Cohort, path: Path) -> Path:
    """Write a cohort of people, without a note.

    Parameters
    ----------
    cohort, path
        As for `save_cohort`. A file of that name is replaced; so the target is checked before.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DeliveryError
        The file cannot be written.
    CohortError
        The format cannot hold something of the cohort.
    """
    from rlsstudy.cohort.write.cohort_file import write_cohort

    try:
        return write_cohort(cohort, path)
    except OSError as error:
        raise DeliveryError(f"The file '{path}' cannot be written: {error.strerror}.") from error


def save_simulated(asked: SyntheticData, path: Path, *, force: bool = False) -> Path:
    """Simulate the packaged study's cohort into a file, with a note beside it.

    A Parquet file is written block after block, so that its size is not bounded by memory; progress is shown on
    standard error.

    Parameters
    ----------
    asked : SyntheticData
        Design, scenario, size and seed.
    path, force
        As for `save_cohort`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DeclarationError
        What is asked for cannot be simulated.
    DeliveryError
        The file is there, or cannot be written.
    """
    from rlsstudy.cohort.simulate import origin_of, simulate_cohort
    from rlsstudy.cohort.stream import stream_cohort
    from rlsstudy.deliver.progress import participants_progress

    settings = asdict(asked)
    if path.suffix.lower() != ".parquet":
        return save_cohort(simulate_cohort(**settings), path, force=force)
    check_target(path, force=force)
    with participants_progress() as progress:
        return _with_note(path, origin_of(asked), lambda: stream_cohort(path, **settings, progress=progress))


def _with_note(path: Path, origin: Origin, write: Callable[[], object]) -> Path:
    """Write a file, then the note about it."""
    from rlsstudy.cohort.files.raw_table import file_digest
    from rlsstudy.cohort.write.cohort_file import write_atomically

    try:
        write()
        record = {
            "origin": origin.description,
            "synthetic": origin.synthetic,
            **origin.facts,
            "sha256": file_digest(path),
            "software": dict(software()),
        }
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        # Last: a note that is older than its file has another checksum, so it cannot be taken for true.
        write_atomically(note_path(path), lambda unfinished: unfinished.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise DeliveryError(f"The file '{path}' cannot be written: {error.strerror}.") from error
    return path

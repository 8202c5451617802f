"""A report's folder: written beside its place and put there when it is complete.

Whoever opens the folder finds a whole report, the old one or the new one. What is not a report of
ours, or has files that are not part of it, is never replaced.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from rlsstudy.errors import DeliveryError, bullet_list

MANIFEST = "provenance.json"
REPORT_KIND = "rlsstudy report"
# What file managers leave behind; nobody's work.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_MOST_NAMED = 20
_ATTEMPTS = 20


def check_replaceable(folder: Path) -> None:
    """Raise unless a report can be written in this place.

    Raises
    ------
    DeliveryError
        A file of that name is there, a folder that holds something else than a report of ours, it is
        the current folder, or nothing can be written there.
    """
    if os.path.realpath(folder) == os.path.realpath(os.curdir):
        raise DeliveryError(
            "A report cannot replace the folder that you are in. Name a new folder for it, for example 'report'."
        )
    if folder.exists() and not folder.is_dir():
        raise DeliveryError(f"'{folder}' is a file. Name a folder for the report.")
    try:
        foreign = _foreign_files(folder) if folder.exists() else []
    except OSError as error:
        raise DeliveryError(_not_written(folder, error)) from error
    if foreign is None:
        raise DeliveryError(
            f"The folder '{folder}' is not empty and not a report, so it is not replaced. Name another folder."
        )
    if foreign:
        raise DeliveryError(
            f"The folder '{folder}' holds a report and files that are not part of it:\n"
            f"{bullet_list(foreign[:_MOST_NAMED])}\nMove them elsewhere, or name another folder."
        )
    parent = next(parent for parent in folder.absolute().parents if parent.exists())
    if not (parent.is_dir() and os.access(parent, os.W_OK)):
        reason = errno.EACCES if parent.is_dir() else errno.ENOTDIR
        raise DeliveryError(_not_written(folder, OSError(reason, os.strerror(reason))))


def write_report_folder(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write a report's files and put them in place together.

    Parameters
    ----------
    folder : Path
        Where the report goes. A report that is there is replaced as a whole.
    files : mapping of str to bytes
        The report's files.
    facts : mapping
        What stands in the manifest beside the checksums of the files.

    Raises
    ------
    DeliveryError
        The folder cannot be written, or holds something else than a report.
    """
    place = Path(os.path.realpath(folder))
    check_replaceable(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as beside:
            complete = Path(beside) / "report"
            complete.mkdir()
            for name, content in {**files, MANIFEST: _manifest(files, facts)}.items():
                _write(complete / name, content)
            check_replaceable(place)  # again: writing took a while
            _swap(complete, place, Path(beside))
    except OSError as error:
        raise DeliveryError(_not_written(folder, error)) from error


def _swap(complete: Path, place: Path, beside: Path) -> None:
    """Put the new folder in place; another report may be doing the same at this moment."""
    for attempt in range(_ATTEMPTS):
        previous = beside / f"previous-{attempt}"
        try:
            with contextlib.suppress(FileNotFoundError):
                place.rename(previous)
            complete.rename(place)
        except BaseException as error:
            if not place.exists() and previous.exists():
                previous.rename(place)
            # Not empty: the other one was faster, and its report is the one to be replaced now.
            if not isinstance(error, OSError) or not place.exists() or attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _manifest(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> bytes:
    checksums = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    record = {"kind": REPORT_KIND, **facts, "files": checksums}
    return (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()


def _not_written(folder: Path, error: OSError) -> str:
    return (
        f"The report cannot be written to '{folder}': {error.strerror}. "
        "Nothing was changed. Name a folder that you can write, on a disk with room."
    )


def _foreign_files(folder: Path) -> list[str] | None:
    """List the files in a report's folder that are not part of the report; None if it is no report."""
    known = _recorded_files(folder)
    if known is None:
        return None if {path.name for path in folder.iterdir()} - _LITTER else []
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return sorted(found - known - _LITTER)


def _recorded_files(folder: Path) -> set[str] | None:
    """Return the files that a report says it has, or None if there is no report."""
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("kind") != REPORT_KIND:
        return None
    return {MANIFEST, *record.get("files", {})}


def _write(path: Path, content: bytes) -> None:
    """Write a file and see it on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

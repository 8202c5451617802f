"""What is refused before a workbook is opened: zip archives that unfold to too much, and locked ones."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from rlsstudy.cohort.files.raw_table import damaged, limit_problem, refuse
from rlsstudy.problems import Problem

MIB = 2**20
MOST_UNPACKED = 200 * MIB  # bytes of all parts together
MOST_FOLDED = 100  # times that a workbook may be smaller than what is in it
MOST_PARTS = 1_000
SMALL = MIB  # bytes unpacked, below which an archive may be folded as far as it likes
ENCRYPTED_FLAG = 0x1

# What zipfile and its decompressors raise on damaged archives, as found by changing bytes at random.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
    lzma.LZMAError,
    zlib.error,
)


class Archive:
    """A zip archive within the limits, whose parts are found whatever their case.

    Parameters
    ----------
    path : Path
        The archive.
    what : str
        What it should be, for messages: ``"an xlsx workbook"``.

    Raises
    ------
    CohortError
        It is damaged, locked, or too large when unpacked.
    """

    def __init__(self, path: Path, what: str) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except ZIP_ERRORS as error:
            raise damaged(path, what) from error
        self.path = path
        self._names: dict[str, str] = {}
        try:
            self._check()
        except BaseException:
            self.zip.close()
            raise

    def _check(self) -> None:
        parts = self.zip.infolist()
        if len(parts) > MOST_PARTS:
            raise too_large(self.path, f"{len(parts):,} parts", f"at most {MOST_PARTS:,} parts")
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED:
            raise too_large(
                self.path, f"{unpacked:,} bytes when unpacked", f"at most {MOST_UNPACKED:,} bytes"
            )
        size = self.path.stat().st_size
        if unpacked > SMALL and unpacked > MOST_FOLDED * size:
            raise too_large(
                self.path,
                f"{unpacked // size:,} times its size when unpacked",
                f"at most {MOST_FOLDED} times",
            )
        if any(part.flag_bits & ENCRYPTED_FLAG for part in parts):
            raise encrypted(self.path)
        for part in parts:
            self._names.setdefault(_plain(part.filename), part.filename)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    def names(self) -> list[str]:
        """List the parts, in lower case."""
        return list(self._names)

    def open(self, name: str) -> zipfile.ZipExtFile:
        """Open a part.

        Raises
        ------
        KeyError
            There is none of this name.
        """
        opened = self.zip.open(self._names[_plain(name)])
        assert isinstance(opened, zipfile.ZipExtFile)
        return opened

    def read(self, name: str) -> bytes:
        """Return the content of a part; its size is within the limits."""
        with self.open(name) as part:
            return part.read()

    def close(self) -> None:
        """Close the file."""
        self.zip.close()


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def too_large(path: Path, found: str, allowed: str) -> Exception:
    """Return the error for a workbook beyond a limit that no study can raise."""
    hint = "Export only the columns and participants of the study, as Parquet or CSV if they are many."
    return refuse(path, replace(limit_problem(path.name, found, allowed), hint=hint))


def encrypted(path: Path) -> Exception:
    """Return the error for a workbook that opens only with a password."""
    hint = "Save a copy without a password, in a place that is safe for it."
    message = f"'{path.name}' is protected by a password"
    return refuse(
        path,
        Problem("E_ENCRYPTED", message, allowed="a workbook without a password", hint=hint, file=path.name),
    )

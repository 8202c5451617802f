"""Opening a file that should be text: packed ones are unpacked within limits, and other kinds of files are refused."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from rlsstudy.cohort.files.raw_table import damaged, refuse
from rlsstudy.problems import Problem, counted

LARGEST_UNPACKED = 200 * 2**20  # bytes
FREE_OF_RATIO = 10 * 2**20  # bytes; so much may come out of a file however small it is
LARGEST_RATIO = 100
PACKED = (".gz", ".zip")
HEAD = 4096  # bytes that are enough to tell what a file is
_STEP = 2**20
_NO_MEMBER = ("__MACOSX/",)  # what macOS adds to an archive
# How other kinds of files begin, which are met under a .csv name after a wrong click. Signatures that could be a column
# name, as in `PK,visit`, are given with the bytes that text cannot have.
KINDS: tuple[tuple[bytes, str], ...] = (
    (rb"PK\x03\x04|PK\x05\x06", "PK (zip/xlsx)"),
    (rb"\x1f\x8b", "1f 8b (gzip)"),
    (rb"BZh[1-9]1AY&SY", "BZh (bzip2)"),
    (rb"\xfd7zXZ\x00", "fd 37 7a (xz)"),
    (rb"\x28\xb5\x2f\xfd", "28 b5 (zstd)"),
    (rb"7z\xbc\xaf\x27\x1c", "37 7a bc af (7-Zip)"),
    (rb"Rar!\x1a", "Rar! (RAR)"),
    (rb"PAR1[\x00-\xff]{0,3}[\x00-\x08\x0e-\x1f]", "PAR1 (Parquet)"),
    (rb"ARROW1\x00", "ARROW1 (Feather)"),
    (rb"FEA1", "FEA1 (Feather)"),
    (rb"\$FL[23]", "$FL (SPSS)"),
    (rb"<stata_dta>", "<stata_dta> (Stata)"),
    (rb"[\x66-\x73][\x01\x02]\x01\x00", "the version number of Stata"),
    (rb"\x00{12}\xc2\xea\x81", "c2 ea 81 (SAS)"),
    (rb"HEADER RECORD\*{7}", "HEADER RECORD (SAS transport)"),
    (rb"\*\*COMPRESSED\*\* ", "**COMPRESSED** (SAS)"),
    (rb"\xd0\xcf\x11\xe0", "d0 cf 11 e0 (old Excel, or one with a password)"),
    (rb"\x09\x08[\x00-\x10]", "09 08 (old Excel)"),
    (rb"RD[AX][2-5]?\n", "RDX (R)"),
    (rb"\x89HDF", "89 48 44 46 (HDF5)"),
    (rb"SQLite format 3\x00", "SQLite (database)"),
    (rb"\x80[\x02-\x05]", "80 (pickle)"),
    (rb"\x93NUMPY", "93 4e (NumPy)"),
    (rb"%PDF-", "%PDF (PDF)"),
    (rb"\{\\rtf", "{\\rtf (rich text)"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a", "the mark of a picture"),
    (
        rb"version https://git-lfs",
        "version https://git-lfs (a pointer of Git LFS to a file that is elsewhere)",
    ),
    (
        rb"\s*<(?i:!doctype|html|head|body|table|meta|script)\b",
        "<html (a page of the web, often one to log in)",
    ),
    (rb"\s*<(?i:\?xml|!--|ODM|Workbook)\b", "<?xml (XML)"),
    (rb'\s*(?:\{\s*["}]|\[\s*[\[{])', "{ or [ (JSON)"),
)
_KINDS = tuple((re.compile(pattern), kind) for pattern, kind in KINDS)
# What zipfile raises for archives that were changed at random, or are packed in a way it does not know.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # also what is not implemented
    ValueError,
)
_MARK = b"\xef\xbb\xbf"


def inner_suffix(path: Path) -> str:
    """Return the ending of a file, in small letters; for a packed one that of the file in it: ``.csv`` for ``a.csv.gz``."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in PACKED else suffix


def open_text(path: Path) -> IO[bytes]:
    """Open a file that should be text; ``.gz`` and ``.zip`` are unpacked in memory.

    Parameters
    ----------
    path : Path
        A file that is there and not empty.

    Returns
    -------
    binary file
        At its beginning.

    Raises
    ------
    CohortError
        A packed file is damaged, too large, or does not hold exactly one file; or the beginning is that of another kind of file.
    """
    file: IO[bytes]
    if path.suffix.lower() == ".gz":
        file = _from_gzip(path)
    elif path.suffix.lower() == ".zip":
        file = _from_zip(path)
    else:
        file = path.open("rb")
    head = file.read(HEAD)
    kind = next((kind for pattern, kind in _KINDS if pattern.match(head.removeprefix(_MARK))), None)
    if kind is None:
        file.seek(0)
        return file
    file.close()
    message = f"'{path.name}' is not CSV text"
    hint = "Give it its right name, or export it as CSV."
    allowed = f"CSV text; this begins with {kind}"
    raise refuse(path, Problem("E_NOT_CSV", message, allowed=allowed, hint=hint, file=path.name))


def _from_gzip(path: Path) -> io.BytesIO:
    try:
        with gzip.open(path, "rb") as file:
            return _unpack(path, file)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, "a gzip archive") from error


def _from_zip(path: Path) -> io.BytesIO:
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack_member(path, archive)
    except _ZIP_ERRORS as error:
        raise damaged(path, "a zip archive") from error


def _unpack_member(path: Path, archive: zipfile.ZipFile) -> io.BytesIO:
    members = [
        own for own in archive.infolist() if not own.is_dir() and not own.filename.startswith(_NO_MEMBER)
    ]
    if len(members) != 1:
        raise refuse(
            path,
            Problem(
                "E_MEMBERS",
                f"'{path.name}' holds {counted(len(members), 'file')}",
                allowed="an archive of one CSV file",
                hint="Unpack it, and name the files that the study needs.",
                file=path.name,
            ),
        )
    if members[0].flag_bits & 1:
        message = f"'{path.name}' is protected by a password"
        hint = "Unpack it, and keep the data where only those who may read them can."
        allowed = "an archive without a password"
        raise refuse(path, Problem("E_ENCRYPTED", message, allowed=allowed, hint=hint, file=path.name))
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged(path, "a zip archive in the usual packing")
    with archive.open(members[0]) as file:
        return _unpack(path, file)


def _unpack(path: Path, file: IO[bytes] | gzip.GzipFile) -> io.BytesIO:
    """Read a packed file as long as it stays within the limits."""
    packed = path.stat().st_size
    content = io.BytesIO()
    while piece := file.read(_STEP):
        content.write(piece)
        size = content.tell()
        if size > LARGEST_UNPACKED or size > max(FREE_OF_RATIO, LARGEST_RATIO * packed):
            raise refuse(path, _too_large(path.name))
    content.seek(0)
    return content


def _too_large(file: str) -> Problem:
    return Problem(
        "E_LIMIT",
        f"'{file}' is too large when it is unpacked",
        allowed=f"up to {LARGEST_UNPACKED // 2**20} MiB, and up to {LARGEST_RATIO} times the packed size",
        hint="If you trust it, unpack it yourself and name the unpacked file.",
        file=file,
    )

"""What a file looks like from its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

HEAD = 600  # bytes; the mark of an SPSS portable file is the last to come, within 500
SAS_MARK = b"\0" * 12 + b"\xc2\xea\x81"  # of data sets (0x60 follows) and catalogues (0x63)
SPSS_PORTABLE = "an SPSS portable file"
SAS_DATA = "a SAS data set"
SAS_CATALOGUE = "a SAS catalogue"
SAS_TRANSPORT = "a SAS transport file"
SPSS = ("an SPSS file", SPSS_PORTABLE)
STATA = ("a Stata file",)
SAS = (SAS_DATA, SAS_TRANSPORT)
TEXT = "a text file"

_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"$FL2", SPSS[0]),
    (b"$FL3", SPSS[0]),
    (b"<stata_dta>", STATA[0]),
    (SAS_MARK + b"\x60", SAS_DATA),
    (SAS_MARK + b"\x63", SAS_CATALOGUE),
    (b"HEADER RECORD*******LIB", SAS_TRANSPORT),
    (b"**COMPRESSED** **COMPRESSED**", "a file of SAS's PROC CPORT"),
    (b"PK\x03\x04", "a zip archive, as .xlsx and .ods files are"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a protected Office file"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "a Feather file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"RDX", "an R data file"),
)
_OLD_STATA = range(102, 116)  # the first byte of Stata's files before version 13


def file_kind(path: Path) -> str:
    """Say what a file is by its first bytes.

    Parameters
    ----------
    path : Path
        A file that is there.

    Returns
    -------
    str
        Such as ``a gzip archive``; empty when they are of no known kind.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if b"SPSSPORT" in head.replace(b"\r", b"").replace(b"\n", b"") or b"ASCII SPSS PORT FILE" in head:
        return SPSS_PORTABLE
    if len(head) > 3 and head[0] in _OLD_STATA and head[1] in (1, 2) and head[2] == 1 and head[3] == 0:
        return STATA[0]
    return TEXT if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)

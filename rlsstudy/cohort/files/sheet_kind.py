"""What kind of file a workbook really is: by its first bytes and its parts, not by its name."""

from __future__ import annotations

import mmap
from pathlib import Path

from rlsstudy.cohort.files.file_kind import TEXT, file_kind
from rlsstudy.cohort.files.raw_table import damaged, refuse
from rlsstudy.cohort.files.sheet_limits import ZIP_ERRORS, Archive, encrypted
from rlsstudy.problems import Problem

XLSX = "an Excel workbook (xlsx)"
XLS = "an old Excel workbook (xls)"
ODS = "an OpenDocument spreadsheet (ods)"

ZIP_START = b"PK"
OLE_START = b"\xd0\xcf\x11\xe0"
HEAD = 4_096  # bytes, in which a text file shows what it is

# What a name promises, and in which container.
PROMISED = {
    ".xlsx": (XLSX, "an xlsx (zip)"),
    ".xlsm": (XLSX, "an xlsx (zip)"),
    ".xls": (XLS, "an xls (OLE)"),
    ".ods": (ODS, "an ods (zip)"),
}
_OLDER_STARTS = {
    b"\x09\x00\x04\x00": "a workbook of Excel 2",
    b"\x09\x02\x06\x00": "a workbook of Excel 3",
    b"\x09\x04\x06\x00": "a workbook of Excel 4",
    b"{\\rtf": "a rich text document",
}
_XML_KINDS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet of Excel 2003"),
    (b'progid="Excel.Sheet"', "an XML spreadsheet of Excel 2003"),
    (b"office:document", "a flat OpenDocument file (fods)"),
)
_HTML_STARTS = (b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta", b"<style", b"<div")
_ZIP_KINDS = (
    ("xl/workbook.bin", "a binary Excel workbook (xlsb)"),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint file"),
    ("index/document.iwa", "a Numbers sheet"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OLE_KINDS = (
    ("Workbook", XLS),
    ("Book", "a workbook of Excel 5 or 95"),
    ("WordDocument", "an old Word document"),
)


def check_kind(path: Path) -> str:
    """Say what a workbook is, and refuse it when its name says something else.

    Parameters
    ----------
    path : Path
        The file; it is there and not empty.

    Returns
    -------
    str
        ``XLSX``, ``XLS`` or ``ODS``.

    Raises
    ------
    CohortError
        It is none of these or not what its name says, needs a password, or unfolds to too much.
    """
    found = _kind(path)
    wanted, allowed = PROMISED.get(path.suffix.lower(), (found, "an xlsx, xls or ods"))
    if found == wanted and found in (XLSX, XLS, ODS):
        return found
    message = f"'{path.name}' is not what its name says"
    hint = "Give it its right name, or export it as xlsx."
    problem = Problem("E_NOT_XLSX", message, allowed=f"{allowed}; this is {found}", hint=hint, file=path.name)
    raise refuse(path, problem)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(ZIP_START):
        return _zip_kind(path)
    if head.startswith(OLE_START):
        return _ole_kind(path)
    for start, kind in _OLDER_STARTS.items():
        if head.startswith(start):
            return kind
    kind = file_kind(path)
    return _text_kind(head) if kind == TEXT else kind or "a file of an unknown kind"


def _zip_kind(path: Path) -> str:
    archive = Archive(path, PROMISED.get(path.suffix.lower(), (XLSX, ""))[0])
    try:
        names = archive.names()
        for start, kind in _ZIP_KINDS:
            if any(name.startswith(start) for name in names):
                return kind
        if "content.xml" in archive or "encrypted-package" in archive:
            return _open_document_kind(archive)
        is_workbook = "[content_types].xml" in archive or any(name.startswith("xl/") for name in names)
        return XLSX if is_workbook else "a zip archive"
    finally:
        archive.close()


def _open_document_kind(archive: Archive) -> str:
    """Say which kind of OpenDocument file it is; its parts may be locked although the archive is not."""
    try:
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive else b""
        kind = archive.read("mimetype") if "mimetype" in archive else b""
    except ZIP_ERRORS as error:
        raise damaged(archive.path, ODS) from error
    if b"encryption-data" in manifest or "encrypted-package" in archive:
        raise encrypted(archive.path)
    if kind.startswith(_OPEN_DOCUMENT) and b"spreadsheet" not in kind:
        return "an OpenDocument file of another kind"
    return ODS


def _ole_kind(path: Path) -> str:
    """Say what is in an OLE container, by the names of its streams."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise encrypted(path)
        for stream, kind in _OLE_KINDS:
            if content.find(stream.encode("utf-16-le") + b"\0\0") >= 0:
                return kind
    return "an OLE file without a workbook"


def _text_kind(head: bytes) -> str:
    lowered = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if lowered.startswith(_HTML_STARTS):
        return "a web page (HTML)"
    if lowered.startswith(b"<?xml") or lowered.startswith(b"<"):
        for mark, kind in _XML_KINDS:
            if mark.lower() in lowered:
                return kind
        return "a web page (HTML)" if b"<html" in lowered else "an XML file"
    return "text"

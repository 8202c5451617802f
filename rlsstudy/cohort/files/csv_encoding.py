"""Which encoding a text file has: as declared, or as its byte order mark says; never guessed."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.problems import Problem, Severity

UTF_8 = "utf-8"
# The longer mark of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NEED_A_MARK = ("utf-16", "utf-32")
_ZEROS_OF_UTF_16 = 0.4  # share of zero bytes at every other place, in a text of Latin letters
_HINT = "Declare the encoding in which it was saved, as encoding in [files], or save it as 'CSV UTF-8'."
_UTF_8_HINT = "Save it as 'CSV UTF-8', or declare its encoding in [files]: on Windows it is often encoding = \"cp1252\"."


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is encoded.

    Parameters
    ----------
    name : str
        Python's name of it.
    marks : bytes
        The byte order mark with which the file begins, or nothing.
    notes : tuple of Problem
        What is worth knowing about it.
    """

    name: str
    marks: bytes = b""
    notes: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """How messages call it."""
        return self.name.upper() if self.name.startswith("utf") else self.name

    @property
    def hint(self) -> str:
        """What to do with a file that is not in it."""
        return _UTF_8_HINT if self.name == UTF_8 else _HINT


def settle_encoding(path: Path, head: bytes, declared: str) -> Encoding:
    """Say in which encoding a file is to be read.

    Parameters
    ----------
    path : Path
        The file.
    head : bytes
        How it begins.
    declared : str
        The declared encoding.

    Returns
    -------
    Encoding
        The declared one; UTF-16 or UTF-32, with a note, when nothing but UTF-8 is declared and the file has their mark.

    Raises
    ------
    CohortError
        The declared encoding is not known, or is not that of the mark.
    """
    name = _known(path, declared)
    mark, marked = next(((mark, own) for mark, own in _MARKS if head.startswith(mark)), (b"", ""))
    if marked and marked != UTF_8 and name == UTF_8:
        message = f"'{path.name}' is in {marked.upper()}, and was read as that"
        allowed = "UTF-8, or declare encoding"
        note = Problem("N_ENCODING", message, Severity.NOTE, allowed, file=path.name)
        return Encoding(marked, mark, (note,))
    if marked and not name.startswith(marked):
        message = (
            f"'{path.name}' begins with the mark of {marked.upper()}, and is declared to be in '{declared}'"
        )
        raise refuse(
            path, _problem(path, message, marked.upper(), f'Declare encoding = "{marked}" in [files].')
        )
    if name in _NEED_A_MARK and not marked:
        ends = f'"{name}-le" or "{name}-be"'
        message = f"'{path.name}' has no byte order mark, by which {name.upper()} is read"
        raise refuse(path, _problem(path, message, "a mark", f"Declare encoding = {ends} in [files]."))
    if name == UTF_8 and (order := _order_of_utf_16(head)):
        message = f"'{path.name}' is not UTF-8"
        hint = f'It looks like UTF-16 without a mark: declare encoding = "utf-16-{order}" in [files].'
        raise refuse(path, _problem(path, message, "UTF-8", hint, line=1))
    return Encoding(name, mark)


def _known(path: Path, declared: str) -> str:
    try:
        b"a".decode(declared)  # Python refuses codecs that do not make text, such as hex
        name = codecs.lookup(declared).name
    except UnicodeError:  # a single byte is not much in UTF-16
        name = codecs.lookup(declared).name
    except (LookupError, ValueError) as error:
        message = f"The encoding declared for '{path.name}' is not known"
        allowed = "an encoding of text that Python knows, such as utf-8, cp1252, iso-8859-7, utf-16"
        raise refuse(path, _problem(path, message, allowed, "Check encoding in [files].")) from error
    return UTF_8 if name == "utf-8-sig" else name


def _order_of_utf_16(head: bytes) -> str:
    """Return the byte order of what looks like UTF-16, or nothing."""
    half = len(head) // 2
    if not half:
        return ""
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) <= _ZEROS_OF_UTF_16 * half or min(first, second):
        return ""
    return "le" if second > first else "be"


def _problem(path: Path, message: str, allowed: str, hint: str, line: int | None = None) -> Problem:
    return Problem("E_ENCODING", message, allowed=allowed, hint=hint, file=path.name, line=line)

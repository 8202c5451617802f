"""Reading a TOML file with limits, and saying which line and which key is at fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from rlsstudy.errors import Complaint, StudyFileError

LARGEST_FILE = 2**20  # bytes; a study file has a few kB, and deep nesting must not exhaust the parser
# In one line. Python's parser takes time and memory with the square of the parts of a dotted key: 100,000 of them exhaust it.
MOST_DOTS = 64
CODE = "E_TOML"

_LINE = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)$")
_TWICE = re.compile(r"^Cannot (?:declare|redefine namespace|mutate immutable namespace) \((?P<key>.*?)\)")
_PART = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def parse_toml(path: Path) -> Mapping[str, object]:
    """Read a TOML file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    mapping
        Its tables.

    Raises
    ------
    StudyFileError
        There is no such file, it is too large or too deeply nested, or it is not TOML in UTF-8;
        the complaint has the code ``E_TOML``, and the line and the key where they are known.
    """
    content = _read(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refused(
            path, f"line {line} is not UTF-8. Save the file as UTF-8 and try again.", line
        ) from error
    for number, line_text in enumerate(text.split("\n"), 1):
        if line_text.count(".") > MOST_DOTS:
            problem = (
                f"line {number} has more than {MOST_DOTS} dots; keys are not nested so deeply. Shorten it."
            )
            raise _refused(path, problem, number)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _refused(path, "its brackets are nested too deeply. Write tables instead.") from None
    except tomllib.TOMLDecodeError as error:
        raise _invalid(path, text, str(error)) from error
    except ValueError as error:  # more digits than Python takes
        raise _refused(path, "a number in it has too many digits. Write a code in quotes.") from error


def dotted(parts: Iterable[str]) -> str:
    """Write a key with its tables, as in TOML: ``columns."a b".unit``.

    Examples
    --------
    >>> dotted(["columns", "a b", "unit"])
    'columns."a b".unit'
    """
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in parts)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _refused(path, f"it has {size:,} bytes; a study file has at most {LARGEST_FILE:,}.")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE)
    except FileNotFoundError:
        hint = "Check the name, or write a new study file with `rlsstudy new`."
        raise StudyFileError(path.name, [f"there is no such file. {hint}"]) from None
    except OSError as error:
        raise StudyFileError(path.name, [f"it cannot be opened: {error.strerror}."]) from error
    except ValueError as error:  # the name holds a zero byte
        raise StudyFileError(path.name, ["no file can have this name. Check the name."]) from error


def _refused(path: Path, problem: str, line: int | None = None, key: str = "") -> StudyFileError:
    return StudyFileError(path.name, [Complaint(problem, CODE, key, line)])


def _invalid(path: Path, text: str, message: str) -> StudyFileError:
    """Return what is said of a file that is not TOML: the parser's own words, with the line and the key in them."""
    place = _LINE.search(message)
    line = None
    if place is not None:
        line = int(place["line"]) if place["line"] else max(text.rstrip("\n").count("\n") + 1, 1)
    named = _TWICE.match(message)
    if named is not None:
        key = dotted(one or two for one, two in _PART.findall(named["key"]))
    else:
        key = _key_at(text, line) if message.startswith(("Cannot overwrite", "Duplicate")) else ""
    return _refused(path, f"it is not valid TOML: {message}. Mend that place first.", line, key)


def _key_at(text: str, line: int | None) -> str:
    """Return the key that a line sets, with the table it stands in, as far as that can be seen."""
    if line is None:
        return ""
    lines = text.split("\n")[:line]
    headers = [found[1] for found in map(_HEADER.match, lines) if found is not None]
    key = _KEY.match(lines[-1])
    if key is None:
        return headers[-1] if _HEADER.match(lines[-1]) and headers else ""
    return ".".join([*headers[-1:], key[1]])

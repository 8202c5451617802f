"""Reading a JSON file strictly: nothing twice, no NaN, of a bounded size, and typed errors only."""

from __future__ import annotations

import json
from pathlib import Path

from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

LARGEST = 16 * 2**20  # bytes; a dictionary of 10,000 columns has less


def read_json(path: Path) -> object:
    """Read a JSON file.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.

    Returns
    -------
    object
        Mappings, lists, texts, numbers, truth values or None.

    Raises
    ------
    CohortError
        The file is not there, too large, or not strict JSON.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise unusable(path.name, f"'{path.name}' has {size:,} bytes", f"at most {LARGEST:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise unusable(path.name, f"'{path.name}' is not in UTF-8", "JSON in UTF-8") from error
    except (OSError, ValueError) as error:
        problem = Problem("E_NO_FILE", f"There is no file '{path.name}' that can be read", file=path.name)
        raise CohortError(f"'{path.name}' cannot be read:", [problem]) from error
    try:
        content: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise unusable(path.name, f"'{path.name}' is not strict JSON", "JSON", line) from error
    return content


def unusable(file: str, message: str, allowed: str = "", line: int | None = None) -> CohortError:
    """Return the error for a dictionary that cannot be read."""
    problem = Problem("E_DICTIONARY", message, allowed=allowed, file=file, line=line)
    return CohortError(f"'{file}' cannot be read as a data dictionary:", [problem])


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise ValueError("a key stands twice")
    return mapping


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")

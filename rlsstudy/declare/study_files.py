"""The ``[files]`` part of a study file: how its files are read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rlsstudy.declare.file_options import FileOptions, Options, RedcapExport
from rlsstudy.declare.study_columns import decimal_mark
from rlsstudy.declare.toml_table import Table

EVERY_FILE = "*"
_CELLS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}:[A-Z]{1,3}[1-9][0-9]{0,6}")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)
# Python's codecs that are no encoding of texts, or one of their own kind.
_NO_TEXT = frozenset(
    {
        "base64", "bz2", "hex", "idna", "mbcs", "oem", "punycode", "quopri", "raw-unicode-escape", "rot13", "undefined",
        "unicode-escape", "uu", "zlib",
    }
)  # fmt: skip


def read_files(table: Table | None, folder: Path, paths: Sequence[Path]) -> Options:
    """Read ``[files]``.

    Parameters
    ----------
    table : Table, optional
        The part of the study file. Problems are noted in it.
    folder : Path
        The study file's folder, from which the paths in it count.
    paths : sequence of Path
        The study's files, one of which each name or pattern must fit; none where the study names no file.

    Returns
    -------
    Options
        The options of files by name or pattern: what is said of one of them, else what is said of every file.
    """
    if table is None:
        return Options()
    patterns = [key for key in table.keys if isinstance(table.raw(key), dict)]
    every = replace(FileOptions(), **_read(table, folder))
    found = {}
    for pattern in patterns:
        own = table.table(pattern)
        assert own is not None
        found[pattern] = replace(every, **_read(own, folder))
        own.finish()
        if paths and not any(fnmatchcase(path.name, pattern) for path in paths):
            names = ", ".join(f"'{path.name}'" for path in paths[:3])
            own.complain(
                f"no file of 'data' has such a name. There: {names}{', …' if len(paths) > 3 else ''}."
            )
    table.finish()
    if every != FileOptions():
        found.setdefault(EVERY_FILE, every)
    return Options(found)


def _read(table: Table, folder: Path) -> dict[str, Any]:
    said = {
        "encoding": _encoding(table),
        "delimiter": _delimiter(table),
        "decimal": decimal_mark(table),
        "comment": table.text("comment"),
        "skip": table.whole("skip"),
        "sheet": table.text("sheet"),
        "cells": _cells(table),
        "header_rows": table.whole("header_rows", 1),
        "catalogue": _path(table, "catalogue", folder),
        "redcap": table.choice("redcap", RedcapExport),
        "dictionary": _path(table, "dictionary", folder),
        "event": table.text("event"),
        "instrument": table.any_text("instrument"),
        "max_columns": table.whole("max_columns", 1),
        "max_rows": table.whole("max_rows", 1),
    }
    return {key: value for key, value in said.items() if value is not None}


def _encoding(table: Table) -> str | None:
    encoding = table.text("encoding")
    if encoding is None or _is_encoding(encoding):
        return encoding
    table.complain(
        f"'encoding' is '{encoding}', which is not known. Usual ones: utf-8, utf-16, cp1252, iso-8859-1, cp850.",
        "encoding",
    )
    return None


def _is_encoding(name: str) -> bool:
    if _NAME.fullmatch(name) is None:
        return False
    try:
        return codecs.lookup(name).name.replace("_", "-") not in _NO_TEXT
    except (LookupError, ValueError):
        return False


def _delimiter(table: Table) -> str | None:
    delimiter = table.any_text("delimiter")
    if delimiter is None:
        return None
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n.-+\0':
        table.complain('\'delimiter\' must be one sign, such as ";" or "\\t".', "delimiter")
        return None
    return delimiter


def _cells(table: Table) -> str | None:
    cells = table.text("cells")
    if cells is not None and _CELLS.fullmatch(cells) is None:
        table.complain("'cells' must be the range of header and data, such as \"A7:BC64\".", "cells")
        return None
    return cells


def _path(table: Table, key: str, folder: Path) -> Path | None:
    name = table.text(key)
    return None if name is None else folder / name

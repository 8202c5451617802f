"""Writing texts, keys and comments of TOML, whatever characters a file's names hold."""

from __future__ import annotations

from collections.abc import Mapping

from rlsstudy.problems import printable

BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LAST_SHORT = 0xFFFF


def quoted(text: str) -> str:
    """Write a text as a TOML string.

    Examples
    --------
    >>> print(quoted("clinic.csv"))
    "clinic.csv"
    """
    signs = (_ESCAPES.get(sign, sign if sign.isprintable() else _escaped(sign)) for sign in text)
    return f'"{"".join(signs)}"'


def toml_key(text: str) -> str:
    """Write a key of a TOML table, in quotes where it needs them.

    Examples
    --------
    >>> print(toml_key("SF"), toml_key("IRLS Gesamt"))
    SF "IRLS Gesamt"
    """
    return text if text and BARE.issuperset(text) else quoted(text)


def inline(pairs: Mapping[str, str]) -> str:
    """Write codes and what they stand for as a TOML inline table.

    Examples
    --------
    >>> print(inline({"1": "male", "-9": "not done"}))
    { 1 = "male", -9 = "not done" }
    """
    return "{ " + ", ".join(f"{toml_key(code)} = {quoted(text)}" for code, text in pairs.items()) + " }"


def remark_line(text: str) -> str:
    """Write a text as one line of comment, without what would end it or steer a terminal.

    Examples
    --------
    >>> print(remark_line("two  blanks"))
    # two blanks
    """
    return f"# {' '.join(printable(' '.join(text.split())).split())}".rstrip()


def _escaped(sign: str) -> str:
    number = ord(sign)
    return f"\\u{number:04X}" if number <= _LAST_SHORT else f"\\U{number:08X}"

"""The words and signs of a formula."""

from __future__ import annotations

import re
from typing import NamedTuple

from rlsstudy.errors import FormulaError

LONGEST = 1_000  # characters of a formula
SHOWN = 30  # characters of a word that a message shows
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9]+)|'(?P<single>[^'\\\n]*)'|"(?P<double>[^"\\\n]*)"|(?P<sign>[~+:*(),=-])""",
    re.ASCII,
)
_BLANKS = re.compile(r"[ \t\r\n]*", re.ASCII)


class Token(NamedTuple):
    """One word or sign: its kind, its text, and the character at which it begins, from 1.

    The kind is ``name``, ``number``, ``text``, ``sign``, ``end``, or ``wrong`` for a character that no formula has.
    """

    kind: str
    text: str
    position: int


def tokens_of(text: str) -> list[Token]:
    """Cut a formula into words and signs.

    Parameters
    ----------
    text : str
        The formula.

    Returns
    -------
    list of Token
        The last one is the end, or the first character that no formula has.

    Raises
    ------
    FormulaError
        It is too long.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"it has {len(text):,} characters; a formula has at most {LONGEST:,}.", LONGEST + 1
        )
    tokens: list[Token] = []
    at = _after_blanks(text, 0)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return [*tokens, Token("wrong", text[at], at + 1)]
        kind = found.lastgroup or ""
        kind = "text" if kind in ("single", "double") else kind
        tokens.append(Token(kind, found[found.lastgroup or 0], at + 1))
        at = _after_blanks(text, found.end())
    return [*tokens, Token("end", "", len(text) + 1)]


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()

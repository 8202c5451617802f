"""Patterns of cells, in ASCII: Python itself reads ``1_0``, full-width digits and ``infinity`` as numbers.

Patterns for whole columns are written for RE2, which pyarrow uses: it takes time in proportion to the text, whatever the
pattern. Those for single cells are Python's.
"""

from __future__ import annotations

import re

_DIGITS = r"[+-]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"

NUMBER_TEXT = re.compile(_DIGITS.format(mark=r"\."))
INFINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.ASCII | re.IGNORECASE)
CENSORED = re.compile(r"([<>≤≥])=?\s*([0-9.,]+)")
COMMA_NUMBER = re.compile(r"[+-]?[0-9]+,[0-9]+")
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[,' \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
WITH_UNIT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?\s*[A-Za-zµμ%/°²]+[A-Za-z0-9µμ%/°²^. ]*")
DAY_WORD = re.compile(r"[0-9]{1,2}[-./ ][A-Za-z]{3}|[A-Za-z]{3}[-./ ][0-9]{1,2}")

# Whole cells, RE2.
LEADING_ZERO = r"^[+-]?0[0-9]+(?:[.,][0-9]+)?$"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
EXCEL_DATE_OF_WORD = rf"^(?:[0-9]{{1,2}}[-/ .](?:{_MONTHS})|(?:{_MONTHS})[-/ .][0-9]{{1,2}}|[0-9](?:[.,][0-9]+)?E\+[0-9]{{2,}})$"
# Controls but tab and line ends, marks that turn the direction of text, and invisible characters.
CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{80}-\x{9F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]"
# UTF-8 that was read as Windows-1252 or Latin-1, and the mark of a character that was lost.
MOJIBAKE = r"Ã[\x{80}-\x{BF}ƒ‚„†‡‰‹ŒŽ‘’“”•–—˜™š›œžŸ€ ]|â€|Â[\x{A0}-\x{BF}]|ï»¿|\x{FFFD}"
EMAIL = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"
PHONE = r"^(?:\+|00|\()[0-9() ./-]{7,20}$"

WORDS_FOR_MISSING = frozenset(
    {
        ".", "-", "--", "?", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "unknown", "unk", "not done",
        "not known", "not available", "not applicable", "nd", "nk", "n.d.", "n.a.", "n.k.", "refused", "no data", "k.a.", "don't know", "dont know", "do not know", "no answer", "declined",
        "not recorded", "not asked", "keine angabe", "verweigert",
    }
)  # fmt: skip


def is_number(cell: str, decimal: str) -> bool:
    """Whether a single cell is a number with this decimal mark."""
    return re.fullmatch(_DIGITS.format(mark=re.escape(decimal)), cell) is not None


def number_pattern(decimal: str) -> str:
    """Return the RE2 pattern of a whole number cell with this decimal mark."""
    return rf"^{_DIGITS.format(mark=re.escape(decimal))}$"

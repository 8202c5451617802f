"""How texts and dates may be declared to be written: patterns that cannot run for ever, and date formats that are whole."""

from __future__ import annotations

import math
import re
import warnings
from datetime import date, timedelta

LONGEST_PATTERN = 500  # characters
MOST_REPEATS = 1_000  # in {n} and {n,m}, with those around them; more is no form of writing
MOST_WAYS = 1e8  # in which a pattern may match one text, counted as `_Pattern` does
DEEPEST = 20
_OPEN_END = 10.0  # ways of a part that may be repeated without end
FIRST_DAY = date(1970, 1, 1)

_ESCAPES, _ESCAPES_IN_CLASS = frozenset("dDwWsSbBt"), frozenset("dDwWsSt")
_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]+)(,([0-9]*))?\}")
_YEARS, _MONTHS = ("%Y", "%y"), ("%m", "%b", "%B")
_DATE_PARTS = re.compile(r"%[a-zA-Z%]|[-/.,:_ TZ]")
_DATE_LETTERS = (*_YEARS, *_MONTHS, "%d", "%H", "%M", "%S")


class _Refused(Exception):
    """A pattern that is not taken, with the reason."""


def pattern_problem(pattern: str) -> str:
    r"""Say why a pattern cannot be used, or return nothing.

    Parameters
    ----------
    pattern : str
        What a text must match from end to end.

    Returns
    -------
    str
        The reason, as the end of the sentence "the pattern …"; empty when the pattern can be used.

    Notes
    -----
    Taken is what Python and RE2 read alike: characters, ``.``, classes such as ``[0-9A-Z]``, ``\d \w \s \b``, groups,
    alternatives, and repeats. A repeat of a part that can itself match in several ways, such as ``(a+)+``, can take
    longer than anybody lives, and is refused.

    Examples
    --------
    >>> pattern_problem("^[0-9A-Z]{3,20}$")
    ''
    >>> pattern_problem("(a+)+")
    'repeats a part that can match in several ways, as in (a+)+ or (a|b)*, and could run for ever. Write [ab]*, or say how often: {1,3}'
    """
    if len(pattern) > LONGEST_PATTERN:
        return f"has {len(pattern):,} characters; at most {LONGEST_PATTERN} are allowed"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.ASCII)
        ways, _ = _Pattern(pattern).read()
    except re.error as error:
        return f"is not a regular expression: {error}"
    except (OverflowError, RecursionError):
        return "has repeats that are too large or too deeply nested"
    except Warning:
        return "has a class that can be read in two ways; put a backslash before [ - & ~ and | inside of [ ]"
    except _Refused as refused:
        return str(refused)
    return (
        ""
        if ways <= MOST_WAYS
        else "can match in too many ways, and could run for ever. Write it with fewer repeats"
    )


class _Pattern:
    """Counts in how many ways a pattern, which is known to be valid, can match: repeats and alternatives multiply."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0

    def read(self) -> tuple[float, int]:
        """Return the ways of the alternatives from here on, and the largest repeat inside."""
        if self._depth > DEEPEST:
            raise _Refused(f"has groups nested more than {DEEPEST} deep")
        total, ways, largest = 0.0, 1.0, 1
        while self._at < len(self._text) and self._text[self._at] != ")":
            if self._text[self._at] == "|":
                self._at += 1
                total, ways = total + ways, 1.0
                continue
            inside, repeats = self._atom()
            least, most = self._quantifier()
            ways *= _ways_of_repeat(inside, least, most)
            largest = max(largest, repeats * int(least if most == math.inf else max(most, 1)))
            if largest > MOST_REPEATS:
                raise _Refused(f"repeats a part more than {MOST_REPEATS:,} times")
        return total + ways, largest

    def _atom(self) -> tuple[float, int]:
        character = self._text[self._at]
        if character == "(":
            return self._group()
        if character == "[":
            self._class()
        elif character == "\\":
            self._escape()
        elif character == "{":
            raise _Refused(
                "has a { that begins no repeat such as {2} or {1,3}. Write \\{ for the character itself"
            )
        else:
            self._at += 1
        return 1.0, 1

    def _group(self) -> tuple[float, int]:
        if self._text.startswith("(?", self._at) and not self._text.startswith("(?:", self._at):
            raise _Refused("has a group that begins with (?; only ( ) and (?: ) are allowed")
        self._at += 3 if self._text.startswith("(?:", self._at) else 1
        self._depth += 1
        found = self.read()
        self._depth -= 1
        self._at += 1
        return found

    def _class(self) -> None:
        """Pass over [...], in which a ] that comes first is a character."""
        self._at += 2 if self._text.startswith("[^", self._at) else 1
        first = self._at
        while self._text[self._at] != "]" or self._at == first:
            if self._text[self._at] == "\\":
                self._escape(_ESCAPES_IN_CLASS)
            elif self._text.startswith("[:", self._at):
                raise _Refused(
                    "has [: in a class, which can be read in two ways. Write \\[ for the character itself"
                )
            else:
                self._at += 1
        self._at += 1

    def _escape(self, allowed: frozenset[str] = _ESCAPES) -> None:
        escaped = self._text[self._at + 1]
        if escaped not in allowed and (escaped.isalnum() or escaped == "_" or not escaped.isascii()):
            raise _Refused(
                f"has \\{escaped}; allowed are \\d \\D \\w \\W \\s \\S \\b \\B \\t and signs such as \\."
            )
        self._at += 2

    def _quantifier(self) -> tuple[int, float]:
        """Return how often the part before may come: least and most."""
        found = _QUANTIFIER.match(self._text, self._at)
        if found is None:
            return 1, 1
        self._at = found.end()
        if self._text.startswith("?", self._at):
            self._at += 1
        elif self._text.startswith("+", self._at):
            raise _Refused("has a + after a repeat; leave it out")
        if found[0] in "*+?":
            return (1 if found[0] == "+" else 0), (1 if found[0] == "?" else math.inf)
        least = int(found[1])
        if found[2] is None:
            return least, least
        return least, int(found[3]) if found[3] else math.inf


def _ways_of_repeat(inside: float, least: int, most: float) -> float:
    if most == math.inf:
        if inside > 1:
            raise _Refused(
                "repeats a part that can match in several ways, as in (a+)+ or (a|b)*, and could run for ever. "
                "Write [ab]*, or say how often: {1,3}"
            )
        return _OPEN_END
    # The logarithm, because the ways themselves may be more than a float holds.
    several = most * math.log10(inside) if inside > 1 else 0.0
    return math.inf if several > math.log10(MOST_WAYS) else 10.0**several * (most - least + 1)


def date_format_problem(written: str) -> str:
    """Say why dates cannot be declared to be written so, or return nothing.

    Parameters
    ----------
    written : str
        The format, in the letters of ``strptime``.

    Returns
    -------
    str
        The reason, as the end of the sentence "the format …"; empty when the format can be used.

    Examples
    --------
    >>> date_format_problem("%d.%m.%Y")
    ''
    >>> date_format_problem("%m/%Y")
    'has no day of the month (%d)'
    """
    parts = _DATE_PARTS.findall(written)
    letters = [part for part in parts if part.startswith("%")]
    if "".join(parts) != written or not set(letters) <= set(_DATE_LETTERS):
        return f"has more than {' '.join(_DATE_LETTERS)} and the signs - / . , : _ T Z and blank"
    needed = (("year", _YEARS), ("month", _MONTHS), ("day of the month", ("%d",)))
    for what, ways in needed:
        found = [letter for letter in letters if letter in ways]
        if not found:
            return f"has no {what} ({' or '.join(ways)})"
        if len(found) > 1:
            return f"has more than one {what} ({' and '.join(found)})"
    times = [letter for letter in letters if letter in ("%H", "%M", "%S")]
    if times != ["%H", "%M", "%S"][: len(times)]:
        return "has a time of day that is not hour, minute, second in this order (%H %M %S)"
    return ""


def days_of(day: date) -> float:
    """Return a day as days since 1970-01-01, which is how dates are kept.

    Examples
    --------
    >>> days_of(date(2010, 1, 1))
    14610.0
    """
    return float((day - FIRST_DAY).days)


def write_day(days: float) -> str:
    """Write days since 1970-01-01 as a date.

    Examples
    --------
    >>> write_day(14610.0)
    '2010-01-01'
    """
    return (FIRST_DAY + timedelta(days=math.floor(days))).isoformat()

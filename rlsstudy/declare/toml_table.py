"""A table of a TOML file read strictly: wrong types are explained, unknown keys refused.

Nothing is raised here. Every problem is noted with its key, so that a file's author sees all of
them at once; a value that is wrong counts as not given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeGuard, TypeVar

from rlsstudy.declare.missingness import NOT_RECORDED
from rlsstudy.declare.toml_file import dotted
from rlsstudy.errors import Complaint, did_you_mean

UNKNOWN_KEY = "E_UNKNOWN_KEY"
PROBLEM = "E_STUDY_FILE"
_WORDS = 'a table of texts, such as { 1 = "yes" }; a code with a point needs quotes: { "1.5" = "yes" }'
_CODES = 'a list of codes, such as ["-9", ""], or a table of reasons, such as { -9 = "not done" }'

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """One table of a study file.

    Parameters
    ----------
    name : str
        How messages call it: ``[study]``.
    content : mapping
        What the TOML parser returned.
    complaints : list of Complaint
        Where problems are noted; shared by all tables of a file.
    path : tuple of str
        The keys that lead to it: ``("columns", "SF")``; a table of a list has its number, from 1.
    """

    def __init__(
        self,
        name: str,
        content: Mapping[str, object],
        complaints: list[Complaint],
        path: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.path = path
        self._content = content
        self._complaints = complaints
        self._asked: dict[str, None] = {}

    def unheard(self) -> Table:
        """Return the same table with complaints that nobody is told, to look ahead."""
        return Table(self.name, self._content, [], self.path)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._content)

    def complain(self, problem: str, key: str = "", code: str = PROBLEM) -> None:
        """Note a problem of this table, or of one of its keys."""
        text = f"in {self.name}, {problem}" if self.name else problem
        self._complaints.append(Complaint(text, code, dotted((*self.path, key) if key else self.path)))

    def key_of(self, key: str) -> str:
        """Return a key with the tables it stands in."""
        return dotted((*self.path, key))

    def note(self, complaint: Complaint) -> None:
        """Note a problem that already says where it is."""
        self._complaints.append(complaint)

    def has(self, key: str) -> bool:
        """Whether a key is there, right or wrong."""
        return key in self._content

    def text(self, key: str) -> str | None:
        """Return a text that is not blank."""
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return value
        self._wrong(key, "text in quotes, not blank")
        return None

    def any_text(self, key: str) -> str | None:
        """Return a text, which may be empty."""
        value = self._value(key)
        if isinstance(value, str):
            return value
        self._wrong(key, "text in quotes")
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        self._wrong(key, 'a list of texts, such as ["a", "b"]')
        return None

    def number(self, key: str) -> float | None:
        """Return a finite number."""
        value = self._value(key)
        if _is_number(value):
            return float(value)
        self._wrong(key, "a number")
        return None

    def day(self, key: str) -> date | None:
        """Return a day."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._wrong(key, "a date without quotes, such as 2010-01-31")
        return None

    def numbers(self, key: str) -> tuple[float, ...] | None:
        """Return a list of finite numbers."""
        value = self._value(key)
        if isinstance(value, list) and all(_is_number(item) for item in value):
            return tuple(float(item) for item in value)
        self._wrong(key, "a list of numbers, such as [0, 40]")
        return None

    def pair(self, key: str) -> tuple[float, float] | None:
        """Return two finite numbers."""
        values = self.numbers(key)
        if values is not None and len(values) != 2:
            self.complain(f"'{key}' has {len(values)} numbers; it must have two, such as [0, 40].", key)
        return (values[0], values[1]) if values is not None and len(values) == 2 else None

    def whole(self, key: str, least: int = 0) -> int | None:
        """Return a whole number from ``least`` on."""
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self._wrong(key, f"a whole number from {least} on")
        return None

    def flag(self, key: str) -> bool | None:
        """Return true or false."""
        value = self._value(key)
        if isinstance(value, bool):
            return value
        self._wrong(key, "true or false")
        return None

    def choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """Return one of some words."""
        value = self.text(key)
        if value is None:
            return None
        allowed = [str(choice) for choice in choices]
        if value in allowed:
            return choices(value)
        self.complain(f"'{key}' is '{value}'.{did_you_mean(value, allowed)}", key)
        return None

    def words(self, key: str) -> dict[str, str] | None:
        """Return a table of texts, such as the meaning of codes."""
        value = self._value(key)
        if isinstance(value, dict) and all(isinstance(v, str) and v.strip() for v in value.values()):
            return dict(value)
        self._wrong(key, _WORDS)
        return None

    def reasons(self, key: str) -> dict[str, str] | None:
        """Return codes and their reasons; a list of codes gives none, and they mean *not recorded*."""
        value = self._value(key)
        if isinstance(value, dict):
            return self.words(key)
        if isinstance(value, list) and all(isinstance(v, str) or _is_whole(v) for v in value):
            return {str(code): NOT_RECORDED for code in value}
        self._wrong(key, f"{_CODES}; a code with a point needs quotes")
        return None

    def factors(self, key: str) -> dict[str, float] | None:
        """Return a table of numbers above 0, such as units and their factors."""
        value = self._value(key)
        if isinstance(value, dict) and all(_is_number(v) and v > 0 for v in value.values()):
            return {str(name): float(factor) for name, factor in value.items()}
        self._wrong(key, 'a table of numbers above 0, such as { "pmol/L" = 0.445 }')
        return None

    def table(self, key: str) -> Table | None:
        """Return a table inside this one."""
        value = self._value(key)
        if isinstance(value, dict):
            return Table(self._path(key), value, self._complaints, (*self.path, key))
        self._wrong(key, f"a table: {self._path(key)}")
        return None

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list: ``[[exclusions]]``."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [
                Table(f"[[{key}]] {number}", item, self._complaints, (*self.path, key, str(number)))
                for number, item in enumerate(value, 1)
            ]
        self._wrong(key, f"a list of tables: [[{key}]]")
        return []

    def raw(self, key: str) -> object:
        """Return whatever is there, or None."""
        return self._value(key)

    def finish(self) -> None:
        """Note every key that was never asked for."""
        for key in self._content:
            if key not in self._asked:
                self.complain(
                    f"'{key}' is not a known key.{did_you_mean(key, self._asked)}", key, UNKNOWN_KEY
                )

    def _value(self, key: str) -> object:
        self._asked[key] = None
        return self._content.get(key)

    def _path(self, key: str) -> str:
        if self.name.startswith("[["):
            return f"{self.name}.{key}"
        return f"[{self.name.strip('[]')}.{key}]" if self.name else f"[{key}]"

    def _wrong(self, key: str, expected: str) -> None:
        if key in self._content:
            self.complain(f"'{key}' must be {expected}.", key)


def _is_number(value: object) -> TypeGuard[int | float]:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

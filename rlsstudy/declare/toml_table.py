"""A table of a TOML file read strictly: wrong types are explained, unknown keys refused.

Nothing is raised here. Every problem is noted as a sentence, so that a file's author sees all of
them at once; a value that is wrong counts as not given.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard, TypeVar

from rlsstudy.errors import StudyFileError, did_you_mean

LARGEST_FILE = 2**20  # bytes; a study file has a few kB, and deep nesting must not exhaust the parser

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """One table of a study file.

    Parameters
    ----------
    name : str
        How messages call it: ``[study]``.
    content : mapping
        What the TOML parser returned.
    problems : list of str
        Where problems are noted; shared by all tables of a file.
    """

    def __init__(self, name: str, content: Mapping[str, object], problems: list[str]) -> None:
        self.name = name
        self._content = content
        self._problems = problems
        self._asked: dict[str, None] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._content)

    def complain(self, problem: str) -> None:
        """Note a problem of this table."""
        self._problems.append(f"in {self.name}, {problem}" if self.name else problem)

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
            self.complain(f"'{key}' has {len(values)} numbers; it must have two, such as [0, 40].")
            return None
        return None if values is None else (values[0], values[1])

    def whole(self, key: str, least: int = 0) -> int | None:
        """Return a whole number that is at least ``least``."""
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
        self.complain(f"'{key}' is '{value}'.{did_you_mean(value, allowed)}")
        return None

    def words(self, key: str) -> dict[str, str] | None:
        """Return a table of texts, such as the meaning of codes."""
        value = self._value(key)
        if isinstance(value, dict) and all(isinstance(v, str) and v.strip() for v in value.values()):
            return dict(value)
        self._wrong(
            key,
            'a table of texts, such as { 1 = "yes" }; a code with a point needs quotes: { "1.5" = "yes" }',
        )
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
            return Table(self._path(key), value, self._problems)
        self._wrong(key, f"a table: {self._path(key)}")
        return None

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list: ``[[exclusions]]``."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [
                Table(f"[[{key}]] {number}", item, self._problems) for number, item in enumerate(value, 1)
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
                self.complain(f"'{key}' is not a known key.{did_you_mean(key, self._asked)}")

    def _value(self, key: str) -> object:
        self._asked[key] = None
        return self._content.get(key)

    def _path(self, key: str) -> str:
        return f"[{self.name.strip('[]')}.{key}]" if self.name else f"[{key}]"

    def _wrong(self, key: str, expected: str) -> None:
        if key in self._content:
            self.complain(f"'{key}' must be {expected}.")


def parse_toml(path: Path) -> Mapping[str, object]:
    """Read a TOML file with limits.

    Raises
    ------
    StudyFileError
        There is no such file, it is too large or too deeply nested, or it is not TOML in UTF-8;
        the message says in which line.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise StudyFileError(
                path.name, [f"it has {size:,} bytes; a study file has at most {LARGEST_FILE:,}."]
            )
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        hint = "Check the name, or write a new study file with `rlsstudy new`."
        raise StudyFileError(path.name, [f"there is no such file. {hint}"]) from None
    except OSError as error:
        raise StudyFileError(path.name, [f"it cannot be opened: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"line {line} is not UTF-8. Save the file as UTF-8 and try again."
        raise StudyFileError(path.name, [problem]) from error
    except RecursionError:
        raise StudyFileError(
            path.name, ["its brackets are nested too deeply. Write tables instead."]
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise StudyFileError(path.name, [f"it is not valid TOML: {error}. Mend that place first."]) from error
    except ValueError as error:  # the name holds a zero byte
        raise StudyFileError(path.name, ["no file can have this name. Check the name."]) from error


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

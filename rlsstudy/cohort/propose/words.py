"""The words by which columns are recognised, read from ``words.toml`` and from the declaration."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from rlsstudy.declare.causal_model import CausalModel

WORDS_FILE = Path(__file__).resolve().with_name("words.toml")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_GREEK_MU = "\N{GREEK SMALL LETTER MU}"
_LONG_ENOUGH = 6  # letters
_ITEM_WORDS = "(?:item|itm|frage|question|punkt|nr|no|i|q)?"


class Grade(IntEnum):
    """How well a column fits a variable. A guess is only ever proposed as a comment."""

    GUESS = 1
    LIKELY = 2
    SURE = 3

    @property
    def word(self) -> str:
        """The grade as a proposal writes it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Words:
    """What names and labels mean.

    Parameters
    ----------
    variables : mapping of str to (str, Grade)
        Names in one plain form, and the variable that each means.
    phrases : tuple of (tuple of str, str)
        Sequences of words that point to a variable inside a longer label, the longest first.
    items : tuple of (pattern, str, int)
        For items of scales: how their names look, the variable's name to be filled in, and how many there are.
    units : mapping of str to str
        Units in one plain form, and as the declaration writes them.
    keys, visits, visit_dates : tuple of str
        Names of columns that identify a participant, a visit and the day of one, in plain form.
    identifiers : mapping of str to str
        Names of columns that point to people, in plain form, and what such a column holds.
    levels : mapping of str to mapping of str to str
        For each variable, or ``"*"``, labels in plain form and the level that each means.
    missing : mapping of str to str
        Labels in plain form of codes for missing values, and the reason, where it is one of ours.
    context, other : frozenset of str
        Words that do not change what is measured, and words that do.
    """

    variables: Mapping[str, tuple[str, Grade]]
    phrases: tuple[tuple[tuple[str, ...], str], ...]
    items: tuple[tuple[re.Pattern[str], str, int], ...]
    units: Mapping[str, str]
    keys: tuple[str, ...]
    visits: tuple[str, ...]
    visit_dates: tuple[str, ...]
    identifiers: Mapping[str, str]
    levels: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, str]
    context: frozenset[str]
    other: frozenset[str]


def split_words(text: str) -> tuple[str, ...]:
    """Split a name or a label into plain words: lower case, without accents, ``ferritinValue`` in two.

    Examples
    --------
    >>> split_words("Größe_cm"), split_words("IRLSTotal"), split_words("ferritin (µg/L)")
    (('grosse', 'cm'), ('irls', 'total'), ('ferritin', 'ug', 'l'))
    """
    apart = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text).casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign)).replace(_GREEK_MU, "u")
    return tuple(_WORD.findall(letters))


def plain(text: str | Sequence[str]) -> str:
    """Write a name in one way: its words without anything between them."""
    return "".join(split_words(text) if isinstance(text, str) else text)


@cache
def read_words_file() -> dict[str, Any]:
    """Return the content of the table of words."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def known_words(model: CausalModel) -> Words:
    """Return the words for the measured variables of a model: the table's, and the declaration's own.

    Parameters
    ----------
    model : CausalModel
        What is declared. Words of variables that it does not have are left out.

    Returns
    -------
    Words
        The words.
    """
    table = read_words_file()
    entries = list(_entries(table, model))
    variables: dict[str, tuple[str, Grade]] = {}
    for phrase, variable, grade in entries:
        variables.setdefault(plain(phrase), (variable, grade))
    phrases = {split_words(phrase): variable for phrase, variable, _ in entries if _tells_much(phrase)}
    return Words(
        variables=variables,
        phrases=tuple(sorted(phrases.items(), key=lambda pair: (-len("".join(pair[0])), pair[0]))),
        items=tuple(_items(table["items"], model)),
        units=dict(_units(table["units"], model)),
        keys=tuple(map(plain, table["key"]["names"])),
        visits=tuple(map(plain, table["visit"]["names"])),
        visit_dates=tuple(map(plain, table["visit_date"]["names"])),
        identifiers={plain(name): what for what, names in table["identifiers"].items() for name in names},
        levels={name: _turned(levels) for name, levels in table["levels"].items()},
        missing={plain(word): "" for word in table["missing"]["words"]} | _reasons(table["missing"]),
        context=frozenset(table["context"]["words"]),
        other=frozenset(table["context"]["other"]),
    )


def _entries(table: Mapping[str, Any], model: CausalModel) -> Iterator[tuple[str, str, Grade]]:
    """Give every phrase with its variable: declared names first, then labels, then the table from sure to guess."""
    measured = model.measured
    yield from ((variable.name, variable.name, Grade.SURE) for variable in measured)
    yield from ((variable.label, variable.name, Grade.SURE) for variable in measured)
    for grade in sorted(Grade, reverse=True):
        for name, said in table["variables"].items():
            if name in model and model[name].measured:
                yield from ((phrase, name, grade) for phrase in said.get(grade.word, ()))


def _tells_much(phrase: str) -> bool:
    """Whether a phrase says what is meant even inside a longer label."""
    words = split_words(phrase)
    return len("".join(words)) >= _LONG_ENOUGH


def _items(scales: Mapping[str, Any], model: CausalModel) -> Iterator[tuple[re.Pattern[str], str, int]]:
    for scale in scales.values():
        if scale["variable"].format(1) in model:
            names = "|".join(re.escape(plain(name)) for name in scale["names"])
            yield re.compile(f"(?:{names}){_ITEM_WORDS}0*([0-9]+)"), scale["variable"], scale["numbers"]


def _units(spellings: Mapping[str, Iterable[str]], model: CausalModel) -> Iterator[tuple[str, str]]:
    for variable in model.measured:
        for unit in (variable.unit, *(other for other, _ in variable.other_units)):
            if plain(unit):
                yield plain(unit), unit
    for unit, others in spellings.items():
        yield from ((plain(spelling), unit) for spelling in (unit, *others) if plain(spelling))


def _turned(levels: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {plain(word): level for level, words in levels.items() for word in (level, *words)}


def _reasons(missing: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {plain(word): reason for reason, words in missing.items() if reason != "words" for word in words}

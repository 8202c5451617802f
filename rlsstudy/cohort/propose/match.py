"""Which declared variable a column is likely to hold, by its name and its label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rlsstudy.cohort.propose.words import Grade, Words, plain, split_words

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_VISIT_WORD = re.compile(r"(?:v|t|w|m|visit|visite|week|wk|month|year|y|day|d)?[0-9]+")
_COUNTED = re.compile(r"([^0-9]+)[0-9]{1,2}")  # ferritin2, dbp58; a longer number is the code of a question
_LONGEST_UNIT = 5  # words: ml min 1 73 m2
_BARE_UNITS = frozenset({"", "ratio", "points", "sd"})
_MOST_OTHER_WORDS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A variable that a column may hold.

    Parameters
    ----------
    variable : str
        The declared variable.
    grade : Grade
        How sure that is.
    why : str
        What it was recognised by.
    unit : str
        The unit that the name or the label states, or the empty text.
    item : tuple of (str, int), optional
        For an item of a scale, the scale and how many items it has.
    """

    variable: str
    grade: Grade
    why: str
    unit: str = ""
    item: tuple[str, int] | None = None


def match_column(name: str, label: str, words: Words) -> Match | None:
    """Return the variable that fits a column best.

    Parameters
    ----------
    name, label : str
        The column's name, and what the file or a dictionary says that it is; empty where nothing does.
    words : Words
        What names mean.

    Returns
    -------
    Match or None
        None where nothing fits.

    Examples
    --------
    >>> from rlsstudy.cohort.propose.words import known_words
    >>> from rlsstudy.declare.rls import rls_model
    >>> match_column("LBX1", "Ferritin (ng/mL)", known_words(rls_model())).variable
    'ferritin'
    """
    by_name, by_label = _by_name(name, words), _by_label(label, words) if label.strip() else None
    if by_name is None or by_label is None:
        found = by_name or by_label
    elif by_name.variable == by_label.variable:
        best = max(by_name, by_label, key=lambda one: one.grade)
        found = replace(best, why="by its name and its label", unit=by_label.unit or by_name.unit)
    else:
        best = max(by_label, by_name, key=lambda one: one.grade)  # the label where both are as good
        contrary = min(by_name.grade, by_label.grade) >= Grade.LIKELY
        found = replace(best, grade=Grade.GUESS, why="its name and its label disagree") if contrary else best
    return found


def _by_name(name: str, words: Words) -> Match | None:
    joined = plain(name)
    if joined in words.variables:
        return _exact(joined, words, "by its name")
    for pattern, variable, most in words.items:
        if (found := pattern.fullmatch(joined)) and 1 <= int(found[1]) <= most:
            item = (variable, most)
            return Match(variable.format(int(found[1])), Grade.GUESS, "an item, by its name", item=item)
    tokens = split_words(name)
    rest, unit = _without_unit(tokens, words)
    if plain(rest) in words.variables:
        return replace(_exact(plain(rest), words, "by its name"), unit=unit)
    for kept, grade in _reduced(rest, words):
        if plain(kept) in words.variables:
            found_here = _exact(plain(kept), words, "by part of its name")
            return replace(found_here, grade=min(found_here.grade, grade), unit=unit)
    return None


def _reduced(tokens: tuple[str, ...], words: Words) -> Iterable[tuple[tuple[str, ...], Grade]]:
    """Give a name without the words around it, and then without what may count visits."""
    kept = tuple(token for token in tokens if token not in words.context)
    yield kept, Grade.LIKELY
    uncounted = tuple(token for token in kept if not _VISIT_WORD.fullmatch(token))
    yield uncounted, Grade.GUESS
    if uncounted and (found := _COUNTED.fullmatch(uncounted[-1])):
        yield (*uncounted[:-1], found[1]), Grade.GUESS


def _by_label(label: str, words: Words) -> Match | None:
    inside = [part for found in _BRACKETS.finditer(label) for part in (found[1], *found[1].split(","))]
    tokens = split_words(_BRACKETS.sub(" ", label))
    unit = next((words.units[plain(text)] for text in reversed(inside) if plain(text) in words.units), "")
    unit = unit or ("%" if any(text.strip() == "%" for text in inside) else "")
    rest, trailing = _without_unit(tokens, words)
    unit = unit or trailing
    if plain(tokens) in words.variables:
        return replace(_exact(plain(tokens), words, "by its label"), unit=unit)
    if plain(rest) in words.variables:
        return replace(_exact(plain(rest), words, "by its label"), unit=unit)
    kept = tuple(token for token in rest if token not in words.context)
    named = [plain(text) for text in inside if len(plain(text)) > 2]
    for joined in (plain(kept), *named):
        if joined in words.variables:
            found = _exact(joined, words, "by part of its label")
            return replace(found, grade=min(found.grade, Grade.LIKELY), unit=unit)
    return _within(kept, unit, words)


def _within(tokens: tuple[str, ...], unit: str, words: Words) -> Match | None:
    """Look for a known phrase inside a label; at best a guess, and none where other words change the meaning."""
    for phrase, variable in words.phrases:
        size = len(phrase)
        starts = (place for place in range(len(tokens) - size + 1) if tokens[place : place + size] == phrase)
        place = next(starts, None)
        if place is None:
            continue
        others = (*tokens[:place], *tokens[place + size :])
        if len(others) <= _MOST_OTHER_WORDS and not words.other.intersection(others):
            return Match(variable, Grade.GUESS, "by words in its label", unit)
    return None


def _exact(joined: str, words: Words, why: str) -> Match:
    variable, grade = words.variables[joined]
    return Match(variable, grade, why)


def _without_unit(tokens: tuple[str, ...], words: Words) -> tuple[tuple[str, ...], str]:
    """Return a name without the unit at its end, and that unit."""
    for size in range(min(_LONGEST_UNIT, len(tokens) - 1), 0, -1):
        tail = plain(tokens[-size:])
        if tail in words.units and tail not in _BARE_UNITS:
            return tokens[:-size], words.units[tail]
    return tokens, ""


def grade_items(matches: Mapping[str, Match | None]) -> dict[str, Match | None]:
    """Grade the items of scales by how many of them a file has: ``irls1`` alone may be a visit's total.

    Parameters
    ----------
    matches : mapping of str to Match or None
        The columns of a file and what they may hold.

    Returns
    -------
    dict of str to Match or None
        The same; items are sure when all of a scale are there, and likely when more than half are.
    """
    there: dict[str, set[str]] = {}
    for match in matches.values():
        if match is not None and match.item is not None:
            there.setdefault(match.item[0], set()).add(match.variable)
    return {
        name: match if match is None or match.item is None else _graded(match, there)
        for name, match in matches.items()
    }


def _graded(match: Match, there: Mapping[str, set[str]]) -> Match:
    assert match.item is not None
    scale, most = match.item
    found = len(there[scale])
    if found == most:
        return replace(match, grade=Grade.SURE, why=f"item by its name; all {most} are there")
    grade = Grade.LIKELY if 2 * found > most else Grade.GUESS
    return replace(match, grade=grade, why=f"item by its name; {found} of {most} are there")

"""What the labels of codes mean: levels of a declared variable, or reasons for a missing value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rlsstudy.cohort.propose.words import Words, plain, split_words
from rlsstudy.declare.kinds import NO_YES
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import printable

EVERY_VARIABLE = "*"
_LONGEST_REASON = 60  # characters


@dataclass(frozen=True, slots=True)
class CodeMeanings:
    """What the codes of a column stand for.

    Parameters
    ----------
    levels : mapping of str to str
        Codes as the file writes them, and levels of the variable.
    missing : mapping of str to str
        Codes of missing values, and their reasons.
    unfit : tuple of str
        Codes whose label fits nothing.
    """

    levels: Mapping[str, str]
    missing: Mapping[str, str]
    unfit: tuple[str, ...]


def read_meanings(labels: Mapping[str, str], variable: Variable | None, words: Words) -> CodeMeanings:
    """Say what labelled codes stand for.

    Parameters
    ----------
    labels : mapping of str to str
        Codes and the labels that the file or a dictionary gives them.
    variable : Variable, optional
        The variable that the column holds; without one, only missing values are told apart.
    words : Words
        What labels mean.

    Returns
    -------
    CodeMeanings
        The levels, the reasons and the codes that fit neither.
    """
    levels, missing, unfit = {}, {}, []
    for code, label in labels.items():
        level = None if variable is None else _level(_without_code(label, code), variable, words)
        if level is not None:
            levels[code] = level
        elif (reason := missing_reason(label, words)) is not None:
            missing[code] = reason
        else:
            unfit.append(code)
    return CodeMeanings(levels, missing, tuple(unfit))


def missing_reason(label: str, words: Words) -> str | None:
    """Return the reason that a label states for a missing value, or None where it states none."""
    joined = plain(label)
    if joined not in words.missing:
        return None
    return words.missing[joined] or reason_text(label)


def reason_text(label: str) -> str:
    """Write the label of a missing value as a reason: one line, lower case."""
    return " ".join(printable(label.replace("\n", " ")).lower().split())[:_LONGEST_REASON]


def _without_code(label: str, code: str) -> str:
    """Leave out the code where a label begins with it: ``1 = Male``."""
    rest = label.strip().removeprefix(code).lstrip(" =:.-)")
    return rest if rest and label.strip().startswith(code) else label


def _level(label: str, variable: Variable, words: Words) -> str | None:
    joined = plain(label)
    for table in _tables(variable, words):
        if joined in table:
            return table[joined]
    first = split_words(label)[:1]
    numbered = [
        level
        for level in variable.levels
        if any(sign.isdigit() for sign in level) and (plain(level),) == first
    ]
    return numbered[0] if len(numbered) == 1 else None  # such as "C2 varicose veins"


def _tables(variable: Variable, words: Words) -> list[Mapping[str, str]]:
    own = {plain(level): level for level in variable.levels}
    named = words.levels.get(variable.name, {})
    known = {joined: level for joined, level in named.items() if level in variable.levels}
    return [own, known, words.levels[EVERY_VARIABLE] if variable.levels == NO_YES else {}]

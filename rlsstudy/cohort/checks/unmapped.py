"""Columns that a study does not map: counted, warned of or refused; those that identify people above all."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.checks.judge_text import as_words, matches
from rlsstudy.cohort.checks.patterns import EMAIL, PHONE
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import note, problem_at
from rlsstudy.cohort.propose.people import identifying
from rlsstudy.cohort.propose.words import Words, known_words
from rlsstudy.cohort.redcap.notes import is_redcap_export
from rlsstudy.cohort.redcap.types import is_system_column
from rlsstudy.declare.data_files import OtherColumns
from rlsstudy.errors import did_you_mean
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.files.raw_table import RawTable
    from rlsstudy.declare.causal_model import CausalModel

LONGEST_NAME = 64
IDENTIFYING_SHARE = 0.5  # of the cells that look like an address or a telephone number
_MOST_TRIED = 2_000  # different cells


@dataclass(frozen=True, slots=True)
class Known:
    """What a study knows of the columns of its files.

    Parameters
    ----------
    mapped : frozenset of str
        Columns that are read, keys and units among them.
    drop : frozenset of str
        Columns that are known and left out.
    others : OtherColumns
        What is said of all others.
    """

    mapped: frozenset[str]
    drop: frozenset[str]
    others: OtherColumns


def other_columns(table: RawTable, known: Known, model: CausalModel) -> Iterator[Problem]:
    """Say what other columns a file has, and which of them cannot stay.

    Parameters
    ----------
    table : RawTable
        The file.
    known : Known
        What the study knows of its columns.
    model : CausalModel
        Where variables are declared, to name those that may be meant.
    """
    redcap = is_redcap_export(table)
    others = [
        name
        for name in table.columns
        if name
        and name not in known.mapped
        and name not in known.drop
        and not (redcap and is_system_column(name))
    ]
    # Without a column that is known the first line may be no header, and its cells a participant's values.
    has_header = bool(known.mapped & table.columns.keys())
    unsafe = [name for name in others if not is_safe_name(name)]
    alike = {name: same for name in others if (same := _same_but_for_accents(name, known.mapped))}
    words = known_words(model) if others and has_header else None
    personal = [name for name in others if words is not None and _identifies(name, table, words)]
    yield from _unsafe_names(table, [name for name in unsafe if name not in alike], named=has_header)
    yield from (_look_alike(table, name, same) for name, same in alike.items())
    yield from (_direct_identifier(table, name, known.others) for name in personal)
    plain = [name for name in others if name not in unsafe and name not in alike]
    if known.others is OtherColumns.NOTE:
        yield from _left_alone(table, others, model)
    elif has_header:
        rest = [name for name in plain if name not in personal]
        yield from (_unknown(table, name, known) for name in rest)


def is_safe_name(name: str) -> bool:
    """Whether a column's name is plain: letters, digits, ``_ . -`` and blanks, in composed form."""
    plain = all(character.isalnum() or character in "_.- " for character in name)
    return plain and len(name) <= LONGEST_NAME and unicodedata.is_normalized("NFC", name)


def _same_but_for_accents(name: str, mapped: Collection[str]) -> str:
    """Return the mapped column that a name is, but for accents, width of letters and case; empty when there is none."""
    bare = _bare(name)
    if bare == name:
        return ""
    return next((own for own in mapped if _bare(own) == bare), "")


def _bare(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()


def _identifies(name: str, table: RawTable, words: Words) -> bool:
    """Whether a column identifies people, by its name or by what most of its cells look like."""
    if identifying(name, table.labels.get(name, ""), words):
        return True
    column = table.columns[name]
    if not isinstance(column, TextColumn):
        return False
    tried = as_words(TextColumn(column.codes[:0], column.distinct[:_MOST_TRIED]))
    filled = int(np.sum(column.distinct[:_MOST_TRIED] != ""))
    found = int(max(matches(tried, pattern).sum() for pattern in (EMAIL, PHONE)))
    return filled > 0 and found >= IDENTIFYING_SHARE * filled


def _unsafe_names(table: RawTable, unsafe: Sequence[str], *, named: bool) -> Iterator[Problem]:
    if unsafe:
        place = list(table.columns).index(unsafe[0]) + 1
        problem = Problem(
            "E_COLUMN_NAME",
            f"'{table.file}' has {counted(len(unsafe), 'column name')} with characters that are not allowed,"
            f" the first at place {place}",
            allowed=f"letters, digits, _ . - and blanks; at most {LONGEST_NAME} characters",
            hint="Rename it, or map it in [columns].",
            file=table.file,
            column=unsafe[0] if named else None,
            count=len(unsafe),
        )
        yield problem_at(table.header_place, problem)


def _look_alike(table: RawTable, name: str, same: str) -> Problem:
    message = (
        f"'{table.file}' has a column that differs from '{same}' by accents, width of letters or case only"
    )
    hint = f"Rename it to '{same}' if it is meant, or map it in [columns]."
    problem = Problem("E_UNKNOWN_COLUMN", message, allowed=same, hint=hint, file=table.file, column=name)
    return problem_at(table.header_place, problem)


def _direct_identifier(table: RawTable, name: str, others: OtherColumns) -> Problem:
    refused = others is not OtherColumns.NOTE
    message = f"Column '{name}' of '{table.file}' looks as if it identified people"
    hint = f'Leave it out of the file, or declare that it is left out: in [columns], {name} = {{ pii = "drop" }}.'
    problem = Problem(
        "E_DIRECT_IDENTIFIER" if refused else "W_DIRECT_IDENTIFIER",
        message,
        Severity.REFUSE if refused else Severity.WARN,
        "no direct identifiers",
        hint,
        table.file,
        name,
    )
    return problem_at(table.header_place, problem)


def _left_alone(table: RawTable, others: Sequence[str], model: CausalModel) -> Iterator[Problem]:
    if others:
        message = (
            f"'{table.file}' has {counted(len(others), 'column')} that the study does not map, left alone"
        )
        declared = [name for name in others if name in model]
        hint = (
            f"Declared variables among them, to be mapped if meant: {', '.join(declared)}."
            if declared
            else ""
        )
        yield note("N_UNMAPPED", message, table.file, count=len(others), hint=hint)


def _unknown(table: RawTable, name: str, known: Known) -> Problem:
    refused = known.others is OtherColumns.REFUSE
    near = did_you_mean(name, sorted(known.mapped), from_data=True).strip()
    problem = Problem(
        "E_UNKNOWN_COLUMN" if refused else "W_UNKNOWN_COLUMN",
        f"Column '{name}' of '{table.file}' is not in the study file",
        Severity.REFUSE if refused else Severity.WARN,
        "the columns that the study maps",
        f"{near} Map it in [columns], or list it in 'drop'.".strip(),
        table.file,
        name,
    )
    return problem_at(table.header_place, problem)

"""What file formats cannot hold: said before a file is written, never found out afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.write.columns import WrittenColumn
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.files.raw_columns import Texts

HINT = "Write a .parquet file, which holds everything."
LARGEST_WHOLE = 2**53 - 1  # beyond, doubles pass over whole numbers, and no file is read
NOT_TEXT = "\0\ud800-\udfff"  # the zero byte and halves of characters are in no text


@dataclass(frozen=True, slots=True)
class Limits:
    """What one format can hold.

    Parameters
    ----------
    program : str
        Whose format it is, as messages call it.
    longest_name, longest_text, longest_label : int, optional
        Characters of a column's name; bytes of a text, and of a level where levels are labels of numbers.
    first_letter : bool
        Whether names must begin with a letter.
    keeps_blanks : bool
        Whether blanks at the end of a text stay.
    unfit : Pattern
        What no text may hold.
    largest, smallest : float
        Numbers must be below and, unless zero, not nearer to zero.
    earliest : str
        The first day there is.
    most_rows, most_columns : int, optional
        What fits into one file.
    parts_of_seconds : bool
        Whether they are kept.
    """

    program: str
    longest_name: int | None = None
    longest_text: int | None = None
    longest_label: int | None = None
    first_letter: bool = False
    keeps_blanks: bool = True
    unfit: re.Pattern[str] = re.compile(f"[{NOT_TEXT}]")
    largest: float = np.inf
    smallest: float = 0.0
    earliest: str = "0001-01-01"
    most_rows: int | None = None
    most_columns: int | None = None
    parts_of_seconds: bool = False


def refuse_to_write(problems: Sequence[Problem]) -> None:
    """Raise an error that lists the problems, if there are any.

    Raises
    ------
    CohortError
        There are.
    """
    if problems:
        raise CohortError("The cohort cannot be written to this file:", problems)


def cannot_hold(
    column: WrittenColumn, found: str, limits: Limits, allowed: str, *, count: int = 1
) -> Problem:
    """Return the problem of a column that a format cannot hold."""
    label = column.variable.label
    return Problem(
        "E_CANNOT_HOLD",
        f"'{column.name}' ({label}) has {found}" if label != column.name else f"'{column.name}' has {found}",
        allowed=f"in files of {limits.program}, {allowed}",
        hint=HINT,
        column=column.name,
        count=count,
    )


def limit_problems(
    names: Sequence[str], columns: Sequence[WrittenColumn], n_rows: int, limits: Limits
) -> list[Problem]:
    """Say everything of a cohort that a format cannot hold.

    Parameters
    ----------
    names : sequence of str
        All columns of the file, with keys and reasons.
    columns : sequence of WrittenColumn
        The variables.
    n_rows : int
        The rows.
    limits : Limits
        The format.

    Returns
    -------
    list of Problem
        By column and kind; empty when the format holds all of it.
    """
    problems = [*_name_problems(names, limits), *_size_problems(len(names), n_rows, limits)]
    for column in columns:
        if column.variable.has_levels:
            problems += _level_problems(column, limits)
        elif column.variable.kind is Kind.TEXT:
            texts = np.asarray(column.values.dropna().unique(), dtype=object)
            problems += _text_problems(column, texts, "text", limits, limits.longest_text)
        elif column.variable.kind is Kind.DATE:
            problems += _date_problems(column, limits)
        else:
            problems += _number_problems(column, limits)
        reasons = np.asarray(column.reasons, dtype=object)
        problems += _text_problems(column, reasons, "reason", limits, limits.longest_label)
    return problems


def _name_problems(names: Sequence[str], limits: Limits) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            message = f"'{name}' would be the name of two columns"
            yield Problem("E_CANNOT_HOLD", message, hint="Rename the variable.", column=name)
        if limits.longest_name is not None and len(name) > limits.longest_name:
            message = f"The name '{name}' has {len(name)} characters"
            allowed = f"in files of {limits.program}, at most {limits.longest_name}"
            yield Problem("E_CANNOT_HOLD", message, allowed=allowed, hint=HINT, column=name)
        if limits.first_letter and not name[:1].isalpha():
            message = f"The name '{name}' does not begin with a letter"
            allowed = f"in files of {limits.program}, names that do"
            yield Problem("E_CANNOT_HOLD", message, allowed=allowed, hint=HINT, column=name)


def _size_problems(n_columns: int, n_rows: int, limits: Limits) -> Iterator[Problem]:
    for noun, found, most in (
        ("row", n_rows, limits.most_rows),
        ("column", n_columns, limits.most_columns),
    ):
        if most is not None and found > most:
            yield Problem(
                "E_LIMIT",
                f"The cohort has {counted(found, noun)}",
                allowed=f"in files of {limits.program}, at most {most:,}",
                hint=HINT,
                count=found,
            )


def _level_problems(column: WrittenColumn, limits: Limits) -> Iterator[Problem]:
    labelled = limits.longest_label is not None
    longest = limits.longest_label if labelled else limits.longest_text
    yield from _text_problems(
        column, np.asarray(column.variable.levels, dtype=object), "level", limits, longest
    )


def _text_problems(
    column: WrittenColumn, texts: Texts, noun: str, limits: Limits, longest: int | None
) -> Iterator[Problem]:
    if not limits.keeps_blanks:
        count = sum(text != text.rstrip(" ") for text in texts)
        if count:
            found = f"{counted(count, noun)} with a blank at the end"
            yield cannot_hold(column, found, limits, "texts without, because it takes them off", count=count)
    count = sum(limits.unfit.search(text) is not None for text in texts)
    if count:
        found = f"{counted(count, noun)} with characters that would not come back"
        yield cannot_hold(column, found, limits, "printable characters, tabs and line feeds", count=count)
    count = 0 if longest is None else sum(_n_bytes(text) > longest for text in texts)
    if count:
        found = f"{counted(count, noun)} that is too long" if count == 1 else f"{count:,} {noun}s too long"
        yield cannot_hold(column, found, limits, f"at most {longest:,} bytes", count=count)


def _n_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _number_problems(column: WrittenColumn, limits: Limits) -> Iterator[Problem]:
    numbers = column.numbers()
    with np.errstate(invalid="ignore"):
        size = np.abs(numbers)
    infinite = np.isinf(size)
    outside = ~infinite & ((size >= limits.largest) | ((size > 0) & (size < limits.smallest)))
    yield from _marked(
        column, infinite, "that is not finite", "that are not finite", limits, "finite numbers"
    )
    bounds = f"numbers from {limits.smallest:.3g} to {limits.largest:.3g}, and 0"
    yield from _marked(column, outside, "out of range", "out of range", limits, bounds)
    if column.variable.kind is Kind.INTEGER:
        whole = f"whole numbers up to {LARGEST_WHOLE:,}"
        yield from _marked(column, size > LARGEST_WHOLE, "too large", "too large", limits, whole)


def _date_problems(column: WrittenColumn, limits: Limits) -> Iterator[Problem]:
    moments, there = column.moments, ~column.gaps
    early = there & (moments < np.datetime64(limits.earliest))
    late = there & (moments >= np.datetime64("10000-01-01"))
    parted = there & (moments != moments.astype("datetime64[s]"))
    bound = f"dates from {limits.earliest} to 9999-12-31"
    yield from _marked(column, early | late, "out of range", "out of range", limits, bound)
    if not limits.parts_of_seconds:
        parts = "with parts of a second"
        yield from _marked(column, parted, parts, parts, limits, "whole seconds")


def _marked(
    column: WrittenColumn, where: Mask, one: str, many: str, limits: Limits, allowed: str
) -> Iterator[Problem]:
    count = int(where.sum())
    if count:
        found = f"{counted(count, 'value')} {one if count == 1 else many}"
        yield cannot_hold(column, found, limits, allowed, count=count)

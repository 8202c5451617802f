"""What is said of cells that cannot be taken as they are: never what stands in them, but what they look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlsstudy.cohort.checks.date_words import date_hint
from rlsstudy.cohort.checks.patterns import (
    COMMA_NUMBER,
    DAY_WORD,
    NUMBER_TEXT,
    THOUSANDS,
    WITH_UNIT,
    WORDS_FOR_MISSING,
)
from rlsstudy.declare.kinds import Kind
from rlsstudy.problems import Severity

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.cell_rule import CellRule
    from rlsstudy.cohort.checks.read_column import ReadColumn

NOTE, WARN, REFUSE = Severity.NOTE, Severity.WARN, Severity.REFUSE


@dataclass(frozen=True, slots=True)
class Said:
    """The words for one kind of fault in one column."""

    noun: str
    rest: str
    allowed: str = ""
    hint: str = ""
    severity: Severity = REFUSE


def said_of(code: str, column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    """Return the words for a fault.

    Parameters
    ----------
    code : str
        What was found.
    column : ReadColumn
        The column's declaration and place.
    rule : CellRule
        What its cells may be.
    cells : sequence of str
        The different faulty cells: the hint depends on what they look like. None of them is shown, but for the
        usual words for a missing value.
    """
    if code in _PLAIN:
        return _PLAIN[code]
    return _WORDS[code](column, rule, cells)


_PLAIN = {
    "N_BLANK_AS_MISSING": Said("cell", "of blanks, read as not recorded", severity=NOTE),
    "N_LEADING_ZERO": Said("number", "with leading zeros, read without them", severity=NOTE),
    "N_TEXT_NUMBER": Said("number", "stored as text, read as a number", "number cells", severity=NOTE),
    "E_ID_NOT_TEXT": Said(
        "value",
        "stored as a number, though text is declared",
        "text cells",
        "Leading zeros are lost in a number, whatever its format shows: enter them as text, and export again.",
    ),
    "E_PRECISION": Said(
        "value",
        "of 9,007,199,254,740,992 or more, where whole numbers lose digits",
        "smaller numbers",
        'Declare the column as text: type = "text".',
    ),
    "W_LABELS": Said(
        "value",
        "whose code the file labels otherwise than the study",
        "one meaning of each code",
        "Compare the codes in [columns] with the value labels in the file: one of them is wrong.",
        WARN,
    ),
    "W_LABELLED_MISSING": Said(
        "value",
        "that the file labels as no answer, read as a number",
        "answers",
        'Declare the codes: in [columns], missing = { … = "refused" }.',
        WARN,
    ),
    "W_CONTROL_CHAR": Said(
        "cell",
        "with control or invisible characters",
        "printable text",
        "Remove them where the data are kept; they stay in the data as they are.",
        WARN,
    ),
    "W_EXCEL_MANGLED": Said(
        "cell",
        "as a spreadsheet writes dates or large numbers",
        "the word that was meant",
        "Gene names such as MARCHF1, SEPTIN2 and DELEC1 become dates in spreadsheets, and 2310009E13 a number: compare with the source.",
        WARN,
    ),
    "W_MOJIBAKE": Said(
        "cell",
        "with letters that were read in a wrong encoding",
        "text in its right encoding",
        "Export again as UTF-8, or declare the encoding of the source.",
        WARN,
    ),
}


def _type(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    if column.variable.kind is Kind.TEXT:
        hint = "A spreadsheet makes dates of words such as gene names: enter them as text, and export again."
        return Said("date or truth value", "where text is declared", "text cells", hint)
    whole = "whole number" if column.variable.kind is Kind.INTEGER else "number"
    return Said("value", f"not written as a {whole}", column.allowed, _type_hint(rule, cells))


def _type_hint(rule: CellRule, cells: Sequence[str]) -> str:
    """Say what to do about cells that are no numbers, by what all of them look like."""
    words = sorted({cell for cell in cells if cell.strip().casefold() in WORDS_FOR_MISSING})
    if cells and len(words) == len(set(cells)):
        listed = ", ".join(f'"{word}"' for word in words)
        return f"A word for missing? Declare it: in [columns], {rule.mapped.column} = {{ …, missing = [{listed}] }}."
    if _all(cells, lambda cell: THOUSANDS.fullmatch(cell) is not None):
        return (
            "Thousands or decimals? Write them without separators, or declare the decimal mark in [columns]."
        )
    if rule.decimal == "." and _all(cells, lambda cell: COMMA_NUMBER.fullmatch(cell) is not None):
        return (
            'Decimal commas? Declare decimal = "," for the file in [files], or for the column in [columns].'
        )
    if _all(cells, lambda cell: DAY_WORD.fullmatch(cell) is not None):
        return "A spreadsheet made dates of them: enter them as text, and export again."
    if _all(cells, lambda cell: WITH_UNIT.fullmatch(cell) is not None):
        return "The unit belongs in the study file, not in the cells."
    return f"Mend them, or declare what they mean: {_declare(rule)}."


def _declare(rule: CellRule) -> str:
    return f'in [columns], {rule.mapped.column} = {{ …, missing = {{ "…" = "not done" }} }}'


def _all(cells: Sequence[str], looks_so: Callable[[str], bool]) -> bool:
    return bool(cells) and all(looks_so(cell.strip()) for cell in cells)


def _not_finite(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    del rule, cells
    return Said("value", "not finite", column.allowed, "Mend them, or leave the cells empty.")


def _censored(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    del cells
    hint = (
        f"Keep them as beyond detection: in [columns], {rule.mapped.column} = {{ …, detection_limit = true }};"
        f" or declare them missing: {_declare(rule)}."
    )
    return Said("value", "written with < or >", column.allowed, hint)


def _kept_censored(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    del column, rule
    limits = {cell.strip().lstrip("<>≤≥= ") for cell in cells}
    several = f", with {len(limits)} different limits" if len(limits) > 1 else ""
    hint = "They have no value: a score or a mean of what was measured leaves them out."
    return Said("value", f"beyond the limit of detection, kept as such{several}", "", hint, NOTE)


def _level(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    known = {code.strip().casefold() for code in rule.levels}
    codes = ", ".join(f"{code} ({level})" for code, level in rule.mapped.codes.items())
    declare = f"in [columns], {rule.mapped.column} = {{ …, codes = {{ … }} }}."
    if _all(cells, lambda cell: cell.casefold() in known):
        hint = f"They differ by blanks or case only: mend them, or declare them too: {declare}"
    elif not codes and _all(cells, lambda cell: NUMBER_TEXT.fullmatch(cell) is not None):
        hint = f"Codes? Declare what they mean: {declare}"
    else:
        hint = f"Check blanks and case, and declare every code: {declare}"
    return Said("code" if codes else "value", "without a meaning", codes or column.allowed, hint)


def _pattern(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    del column
    pattern = rule.mapped.pattern or ""
    hint = "Compare them with the source."
    if _all(cells, lambda cell: not cell.isascii()):
        hint = "They hold letters or blanks that only look like the allowed ones: type them anew."
    elif any(cell != cell.strip() for cell in cells):
        hint = "Some differ from an allowed one by blanks around it only: remove these."
    return Said("value", "without the declared pattern", pattern, hint)


def _date_format(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    written = rule.mapped.date_format
    return Said("value", f"not written as {written}", column.allowed, date_hint(cells, rule.mapped.column))


def _date_invalid(column: ReadColumn, rule: CellRule, cells: Sequence[str]) -> Said:
    del column, rule, cells
    return Said("date", "that is no day of the calendar", "a day that exists", "Compare it with the source.")


_WORDS: dict[str, Callable[[ReadColumn, CellRule, Sequence[str]], Said]] = {
    "E_TYPE": _type,
    "E_NOT_FINITE": _not_finite,
    "E_CENSORED": _censored,
    "N_CENSORED": _kept_censored,
    "E_LEVEL": _level,
    "E_PATTERN": _pattern,
    "E_DATE_FORMAT": _date_format,
    "E_DATE_INVALID": _date_invalid,
}
ORDER = (*_WORDS, *_PLAIN)  # in which the faults of a column are told

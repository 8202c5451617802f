"""Writing REDCap's data dictionary: the 18 columns of CSV that REDCap imports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from rlsstudy.cohort.redcap.dictionary import HEADER
from rlsstudy.cohort.redcap.rows import NAME, SECONDS_PER_DAY
from rlsstudy.cohort.redcap.types import COMPLETION, FALSE_TRUE, NO_YES, box_name, decimal_mark, validation_of
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, plain_number

FIRST_FORM = "form_1"
# Spreadsheets take a cell that begins with one of these for a formula; REDCap itself puts a blank before.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_redcap_dictionary(dictionary: Dictionary) -> str:
    """Write a dictionary as REDCap imports it.

    The key comes first, and the fields of a form together, as REDCap wants them. Units stand in the field note for
    people and in the tag ``@UNIT="…"`` for `read_redcap_dictionary`; so do ordered levels (``@ORDINAL``) and missing
    data codes (``@MISSINGDATACODES="…"``), which in REDCap belong into the project's settings. Patterns that none of
    REDCap's validations has, limits of text and the ``_complete`` fields, which REDCap makes itself, are left out.

    Parameters
    ----------
    dictionary : Dictionary
        The fields.

    Returns
    -------
    str
        CSV with the line ends of Unix, as REDCap's own.

    Raises
    ------
    CohortError
        With one `E_DICTIONARY` for each name, code or label that REDCap cannot hold.
    """
    fields = _in_order(dictionary)
    problems = [*_problems(dictionary, fields)]
    if problems:
        raise CohortError(f"'{dictionary.source}' cannot be written as a REDCap dictionary:", problems)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for place, boxes in enumerate(_questions(fields)):
        missing = dictionary.missing if place == 0 else boxes[0].missing
        writer.writerow([_safe(cell) for cell in _row(boxes, missing)])
    return out.getvalue()


def _in_order(dictionary: Dictionary) -> list[DictionaryField]:
    """Return the fields that REDCap is told of: the key first, then form by form."""
    own = [field for field in dictionary.fields if not _is_completion(field)]
    own.sort(key=lambda field: field.name != dictionary.key)
    forms = {form: place for place, form in reversed(list(enumerate(field.section for field in own)))}
    return sorted(own, key=lambda field: forms[field.section])


def _is_completion(field: DictionaryField) -> bool:
    return field.name == f"{field.section}_complete" and field.levels == COMPLETION


def _questions(fields: Sequence[DictionaryField]) -> Iterator[list[DictionaryField]]:
    """Yield the columns of each question: the boxes of a checkbox, or one field."""
    for _, columns in groupby(fields, key=lambda field: (field.group, "" if field.group else field.name)):
        yield list(columns)


def _row(boxes: Sequence[DictionaryField], missing: Mapping[str, str]) -> list[str]:
    """Return the 18 cells of a question."""
    own = boxes[0]
    kind, choices, label = _type(own), _choices(own), own.label
    if own.group:
        label = own.label.rpartition(" (choice=")[0] or own.group
        choices = [(box.name.removeprefix(f"{own.group}___"), _choice(box)) for box in boxes]
    limits = ("", "") if own.kind in LEVELLED else tuple(_limit(own, limit) for limit in own.limits)
    validation = "" if own.kind in LEVELLED else _validation(own)
    return [
        own.group or own.name,
        _form(own),
        "",
        kind,
        label,
        " | ".join(f"{code}, {text}" for code, text in choices),
        own.unit,
        validation,
        *limits,
        "y" if own.identifies else "",
        own.branching,
        "y" if own.required else "",
        "",
        "",
        "",
        "",
        _annotation(own, missing),
    ]


def _form(own: DictionaryField) -> str:
    """Return the name of a form as REDCap makes it from a title."""
    return re.sub("[^a-z0-9]+", "_", own.section.lower()).strip("_") or FIRST_FORM


def _type(own: DictionaryField) -> str:
    if own.group:
        return "checkbox"
    if own.kind not in LEVELLED:
        return "text"
    if own.kind is Kind.BINARY and own.levels in (NO_YES, FALSE_TRUE):
        return "yesno" if own.levels == NO_YES else "truefalse"
    return "radio"


def _choices(own: DictionaryField) -> list[tuple[str, str]]:
    return list(own.levels.items()) if _type(own) == "radio" else []


def _choice(box: DictionaryField) -> str:
    return box.label.rpartition(" (choice=")[2].removesuffix(")")


def _validation(own: DictionaryField) -> str:
    """Return the validation of a field, or that of its kind where its own is not REDCap's."""
    plain = {Kind.DATE: "date_ymd", Kind.INTEGER: "integer", Kind.CONTINUOUS: "number", Kind.TEXT: ""}
    found = validation_of(own)
    return plain[own.kind] if found is None else found


def _limit(own: DictionaryField, limit: float | None) -> str:
    if limit is None or own.kind is Kind.TEXT:
        return ""
    if own.kind is Kind.DATE:
        written = {"date_ymd": "%Y-%m-%d"}.get(_validation(own), own.date_format)
        return datetime.fromtimestamp(round(limit * SECONDS_PER_DAY), UTC).strftime(written)
    number = plain_number(limit)
    return number.replace(".", ",") if decimal_mark(own) == "," else number


def _annotation(own: DictionaryField, missing: Mapping[str, str]) -> str:
    tags = ["@ORDINAL"] if own.kind is Kind.ORDINAL else []
    tags += [f"@UNIT={_quoted(own.unit)}"] if own.unit else []
    codes = " | ".join(f"{code}, {reason}" for code, reason in missing.items())
    tags += [f"@MISSINGDATACODES={_quoted(codes)}"] if codes else []
    return " ".join(tags)


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _safe(cell: str) -> str:
    """Put a blank before what a spreadsheet would take for a formula; negative limits are numbers and stay."""
    is_number = re.fullmatch(r"-?[0-9.,e+-]+", cell) is not None
    return f" {cell}" if cell.startswith(FORMULA_SIGNS) and not is_number else cell


def _problems(dictionary: Dictionary, fields: Sequence[DictionaryField]) -> Iterator[Problem]:
    """Yield what REDCap cannot hold."""
    if not fields:
        yield _unheld("", "The dictionary has no fields", "at least the field that names the record")
    first = True
    for own in fields:
        name = own.group or own.name
        if not NAME.fullmatch(name) or (own.group and own.name != _as_box(own)):
            allowed = "lower-case letters, digits and _, beginning with a letter"
            yield _unheld(own.name, f"REDCap cannot hold the name '{own.name}'", allowed)
        codes = own.levels if not own.group else {}
        missing = {**(dictionary.missing if first else {}), **own.missing}
        first = False
        texts = [*codes.values(), *missing.values(), *([_choice(own)] if own.group else [])]
        if any(set("|\n\r") & set(text) for text in texts) or any(
            set("|,\n\r") & set(code) or not code.strip() for code in (*codes, *missing)
        ):
            allowed = "codes without commas and bars, labels without bars, on one line"
            yield _unheld(own.name, f"REDCap cannot hold the choices of '{own.name}'", allowed)
        if own.kind in LEVELLED and not own.group and not codes:
            yield _unheld(own.name, f"'{own.name}' has no levels", "at least one level")
        if {"'", '"'} <= set(own.unit) or {"'", '"'} <= set("".join(missing.values())):
            yield _unheld(
                own.name, f"The unit or reasons of '{own.name}' hold both kinds of quotes", "one kind"
            )


def _as_box(own: DictionaryField) -> str:
    return box_name(own.group, own.name.removeprefix(f"{own.group}___"))


def _unheld(name: str, message: str, allowed: str) -> Problem:
    return Problem(
        "E_DICTIONARY", message, allowed=allowed, hint="Rename it for REDCap.", column=name or None
    )

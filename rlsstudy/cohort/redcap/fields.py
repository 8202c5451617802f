"""From the rows of a REDCap dictionary, as CSV or XML writes them, to the neutral form; every fault at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rlsstudy.cohort.redcap.rows import (
    NAME,
    NUMBER,
    SECONDS_PER_DAY,
    FieldRow,
    Findings,
    tagged,
    tagged_codes,
)
from rlsstudy.cohort.redcap.types import (
    COMPLETE_LABEL,
    COMPLETION,
    FALSE_TRUE,
    NO_YES,
    SLIDER_LIMITS,
    UNCHECKED_CHECKED,
    Validation,
    box_name,
    decimal_mark,
    validation,
)
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import did_you_mean

CHOSEN = ("radio", "dropdown", "checkbox")
FIELD_TYPES = (
    "text",
    "notes",
    *CHOSEN,
    "calc",
    "file",
    "yesno",
    "truefalse",
    "slider",
    "descriptive",
    "sql",
    "signature",
)
# The database's own words, which stand in project XML and in old dictionaries.
OTHER_TYPES = {"select": "dropdown", "textarea": "notes", "advcheckbox": "checkbox"}
ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2})(?::([0-9]{2}))?)?")
# A limit that is another field or the day of entry is no fixed number.
MOVING = re.compile(r"\[.+\]|today|now", re.IGNORECASE)


def as_dictionary(
    rows: Sequence[FieldRow], findings: Findings, title: str = "", missing: Mapping[str, str] | None = None
) -> Dictionary:
    """Return the neutral form of a dictionary's rows.

    Parameters
    ----------
    rows : sequence of FieldRow
        The fields, in order; the first is the record's name, and so the key.
    findings : Findings
        Where faults and remarks are put.
    title : str
        The project's title.
    missing : mapping of str to str, optional
        The project's missing data codes.

    Raises
    ------
    CohortError
        With every fault that was found.
    """
    if not rows:
        findings.fault(1, "name", f"'{findings.file}' has a header and no fields")
    fields: dict[str, DictionaryField] = {}
    last_of_form = {row.form: place for place, row in enumerate(rows)}
    for place, row in enumerate(rows):
        _check_row(row, findings)
        made = [*_fields_of(row, findings, first=place == 0)]
        if last_of_form[row.form] == place and row.form:
            made.append(_completion(row.form))
        for own in made:
            if own.name in fields:
                text = f"The field '{own.name}' of '{findings.file}' is there twice"
                findings.fault(row.line, "name", text, "one row for each field")
            fields.setdefault(own.name, own)
    findings.refuse()
    codes = dict(missing or {}) | (tagged_codes(rows[0], findings) if rows else {})
    findings.refuse()
    return Dictionary(findings.file, tuple(fields.values()), rows[0].name, title, codes)


def _completion(form: str) -> DictionaryField:
    """Return the field that REDCap adds at the end of every form."""
    return DictionaryField(
        f"{form}_complete", COMPLETE_LABEL, Kind.ORDINAL, levels=dict(COMPLETION), section=form
    )


def _check_row(row: FieldRow, findings: Findings) -> None:
    row.type = OTHER_TYPES.get(row.type, row.type)
    if not NAME.fullmatch(row.name):
        text = f"'{findings.file}' has a field without a name that REDCap allows"
        findings.fault(row.line, "name", text, "lower-case letters, digits and _, beginning with a letter")
    if not row.form:
        findings.fault(row.line, "form", f"The field '{row.name}' belongs to no form", "a form's name")
    if row.type not in FIELD_TYPES:
        text = f"The field '{row.name}' is of a type that REDCap does not have"
        hint = did_you_mean(row.type, FIELD_TYPES, from_data=True).strip()
        findings.fault(row.line, "type", text, ", ".join(FIELD_TYPES), hint)


def _fields_of(row: FieldRow, findings: Findings, *, first: bool) -> Iterator[DictionaryField]:
    """Yield the columns of a field: none for text on the screen, one for each box of a checkbox."""
    if row.type == "descriptive":
        return
    if row.type in CHOSEN and row.choices_fault:
        text = f"The choices of the field '{row.name}' cannot be read: {row.choices_fault}"
        findings.fault(row.line, "choices", text, "code, label | code, label")
    own = _one_field(row, findings)
    own_codes = {} if first else tagged_codes(row, findings)
    if row.type != "checkbox":
        yield replace(own, missing=own_codes)
        return
    for code, label in row.choices:
        label = f"{row.label} (choice={label})"
        yield replace(own, name=box_name(row.name, code), label=label, missing=own_codes, group=row.name)


def _one_field(row: FieldRow, findings: Findings) -> DictionaryField:
    """Return a field, whatever its number of columns."""
    means = _meaning(row, findings)
    levels = {
        "yesno": NO_YES,
        "truefalse": FALSE_TRUE,
        "checkbox": UNCHECKED_CHECKED,
        "radio": dict(row.choices),
        "dropdown": dict(row.choices),
    }.get(row.type, {})
    return DictionaryField(
        name=row.name,
        label=row.label,
        kind=_levelled(row, len(levels)) if levels else means.kind,
        unit=row.unit or tagged("UNIT", row.annotation),
        limits=_limits(row, means, findings),
        levels=dict(levels),
        date_format=means.date_format,
        pattern=means.pattern,
        required=row.required,
        identifies=row.identifier or means.identifies,
        section=row.form,
        branching=row.branching,
    )


def _levelled(row: FieldRow, n_levels: int) -> Kind:
    if re.search(r"(?:^|\s)@ORDINAL(?:\s|$)", row.annotation):
        return Kind.ORDINAL
    return Kind.BINARY if n_levels == 2 else Kind.CATEGORICAL


def _meaning(row: FieldRow, findings: Findings) -> Validation:
    """Return what sort of values a field without levels has."""
    if row.type == "calc":
        return Validation(Kind.CONTINUOUS)
    if row.type == "slider":
        return Validation(Kind.INTEGER)
    if row.type not in ("text", "file") or not row.validation:
        return Validation(Kind.TEXT)
    known = validation(row.validation)
    if known is None:
        text = f"The validation of the field '{row.name}' is not among REDCap's own; it is taken as text"
        findings.remark(row.line, "validation", text)
    return known or Validation(Kind.TEXT)


def _limits(row: FieldRow, means: Validation, findings: Findings) -> tuple[float | None, float | None]:
    """Return the lowest and highest value of a field."""
    if row.type not in ("text", "slider"):
        return (None, None)
    default = SLIDER_LIMITS if row.type == "slider" else (None, None)
    low, high = (
        _limit(row, means, findings, text, place)
        for text, place in ((row.lowest, "lowest"), (row.highest, "highest"))
    )
    low = default[0] if not row.lowest else low
    high = default[1] if not row.highest else high
    if low is not None and high is not None and low > high:
        text = f"The lowest value of the field '{row.name}' is above its highest"
        findings.fault(row.line, "lowest", text, "a lowest value below the highest")
    return (low, high)


def _limit(row: FieldRow, means: Validation, findings: Findings, text: str, place: str) -> float | None:
    """Return one limit as a number; dates as days since 1970."""
    if not text or MOVING.fullmatch(text):
        return None
    if means.kind is Kind.TEXT:
        findings.remark(row.line, place, f"A limit of the field '{row.name}' is left out, as it is of text")
        return None
    if means.kind is Kind.DATE:
        return _day(row, findings, text, place)
    comma = decimal_mark(DictionaryField("", kind=means.kind, pattern=means.pattern)) == ","
    number = text.replace(",", ".") if comma else text
    if NUMBER.fullmatch(number) and math.isfinite(float(number)):
        return float(number)
    fault = f"A limit of the field '{row.name}' is not a number"
    findings.fault(row.line, place, fault, "a number with a decimal comma" if comma else "a number")
    return None


def _day(row: FieldRow, findings: Findings, text: str, place: str) -> float | None:
    """Return a date, and a time of day if there is one, as days since 1970."""
    found = ISO.fullmatch(text)
    if found is None:
        remark = f"A limit of the field '{row.name}' is left out, as its order of day and month is not told"
        findings.remark(row.line, place, remark, "Write it as 2021-03-01.")
        return None
    day, minute, second = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}").replace(tzinfo=UTC)
    except ValueError:
        findings.fault(row.line, place, f"A limit of the field '{row.name}' is no day that exists", "a date")
        return None
    return moment.timestamp() / SECONDS_PER_DAY

"""What REDCap's text validations allow, and how REDCap writes the names of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from rlsstudy.declare.dictionary import DictionaryField
from rlsstudy.declare.kinds import Kind

NO_YES = {"0": "No", "1": "Yes"}
FALSE_TRUE = {"0": "False", "1": "True"}
UNCHECKED_CHECKED = {"0": "Unchecked", "1": "Checked"}
COMPLETION = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
SLIDER_LIMITS = (0.0, 100.0)

KEY_OF_EAV = "record"
EVENT = "redcap_event_name"
REPEAT_INSTRUMENT = "redcap_repeat_instrument"
REPEAT_INSTANCE = "redcap_repeat_instance"
SYSTEM_LABELS: Mapping[str, str] = {
    EVENT: "Event Name",
    REPEAT_INSTRUMENT: "Repeat Instrument",
    REPEAT_INSTANCE: "Repeat Instance",
    "redcap_data_access_group": "Data Access Group",
    "redcap_survey_identifier": "Survey Identifier",
}
SYSTEM_COLUMNS = frozenset(SYSTEM_LABELS)
TIMESTAMP_LABEL = "Survey Timestamp"
COMPLETE_LABEL = "Complete?"
_FORM_COLUMN = re.compile(r"[a-z][a-z0-9_]*_(?:timestamp|return_code|complete)")


class Validation(NamedTuple):
    """What a text validation of REDCap means."""

    kind: Kind
    pattern: str = ""
    date_format: str = ""
    identifies: bool = False


_HOUR, _SIXTY = "(?:[01]?[0-9]|2[0-3])", "[0-5][0-9]"
_PHONE = r"\(?[2-9][0-9]{2}\)?[ .-]*[2-9][0-9]{2}[ .-]*[0-9]{4}(?: *(?:#|x\.?|ext\.?|extension) *[0-9]+)?"
_DATE, _MINUTES, _SECONDS = "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"
_COMMA_NUMBER = "[+-]?(?:[0-9]+(?:,[0-9]+)?|,[0-9]+)"
_DECIMALS = {f"number_{n}dp": Validation(Kind.CONTINUOUS, rf"[+-]?[0-9]+\.[0-9]{{{n}}}") for n in range(1, 5)}
_COMMAS = {
    f"number_{n}dp_comma_decimal": Validation(Kind.CONTINUOUS, rf"[+-]?[0-9]+,[0-9]{{{n}}}")
    for n in range(1, 5)
}
# Raw exports write every date as year, month, day, whatever order the field shows on the screen.
_DATES = {
    f"{name}_{order}": Validation(Kind.DATE, date_format=written)
    for name, written in (("date", _DATE), ("datetime", _MINUTES), ("datetime_seconds", _SECONDS))
    for order in ("ymd", "dmy", "mdy")
}
VALIDATIONS: Mapping[str, Validation] = {
    "integer": Validation(Kind.INTEGER),
    "number": Validation(Kind.CONTINUOUS),
    "number_comma_decimal": Validation(Kind.CONTINUOUS, _COMMA_NUMBER),
    **_DECIMALS,
    **_COMMAS,
    **_DATES,
    "time": Validation(Kind.TEXT, f"{_HOUR}:{_SIXTY}"),
    "time_hh_mm_ss": Validation(Kind.TEXT, f"{_HOUR}:{_SIXTY}:{_SIXTY}"),
    "time_mm_ss": Validation(Kind.TEXT, f"{_SIXTY}:{_SIXTY}"),
    "alpha_only": Validation(Kind.TEXT, "[A-Za-z]+"),
    "email": Validation(Kind.TEXT, r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", identifies=True),
    "phone": Validation(Kind.TEXT, _PHONE, identifies=True),
    "phone_australia": Validation(Kind.TEXT, r"\(?0[0-9]\)?[ -]?[0-9]{4}[ -]?[0-9]{4}", identifies=True),
    "zipcode": Validation(Kind.TEXT, "[0-9]{5}(?:-[0-9]{4})?", identifies=True),
    "postalcode_australia": Validation(Kind.TEXT, "[0-9]{4}", identifies=True),
    "postalcode_canada": Validation(Kind.TEXT, "[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", identifies=True),
    "postalcode_french": Validation(Kind.TEXT, "[0-9]{5}", identifies=True),
    "postalcode_germany": Validation(Kind.TEXT, "[0-9]{5}", identifies=True),
    "ssn": Validation(Kind.TEXT, "[0-9]{3}-[0-9]{2}-[0-9]{4}", identifies=True),
    "mrn_10d": Validation(Kind.TEXT, "[0-9]{10}", identifies=True),
    "mrn_generic": Validation(Kind.TEXT, "[A-Za-z0-9_-]+", identifies=True),
    "vmrn": Validation(Kind.TEXT, "[0-9]{4,9}", identifies=True),
    "signature": Validation(Kind.TEXT, identifies=True),
}
# Other countries and institutions add validations under names of their own.
_IDENTIFYING = ("email", "phone", "zip", "postal", "postcode", "ssn", "mrn", "national_id", "social_security")


def validation(name: str) -> Validation | None:
    """Return what a text validation means; None where only REDCap's administrators know it.

    Parameters
    ----------
    name : str
        As the dictionary writes it, in lower case; ``int`` and ``float`` are the project XML's words.

    Examples
    --------
    >>> validation("integer").kind, validation("date_mdy").date_format
    (<Kind.INTEGER: 'integer'>, '%Y-%m-%d')
    >>> validation("phone_uk").identifies
    True
    """
    name = {"int": "integer", "float": "number", "date": "date_ymd", "datetime": "datetime_ymd"}.get(
        name, name
    )
    if name in VALIDATIONS:
        return VALIDATIONS[name]
    return Validation(Kind.TEXT, identifies=True) if name.startswith(_IDENTIFYING) else None


def validation_of(field: DictionaryField) -> str | None:
    """Return the name of the text validation that a field has; None where REDCap has none like it.

    A field of plain text has the empty name.
    """
    if field.kind is Kind.TEXT and not field.pattern:
        return ""
    if field.kind is Kind.DATE:
        return _name_of(Validation(Kind.DATE, date_format=field.date_format))
    return _name_of(Validation(field.kind, field.pattern))


def _name_of(wanted: Validation) -> str | None:
    same = (name for name, own in VALIDATIONS.items() if own._replace(identifies=False) == wanted)
    return next(same, None)


def decimal_mark(field: DictionaryField) -> str:
    """Return the decimal mark of a field, which REDCap declares field by field.

    Examples
    --------
    >>> decimal_mark(DictionaryField("height", kind=Kind.CONTINUOUS, pattern="[+-]?[0-9]+,[0-9]{1}"))
    ','
    """
    commas = {_COMMA_NUMBER, *(own.pattern for own in _COMMAS.values())}
    return "," if field.kind is Kind.CONTINUOUS and field.pattern in commas else "."


def box_name(group: str, code: str) -> str:
    """Return the column of one box of a checkbox.

    Examples
    --------
    >>> box_name("race", "5"), box_name("sym", "-9"), box_name("sym", "ABC")
    ('race___5', 'sym____9', 'sym___abc')
    """
    return f"{group}___{re.sub('[^a-z0-9_]', '_', code.lower())}"


def is_system_column(name: str) -> bool:
    """Whether REDCap adds a column of this name itself: events, repeats, groups, survey and form status.

    Examples
    --------
    >>> is_system_column("redcap_event_name"), is_system_column("baseline_timestamp"), is_system_column("age")
    (True, True, False)
    """
    return name in SYSTEM_COLUMNS or _FORM_COLUMN.fullmatch(name) is not None

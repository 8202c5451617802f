"""Writing data dictionaries as Table Schema, version 2 of the Data Package standard.

https://datapackage.org/standard/table-schema
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.declare.missingness import NOT_RECORDED

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
OWN = "rlsstudy:"  # before the properties that the standard does not have
TYPES = {
    Kind.CONTINUOUS: "number",
    Kind.INTEGER: "integer",
    Kind.TEXT: "string",
    Kind.DATE: "date",
}
SECONDS_PER_DAY = 86_400
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, from 1970-01-01
OWN_TEXTS = ("unit", "section", "branching", "group")


def table_schema(dictionary: Dictionary) -> str:
    """Write a dictionary as Table Schema.

    Parameters
    ----------
    dictionary : Dictionary
        The columns. Levels become categories, ordered where the kind is ordinal; codes for missing values become
        ``missingValues`` with their reasons as labels. What the standard has no place for (unit, section, when a
        column is asked, what identifies people, the exact kind) stands in properties that begin with ``rlsstudy:``.

    Returns
    -------
    str
        JSON. `read_table_schema` gives the same dictionary back, except for its ``source``; dates without a
        format are in ISO 8601, and their limits kept to the day, or to the second where the format has a time of day.

    Examples
    --------
    >>> from rlsstudy.declare.dictionary import Dictionary, DictionaryField
    >>> from rlsstudy.declare.kinds import Kind
    >>> age = DictionaryField("age", "Age", Kind.INTEGER, "years", (18, None))
    >>> json.loads(table_schema(Dictionary("study", (age,))))["fields"][0]["constraints"]
    {'minimum': 18}
    """
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "fieldsMatch": "subset",  # a file can have columns of reasons too
        "fields": [_field(field, dictionary.missing, key=dictionary.key) for field in dictionary.fields],
        "missingValues": _missing_values(dictionary.missing),
    }
    if dictionary.key:
        schema["primaryKey"] = [dictionary.key]
    if dictionary.title:
        schema[f"{OWN}title"] = dictionary.title
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field(field: DictionaryField, common: Mapping[str, str], *, key: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name}
    if field.label:
        described["title"] = field.label
    description = _description(field)
    if description:
        described["description"] = description
    described |= _type(field)
    constraints = dict(_constraints(field, is_key=field.name == key))
    if constraints:
        described["constraints"] = constraints
    if field.missing:
        described["missingValues"] = _missing_values({**common, **field.missing})
    described |= {f"{OWN}{name}": getattr(field, name) for name in OWN_TEXTS if getattr(field, name)}
    if field.identifies:
        described[f"{OWN}identifies"] = True
    return described


def _description(field: DictionaryField) -> str:
    unit = f"In {field.unit}." if field.unit else ""
    asked = f"Asked where: {field.branching}." if field.branching else ""
    return f"{unit} {asked}".strip()


def _type(field: DictionaryField) -> dict[str, Any]:
    """Return type, format and categories."""
    if field.kind in LEVELLED:
        are_numbers = all(is_plain_integer(code) for code in field.levels) and bool(field.levels)
        return {
            "type": "integer" if are_numbers else "string",
            "categories": _categories(field.levels, are_numbers=are_numbers),
            "categoriesOrdered": field.kind is Kind.ORDINAL,
            f"{OWN}kind": str(field.kind),
        }
    if field.kind is not Kind.DATE:
        return {"type": TYPES[field.kind]}
    kind = "datetime" if has_time(field.date_format) else "date"
    written = field.date_format or ISO_DATE
    return {"type": kind} if written == ISO_DATE else {"type": kind, "format": written}


def _categories(levels: Mapping[str, str], *, are_numbers: bool) -> list[dict[str, Any]]:
    values = {code: int(code) if are_numbers else code for code in levels}
    return [{"value": values[code], **said} for code, said in _labelled(levels, "level")]


def _missing_values(missing: Mapping[str, str]) -> list[dict[str, str]]:
    codes = missing if "" in missing else {"": NOT_RECORDED, **missing}
    return [{"value": code, **said} for code, said in _labelled(codes, "reason")]


def _labelled(meanings: Mapping[str, str], own: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what each code means; the standard has every label once, so that a second one is a property of ours."""
    seen: set[str] = set()
    for code, meaning in meanings.items():
        yield code, {f"{OWN}{own}" if meaning in seen else "label": meaning}
        seen.add(meaning)


def _constraints(field: DictionaryField, *, is_key: bool) -> Iterator[tuple[str, Any]]:
    if field.required:
        yield "required", True
    if is_key:
        yield "unique", True
    for name, limit in zip(("minimum", "maximum"), field.limits, strict=True):
        if limit is None or field.kind in LEVELLED or field.kind is Kind.TEXT:
            continue
        if field.kind is not Kind.DATE or FIRST_DAY <= limit < LAST_DAY + 1:
            yield name, _limit(limit, field)
    if field.pattern:
        yield "pattern", field.pattern


def _limit(limit: float, field: DictionaryField) -> float | int | str:
    if field.kind is Kind.DATE:
        moment = datetime.fromtimestamp(round(limit * SECONDS_PER_DAY), UTC)
        written = field.date_format or ISO_DATE
        # strftime does not fill years before 1000 up to the four digits that it wants itself.
        return moment.strftime(written.replace("%Y", f"{moment.year:04}"))
    return int(limit) if float(limit).is_integer() else float(limit)


def is_plain_integer(code: str) -> bool:
    """Whether a code is a whole number in its one way of writing, so that it can be one in JSON."""
    return code.isascii() and code.removeprefix("-").isdigit() and str(int(code)) == code


def has_time(date_format: str) -> bool:
    """Whether a format of dates has a time of day."""
    return "%H" in date_format

"""Reading data dictionaries in Table Schema, versions 1 and 2, alone or inside a data package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rlsstudy.cohort.dictionaries.strict_json import read_json, unusable
from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.declare.missingness import NOT_RECORDED
from rlsstudy.declare.table_schema import OWN, OWN_TEXTS, SECONDS_PER_DAY, has_time, is_plain_integer
from rlsstudy.declare.text_forms import pattern_problem
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

KINDS = {
    "number": Kind.CONTINUOUS,
    "integer": Kind.INTEGER,
    "year": Kind.INTEGER,
    "boolean": Kind.BINARY,
    "date": Kind.DATE,
    "datetime": Kind.DATE,
}
OTHER_TYPES = frozenset(
    {"string", "any", "object", "array", "list", "time", "yearmonth", "duration", "geopoint", "geojson"}
)
TRUTH = {"falseValues": ["false", "False", "FALSE", "0"], "trueValues": ["true", "True", "TRUE", "1"]}
LARGEST = 1e308
ISO_TIME = "%Y-%m-%dT%H:%M:%S"


def read_table_schema(path: Path) -> Dictionary:
    """Read a dictionary from Table Schema.

    Parameters
    ----------
    path : Path
        A JSON file: a schema, or a data package with one table.

    Returns
    -------
    Dictionary
        Categories, and in version 1 the values of ``enum``, are levels; a truth value is binary, no before yes.
        Types that a study has no kind for (times, places, lists) are texts. Exclusive limits count as limits;
        lengths, foreign keys, group and decimal marks are left out.

    Raises
    ------
    CohortError
        The file is no such schema; every fault is listed.
    """
    content = _schema(path.name, read_json(path))
    fields = content.get("fields")
    if not isinstance(fields, list) or not fields:
        raise unusable(path.name, f"'{path.name}' has no list of fields", "a Table Schema with 'fields'")
    problems: list[Problem] = []
    common = _missing(content.get("missingValues", [""]), "the table", path.name, problems)
    read = [_field(place, own, common, path.name, problems) for place, own in enumerate(fields, 1)]
    named = [field for field in read if field is not None]
    problems += _twice([field.name for field in named], path.name)
    if problems:
        raise CohortError(f"'{path.name}' cannot be read as a data dictionary:", problems)
    title = content.get(f"{OWN}title")
    key = _key(content.get("primaryKey"))
    return Dictionary(path.name, tuple(named), key, title if isinstance(title, str) else "", common)


def _schema(file: str, content: object) -> Mapping[str, Any]:
    """Return the schema, taken out of a data package with one table."""
    if isinstance(content, dict) and isinstance(content.get("resources"), list):
        schemas = [one.get("schema") for one in content["resources"] if isinstance(one, dict)]
        tables = [schema for schema in schemas if isinstance(schema, dict)]
        if len(tables) != 1:
            raise unusable(file, f"'{file}' is a data package with {len(tables)} tables", "one table")
        content = tables[0]
    if not isinstance(content, dict):
        raise unusable(file, f"'{file}' is not a Table Schema", "a JSON object with 'fields'")
    return content


def _key(primary: object) -> str:
    """Return the key column; a key of several columns is none of a participant."""
    if isinstance(primary, list) and len(primary) == 1:
        primary = primary[0]
    return primary if isinstance(primary, str) else ""


def _field(
    place: int, own: object, common: Mapping[str, str], file: str, problems: list[Problem]
) -> DictionaryField | None:
    name = own.get("name") if isinstance(own, dict) else None
    if not isinstance(own, dict) or not isinstance(name, str) or not name.strip():
        problems.append(_fault(file, f"Field {place} has no name", "an object with a text as 'name'"))
        return None
    constraints = own.get("constraints", {})
    if not isinstance(constraints, dict):
        problems.append(_fault(file, f"The constraints of '{name}' are no object", "an object", name))
        constraints = {}
    levels = _levels(name, own, constraints, file, problems)
    kind = _kind(name, own, levels, file, problems)
    written = _date_format(own) if kind is Kind.DATE else ""
    missing = _missing(own.get("missingValues", []), f"'{name}'", file, problems)
    texts = {text: _text(own.get(f"{OWN}{text}")) for text in OWN_TEXTS}
    texts["unit"] = texts["unit"] or _text(own.get("unit"))  # as many schemas have it
    return DictionaryField(
        name=name,
        label=_text(own.get("title")) or _text(own.get("label")),
        kind=kind,
        limits=_limits(name, constraints, kind, written, file, problems),
        levels=levels if kind in LEVELLED else {},
        missing={code: reason for code, reason in missing.items() if common.get(code) != reason},
        date_format=written,
        pattern=_pattern(name, constraints, file, problems),
        required=constraints.get("required") is True,
        identifies=own.get(f"{OWN}identifies") is True,
        **texts,
    )


def _pattern(name: str, constraints: Mapping[str, object], file: str, problems: list[Problem]) -> str:
    """Read a pattern, or say why it cannot be one."""
    pattern = _text(constraints.get("pattern"))
    why = pattern_problem(pattern) if pattern else ""
    if why:
        problems.append(
            Problem(
                "E_DICTIONARY", f"The pattern of field '{name}' of '{file}' cannot be used: {why}", file=file
            )
        )
        return ""
    return pattern


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _kind(
    name: str, own: Mapping[str, Any], levels: Mapping[str, str], file: str, problems: list[Problem]
) -> Kind:
    written = own.get("type", "any")
    if not isinstance(written, str) or (written not in KINDS and written not in OTHER_TYPES):
        allowed = ", ".join((*KINDS, *sorted(OTHER_TYPES)))
        problems.append(_fault(file, f"'{name}' has a type that is not known", allowed, name))
        return Kind.TEXT
    if not levels:
        return KINDS.get(written, Kind.TEXT)
    told = own.get(f"{OWN}kind")
    if told in {str(kind) for kind in LEVELLED}:
        return Kind(told)
    if own.get("categoriesOrdered") is True:
        return Kind.ORDINAL
    return Kind.BINARY if len(set(levels.values())) == 2 else Kind.CATEGORICAL


def _levels(
    name: str, own: Mapping[str, Any], constraints: Mapping[str, Any], file: str, problems: list[Problem]
) -> dict[str, str]:
    if own.get("type") == "boolean":
        marks = {key: own.get(key, usual) for key, usual in TRUTH.items()}
        lists = {key: value if isinstance(value, list) else TRUTH[key] for key, value in marks.items()}
        words = {"falseValues": "no", "trueValues": "yes"}
        return {str(code): words[key] for key, codes in lists.items() for code in codes}
    listed = own.get("categories", constraints.get("enum"))
    if listed is None:
        return {}
    levels = _meanings(listed, "level")
    if levels is None or len(levels) < len(listed):
        allowed = "a list of different values, or of objects with 'value' and 'label'"
        problems.append(_fault(file, f"The categories of '{name}' are not as they should be", allowed, name))
        return {}
    return levels


def _missing(listed: object, owner: str, file: str, problems: list[Problem]) -> dict[str, str]:
    """Return codes for missing values and their reasons, without the empty cell that simply is one."""
    reasons = _meanings(listed, "reason")
    if reasons is None:
        allowed = "a list of texts, or of objects with 'value' and 'label'"
        problems.append(_fault(file, f"The missingValues of {owner} are not as they should be", allowed))
        return {}
    if reasons.get("") in ("", NOT_RECORDED):
        del reasons[""]
    return reasons


def _meanings(listed: object, own: str) -> dict[str, str] | None:
    """Return what each code means: itself where nothing else is said; None when it is not a list of codes."""
    if not isinstance(listed, list):
        return None
    meanings: dict[str, str] = {}
    for entry in listed:
        said = entry if isinstance(entry, dict) else {"value": entry}
        value = said.get("value")
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return None
        code = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        meanings[code] = _text(said.get(f"{OWN}{own}")) or _text(said.get("label")) or code
    return meanings


def _date_format(own: Mapping[str, Any]) -> str:
    written = _text(own.get("format")).removeprefix("fmt:")
    if "%" in written:
        return written
    return ISO_TIME if own.get("type") == "datetime" else ISO_DATE


def _limits(
    name: str,
    constraints: Mapping[str, Any],
    kind: Kind,
    date_format: str,
    file: str,
    problems: list[Problem],
) -> tuple[float | None, float | None]:
    limits: list[float | None] = []
    for place in ("minimum", "maximum"):
        given = constraints.get(place, constraints.get(f"exclusive{place.capitalize()}"))
        limit = (
            None
            if given is None or kind is Kind.TEXT or kind in LEVELLED
            else _limit(given, kind, date_format)
        )
        if limit is None and given is not None and kind in (Kind.CONTINUOUS, Kind.INTEGER, Kind.DATE):
            message = f"The {place} of '{name}' is no {'date' if kind is Kind.DATE else 'number'}"
            problems.append(_fault(file, message, "a value of the field's own type", name))
        limits.append(limit)
    return (limits[0], limits[1])


def _limit(given: object, kind: Kind, date_format: str) -> float | None:
    if kind is Kind.DATE:
        return _days(given, date_format) if isinstance(given, str) else None
    if isinstance(given, str) and is_plain_integer(given):
        given = int(given)
    if not isinstance(given, int | float) or isinstance(given, bool) or abs(given) >= LARGEST:
        return None
    return float(given)


def _days(given: str, date_format: str) -> float | None:
    for written in (date_format, ISO_DATE):
        try:
            moment = datetime.strptime(given, written).replace(tzinfo=UTC)
        except ValueError:
            continue
        seconds = round(moment.timestamp())
        return seconds / SECONDS_PER_DAY if has_time(written) else float(seconds // SECONDS_PER_DAY)
    return None


def _twice(names: list[str], file: str) -> list[Problem]:
    several = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [
        _fault(file, f"'{name}' is described twice", "one field for each column", name) for name in several
    ]


def _fault(file: str, message: str, allowed: str, column: str | None = None) -> Problem:
    return Problem("E_DICTIONARY", message, allowed=allowed, file=file, column=column)

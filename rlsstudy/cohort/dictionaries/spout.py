"""Reading the data dictionaries of NSRR's Spout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from rlsstudy.cohort.dictionaries.strict_json import read_json, unusable
from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.declare.spout import DOMAINS, OTHER_TEXTS, VARIABLES
from rlsstudy.errors import CohortError, did_you_mean
from rlsstudy.problems import Problem

KINDS = {
    "identifier": Kind.TEXT,
    "choices": Kind.CATEGORICAL,
    "integer": Kind.INTEGER,
    "numeric": Kind.CONTINUOUS,
    "string": Kind.TEXT,
    "text": Kind.TEXT,
    "date": Kind.DATE,
    "datetime": Kind.DATE,
    "time": Kind.TEXT,
    "file": Kind.TEXT,
}
MOST_FILES = 20_000
Domains = Mapping[str, tuple[dict[str, str], dict[str, str]]]


def read_spout(folder: Path) -> Dictionary:
    """Read a dictionary from a Spout repository.

    Parameters
    ----------
    folder : Path
        The folder that holds ``variables`` and ``domains``. Forms and descriptions are left out.

    Returns
    -------
    Dictionary
        The variables in the order of their files, unless the files say another. Two choices are binary, more are
        categorical. The first identifier is the key.

    Raises
    ------
    CohortError
        The folder is no such repository; every fault is listed.
    """
    problems: list[Problem] = []
    domains = {path.stem.lower(): _domain(path, problems) for path in _files(folder / DOMAINS)}
    variables = _files(folder / VARIABLES)
    if not variables:
        raise unusable(
            folder.name, f"'{folder.name}' has no folder '{VARIABLES}' with JSON files", "a Spout repository"
        )
    read: list[tuple[int, DictionaryField, Mapping[str, Any]]] = []
    for path in variables:
        content = _content(path, dict, problems)
        if content is not None:
            field = _field(path, content, folder / VARIABLES, domains, problems)
            read.append((_order(content), field, content))
    problems += _twice([field.name for _, field, _ in read])
    if problems:
        raise CohortError(f"'{folder.name}' cannot be read as a data dictionary:", problems)
    read.sort(key=lambda entry: entry[0])
    return _whole(folder.name, read)


def _whole(source: str, read: list[tuple[int, DictionaryField, Mapping[str, Any]]]) -> Dictionary:
    others = [_other(content) for _, _, content in read]
    first = others[0]
    identifiers = [field.name for _, field, content in read if content.get("type") == "identifier"]
    missing = first.get("missing")
    common = {str(code): str(reason) for code, reason in missing.items()} if isinstance(missing, dict) else {}
    fields = [
        replace(
            field, missing={code: said for code, said in field.missing.items() if common.get(code) != said}
        )
        for _, field, _ in read
    ]
    key = _text(first.get("key")) or next(iter(identifiers), "")
    return Dictionary(source, tuple(fields), key, _text(first.get("title")), common)


def _files(folder: Path) -> list[Path]:
    """Return the JSON files below a folder, sorted."""
    if not folder.is_dir():
        return []
    found = sorted(islice((path for path in folder.rglob("*.json") if path.is_file()), MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise unusable(folder.name, f"'{folder.name}' has too many files", f"at most {MOST_FILES:,}")
    return found


def _content(path: Path, kind: type, problems: list[Problem]) -> Any:
    """Return what a file holds, or note why it cannot be used."""
    try:
        content = read_json(path)
    except CohortError as error:
        problems += error.problems
        return None
    if not isinstance(content, kind):
        allowed = "an object with 'id'" if kind is dict else "a list of objects with 'value'"
        problems.append(_fault(path.name, f"'{path.name}' is not as Spout has it", allowed))
        return None
    return content


def _domain(path: Path, problems: list[Problem]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the choices of a domain, and its codes for missing values."""
    levels: dict[str, str] = {}
    missing: dict[str, str] = {}
    for option in _content(path, list, problems) or []:
        value = option.get("value") if isinstance(option, dict) else None
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            problems.append(
                _fault(path.name, f"An option of '{path.name}' has no value", "a text as 'value'")
            )
            continue
        meaning = _text(option.get("display_name")) or str(value)
        (missing if option.get("missing") is True else levels)[str(value)] = meaning
    return levels, missing


def _field(
    path: Path, content: Mapping[str, Any], root: Path, domains: Domains, problems: list[Problem]
) -> DictionaryField:
    name = _text(content.get("id"))
    if name != path.stem.lower():
        allowed = f"'{path.stem.lower()}', as the file is called"
        problems.append(_fault(path.name, f"The id in '{path.name}' is another than its name", allowed))
    kind, other = _kind(path, content, problems), _other(content)
    levels, missing = _choices(path, content, domains, problems)
    if kind in LEVELLED and not levels:
        problems.append(_fault(path.name, f"'{name}' has no choices", "a domain with choices", name))
    texts = {text: _text(other.get(text)) for text in OTHER_TEXTS}
    texts["section"] = texts["section"] or "/".join(path.parent.relative_to(root).parts)
    if kind is Kind.DATE:
        texts["date_format"] = texts["date_format"] or ISO_DATE
    return DictionaryField(
        name=name,
        label=_text(other.get("label", content.get("display_name"))),
        kind=_exact(kind, other, levels),
        unit=_text(content.get("units")),
        limits=(_number(other.get("minimum")), _number(other.get("maximum"))),
        levels=levels if kind in LEVELLED else {},
        missing=missing,
        required=other.get("required") is True,
        identifies=other.get("identifies", content.get("type") == "identifier") is True,
        **texts,
    )


def _kind(path: Path, content: Mapping[str, Any], problems: list[Problem]) -> Kind:
    written = _text(content.get("type"))
    if written not in KINDS:
        allowed = ", ".join(KINDS)
        message = f"The type in '{path.name}' is not known"
        problems.append(_fault(path.name, message, allowed))
        return Kind.TEXT
    return KINDS[written]


def _exact(kind: Kind, other: Mapping[str, Any], levels: Mapping[str, str]) -> Kind:
    """Return the kind that we wrote, else what the type and the number of choices say."""
    told = _text(other.get("kind"))
    if told in set(Kind) and (Kind(told) in LEVELLED) == (kind in LEVELLED):
        return Kind(told)
    return Kind.BINARY if kind is Kind.CATEGORICAL and len(levels) == 2 else kind


def _choices(
    path: Path, content: Mapping[str, Any], domains: Domains, problems: list[Problem]
) -> tuple[dict[str, str], dict[str, str]]:
    domain = _text(content.get("domain")).lower()
    if domain and domain not in domains:
        hint = did_you_mean(domain, domains).strip()
        message = f"'{path.name}' names a domain that is not there"
        problems.append(_fault(path.name, message, "a file in 'domains'", hint=hint))
    levels, missing = domains.get(domain, ({}, {}))
    return dict(levels), dict(missing)


def _other(content: Mapping[str, Any]) -> Mapping[str, Any]:
    other = content.get("other")
    return other if isinstance(other, dict) else {}


def _order(content: Mapping[str, Any]) -> int:
    order = _other(content).get("order")
    return order if isinstance(order, int) and not isinstance(order, bool) else 0


def _number(given: object) -> float | None:
    """Return a limit as it was written by us; what is none is left out, because Spout has no limits."""
    try:
        return float(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _twice(names: list[str]) -> list[Problem]:
    several = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [
        _fault(None, f"'{name}' is described twice", "one file for each variable", name) for name in several
    ]


def _fault(
    file: str | None, message: str, allowed: str, column: str | None = None, *, hint: str = ""
) -> Problem:
    return Problem("E_DICTIONARY", message, allowed=allowed, hint=hint, file=file, column=column)

"""Data dictionaries in the form of NSRR's Spout: a JSON file for each variable and for each set of choices.

https://github.com/nsrr/spout, the form of the dictionaries of the National Sleep Research Resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, plain_number

VARIABLES, DOMAINS = "variables", "domains"
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_LABEL = 255
# Windows makes no file of these names, whatever their ending.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
TYPES = {
    Kind.CONTINUOUS: "numeric",
    Kind.INTEGER: "integer",
    Kind.TEXT: "string",
    Kind.DATE: "date",
}
# What Spout has no place for stands under "other", where its importer puts the columns it does not know.
OTHER_TEXTS = ("date_format", "pattern", "branching", "group", "section")


def spout_files(dictionary: Dictionary) -> dict[str, str]:
    """Write a dictionary as the files of a Spout repository.

    Parameters
    ----------
    dictionary : Dictionary
        The columns. Sections become folders; levels and codes for missing values become domains, shared by the
        variables that have the same. What Spout has no place for (limits, the exact kind, order, patterns, what is
        required) stands under ``other``.

    Returns
    -------
    dict of str to str
        The text of each file by its path in the repository: ``variables/iron/ferritin.json``.
        `read_spout` gives the same dictionary back, except for its ``source``; dates without a format are in ISO 8601.

    Raises
    ------
    CohortError
        With one `E_DICTIONARY` for each name or label that Spout does not take.

    Examples
    --------
    >>> from rlsstudy.declare.dictionary import Dictionary, DictionaryField
    >>> sex = DictionaryField("sex", "Sex", Kind.BINARY, levels={"0": "male", "1": "female"})
    >>> sorted(spout_files(Dictionary("study", (sex,))))
    ['domains/sex_values.json', 'variables/sex.json']
    """
    problems = [problem for field in dictionary.fields for problem in _problems(field, dictionary.missing)]
    if problems:
        raise CohortError(f"'{dictionary.source}' cannot be written as a Spout dictionary:", problems)
    files: dict[str, str] = {}
    domains: dict[str, str] = {}  # the names of the domains by their text
    for place, field in enumerate(dictionary.fields):
        options = [*_options(field, dictionary.missing)]
        domain = ""
        if options:
            domain = domains.setdefault(_json(options), f"{field.name}_values")
            files[f"{DOMAINS}/{domain}.json"] = _json(options)
        described = _variable(field, domain, place, is_key=field.name == dictionary.key)
        if place == 0:
            described["other"] |= _of_whole(dictionary)
        folder = re.sub("[^a-z0-9]+", "_", field.section.lower()).strip("_")
        folder = f"{folder}/" if folder and folder not in RESERVED else ""
        files[f"{VARIABLES}/{folder}{field.name}.json"] = _json(described)
    return files


def _variable(field: DictionaryField, domain: str, place: int, *, is_key: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": field.name,
        "display_name": field.label or field.name,
        "description": f"Asked where: {field.branching}" if field.branching else "",
        "type": _type(field, is_key=is_key),
    }
    if domain:
        described["domain"] = domain
    if field.unit:
        described["units"] = field.unit
    other: dict[str, Any] = {"order": place, "kind": str(field.kind)}
    low, high = field.limits
    if low is not None:
        other["minimum"] = plain_number(low)
    if high is not None:
        other["maximum"] = plain_number(high)
    other |= {name: getattr(field, name) for name in OTHER_TEXTS if getattr(field, name)}
    if field.required:
        other["required"] = True
    if field.identifies or is_key:
        other["identifies"] = field.identifies
    if not field.label:
        other["label"] = ""
    return described | {"other": other}


def _of_whole(dictionary: Dictionary) -> dict[str, Any]:
    said = {"title": dictionary.title, "key": dictionary.key, "missing": dict(dictionary.missing)}
    return {name: value for name, value in said.items() if value}


def _type(field: DictionaryField, *, is_key: bool) -> str:
    if field.kind in LEVELLED:
        return "choices"
    return "identifier" if is_key else TYPES[field.kind]


def _options(field: DictionaryField, common: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the choices of a variable, and its codes for missing values."""
    for code, level in field.levels.items():
        yield {"value": code, "display_name": level, "description": ""}
    for code, reason in {**common, **field.missing}.items():
        yield {"value": code, "display_name": reason, "description": "", "missing": True}


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _problems(field: DictionaryField, common: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what Spout's own tests would refuse."""
    if not NAME.fullmatch(field.name) or field.name in RESERVED:
        allowed = "lower-case letters, digits and underscores, beginning with a letter; no name of a device"
        yield _refused(field.name, f"Spout does not take the name '{field.name}'", allowed)
    if len(field.label) > LONGEST_LABEL:
        yield _refused(
            field.name, f"The label of '{field.name}' is too long", f"at most {LONGEST_LABEL} characters"
        )
    codes: Sequence[str] = [*field.levels, *{**common, **field.missing}]
    if len(set(codes)) < len(codes):
        allowed = "codes for levels and codes for missing values that differ"
        yield _refused(field.name, f"A code of '{field.name}' has two meanings", allowed)


def _refused(name: str, message: str, allowed: str) -> Problem:
    return Problem("E_DICTIONARY", message, allowed=allowed, hint="Rename it.", column=name)

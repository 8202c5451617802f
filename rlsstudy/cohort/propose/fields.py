"""A column with everything that its file and its dictionary say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rlsstudy.cohort.files.raw_columns import NumberColumn
from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.propose.profile import Profile, profile
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.problems import plain_number

DECIMALS = range(1, 5)


@dataclass(frozen=True, slots=True)
class Described:
    """A column, and what is known of it.

    Parameters
    ----------
    name : str
        Its name in the file.
    label : str
        What it is, in the words of its file or dictionary.
    kind : Kind, optional
        The type that a dictionary declares.
    unit : str
        The unit that a dictionary declares.
    levels, missing : mapping of str to str
        Codes as the file writes them, and their labels.
    limits : tuple of (float or None)
        Lowest and highest value that a dictionary allows.
    date_format, pattern : str
        How dates and texts are written.
    required, identifies : bool
        What a dictionary says of gaps, and of who the column is about.
    group : str
        For a box of a checkbox, the field that its boxes belong to.
    profile : Profile, optional
        What its cells look like; None where there are none.
    """

    name: str
    label: str = ""
    kind: Kind | None = None
    unit: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[float | None, float | None] = (None, None)
    date_format: str = ""
    pattern: str = ""
    required: bool = False
    identifies: bool = False
    group: str = ""
    profile: Profile | None = None


def describe_columns(table: RawTable, dictionary: Dictionary | None = None) -> tuple[Described, ...]:
    """Collect what a file and its dictionary say about the file's columns.

    Parameters
    ----------
    table : RawTable
        The file.
    dictionary : Dictionary, optional
        Its dictionary; fields that the file does not have are left out.

    Returns
    -------
    tuple of Described
        One for each column that has a name, in the file's order.
    """
    fields = {} if dictionary is None else {one.name: one for one in dictionary.fields}
    return tuple(_described(table, name, fields.get(name)) for name in table.columns if name.strip())


def describe_field(one: DictionaryField) -> Described:
    """Return a dictionary's field as a column without cells."""
    return Described(
        name=one.name,
        label=one.label,
        kind=one.kind,
        unit=one.unit,
        levels=one.levels,
        missing=one.missing,
        limits=one.limits,
        date_format=one.date_format,
        pattern=one.pattern,
        required=one.required,
        identifies=one.identifies,
        group=one.group,
    )


def _described(table: RawTable, name: str, one: DictionaryField | None) -> Described:
    column = table.columns[name]
    own = column.labels if isinstance(column, NumberColumn) else {}
    labels = {plain_number(code): label for code, label in own.items()}
    found, label = profile(column), table.labels.get(name, "")
    if one is None:
        return Described(name, label, levels=labels, profile=found)
    known = describe_field(one)
    levels = known.levels if known.levels or known.kind not in (None, *LEVELLED) else labels
    return Described(
        name=name,
        label=known.label or label,
        kind=known.kind,
        unit=known.unit,
        levels=levels or labels,
        missing=known.missing,
        limits=known.limits,
        date_format=known.date_format,
        pattern=known.pattern,
        required=known.required,
        identifies=known.identifies,
        group=known.group,
        profile=found,
    )


def decimal_mark(one: Described) -> str:
    """Return the decimal mark that a column's pattern asks for, or that its cells have."""
    if not one.pattern and one.profile is not None:
        return one.profile.decimal_mark
    if not one.pattern or matches(one.pattern, "1.0"):
        return "."
    return "," if any(matches(one.pattern, f"1,{'0' * places}") for places in DECIMALS) else "."


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern allows a text from end to end; letters and digits are the ASCII ones."""
    return re.fullmatch(pattern, text, re.ASCII) is not None

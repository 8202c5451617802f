"""A data dictionary of someone else's, whatever its format: what its columns are, in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rlsstudy.declare.kinds import Kind


@dataclass(frozen=True, slots=True)
class DictionaryField:
    """One column of a file, as its dictionary describes it.

    Parameters
    ----------
    name : str
        The column in the file; ``symptoms___1`` for a box of a REDCap checkbox.
    label : str
        What it is, in words.
    kind : Kind
        What sort of values it has.
    unit : str
        The unit, where the dictionary has a place for it.
    limits : tuple of (float or None), optional
        Lowest and highest value; dates as days since 1970-01-01.
    levels : mapping of str to str
        The codes as the file writes them, and the levels they stand for, in order.
    missing : mapping of str to str
        Codes for missing values and their reasons.
    date_format : str
        How dates are written, in the letters of ``strptime``; empty when there are none.
    pattern : str
        What a text must match.
    required : bool
        Whether a gap is a fault.
    identifies : bool
        Whether the dictionary marks the column as identifying a person.
    section : str
        The form or group it belongs to.
    branching : str
        When it is asked, in the dictionary's own words; kept as text and never evaluated.
    group : str
        For a box of a checkbox, the field that its boxes belong to.
    """

    name: str
    label: str = ""
    kind: Kind = Kind.TEXT
    unit: str = ""
    limits: tuple[float | None, float | None] = (None, None)
    levels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    pattern: str = ""
    required: bool = False
    identifies: bool = False
    section: str = ""
    branching: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All columns of a file, in order.

    Parameters
    ----------
    source : str
        The name of the dictionary's file.
    fields : tuple of DictionaryField
        The columns.
    key : str
        The column that identifies a participant, where the dictionary says so; else empty.
    title : str
        What the dictionary calls the study.
    missing : mapping of str to str
        Codes for missing values in every column, and their reasons.
    """

    source: str
    fields: tuple[DictionaryField, ...]
    key: str = ""
    title: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)

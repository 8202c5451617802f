"""From the labels that REDCap writes as headers back to the names of fields, exactly or not at all."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rlsstudy.cohort.files.raw_table import RawTable, refuse
from rlsstudy.cohort.redcap.types import (
    SYSTEM_LABELS,
    TIMESTAMP_LABEL,
    box_name,
)
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.problems import Problem, counted

AMBIGUOUS = "E_REDCAP_AMBIGUOUS"
LINE_ENDS = re.compile(r"\r\n|\r|\n")
# R, pandas and readr tell columns of one name apart by these.
MADE_DIFFERENT = re.compile(r"(?:[_.]|\.\.\.)[0-9]+")
MOST_LISTED = 12


class Slot(NamedTuple):
    """A column that an export can have, in the order of exports."""

    name: str
    label: str


@dataclass
class Header:
    """What the columns of an export are.

    Parameters
    ----------
    names : list of str
        The raw name of every column; its own header where the dictionary does not know it.
    unknown : list of str
        The headers that the dictionary does not know.
    problems : list of Problem
        Headers that stand for several fields.
    """

    names: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def slots_of(dictionary: Dictionary) -> list[Slot]:
    """Return every column that an export of this project can have.

    Parameters
    ----------
    dictionary : Dictionary
        The project's fields.
    """
    key, *fields = dictionary.fields
    slots = [Slot(key.name, plain(key.label))]
    slots += [Slot(name, label) for name, label in SYSTEM_LABELS.items()]
    form = None
    for place, own in enumerate([key, *fields]):
        if own.section != form:
            form = own.section
            slots.append(Slot(f"{form}_timestamp", TIMESTAMP_LABEL))
        if place:
            slots.append(Slot(own.name, plain(own.label)))
        if own.group and (place == len(fields) or fields[place].group != own.group):
            slots += _boxes_for_missing(own, dictionary.missing)
    return slots


def _boxes_for_missing(box: DictionaryField, missing: Mapping[str, str]) -> list[Slot]:
    """Return the boxes that REDCap adds to a checkbox for the project's missing data codes."""
    question = box.label.rpartition(" (choice=")[0]
    return [
        Slot(box_name(box.group, code), plain(f"{question} (choice={reason})"))
        for code, reason in missing.items()
    ]


def plain(label: str) -> str:
    """Write a label as exports do: without HTML tags, on one line.

    Examples
    --------
    >>> plain("<b>Sleep</b>,   last week")
    'Sleep, last week'
    """
    return " ".join(re.sub("<[^<>]+>", "", label).split())


def raw_names(header: Sequence[str], slots: Sequence[Slot], file: str, line: int) -> Header:
    """Find the field of every header.

    A label that several fields share is told apart by its neighbours alone: exports keep the dictionary's order.

    Parameters
    ----------
    header : sequence of str
        Names or labels, as the file has them.
    slots : sequence of Slot
        The columns an export can have, in order.
    file : str
        The file's name.
    line : int
        The line of the header.
    """
    by_name = {slot.name: place for place, slot in enumerate(slots)}
    by_label: dict[str, list[int]] = {}
    for place, slot in enumerate(slots):
        by_label.setdefault(slot.label, []).append(place)
    choices = [_places(name, by_name, by_label) for name in header]
    fixed = [places[0] if len(places) == 1 else None for places in choices]
    found = Header()
    chosen = dict(_by_neighbours(choices, fixed))
    for index, (name, places) in enumerate(zip(header, choices, strict=True)):
        if not places:
            found.unknown.append(name)
        own = fixed[index] if fixed[index] is not None else chosen.get(index)
        found.names.append(name if own is None else slots[own].name)
    unsure: dict[int, list[int]] = {}
    for index, places in enumerate(choices):
        if len(places) > 1 and index not in chosen:
            unsure.setdefault(places[0], []).append(index)
    for indices in unsure.values():
        fields = [slots[place].name for place in choices[indices[0]]]
        found.problems.append(_ambiguous(file, line, header[indices[0]], fields, len(indices)))
    return found


def _places(name: str, by_name: Mapping[str, int], by_label: Mapping[str, list[int]]) -> list[int]:
    """Return the places that a header can stand for."""
    if name in by_name:
        return [by_name[name]]
    label = plain(name)
    if label in by_label:
        return by_label[label]
    ending = next((found for found in MADE_DIFFERENT.finditer(label) if found.end() == len(label)), None)
    return by_label.get(label[: ending.start()], []) if ending else []


def _by_neighbours(
    choices: Sequence[Sequence[int]], fixed: Sequence[int | None]
) -> Iterator[tuple[int, int]]:
    """Yield the place of each shared label that its neighbours settle."""
    sure = [place for place in fixed if place is not None]
    if sure != sorted(sure):
        return
    after = _next_fixed(fixed)
    low, waiting = -1, dict[int, list[int]]()
    for index, place in enumerate([*fixed, None]):
        at_end = index == len(fixed)
        if not at_end and place is None:
            if choices[index]:
                waiting.setdefault(choices[index][0], []).append(index)
            continue
        for indices in waiting.values():
            candidates = [own for own in choices[indices[0]] if low < own < after[indices[0]]]
            if len(candidates) == len(indices):
                yield from zip(indices, candidates, strict=True)
        waiting = {}
        low = low if place is None else place


def _next_fixed(fixed: Sequence[int | None]) -> list[float]:
    """Return, for every column, the place of the next one that is sure."""
    following: list[float] = []
    nearest = float("inf")
    for place in reversed(fixed):
        following.append(nearest)
        nearest = nearest if place is None else place
    return following[::-1]


def _ambiguous(file: str, line: int, label: str, fields: Sequence[str], count: int) -> Problem:
    some = ", ".join(fields[:MOST_LISTED]) + (", …" if len(fields) > MOST_LISTED else "")
    message = f"'{file}' has {counted(count, 'column')} headed by a label that several fields share ({some})"
    hint = "Export the raw headers, which name each field."
    allowed = "a label of its own for each column, or as many columns as fields"
    return Problem(
        AMBIGUOUS, message, allowed=allowed, hint=hint, file=file, column=label, line=line, count=count
    )


class _Lines:
    """The lines of a text, read on from wherever `at` is set."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at >= len(self._lines):
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1] + "\n"


def cells_by_position(path: Path, options: FileOptions, table: RawTable) -> tuple[list[str], list[list[str]]]:
    """Return header and columns of an export whose headers are not all different.

    Parameters
    ----------
    path : Path
        The file.
    options : FileOptions
        How it is read.
    table : RawTable
        The same file as `read_csv` reads it, for the lines at which rows begin.

    Returns
    -------
    header : list of str
        The headers, one for each column.
    columns : list of list of str
        The cells of each column.

    Raises
    ------
    CohortError
        The file was changed while it was read.
    """
    content = path.read_bytes()
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else options.encoding
    starts = [] if table.lines is None else table.lines.tolist()
    try:
        text = content.decode(marked).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        lines = _Lines(LINE_ENDS.split(text))
        delimiter = options.delimiter or ("\t" if path.suffix.lower() in (".tsv", ".tab") else ",")
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        records = []
        for start in [table.header_line, *starts]:
            lines.at = start - 1
            records.append(next(reader))
        header, *rows = records
        columns = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in header]
    except (UnicodeDecodeError, LookupError, csv.Error, StopIteration, ValueError) as error:
        message = f"The cells of '{path.name}' cannot be told apart by their places"
        hint = "Export the raw headers, which are all different."
        raise refuse(path, Problem("E_REDCAP_LABELS", message, hint=hint, file=path.name)) from error
    return [name.strip() for name in header], columns

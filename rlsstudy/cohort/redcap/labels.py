"""From the labels of a REDCap labels export back to the codes of a raw one, by the project's dictionary."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, header_problems, plain_name
from rlsstudy.cohort.redcap.header import AMBIGUOUS, Slot, cells_by_position, plain, raw_names, slots_of
from rlsstudy.cohort.redcap.types import (
    EVENT,
    FALSE_TRUE,
    REPEAT_INSTRUMENT,
    UNCHECKED_CHECKED,
)
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.file_options import FileOptions
from rlsstudy.declare.kinds import Kind
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

DUPLICATE = "E_DUPLICATE_COLUMN"


@dataclass(frozen=True)
class _Reading:
    """One way to read a column: what each of its texts stands for."""

    codes: Mapping[str, str]
    shared: frozenset[str] = frozenset()  # labels that stand for several codes

    def misfits(self, cells: Collection[str]) -> list[str]:
        """Return the texts that this way cannot read."""
        return [cell for cell in cells if cell not in self.codes and cell not in self.shared]


def as_raw(path: Path, options: FileOptions, table: RawTable, dictionary: Dictionary) -> RawTable:
    """Translate a labels export into what the raw export of the same records is.

    Headers may be names or labels, cells codes or labels, and a ticked box may be "Checked" or its choice.

    Parameters
    ----------
    path : Path
        The export.
    options : FileOptions
        How it is read.
    table : RawTable
        The export as `read_csv` reads it.
    dictionary : Dictionary
        The project's fields.

    Returns
    -------
    RawTable
        Names and codes, with problems for what stands for nothing (`E_LEVEL`) or for several things
        (`E_REDCAP_AMBIGUOUS`); such cells are left as they are.
    """
    problems = [problem for problem in table.problems if problem.code != DUPLICATE]
    slots = slots_of(dictionary)
    if len(problems) < len(table.problems):
        header, texts = cells_by_position(path, options, table)
        columns: list[TextColumn] = [TextColumn.of(cells) for cells in texts]
    else:
        header = list(table.columns)
        columns = [column for column in table.columns.values() if isinstance(column, TextColumn)]
    found = raw_names(header, slots, table.file, table.header_line)
    problems += found.problems
    if not found.problems:
        problems += header_problems(table.file, found.names, table.header_line)
    problems += unknown_columns(table, found.unknown, slots)
    named = dict(zip(found.names, columns, strict=True))
    plain_table = replace(table, columns=named, problems=())
    translated, faults = _Translation(plain_table, dictionary).columns()
    labels = {slot.name: slot.label for slot in slots if slot.name in translated}
    return replace(table, columns=translated, problems=(*problems, *faults), labels=labels)


def unknown_columns(table: RawTable, unknown: Collection[str], slots: Collection[Slot]) -> list[Problem]:
    """Warn of columns that neither the dictionary nor REDCap itself knows.

    Parameters
    ----------
    table : RawTable
        The export.
    unknown : collection of str
        Their headers.
    slots : collection of Slot
        What an export can have.
    """
    if not unknown:
        return []
    message = f"'{table.file}' has {counted(len(unknown), 'column')} that the REDCap dictionary does not have"
    hint = "Is the dictionary older than the export, or of another project?"
    allowed = f"the {counted(len(slots), 'column')} of the dictionary"
    names = [name for name in table.columns if name in unknown]
    # Where no header is known, the first line may be a participant's.
    first = plain_name(names[0]) if names and len(unknown) < len(table.columns) else None
    return [
        Problem(
            "W_UNKNOWN_COLUMN",
            message,
            Severity.WARN,
            allowed,
            hint,
            table.file,
            first,
            table.header_line,
            count=len(unknown),
        )
    ]


class _Translation:
    """Translates the cells of a table whose columns have their raw names."""

    def __init__(self, table: RawTable, dictionary: Dictionary) -> None:
        self._table = table
        self._missing = dictionary.missing
        self._fields = {own.name: own for own in dictionary.fields}
        self._problems: list[Problem] = []

    def columns(self) -> tuple[dict[str, TextColumn], list[Problem]]:
        """Return the translated columns, and what could not be translated."""
        done = {
            name: column for name, column in self._table.columns.items() if isinstance(column, TextColumn)
        }
        boxes = {name: own for name, own in self._fields.items() if own.group and name in done}
        for name, own in self._fields.items():
            if name in done and name not in boxes:
                done[name] = self._translate(done[name], own)
        by_choice = any(_is_by_choice(done[name], own) for name, own in boxes.items())
        for name, own in boxes.items():
            ticked = self._tick(done[name], own, done, by_choice=by_choice)
            done[name] = ticked
        return done, self._problems

    def _translate(self, column: TextColumn, own: DictionaryField) -> TextColumn:
        """Read a column by labels or by codes, whichever all its cells allow."""
        missing = {**self._missing, **own.missing}
        if not own.levels:
            codes = {reason: code for code, reason in missing.items()} if own.kind is not Kind.TEXT else {}
            return _replaced(column, codes)
        cells = [cell for cell in used(column) if cell and cell not in missing]
        by_label, by_code = _by_label(own, missing), _Reading({code: code for code in own.levels})
        if own.levels == FALSE_TRUE:  # Excel and R write these in capitals
            cased = {cell: by_label.codes[cell.title()] for cell in cells if cell.title() in by_label.codes}
            by_label = replace(by_label, codes={**by_label.codes, **cased})
        reading = min((by_label, by_code), key=lambda way: len(way.misfits(cells)))
        misfits = reading.misfits(cells)
        same = all(by_label.codes.get(cell) == cell for cell in cells)
        if cells and not (misfits or same) and not by_label.misfits(cells) and not by_code.misfits(cells):
            self._ambiguous(column, own, cells, "that can be read as a code or as a label")
            return column
        if shared := [cell for cell in cells if cell in reading.shared]:
            self._ambiguous(column, own, shared, "whose label stands for several codes")
        if misfits:
            self._misfit(column, own, misfits)
        return _replaced(column, reading.codes)

    def _tick(
        self, column: TextColumn, own: DictionaryField, done: Mapping[str, TextColumn], *, by_choice: bool
    ) -> TextColumn:
        """Read a box; where ticked ones show their choice, a blank is an unticked one if the form was filled in."""
        choice = _choice(own)
        cells = [cell for cell in used(column) if cell and cell not in {**self._missing, **own.missing}]
        codes = {label: code for code, label in UNCHECKED_CHECKED.items()} | {"0": "0", "1": "1"}
        if by_choice and set(cells) <= {choice}:
            filled = self._filled(own.section, done)
            texts = np.where(column.cells == choice, "1", np.where(filled, "0", column.cells))
            return TextColumn.of(texts)
        misfits = [cell for cell in cells if cell not in codes]
        if misfits:
            self._misfit(column, own, misfits)
        return _replaced(column, codes)

    def _filled(self, form: str, done: Mapping[str, TextColumn]) -> Mask:
        """Return the rows in which a form was filled in."""
        status = done.get(f"{form}_complete")
        if status is not None:
            return np.asarray(status.cells != "", dtype=np.bool_)
        if EVENT not in done and REPEAT_INSTRUMENT not in done:
            return np.ones(self._table.n_rows, dtype=np.bool_)
        rows = np.zeros(self._table.n_rows, dtype=np.bool_)
        for name, own in self._fields.items():
            if own.section == form and name in done and own is not next(iter(self._fields.values())):
                rows |= np.asarray(done[name].cells != "", dtype=np.bool_)
        return rows

    def _ambiguous(self, column: TextColumn, own: DictionaryField, cells: list[str], what: str) -> None:
        line, count = self._place(column, cells)
        message = f"Column '{own.name}' of '{self._table.file}' has {counted(count, 'cell')} {what}"
        hint = "Export the raw data, with codes instead of labels."
        allowed = "labels that stand for one code each"
        self._problems.append(
            Problem(
                AMBIGUOUS,
                message,
                Severity.REFUSE,
                allowed,
                hint,
                self._table.file,
                own.name,
                line,
                count=count,
            )
        )

    def _misfit(self, column: TextColumn, own: DictionaryField, cells: list[str]) -> None:
        line, count = self._place(column, cells)
        message = f"Column '{own.name}' of '{self._table.file}' has {counted(count, 'cell')} that the dictionary does not list"
        allowed = ", ".join([_choice(own), *own.levels.values()] if own.group else own.levels.values())
        hint = "Is the dictionary older than the export?"
        self._problems.append(
            Problem(
                "E_LEVEL",
                message,
                Severity.REFUSE,
                allowed,
                hint,
                self._table.file,
                own.name,
                line,
                count=count,
            )
        )

    def _place(self, column: TextColumn, cells: Collection[str]) -> tuple[int | None, int]:
        """Return the first line of some texts, and the number of their cells."""
        rows = np.flatnonzero(np.isin(column.codes, np.flatnonzero(np.isin(column.distinct, list(cells)))))
        lines = self._table.lines
        return (int(lines[rows].min()) if lines is not None and len(rows) else None), len(rows)


def used(column: TextColumn) -> list[str]:
    """Return the different cells that a column has, in the order of `distinct`."""
    places = np.unique(column.codes[column.codes >= 0])
    return [str(cell) for cell in column.distinct[places]]


def _replaced(column: TextColumn, codes: Mapping[str, str]) -> TextColumn:
    """Return a column with texts replaced."""
    if not any(codes.get(cell, cell) != cell for cell in column.distinct):
        return column
    small = TextColumn.of([codes.get(cell, cell) for cell in column.distinct])
    return replace(column, codes=np.append(small.codes, np.int32(-1))[column.codes], distinct=small.distinct)


def _by_label(own: DictionaryField, missing: Mapping[str, str]) -> _Reading:
    """Return what the labels of a field stand for; those of several codes stand for none."""
    codes: dict[str, str] = {}
    shared = set()
    for code, label in [*own.levels.items(), *missing.items()]:
        for written in {plain(label), label}:
            if codes.setdefault(written, code) != code:
                shared.add(written)
    return _Reading({label: code for label, code in codes.items() if label not in shared}, frozenset(shared))


def _choice(box: DictionaryField) -> str:
    """Return the choice of a box, from its label: ``Race (choice=Asian)``."""
    return plain(box.label.rpartition(" (choice=")[2].removesuffix(")"))


def _is_by_choice(column: TextColumn, box: DictionaryField) -> bool:
    return _choice(box) in used(column) and _choice(box) not in ("0", "1")

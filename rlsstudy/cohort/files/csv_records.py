"""The records of a text file, one by one and strictly: the definition of what is well formed.

Fields may be quoted with ``"``, inner quotes are doubled, line breaks inside quotes are kept. A quote that never ends,
or ends only in a later row, takes no rows with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rlsstudy.cohort.files.csv_faults import BLANK, Faults
from rlsstudy.cohort.files.csv_feed import Feed
from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.problems import Problem

LONGEST_CELL = 2**20  # bytes
MOST_FIELDS = 1_000_000  # what comes after them in a line is not taken apart
# In a table of fewer columns a remark can look like a row.
FEWEST_COLUMNS_OF_A_ROW = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is laid out.

    Parameters
    ----------
    delimiter : bytes
        What separates fields.
    comment : bytes, optional
        Lines that begin with it are passed over.
    """

    delimiter: bytes
    comment: bytes | None = None


class Records:
    """Reads records from a feed.

    Parameters
    ----------
    feed : Feed
        The lines.
    layout : Layout
        How they are laid out.
    faults : Faults
        Where faults are told.
    path : Path
        The file, for messages.
    """

    def __init__(self, feed: Feed, layout: Layout, faults: Faults, path: Path) -> None:
        self.feed, self.layout, self.faults = feed, layout, faults
        self._quoting = Quoting(layout.delimiter)
        self._path = path

    def read(self) -> tuple[int, list[bytes]] | None:
        """Return the next record with the line in which it begins; None when there is none.

        Raises
        ------
        CohortError
            A cell is too long.
        BadText
            The file holds what text cannot hold.
        """
        feed = self.feed
        while not self.faults.are_too_many and (end := feed.line_end(0)) >= 0:
            line, text = feed.line, feed.text(0, end)
            if self._is_passed_over(text):
                continue
            if b'"' in text:
                fields = self._quoted(text, end)
            else:
                fields = text.split(self.layout.delimiter, MOST_FIELDS)
                feed.advance(end + 1, 1)
            if fields is not None:
                self._check_sizes(fields, line)
                return line, fields
        return None

    def _is_passed_over(self, text: bytes) -> bool:
        """Leave blank lines and comments behind."""
        feed, comment = self.feed, self.layout.comment
        # In a table of one column a line of blanks is a cell.
        n_bytes, n_lines = feed.blank_lines(with_blanks=len(self.faults.header) != 1)
        if n_lines:
            self.faults.add(BLANK, feed.line, count=n_lines)
            feed.advance(n_bytes, n_lines)
        elif comment is not None and text.startswith(comment):
            feed.advance(len(text) + 1, 1)
        else:
            return False
        return True

    def _quoted(self, text: bytes, end: int) -> list[bytes] | None:
        """Return the fields of a record with quotes, which may go on for lines; None when a quote is out of place."""
        fields, outcome = self._quoting.split(text)
        column, n_lines = len(fields), 1
        if outcome == OPEN:
            stop, n_lines = self._closing_line(end)
            if stop >= 0:
                fields, whole = self._quoting.split(self.feed.text(0, stop))
                if whole == WHOLE and not self._takes_rows(fields):
                    self.feed.advance(stop + 1, n_lines)
                    return fields
        if outcome != WHOLE:
            self.faults.add("E_OPEN_QUOTE" if outcome == OPEN else "E_QUOTING", self.feed.line, column)
        self.feed.advance(end + 1, 1)
        return fields if outcome == WHOLE else None

    def _closing_line(self, end: int) -> tuple[int, int]:
        """Return where the lines of a record end, whose first line leaves a quote open, and how many they are."""
        while (place := self.feed.next_quote(end + 1)) >= 0:
            stop = self.feed.line_end(place)
            if self.feed.text(place, stop).count(b'"') % 2:
                return stop, self.feed.text(0, stop).count(b"\n") + 1
            end = stop
        return -1, 0

    def _takes_rows(self, fields: list[bytes]) -> bool:
        n_columns = len(self.faults.header)
        return any(takes_rows(cell, n_columns, self.layout.delimiter) for cell in fields)

    def _check_sizes(self, fields: list[bytes], line: int) -> None:
        size = max(map(len, fields))
        if size > LONGEST_CELL and len(fields) <= MOST_FIELDS:
            raise refuse(self._path, _long_cell(self._path.name, size, line))


WHOLE, OPEN, BROKEN = range(3)  # how the quotes of a text are


class Quoting:
    """Splits records in which a quote occurs."""

    def __init__(self, delimiter: bytes) -> None:
        # Possessive, so that a line of a million quotes is gone through once.
        inside, end = rb'[^"]*+(?:""[^"]*+)*+', rb"(" + re.escape(delimiter) + rb"|\Z)"
        plain = (
            rb"(?:(?!" + re.escape(delimiter) + rb')[^"])*+'
            if len(delimiter) > 1
            else rb'[^"' + re.escape(delimiter) + rb"]*+"
        )
        self._field = re.compile(rb'"(' + inside + rb')"' + end + rb"|(" + plain + rb")" + end, re.DOTALL)
        self._open = re.compile(rb'"' + inside)

    def split(self, text: bytes) -> tuple[list[bytes], int]:
        """Return the fields up to the first fault, and whether the text is whole, open or broken."""
        fields: list[bytes] = []
        place = 0
        while match := self._field.match(text, place):
            inside, end_inside, plain, end_plain = match.groups()
            fields.append(plain if inside is None else inside.replace(b'""', b'"'))
            place = match.end()
            if not (end_inside or end_plain):
                return fields, WHOLE
        return fields, OPEN if self._open.fullmatch(text, place) else BROKEN


def takes_rows(cell: bytes, n_columns: int, delimiter: bytes) -> bool:
    """Whether a cell goes on over lines of which one looks like a row: its quote was left open.

    Parameters
    ----------
    cell : bytes
        The text of the cell.
    n_columns : int
        The fields of every row.
    delimiter : bytes
        What separates them.
    """
    if n_columns < FEWEST_COLUMNS_OF_A_ROW or b"\n" not in cell:
        return False
    return any(line.count(delimiter) == n_columns - 1 for line in cell.split(b"\n")[1:])


def _long_cell(file: str, size: int, line: int) -> Problem:
    return Problem(
        "E_LIMIT",
        f"'{file}' has a cell of {size:,} bytes",
        allowed=f"cells of up to {LONGEST_CELL:,} bytes",
        hint="Was a quote left open, or a document put into a cell?",
        file=file,
        line=line,
    )

"""What can be wrong with the columns that identify rows; no key is ever shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.checks.cell_rule import LARGEST_WHOLE
from rlsstudy.cohort.files.raw_columns import NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, note, problem_at, suggest_column
from rlsstudy.declare.data_files import ROW_KEY
from rlsstudy.problems import Problem, Severity, counted

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.checks.merge import KeyColumns

# Code: what is wrong with a row's key, what is allowed, what to do.
_FAULTS = {
    "E_MISSING_KEY": ("without a key", "a key in every row", "Fill them in, or remove the rows."),
    "E_PATTERN": (
        "with blanks around the key, or invisible characters in it",
        "visible characters",
        "Remove them.",
    ),
}
_MOST_NAMED = 5  # columns in which two rows of one key differ


def no_key(table: RawTable, columns: KeyColumns) -> list[Problem]:
    """Say that a file has no key column, if it has none."""
    key = columns.participant
    if key in table.columns or key == ROW_KEY:
        return []
    hint = f"Name the right column as 'key' in [study]. {suggest_column(key, [table])}".strip()
    if table.header_hint:
        hint = "Declare it in [files]." if table.lines is not None else table.header_hint
    message = f"Key column '{key}' is not in '{table.file}'"
    # What the reader of a text file noticed says what would be right; that of another kind what to do.
    allowed = table.header_hint if table.lines is not None else ""
    problem = Problem("E_MISSING_COLUMN", message, allowed=allowed, hint=hint, file=table.file, column=key)
    return [problem_at(table.header_place, problem)]


def key_problems(
    table: RawTable, columns: KeyColumns, people: Sequence[str], visits: Sequence[str] | None
) -> Iterator[Problem]:
    """Say which rows have no key, a key that cannot be meant, or one that another row has.

    Parameters
    ----------
    table : RawTable
        The file.
    columns : KeyColumns
        The columns that identify its rows.
    people, visits : sequence of str
        What they hold; no visits where every participant has one row.
    """
    who, names = pd.factorize(np.asarray(people, dtype=object))
    blank = np.asarray(are_blank(names), dtype=bool)[who]
    yield from _fault(table, columns.participant, "E_MISSING_KEY", blank)
    if visits is None:
        keys, of, usable = columns.participant, pd.DataFrame({"who": who}), ~blank
    else:
        when, marks = pd.factorize(np.asarray(visits, dtype=object))
        unsaid = np.asarray(are_blank(marks), dtype=bool)[when]
        yield from _fault(table, columns.visit, "E_MISSING_KEY", unsaid & ~blank)
        keys = f"{columns.participant},{columns.visit}"
        of, usable = pd.DataFrame({"who": who, "when": when}), ~blank & ~unsaid
    again = np.asarray(of.duplicated(), dtype=bool) & usable
    yield from _repeated(table, keys, of, again)
    yield from _inexact(table, columns.participant)
    yield from _alike(table, columns, names)
    if not columns.judged and columns.participant != ROW_KEY:
        whole = zip(names, map(str.strip, names), map(str.isprintable, names), strict=True)
        odd = np.asarray([name != bare or not printed for name, bare, printed in whole], dtype=bool)[who]
        yield from _fault(table, columns.participant, "E_PATTERN", odd & ~blank & ~again)


def _inexact(table: RawTable, column: str) -> Iterator[Problem]:
    """Refuse keys that are fractions, or numbers so large that several share one double."""
    raw = table.columns.get(column)
    if not isinstance(raw, NumberColumn) or raw.values.dtype.kind != "f":
        return
    values = raw.values
    odd = np.asarray(~np.isnan(values) & ((values != np.floor(values)) | (np.abs(values) >= LARGEST_WHOLE)))
    if odd.any():
        message = f"Key column '{column}' of '{table.file}' has {counted(int(odd.sum()), 'number')} that cannot tell people apart"
        hint = "Store the keys as text: digits are lost in such numbers."
        problem = Problem(
            "E_PRECISION", message, allowed="texts, or whole numbers below 9,007,199,254,740,992", hint=hint, file=table.file,
            column=column, count=int(odd.sum()),
        )  # fmt: skip
        yield problem_at(table.place(int(np.flatnonzero(odd)[0]), column), problem)


def _alike(table: RawTable, columns: KeyColumns, names: Iterable[str]) -> Iterator[Problem]:
    """Warn of keys that differ by case or the way an accent is stored only; without a declared pattern by zeros too."""
    column, zeros = columns.participant, "" if columns.judged else "0"
    keys = [name for name in names if name.strip()]
    if column == ROW_KEY or _cannot_be_alike("".join(keys), {len(key) for key in keys}, zeros):
        return
    plain = [unicodedata.normalize("NFKC", key).casefold() for key in keys]
    plain = [key.lstrip(zeros) for key in plain] if zeros else plain
    count = len(plain) - len(set(plain))
    if count:
        message = f"Key column '{column}' of '{table.file}' has {counted(count, 'key')} like another but for case, leading zeros or accents"
        hint = "Are these different people? Compare the keys with the source."
        yield Problem(
            "W_KEY_ALIKE",
            message,
            Severity.WARN,
            "keys that differ by more",
            hint,
            table.file,
            column,
            count=count,
        )


def _cannot_be_alike(letters: str, lengths: set[int], zeros: str) -> bool:
    """Whether no two of many keys can be alike, by all their letters and by how long they are: most files end here."""
    one_case = letters.isascii() and letters in (letters.upper(), letters.lower())
    return one_case and (not zeros or len(lengths) == 1)


def are_blank(names: Iterable[str]) -> list[bool]:
    """Say of each key whether it is empty, or blanks and no more."""
    return [not name or blank for name, blank in zip(names, map(str.isspace, names), strict=True)]


def _fault(table: RawTable, column: str, code: str, rows: Mask) -> Iterator[Problem]:
    count = int(rows.sum())
    if not count:
        return
    rest, allowed, hint = _FAULTS[code]
    message = f"Key column '{column}' of '{table.file}' has {counted(count, 'row')} {rest}"
    problem = Problem(code, message, allowed=allowed, hint=hint, file=table.file, column=column, count=count)
    yield problem_at(table.place(int(np.flatnonzero(rows)[0]), column), problem)


def _repeated(table: RawTable, column: str, keys: pd.DataFrame, again: Mask) -> Iterator[Problem]:
    """Name the first row whose key stands above, where it stands above, and in what the two rows differ."""
    count = int(again.sum())
    if not count:
        return
    row = int(np.flatnonzero(again)[0])
    above = int(np.flatnonzero((keys == keys.iloc[row]).all(axis=1).to_numpy())[0])
    one = column.partition(",")[0]
    where = table.place(above, one)
    message = (
        f"Key column '{column}' of '{table.file}' has {counted(count, 'row')} with a key that stands above"
    )
    what = "participant and visit" if "," in column else "participant"
    problem = Problem(
        "E_DUPLICATE_KEY",
        message,
        allowed=f"one row per {what}",
        hint=f"The first one stands also in {_place_text(where)}; {_difference(table, row, above)}. Remove or mend them.",
        file=table.file,
        column=column,
        count=count,
    )
    yield problem_at(table.place(row, one), problem)


def _place_text(where: dict[str, int | str | None]) -> str:
    return f"line {where['line']}" if "line" in where else str(where["cell"])


def _difference(table: RawTable, row: int, above: int) -> str:
    """Say in which columns two rows differ."""
    both = np.asarray([row, above], dtype=np.int64)
    differing = [name for name, column in table.columns.items() if not _same(column.take(both))]
    if not differing:
        return "the rows are the same throughout"
    named = ", ".join(f"'{name}'" for name in differing[:_MOST_NAMED])
    more = len(differing) - _MOST_NAMED
    return f"the rows differ in {named}" + (f" and {more} more" if more > 0 else "")


def _same(pair: object) -> bool:
    if isinstance(pair, TextColumn):
        cells = pair.cells
        return bool(cells[0] == cells[1])
    values = pair.values  # type: ignore[attr-defined]  # a NumberColumn
    return bool(values[0] == values[1] or (values[0] != values[0] and values[1] != values[1]))


def not_in_first(file: str, count: int, first: str, what: str = "participant") -> Problem:
    """Return the note that a further file has participants, or their visits, that the first has not."""
    message = f"'{file}' has {counted(count, what, what.replace('row', 'rows', 1) if 'row' in what else None)} not in '{first}', left out"
    return note("N_NOT_IN_FIRST_FILE", message, file, count=count)


def no_match(file: str, key: str, first: str, what: str = "participant") -> Problem:
    """Return the problem that a further file has none of the participants, or of their visits."""
    message = f"'{file}' has no {what} of '{first}'"
    hint = f"Is '{key}' written in the same way in both, with the same leading zeros?"
    return Problem(
        "E_NO_MATCH", message, allowed="keys that both files have", hint=hint, file=file, column=key
    )

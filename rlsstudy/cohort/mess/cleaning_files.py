"""Reading what a cleaning is scored with: the messy file, its key and the cleaned data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.read_csv import read_csv
from rlsstudy.cohort.mess.sheet import is_gap
from rlsstudy.cohort.mess.write_messy import KEY_COLUMNS, KEY_ENDING, WHOLE_ROW
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, counted, refusals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Texts = NDArray[np.object_]

KEY_NAMES = (SYNTHETIC_KEY, "participant")
PUT_BACK = "Put the messy file beside its key again, as it was written."


@dataclass(frozen=True)
class MessyFile:
    """A messy file with its key: the clean texts of each participant, and the planted ones.

    ``clean`` has one row per participant; ``lines`` are the key's, with the participant of each.
    """

    clean: pd.DataFrame
    lines: pd.DataFrame


def read_messy(key: Path, problems: list[Problem]) -> MessyFile | None:
    """Read a key and the messy file beside it, and apply the one to the other."""
    if not key.name.endswith(KEY_ENDING):
        hint = "Give the file that was written beside the messy one."
        message = f"'{key.name}' is not the name of a key"
        problems.append(Problem("E_NOT_A_KEY", message, allowed=f"names that end in {KEY_ENDING}", hint=hint))
        return None
    path = key.with_name(f"{key.name.removesuffix(KEY_ENDING)}.csv")
    file, lines = _text_table(path, problems), _text_table(key, problems)
    if lines is not None and tuple(lines.columns) != KEY_COLUMNS:
        allowed = f"the columns {', '.join(KEY_COLUMNS)}"
        problems.append(Problem("E_NOT_A_KEY", f"'{key.name}' is not a key", allowed=allowed, file=key.name))
        return None
    if file is None or lines is None:
        return None
    if SYNTHETIC_KEY not in file:
        message = f"'{path.name}' has no column '{SYNTHETIC_KEY}'"
        problems.append(Problem("E_OTHER_KEY", message, hint=PUT_BACK, file=path.name))
        return None
    wrong = _lines_of_another_file(file, lines)
    if wrong.any():
        message = (
            f"'{key.name}' is not the key of '{path.name}' as it is: {counted(int(wrong.sum()), 'line')} of"
            f" {len(lines):,} {'tells' if wrong.sum() == 1 else 'tell'} of a text that is not there"
        )
        first = int(np.flatnonzero(wrong)[0]) + 2
        problems.append(Problem("E_OTHER_KEY", message, hint=PUT_BACK, file=key.name, line=first))
        return None
    messy = _corrected(file, lines)
    if not messy.clean.index.is_unique:
        message = f"'{path.name}' has participants twice of whom its key does not tell"
        problems.append(Problem("E_OTHER_KEY", message, hint=PUT_BACK, file=path.name))
        return None
    return messy


def _text_table(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """Read a CSV file as text, its lines as the index; what is wrong with it goes to the problems."""
    try:
        table = read_csv(path)
    except CohortError as error:
        problems += error.problems
        return None
    # A key without lines is one of a file without defects.
    refused = [problem for problem in refusals(table.problems) if problem.code != "E_NO_ROWS"]
    problems += refused
    if refused:
        return None
    cells = {name: column.cells for name, column in table.columns.items() if isinstance(column, TextColumn)}
    return pd.DataFrame(cells, index=table.lines, dtype=object)


def _lines_of_another_file(file: pd.DataFrame, lines: pd.DataFrame) -> NDArray[np.bool_]:
    """Say of each line of a key whether the file has something else at its place."""
    rows = {str(line): place for place, line in enumerate(file.index)}
    wrong = []
    for row, name, planted in zip(lines["row"], lines["column"], lines["planted"], strict=True):
        column = SYNTHETIC_KEY if name == WHOLE_ROW else name
        there = column in file and row in rows
        wrong.append(not there or file[column].iat[rows[row]] != planted)
    return np.asarray(wrong, dtype=bool)


def _corrected(file: pd.DataFrame, lines: pd.DataFrame) -> MessyFile:
    """Put every planted text right, and leave out the second rows."""
    clean = file.copy()
    rows = lines["row"].astype(np.int64)
    copies = rows[lines["column"] == WHOLE_ROW].to_numpy()
    for row, name, correct in zip(rows, lines["column"], lines["correct"], strict=True):
        if name != WHOLE_ROW:
            clean.at[row, name] = correct
    people = file[SYNTHETIC_KEY].loc[rows].to_numpy()
    clean = clean[~clean.index.isin(copies)].set_index(SYNTHETIC_KEY)
    return MessyFile(clean, lines.assign(participant=people))


def read_cleaned(cleaned: pd.DataFrame | str | Path, problems: list[Problem]) -> pd.DataFrame | None:
    """Return the cleaned data with the participants, as text, in the index."""
    frame = cleaned if isinstance(cleaned, pd.DataFrame) else _text_table(Path(cleaned), problems)
    if frame is None:
        return None
    twice = int(frame.columns.duplicated().sum())
    if twice:
        message = f"The cleaned data have {counted(twice, 'column')} with the name of another"
        problems.append(Problem("E_DUPLICATE_COLUMN", message, hint="Keep one of each.", count=twice))
        return None
    if SYNTHETIC_KEY in frame:
        frame = frame.set_index(SYNTHETIC_KEY)
    elif frame.index.name not in KEY_NAMES:
        message = (
            f"The cleaned data do not say who the participants are: there is no column '{SYNTHETIC_KEY}'"
        )
        problems.append(Problem("E_MISSING_COLUMN", message, hint="Keep it as a column or as the index."))
        return None
    return frame.set_axis(pd.Index(cell_texts(frame.index.to_series())), axis=0)


def mismatches(frame: pd.DataFrame, clean: pd.DataFrame) -> list[Problem]:
    """Say which columns and participants of the cleaned data do not match the messy file."""
    problems = []
    missing = [name for name in clean.columns if name not in frame]
    if missing:
        message = (
            f"The cleaned data lack {counted(len(missing), 'column')} of the messy file: {', '.join(missing)}"
        )
        hint = "Keep all of them under their names; further columns do no harm."
        problems.append(Problem("E_MISSING_COLUMN", message, hint=hint, count=len(missing)))
    unknown = int((~frame.index.isin(clean.index)).sum())
    if unknown:
        message = f"The cleaned data have {counted(unknown, 'row')} of participants that the messy file does not have"
        hint = f"Keep the numbers in '{SYNTHETIC_KEY}' as they are."
        problems.append(Problem("E_UNKNOWN_PARTICIPANT", message, hint=hint, count=unknown))
    return problems


def cell_texts(column: pd.Series) -> Texts:
    """Write each value as the files do: gaps empty, numbers with the fewest digits, dates without a time."""
    places, different = pd.factorize(column)
    texts = np.asarray([*map(_text, different), ""], dtype=object)  # the place of a gap is -1: the last
    return texts[places]


def _text(value: object) -> str:
    if isinstance(value, str):
        return "" if is_gap(value) else value
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    text = str(value)
    return text.removesuffix(" 00:00:00") if isinstance(value, pd.Timestamp) else text

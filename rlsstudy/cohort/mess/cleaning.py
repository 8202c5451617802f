"""Scoring a cleaning of a messy file against the key to its defects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.mess.cleaning_files import MessyFile, cell_texts, mismatches, read_cleaned, read_messy
from rlsstudy.cohort.mess.sheet import is_gap
from rlsstudy.cohort.mess.write_messy import WHOLE_ROW
from rlsstudy.errors import CohortError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.mess.cleaning_files import Texts
    from rlsstudy.problems import Problem

OUTCOMES = ("repaired", "removed", "left", "altered")
WORST_FIRST = ("left", "altered", "removed", "repaired")
DAMAGE = "damage"
ROUNDING = 1e-9  # relative; nearer numbers differ by binary rounding alone


def score_cleaning(cleaned: pd.DataFrame | str | Path, key: str | Path) -> pd.DataFrame:
    """Score how a messy file was cleaned: what was repaired, removed, left, altered and damaged.

    Parameters
    ----------
    cleaned : DataFrame, str or Path
        The cleaned data with all columns of the messy file, in any order; others are passed over. The
        participants are in the column ``synthetic_participant``, or in the index of a DataFrame if it
        has this name or ``participant``. The order of the rows does not matter. A gap is an empty
        cell, a missing value or a reason in brackets, dates are written as ``2024-01-31``.
    key : str or Path
        The key that :func:`write_messy` wrote, with the messy file beside it as it was written.

    Returns
    -------
    DataFrame
        One row for each kind of defect, in alphabetical order: how many texts were ``planted``, and
        how many of them are now ``repaired`` (the correct value, to within half of the last decimal
        of the column, or a gap where the correct file has one), ``removed`` (a gap, or the row is
        left out), ``left`` (as planted, in one row of the participant at least) or ``altered``
        (something else). A second row of a participant is repaired when one of the two is left.

        The last row, ``damage``, is about clean cells: ``removed`` are values now missing or left out
        with their row, ``altered`` are values changed and gaps filled.

        ``.attrs`` holds the totals over all kinds, by the same names, and ``damaged`` (both kinds of
        damage), ``clean`` (clean cells with a value), ``participants`` and ``left_out``.

    Raises
    ------
    CohortError
        The key is not one or of another file, or the cleaned data lack columns, or have
        participants that the messy file does not have. All problems are listed.

    Notes
    -----
    Levels are compared as written. What a program does while it reads the file is part of the
    cleaning: pandas takes ``n/a`` for a gap, which is right where it was planted. A file that is given
    by its path is read as text.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.mess.cleaning import correct_data, score_cleaning
    >>> from rlsstudy.cohort.mess.write_messy import write_messy
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     messy = write_messy(cohort, f"{folder}/clinic.csv", seed=1)
    ...     key = f"{folder}/clinic_key.csv"
    ...     score = score_cleaning(correct_data(key), key)
    >>> score.attrs["repaired"] == score.attrs["planted"], score.attrs["damaged"]
    (True, 0)
    """
    problems: list[Problem] = []
    messy = read_messy(Path(key), problems)
    frame = read_cleaned(cleaned, problems)
    if messy is not None and frame is not None:
        problems += mismatches(frame, messy.clean)
    if problems:
        raise CohortError("The cleaning cannot be scored:", problems)
    assert messy is not None
    assert frame is not None
    return _score(frame, messy)


def correct_data(key: str | Path) -> pd.DataFrame:
    """Return the solution: the messy file with every defect of its key put right.

    Parameters
    ----------
    key : str or Path
        The key that :func:`write_messy` wrote, with the messy file beside it.

    Returns
    -------
    DataFrame of str
        The texts of the clean file, indexed by ``synthetic_participant``.

    Raises
    ------
    CohortError
        The key is not one, or of another file.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.mess.cleaning import correct_data
    >>> from rlsstudy.cohort.mess.write_messy import write_messy
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     messy = write_messy(rls.simulate_cohort(n=50, seed=1), f"{folder}/clinic.csv", seed=1)
    ...     correct = correct_data(f"{folder}/clinic_key.csv")
    >>> correct.shape[0], correct.columns[0]
    (50, 'visit_date')
    """
    problems: list[Problem] = []
    messy = read_messy(Path(key), problems)
    if messy is None:
        raise CohortError("The key cannot be applied:", problems)
    return messy.clean


def _score(frame: pd.DataFrame, messy: MessyFile) -> pd.DataFrame:
    """Count the outcomes by kind, and what happened to the clean cells."""
    clean, lines = messy.clean, messy.lines
    cells = {name: cell_texts(frame[name]) for name in clean.columns}
    steps = {name: step_of(cell_texts(clean[name])) for name in clean.columns}
    places = pd.Series(np.arange(len(frame))).groupby(frame.index.to_numpy()).indices
    outcomes = []
    for line in lines.itertuples():
        rows = places.get(str(line.participant), np.empty(0, dtype=np.int64))
        if line.column == WHOLE_ROW:
            outcomes.append(_second_row(len(rows)))
        else:
            now = cells[str(line.column)][rows]
            outcomes.append(_outcome(now, str(line.planted), str(line.correct), steps[str(line.column)]))
    counts = pd.DataFrame({"kind": lines["kind"], "outcome": np.asarray(outcomes, dtype=object)})
    table = counts.value_counts().unstack(fill_value=0).reindex(columns=list(OUTCOMES), fill_value=0)
    table.insert(0, "planted", table.sum(axis=1))
    table = table.sort_index().rename_axis(index="kind", columns=None).astype("int64")
    totals = {str(name): int(count) for name, count in table.sum().items()}
    damage = _damage(cells, frame.index, messy, steps)
    table.loc[DAMAGE] = [0, 0, damage["removed"], 0, damage["altered"]]
    table.attrs |= {
        **totals,
        "damaged": damage["removed"] + damage["altered"],
        "clean": damage["clean"],
        "participants": len(clean),
        "left_out": int((~clean.index.isin(frame.index)).sum()),
    }
    return table


def _second_row(rows_left: int) -> str:
    """Say what became of a second row, by how many rows its participant has now."""
    return ("removed", "repaired")[rows_left] if rows_left < 2 else "left"


def _outcome(now: Texts, planted: str, correct: str, step: float) -> str:
    """Say what became of a planted text; of several rows of a participant the worst counts."""
    if len(now) == 0:
        return "removed"
    planted, correct = ("" if is_gap(text) else text for text in (planted, correct))
    is_planted = same_values(now, np.full(len(now), planted, dtype=object), 0.0)
    is_correct = same_values(now, np.full(len(now), correct, dtype=object), step)
    became = np.select(
        [is_planted, is_correct, now == ""], ["left", "repaired", "removed"], default="altered"
    )
    return next(outcome for outcome in WORST_FIRST if outcome in became)


def _damage(
    cells: dict[str, Texts], people: pd.Index, messy: MessyFile, steps: dict[str, float]
) -> dict[str, int]:
    """Count the clean cells with a value, those now without one, and those changed or filled."""
    counts = {"clean": 0, "removed": 0, "altered": 0}
    place = messy.clean.index.get_indexer(people)
    left_out = np.setdiff1d(np.arange(len(messy.clean)), place)
    hit = messy.lines.groupby("column")["participant"].agg(set).to_dict()
    for name, column in messy.clean.items():
        correct = cell_texts(column)
        is_clean = ~messy.clean.index.isin(list(hit.get(name, ())))
        has_value = is_clean & (correct != "")
        now = cells[str(name)]
        changed = is_clean[place] & ~same_values(now, correct[place], steps[str(name)])
        lost = changed & (now == "")
        counts["clean"] += int(has_value.sum())
        counts["removed"] += int(lost.sum() + has_value[left_out].sum())
        counts["altered"] += int((changed & ~lost).sum())
    return counts


def same_values(one: Texts, other: Texts, step: float) -> NDArray[np.bool_]:
    """Say where texts are equal, or numbers to within half a step; gaps are equal to gaps alone."""
    same = np.asarray(one == other, dtype=bool)
    differ = np.flatnonzero(~same)
    if not len(differ):
        return same
    first, second = (
        pd.to_numeric(pd.Series(texts[differ], dtype=object), errors="coerce").to_numpy(dtype=np.float64)
        for texts in (one, other)
    )
    slack = step / 2 + ROUNDING * np.abs(second)
    same[differ] = np.abs(first - second) <= slack
    return same


def step_of(texts: Texts) -> float:
    """Return the last decimal to which a column of a file is written: 0.1 for one decimal, 0 for words."""
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    written = [text for text in pd.unique(texts[numbers.notna().to_numpy()]) if "e" not in text]
    if not written:
        return 0.0
    return float(10.0 ** -max(len(text.partition(".")[2]) for text in written))

"""Messy files for teaching: a synthetic cohort as a careless export would be, with the key to its defects."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.cohort.files.read_csv import read_csv
from rlsstudy.cohort.mess.defects import DEFECTS
from rlsstudy.cohort.mess.planters import FIRST_VISIT, LAST_VISIT, VISIT_DATE
from rlsstudy.cohort.mess.sheet import Defect, Pick, Scope, Sheet
from rlsstudy.cohort.streams import uniforms
from rlsstudy.cohort.write.cohort_file import write_atomically, write_cohort
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

KEY_ENDING = "_key.csv"
KEY_COLUMNS = ("defect", "kind", "row", "column", "planted", "correct", "hint")
WHOLE_ROW = "(whole row)"  # in the key's column: the row is a second one of its participant


@dataclass(frozen=True)
class _Planted:
    """A text that takes the place of another; in the copy of a row where ``in_copy``."""

    defect: Defect
    row: int
    column: str
    planted: str
    in_copy: bool = False


def write_messy(cohort: Cohort, path: str | Path, *, seed: int, defects: Sequence[Defect] = DEFECTS) -> Path:
    """Write a synthetic cohort as a messy file, and beside it the key to its defects.

    Parameters
    ----------
    cohort : Cohort
        Simulated participants. Defects whose columns are not in the data are left out.
    path : str or Path
        A ``.csv`` file. The key is written beside it: ``clinic_key.csv`` for ``clinic.csv``. Files of
        these names are replaced.
    seed : int
        Any whole number from 0: another one gives another mess of the same cohort.
    defects : sequence of Defect
        What goes wrong and how often, in the order of planting.

    Returns
    -------
    Path
        The messy file. It has the participants' key column ``synthetic_participant`` and a
        ``visit_date`` (weekdays from 8 January to 28 June 2024) besides the cohort's columns.

    Raises
    ------
    CohortError
        The cohort is not synthetic, or name, seed or defects cannot be used.

    Notes
    -----
    The key has one line for each planted text: the ``defect`` and its ``kind``, the ``row`` (line of
    the file, the header being the first), the ``column``, what was ``planted``, what is ``correct``
    and a ``hint``. A defect of several cells has several lines. For a second row of a participant the
    column is ``(whole row)``: the correct file does not have that line. No cell is hit twice.

    Every choice has the address (seed, defect, row), see :mod:`rlsstudy.cohort.streams`.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.mess.cleaning import score_cleaning
    >>> from rlsstudy.cohort.mess.write_messy import write_messy
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     messy = write_messy(cohort, f"{folder}/clinic.csv", seed=1)
    ...     score = score_cleaning(messy, f"{folder}/clinic_key.csv")  # nothing is cleaned yet
    >>> score.attrs["repaired"], score.attrs["damaged"]
    (0, 0)

    A messier file:

    >>> from dataclasses import replace
    >>> from rlsstudy.cohort.mess.defects import DEFECTS
    >>> often = [replace(defect, rate=2 * defect.rate) for defect in DEFECTS]
    """
    path = Path(path)
    _check(cohort, path, seed, defects)
    texts = clean_texts(cohort, seed)
    planted = _plant(cohort, texts, seed, defects)
    order = _order(len(texts[SYNTHETIC_KEY]), [p for p in planted if p.column == WHOLE_ROW], seed)
    write_atomically(path, lambda unfinished: _write(unfinished, list(texts), _rows(texts, planted, order)))
    key_lines = _key_lines(cohort, texts, planted, order)
    write_atomically(key_path(path), lambda unfinished: _write(unfinished, KEY_COLUMNS, key_lines))
    return path


def key_path(path: Path) -> Path:
    """Return where the key of a messy file is."""
    return path.with_name(f"{path.stem}{KEY_ENDING}")


def clean_texts(cohort: Cohort, seed: int) -> dict[str, NDArray[np.object_]]:
    """Return the columns of the clean file as text: as :func:`write_cohort` writes them, and the visit dates."""
    with tempfile.TemporaryDirectory() as folder:
        table = read_csv(write_cohort(cohort, Path(folder) / "clean.csv"))
    columns = {name: column.cells for name, column in table.columns.items() if isinstance(column, TextColumn)}
    if VISIT_DATE in columns:
        return columns
    first = np.datetime64(FIRST_VISIT)
    weekdays = np.busday_count(FIRST_VISIT, LAST_VISIT) + 1
    places = (uniforms(seed, "messy file", VISIT_DATE, 0, cohort.n) * weekdays).astype(np.int64)
    dates = np.busday_offset(first, places).astype(str).astype(object)
    key = columns.pop(SYNTHETIC_KEY)
    return {SYNTHETIC_KEY: key, VISIT_DATE: dates, **columns}


def _check(cohort: Cohort, path: Path, seed: int, defects: Sequence[Defect]) -> None:
    problems = []
    if not cohort.is_synthetic:
        hint = "Simulate a cohort, or load a file whose key column says that it is synthetic."
        problems.append(
            Problem(
                "E_REAL_PEOPLE", "The cohort is of real people", allowed="simulated participants", hint=hint
            )
        )
    if path.suffix.lower() != ".csv":
        problems.append(
            Problem("E_FILE_NAME", f"'{path.name}' is not a CSV file", allowed="a name that ends in .csv")
        )
    if path.name.endswith(KEY_ENDING):
        problems.append(
            Problem(
                "E_FILE_NAME",
                f"'{path.name}' is the name of a key",
                hint=f"Choose one that does not end in {KEY_ENDING}.",
            )
        )
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        problems.append(Problem("E_SEED", f"The seed is {seed!r}", allowed="whole numbers from 0"))
    names = [defect.name for defect in defects]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        listed = ", ".join(f"'{name}'" for name in twice)
        problems.append(
            Problem(
                "E_DEFECTS",
                f"Several defects have one name: {listed}",
                hint="Give each its own, or leave one out.",
                count=len(twice),
            )
        )
    if problems:
        raise CohortError("The messy file cannot be written:", problems)


def _plant(
    cohort: Cohort, texts: Mapping[str, NDArray[np.object_]], seed: int, defects: Sequence[Defect]
) -> list[_Planted]:
    """Plant each defect in turn, in cells that are still free; copies of rows last."""
    variables = {str(name): cohort.model[str(name)] for name in cohort.data.columns}
    taken = {name: np.zeros(cohort.n, dtype=bool) for name in [*texts, WHOLE_ROW]}
    sheet = Sheet(texts, variables, taken)
    planted: list[_Planted] = []
    for defect in sorted(defects, key=lambda defect: defect.scope is Scope.COPY):
        for row, pick in _rows_hit(sheet, defect, seed, cohort.n):
            planted += _plant_row(sheet, defect, row, pick)
    return planted


def _rows_hit(sheet: Sheet, defect: Defect, seed: int, n: int) -> Iterator[tuple[int, Pick]]:
    """Yield the rows that are drawn for a defect, with the choices of each row or of its group."""
    if defect.scope is not Scope.GROUP:
        drawn = uniforms(seed, f"messy file: {defect.name}", "which", 0, n)
        for row in np.flatnonzero(drawn < defect.rate).tolist():
            yield row, Pick(seed, defect.name, row)
        return
    if defect.group not in sheet.variables:
        return
    levels = sheet.variables[defect.group].levels
    drawn = uniforms(seed, f"messy file: {defect.name}", "which", 0, len(levels))
    for place in np.argsort(drawn)[: max(1, round(defect.rate * len(levels)))].tolist():
        for row in np.flatnonzero(sheet.texts[defect.group] == levels[place]).tolist():
            yield row, Pick(seed, defect.name, place)


def _plant_row(sheet: Sheet, defect: Defect, row: int, pick: Pick) -> list[_Planted]:
    """Plant a defect in one row, if it can happen there."""
    if sheet.taken[WHOLE_ROW][row]:
        return []
    cells = defect.plant(sheet, row, pick)
    changed = {name: text for name, text in cells.items() if text != sheet.texts[name][row]}
    in_copy = defect.scope is Scope.COPY
    planted = [_Planted(defect, row, name, text, in_copy) for name, text in changed.items()]
    if in_copy:
        planted.append(_Planted(defect, row, WHOLE_ROW, sheet.texts[SYNTHETIC_KEY][row], in_copy))
        cells = {**cells, WHOLE_ROW: ""}
    for name in cells:
        sheet.taken[name][row] = True
    return planted


def _order(n: int, copies: Iterable[_Planted], seed: int) -> list[tuple[int, bool]]:
    """Return the rows in the order of the file, each with whether it is a copy, which stands anywhere."""
    places: list[tuple[float, int, bool]] = [(float(row), row, False) for row in range(n)]
    for copy in copies:
        place = int(Pick(seed, copy.defect.name, copy.row).uniform("place") * n)
        places.append((place + 0.5, copy.row, True))
    return [(row, is_copy) for _, row, is_copy in sorted(places)]


def _rows(
    texts: Mapping[str, NDArray[np.object_]], planted: Iterable[_Planted], order: Sequence[tuple[int, bool]]
) -> Iterator[list[str]]:
    """Yield the rows of the messy file; a copy has the defects of its row and its own."""
    changed: dict[tuple[int, bool], dict[str, str]] = {}
    for text in planted:
        if text.column != WHOLE_ROW:
            changed.setdefault((text.row, text.in_copy), {})[text.column] = text.planted
    for row, is_copy in order:
        own = {**changed.get((row, False), {}), **(changed.get((row, True), {}) if is_copy else {})}
        yield [own.get(name, column[row]) for name, column in texts.items()]


def _key_lines(
    cohort: Cohort,
    texts: Mapping[str, NDArray[np.object_]],
    planted: Iterable[_Planted],
    order: Sequence[tuple[int, bool]],
) -> list[list[str]]:
    """Return the lines of the key in the order of the file, a row's columns from left to right."""
    line_of = {place: line for line, place in enumerate(order, 2)}
    columns = {name: place for place, name in enumerate([WHOLE_ROW, *texts])}
    lines = []
    for text in sorted(planted, key=lambda text: (line_of[text.row, text.in_copy], columns[text.column])):
        variable = cohort.model[text.column] if text.column in cohort.data else None
        correct = "" if text.column == WHOLE_ROW else texts[text.column][text.row]
        where = [str(line_of[text.row, text.in_copy]), text.column, text.planted, correct]
        lines.append([text.defect.name, text.defect.kind, *where, text.defect.hint_for(variable)])
    return lines


def _write(path: Path, header: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)

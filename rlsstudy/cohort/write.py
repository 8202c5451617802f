"""Writing a cohort to CSV or Parquet: whole or not at all, and read back equal.

In CSV a gap is an empty cell, and where its reason is another than "not recorded" the reason in
brackets: ``[not applicable]``. In Parquet such reasons stand in a column of their own,
``<variable>__reason``. Numbers are written with the fewest digits that give them back.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_RECORDED, Cohort
from rlsstudy.cohort.raw_table import REASON_SUFFIX
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study import SYNTHETIC_KEY
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import CohortError

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE = 1e-9  # relative; a value this near to the instrument's step is that step, the rest is binary rounding


def write_cohort(cohort: Cohort, path: str | Path) -> Path:
    """Write the data of a cohort with the reasons of its gaps.

    Parameters
    ----------
    cohort : Cohort
        What is written: one row per participant, the key column first: ``participant``, or
        ``synthetic_participant`` when the participants are simulated.
    path : str or Path
        A ``.csv`` or ``.parquet`` file. A file of that name is replaced when the new one is
        complete; it can be read by its owner alone.

    Returns
    -------
    Path
        The file. :func:`load_cohort` gives the same data and reasons back.

    Raises
    ------
    CohortError
        The ending is neither of the two.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.write import write_cohort
    >>> cohort = rls.simulate_cohort(n=50, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = rls.load_cohort(write_cohort(cohort, f"{folder}/clinic.csv"))
    >>> again.data.equals(cohort.data)
    True
    """
    path = Path(path)
    writers: dict[str, Callable[[Cohort, Path], None]] = {".csv": _write_csv, ".parquet": _write_parquet}
    if path.suffix.lower() not in writers:
        raise CohortError(f"'{path.name}' cannot be written: its name must end in {' or '.join(writers)}.")
    writer = writers[path.suffix.lower()]
    write_atomically(path, lambda unfinished: writer(cohort, unfinished))
    return path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
        The file; one of that name stays as it was until the new one is complete.
    write : callable
        Writes to the path it is given: a new file in the same folder, readable by its owner alone.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    unfinished = Path(name)
    try:
        write(unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_csv(cohort: Cohort, path: Path) -> None:
    columns = [_cells(cohort, name) for name in cohort.data.columns.astype(str)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([_key(cohort), *cohort.data])
        writer.writerows(zip(cohort.data.index.tolist(), *columns, strict=True))


def _key(cohort: Cohort) -> str:
    """Name the key column so that simulated people are known as such wherever the file goes."""
    return SYNTHETIC_KEY if cohort.is_synthetic else str(cohort.data.index.name)


def _cells(cohort: Cohort, name: str) -> NDArray[np.object_]:
    """Write the values of a variable, and in its gaps the reasons that must be said."""
    column = cohort.data[name]
    places, different = pd.factorize(column)
    texts = [*_texts(different, cohort.model[name]), ""]  # the place of a gap is -1, which is the last
    cells = np.asarray(texts, dtype=object)[places]
    if name in cohort.reasons:
        said = cohort.reasons[name].map(lambda reason: "" if reason == NOT_RECORDED else f"[{reason}]")
        gaps = places < 0
        cells[gaps] = said.astype(object).fillna("").to_numpy()[gaps]
    return cells


def _texts(values: Iterable[float | str], variable: Variable) -> list[str]:
    if variable.kind is not Kind.CONTINUOUS:
        return [str(value) for value in values]
    numbers = np.asarray(values, dtype=np.float64)
    if variable.resolution is not None:
        # 3 * 0.1 is 0.30000000000000004: written as 0.3. A value finer than the step is kept as it is.
        steps = np.round(numbers / variable.resolution) * variable.resolution
        rounded = np.round(steps, _decimals(variable.resolution))
        numbers = np.where(np.abs(numbers - rounded) <= NOISE * np.abs(numbers), rounded, numbers)
    return [_shortest(number) for number in numbers.tolist()]


def _decimals(resolution: float) -> int:
    """Return how many decimals the step has: 1 for 0.1 and 0.5, 0 for 5."""
    return len(np.format_float_positional(resolution, trim="-").partition(".")[2])


def _shortest(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _write_parquet(cohort: Cohort, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {_key(cohort): pa.array(cohort.data.index.to_numpy())}
    for name, column in cohort.data.items():
        arrays[str(name)] = pa.array(column, from_pandas=True)
        if name in cohort.reasons:
            said = [None if reason == NOT_RECORDED else reason for reason in cohort.reasons[name]]
            if any(isinstance(reason, str) for reason in said):
                arrays[f"{name}{REASON_SUFFIX}"] = pa.array(said, pa.string(), from_pandas=True)
    pq.write_table(pa.table(arrays), path, compression="lz4")

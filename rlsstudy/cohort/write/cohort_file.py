"""Writing a cohort to a file: whole or not at all, and read back equal.

Every format holds values, levels, dates, texts and the reason of every gap, or refuses by name what it cannot
hold. Numbers are written so that the same double is read. How reasons are written is said by the writer of each
format: in brackets in text files, as labelled codes for SPSS and Stata, in columns ``<variable>__reason``
everywhere else.

Text that begins with ``=``, ``+``, ``-`` or ``@`` runs as a formula when a CSV or TSV file is opened in a
spreadsheet. These formats are for programs, and hold every text as it is; for a spreadsheet write ``.xlsx``, where
text is marked as text.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from rlsstudy.cohort.cohort import Cohort
from rlsstudy.cohort.write.arrow import write_feather, write_parquet
from rlsstudy.cohort.write.csv import write_csv
from rlsstudy.cohort.write.readstat import write_dta, write_sav, write_xpt
from rlsstudy.cohort.write.xlsx import write_xlsx
from rlsstudy.errors import CohortError

WRITABLE = (".csv", ".tsv", ".parquet", ".feather", ".xlsx", ".sav", ".zsav", ".dta", ".xpt")


def write_cohort(cohort: Cohort, path: str | Path) -> Path:
    """Write the data of a cohort with the reasons of its gaps.

    Parameters
    ----------
    cohort : Cohort
        What is written: one row per participant, or per participant and visit, the key columns first:
        ``participant``, or ``synthetic_participant`` when the participants are simulated, then the visit.
    path : str or Path
        A ``.csv``, ``.tsv``, ``.parquet``, ``.feather``, ``.xlsx``, ``.sav``, ``.zsav``, ``.dta`` or ``.xpt`` file. A
        file of that name is replaced when the new one is complete; it can be read by its owner alone.

    Returns
    -------
    Path
        The file. :func:`load_cohort` gives the same data and reasons back.

    Raises
    ------
    CohortError
        The ending is none of these, or the format cannot hold something; ``.problems`` names all of it. There is
        no new file then.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.write.cohort_file import write_cohort
    >>> cohort = rls.simulate_cohort(n=50, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = rls.load_cohort(write_cohort(cohort, f"{folder}/clinic.csv"))
    >>> again.data.equals(cohort.data)
    True
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in WRITABLE:
        allowed = f"{', '.join(WRITABLE[:-1])} or {WRITABLE[-1]}"
        raise CohortError(f"'{path.name}' cannot be written: its name must end in {allowed}.")
    writer = _writer(suffix)

    def write(unfinished: Path) -> None:
        try:
            writer(cohort, unfinished)
        except CohortError as error:
            raise CohortError(f"'{path.name}' cannot be written:", error.problems) from None

    write_atomically(path, write)
    return path


def _writer(suffix: str) -> Callable[[Cohort, Path], None]:
    writers: dict[str, Callable[[Cohort, Path], None]] = {
        ".csv": write_csv,
        ".tsv": write_csv,
        ".parquet": write_parquet,
        ".feather": write_feather,
        ".xlsx": write_xlsx,
        ".sav": write_sav,
        ".zsav": write_sav,
        ".dta": write_dta,
        ".xpt": write_xpt,
    }
    return writers[suffix]


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

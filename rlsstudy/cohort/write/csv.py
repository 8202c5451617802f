"""Writing text files, separated by commas or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import reason_names
from rlsstudy.cohort.write.columns import WrittenColumn, columns_of, keys_of
from rlsstudy.cohort.write.limits import NOT_TEXT, Limits, limit_problems, refuse_to_write
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.cohort.files.raw_columns import Texts

# In a cell a carriage return is read as a line feed, as in a file that was on a Mac or on Windows.
LIMITS = Limits("separated text", unfit=re.compile(f"[{NOT_TEXT}\\r]"))
DELIMITERS = {".csv": ",", ".tsv": "\t"}
TO_BE_QUOTED = re.compile(r'[",\t\r\n]|^\s|\s$')
EXACT_BELOW = 2**53


def write_csv(cohort: Cohort, path: Path) -> None:
    """Write a cohort as separated text: by tabs in ``.tsv``, else by commas.

    Parameters
    ----------
    cohort : Cohort
        What is written. A gap is an empty cell; where its reason is another than "not recorded" and one that the
        model declares, the reason in brackets: ``[not applicable]``. Other reasons, and those of texts, stand in a
        column of their own, ``<variable>__reason``.
    path : Path
        The file.

    Raises
    ------
    CohortError
        Text files cannot hold it.
    """
    columns = columns_of(cohort)
    declared = reason_names(cohort.model)
    cells: dict[str, NDArray[np.object_]] = {}
    names: list[str] = list(keys := keys_of(cohort))
    for name, values in keys.items():
        cells[name] = _quoted_each(values)
    for column in columns:
        own = _cells(column)
        names.append(column.name)
        if column.stated is not None and _in_brackets(column, declared):
            said = column.stated != ""
            own[said] = [_quoted(f"[{reason}]") for reason in column.stated[said]]
        cells[column.name] = own
        if column.stated is not None and not _in_brackets(column, declared):
            names.append(column.reason_name)
            cells[column.reason_name] = _quoted_each(column.stated)
    refuse_to_write(limit_problems(names, columns, len(cohort.data), LIMITS))
    delimiter = DELIMITERS.get(path.suffix.lower(), ",")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(delimiter.join(cells) + "\n")
        file.writelines(delimiter.join(row) + "\n" for row in zip(*cells.values(), strict=True))


def _in_brackets(column: WrittenColumn, declared: Iterable[str]) -> bool:
    """Whether reasons can stand in the gaps: they are known when the file is read, and no value looks like one."""
    if column.variable.kind is Kind.TEXT or any(level.startswith("[") for level in column.variable.levels):
        return False
    return set(column.reasons) <= set(declared)


def _cells(column: WrittenColumn) -> NDArray[np.object_]:
    """Write the values of a variable; gaps are empty."""
    if column.variable.kind is Kind.CONTINUOUS:
        numbers = column.numbers()
        # By their bits, because 0 and -0 are equal and not the same.
        places, bits = pd.factorize(numbers.view(np.int64))
        written = ["" if number != number else _shortest(number) for number in bits.view(np.float64).tolist()]
        return np.asarray(written, dtype=object)[places]
    if column.variable.kind is Kind.DATE:
        texts = np.datetime_as_string(column.moments, unit="s" if column.has_times else "D").astype(object)
        texts[column.gaps] = ""
        return np.asarray(texts, dtype=object)
    places, different = pd.factorize(column.values)
    return np.asarray([*map(_quoted, map(str, different)), ""], dtype=object)[places]


def _quoted_each(values: NDArray[np.generic] | Texts) -> NDArray[np.object_]:
    cells = np.empty(len(values), dtype=object)
    cells[:] = [_quoted(str(value)) for value in values]
    return cells


def _quoted(text: str) -> str:
    if TO_BE_QUOTED.search(text) is None:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _shortest(value: float) -> str:
    """Write a number with the fewest digits that give it back."""
    if value.is_integer() and abs(value) < EXACT_BELOW:
        return str(int(value)) if value or np.copysign(1, value) > 0 else "-0"
    return repr(value)

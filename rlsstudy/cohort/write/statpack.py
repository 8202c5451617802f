"""What the writers of SPSS, Stata and SAS files have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.cohort.write.columns import WrittenColumn, level_codes
from rlsstudy.cohort.write.limits import refuse_to_write
from rlsstudy.declare.kinds import CARRIED, Kind
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Values = NDArray[Any] | pd.Categorical[Any]


@dataclass
class StatSheet:
    """What a writer of pyreadstat is given."""

    names: list[str]
    columns: dict[str, Values]
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[Any, str]] = field(default_factory=dict)
    missing: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Mapping[str, NDArray[Any]]) -> StatSheet:
        """Return one with the key columns."""
        return cls([*keys], dict(keys), dict.fromkeys(keys, "Key"))

    def put(self, name: str, values: Values, label: str) -> None:
        """Add a column."""
        self.names.append(name)
        self.columns[name] = values
        self.labels[name] = label

    @property
    def frame(self) -> pd.DataFrame:
        """The columns in the types that pyreadstat writes as they are."""
        return pd.DataFrame(
            {name: pd.Series(values, dtype=values.dtype) for name, values in self.columns.items()}
        )


def is_numeric(column: WrittenColumn) -> bool:
    """Whether the values are numbers, or levels that can be labelled numbers."""
    return column.variable.kind not in CARRIED


def add_column(
    sheet: StatSheet, column: WrittenColumn, codes: Mapping[str, float | str], *, labelled: bool = True
) -> None:
    """Add a variable, with its reasons as codes among the values or as a column beside them."""
    variable, name = column.variable, column.name
    is_text = variable.kind is Kind.TEXT or (variable.has_levels and not labelled)
    values: Values
    if is_text:
        values = column.texts()
    elif variable.kind is Kind.DATE:
        # Of datetime64[s] pyreadstat would make 1 January 1970.
        values = column.moments if column.has_times or column.gaps.all() else column.dates()
    else:
        values = _coded(column, codes)
        levels = level_codes(variable) if variable.has_levels else {}
        labels: dict[Any, str] = {float(code): level for level, code in levels.items()}
        labels |= {code: reason for reason, code in codes.items()}
        if labels:
            sheet.value_labels[name] = labels
    sheet.put(name, values, variable.label_with_unit)
    if column.stated is not None and not codes and (is_text or column.reasons):
        sheet.put(column.reason_name, column.stated, f"Why it is missing: {variable.label}")


def _coded(column: WrittenColumn, codes: Mapping[str, float | str]) -> Values:
    """Return the numbers, with the codes of reasons in the gaps that have one."""
    numbers = column.numbers()
    if not codes or column.stated is None:
        return numbers
    letters = any(isinstance(code, str) for code in codes.values())
    coded = numbers.astype(object) if letters else numbers.copy()
    for reason, code in codes.items():
        coded[column.stated == reason] = code
    if not letters:
        return coded
    # pyreadstat takes a column for text when its first hundred cells are letters, but not a categorical with numbers;
    # as categories, 0 and -0 are the same.
    different = np.unique(numbers[~np.isnan(numbers)]).tolist()
    return pd.Categorical(coded, categories=pd.Index([*different, *codes.values()], dtype=object))


def write_with(path: Path, write: Any, sheet: StatSheet, **options: Any) -> None:
    """Write with a function of pyreadstat.

    Raises
    ------
    CohortError
        The format refuses it, for a reason that only the library knows.
    """
    import pyreadstat

    try:
        write(sheet.frame, path, **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        # Names that the program keeps for itself, such as 'if' in Stata.
        message = f"The format of '{path.suffix}' cannot hold this cohort: {error}"
        hint = "Rename the variable, or write a .parquet file."
        refuse_to_write([Problem("E_CANNOT_HOLD", message, hint=hint)])

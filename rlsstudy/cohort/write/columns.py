"""A cohort as columns to be written: its keys, its variables, and what is said of their gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.checks.patterns import NUMBER_TEXT
from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.cohort.files.raw_table import REASON_SUFFIX
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.cohort.files.raw_columns import Floats, Texts
    from rlsstudy.declare.variable import Variable

WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")  # Stata labels numbers up to 2,147,483,620


@dataclass(frozen=True, slots=True, eq=False)
class WrittenColumn:
    """One variable of a cohort, one value per row.

    Parameters
    ----------
    variable : Variable
        The declaration.
    values : Series
        The values in the type that a cohort's data have them.
    stated : ndarray of object, shape (n,), optional
        The reason of every gap that must be said, and the empty text elsewhere; None when an empty cell says all.
    """

    variable: Variable
    values: pd.Series
    stated: Texts | None

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.variable.name

    @property
    def reason_name(self) -> str:
        """The name of the column beside it that holds the reasons, where there is one."""
        return f"{self.name}{REASON_SUFFIX}"

    @property
    def gaps(self) -> Mask:
        """Mark the rows without a value."""
        return np.asarray(self.values.isna().to_numpy(), dtype=bool)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The different reasons that must be said, sorted."""
        return () if self.stated is None else tuple(sorted({reason for reason in self.stated if reason}))

    def numbers(self) -> Floats:
        """Return numbers, or the codes of levels, as doubles; NaN in the gaps."""
        if self.variable.has_levels:
            own = level_codes(self.variable)
            codes = np.asarray([*(own[level] for level in self.values.cat.categories), np.nan])
            return codes[self.values.cat.codes.to_numpy()]  # the code of a gap is -1, which is the last
        return np.asarray(self.values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)

    def texts(self) -> Texts:
        """Return texts or levels; the empty text in the gaps."""
        places, different = pd.factorize(self.values)
        return np.asarray([*map(str, different), ""], dtype=object)[places]

    @property
    def moments(self) -> NDArray[np.datetime64]:
        """The dates to the microsecond; not a time in the gaps."""
        return np.asarray(self.values.to_numpy(), dtype="datetime64[us]")

    @property
    def has_times(self) -> bool:
        """Whether any date has a time of day."""
        moments = self.moments[~self.gaps]
        return bool((moments != moments.astype("datetime64[D]")).any())

    def dates(self) -> Texts:
        """Return ``datetime.date`` objects, or ``datetime`` if any has a time of day; None in the gaps."""
        return self.moments.astype("datetime64[us]" if self.has_times else "datetime64[D]").astype(object)


def columns_of(cohort: Cohort) -> list[WrittenColumn]:
    """Return the variables of a cohort in the order of its data."""
    return [
        WrittenColumn(cohort.model[name], cohort.data[name], _stated(cohort, name))
        for name in cohort.data.columns.astype(str)
    ]


def keys_of(cohort: Cohort) -> dict[str, NDArray[np.generic] | Texts]:
    """Return the key columns by name: who, and at which visit where participants have several.

    The first is named so that simulated people are known as such wherever the file goes.
    """
    index = cohort.data.index
    names = [str(name) for name in index.names]
    if cohort.is_synthetic:
        names[0] = SYNTHETIC_KEY
    levels = [index.get_level_values(place) for place in range(index.nlevels)]
    return {
        name: level.to_numpy() if pd.api.types.is_integer_dtype(level.dtype) else _as_texts(level)
        for name, level in zip(names, levels, strict=True)
    }


def names_of(keys: Iterable[str], columns: Iterable[WrittenColumn]) -> list[str]:
    """Return the columns of a file in which all reasons stand beside their variables, in order."""
    names = list(keys)
    for column in columns:
        names += [column.name] if column.stated is None else [column.name, column.reason_name]
    return names


def level_codes(variable: Variable) -> dict[str, int]:
    """Return the number that stands for each level in files whose levels are labelled numbers.

    Levels that are whole numbers themselves stand for themselves; the others are counted from 0, past any number that
    is the name of a level.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> level_codes(rls.rls_model()["rls_case"])
    {'no': 0, 'yes': 1}
    """
    named = [float(level) for level in variable.levels if NUMBER_TEXT.fullmatch(level)]
    free = (number for number in count() if number not in named)
    return {
        level: int(level) if WHOLE.fullmatch(level) and named.count(float(level)) == 1 else next(free)
        for level in variable.levels
    }


def _as_texts(level: pd.Index) -> Texts:
    texts = np.empty(len(level), dtype=object)
    texts[:] = [str(value) for value in level]
    return texts


def _stated(cohort: Cohort, name: str) -> Texts | None:
    """Return what must be said of the gaps of a variable."""
    column = cohort.data[name]
    gaps = np.asarray(column.isna().to_numpy(), dtype=bool)
    stated = np.full(len(column), "", dtype=object)
    if name in cohort.reasons:
        reasons = cohort.reasons[name].astype(object)
        known = gaps & reasons.notna().to_numpy() & (reasons != NOT_RECORDED).to_numpy()
        stated[known] = reasons.to_numpy()[known]
    told = bool((stated != "").any())
    if _look_like_gaps(column) or (told and cohort.model[name].kind is Kind.TEXT):
        # Beside a column of reasons, a text is a gap only where that says so.
        stated[gaps & (stated == "")] = NOT_RECORDED
        return stated
    return stated if told else None


def _look_like_gaps(column: pd.Series) -> bool:
    """Whether any text is blank, or like a reason in brackets."""
    if not isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
        return False
    different = (
        column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column.dropna().unique()
    )
    return any(not str(text).strip() or str(text).startswith("[") for text in different)

"""The files of a study: which they are, how their columns become variables, and what must hold in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from rlsstudy.declare.file_options import Options

ISO_DATE = "%Y-%m-%d"
SYNTHETIC_KEY = (
    "synthetic_participant"  # the key column of files that hold simulated people: the mark travels with them
)
ROW_KEY = "row number"  # as a key: every row of the first file is a participant


class OtherColumns(StrEnum):
    """What is said of columns that a study does not map: how many there are, a warning for each, or a refusal."""

    NOTE = "note"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    r"""How one column of a file becomes one declared variable.

    Parameters
    ----------
    column : str
        The column's name in the file.
    variable : str
        The declared variable.
    unit : str, optional
        The unit in the file, when it is not the declared one.
    codes : mapping of str to str
        The file's codes, as written, and the levels they stand for.
    missing : mapping of str to str
        The file's codes for missing values, as written, and the reasons they stand for.
    unit_column : str, optional
        The column that says the unit row by row; files without it have the declared unit, or ``unit``.
    pattern : str, optional
        What every text must match from end to end; ``\d`` and the like mean ASCII.
    date_format : str
        How dates are written, in the letters of ``strptime``.
    decimal : str, optional
        The decimal mark, where it is not that of the file.
    detection_limit : bool
        Whether ``<5`` and ``>1000`` are values beyond the limit of detection, and not faults.
    required : bool
        Whether a gap is a fault.
    constant : bool
        Whether the value must not change within a participant.
    """

    column: str
    variable: str
    unit: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    unit_column: str | None = None
    pattern: str | None = None
    date_format: str = ISO_DATE
    decimal: str | None = None
    detection_limit: bool = False
    required: bool = False
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is so of a participant: a variable at one of some levels, beyond a bound, or above another."""

    variable: str
    levels: tuple[str, ...] = ()
    below: float | None = None
    above: float | None = None
    above_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Conditions that cannot all be so of one participant at one visit.

    Parameters
    ----------
    reason : str
        Why not, in words: ``"men are not pregnant"``.
    conditions : tuple of Condition
        What cannot be so together.
    refuse : bool
        Whether the file is refused, or a warning is given.
    """

    reason: str
    conditions: tuple[Condition, ...]
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that takes participants out before the data are checked.

    Participants whose value is below ``below``, above ``above``, or missing when
    ``when_missing`` is set, leave the cohort; the ledger says how many and why.
    """

    variable: str
    reason: str
    below: float | None = None
    above: float | None = None
    when_missing: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Another way in which some files of a study are laid out, such as a REDCap export from one of its centres.

    Parameters
    ----------
    name : str
        What the study file calls it.
    has : tuple of str
        A file that has all these columns is laid out so.
    key, visit : str
        The columns that identify a participant, and a visit; `visit` is empty where every participant has one row.
    columns : tuple of ColumnMap
        How its columns become declared variables.
    files : tuple of str
        Names or patterns; where there are any, only files that fit one are laid out so.
    """

    name: str
    has: tuple[str, ...]
    key: str
    columns: tuple[ColumnMap, ...]
    visit: str = ""
    files: tuple[str, ...] = ()

    def fits(self, file: str, columns: Collection[str]) -> bool:
        """Whether a file of this name and these columns is laid out so."""
        is_named = not self.files or any(fnmatchcase(file, pattern) for pattern in self.files)
        return is_named and set(self.has) <= set(columns)


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Files to be read and merged by key, in this order; the first one says who is in the study.

    Parameters
    ----------
    paths : tuple of Path
        The files.
    key : str
        The column that identifies a participant, in every file; `ROW_KEY` when every row is one.
    columns : tuple of ColumnMap
        How columns become declared variables.
    exclusions : tuple of Exclusion
        Who is taken out, in this order.
    visit : str
        The column that tells a participant's visits apart; empty when every participant has one row.
    options : Options
        How the files are read.
    missing : mapping of str to str
        Codes for missing values in every column, and their reasons.
    other_columns : OtherColumns
        What is said of columns that the study does not map.
    drop : tuple of str
        Columns that are known and deliberately left out, such as those that identify people.
    site : str, optional
        The variable that tells apart where participants were measured, to compare units and habits between.
    visit_date : str, optional
        The variable with the date of each visit.
    at_visit : str, optional
        The one visit that the cohort is about, as the files write it; all are checked.
    contradictions : tuple of Contradiction
        What cannot be so, beside what the package knows.
    layouts : tuple of Layout
        Other ways in which files are laid out; a file that fits none of them has `key`, `visit` and `columns`.
    own_names : bool
        Whether, without any column map, columns that have a declared variable's name are taken.
    """

    paths: tuple[Path, ...]
    key: str
    columns: tuple[ColumnMap, ...]
    exclusions: tuple[Exclusion, ...] = ()
    visit: str = ""
    options: Options = field(default_factory=Options)
    missing: Mapping[str, str] = field(default_factory=dict)
    other_columns: OtherColumns = OtherColumns.NOTE
    drop: tuple[str, ...] = ()
    site: str | None = None
    visit_date: str | None = None
    at_visit: str | None = None
    contradictions: tuple[Contradiction, ...] = ()
    layouts: tuple[Layout, ...] = ()
    own_names: bool = True

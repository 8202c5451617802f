"""Dictionaries of every kind a study may have, told apart by what they are and read into the neutral form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, TextColumn
from rlsstudy.cohort.files.raw_table import RawTable, check_size, refuse
from rlsstudy.cohort.files.readers import SAS, SPSS, STATA
from rlsstudy.declare.data_files import ROW_KEY, ColumnMap, DataFiles
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study import Study
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.study_file import load_study
from rlsstudy.declare.study_files import EVERY_FILE
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import Problem, plain_number

LABELLED = (*SPSS, *STATA, *SAS)
ALLOWED = "a REDCap dictionary (.csv) or project (.xml), a Table Schema (.json), a Spout folder, an SPSS, Stata or SAS file, or a study file (.toml)"
BINARY_LEVELS = 2
COMMA_NUMBER = "[+-]?[0-9]+(?:,[0-9]+)?"
TWIN = "twin.csv"
FIRST_VISIT = "1"


@dataclass(frozen=True, slots=True)
class Source:
    """A dictionary, and what else its file says.

    Parameters
    ----------
    dictionary : Dictionary
        The columns.
    variables : mapping of str to str
        Columns and the declared variables that they hold, where a study file says so.
    study : Study, optional
        The study, where the dictionary is a study file.
    """

    dictionary: Dictionary
    variables: Mapping[str, str] = field(default_factory=dict)
    study: Study | None = None


def read_source(path: Path) -> Source:
    """Read a dictionary of any known kind.

    Parameters
    ----------
    path : Path
        A file or, for Spout, a folder.

    Returns
    -------
    Source
        Its columns. Of an SPSS, Stata or SAS file only names, labels and types are used, and no value.

    Raises
    ------
    CohortError
        It is of no known kind, or cannot be read.
    StudyFileError
        It is a study file that cannot be used.
    """
    if path.is_dir():
        from rlsstudy.cohort.dictionaries.spout import read_spout

        return Source(read_spout(path))
    suffix = path.suffix.lower()
    if suffix == ".toml":
        return _of_study(path)
    readers: Mapping[str, Callable[[Path], Dictionary]] = {
        ".csv": _redcap_csv,
        ".xml": _redcap_xml,
        ".json": _table_schema,
        **dict.fromkeys(LABELLED, _labels),
    }
    check_size(path)
    if suffix not in readers:
        message = f"'{path.name}' is no dictionary of a known kind"
        raise refuse(path, Problem("E_FORMAT", message, allowed=ALLOWED, file=path.name))
    return Source(readers[suffix](path))


def fields_of_labels(table: RawTable) -> tuple[DictionaryField, ...]:
    """Describe the columns of a file by its labels and types alone.

    Parameters
    ----------
    table : RawTable
        The file as it was read. Its values are not looked at.

    Returns
    -------
    tuple of DictionaryField
        Labelled codes are categories; numbers are numbers, and everything else is text.
    """
    return tuple(_labelled(table, name) for name in table.columns)


def _redcap_csv(path: Path) -> Dictionary:
    from rlsstudy.cohort.redcap.dictionary import read_redcap_dictionary

    return read_redcap_dictionary(path)


def _redcap_xml(path: Path) -> Dictionary:
    from rlsstudy.cohort.redcap.odm import read_odm

    return read_odm(path)


def _table_schema(path: Path) -> Dictionary:
    from rlsstudy.cohort.dictionaries.table_schema import read_table_schema

    return read_table_schema(path)


def _labels(path: Path) -> Dictionary:
    from rlsstudy.cohort.files.readers import read_table

    table = read_table(path)
    return Dictionary(path.name, fields_of_labels(table))


def _labelled(table: RawTable, name: str) -> DictionaryField:
    column, label = table.columns[name], table.labels.get(name, "")
    if isinstance(column, NumberColumn):
        levels = {plain_number(code): text for code, text in column.labels.items()}
        if not levels:
            return DictionaryField(name, label, Kind.CONTINUOUS)
        kind = Kind.BINARY if len(levels) == BINARY_LEVELS else Kind.CATEGORICAL
        return DictionaryField(name, label, kind, levels=levels)
    return DictionaryField(name, label, _kind_of(column))


def _kind_of(column: TextColumn) -> Kind:
    """Return the type that a file gives cells which are no numbers."""
    kinds = set() if column.kinds is None else set(column.kinds.tolist())
    return Kind.DATE if kinds == {CellKind.DATE} else Kind.TEXT


def _of_study(path: Path) -> Source:
    study = load_study(path)
    if not isinstance(study.data, DataFiles) or not study.data.columns:
        message = (
            f"The study file '{path.name}' maps no columns of a file, so there is nothing to make a twin of"
        )
        hint = "Name the columns of the file in [columns]."
        raise refuse(path, Problem("E_DICTIONARY", message, hint=hint, file=path.name))
    data = study.data
    decimal = plain_options(data).decimal
    fields = [_mapped(column, study.model[column.variable], decimal) for column in data.columns]
    named = [name for name in (data.key, data.visit) if name and name != ROW_KEY]
    named = [name for name in named if name not in {column.column for column in data.columns}]
    first = data.at_visit or FIRST_VISIT
    fields = [*(_identifying(name, data, first) for name in named), *fields]
    dropped = (DictionaryField(name, identifies=True) for name in data.drop)
    key = "" if data.key == ROW_KEY else data.key
    dictionary = Dictionary(path.name, (*fields, *dropped), key, study.title, data.missing)
    return Source(dictionary, {column.column: column.variable for column in data.columns}, study)


def _identifying(name: str, data: DataFiles, first: str) -> DictionaryField:
    """Describe a key column that is not mapped; everybody of a twin is at the first visit."""
    if name != data.visit:
        return DictionaryField(name)
    return DictionaryField(name, kind=Kind.CATEGORICAL, levels={first: first}, required=True)


def plain_options(data: DataFiles) -> FileOptions:
    """Return how the twin of a study's files is written: as they are, where they are text and all of one form."""
    options = data.options.of(Path(TWIN))
    plain = FileOptions(
        encoding=options.encoding,
        delimiter=options.delimiter,
        decimal=options.decimal,
        comment=options.comment,
        skip=options.skip,
        max_columns=options.max_columns,
        max_rows=options.max_rows,
    )
    return plain if plain == options and set(data.options.by_pattern) <= {EVERY_FILE} else AS_IT_IS


def _mapped(column: ColumnMap, variable: Variable, decimal: str) -> DictionaryField:
    """Describe a column as a study file maps it: in its own unit, with its own codes."""
    unit = column.unit or variable.unit
    factor = unit_factor(variable, unit) or 1.0
    low, high = variable.limits or (None, None)
    comma = variable.kind is Kind.CONTINUOUS and (column.decimal or decimal) == ","
    levels = column.codes or {level: level for level in variable.levels}
    return DictionaryField(
        name=column.column,
        label=variable.label,
        kind=variable.kind,
        unit=unit,
        limits=(None if low is None else low / factor, None if high is None else high / factor),
        levels=levels,
        missing=column.missing,
        date_format=column.date_format,
        pattern=COMMA_NUMBER if comma else column.pattern or "",
        required=column.required,
    )

"""Proposing how the columns of a file become declared variables, for a person to edit.

A proposal is text. Nothing of it is used when a cohort is loaded until somebody has saved it as a study file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.propose.columns import ProposedColumn, propose_columns
from rlsstudy.cohort.propose.fields import describe_columns
from rlsstudy.cohort.propose.people import ProposedKey, propose_key, propose_visit_date
from rlsstudy.cohort.propose.reading import read_for_proposal
from rlsstudy.cohort.propose.words import Words, known_words
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.declare.rls import rls_model


@dataclass(frozen=True, slots=True)
class Proposal:
    """A study file to be edited.

    Parameters
    ----------
    path : Path
        The file it is about.
    n_rows : int
        How many rows that has.
    key : ProposedKey
        The columns that tell rows apart.
    columns : tuple of ProposedColumn
        Every column, in the file's order.
    options : FileOptions
        How the file was read.
    missing : mapping of str to str
        Codes for missing values in every column.
    title : str
        The study's title.
    dictionary : str
        The name of the dictionary that was used; empty where there was none.
    remarks : tuple of str
        What is to be known of the whole file.
    model : CausalModel
        The declared variables.
    """

    path: Path
    n_rows: int
    key: ProposedKey
    columns: tuple[ProposedColumn, ...]
    options: FileOptions
    missing: Mapping[str, str]
    title: str
    dictionary: str
    remarks: tuple[str, ...]
    model: CausalModel

    @property
    def mapped(self) -> dict[str, str]:
        """The declared variables of the columns that are mapped as the proposal stands."""
        pairs = ((column.name, column.variable) for column in self.columns if column.in_force)
        return {name: variable.name for name, variable in pairs if variable is not None}


def propose_mapping(
    path: Path,
    *,
    options: FileOptions = AS_IT_IS,
    dictionary: Dictionary | None = None,
    model: CausalModel | None = None,
) -> Proposal:
    r"""Propose a study file for a data file.

    Parameters
    ----------
    path : Path
        The data file, of any kind that can be read.
    options : FileOptions
        How it is read. A text file whose separator or encoding is another is tried with the usual ones, and the
        proposal then declares them.
    dictionary : Dictionary, optional
        A dictionary that describes its columns.
    model : CausalModel, optional
        The declared variables; by default the RLS model.

    Returns
    -------
    Proposal
        What each column may be. It holds no cell of the file.

    Raises
    ------
    CohortError
        The file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "clinic.csv")
    ...     _ = file.write_text("id,IRLS Gesamt,SF\n1,20,35\n2,11,60\n", encoding="utf-8")
    ...     propose_mapping(file).mapped
    {'IRLS Gesamt': 'irls_total', 'SF': 'ferritin'}
    """
    model = rls_model() if model is None else model
    words = known_words(model)
    table, options, remarks = read_for_proposal(path, options)
    described = describe_columns(table, dictionary)
    key = propose_key(
        table,
        {one.name: one.profile for one in described if one.profile is not None},
        words,
        "" if dictionary is None else dictionary.key,
    )
    columns = propose_columns(described, key.columns, model, words)
    return Proposal(
        path=path,
        n_rows=table.n_rows,
        key=key,
        columns=columns,
        options=options,
        missing={} if dictionary is None else dictionary.missing,
        title=_title(path, dictionary),
        dictionary="" if dictionary is None else dictionary.source,
        remarks=(*remarks, *_of_visits(table, words)),
        model=model,
    )


def _title(path: Path, dictionary: Dictionary | None) -> str:
    return (dictionary.title if dictionary is not None else "") or f"Study of {path.name}"


def _of_visits(table: RawTable, words: Words) -> tuple[str, ...]:
    column = propose_visit_date(table, words)
    if not column:
        return ()
    return (
        f"The column '{column}' looks like the day of a visit: once it has a [columns] entry, name it as visit_date.",
    )

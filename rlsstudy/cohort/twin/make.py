"""A synthetic twin: a file with the columns of a user's own dictionary, filled by the model, for rehearsing a study."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rlsstudy.cohort.cohort import Cohort
from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.cohort.propose.columns import ProposedColumn, Role, propose_columns
from rlsstudy.cohort.propose.fields import Described, describe_field
from rlsstudy.cohort.propose.people import identifying
from rlsstudy.cohort.propose.words import Grade, Words, known_words, plain
from rlsstudy.cohort.simulate import asked_data, simulate_cohort
from rlsstudy.cohort.twin.cells import (
    code_gaps,
    contact_cells,
    draw_cells,
    identifier_cells,
    write_simulated,
)
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.study import SyntheticData
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.study_file import default_study
from rlsstudy.problems import Problem

CASES_ONLY, WITH_CONTROLS = "sleep_clinic", "case_control"
CASE = "rls_case"


@dataclass(frozen=True, slots=True)
class Twin:
    """A synthetic file and what its columns are.

    Parameters
    ----------
    header : tuple of str
        Its columns: `SYNTHETIC_KEY`, then those of the dictionary, in order.
    cells : tuple of sequence of str
        The cells of each column.
    columns : tuple of ProposedColumn
        What each column of the dictionary is.
    key : str
        The column that will identify a participant in the real file; empty where the dictionary does not say.
    design : str
        The design that it was simulated with.
    """

    header: tuple[str, ...]
    cells: tuple[Sequence[str], ...]
    columns: tuple[ProposedColumn, ...]
    key: str
    design: str

    def as_csv(self, options: FileOptions = AS_IT_IS) -> bytes:
        """Return the file as text, separated and encoded as the real one will be."""
        target = io.StringIO(newline="")
        target.write("#\n" * options.skip)
        writer = csv.writer(target, delimiter=options.delimiter or ",", lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(zip(*self.cells, strict=True))
        return target.getvalue().encode(options.encoding)


def make_twin(
    dictionary: Dictionary,
    *,
    n: int = 200,
    seed: int = 1,
    variables: Mapping[str, str] | None = None,
    model: CausalModel | None = None,
) -> Twin:
    """Make a synthetic file with the columns of a dictionary.

    Columns that are surely or likely a declared variable are simulated together, so that they are related as the model
    says, and written in the file's codes and units. All others are drawn on their own, within their declared limits and
    levels.

    Parameters
    ----------
    dictionary : Dictionary
        The columns.
    n : int
        How many participants, one row each.
    seed : int
        The same seed gives the same file.
    variables : mapping of str to str, optional
        Columns and the declared variables that they hold, where that is known; the others are recognised by their names.
    model : CausalModel, optional
        The declared variables; by default the RLS model.

    Returns
    -------
    Twin
        The file. Its first column is `SYNTHETIC_KEY`, by which everything that reads it knows what it is.

    Raises
    ------
    CohortError
        The dictionary already has a column of that name.
    DeclarationError
        ``n`` or ``seed`` is out of range.
    """
    model = rls_model() if model is None else model
    words = known_words(model)
    described = [describe_field(one) for one in dictionary.fields]
    _check_names(dictionary)
    key = dictionary.key or _usual_key(described, words)
    columns = propose_columns(described, (key,), model, words)
    columns = tuple(_as_given(column, variables or {}, model) for column in columns)
    in_force = {column.variable.name for column in columns if column.in_force and column.variable is not None}
    design = WITH_CONTROLS if CASE in in_force else CASES_ONLY
    asked = asked_data(default_study(), n=n, seed=seed, design=design, scenario=None)
    # Nothing is simulated where no column would hold it.
    cohort = simulate_cohort(n=n, seed=seed, design=design) if in_force else None
    cells = [_cells(column, cohort, asked, dictionary.missing, words) for column in columns]
    marks = [str(place) for place in range(1, n + 1)]
    header = (SYNTHETIC_KEY, *(column.name for column in columns))
    return Twin(header, (marks, *cells), columns, key, design)


def _check_names(dictionary: Dictionary) -> None:
    if any(one.name == SYNTHETIC_KEY for one in dictionary.fields):
        message = f"'{dictionary.source}' has a column '{SYNTHETIC_KEY}', which marks files that are already synthetic"
        hint = "Give the dictionary of the real data."
        raise refuse(
            Path(dictionary.source), Problem("E_DICTIONARY", message, hint=hint, file=dictionary.source)
        )


def _usual_key(described: Sequence[Described], words: Words) -> str:
    """Return the column that identifies a participant by its name, where a dictionary does not say."""
    by_name = {plain(one.name): one.name for one in reversed(described)}
    return next((by_name[name] for name in words.keys if name in by_name), "")


def _as_given(column: ProposedColumn, variables: Mapping[str, str], model: CausalModel) -> ProposedColumn:
    """Return a column as a study file maps it, whatever its name looks like."""
    if not variables or column.role is Role.KEY:
        return column
    name = variables.get(column.name)
    if name is None or name not in model:
        role = Role.OWN if column.role is Role.VARIABLE else column.role
        return replace(column, role=role, variable=None)
    one, variable = column.described, model[name]
    codes = {code: level for code, level in one.levels.items() if level in variable.codes}
    unit = one.unit if unit_factor(variable, one.unit) is not None else ""
    return ProposedColumn(
        one, Role.VARIABLE, variable, Grade.SURE, "by the study file", unit, codes, one.missing
    )


def _cells(
    column: ProposedColumn,
    cohort: Cohort | None,
    asked: SyntheticData,
    missing: Mapping[str, str],
    words: Words,
) -> Sequence[str]:
    """Fill one column."""
    one, n, seed = column.described, asked.n, asked.seed
    gaps = {**missing, **column.missing}
    if column.role is Role.KEY:
        return identifier_cells(one, n)
    if column.role is Role.DROP:
        return contact_cells(identifying(one.name, one.label, words), one, n)
    variable = column.variable
    if not column.in_force or cohort is None or variable is None or variable.name not in cohort.data:
        return draw_cells(replace(one, missing=column.missing), gaps, seed, n)
    factor = (unit_factor(variable, column.unit) if column.unit else None) or 1.0
    cells = write_simulated(cohort.data[variable.name], variable, one, codes=column.codes, factor=factor)
    if variable.name not in cohort.reasons or one.required:
        return cells
    return code_gaps(cells, cohort.reasons[variable.name].tolist(), one, gaps, seed)

"""From named variables to columns of a design matrix; no name is ever read as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.fits.guards import varies_not

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DesignColumns:
    """The columns of all variables that a set of models uses.

    Parameters
    ----------
    values : ndarray, shape (n_participants, n_columns)
        Float64, NaN where missing.
    labels : tuple of str
        A name for each column: the variable, and for a categorical one the level.
    places : mapping of str to range
        Which columns belong to a variable.
    variables : mapping of str to Variable
        The declared variables, by name.
    """

    values: Floats
    labels: tuple[str, ...]
    places: Mapping[str, range]
    variables: Mapping[str, Variable]

    def present(self, name: str) -> Bools:
        """Tell who has a value of a variable, shape (n_participants,)."""
        return ~np.isnan(self.values[:, self.places[name][0]])

    def level_counts(self, name: str, among: Bools) -> dict[str, int]:
        """Count the people at each declared level of a variable among some participants."""
        variable, places = self.variables[name], self.places[name]
        values = self.values[:, places.start : places.stop][among]
        if variable.kind is Kind.CATEGORICAL:
            counts = values.sum(axis=0)
        else:
            counts = np.bincount(values[:, 0].astype(np.intp), minlength=len(variable.levels))
        return dict(zip(variable.levels, (int(count) for count in counts), strict=True))


@dataclass(frozen=True, slots=True)
class Terms:
    """The columns with which a variable enters one model.

    Parameters
    ----------
    places : tuple of int
        Columns; none when the variable is the same for everybody in this model.
    levels : tuple of str
        For a categorical variable the level of each column.
    reference : str, optional
        For a categorical variable the level that the others are compared with.
    note : str
        What was left out.
    """

    places: tuple[int, ...]
    levels: tuple[str, ...] = ()
    reference: str | None = None
    note: str = ""


def design_columns(data: pd.DataFrame, model: CausalModel, names: Iterable[str]) -> DesignColumns:
    """Turn named variables into float64 columns.

    Parameters
    ----------
    data : DataFrame, shape (n_participants, n_variables)
        A cohort's data.
    model : CausalModel
        Where the variables are declared.
    names : iterable of str
        The variables; each must be a column of the data.

    Returns
    -------
    DesignColumns
        A number on its declared scale; a binary variable as 0 and 1; an ordinal one as the place
        of its level, which means a trend; a categorical one as an indicator of every level,
        of which `terms_among` takes those a model needs. A missing value is NaN, never a level.

    Raises
    ------
    EstimationError
        Texts or dates, infinite values, or values that are not above 0 on a logarithmic scale; they are counted
        for every variable. Validated data have none.
    """
    variables = {name: model[name] for name in dict.fromkeys(names)}
    problems: list[str] = []
    blocks: list[Floats] = []
    labels: list[str] = []
    places: dict[str, range] = {}
    for name, variable in variables.items():
        block = _block(data[name], variable, problems)
        places[name] = range(len(labels), len(labels) + block.shape[1])
        is_split = variable.kind is Kind.CATEGORICAL
        labels += [f"{name}: {level}" for level in variable.levels] if is_split else [name]
        blocks.append(block)
    if problems:
        raise EstimationError(f"Variables cannot enter a model:\n{bullet_list(problems)}")
    # Column by column in memory: checks read single columns, and blocks are turned on their side anyway.
    return DesignColumns(np.asfortranarray(np.column_stack(blocks)), tuple(labels), places, variables)


def terms_among(columns: DesignColumns, name: str, among: Bools) -> Terms:
    """Return the columns with which a variable enters a model fitted to some participants.

    A level without people has no column, and the first level with people is what the others are
    compared with, so that no column is empty or follows from the others.
    """
    places = columns.places[name]
    if columns.variables[name].kind is not Kind.CATEGORICAL:
        constant = varies_not(columns.values[:, places[0]][among][:, None])[0]
        return Terms((), note=_same_for_everybody(name)) if constant else Terms(tuple(places))
    counts = columns.level_counts(name, among)
    held = [level for level, count in counts.items() if count]
    if len(held) < 2:
        return Terms((), note=_same_for_everybody(name))
    place = dict(zip(counts, places, strict=True))
    empty = ", ".join(f"'{level}'" for level, count in counts.items() if not count)
    note = f"nobody has {empty} of '{name}'" if empty else ""
    return Terms(tuple(place[level] for level in held[1:]), tuple(held[1:]), held[0], note)


def numbers(series: pd.Series) -> Floats:
    """Return a column of numbers as float64, NaN where missing."""
    return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))


def _block(series: pd.Series, variable: Variable, problems: list[str]) -> Floats:
    """Return the columns of one variable, and add what is wrong with it to the problems."""
    if variable.is_carried:
        problems.append(
            f"'{variable.name}' ({variable.label}) is a {variable.kind}, which cannot enter a model."
        )
        return np.full((len(series), 1), np.nan)
    return _coded(series, variable) if variable.has_levels else _number(series, variable, problems)


def _number(series: pd.Series, variable: Variable, problems: list[str]) -> Floats:
    """Return a number on its scale, shape (n, 1), and add what is wrong with it to the problems."""
    values = numbers(series)
    named = f"'{variable.name}' ({variable.label})"
    if infinite := int(np.isinf(values).sum()):
        problems.append(f"{named} has {infinite} infinite values. Correct or remove them in the data.")
    if variable.scale is not Scale.LINEAR and (low := int((values <= 0).sum())):
        problems.append(
            f"{named} has {low} values that are not above 0, which its {variable.scale} scale needs. "
            "Declare a lower limit above 0, or a linear scale."
        )
        values = np.full_like(values, np.nan)
    return variable.on_scale(values)[:, None]


def _coded(series: pd.Series, variable: Variable) -> Floats:
    """Return the place of each level, shape (n, 1), or an indicator of every level, (n, n_levels)."""
    categorical = series.astype("category").cat
    code_of = np.array([*(variable.level_code(str(level)) for level in categorical.categories), np.nan])
    codes = code_of[categorical.codes.to_numpy()]  # a missing value has code -1, the last place
    if variable.kind is not Kind.CATEGORICAL:
        return np.asarray(codes[:, None])
    indicators = np.asarray(codes[:, None] == np.arange(len(variable.levels)), dtype=np.float64)
    indicators[np.isnan(codes)] = np.nan
    return indicators


def _same_for_everybody(name: str) -> str:
    return f"'{name}' is the same for everybody in this model"

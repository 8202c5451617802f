"""One regression of a bias waterfall, with what each person adds to its estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import typed_frame
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.contrasts import Contrast, size_of
from rlsstudy.estimate.design import design_columns, terms_among
from rlsstudy.estimate.fits.linear import fit_linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.estimate.bias.people import People

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Result:
    """An estimate, and what each of the simulated people adds to its error.

    Parameters
    ----------
    estimate : float
        In units of the outcome, per contrast.
    influence : ndarray, shape (n,)
        The part of the estimate's error that is owed to each person, 0 for those who are not used.
    people : People
        Who they are.
    """

    estimate: float
    influence: Floats
    people: People

    @property
    def error(self) -> float:
        """The Monte-Carlo standard error of the estimate."""
        return float(np.sqrt((self.influence**2).sum()))


@dataclass(frozen=True)
class Regression:
    """Which regression is fitted.

    Parameters
    ----------
    model : CausalModel
        Declares all that enters, as measured.
    factor : str
        The variable whose effect is read off.
    contrast : Contrast
        Its contrast.
    outcome : str
        The outcome.
    covariates : tuple of str
        What is adjusted for.
    """

    model: CausalModel
    factor: str
    contrast: Contrast
    outcome: str
    covariates: tuple[str, ...] = ()


def error_of_change(before: Result, after: Result) -> float:
    """Return the Monte-Carlo standard error of a difference; people who are in both count once."""
    if before.people is after.people:
        return float(np.sqrt(((after.influence - before.influence) ** 2).sum()))
    return float(np.hypot(before.error, after.error))


def fit_among(asked: Regression, people: People, values: Mapping[str, Floats], inside: Bools) -> Result:
    """Fit a regression to those of the people who are inside and have a value of all that enters.

    Parameters
    ----------
    asked : Regression
        What is regressed on what.
    people : People
        The people.
    values : mapping of str to ndarray, shape (n,)
        Their values, true or seen.
    inside : ndarray of bool, shape (n,)
        Who belongs to the study.

    Returns
    -------
    Result
        The estimate per contrast.
    """
    names = (asked.factor, *asked.covariates)
    complete = inside & ~np.isnan([values[name] for name in (*names, asked.outcome)]).any(axis=0)
    used = {name: values[name][complete] for name in names}
    frame = typed_frame(asked.model, used, pd.RangeIndex(int(complete.sum())))
    design, labels, place = _design(asked, frame)
    y = values[asked.outcome][complete]
    size = size_of(asked.model[asked.factor], asked.contrast)
    coef = fit_linear(design, y, covariance="classical", names=labels).coef
    influence = np.zeros(len(complete))
    influence[complete] = size * _weights(design, place) * (y - design @ coef)
    return Result(float(size * coef[place]), influence, people)


def _design(asked: Regression, frame: pd.DataFrame) -> tuple[Floats, list[str], int]:
    """Return the columns with a constant, their names, and the place of the contrast's column."""
    columns = design_columns(frame, asked.model, (asked.factor, *asked.covariates))
    everybody = np.ones(len(frame), dtype=bool)
    terms = terms_among(columns, asked.factor, everybody)
    level = asked.contrast.level
    if not terms.places or (level is not None and level not in terms.levels):
        raise EstimationError(
            f"Too few simulated people have '{asked.factor}' at both ends of {asked.contrast.label}. Ask for more by 'n'."
        )
    place = 1 if level is None else 1 + terms.levels.index(level)
    others = [at for name in asked.covariates for at in terms_among(columns, name, everybody).places]
    places = [*terms.places, *others]
    design = np.column_stack([np.ones(len(frame)), columns.values[:, places]])
    return design, ["constant", *(columns.labels[at] for at in places)], place


def _weights(design: Floats, place: int) -> Floats:
    """Return by how much each person's residual moves a coefficient: the column net of the others (Frisch and Waugh)."""
    others = np.delete(design, place, axis=1)
    net = design[:, place] - others @ np.linalg.lstsq(others, design[:, place])[0]
    return np.asarray(net / (net @ net))

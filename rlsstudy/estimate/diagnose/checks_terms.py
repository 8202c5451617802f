"""Whether numbers act along straight lines, and levels in equal steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.diagnose import verdicts
from rlsstudy.estimate.diagnose.examined import Addition, Examined
from rlsstudy.estimate.diagnose.verdicts import Check, graded, not_made
from rlsstudy.estimate.diagnose.words import p_is, written
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis
from rlsstudy.estimate.fits.wald import FormTest, wald_test

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

_KNOTS = (4, 3)
_AVERAGED = 5_000  # participants over whom the two shapes are averaged
_GRID = 13  # values at which the two shapes of the factor are compared
_SHOWN = (0.05, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Bent:
    """A term that is allowed to bend.

    Parameters
    ----------
    variable : Variable
        The term.
    place : int
        Its column of X.
    examined : Examined
        The model with the columns that bend it.
    test : FormTest
        That these columns add nothing.
    """

    variable: Variable
    place: int
    examined: Examined
    test: FormTest


def bent_terms(examined: Examined) -> Iterator[Bent | Check]:
    """Yield each number and each ordered level of a model, allowed to bend, or where it cannot be the check not made.

    Parameters
    ----------
    examined : Examined
        The model.
    """
    for place, name in enumerate(examined.question.names):
        variable = examined.variables.get(name)
        if variable is None or variable.kind in (Kind.BINARY, Kind.CATEGORICAL):
            continue
        values = examined.question.X[:, place]
        if len(np.unique(values)) <= 2:  # two values lie on a line
            continue
        try:
            bent = examined.with_addition(bending(name, place, values))
        except EstimationError as error:
            yield not_made("straight line", name, str(error))
            continue
        yield Bent(variable, place, bent, added_test(bent))


def bending(name: str, place: int, values: Floats) -> Addition:
    """Return the columns that bend a line: of a spline, or with few values an indicator of each inner one.

    Parameters
    ----------
    name : str
        The column.
    place : int
        Where it is in X.
    values : ndarray, shape (n,)
        Its values.

    Returns
    -------
    Addition

    Raises
    ------
    EstimationError
        Too few people at the lowest, the highest or each inner value, or values that hold no knots.
    """
    different, counts = np.unique(values, return_counts=True)
    if len(different) <= _KNOTS[0]:
        inner = different[1:-1][counts[1:-1] >= MIN_LEVEL_SIZE]
        if not len(inner) or counts[0] < MIN_LEVEL_SIZE or counts[-1] < MIN_LEVEL_SIZE:
            raise EstimationError(
                f"a bend needs {MIN_LEVEL_SIZE} participants at the lowest value, at the highest, and at one between."
            )
        names = tuple(f"{name} at step {step}" for step in range(1, len(inner) + 1))
        return Addition(names, lambda X: (X[:, place, None] == inner).astype(np.float64))
    knots = _knots(values)
    names = tuple(f"{name}, bend {bend}" for bend in range(1, len(knots) - 1))
    return Addition(names, lambda X: restricted_cubic_basis(X[:, place], knots)[:, 1:])


def _knots(values: Floats) -> Floats:
    """Return four knots, or three where the values do not hold four."""
    try:
        return default_knots(values, _KNOTS[0])
    except EstimationError:
        return default_knots(values, _KNOTS[1])


def added_test(examined: Examined) -> FormTest:
    """Test that the columns added to a model add nothing, with the model's own covariance: for a linear one HC3."""
    assert examined.addition is not None
    fit, added = examined.fit, len(examined.addition.names)
    finite = examined.family.name in ("linear", "mixed")
    df = float(np.min(np.atleast_1d(fit.df)[-added:])) if finite else np.inf
    return wald_test(fit.coef[-added:], fit.cov[-added:, -added:], df)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """The factor's straight line and its curve: differences of the mean outcome.

    Parameters
    ----------
    value : ndarray, shape (m,)
        Values on the factor's scale, from the 5th to the 95th percentile; where there are few, each that ten participants have.
    straight, curve : ndarray, shape (m,)
        The differences.
    """

    value: Floats
    straight: Floats
    curve: Floats

    @property
    def departure(self) -> float:
        """The largest distance between them."""
        return float(np.abs(self.curve - self.straight).max())


def curves_of(examined: Examined, bent: Bent) -> Curves:
    """Return both shapes of the factor, each about its own mean."""
    values = examined.question.X[:, 0]
    different, counts = np.unique(values, return_counts=True)
    grid = different[counts >= MIN_LEVEL_SIZE]
    if len(different) > _GRID or len(grid) < 2:
        grid = np.linspace(np.quantile(values, _SHOWN[0]), np.quantile(values, _SHOWN[1]), _GRID)
    lines = []
    few = examined.thinned(_AVERAGED)
    for model in (few, bent.examined.thinned(_AVERAGED)):
        X = few.question.X.copy()
        means = []
        for value in grid:
            X[:, 0] = value
            means.append(model.mean_at(X))
        lines.append(np.array(means) - np.mean(means))
    return Curves(grid, *lines)


def check_straight(examined: Examined, bent: Bent, curves: Curves | None, sd: float) -> Check:
    """Say whether one term bends, and how far the estimate of the factor moves when it may.

    Parameters
    ----------
    examined : Examined
        The model.
    bent : Bent
        The same with a term that may bend.
    curves : Curves, optional
        Both shapes, where the term is the factor.
    sd : float
        Standard deviation of the outcome.
    """
    in_errors, moved, _ = examined.moved(bent.examined)
    p, departs = bent.test.p_value, curves is not None and curves.departure >= verdicts.DEPARTURE * sd
    moves = in_errors >= verdicts.MOVED_SERIOUS
    verdict = graded(p < verdicts.P_LOOK, p < verdicts.P_SERIOUS and (moves or departs))
    found = f"{p_is(p)}; letting it bend moves the estimate by {examined.unit.of(moved)}, {written(in_errors)} standard errors"
    words = _said(examined, bent, found, verdict == "fine", in_errors >= verdicts.MOVED_LOOK)
    return Check("straight line", bent.variable.name, bent.test.statistic, p, moved, verdict, words)


def _said(examined: Examined, bent: Bent, found: str, straight: bool, moves: bool) -> str:
    label, of_factor = _named(bent.variable), bent.variable.name == examined.factor.name
    ordered = bent.variable.kind is Kind.ORDINAL
    line = "in equal steps" if ordered else "along a straight line"
    if straight:
        much = "Little" if bent.test.p_value < verdicts.P_LITTLE else "Nothing"
        return f"{much} speaks against {label} acting {line} ({found})."
    bends = f"{label} does not act {line} ({found})"
    if of_factor and ordered:
        return f"{bends}. One step does not describe this effect: compare the levels one by one."
    if of_factor:
        return (
            f"{bends}. One number does not describe this effect: show the curve (dose_response), and say between which "
            "values the contrast stands."
        )
    if not moves:
        return f"The covariate {bends}. The estimate of {examined.factor.label} hardly depends on it; say so beside it."
    return (
        f"The covariate {bends}, so that adjusting for the line leaves confounding behind. Adjust for "
        f"spline({bent.variable.name}, 4) in a formula (fit_formula), and report that estimate beside this one."
    )


def _named(variable: Variable) -> str:
    return variable.label if variable.scale is Scale.LINEAR else f"{variable.label} ({variable.scale} scale)"

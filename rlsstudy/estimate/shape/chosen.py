"""The columns, the reference and the values of a curve, from what is asked and from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE, MIN_LEVEL_USED
from rlsstudy.estimate.fits.splines import default_knots
from rlsstudy.estimate.shape import curves
from rlsstudy.estimate.shape.categories import (
    Category,
    categories_of,
    cuts_for,
    declared_cuts,
    nearest_value,
    place_of,
)
from rlsstudy.estimate.shape.curves import Curve
from rlsstudy.estimate.shape.fitted import Problem
from rlsstudy.estimate.shape.response import ThresholdPlace
from rlsstudy.estimate.shape.shape import UNKNOWN, Shape, usual_knots
from rlsstudy.estimate.shape.threshold import Threshold, search_threshold
from rlsstudy.estimate.shape.units import grid_of, natural, reference_of, span_of
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.question import Question

    Floats = NDArray[np.float64]

_NOMINAL = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question about a shape.

    Parameters
    ----------
    cohort : Cohort
        The whole cohort.
    question : Question
        The arrays of the planned model.
    shape : Shape
        Which shape.
    reference : float, optional
        In the factor's unit.
    points : int
        At how many values.
    """

    cohort: Cohort
    question: Question
    shape: Shape
    reference: float | None
    points: int

    @property
    def variable(self) -> Variable:
        """The factor."""
        return self.question.plan.factor

    @property
    def problem(self) -> Problem:
        """What every shape is fitted to."""
        question = self.question
        return Problem(
            name=self.variable.name,
            z=question.X[:, 0],
            others=np.column_stack([question.lead, question.X[:, 1:]]),
            other_names=(*question.lead_names, *question.names[1:]),
            y=question.y,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A shape with all that the data decide about it.

    Parameters
    ----------
    curve : Curve
        Its columns.
    reference : float
        On the factor's scale.
    values : ndarray, shape (m,)
        At which it is worked out, on the factor's scale.
    categories : tuple of Category
        Of categories, one for each value.
    threshold : ThresholdPlace, optional
        A threshold that is known or was found.
    found : Threshold, optional
        What the search for it found.
    notes, concerns : tuple of str
        What is worth knowing, and why it is to be read with care.
    """

    curve: Curve
    reference: float
    values: Floats
    categories: tuple[Category, ...] = ()
    threshold: ThresholdPlace | None = None
    found: Threshold | None = None
    notes: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What a shape alone decides."""

    curve: Curve
    threshold: ThresholdPlace | None = None
    found: Threshold | None = None
    notes: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()


def choose(asked: Asked) -> Chosen:
    """Choose the columns, the reference and the values of a curve.

    Parameters
    ----------
    asked : Asked
        The question.

    Raises
    ------
    EstimationError
        The data cannot show this shape, or the reference is none of their values.
    """
    if asked.shape.kind == "categories":
        return _categories(asked)
    variable, z = asked.variable, asked.question.X[:, 0]
    span = span_of(variable, z)
    reference, said = reference_of(variable, z, asked.reference)
    match asked.shape.kind:
        case "linear":
            part = _Part(curves.line())
        case "spline":
            part = _spline(asked)
        case _:
            part = _threshold(asked)
    marked = (reference,) if part.threshold is None else (reference, part.threshold.at)
    return Chosen(
        curve=part.curve,
        reference=float(variable.on_scale(np.array([reference]))[0]),
        values=variable.on_scale(grid_of(variable, span, asked.points, *marked)),
        threshold=part.threshold,
        found=part.found,
        notes=(*filter(None, (said,)), *part.notes),
        concerns=part.concerns,
    )


def known_threshold(asked: Asked) -> tuple[float, str] | None:
    """Return a threshold that is given, or the one declared cut, in the factor's unit, and its source."""
    at = asked.shape.at
    if at == UNKNOWN:
        return None
    if isinstance(at, float | int):
        return float(at), "as asked for"
    cuts = declared_cuts(asked.cohort.model, asked.variable.name)
    if cuts is None or len(cuts.values) != 1:
        return None
    return nearest_value(asked.variable, cuts.values[0]), cuts.source


def sides(z: Floats, at: float) -> tuple[int, int]:
    """Count the participants up to a threshold and above it."""
    above = int((z > at).sum())
    return len(z) - above, above


def _categories(asked: Asked) -> Chosen:
    variable, z = asked.variable, asked.question.X[:, 0]
    cuts = cuts_for(asked.cohort.model, variable, z, asked.shape.cuts)
    categories = categories_of(variable, cuts.values, z)
    reference, _ = reference_of(variable, z, asked.reference)
    place = place_of(categories, reference)
    edges = variable.on_scale(np.array(cuts.values))
    return Chosen(
        curve=curves.steps(edges.tolist(), place, [one.label for one in categories]),
        reference=categories[place].z,
        values=np.array([one.z for one in categories]),
        categories=categories,
        notes=(f"cuts {cuts.source}", *cuts.notes),
    )


def _spline(asked: Asked) -> _Part:
    z = asked.question.X[:, 0]
    wanted = usual_knots(len(z)) if asked.shape.knots is None else asked.shape.knots
    if isinstance(wanted, tuple):
        return _Part(curves.spline(_on_scale(asked.variable, wanted, "knots are")))
    knots = default_knots(z, wanted)
    few = f"{len(knots)} knots in place of {wanted}, because values are tied"
    return _Part(curves.spline(knots), notes=(few,) if len(knots) < wanted else ())


def _threshold(asked: Asked) -> _Part:
    known, flat = known_threshold(asked), asked.shape.flat
    if known is None:
        return _searched(asked)
    at, source = known
    on_scale = float(_on_scale(asked.variable, (at,), "threshold is")[0])
    return _Part(
        curve=curves.flat_beyond(on_scale, flat) if flat else curves.broken_stick(on_scale),
        threshold=ThresholdPlace(at, at, at, searched=False),
        notes=(f"threshold {source}",),
        concerns=_few_beside(asked.variable, at, sides(asked.question.X[:, 0], on_scale)),
    )


def _searched(asked: Asked) -> _Part:
    variable = asked.variable
    if asked.shape.flat:
        raise EstimationError(
            f"No single cut of '{variable.name}' is declared, and a curve that is flat {asked.shape.flat} a threshold "
            "needs a known one. Give 'at'."
        )
    found = search_threshold(asked.problem, seed=asked.shape.seed)
    ends = natural(variable, np.array([found.at, found.low, found.high, *found.searched]))
    at, low, high, first, last = (float(end) for end in ends)
    notes = [
        f"threshold looked for from {first:.3g} to {last:.3g} {variable.unit}".rstrip(),
        "the intervals of the curve hold for every threshold in its interval",
    ]
    if found.p_value > _NOMINAL:
        notes.insert(1, "no threshold is shown, so that its place and its interval mean little")
    elif found.is_open:
        notes.insert(1, "the interval of the threshold reaches an end of what was searched")
    place = ThresholdPlace(at, low, high, searched=True)
    return _Part(curves.broken_stick(found.at, searched=1), place, found, tuple(notes))


def _few_beside(variable: Variable, at: float, counts: tuple[int, int]) -> tuple[str, ...]:
    """Say, or refuse, that hardly anybody is on one side of a threshold."""
    where = [
        f"{side} {plain_number(at)} {variable.unit}".rstrip()
        for side, count in zip(("at or below", "above"), counts, strict=True)
        if count < MIN_LEVEL_SIZE
    ]
    if min(counts) < MIN_LEVEL_USED:
        raise EstimationError(
            f"Fewer than {MIN_LEVEL_USED} participants are {' and '.join(where)}, so that this threshold of "
            f"'{variable.name}' cannot be seen. Choose another, or a spline."
        )
    return (f"fewer than {MIN_LEVEL_SIZE} participants are {' and '.join(where)}",) if where else ()


def _on_scale(variable: Variable, values: Sequence[float], what: str) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = variable.on_scale(np.array(values, dtype=np.float64))
    if not np.isfinite(on_scale).all():
        raise EstimationError(
            f"'{variable.name}' ({variable.label}) is on a {variable.scale} scale, so that its {what} above 0."
        )
    return on_scale

"""Categories of a number: where cuts come from, what categories are called, and which are too small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.equations import BandOf, RuleOf
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.shape.units import natural
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]

_QUINTILES = (0.2, 0.4, 0.6, 0.8)
_FEW_VALUES = 6  # whole numbers, such as the alleles of a genotype, are categories themselves
_DUST = 1e-6  # of a step of the instrument: two cuts this near are one


@dataclass(frozen=True, slots=True)
class Category:
    """One category.

    Parameters
    ----------
    label : str
        Its range, in the factor's unit.
    low, high : float
        Its lowest value, and the lowest of the next; infinite at the ends.
    n : int
        Participants in it.
    middle, z : float
        Their median, in the factor's unit and on its scale.
    """

    label: str
    low: float
    high: float
    n: int
    middle: float
    z: float


@dataclass(frozen=True, slots=True)
class Cuts:
    """The lowest value of each category but the first, in the factor's unit, with where they come from."""

    values: tuple[float, ...]
    source: str
    notes: tuple[str, ...] = ()


def declared_cuts(model: CausalModel, factor: str) -> Cuts | None:
    """Return the cuts of the first variable that is declared to band a factor, or to ask about it.

    Parameters
    ----------
    model : CausalModel
        The declared model.
    factor : str
        A number.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> declared_cuts(rls_model(), "egfr").values
    (15, 30, 45, 60, 90)
    """
    variables = sorted(model, key=lambda variable: not isinstance(variable.equation, BandOf))
    for variable in variables:
        if cuts := _cuts_by(variable, factor):
            return Cuts(cuts, f"as declared by '{variable.name}'")
    return None


def cuts_for(model: CausalModel, variable: Variable, z: Floats, asked: Sequence[float]) -> Cuts:
    """Return the cuts that are asked for, else declared, else few whole numbers, else the quintiles.

    Small categories are merged.

    Parameters
    ----------
    model : CausalModel
        The declared model.
    variable : Variable
        The factor.
    z : ndarray, shape (n,)
        The participants' values on its scale.
    asked : sequence of float
        In the factor's unit; empty for none.

    Raises
    ------
    EstimationError
        A cut that the scale does not allow, or fewer than two categories with 10 participants.
    """
    chosen = Cuts(tuple(asked), "as asked for") if asked else declared_cuts(model, variable.name)
    values = np.unique(z)
    if chosen is None and variable.kind is Kind.INTEGER and len(values) <= _FEW_VALUES:
        chosen = Cuts(tuple(natural(variable, values[1:]).tolist()), "the values there are")
    if chosen is None:
        ends = np.unique(np.quantile(z, _QUINTILES))
        quintiles = natural(variable, ends[ends > z.min()])  # below the least value there is nobody
        chosen = Cuts(tuple(quintiles.tolist()), "quintiles")
    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = variable.on_scale(np.array(chosen.values))
    if not np.isfinite(on_scale).all():
        raise EstimationError(
            f"'{variable.name}' ({variable.label}) is on a {variable.scale} scale, so its cuts are above 0."
        )
    return _without_small(variable, chosen, z)


def categories_of(variable: Variable, cuts: Sequence[float], z: Floats) -> tuple[Category, ...]:
    """Return the categories between cuts, with their people."""
    edges = variable.on_scale(np.array(cuts, dtype=np.float64))
    place = np.searchsorted(edges, z, side="right")
    middles = [
        float(np.median(part)) if len(part := z[place == k]) else math.nan for k in range(len(cuts) + 1)
    ]
    ends = (-math.inf, *cuts, math.inf)
    return tuple(
        Category(
            label=_label(variable, ends[k], ends[k + 1]),
            low=ends[k],
            high=ends[k + 1],
            n=int((place == k).sum()),
            middle=float(natural(variable, np.array(middle))),
            z=middle,
        )
        for k, middle in enumerate(middles)
    )


def place_of(categories: Sequence[Category], value: float) -> int:
    """Return which category a value belongs to."""
    return next(place for place, one in enumerate(categories) if one.low <= value < one.high)


def nearest_value(variable: Variable, cut: float) -> float:
    """Return a declared cut as a value that the instrument reports: 75.001 of a rule with "below" is 75."""
    if not variable.resolution:
        return float(cut)
    return float(np.round(np.round(cut / variable.resolution) * variable.resolution, 10))


def _without_small(variable: Variable, cuts: Cuts, z: Floats) -> Cuts:
    """Merge categories of fewer than 10 people with the smaller of their neighbours, and say so."""
    values, merged = list(cuts.values), list[str]()
    categories = categories_of(variable, values, z)
    while len(values) and min(one.n for one in categories) < MIN_LEVEL_SIZE:
        sizes = [one.n for one in categories]
        small = int(np.argmin(sizes))
        beside = [place for place in (small - 1, small + 1) if 0 <= place < len(sizes)]
        other = min(beside, key=lambda place: sizes[place])
        merged.append(categories[small].label)
        values.pop(min(small, other))
        categories = categories_of(variable, values, z)
    if not values:
        raise EstimationError(
            f"No two categories of '{variable.name}' have at least {MIN_LEVEL_SIZE} participants each. Choose other "
            "cuts, or a straight line."
        )
    few = f"fewer than {MIN_LEVEL_SIZE} participants in "
    notes = (
        (few + ", ".join(f"'{label}'" for label in merged) + ": merged with a neighbour",) if merged else ()
    )
    return Cuts(tuple(values), cuts.source, notes)


def _cuts_by(variable: Variable, factor: str) -> tuple[float, ...]:
    """Return the cuts that a variable makes of a factor; none when it asks about anything else too."""
    rule = variable.equation
    if isinstance(rule, BandOf) and rule.score == factor:
        return tuple(sorted(rule.cuts))
    if isinstance(rule, RuleOf) and rule.causes == (factor,) and len(rule.any_of) == 1:
        ends = [end for one in rule.any_of[0] for end in (one.at_least, one.below) if end is not None]
        return tuple(sorted(set(ends)))
    return ()


def _label(variable: Variable, low: float, high: float) -> str:
    """Write a range; a cut that lies just above a value of the instrument is "more than" that value."""
    (from_value, is_first), (to_value, is_after) = _end(variable, low), _end(variable, high)
    if math.isinf(low):
        text = f"below {to_value}" if is_after else f"{to_value} or less"
    elif math.isinf(high):
        text = f"{from_value} or more" if is_first else f"more than {from_value}"
    else:
        start = from_value if is_first else f"more than {from_value}"
        text = f"{start} to {'below ' if is_after else ''}{to_value}"
    return f"{text} {variable.unit}".rstrip()


def _end(variable: Variable, cut: float) -> tuple[str, bool]:
    """Return a cut as it is written, and whether the value that is written belongs to the upper category."""
    step = variable.resolution
    if math.isinf(cut):
        return "", True
    if step is None:
        return plain_number(float(f"{cut:.4g}")), True
    at_step = abs(cut / step - round(cut / step)) < _DUST
    value = round(cut / step) * step if at_step else math.floor(cut / step) * step
    return plain_number(round(value, 10)), at_step

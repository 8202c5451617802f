"""Levels with hardly anybody: who is left out for being alone at one, and what rests on too few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.variable import Variable
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE, MIN_LEVEL_USED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.design import DesignColumns

    Bools = NDArray[np.bool_]

RARE_SHARE = 0.05  # of the participants of a model; more are not left out for a level that separates


def without_lone(
    columns: DesignColumns, names: Iterable[str], among: Bools
) -> tuple[Bools, dict[str, Bools]]:
    """Leave out participants who are alone at a level, or alone apart from one value of all others.

    Such a participant is fitted exactly, has no part in any other coefficient, and leaves the model
    without robust errors. Leaving one out can make another one alone, so it is done until nobody is.

    Parameters
    ----------
    columns : DesignColumns
        The columns.
    names : iterable of str
        The variables whose levels are looked at.
    among : ndarray of bool, shape (n_participants,)
        Who would be in the model.

    Returns
    -------
    kept : ndarray of bool, shape (n_participants,)
        Who stays.
    left : dict of str to ndarray of bool
        For each variable that somebody was alone in, who was left out for it.
    """
    names = tuple(names)
    kept, left = among, dict[str, "Bools"]()
    while alone := {name: mask for name in names if (mask := _alone(columns, name, kept)).any()}:
        for name, mask in alone.items():
            left[name] = left[name] | mask if name in left else mask
            kept = kept & ~mask
    return kept, left


def without_separating(
    columns: DesignColumns, names: Iterable[str], among: Bools, events: Bools
) -> tuple[Bools, dict[str, Bools]]:
    """Leave out participants at a rare level of a covariate at which all, or none, have the event.

    Such a level separates: its coefficient has no finite value, and the participants there say nothing
    about the factor. They are left out where they are few; a level with many leaves the model refused.

    Parameters
    ----------
    columns : DesignColumns
        The columns.
    names : iterable of str
        The covariates.
    among : ndarray of bool, shape (n_participants,)
        Who would be in the model.
    events : ndarray of bool, shape (n_participants,)
        Who has the event.

    Returns
    -------
    kept, left
        As `without_lone`.
    """
    names = [name for name in names if columns.variables[name].has_levels]
    kept, left = among, dict[str, "Bools"]()
    while found := {name: mask for name in names if (mask := _one_class(columns, name, kept, events)).any()}:
        for name, mask in found.items():
            left[name] = left[name] | mask if name in left else mask
            kept = kept & ~mask
    return kept, left


def _one_class(columns: DesignColumns, name: str, among: Bools, events: Bools) -> Bools:
    """Tell who is at a rare level of a variable at which all, or none, have the event."""
    places = columns.places[name]
    values = columns.values[:, places.start : places.stop]
    codes = values[:, 0] if columns.variables[name].kind is not Kind.CATEGORICAL else values.argmax(axis=1)
    found = np.zeros_like(among)
    for code in np.unique(codes[among]):
        there = among & (codes == code)
        rare = there.sum() <= RARE_SHARE * among.sum()
        if rare and len(np.unique(events[there])) == 1:
            found |= there
    return found


def apart(columns: DesignColumns, name: str, among: Bools) -> Bools:
    """Tell who has another value than most have, of a variable with one column.

    Where no value is that of most, the value in the middle stands for it; then many are apart.
    """
    values = columns.values[:, columns.places[name][0]]
    chosen = values[among]
    if not len(chosen):
        return among
    middle = len(chosen) // 2
    return np.asarray(among & (values != np.partition(chosen, middle)[middle]))


def few_apart(variable: Variable, counts: Mapping[str, int] | None, n_apart: int) -> str:
    """Say whether the effect of a factor with one column rests on fewer people than it can."""
    if n_apart >= MIN_LEVEL_USED:
        return ""
    few = _levels_below(counts or {}, variable.levels, MIN_LEVEL_USED)
    if variable.kind is Kind.BINARY and few:
        return f"fewer than {MIN_LEVEL_USED} participants have {few}"
    return f"fewer than {MIN_LEVEL_USED} participants differ from the others in '{variable.name}'"


def apart_concern(variable: Variable, n_apart: int) -> str:
    """Say when the effect of a factor without levels rests on few people."""
    if variable.has_levels or n_apart >= MIN_LEVEL_SIZE:
        return ""
    return f"fewer than {MIN_LEVEL_SIZE} participants differ from the others in '{variable.name}'"


def few_at_levels(counts: Mapping[str, int], levels: Sequence[str]) -> str:
    """Say which of some levels have nobody, or fewer people than a comparison can rest on."""
    empty = [level for level in levels if not counts.get(level)]
    if empty:
        return f"nobody has '{empty[0]}' in this model"
    few = _levels_below(counts, levels, MIN_LEVEL_USED)
    return f"fewer than {MIN_LEVEL_USED} participants have {few}" if few else ""


def level_concern(counts: Mapping[str, int], levels: Sequence[str]) -> str:
    """Say which of some levels have fewer people than an estimate needs to be trusted."""
    few = _levels_below(counts, levels, MIN_LEVEL_SIZE)
    return f"fewer than {MIN_LEVEL_SIZE} participants have {few}" if few else ""


def trend_concern(variable: Variable, counts: Mapping[str, int], compared: Iterable[int]) -> str:
    """Say when nobody has one of the levels that an ordinal factor's contrast names."""
    empty = ", ".join(f"'{variable.levels[k]}'" for k in compared if not counts.get(variable.levels[k]))
    return f"nobody has {empty}: the estimate is a trend over the other levels" if empty else ""


def _alone(columns: DesignColumns, name: str, among: Bools) -> Bools:
    """Tell who would decide a column of a variable alone."""
    if columns.variables[name].kind is not Kind.CATEGORICAL:
        mask = apart(columns, name, among)
        return mask if mask.sum() == 1 else np.zeros_like(among)
    places = columns.places[name]
    at_level = (columns.values[:, places.start : places.stop] == 1) & among[:, None]
    return np.asarray(at_level[:, at_level.sum(axis=0) == 1].any(axis=1))


def _levels_below(counts: Mapping[str, int], levels: Sequence[str], limit: int) -> str:
    """List levels with people, but fewer than a limit; the counts are not shown, a note travels far."""
    return ", ".join(f"'{level}'" for level in levels if 0 < counts.get(level, 0) < limit)

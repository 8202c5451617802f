"""What each column of a file may be: the key, a declared variable, something to leave out, or a column of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rlsstudy.cohort.propose.doubts import code_doubts, content_doubts, stated_unit
from rlsstudy.cohort.propose.fields import Described
from rlsstudy.cohort.propose.levels import read_meanings
from rlsstudy.cohort.propose.match import Match, grade_items, match_column
from rlsstudy.cohort.propose.people import identifying
from rlsstudy.cohort.propose.words import Grade, Words
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.study_columns import unit_factor
from rlsstudy.declare.variable import Variable


class Role(StrEnum):
    """What a proposal makes of a column."""

    KEY = "key"
    VARIABLE = "variable"
    DROP = "drop"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """What a proposal makes of one column.

    Parameters
    ----------
    described : Described
        The column and what is known of it.
    role : Role
        What it is.
    variable : Variable, optional
        The declared variable that it may hold.
    grade : Grade
        How sure that is. A guess is written as a comment.
    why : str
        What it was recognised by.
    unit : str
        The unit to be declared, where it is not the declared one.
    codes, missing : mapping of str to str
        What its codes stand for.
    doubts : tuple of str
        What keeps it from being in force, although it may be sure: codes that are not known, cells that do not fit.
    remarks : tuple of str
        What else the person who edits the proposal has to look at.
    """

    described: Described
    role: Role
    variable: Variable | None = None
    grade: Grade = Grade.GUESS
    why: str = ""
    unit: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The column's name in the file."""
        return self.described.name

    @property
    def in_force(self) -> bool:
        """Whether the column is mapped as the proposal stands."""
        return self.role is Role.VARIABLE and self.grade >= Grade.LIKELY and not self.doubts


def propose_columns(
    described: Iterable[Described], key: tuple[str, ...], model: CausalModel, words: Words
) -> tuple[ProposedColumn, ...]:
    """Say what each column may be; of several that fit one variable only the best is in force.

    Parameters
    ----------
    described : iterable of Described
        The columns.
    key : tuple of str
        The columns that tell rows apart.
    model : CausalModel
        The declared variables.
    words : Words
        What names mean.
    """
    described = tuple(described)
    matches = grade_items({one.name: _match(one, words) for one in described})
    columns = [_propose(one, matches[one.name], key, model, words) for one in described]
    return tuple(_one_each(columns))


def _match(one: Described, words: Words) -> Match | None:
    if one.group:  # a box of a checkbox is one of several answers, not the variable
        return None
    return match_column(one.name, one.label, words)


def _propose(
    one: Described, match: Match | None, key: tuple[str, ...], model: CausalModel, words: Words
) -> ProposedColumn:
    if one.name in key:
        return ProposedColumn(one, Role.KEY)
    who = identifying(one.name, one.label, words)
    if who or one.identifies:
        why = f"looks like {who}, by its name" if who else "marked as identifying in its dictionary"
        return ProposedColumn(one, Role.DROP, why=why)
    if one.profile is not None and one.profile.identifies_by:
        return ProposedColumn(one, Role.DROP, why=f"most of its cells look like {one.profile.identifies_by}")
    if match is None:
        meanings = read_meanings(one.levels, None, words)
        return ProposedColumn(one, Role.OWN, missing={**meanings.missing, **one.missing})
    return _as_variable(one, match, model[match.variable], words)


def _as_variable(one: Described, match: Match, variable: Variable, words: Words) -> ProposedColumn:
    stated, doubts = stated_unit(one, match, variable)
    factor = unit_factor(variable, stated) if stated else None
    meanings = read_meanings(one.levels, variable if variable.has_levels else None, words)
    codes = meanings.levels if variable.has_levels else {}
    doubts += content_doubts(one, variable, factor or 1.0)
    doubts += code_doubts(one, variable, codes, meanings.unfit)
    return ProposedColumn(
        described=one,
        role=Role.VARIABLE,
        variable=variable,
        grade=match.grade,
        why=match.why,
        unit="" if stated == variable.unit else stated,
        codes=codes,
        missing={**meanings.missing, **one.missing},
        doubts=tuple(doubts),
        remarks=_unstated(one, match, variable),
    )


def _unstated(one: Described, match: Match, variable: Variable) -> tuple[str, ...]:
    """Say which unit is meant where the file states none and several are known."""
    other = [name for name, factor in variable.other_units if factor != 1.0]
    if one.unit or match.unit or not other:
        return ()
    return (f"no unit is stated; read as {variable.unit}. Other known units: {', '.join(other)}",)


def _one_each(columns: list[ProposedColumn]) -> Iterable[ProposedColumn]:
    """Leave in force one column for each variable: the surest, and of equals the first."""
    best: dict[str, ProposedColumn] = {}
    for column in columns:
        if column.in_force and column.variable is not None:
            first = best.setdefault(column.variable.name, column)
            if column.grade > first.grade:
                best[column.variable.name] = column
    for column in columns:
        name = "" if column.variable is None else column.variable.name
        if column.in_force and best[name] is not column:
            remark = f"'{best[name].name}' is taken for {name}; keep one of them"
            yield replace(column, doubts=(remark,))
        else:
            yield column

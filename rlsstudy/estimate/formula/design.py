"""From a formula to the columns of a design; the formula is looked up part by part and never evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.design import numbers
from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.formula import Formula, Part, Step
    from rlsstudy.declare.formula_parts import Term
    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

_LOGARITHMS = {"log": np.log, "log2": np.log2}


@dataclass(frozen=True, slots=True, eq=False)
class FormulaDesign:
    """What a formula makes of data.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        The design without an intercept.
    names : tuple of str
        Names of the columns: ``log(ferritin)``, ``sex[female]``, ``age:sex[female]``.
    y : ndarray, shape (n,)
        The outcome.
    rows : ndarray of bool, shape (n_rows,)
        Which rows of the data have a value of everything.
    missing : mapping of str to int
        For each variable with gaps, how many rows lack it.
    notes : tuple of str
        What was left out.
    """

    X: Floats
    names: tuple[str, ...]
    y: Floats
    rows: Bools
    missing: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The columns of one part, with what each stands for."""

    columns: Floats
    names: tuple[str, ...]
    note: str = ""


def formula_design(data: pd.DataFrame, model: CausalModel, formula: Formula) -> FormulaDesign:
    """Build the outcome and the design of a formula.

    Parameters
    ----------
    data : DataFrame
        A cohort's data.
    model : CausalModel
        Where the variables are declared.
    formula : Formula
        The formula, in declared names.

    Returns
    -------
    FormulaDesign
        On the rows that have a value of every variable. ``center`` and ``scale`` refer to these rows, and so do
        the knots of ``spline`` (Harrell's quantiles) and ``poly``, which is powers of the standardised number.
        Levels are compared with the one named by ``C``, else with the first that somebody has.

    Raises
    ------
    EstimationError
        A variable that is not in the data or has no value there, a number that a logarithm or a root cannot be taken
        of, or a combination of levels in an interaction that nobody has; all are listed.
    """
    absent = [part.variable for part in formula.parts if part.variable not in data]
    if absent:
        listed = ", ".join(f"'{name}' ({model[name].label})" for name in dict.fromkeys(absent))
        raise EstimationError(
            f"The formula '{formula.text}' needs columns that the data lack: {listed}. Map them in the study file."
        )
    names = dict.fromkeys(part.variable for part in formula.parts)
    rows, missing = _complete(data, tuple(names))
    used = data[rows]
    problems: list[str] = []
    blocks = {part: _columns(used, model[part.variable], part, problems) for part in formula.parts}
    if problems:
        raise EstimationError(f"The formula '{formula.text}' cannot be used:\n{bullet_list(problems)}")
    terms = [_product(term, blocks) for term in formula.terms]
    _refuse_empty_cells(formula, terms)
    return FormulaDesign(
        X=np.column_stack([block.columns for block in terms]) if terms else np.empty((len(used), 0)),
        names=tuple(name for block in terms for name in block.names),
        y=blocks[formula.outcome].columns[:, 0],
        rows=rows,
        missing=missing,
        notes=tuple(dict.fromkeys(block.note for block in blocks.values() if block.note)),
    )


def check_margins(formula: Formula, model: CausalModel, *, intercept: bool) -> None:
    """Refuse levels without the term that stands for the one they are compared with.

    A term with levels is a comparison only beside the same term without them [1]_: the intercept, or the other parts of
    an interaction.

    Parameters
    ----------
    formula : Formula
        The formula, in declared names.
    model : CausalModel
        Where the variables are declared.
    intercept : bool
        Whether the model has an intercept, or thresholds in its place.

    Raises
    ------
    EstimationError
        Such a term is missing; all are listed.

    References
    ----------
    .. [1] Nelder JA (1977). A reformulation of linear models. Journal of the Royal Statistical Society A 140, 48-77.
    """
    there = {frozenset(term) for term in formula.terms}
    if intercept:
        there.add(frozenset())
    problems = []
    for term in formula.terms:
        for part in term:
            rest = [other for other in term if other != part]
            if _has_levels(part, model[part.variable]) and frozenset(rest) not in there:
                needed = f"the term {':'.join(map(str, rest))}" if rest else "the intercept"
                problems.append(
                    f"{':'.join(map(str, term))} compares levels of '{part.variable}', for which {needed} has to be there. "
                    "Add it."
                )
    if problems:
        raise EstimationError(f"The formula '{formula.text}' cannot be used:\n{bullet_list(problems)}")


def _has_levels(part: Part, variable: Variable) -> bool:
    return variable.has_levels or any(step.name == "C" for step in part.steps)


def _complete(data: pd.DataFrame, names: Sequence[str]) -> tuple[Bools, dict[str, int]]:
    """Find the rows with a value of every variable, and count the gaps of each."""
    rows = np.ones(len(data), dtype=bool)
    missing = {}
    for name in names:
        gaps = data[name].isna().to_numpy()
        if gaps.any():
            missing[name] = int(gaps.sum())
        rows &= ~gaps
    if not rows.any():
        empty = [name for name, count in missing.items() if count == len(data)]
        which = f"{', '.join(f'{name!r}' for name in empty)} has no values." if empty else ""
        raise EstimationError(f"No row has a value of every variable of the formula. {which}".rstrip())
    return rows, missing


def _columns(data: pd.DataFrame, variable: Variable, part: Part, problems: list[str]) -> _Block:
    """Return the columns of a part; what cannot be done is added to the problems."""
    if _has_levels(part, variable):
        return _levels(data[part.variable], variable, part)
    values = numbers(data[part.variable])
    if infinite := int(np.isinf(values).sum()):
        problems.append(f"'{variable.name}' has {infinite} infinite values. Correct or remove them.")
        return _Block(values[:, None], (str(part),))
    block = _Block(values[:, None], (str(part),))
    for step in part.steps:
        block = _step(block.columns[:, 0], step, part, problems)
    return block


def _step(values: Floats, step: Step, part: Part, problems: list[str]) -> _Block:
    """Apply one function of a formula to a number."""
    if step.name in ("log", "log2", "sqrt"):
        low = int((values < 0).sum()) if step.name == "sqrt" else int((values <= 0).sum())
        if low:
            allowed = "0 or more" if step.name == "sqrt" else "above 0"
            problems.append(f"{step.name}() needs numbers {allowed}; '{part.variable}' has {low} others.")
            return _Block(np.zeros((len(values), 1)), (str(part),))
        values = np.sqrt(values) if step.name == "sqrt" else _LOGARITHMS[step.name](values)
        return _Block(values[:, None], (str(part),))
    if step.name == "spline":
        basis = restricted_cubic_basis(values, default_knots(values, step.number or 4))
        return _Block(basis, tuple(f"{part}[{place + 1}]" for place in range(basis.shape[1])))
    centred = values - values.mean()
    if step.name == "center":
        return _Block(centred[:, None], (str(part),))
    size = values.std(ddof=1) if len(values) > 1 else 0.0
    if not size:
        problems.append(f"'{part.variable}' is the same for everybody, so that {step.name}() has no meaning.")
        return _Block(centred[:, None], (str(part),))
    if step.name == "scale":
        return _Block((centred / size)[:, None], (str(part),))
    powers = range(1, (step.number or 2) + 1)
    names = tuple(f"{part}[{power}]" for power in powers)
    return _Block(np.column_stack([(centred / size) ** power for power in powers]), names)


def _levels(column: pd.Series, variable: Variable, part: Part) -> _Block:
    """Return an indicator for each level that somebody has, but the one that they are compared with."""
    wanted = next((step.reference for step in part.steps if step.reference is not None), None)
    if variable.has_levels:
        declared: Sequence[str] = variable.levels
        texts = column.astype(str).to_numpy()
        for level in column.astype(str).unique():
            variable.level_code(level)  # refuses one that is not declared
    else:
        declared = [f"{value:g}" for value in sorted({float(value) for value in column})]
        texts = np.array([f"{float(value):g}" for value in column])
    held = [level for level in declared if (texts == level).any()]
    reference = wanted if wanted in held else held[0]
    empty = ", ".join(f"'{level}'" for level in declared if level not in held)
    note = f"nobody has {empty} of '{variable.name}': left out" if empty else ""
    if wanted is not None and wanted != reference:
        note += f"; compared with '{reference}'"
    others = [level for level in held if level != reference]
    columns = np.column_stack([texts == level for level in others]) if others else np.empty((len(texts), 0))
    return _Block(
        np.asarray(columns, np.float64), tuple(f"{variable.name}[{level}]" for level in others), note
    )


def _product(term: Term, blocks: Mapping[Part, _Block]) -> _Block:
    """Return every product of a column of one part with a column of the others."""
    block = blocks[term[0]]
    for part in term[1:]:
        other = blocks[part]
        columns = [a * b for a in block.columns.T for b in other.columns.T]
        names = tuple(f"{a}:{b}" for a in block.names for b in other.names)
        block = _Block(np.column_stack(columns) if columns else np.empty((len(block.columns), 0)), names)
    return block


def _refuse_empty_cells(formula: Formula, terms: Sequence[_Block]) -> None:
    """Refuse an interaction of levels that nobody has together: it would be told apart from nothing."""
    empty = [
        f"nobody has {name.replace(':', ' together with ')}."
        for term, block in zip(formula.terms, terms, strict=True)
        if len(term) > 1
        for name in _zero_columns(block)
    ]
    if empty:
        raise EstimationError(
            f"The interactions of the formula '{formula.text}' cannot be told from the data:\n{bullet_list(empty)}\n"
            "Merge levels, or leave the interaction out."
        )


def _zero_columns(block: _Block) -> Iterator[str]:
    yield from (name for name, column in zip(block.names, block.columns.T, strict=True) if not column.any())

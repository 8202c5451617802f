"""The data dictionary of a study: what the columns of its cohort files are, in the neutral form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_APPLICABLE
from rlsstudy.cohort.write.columns import level_codes
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ISO_DATE, ColumnMap
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import CARRIED, Kind
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from rlsstudy.declare.variable import Variable

KEY = "participant"
FIRST_CODE = -9  # of missing values; lower where a value can be as low
NO_LIMIT = 1e15  # no measured value is beyond it


def dictionary_of(
    model: CausalModel,
    names: Iterable[str] | None = None,
    *,
    columns: Sequence[ColumnMap] = (),
    numbered: bool = False,
    key: str = KEY,
) -> Dictionary:
    """Return what the columns of a cohort are.

    Parameters
    ----------
    model : CausalModel
        The declaration.
    names : iterable of str, optional
        The variables; by default all that are measured. Latent ones are in no file, and left out.
    columns : sequence of ColumnMap
        How a study maps its files: which values are required, and what texts must match.
    numbered : bool
        Whether levels are written as numbers and reasons of gaps as numbers below every value, as in SPSS, rather
        than as in the text files that this package writes: ``yes`` and ``[not done]``.
    key : str
        The key column.

    Returns
    -------
    Dictionary
        The key first, then the variables in declared order.

    Raises
    ------
    DeclarationError
        A name is not declared.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> fields = dictionary_of(rls.rls_model(), ["age", "rls_case"]).fields
    >>> [(field.name, field.label, str(field.kind), field.unit) for field in fields[1:]]
    [('age', 'Age', 'continuous', 'years'), ('rls_case', 'Restless legs syndrome', 'binary', '')]
    """
    wanted = {variable.name for variable in model.measured}
    if names is not None:
        wanted &= {model[name].name for name in names}
    mapped = {column.variable: column for column in columns}
    first = DictionaryField(key, "Participant", Kind.INTEGER, required=True, identifies=True)
    fields = [
        _field(variable, model, mapped.get(variable.name), numbered=numbered)
        for variable in model.measured
        if variable.name in wanted
    ]
    return Dictionary(model.name, (first, *fields), key, model.name)


def _field(
    variable: Variable, model: CausalModel, mapped: ColumnMap | None, *, numbered: bool
) -> DictionaryField:
    return DictionaryField(
        name=variable.name,
        label=variable.label,
        kind=variable.kind,
        unit=variable.unit,
        limits=_limits(variable),
        levels=_levels(variable, numbered=numbered),
        missing=_missing(variable, numbered=numbered),
        date_format=ISO_DATE if variable.kind is Kind.DATE else "",
        pattern=(mapped.pattern or "") if mapped is not None else "",
        required=mapped is not None and mapped.required,
        section=str(variable.domain),
        branching=_branching(variable, model, numbered=numbered),
    )


def _limits(variable: Variable) -> tuple[float | None, float | None]:
    if variable.limits is None:
        return (None, None)
    low, high = (float(limit) if np.isfinite(limit) else None for limit in variable.limits)
    return (low, high)


def _levels(variable: Variable, *, numbered: bool) -> Mapping[str, str]:
    if not variable.has_levels:
        return {}
    if numbered:
        return {str(code): level for level, code in level_codes(variable).items()}
    return {level: level for level in variable.levels}


def _missing(variable: Variable, *, numbered: bool) -> Mapping[str, str]:
    """Return how the declared reasons of a variable's gaps are written; one that is not recorded is an empty cell."""
    reasons = reasons_of(variable)
    if variable.kind in CARRIED:  # theirs stand in a column beside them
        return {}
    if not numbered:
        return {f"[{reason}]": reason for reason in reasons}
    codes = codes_below(min(0.0, *(variable.limits or (0.0,))), reasons)
    return {plain_number(code): reason for reason, code in codes.items()}


def reasons_of(variable: Variable) -> tuple[str, ...]:
    """Return the reasons that are declared for the gaps of a variable, sorted."""
    reasons = {reason.name for reason in variable.missing}
    reasons |= {
        reason
        for reason, limit in zip((BELOW_DETECTION, ABOVE_DETECTION), variable.detection, strict=True)
        if limit is not None
    }
    return tuple(sorted(reasons | ({NOT_APPLICABLE} if variable.applies_to else set())))


def codes_below(lowest: float, reasons: Sequence[str]) -> dict[str, float]:
    """Return a whole number for each reason, all below what a value can be.

    Parameters
    ----------
    lowest : float
        The lowest value, or 0.
    reasons : sequence of str
        The reasons.

    Returns
    -------
    dict of str to float
        From -9, -99, -999 … on upwards; empty when a value can be so low that there is no room.

    Examples
    --------
    >>> codes_below(0, ["not done", "refused"])
    {'not done': -9.0, 'refused': -8.0}
    >>> codes_below(-20, ["not done"])
    {'not done': -99.0}
    """
    first = float(FIRST_CODE)
    while first + len(reasons) - 1 >= lowest:
        first = first * 10 + FIRST_CODE
        if first < -NO_LIMIT:
            return {}
    return {reason: first + place for place, reason in enumerate(reasons)}


def _branching(variable: Variable, model: CausalModel, *, numbered: bool) -> str:
    """Say where a variable applies: in words, or as REDCap writes it."""
    if variable.applies_to is None:
        return ""
    gate = model[variable.applies_to]
    if numbered:
        return f"[{gate.name}] = '{level_codes(gate)[gate.levels[-1]]}'"
    return f"{gate.name} is {gate.levels[-1]}"

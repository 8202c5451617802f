"""What a study asks, against what its files have: outcome, factors, population, and the parts that variables play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ColumnMap, DataFiles
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.rls import DEFAULT_FACTORS
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.declare.study_columns import available
from rlsstudy.declare.study_head import Asked
from rlsstudy.declare.toml_table import Table
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import DeclarationError, did_you_mean

EVERYONE = "everyone"


def columns_of(data: SyntheticData | DataFiles) -> tuple[ColumnMap, ...]:
    """Return the maps of all columns, in whatever layout; none for files whose columns have declared names."""
    if not isinstance(data, DataFiles) or not data.columns:
        return ()
    return (*data.columns, *(column for layout in data.layouts for column in layout.columns))


def check_parts(
    head: Table, asked: Asked, model: CausalModel, data: DataFiles, unread: frozenset[str]
) -> None:
    """Note what cannot be the site or the date of visits, and columns that are both mapped and dropped."""
    parts = (("site", asked.site), ("visit_date", asked.visit_date))
    there = available(columns_of(data), model)
    for key, name in parts:
        if name is None or name in unread:
            continue
        if name not in model:
            head.complain(f"no variable '{name}' is declared.{did_you_mean(name, model.by_name)}", key)
        elif problem := _unfit(key, model[name]):
            head.complain(problem, key)
        elif columns_of(data) and name not in there:
            head.complain(f"the {key} '{name}' has no column. Name its column in [columns].", key)
    if data.at_visit is not None and not any((data.visit, *(layout.visit for layout in data.layouts))):
        head.complain('\'at_visit\' needs the column of the visit: key = ["…", "…"].', "at_visit")
    mapped = {column.column for column in columns_of(data)} | {data.key, data.visit}
    for column in data.drop:
        if column in mapped:
            head.complain(f"column '{column}' is dropped, and used as well. Do one of both.", "drop")


def _unfit(key: str, variable: Variable) -> str:
    if key == "visit_date" and variable.kind is not Kind.DATE:
        return f"the visit_date '{variable.name}' is {variable.kind}, not a date."
    if key == "site" and not (variable.has_levels or variable.kind is Kind.TEXT):
        return f"the site '{variable.name}' is {variable.kind}; a site has levels or is text."
    return ""


def check_contradictions(tables: Sequence[Table], model: CausalModel, data: DataFiles) -> None:
    """Note contradictions of variables that no column holds, which would never be found."""
    columns = columns_of(data)
    if not columns:
        return
    there = available(columns, model)
    for table in tables:
        when = table.raw("when")
        for name in when if isinstance(when, dict) else ():
            if name in model and name not in there:
                table.complain(f"'{name}' has no column. Name its column in [columns].", "when")


def make_study(
    head: Table, asked: Asked, model: CausalModel, data: SyntheticData | DataFiles, path: Path
) -> Study | None:
    """Put the question together with the data; None where they contradict each other, which is noted.

    Parameters
    ----------
    head : Table
        ``[study]``, in which problems are noted.
    asked : Asked
        What it says.
    model : CausalModel
        What is declared, with the study's own variables.
    data : SyntheticData or DataFiles
        Where the data come from.
    path : Path
        The study file.

    Returns
    -------
    Study or None
        The study.
    """
    columns = columns_of(data)
    factors = asked.factors if asked.factors is not None else _usual_factors(columns, model)
    if not factors and not asked.has_data and asked.factors is None:
        factors = _usual_factors((), model)  # without data nothing is asked of them
    for problem in _carried(factors, model):
        head.complain(problem, "factors")
    if columns:
        _refuse_unmeasured(head, asked, factors, columns, model)
    try:
        population = _population(asked, model)
        return Study(asked.title, model, asked.outcome, factors, data, population, path.name)
    except DeclarationError as error:
        for problem in error.problems:
            head.complain(problem)
        return None


def _carried(factors: Sequence[str], model: CausalModel) -> Iterator[str]:
    for name in factors:
        if name in model and model[name].is_carried:
            kind = model[name].kind
            yield f"the factor '{name}' is a {kind}, which is carried along and never modelled."


def _population(asked: Asked, model: CausalModel) -> str | None:
    """Return who is asked about: unless the file says otherwise, the group in which the outcome exists."""
    if asked.population is None and asked.outcome in model:
        return model[asked.outcome].applies_to
    return None if asked.population == EVERYONE else asked.population


def _refuse_unmeasured(
    head: Table, asked: Asked, factors: tuple[str, ...], columns: tuple[ColumnMap, ...], model: CausalModel
) -> None:
    """Note what is asked about and has no column; without data, what was asked by name."""
    there = available(columns, model)
    roles = [("outcome", "outcome", asked.outcome), *(("factor", "factors", factor) for factor in factors)]
    for role, key, name in roles:
        is_asked = asked.has_data or head.has(key)
        if is_asked and name in model and model[name].measured and name not in there:
            head.complain(
                f"the {role} '{name}' ({model[name].label}) has no column. Name its column in [columns].", key
            )


def _usual_factors(columns: tuple[ColumnMap, ...], model: CausalModel) -> tuple[str, ...]:
    """Return the factors of the packaged study, less those that the file has no column for."""
    there = available(columns, model) if columns else frozenset(model.by_name)
    return tuple(factor for factor in DEFAULT_FACTORS if factor in there)

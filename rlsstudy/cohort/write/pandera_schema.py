"""What a cohort's data must be, as a schema of pandera, for those who use it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.kinds import Kind, Scale
from rlsstudy.errors import CohortError

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

    from rlsstudy.declare.variable import Variable

    Argument = float | str | pd.Timestamp

PLAIN_TYPES = {
    Kind.CONTINUOUS: "float64",
    Kind.INTEGER: "Int64",
    Kind.TEXT: "string",
    Kind.DATE: "datetime64[us]",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """What is asked of one column.

    Parameters
    ----------
    title : str
        The label with the unit.
    levels : tuple of str
        The levels of a categorical.
    ordered : bool
        Whether they are in order.
    plain : str
        The type of a column without levels.
    checks : tuple of (str, tuple)
        The names of pandera's own checks, with their arguments.
    nullable : bool
        Whether there can be gaps.
    """

    title: str
    levels: tuple[str, ...]
    ordered: bool
    plain: str
    checks: tuple[tuple[str, tuple[Argument, ...]], ...]
    nullable: bool


def to_pandera(
    model: CausalModel,
    names: Iterable[str] | None = None,
    *,
    required: Collection[str] = (),
    patterns: Mapping[str, str] | None = None,
) -> DataFrameSchema:
    """Return a schema that accepts the ``.data`` of a cohort that this package accepts.

    Parameters
    ----------
    model : CausalModel
        The declaration.
    names : iterable of str, optional
        The columns that must be there; by default all measured variables. Others may be there too.
    required : collection of str
        The variables in which a gap is a fault.
    patterns : mapping of str to str, optional
        What texts must match from end to end, by variable.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Types, levels, limits, gaps and the index of participants, who are there once. What is true of several columns
        together (sums of items, where a variable applies, visits) is checked by `load_cohort` alone.

    Raises
    ------
    CohortError
        pandera is not installed.
    DeclarationError
        A name is not declared.
    """
    try:
        import pandera.pandas as pa
    except ImportError as error:
        message = "pandera is not installed. Install it with 'pip install pandera', or write another format."
        raise CohortError(message) from error
    columns = {}
    for name, asked in _columns(model, names, required, patterns or {}).items():
        kind = pd.CategoricalDtype(list(asked.levels), ordered=asked.ordered) if asked.levels else asked.plain
        checks = [getattr(pa.Check, check)(*arguments) for check, arguments in asked.checks]
        columns[name] = pa.Column(kind, checks, nullable=asked.nullable, title=asked.title)
    index = pa.Index("int64", unique=True, name="participant")
    return pa.DataFrameSchema(columns, index=index, name=model.name)


def pandera_source(
    model: CausalModel,
    names: Iterable[str] | None = None,
    *,
    required: Collection[str] = (),
    patterns: Mapping[str, str] | None = None,
) -> str:
    """Return a Python module that defines the same schema; pandera need not be installed to write it.

    Parameters
    ----------
    model, names, required, patterns
        As for `to_pandera`.

    Returns
    -------
    str
        A module with ``schema``: ``schema.validate(cohort.data, lazy=True)``.
    """
    columns = [
        f"        {name!r}: {_source(asked)},"
        for name, asked in _columns(model, names, required, patterns or {}).items()
    ]
    return "\n".join(
        [
            '"""What the data of a cohort must be, written by rlsstudy: schema.validate(cohort.data, lazy=True)."""',
            "",
            "import pandas as pd",
            "import pandera.pandas as pa",
            "",
            "schema = pa.DataFrameSchema(",
            "    {",
            *columns,
            "    },",
            '    index=pa.Index("int64", unique=True, name="participant"),',
            f"    name={model.name!r},",
            ")",
            "",
        ]
    )


def _columns(
    model: CausalModel,
    names: Iterable[str] | None,
    required: Collection[str],
    patterns: Mapping[str, str],
) -> dict[str, _Column]:
    variables = model.measured if names is None else [model[name] for name in names]
    return {
        variable.name: _Column(
            variable.label_with_unit,
            variable.levels,
            variable.kind is Kind.ORDINAL,
            PLAIN_TYPES.get(variable.kind, ""),
            tuple(_checks(variable, patterns.get(variable.name, ""))),
            variable.name not in required,
        )
        for variable in variables
        if variable.measured
    }


def _checks(variable: Variable, pattern: str) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    """Yield what every value must be."""
    if pattern:
        yield "str_matches", (rf"^(?:{pattern})\Z",)
    if variable.has_levels or variable.kind is Kind.TEXT:
        return
    low, high = variable.limits or (-np.inf, np.inf)
    if variable.kind is Kind.DATE:
        if np.isfinite(low):
            yield "ge", (_day(low),)
        if np.isfinite(high):
            yield "le", (_day(high),)
        return
    yield ("ge", (float(low),)) if np.isfinite(low) else ("gt", (-np.inf,))
    yield ("le", (float(high),)) if np.isfinite(high) else ("lt", (np.inf,))
    if variable.scale is not Scale.LINEAR:
        yield "gt", (0.0,)


def _day(days: float) -> pd.Timestamp:
    return pd.Timestamp(0) + pd.Timedelta(days=days)


def _source(asked: _Column) -> str:
    """Write the call that makes a column."""
    kind = f"pd.CategoricalDtype({list(asked.levels)!r}, ordered={asked.ordered})"
    checks = [f"pa.Check.{check}({', '.join(map(_literal, arguments))})" for check, arguments in asked.checks]
    parts = [kind if asked.levels else repr(asked.plain), f"[{', '.join(checks)}]"]
    return f"pa.Column({', '.join(parts)}, nullable={asked.nullable}, title={asked.title!r})"


def _literal(argument: Argument) -> str:
    if isinstance(argument, pd.Timestamp):
        return f"pd.Timestamp({argument.isoformat()!r})"
    if isinstance(argument, float) and not np.isfinite(argument):
        return f"float({str(float(argument))!r})"
    return repr(argument)

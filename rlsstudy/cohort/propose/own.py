"""Columns of a study's own, as a study file declares them: what their dictionary says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rlsstudy.cohort.propose.columns import ProposedColumn
from rlsstudy.cohort.propose.fields import Described, decimal_mark
from rlsstudy.cohort.propose.text import inline, quoted
from rlsstudy.cohort.propose.words import split_words
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ISO_DATE
from rlsstudy.declare.kinds import LEVELLED, Kind
from rlsstudy.declare.text_forms import date_format_problem, pattern_problem, write_day
from rlsstudy.problems import plain_number

TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.INTEGER: "integer",
    Kind.CONTINUOUS: "number",
    Kind.DATE: "date",
    Kind.CATEGORICAL: "category",
    Kind.ORDINAL: "ordinal",
    Kind.BINARY: "binary",
}
TWO = 2


def own_names(columns: Iterable[ProposedColumn], model: CausalModel) -> dict[str, str]:
    """Choose the variables of columns of a study's own, other than those that are declared.

    Parameters
    ----------
    columns : iterable of ProposedColumn
        The columns.
    model : CausalModel
        The declared variables.

    Returns
    -------
    dict of str to str
        A name for each column: its own in small letters where that can be one, else made of its words.
    """
    taken = set(model.by_name)
    names: dict[str, str] = {}
    for place, column in enumerate(columns, start=1):
        lower = column.name.lower()
        first = lower if _is_name(lower) else "_".join(split_words(column.name))
        candidates = (first, f"own_{first}", f"own_{first}_{place}", f"column_{place}")
        names[column.name] = next(name for name in candidates if _is_name(name) and name not in taken)
        taken.add(names[column.name])
    return names


def own_column(column: ProposedColumn, variable: str) -> list[str]:
    """Write what is declared of a column of the study's own, as lines of its table.

    Parameters
    ----------
    column : ProposedColumn
        The column; what its dictionary says of it.
    variable : str
        The variable's name, which is written where it is not the column's.

    Returns
    -------
    list of str
        The lines, without the table's header.
    """
    one = column.described
    codes = distinct_levels({code: label for code, label in one.levels.items() if code not in column.missing})
    kind = _kind(one, codes)
    lines = [f"type = {quoted(TYPES[kind])}"]
    if variable != column.name.lower():
        lines.append(f"variable = {quoted(variable)}")
    if one.label.strip():
        lines.append(f"label = {quoted(' '.join(one.label.split()))}")
    lines += _of_kind(one, kind)
    if kind in LEVELLED:
        lines.append(f"codes = {inline(codes)}")
    if column.missing:
        lines.append(f"missing = {inline(column.missing)}")
    return [*lines, "required = true"] if one.required else lines


def distinct_levels(codes: Mapping[str, str]) -> dict[str, str]:
    """Return codes and levels of which no two are the same; where labels agree, the code is added."""
    texts = [" ".join(label.split()) or code for code, label in codes.items()]
    return {
        code: f"{text} ({code})" if texts.count(text) > 1 else text
        for code, text in zip(codes, texts, strict=True)
    }


def _kind(one: Described, codes: Mapping[str, str]) -> Kind:
    """Return the kind that a study file can declare."""
    if one.kind in LEVELLED or (one.kind is None and codes):
        if len(codes) < TWO:
            return Kind.TEXT  # a single level is none
        if one.kind is None or (one.kind is Kind.BINARY and len(codes) > TWO):
            return Kind.CATEGORICAL
    if one.kind is Kind.DATE and date_format_problem(one.date_format or ISO_DATE):
        return Kind.TEXT
    return one.kind or Kind.TEXT


def _of_kind(one: Described, kind: Kind) -> Iterator[str]:
    """Give what only some kinds have: unit and limits, the format of dates, the pattern of texts."""
    low, high = one.limits
    if kind in (Kind.INTEGER, Kind.CONTINUOUS):
        if one.unit:
            yield f"unit = {quoted(one.unit)}"
        if not (low is not None and high is not None and low >= high):
            yield from (
                f"{key} = {plain_number(end)}"
                for key, end in (("min", low), ("max", high))
                if end is not None
            )
        if decimal_mark(one) != ".":
            yield f"decimal = {quoted(decimal_mark(one))}"
    elif kind is Kind.DATE:
        if one.date_format not in ("", ISO_DATE):
            yield f"format = {quoted(one.date_format)}"
        elif not (low is not None and high is not None and low >= high):
            ends = (("min", low), ("max", high))
            yield from (f"{key} = {write_day(end)}" for key, end in ends if end is not None)
    elif kind is Kind.TEXT and one.kind is Kind.TEXT and one.pattern and not pattern_problem(one.pattern):
        yield f"pattern = {quoted(one.pattern)}"


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()

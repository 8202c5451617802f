"""A proposal as the text of a study file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rlsstudy.cohort.propose.columns import ProposedColumn, Role
from rlsstudy.cohort.propose.fields import decimal_mark
from rlsstudy.cohort.propose.mapping import Proposal
from rlsstudy.cohort.propose.own import TYPES, own_column, own_names
from rlsstudy.cohort.propose.text import inline, quoted, remark_line, toml_key
from rlsstudy.cohort.write.cohort_file import write_atomically
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ISO_DATE, ROW_KEY
from rlsstudy.declare.file_options import AS_IT_IS
from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.rls import DEFAULT_FACTORS
from rlsstudy.declare.study_columns import derivable
from rlsstudy.declare.study_head import DEFAULT_OUTCOME
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, counted

NO_FACTORS = (Domain.OUTCOME, Domain.STUDY)  # unless a person names one


def write_proposal(proposal: Proposal, out: Path, *, force: bool = False) -> Path:
    """Write a proposal as a study file.

    Parameters
    ----------
    proposal : Proposal
        What is proposed.
    out : Path
        The study file to write. The data file is named as seen from its folder.
    force : bool
        Whether a file that is there is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CohortError
        The file is there already, or is the data file.
    OSError
        The file cannot be written.
    """
    same = out.exists() and proposal.path.exists() and out.samefile(proposal.path)
    if same or (out.exists() and not force):
        hint = "Name another file." if same else "Name another file, or replace it with --force."
        raise CohortError(
            f"'{out.name}' was not written:",
            [Problem("E_FILE_EXISTS", f"'{out.name}' is there already", hint=hint)],
        )
    content = as_toml(proposal, data=_relative(proposal.path, out.parent)).encode()
    write_atomically(out, lambda unfinished: unfinished.write_bytes(content))
    return out


def as_toml(proposal: Proposal, *, data: str = "") -> str:
    """Return a proposal as the text of a study file.

    Parameters
    ----------
    proposal : Proposal
        What is proposed.
    data : str
        The data file as the study file names it; by default its name alone.

    Returns
    -------
    str
        Valid TOML. It holds no cell of the data file.
    """
    lines = [
        *_opening(proposal),
        *_study(proposal, data or proposal.path.name),
        *_files(proposal),
        *_mapped(proposal),
        *_others(proposal),
    ]
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _relative(path: Path, folder: Path) -> str:
    """Return a file as seen from a folder; its full name where that is on another drive."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _opening(proposal: Proposal) -> Iterator[str]:
    size = f"{counted(proposal.n_rows, 'row')}, {counted(len(proposal.columns), 'column')}"
    yield remark_line(f"A proposal by `rlsstudy map` for '{proposal.path.name}' ({size}), for you to edit.")
    if proposal.dictionary:
        yield remark_line(f"Its columns are described by '{proposal.dictionary}'.")
    yield "# sure: one meaning only. likely: look at it. guess, or held back: a comment; take the # away once it is right."
    yield "# Nothing in this file was taken from a participant's cells; only counts of them were looked at."
    yield from (remark_line(remark) for remark in proposal.remarks)
    yield ""


def _study(proposal: Proposal, data: str) -> Iterator[str]:
    yield "[study]"
    yield f"title = {quoted(proposal.title)}"
    yield from question(proposal.mapped.values(), proposal.model, data)
    names = proposal.key.columns
    yield remark_line(f"{_key_words(names)}: {_sentence(proposal.key.remark)}")
    yield f"key = {quoted(names[0])}" if len(names) == 1 else f"key = [{', '.join(map(quoted, names))}]"
    if proposal.missing:
        yield f"missing = {inline(proposal.missing)}"
    yield from dropped(proposal.columns)
    yield ""


def dropped(columns: Iterable[ProposedColumn]) -> Iterator[str]:
    """Give the lines that leave out what points to people, each with the reason."""
    left_out = [column for column in columns if column.role is Role.DROP]
    if left_out:
        yield "# What points to people is left out."
        yield "drop = ["
        yield from (f"  {quoted(column.name)},  {remark_line(column.why)}" for column in left_out)
        yield "]"


def question(mapped: Iterable[str], model: CausalModel, data: str) -> Iterator[str]:
    """Give the lines that name the data and what is asked of them.

    Parameters
    ----------
    mapped : iterable of str
        The declared variables that have a column.
    model : CausalModel
        The declared variables.
    data : str
        The data file. It is written as a comment where the outcome or every factor is lacking: the study then
        declares only how such a file is read, which is enough to check it.
    """
    there = derivable(mapped, model)
    factors = [name for name in there if model[name].domain not in NO_FACTORS and not model[name].is_carried]
    if DEFAULT_OUTCOME in there and factors:
        yield f"data = {quoted(data)}"
        if not there.intersection(DEFAULT_FACTORS):
            yield f"factors = [{', '.join(map(quoted, sorted(factors)))}]"
        return
    lacking = "factor" if DEFAULT_OUTCOME in there else "IRLS total, nor for all items of it"
    yield f"# There is no column in force for any {lacking}, so this study declares only how the file is"
    yield "# read: `rlsstudy check FILE --study` works with it. For a report, map what is lacking, or name another declared"
    yield "# number as outcome, and take the # away from here:"
    yield f"# data = {quoted(data)}"
    yield f"# outcome = {quoted(DEFAULT_OUTCOME)}"
    yield '# factors = ["ferritin"]'


def _key_words(names: tuple[str, ...]) -> str:
    if names == (ROW_KEY,):
        return "The key"
    return "The key: the participant" if len(names) == 1 else "The key: the participant and the visit"


def _files(proposal: Proposal) -> Iterator[str]:
    options = proposal.options
    said = {
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "decimal": options.decimal,
        "sheet": options.sheet,
        "cells": options.cells,
        "comment": options.comment,
    }
    lines = [
        f"{key} = {quoted(value)}"
        for key, value in said.items()
        if value is not None and value != getattr(AS_IT_IS, key)
    ]
    lines += [
        f"{key} = {value}"
        for key, value in (("skip", options.skip), ("header_rows", options.header_rows))
        if value != getattr(AS_IT_IS, key)
    ]
    if lines:
        yield from ("[files]", *lines, "")


def _mapped(proposal: Proposal) -> Iterator[str]:
    columns = [_without_mark(column, proposal) for column in proposal.columns if column.role is Role.VARIABLE]
    yield "# Your column = a declared variable."
    yield "[columns]"
    for column in columns:
        yield from mapping(column)
    yield ""


def _without_mark(column: ProposedColumn, proposal: Proposal) -> ProposedColumn:
    """Return a column that says nothing of its decimal mark where [files] says it for all."""
    found = column.described.profile
    if proposal.options.decimal == AS_IT_IS.decimal or found is None:
        return column
    as_points = replace(found, n_numbers=found.n_numbers + found.n_comma_numbers, n_comma_numbers=0)
    return replace(column, described=replace(column.described, profile=as_points))


def mapping(column: ProposedColumn) -> Iterator[str]:
    """Give the line that maps a column, as a comment where it is not in force, and what is to be looked at."""
    assert column.variable is not None
    label = f" Your label: {column.described.label}." if column.described.label else ""
    words = f"{column.grade.word}, {column.why}: {column.variable.label_with_unit}.{label}"
    hash_mark = "" if column.in_force else "# "
    yield f"{hash_mark}{toml_key(column.name)} = {_target(column)}  {remark_line(words)}"
    yield from (remark_line(f"^ held back: {_sentence(doubt)}") for doubt in column.doubts)
    yield from (remark_line(f"^ {_sentence(remark)}") for remark in column.remarks)


def _target(column: ProposedColumn) -> str:
    assert column.variable is not None
    parts = [f"variable = {quoted(column.variable.name)}"]
    if column.unit:
        parts.append(f"unit = {quoted(column.unit)}")
    if column.codes:
        parts.append(f"codes = {inline(column.codes)}")
    elif column.variable.has_levels and not column.in_force:
        parts.append(f"codes = {inline({f'code of {level}': level for level in column.variable.levels})}")
    if column.missing:
        parts.append(f"missing = {inline(column.missing)}")
    date, mark = column.described.date_format, decimal_mark(column.described)
    if mark != "." and not column.variable.has_levels:
        parts.append(f"decimal = {quoted(mark)}")
    if column.described.required:
        parts.append("required = true")
    if column.variable.kind is Kind.DATE and date not in ("", ISO_DATE):
        parts.append(f"format = {quoted(date)}")
    return quoted(column.variable.name) if len(parts) == 1 else "{ " + ", ".join(parts) + " }"


def _others(proposal: Proposal) -> Iterator[str]:
    own = [_without_mark(column, proposal) for column in proposal.columns if column.role is Role.OWN]
    if not own:
        return
    names = own_names(own, proposal.model)
    left = (
        "1 column fits no declared variable and is"
        if len(own) == 1
        else f"{len(own)} columns fit no declared variable and are"
    )
    yield f"# {left} left alone. Take the # away from what you want to have read"
    yield "# and checked as a column of your own."
    for column in own:
        yield "#"
        yield remark_line(f"[columns.{toml_key(column.name)}]")
        yield from (f"# {line}" for line in _suggested(column, names[column.name]))


def _suggested(column: ProposedColumn, name: str) -> list[str]:
    """Write what a dictionary declares of a column, or the one type that all its cells fit."""
    one, found = column.described, column.described.profile
    if one.kind is not None or one.levels or found is None:
        return own_column(column, name)
    kind = next(kind for kind, word in TYPES.items() if word == found.strict_type)
    lines = own_column(replace(column, described=replace(one, kind=kind)), name)
    if found.looks_like_codes:
        lines[0] += f"  {remark_line(f'or category: {found.n_distinct} different codes; see your codebook')}"
    return lines

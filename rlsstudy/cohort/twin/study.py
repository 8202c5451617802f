"""The study file of a synthetic twin: a new one from a dictionary, or one that is there and reads the twin instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from rlsstudy.cohort.propose.columns import Role
from rlsstudy.cohort.propose.own import own_column, own_names
from rlsstudy.cohort.propose.text import inline, quoted, remark_line, toml_key
from rlsstudy.cohort.propose.toml import dropped, mapping, question
from rlsstudy.cohort.twin.make import Twin
from rlsstudy.cohort.twin.sources import TWIN
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.declare.rls import rls_model
from rlsstudy.errors import StudyFileError


def twin_study(dictionary: Dictionary, twin: Twin, seed: int) -> str:
    """Return a study file that reads a twin.

    Parameters
    ----------
    dictionary : Dictionary
        The dictionary that the twin was made from.
    twin : Twin
        The twin. Its columns are mapped where they are surely or likely a declared variable; all others are declared
        as columns of the study's own.
    seed : int
        The seed that it was made with, which is told.

    Returns
    -------
    str
        The text of the file.
    """
    model = rls_model()
    lines = [*_opening(dictionary, twin, seed), *_head(dictionary, twin, model), *_columns(twin, model)]
    return "\n".join(lines) + "\n"


def _opening(dictionary: Dictionary, twin: Twin, seed: int) -> Iterator[str]:
    people = (
        f"{len(twin.cells[0]):,} synthetic participants (design {twin.design}, seed {seed}), who are nobody"
    )
    yield remark_line(
        f"A study by `rlsstudy new`, from the dictionary '{dictionary.source}', for you to edit."
    )
    yield remark_line(f"'{TWIN}' holds {people}. Its columns, codes and formats are those")
    yield "# of the dictionary, so that checking and reporting can be rehearsed before there are data."
    yield "# sure: one meaning only. likely: look at it. guess, or held back: a comment; take the # away once it is right."
    yield ""


def _head(dictionary: Dictionary, twin: Twin, model: CausalModel) -> Iterator[str]:
    mapped = [column.variable.name for column in twin.columns if column.in_force and column.variable]
    real = quoted(twin.key or "the column that identifies a participant")
    yield "[study]"
    yield f"title = {quoted(dictionary.title or f'Study of {dictionary.source}')}"
    yield from question(mapped, model, TWIN)
    yield "# This key marks the file as synthetic. When the real data come, name their file above and write here:"
    yield f"# key = {real}"
    yield f"key = {quoted(SYNTHETIC_KEY)}"
    if dictionary.missing:
        yield f"missing = {inline(dictionary.missing)}"
    yield from dropped(twin.columns)
    yield ""


def _columns(twin: Twin, model: CausalModel) -> Iterator[str]:
    variables = [column for column in twin.columns if column.role is Role.VARIABLE]
    yield "# Your column = a declared variable."
    yield "[columns]"
    for column in variables:
        yield from mapping(column)
    kept_apart = [column for column in variables if not column.in_force]
    others = [column for column in twin.columns if column.role is Role.OWN or column in kept_apart]
    names = own_names(others, model)
    for column in others:
        yield ""
        if column.role is Role.VARIABLE:
            yield "# Its line above is a comment. Take this table away when you put that line in force."
        yield f"[columns.{toml_key(column.name)}]"
        yield from own_column(column, names[column.name])


def with_twin(text: str, source: str, visit: str = "") -> str:
    """Return a study file that reads the synthetic file instead of the real ones, and is the same in all else.

    Parameters
    ----------
    text, source : str
        The study file's text and name.
    visit : str
        The column of the visit, where the study has one.

    Returns
    -------
    str
        The text of the new file, in which the lines that were taken out are comments.

    Raises
    ------
    StudyFileError
        The lines cannot be told apart.
    """
    wanted = tomllib.loads(text)
    wanted["study"] = {
        **{name: value for name, value in wanted["study"].items() if name not in ("data", "key")},
        "data": TWIN,
        "key": [SYNTHETIC_KEY, visit] if visit else SYNTHETIC_KEY,
    }
    key = quoted(SYNTHETIC_KEY)
    kept, taken = _split_head(text.splitlines())
    note = [
        f"# '{TWIN}' is synthetic. When the real data come, write these lines of '{source}' again instead of the next two:",
        *(f"# {line}" for line in taken),
        f'data = "{TWIN}"',
        f"key = [{key}, {quoted(visit)}]" if visit else f"key = {key}",
    ]
    place = next(
        (place for place, line in enumerate(kept, 1) if line.split("#")[0].strip() == "[study]"), None
    )
    changed = "\n".join([*kept[:place], *note, *kept[place or 0 :]]) + "\n"
    try:
        same = place is not None and tomllib.loads(changed) == wanted
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        problem = (
            "the lines 'data' and 'key' could not be found. Write each on lines of its own below [study]."
        )
        raise StudyFileError(source, [problem])
    return changed


def without_files(text: str) -> str:
    """Make comments of what a study file says of single files, or of files that are not text."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            inside = line.lstrip().startswith(("[files]", "[files.", "[ files"))
        lines.append(f"# {line}" if inside and line.strip() else line)
    return "\n".join(lines) + "\n"


def _split_head(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines without ``data`` and ``key`` of ``[study]``, and these."""
    kept: list[str] = []
    taken: list[str] = []
    open_part: list[str] = []
    inside = False
    for line in lines:
        if not open_part and line.lstrip().startswith("["):
            inside = line.split("#")[0].strip() == "[study]"
        name = line.split("=")[0].strip().strip("\"'")
        if open_part or (inside and "=" in line and name in ("data", "key")):
            open_part.append(line)
            if _is_whole(open_part):
                taken += open_part
                open_part = []
        else:
            kept.append(line)
    return kept, taken + open_part


def _is_whole(lines: list[str]) -> bool:
    """Whether lines are one complete statement; a list may go over several."""
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True

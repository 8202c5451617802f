"""A study and a synthetic twin of its data, from a data dictionary: for rehearsing a report before there are data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.declare.study import SYNTHETIC_KEY, DataFiles
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from rlsstudy.cohort.twin import Twin
    from rlsstudy.cohort.twin_sources import Source

STUDY, TWIN = "study.toml", "twin.csv"


@dataclass(frozen=True, slots=True)
class NewStudy:
    """What was written.

    Parameters
    ----------
    study, twin : Path
        The study file and the synthetic cohort.
    mapped : int
        Columns that are declared variables.
    columns : int
        All columns of the dictionary.
    asks : bool
        Whether a report can be made: the outcome and a factor are there. Otherwise the study declares only how
        files are read.
    """

    study: Path
    twin: Path
    mapped: int
    columns: int
    asks: bool


def study_from_dictionary(
    source: Path, folder: Path, *, n: int = 200, seed: int = 1, force: bool = False
) -> NewStudy:
    r"""Write a study file and a synthetic cohort with the columns of a dictionary.

    Parameters
    ----------
    source : Path
        A REDCap dictionary or project, a Table Schema, a Spout folder, an SPSS, Stata or SAS file, of which only the
        labels are used, or a study file.
    folder : Path
        Where to write ``study.toml`` and ``twin.csv``; made if it is not there.
    n : int
        How many synthetic participants.
    seed : int
        The same seed gives the same bytes.
    force : bool
        Whether files that are there are replaced.

    Returns
    -------
    NewStudy
        The files, and what they are good for.

    Raises
    ------
    CohortError
        The source is no dictionary of a known kind, or cannot be read.
    StudyFileError
        It is a study file that cannot be used.
    DeclarationError
        ``n`` or ``seed`` is out of range.
    DeliveryError
        A file is there already, or cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> header = "Variable / Field Name,Form Name,Field Type,Field Label"
    >>> with TemporaryDirectory() as name:
    ...     file = Path(name, "dictionary.csv")
    ...     rows = f"{header}\nrecord_id,f,text,ID\nirls,f,text,IRLS total\nsf,f,text,Ferritin\n"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     new = study_from_dictionary(file, Path(name, "study"), n=20)
    ...     new.study.name, new.twin.name, new.mapped
    ('study.toml', 'twin.csv', 2)
    """
    from rlsstudy.cohort.twin import make_twin
    from rlsstudy.cohort.twin_sources import read_source

    targets = (folder / STUDY, folder / TWIN)
    _check_targets(targets, source, force=force)
    read = read_source(source)
    twin = make_twin(read.dictionary, n=n, seed=seed, variables=read.variables)
    text, options = _study_text(read, twin, source, n, seed)
    _write(folder, dict(zip(targets, (text.encode(), twin.as_csv(options)), strict=True)))
    mapped = sum(column.in_force for column in twin.columns)
    asks = "data" in tomllib.loads(text)["study"]
    return NewStudy(*targets, mapped, len(twin.columns), asks)


def _check_targets(targets: tuple[Path, ...], source: Path, *, force: bool) -> None:
    """Raise unless both files may be written; the dictionary itself is never replaced."""
    for target in targets:
        if target.exists() and source.exists() and target.samefile(source):
            raise DeliveryError(f"'{target}' is the dictionary itself. Name another folder.")
        if target.exists() and not force:
            raise DeliveryError(
                f"There is a file '{target}' already. It was kept; name another folder, or replace it with --force."
            )


def _write(folder: Path, files: dict[Path, bytes]) -> None:
    from rlsstudy.cohort.write import write_atomically

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            write_atomically(path, lambda unfinished, content=content: unfinished.write_bytes(content))  # type: ignore[misc]
    except OSError as error:
        raise DeliveryError(
            f"'{folder}' cannot be written: {error.strerror}. Name a folder that you can write."
        ) from error


def _study_text(read: Source, twin: Twin, source: Path, n: int, seed: int) -> tuple[str, FileOptions]:
    """Return the study file, and how the synthetic file is to be written for it."""
    if read.study is not None:
        assert isinstance(read.study.data, DataFiles)
        options = read.study.data.options.of(Path(TWIN))
        return _with_twin(source.read_text(encoding="utf-8"), source.name), options
    return "\n".join(_new_text(read, twin, n, seed)) + "\n", AS_IT_IS


def _new_text(read: Source, twin: Twin, n: int, seed: int) -> Iterator[str]:
    from rlsstudy.cohort.propose_columns import Role
    from rlsstudy.cohort.propose_own import own_column, own_names
    from rlsstudy.cohort.propose_text import inline, quoted, remark_line, toml_key
    from rlsstudy.cohort.propose_toml import dropped, mapping, question
    from rlsstudy.declare.rls import rls_model

    model, dictionary = rls_model(), read.dictionary
    mapped = [column.variable.name for column in twin.columns if column.in_force and column.variable]
    yield remark_line(
        f"A study by `rlsstudy new`, from the dictionary '{dictionary.source}', for you to edit."
    )
    yield remark_line(
        f"'{TWIN}' holds {n:,} synthetic participants (design {twin.design}, seed {seed}), who are nobody. Its columns, "
        "codes and formats"
    )
    yield "# are those of the dictionary, so that checking and reporting can be rehearsed before there are data."
    yield "# sure: one meaning only. likely: look at it. guess, or held back: a comment; take the # away once it is right."
    yield ""
    yield "[study]"
    yield f"title = {quoted(dictionary.title or f'Study of {dictionary.source}')}"
    yield from question(mapped, model, TWIN)
    yield from _key_lines(twin.key)
    if dictionary.missing:
        yield f"missing = {inline(dictionary.missing)}"
    yield from dropped(twin.columns)
    yield ""
    yield "# Your column = a declared variable."
    yield "[columns]"
    for column in twin.columns:
        if column.role is Role.VARIABLE:
            yield from mapping(column)
    others = [
        column
        for column in twin.columns
        if column.role is Role.OWN or (column.role is Role.VARIABLE and not column.in_force)
    ]
    names = own_names(others, model)
    for column in others:
        yield ""
        if column.role is Role.VARIABLE:
            yield "# Its line above is a comment. Take this table away when you put that line in force."
        yield f"[columns.{toml_key(column.name)}]"
        yield from own_column(column, names[column.name])


def _key_lines(key: str) -> Iterator[str]:
    """Give the key of the synthetic file, and what to write in its place."""
    from rlsstudy.cohort.propose_text import quoted

    real = quoted(key) if key else '"the column that identifies a participant"'
    yield "# This key marks the file as synthetic. When the real data come, name their file above and write here:"
    yield f"# key = {real}"
    yield f"key = {quoted(SYNTHETIC_KEY)}"


def _with_twin(text: str, source: str) -> str:
    """Return a study file that reads the synthetic file instead of the real ones, and is the same in all else.

    Raises
    ------
    DeliveryError
        The lines cannot be told apart.
    """
    wanted = tomllib.loads(text)
    wanted["study"] = {
        **{name: value for name, value in wanted["study"].items() if name not in ("data", "key")},
        "data": TWIN,
        "key": SYNTHETIC_KEY,
    }
    kept, taken = _split_head(text.splitlines())
    note = [
        f"# '{TWIN}' is synthetic. When the real data come, write these lines of '{source}' again instead of the next two:",
        *(f"# {line}" for line in taken),
        f'data = "{TWIN}"',
        f'key = "{SYNTHETIC_KEY}"',
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
        raise DeliveryError(
            f"The lines 'data' and 'key' of '{source}' could not be found. Write each on lines of its own below [study]."
        )
    return changed


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

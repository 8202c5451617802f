"""The commands about data files and dictionaries: check, map, convert, dictionary, new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rlsstudy.deliver.exit_status import INPUT
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rlsstudy.problems import Problem

FileArgument = Annotated[Path, typer.Argument(help="The data file.")]
StudyOption = Annotated[
    Path | None, typer.Option("--study", help="The study file that declares the columns of the data file.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")]


def register_data_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (check, map_columns, convert, dictionary, new):
        app.command(name="map" if command is map_columns else None)(command)


def check(
    file: FileArgument,
    study: StudyOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the problems as a list of records.")] = False,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write a data-quality report to this page too.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Say what is wrong with a data file; status 2 if it would be refused."""
    from rlsstudy.cohort.check import check_file
    from rlsstudy.deliver.target import check_new_target, files_of
    from rlsstudy.problems import refusals

    if page is not None:  # before a long check, not after it
        check_new_target(page, [file, *files_of(study)], force=force)
    problems = check_file(file, study)
    if as_json:
        typer.echo(json.dumps([problem.as_record() for problem in problems], ensure_ascii=False, indent=1))
    else:
        _list(problems, file)
    if page is not None:
        from rlsstudy.deliver.quality_report import write_quality_report

        written = write_quality_report(problems, page, file=file.name, facts=_facts(study), force=force)
        typer.echo(f"The data-quality report is {written}.", err=True)
    if refusals(problems):
        raise typer.Exit(INPUT)


def _list(problems: Sequence[Problem], file: Path) -> None:
    for problem in problems:
        typer.echo(f"{problem.severity}: {problem}")
    if not problems:
        typer.echo(f"No problem was found in '{file.name}'.")


def _facts(study: Path | None) -> dict[str, str]:
    return {"checked with": "the declared names" if study is None else study.name}


def map_columns(
    file: FileArgument,
    out: Annotated[Path, typer.Option(help="The study file to write.")] = Path("study.toml"),
    dictionary: Annotated[
        Path | None,
        typer.Option(
            help="A REDCap dictionary or project, a Table Schema or a Spout folder that describes the file."
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Propose a study file for a data file, for you to read and edit. Nothing is loaded by it unread."""
    from rlsstudy.cohort.propose.mapping import propose_mapping
    from rlsstudy.cohort.propose.toml import write_proposal
    from rlsstudy.cohort.twin.sources import read_source
    from rlsstudy.deliver.target import check_new_target

    if out.suffix.lower() != ".toml":
        raise DeliveryError(f"A study file cannot be called '{out.name}': its name must end in .toml.")
    check_new_target(out, [file, *([] if dictionary is None else [dictionary])], force=force)
    described = None if dictionary is None else read_source(dictionary).dictionary
    proposal = propose_mapping(file, dictionary=described)
    written = write_proposal(proposal, out, force=force)
    mapped = len(proposal.mapped)
    typer.echo(
        f"{mapped} of {len(proposal.columns)} columns are mapped; read and edit the file before use.",
        err=True,
    )
    typer.echo(written)


def convert(
    file: FileArgument,
    out: Annotated[Path, typer.Argument(help="The file to write; its ending says the format.")],
    study: StudyOption = None,
    force: ForceOption = False,
) -> None:
    """Read a data file as it is declared, and write it in another format, with labels and reasons of gaps.

    Columns that the study does not map are left out, and running numbers take the place of participants' keys.
    """
    from rlsstudy.deliver.convert import convert_file
    from rlsstudy.deliver.target import check_new_target, files_of

    asked = file if file.suffix.lower() == ".toml" else study
    check_new_target(out, [file, *files_of(asked)], force=force)
    typer.echo(convert_file(file, out, study=study, force=force, tell=tell_notes))


def dictionary(
    out: Annotated[Path, typer.Option(help="The file to write; a folder for spout.")],
    study: Annotated[
        str, typer.Argument(help="A study file, or 'default' for all that the package declares.")
    ] = "default",
    format: Annotated[
        str, typer.Option("--format", help="table-schema, redcap, spout or pandera")
    ] = "table-schema",
    force: ForceOption = False,
) -> None:
    """Write what the columns of a study are, in the form that other programs read."""
    from rlsstudy.declare.study_file import load_study
    from rlsstudy.deliver.codebook_dictionaries import write_dictionary
    from rlsstudy.deliver.target import check_new_target, files_of

    check_new_target(out, files_of(study), force=force)
    typer.echo(write_dictionary(load_study(study), out, format, force=force))


def new(
    folder: Annotated[Path, typer.Argument(help="Where to begin a study; made if it is not there.")] = Path(),
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A dictionary to begin from: REDCap CSV or XML, Table Schema, Spout folder, SPSS, Stata, SAS or a study file.",
        ),
    ] = None,
    n: Annotated[int, typer.Option("--n", help="With --from: number of synthetic participants.")] = 200,
    seed: Annotated[int, typer.Option(help="With --from: the same seed gives the same file.")] = 1,
    force: ForceOption = False,
) -> None:
    """Write a commented study.toml to start from; with --from also a synthetic twin of the file to come."""
    if source is None:
        from rlsstudy.deliver.study_template import write_study_template

        typer.echo(write_study_template(folder))
        return
    from rlsstudy.deliver.study_from_dictionary import study_from_dictionary

    made = study_from_dictionary(source, folder, n=n, seed=seed, force=force)
    typer.echo(
        f"{made.twin}: {n} synthetic participants, {made.columns} columns, {made.mapped} of them simulated.",
        err=True,
    )
    if not made.asks:
        typer.echo(
            "The outcome is not among the columns: the study declares how the file is read, and no more.",
            err=True,
        )
    typer.echo(made.study)


def tell_notes(notes: Iterable[Problem]) -> None:
    """List what was noticed while the data files were read, one line each, as `check` does."""
    from rlsstudy.present.markup import one_line

    for note in notes:
        typer.echo(one_line(f"{note.severity}: {note}"), err=True)

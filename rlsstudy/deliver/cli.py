"""The command line: it reads arguments, calls the package, and says where the result is.

Standard output holds the result alone; progress and errors go to standard error. Exit status: 0 done,
2 something in the user's input, 1 a fault of this package, 130 interrupted, 143 ended from outside (SIGTERM).
"""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from rlsstudy.deliver.cli_data import register_data_commands, tell_notes
from rlsstudy.deliver.exit_status import INPUT, INTERRUPTED, TERMINATED
from rlsstudy.errors import DeliveryError, RLSStudyError, did_you_mean

if TYPE_CHECKING:
    pass

FORMATS = ("html",)
# What the user's disk, names and permissions do not allow is no fault of this package.
_OF_THE_SYSTEM = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ENOSPC,
        errno.EROFS,
        errno.ENAMETOOLONG,
        errno.ENOENT,
    }
)

app = typer.Typer(
    help="Cohort studies of restless legs syndrome, from one declaration. For research and teaching; not medical advice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

StudyArgument = Annotated[
    str, typer.Argument(help="A study file, or 'default' for the packaged synthetic study.")
]


register_data_commands(app)


def main() -> None:
    """Run the command line and exit with its status."""
    sys.excepthook = _report_fault
    signal.signal(signal.SIGTERM, _terminate)
    try:
        get_command(app)(prog_name="rlsstudy")
    except RLSStudyError as error:
        if sys.excepthook is not _report_fault:  # --traceback was asked for
            raise
        typer.echo(f"Error: {error}", err=True)
        sys.exit(INPUT)
    except OSError as error:
        if sys.excepthook is not _report_fault or error.errno not in _OF_THE_SYSTEM:
            raise
        name = Path(str(error.filename)).name[:80] if error.filename else "a file"
        typer.echo(f"Error: '{name}': {error.strerror}.", err=True)
        sys.exit(INPUT)


def _show_version(asked: bool) -> None:
    if asked:
        import rlsstudy

        typer.echo(rlsstudy.__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
    traceback: Annotated[
        bool,
        typer.Option("--traceback", help="Show where an error arose; this can show participants' values."),
    ] = False,
) -> None:
    """Cohort studies of restless legs syndrome, from one declaration. For research and teaching; not medical advice."""
    del version  # answered by its callback
    if traceback:
        sys.excepthook = sys.__excepthook__


@app.command()
def report(
    study: StudyArgument = "default",
    out: Annotated[Path, typer.Option(help="The report's folder.")] = Path("rlsstudy-report"),
    format: Annotated[str, typer.Option("--format", help="html")] = "html",
) -> None:
    """Execute the notebooks for a study and write the report."""
    _check_formats(format)
    try:
        from rlsstudy.deliver.progress import report_progress
        from rlsstudy.deliver.report import make_report

        with report_progress() as progress:
            written = make_report(study, out, progress=progress)
    except KeyboardInterrupt:
        typer.echo("Interrupted: the last report is unchanged.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    tell_notes(written.notes)
    typer.echo(written.index)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="The file to write: .csv or .parquet.")],
    n: Annotated[int | None, typer.Option("--n", help="Number of participants.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same cohort.")] = None,
    design: Annotated[str | None, typer.Option(help="How participants come into the cohort.")] = None,
    scenario: Annotated[str | None, typer.Option(help="A named variation of the model.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write a synthetic cohort to a file."""
    from rlsstudy.cohort.simulate import asked_data
    from rlsstudy.declare.study_file import default_study
    from rlsstudy.deliver.cohort_file import check_target, save_simulated

    check_target(out, force=force)
    asked = asked_data(default_study(), n=n, seed=seed, design=design, scenario=scenario)
    typer.echo(save_simulated(asked, out, force=force))


@app.command()
def codebook(
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("rlsstudy-codebook"),
) -> None:
    """Write what every variable of the model means and looks like, with its causes and their sources."""
    from rlsstudy.deliver.codebook import render_codebook

    typer.echo(render_codebook(out))


class _LabCommand(TyperCommand):
    """A command that takes no part in what stands after ``--``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        from rlsstudy.deliver.lab import check_folder, split_arguments

        own, ctx.obj = split_arguments(args)
        rest = super().parse_args(ctx, own)
        for stray in (str(ctx.params.get("folder", "")), *ctx.args):
            check_folder(stray)
        if ctx.args:
            ctx.fail(f"One folder is opened at a time, not '{ctx.args[0]}' too.")
        return rest


@app.command(cls=_LabCommand, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def lab(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Your folder; notebooks that are there are kept.")] = Path(
        "rlsstudy-notebooks"
    ),
    browser: Annotated[bool, typer.Option(help="Open a browser window, or only print the address.")] = True,
) -> None:
    """Copy the notebooks into a folder of your own and open them in JupyterLab.

    What stands after two hyphens goes to JupyterLab: rlsstudy lab my_folder -- --port 9913
    """
    from rlsstudy.deliver.lab import open_lab
    from rlsstudy.deliver.notebooks import copy_notebooks

    copied = copy_notebooks(folder)
    typer.echo(
        f"{folder}: {len(copied.written)} notebooks copied, {len(copied.kept)} kept as they were.", err=True
    )
    raise typer.Exit(open_lab(folder, browser=browser, arguments=tuple(context.obj)))


def _check_formats(formats: str) -> None:
    """Refuse what cannot be written yet."""
    asked = [name.strip() for name in formats.split(",")]
    if unknown := [name for name in asked if name not in FORMATS]:
        hint = did_you_mean(unknown[0], FORMATS)
        raise DeliveryError(
            f"A report cannot be written as '{unknown[0]}': only html can be written yet.{hint}"
        )


def _report_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that an error is ours, without its text: it can quote a participant's value."""
    del error, trace
    command = " ".join(["rlsstudy", "--traceback", *sys.argv[1:]])
    typer.echo(
        f"Error: rlsstudy met a fault of its own ({kind.__name__}). To see where, run:\n  {command}", err=True
    )


def _terminate(number: int, frame: object) -> None:
    """End as after Ctrl-C, so that nothing half written is left."""
    del number, frame
    sys.exit(TERMINATED)

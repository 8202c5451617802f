"""Progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rlsstudy.deliver.report import ReportProgress


@contextmanager
def report_progress() -> Iterator[ReportProgress]:
    """Give a callback that shows how far each notebook is."""
    if not sys.stderr.isatty():
        yield _plain_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, cells: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=cells)
            bars.update(tasks[name], completed=done)

        yield show


@contextmanager
def participants_progress() -> Iterator[Callable[[int, int], None] | None]:
    """Give a callback that shows how many participants are written; None where nobody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("participants"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("participants", total=None)
        yield lambda done, n: bars.update(task, completed=done, total=n)


def _plain_line(name: str, done: int, cells: int) -> None:
    if done in (0, cells):
        print(f"{name}: {'executed' if done else 'executing'} {cells} cells", file=sys.stderr, flush=True)  # noqa: T201  # progress

"""What is wrong with a data file, as one page: the verdict, every problem, the columns, and what the codes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlsstudy
from rlsstudy.cohort.checks.problem_codes import Explanation, explanations
from rlsstudy.deliver.report import fill_template
from rlsstudy.errors import DeliveryError
from rlsstudy.problems import Problem, Severity, counted, printable

HERE = Path(__file__).resolve().parent
STYLES = ("style.css", "templates/quality.css")
WHOLE_FILE = "the file as a whole"


@dataclass(frozen=True, slots=True)
class _Group:
    """How the problems of one severity are called, and what they mean for the file."""

    word: Severity
    title: str
    meaning: str
    rows: tuple[Mapping[str, Any], ...]


GROUPS = (
    (Severity.REFUSE, "Refusals", "The file is not used while any of these is there."),
    (Severity.WARN, "Warnings", "The file can be used. Each of these is worth a look before it is."),
    (Severity.NOTE, "Notes", "Worth knowing; nothing has to be done."),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the problems of a file come to.

    Parameters
    ----------
    word : str
        ``refuse``, ``warn``, ``note`` or ``clean``.
    headline, next : str
        The verdict in a sentence, and what to do next.
    """

    word: str
    headline: str
    next: str


def verdict_of(problems: Sequence[Problem]) -> Verdict:
    """Say what the problems of a file come to.

    Examples
    --------
    >>> verdict_of([]).headline
    'No problem was found.'
    """
    count = {severity: sum(one.severity is severity for one in problems) for severity in Severity}
    refused, warned, noted = (count[severity] for severity, _, _ in GROUPS)
    if refused:
        besides = [counted(number, word) for number, word in ((warned, "warning"), (noted, "note")) if number]
        rest = (
            f" There {'is' if warned + noted == 1 else 'are'} {' and '.join(besides)} besides."
            if besides
            else ""
        )
        must = "must" if refused > 1 else "has to"
        return Verdict(
            "refuse",
            "The file is refused.",
            f"{counted(refused, 'problem')} {must} be put right before it can be used.{rest}",
        )
    if warned:
        return Verdict(
            "warn",
            f"The file can be used with {counted(warned, 'warning')}.",
            "Look at each before you use it.",
        )
    if noted:
        return Verdict("note", "The file can be used.", f"{counted(noted, 'note')} may be worth knowing.")
    return Verdict("clean", "No problem was found.", "The file can be used.")


def write_quality_report(
    problems: Sequence[Problem],
    target: Path,
    *,
    file: str,
    facts: Mapping[str, str] | None = None,
    force: bool = False,
) -> Path:
    """Write what was found in a data file as one HTML page that needs no other file, no network and no script.

    Parameters
    ----------
    problems : sequence of Problem
        What was found. Their messages hold no participant's value, and neither does the page.
    target : Path
        The page to write.
    file : str
        The name of the data file.
    facts : mapping of str to str, optional
        What else is to be said of it: its size, its checksum, the study that it was checked with.
    force : bool
        Whether a file that is there is replaced.

    Returns
    -------
    Path
        The page. The same problems give the same bytes.

    Raises
    ------
    DeliveryError
        A file of that name is there, or it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_quality_report([], Path(folder, "quality.html"), file="clinic.csv").name
    'quality.html'
    """
    from rlsstudy.cohort.write.cohort_file import write_atomically

    if target.exists() and not force:
        raise DeliveryError(
            f"The file '{target}' is there already. Name another one, or replace it with --force."
        )
    content = _page(problems, file, facts or {})
    try:
        write_atomically(target, lambda unfinished: unfinished.write_bytes(content))
    except OSError as error:
        raise DeliveryError(f"The file '{target}' cannot be written: {error.strerror}.") from error
    return target


def _page(problems: Sequence[Problem], file: str, facts: Mapping[str, str]) -> bytes:
    from markupsafe import Markup

    known = explanations()
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)
    shared = {
        "style": Markup(style),  # noqa: S704  # our own files, not data
        "version": rlsstudy.__version__,
    }
    return fill_template(
        "quality.html.j2",
        shared,
        file=printable(file),
        verdict=verdict_of(problems),
        groups=[_group(problems, *group, known) for group in GROUPS],
        columns=_columns(problems),
        explained=_explained(problems, known),
        facts=list(facts.items()),
    )


def _group(
    problems: Sequence[Problem],
    severity: Severity,
    title: str,
    meaning: str,
    known: Mapping[str, Explanation],
) -> _Group:
    rows = tuple(_row(problem, known) for problem in problems if problem.severity is severity)
    return _Group(severity, title, meaning, rows)


def _row(problem: Problem, known: Mapping[str, Explanation]) -> dict[str, Any]:
    return {
        "code": problem.code,
        "explained": problem.code in known,
        "message": printable(problem.message),
        "where": printable(_where(problem)),
        "allowed": printable(problem.allowed),
        "hint": printable(problem.hint),
        "count": problem.count,
    }


def _where(problem: Problem) -> str:
    """Say where a problem is: column, line or cell, and file."""
    place = f"line {problem.line}" if problem.line is not None else problem.cell or ""
    column = f"column {problem.column}" if problem.column else ""
    return ", ".join(part for part in (column, place, problem.file or "") if part)


def _columns(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Count the problems of each column by severity: those with refusals first, then in the order found."""
    by_column: dict[str, list[Problem]] = {}
    for problem in problems:
        by_column.setdefault(problem.column or "", []).append(problem)
    rows = [
        {
            "name": printable(name) or WHOLE_FILE,
            "counts": [sum(one.severity is severity for one in found) for severity, _, _ in GROUPS],
            "codes": list(dict.fromkeys(one.code for one in found)),
        }
        for name, found in by_column.items()
    ]
    return sorted(rows, key=lambda row: [-count for count in row["counts"]])


def _explained(problems: Sequence[Problem], known: Mapping[str, Explanation]) -> list[Explanation]:
    """Return the explanations of the codes that occur, in the order of the problems on the page."""
    rank = {severity: place for place, (severity, _, _) in enumerate(GROUPS)}
    ordered = sorted(problems, key=lambda problem: rank[problem.severity])
    return [known[code] for code in dict.fromkeys(problem.code for problem in ordered) if code in known]

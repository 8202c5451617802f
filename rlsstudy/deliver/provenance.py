"""What a result was made from: enough to make it again. No clock, no address of this machine."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import rlsstudy
from rlsstudy._resources import PACKAGE
from rlsstudy.cohort.files.raw_table import file_digest
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.present.elements import Table
    from rlsstudy.problems import Problem

# Those whose version can move a number, a letter or a pixel.
LIBRARIES = ("numpy", "scipy", "pandas", "networkx", "pyarrow", "pyreadstat", "matplotlib", "jinja2")
CAPTION = "What these results were made from; the same again gives the same results."
NOTES = "Notes of the reader"
_CALLED = {Severity.NOTE: "note", Severity.WARN: "warning"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Facts by group: study, data and software, in the order in which they are shown."""

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    def as_record(self) -> dict[str, dict[str, str]]:
        """Return the facts as plain values."""
        return {group: dict(facts) for group, facts in self.groups}

    def as_table(self) -> Table:
        """Return the facts as a table."""
        from rlsstudy.present.elements import Column, Row, Table

        rows: list[Row] = []
        for group, facts in self.groups:
            rows.append(Row((group,), kind="group"))
            rows.extend(Row(fact, indent=1) for fact in facts)
        return Table((Column("Fact"), Column("Value")), tuple(rows), CAPTION)


def tabulate_provenance(cohort: Cohort) -> Table:
    """Tabulate what a cohort and its results were made from.

    Parameters
    ----------
    cohort : Cohort
        The cohort.

    Returns
    -------
    Table
        The study, the data files with their checksums or the declaration, design, scenario and
        seed of a synthetic cohort, and the versions of the package and of the libraries.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> table = rls.tabulate_provenance(rls.simulate_cohort(n=20, seed=7, design="population"))
    >>> [row.cells for row in table.rows if row.cells[0] == "seed"]
    [('seed', '7')]
    """
    study = (("title", cohort.study.title), ("file", cohort.study.source))
    data = (("origin", cohort.origin.description), *cohort.origin.facts.items())
    return Provenance((("Study", study), ("Data", data), ("Software", software()))).as_table()


def trace_study(study: Study, file: Path | None, notes: Sequence[Problem] = ()) -> Provenance:
    """Collect what a report on a study will be made from, before anything is computed.

    Parameters
    ----------
    study : Study
        The study.
    file : Path, optional
        Its study file, unless it is the packaged study.
    notes : sequence of Problem
        What was noticed while its data files were read.
    """
    facts = [("title", study.title), ("file", study.source)]
    if file is not None:
        facts.append(("sha256", file_digest(file)))
    data = (
        _synthetic_facts(study, study.data) if isinstance(study.data, SyntheticData) else _files(study.data)
    )
    told = ((NOTES, _numbered(notes)),) if notes else ()
    return Provenance((("Study", tuple(facts)), ("Data", data), *told, ("Software", software())))


def software() -> tuple[tuple[str, str], ...]:
    """Return the versions that decide what comes out, and the commit when this is a checkout."""
    own = [("rlsstudy", rlsstudy.__version__)]
    if commit := _commit():
        own.append(("commit", commit))
    libraries = ((name, version(name)) for name in LIBRARIES)
    return (*own, ("Python", platform.python_version()), *libraries)


def _synthetic_facts(study: Study, data: SyntheticData) -> tuple[tuple[str, str], ...]:
    return (
        ("origin", "Synthetic data"),
        ("model", study.model.name),
        ("declaration (sha256)", study.model.in_setting(data.design, data.scenario).digest),
        ("design", data.design),
        ("scenario", data.scenario),
        ("participants", str(data.n)),
        ("seed", str(data.seed)),
    )


def _files(data: DataFiles) -> tuple[tuple[str, str], ...]:
    return (("key", data.key), *((f"{path.name} (sha256)", file_digest(path)) for path in data.paths))


def _numbered(notes: Sequence[Problem]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"{_CALLED.get(note.severity, note.severity)} {number}", str(note))
        for number, note in enumerate(notes, 1)
    )


def _commit() -> str:
    """Return the commit of the checkout that the package is run from, empty for an installed package."""
    checkout = PACKAGE.parent
    if not (checkout / ".git").exists():
        return ""
    head = _git(checkout, "rev-parse", "--short=12", "HEAD")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no")
    return f"{head}, with uncommitted changes" if head and changed else head


def _git(folder: Path, *arguments: str) -> str:
    """Ask git, and take no git or no commit for an empty answer."""
    command = ["git", "--no-optional-locks", *arguments]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""

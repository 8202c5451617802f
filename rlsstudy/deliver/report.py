"""A report: the notebooks, executed for a study, as a small site that opens from its folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rlsstudy
from rlsstudy.cohort.files.readers import ENDINGS, ending
from rlsstudy.cohort.read import load_cohort
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.study import Study
from rlsstudy.declare.study_file import load_study
from rlsstudy.deliver.execute import execute_notebook
from rlsstudy.deliver.notebooks import packaged_notebooks, read_notebook
from rlsstudy.deliver.provenance import Provenance, trace_study
from rlsstudy.deliver.report_folder import check_replaceable, write_report_folder
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from rlsstudy.deliver.pages import Block, Page
    from rlsstudy.problems import Problem

HERE = Path(__file__).resolve().parent
DEFAULT = "default"
INDEX = "index.html"
REPORT_FOLDER = "rlsstudy-report"
_FIRST_PAGE = ("prose", "figure", "table")
# Notebook, cells done, all cells.
ReportProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was written: its first page, and what was noticed while its data files were read."""

    index: Path
    notes: tuple[Problem, ...] = ()


def render_report(
    study: str | PathLike[str] = DEFAULT,
    out: str | PathLike[str] = REPORT_FOLDER,
    *,
    notebooks: Sequence[str | PathLike[str]] | None = None,
    progress: ReportProgress | None = None,
) -> Path:
    """Execute the notebooks for a study and write what they show as a report.

    The report is a folder of HTML pages that need no network, no script and no other file. It holds
    no time, no random number and no address of the machine, so the same inputs give the same bytes.

    Parameters
    ----------
    study : str or path
        ``"default"`` for the packaged synthetic study, or a study file.
    out : path
        The report's folder. A report that is there is replaced when the new one is complete;
        anything else is never touched.
    notebooks : sequence of path, optional
        Other notebooks than the packaged ones. A cell tagged ``parameters`` is given the study; the
        outputs of cells tagged ``summary`` are repeated on the first page.
    progress : callable, optional
        Called after each cell with the notebook's name, the cells done and the number of all its cells.

    Returns
    -------
    Path
        The report's first page.

    Raises
    ------
    StudyFileError
        The study file cannot be used.
    CohortError
        The data files cannot be used; every problem is listed, before a notebook is executed.
    DeliveryError
        Two notebooks have one name, a notebook stopped with an error, or the folder cannot be written. The last complete report stays.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     rls.render_report(out=f"{folder}/report", notebooks=[]).name
    'index.html'
    """
    return make_report(study, out, notebooks=notebooks, progress=progress).index


def make_report(
    study: str | PathLike[str] = DEFAULT,
    out: str | PathLike[str] = REPORT_FOLDER,
    *,
    notebooks: Sequence[str | PathLike[str]] | None = None,
    progress: ReportProgress | None = None,
) -> Report:
    """Write a report as :func:`render_report` does, and return the notes of the reader with it."""
    folder = Path(out)
    declared = _load(study)
    check_replaceable(folder)
    paths = packaged_notebooks() if notebooks is None else tuple(map(Path, notebooks))
    _check_names(paths)
    # Read here once, so that everything wrong with the data is told at once and before a notebook starts.
    notes = load_cohort(declared).notes if isinstance(declared.data, DataFiles) else ()
    file = None if study == DEFAULT else Path(study).resolve()
    provenance = trace_study(declared, file, notes)
    files = _render(declared, provenance, _execute(paths, file, progress))
    write_report_folder(folder, files, {"provenance": provenance.as_record()})
    return Report(folder / INDEX, notes)


def _load(study: str | PathLike[str]) -> Study:
    """Load the study; say so when a data file was given in its place."""
    if study == DEFAULT:
        return load_study()
    path = Path(study)
    if ending(path) in ENDINGS:
        raise DeliveryError(
            f"'{path.name}' is a data file; a report is made from a study file, which says what the columns are. "
            f'Write one with `rlsstudy new`, set data = "{path.name}" in it, and run `rlsstudy report study.toml`.'
        )
    return load_study(path)


def _check_names(paths: Sequence[Path]) -> None:
    """Refuse notebooks whose pages would overwrite each other, on any file system."""
    names = [Path(INDEX).stem, *(path.stem for path in paths)]
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise DeliveryError(
                f"Two pages of the report would be called '{name}.html'. "
                "Give every notebook a name of its own, other than 'index'."
            )
        seen.add(name.casefold())


def _execute(
    paths: Sequence[Path], file: Path | None, progress: ReportProgress | None
) -> list[tuple[str, NotebookNode]]:
    """Execute every notebook beside the study file, each in a process of its own."""
    executed = []
    with _working_folder(file) as folder:
        for path in paths:
            name = path.stem

            def told(done: int, cells: int, name: str = name) -> None:
                if progress is not None:
                    progress(name, done, cells)

            study = DEFAULT if file is None else file.name
            notebook = execute_notebook(read_notebook(path), name, folder=folder, study=study, progress=told)
            executed.append((name, notebook))
    return executed


@contextmanager
def _working_folder(file: Path | None) -> Iterator[Path]:
    """Give the study file's folder, or an empty one when there is no study file."""
    if file is not None:
        yield file.parent
        return
    with tempfile.TemporaryDirectory(prefix="rlsstudy-") as folder:
        yield Path(folder)


def _render(
    study: Study, provenance: Provenance, executed: Sequence[tuple[str, NotebookNode]]
) -> dict[str, bytes]:
    """Write all pages."""
    from rlsstudy.deliver.pages import make_pages

    pages = make_pages(executed)
    shared = _shared(study, provenance, pages)
    summary = sorted((block for page in pages for block in page.summary), key=_rank)
    written = {INDEX: fill_template("index.html.j2", shared, current=INDEX, pages=pages, summary=summary)}
    for place, page in enumerate(pages):
        before = pages[place - 1] if place else None
        after = pages[place + 1] if place + 1 < len(pages) else None
        written[page.file] = fill_template(
            "page.html.j2", shared, current=page.file, page=page, before=before, after=after
        )
    return written


def _rank(block: Block) -> int:
    """Put words and drawings before tables, which have long notes."""
    return _FIRST_PAGE.index(block["kind"]) if block["kind"] in _FIRST_PAGE else len(_FIRST_PAGE)


def _shared(study: Study, provenance: Provenance, pages: Sequence[Page]) -> dict[str, Any]:
    """Collect what every page shows or refers to."""
    from markupsafe import Markup

    style = (HERE / "style.css").read_text(encoding="utf-8")
    return {
        "study": study,
        "outcome": study.model[study.outcome],
        "factors": [study.model[name] for name in study.factors],
        "population": study.model[study.population] if study.population else None,
        "provenance": provenance,
        "navigation": [(INDEX, "Summary"), *((page.file, page.title) for page in pages)],
        "style": Markup(style),  # noqa: S704  # our own file, not data
        "version": rlsstudy.__version__,
    }


def fill_template(template: str, shared: Mapping[str, Any], **values: Any) -> bytes:
    """Fill a template; every value is escaped, and a missing one is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from rlsstudy.present.markup import one_line

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["one_line"] = one_line
    return environment.get_template(template).render(**shared, **values).encode()

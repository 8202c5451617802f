"""The ``[study]`` part of a study file: what is asked, and which data are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rlsstudy.declare.data_files import OtherColumns
from rlsstudy.declare.toml_table import UNKNOWN_KEY, Table
from rlsstudy.errors import Complaint

DEFAULT_OUTCOME = "irls_total"
SYNTHETIC = "synthetic"
FOR_FILES = ("columns", "exclusions", "files", "layouts", "contradictions")
KEYS_FOR_FILES = ("key", "at_visit", "missing", "other_columns", "drop", "site", "visit_date")


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``[study]`` says, as far as it is right.

    Parameters
    ----------
    title, outcome : str
        The title, and the outcome.
    population, factors : str, tuple of str, optional
        Who and what is asked about, where the file says so.
    key, visit : str
        The columns that identify a participant, and a visit; `key` is None where it is not given.
    at_visit : str, optional
        The one visit that the cohort is about, as the files write it.
    files : tuple of str
        The names of the data files.
    is_synthetic : bool
        Whether the data are simulated.
    has_data : bool
        Whether any data are named.
    missing : mapping of str to str
        Codes for missing values in every column, and their reasons.
    other_columns : OtherColumns
        What is said of columns that are not mapped.
    drop : tuple of str
        Columns that are left out.
    site, visit_date : str, optional
        The variables that play these parts.
    """

    title: str
    outcome: str = DEFAULT_OUTCOME
    population: str | None = None
    factors: tuple[str, ...] | None = None
    key: str | None = None
    visit: str = ""
    at_visit: str | None = None
    files: tuple[str, ...] = ()
    is_synthetic: bool = False
    has_data: bool = True
    missing: Mapping[str, str] = field(default_factory=dict)
    other_columns: OtherColumns = OtherColumns.NOTE
    drop: tuple[str, ...] = ()
    site: str | None = None
    visit_date: str | None = None


def read_head(head: Table) -> Asked:
    """Read ``[study]`` and note what is wrong with it."""
    given = head.raw("data")
    files = head.texts("data") if isinstance(given, list) else None
    data = head.text("data") if not isinstance(given, list) else None
    title, name = head.text("title"), head.text("name")
    key, visit = read_key(head)
    asked = Asked(
        title=title or name or "",
        outcome=head.text("outcome") or DEFAULT_OUTCOME,
        population=head.text("population"),
        factors=head.texts("factors"),
        key=key,
        visit=visit,
        at_visit=_at_visit(head),
        files=files or ((data,) if data else ()),
        is_synthetic=data == SYNTHETIC,
        has_data=head.has("data"),
        missing=head.reasons("missing") or {},
        other_columns=head.choice("other_columns", OtherColumns) or OtherColumns.NOTE,
        drop=head.texts("drop") or (),
        site=head.text("site"),
        visit_date=head.text("visit_date"),
    )
    head.finish()
    if not (head.has("title") or head.has("name")):
        head.complain("'title' is missing.", "title")
    if not (head.has("data") or head.has("key")):
        head.complain("'data' is missing.", "data")
    if given == []:
        head.complain("'data' lists no file.", "data")
    return asked


def _at_visit(head: Table) -> str | None:
    """Read which visit is asked about: a number where the file numbers them."""
    given = head.raw("at_visit")
    return head.any_text("at_visit") if not isinstance(given, int) or isinstance(given, bool) else str(given)


def read_key(table: Table) -> tuple[str | None, str]:
    """Read the column that identifies a participant, and with a list of two the one that identifies a visit."""
    if not isinstance(table.raw("key"), list):
        return table.text("key"), ""
    names = table.texts("key")
    if names is None:
        return None, ""
    if len(names) not in (1, 2) or len(set(names)) < len(names):
        table.complain(
            "'key' must be one column, or two: that of the participant and that of the visit.", "key"
        )
        return None, ""
    return names[0], names[1] if len(names) == 2 else ""


def finish_root(root: Table) -> None:
    """Refuse tables that are not known; a key that belongs into ``[study]`` is sent there."""
    for key in root.keys:
        if key in ("title", "name", "data", "outcome", "population", "factors", *KEYS_FOR_FILES):
            root.raw(key)
            root.complain(
                f"'{key}' is not a known key here: it belongs into [study]. Write it below that line.",
                key,
                UNKNOWN_KEY,
            )
    root.finish()


def refuse_misplaced(root: Table, head: Table, asked: Asked) -> None:
    """Note the parts that have no use with this kind of data, and the key when it is missing."""
    if asked.is_synthetic:
        for table, names in ((root, FOR_FILES), (head, KEYS_FOR_FILES)):
            for name in names:
                if table.has(name):
                    problem = f"'{name}' has no use while the data are synthetic. Remove it, or name a file as 'data'."
                    root.note(Complaint(problem, key=table.key_of(name)))
        return
    if root.has("synthetic"):
        root.complain(
            '[synthetic] has no use while the data come from files. Remove it, or write data = "synthetic".',
            "synthetic",
        )
    if asked.files and not head.has("key"):
        head.complain("'key' is missing: the column that identifies a participant in the file.", "key")

"""Reading ``study.toml``: the one file that a researcher writes.

::

    [study]
    title = "Iron and severity in the Oslo RLS cohort"
    data = "cohort.csv"            # "synthetic", a file, or ["a.xpt", "b.xpt"] merged by key; beside this file
    key = "record_id"              # the column that identifies a participant, in every file
    outcome = "irls_total"         # this one unless given
    population = "rls_case"        # unless given, the group in which the outcome exists; "everyone" for no restriction
    factors = ["ferritin", "abi"]  # unless given, those of the packaged study that the file has

    [synthetic]                    # only with data = "synthetic"; each line may be left out
    design = "sleep_clinic"
    scenario = "default"
    n = 600
    seed = 2026

    [columns]                      # the file's column = a declared variable; other columns are left alone.
    BMXBMI = "bmi"                 # Without [columns], columns that have a declared variable's name are taken.
    SF = { variable = "ferritin", unit = "pmol/L", missing = { -9 = "not done" } }
    SEX = { variable = "sex", codes = { 1 = "male", 2 = "female" } }

    [variables.hepcidin]           # a variable of the study's own: label and domain are needed
    label = "Serum hepcidin"
    domain = "iron"
    kind = "continuous"            # this one unless given; or integer, binary, ordinal, categorical
    unit = "ng/mL"
    limits = [0.1, 300]            # values outside are refused
    scale = "log2"                 # linear unless given; or log, log2, log10
    contrast = [10, 20]            # what an effect compares
    causes = ["crp"]

    [variables.phq9]               # a score: missing unless at least nine items are answered
    label = "PHQ-9 total"
    domain = "outcome"
    kind = "integer"
    limits = [0, 27]
    sum_of = ["phq9_1", "phq9_2"]
    least_answered = 9

    [variables.age]                # a change to a declared variable: only what differs
    limits = [18, 80]

    [[exclusions]]                 # who leaves before the data are checked, in this order, counted in the ledger
    variable = "age"
    below = 18                     # or above = …, or when_missing = true
    reason = "under 18 years"

A variable may also have ``levels``, ``resolution``, ``missing`` (a list of reasons), ``applies_to``,
``measured = false`` (latent), ``other_units`` (``{ "pmol/L" = 0.445 }``), ``band_of`` with ``cuts``,
``source`` and ``evidence``. A declared variable whose ``causes`` are given loses its equation: the
graph is then the study's own, and the variable can no longer be simulated. With synthetic data the
declared variables keep everything but their labels, because all else decides the cohort and its truth.

Codes are written as the file has them. In TOML a bare key has letters, digits, ``_`` and ``-``; any other
code is put in quotes. Scenarios of the study's own: :mod:`rlsstudy.declare.study_scenarios`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.rls import DEFAULT_FACTORS, rls_model
from rlsstudy.declare.study import ColumnMap, DataFiles, Study, SyntheticData
from rlsstudy.declare.study_columns import (
    available,
    column_problems,
    read_columns,
    read_exclusions,
    with_reasons,
)
from rlsstudy.declare.study_scenarios import read_scenarios
from rlsstudy.declare.study_variables import read_variables
from rlsstudy.declare.toml_table import Table, parse_toml
from rlsstudy.errors import DeclarationError, StudyFileError

DEFAULT_OUTCOME = "irls_total"
DEFAULT_TITLE = "Factors of restless legs syndrome severity"
DEFAULT = "default"
SYNTHETIC = "synthetic"
EVERYONE = "everyone"


def load_study(source: str | Path = "default") -> Study:
    """Load the packaged study, or one from a study file.

    Parameters
    ----------
    source : str or Path
        ``"default"`` for the packaged synthetic study, or the path of a ``study.toml``.

    Returns
    -------
    Study
        What is declared and what is asked of it. No data are read.

    Raises
    ------
    StudyFileError
        The file is not there or cannot be used; ``.problems`` lists everything found.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> study = rls.load_study()
    >>> study.outcome, study.data.design
    ('irls_total', 'sleep_clinic')
    """
    return default_study() if str(source) == DEFAULT else read_study(source)


def default_study() -> Study:
    """Return the packaged study: severity in a synthetic sleep clinic, the factors of all five domains."""
    return Study(
        title=DEFAULT_TITLE,
        model=rls_model(),
        outcome=DEFAULT_OUTCOME,
        factors=DEFAULT_FACTORS,
        data=SyntheticData(),
        population=rls_model()[DEFAULT_OUTCOME].applies_to,
    )


def read_study(path: str | Path, *, base: CausalModel | None = None) -> Study:
    """Read a study file. The module's docstring has the grammar.

    Parameters
    ----------
    path : str or Path
        The file.
    base : CausalModel, optional
        The declared variables that the file refers to; by default the RLS model.

    Returns
    -------
    Study
        The study; paths of data files are those in the file, taken from its folder.

    Raises
    ------
    StudyFileError
        Everything that is wrong with the file, in ``.problems``.
    """
    path = Path(path)
    problems: list[str] = []
    root = Table("", parse_toml(path), problems)
    study = _read(root, path, rls_model() if base is None else base)
    if problems or study is None:
        raise StudyFileError(path.name, problems)
    return study


@dataclass(frozen=True, slots=True)
class _Asked:
    """The texts of ``[study]``, as far as they are right."""

    title: str | None
    outcome: str
    population: str | None
    factors: tuple[str, ...] | None
    key: str | None
    files: tuple[str, ...]
    synthetic: bool


def _read(root: Table, path: Path, base: CausalModel) -> Study | None:
    """Read all parts and note every problem; None when there is too little for a study."""
    head = root.table("study")
    parts = {name: root.table(name) for name in ("synthetic", "columns", "variables")}
    rules = root.tables("exclusions")
    root.raw("scenarios")
    root.finish()
    if head is None:
        if not root.has("study"):
            root.complain("the table [study] is missing; it needs at least 'title' and 'data'.")
        return None
    asked = _read_head(head)
    _refuse_misplaced(root, asked)
    own = parts["variables"]
    model = read_variables(own, base, synthetic=asked.synthetic)
    # What is said of a variable that could not be read is looked at once that variable is right.
    unread = frozenset() if own is None else frozenset(own.keys) - frozenset(model.by_name)
    columns = tuple(column for column in read_columns(parts["columns"]) if column.variable not in unread)
    for problem in column_problems(columns, model):
        root.complain(problem)
    exclusions = read_exclusions(rules, model, unread)
    model = read_scenarios(root, model)
    if asked.synthetic:
        data: SyntheticData | DataFiles = _read_synthetic(parts["synthetic"], model)
    else:
        files = tuple(path.parent / name for name in asked.files)
        data = DataFiles(files, asked.key or "", columns, exclusions)
        model = with_reasons(model, columns)
    if unread.intersection((asked.outcome, *(asked.factors or ()))):
        return None
    return _make_study(head, asked, model, data, path)


def _read_head(head: Table) -> _Asked:
    given = head.raw("data")
    files = head.texts("data") if isinstance(given, list) else None
    name = head.text("data") if not isinstance(given, list) else None
    outcome = head.text("outcome") or DEFAULT_OUTCOME
    asked = _Asked(
        title=head.text("title"),
        outcome=outcome,
        population=head.text("population"),
        factors=head.texts("factors"),
        key=head.text("key"),
        files=files or ((name,) if name else ()),
        synthetic=name == SYNTHETIC,
    )
    head.finish()
    for key in ("title", "data"):
        if not head.has(key):
            head.complain(f"'{key}' is missing.")
    if given == []:
        head.complain("'data' lists no file.")
    return asked


def _refuse_misplaced(root: Table, asked: _Asked) -> None:
    """Note the parts that have no use with this kind of data, and the key when it is missing."""
    if asked.synthetic:
        useless = [name for name in ("columns", "exclusions") if root.has(name)] + (
            ["key"] if asked.key else []
        )
        for name in useless:
            root.complain(
                f"'{name}' has no use while the data are synthetic. Remove it, or name a file as 'data'."
            )
        return
    if root.has("synthetic"):
        root.complain(
            '[synthetic] has no use while the data come from files. Remove it, or write data = "synthetic".'
        )
    if asked.files and asked.key is None:
        root.complain("in [study], 'key' is missing: the column that identifies a participant in the file.")


def _read_synthetic(table: Table | None, model: CausalModel) -> SyntheticData:
    if table is None:
        return SyntheticData()
    given = {
        "design": table.text("design"),
        "scenario": table.text("scenario"),
        "n": table.whole("n", 1),
        "seed": table.whole("seed"),
    }
    table.finish()
    data = SyntheticData(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]  # each key has its own type
    try:
        model.in_setting(data.design, data.scenario)
    except DeclarationError as error:
        table.complain(str(error).replace("No ", "no ", 1))
    return data


def _make_study(
    head: Table, asked: _Asked, model: CausalModel, data: SyntheticData | DataFiles, path: Path
) -> Study | None:
    columns = data.columns if isinstance(data, DataFiles) else ()
    factors = asked.factors if asked.factors is not None else _usual_factors(columns, model)
    if columns:
        _refuse_unmeasured(head, asked, factors, columns, model)
    try:
        population = _population(asked, model)
        return Study(asked.title or "", model, asked.outcome, factors, data, population, path.name)
    except DeclarationError as error:
        for problem in error.problems:
            head.complain(problem)
        return None


def _population(asked: _Asked, model: CausalModel) -> str | None:
    """Return who is asked about: unless the file says otherwise, the group in which the outcome exists."""
    if asked.population is None and asked.outcome in model:
        return model[asked.outcome].applies_to
    return None if asked.population == EVERYONE else asked.population


def _refuse_unmeasured(
    head: Table, asked: _Asked, factors: tuple[str, ...], columns: tuple[ColumnMap, ...], model: CausalModel
) -> None:
    there = available(columns, model)
    for role, name in [("outcome", asked.outcome), *(("factor", factor) for factor in factors)]:
        if name in model and model[name].measured and name not in there:
            head.complain(
                f"the {role} '{name}' ({model[name].label}) has no column. Name its column in [columns]."
            )


def _usual_factors(columns: tuple[ColumnMap, ...], model: CausalModel) -> tuple[str, ...]:
    """Return the factors of the packaged study, less those that the file has no column for."""
    there = available(columns, model) if columns else frozenset(model.by_name)
    return tuple(factor for factor in DEFAULT_FACTORS if factor in there)

"""Reading ``study.toml``: the one file that a researcher writes.

::

    [study]
    title = "Iron and severity in the Oslo RLS cohort"   # or `name`
    data = "cohort.csv"            # "synthetic", a file, or ["a.xpt", "b.xpt"] merged by key; beside this file.
                                   # Without it the study only says how files are read, for `rlsstudy check`.
    key = "record_id"              # the column that identifies a participant, in every file; ["id", "visit"] with
                                   # the one that identifies a visit; "row number" where every row is a participant
    at_visit = "baseline"          # of several visits the one that is asked about; all are checked
    outcome = "irls_total"         # this one unless given
    population = "rls_case"        # unless given, the group in which the outcome exists; "everyone" for no restriction
    factors = ["ferritin", "abi"]  # unless given, those of the packaged study that the file has
    missing = { -9 = "not done" }  # codes for missing in every column; a list of codes where no reason is known
    other_columns = "note"         # of columns not mapped: note how many there are; or warn, or refuse
    drop = ["email"]               # columns that are known and left out
    site = "country"               # the variable that tells apart where people were measured
    visit_date = "visit_date"      # the variable with the date of a visit

    [synthetic]                    # only with data = "synthetic"; each line may be left out
    design = "sleep_clinic"
    scenario = "default"
    n = 600
    seed = 2026

    [files]                        # how every file is read; each line may be left out
    encoding = "cp1252"
    delimiter = ";"
    decimal = ","
    comment = "#"                  # lines that begin with it are passed over
    skip = 2                       # lines before the header
    [files."site_*.xlsx"]          # what differs in one file, or in those whose names fit a pattern
    sheet = "Data"
    cells = "A7:BC64"
    header_rows = 2

    [columns]                      # the file's column = a declared variable; other columns are left alone.
    BMXBMI = "bmi"                 # Without [columns], columns that have a declared variable's name are taken.
    SF = { variable = "ferritin", unit = "pmol/L", missing = { -9 = "not done" } }
    SEX = { variable = "sex", codes = { 1 = "male", 2 = "female" } }
    email = { pii = "drop" }       # the same as drop in [study]

    [columns.visit_date]           # a column of the study's own, declared in place by its type
    type = "date"                  # or text, integer, number, category, ordinal, binary
    format = "%d.%m.%Y"            # of dates; %Y-%m-%d unless given
    min = 2010-01-01               # dates without quotes; numbers for numbers, in the unit of the column
    max = 2026-12-31

    [variables.hepcidin]           # a variable of the study's own: label and domain are needed
    label = "Serum hepcidin"
    domain = "iron"
    kind = "continuous"            # this one unless given; or integer, binary, ordinal, categorical, text, date
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

    [[contradictions]]             # what cannot be so together in one row
    reason = "men have no births"
    when = { parity = { above = 0 }, sex = "male" }   # or levels in a list; or { above = "another variable" }
    refuse = true                  # a warning unless given

    [models.m1]                    # formulas of the study's own, fitted by `fit_formula`
    formula = "irls_total ~ log(ferritin) + C(sex, ref='male') * age"

A column may also say ``unit_column`` (the column with each row's unit), ``detection_limit = true`` (``<5`` is a value
beyond detection), ``required``, ``constant`` (within a participant), ``decimal``, and for texts a ``pattern``. One that
is declared in place may have ``levels``, ``label``, ``domain``, ``other_units``, ``scale``, ``contrast``, and a
``variable`` where its own name is not that of a variable; one that has the name of a declared variable is that variable,
with what differs replaced. Texts and dates are read, checked and carried along, and never modelled.

Files may also say ``catalogue``, ``redcap`` (raw, labels or eav) with ``dictionary``, ``event`` and ``instrument``, and
``max_columns`` and ``max_rows``. Some of them may be laid out otherwise: :mod:`rlsstudy.declare.study_layouts`.

A variable may also have ``levels``, ``resolution``, ``missing`` (a list of reasons), ``applies_to``,
``measured = false`` (latent), ``other_units`` (``{ "pmol/L" = 0.445 }``), ``band_of`` with ``cuts``,
``source`` and ``evidence``. A declared variable whose ``causes`` are given loses its equation: the
graph is then the study's own, and the variable can no longer be simulated. With synthetic data the
declared variables keep everything but their labels, because all else decides the cohort and its truth.

Codes are written as the file has them. In TOML a bare key has letters, digits, ``_`` and ``-``; any other
code is put in quotes. Scenarios of the study's own: :mod:`rlsstudy.declare.study_scenarios`. Formulas:
:mod:`rlsstudy.declare.formula`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.rls import DEFAULT_FACTORS, rls_model
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.declare.study_column_tables import Columns, read_columns
from rlsstudy.declare.study_columns import with_reasons
from rlsstudy.declare.study_files import read_files
from rlsstudy.declare.study_head import DEFAULT_OUTCOME, Asked, finish_root, read_head, refuse_misplaced
from rlsstudy.declare.study_layouts import read_layouts
from rlsstudy.declare.study_models import read_models
from rlsstudy.declare.study_question import check_contradictions, check_parts, columns_of, make_study
from rlsstudy.declare.study_rules import read_contradictions, read_exclusions
from rlsstudy.declare.study_scenarios import read_scenarios
from rlsstudy.declare.study_variables import read_variables
from rlsstudy.declare.toml_file import parse_toml
from rlsstudy.declare.toml_table import Table
from rlsstudy.errors import Complaint, DeclarationError, StudyFileError

DEFAULT_TITLE = "Factors of restless legs syndrome severity"
DEFAULT = "default"
PARTS = ("synthetic", "columns", "variables", "files", "layouts", "models")


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
        Everything that is wrong with the file, in ``.problems``; with code and key in ``.complaints``.
    """
    path = Path(path)
    complaints: list[Complaint] = []
    root = Table("", parse_toml(path), complaints)
    study = _read(root, path, rls_model() if base is None else base)
    if complaints or study is None:
        raise StudyFileError(path.name, complaints)
    return study


def _read(root: Table, path: Path, base: CausalModel) -> Study | None:
    """Read all parts and note every problem; None when there is too little for a study."""
    head = root.table("study")
    parts = {name: root.table(name) for name in PARTS}
    rules = {name: root.tables(name) for name in ("exclusions", "contradictions")}
    root.raw("scenarios")
    finish_root(root)
    if head is None:
        if not root.has("study"):
            root.complain("the table [study] is missing; it needs at least 'title' and 'data'.", "study")
        return None
    asked = read_head(head)
    refuse_misplaced(root, head, asked)
    own, ahead = parts["variables"], parts["columns"]
    # A score may be made of variables that [columns] declares in place; what is wrong with these is said below.
    known = base if ahead is None or asked.is_synthetic else read_columns(ahead.unheard(), base).model
    model = read_variables(own, known, synthetic=asked.is_synthetic)
    # What is said of a variable that could not be read is looked at once that variable is right.
    unread = frozenset() if own is None else frozenset(own.keys) - frozenset(model.by_name)
    columns = read_columns(parts["columns"], model, unread)
    data: SyntheticData | DataFiles
    if asked.is_synthetic:
        read_exclusions(rules["exclusions"], columns.model, columns.unread)
        model = read_scenarios(root, model)
        data, unread = _read_synthetic(parts["synthetic"], model), columns.unread
    else:
        data, model, unread = _read_data(head, parts, rules, asked, columns, path)
        model = read_scenarios(root, model)
    models = read_models(parts["models"], model, columns_of(data), unread)
    if unread.intersection((asked.outcome, *(asked.factors or ()))):
        return None
    study = make_study(head, asked, model, data, path)
    return None if study is None else replace(study, models=models)


def _read_data(
    head: Table,
    parts: dict[str, Table | None],
    rules: dict[str, list[Table]],
    asked: Asked,
    columns: Columns,
    path: Path,
) -> tuple[DataFiles, CausalModel, frozenset[str]]:
    """Read what is said of files; also return the model with what they add to it, and which variables are not read."""
    layouts, model, unread, dropped = read_layouts(parts["layouts"], columns, asked)
    files = tuple(path.parent / name for name in asked.files)
    data = DataFiles(
        paths=files,
        key=asked.key or "",
        columns=columns.maps,
        exclusions=read_exclusions(rules["exclusions"], model, unread),
        visit=asked.visit,
        options=read_files(parts["files"], path.parent, files),
        missing=asked.missing,
        other_columns=asked.other_columns,
        drop=tuple(dict.fromkeys((*asked.drop, *dropped))),
        site=asked.site,
        visit_date=asked.visit_date,
        at_visit=asked.at_visit,
        contradictions=read_contradictions(rules["contradictions"], model, unread),
        layouts=layouts,
        own_names=parts["columns"] is None,
    )
    check_parts(head, asked, model, data, unread)
    check_contradictions(rules["contradictions"], model, data)
    return data, with_reasons(model, columns_of(data), asked.missing), unread


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

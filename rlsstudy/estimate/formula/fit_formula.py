"""Models that a study or a researcher writes as a formula: all coefficients, with what the fit stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.formula import Formula, parse_formula
from rlsstudy.declare.formula_parts import ModelKind
from rlsstudy.declare.study_models import formula_problems
from rlsstudy.errors import DeclarationError, EstimationError, bullet_list, did_you_mean
from rlsstudy.estimate.answers import only_noise
from rlsstudy.estimate.families import FAMILIES, Family, FitInput
from rlsstudy.estimate.formula.design import FormulaDesign, check_margins, formula_design
from rlsstudy.estimate.outcomes import outcome_needed, outcome_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.estimate.fits.protocol import Fit

    Floats = NDArray[np.float64]

COEFFICIENT_COLUMNS = ("term", "estimate", "std_error", "conf_low", "conf_high", "df", "p_value")
_FAMILY = {"median": "quantile"}  # the other kinds are named as the families are


@dataclass(frozen=True, slots=True, eq=False)
class FormulaFit:
    """A model that was written as a formula.

    Parameters
    ----------
    formula : Formula
        What was fitted.
    kind : str
        The kind of model.
    coefficients : DataFrame
        One row per term with the columns `COEFFICIENT_COLUMNS`, on the model's own scale.
    fit : fit
        The fit of `rlsstudy.estimate.fits` behind it.
    n_used, n_dropped : int
        Rows with a value of everything, and the others of the population.
    missing : mapping of str to int
        For each variable with gaps, how many rows lack it.
    status : {"ok", "flagged"}
        As for the fit.
    note : str
        Why it is flagged, and what was left out.
    """

    formula: Formula
    kind: str
    coefficients: pd.DataFrame
    fit: Fit
    n_used: int
    n_dropped: int
    missing: dict[str, int]
    status: str
    note: str

    def __repr__(self) -> str:
        """Say what was fitted to how many."""
        rows = f"{self.n_used:,} used, {self.n_dropped:,} left out for gaps"
        return f"<{self.kind} model {self.formula.text}: {rows}, {self.status}>"


def fit_formula(cohort: Cohort, formula: str, *, kind: str | None = None) -> FormulaFit:
    """Fit a model that is written as a formula, or named in the study file.

    All coefficients are returned, each the difference for its term with all others held. That is not
    the effect of each variable: for effects, one factor at a time, use `estimate_effects` [1]_.

    Parameters
    ----------
    cohort : Cohort
        The cohort; the model is of the participants in the population of its study.
    formula : str
        The name of a model of the study, or a formula such as ``"irls_total ~ log2(ferritin) * sex + age"``.
        It is parsed and never evaluated.
    kind : str, optional
        One of ``linear``, ``logistic``, ``ordinal``, ``robust``, ``median``, ``mixed``, ``gee``; by default that of
        the study, else ``linear``. ``mixed`` and ``gee`` need rows per participant and visit, and the others
        one row per participant.

    Returns
    -------
    FormulaFit
        Coefficients with 95 % intervals, and who was used.

    Raises
    ------
    FormulaError, DeclarationError
        The formula cannot be read, or names what is not declared.
    EstimationError
        An unknown kind, a column that is not there, or a model that the fit refuses.
    CohortError
        Several visits, and a kind of model for one.

    References
    ----------
    .. [1] Westreich D, Greenland S (2013). The Table 2 fallacy. American Journal of Epidemiology 177, 292-298.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> fit = rls.fit_formula(rls.simulate_cohort(n=200, seed=1), "irls_total ~ age + sex")
    >>> fit.coefficients["term"].tolist()
    ['intercept', 'age', 'sex[female]']
    """
    written = _formula_of(cohort, formula)
    kind = _kind_of(written, kind)
    family = FAMILIES[_FAMILY.get(kind, kind)]
    if not family.repeated:
        cohort.refuse_visits(f"The {kind} model")
    elif not cohort.has_visits:
        raise EstimationError(
            f"A {kind} model needs a row per participant and visit, and this cohort has one row per participant. Use "
            f'estimate_effects(cohort, factors, model="{kind}"), which stacks visits itself, or another kind.'
        )
    inside = cohort if written.outcome.variable == cohort.study.population else cohort.in_population()
    check_margins(written, inside.model, intercept=written.intercept or not family.intercept)
    design = formula_design(inside.data, inside.model, written)
    X, names = design.X, design.names
    if written.intercept and family.intercept:
        X, names = np.column_stack([np.ones(len(X)), X]), ("intercept", *names)
    given = FitInput(
        X=X,
        y=_outcome(design, inside, written, family, kind),
        names=names,
        groups=inside.data.index.get_level_values(0).to_numpy()[design.rows] if family.repeated else None,
        step=None if written.outcome.steps else outcome_step(inside, written.outcome.variable),
    )
    fit = family.fit(given)
    if only_noise(fit):
        raise EstimationError(
            f"The terms of the formula '{written.text}' reproduce the outcome exactly, so there is no spread to judge "
            "them by. Look for a term that the outcome is made from, or for groups in which it does not vary."
        )
    return _assembled(written, kind, fit, names, design)


def _formula_of(cohort: Cohort, text: str) -> Formula:
    """Return the study's model of that name, or the formula itself."""
    if text in cohort.study.models:
        return cohort.study.models[text]
    if "~" not in text:
        raise EstimationError(
            f"The study has no model '{text}', and it is no formula.{did_you_mean(text, cohort.study.models)} "
            'A formula has an outcome and terms: "irls_total ~ ferritin + age".'
        )
    formula = parse_formula(text)
    problems = list(formula_problems(formula, cohort.model))
    if problems:
        raise DeclarationError(f"The formula '{text}' cannot be used:\n{bullet_list(problems)}", problems)
    return formula


def _kind_of(formula: Formula, kind: str | None) -> str:
    kind = kind or formula.kind or "linear"
    offered = [str(each) for each in ModelKind]
    if kind not in offered:
        raise EstimationError(f"No kind of model '{kind}' is offered.{did_you_mean(kind, offered)}")
    return str(ModelKind.LINEAR) if kind == ModelKind.OLS else kind


def _outcome(design: FormulaDesign, cohort: Cohort, formula: Formula, family: Family, kind: str) -> Floats:
    """Return the outcome as the kind of model needs it: a number, or the places of levels."""
    variable = cohort.model[formula.outcome.variable]
    if variable.kind not in family.outcomes:
        raise EstimationError(
            f"The outcome '{variable.name}' ({variable.label}) is {variable.kind}, and a {kind} model needs "
            f"{outcome_needed(family)}."
        )
    if not variable.has_levels:
        return design.y
    levels = cohort.data[variable.name][design.rows].astype(str)
    return np.asarray(levels.map(variable.codes), dtype=np.float64)


def _assembled(
    formula: Formula, kind: str, fit: Fit, names: tuple[str, ...], design: FormulaDesign
) -> FormulaFit:
    low, high = fit.conf_int().T
    df = np.broadcast_to(np.asarray(fit.df, dtype=np.float64), len(names))
    columns = (names, fit.coef, fit.std_error, low, high, df, fit.p_values)
    frame = pd.DataFrame(dict(zip(COEFFICIENT_COLUMNS, columns, strict=True)))
    note = "; ".join(filter(None, (fit.note, *design.notes)))
    n = int(design.rows.sum())
    return FormulaFit(
        formula, kind, frame, fit, n, len(design.rows) - n, dict(design.missing), fit.status, note
    )

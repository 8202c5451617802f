"""The effect of each factor on the outcome, in its own model, crude and adjusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.adjustments import ADJUSTMENTS, AdjustmentName
from rlsstudy.estimate.contrasts import Contrast, contrasts_of, own_unit, size_of
from rlsstudy.estimate.fits.guards import Status
from rlsstudy.estimate.fits.intervals import t_interval, t_p_values
from rlsstudy.estimate.fits.screen import ScreenFit, screen_linear
from rlsstudy.estimate.plan import ModelPlan, Plans, plan_models
from rlsstudy.estimate.sparse import few_at_levels, level_concern, trend_concern

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort

MODELS = ("linear",)
EFFECT_COLUMNS = (
    "factor",
    "label",
    "domain",
    "contrast",
    "model",
    "adjustment",
    "adjusted_for",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "p_value",
    "own_unit",
    "own_estimate",
    "own_low",
    "own_high",
    "n_used",
    "n_dropped",
    "status",
    "note",
)


def estimate_effects(
    cohort: Cohort,
    factors: str | Sequence[str] | None = None,
    *,
    outcome: str | None = None,
    model: str = "linear",
    adjustments: Sequence[AdjustmentName] = ADJUSTMENTS,
) -> pd.DataFrame:
    """Estimate how much the outcome differs over one contrast of each factor.

    Every factor has a model of its own for each adjustment. Covariates are adjusted for and not
    reported, because their coefficients are not their effects [1]_.

    Parameters
    ----------
    cohort : Cohort
        The cohort; the effect is asked for in the population of its study.
    factors : str or sequence of str, optional
        Declared variables; by default those of the study.
    outcome : str, optional
        A declared number, entered in its own unit; by default the outcome of the study.
    model : {"linear"}
        Least squares with HC3 standard errors [2]_ and Student's t.
    adjustments : sequence of {"crude", "age_sex", "graph"}
        ``crude``: the factor alone. ``age_sex``: with the variables named ``age`` and ``sex``,
        when measured and neither the factor nor its effects. ``graph``: with the covariates that
        the declared graph asks for (`find_adjustment`).

    Returns
    -------
    DataFrame
        One row per factor contrast and adjustment, with the columns `EFFECT_COLUMNS`. Estimate
        and 95 % interval are in units of the outcome per declared contrast; ``own_estimate`` is
        the coefficient itself, per ``own_unit``. Each model uses the participants with a value of
        all that enters it, save those who are alone at a level of a covariate: ``n_used``; the
        others in the population are ``n_dropped``. A row with status ``refused`` has no estimate,
        and its note says why; ``flagged`` says why it is to be read with care. ``.attrs`` say
        which outcome and cohort the rows are about, and whether the data are synthetic.

    Raises
    ------
    DeclarationError
        A factor or outcome that is not declared.
    EstimationError
        An unknown model or adjustment, an outcome that is not a number, not in the data or also a
        factor, or values that no model can take.

    References
    ----------
    .. [1] Westreich D, Greenland S (2013). The Table 2 fallacy. American Journal of Epidemiology
       177, 292-298.
    .. [2] Long JS, Ervin LH (2000). Using heteroscedasticity consistent standard errors in the
       linear regression model. The American Statistician 54, 217-224.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.estimate_effects(rls.simulate_cohort(n=300, seed=1), ["abi", "smoking"])
    >>> effects["adjustment"].unique().tolist()
    ['crude', 'age_sex', 'graph']
    """
    _check_choices(model, adjustments)
    cohort.refuse_visits("An estimate")
    names = cohort.study.factors if factors is None else (factors,) if isinstance(factors, str) else factors
    names = tuple(cohort.model[name].name for name in dict.fromkeys(names))
    _refuse_carried(cohort, names)
    outcome = _checked_outcome(cohort, cohort.study.outcome if outcome is None else outcome, names)
    inside = cohort.in_population()
    plans = plan_models(inside, names, outcome, tuple(dict.fromkeys(adjustments)))
    rows = (row for plan, fit in _fitted(plans) for row in _rows(plan, fit, model, inside.n))
    effects = pd.DataFrame.from_records(list(rows), columns=list(EFFECT_COLUMNS))
    effects.attrs.update(
        outcome=outcome,
        outcome_label=cohort.model[outcome].label_with_unit,
        synthetic=cohort.is_synthetic,
        cohort=dict(cohort.origin.facts),
    )
    return effects


def _check_choices(model: str, adjustments: Iterable[str]) -> None:
    if model not in MODELS:
        raise EstimationError(f"No model '{model}' is offered.{did_you_mean(model, MODELS)}")
    for name in adjustments:
        if name not in ADJUSTMENTS:
            raise EstimationError(f"No adjustment '{name}' is offered.{did_you_mean(name, ADJUSTMENTS)}")


def _refuse_carried(cohort: Cohort, factors: Iterable[str]) -> None:
    carried = [cohort.model[name] for name in factors if cohort.model[name].is_carried]
    if carried:
        named = ", ".join(
            f"'{variable.name}' ({variable.label}) is a {variable.kind}" for variable in carried
        )
        raise EstimationError(f"{named}, and has no effect to estimate. Leave it out of the factors.")


def _checked_outcome(cohort: Cohort, outcome: str, factors: Sequence[str]) -> str:
    variable = cohort.model[outcome]
    named = f"The outcome '{outcome}' ({variable.label})"
    if variable.kind not in (Kind.CONTINUOUS, Kind.INTEGER):
        raise EstimationError(f"{named} is {variable.kind}, and the linear model needs a number.")
    if outcome not in cohort.data:
        raise EstimationError(
            f"{named} is not among the columns of the data. Map a column to it in the study file."
        )
    if outcome in factors:
        raise EstimationError(f"{named} is also listed as a factor. Leave it out of the factors.")
    gate = variable.applies_to
    if gate is not None and cohort.study.population != gate:
        raise EstimationError(
            f"{named} exists only where '{gate}' is '{cohort.model[gate].levels[-1]}', and the study asks about "
            f"another population. Use a study with that population."
        )
    return outcome


def _fitted(plans: Plans) -> Iterator[tuple[ModelPlan, ScreenFit | None]]:
    """Fit all models that are not refused, together, and give each plan its fit."""
    designs = [plan.design for plan in plans.models if plan.design is not None]
    fits: Iterator[ScreenFit] = iter(())
    if plans.columns is not None and designs:
        columns = plans.columns
        fits = iter(screen_linear(columns.values, plans.outcome, designs, names=columns.labels))
    for plan in plans.models:
        yield plan, next(fits) if plan.design is not None else None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is said about one row."""

    refusal: str = ""
    concerns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return "refused" if self.refusal else "flagged" if self.concerns else "ok"

    @property
    def note(self) -> str:
        return "; ".join((self.refusal,) if self.refusal else (*self.concerns, *self.notes))


def _rows(plan: ModelPlan, fit: ScreenFit | None, model: str, n: int) -> Iterator[tuple[Any, ...]]:
    for contrast in contrasts_of(plan.factor):
        verdict = _verdict(plan, fit, contrast)
        estimates = _no_estimates() if verdict.refusal or fit is None else _estimates(plan, fit, contrast)
        own = own_unit(plan.factor, contrast)
        yield (
            *(plan.factor.name, plan.factor.label, str(plan.factor.domain), contrast.label),
            *(model, plan.adjustment, ", ".join(plan.covariates)),
            *(*estimates[:5], own, *estimates[5:]),
            *(plan.n_used, n - plan.n_used, verdict.status, verdict.note),
        )


def _verdict(plan: ModelPlan, fit: ScreenFit | None, contrast: Contrast) -> _Verdict:
    """Judge one row by its plan, by its fit, and by the people at the levels it compares."""
    if fit is None:
        return _Verdict(plan.refusal)
    if fit.status == "refused":
        return _Verdict(" ".join(line.strip().removeprefix("- ") for line in fit.note.splitlines()))
    counts, compared, concerns = plan.level_counts or {}, plan.factor.levels, [*plan.concerns, fit.note]
    if contrast.level is not None:
        compared = (plan.factor.levels[0], contrast.level)
        if refusal := few_at_levels(counts, compared):
            return _Verdict(refusal)
    if plan.factor.kind is Kind.ORDINAL:
        concerns.append(trend_concern(plan.factor, counts, (int(contrast.low), int(contrast.high))))
    concerns.append(level_concern(counts, compared))
    return _Verdict(concerns=tuple(filter(None, concerns)), notes=plan.notes)


def _estimates(plan: ModelPlan, fit: ScreenFit, contrast: Contrast) -> tuple[float, ...]:
    """Return estimate, error, interval and p-value per contrast, then estimate and interval per own unit."""
    place = 0 if contrast.level is None else plan.terms.levels.index(contrast.level)
    coef, error = fit.coef[place], fit.std_error[place]
    low, high = t_interval(coef, error, fit.df_residual)
    size = size_of(plan.factor, contrast)
    ends = sorted((size * low, size * high))
    p_value = t_p_values(coef, error, fit.df_residual)
    return tuple(float(v) for v in (size * coef, abs(size) * error, *ends, p_value, coef, low, high))


def _no_estimates() -> tuple[float, ...]:
    return (np.nan,) * 8

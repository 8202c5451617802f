"""How a factor moves people between the bands of an outcome: average effects on probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.scores import bands_of
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.adjustments import AdjustmentName, adjustments_named
from rlsstudy.estimate.answers import Fitted, FromFit
from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.effect_rows import verdict_on
from rlsstudy.estimate.families import families_named
from rlsstudy.estimate.fits.intervals import t_interval, t_p_values
from rlsstudy.estimate.fitting import Asked, fitted_models
from rlsstudy.estimate.frame_facts import frame_facts
from rlsstudy.estimate.outcomes import check_outcome, factors_asked
from rlsstudy.estimate.truth.columns import beside_truth
from rlsstudy.estimate.truth.estimand import Estimand
from rlsstudy.estimate.truth.true_effect import truths_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort
    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.plan import ModelPlan

    Floats = NDArray[np.float64]

EXACTLY, AT_LEAST = "exactly", "at least"
CATEGORY_COLUMNS = (
    *("factor", "label", "domain", "contrast", "model", "adjustment", "adjusted_for", "band", "reach"),
    *("estimate", "std_error", "conf_low", "conf_high", "p_value", "n_used", "n_dropped", "status", "note"),
)


def category_effects(
    cohort: Cohort,
    factors: str | Sequence[str] | None = None,
    *,
    outcome: str | None = None,
    adjustment: AdjustmentName = "graph",
    clusters: str | None = None,
) -> pd.DataFrame:
    """Estimate by how much a factor changes the probability of each band of the outcome.

    A proportional-odds model is fitted to the bands, and its probabilities are averaged with
    everybody at either end of the factor's contrast, all covariates as they are.

    Parameters
    ----------
    cohort : Cohort
        The cohort; one row per participant.
    factors : str or sequence of str, optional
        Declared variables; by default those of the study.
    outcome : str, optional
        A score with declared bands, or a variable with ordered levels; by default the study's outcome.
    adjustment : {"graph", "age_sex", "crude"}
        As for `estimate_effects`.
    clusters : str, optional
        A column whose values are clusters, such as the study's sites, for errors that allow for them.

    Returns
    -------
    DataFrame
        For each factor contrast and band two rows: ``exactly`` this band, and ``at least`` this band.
        Estimates are changes in probability, from -1 to 1, with delta-method intervals; those of all
        bands, ``exactly``, sum to 0. A band that nobody has is not listed. For a synthetic cohort also
        truth, truth_error, bias and covered. ``.attrs`` as those of `estimate_effects`.

    Raises
    ------
    DeclarationError
        A factor or outcome that is not declared.
    EstimationError
        A factor that is a text or a date, an unknown adjustment, an outcome without ordered bands,
        an unknown cluster column, or values that no model can take.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> effects = rls.category_effects(rls.simulate_cohort(n=300, seed=1), "abi")
    >>> effects[effects["reach"] == "exactly"]["band"].tolist()
    ['mild', 'moderate', 'severe', 'very severe']
    """
    names = factors_asked(cohort, factors)
    outcome = cohort.model[cohort.study.outcome if outcome is None else outcome].name
    bands = _bands_of(cohort, outcome)
    family = families_named("ordinal" if bands.name == outcome else "ordinal_bands")[0]
    check_outcome(cohort, family, outcome, names)
    asked = Asked(cohort, names, outcome, adjustments_named(adjustment), clusters)
    rows = [
        row
        for plan, fitted, n in fitted_models(family, asked)
        for contrast in contrasts_of(plan.factor)
        for row in _rows(plan, fitted, family.name, contrast, bands, n)
    ]
    effects = pd.DataFrame.from_records(rows, columns=list(CATEGORY_COLUMNS))
    effects.attrs.update(frame_facts(cohort, outcome))
    return _scored(effects, cohort, bands.name, names) if cohort.truth_is_known else effects


def _bands_of(cohort: Cohort, outcome: str) -> Variable:
    variable = cohort.model[outcome]
    if variable.kind in (Kind.ORDINAL, Kind.BINARY):
        return variable
    declared = bands_of(cohort.model, outcome)
    if declared is None:
        raise EstimationError(
            f"The outcome '{outcome}' ({variable.label}) has no declared bands. Choose a score with bands, or a "
            "variable with ordered levels."
        )
    return declared[0]


def _rows(
    plan: ModelPlan, fitted: Fitted | None, model: str, contrast: Contrast, bands: Variable, n: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one contrast, or one row that says why there are none."""
    verdict = verdict_on(plan, fitted, contrast)
    factor = plan.factor
    head = (
        *(factor.name, factor.label, str(factor.domain), contrast.label),
        *(model, plan.adjustment, ", ".join(plan.covariates)),
    )
    tail = (plan.n_used, n - plan.n_used, verdict.status, verdict.note)
    if verdict.refusal or not isinstance(fitted, FromFit):
        yield (*head, "", "", *(np.nan,) * 5, *tail)
        return
    change, errors = _changes(fitted, contrast)
    held = [bands.levels[int(code)] for code in fitted.fit.categories]
    for reach, matrix in ((EXACTLY, np.eye(len(held))), (AT_LEAST, np.triu(np.ones((len(held),) * 2))[1:])):
        estimates = matrix @ change
        std_errors = np.sqrt(np.einsum("ij,jk,ik->i", matrix, errors, matrix))
        df = fitted.fit.df_means
        ends, p_values = t_interval(estimates, std_errors, df), t_p_values(estimates, std_errors, df)
        named = held if reach == EXACTLY else held[1:]
        for place, band in enumerate(named):
            numbers = (estimates[place], std_errors[place], *ends[place], p_values[place])
            yield (*head, band, reach, *(float(number) for number in numbers), *tail)


def _changes(fitted: FromFit, contrast: Contrast) -> tuple[Floats, Floats]:
    """Return the change in the mean probability of each band, and its covariance."""
    low, high = (fitted.question.design(arm) for arm in fitted.question.arms(contrast))
    at_low, gradient_low = fitted.fit.category_means(low)
    at_high, gradient_high = fitted.fit.category_means(high)
    gradient = gradient_high - gradient_low
    return at_high - at_low, gradient @ fitted.fit.parameters_cov @ gradient.T


def _scored(effects: pd.DataFrame, cohort: Cohort, bands: str, factors: Sequence[str]) -> pd.DataFrame:
    """Add the truth: reaching a band is simulated, being in it is that less reaching the next."""
    reached = truths_of(cohort, factors, bands, Estimand(scale="probability"))
    levels = cohort.model[bands].levels
    truths = []
    for (factor, contrast), group in reached.groupby(["factor", "contrast"], sort=False):
        at_least = group.set_index("band")["truth"].reindex(levels[1:]).to_numpy()
        error = float(group["truth_error"].max())
        exactly = -np.diff(at_least, prepend=0.0, append=0.0) + 0.0  # no negative zeros
        truths += [
            (factor, contrast, level, AT_LEAST, t, error)
            for level, t in zip(levels[1:], at_least, strict=True)
        ]
        truths += [
            (factor, contrast, level, EXACTLY, t, error) for level, t in zip(levels, exactly, strict=True)
        ]
    keys = ["factor", "contrast", "band", "reach"]
    return beside_truth(effects, pd.DataFrame(truths, columns=[*keys, "truth", "truth_error"]), keys)

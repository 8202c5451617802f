"""The shape of a factor's effect on the outcome, adjusted as the graph asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.variable import Variable
from rlsstudy.errors import EstimationError
from rlsstudy.estimate.adjustments import AdjustmentName, adjustments_named
from rlsstudy.estimate.answers import one_line
from rlsstudy.estimate.families import FAMILIES, NUMBERS
from rlsstudy.estimate.fitting import participants_asked
from rlsstudy.estimate.outcomes import check_outcome, outcome_numbers
from rlsstudy.estimate.plan import ModelPlan, plan_models
from rlsstudy.estimate.question import question_of
from rlsstudy.estimate.shape.answer import answered
from rlsstudy.estimate.shape.chosen import Asked
from rlsstudy.estimate.shape.response import TEST_COLUMNS, DoseResponse
from rlsstudy.estimate.shape.shape import Shape, shape_of

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort

POINTS = 50
_MOST_POINTS = 500
_FRAME = ("value", "estimate", "std_error", "conf_low", "conf_high")


def dose_response(
    cohort: Cohort,
    factor: str,
    *,
    shape: Shape | str = "spline",
    reference: float | None = None,
    adjustment: AdjustmentName = "graph",
    outcome: str | None = None,
    points: int = POINTS,
) -> DoseResponse:
    """Estimate how the mean outcome changes along a factor, beside a straight line.

    A linear model with the factor's shape and the covariates of the adjustment is fitted by least squares.
    The curve is the difference of the mean outcome from that at the reference, the covariates as they are. It
    is given between the 5th and the 95th percentile of the participants, beyond which it would speak of
    single ones, with 95 % intervals at each value by HC3 errors and Student's t.

    Parameters
    ----------
    cohort : Cohort
        The cohort; the question is asked in the population of its study.
    factor : str
        A number. It enters on its declared scale.
    shape : Shape or {"spline", "linear", "categories", "threshold"}
        Which shape, with its options where they are not the usual ones.
    reference : float, optional
        The value with which all others are compared, in the factor's unit. By default the lower end of the
        declared contrast; where that is not declared, or outside the 5th to 95th percentile, about the
        median.
    adjustment : {"graph", "age_sex", "crude"}
        As for `estimate_effects`.
    outcome : str, optional
        A number; by default the outcome of the study.
    points : int
        At how many values the curve is worked out, 2 to 500; the reference and a threshold are added.

    Returns
    -------
    DoseResponse
        Curve, tests and counts. A model that cannot be fitted has status ``refused``, a note that says why,
        and empty frames.

    Raises
    ------
    DeclarationError
        A factor or outcome that is not declared.
    EstimationError
        A factor that is no number, an outcome that a linear model cannot have, an adjustment or a number of
        points that is not offered, or a shape that contradicts itself.
    CohortError
        Several visits.

    Notes
    -----
    The tests of no effect and of a straight line are joint Wald tests with HC3 errors. A threshold that is
    known is tested against a straight line by its change of slope. One that is looked for has a p-value
    and an interval by bootstrap (`search_threshold`); its curve has intervals that hold for every threshold
    in that interval, because near a threshold that is estimated no interval at a single value is right [1]_.
    Where the data choose among shapes, the p-value of the chosen one says too much.

    The truth of a category is that of its median, compared with that of the reference category's.

    References
    ----------
    .. [1] Hansen BE (2017). Regression kink with an unknown threshold. Journal of Business & Economic
       Statistics 35, 228-240.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> curve = dose_response(cohort, "abi", shape="linear", adjustment="crude")
    >>> curve.status, curve.reference
    ('ok', 1.1)
    """
    asked_shape = shape_of(shape)
    variable = cohort.model[factor]
    target_variable = cohort.model[cohort.study.outcome if outcome is None else outcome]
    _check(cohort, variable, target_variable, adjustment, points)
    people, target = participants_asked(cohort, target_variable.name)
    y = outcome_numbers(people, target_variable.name)
    plans = plan_models(people, (variable.name,), target, (adjustment,), y)
    plan = plans.models[0]
    question = question_of(plan, plans.columns, plans.outcome)
    empty = _empty(cohort, variable, target_variable, asked_shape, plan)
    empty = replace(empty, n_dropped=people.n - plan.n_used)
    if question is None:
        return replace(empty, note=plan.refusal)
    try:
        return answered(empty, Asked(cohort, question, asked_shape, reference, points))
    except EstimationError as error:
        return replace(empty, note=one_line(str(error)))


def _check(cohort: Cohort, factor: Variable, outcome: Variable, adjustment: str, points: int) -> None:
    """Refuse what no data could answer."""
    adjustments_named(adjustment)
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= _MOST_POINTS:
        raise EstimationError(
            f"A curve is worked out at 2 to {_MOST_POINTS} values, given as 'points', not {points!r}."
        )
    if factor.kind not in NUMBERS:
        raise EstimationError(
            f"'{factor.name}' ({factor.label}) is {factor.kind}, and only a number has a curve. Its levels are compared "
            "by estimate_effects."
        )
    cohort.refuse_visits("A curve")
    check_outcome(cohort, FAMILIES["linear"], outcome.name, (factor.name,))


def _empty(
    cohort: Cohort, factor: Variable, outcome: Variable, shape: Shape, plan: ModelPlan
) -> DoseResponse:
    """Return the answer before there is any: refused, without numbers."""
    return DoseResponse(
        factor=factor,
        outcome=outcome,
        shape=shape.kind,
        reference=np.nan,
        frame=pd.DataFrame(columns=list(_FRAME), dtype=np.float64),
        tests=pd.DataFrame(columns=list(TEST_COLUMNS)),
        counts=pd.DataFrame(columns=["low", "high", "n"]),
        threshold=None,
        adjustment=plan.adjustment,
        adjusted_for=plan.covariates,
        n_used=plan.n_used,
        n_dropped=0,
        status="refused",
        note="",
        comparison="",
        synthetic=cohort.is_synthetic,
    )

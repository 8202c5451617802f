"""One call that says whether a factor's model can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from rlsstudy.errors import EstimationError, did_you_mean
from rlsstudy.estimate.adjustments import ADJUSTMENTS, AdjustmentName
from rlsstudy.estimate.diagnose.diagnosis import Diagnosis
from rlsstudy.estimate.diagnose.examine import MODELS, examine
from rlsstudy.estimate.diagnose.findings import findings
from rlsstudy.estimate.diagnose.verdicts import CHECK_COLUMNS
from rlsstudy.estimate.families import FAMILIES
from rlsstudy.estimate.fitting import Asked
from rlsstudy.estimate.outcomes import check_outcome

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort


def diagnose_model(
    cohort: Cohort,
    factor: str,
    *,
    model: str = "linear",
    adjustment: AdjustmentName = "graph",
    outcome: str | None = None,
) -> Diagnosis:
    """Check the model behind a factor's effect, and say in plain words what was found.

    The model is exactly that which `estimate_effects` fits for this factor. Each check says what was found, what it
    means for the estimate, and what to do. Verdicts and their thresholds, with a reason for each, stand in
    `rlsstudy.estimate.diagnose.verdicts`.

    Parameters
    ----------
    cohort : Cohort
        The cohort.
    factor : str
        A declared variable.
    model : {"linear", "ordinal", "ordinal_bands", "logistic", "mixed"}
        The model.
    adjustment : {"graph", "age_sex", "crude"}
        As for `estimate_effects`.
    outcome : str, optional
        A declared variable; by default the outcome of the study.

    Returns
    -------
    Diagnosis
        Checks and the numbers behind their pictures. A model that `estimate_effects` refuses has status ``refused``, a
        note that says why, and no checks.

    Raises
    ------
    DeclarationError
        A factor or outcome that is not declared.
    EstimationError
        A model or an adjustment that is not offered, or an outcome that the model cannot have.
    CohortError
        Several visits, and a model for one.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> diagnosis = diagnose_model(rls.simulate_cohort(n=100, seed=1), "age", adjustment="crude")
    >>> diagnosis.checks["check"].tolist()
    ['straight line', 'form', 'scatter', 'influence', 'residuals', 'floor', 'ceiling', 'beyond the scale']
    """
    for what, name, allowed in (("model", model, MODELS), ("adjustment", adjustment, ADJUSTMENTS)):
        if name not in allowed:
            verb = "is diagnosed" if what == "model" and name in FAMILIES else "is offered"
            raise EstimationError(f"No {what} '{name}' {verb}.{did_you_mean(name, allowed)}")
    variable = cohort.model[factor]
    target = cohort.model[cohort.study.outcome if outcome is None else outcome]
    family = FAMILIES[model]
    check_outcome(cohort, family, target.name, (variable.name,))
    subject = examine(cohort, family, Asked(cohort, (variable.name,), target.name, (adjustment,)))
    checks, data = ([], {}) if subject.examined is None else findings(subject.examined)
    return Diagnosis(
        factor=variable,
        outcome=target,
        model=model,
        adjustment=adjustment,
        adjusted_for=subject.plan.covariates,
        checks=pd.DataFrame.from_records([check.row() for check in checks], columns=list(CHECK_COLUMNS)),
        data=data,
        n_used=subject.plan.n_used,
        n_dropped=subject.n - subject.plan.n_used,
        status="refused" if subject.examined is None else "flagged" if subject.flagged else "ok",
        note=subject.note,
        synthetic=cohort.is_synthetic,
    )

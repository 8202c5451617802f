"""The effect of each factor on the outcome, in its own model, crude and adjusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from rlsstudy.estimate.adjustments import ADJUSTMENTS, AdjustmentName, adjustments_named
from rlsstudy.estimate.effect_rows import EFFECT_COLUMNS, effect_rows
from rlsstudy.estimate.families import FAMILIES, Family, families_named
from rlsstudy.estimate.fitting import Asked, fitted_models
from rlsstudy.estimate.frame_facts import frame_facts
from rlsstudy.estimate.outcomes import check_outcome, factors_asked

if TYPE_CHECKING:
    from rlsstudy.cohort.cohort import Cohort

MODELS = tuple(FAMILIES)
__all__ = ["EFFECT_COLUMNS", "MODELS", "estimate_effects"]


def estimate_effects(
    cohort: Cohort,
    factors: str | Sequence[str] | None = None,
    *,
    outcome: str | None = None,
    model: str | Sequence[str] = "linear",
    adjustments: AdjustmentName | Sequence[AdjustmentName] = ADJUSTMENTS,
    clusters: str | None = None,
) -> pd.DataFrame:
    """Estimate how much the outcome differs over one contrast of each factor.

    Every factor has a model of its own for each adjustment. Covariates are adjusted for and not
    reported, because their coefficients are not their effects [1]_. Whatever the model, the estimate
    is an average difference in the unit of the outcome: everybody with the factor at the upper end of
    its contrast, compared with everybody at the lower end, all covariates as they are [2]_.

    Parameters
    ----------
    cohort : Cohort
        The cohort; the effect is asked for in the population of its study.
    factors : str or sequence of str, optional
        Declared variables; by default those of the study.
    outcome : str, optional
        A declared variable; by default the outcome of the study.
    model : str or sequence of str
        One or more of these, each giving rows of its own.

        ==================  ======================================================================
        ``linear``          least squares, HC3 errors [3]_ and Student's t
        ``ordinal``         proportional odds over all values of the outcome, such as 41 totals
        ``ordinal_bands``   proportional odds over the declared bands, which stand for their mean
        ``probit``          as ``ordinal``, with a normal latent scale
        ``logistic``        a binary outcome; estimates are differences in probability
        ``firth``           the same with Firth's penalty, for few events or separation
        ``two_part``        in the whole cohort: presence, then severity among cases; the outcome of
                            those who are not cases counts as 0
        ``quantile``        the median; ``quantile_25`` and ``quantile_75`` the quartiles
        ``robust``          least squares that lets wild values count less
        ``mixed``           an outcome at several visits: random intercept, REML, Satterthwaite
        ``mixed_slope``     the same with a random slope over visits
        ``gee``             the same by estimating equations, bias-reduced robust errors
        ``ancova``          the last visit, adjusted for the first
        ``change``          the change from the first visit to the last
        ==================  ======================================================================
    adjustments : {"crude", "age_sex", "graph"} or sequence of these
        ``crude``: the factor alone. ``age_sex``: with the variables named ``age`` and ``sex``,
        when measured and neither the factor nor its effects. ``graph``: with the covariates that
        the declared graph asks for (`find_adjustment`).
    clusters : str, optional
        A column whose values are clusters, such as the study's sites, for errors that allow for them: bias-reduced (CR2)
        for ``linear``; the sandwich for ``logistic``, ``ordinal``, ``ordinal_bands`` and ``probit``; with Student's t.
        The other models take none.

    Returns
    -------
    DataFrame
        One row per model, factor contrast and adjustment, with the columns `EFFECT_COLUMNS`. Estimate
        and 95 % interval are in units of the outcome per declared contrast; ``own_estimate`` is
        the coefficient itself, in ``own_unit``. Each model uses the participants with a value of
        all that enters it, save those who are alone at a level of a covariate: ``n_used``; the
        others in the population are ``n_dropped``. A row with status ``refused`` has no estimate,
        and its note says why; ``flagged`` says why it is to be read with care. ``.attrs`` say
        which outcome and cohort the rows are about, and whether the data are synthetic.

    Raises
    ------
    DeclarationError
        A factor or outcome that is not declared.
    EstimationError
        An unknown model, adjustment or cluster column, an outcome that the model cannot have, that is
        not in the data or also a factor, or values that no model can take.
    CohortError
        Several visits, and a model for one.

    References
    ----------
    .. [1] Westreich D, Greenland S (2013). The Table 2 fallacy. American Journal of Epidemiology
       177, 292-298.
    .. [2] Snowden JM, Rose S, Mortimer KM (2011). Implementation of G-computation on a simulated
       data set. American Journal of Epidemiology 173, 731-738.
    .. [3] Long JS, Ervin LH (2000). Using heteroscedasticity consistent standard errors in the
       linear regression model. The American Statistician 54, 217-224.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> cohort = rls.simulate_cohort(n=300, seed=1)
    >>> effects = rls.estimate_effects(cohort, ["abi", "smoking"])
    >>> effects["adjustment"].unique().tolist()
    ['crude', 'age_sex', 'graph']
    """
    families = families_named(model)
    chosen = adjustments_named(adjustments)
    names = factors_asked(cohort, factors)
    outcome = cohort.model[cohort.study.outcome if outcome is None else outcome].name
    for family in families:
        check_outcome(cohort, family, outcome, names)
    asked = Asked(cohort, names, outcome, chosen, clusters)
    rows = (row for family in families for row in _rows(family, asked))
    effects = pd.DataFrame.from_records(list(rows), columns=list(EFFECT_COLUMNS))
    effects.attrs.update(frame_facts(cohort, outcome))
    return effects


def _rows(family: Family, asked: Asked) -> Iterator[tuple[Any, ...]]:
    for plan, fitted, n in fitted_models(family, asked):
        yield from effect_rows(plan, fitted, family.name, n)

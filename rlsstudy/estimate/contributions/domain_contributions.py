"""How much of the outcome's variation the domains explain, each and together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.errors import EstimationError, bullet_list
from rlsstudy.estimate.contributions.design import JointDesign, Roles, joint_design
from rlsstudy.estimate.contributions.truth import divisions, stacked, true_contributions
from rlsstudy.estimate.families import FAMILIES
from rlsstudy.estimate.frame_facts import frame_facts
from rlsstudy.estimate.outcomes import check_outcome
from rlsstudy.estimate.resample.bootstrap import assembled
from rlsstudy.estimate.resample.draws import Draws, plan_draws
from rlsstudy.estimate.truth.columns import SCORE_COLUMNS, beside_truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.cohort import Cohort

    Floats = NDArray[np.float64]

CONTRIBUTION_COLUMNS = (
    *("domain", "label", "n_factors"),
    *("shapley", "conf_low", "conf_high", "share_of_explained", "first", "last", "uncorrected"),
    *("n_used", "n_dropped", "status", "note"),
    *SCORE_COLUMNS,
)
COVARIATES, EVERYTHING = "adjusted for", "all"  # what the column ``domain`` says in the last two rows
FEW_PER_COEFFICIENT = 5  # participants; below it a resample holds hardly more people than coefficients
SAME_OUTCOME = "the outcome is the same for all who are drawn"
_FIGURES = 7


def domain_contributions(
    cohort: Cohort,
    factors: Sequence[str] | None = None,
    *,
    outcome: str | None = None,
    adjust_for: Sequence[str] = ("age", "sex"),
    reps: int = 500,
    seed: int = 1,
    with_truth: bool = True,
) -> pd.DataFrame:
    """Divide the explained variation of the outcome among the domains of the factors.

    One linear model has the covariates and all factors; its explained variation (R²) is divided by
    Shapley values [1]_: what a domain adds, averaged over all orders in which domains can enter. All
    R² are adjusted for the number of columns [2]_, because every column explains something by chance:
    with 20 columns and 335 participants 6 % of a variation that nothing explains.

    Parameters
    ----------
    cohort : Cohort
        The cohort; asked is about the population of its study.
    factors : sequence of str, optional
        Declared variables; by default those of the study. Their declared domains are compared.
    outcome : str, optional
        A declared number; by default the outcome of the study.
    adjust_for : sequence of str
        Covariates that are in the model before any domain; may be empty.
    reps : int
        Resamples of participants for the 95 % intervals.
    seed : int
        A whole number from 0, for the resamples.
    with_truth : bool
        Whether a synthetic cohort is compared with the truth. The first time this simulates
        participants, which takes seconds in a design that admits few.

    Returns
    -------
    DataFrame
        One row per domain, one for the covariates (``"adjusted for"``) and one for all together
        (``"all"``), which is the sum of the others. Shares are of the outcome's variation, 0.02
        for 2 %: ``shapley`` with the interval ``conf_low`` to ``conf_high``; ``share_of_explained``, as a
        part of all that is explained, missing where the interval of that holds 0; ``first``, what the domain
        adds to the covariates alone, and ``last``, to everything else; ``uncorrected``, the Shapley value of
        unadjusted R². Adjusted values can fall below 0, as an unbiased estimate of next to nothing must.
        ``n_used`` participants are complete, ``n_dropped`` are not. ``truth`` is what ``shapley`` would be
        without sampling error and gaps, with the Monte-Carlo error ``truth_error``; ``bias`` is ``shapley``
        less the truth, and ``covered`` says whether the interval holds it; all missing for real data. A
        refused row has no figures, and its note says why. ``.attrs`` as those of `estimate_effects`.

    Raises
    ------
    DeclarationError
        A name that is not declared.
    EstimationError
        A factor that is latent, a text or a date, the outcome or also a covariate; an outcome that is
        no number or not in the data; ``reps`` or ``seed`` out of range.

    Notes
    -----
    Intervals are percentiles of the resampled values, moved so that their mean is the estimate. A resample
    explains by chance once more what the sample does, so that plain percentiles lie too high, and
    bias-corrected percentiles take off twice what they should. With 20 columns and 150 or 335
    participants percentiles hold the total R² in 0.75 and 0.88 of samples, bias-corrected ones in 0.65
    and 0.80, these in 0.96.

    The truth is that of the same division by the *measured* factors. It is no causal share: factors that
    are confounded or measured with error have, and lack, contributions that an intervention would not show.

    References
    ----------
    .. [1] Lindeman RH, Merenda PF, Gold RZ (1980). Introduction to Bivariate and Multivariate Analysis,
       section 4.5. Scott, Foresman.
    .. [2] Ezekiel M (1930). Methods of Correlation Analysis. Wiley.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> cohort = rls.simulate_cohort(n=1000, seed=1, design="population")
    >>> shares = domain_contributions(cohort, ["bmi", "ferritin", "smoking"], reps=100, with_truth=False)
    >>> shares["domain"].tolist()
    ['vascular', 'iron', 'lifestyle', 'adjusted for', 'all']
    """
    cohort.refuse_visits("A division of explained variation")
    roles = _roles(cohort, factors, outcome, adjust_for)
    inside = cohort.in_population()
    design = joint_design(inside.data, cohort.model, roles)
    draws = plan_draws(max(design.n, 1), reps=reps, seed=seed)
    figures, concern = np.full((len(roles.domains) + 2, _FIGURES), np.nan), ""
    truths = figures[:, :2]
    if not design.refusal:
        figures, failures = _figures(design, draws, reps)
        concern = "; ".join(filter(None, (_concern(roles, design), failures)))
        if with_truth:
            truths = np.column_stack(true_contributions(cohort, design.roles))
    frame = _frame(roles, _rows(cohort, roles, design, figures, concern), inside.n, truths)
    frame.attrs.update(frame_facts(cohort, roles.outcome))
    return frame


def _roles(
    cohort: Cohort, factors: Sequence[str] | None, outcome: str | None, adjust_for: Sequence[str]
) -> Roles:
    """Check the names and give each its part."""
    model = cohort.model
    asked = cohort.study.factors if factors is None else (factors,) if isinstance(factors, str) else factors
    names = tuple(model[name].name for name in dict.fromkeys(asked))
    given = (adjust_for,) if isinstance(adjust_for, str) else adjust_for
    covariates = tuple(model[name].name for name in dict.fromkeys(given))
    explained = cohort.study.outcome if outcome is None else model[outcome].name
    check_outcome(cohort, FAMILIES["linear"], explained, (*names, *covariates))
    problems = [] if names else ["no factor is given."]
    for name in dict.fromkeys((*names, *covariates)):
        variable = model[name]
        if not variable.measured:
            problems.append(f"'{name}' ({variable.label}) is latent, and no cohort has its values.")
        elif variable.is_carried:
            problems.append(f"'{name}' ({variable.label}) is a {variable.kind}, which cannot enter a model.")
        if name in names and name in covariates:
            problems.append(f"'{name}' is a factor and adjusted for. Leave it out of one of them.")
    if problems:
        raise EstimationError(f"Explained variation cannot be divided:\n{bullet_list(problems)}")
    domains: dict[str, tuple[str, ...]] = {}
    for name in names:
        domain = str(model[name].domain)
        domains[domain] = (*domains.get(domain, ()), name)
    return Roles(explained, covariates, domains)


def _figures(design: JointDesign, draws: Draws, reps: int) -> tuple[Floats, str]:
    """Return the figures of each row, in the order of the columns, and what concerns all intervals."""
    corrected, raw = divisions(design, np.ones((1, design.n)))
    estimate = stacked(corrected)[:, 0]
    found = [stacked(divisions(design, draws.weights(*part))[0]).T for part in draws.chunks(reps)]
    names = (*design.roles.domains, COVARIATES, EVERYTHING)
    boot = assembled(
        estimate, np.concatenate(found), draws, names=names, influence=None, why_failed=SAME_OUTCOME
    )
    ends = boot.conf_int("centred")
    # Parts of a total that may be nothing are wild numbers.
    share = estimate / estimate[-1] if ends[-1, 0] > 0 else np.full(len(estimate), np.nan)
    first = np.append(corrected.first[:, 0], estimate[-2:])
    last = np.append(corrected.last[:, 0], [np.nan, estimate[-1]])  # the covariates are never taken out
    figures = np.column_stack([estimate, ends, share, first, last, stacked(raw)[:, 0]])
    return figures, boot.note if boot.status == "flagged" else ""


def _frame(roles: Roles, rows: Iterable[tuple[Any, ...]], n: int, truths: Floats) -> pd.DataFrame:
    """Put the rows together with the truth of each, which a refused one does not have."""
    frame = pd.DataFrame.from_records(list(rows), columns=list(CONTRIBUTION_COLUMNS[: -len(SCORE_COLUMNS)]))
    frame["n_dropped"] = n - frame["n_used"]
    true = pd.DataFrame(truths, columns=["truth", "truth_error"]).assign(domain=frame["domain"])
    frame = beside_truth(frame, true[frame["status"] != "refused"], ["domain"], "shapley")
    if not roles.covariates:
        frame = frame[frame["domain"] != COVARIATES].reset_index(drop=True)
    return frame


def _rows(
    cohort: Cohort, roles: Roles, design: JointDesign, figures: Floats, concern: str
) -> Iterator[tuple[Any, ...]]:
    of_covariates = ", ".join(cohort.model[name].label for name in roles.covariates)
    named = [(domain, domain.capitalize(), names) for domain, names in roles.domains.items()]
    named += [
        (COVARIATES, of_covariates, roles.covariates),
        (EVERYTHING, "All together", roles.explaining),
    ]
    for (domain, label, names), row in zip(named, figures, strict=True):
        used = [name for name in names if name in design.roles.explaining]
        refusal = design.refusal or ("" if used or not names else "nothing of it can enter the model")
        notes = [design.notes[name] for name in names if name in design.notes and domain != EVERYTHING]
        note = "; ".join(filter(None, (refusal or concern, *notes)))
        values = (np.full(len(row), np.nan) if refusal else row).tolist()
        status = "refused" if refusal else "flagged" if concern else "ok"
        yield (domain, label, len(used), *values, design.n, 0, status, note)


def _concern(roles: Roles, design: JointDesign) -> str:
    """Say why all figures are to be read with care."""
    p = 1 + design.always + sum(design.sizes)
    absent = [f"'{name}'" for name in roles.covariates if name not in design.roles.covariates]
    concerns = [f"not adjusted for {', '.join(absent)}"] if absent else []
    if design.n < FEW_PER_COEFFICIENT * p:
        concerns.append(f"fewer than {FEW_PER_COEFFICIENT} participants for each of {p} coefficients")
    return "; ".join(concerns)

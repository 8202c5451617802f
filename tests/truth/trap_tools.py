"""Large cohorts without gaps, and the few regressions that the traps are shown with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log

import numpy as np
from scipy.special import expit

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.declare import Kind

MODEL = rls.rls_model()
SEED = 20_12
POPULATION_SIZE = 1_000_000

Values = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Answer:
    """A number, its Monte-Carlo standard error (of the logarithm, for a ratio), and how it was found."""

    value: float
    error: float
    how: str


@dataclass(frozen=True)
class Trap:
    """A question, what a naive analysis answers, what a right one answers, and the truth by intervention."""

    title: str
    measure: str
    naive: Answer
    right: Answer
    truth: Answer
    others: tuple[Answer, ...] = ()


_WIDELY_USED = (
    *("rls_case", "four_criteria", "ch_rlsq", "rls_severity", "irls_total", "psqi", "plmi"),
    *("age", "sex", "ancestry", "income_quintile", "parity", "pregnant", "bmi", "smoking", "standing_work"),
    *("venous_reflux", "crp", "ferritin", "body_iron", "ida_state", "brain_iron", "dialysis"),
    *("activity_true", "physical_activity", "caffeine", "caffeine_now", "depression", "med_ssri_snri"),
    *("med_mirtazapine", "med_antihistamine", "med_antipsychotic", "usual_sleep", "anxiety"),
    *("migraine", "diabetes", "hypertension", "neuropathy", "meis1_rs113851554_dose"),
)


@cache
def cohort(
    design: str = "population",
    scenario: str = "default",
    n: int = POPULATION_SIZE,
    names: tuple[str, ...] = _WIDELY_USED,
) -> Values:
    """Return the first ``n`` participants of a design in a scenario, nobody's value missing."""
    model = calibrated(MODEL.in_setting(design, scenario))
    blocks = draw_blocks(model, model.design(design), SEED, names, n)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for block in blocks:
        for name in names:
            parts[name].append(block.values[name].astype(np.float32))
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def among(values: Values, inside: np.ndarray) -> Values:
    """Return those participants alone."""
    return {name: column[inside] for name, column in values.items()}


# --- regressions ----------------------------------------------------------------------------------

# Where declared effects bend, a second and third column let the regression bend too.
_BENDS = {"age": (np.inf, 65), "parity": (np.inf, 1, 3)}


def columns(values: Values, names: Iterable[str]) -> list[np.ndarray]:
    """Return the columns of a regression: contrasts of numbers, one column for each level but the first."""
    found: list[np.ndarray] = []
    for name in names:
        variable, column = MODEL[name], values[name].astype(np.float64)
        if variable.kind is Kind.CATEGORICAL:
            found += [(column == code).astype(np.float64) for code in range(1, len(variable.levels))]
        else:
            found += [variable.in_contrasts(np.minimum(column, top)) for top in _BENDS.get(name, (np.inf,))]
    return found


@dataclass(frozen=True)
class Fit:
    """A regression: coefficients with intercept first, their covariance, and the design."""

    coefficients: np.ndarray
    covariance: np.ndarray
    design: np.ndarray

    def slope(self, place: int = 1) -> tuple[float, float]:
        """Return one coefficient and its standard error."""
        return float(self.coefficients[place]), float(self.covariance[place, place] ** 0.5)


def _design(exposure: Sequence[np.ndarray], covariates: Sequence[np.ndarray]) -> np.ndarray:
    return np.column_stack([np.ones(len(exposure[0])), *exposure, *covariates]).astype(np.float64)


def logistic(
    outcome: np.ndarray,
    exposure: Sequence[np.ndarray],
    covariates: Sequence[np.ndarray] = (),
    *,
    prior_variance: float = np.inf,
    weights: np.ndarray | None = None,
    steps: int = 9,
) -> Fit:
    """Fit a logistic regression by Newton's method, the slopes with a normal prior where one is given."""
    design = _design(exposure, covariates)
    penalty = np.diag([0.0, *[1 / prior_variance] * (design.shape[1] - 1)])
    weights = np.ones(len(outcome)) if weights is None else weights
    beta = np.zeros(design.shape[1])
    share = float(np.average(outcome, weights=weights))
    beta[0] = log(share / (1 - share))
    for _ in range(steps):
        p = expit(np.clip(design @ beta, -15, 15))
        information = (design.T * (weights * p * (1 - p))) @ design + penalty + 1e-9 * np.eye(len(beta))
        beta = beta + np.linalg.solve(information, design.T @ (weights * (outcome - p)) - penalty @ beta)
    return Fit(beta, np.linalg.inv(information), design)


def linear(outcome: np.ndarray, exposure: Sequence[np.ndarray], covariates: Sequence[np.ndarray] = ()) -> Fit:
    """Fit a straight line by least squares."""
    design = _design(exposure, covariates)
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ (design.T @ outcome)
    spread = float(np.mean((outcome - design @ beta) ** 2))
    return Fit(beta, inverse * spread, design)


def odds_ratio(
    values: Values, factor: str, how: str, adjusted_for: Iterable[str] = (), outcome: str = "rls_case"
) -> Answer:
    """Return the marginal odds ratio of a factor's contrast, averaged over the participants.

    It is standardised, so that it can be compared with a truth by intervention: the odds ratio of like
    participants, which is a coefficient, is further from 1 whatever is done right.
    """
    exposure = columns(values, [factor])[-1:]  # of several levels the last
    others = columns(values, [factor])[:-1]
    fit = logistic(values[outcome], exposure, [*others, *columns(values, adjusted_for)])
    low, high = standardised(fit, len(others))
    return Answer(high / (1 - high) / (low / (1 - low)), fit.slope()[1], how)


def standardised(fit: Fit, other_levels: int = 0) -> tuple[float, float]:
    """Return the mean probability with the exposure at 0 and at 1 for everybody."""
    levels = slice(1, 2 + other_levels)
    rest = fit.design @ fit.coefficients - fit.design[:, levels] @ fit.coefficients[levels]
    return float(expit(rest).mean()), float(expit(rest + fit.coefficients[1]).mean())


def true_odds_ratio(factor: str, scenario: str = "default", **estimand: object) -> Answer:
    """Return the marginal odds ratio of having RLS by intervention, of the last contrast of a factor."""
    asked = rls.Estimand(scale="odds_ratio", **estimand)
    row = rls.true_effect(
        factor, outcome="rls_case", design="population", scenario=scenario, estimand=asked, n=400_000
    ).iloc[-1]
    return Answer(float(row["truth"]), float(row["truth_error"] / row["truth"]), "by intervention")


def ratio(slope: tuple[float, float], how: str) -> Answer:
    """Return a coefficient on the scale of log odds as an odds ratio."""
    return Answer(exp(slope[0]), slope[1], how)

"""What is checked before and after a fit, and what is said when a check fails.

====================================  ===========  ==================================================
check                                 limit        when it fails
====================================  ===========  ==================================================
values are finite numbers             all          refused, with counts
participants exceed coefficients      n > p        refused
residual degrees of freedom           10           ``fit_linear`` flags, ``estimate_effects`` refuses
outcome and columns vary                           refused; a covariate that does not vary is left out
columns are independent               1e-7         refused, aliased columns named
a participant decides a term alone    leverage 1   refused, term named
the outcome is reproduced exactly     1e-10        flagged
people at each level of a factor      10           flagged
the same, compared levels             3            refused; with 2 exposed an HC3 interval holds 0.79
a participant alone at another level               left out, and counted as dropped
clusters                              2            refused
the same                              40           flagged
people with two visits, GEE and       10           refused
mixed models
people beyond a quantile              10           refused
people without a density there        50 %         refused; above 5 % flagged
people far from a robust line         30 %         flagged; 18 % are usual
people in a note                      10           not shown when there are fewer
====================================  ===========  ==================================================

An exact fit is flagged by a fit, and refused by ``estimate_effects``: its errors are rounding noise. A number of people
below 10 is not shown in a note, which travels far; a refusal may count those of the whole data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.linalg import solve_triangular

from rlsstudy.errors import EstimationError, bullet_list

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

Status = Literal["ok", "flagged", "refused"]

MIN_RESIDUAL_DF = 10
MIN_LEVEL_SIZE = 10
MIN_LEVEL_USED = 3
MIN_SHOWN = 10  # people; a smaller number is not shown in a note, which travels with its effect
RANK_TOLERANCE = 1e-7  # of a column's length; R's lm uses the same
EXACT_FIT = 1e-10  # residual norm over that of the outcome; below it a standard error is rounding noise
LEVERAGE_ONE = 1 - 1e-10
_ROUNDING = 1e-12  # spread over size; below it a column's values differ by rounding alone
_NEGLIGIBLE = 1e-6  # weight, over the largest, below which a column plays no part


def checked_arrays(
    X: ArrayLike, y: ArrayLike, names: Sequence[str] | None
) -> tuple[Floats, Floats, list[str]]:
    """Return design, outcome and column names as they enter a fit, or say all that is wrong."""
    design, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if design.ndim != 2 or outcome.ndim != 1 or len(design) != len(outcome) or not design.shape[1]:
        raise EstimationError(
            f"X has shape {design.shape} and y {outcome.shape}. "
            "Allowed: X (n, p) with at least one column, y (n,), the same participants in the same order."
        )
    labels = [f"column {j}" for j in range(design.shape[1])] if names is None else list(names)
    problems = [*_name_problems(labels, design.shape[1]), *_finite_problems(design, outcome, labels)]
    problems = problems or _size_problems(*design.shape)
    if problems:
        raise EstimationError(f"The model cannot be fitted:\n{bullet_list(problems)}")
    return design, outcome, labels


def check_variation(X: Floats, y: Floats, names: Sequence[str], intercept: int | None) -> None:
    """Refuse an outcome, or a column beside the intercept, that is the same for everybody."""
    problems = []
    if varies_not(y[:, None])[0]:
        problems.append("the outcome is the same for everybody, so there is nothing to explain.")
    for j in np.flatnonzero(varies_not(X)).tolist():
        if j != intercept:
            problems.append(f"'{names[j]}' is the same for everybody. Leave it out.")
    if problems:
        raise EstimationError(f"The model cannot be fitted:\n{bullet_list(problems)}")


def varies_not(columns: Floats) -> NDArray[np.bool_]:
    """Tell which columns have one value only, rounding aside."""
    low, high = columns.min(axis=0), columns.max(axis=0)
    return np.asarray(high - low <= _ROUNDING * np.maximum(np.abs(low), np.abs(high)))


def check_rank(R: Floats, pivot: Places, names: Sequence[str]) -> None:
    """Refuse columns that earlier ones determine, by the triangle of a pivoted QR of scaled columns."""
    if np.abs(np.diag(R)).min() > RANK_TOLERANCE:
        return
    in_order = np.empty_like(R)
    in_order[:, pivot] = R
    # What pivoting finds may be a little further apart when columns are taken in order.
    tolerance = RANK_TOLERANCE
    while not (aliases := _aliases(in_order, tolerance)):
        tolerance *= 10
    lines = [f"'{names[j]}' follows from {_listed(names, part)}." for j, part in aliases.items()]
    raise EstimationError(
        f"Columns carry the same information, so their effects cannot be told apart:\n{bullet_list(lines)}\n"
        "Leave one column of each line out."
    )


def _aliases(columns: Floats, tolerance: float) -> dict[int, list[int]]:
    """Find the columns that earlier ones determine, and which of these have a part in it."""
    kept: list[int] = []
    found = {}
    for j, column in enumerate(columns.T):
        weights = np.linalg.lstsq(columns[:, kept], column)[0]
        if np.linalg.norm(column - columns[:, kept] @ weights) > tolerance:
            kept.append(j)
        else:
            size = np.abs(weights)
            found[j] = [kept[k] for k in np.flatnonzero(size > _NEGLIGIBLE * size.max())]
    return found


def check_leverage(Q: Floats, R: Floats, pivot: Places, names: Sequence[str], intercept: int | None) -> None:
    """Refuse terms that one participant decides alone: the residual is 0 and HC errors have no meaning."""
    leverage = np.einsum("ij,ij->i", Q, Q)
    alone = np.flatnonzero(leverage > LEVERAGE_ONE)
    if not len(alone):
        return
    weight = np.abs(solve_triangular(R, Q[alone].T))
    part = sorted(pivot[(weight > _NEGLIGIBLE * weight.max(axis=0)).any(axis=1)].tolist())
    terms = [j for j in part if j != intercept] or part
    raise EstimationError(
        f"{_listed(names, terms)}: one participant alone decides this term (leverage 1), "
        "so it has no robust standard error. Merge the level with another, or leave the term out."
    )


def few_residual_df(df: int) -> list[str]:
    """Say that there are few residual degrees of freedom."""
    if df >= MIN_RESIDUAL_DF:
        return []
    return [f"only {df} residual degrees of freedom; fewer than {MIN_RESIDUAL_DF} are unreliable"]


def exact_fit(exact: bool) -> list[str]:
    """Say that the outcome is reproduced exactly."""
    return ["the outcome is reproduced exactly, so standard errors are rounding noise"] if exact else []


def number_in_note(count: int) -> str:
    """Write a number of people for a note; a small one, which could tell who they are, is not shown."""
    return f"fewer than {MIN_SHOWN}" if count < MIN_SHOWN else f"{count:,}"


def share_in_note(count: int, n: int) -> str:
    """Write a share of n people for a note, in percent unless it stands for few."""
    return number_in_note(count) if count < MIN_SHOWN else f"{count / n:.0%}"


def _name_problems(names: Sequence[str], p: int) -> list[str]:
    if len(names) != p:
        return [f"{len(names)} names are given for {p} columns."]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    return [f"two columns are called '{name}'." for name in twice]


def _finite_problems(X: Floats, y: Floats, names: Sequence[str]) -> list[str]:
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(X.sum() + y.sum()):
            return []
    found = [("y", np.isnan(y).sum(), np.isinf(y).sum())]
    found += zip((f"'{n}'" for n in names), np.isnan(X).sum(axis=0), np.isinf(X).sum(axis=0), strict=False)
    hint = "Take these participants out, and count them, before the fit."
    return [
        f"{name} has {gaps} missing and {infinite} infinite of {len(y)} values. {hint}"
        for name, gaps, infinite in found
        if gaps or infinite
    ]


def _size_problems(n: int, p: int) -> list[str]:
    if n > p:
        return []
    return [f"{n} participants cannot determine {p} coefficients. Take fewer columns or more participants."]


def _listed(names: Sequence[str], places: Sequence[int]) -> str:
    return ", ".join(f"'{names[j]}'" for j in places)

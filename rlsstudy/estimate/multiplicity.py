"""P-values adjusted for how many questions are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from rlsstudy.errors import EstimationError, bullet_list, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

PMethod = Literal["holm", "bh", "bonferroni", "hochberg", "by"]
ADJUSTED_COLUMNS = ("p_adjusted", "family", "n_tests")
WITHIN = ("adjustment", "model")  # never one family: these ask the same question in other ways
NOT_COUNTED = "not counted among the tests of its family"


def adjusted_p(p: ArrayLike, method: PMethod = "holm") -> Floats:
    """Return p-values adjusted for the number of tests.

    Parameters
    ----------
    p : array
        P-values from 0 to 1; NaN where a test could not be made, which is not counted.
    method : {"holm", "bh", "bonferroni", "hochberg", "by"}
        For the chance of any false finding: ``holm`` [1]_, which always holds and is never weaker than ``bonferroni``;
        ``hochberg`` [2]_, for tests that are independent or positively dependent. For the expected
        share of false ones among the findings: ``bh`` [3]_, for such tests, and ``by`` [4]_, for any.

    Returns
    -------
    ndarray
        Of the same shape; NaN where p is.

    Raises
    ------
    EstimationError
        An unknown method, or numbers that are no p-values.

    References
    ----------
    .. [1] Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics
       6, 65-70.
    .. [2] Hochberg Y (1988). A sharper Bonferroni procedure for multiple tests of significance. Biometrika
       75, 800-802.
    .. [3] Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. Journal of the Royal Statistical
       Society B 57, 289-300.
    .. [4] Benjamini Y, Yekutieli D (2001). The control of the false discovery rate in multiple testing
       under dependency. Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> adjusted_p([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    _check_method(method)
    values = np.asarray(p, dtype=np.float64)
    if wrong := int((np.isinf(values) | (values < 0) | (values > 1)).sum()):
        raise EstimationError(
            f"{wrong} of {values.size} numbers are no p-values. Allowed: 0 to 1, or missing."
        )
    result = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    result[known] = _adjusted(values[known], method)
    return result


def adjust_p_values(
    effects: pd.DataFrame,
    *,
    method: PMethod = "holm",
    family: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Adjust the p-values of estimated effects for how many questions are asked.

    Parameters
    ----------
    effects : DataFrame
        What `estimate_effects` gave. A family is counted among its rows: rows that are taken out before are
        not adjusted for.
    method : {"holm", "bh", "bonferroni", "hochberg", "by"}
        As for `adjusted_p`.
    family : str, sequence of str or mapping of str to sequence of str, optional
        Which tests belong together. By default all factors and contrasts of one adjustment and model;
        rows of other adjustments and models are never of the same family. Columns, such as ``"domain"``: the
        rows that agree in these. A mapping of a family's name to its factors: as declared, every
        factor in one family.

    Returns
    -------
    DataFrame
        The same rows with the columns p_adjusted, family (its name) and n_tests (tests in it). A refused row has
        no p-value and is not counted, which its note says. ``.attrs["p_adjustment"]`` has the method.

    Raises
    ------
    EstimationError
        Not a frame of effects, an unknown method or column, or declared families that leave out a
        factor, have one twice or name one that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> effects = pd.DataFrame({"factor": ["abi", "bmi"], "p_value": [0.01, 0.04], "note": ["", ""]})
    >>> effects = effects.assign(adjustment="graph", model="linear")
    >>> adjust_p_values(effects)["p_adjusted"].tolist()
    [0.02, 0.04]
    """
    _check_method(method)
    needed = ("factor", *WITHIN, "p_value", "note")
    absent = [name for name in needed if name not in effects]
    if absent:
        raise EstimationError(
            f"This is not a frame of estimated effects: without {', '.join(absent)}. Use estimate_effects."
        )
    names = _family_names(effects, family)
    p = effects["p_value"].to_numpy(dtype=np.float64)
    p_adjusted, n_tests = np.full(len(p), np.nan), np.zeros(len(p), dtype=np.int64)
    for place in pd.Series(np.arange(len(p))).groupby(names.to_numpy()).groups.values():
        rows = np.asarray(place)
        p_adjusted[rows] = adjusted_p(p[rows], method)
        n_tests[rows] = int((~np.isnan(p[rows])).sum())
    note = [
        _noted(str(note), missing)
        for note, missing in zip(effects["note"], np.isnan(p).tolist(), strict=True)
    ]
    adjusted = effects.assign(note=note, p_adjusted=p_adjusted, family=names, n_tests=n_tests)
    adjusted.attrs.update({**effects.attrs, "p_adjustment": method})
    return adjusted


def _check_method(method: str) -> None:
    if method not in get_args(PMethod):
        hint = did_you_mean(str(method), get_args(PMethod))
        raise EstimationError(f"No adjustment of p-values '{method}' is offered.{hint}")


def _adjusted(p: Floats, method: PMethod) -> Floats:
    """Adjust p-values without gaps."""
    m = len(p)
    if method == "bonferroni":
        return np.minimum(p * m, 1.0)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    match method:
        case "holm":
            stepped = np.maximum.accumulate((m - rank + 1) * p[order])
        case "hochberg":
            stepped = _from_the_largest((m - rank + 1) * p[order])
        case "bh":
            stepped = _from_the_largest(m / rank * p[order])
        case "by":
            stepped = _from_the_largest((1 / rank).sum() * m / rank * p[order])
    result = np.empty(m)
    result[order] = np.minimum(stepped, 1.0)
    return result


def _from_the_largest(values: Floats) -> Floats:
    """Return the smallest of each value and all after it."""
    return np.asarray(np.minimum.accumulate(values[::-1])[::-1])


def _family_names(
    effects: pd.DataFrame, family: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
) -> pd.Series[str]:
    """Return the name of each row's family."""
    parts = [effects[name].astype(str) for name in WITHIN]
    if isinstance(family, Mapping):
        parts = [effects["factor"].map(_family_of(family, effects["factor"].unique())), *parts]
    elif family is not None:
        columns = (family,) if isinstance(family, str) else tuple(family)
        absent = [name for name in columns if name not in effects]
        if absent:
            hint = did_you_mean(absent[0], effects.columns)
            raise EstimationError(f"Families go by columns, and the effects have no '{absent[0]}'.{hint}")
        parts = [*(effects[name].astype(str) for name in columns if name not in WITHIN), *parts]
    names = parts[0]
    for part in parts[1:]:
        names = names + ", " + part
    return names


def _family_of(family: Mapping[str, str | Sequence[str]], factors: Iterable[str]) -> dict[str, str]:
    """Return the family of each factor, or say all that is wrong with the declared families."""
    members = {name: (f,) if isinstance(f, str) else tuple(f) for name, f in family.items()}
    there = list(factors)
    listed = [factor for of_family in members.values() for factor in of_family]
    problems = [f"'{name}' is in no family." for name in there if name not in listed]
    problems += [
        f"'{name}' is in more than one place." for name in dict.fromkeys(listed) if listed.count(name) > 1
    ]
    unknown = [name for name in dict.fromkeys(listed) if name not in there]
    problems += [f"'{name}' is not among the factors.{did_you_mean(name, there)}" for name in unknown]
    if problems:
        raise EstimationError(
            f"Every factor is in one declared family, and in these they are not:\n{bullet_list(problems)}"
        )
    return {factor: name for name, of_family in members.items() for factor in of_family}


def _noted(note: str, missing: bool) -> str:
    """Say of a row without a p-value that it is not counted; once."""
    if not missing or NOT_COUNTED in note:
        return note
    return f"{note}; {NOT_COUNTED}" if note else NOT_COUNTED

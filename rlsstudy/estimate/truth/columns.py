"""Columns that set estimates beside the truth; every frame of a synthetic cohort has the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SCORE_COLUMNS = ("truth", "truth_error", "bias", "covered")
NORMAL_975 = 1.96  # how many standard errors an interval reaches, near enough for a comparison of errors
COARSE = 0.5  # standard errors; a truth that is known less well cannot say what an interval holds


def beside_truth(
    frame: pd.DataFrame, truths: pd.DataFrame, keys: Sequence[str], estimate: str = "estimate"
) -> pd.DataFrame:
    """Set the truth beside estimates and their intervals.

    Parameters
    ----------
    frame : DataFrame
        Estimates with ``conf_low`` and ``conf_high``. Columns of an earlier truth are replaced.
    truths : DataFrame
        With the keys, ``truth`` and ``truth_error``, each combination of keys once.
    keys : sequence of str
        Columns of both frames that say which truth belongs to a row.
    estimate : str
        The column of the estimates.

    Returns
    -------
    DataFrame
        The same rows, index and ``.attrs`` with the columns `SCORE_COLUMNS`: the truth, its Monte-Carlo
        error, the estimate less the truth, and whether the interval holds the truth, missing where either is
        not there, or where the Monte-Carlo error is more than half a standard error of the estimate, so that it
        cannot be told.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"factor": ["abi"], "estimate": [1.5], "conf_low": [1.0], "conf_high": [2.0]})
    >>> truths = pd.DataFrame({"factor": ["abi"], "truth": [1.0], "truth_error": [0.0]})
    >>> beside_truth(found, truths, ["factor"])[["bias", "covered"]].to_numpy().tolist()
    [[0.5, True]]
    """
    columns = [*keys, "truth", "truth_error"]
    scored = frame.drop(columns=[*SCORE_COLUMNS], errors="ignore").merge(
        truths[columns], how="left", on=list(keys), validate="many_to_one"
    )
    std_error = (scored["conf_high"] - scored["conf_low"]) / (2 * NORMAL_975)
    fine = scored["truth_error"] <= COARSE * std_error
    known = scored[estimate].notna() & scored["truth"].notna() & fine
    inside = scored["truth"].between(scored["conf_low"], scored["conf_high"]).astype("boolean")
    scored = scored.assign(bias=scored[estimate] - scored["truth"], covered=inside.where(known))
    scored.index = frame.index
    scored.attrs.update(frame.attrs)
    return scored

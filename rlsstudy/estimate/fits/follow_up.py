"""Change between two visits: the follow-up given the baseline (ANCOVA), and the difference of the two.

The two answer different questions wherever exposed and unexposed differ at baseline (Lord's
paradox [1]_). Who scores high at baseline scores lower next time, exposed or not, because part of
the score is chance (regression to the mean).

==============  ================================================  ==============================================
design          ANCOVA                                            change score
==============  ================================================  ==============================================
randomised      unbiased, and the more precise [2]_               unbiased
observational   right if, of two people with the same baseline,   right if, without the exposure, both groups
                exposure is as good as random; else biased        would have changed alike, whatever their level;
                towards the difference at baseline                adjusting for baseline then adds bias [3]_ [4]_
==============  ================================================  ==============================================

References
----------
.. [1] Lord FM (1967). A paradox in the interpretation of group comparisons. Psychological Bulletin
   68, 304-305.
.. [2] Vickers AJ, Altman DG (2001). Analysing controlled trials with baseline and follow up
   measurements. BMJ 323, 1123-1124.
.. [3] Glymour MM, Weuve J, Berkman LF, Kawachi I, Robins JM (2005). When is baseline adjustment useful
   in analyses of change? American Journal of Epidemiology 162, 267-278.
.. [4] van Breukelen GJP (2006). ANCOVA versus change from baseline had more power in randomized studies
   and more bias in nonrandomized studies. Journal of Clinical Epidemiology 59, 920-925.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.linear import LinearFit, fit_linear

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

BASELINE = "baseline"


def fit_ancova(
    X: ArrayLike, y: ArrayLike, *, baseline: ArrayLike, names: Sequence[str] | None = None
) -> LinearFit:
    """Fit the outcome at follow-up on the columns of X and on the outcome at baseline, with HC3 errors.

    A coefficient is the difference at follow-up between people who were alike at baseline. In a
    randomised comparison that is the effect, and regression to the mean is allowed for. In an
    observational study it is the effect only if the measured baseline and X are all that exposure
    and follow-up have in common: where the exposed were worse already, and a single measurement
    says so imperfectly, part of that difference is taken for an effect (Lord's paradox [1]_).

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept, without the baseline.
    y : array, shape (n,)
        The outcome at follow-up, the same participants in the same order.
    baseline : array, shape (n,)
        The same outcome at baseline.
    names : sequence of str, optional
        Names of the columns of X, for messages.

    Returns
    -------
    LinearFit
        Of p + 1 columns; the baseline is the last.

    Raises
    ------
    EstimationError
        What `fit_linear` raises for, or a baseline that does not match.

    References
    ----------
    .. [1] Lord FM (1967). A paradox in the interpretation of group comparisons. Psychological
       Bulletin 68, 304-305. See also the head of this module.

    Examples
    --------
    >>> import numpy as np
    >>> before = 15 + 10 * np.sin(np.arange(40.0))
    >>> treated = np.arange(40.0) % 2
    >>> after = 6 + 0.6 * before - 4 * treated + np.cos(np.arange(40.0))
    >>> fit_ancova(np.column_stack([np.ones(40), treated]), after, baseline=before).coef.round(1).tolist()
    [6.0, -4.0, 0.6]
    """
    design, before, labels = _checked(X, y, baseline, names)
    return fit_linear(np.column_stack([design, before]), y, names=[*labels, BASELINE])


def fit_change(
    X: ArrayLike, y: ArrayLike, *, baseline: ArrayLike, names: Sequence[str] | None = None
) -> LinearFit:
    """Fit the change from baseline to follow-up on the columns of X, with HC3 errors.

    A coefficient is the difference between mean changes. In a randomised comparison that is the
    effect, less precise than from `fit_ancova`. In an observational study it is the effect only if
    exposed and unexposed would have changed alike without the exposure. A group that was chosen
    because it scored high falls back by chance alone, and the change takes that for an effect
    (regression to the mean [1]_).

    Parameters
    ----------
    X : array, shape (n, p)
        The design, with its intercept, without the baseline.
    y : array, shape (n,)
        The outcome at follow-up, the same participants in the same order.
    baseline : array, shape (n,)
        The same outcome at baseline, which is subtracted.
    names : sequence of str, optional
        Names of the columns of X, for messages.

    Returns
    -------
    LinearFit
        Of the p columns.

    Raises
    ------
    EstimationError
        What `fit_linear` raises for, or a baseline that does not match.

    References
    ----------
    .. [1] Barnett AG, van der Pols JC, Dobson AJ (2005). Regression to the mean: what it is and how
       to deal with it. International Journal of Epidemiology 34, 215-220.

    Examples
    --------
    >>> import numpy as np
    >>> before = 15 + 10 * np.sin(np.arange(40.0))
    >>> treated = np.arange(40.0) % 2
    >>> after = before - 2 - 4 * treated + np.cos(np.arange(40.0))
    >>> fit_change(np.column_stack([np.ones(40), treated]), after, baseline=before).coef.round(1).tolist()
    [-1.9, -4.0]
    """
    _, before, labels = _checked(X, y, baseline, names)
    return fit_linear(X, np.asarray(y, dtype=np.float64) - before, names=labels)


def _checked(
    X: ArrayLike, y: ArrayLike, baseline: ArrayLike, names: Sequence[str] | None
) -> tuple[Floats, Floats, list[str]]:
    """Return design, baseline and names of columns, or say what is wrong with the baseline."""
    design, before = np.asarray(X, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if design.ndim != 2 or before.shape != np.shape(y) or len(before) != len(design):
        raise EstimationError(
            f"X has shape {design.shape}, y {np.shape(y)} and baseline {before.shape}. "
            "Allowed: X (n, p), y (n,) and baseline (n,), the same participants in the same order."
        )
    if unknown := int((~np.isfinite(before)).sum()):
        raise EstimationError(
            f"baseline has {unknown} missing or infinite of {len(before)} values. "
            "Take these participants out, and count them, before the fit."
        )
    labels = [f"column {j}" for j in range(design.shape[1])] if names is None else list(names)
    return design, before, labels

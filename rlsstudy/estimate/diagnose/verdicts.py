"""What a check makes of its numbers: every threshold, with its reason.

A verdict is ``fine`` (nothing to do), ``look`` (the estimate stands; read the sentence before it is reported) or
``serious`` (do not report the estimate without what the sentence says). A small p-value alone is never
serious: with thousands of participants everything is told apart, whether it matters or not. A check that the data cannot
make is ``not made``, and says why; it is no verdict on the model.

==============================  ================  ==================================================================
number                          look, serious     reason
==============================  ================  ==================================================================
p-value                         0.01, 0.001       about ten checks a model: one clean model in ten is looked at, and
                                                  one in a hundred could raise an alarm
change of the estimate, in      0.5, 1            a whole error is a quarter of an interval's width (Bollen and
standard errors                                   Jackman 1990, for one participant)
departure, in SD of the         0.2               the least difference that is called small (Cohen 1988)
outcome
residual SD, largest over       1.5 with p, 3     assumed; HC3 errors allow for any, so that it is never serious
smallest                                          for ``linear``
the same between visits         2, 3              a mixed model has one residual SD; in balanced designs a variance
                                                  three times as large does little harm (Box 1954); beyond: assumed
size of DFBETA                  2 / sqrt(n)       Belsley, Kuh and Welsch 1980; counted, not judged
interval, how many times as     2, sqrt(10)       a variance inflation of 4 and 10 (Marquardt 1970; O'Brien 2007
wide                                              warns of more than this)
condition of the columns        30                Belsley, Kuh and Welsch 1980; said, and never serious, for it says
                                                  nothing of the factor
skewness, excess kurtosis       1 and 3, 2 and 7  West, Finch and Curran 1995 for the larger ones
participants                    200               assumed, after Lumley et al. 2002: beyond, means are normal enough
                                                  whatever residuals are, and only the larger pair is looked at
share at an end of the scale    0.15              Terwee et al. 2007
predictions beyond the scale    0.01, 0.10        of the participants; assumed
spread of slopes at the cuts    0.2               of the outcome's SD, as for a departure; with the p-value
calibration slope               0.8               the shrinkage that a new sample would need (Copas 1983); that a
                                                  fifth is much is assumed
calibration gap                 0.05              in probability, the mean over tenths; assumed
events for each coefficient     10                ``fits.logistic``
variance between people         0.01              of what the columns leave; at or near the boundary of the model
difference of correlations      0.1, 0.2          assumed; of neighbouring visits and those further apart
==============================  ================  ==================================================================

References
----------
Belsley DA, Kuh E, Welsch RE (1980). Regression Diagnostics. Wiley. Bollen KA, Jackman RW (1990). Regression
diagnostics. In: Modern Methods of Data Analysis, Sage. Box GEP (1954). Annals of Mathematical Statistics 25, 290-302.
Cohen J (1988). Statistical Power Analysis. Erlbaum. Copas JB (1983). Journal of the Royal Statistical Society B
45, 311-354. Lumley T et al. (2002). Annual Review of Public Health 23, 151-169. Marquardt DW (1970).
Technometrics 12, 591-612. O'Brien RM (2007). Quality & Quantity 41, 673-690. Terwee CB et al. (2007). Journal
of Clinical Epidemiology 60, 34-42. West SG, Finch JF, Curran PJ (1995). In: Structural Equation Modeling, Sage.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, Literal

import numpy as np

Verdict = Literal["fine", "look", "serious", "not made"]
CHECK_COLUMNS = ("check", "about", "statistic", "p_value", "effect_size", "verdict", "in_words")

P_LOOK, P_SERIOUS = 0.01, 0.001
P_LITTLE = 0.05  # below it, and above P_LOOK, a sentence says that little speaks against, and not nothing
MOVED_LOOK, MOVED_SERIOUS = 0.5, 1.0
DEPARTURE = 0.2
SPREAD_WITH_P, SPREAD_LOOK = 1.5, 3.0
VISITS_LOOK, VISITS_SERIOUS = 2.0, 3.0
DFBETA_ROOT = 2.0
WIDER_LOOK, WIDER_SERIOUS = 2.0, 10**0.5
CONDITION_LOOK = 30.0
SKEW_LOOK, SKEW_SERIOUS = 1.0, 2.0
KURTOSIS_LOOK, KURTOSIS_SERIOUS = 3.0, 7.0
LARGE = 200
AT_END = 0.15
BEYOND_LOOK, BEYOND_SERIOUS = 0.01, 0.10
SLOPE_LOOK = 0.8
GAP = 0.05
EVENTS_LOOK = 10.0
BETWEEN_LOOK = 0.01
CORRELATION_LOOK, CORRELATION_SERIOUS = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the checks.

    Parameters
    ----------
    check : str
        Which check.
    about : str
        The column or contrast it is about, or ``whole model``.
    statistic, p_value : float
        Of its test; NaN where there is none.
    effect_size : float
        The number that matters in practice.
    verdict : {"fine", "look", "serious", "not made"}
        What it means.
    in_words : str
        What was found, what it means for the estimate, and what to do.
    """

    check: str
    about: str
    statistic: float
    p_value: float
    effect_size: float
    verdict: Verdict
    in_words: str

    def row(self) -> tuple[Any, ...]:
        """Return the check in the order of `CHECK_COLUMNS`."""
        return astuple(self)


def not_made(check: str, about: str, why: str) -> Check:
    """Return the row of a check that the data could not make."""
    in_one_line = " ".join(why.replace("\n  - ", " ").split())
    words = f"This check could not be made: {in_one_line}"
    return Check(check, about, np.nan, np.nan, np.nan, "not made", words)


def graded(look: bool, serious: bool) -> Verdict:
    """Return the worst verdict that holds."""
    return "serious" if serious else "look" if look else "fine"

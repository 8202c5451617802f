"""What is known of the shape of an effect: the curve, the tests, the people behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.fits.guards import Status

TEST_COLUMNS = ("shape", "null", "statistic", "df", "df_residual", "p_value", "aicc")


@dataclass(frozen=True, slots=True)
class ThresholdPlace:
    """Where the threshold of a curve is, in the factor's unit.

    Parameters
    ----------
    at : float
        The threshold.
    low, high : float
        Its 95 % interval; the threshold itself where it was given.
    searched : bool
        Whether the data chose it.
    """

    at: float
    low: float
    high: float
    searched: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DoseResponse:
    """The shape of a factor's effect.

    Parameters
    ----------
    factor, outcome : Variable
        What was asked about.
    shape : str
        ``spline``, ``linear``, ``categories`` or ``threshold``.
    reference : float
        The value with which all others are compared, in the factor's unit; with categories the middle of the
        category that is compared with.
    frame : DataFrame
        One row per value, or per category: ``value`` in the factor's unit (of a category its median),
        ``estimate`` of the difference of the mean outcome from that at the reference, in the outcome's unit,
        ``std_error`` (none where the threshold was looked for), ``conf_low`` and ``conf_high`` (95 %, at each
        value on its own). With categories also ``category``, ``low``, ``high`` and ``n``. Of a synthetic
        cohort also ``truth`` by intervention, ``truth_error`` (its Monte-Carlo standard error), ``bias`` and
        ``covered`` (missing at the reference). Empty where it is refused.
    tests : DataFrame
        One row per fitted shape and null hypothesis: ``statistic`` is an F with ``df`` and ``df_residual``
        degrees of freedom; of a threshold that was looked for the largest F, whose p-value is by bootstrap.
        ``aicc`` is that of the shape, and only its differences mean something.
    counts : DataFrame
        Participants by ranges of the factor, ``low``, ``high`` and ``n``, at least 10 in each.
    threshold : ThresholdPlace, optional
        Of the shape threshold.
    adjustment : str
        The adjustment's name.
    adjusted_for : tuple of str
        The covariates.
    n_used, n_dropped : int
        Participants in the model, and others of the population.
    status : {"ok", "flagged", "refused"}
        As of an effect.
    note : str
        Why it is refused or flagged, and what else is worth knowing.
    comparison : str
        What the criterion says about the shapes, in a sentence.
    synthetic : bool
        Whether the participants are simulated.
    """

    factor: Variable
    outcome: Variable
    shape: str
    reference: float
    frame: pd.DataFrame
    tests: pd.DataFrame
    counts: pd.DataFrame
    threshold: ThresholdPlace | None
    adjustment: str
    adjusted_for: tuple[str, ...]
    n_used: int
    n_dropped: int
    status: Status
    note: str
    comparison: str
    synthetic: bool

    def __repr__(self) -> str:
        """Say what it is about."""
        about = f"{self.shape} of '{self.outcome.name}' by '{self.factor.name}'"
        return f"<{about}: {self.status}, {self.n_used:,} participants>"

    def p_value(self, shape: str, null: str) -> float:
        """Return the p-value of a shape against a null hypothesis as in ``tests``; NaN for none."""
        rows = self.tests[(self.tests["shape"] == shape) & (self.tests["null"] == null)]
        return float(rows["p_value"].iloc[0]) if len(rows) else float("nan")

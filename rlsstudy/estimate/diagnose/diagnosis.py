"""What the checks of a model found, as it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlsstudy.estimate.diagnose.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.declare.variable import Variable
    from rlsstudy.estimate.fits.guards import Status

_WORST: tuple[Verdict, ...] = ("serious", "look", "fine")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Diagnosis:
    """What the checks of one model found.

    Parameters
    ----------
    factor, outcome : Variable
        What was asked about.
    model, adjustment : str
        Their names.
    adjusted_for : tuple of str
        The covariates.
    checks : DataFrame
        One row per check: ``check``, ``about`` (a column, a contrast or the whole model), ``statistic``, ``p_value``,
        ``effect_size`` (the number that matters in practice), ``verdict`` and ``in_words``. Empty where refused. A
        check that the data cannot make has the verdict ``not made``.

        ==========================  ==================================  ============================================
        check                       statistic                           effect_size
        ==========================  ==================================  ============================================
        ``straight line``           Wald, F or chi-squared              change of the estimate when the term may bend
        ``form``                    RESET's F, or Wald                  how far the outcome leaves the prediction
        ``scatter``                 Breusch-Pagan                       residual SD, largest over smallest of five
        ``influence``               change without one, in errors       the same in the outcome's unit
        ``overlap``                 variance inflation                  times as wide
        ``condition``               condition                           the same
        ``residuals``               excess kurtosis                     skewness
        ``floor``, ``ceiling``                                          share at that end
        ``beyond the scale``                                            share of predictions
        ``proportional odds``       chi-squared                         spread over cuts; of all columns the change of
                                                                        the estimate
        ``calibration``             Hosmer-Lemeshow                     mean gap of probabilities
        ``calibration slope``       intercept                           slope
        ``events``                  of the rarer outcome                for each coefficient
        ``random effects``          excess kurtosis                     skewness
        ``variance between people`` variance                            its share
        ``scatter by visit``                                            residual SD, largest over smallest
        ``correlation of visits``   difference of correlations          the same
        ``missed visits``           Welch's t                           difference at the first visit
        ==========================  ==================================  ============================================

        Differences are in the outcome's unit, of a binary outcome in probability.
    data : mapping of str to DataFrame
        The numbers behind the pictures. Of a real cohort every row stands for at least ten participants;
        ``points``, of a synthetic one alone, are single.
    n_used, n_dropped : int
        Participants in the model, and others of the population.
    status : {"ok", "flagged", "refused"}
        As of the effect in `estimate_effects`.
    note : str
        Why it is refused or flagged, and what else is worth knowing.
    synthetic : bool
        Whether the participants are simulated.
    """

    factor: Variable
    outcome: Variable
    model: str
    adjustment: str
    adjusted_for: tuple[str, ...]
    checks: pd.DataFrame
    data: Mapping[str, pd.DataFrame]
    n_used: int
    n_dropped: int
    status: Status
    note: str
    synthetic: bool

    def __repr__(self) -> str:
        """Say what it is about and the worst that was found."""
        about = f"{self.model} model of '{self.outcome.name}' by '{self.factor.name}'"
        return f"<diagnosis of the {about}: {self.verdict or self.status}, {self.n_used:,} participants>"

    @property
    def verdict(self) -> str:
        """The worst verdict among the checks that could be made; empty where the model is refused."""
        found = set(self.checks["verdict"])
        return next((verdict for verdict in _WORST if verdict in found), "")

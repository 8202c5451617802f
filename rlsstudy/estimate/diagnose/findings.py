"""All checks of one model, and the numbers behind its pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.estimate.diagnose import pictures
from rlsstudy.estimate.diagnose.changes import dfbetas_of
from rlsstudy.estimate.diagnose.checks_influence import check_influence
from rlsstudy.estimate.diagnose.checks_linear import check_form, check_residuals, check_scatter
from rlsstudy.estimate.diagnose.checks_logistic import Calibration, check_probabilities
from rlsstudy.estimate.diagnose.checks_mixed import check_visits, correlations_of, visit_residuals
from rlsstudy.estimate.diagnose.checks_ordinal import check_cuts, cuts_of
from rlsstudy.estimate.diagnose.checks_overlap import check_overlap
from rlsstudy.estimate.diagnose.checks_scale import check_beyond, check_ends
from rlsstudy.estimate.diagnose.checks_terms import bent_terms, check_straight, curves_of
from rlsstudy.estimate.diagnose.examined import Examined
from rlsstudy.estimate.diagnose.predictions import Predictions, predictions_of
from rlsstudy.estimate.diagnose.verdicts import Check
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BY_LINE = ("linear", "mixed")  # models whose predictions know no ends


@dataclass(slots=True)
class _Findings:
    """Checks and pictures, as they are gathered."""

    examined: Examined
    predictions: Predictions
    checks: list[Check] = field(default_factory=list)
    data: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def outcome(self) -> Floats:
        return np.asarray(self.predictions.fitted + self.predictions.residual)

    def of_terms(self) -> None:
        sd = float(self.outcome.std())
        for bent in bent_terms(self.examined):
            if isinstance(bent, Check):
                self.checks.append(bent)
                continue
            is_factor = bent.place == 0
            curves = curves_of(self.examined, bent) if is_factor else None
            self.checks.append(check_straight(self.examined, bent, curves, sd))
            if curves is not None:
                self.data["shape"] = pictures.factor_shape(self.examined, curves)
        self.checks.append(check_form(self.examined, self.predictions, sd))

    def of_people(self) -> None:
        dfbetas = dfbetas_of(self.examined)
        self.checks += check_influence(self.examined, dfbetas)
        self.checks += check_overlap(self.examined)
        self.data["influence"] = pictures.influence_bars(dfbetas, self.examined.synthetic)

    def of_residuals(self) -> None:
        predictions, single = self.predictions, self.examined.synthetic
        self.data["residuals"] = pictures.residual_bins(predictions)
        self.data["smooth"] = pictures.residual_smooth(predictions)
        if self.examined.family.name in _BY_LINE:
            self.checks.append(check_residuals(self.examined, predictions))
            self.data["quantiles"] = pictures.normal_quantiles(predictions.residual, single)
        if single and self.examined.family.name != "logistic":
            self.data["points"] = pictures.residual_points(predictions)

    def of_scale(self) -> None:
        self.checks += check_ends(self.examined, self.outcome)
        if self.examined.family.name in _BY_LINE:
            self.checks += check_beyond(self.examined, self.predictions.fitted)

    def of_cuts(self) -> None:
        cuts = cuts_of(self.examined)
        if isinstance(cuts, Check):
            self.checks.append(cuts)
            return
        self.checks += check_cuts(self.examined, cuts, float(self.outcome.std()))
        self.data["cuts"] = pictures.cut_effects(self.examined, cuts)

    def of_probabilities(self) -> None:
        calibration = Calibration.of(self.predictions)
        self.checks += check_probabilities(self.examined, self.predictions, calibration)
        self.data["calibration"] = pictures.calibration_groups(calibration)

    def of_visits(self) -> None:
        visits = self.examined.visits
        assert visits is not None
        correlations = correlations_of(self.examined, visits)
        self.checks += check_visits(self.examined, visits, self.predictions, correlations)
        mean, sd, n = visit_residuals(visits, self.predictions)
        shown = pd.DataFrame({"visit": visits.labels, "mean": mean, "sd": sd, "n": n.astype(int)})
        self.data["visits"] = shown[shown["n"] >= MIN_LEVEL_SIZE].reset_index(drop=True)
        effects = self.examined.fit.ranef[:, 0]
        self.data["random_effects"] = pictures.normal_quantiles(effects, self.examined.synthetic)
        names = ("lag", "correlation", "pairs")
        pairs = pd.DataFrame({name: getattr(correlations, name) for name in names})
        self.data["correlation"] = pairs[pairs["pairs"] >= MIN_LEVEL_SIZE].reset_index(drop=True)


def findings(examined: Examined) -> tuple[list[Check], dict[str, pd.DataFrame]]:
    """Run the checks of a model, in the order in which they are shown.

    Parameters
    ----------
    examined : Examined
        The model.

    Returns
    -------
    list of Check, dict of str to DataFrame
        The checks, and the numbers behind the pictures.
    """
    found = _Findings(examined, predictions_of(examined))
    name = examined.family.name
    found.of_terms()
    if name == "linear":
        found.checks.append(check_scatter(examined, found.predictions))
    if name.startswith("ordinal"):
        found.of_cuts()
    if name == "logistic":
        found.of_probabilities()
    found.of_people()
    found.of_residuals()
    if name not in ("logistic", "ordinal_bands"):
        found.of_scale()
    if name == "mixed":
        found.of_visits()
    return found.checks, found.data

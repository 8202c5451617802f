"""Quantile regression beside R's quantreg, and robust regression beside R's MASS."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.fits.quantile import fit_quantile
from rlsstudy.estimate.fits.quantile_solver import check_loss
from rlsstudy.estimate.fits.robust import fit_robust

DATA = Path(__file__).parent / "data"
CLOSE = 1e-10  # of a standard error, for coefficients
CLOSE_ERRORS = 1e-6  # relative; quantreg takes a tiny number, in the outcome's unit, off each difference
RLM_STEPS = 2e-4  # relative; MASS::rlm stops when residuals change by less than 1e-4

SIM = pd.read_csv(DATA / "sim.csv")
DESIGN = np.column_stack(
    [np.ones(len(SIM)), SIM["age"], SIM["female"], np.log(SIM["ferritin"]), SIM["bmi"], SIM["ssri"]]
)
OUTCOME = SIM["irls_total"].to_numpy(dtype=float)
# Brownlee's stack loss: air flow, water temperature, acid concentration, loss.
STACK_LOSS = np.array(
    [
        *[(80, 27, 89, 42), (80, 27, 88, 37), (75, 25, 90, 37), (62, 24, 87, 28), (62, 22, 87, 18)],
        *[(62, 23, 87, 18), (62, 24, 93, 19), (62, 24, 93, 20), (58, 23, 87, 15), (58, 18, 80, 14)],
        *[(58, 18, 89, 14), (58, 17, 88, 13), (58, 18, 82, 11), (58, 19, 93, 12), (50, 18, 89, 8)],
        *[(50, 18, 86, 7), (50, 19, 72, 8), (50, 19, 79, 8), (50, 20, 80, 9), (56, 20, 82, 15)],
        (70, 20, 91, 15),
    ],
    dtype=float,
)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("errors", ["nid", "ker"])
def test_quantiles_agree_with_quantreg(q, errors):
    expected = pd.read_csv(DATA / "quantile_sim.csv").query("tau == @q and se_type == @errors")
    estimate, error = expected["estimate"].to_numpy(), expected["std_error"].to_numpy()
    fit = fit_quantile(DESIGN, OUTCOME, q=q, errors=errors)
    assert np.abs((fit.coef - estimate) / error).max() < CLOSE
    assert fit.std_error == pytest.approx(error, rel=CLOSE_ERRORS)
    assert fit.loss == pytest.approx(check_loss(OUTCOME - DESIGN @ estimate, q), rel=CLOSE)


def test_the_robust_fit_agrees_with_rlm():
    # summary(rlm(stack.loss ~ ., stackloss)), as printed by R and kept in the tests of statsmodels.
    X = np.column_stack([np.ones(21), STACK_LOSS[:, :3]])
    fit = fit_robust(X, STACK_LOSS[:, 3], covariance="classical")
    assert fit.coef == pytest.approx([-41.02653105, 0.82937387, 0.92610818, -0.12784916], rel=RLM_STEPS)
    assert fit.std_error == pytest.approx([9.8073472, 0.11118035, 0.3034081, 0.12885259], rel=RLM_STEPS)
    assert fit.scale == pytest.approx(2.4407137948148447, rel=RLM_STEPS)
    assert fit.weights[[2, 3, 20]] == pytest.approx([0.7858871, 0.50494094, 0.36814106], rel=RLM_STEPS)
    assert (fit.weights == 1).sum() == 18

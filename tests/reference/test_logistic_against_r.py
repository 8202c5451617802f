"""Logistic regression beside R's glm and sandwich, and standardised risks beside R's own arithmetic."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.fits.logistic import fit_logistic

DATA = Path(__file__).parent / "data"
CLOSE = 1e-10  # in standard errors for coefficients, relative for errors and p-values
COVARIANCES = {"model": "model", "HC0": "HC0", "CL_HC0_cadjust": "cluster"}

SIM = pd.concat([pd.read_csv(DATA / "sim.csv"), pd.read_csv(DATA / "logistic_outcome.csv")], axis=1)
DESIGN = np.column_stack(
    [
        np.ones(len(SIM)),
        (SIM["age"] - 50) / 10,
        SIM["female"],
        np.log(SIM["ferritin"]),
        SIM["bmi"],
        SIM["ssri"],
    ]
)
SSRI = 5
OUTCOME = SIM["rls_dx"].to_numpy()


@pytest.mark.parametrize("name", COVARIANCES)
def test_a_fit_agrees_with_glm_and_sandwich(name):
    expected = pd.read_csv(DATA / "logistic_sim.csv")
    expected = expected[expected["vcov"] == name]
    covariance = COVARIANCES[name]
    clusters = SIM["site"] if covariance == "cluster" else None
    fit = fit_logistic(DESIGN, OUTCOME, covariance=covariance, clusters=clusters)
    error = expected["std_error"].to_numpy()
    assert np.abs((fit.coef - expected["estimate"]) / error).max() < CLOSE
    assert fit.std_error == pytest.approx(error, rel=CLOSE)
    if (
        covariance != "cluster"
    ):  # R's table has the normal distribution, and here it is t with 24 degrees of freedom
        low, high = fit.conf_int().T
        assert fit.p_values == pytest.approx(expected["p_value"].to_numpy(), rel=CLOSE, abs=0)
        assert np.abs((low - expected["conf_low"]) / error).max() < CLOSE
        assert np.abs((high - expected["conf_high"]) / error).max() < CLOSE


def test_the_likelihood_agrees_with_r():
    expected = pd.read_csv(DATA / "logistic_sim_fit.csv").iloc[0]
    fit = fit_logistic(DESIGN, OUTCOME)
    assert fit.log_likelihood == pytest.approx(expected["loglik"], rel=CLOSE)
    assert fit.n == expected["nobs"]


def test_the_standardised_risk_difference_agrees_with_r():
    expected = pd.read_csv(DATA / "logistic_sim_gcomp.csv").iloc[0]
    fit = fit_logistic(DESIGN, OUTCOME)
    with_ssri, without = DESIGN.copy(), DESIGN.copy()
    with_ssri[:, SSRI], without[:, SSRI] = 1, 0
    (risk1, gradient1), (risk0, gradient0) = fit.mean_gradient(with_ssri), fit.mean_gradient(without)
    gradient = gradient1 - gradient0
    assert [risk1, risk0, risk1 - risk0] == pytest.approx(
        expected[["risk1", "risk0", "rd"]].astype(float).tolist(), rel=CLOSE
    )
    assert np.sqrt(gradient @ fit.parameters_cov @ gradient) == pytest.approx(expected["se_rd"], rel=CLOSE)

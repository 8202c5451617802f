"""Ordinal regression beside R's clm, polr and orm."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.proportionality import proportional_odds_test

DATA = Path(__file__).parent / "data"
CLOSE = 1e-8  # in standard errors, for thresholds and slopes
CLOSE_ERRORS = 1e-7  # relative; clm evaluates its Hessian one step before the end
CLOSE_LIKELIHOOD = 1e-10  # relative
POLR_DIGITS = 5e-5  # polr's optimiser stops there, and its numbers are printed with 5 to 7 digits

SIM = pd.read_csv(DATA / "sim.csv").join(pd.read_csv(DATA / "ordinal_sim.csv"))
NAMES = ["age10", "female", "lf", "bmi", "ssri"]
COLUMNS = SIM.assign(age10=(SIM["age"] - 50) / 10, lf=np.log(SIM["ferritin"]))[NAMES].to_numpy(dtype=float)
OUTCOMES = {"sim5": "severity", "sim41": "irls_total"}

UCLA = pd.read_csv(DATA / "ordinal_ucla.csv")
UCLA_COLUMNS = UCLA[["pared", "public", "gpa"]].to_numpy(dtype=float)
UCLA_OUTCOME = UCLA["apply"].map({"unlikely": 0, "somewhat likely": 1, "very likely": 2}).to_numpy()
POLR = json.loads((DATA / "ordinal_ucla_polr.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("outcome", ["sim5", "sim41"])
def test_five_bands_and_forty_one_totals_agree_with_clm(outcome):
    expected = pd.read_csv(DATA / f"ordinal_{outcome}.csv")
    error = expected["std_error"].to_numpy()
    fit = fit_ordinal(COLUMNS, SIM[OUTCOMES[outcome]], covariance="model")
    found = np.append(fit.thresholds, fit.coef)
    assert np.abs((found - expected["estimate"]) / error).max() < CLOSE
    assert np.append(fit.threshold_errors, fit.std_error) == pytest.approx(error, rel=CLOSE_ERRORS)
    low, high = fit.conf_int().T
    slopes = expected["kind"] == "slope"
    assert np.abs((low - expected["conf_low"][slopes]) / error[slopes]).max() < 2 * CLOSE_ERRORS
    assert np.abs((high - expected["conf_high"][slopes]) / error[slopes]).max() < 2 * CLOSE_ERRORS
    assert fit.p_values == pytest.approx(expected["p_value"][slopes].to_numpy(), rel=1e-6)


@pytest.mark.parametrize("outcome", ["sim5", "sim41"])
def test_the_likelihood_agrees_with_clm(outcome):
    expected = pd.read_csv(DATA / f"ordinal_{outcome}_fit.csv")["loglik"].iloc[0]
    assert fit_ordinal(COLUMNS, SIM[OUTCOMES[outcome]]).log_likelihood == pytest.approx(
        expected, rel=CLOSE_LIKELIHOOD
    )


def test_errors_by_site_agree_with_orm_and_robcov():
    # robcov has no factor for few clusters; orm counts its intercepts the other way, with the same errors.
    expected = pd.read_csv(DATA / "ordinal_sim5_clusters.csv")["std_error"].to_numpy()
    fit = fit_ordinal(COLUMNS, SIM["severity"], covariance="cluster", clusters=SIM["site"])
    found = np.append(fit.threshold_errors, fit.std_error) * np.sqrt(24 / 25)
    assert found == pytest.approx(expected, rel=CLOSE_ERRORS)
    assert fit.df == 24


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
def test_every_link_agrees_with_polr(link):
    expected = POLR[f"res_ord_{link}"]
    fit = fit_ordinal(UCLA_COLUMNS, UCLA_OUTCOME, link=link, covariance="model")
    # These logit numbers are off by 7e-4 of a standard error; thresholds are printed with 4 decimals.
    slack = 1e-3 if link == "logit" else 2e-4
    error = np.array(expected["coefficients_stdE"])
    assert np.abs((fit.coef - expected["coefficients_val"]) / error).max() < slack
    assert fit.std_error == pytest.approx(error, abs=POLR_DIGITS)
    assert np.abs((fit.thresholds - expected["thresholds"]) / fit.threshold_errors).max() < slack
    assert fit.predict(UCLA_COLUMNS[:7]) == pytest.approx(np.array(expected["prob_pred"]), abs=POLR_DIGITS)


def test_a_published_example_agrees_with_clm():
    fit = fit_ordinal(UCLA_COLUMNS, UCLA_OUTCOME, covariance="model")
    assert fit.thresholds == pytest.approx([2.2033232352068, 4.29876739580959], rel=1e-11)
    assert fit.coef == pytest.approx([1.04766367006613, -0.0586827843745455, 0.615745818091176], rel=1e-9)
    assert fit.std_error == pytest.approx([0.265789122636267, 0.297858847461276, 0.260631094523506], rel=1e-7)
    assert fit.log_likelihood == pytest.approx(-358.512435678018, rel=1e-12)


def test_the_test_of_proportional_odds_agrees_with_another_optimiser():
    y = SIM["severity"].to_numpy()
    scaled = (COLUMNS - COLUMNS.mean(axis=0)) / COLUMNS.std(axis=0)
    tested, others = scaled[:, 2], np.delete(scaled, 2, axis=1)

    def minus_log_likelihood(parameters):
        linear = parameters[:4] - np.outer(tested, parameters[4:8]) - (others @ parameters[8:])[:, None]
        below = np.hstack([np.zeros((600, 1)), expit(linear), np.ones((600, 1))])
        chosen = np.diff(below)[np.arange(600), y]
        return -np.log(chosen).sum() if (chosen > 0).all() else 1e10

    start = np.concatenate([[-2, -1, 0, 1.5], np.zeros(8)])
    best = minimize(minus_log_likelihood, start, method="BFGS", options={"gtol": 1e-6})
    ratio = 2 * (pd.read_csv(DATA / "ordinal_sim5_fit.csv")["loglik"].iloc[0] * -1 - best.fun)
    found = proportional_odds_test(COLUMNS, y, NAMES).columns[2]
    assert found.statistic == pytest.approx(ratio, rel=1e-6)
    assert (found.name, found.df, found.method) == ("lf", 3, "likelihood ratio")

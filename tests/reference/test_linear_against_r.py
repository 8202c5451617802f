"""Linear regression and the screen beside R's lm and sandwich."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate import ScreenDesign, fit_linear, screen_linear

DATA = Path(__file__).parent / "data"
CLOSE = 1e-10  # in standard errors for coefficients, relative for errors and p-values
NAMES = ["age", "female", "log(ferritin)", "bmi", "ssri"]
ADJUSTED_FOR = {"A0": [], "A1": ["age", "female"], "A2": ["age", "female", "bmi", "ssri"]}

SIM = pd.read_csv(DATA / "sim.csv").assign(**{"log(ferritin)": lambda frame: np.log(frame["ferritin"])})
COLUMNS, OUTCOME = SIM[NAMES].to_numpy(), SIM["irls_total"].to_numpy(dtype=float)
DESIGN = np.column_stack([np.ones(len(SIM)), COLUMNS])


@pytest.mark.parametrize("covariance", ["classical", "HC0", "HC1", "HC2", "HC3"])
def test_a_fit_agrees_with_lm_and_sandwich(covariance):
    expected = pd.read_csv(DATA / "ols_sim.csv")
    expected = expected[expected["vcov"] == covariance]
    fit = fit_linear(DESIGN, OUTCOME, covariance=covariance)
    low, high = fit.conf_int().T
    error = expected["std_error"].to_numpy()
    assert np.abs((fit.coef - expected["estimate"]) / error).max() < CLOSE
    assert fit.std_error == pytest.approx(error, rel=CLOSE)
    assert fit.p_values == pytest.approx(expected["p_value"].to_numpy(), rel=CLOSE, abs=0)
    assert np.abs((low - expected["conf_low"]) / error).max() < CLOSE
    assert np.abs((high - expected["conf_high"]) / error).max() < CLOSE
    assert fit.df_residual == expected["df"].iloc[0]


def test_covariance_and_fit_agree_with_r():
    cov = pd.read_csv(DATA / "ols_sim_vcovHC3.csv", index_col="term").to_numpy()
    expected = pd.read_csv(DATA / "ols_sim_fit.csv").iloc[0]
    fit = fit_linear(DESIGN, OUTCOME)
    assert np.abs(fit.cov - cov).max() / np.abs(cov).max() < CLOSE
    assert fit.sigma == pytest.approx(expected["sigma"], rel=CLOSE)
    assert fit.r_squared == pytest.approx(expected["r2"], rel=CLOSE)


def test_the_screen_agrees_with_one_model_at_a_time_in_r():
    expected = pd.read_csv(DATA / "screen_sim.csv")
    designs = [
        ScreenDesign((NAMES.index(f),), tuple(NAMES.index(c) for c in ADJUSTED_FOR[a] if c != f))
        for f, a in zip(expected["factor"], expected["adjustment"], strict=True)
    ]
    fits = screen_linear(COLUMNS, OUTCOME, designs)
    error = expected["std_error"].to_numpy()
    coef = np.array([fit.coef[0] for fit in fits])
    assert np.abs((coef - expected["estimate"]) / error).max() < CLOSE
    assert np.array([fit.std_error[0] for fit in fits]) == pytest.approx(error, rel=CLOSE)
    assert [fit.df_residual for fit in fits] == expected["df"].tolist()

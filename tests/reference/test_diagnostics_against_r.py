"""Tests of a linear model's form beside R's lmtest."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.diagnose.specification import breusch_pagan, reset_test
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.fits.wald import wald_test

DATA = Path(__file__).parent / "data"
CLOSE = 1e-10  # relative
SIM = pd.read_csv(DATA / "sim.csv").assign(log_ferritin=lambda frame: np.log(frame["ferritin"]))
OUTCOME = SIM["irls_total"].to_numpy(dtype=float)
DESIGN = np.column_stack([np.ones(len(SIM)), SIM[["age", "female", "log_ferritin", "bmi", "ssri"]]])
EXPECTED = pd.read_csv(DATA / "ols_sim_fit.csv").iloc[0]


def test_breusch_pagan_agrees_with_bptest():
    test = breusch_pagan(DESIGN, OUTCOME)
    assert test.statistic == pytest.approx(EXPECTED["bp_stat"], rel=CLOSE)
    assert test.p_value == pytest.approx(EXPECTED["bp_p"], rel=CLOSE)
    assert test.df == 5


def test_reset_agrees_with_resettest():
    test = reset_test(DESIGN, OUTCOME)
    assert test.p_value == pytest.approx(EXPECTED["reset_p"], rel=CLOSE)
    assert (test.df, test.df_residual) == (2, 592)


def test_units_do_not_matter():
    scaled = DESIGN * [1, 365.25, 1, 1e-6, 1e6, 1]
    assert breusch_pagan(scaled, 1e3 * OUTCOME).statistic == pytest.approx(EXPECTED["bp_stat"], rel=1e-8)
    assert reset_test(scaled, 1e3 * OUTCOME).p_value == pytest.approx(EXPECTED["reset_p"], rel=1e-8)


def test_the_joint_wald_test_with_hc3_is_that_of_vcovhc():
    # R: waldtest(m, . ~ . - bmi - ssri, vcov = vcovHC) is the quadratic form of these entries.
    cov = pd.read_csv(DATA / "ols_sim_vcovHC3.csv", index_col="term").to_numpy()[4:, 4:]
    coef = pd.read_csv(DATA / "ols_sim.csv").query("vcov == 'HC3'")["estimate"].to_numpy()[4:]
    expected = coef @ np.linalg.inv(cov) @ coef / 2
    fit = fit_linear(DESIGN, OUTCOME)
    assert wald_test(fit.coef[4:], fit.cov[4:, 4:], 594).statistic == pytest.approx(expected, rel=1e-9)

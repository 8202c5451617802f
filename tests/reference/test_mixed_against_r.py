"""Mixed models beside R's lme4 and lmerTest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.fits.mixed import fit_mixed

DATA = Path(__file__).parent / "data"
CRITERION = 1e-8  # absolute; the reference is polished until the criterion stands still
CLOSE = 1e-6  # coefficients, in standard errors; predicted random effects, in residual standard deviations
CLOSE_ERROR = 1e-5  # relative; the optimum is flat, and errors move with its place
CLOSE_DF = 1e-4  # relative; lmerTest differentiates numerically
SEVEN_DIGITS = 2e-6  # relative; the older numbers are written with seven digits

LONG = pd.read_csv(DATA / "mixed_sim_long.csv")
DESIGN = np.column_stack([np.ones(len(LONG)), LONG[["visit", "treat", "age"]], LONG["visit"] * LONG["treat"]])
OLDER = json.loads((DATA / "mixed_lme.json").read_text(encoding="utf-8"))


def fit_of(model, method):
    return fit_mixed(
        DESIGN,
        LONG["irls"],
        groups=LONG["pid"],
        random=None if model == "ri" else LONG["visit"],
        method=method,
    )


def rows(name, model, method=None):
    frame = pd.read_csv(DATA / f"mixed_sim_long_{name}.csv")
    return frame[(frame["model"] == model) & (True if method is None else frame["method"] == method)]


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("model", ["ri", "rs"])
def test_coefficients_and_degrees_of_freedom_agree_with_lmertest(model, method):
    expected, fit = rows("coef", model, method), fit_of(model, method)
    error = expected["std_error"].to_numpy()
    assert np.abs((fit.coef - expected["estimate"]) / error).max() < CLOSE
    assert fit.std_error == pytest.approx(error, rel=CLOSE_ERROR)
    assert fit.df == pytest.approx(expected["df"].to_numpy(), rel=CLOSE_DF)
    assert fit.p_values == pytest.approx(expected["p_value"].to_numpy(), rel=1e-3, abs=0)


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("model", ["ri", "rs"])
def test_criterion_and_variances_agree_with_lme4(model, method):
    expected, fit = rows("fit", model, method).iloc[0], fit_of(model, method)
    assert fit.criterion == pytest.approx(expected["criterion"], abs=CRITERION)
    assert fit.sigma == pytest.approx(expected["sigma"], rel=CLOSE_ERROR)
    assert fit.theta == pytest.approx([float(t) for t in str(expected["theta"]).split(";")], rel=CLOSE_ERROR)
    assert fit.variance[0, 0] == pytest.approx(expected["var_intercept"], rel=CLOSE_ERROR)
    if model == "rs":
        assert fit.variance[1, 1] == pytest.approx(expected["var_slope"], rel=CLOSE_ERROR)
        assert fit.variance[0, 1] == pytest.approx(expected["covariance"], rel=CLOSE_ERROR)
    assert (fit.n, fit.n_groups) == (expected["n"], expected["n_groups"])


@pytest.mark.parametrize(("model", "columns"), [("ri", ["intercept"]), ("rs", ["intercept", "slope"])])
def test_predicted_random_effects_agree_with_lme4(model, columns):
    expected, fit = rows("ranef", model), fit_of(model, "reml")
    assert fit.group_labels.tolist() == expected["group"].tolist()
    assert np.abs(fit.ranef - expected[columns]).to_numpy().max() < CLOSE * fit.sigma


@pytest.mark.parametrize("case", OLDER)
def test_designs_without_intercept_agree_with_lme4(case):
    number, method = case.split("_")
    expected, data = OLDER[case], pd.read_csv(DATA / f"mixed_lme{number}.csv")
    time = data.get("exog_re_1")
    fit = fit_mixed(
        data.filter(like="exog_fe"), data["endog"], groups=data["groups"], random=time, method=method
    )
    error = np.sqrt(np.diag(expected["vcov"]))
    assert fit.coef == pytest.approx(expected["coef"], rel=SEVEN_DIGITS, abs=1e-3 * CLOSE)
    assert fit.std_error == pytest.approx(error, rel=SEVEN_DIGITS)
    assert fit.variance == pytest.approx(np.array(expected["cov_re"]), rel=SEVEN_DIGITS)
    assert fit.sigma**2 == pytest.approx(expected["scale"][0], rel=SEVEN_DIGITS)
    assert fit.log_likelihood == pytest.approx(expected["loglike"][0], rel=SEVEN_DIGITS)
    assert fit.ranef[0] == pytest.approx(expected["ranef_mean"], rel=SEVEN_DIGITS)

"""HC4 and cluster-robust errors beside R's sandwich and Stata, influence beside R, CR2 beside its formula."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.influence import influence

DATA = Path(__file__).parent / "data"
CLOSE = 1e-10  # in standard errors for coefficients, relative for errors and p-values
STATA = 1e-7  # relative; Stata held the data in single precision
PRINTED = 0.05  # half a unit of the last digit that clubSandwich prints

SIM = pd.read_csv(DATA / "sim.csv").assign(**{"log(ferritin)": lambda frame: np.log(frame["ferritin"])})
DESIGN = np.column_stack([np.ones(len(SIM)), SIM[["age", "female", "log(ferritin)", "bmi", "ssri"]]])
OUTCOME = SIM["irls_total"].to_numpy(dtype=float)
SITE = pd.read_csv(DATA / "clusters_sim_site.csv")["site"].to_numpy()


def expected(vcov):
    table = pd.read_csv(DATA / "clusters_sim.csv")
    return table[table["vcov"] == vcov]


@pytest.mark.parametrize(
    ("vcov", "options"),
    [
        ("HC4", {"covariance": "HC4"}),
        ("CL_HC0", {"covariance": "CR0", "clusters": SITE}),
        ("CL_HC1_cadjust", {"covariance": "CR1", "clusters": SITE}),
    ],
)
def test_errors_intervals_and_p_values_agree_with_sandwich(vcov, options):
    table, fit = expected(vcov), fit_linear(DESIGN, OUTCOME, **options)
    error = table["std_error"].to_numpy()
    assert fit.std_error == pytest.approx(error, rel=CLOSE)
    assert fit.p_values == pytest.approx(
        table["p_value"].to_numpy(), rel=1e-8
    )  # a tail of t multiplies rounding
    assert np.abs((fit.conf_int() - table[["conf_low", "conf_high"]]) / error[:, None]).max(axis=None) < CLOSE
    assert fit.df == table["df"].iloc[0]


@pytest.mark.parametrize(("vcov", "factor"), [("CL_HC0_cadjust", 25 / 24), ("CL_HC1", 599 / 594)])
def test_other_factors_of_sandwich_are_those_of_its_manual(vcov, factor):
    fit = fit_linear(DESIGN, OUTCOME, covariance="CR0", clusters=SITE)
    assert fit.std_error * factor**0.5 == pytest.approx(expected(vcov)["std_error"].to_numpy(), rel=CLOSE)


def test_errors_clustered_by_company_agree_with_stata():
    frame = pd.read_csv(DATA / "clusters_grunfeld.csv")
    frame = frame[frame["firm"] != "American Steel"]  # as in the lines that made the numbers
    X = np.column_stack([frame[["value", "capital"]], np.ones(len(frame))])
    stata = json.loads((DATA / "clusters_grunfeld_stata.json").read_text(encoding="utf-8"))["results_cluster"]
    table = np.array(stata["params_table"])
    fit = fit_linear(X, frame["invest"], covariance="CR1", clusters=frame["firm"])
    assert fit.coef == pytest.approx(table[:, 0], rel=STATA)
    assert fit.cov == pytest.approx(np.array(stata["cov"]), rel=STATA)
    assert fit.p_values == pytest.approx(table[:, 3], rel=1e-6)  # a tail of t multiplies what differs
    assert np.abs(fit.conf_int() - table[:, 4:6]).max(axis=1) / table[:, 1] == pytest.approx(0, abs=STATA)
    assert (fit.df, fit.status) == (stata["est"]["df_r"], "flagged")


def test_leverage_cook_and_studentised_residuals_agree_with_r():
    table, found = pd.read_csv(DATA / "influence_sim.csv"), influence(DESIGN, OUTCOME)
    assert found.leverage == pytest.approx(table["hat"].to_numpy(), rel=CLOSE)
    assert found.cooks_distance == pytest.approx(
        table["cooks"].to_numpy(), rel=1e-8
    )  # residuals near 0, squared
    assert found.studentised == pytest.approx(table["rstudent"].to_numpy(), rel=CLOSE, abs=CLOSE)


def by_the_formula(X, y, cluster, contrast):
    """CR2 and Satterthwaite's degrees of freedom with n x n matrices, as Imbens and Kolesár write them."""
    inverse = np.linalg.inv(X.T @ X)
    annihilator = np.eye(len(y)) - X @ inverse @ X.T
    scores, forms = [], []
    for label in np.unique(cluster):
        rows = cluster == label
        values, vectors = np.linalg.eigh(annihilator[np.ix_(rows, rows)])
        adjusted = X[rows].T @ (vectors / np.sqrt(values)) @ vectors.T
        scores.append(adjusted @ (annihilator @ y)[rows])
        forms.append(annihilator[:, rows] @ adjusted.T @ inverse @ contrast)
    cov = inverse @ np.transpose(scores) @ scores @ inverse
    together = np.array(forms) @ np.transpose(forms)
    return cov, np.trace(together) ** 2 / (together**2).sum()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cr2_and_its_degrees_of_freedom_are_those_of_the_formula(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, size=12)
    cluster = rng.permutation(np.repeat(np.arange(12), sizes))
    n = len(cluster)
    X = np.column_stack([np.ones(n), rng.normal(size=12)[cluster], rng.normal(50, 10, size=n)])
    y = X @ [1, 2, 0.3] + rng.normal(size=12)[cluster] + rng.normal(size=n)
    fit, contrast = fit_linear(X, y, clusters=cluster), np.array([1.0, -2.0, 50.0])
    cov, df = by_the_formula(X, y, cluster, contrast)
    assert fit.cov == pytest.approx(cov, rel=1e-8)  # the formula inverts X'X, of condition 1e5
    assert fit.contrast_df(contrast) == pytest.approx(df, rel=1e-8)
    assert fit.df == pytest.approx([by_the_formula(X, y, cluster, one)[1] for one in np.eye(3)], rel=1e-8)


def test_degrees_of_freedom_are_those_that_clubsandwich_prints_for_its_example():
    # coef_test(lm(weight ~ Diet * Time, ChickWeight), "CR2", cluster = Chick), manual of clubSandwich: 18.8,
    # 18.8 and 18.3 for diet by time. They depend on the design alone: 20 chicks with diet 1 and 10 with each
    # other diet, weighed every second day and on day 21, five of them not to the end.
    days = np.array([*range(0, 22, 2), 21])
    weighed = dict.fromkeys(range(1, 51), len(days)) | {8: 11, 15: 8, 16: 7, 18: 2, 44: 10}
    chick = np.repeat(list(weighed), list(weighed.values()))
    day = np.concatenate([days[:count] for count in weighed.values()])
    diet = np.searchsorted([20, 30, 40], chick)
    diets = np.column_stack([diet == level for level in (1, 2, 3)])
    X = np.column_stack([np.ones(len(day)), diets, day, diets * day[:, None]])
    fit = fit_linear(X, np.random.default_rng(1).normal(size=len(day)), clusters=chick)
    assert len(day) == 578
    assert fit.df[-3:] == pytest.approx([18.8, 18.8, 18.3], abs=PRINTED)

"""The bootstrap of a linear regression beside R's boot, given the same draws."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.resample.bootstrap import Bootstrap
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear, linear_replicates

DATA = Path(__file__).parent / "data"
EXACT = 1e-12  # of a coefficient near 1: a few roundings
SLOPE = 3  # of log(ferritin)

SIM = pd.read_csv(DATA / "sim.csv")
DESIGN = np.column_stack(
    [np.ones(len(SIM)), (SIM["age"] - 50) / 10, SIM["female"], np.log(SIM["ferritin"]), SIM["bmi"], SIM["ssri"]]
)  # fmt: skip
OUTCOME = SIM["irls_total"].to_numpy(dtype=float)
EXPECTED = pd.read_csv(DATA / "bootstrap_intervals.csv").iloc[0]
REPLICATES = pd.read_csv(DATA / "bootstrap_replicates.csv")["t"].to_numpy()


def counts_of_r():
    """Read how often each participant is drawn in the first 200 of R's replicates: a line each, a digit for everybody."""
    lines = gzip.decompress((DATA / "bootstrap_counts.txt.gz").read_bytes()).decode().split()
    return np.array([[int(digit) for digit in line] for line in lines])


@pytest.fixture(scope="module")
def boot():
    influence = pd.read_csv(DATA / "bootstrap_influence.csv").to_numpy()
    return Bootstrap(
        np.array([EXPECTED["t0"]]), REPLICATES[:, None], ("log(ferritin)",), influence, len(SIM), "ok", ""
    )


def test_replicates_agree_with_boot_and_lm():
    found = linear_replicates(DESIGN, OUTCOME, counts_of_r())[:, SLOPE]
    assert len(found) == 200
    assert found == pytest.approx(REPLICATES[:200], abs=EXACT)


def test_estimate_error_and_bias_agree_with_boot(boot):
    estimate = bootstrap_linear(DESIGN, OUTCOME, reps=2, seed=1).estimate
    assert estimate[SLOPE] == pytest.approx(EXPECTED["t0"], abs=EXACT)
    assert boot.std_error[0] == pytest.approx(EXPECTED["se"], abs=EXACT)
    assert boot.bias[0] == pytest.approx(EXPECTED["bias"], abs=EXACT)


@pytest.mark.parametrize(
    ("method", "in_r"), [("normal", "norm"), ("basic", "basic"), ("percentile", "perc"), ("bca", "bca")]
)
def test_intervals_agree_with_boot_ci(boot, method, in_r):
    assert boot.conf_int(method)[0] == pytest.approx(
        [EXPECTED[f"{in_r}_low"], EXPECTED[f"{in_r}_high"]], abs=EXACT
    )


def test_our_own_influence_gives_the_same_bca_interval_to_three_digits(boot):
    # boot.ci estimates influence from the replicates, here it is computed: the acceleration differs a little.
    own = bootstrap_linear(DESIGN, OUTCOME, reps=2, seed=1).influence[:, [SLOPE]]
    with_own = Bootstrap(boot.estimate, boot.replicates, boot.names, own, boot.n, "ok", "")
    assert with_own.conf_int("bca") == pytest.approx(boot.conf_int("bca"), abs=5e-4)


def test_our_own_draws_agree_with_those_of_r_to_monte_carlo_error():
    found = bootstrap_linear(DESIGN, OUTCOME, reps=2000, seed=1)
    # Relative errors of a standard error: 1 / sqrt(2 R) is 2.2 % for R's 999 and 1.6 % for 2,000.
    assert found.std_error[SLOPE] == pytest.approx(EXPECTED["se"], rel=3.3 * np.hypot(0.022, 0.016))

"""An estimate loads no library that it does not need, so that a first answer comes at once."""

import subprocess
import sys

import pytest

HEAVY = (
    *("scipy.stats", "scipy.optimize", "scipy.sparse", "statsmodels"),
    *("matplotlib", "seaborn", "joblib"),
)
ESTIMATE = f"""
import sys
from rlsstudy import estimate_effects, simulate_cohort
effects = estimate_effects(simulate_cohort(n=200, seed=1), "abi", model=("linear", "ordinal"))
assert set(effects["status"]) == {{"ok"}}, effects["note"].tolist()
print(*(name for name in {HEAVY} if name in sys.modules))
"""


@pytest.mark.slow
def test_a_linear_and_an_ordinal_estimate_load_no_heavy_library():
    run = subprocess.run([sys.executable, "-c", ESTIMATE], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr, run.stdout.split()) == (0, "", [])

"""P-values adjusted for multiple tests beside R's p.adjust."""

from pathlib import Path

import pandas as pd
import pytest

from rlsstudy.estimate.multiplicity import adjust_p_values, adjusted_p

DATA = Path(__file__).parent / "data"
EXACT = 1e-14  # relative: a rounding
IN_R = {"bonferroni": "bonferroni", "holm": "holm", "hochberg": "hochberg", "bh": "BH", "by": "BY"}


@pytest.mark.parametrize("method", IN_R)
def test_adjusted_p_values_agree_with_p_adjust(method):
    expected = pd.read_csv(DATA / "multiplicity_p_adjust.csv")
    assert adjusted_p(expected["p"], method) == pytest.approx(expected[IN_R[method]].to_numpy(), rel=EXACT)


@pytest.mark.parametrize(("method", "in_r"), [("bh", "p_bh"), ("holm", "p_holm")])
def test_the_families_of_a_screen_agree_with_p_adjust(method, in_r):
    screen = pd.read_csv(DATA / "screen_sim.csv")
    found = adjust_p_values(screen.assign(model="linear", note=""), method=method)
    assert found["p_adjusted"].to_numpy() == pytest.approx(screen[in_r].to_numpy(), rel=EXACT)
    assert (found["n_tests"] == 5).all()

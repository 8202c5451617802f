"""Restricted cubic splines beside Hmisc's rcspline.eval."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis

DATA = Path(__file__).parent / "data"
CLOSE = 1e-12  # relative; Hmisc takes differences of cubes beyond the last knot

AGE = pd.read_csv(DATA / "sim.csv")["age"].to_numpy(dtype=float)
KNOTS = pd.read_csv(DATA / "splines_age_knots.csv")["knot"].to_numpy()


def test_knots_agree_with_hmisc():
    assert default_knots(AGE, 4) == pytest.approx(KNOTS, rel=CLOSE)


def test_columns_agree_with_hmisc():
    expected = pd.read_csv(DATA / "splines_age_basis.csv").to_numpy()
    found = restricted_cubic_basis(AGE, KNOTS)
    assert found.shape == expected.shape == (600, 3)
    assert np.abs(found - expected).max() < CLOSE * np.abs(expected).max()

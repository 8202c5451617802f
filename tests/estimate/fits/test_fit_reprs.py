"""What a fit prints of itself names nobody and shows no one's numbers."""

import numpy as np
import pytest

from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.gee import fit_gee
from rlsstudy.estimate.fits.logistic import fit_logistic
from rlsstudy.estimate.fits.mixed import fit_mixed
from rlsstudy.estimate.fits.robust import fit_robust

PEOPLE, VISITS = 12, 3
PERSON = np.array([f"person {i}" for i in range(PEOPLE)]).repeat(VISITS)
RNG = np.random.default_rng(4)
X = np.column_stack([np.ones(PEOPLE * VISITS), RNG.normal(size=PEOPLE * VISITS)])
Y = X @ [3.0, 1.0] + RNG.normal(size=PEOPLE).repeat(VISITS) + RNG.normal(size=PEOPLE * VISITS)

FITS = {
    "linear": lambda: fit_linear(X, Y, clusters=PERSON),
    "gee": lambda: fit_gee(X, Y, groups=PERSON),
    "mixed": lambda: fit_mixed(X, Y, groups=PERSON),
    "robust": lambda: fit_robust(X, Y),
    "logistic": lambda: fit_logistic(X, np.median(Y) < Y, clusters=PERSON),
    "firth": lambda: fit_logistic(X, np.median(Y) < Y, penalty="firth"),
}


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_no_label_and_no_column_of_numbers_by_person_is_printed(fit):
    shown = repr(fit())
    assert "coef=" in shown
    assert "person" not in shown
    hidden = ("ranef", "group_labels", "weights", "sandwich", "profile", "satterthwaite")
    assert not [name for name in hidden if name in shown]
